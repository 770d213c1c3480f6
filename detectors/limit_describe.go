package detectors

import (
	"math"
	"slices"

	"tocsin/state"
)

// Describe tells of the exposure before the limit, and of what makes it up.
func (d *LimitBreach) Describe(in *Input, v Verdict) Detail {
	p, unknown := d.stand(in)
	currency := in.View.Currency()
	out := Detail{MoneyAtRisk: exposureAtRisk(in.View)}
	if unknown.NotEvaluable {
		return out
	}
	level := v.Level(in.Standing)
	reason := v.ReasonAt(level, in.Reason)
	out.Facts = d.facts(p, level, reason, currency)
	if limit := in.View.Limit(); limit.Lapsed {
		out.Facts = append(out.Facts, Fact{"review_date", limit.Review.String(), ""})
	}
	if level == None {
		return out
	}
	out.Actions = actions(limitBreachSign.Signal, level, "")
	out.Evidence = d.evidence(in.View, reason)
	after := func(p standing) Level {
		raise, clear := d.judge(p)
		return Verdict{Raise: raise, Clear: clear}.Level(level)
	}
	paid := remedies(pay, currency, level, p.exposure, func(amount int64) Level {
		lower := p
		lower.exposure -= amount
		return after(lower)
	})
	out.ClearsIf = byLevel(paid, d.setAnew(in.View.Limit(), p, level, currency, after))
	return out
}

// setAnew are the ways out of who sets the limit: a review where it has lapsed for want of one, else another amount. What is
// set is the base limit; the increases in force stay on top of it.
func (d *LimitBreach) setAnew(limit state.Limit, p standing, level Level, currency state.Currency, after func(standing) Level) []Remedy {
	if limit.Lapsed {
		p.limit = limit.Agreed()
		if to := after(p); to < level {
			return []Remedy{{Do: reviewLimit, To: to}}
		}
		return nil
	}
	raised := remedies(raiseLimit, currency, level, math.MaxInt64/4-p.limit, func(amount int64) Level {
		higher := p
		higher.limit += amount
		return after(higher)
	})
	for i := range raised {
		raised[i].Amount.Minor += limit.Base
	}
	return raised
}

// byLevel merges remedies so that the ways to one level stand together, the nearest level first.
func byLevel(ways ...[]Remedy) []Remedy {
	all := slices.Concat(ways...)
	slices.SortStableFunc(all, func(a, b Remedy) int { return int(b.To) - int(a.To) })
	return all
}

// facts are the utilisation and the amounts behind it, each beside where the level begins.
func (d *LimitBreach) facts(p standing, level Level, reason string, currency state.Currency) []Fact {
	begins := state.RatioString(int64(d.NearRatio), ratioUnit, 3)
	switch {
	case level == Critical && !p.hard && p.limit > 0:
		begins = state.RatioString(int64(d.SoftCriticalRatio), ratioUnit, 3)
	case isBreach(reason):
		begins = state.RatioString(d.breachAbove(p), p.limit, 3)
	case reason == high:
		begins = state.RatioString(int64(d.HighRatio), ratioUnit, 3)
	}
	amounts := Fact{"exposure", money(p.exposure, currency), money(p.limit, currency)}
	if p.limit == 0 {
		return []Fact{amounts}
	}
	return []Fact{{"utilisation", state.RatioString(p.exposure, p.limit, 3), begins}, amounts}
}

// evidence begins with what the reason points at: the limit, the largest orders or the largest open invoices.
func (d *LimitBreach) evidence(view *state.View, reason string) []string {
	const each = 4
	orders, invoices := head(view.OpenOrderIDs(), each), head(view.OpenInvoiceIDs(), each)
	groups := [][]string{orders, invoices}
	switch reason {
	case byFX:
		groups = [][]string{invoices} // no order has brought it about
	case byDelivery, paymentReturned:
		groups = [][]string{invoices, orders}
	case limitReduced, tempExpired:
		groups = [][]string{{view.Limit().ID}, orders, invoices}
	}
	var out []string
	for _, id := range slices.Concat(groups...) {
		out = cite(out, id)
	}
	return out
}

func head(ids []string, n int) []string { return ids[:min(n, len(ids))] }
