package detectors

import "tocsin/state"

// Materiality tells which amounts count: those that reach both legs, an amount and a share of what the customer owes.
// They are the two legs of the EU's threshold for a material past-due obligation (Delegated Regulation 2018/171).
type Materiality struct {
	Amount           int64                    // major units of the customer's currency
	Ratio            Ratio                    // of the receivables
	AmountByCurrency map[state.Currency]int64 // major units; stands in for every amount given in major units
}

// DefaultMateriality holds without a configuration.
func DefaultMateriality() Materiality {
	m := Materiality{}
	for _, p := range m.Params() {
		p.set(p.bound(p.Default))
	}
	return m
}

// Params are the two legs; AmountByCurrency is a table that the configuration reads itself, with AmountParam's bounds.
func (m *Materiality) Params() []Param {
	return []Param{
		AmountParam(&m.Amount),
		ratio(&m.Ratio, "ratio", "0.01", "0", "1", "Share of the customer's receivables from which on an amount counts."),
	}
}

// AmountParam binds a material amount: that of all currencies, or one of AmountByCurrency.
func AmountParam(field *int64) Param {
	return whole(field, "amount", "500", "0", mostMajor, "Major units of the customer's currency from which on an amount counts.")
}

// mostMajor bounds amounts in major units so that their minor units fit an int64 in every currency.
const mostMajor = "100000000000"

// M is the smallest material amount in minor units, for a customer whose receivables are ar: max(500, 1 % of ar) rounded
// up, at least 1.
func (m Materiality) M(ar int64, currency state.Currency) int64 {
	return max(m.minor(m.Amount, currency), m.Ratio.atLeast(ar), 1)
}

// Material tells whether an amount x counts for a customer whose receivables are ar, both in minor units.
func (m Materiality) Material(x, ar int64, currency state.Currency) bool {
	return x >= m.M(ar, currency)
}

// minor is a configured amount of major units in minor units, or what AmountByCurrency says instead.
func (m Materiality) minor(major int64, currency state.Currency) int64 {
	if own, ok := m.AmountByCurrency[currency]; ok {
		major = own
	}
	return currency.Major(major)
}
