package state

import (
	"slices"
	"testing"
	"time"
)

func TestLimitInForce(t *testing.T) { // DOMAIN.md 0.7
	withdrawn := base("L2", "03-01", 0)
	withdrawn.Withdrawn, withdrawn.Amount = true, Money{}
	ended := base("L2", "03-01", 300)
	ended.ValidTo = d25("03-31")
	dollars := base("L1", "01-01", 0)
	dollars.Amount = Money{100, currency("USD")}
	soft := base("L1", "01-01", 100)
	soft.Hard, soft.ReviewDate = FlagFalse, d25("06-30")
	checkLimits(t, []limitRow{
		{"not yet valid", []Event{event(1, base("L1", "02-01", 100))}, "01-31", Limit{Known: true}},
		{"valid", []Event{event(1, base("L1", "02-01", 100))}, "02-01", onFile("L1", 100)},
		{"soft, with a review", []Event{event(1, soft)}, "02-01", Limit{OnFile: true, ID: "L1", Base: 10000, Review: d25("06-30"), Known: true}},
		{"of two bases the later", []Event{event(1, base("L1", "02-01", 100)), event(1, base("L2", "03-01", 200))}, "03-01", onFile("L2", 200)},
		{"of two on one day the greater id", []Event{event(1, base("L2", "02-01", 100)), event(1, base("L1", "02-01", 200))}, "03-01", onFile("L2", 100)},
		{"withdrawn: older ones do not come back", []Event{event(1, base("L1", "02-01", 100)), event(1, withdrawn)}, "03-01", Limit{Known: true}},
		{"ended: its last day", []Event{event(1, base("L1", "02-01", 100)), event(1, ended)}, "03-31", onFile("L2", 300)},
		{"ended: older ones do not come back", []Event{event(1, base("L1", "02-01", 100)), event(1, ended)}, "04-01", Limit{Known: true}},
		{"34: in another currency, without a rate", []Event{event(1, dollars)}, "02-01", Limit{OnFile: true, ID: "L1", Hard: true}},
		{"temporary ones are no limit alone", []Event{event(1, temporary("T1", "02-01", "02-28", 50))}, "02-01",
			Limit{Temporary: 5000, Known: true, Increases: []TemporaryLimit{{ID: "T1", Amount: 5000, From: d25("02-01"), To: d25("02-28")}}}},
	})
}

func TestEdgeCase29LimitLowered(t *testing.T) {
	events := []Event{event(1, base("L1", "01-01", 400)), event(2, base("L1", "03-01", 300))}
	checkLimits(t, []limitRow{{"until then", events, "02-28", onFile("L1", 400)}, {"at once", events, "03-01", onFile("L1", 300)}})
	c := NewCustomer("C-1")
	tell(c, events...)
	if got, want := c.View(weekdayLedger(t), d25("02-28")).NextChange(), d25("03-01"); got != want {
		t.Errorf("next change: got %v, want %v", got, want)
	}
}

func TestEdgeCase30LimitRevisionsOutOfOrder(t *testing.T) {
	ahead := []Event{event(2, base("L1", "06-01", 300)), event(1, base("L1", "01-01", 400))}
	checkLimits(t, []limitRow{
		{"a revision ahead leaves the older one", ahead, "05-31", onFile("L1", 400)},
		{"until it begins", ahead, "06-01", onFile("L1", 300)},
		{"the higher revision counts, not the later date", []Event{event(2, base("L1", "01-01", 300)), event(1, base("L1", "02-01", 400))},
			"03-01", onFile("L1", 300)},
	})
}

func TestEdgeCase31OverlappingIncreases(t *testing.T) {
	events := []Event{
		event(1, base("L1", "01-01", 100)), event(1, temporary("T1", "02-01", "02-28", 50)), event(1, temporary("T2", "02-10", "03-31", 20)),
	}
	first := TemporaryLimit{ID: "T1", Amount: 5000, From: d25("02-01"), To: d25("02-28")}
	further := TemporaryLimit{ID: "T2", Amount: 2000, From: d25("02-10"), To: d25("03-31")}
	both, one := onFile("L1", 100), onFile("L1", 100)
	both.Temporary, both.Increases = 7000, []TemporaryLimit{first, further}
	one.Temporary, one.Increases = 2000, []TemporaryLimit{further}
	checkLimits(t, []limitRow{{"they add", events, "02-28", both}, {"each ends alone", events, "03-01", one}})
}

// An increase ends with its last day in the ledger's zone, also where the clock changes on that day.
func TestEdgeCase32IncreaseEndsWhereTheClockChanges(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	l := weekdayLedger(t)
	l.Zone = berlin
	c := known(base("L1", "01-01", 100), temporary("T1", "03-01", "03-30", 50))
	lastSecond := d25("03-31").Start(berlin) - Instant(time.Second)
	for _, row := range []struct {
		at   Instant
		want int64
	}{{lastSecond, 15000}, {lastSecond + Instant(time.Second), 10000}} {
		if got := c.View(l, row.at.Date(berlin)).Limit().Effective(); got != row.want {
			t.Errorf("at %v: got %d, want %d", row.at, got, row.want)
		}
	}
}

