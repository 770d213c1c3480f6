package state_test

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/statetest"
)

const customer = state.CustomerID("C-1")

func ledger(t interface{ Fatal(...any) }) *state.Ledger {
	calendar, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, []state.Date{statetest.Start + 4})
	if err != nil {
		t.Fatal(err)
	}
	return &state.Ledger{Calendar: calendar, Zone: time.UTC, Horizon: 60, DisputeShield: 45}
}

// facts are a customer's facts as bytes.
func facts(c *state.Customer) []byte {
	return state.AppendRecord(nil, &state.Record{Customer: c})
}

// reload is the customer as it comes back from its bytes, with nothing derived.
func reload(t interface{ Fatal(...any) }, c *state.Customer) *state.Customer {
	rec, err := state.DecodeRecord(facts(c))
	if err != nil {
		t.Fatal(err)
	}
	return rec.Customer
}

// applyInBatches applies a day's events in batches of drawn sizes and returns what changed in all.
func applyInBatches(t *rapid.T, c *state.Customer, day state.Date, events []state.Event) state.Inputs {
	changed := state.Inputs(0)
	for len(events) > 0 {
		n := rapid.IntRange(1, len(events)).Draw(t, "batch")
		before := facts(c)
		inputs := c.Apply(day, events[:n], make([]state.Outcome, n))
		if (inputs == 0) != bytes.Equal(before, facts(c)) {
			t.Fatalf("inputs %b, but facts changed: %v", inputs, !bytes.Equal(before, facts(c)))
		}
		changed |= inputs
		events = events[n:]
	}
	return changed
}

// Whatever the order of a day's events, however they are batched and repeated, whether anybody looks in between: the facts
// are the same bytes, and so is what changed in all.
func TestFactsAreConfluent(t *testing.T) {
	l := ledger(t)
	rapid.Check(t, func(t *rapid.T) {
		days := statetest.History(customer, 4, 12).Draw(t, "history")
		one, other := state.NewCustomer(customer), state.NewCustomer(customer)
		for _, day := range days {
			one.Shrink(l, day.Date)
			changed := one.Apply(day.Date, day.Events, make([]state.Outcome, len(day.Events)))

			other.Shrink(l, day.Date)
			shuffled := rapid.Permutation(day.Events).Draw(t, "order")
			repeats := rapid.IntRange(0, len(shuffled)).Draw(t, "repeats")
			shuffled = slices.Concat(shuffled, shuffled[:repeats])
			changedToo := applyInBatches(t, other, day.Date, shuffled)
			if rapid.Bool().Draw(t, "look") {
				other.View(l, day.Date)
			}
			if rapid.Bool().Draw(t, "reload") {
				other = reload(t, other)
			}
			if changed != changedToo {
				t.Fatalf("day %v: changed %b, want %b", day.Date, changedToo, changed)
			}
			if !bytes.Equal(facts(one), facts(other)) {
				t.Fatalf("day %v: facts differ\n%x\n%x", day.Date, facts(one), facts(other))
			}
		}
	})
}

// picture is all that a view tells.
type picture struct {
	Currency    state.Currency
	Exposure    state.Exposure
	Limit       state.Limit
	Ageing      state.Ageing
	Lines       []state.DueLine
	Orders      []string
	Invoices    []string
	Registry    []state.RegistryEntry
	Parts       state.Parts
	Settlements []state.Settlement
	Settled     []string
	Net         string
	Extended    []state.Extension
	Placed      []string
	Conduct     conduct
}

// conduct is what a view tells of conduct.
type conduct struct {
	Disputes []state.DisputeEntry
	Promises []state.PromiseEntry
	Contacts []*state.Contact
	Requests []*state.TermsRequest
	Plans    []state.Plan
	Payers   []*state.PayerVerified
	Notes    []*state.Note
	Covers   []*state.Cover
	Override *state.GradeOverride
}

func pictureOf(v *state.View) picture {
	return picture{
		v.Currency(), v.Exposure(), v.Limit(), v.Ageing(), append([]state.DueLine(nil), v.DueLines()...), v.OpenOrderIDs(), v.OpenInvoiceIDs(),
		v.RegistryFacts(), v.Parts(), v.Settlements(), settledOf(v), fmt.Sprint(v.NetExposure()), v.Extensions(), placedOf(v),
		conduct{
			v.Disputes(), v.Promises(), v.Contacts(), v.Requests(), v.Plans(), v.VerifiedPayers(), v.Notes(), v.CoversOn(v.Day), v.GradeOverride(),
		},
	}
}

// placedOf are the orders of a view, comparable.
func placedOf(v *state.View) (all []string) {
	for _, o := range v.Placed(0) {
		all = append(all, fmt.Sprint(*o.Order(), v.IsCancelled(&o), o.Date, o.Minor, o.Currency, o.Project))
	}
	return all
}

