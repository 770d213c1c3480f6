package replay

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/consumer/contract"
	"tocsin/state"
	"tocsin/state/statetest"
)

// Customers move from lane to lane when a merge relates them; the output is what one lane makes of it, wherever chapters end.
func TestMergesDependNeitherOnWorkersNorOnChapters(t *testing.T) {
	dir, e := t.TempDir(), engine(t)
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, "events.ndjson")
		if err := os.WriteFile(path, mergedLedger(t), 0o600); err != nil {
			t.Fatal(err)
		}
		var want string
		for _, way := range [...]struct{ workers, chapter int }{{1, 0}, {2, 1}, {3, 5}, {5, 0}} {
			var alerts, records bytes.Buffer
			test := Backtest{
				Engine: e, Inputs: []string{path}, Workers: way.workers, chapter: way.chapter, Ahead: 10_000 * 24 * time.Hour,
				Alerts: &alerts, State: &records,
			}
			counts, err := test.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("%+v\n%s%s", counts, alerts.String(), records.String())
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("%d workers, chapters of %d: got\n%s\nwant\n%s", way.workers, way.chapter, got, want)
			}
		}
	})
}

// mergedLedger is a few days of customers who merge, as a file in day order.
func mergedLedger(t *rapid.T) []byte {
	days := statetest.History("C-1", 5, 4).Draw(t, "history")
	ids := []state.CustomerID{"C-1", "C-2", "C-3", "C-4", "C-5", "C-6"}
	for i := range days {
		for _, id := range ids[1:] {
			for _, ev := range statetest.Events(id, 3).Draw(t, "events") {
				ev.KnownAt = days[i].Date.Start(time.UTC) + state.Instant(rapid.IntRange(0, 3).Draw(t, "second"))*1e9
				days[i].Events = append(days[i].Events, ev)
			}
		}
	}
	statetest.Merges(t, days, 6, ids...)
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	var lines []byte
	for _, day := range days {
		random.Shuffle(len(day.Events), func(i, j int) { day.Events[i], day.Events[j] = day.Events[j], day.Events[i] })
		for i := range day.Events {
			day.Events[i].Canonical = "" // what statetest invents beside the body is no data of the contract
			lines = append(append(lines, contract.Encode(&day.Events[i])...), '\n')
		}
	}
	return lines
}

// Edge case 57: A merges into B.
func TestACustomerWhoIsMergedEndsAndHisHeirIsJudgedAnew(t *testing.T) {
	lines := []string{
		profile("A", 1), profile("B", 1),
		limitOf("A", "L-A", "2026-01-02", "900.00"), limitOf("B", "L-B", "2026-01-02", "1000.00"),
		invoiceOf("A", "INV-A", 1, "2026-01-05", "2026-01-20", "700.00"), // long overdue when A ends
		invoiceOf("B", "INV-B", 1, "2026-02-20", "2026-04-20", "600.00"),
		invoiceOf("A", "INV-X", 1, "2026-02-20", "2026-04-20", "50.00"), // both have it: B's revision is the higher
		invoiceOf("B", "INV-X", 2, "2026-02-20", "2026-04-20", "60.00"),
		`{"id":"m","type":"tocsin.customer.merged.v1","subject":"A","time":"2026-03-02T08:00:00Z","data":{"customer_id":"A","revision":1,"into":"B","merge_date":"2026-03-02"}}`,
		limitOf("A", "L-A2", "2026-03-03", "5000.00"), // set after the merge, and no business of B's either
		invoiceOf("A", "INV-A2", 1, "2026-03-03", "2026-04-20", "40.00"),
	}
	var ledger []byte
	for _, line := range lines {
		ledger = append(append(ledger, `{"specversion":"1.0","source":"urn:test",`+line[1:]...), '\n')
	}
	path := filepath.Join(t.TempDir(), "events.ndjson")
	if err := os.WriteFile(path, ledger, 0o600); err != nil {
		t.Fatal(err)
	}
	var alerts, records bytes.Buffer
	counts, err := (&Backtest{Engine: engine(t), Inputs: []string{path}, Until: state.DateOf(2026, 3, 4), Alerts: &alerts, State: &records}).Run(t.Context())
	if err != nil || counts.Refused > 0 || counts.Customers != 1 {
		t.Fatalf("got %+v, %v, want B's record alone", counts, err)
	}
	for _, want := range []string{
		`"customer_id":"B"`, `"receivables":"1400.00"`, `"limit":"1000.00"`, `"overdue":"700.00"`, `"open_count":4`,
		`{"signal":"limit_breach","level":"critical","reason":"DELIVERY","since":"2026-03-02"`, `{"signal":"overdue","level":"warning","reason":"","since":"2026-03-02"`,
	} {
		if !strings.Contains(records.String(), want) {
			t.Errorf("record: got %s, want it to have %s", records.String(), want)
		}
	}
	var ended []string
	for line := range strings.Lines(alerts.String()) {
		if strings.Contains(line, `"customer_id":"A"`) && strings.Contains(line, `"to":"none"`) && strings.Contains(line, `"at":"2026-03-02"`) {
			ended = append(ended, line)
		}
	}
	if len(ended) != 2 { // overdue, and limit_breach at 83 %
		t.Errorf("alerts of A that end with the merge: got %q, want both", ended)
	}
}

func profile(customer string, revision int) string {
	return fmt.Sprintf(`{"id":"p-%s","type":"tocsin.customer.profile.v1","subject":"%s","time":"2026-01-02T08:00:00Z","data":{"customer_id":"%s","revision":%d,"name":"%s","country":"DE","reporting_currency":"EUR"}}`,
		customer, customer, customer, revision, customer)
}

func limitOf(customer, id, date, amount string) string {
	return fmt.Sprintf(`{"id":"%s/1","type":"tocsin.limit.set.v1","subject":"%s","time":"%sT08:00:00Z","data":{"customer_id":"%s","revision":1,"limit_id":"%s","kind":"base","amount":{"amount":"%s","currency":"EUR"},"valid_from_date":"%s"}}`,
		id, customer, date, customer, id, amount, date)
}

func invoiceOf(customer, id string, revision int, issued, due, total string) string {
	return fmt.Sprintf(`{"id":"%s/%d","type":"tocsin.invoice.issued.v1","subject":"%s","time":"%sT09:00:00Z","data":{"customer_id":"%s","revision":%d,"invoice_id":"%s","issue_date":"%s","due_date":"%s","total":{"amount":"%s","currency":"EUR"}}}`,
		id, revision, customer, issued, customer, revision, id, issued, due, total)
}
