package consumer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

var payments = Partition{"payments", 0}

// debtors is a rig in which C-1 and C-2 owe what is due on the first day, of C-3 the review of the limit is due on the third day
// after it, and the partition of payments falls silent on the second. C-2 pays on the third, which is read when the partition is back.
func debtors(t *testing.T) *rig {
	t.Helper()
	g := newRig(t, invoices, payments)
	g.restart()
	for i, customer := range []string{"C-1", "C-2"} {
		g.broker.append(invoices, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"I-%d","source":"urn:erp","type":"tocsin.invoice.issued.v1","subject":"%s",
			"time":"%s","data":{"customer_id":"%[2]s","revision":1,"invoice_id":"INV-%[1]d","issue_date":"2026-02-01","due_date":"%[4]s","total":{"amount":"5000.00","currency":"EUR"}}}`,
			i+1, customer, g.now, firstDay))
	}
	for i, limit := range []string{"50000.00", "50000.00", "100.00"} {
		review := firstDay + 3 + state.Date(1000*(2-i))
		g.broker.append(invoices, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"L-%d","source":"urn:erp","type":"tocsin.limit.set.v1","subject":"C-%[1]d",
			"time":"%s","data":{"customer_id":"C-%[1]d","revision":1,"limit_id":"L","kind":"base","amount":{"amount":"%[3]s","currency":"EUR"},"valid_from_date":"2026-01-01","review_date":"%[4]s"}}`,
			i+1, g.now, limit, review))
	}
	g.turns(20)
	g.sleep(1)
	g.broker.silent[payments], g.broker.lost[payments] = true, true
	g.sleep(1)
	g.broker.append(payments, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"P-2","source":"urn:bank","type":"tocsin.payment.received.v1","subject":"C-2","time":"%s",
		"data":{"customer_id":"C-2","revision":1,"payment_id":"PAY-2","value_date":"%s","amount":{"amount":"5000.00","currency":"EUR"},"allocations":[{"invoice_id":"INV-2","amount":{"amount":"5000.00","currency":"EUR"}}]}}`,
		g.now, firstDay+2))
	return g
}

// restart starts a new process that knows what its topics may clear.
func (g *rig) restart() {
	g.t.Helper()
	g.start(g.store)
	g.runner.Clears = map[string]state.Inputs{"invoices": state.InputReceivables, "payments": state.InputReceivables, "customers": state.InputLimits}
	g.turns(1)
}

// sleep lets days pass, one after the other, and longer after each than a partition holds it.
func (g *rig) sleep(days int) {
	g.t.Helper()
	for range days {
		want := g.open() + 1
		g.now = want.Start(time.UTC) + state.Instant(time.Minute)
		for range 2 {
			g.runner.inquiry.told = time.Time{} // what the brokers said before is no answer any more
			g.turns(20)
			g.pass(16 * time.Minute)
		}
		g.wantOpen(want)
	}
}

// transitions are those of the store, by days since the first.
func (g *rig) transitions() string {
	g.t.Helper()
	rows, err := g.store.Alerts(g.t.Context(), "")
	if err != nil {
		g.t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%d %s %s %s > %s\n", r.Day-firstDay, r.Customer, r.Signal, detectors.Level(r.From), detectors.Level(r.To))
	}
	return b.String()
}

func (g *rig) wantTransitions(want string) {
	g.t.Helper()
	if got := g.transitions(); got != want {
		g.t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestOverdueWaitsWhileNobodyKnowsWhatWasPaid(t *testing.T) {
	g := debtors(t)
	g.sleep(10) // by now the invoices are 12 days past due
	g.wantTransitions("1 * stale_input none > warning\n4 C-3 limit_review_due none > warning\n")
	overdue := func(id state.CustomerID) int64 {
		return g.record(id).Customer.View(g.engine.Ledger, g.open()).Ageing().Overdue
	}
	if got := overdue("C-2"); got != 5000_00 {
		t.Fatalf("of C-2 %d is past due, want his invoice", got)
	}

	delete(g.broker.lost, payments)
	delete(g.broker.silent, payments)
	g.turns(20)
	if got := overdue("C-2"); got != 0 {
		t.Fatalf("of C-2 %d is past due, want his payment read", got)
	}
	g.wantTransitions("1 * stale_input none > warning\n4 C-3 limit_review_due none > warning\n") // on the day itself nobody knows yet whether that is all
	g.sleep(1)
	g.wantTransitions("1 * stale_input none > warning\n4 C-3 limit_review_due none > warning\n12 * stale_input warning > none\n13 C-1 overdue none > info\n")
	if signals := g.engine.Judge.Signals(g.record("C-1").Episodes); len(signals) != 1 || signals[0].Since != firstDay+13 {
		t.Errorf("got %v, want an episode that began on the day on which everything was known", signals)
	}
	g.sleep(30)
	g.wantTransitions("1 * stale_input none > warning\n4 C-3 limit_review_due none > warning\n12 * stale_input warning > none\n13 C-1 overdue none > info\n31 C-1 overdue info > warning\n" +
		"34 C-3 limit_review_due warning > critical\n")
}

// What stood before goes on to clear, and rises no higher.
func TestWhatStandsClearsWhileAnInputIsStale(t *testing.T) {
	g := newRig(t, invoices, payments)
	g.restart()
	id := payments
	g.broker.append(invoices, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"I-1","source":"urn:erp","type":"tocsin.invoice.issued.v1","subject":"C-1",
		"time":"%s","data":{"customer_id":"C-1","revision":1,"invoice_id":"INV-1","issue_date":"2026-01-01","due_date":"%s","total":{"amount":"5000.00","currency":"EUR"}}}`, g.now, firstDay-28))
	g.turns(20)
	g.broker.silent[id], g.broker.lost[id] = true, true
	g.sleep(5)
	g.wantTransitions("0 C-1 overdue none > info\n0 * stale_input none > warning\n")
	g.broker.append(invoices, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"N-1","source":"urn:erp","type":"tocsin.invoice.credited.v1","subject":"C-1",
		"time":"%s","data":{"customer_id":"C-1","revision":1,"credit_note_id":"N-1","credit_date":"%s","amount":{"amount":"5000.00","currency":"EUR"},"allocations":[{"invoice_id":"INV-1","amount":{"amount":"5000.00","currency":"EUR"}}]}}`, g.now, firstDay+5))
	g.turns(20)
	g.wantTransitions("0 C-1 overdue none > info\n0 * stale_input none > warning\n5 C-1 overdue info > none\n")
}

// Every fold of the journal gives what was told, be it by who begins anew in the middle, as of an earlier day, or from the start.
func TestTheJournalTellsOfWhatWaited(t *testing.T) {
	g := debtors(t)
	g.sleep(6)
	g.order(invoices, g.now, "C-1", "SO-1") // a row of a day on which overdue waits
	g.restart()
	g.sleep(4)
	delete(g.broker.lost, payments)
	delete(g.broker.silent, payments)
	g.sleep(2)
	g.restart()
	for _, customer := range []state.CustomerID{"C-1", "C-2", "C-3"} {
		var told strings.Builder
		if err := Retell(t.Context(), g.store, g.engines, customer, func(day state.Date, _ *state.Record, effects *Effects) {
			for _, tr := range effects.Transitions {
				fmt.Fprintf(&told, "%d %s %s %s > %s\n", day-firstDay, customer, tr.Signal, tr.From, tr.To)
			}
		}); err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		for line := range strings.Lines(g.transitions()) {
			if strings.Contains(line, string(customer)) {
				want.WriteString(line)
			}
		}
		if told.String() != want.String() {
			t.Errorf("%s: the journal tells\n%sthere was told\n%s", customer, told.String(), want.String())
		}
		kept := g.runner.lane.cache.get(customer)
		if kept == nil || g.standing(customer) != string(g.engine.Standing(kept.record, kept.record.Day)) {
			t.Errorf("%s: the record in memory is not the fold", customer)
		}
	}
	for at, want := range map[state.Date]string{firstDay + 1: "[overdue_ratio]", firstDay + 5: "[overdue_ratio]", firstDay + 6: "[overdue overdue_ratio]",
		firstDay + 12: "[overdue overdue_ratio]", firstDay + 13: "[overdue_ratio]"} {
		rec, day, err := RecordAt(t.Context(), g.store, g.engines, "C-1", at)
		if err != nil {
			t.Fatal(err)
		}
		unknown := slices.DeleteFunc(g.engine.CustomerRecord(rec, day).NotEvaluable, func(signal string) bool {
			return !strings.HasPrefix(signal, "overdue") // whose history is too short for others
		})
		if got := fmt.Sprint(unknown); got != want {
			t.Errorf("as of %s: not evaluable are %s, want %s", at, got, want)
		}
		explained, err := g.engine.Explain(rec, day, "overdue")
		if wanted := at > firstDay+1 && at < firstDay+13; err != nil || (len(explained.Stale) == 1) != wanted {
			t.Errorf("as of %s: the figure is told to be without %v, %v, want %t", at, explained.Stale, err, wanted)
		}
	}
}

// Days that close without an input are one alert of the portfolio, whichever partitions are missing, from the first such day to the first
// that has all; then another one.
func TestAMissingInputIsAnAlert(t *testing.T) {
	g := newRig(t, invoices, payments)
	g.restart()
	g.order(invoices, g.now, "C-1", "SO-1")
	g.turns(20)
	lose := func(lost bool, all ...Partition) {
		for _, id := range all {
			g.broker.silent[id], g.broker.lost[id] = lost, lost
		}
	}
	for _, step := range []struct {
		lost, back []Partition
		days       int
	}{
		{nil, nil, 1}, {[]Partition{payments}, nil, 2}, {[]Partition{invoices}, nil, 1}, {nil, []Partition{payments}, 1}, {nil, []Partition{invoices}, 2},
		{[]Partition{payments}, nil, 1},
	} {
		lose(true, step.lost...)
		lose(false, step.back...)
		g.sleep(step.days)
	}
	g.wantTransitions("1 * stale_input none > warning\n5 * stale_input warning > none\n7 * stale_input none > warning\n")
	rows, err := g.store.Alerts(t.Context(), alerts.Everybody)
	if err != nil || len(rows) != 3 || rows[1].ID != rows[0].ID || rows[1].Seq != 2 || rows[2].ID == rows[0].ID || rows[2].Seq != 1 {
		t.Fatalf("got %v, %v, want two alerts, of which one is over", rows, err)
	}
	want := `"customer_id":"*","signal":"stale_input","reason":"","from":"none","to":"warning","transition":"raised","rule_set":"live",` +
		`"facts":[{"name":"partitions","value":"1","threshold":"0"}],"money_at_risk":null,"clears_if":[],"actions":[],"evidence":["payments/0"]`
	if body := string(rows[0].Body); !strings.Contains(body, want) || rows[0].KnownAt != (firstDay+2).Start(time.UTC) {
		t.Errorf("got the alert %s, want %s in it", body, want)
	}
}

// A process that keeps no records in memory folds each of them anew, and meets days without an input one after the other.
func TestWhoKeepsNothingInMemoryLetsTheSameWait(t *testing.T) {
	g := debtors(t)
	g.runner.lane.cache = newCache(0, g.runner.Metrics.cache)
	for range 10 {
		g.order(invoices, g.now, "C-1", fmt.Sprint("SO-", g.open()))
		g.sleep(1)
	}
	delete(g.broker.lost, payments)
	delete(g.broker.silent, payments)
	g.sleep(2)
	g.wantTransitions("1 * stale_input none > warning\n4 C-3 limit_review_due none > warning\n12 * stale_input warning > none\n13 C-1 overdue none > info\n")
}

// People see which input is stale, since when, and when it is complete again; all the while there is work to do.
func TestAStaleInputIsShown(t *testing.T) {
	g := debtors(t)
	ready := false
	g.runner.Ready = func(waits error) { ready = waits == nil }
	shown := func(stale int) {
		t.Helper()
		want := fmt.Sprintf(`
			# HELP tocsin_stale_input 1 for each topic without all of which the open day was opened.
			# TYPE tocsin_stale_input gauge
			tocsin_stale_input{topic="customers"} 0
			tocsin_stale_input{topic="invoices"} 0
			tocsin_stale_input{topic="payments"} %d
		`, stale)
		if err := testutil.GatherAndCompare(g.reg, strings.NewReader(want), "tocsin_stale_input"); err != nil {
			t.Error(err)
		}
		if !ready {
			t.Error("there is nothing to work on")
		}
	}
	g.sleep(3)
	shown(1)
	day, _, err := g.store.Day(t.Context())
	if want := []state.StaleInput{{Topic: "payments", Inputs: state.InputReceivables, Since: firstDay + 1}}; err != nil || !slices.Equal(day.Stale, want) {
		t.Errorf("got %v, %v, want %v", day.Stale, err, want)
	}
	if log := g.log.String(); strings.Count(log, "goes on without a partition") != 4 || !strings.Contains(log, "day=2026-03-06 topic=payments partition=0 since=2026-03-03") {
		t.Errorf("people are told\n%s", log)
	}
	delete(g.broker.lost, payments)
	delete(g.broker.silent, payments)
	g.sleep(1)
	shown(0)
	if log := g.log.String(); strings.Count(log, "every input is complete again") != 1 {
		t.Errorf("people are told\n%s", log)
	}
	if err := testutil.GatherAndCompare(g.reg, strings.NewReader(`
		# HELP tocsin_partitions_left_behind_total Partitions without which a day went on, since they could not confirm its end.
		# TYPE tocsin_partitions_left_behind_total counter
		tocsin_partitions_left_behind_total{topic="payments"} 4
	`), "tocsin_partitions_left_behind_total"); err != nil {
		t.Error(err)
	}
}