// settledOf are the settled invoices of a view, comparable.
func settledOf(v *state.View) (all []string) {
	for i := range v.Settled() {
		s := &v.Settled()[i]
		all = append(all, fmt.Sprint(s.Invoice().InvoiceID, s.On, s.Late, s.ByCash(), s.Offered(), s.Took()))
	}
	return all
}

// forgetClosed leaves out what is gone once it has shrunk.
func (p *picture) forgetClosed() {
	k := &p.Conduct
	p.Settlements, p.Settled, p.Placed = nil, nil, nil
	k.Disputes, k.Promises, k.Contacts, k.Requests, k.Notes = nil, nil, nil, nil, nil
}

// difference tells how two values differ; empty when they do not.
func difference(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	return cmp.Diff(want, got)
}

// The book that is kept up to date by components equals one that is derived from scratch: after every batch, on the day
// itself, on earlier days and on later ones. Rates that become known meanwhile do not change what was in force before.
func TestBookEqualsOneFromScratch(t *testing.T) {
	l := ledger(t)
	rapid.Check(t, func(t *rapid.T) {
		days := statetest.History(customer, 5, 6).Draw(t, "history")
		rates := drawRates(t)
		all := (*state.Rates)(nil).With(rates)
		c := state.NewCustomer(customer)
		for _, day := range days {
			until := slices.IndexFunc(rates, func(row state.RateRow) bool { return row.Known >= day.Date })
			if until < 0 {
				until = len(rates)
			}
			c.Convert((*state.Rates)(nil).With(rates[:until]))
			c.Shrink(l, day.Date)
			c.View(l, day.Date)
			applyInBatches(t, c, day.Date, day.Events)
			sameAsFromScratch(t, l, c, all, day.Date)
			back := state.Date(rapid.IntRange(1, 90).Draw(t, "days back"))
			sameAsFromScratch(t, l, c, all, day.Date-back)
			sameThen(t, l, c, all, day.Date, day.Date-back)
		}
		c.Convert(all)
		last := days[len(days)-1].Date
		sameAsFromScratch(t, l, c, all, last+state.Date(rapid.IntRange(1, 90).Draw(t, "days on")))
	})
}

// sameThen holds what Then shows of an earlier day against a view of it, and looks whether it leaves the book as it was.
func sameThen(t *rapid.T, l *state.Ledger, c *state.Customer, rates *state.Rates, today, day state.Date) {
	scratch := reload(t, c)
	scratch.Convert(rates)
	want := pictureOf(scratch.View(l, day))
	c.Then(l, day, func(v *state.View) {
		if diff := difference(want, pictureOf(v)); diff != "" {
			t.Fatalf("then, on %v: from scratch (-), turned back (+)\n%s", day, diff)
		}
		sameFurtherBack(t, l, c, rates, v)
		if diff := difference(want, pictureOf(v)); diff != "" {
			t.Fatalf("then, on %v: from scratch (-), turned back twice (+)\n%s", day, diff)
		}
	})
	sameFurtherBack(t, l, c, rates, c.View(l, today))
	sameFurtherBack(t, l, c, rates, c.View(l, day))
	sameAsFromScratch(t, l, c, rates, today)
}

// sameFurtherBack is sameThen for what a view shows of a day before its own, and of its own.
func sameFurtherBack(t *rapid.T, l *state.Ledger, c *state.Customer, rates *state.Rates, v *state.View) {
	for _, back := range []state.Date{0, 7} {
		scratch, day := reload(t, c), v.Day-back
		scratch.Convert(rates)
		shown := v.On(day, func(further *state.View) {
			if diff := difference(pictureOf(scratch.View(l, day)), pictureOf(further)); diff != "" {
				t.Fatalf("on %v, seen from %v: from scratch (-), turned back (+)\n%s", day, v.Day, diff)
			}
		})
		if !shown {
			t.Fatalf("on %v, seen from %v: nothing is shown", day, v.Day)
		}
	}
	if v.On(v.Day+1, func(*state.View) { t.Fatal("a day ahead is shown") }) || v.On(v.Day-551, func(*state.View) { t.Fatal("a day long past is shown") }) {
		t.Fatal("what is not to be shown is said to be")
	}
}

