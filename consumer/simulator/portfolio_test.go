package simulator

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

func day(t *testing.T, text string) state.Date {
	t.Helper()
	d, ok := state.ParseDate(text)
	if !ok {
		t.Fatalf("%q is not a date", text)
	}
	return d
}

func portfolio(t *testing.T, seed uint64) *Portfolio {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return New(Config{Seed: seed, First: day(t, "2026-01-05"), Customers: 40, Zone: zone})
}

// year is all that becomes known in the first year.
func year(p *Portfolio) []state.Event {
	var all []state.Event
	for d := range state.Date(365) {
		all = append(all, p.Day(p.config.First+d)...)
	}
	return all
}

func TestTheSameSeedHasTheSameDays(t *testing.T) {
	if diff := cmp.Diff(year(portfolio(t, 7)), year(portfolio(t, 7))); diff != "" {
		t.Errorf("two portfolios of one seed (-first +second):\n%.2000s", diff)
	}
	if cmp.Equal(year(portfolio(t, 7)), year(portfolio(t, 8))) {
		t.Error("got the same year from two seeds, want different ones")
	}
}

func TestADayDoesNotDependOnWhatWasAskedBefore(t *testing.T) {
	last := day(t, "2026-09-30")
	want := portfolio(t, 7)
	for d := want.config.First; d < last; d++ {
		want.Day(d)
	}
	got := portfolio(t, 7)
	if diff := cmp.Diff(want.Day(last), got.Day(last)); diff != "" || len(got.Day(last)) == 0 {
		t.Errorf("last day, asked for at once (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.Day(want.config.First+9), got.Day(got.config.First+9)); diff != "" {
		t.Errorf("an earlier day, asked for afterwards (-want +got):\n%s", diff)
	}
}

func TestEventsLieInTheirDayAndInOrder(t *testing.T) {
	p := portfolio(t, 7)
	zone := p.config.Zone
	for d := p.config.First; d < p.config.First+365; d++ {
		before := state.Instant(0)
		for _, e := range p.Day(d) {
			if got := e.KnownAt.Date(zone); got != d {
				t.Fatalf("%s: got date %s of known_at, want %s", e.ID, got, d)
			}
			if e.KnownAt < before {
				t.Fatalf("%s: known before the event that stands ahead of it", e.ID)
			}
			before = e.KnownAt
		}
	}
	if got := p.Day(p.config.First - 1); got != nil {
		t.Errorf("day before the first: got %d events, want none", len(got))
	}
}

func TestScheduledCutsADayInTwo(t *testing.T) {
	p := portfolio(t, 7)
	d := day(t, "2026-03-11")
	noon := d.Start(p.config.Zone) + state.Instant(12*time.Hour)
	got := append(p.Scheduled(d.Start(p.config.Zone)-1, noon), p.Scheduled(noon, (d+1).Start(p.config.Zone)-1)...)
	if diff := cmp.Diff(p.Day(d), got); diff != "" {
		t.Errorf("morning and afternoon (-day +halves):\n%s", diff)
	}
}

// TestTheBookIsConsistent plays a year against a plain ledger: every document stands before what refers to it on another
// day, revisions rise, amounts agree, and nothing is told twice.
func TestTheBookIsConsistent(t *testing.T) {
	p := portfolio(t, 7)
	seen := map[string]int64{}
	invoices, paid := map[string]int64{}, map[string]int64{}
	for _, e := range year(p) {
		if e.Body == nil || e.Time != e.KnownAt || e.Source == "" {
			t.Fatalf("%s: incomplete event %+v", e.ID, e)
		}
		register := fmt.Sprint(e.Kind, e.Customer, e.Body.Key())
		if last, again := seen[register]; again && e.Revision <= last {
			t.Errorf("%s: got revision %d after %d", e.ID, e.Revision, last)
		}
		seen[register] = e.Revision
		switch b := e.Body.(type) {
		case *state.Order:
			positive(t, e.ID, b.Gross)
		case *state.Invoice:
			positive(t, e.ID, b.Total)
			if b.DueDate <= b.IssueDate {
				t.Errorf("%s: due %s, not after its issue %s", e.ID, b.DueDate, b.IssueDate)
			}
			invoices[b.InvoiceID] = b.Total.Minor
		case *state.LimitRevision:
			positive(t, e.ID, b.Amount)
		case *state.Payment:
			positive(t, e.ID, b.Amount)
			sum := int64(0)
			for _, a := range b.Allocations {
				if invoices[a.InvoiceID] != a.Amount.Minor {
					t.Errorf("%s: pays %d on %s, which is over %d", e.ID, a.Amount.Minor, a.InvoiceID, invoices[a.InvoiceID])
				}
				paid[a.InvoiceID]++
				sum += a.Amount.Minor
			}
			if sum != b.Amount.Minor || b.ValueDate > e.KnownAt.Date(p.config.Zone) {
				t.Errorf("%s: got %d allocated of %d, value date %s", e.ID, sum, b.Amount.Minor, b.ValueDate)
			}
		}
	}
	for id, times := range paid {
		if times > 2 {
			t.Errorf("%s: paid %d times, want once or once again after a return", id, times)
		}
	}
	if len(invoices) < 1000 || len(paid) < 900 {
		t.Errorf("got %d invoices and %d paid ones in a year, want a lively book", len(invoices), len(paid))
	}
}

func positive(t *testing.T, id string, m state.Money) {
	t.Helper()
	if m.Minor <= 0 || m.Currency == 0 {
		t.Errorf("%s: got amount %v, want a positive one", id, m)
	}
}

func TestCustomersDifferInNameNumberAndIdentifier(t *testing.T) {
	p := portfolio(t, 7)
	year(p)
	names, numbers := map[string]bool{}, map[state.Identifier]bool{}
	for _, c := range p.customers {
		if names[c.name] || numbers[c.identifier] {
			t.Errorf("%s: name %q or identifier %v is another's too", c.id, c.name, c.identifier)
		}
		names[c.name], numbers[c.identifier] = true, true
	}
	if len(p.Names()) != len(p.customers) {
		t.Errorf("got %d names, want %d", len(p.Names()), len(p.customers))
	}
}

func TestEveryStoryIsToldAndLabelled(t *testing.T) {
	p := portfolio(t, 7)
	year(p)
	told := map[string]int{}
	early := 0
	for _, l := range p.Labels() {
		told[l.Story]++
		if l.From > l.By || l.Signal == "" || l.Customer == "" {
			t.Errorf("label %+v: want a customer, a signal and a time in order", l)
		}
		if l.By < p.config.First+7 {
			early++
		}
	}
	for _, story := range []string{
		"slowdown", "failure", "petition", "surge", "temporary_increase", "limit_cut", "forgotten_review", "onboarding", "bounced_debit",
	} {
		if told[story] == 0 {
			t.Errorf("story %s: not told in a year", story)
		}
	}
	if early < 3 {
		t.Errorf("got %d labels in the first week, want at least 3", early)
	}
}

func TestThePulseDependsOnNothingButTheInstant(t *testing.T) {
	at := day(t, "2026-06-10").Start(time.UTC) + state.Instant(10*time.Hour)
	until := at + state.Instant(4*time.Minute)
	p := portfolio(t, 7)
	whole := p.Pulse(at, until)
	if len(whole) != int(4*time.Minute/Pace) {
		t.Fatalf("got %d events in four minutes, want one each %s", len(whole), Pace)
	}
	var pieces []state.Event
	again := portfolio(t, 7)
	for from := at; from < until; from += state.Instant(7 * time.Second) {
		pieces = append(pieces, again.Pulse(from, min(until, from+state.Instant(7*time.Second)))...)
	}
	if diff := cmp.Diff(whole, pieces); diff != "" {
		t.Errorf("the same four minutes in pieces (-whole +pieces):\n%s", diff)
	}
}

func TestAnOrderOfThePulseEnds(t *testing.T) {
	p := portfolio(t, 7)
	at := day(t, "2026-06-10").Start(time.UTC) + state.Instant(10*time.Hour)
	stop := at + state.Instant(5*time.Minute)
	events := p.Pulse(at, stop)
	later := portfolio(t, 7)
	later.Day(day(t, "2026-07-10")) // a demo that goes on a month later
	events = append(events, later.Settled(stop, stop+state.Instant(30*24*time.Hour))...)
	placed, open, owner := 0, map[string]bool{}, map[string]state.CustomerID{}
	for _, e := range events {
		if id, known := owner[e.Body.Key()]; known && id != e.Customer {
			t.Errorf("%s: is of %s, placed by %s", e.ID, e.Customer, id)
		}
		owner[e.Body.Key()] = e.Customer
		switch b := e.Body.(type) {
		case *state.Order:
			open[b.OrderID] = b.Status == state.OrderStatusOpen
			placed++
		case *state.OrderCancelled:
			open[b.OrderID] = false
		}
	}
	for id, isOpen := range open {
		if isOpen {
			t.Errorf("%s is left open", id)
		}
	}
	if placed < 5 {
		t.Errorf("got %d orders in five minutes, want some", placed)
	}
}
