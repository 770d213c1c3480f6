package state

import "math/big"

// Bucket is a class of days past due with what stands in it and what it weighs in the figures that go by class.
type Bucket struct {
	Name    string // as the customer record calls it
	Amount  int64  // minor units of the customer's currency
	Days    int64  // days beyond terms that the class stands for: the middle of its days (DOMAIN.md 2.5)
	PerMile int64  // expected lifetime loss, in thousandths of the amount (IFRS 9, Illustrative Example 12; DOMAIN.md 2.9)
}

// Buckets are the classes of the ageing, from current to the oldest. They add up to the receivables.
func (a *Ageing) Buckets() [5]Bucket {
	return [...]Bucket{
		{"current", a.Current, 0, 3},
		{"1_30", a.Days1to30, 15, 16},
		{"31_60", a.Days31to60, 45, 36},
		{"61_90", a.Days61to90, 75, 66},
		{"91_plus", a.Days91plus, 105, 106},
	}
}

// DBT is days beyond terms in its bucket form (DOMAIN.md 2.5): Σ amount of a class × its days / receivables. Early payment
// counts as none. It is nil where there are no receivables or the ageing is not known.
func (a *Ageing) DBT() *big.Rat {
	receivables := add(a.Current, a.Overdue)
	if !a.Known || receivables == 0 {
		return nil
	}
	weighted := new(big.Int)
	for _, b := range a.Buckets() {
		weighted.Add(weighted, new(big.Int).Mul(big.NewInt(b.Amount), big.NewInt(b.Days)))
	}
	return new(big.Rat).SetFrac(weighted, big.NewInt(receivables))
}

// ECL is the expected lifetime loss by a provision matrix (DOMAIN.md 2.9): Σ amount of a class × its rate, in minor units of
// the customer's currency, rounded once, half away from zero. It weighs a task; nothing is booked by it. It means nothing
// where the ageing is not known.
func (a *Ageing) ECL() int64 {
	var perMile wide
	for _, b := range a.Buckets() {
		perMile.addProduct(b.Amount, b.PerMile)
	}
	return MulDiv(perMile.int64(), 1, 1000)
}

// WeightedDaysLate is the amount-weighted days past due (DOMAIN.md 2.3): Σ open × days / Σ open over overdue lines; nil where
// nothing is overdue or the ageing is not known.
func (a *Ageing) WeightedDaysLate() *big.Rat {
	if !a.Known || a.Overdue <= 0 {
		return nil
	}
	return big.NewRat(a.WeightedDays, a.Overdue)
}
