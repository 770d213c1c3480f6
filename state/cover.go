package state

import (
	"math/big"
	"strings"
)

// CoversOn are the covers in force on a day, by id: of each the highest revision with valid_from up to then, unless it has
// ended. Its last day is still its own.
func (v *View) CoversOn(day Date) []*Cover { return v.c.coversOn(day) }

func (c *Customer) coversOn(day Date) []*Cover {
	if c.conduct == nil {
		return nil
	}
	var in []*Cover
	var counts *Cover
	for at, f := range c.conduct.covers {
		if body := f.body.(*Cover); body.ValidFrom <= day {
			counts = body
		}
		if c.conduct.covers.isHighest(at) {
			if counts != nil && (counts.ValidTo == 0 || counts.ValidTo >= day) {
				in = append(in, counts)
			}
			counts = nil
		}
	}
	return in
}

// nextCover is the first day after day on which a cover begins or ends; zero: never.
func (c *Customer) nextCover(day Date) Date {
	next := Date(0)
	for _, f := range c.facts(KindCover) {
		b := f.body.(*Cover)
		if b.ValidFrom > day {
			next = earlier(next, b.ValidFrom)
		}
		if b.ValidTo != 0 && b.ValidTo >= day {
			next = earlier(next, b.ValidTo+1)
		}
	}
	return next
}

// NetExposure is what the seller stands to lose beyond collateral and insurance (DOMAIN.md 2.1), in minor units of the
// customer's currency. It is not known where an amount needs an exchange rate that is not there.
//
//	max(0, Gross − Σ collateral × ratio − Σ min(insured amount, DeliveredNotInvoiced + Receivables) × ratio)
//
// The ratio is 1 for collateral and 0.90 for insurance unless the cover tells another. Rounded half away from zero, once.
func (v *View) NetExposure() (minor int64, known bool) {
	covered, known := v.Covered()
	if !known || !v.exposure.Known {
		return 0, false
	}
	left := new(big.Rat).SetInt64(v.exposure.Gross)
	for _, part := range covered {
		counts := new(big.Rat).SetInt64(part.Counts)
		left.Sub(left, counts.Mul(counts, part.Share))
	}
	return roundRat(left), true
}

// Covered is what a cover takes off the exposure: Counts × Share.
type Covered struct {
	*Cover
	Counts int64 // what of its amount counts, in minor units of the customer's currency
	Share  *big.Rat
}

// Covered lists what the covers in force take off the exposure, by id. It is not known where an amount needs an exchange
// rate that is not there.
func (v *View) Covered() (list []Covered, known bool) {
	insurable := add(v.exposure.DeliveredNotInvoiced, v.exposure.Receivables)
	for _, cover := range v.CoversOn(v.Day) {
		amount, known := v.Worth(cover.Amount)
		if !known {
			return nil, false
		}
		if cover.Type == CoverInsurance {
			amount = min(amount, insurable)
		}
		list = append(list, Covered{cover, amount, cover.share()})
	}
	return list, true
}

// share is the covered share: what the cover tells, else 0.90 of what is insured and all of a collateral.
func (b *Cover) share() *big.Rat {
	if b.Ratio != "" && strings.Trim(b.Ratio, "0123456789.") == "" {
		if told, ok := new(big.Rat).SetString(b.Ratio); ok {
			return told
		}
	}
	if b.Type == CoverInsurance {
		return big.NewRat(9, 10)
	}
	return big.NewRat(1, 1)
}

// roundRat is a ratio rounded half away from zero, at least 0.
func roundRat(r *big.Rat) int64 {
	if r.Sign() <= 0 {
		return 0
	}
	twice := new(big.Int).Lsh(r.Num(), 1)
	twice.Add(twice, r.Denom())
	return twice.Div(twice, new(big.Int).Lsh(r.Denom(), 1)).Int64()
}
