package detectors

import "tocsin/state"

// receivables is what the customer owes on invoices, as in the record; false when an exchange rate is missing.
func receivables(v *state.View) (int64, bool) {
	e := v.Exposure()
	return e.Receivables, v.Currency() != 0 && e.Foreign&state.Receivables == 0
}

// exposureAtRisk is the exposure as money at risk; not told where it needs an exchange rate that is not known.
func exposureAtRisk(v *state.View) state.Money {
	if e := v.Exposure(); e.Known {
		return state.Money{Minor: e.Gross, Currency: v.Currency()}
	}
	return state.Money{}
}

// sumTested is what overdue tests see of all lines, due or not.
func sumTested(lines []state.DueLine) int64 {
	sum := int64(0)
	for _, l := range lines {
		sum = state.Sum(sum, l.Tested)
	}
	return sum
}

// sooner is the earlier of two dates; zero is never.
func sooner(a, b state.Date) state.Date {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// money is an amount as facts write it.
func money(minor int64, currency state.Currency) string {
	return state.FormatMinor(minor, currency.Scale())
}
