package state

import (
	"math/big"
	"slices"
	"strings"
)

// payDays is how far back TocsinPay looks.
const payDays = 365

// payPoints are days late and the index for them, straight lines between. Beyond the last point the index is payWorst.
var payPoints = [...]struct{ days, index int64 }{
	{-30, 100}, {-20, 90}, {0, 80}, {15, 70}, {22, 60}, {30, 50}, {60, 40}, {90, 30}, {120, 20},
}

const payWorst = 19

// Experience is how a customer has paid one selling entity: what TocsinPay is made of.
type Experience struct {
	Entity  string
	Settled int64    // totals of the invoices settled, in minor units of the customer's currency
	Late    *big.Rat // days late of these, weighted by total
	Index   *big.Rat
}

// TocsinPay is an index of how promptly a customer has paid over the last 365 days (DOMAIN.md 2.5): 100 a month early, 80 to the
// day, 50 a month late, 20 four months late. It is of the kind of Dun & Bradstreet's PAYDEX and not that.
//
// Each selling entity has its experience: of the invoices settled in that time, at least half in cash, the days late
// weighted by the invoices' totals, and the index on straight lines between the known points. The customer's index is that
// of the experiences, weighted by amount. It is nil where nothing was settled so or an amount needs an exchange rate that is
// not there.
func (v *View) TocsinPay() (index *big.Rat, experiences []Experience) {
	settled, sums := big.NewRat(0, 1), new(big.Rat)
	for _, s := range v.Settlements() {
		if s.On <= v.Day-payDays || !s.ByCash {
			continue
		}
		var total wide
		total.add(s.Total.Minor)
		amount, known := v.worth(total, s.Total.Currency, v.currency)
		if !known || v.currency == 0 {
			return nil, nil
		}
		if amount <= 0 {
			continue // converted, it weighs nothing
		}
		e := experienceOf(&experiences, s.Entity)
		e.Settled = add(e.Settled, amount)
		e.Late.Add(e.Late, new(big.Rat).SetInt(new(big.Int).Mul(big.NewInt(amount), big.NewInt(int64(s.Late)))))
	}
	for i := range experiences {
		e := &experiences[i]
		weight := big.NewRat(e.Settled, 1)
		e.Late.Quo(e.Late, weight)
		e.Index = payIndex(e.Late)
		settled.Add(settled, weight)
		sums.Add(sums, weight.Mul(weight, e.Index))
	}
	if settled.Sign() <= 0 {
		return nil, nil
	}
	return sums.Quo(sums, settled), experiences
}

// experienceOf is the experience of an entity, made if there is none yet; they are sorted by entity.
func experienceOf(list *[]Experience, entity string) *Experience {
	at, found := slices.BinarySearchFunc(*list, entity, func(e Experience, entity string) int { return strings.Compare(e.Entity, entity) })
	if !found {
		*list = slices.Insert(*list, at, Experience{Entity: entity, Late: new(big.Rat)})
	}
	return &(*list)[at]
}

// payIndex is the index for days late.
func payIndex(days *big.Rat) *big.Rat {
	if days.Cmp(big.NewRat(payPoints[0].days, 1)) <= 0 {
		return big.NewRat(payPoints[0].index, 1)
	}
	for i := 1; i < len(payPoints); i++ {
		from, to := payPoints[i-1], payPoints[i]
		if days.Cmp(big.NewRat(to.days, 1)) > 0 {
			continue
		}
		slope := big.NewRat(to.index-from.index, to.days-from.days)
		along := new(big.Rat).Sub(days, big.NewRat(from.days, 1))
		return along.Add(along.Mul(along, slope), big.NewRat(from.index, 1))
	}
	return big.NewRat(payWorst, 1)
}
