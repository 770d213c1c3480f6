package state

import (
	"strings"
	"testing"
)

func TestNewRegister(t *testing.T) {
	checkOutcomes(t, []outcomeRow{
		{"new", []Event{at(1, 1, 100)}, Accepted, 100},
		{"higher revision", []Event{at(1, 1, 100), at(2, 1, 200)}, Accepted, 200},
	})
}

func TestEdgeCase01DuplicateEvent(t *testing.T) {
	elsewhere := at(1, 1, 100)
	elsewhere.ID, elsewhere.Source = "other", "urn:bank"
	checkOutcomes(t, []outcomeRow{
		{"same again", []Event{at(1, 1, 100), at(1, 1, 100)}, Duplicate, 100},
		{"same content, later", []Event{at(1, 1, 100), at(1, 9, 100)}, Duplicate, 100},
		{"same content, another id and source", []Event{at(1, 1, 100), elsewhere}, Duplicate, 100},
	})
}

func TestEdgeCase02SameRevisionOtherContent(t *testing.T) {
	checkOutcomes(t, []outcomeRow{
		{"later", []Event{at(1, 1, 100), at(1, 2, 200)}, ConflictWon, 200},
		{"earlier", []Event{at(1, 2, 100), at(1, 1, 200)}, ConflictLost, 100},
		{"at one time: by content", []Event{at(1, 1, 100), at(1, 1, 200)}, ConflictWon, 200},
		{"at one time, the other way", []Event{at(1, 1, 200), at(1, 1, 100)}, ConflictLost, 200},
		{"a repeat under a later time decides", []Event{at(1, 1, 100), at(1, 5, 100), at(1, 3, 200)}, ConflictLost, 100},
	})
}

func TestEdgeCase03NewerThenOlderRevision(t *testing.T) {
	checkOutcomes(t, []outcomeRow{{"lower revision", []Event{at(2, 1, 200), at(1, 9, 100)}, Stale, 200}})
}

type outcomeRow struct {
	name    string
	events  []Event
	outcome Outcome // of the last
	total   float64 // that stands
}

func checkOutcomes(t *testing.T, rows []outcomeRow) {
	t.Helper()
	for _, row := range rows {
		c := NewCustomer("C-1")
		if got := tell(c, row.events...); got != row.outcome {
			t.Errorf("%s: got outcome %d, want %d", row.name, got, row.outcome)
		}
		if got := c.tables[KindInvoice].find("I1").body.(*Invoice).Total; got != euros(row.total) {
			t.Errorf("%s: got %v, want %v", row.name, got, euros(row.total))
		}
	}
}

// at is a revision of I1 with a time and a total.
func at(revision int64, time Instant, total float64) Event {
	ev := event(revision, invoice("I1", "01-02", "01-31", total))
	ev.Time = time
	return ev
}

// Facts are evaluated as of a day from what is known now: nothing of an evaluation is kept that a late event could leave
// wrong.
func TestEdgeCase09LateEventChangesThePast(t *testing.T) {
	l := weekdayLedger(t)
	c := known(hundred())
	overdue := func(day string) (sum int64) {
		c.Then(l, d25(day), func(v *View) {
			for _, line := range v.DueLines() {
				if line.DaysPastDue(v.Day) > 0 {
					sum += line.Tested
				}
			}
		})
		return sum
	}
	c.View(l, d25("03-10"))
	if got := overdue("02-10"); got != euros(100).Minor {
		t.Fatalf("before: got %d, want 100.00 overdue", got)
	}
	tell(c, event(1, payment("P1", "01-30", 100, to("I1", 100))))
	for _, day := range []string{"03-10", "02-10"} {
		if got := overdue(day); got != 0 {
			t.Errorf("a payment with an early value date, on %s: got %d, want nothing overdue", day, got)
		}
	}
}

func TestEntityAndUnknownMembersAreContent(t *testing.T) {
	told := event(1, invoice("I1", "01-02", "01-31", 100))
	entity, extended := told, told
	entity.Entity = "ACME-DE"
	extended.Canonical = `{"ext":1}`
	if got := tell(known(), told, entity); got != ConflictLost { // "invoice_id" stands where the other has "entity_id"
		t.Errorf("another entity: got %d, want a conflict that is lost", got)
	}
	if got := tell(known(), told, extended); got != ConflictWon { // "ext" stands where the other has "customer_id"
		t.Errorf("unknown members: got %d, want a conflict that is won", got)
	}
}