func sameAsFromScratch(t *rapid.T, l *state.Ledger, c *state.Customer, rates *state.Rates, day state.Date) {
	fresh := reload(t, c)
	fresh.Convert(rates)
	kept, scratch := c.View(l, day), fresh.View(l, day)
	if diff := difference(pictureOf(scratch), pictureOf(kept)); diff != "" {
		t.Fatalf("%v: from scratch (-), kept (+)\n%s", day, diff)
	}
	for _, line := range kept.DueLines() {
		if min(line.Open, line.Disputed, line.Tested) < 0 || line.Open == 0 && line.Scheduled == 0 || line.Tested+line.Disputed > line.Scheduled {
			t.Fatalf("%v: %+v", day, line)
		}
	}
	moved := int64(0)
	for _, line := range reload(t, c).View(l, day).DueLines() { // those that no rate has rounded
		moved += line.Scheduled - line.Open
	}
	if moved != 0 {
		t.Fatalf("%v: plans changed what is due in all by %d", day, moved)
	}
	if e := kept.Exposure(); min(e.OpenOrders, e.DeliveredNotInvoiced, e.Receivables, e.Bills, e.Uncleared, e.Unapplied) < 0 {
		t.Fatalf("%v: %+v", day, e)
	}
	if a := kept.Ageing(); a.Current+a.Overdue != kept.Exposure().Receivables ||
		a.Days1to30+a.Days31to60+a.Days61to90+a.Days91plus != a.Overdue {
		t.Fatalf("%v: the buckets do not add up: %+v", day, a)
	}
}

// Until the day that NextChange names nothing changes but days past due.
func TestNothingChangesBeforeNextChange(t *testing.T) {
	l := ledger(t)
	rapid.Check(t, func(t *rapid.T) {
		c := state.NewCustomer(customer)
		c.Convert((*state.Rates)(nil).With(drawRates(t)))
		day := statetest.Start + state.Date(rapid.IntRange(-60, 60).Draw(t, "day"))
		events := statetest.Events(customer, 10).Draw(t, "events")
		c.Apply(day, events, make([]state.Outcome, len(events)))
		before := c.View(l, day)
		next, still := before.NextChange(), pictureOf(before)
		if next != 0 && next <= day {
			t.Fatalf("%v: next change on %v", day, next)
		}
		quiet := day + state.Date(rapid.IntRange(1, 200).Draw(t, "later"))
		if next != 0 && quiet >= next {
			quiet = next - 1
		}
		now := pictureOf(c.View(l, quiet))
		now.Ageing, still.Ageing = state.Ageing{}, state.Ageing{}
		if diff := difference(still, now); diff != "" {
			t.Fatalf("%v to %v, next change %v:\n%s", day, quiet, next, diff)
		}
	})
}

// How often Shrink is called makes no difference to what is left after the last call.
func TestShrinkingOftenIsShrinkingOnce(t *testing.T) {
	l := ledger(t)
	rapid.Check(t, func(t *rapid.T) {
		events := statetest.Events(customer, 20).Draw(t, "events")
		often, once := state.NewCustomer(customer), state.NewCustomer(customer)
		often.Apply(statetest.Start, events, make([]state.Outcome, len(events)))
		once.Apply(statetest.Start, events, make([]state.Outcome, len(events)))
		day := statetest.Start
		for range rapid.IntRange(1, 20).Draw(t, "calls") {
			day += state.Date(rapid.IntRange(1, 100).Draw(t, "days"))
			often.Shrink(l, day)
		}
		before := pictureOf(once.View(l, day))
		once.Shrink(l, day)
		if !bytes.Equal(facts(often), facts(once)) {
			t.Fatalf("on %v facts differ", day)
		}
		after := pictureOf(once.View(l, day))
		before.forgetClosed()
		after.forgetClosed()
		if diff := difference(before, after); diff != "" {
			t.Fatalf("shrinking changed what is open:\n%s", diff)
		}
		outcomes := make([]state.Outcome, len(events))
		if changed := once.Apply(day, events, outcomes); changed&(state.InputOrders|state.InputReceivables) != 0 {
			t.Fatalf("the same events again changed %b: %v", changed, outcomes)
		}
	})
}

func TestEncodingIsFaithful(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		applied := state.Applied{
			KnownAt: state.Instant(rapid.Int64().Draw(t, "known at")), Events: statetest.Events(customer, 8).Draw(t, "events"),
			Decision: rapid.SampledFrom([][]byte{nil, {}, []byte("ack")}).Draw(t, "decision"),
		}
		got, err := state.DecodeApplied(state.AppendApplied(nil, &applied))
		if err != nil {
			t.Fatal(err)
		}
		if diff := difference(applied, got); diff != "" {
			t.Fatalf("applied: want (-), got (+)\n%s", diff)
		}
		rec := state.Record{
			Customer: state.NewCustomer(customer), Day: statetest.Start, Now: state.Parts{PartSums: state.PartSums{BaseLimit: 1, Returned: -2}},
			Closed: state.Parts{PartSums: state.PartSums{OpenOrders: 1 << 40}}, Touched: state.InputLimits, Episodes: []byte("e"), Seq: 7, Told: []byte("t"),
		}
		rec.Customer.Apply(statetest.Start, applied.Events, make([]state.Outcome, len(applied.Events)))
		snapshot := state.AppendSnapshot(nil, &rec)
		back, err := state.DecodeSnapshot(snapshot)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(state.AppendSnapshot(nil, back), snapshot) {
			t.Fatalf("snapshot: another one comes back")
		}
	})
}
