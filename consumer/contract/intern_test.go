package contract

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"tocsin/state"
)

func TestRemembersABoundedNumberOfStrings(t *testing.T) {
	var known intern
	for n := range 4 * knownSlots {
		want := fmt.Sprintf("customer %d", n)
		if got := known.text([]byte(want)); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
		if again := known.text([]byte(want)); again != want {
			t.Fatalf("again: got %q, want %q", again, want)
		}
	}
	if len(known.slots) != knownSlots {
		t.Errorf("got %d places, want %d", len(known.slots), knownSlots)
	}
}

func TestCopiesLongStringsToo(t *testing.T) {
	var known intern
	long := strings.Repeat("x", 3*uniqueBlock)
	if got := known.unique([]byte(long)); got != long {
		t.Errorf("got %d bytes, want %d", len(got), len(long))
	}
	short := known.unique([]byte("a"))
	if got := known.unique(nil); got != "" || short != "a" {
		t.Errorf("got %q and %q, want nothing and a", got, short)
	}
}

// However many customers come by, what the table keeps alive is bounded.
func TestHoldsBoundedMemory(t *testing.T) {
	var known intern
	var name []byte
	remember := func(from, to int) {
		for n := from; n < to; n++ {
			name = fmt.Appendf(name[:0], "customer %d", n)
			known.text(name)
			known.unique(name)
		}
	}
	remember(0, 16*knownSlots)
	before := heap()
	remember(16*knownSlots, 64*knownSlots)
	if grown := heap() - before; grown > 1<<20 {
		t.Errorf("the heap grew by %d bytes with %d more customers, want a bound", grown, 48*knownSlots)
	}
	runtime.KeepAlive(known.slots)
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestEveryTypeIsDecodedWithoutAllocation(t *testing.T) {
	d := newDecoder(t, Options{})
	d.Reuse = true
	documents := []string{exampleInvoice, heartbeat}
	for _, s := range samples {
		documents = append(documents, s.document())
	}
	for _, doc := range documents {
		headers, data, _ := inHeaders([]byte(doc))
		for form, record := range map[string]struct {
			Headers []state.Header
			Value   []byte
		}{"structured": {nil, []byte(doc)}, "binary": {headers, data}} {
			var ev state.Event
			allocations := testing.AllocsPerRun(500, func() {
				if r := d.DecodeRecord(record.Headers, record.Value, 0, &ev); r != nil {
					t.Fatal(r)
				}
			})
			if allocations != 0 {
				t.Errorf("%s %.150s: got %v allocations per event, want blocks of text alone", form, doc, allocations)
			}
		}
	}
}
