package contract

import (
	"fmt"
	"strings"
	"testing"

	"tocsin/state"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// checkMoulds holds a decoder that has seen others like the document against one that has seen none.
func checkMoulds(t interface {
	Helper()
	Fatalf(string, ...any)
}, seasoned, fresh *Decoder, doc []byte) {
	t.Helper()
	var want, got state.Event
	refusal := fresh.Decode(doc, 0, &want)
	if r := seasoned.Decode(doc, 0, &got); !cmp.Equal(r, refusal) || !cmp.Equal(got, want) {
		t.Fatalf("%s: got %v and %v, want %v and %v", doc, r, got, refusal, want)
	}
	if diff := cmp.Diff(fresh.Faults(), seasoned.Faults()); diff != "" {
		t.Fatalf("%s: faults differ (-without moulds +with):\n%s", doc, diff)
	}
}

// Whatever came before, a document is read as if it were the first: also one that differs from another in a few bytes.
func TestMouldsChangeNothing(t *testing.T) {
	seasoned := newDecoder(t, Options{})
	rapid.Check(t, func(rt *rapid.T) {
		docs := []string{draw{rt}.document(), exampleInvoice, heartbeat, rapid.SampledFrom(samples).Draw(rt, "sample").document()}
		doc := []byte(rapid.SampledFrom(docs).Draw(rt, "document"))
		for range 2 {
			checkMoulds(rt, seasoned, newDecoder(t, Options{}), doc)
		}
		for range rapid.IntRange(1, 3).Draw(rt, "edits") {
			from := rapid.IntRange(0, len(doc)-1).Draw(rt, "from")
			upTo := min(len(doc), from+rapid.IntRange(0, 12).Draw(rt, "bytes"))
			put := rapid.SampledFrom([]string{"", "1", "x", `"`, `\`, `,`, `}`, `}}`, `{`, `[`, `]`, ":", " ", "null", "\xff", "é", `\u0000`, `,"x":1`}).Draw(rt, "put")
			doc = append(append(append([]byte{}, doc[:from]...), put...), doc[upTo:]...)
			if len(doc) == 0 {
				return
			}
		}
		checkMoulds(rt, seasoned, newDecoder(t, Options{}), doc)
	})
}

// likeExample is the example with other values.
func likeExample(n int) string {
	return strings.NewReplacer("INV-2026-184213", fmt.Sprintf("INV-%d", n), "C-104822", fmt.Sprintf("C-%d", n%7), "2026-12-20", "2027-01-31",
		"18420.50", fmt.Sprintf("%d.05", n), `["SO-991822"]`, `["SO-1","SO-2"]`).Replace(exampleInvoice)
}

func TestDocumentsAlikeFitOneMould(t *testing.T) {
	d := newDecoder(t, Options{})
	const documents = 40
	for n := range documents {
		checkMoulds(t, d, newDecoder(t, Options{}), []byte(likeExample(n)))
	}
	if len(d.moulds.list) != 1 || d.moulds.credit != min(mouldCredits, mouldCredits-mouldCost+documents-1) {
		t.Errorf("got %d moulds and credit %d, want one that all but the first fitted", len(d.moulds.list), d.moulds.credit)
	}
}

// What fits a mould at first and then differs is judged by what it is.
func TestWhatLeavesTheMouldIsJudgedAfresh(t *testing.T) {
	for _, c := range []refusal{
		example(`,"order_ids":["SO-991822"]`, ``, "", ""),
		example(`,"order_ids":["SO-991822"]`, `,"ext":1`, "", ""),
		example(`"total":{"amount":"18420.50","currency":"EUR"},`, ``, Missing, "/data/total"),
		example(`["SO-991822"]`, `["SO-991822"],"revision":1`, DuplicateKey, "/data/revision"),
		example(`"subject":"C-104822"`, `"subject":"C-1"`, SubjectMismatch, "/subject"),
		example(`]}}`, `]}} x`, JSON, ""),
		example(`]}}`, `]}`, JSON, ""),
		example(`"due_date":"2026-12-20"`, `"due_date":"2026-12-20","due_date":"2026-12-20"`, DuplicateKey, "/data/due_date"),
		example(`"revision":1`, `"revision":1.5`, WrongType, "/data/revision"),
		example(`"invoice_id":"INV-2026-184213"`, `"invoice_id":null`, Missing, "/data/invoice_id"),
		example(`"ACME-DE"`, `null`, "", ""),
		example(`"time":"2026-11-20T09:14:03.271Z"`, `"time":"2026-11-20"`, Format, "/time"),
	} {
		d := newDecoder(t, Options{})
		for n := range 3 {
			checkMoulds(t, d, newDecoder(t, Options{}), []byte(likeExample(n)))
		}
		doc := []byte(c.apply(t))
		checkMoulds(t, d, newDecoder(t, Options{}), doc)
		var ev state.Event
		if code, pointer := codeOf(d.Decode(doc, 0, &ev)); code != c.code || pointer != c.pointer {
			t.Errorf("%s: got %q at %q, want %q at %q", doc, code, pointer, c.code, c.pointer)
		}
	}
}

func TestMouldsAreBounded(t *testing.T) {
	d := newDecoder(t, Options{})
	for n := range 4 * mouldCredits {
		doc := strings.Replace(exampleInvoice, `"data":{`, `"data":{`+strings.Repeat(" ", n), 1)
		checkMoulds(t, d, newDecoder(t, Options{}), []byte(doc))
	}
	if n := len(d.moulds.list); n > mostMoulds || d.moulds.credit < 0 || d.moulds.credit >= mouldCost {
		t.Errorf("got %d moulds and credit %d after documents that never were alike, want at most %d and none left", n, d.moulds.credit, mostMoulds)
	}
}

// A name that is longer than what is compared at once is compared to its end.
func TestLongNamesAreComparedToTheirEnd(t *testing.T) {
	const name = "requested_delivery_date"
	if len(leadOf(`"`+name+`":`).text) <= window {
		t.Fatalf("%s goes into a window of %d bytes", name, window)
	}
	d := newDecoder(t, Options{})
	for range 2 {
		checkMoulds(t, d, newDecoder(t, Options{}), []byte(samples[0].document()))
	}
	for _, other := range []string{name + "x", name + `\u0065`, name[:len(name)-1] + "E", name + "s_until", name[:len(name)-1]} {
		doc := []byte(strings.Replace(samples[0].document(), name, other, 1))
		checkMoulds(t, d, newDecoder(t, Options{}), doc)
	}
}
