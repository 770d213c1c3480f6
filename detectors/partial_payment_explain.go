package detectors

import (
	"math/big"

	"tocsin/state"
)

// Explain takes the three ways of rationing apart. Shares are in ten-thousandths, rounded down, so that they reach a ratio when what
// they are of does.
func (d *PartialPayment) Explain(in *Input) []Condition {
	decides := rationing{PartialPayment: d, in: in}
	if in.View.PaidSince(in.View.Day - state.Date(d.WindowDays)) {
		decides.read()
	}
	out := []Condition{flag(None, hasRates, !decides.unknown, true)}
	if decides.unknown {
		return out
	}
	r := d.reading(in)
	way := func(l Level, n int, conditions ...Condition) {
		for _, c := range conditions {
			c.Level, c.Way = l, n
			out = append(out, c)
		}
	}
	inParts := func(count int, share Ratio) []Condition {
		return []Condition{
			atLeastCount("partial_invoices", r.count, count),
			atLeastRatio("partial_ratio", r.partial.whole(), share),
			atLeastRatio("partial_ratio_above_usual", r.partial.wholeAbove(r.baseline), d.HabitRatio),
		}
	}
	cherry := []Condition{
		atLeastCount("directed_payments", r.directed, d.CherryCount),
		atLeastRatio("newer_first_ratio", r.cherry.whole(), d.CherryRatio),
	}
	way(Warning, 0, inParts(d.WarningCount, d.WarningRatio)...)
	way(Warning, 1, cherry...)
	way(Warning, 2, atLeastCount("round_receipts", len(r.rounds), d.RoundCount), r.materiallyOverdue())
	way(Critical, 0, inParts(d.CriticalCount, d.CriticalRatio)...)
	way(Critical, 1, append(inParts(d.WarningCount, d.WarningRatio), cherry...)...)
	return out
}

// materiallyOverdue is the condition that a material amount is overdue.
func (r *rationing) materiallyOverdue() Condition {
	if _, known := receivables(r.in.View); !known {
		return flag(None, hasRates, false, true)
	}
	return Condition{What: "overdue", Unit: UnitMoney, Value: r.overdue, Is: AtLeast, Threshold: r.material}
}

func atLeastCount(what string, value, threshold int) Condition {
	return Condition{What: what, Unit: UnitCount, Value: int64(value), Is: AtLeast, Threshold: int64(threshold)}
}

func atLeastRatio(what string, value int64, threshold Ratio) Condition {
	return Condition{What: what, Unit: UnitRatio, Value: value, Is: AtLeast, Threshold: int64(threshold)}
}

// whole is the share in ten-thousandths, rounded down.
func (s portion) whole() int64 {
	if s.of <= 0 {
		return 0
	}
	return wholeShare(s.part, s.of)
}

// wholeAbove is by how much the share is above another one, in ten-thousandths, rounded down.
func (s portion) wholeAbove(other portion) int64 {
	gap, both := s.above(other)
	gap.Mul(gap, big.NewInt(ratioUnit))
	return gap.Div(gap, both).Int64()
}

// TellBaseline is the frozen habit.
func (d *PartialPayment) TellBaseline(baseline []byte) []Fact {
	usual, ok := frozenPortion(baseline)
	if !ok {
		return nil
	}
	return []Fact{usual.usual()}
}

// usual is the share as a customer's habit.
func (s portion) usual() Fact {
	return Fact{"usual_partial_ratio", state.RatioString(s.part, max(1, s.of), 3), ""}
}
