package consumer

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// summary is the one that is owed.
func (g *rig) summary() *alerts.Summary {
	g.t.Helper()
	rows, err := g.store.Summaries(g.t.Context())
	if err != nil || len(rows) != 1 {
		g.t.Fatalf("got %d summaries, %v, want one", len(rows), err)
	}
	sum, err := alerts.ParseSummary(rows[0].Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return sum
}

// owed are the cases that messages are owed of, and summaries.
func (g *rig) owedOf() (of []string) {
	g.t.Helper()
	owed, err := g.store.Owed(g.t.Context(), g.now+state.Instant(time.Hour), 99)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, m := range owed {
		of = append(of, string(m.Customer))
	}
	return of
}

// late is an invoice of 90,000 euros, due on a day, that is published days after it was issued.
func (g *rig) late(customer string, due state.Date, published state.Instant) {
	g.broker.append(invoices, published, fmt.Appendf(nil, `{"specversion":"1.0","id":"I-%s/1","source":"urn:t","type":"tocsin.invoice.issued.v1",
		"subject":"%s","time":"%s","data":{"customer_id":"%s","revision":1,"invoice_id":"I-%s","issue_date":"%s","due_date":"%s",
		"total":{"amount":"90000.00","currency":"EUR"}}}`, customer, customer, (due-30).Start(time.UTC), customer, customer, due-30, due))
}

// load publishes the history of customers, all long overdue by now, and has it read.
func (g *rig) load(customers int) {
	g.t.Helper()
	for i := range customers {
		due := firstDay - 70 - state.Date(i)
		g.late(fmt.Sprintf("C-%02d", i), due, (firstDay - 80).Start(time.UTC))
	}
	g.play()
}

// play has what was published read, and the days closed.
func (g *rig) play() {
	g.t.Helper()
	for turn := 0; g.open() < g.now.Date(time.UTC); turn++ {
		if turn > 9000 {
			g.t.Fatalf("stuck on %v", g.open())
		}
		g.turns(1)
	}
	g.turns(20)
}

// sent has everything that is owed delivered.
func (g *rig) sent() {
	g.t.Helper()
	owed, err := g.store.Owed(g.t.Context(), g.now+state.Instant(time.Hour), 99)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, m := range owed {
		if err := g.store.Deliver(g.t.Context(), state.Lease{}, state.Receipt{Case: m.Case, Channel: "#credit", Timestamp: "17." + m.Case, Seq: m.Seq, Body: m.Body}); err != nil {
			g.t.Fatal(err)
		}
	}
}

func TestFewCasesOfAFirstLoadAreToldOneByOne(t *testing.T) {
	for cases, want := range map[int][]string{fewestSummed - 1: {"C-00", "C-01", "C-02", "C-03"}, fewestSummed: {""}} {
		g := newRig(t, invoices)
		g.load(cases)
		got := g.owedOf()
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%d cases: messages of %q are owed, want %q", cases, got, want)
		}
	}
}

