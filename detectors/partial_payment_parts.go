package detectors

import (
	"encoding/binary"
	"math/big"

	"tocsin/state"
)

// portion is a part of a whole, both in minor units of one currency. The zero portion is nothing of nothing.
type portion struct{ part, of int64 }

// atLeast tells whether the share reaches a ratio; nothing of nothing is a share of 0.
func (s portion) atLeast(r Ratio) bool {
	if s.of <= 0 {
		return r == 0
	}
	return r.compare(s.part, s.of) >= 0
}

// aboveBy tells whether the share is at least so much above another one.
func (s portion) aboveBy(r Ratio, other portion) bool {
	gap, both := s.above(other)
	return gap.Mul(gap, big.NewInt(ratioUnit)).Cmp(both.Mul(both, big.NewInt(int64(r)))) >= 0
}

// above is by how much the share is above another one, as a fraction.
func (s portion) above(other portion) (gap, both *big.Int) {
	mine, theirs := big.NewInt(max(1, s.of)), big.NewInt(max(1, other.of))
	gap = new(big.Int).Mul(big.NewInt(s.part), theirs)
	gap.Sub(gap, new(big.Int).Mul(big.NewInt(other.part), mine))
	return gap, mine.Mul(mine, theirs)
}

// encode is the share as a frozen baseline.
func (s portion) encode() []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, uint64(s.part)), uint64(s.of))
}

// frozenPortion reads what encode wrote; false where nothing is frozen.
func frozenPortion(b []byte) (portion, bool) {
	part, n := binary.Uvarint(b)
	if n <= 0 {
		return portion{}, false
	}
	of, m := binary.Uvarint(b[n:])
	return portion{int64(part), int64(of)}, m > 0
}

// parts is how invoices that cash touched in a window were paid.
type parts struct {
	portion        // of the totals, what was paid in parts
	touched, count int
	invoices       []*state.PaidInvoice // those paid in parts
	nextDue        state.Date           // first day on which more of a touched invoice is due
	leaves         state.Date           // first value date of the cash of the window that touched them
	foreign        bool                 // a total is in another currency than the customer's
	unknown        bool                 // an amount needs an exchange rate that is not known
}

// partsOn are the parts of a window that ends on a day.
func (d *PartialPayment) partsOn(in *Input, since, day state.Date) parts {
	var p parts
	paid := in.View.PaidInvoices(since, day)
	for i := range paid {
		one := &paid[i]
		if !touched(one, since) {
			continue
		}
		p.touched++
		for _, line := range one.Lines {
			if line.Due > day && line.Left > 0 {
				p.nextDue = sooner(p.nextDue, line.Due)
			}
		}
		for j := range one.Cash {
			if on := one.Cash[j].Payment.ValueDate; on > since {
				p.leaves = sooner(p.leaves, on)
			}
		}
		p.foreign = p.foreign || one.Total.Currency != in.View.Currency()
		total, known := in.View.Worth(one.Total)
		p.unknown = p.unknown || !known
		p.of = state.Sum(p.of, total)
		if d.left(one) || d.inPieces(one) {
			p.count++
			p.part = state.Sum(p.part, total)
			p.invoices = append(p.invoices, one)
		}
	}
	return p
}

// touched tells whether cash of the window reached a line on or after its due date.
func touched(one *state.PaidInvoice, since state.Date) bool {
	for i := range one.Cash {
		if c := &one.Cash[i]; c.Payment.ValueDate > since && c.Payment.ValueDate >= c.Due {
			return true
		}
	}
	return false
}

// left tells whether more is left open of what is due than a reason explains.
func (d *PartialPayment) left(one *state.PaidInvoice) bool {
	left := one.Residual - one.Accepted
	if one.Settled || left <= one.Tolerance {
		return false
	}
	currency := one.Total.Currency
	fee := currency.Major(int64(d.FeeAmount))
	for i := range one.Cash {
		c := &one.Cash[i]
		exchanged := c.Reason == state.ResidualFX || c.Payment.Amount.Currency != currency
		switch {
		case c.Reason == state.ResidualRetention || c.Reason == state.ResidualWithholdingTax || c.Reason == state.ResidualAgreedInstalment,
			c.Reason == state.ResidualBankFee && left <= fee,
			exchanged && (left <= fee || d.FXRatio.compare(left, one.Total.Minor) <= 0):
			return false
		}
	}
	return true
}

// inPieces tells whether a line took late payments of different days until it was settled, without a reason or a plan.
func (d *PartialPayment) inPieces(one *state.PaidInvoice) bool {
	if one.Planned {
		return false
	}
	for i := range one.Cash {
		if reason := one.Cash[i].Reason; reason != state.ResidualUnset && reason != state.ResidualOther {
			return false
		}
	}
	for at, line := range one.Lines {
		first := state.Date(0)
		for i := range one.Cash {
			c := &one.Cash[i]
			if on := c.Payment.ValueDate; c.Line == at && on >= c.Due && c.Before > one.Tolerance && (one.Settled || line.Left <= one.Tolerance) {
				if first != 0 && on != first {
					return true
				}
				first = on
			}
		}
	}
	return false
}

// habit is the customer's own share, of the days before the window.
func (d *PartialPayment) habit(in *Input) (portion, bool) {
	until := in.View.Day - state.Date(d.WindowDays)
	p := d.partsOn(in, until-state.Date(d.BaselineDays), until)
	if p.touched < d.BaselineCount {
		return portion{int64(d.BaselineRatio), ratioUnit}, true
	}
	return p.portion, !p.unknown
}
