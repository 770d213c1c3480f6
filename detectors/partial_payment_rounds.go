package detectors

import (
	"cmp"
	"slices"

	"tocsin/state"
)

// round are the receipts of the window that are large round sums without a reference, by value date. Deposits and what came back
// are none.
func (r *rationing) round(since state.Date) []*state.Payment {
	view := r.in.View
	if !r.whole && view.PaidWithoutReference(since, r.isRoundSum) < r.RoundCount {
		return nil
	}
	var list []*state.Payment
	for _, p := range view.ReceivedPayments(since) {
		if p.RemittanceRef == "" && p.DepositForOrder == "" && p.Cash == p.Amount.Minor && r.isRoundSum(p.Amount) {
			list = append(list, p.Payment)
		}
	}
	return list
}

// isRoundSum tells whether an amount is large and round.
func (r *rationing) isRoundSum(amount state.Money) bool {
	m := r.in.Materiality
	least := m.minor(m.Amount, amount.Currency) * int64(r.RoundTimes)
	step := least / int64(r.RoundSteps)
	return step > 0 && amount.Minor >= least && amount.Minor%step == 0
}

// readRounds keeps those that fit no invoice, where a material amount is overdue; until then only another due date can change
// that by time alone.
func (r *rationing) readRounds(round []*state.Payment) {
	for _, line := range r.in.View.DueLines() {
		switch {
		case line.Settled || line.Tested == 0:
		case line.Effective < r.in.View.Day:
			r.overdue = state.Sum(r.overdue, line.Tested)
		default:
			r.next = sooner(r.next, line.Effective+1)
		}
	}
	if r.overdue < r.material && !r.whole {
		return
	}
	for _, p := range round {
		if !r.fits(p) {
			r.rounds = append(r.rounds, p)
		}
	}
	if n := len(r.rounds) - r.RoundCount; n >= 0 {
		r.next = sooner(r.next, r.rounds[n].ValueDate+state.Date(r.WindowDays))
	}
}

// fits tells whether a receipt is of the open amount of an invoice, or of the sum of those that it was booked on, as they stood
// when its value date closed but for itself.
func (r *rationing) fits(p *state.Payment) bool {
	view, open := r.in.View, map[string]int64{}
	if view.PaysWhole(p) {
		return true
	}
	view.On(p.ValueDate, func(then *state.View) {
		for currency, line := range then.OpenLines() {
			if currency == p.Amount.Currency {
				open[line.Invoice] = state.Sum(open[line.Invoice], line.Open)
			}
		}
	})
	for _, c := range bitsOf(view.PaidInvoices(p.ValueDate-1, p.ValueDate), p) {
		if c.invoice.Total.Currency == p.Amount.Currency {
			open[c.invoice.InvoiceID] = state.Sum(open[c.invoice.InvoiceID], c.Amount)
		}
	}
	for _, amount := range open {
		if amount == p.Amount.Minor {
			return true
		}
	}
	sum, counted := int64(0), map[string]bool{}
	for _, c := range bitsOf(view.PaidInvoices(p.ValueDate-1, view.Day), p) {
		if id := c.invoice.InvoiceID; !counted[id] {
			counted[id] = true
			sum = state.Sum(sum, open[id])
		}
	}
	return sum == p.Amount.Minor
}

// bitsOf is what of a payment was booked.
func bitsOf(paid []state.PaidInvoice, p *state.Payment) []directedCash {
	var bits []directedCash
	for i := range paid {
		for j := range paid[i].Cash {
			if c := &paid[i].Cash[j]; c.Payment == p {
				bits = append(bits, directedCash{c, &paid[i]})
			}
		}
	}
	return bits
}

// evidence is the documents that a reason rests on, then those of the others.
func (r *rationing) evidence(reason string) []string {
	var out []string
	parts := slices.Clone(r.parts.invoices)
	slices.SortStableFunc(parts, func(a, b *state.PaidInvoice) int { return cmp.Compare(b.Residual, a.Residual) })
	partial := func() {
		for i := range parts {
			out = cite(out, parts[i].InvoiceID)
		}
	}
	cherry := func() {
		out = cite(out, r.cherry.skipped.id)
		for _, id := range r.cherry.newer {
			out = cite(out, id)
		}
	}
	rounds := func() {
		if !r.isRound() {
			return
		}
		for _, p := range slices.Backward(r.rounds) {
			out = cite(out, p.PaymentID)
		}
	}
	order := []func(){partial, cherry, rounds}
	switch reason {
	case cherryPicking:
		order = []func(){cherry, partial, rounds}
	case roundSums:
		order = []func(){rounds, partial, cherry}
	}
	for _, tell := range order {
		tell()
	}
	return out
}
