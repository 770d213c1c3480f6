package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/consumer/erp"
	"tocsin/state"
)

// ledgerMapping reads what a soldLedger writes.
const ledgerMapping = `
layout: ledger
source: urn:t
format: {delimiter: ";", decimal: ",", thousands: ".", dates: [02.01.2006], signs: none}
columns: {customer: Customer, document: Number, kind: Type, date: Date, due: Due, amount: Amount, currency: Curr., applies_to: Invoice}
values: {kind: {RE: invoice, GU: credit_note, ZE: payment}}
`

// soldLedger is an invented ledger: an export of it with faults, and what the rows without fault are as events, written by
// hand and not by what is tested.
type soldLedger struct {
	export, events bytes.Buffer
	faults         []string // as they must be told
	rows           int
	random         *rand.Rand
}

// newSoldLedger invents a ledger of so many rows, one in a hundred with a fault.
func newSoldLedger(rows int) *soldLedger {
	l := &soldLedger{random: rand.New(rand.NewPCG(4, 5))}
	l.export.WriteString("Customer;Number;Type;Date;Due;Amount;Curr.;Invoice\r\n")
	first := state.DateOf(2025, 1, 1)
	for l.rows = range rows {
		customer := fmt.Sprintf("K-%d", l.random.IntN(rows/50+1))
		day := first + state.Date(l.random.IntN(500))
		cents := 100 + l.random.Int64N(5_000_000)
		switch l.rows % 20 {
		default:
			if l.rows%2 == 0 {
				l.row(customer, fmt.Sprint("R", l.rows), "RE", day, day+30, cents, "", "invoice.issued", "invoice_id", `"issue_date":"%s","due_date":"%s","kind":"invoice","total":%s`)
				continue
			}
			l.row(customer, fmt.Sprint("Z", l.rows), "ZE", day, 0, cents, fmt.Sprint("R", l.random.IntN(l.rows)/2*2), "payment.received", "payment_id", `"value_date":"%s","amount":%s`)
		case 7:
			l.row(customer, fmt.Sprint("G", l.rows), "GU", day, 0, cents, "", "invoice.credited", "credit_note_id", `"credit_date":"%s","amount":%s`)
		}
	}
	l.rows++
	return l
}

// row writes a row, and its event if it has no fault.
func (l *soldLedger) row(customer, document, kind string, day, due state.Date, cents int64, invoice, event, id, data string) {
	line := l.rows + 2
	fields := []string{customer, document, kind, german(day), german(due), groups(cents), "EUR", invoice}
	if l.random.IntN(100) == 0 {
		l.spoil(line, fields)
		fmt.Fprintf(&l.export, "%s\r\n", strings.Join(fields, ";"))
		return
	}
	fmt.Fprintf(&l.export, "%s\r\n", strings.Join(fields, ";"))
	money := fmt.Sprintf(`{"amount":"%d.%02d","currency":"EUR"}`, cents/100, cents%100)
	values := []any{day, money}
	if due != 0 {
		values = []any{day, due, money}
	}
	body := fmt.Sprintf(data, values...)
	if invoice != "" {
		body += fmt.Sprintf(`,"allocations":[{"invoice_id":"%s","amount":%s}]`, invoice, money)
	}
	fmt.Fprintf(&l.events, `{"specversion":"1.0","id":"%s/1","source":"urn:t","type":"tocsin.%s.v1","subject":"%s","time":"%sT00:00:00Z","data":{"customer_id":"%s","revision":1,"%s":"%s",%s}}`+"\n",
		document, event, customer, day, customer, id, document, body)
}

// spoil puts one or two faults into a row and notes how they must be told.
func (l *soldLedger) spoil(line int, fields []string) {
	told := func(column, value, text string) {
		l.faults = append(l.faults, fmt.Sprintf(`export.csv:%d: column "%s": "%s" %s`, line, column, value, text))
	}
	switch l.random.IntN(5) {
	case 0:
		fields[6] = "EURO"
		told("Curr.", fields[6], "is no currency of ISO 4217 in capitals")
	case 1:
		fields[5] = "1,234.56"
		fields[3] = "31.02.2025"
		told("Amount", fields[5], "is not a number such as 1.234,56")
		told("Date", fields[3], "is not a date as 02.01.2006 says")
	case 2:
		fields[3] = "2025-02-01"
		told("Date", fields[3], "is not a date as 02.01.2006 says")
	case 3:
		fields[2] = "??"
		told("Type", fields[2], "is no document type that values.kind translates")
	case 4:
		fields[5] += "5"
		told("Amount", fields[5], "has 3 decimals, more than the 2 of its currency")
	}
}

