package state

import (
	"fmt"
	"testing"
	"time"
)

// Rows 13 to 20, 42 to 46, 50 and 65 of DOMAIN.md 6: credit notes, what becomes of invoices, and dates.

func TestEdgeCase13CreditNote(t *testing.T) {
	checkBookings(t, []bookingRow{
		{"reduces its invoice", []Body{hundred(), credit("C1", "01-10", 40, to("I1", 40))}, "01-15", "AR 60 01-31:60"},
		{"on its date", []Body{hundred(), credit("C1", "01-10", 40, to("I1", 40))}, "01-09", "AR 100 01-31:100"},
		{"more than is open", []Body{hundred(), credit("C1", "01-10", 140, to("I1", 140))}, "01-15", "UC 40"},
		{"before cash of its date", []Body{hundred(), payment("P1", "01-10", 100, to("I1", 100)), credit("C1", "01-10", 40, to("I1", 40))},
			"01-15", "UC 40"},
	})
}

func TestEdgeCase14CreditNoteWithoutRelation(t *testing.T) {
	checkBookings(t, []bookingRow{
		{"set against lines after cash", []Body{hundred(), second(), credit("C1", "01-10", 30), payment("P1", "01-10", 90)},
			"01-15", "AR 200 UC 120 01-31:100(0) 02-28:100(80)"},
	})
}

func TestEdgeCase15CreditNoteCancelled(t *testing.T) {
	void := credit("C1", "01-10", 40, to("I1", 40))
	void.Cancelled = FlagTrue
	checkBookings(t, []bookingRow{{"open again at the original due date", []Body{hundred(), void}, "01-15", "AR 100 01-31:100"}})
}

func TestEdgeCase16InvoiceCancelled(t *testing.T) {
	cancel := &InvoiceCancelled{InvoiceID: "I1", CancelDate: d25("01-20")}
	paid := payment("P1", "01-10", 60, to("I1", 60))
	checkBookings(t, []bookingRow{
		{"its payment is unapplied", []Body{hundred(), paid, cancel}, "01-25", "UC 60"},
		{"not yet", []Body{hundred(), paid, cancel}, "01-19", "AR 40 01-31:40"},
		{"nothing is disputed any more", []Body{hundred(), dispute("D1", "01-10", 40, "I1"), cancel}, "01-25", ""},
	})
	whole := known(hundred(), payment("P1", "01-10", 100, to("I1", 100)), cancel)
	if got := whole.View(weekdayLedger(t), d25("01-25")).Settlements(); len(got) != 0 {
		t.Errorf("got %+v, want no sample", got)
	}
}

func TestEdgeCase17InvoiceReissued(t *testing.T) {
	cancel := &InvoiceCancelled{InvoiceID: "I1", CancelDate: d25("01-20")}
	replacing := invoice("I2", "02-02", "04-30", 100)
	replacing.Replaces = "I1"
	circular := hundred()
	circular.Replaces = "I2"
	checkBookings(t, []bookingRow{
		{"keeps the first due date", []Body{hundred(), cancel, replacing}, "02-10", "AR 100 01-31:100"},
		{"a cycle is cut", []Body{circular, cancel, replacing}, "02-10", "AR 100 01-31:100"},
	})
}

func TestEdgeCase18InvoiceAmended(t *testing.T) {
	checkDueDates(t, []dueRow{
		{"corrected", []Event{revised(1, "01-31", 0), revised(2, "03-31", d25("03-31"))}, "2025-03-31 2025-03-31"},
		{"a correction taken back", []Event{revised(1, "01-31", 0), revised(2, "03-31", d25("03-31")), revised(3, "03-31", 0)}, "2025-01-31 2025-01-31"},
	})
	c := known(hundred(), payment("P1", "01-10", 100, to("I1", 100)))
	tell(c, event(2, invoice("I1", "01-02", "01-31", 130)))
	if got, want := pictureOf(c.View(weekdayLedger(t), d25("01-15"))), "AR 30 01-31:30"; got != want {
		t.Errorf("another amount: got %q, want %q", got, want)
	}
	replacing := invoice("I2", "02-02", "04-30", 100)
	replacing.Replaces = "I1"
	if got, want := pictureOf(known(replacing).View(weekdayLedger(t), d25("02-10"))), "AR 100 04-30:100"; got != want {
		t.Errorf("another customer, to whom the replaced invoice is not known: got %q, want %q", got, want)
	}
}

func TestEdgeCase19DueDateExtended(t *testing.T) {
	checkDueDates(t, []dueRow{
		{"extended", []Event{revised(1, "01-31", 0), revised(2, "03-31", 0)}, "2025-01-31 2025-01-31"},
		{"the first revision comes last", []Event{revised(2, "03-31", 0), revised(3, "04-30", 0), revised(1, "01-31", 0)}, "2025-01-31 2025-01-31"},
	})
}

func TestEdgeCase20DueDateShortened(t *testing.T) {
	checkDueDates(t, []dueRow{
		{"shortened", []Event{revised(1, "03-31", 0), revised(2, "01-01", 0)}, "2025-03-31 2025-03-31"},
		{"before the issue date, as written", []Event{revised(1, "01-01", 0)}, "2025-01-01 2025-01-01"},
	})
}