func TestEdgeCase33NoLimitAndZeroLimit(t *testing.T) {
	checkLimits(t, []limitRow{
		{"none", nil, "01-01", Limit{Known: true}},
		{"zero is a limit", []Event{event(1, base("L1", "01-01", 0))}, "02-01", onFile("L1", 0)},
	})
}

type limitRow struct {
	name   string
	events []Event
	day    string
	want   Limit
}

// onFile is a hard base limit in force.
func onFile(id string, amount float64) Limit {
	return Limit{OnFile: true, ID: id, Base: euros(amount).Minor, Hard: true, Known: true}
}

func checkLimits(t *testing.T, rows []limitRow) {
	t.Helper()
	l := weekdayLedger(t)
	for _, row := range rows {
		c := NewCustomer("C-1")
		tell(c, event(1, &Profile{Customer: "C-1", Name: "A", Country: "DE", ReportingCurrency: currency("EUR")}))
		tell(c, row.events...)
		got := c.View(l, d25(row.day)).Limit()
		if !slices.Equal(got.Increases, row.want.Increases) {
			t.Errorf("%s: increases: got %+v, want %+v", row.name, got.Increases, row.want.Increases)
		}
		got.Increases, row.want.Increases = nil, nil
		if !equalLimits(got, row.want) {
			t.Errorf("%s: got %+v, want %+v", row.name, got, row.want)
		}
	}
}

func equalLimits(a, b Limit) bool {
	return a.OnFile == b.OnFile && a.ID == b.ID && a.Base == b.Base && a.Temporary == b.Temporary && a.Hard == b.Hard &&
		a.Review == b.Review && a.Known == b.Known
}

func TestCustomerCurrency(t *testing.T) { // CONTRACT.md 4
	in := func(code string) Money { return Money{100, currency(code)} }
	reporting := &Profile{Customer: "C-1", Name: "A", Country: "DE", ReportingCurrency: currency("CHF")}
	limit := &LimitRevision{LimitID: "L1", Type: LimitBase, ValidFrom: d25("02-01"), Amount: in("GBP")}
	group := &LimitRevision{LimitID: "G1", Type: LimitGroup, ValidFrom: d25("01-01"), Amount: in("SEK")}
	invoiced := &Invoice{InvoiceID: "A", IssueDate: d25("02-01"), DueDate: d25("03-01"), Total: in("JPY")}
	credited := &CreditNote{CreditNoteID: "B", CreditDate: d25("02-01"), Amount: in("KWD")}
	ordered := &Order{OrderID: "A", OrderDate: d25("02-01"), Gross: in("PLN")}
	paid := &Payment{PaymentID: "A", ValueDate: d25("02-01"), Amount: in("USD")}
	earlier := &Payment{PaymentID: "Z", ValueDate: d25("01-31"), Amount: in("CZK")}
	for _, row := range []struct {
		name   string
		base   string
		bodies []Body
		day    string
		want   string
	}{
		{"nothing", "", nil, "02-01", ""},
		{"the profile's", "EUR", []Body{reporting, limit, invoiced}, "02-01", "CHF"},
		{"the ledger's", "EUR", []Body{limit, invoiced}, "02-01", "EUR"},
		{"the base limit's", "", []Body{limit, invoiced}, "02-01", "GBP"},
		{"a limit not yet in force", "", []Body{limit, earlier}, "01-31", "CZK"},
		{"credit note first", "", []Body{paid, ordered, invoiced, credited, group}, "02-01", "KWD"},
		{"then invoice", "", []Body{paid, ordered, invoiced}, "02-01", "JPY"},
		{"then order", "", []Body{paid, ordered}, "02-01", "PLN"},
		{"date before kind", "", []Body{earlier, credited}, "02-01", "CZK"},
		{"no document yet", "", []Body{credited, group}, "01-31", "SEK"},
	} {
		l := weekdayLedger(t)
		if row.base != "" {
			l.Base = currency(row.base)
		}
		c := known(row.bodies...)
		if got := c.View(l, d25(row.day)).Currency().String(); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

// The earliest document stays the earliest when it is amended, and after it has shrunk.
func TestCurrencyFollowsTheEarliestDocument(t *testing.T) {
	l := weekdayLedger(t)
	first := &Invoice{InvoiceID: "A", IssueDate: d25("01-02"), DueDate: d25("02-01"), Total: Money{0, currency("JPY")}}
	c := known(first, invoice("B", "01-10", "02-10", 100))
	look := func(want string) {
		t.Helper()
		if got := c.View(l, d25("03-01")).Currency().String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	look("JPY")
	later := *first
	later.IssueDate = d25("01-20")
	tell(c, event(2, &later))
	look("EUR")
	tell(c, event(3, first))
	look("JPY")
	c.Shrink(l, d25("01-02")+1000)
	if len(c.tables[KindInvoice].facts) != 1 {
		t.Fatalf("invoices left: %d, want 1", len(c.tables[KindInvoice].facts))
	}
	if got := c.View(l, d25("01-02")+1000).Currency().String(); got != "JPY" {
		t.Errorf("after shrinking: got %s, want JPY", got)
	}
}