// german writes a date; empty for none.
func german(d state.Date) string {
	if d == 0 {
		return ""
	}
	year, month, day := d.Civil()
	return fmt.Sprintf("%02d.%02d.%d", day, month, year)
}

// groups writes an amount as 1.234,56.
func groups(cents int64) string {
	whole := fmt.Sprint(cents / 100)
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "." + whole[at:]
	}
	return fmt.Sprintf("%s,%02d", whole, cents%100)
}

// A hundred thousand rows, one in a hundred with a fault: all faults are told in one run, and the rest is the same to the
// byte as the same ledger that somebody has sent as events.
func TestALargeLedgerIsImportedAsIfItHadBeenSent(t *testing.T) {
	l := newSoldLedger(100_000)
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"export.csv": l.export.String(), "sent.ndjson": l.events.String(), "mapping.yaml": ledgerMapping} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	started := time.Now()
	code, out, faults := command(t, "import", "--mapping", "mapping.yaml", "--out", "imported.ndjson", "export.csv")
	took := time.Since(started)
	if got := strings.Split(strings.TrimSpace(faults), "\n"); code != exitFinding || !slices.Equal(got, l.faults) {
		t.Errorf("exit code %d, %d faults were told, want %d and each as it is: %.500s", code, len(got), len(l.faults), faults)
	}
	if len(l.faults) < 1000 {
		t.Errorf("the ledger has %d faults, want 1 in 100 rows", len(l.faults))
	}
	events := bytes.Count(l.events.Bytes(), []byte("\n"))
	if want := fmt.Sprintf("100001 lines: %d converted, 1 skipped, 0 without money, %d faulty\n%d events", events, 100_000-events, events); !strings.HasPrefix(out, want) {
		t.Errorf("got %.200s, want %s", out, want)
	}
	t.Logf("%d rows in %v: %.0f events/s, read, written and told", l.rows, took.Round(time.Millisecond), float64(events)/took.Seconds())
	states := make([]string, 2)
	for n, file := range []string{"imported.ndjson", "sent.ndjson"} {
		code, counts, faults := command(t, "backtest", "--events", file, "--until", "2026-06-30", "--state", "state.ndjson", "--output", "json")
		if code != exitGood || !strings.Contains(counts, fmt.Sprintf(`"accepted":%d,"duplicates":0,"stale":0,"refused":0`, events)) {
			t.Fatalf("%s: exit code %d, %s%s", file, code, counts, faults)
		}
		text, err := os.ReadFile("state.ndjson")
		if err != nil {
			t.Fatal(err)
		}
		states[n] = string(text)
	}
	if states[0] != states[1] || len(states[0]) < 100_000 {
		t.Errorf("the records of %d and %d bytes differ, want the same", len(states[0]), len(states[1]))
	}
	wantSameMoney(t, l)
}

// wantSameMoney compares the open total of the import with what the events that were written by hand add up to.
func wantSameMoney(t *testing.T, l *soldLedger) {
	t.Helper()
	var want int64
	for line := range bytes.Lines(l.events.Bytes()) {
		var ev struct {
			Data struct{ Total, Amount struct{ Amount string } }
		}
		if err := json.Unmarshal(line, &ev); err != nil {
			t.Fatal(err)
		}
		var units, cents int64
		if _, err := fmt.Sscanf(ev.Data.Total.Amount+ev.Data.Amount.Amount, "%d.%d", &units, &cents); err != nil {
			t.Fatal(err)
		}
		if ev.Data.Total.Amount == "" {
			units, cents = -units, -cents
		}
		want += units*100 + cents
	}
	_, out, _ := command(t, "import", "--mapping", "mapping.yaml", "--dry-run", "--output", "json", "export.csv")
	if got, want := openOf(t, out), "EUR "+state.FormatMinor(want, 2); got != want {
		t.Errorf("open in all: got %s, want %s", got, want)
	}
}

// BenchmarkImport reads a ledger as CSV and writes it as events, in memory.
func BenchmarkImport(b *testing.B) {
	l := newSoldLedger(100_000)
	mapping, err := parseMapping("mapping.yaml", []byte(ledgerMapping))
	if err != nil {
		b.Fatal(err)
	}
	events, n := 0, 0
	b.ReportAllocs()
	for b.Loop() {
		in := erp.Import{Mapping: mapping, Zone: time.UTC, Revision: 1}
		if err := in.Read("export.csv", bytes.NewReader(l.export.Bytes())); err != nil {
			b.Fatal(err)
		}
		made := in.Events()
		if err := writeEvents(io.Discard, made); err != nil {
			b.Fatal(err)
		}
		events += len(made)
		n++
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.SetBytes(int64(l.export.Len()))
}