func TestEdgeCase42DueDateOnAWeekend(t *testing.T) {
	checkDueDates(t, []dueRow{{"a Saturday", []Event{revised(1, "02-01", 0)}, "2025-02-01 2025-02-03"}})
	got := known(invoice("I1", "01-02", "02-01", 100), payment("P1", "02-03", 100, to("I1", 100))).
		View(weekdayLedger(t), d25("02-10")).Settlements()
	if len(got) != 1 || got[0].Late != 0 {
		t.Errorf("paid on Monday: got %+v, want lateness 0", got)
	}
}

func TestEdgeCase43HolidayCalendarChanged(t *testing.T) {
	before, after := weekdayLedger(t), weekdayLedger(t)
	after.Calendar = weekdays(t, "2025-01-31")
	c := known(hundred())
	for _, row := range []struct {
		ledger *Ledger
		want   string
	}{{before, "2025-01-31"}, {after, "2025-02-03"}} {
		if got := c.View(row.ledger, d25("02-10")).DueLines()[0].Effective.String(); got != row.want {
			t.Errorf("got %s, want %s", got, row.want)
		}
	}
}

func TestEdgeCase44LeapDay(t *testing.T) { // month ends of the terms: TestTermsDue
	issued := &Invoice{InvoiceID: "I1", IssueDate: on("2024-01-30"), DueDate: on("2024-02-29"), Total: euros(100)}
	line := known(issued).View(weekdayLedger(t), on("2024-03-01")).DueLines()[0]
	if got := line.DaysPastDue(on("2024-03-01")); got != 1 {
		t.Errorf("a day after 29 February: got %d days past due, want 1", got)
	}
	if got := on("2025-02-28") - on("2024-02-29"); got != 365 {
		t.Errorf("got a year of %d days, want 365", got)
	}
}

func TestEdgeCase45CustomerInAnotherTimeZone(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	l := weekdayLedger(t)
	l.Zone = shanghai
	paid := event(1, payment("P1", "01-31", 100, to("I1", 100)))
	paid.Time = InstantOf(time.Date(2025, 1, 31, 23, 30, 0, 0, time.UTC)) // 1 February in the ledger
	c := known(hundred())
	tell(c, paid)
	if got := c.View(l, d25("02-10")).Settlements(); len(got) != 1 || got[0].Late != 0 || got[0].On != d25("01-31") {
		t.Errorf("got %+v, want one settled in time by the bank's value date", got)
	}
}

func TestEdgeCase46DaysOf23And25Hours(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	l := weekdayLedger(t)
	l.Zone, l.Calendar = berlin, Calendar{}
	for _, row := range []struct{ due, day string }{{"03-29", "03-31"}, {"10-25", "10-27"}} {
		line := known(invoice("I1", "01-02", row.due, 100)).View(l, d25(row.day)).DueLines()[0]
		if got := line.DaysPastDue(d25(row.day)); got != 2 {
			t.Errorf("from %s to %s: got %d days past due, want 2", row.due, row.day, got)
		}
		if hours := d25(row.day).Start(berlin).Time().Sub(d25(row.due).Start(berlin).Time()).Hours(); hours == 48 {
			t.Errorf("from %s to %s there is no change of the clock", row.due, row.day)
		}
	}
}

func TestEdgeCase50Retention(t *testing.T) {
	retained := hundred()
	retained.Retention = DueAmount{DueDate: d25("12-31"), Amount: euros(10)}
	bodies := []Body{retained, payment("P1", "01-10", 90, to("I1", 90))}
	checkBookings(t, []bookingRow{{"a line of its own", bodies, "03-01", "AR 10 12-31:10"}})
	if a := known(bodies...).View(weekdayLedger(t), d25("12-31")).Ageing(); a.Overdue != 0 {
		t.Errorf("on its day: got %d overdue, want none before", a.Overdue)
	}
}

func TestEdgeCase65SameNameOtherCompany(t *testing.T) {
	profile := &Profile{Customer: "C-1", Name: "Acme Ltd", Country: "GB", Identifiers: []Identifier{{"reg", "01234567", "GB"}}}
	about := func(number string) *RegistryFact {
		return &RegistryFact{
			Registry: "gb-companies-house", Identifier: Identifier{"reg", number, "GB"}, Type: "liquidation", Effective: d25("02-01"),
			Detail: "Acme Ltd",
		}
	}
	for number, want := range map[string]int{"01234567": 1, "07654321": 0} {
		if got := len(known(profile, about(number)).View(weekdayLedger(t), d25("02-01")).RegistryFacts()); got != want {
			t.Errorf("%s: got %d facts, want %d", number, got, want)
		}
	}
}

type dueRow struct {
	name   string
	events []Event
	want   string // due, effective
}

// checkDueDates looks at I1 after events that are told while somebody looks.
func checkDueDates(t *testing.T, rows []dueRow) {
	t.Helper()
	l := weekdayLedger(t)
	for _, row := range rows {
		c := NewCustomer("C-1")
		c.View(l, d25("01-01"))
		tell(c, row.events...)
		lines := c.View(l, d25("01-05")).DueLines()
		if got := fmt.Sprint(lines[0].Due, " ", lines[0].Effective); got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
	}
}

// revised is a revision of I1.
func revised(revision int64, due string, original Date) Event {
	body := invoice("I1", "01-02", due, 100)
	body.OriginalDueDate = original
	return event(revision, body)
}
