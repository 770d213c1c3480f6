package replay

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// repeatedLedger is the datarisk ledger several times over, each copy with customers and documents of its own, in day
// order. Events are named after their documents, as in the original.
func repeatedLedger(tb testing.TB, copies int) (path string, lines int) {
	tb.Helper()
	ledger := readLedger(tb, "datarisk.ndjson.gz")
	path = filepath.Join(tb.TempDir(), "ledger.ndjson")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var out bytes.Buffer
	for from := 0; from < len(ledger); {
		to := from
		for to < len(ledger) && dayOf(ledger[to]) == dayOf(ledger[from]) {
			to++
		}
		for n := range copies {
			suffix := fmt.Appendf(nil, "-%d", n)
			for _, line := range ledger[from:to] {
				for rest := line; ; {
					// Ids are the values of these members; a copy's end in its number.
					before, after, found := cutID(rest)
					out.Write(before)
					if !found {
						break
					}
					out.Write(suffix)
					rest = after
				}
				out.WriteByte('\n')
				lines++
			}
			if out.Len() > 1<<20 {
				if _, err := f.Write(out.Bytes()); err != nil {
					tb.Fatal(err)
				}
				out.Reset()
			}
		}
		from = to
	}
	if _, err := f.Write(out.Bytes()); err != nil {
		tb.Fatal(err)
	}
	return path, lines
}

// cutID splits a line after the next document or customer in an id: what follows is its closing quote, or the revision.
func cutID(line []byte) (before, after []byte, found bool) {
	first := -1
	for _, member := range []string{`"invoice_id":"`, `"payment_id":"`, `"customer_id":"`, `"subject":"`, `"id":"`} {
		if at := bytes.Index(line, []byte(member)); at >= 0 && (first < 0 || at+len(member) < first) {
			first = at + len(member)
		}
	}
	if first < 0 {
		return line, nil, false
	}
	end := first + bytes.IndexAny(line[first:], `"/`)
	return line[:end], line[end:], true
}

// BenchmarkBacktest counts the alerts of a real ledger, or writes them, too.
func BenchmarkBacktest(b *testing.B) {
	path, lines := repeatedLedger(b, 15)
	e := engine(b, time.Saturday, time.Sunday)
	for _, c := range []struct {
		name string
		to   io.Writer
	}{{"counted", nil}, {"written", io.Discard}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (&Backtest{Engine: e, Inputs: []string{path}, Alerts: c.to}).Run(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