// What a former version kept as canonical data whole, because of an ext alone, is the same content.
func TestAnExtIsTheSameHoweverItIsKept(t *testing.T) {
	now := event(1, invoice("I1", "01-02", "01-31", 100))
	now.Ext = `{"a":1}`
	then, other := now, now
	then.Ext, then.Canonical = "", string(canonicalData(&now, now.Customer))
	other.Ext = `{"a":2}`
	if !strings.Contains(then.Canonical, `,"ext":{"a":1},`) {
		t.Fatalf("got %s, want the ext in its place", then.Canonical)
	}
	for _, pair := range [][2]Event{{then, now}, {now, then}} {
		if got := tell(known(), pair[0], pair[1]); got != Duplicate {
			t.Errorf("%+v after %+v: got %v, want a duplicate", pair[1].Stamp, pair[0].Stamp, got)
		}
		if !pair[0].Repeats(&pair[1]) || pair[0].Outranks(&pair[1]) {
			t.Errorf("%+v and %+v: want one to repeat the other", pair[0].Stamp, pair[1].Stamp)
		}
	}
	for _, known := range []Event{then, now} {
		if got := tell(NewCustomer("C-1"), known, other); got != ConflictWon || other.Repeats(&known) {
			t.Errorf("another ext after %+v: got %v, want a conflict", known.Stamp, got)
		}
	}
}

func TestCanonicalData(t *testing.T) {
	flagged := event(1, &Return{PaymentID: "P \"1\"\n\x01é", ReturnDate: d25("01-20"), Amount: euros(12.5), Allocations: []Allocation{to("I1", 12.5)}, BookedInError: FlagTrue})
	flagged.Entity = "E"
	withdrawn := event(2, &LimitRevision{LimitID: "L1", Type: LimitBase, Withdrawn: true, ValidFrom: d25("01-01")})
	for _, row := range []struct {
		event Event
		want  string
	}{
		{flagged, `{"allocations":[{"amount":{"amount":"12.50","currency":"EUR"},"invoice_id":"I1"}],"amount":{"amount":"12.50","currency":"EUR"},` +
			`"booked_in_error":true,"customer_id":"C-1","entity_id":"E","payment_id":"P \"1\"\n\u0001é","return_date":"2025-01-20","revision":1}`},
		{withdrawn, `{"amount":null,"customer_id":"C-1","kind":"base","limit_id":"L1","revision":2,"valid_from_date":"2025-01-01"}`},
	} {
		if got := string(canonicalData(&row.event, "C-1")); got != row.want {
			t.Errorf("got  %s\nwant %s", got, row.want)
		}
	}
}

func TestRegistryFactsOfCarriedIdentifiers(t *testing.T) {
	l := weekdayLedger(t)
	about := func(id Identifier) *RegistryFact {
		return &RegistryFact{Registry: "gb-companies-house", Identifier: id, Type: "liquidation", Effective: d25("02-01"), Status: RegistryActive}
	}
	profile := &Profile{Customer: "C-1", Name: "A", Country: "GB", Identifiers: []Identifier{{Scheme: "reg", Value: "1"}, {Scheme: "lei", Value: "2", Country: "DE"}}}
	for _, row := range []struct {
		name  string
		id    Identifier
		day   string
		shown bool
	}{
		{"the profile's country", Identifier{Scheme: "reg", Value: "1", Country: "GB"}, "02-01", true},
		{"no country", Identifier{Scheme: "reg", Value: "1"}, "02-01", true},
		{"another country", Identifier{Scheme: "reg", Value: "1", Country: "DE"}, "02-01", false},
		{"country does not matter for a lei", Identifier{Scheme: "lei", Value: "2"}, "02-01", true},
		{"another scheme", Identifier{Scheme: "duns", Value: "1"}, "02-01", false},
		{"not effective yet", Identifier{Scheme: "reg", Value: "1"}, "01-31", false},
	} {
		c := known(profile, about(row.id))
		if got := len(c.View(l, d25(row.day)).RegistryFacts()) > 0; got != row.shown {
			t.Errorf("%s: got shown %v, want %v", row.name, got, row.shown)
		}
	}
	early := known(about(Identifier{Scheme: "lei", Value: "2"}), profile)
	if got := len(early.View(l, d25("02-01")).RegistryFacts()); got != 1 {
		t.Errorf("event before its profile: got %d facts, want 1", got)
	}
	unnamed := known(about(Identifier{Scheme: "lei", Value: "2"}))
	unnamed.Shrink(l, d25("01-02"))
	tell(unnamed, event(1, profile))
	if got := len(unnamed.View(l, d25("02-01")).RegistryFacts()); got != 0 {
		t.Errorf("of a day past, unnamed then: got %d facts, want none until it is handed again", got)
	}
}