func TestWhatChangesAfterASummaryIsToldByItself(t *testing.T) {
	g := newRig(t, invoices)
	g.load(20)
	sum := g.summary()
	if sum.Cases() != 20 || sum.Critical != 20 || len(sum.Worst) != 10 || sum.AtRisk[0].Minor != 20*90_000_00 || sum.From >= sum.To {
		t.Fatalf("got %+v, want 20 critical cases and 1.8 million at risk", sum)
	}
	g.sent()
	// Nobody is told anew what the summary has told.
	g.turns(20)
	if of := g.owedOf(); len(of) > 0 {
		t.Errorf("messages of %q are owed, want none", of)
	}
	g.broker.append(invoices, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"L/1","source":"urn:t","type":"tocsin.limit.set.v1","subject":"C-07","time":"%s",
		"data":{"customer_id":"C-07","revision":1,"limit_id":"L","kind":"base","amount":{"amount":"1.00","currency":"EUR"},"valid_from_date":"2026-01-01"}}`, g.now))
	g.turns(20)
	if of := g.owedOf(); len(of) != 1 || of[0] != "C-07" {
		t.Errorf("messages of %q are owed, want C-07's", of)
	}
}

// After days in which nobody was there, in which the first limit came so that everybody else lacks one, people get one message about what is new, and those that they have are edited.
func TestALongOutageEndsWithOneSummary(t *testing.T) {
	g := newRig(t, invoices)
	g.load(3)
	g.sent()
	stopped := g.now
	g.now += state.Instant(60 * 24 * time.Hour)
	for i := range 9 {
		g.late(fmt.Sprintf("N-%d", i), firstDay+5, stopped+state.Instant(time.Hour))
	}
	g.broker.append(invoices, stopped+state.Instant(2*time.Hour), fmt.Appendf(nil, `{"specversion":"1.0","id":"L/1","source":"urn:t","type":"tocsin.limit.set.v1","subject":"C-01","time":"%s",
		"data":{"customer_id":"C-01","revision":1,"limit_id":"L","kind":"base","amount":{"amount":"1.00","currency":"EUR"},"valid_from_date":"2026-01-01"}}`, stopped))
	g.start(g.store)
	g.play()
	sum := g.summary()
	if sum.Why != alerts.WhyBehind || sum.Cases() != 12 || sum.From != firstDay+1 || sum.To < g.now.Date(time.UTC)-1 {
		t.Errorf("got %+v, want nine new cases and those three that have changed, since %v", sum, firstDay+1)
	}
	of := g.owedOf()
	if slices.Sort(of); !slices.Equal(of, []string{"", "C-00", "C-01", "C-02"}) {
		t.Errorf("messages of %q are owed, want the summary and the edits of those that people have", of)
	}
}

// What was held on purpose is told at the first start that holds nothing.
func TestAHoldThatEndsLeavesOneSummary(t *testing.T) {
	g := newRig(t, invoices)
	g.runner.Hold.All = true
	g.load(8)
	if due, held, err := g.store.OwedCount(t.Context()); err != nil || due != 0 || held != 8 {
		t.Fatalf("got %d cases owed, %d held, %v, want all held", due, held, err)
	}
	g.start(g.store)
	g.turns(20)
	if sum := g.summary(); sum.Why != alerts.WhyHold || sum.Cases() != 8 {
		t.Errorf("got %+v, want the 8 cases that were held", sum)
	}
}

// Of two instances that are caught up at the same moment one owes the summary.
func TestASummaryIsOwedByOneOfTwo(t *testing.T) {
	g := newRig(t, invoices)
	g.runner.Hold.All = true
	g.load(8)
	first, second := &Runner{Store: g.store, Now: g.runner.Now, day: g.runner.day}, &Runner{day: g.runner.day, Now: g.runner.Now}
	second.Store = &between{Store: g.store, do: func() {
		if _, err := first.letGo(t.Context()); err != nil {
			t.Fatal(err)
		}
	}}
	if _, err := second.letGo(t.Context()); err == nil {
		t.Error("the second one has released, too")
	}
	g.summary()
	if n, err := second.letGo(t.Context()); n != 0 || err != nil {
		t.Errorf("another look: got %d cases, %v, want nothing left", n, err)
	}
}

// between is a store to which somebody else comes before a release.
type between struct {
	state.Store
	do func()
}

func (b *between) Release(ctx context.Context, l state.LettingGo) error {
	if b.do != nil {
		b.do()
		b.do = nil
	}
	return b.Store.Release(ctx, l)
}

// Whoever is erased leaves the summary, which people see edited.
func TestAnErasedCustomerLeavesTheSummary(t *testing.T) {
	g := newRig(t, peopleTopic, invoices)
	for i := range 6 {
		g.late(fmt.Sprintf("C-%02d", i), firstDay-70, (firstDay - 80).Start(time.UTC))
	}
	now := g.now
	g.now = (firstDay - 79).Start(time.UTC)
	g.publish("customer.profile", "C-Jane/1", `"name":"Jane Doe","country":"DE","kind":"person","reporting_currency":"EUR"`)
	g.invoice("INV-7", "95000.00")
	g.now = now
	g.play()
	before := g.summary()
	if before.Worst[0].Name != "Jane Doe" || before.Cases() != 7 {
		t.Fatalf("got %+v, want her on top of 7 cases", before)
	}
	g.sent()
	g.erase(firstDay)
	g.turns(20)
	after := g.summary()
	if after.Worst[0].Customer != g.pseudonym() || after.Worst[0].Name != alerts.Erased || after.Seq != 2 || after.Cases() != 7 {
		t.Errorf("got %+v, want her erased from it", after)
	}
	g.wantNothingPersonal()
	if of := g.owedOf(); !slices.Contains(of, "") {
		t.Errorf("messages of %q are owed, want the summary's edit among them", of)
	}
}
