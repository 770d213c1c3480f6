package detectors

import (
	"fmt"
	"strings"
	"testing"

	"tocsin/state"
)

// lackOfRationing is what each way to a level of partial_payment lacks, a line each.
func lackOfRationing(in *Input, level Level) string {
	var ways []string
	for _, c := range NewPartialPayment().Explain(in) {
		if c.Level != level {
			continue
		}
		for len(ways) <= c.Way {
			ways = append(ways, "")
		}
		if !c.Holds() {
			ways[c.Way] += fmt.Sprintf("%s %d of %d, ", c.What, c.Value, c.Threshold)
		}
	}
	for i := range ways {
		ways[i] = strings.TrimSuffix(ways[i], ", ")
	}
	return strings.Join(ways, "\n")
}

const (
	noCherries = "directed_payments 0 of 3, newer_first_ratio 0 of 5000"
)

// Each way of rationing tells how far the customer is from it. Who is a cent short is told of one step of the last decimal.
func TestRationingTellsWhatItLacks(t *testing.T) {
	chosen := choosy("2025-03-19").add(directed("P-1", "999.99", "2025-04-02", "I-1"), directed("P-2", "1000", "2025-04-02", "I-2"), directed("P-3", "2000", "2025-04-02", "I-3"))
	two, odd := inParts("50000 20001", "40000 29999", "30000 30000.01", "80000 80000.01"), newBooks(invoice("OLD", "30000.50", "2025-01-06", "2025-04-14"), payment("P-1", "5000", "2025-04-02"))
	for _, c := range []struct {
		name  string
		books *books
		level Level
		want  []string
	}{
		{"nothing was paid", newBooks(invoice("I-1", "1000", "2025-03-03", "2025-04-01")), Warning,
			[]string{"partial_invoices 0 of 2, partial_ratio 0 of 3000, partial_ratio_above_usual -1000 of 2000", noCherries, "round_receipts 0 of 2"}},
		{"T-D05-2, to be critical", two, Critical,
			[]string{"partial_invoices 2 of 3, partial_ratio 4500 of 5000", noCherries}},
		{"T-D05-3", two.add(applied("P-INV-1", "2025-04-11", state.ResidualRetention, "INV-1 20001")), Warning,
			[]string{"partial_invoices 1 of 2, partial_ratio 2000 of 3000, partial_ratio_above_usual 1000 of 2000", noCherries, "round_receipts 0 of 2"}},
		{"a cent below three tenths", inParts("15000 1001", "14999.99 1001", "70000.01 70000.01"), Warning,
			[]string{"partial_ratio 2999 of 3000, partial_ratio_above_usual 1999 of 2000", noCherries, "round_receipts 0 of 2"}},
		{"a cent less than half passed an old one over", chosen, Warning,
			[]string{"partial_invoices 0 of 2, partial_ratio 0 of 3000, partial_ratio_above_usual -1000 of 2000", "newer_first_ratio 4999 of 5000", "round_receipts 0 of 2"}},
		{"two of three that the customer chose", chosen.add(payment("P-3", "2000", "2025-04-02", "I-3 2000")), Warning,
			[]string{"partial_invoices 0 of 2, partial_ratio 0 of 3000, partial_ratio_above_usual -1000 of 2000", "directed_payments 2 of 3, newer_first_ratio 0 of 5000", "round_receipts 0 of 2"}},
		{"a round sum, nothing is overdue", odd, Warning,
			[]string{"partial_invoices 0 of 2, partial_ratio 0 of 3000, partial_ratio_above_usual -1000 of 2000", noCherries, "round_receipts 1 of 2, overdue 0 of 50000"}},
		{"two of them", odd.add(payment("P-2", "6000", "2025-04-03")), Warning,
			[]string{"partial_invoices 0 of 2, partial_ratio 0 of 3000, partial_ratio_above_usual -1000 of 2000", noCherries, "overdue 0 of 50000"}},
	} {
		if got, want := lackOfRationing(c.books.at(date("2025-04-14")), c.level), strings.Join(c.want, "\n"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

// Without a rate of an amount that decides nothing can be judged.
func TestRationingTellsThatARateIsMissing(t *testing.T) {
	foreign := two("2025-04-01", "2025-04-10", nil).add(invoice("INV-3", "10000", "2025-03-03", "2025-04-01"))
	dollars := invoice("INV-3", "10000", "2025-03-03", "2025-04-01")
	dollars.Total.Currency = usd
	in := foreign.add(dollars).at(date("2025-04-14"))
	want := []Condition{flag(None, hasRates, false, true)}
	if got := NewPartialPayment().Explain(in); len(got) != 1 || got[0] != want[0] {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if v := NewPartialPayment().Evaluate(in); !v.NotEvaluable {
		t.Errorf("got %+v, want not evaluable", v)
	}
}

func TestAFrozenHabitIsTold(t *testing.T) {
	d := NewPartialPayment()
	if got, want := fmt.Sprint(d.TellBaseline(portion{2, 3}.encode())), "[{usual_partial_ratio 0.667 }]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := d.TellBaseline(nil); got != nil {
		t.Errorf("of none: got %v", got)
	}
}