func TestRegistryHistory(t *testing.T) {
	l := weekdayLedger(t)
	c := NewCustomer("C-1")
	take := func(day string, revision int64, status RegistryStatus, retracts Flag) {
		ev := event(revision, &RegistryFact{
			Registry: "gb-gazette", Identifier: Identifier{Scheme: "lei", Value: "2"}, Type: "winding_up_petition", Effective: d25("02-01"),
			Status: status, Retracts: retracts,
		})
		c.Apply(d25(day), []Event{ev}, make([]Outcome, 1))
	}
	c.Apply(d25("03-01"), []Event{event(1, &Profile{Customer: "C-1", Name: "A", Country: "GB", Identifiers: []Identifier{{Scheme: "lei", Value: "2"}}})}, make([]Outcome, 1))
	take("03-02", 1, RegistryActive, FlagUnset)
	take("03-05", 3, RegistryEnded, FlagUnset)
	take("03-06", 2, RegistryActive, FlagUnset)
	got := c.View(l, d25("03-06")).RegistryFacts()
	if len(got) != 1 || got[0].FirstKnown != d25("03-02") || got[0].EndedKnown != d25("03-05") || got[0].Status != RegistryEnded {
		t.Errorf("got %+v, want one known since 03-02 and ended since 03-05", got)
	}
	take("03-07", 4, RegistryActive, FlagUnset)
	if got := c.View(l, d25("03-07")).RegistryFacts(); got[0].EndedKnown != 0 {
		t.Errorf("active again: got ended on %v", got[0].EndedKnown)
	}
	take("03-08", 5, RegistryActive, FlagTrue)
	if got := c.View(l, d25("03-08")).RegistryFacts(); len(got) != 0 {
		t.Errorf("retracted: got %+v", got)
	}
}

func TestEdgeCase11OldDocument(t *testing.T) {
	l := weekdayLedger(t)
	events := []Event{
		event(2, invoice("I1", "01-02", "01-31", 100)), event(1, payment("P1", "02-01", 100, to("I1", 100))),
		event(1, invoice("I2", "01-02", "01-31", 100)), event(1, order("O1", "01-02", 10)),
		event(1, &OrderCancelled{OrderID: "O1", CancelDate: d25("01-05")}),
	}
	c := NewCustomer("C-1")
	tell(c, events...)
	day := d25("02-01") + keepDays
	c.Shrink(l, day)
	if got := len(c.tables[KindInvoice].facts); got != 2 {
		t.Errorf("%d days after the payment: got %d invoices, want both", keepDays, got)
	}
	day += 129
	c.Shrink(l, day)
	if invoices, orders := len(c.tables[KindInvoice].facts), len(c.tables[KindOrder].facts); invoices != 1 || orders != 0 {
		t.Errorf("later: got %d invoices and %d orders, want the open invoice alone", invoices, orders)
	}
	for _, row := range []struct {
		event Event
		want  Outcome
	}{
		{events[0], Duplicate}, {event(1, invoice("I1", "01-02", "01-31", 100)), Stale}, {event(3, invoice("I1", "01-02", "01-31", 500)), Stale},
		{event(3, invoice("I1", "01-02", "01-31", 500)), Duplicate}, {events[1], Duplicate}, {events[3], Duplicate}, {events[4], Duplicate},
	} {
		if got := tell(c, row.event); got != row.want {
			t.Errorf("%T revision %d again: got %d, want %d", row.event.Body, row.event.Revision, got, row.want)
		}
	}
	if got := pictureOf(c.View(l, day)); got != "AR 100 01-31:100" {
		t.Errorf("got %q, want the open invoice", got)
	}
}

func TestReturnsStayCountedAfterShrinking(t *testing.T) {
	l := weekdayLedger(t)
	c := known(invoice("I1", "01-02", "01-31", 100), payment("P1", "01-10", 100, to("I1", 100)),
		&Return{PaymentID: "P1", ReturnDate: d25("01-20"), Amount: euros(100)}, payment("P2", "02-10", 100, to("I1", 100)))
	day := d25("02-10") + 700
	before := c.View(l, day).Parts()
	c.Shrink(l, day)
	if len(c.tables[KindPayment].facts) != 0 {
		t.Fatal("the payments have not shrunk")
	}
	if after := c.View(l, day).Parts(); !before.Equal(&after) || after.Returned != euros(100).Minor {
		t.Errorf("got %+v, before %+v, want 100.00 returned", after, before)
	}
}
