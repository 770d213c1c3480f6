package state

import (
	"slices"
	"testing"
)

func TestLimitInForce(t *testing.T) { // edge cases 30 to 33 and DOMAIN.md 0.7
	l := weekdayLedger(t)
	revised := func(revision int64, body *LimitRevision) Event { return event(revision, body) }
	withdrawn := base("L2", "03-01", 0)
	withdrawn.Withdrawn, withdrawn.Amount = true, Money{}
	ended := base("L2", "03-01", 300)
	ended.ValidTo = d25("03-31")
	dollars := base("L1", "01-01", 0)
	dollars.Amount = Money{100, currency("USD")}
	soft := base("L1", "01-01", 100)
	soft.Hard, soft.ReviewDate = FlagFalse, d25("06-30")
	for _, row := range []struct {
		name   string
		events []Event
		day    string
		want   Limit
	}{
		{"none", nil, "01-01", Limit{Known: true}},
		{"not yet valid", []Event{revised(1, base("L1", "02-01", 100))}, "01-31", Limit{Known: true}},
		{"valid", []Event{revised(1, base("L1", "02-01", 100))}, "02-01", Limit{OnFile: true, ID: "L1", Base: 10000, Hard: true, Known: true}},
		{"soft, with a review", []Event{revised(1, soft)}, "02-01", Limit{OnFile: true, ID: "L1", Base: 10000, Review: d25("06-30"), Known: true}},
		{"30: a revision ahead leaves the older one", []Event{revised(2, base("L1", "06-01", 300)), revised(1, base("L1", "01-01", 400))},
			"05-31", Limit{OnFile: true, ID: "L1", Base: 40000, Hard: true, Known: true}},
		{"30: until it begins", []Event{revised(2, base("L1", "06-01", 300)), revised(1, base("L1", "01-01", 400))},
			"06-01", Limit{OnFile: true, ID: "L1", Base: 30000, Hard: true, Known: true}},
		{"30: the higher revision counts, not the later date", []Event{revised(2, base("L1", "01-01", 300)), revised(1, base("L1", "02-01", 400))},
			"03-01", Limit{OnFile: true, ID: "L1", Base: 30000, Hard: true, Known: true}},
		{"of two bases the later", []Event{revised(1, base("L1", "02-01", 100)), revised(1, base("L2", "03-01", 200))},
			"03-01", Limit{OnFile: true, ID: "L2", Base: 20000, Hard: true, Known: true}},
		{"of two on one day the greater id", []Event{revised(1, base("L2", "02-01", 100)), revised(1, base("L1", "02-01", 200))},
			"03-01", Limit{OnFile: true, ID: "L2", Base: 10000, Hard: true, Known: true}},
		{"withdrawn: older ones do not come back", []Event{revised(1, base("L1", "02-01", 100)), revised(1, withdrawn)}, "03-01", Limit{Known: true}},
		{"ended: its last day", []Event{revised(1, base("L1", "02-01", 100)), revised(1, ended)}, "03-31",
			Limit{OnFile: true, ID: "L2", Base: 30000, Hard: true, Known: true}},
		{"ended: older ones do not come back", []Event{revised(1, base("L1", "02-01", 100)), revised(1, ended)}, "04-01", Limit{Known: true}},
		{"33: zero is a limit", []Event{revised(1, base("L1", "01-01", 0))}, "02-01", Limit{OnFile: true, ID: "L1", Hard: true, Known: true}},
		{"34: in another currency", []Event{revised(1, dollars)}, "02-01", Limit{OnFile: true, ID: "L1", Base: 100, Hard: true}},
		{"temporary ones are no limit alone", []Event{revised(1, temporary("T1", "02-01", "02-28", 50))}, "02-01",
			Limit{Temporary: 5000, Known: true, Increases: []TemporaryLimit{{ID: "T1", Amount: 5000, From: d25("02-01"), To: d25("02-28")}}}},
		{"31: two add", []Event{revised(1, base("L1", "01-01", 100)), revised(1, temporary("T1", "02-01", "02-28", 50)), revised(1, temporary("T2", "02-10", "03-31", 20))},
			"02-28", Limit{OnFile: true, ID: "L1", Base: 10000, Hard: true, Temporary: 7000, Known: true, Increases: []TemporaryLimit{
				{ID: "T1", Amount: 5000, From: d25("02-01"), To: d25("02-28")}, {ID: "T2", Amount: 2000, From: d25("02-10"), To: d25("03-31")},
			}}},
		{"31: each ends alone", []Event{revised(1, base("L1", "01-01", 100)), revised(1, temporary("T1", "02-01", "02-28", 50)), revised(1, temporary("T2", "02-10", "03-31", 20))},
			"03-01", Limit{OnFile: true, ID: "L1", Base: 10000, Hard: true, Temporary: 2000, Known: true, Increases: []TemporaryLimit{
				{ID: "T2", Amount: 2000, From: d25("02-10"), To: d25("03-31")},
			}}},
	} {
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
