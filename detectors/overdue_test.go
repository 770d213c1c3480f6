package detectors

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

func TestOD1DaysCountFromTheDayAfterTheDueDate(t *testing.T) {
	b := newBooks(invoice("INV-1", "1000", "2025-02-08", "2025-03-10"))
	d := NewOverdue()
	for _, c := range []struct {
		day   string
		days  int
		raise Level
	}{
		{"2025-03-10", 0, None},
		{"2025-03-11", 1, None},
		{"2025-03-15", 5, None},
		{"2025-03-16", 6, Info},
		{"2025-04-09", 30, Info},
		{"2025-04-10", 31, Warning},
		{"2025-05-09", 60, Warning},
		{"2025-05-10", 61, Critical},
		{"2025-06-08", 90, Critical},
		{"2025-06-09", 91, Critical},
	} {
		in := b.at(date(c.day))
		v := d.Evaluate(in)
		if got := in.View.DueLines()[0].DaysPastDue(in.View.Day); got != c.days || v.Raise != c.raise || v.Clear != above(c.raise) {
			t.Errorf("%s: got %d days, %v, clear %03b, want %d days, %v", c.day, got, v.Raise, v.Clear, c.days, c.raise)
		}
		if got, want := d.Default90(in).Is, c.days > 90; got != want {
			t.Errorf("%s: default %v, want %v", c.day, got, want)
		}
	}
}

func TestOverdueNamesTheNextDay(t *testing.T) {
	b := newBooks(invoice("INV-1", "1000", "2025-02-08", "2025-03-10"))
	for day, want := range map[string]string{
		"2025-02-20": "2025-03-16", "2025-03-15": "2025-03-16", "2025-03-16": "2025-04-10", "2025-04-10": "2025-05-10", "2025-05-10": "",
	} {
		next := state.Date(0)
		if want != "" {
			next = date(want)
		}
		if v := NewOverdue().Evaluate(b.at(date(day))); v.Next != next {
			t.Errorf("%s: next %v, want %v", day, v.Next, next)
		}
	}
}

func TestOverdueHearsOnlyMaterialLines(t *testing.T) {
	large := invoice("INV-9", "99500", "2025-02-08", "2026-12-31") // with the other, 1 % of the receivables is 1,000
	for _, c := range []struct {
		name  string
		books *books
		raise Level
	}{
		{"500", newBooks(invoice("INV-1", "500", "2025-02-08", "2025-03-10")), Warning},
		{"a cent below", newBooks(invoice("INV-1", "499.99", "2025-02-08", "2025-03-10")), None},
		{"below 1 % of the receivables", newBooks(large, invoice("INV-1", "999.99", "2025-02-08", "2025-03-10")), None},
		{"from 1 % on", newBooks(large, invoice("INV-1", "1005.06", "2025-02-08", "2025-03-10")), Warning},
		{"many small ones", newBooks(invoice("INV-1", "499", "2025-02-08", "2025-03-10"), invoice("INV-2", "499", "2025-02-08", "2025-03-10")), None},
		{"the material one is younger", newBooks(invoice("INV-1", "499", "2025-01-08", "2025-01-10"), invoice("INV-2", "600", "2025-02-08", "2025-04-01")), Info},
		{"only residue", newBooks(invoice("INV-1", "500000", "2025-02-08", "2025-03-10"), payment("P-1", "498000", "2025-04-01", "INV-1 498000")), None},
	} {
		if v := NewOverdue().Evaluate(c.books.at(date("2025-04-10"))); v.Raise != c.raise {
			t.Errorf("%s: got %v, want %v", c.name, v.Raise, c.raise)
		}
	}
}

func TestT01CashNotYetAppliedIsSetAgainstTheOldest(t *testing.T) {
	b := newBooks(invoice("INV-1", "100000", "2025-02-08", "2025-03-10"), payment("P-1", "60000", "2025-04-01"))
	d, in := NewOverdue(), b.at(date("2025-04-10"))
	got := d.Describe(in, d.Evaluate(in))
	if want := eur("40000"); got.MoneyAtRisk != want {
		t.Errorf("money at risk: got %v, want %v", got.MoneyAtRisk, want)
	}
	in = b.add(payment("P-2", "39500.01", "2025-04-10")).at(date("2025-04-10"))
	if v := d.Evaluate(in); v.Raise != None {
		t.Errorf("with 499.99 left: got %v, want none", v.Raise)
	}
}

