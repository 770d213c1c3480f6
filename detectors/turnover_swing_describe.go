package detectors

import (
	"math/big"
	"slices"
	"strconv"

	"tocsin/state"
)

// Describe tells of the turnover and its base, and of what they are made of.
func (d *TurnoverSwing) Describe(in *Input, v Verdict) Detail {
	view, currency := in.View, in.View.Currency()
	level := v.Level(in.Standing)
	t, s := d.read(in)
	out := Detail{Facts: []Fact{{"turnover_window_days", strconv.Itoa(d.WindowDays), ""}}}
	ar, known := receivables(view)
	if known {
		out.MoneyAtRisk = state.Money{Minor: ar, Currency: currency}
	}
	if s.known == turnoverKnown && known {
		out.Facts = d.facts(in, t, &s, v.ReasonAt(level, in.Reason), level)
	}
	if level == None {
		return out
	}
	out.Actions = actions(turnoverSwingSign.Signal, level, "")
	for _, id := range view.OpenInvoiceIDs() {
		out.Evidence = cite(out.Evidence, id)
	}
	if s.known == turnoverKnown {
		out.ClearsIf = d.waysOut(in, t, &s, level)
	}
	return out
}

// read reads a customer's trade, with the turnover of the view's day beside its base.
func (d *TurnoverSwing) read(in *Input) (*turnoverTrade, turnoverSwing) {
	t := d.tradeOf(in, new(turnoverRoom))
	t.base, t.frozen = decodeTurnoverBase(in.Baseline)
	return &t, t.swing(d)
}

// facts are what was measured, the swing first, against the threshold of a level.
func (d *TurnoverSwing) facts(in *Input, t *turnoverTrade, s *turnoverSwing, reason string, level Level) []Fact {
	currency := in.View.Currency()
	overdue, ar := pastDueOn(in.View, in.View.Day), in.View.Exposure().Receivables
	swing := Fact{"turnover_fall", s.swing(-1).FloatString(3), state.RatioString(int64(d.WarningRatio), ratioUnit, 3)}
	switch {
	case reason == turnoverRise:
		swing = Fact{"turnover_rise", s.swing(1).FloatString(3), state.RatioString(int64(d.RiseRatio), ratioUnit, 3)}
	case level == Critical:
		swing.Threshold = state.RatioString(int64(d.CriticalRatio), ratioUnit, 3)
	}
	return []Fact{
		swing,
		{"turnover", d.yearly(s.rat()).FloatString(2), ""},
		{"turnover_base", d.yearly(s.base.rat()).FloatString(2), ""},
		{"turnover_window_days", strconv.Itoa(d.WindowDays), ""},
		{"window_sales", money(s.sold, currency), ""},
		{"window_sales_before", money(s.base.sold/2, currency), ""},
		{"receivables", money(ar, currency), ""},
		{"receivables_before", money(s.owed-ar, currency), ""},
		{"overdue", money(overdue, currency), money(in.Materiality.M(ar, currency), currency)},
	}
}

// swing is by how much of the base turnover has risen (direction 1) or fallen (-1).
func (s *turnoverSwing) swing(direction int64) *big.Rat {
	times := new(big.Rat).Quo(s.rat(), s.base.rat())
	times.Sub(times, big.NewRat(1, 1))
	return times.Mul(times, big.NewRat(direction, 1))
}

// yearly is a turnover as people know it: how often a year what is owed is turned into sales.
func (d *TurnoverSwing) yearly(t *big.Rat) *big.Rat {
	return t.Mul(t, big.NewRat(2*365, int64(d.WindowDays)))
}

// waysOut are payments booked on open invoices, which lower what is owed, and what always helps: sales and receivables as before. A
// fall is critical no more, too, once nothing material is overdue: by a payment on account, or one booked on what is; so one booked on
// open invoices for the sake of turnover is told only if it leaves something material overdue, whichever it settles.
func (d *TurnoverSwing) waysOut(in *Input, t *turnoverTrade, s *turnoverSwing, level Level) []Remedy {
	var ways []Remedy
	view, currency := in.View, in.View.Currency()
	ar, _ := receivables(view)
	m, overdue := in.Materiality.M(ar, currency), pastDueOn(view, view.Day)
	if level > Info {
		ways = remedies(payInvoices, currency, level, min(t.own.owed, s.owed-1), func(paid int64) Level {
			left := *s
			left.owed -= paid
			return d.verdict(&left, true).Level(level)
		})
		ways = slices.DeleteFunc(ways, func(way Remedy) bool {
			return way.To == Warning && overdue-way.Amount.Minor < m || way.To == Info
		})
		ways = append(remedies(pay, currency, level, overdue, func(paid int64) Level {
			return d.verdict(s, pastDueAfter(view, paid) >= m).Level(level)
		}), ways...)
	}
	return append(ways, Remedy{Do: tradeAsBefore, To: None})
}

// Explain holds the swing against each level's threshold.
func (d *TurnoverSwing) Explain(in *Input) []Condition {
	t, s := d.read(in)
	out := []Condition{
		flag(None, hasRates, t.known, true),
		d.history(in, t),
		flag(None, "turnover_known", s.known == turnoverKnown || !t.known, true),
	}
	if s.known != turnoverKnown {
		return out
	}
	share := func(l Level, what string, direction int64, threshold Ratio) Condition {
		return Condition{Level: l, What: what, Unit: UnitRatio, Value: tenThousandths(s.swing(direction)), Is: AtLeast, Threshold: int64(threshold)}
	}
	overdue := func(l Level) Condition {
		ar, _ := receivables(in.View)
		return Condition{
			Level: l, What: "overdue", Unit: UnitMoney,
			Value: pastDueOn(in.View, in.View.Day), Is: AtLeast, Threshold: in.Materiality.M(ar, in.View.Currency()),
		}
	}
	return append(out,
		share(Info, "turnover_rise", 1, d.RiseRatio),
		share(Warning, "turnover_fall", -1, d.WarningRatio), overdue(Warning),
		share(Critical, "turnover_fall", -1, d.CriticalRatio), overdue(Critical))
}

// history is the condition that there are windows enough: where a base is frozen only that of the present.
func (d *TurnoverSwing) history(in *Input, t *turnoverTrade) Condition {
	c := Condition{Level: None, What: "days_since_first_invoice", Unit: UnitDays, Is: MoreThan, Threshold: int64(d.windows())}
	if first := in.View.FirstInvoice(0); first != 0 {
		c.Value = int64(in.View.Day - first)
	}
	if t.frozen {
		c.Threshold = int64(d.WindowDays)
	}
	return c
}

// tenThousandths is a share rounded down, so that it reaches a ratio when the share does; held at what no ratio reaches.
func tenThousandths(share *big.Rat) int64 {
	n := new(big.Int).Mul(share.Num(), big.NewInt(ratioUnit))
	n.Div(n, share.Denom())
	const most = 1 << 40
	if !n.IsInt64() || n.Int64() > most || n.Int64() < -most {
		return int64(n.Sign()) * most
	}
	return n.Int64()
}

// TellBaseline reads what was frozen.
func (d *TurnoverSwing) TellBaseline(baseline []byte) []Fact {
	b, ok := decodeTurnoverBase(baseline)
	if !ok {
		return nil
	}
	return []Fact{{"turnover_base", d.yearly(b.rat()).FloatString(2), ""}}
}
