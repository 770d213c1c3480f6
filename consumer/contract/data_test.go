package contract

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"tocsin/state"
)

// sharedData is the folder of real ledgers that lies beside the repository; found is false where there is none. None of
// it may become part of the project, so a lone clone has none.
func sharedData(t *testing.T) (folder string, found bool) {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		folder := filepath.Join(dir, "..", "shared", "data")
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			_, err = os.Stat(folder)
			return folder, err == nil
		}
	}
	return "", false
}

// ledger is what a file of real events holds.
type ledger struct {
	lines, accepted int
	kinds           map[state.Kind]int
	refused         map[string]int // by code and pointer
}

func readLedger(t *testing.T, name string) ledger {
	t.Helper()
	f, err := Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got := ledger{kinds: map[state.Kind]int{}, refused: map[string]int{}}
	d := newDecoder(t, Options{})
	blocks := NewBlockReader(f, 0)
	for {
		block, err := blocks.Next(nil)
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range block.Lines() {
			got.lines++
			got.read(t, d, line)
		}
	}
}

func (l *ledger) read(t *testing.T, d *Decoder, line []byte) {
	t.Helper()
	var ev state.Event
	if r := d.Decode(line, 0, &ev); r != nil {
		l.refused[string(r.Code)+" "+r.Pointer]++
		return
	}
	l.accepted++
	l.kinds[ev.Kind]++
	if l.accepted%50 == 0 {
		checkTellsTheSame(t, d, bytes.Clone(line), &ev)
	}
}

func TestRealLedgers(t *testing.T) {
	folder, found := sharedData(t)
	if !found {
		t.Log("the folder of real ledgers is not beside this repository: nothing to read")
		return
	}
	for _, c := range []struct {
		file    string
		lines   int
		refused map[string]int
	}{
		{"datarisk.ndjson.gz", 69851, map[string]int{"missing /data/total": 564, "missing /data/amount": 550}},
		{"ibm.ndjson.gz", 5493, nil},
		{"retail.ndjson.gz", 14498, nil},
	} {
		got := readLedger(t, filepath.Join(folder, c.file))
		refused := 0
		for _, n := range got.refused {
			refused += n
		}
		if got.lines != c.lines || got.accepted != c.lines-refused || !maps.Equal(got.refused, c.refused) {
			t.Errorf("%s: got %d lines, %d accepted, %v refused, want %d lines, %v refused", c.file, got.lines, got.accepted, got.refused, c.lines, c.refused)
		}
		t.Logf("%s: %d lines, %v by kind, %v refused", c.file, got.lines, got.kinds, got.refused)
	}
}