func TestOverdueTellsOfTheLinesThatHoldTheLevel(t *testing.T) {
	b := newBooks(
		invoice("INV-0", "300", "2024-12-01", "2025-01-06"), // too small to count, but cash reaches it first
		invoice("INV-1", "2000", "2025-01-01", "2025-02-03"),
		invoice("INV-2", "1000", "2025-01-01", "2025-02-10"),
		invoice("INV-3", "700", "2025-02-01", "2025-04-04"),
		invoice("INV-4", "9000", "2025-03-01", "2025-06-30"),
	)
	d, in := NewOverdue(), b.at(date("2025-04-12"))
	got := d.Describe(in, d.Evaluate(in))
	want := Detail{
		Facts:       []Fact{{"days_past_due", "68", "60"}, {"open_amount", "2000.00", "500.00"}},
		MoneyAtRisk: eur("3000"),
		ClearsIf:    []Remedy{{"pay", eur("2800.01"), Info}, {"pay", eur("3500.01"), None}},
		Actions:     []string{"hold_orders", "visit_customer", "final_demand"},
		Evidence:    []string{"INV-1", "INV-2"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestOverdueTellsOfADefault(t *testing.T) {
	d, in := NewOverdue(), newBooks(invoice("INV-1", "1000", "2025-02-08", "2025-03-10")).at(date("2025-06-09"))
	got := d.Describe(in, d.Evaluate(in))
	if want := (Fact{"default_90", "91", "90"}); got.Facts[2] != want {
		t.Errorf("got %v, want %v", got.Facts[2], want)
	}
	if got.Actions[1] != "start_legal_action" {
		t.Errorf("actions: got %v", got.Actions)
	}
}

// T-OD-3.
func TestOD3RatioOfWhatIsOverdue(t *testing.T) {
	b := newBooks(
		invoice("INV-1", "30000", "2025-01-08", "2025-03-31"),
		invoice("INV-2", "60000", "2025-01-08", "2025-04-01"),
		invoice("INV-3", "90000", "2025-01-08", "2025-04-09"),
		invoice("INV-4", "270000", "2025-01-08", "2025-06-30"),
	)
	in := b.at(date("2025-04-10"))
	d := NewOverdueRatio()
	v := d.Evaluate(in)
	got := d.Describe(in, v)
	if v.Raise != Warning || got.Facts[0] != (Fact{"overdue_ratio", "0.400", "0.250"}) {
		t.Errorf("got %v, %v, want warning at 0.400", v.Raise, got.Facts[0])
	}
	if want := []Remedy{{"pay", eur("67500.01"), None}}; !cmp.Equal(got.ClearsIf, want) {
		t.Errorf("clears if: got %v, want %v", got.ClearsIf, want)
	}
	if v := d.Evaluate(b.at(date("2025-04-09"))); v.Raise != None || v.Next != date("2025-04-10") {
		t.Errorf("a day before: got %v, next %v, want none, 2025-04-10", v.Raise, v.Next)
	}
}

func TestRatioBeginsToTheCent(t *testing.T) {
	for _, c := range []struct {
		overdue, rest string // the rest in two invoices, one of 1.00
		raise         Level
	}{
		{"2500", "7499", Warning},
		{"2499.99", "7499.01", None},
		{"5000", "4999", Critical},
		{"4999.99", "4999.01", Warning},
		{"500", "100", Critical},
		{"499.99", "100", None}, // not material
	} {
		b := newBooks(
			invoice("INV-1", c.overdue, "2025-01-08", "2025-04-09"),
			invoice("INV-2", c.rest, "2025-01-08", "2025-06-30"), invoice("INV-3", "1", "2025-01-08", "2025-06-30"),
		)
		if v := NewOverdueRatio().Evaluate(b.at(date("2025-04-10"))); v.Raise != c.raise || v.NotEvaluable {
			t.Errorf("%s and %s: got %+v, want %v", c.overdue, c.rest, v, c.raise)
		}
	}
}

func TestRatioNeedsThreeUnsettledInvoices(t *testing.T) {
	two := newBooks(invoice("INV-1", "5000", "2025-01-08", "2025-03-31"), invoice("INV-2", "5000", "2025-01-08", "2025-03-31"))
	for name, b := range map[string]*books{
		"two":                     two,
		"a third that is settled": two.add(invoice("INV-3", "1000", "2025-01-08", "2025-03-31"), payment("P-1", "999.50", "2025-04-01", "INV-3 999.50")),
	} {
		if v := NewOverdueRatio().Evaluate(b.at(date("2025-04-10")).stood(Warning, "")); !v.NotEvaluable || v.Clear != AllRungs {
			t.Errorf("%s: got %+v, want not evaluable and clear", name, v)
		}
	}
	foreign := invoice("INV-1", "5000", "2025-01-08", "2025-03-31")
	foreign.Total.Currency = usd
	if v := NewOverdueRatio().Evaluate(two.add(foreign).at(date("2025-04-10"))); !v.NotEvaluable || v.Clear != AllRungs {
		t.Errorf("one of two without an exchange rate: got %+v, want not evaluable and clear: a count needs no rate", v)
	}
	if v := NewOverdueRatio().Evaluate(two.add(invoice("INV-3", "1000", "2025-01-08", "2025-06-30")).at(date("2025-04-10"))); v.NotEvaluable || v.Raise != Critical {
		t.Errorf("three: got %+v, want critical", v)
	}
}
