package consumer

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"tocsin/state"
)

var fx = Partition{"fx", 0}

// rate appends an exchange rate of the day that it is known on.
func (g *rig) rate(pair, value string, revision, minute int) {
	base, quote, _ := strings.Cut(pair, "/")
	at := g.now.Date(time.UTC).Start(time.UTC) + state.Instant(8*time.Hour+time.Duration(minute)*time.Minute)
	day := at.Date(time.UTC)
	g.broker.append(fx, at, fmt.Appendf(nil, `{"specversion":"1.0","id":"%s/%s/%d","source":"urn:bank","type":"tocsin.fx.rate.v1",
		"time":"%s","data":{"revision":%d,"base":"%s","quote":"%s","rate":"%s","rate_date":"%s"}}`,
		pair, day, revision, at, revision, base, quote, value, day))
}

// receivables are a customer's, as the record says them on the open day.
func (g *rig) receivables(id state.CustomerID) string {
	g.t.Helper()
	rec, day, err := RecordAt(g.t.Context(), g.store, g.engines, id, 0)
	if err != nil {
		g.t.Fatal(err)
	}
	record := g.engine.CustomerRecord(rec, day)
	return *cmp.Or(record.Receivables, new("null"))
}

// nextDay closes the open day by the clock.
func (g *rig) nextDay() {
	g.t.Helper()
	g.now = (g.now.Date(time.UTC) + 1).Start(time.UTC) + state.Instant(time.Minute)
	g.turns(20)
	g.wantOpen(g.now.Date(time.UTC))
}

func TestAnExchangeRateIsInForceFromTheDayAfterItIsKnown(t *testing.T) {
	g := newRig(t, invoices, fx)
	g.document("C-1", "INV-1", "100.00", "EUR")
	g.document("C-1", "INV-2", "55.00", "USD")
	g.rate("EUR/USD", "1.10", 1, 0)
	g.turns(20)
	missing := g.runner.Metrics.rates.WithLabelValues(rateMissing)
	if got := testutil.ToFloat64(missing); got != 1 {
		t.Errorf("got %v customers that want a rate, want 1", got)
	}
	if got := g.receivables("C-1"); got != "null" {
		t.Errorf("on the day on which it is known: got %s, want null", got)
	}
	g.nextDay()
	if got := testutil.ToFloat64(missing); got != 0 {
		t.Errorf("got %v customers that want a rate, want none", got)
	}
	if got := g.receivables("C-1"); got != "150.00" {
		t.Errorf("on the next day: got %s, want 150.00", got)
	}
	g.rate("EUR/USD", "1.00", 1, 0)
	g.start(g.store) // another process goes on
	g.turns(20)
	if got := g.receivables("C-1"); got != "150.00" {
		t.Errorf("a newer one is known: got %s, want 150.00", got)
	}
	g.nextDay()
	if got := g.receivables("C-1"); got != "155.00" {
		t.Errorf("and in force: got %s, want 155.00", got)
	}
	rec, day, err := RecordAt(t.Context(), g.store, g.engines, "C-1", firstDay+1)
	if err != nil {
		t.Fatal(err)
	}
	if got := *g.engine.CustomerRecord(rec, day).Receivables; got != "150.00" {
		t.Errorf("as of the day before: got %s, want 150.00", got)
	}
	if k := g.runner.lane.cache.get("C-1"); k == nil || k.alarm != g.open()+1 {
		t.Errorf("got %+v, want an alarm tomorrow", k)
	}
}

func TestACustomerOfOneCurrencyHasNoAlarmForRates(t *testing.T) {
	g := newRig(t, invoices, fx)
	g.document("C-1", "INV-1", "100.00", "EUR")
	g.rate("EUR/USD", "1.10", 1, 0)
	g.turns(20)
	due, err := g.store.DueAlarms(t.Context(), firstDay+1, 10)
	if err != nil || len(due) != 0 {
		t.Errorf("got %v, %v, want no alarm tomorrow", due, err)
	}
}

func TestWhatBecomesOfExchangeRatesIsCountedAndKept(t *testing.T) {
	g := newRig(t, fx)
	g.rate("EUR/USD", "1.10", 2, 1) // accepted
	g.turns(20)
	g.rate("EUR/USD", "1.10", 2, 1) // the same again
	g.rate("EUR/USD", "1.05", 1, 0) // an older one
	g.rate("EUR/USD", "1.20", 2, 0) // another content, and an earlier time
	g.rate("EUR/USD", "1.30", 2, 2) // another content, and a later time
	g.turns(20)
	rows, err := g.store.Rates(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, row := range rows {
		values = append(values, row.Event.Body.(*state.Rate).Value)
	}
	if got, want := fmt.Sprint(values), "[1.10 1.30]"; got != want {
		t.Errorf("got rows %s, want %s", got, want)
	}
	letters, err := g.store.DeadLetters(t.Context(), 10)
	if err != nil || len(letters) != 1 || letters[0].Code != "revision_conflict" || letters[0].Offset != 3 {
		t.Errorf("got dead letters %+v, %v, want the one that lost", letters, err)
	}
	for result, want := range map[string]float64{"accepted": 2, "duplicate": 1, "stale": 1, "refused": 1} {
		if got := testutil.ToFloat64(g.runner.Metrics.events.WithLabelValues("fx", result)); got != want {
			t.Errorf("%s: got %v, want %v", result, got, want)
		}
	}
}

// Somebody else has displaced the same rate meanwhile: the batch is taken again, and nothing is lost.
func TestARateThatMovedMeanwhileIsTakenAgain(t *testing.T) {
	g := newRig(t, fx)
	g.rate("EUR/USD", "1.10", 1, 0)
	g.turns(20)
	rows, err := g.store.Rates(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	beside := rows[0]
	beside.Seq, beside.Event.Revision = 2, 2
	if err := g.store.Commit(t.Context(), &state.Commit{Day: g.runner.day, Rates: []state.RateRow{beside}}); err != nil {
		t.Fatal(err)
	}
	g.rate("EUR/USD", "1.30", 3, 0)
	g.turns(20)
	if rows, err = g.store.Rates(t.Context(), 0); err != nil || len(rows) != 3 || rows[2].Event.Revision != 3 {
		t.Errorf("got %+v, %v, want three rows", rows, err)
	}
}

// document appends an invoice of a customer, issued and known now.
func (g *rig) document(customer, id, amount, currency string) {
	day := g.now.Date(time.UTC)
	g.broker.append(invoices, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"%[1]s/1","source":"urn:test","type":"tocsin.invoice.issued.v1","subject":"%[2]s",
		"time":"%[3]s","data":{"customer_id":"%[2]s","revision":1,"invoice_id":"%[1]s","issue_date":"%[4]s","due_date":"%[5]s","total":{"amount":"%[6]s","currency":"%[7]s"}}}`,
		id, customer, g.now, day, day+60, amount, currency))
}
