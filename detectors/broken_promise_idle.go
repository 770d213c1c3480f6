package detectors

import "tocsin/state"

// idle tells at a glance that no promise can be in the run, be it kept or not: each is over, since nobody asks any more for what it
// names, too old, or still to be kept. Next is the first later day on which one of the last may have been broken. Where a promise was
// rescheduled, or an exchange rate may be wanting, it takes more than a glance, unless all that was ever promised is over.
func (d *BrokenPromise) idle(view *state.View) (next state.Date, idle bool) {
	var before *state.Promise
	beforeOver := false
	idle = true
	view.EachPromise(func(p *state.Promise) bool {
		over := d.isOver(view, p)
		if before != nil && before.PromiseID == p.PromiseID && !(over && beforeOver) {
			idle = false
			return false
		}
		before, beforeOver = p, over
		deadline := view.Ledger.Calendar.AddBusinessDays(p.PromisedDate, d.GraceDays)
		switch {
		case max(deadline+1, p.SaidOn()) <= view.Day-state.Date(d.WindowDays):
		case view.Day-p.MadeDate > forgetDays, p.Amount.Currency != view.Currency():
			idle = false
		case over:
		case deadline < view.Day:
			idle = false
		default:
			next = sooner(next, deadline+1)
		}
		return idle
	})
	if before == nil || !idle {
		return next, idle
	}
	_, known := receivables(view)
	return next, known && !view.IsForeign()
}

// isOver tells whether nobody asks any more for the invoices that a promise names.
func (d *BrokenPromise) isOver(view *state.View, p *state.Promise) bool {
	for _, id := range p.InvoiceIDs {
		if invoice, known := view.InvoiceState(id); !known || !invoice.Over {
			return false
		}
	}
	return len(p.InvoiceIDs) > 0
}
