package detectors

import (
	"slices"

	"tocsin/state"
)

// pledge is one date that was promised: of a promise that was rescheduled each date is one.
type pledge struct {
	id       string
	made     state.Date
	promised state.Date
	deadline state.Date
	moved    state.Date // of a further reschedule in time, which breaks it; zero: none
	amount   state.Money
	invoices []string // named; none: any cash counts for it

	concerned []string // that end it once they are over: those named, else all that were overdue when it was made
	unknown   bool     // an exchange rate is wanting
	received  int64
	outcome   outcome
	resolved  state.Date // day from which on the outcome counts; zero: it still runs
}

// outcome is what became of a pledge.
type outcome uint8

const (
	running outcome = iota
	kept
	partly
	broken
)

// pledgesOf are the dates of a promise that were not taken back. Revisions go by number: a later date than the one that
// stands is a reschedule, anything else puts its content right. A reschedule or withdrawal after the deadline comes too late to
// change what the former date has come to.
func pledgesOf(entry state.PromiseEntry, grace int, calendar state.Calendar) []pledge {
	var list []pledge
	standing, moves := false, 0
	for _, r := range entry.Revisions {
		said := r.SaidOn()
		last := len(list) - 1
		inTime := standing && said <= list[last].deadline
		next := pledge{
			id: entry.ID, made: r.MadeDate, promised: r.PromisedDate, amount: r.Amount, invoices: r.InvoiceIDs, concerned: r.InvoiceIDs,
			deadline: calendar.AddBusinessDays(r.PromisedDate, grace),
		}
		switch {
		case r.Status == state.PromiseWithdrawn:
			if inTime {
				list, standing = list[:last], false
			}
			continue
		case !standing:
		case next.promised <= list[last].promised:
			list = list[:last]
		default:
			if moves++; inTime && moves == 1 {
				list = list[:last]
			} else if inTime {
				list[last].moved = said
			}
		}
		list, standing = append(list, next), true
	}
	return list
}

// names tells whether cash on an invoice counts for the pledge; an empty one is cash that is not applied.
func (p *pledge) names(invoice string) bool {
	return invoice == "" || len(p.invoices) == 0 || slices.Contains(p.invoices, invoice)
}

// resolve takes what counts for the pledge off the cash that is left, and says what has become of it by the view's day.
func (p *pledge) resolve(d *BrokenPromise, view *state.View, cash []state.CashReceipt) {
	p.received, p.outcome, p.resolved = 0, running, 0
	if p.moved != 0 {
		p.outcome, p.resolved = broken, p.moved
		return
	}
	wanting := false
	for i := range cash {
		if on := cash[i].On; on < p.made || on > p.deadline {
			continue
		}
		wanting = !p.take(view, &cash[i]) || wanting
		if p.outcome == running && d.KeptRatio.compare(p.received, p.amount.Minor) >= 0 {
			p.outcome, p.resolved = kept, cash[i].On
		}
	}
	if p.outcome == kept || view.Day <= p.deadline {
		return
	}
	p.unknown = p.unknown || wanting
	p.outcome, p.resolved = broken, p.deadline+1
	if d.PartialRatio.compare(p.received, p.amount.Minor) >= 0 {
		p.outcome = partly
	}
}

// take takes of a receipt what the pledge still wants; false where that needs an exchange rate that is not known.
func (p *pledge) take(view *state.View, receipt *state.CashReceipt) bool {
	all := true
	for i := range receipt.Parts {
		part := &receipt.Parts[i]
		if part.Amount.Minor == 0 || !p.names(part.Invoice) {
			continue
		}
		worth, known := view.Converted(part.Amount, p.amount.Currency, receipt.On)
		wanted := p.amount.Minor - p.received
		switch {
		case !known:
			all = false
		case worth <= wanted:
			p.received = state.Sum(p.received, worth)
			part.Amount.Minor = 0
		default:
			p.received = p.amount.Minor
			part.Amount.Minor = state.MulDiv(part.Amount.Minor, worth-wanted, worth)
		}
	}
	return all
}

// over tells whether nobody asks any more for what was promised.
func (p *pledge) over(view *state.View) bool {
	for _, id := range p.concerned {
		if invoice, known := view.InvoiceState(id); !known || !invoice.Over {
			return false
		}
	}
	return len(p.concerned) > 0
}

// shielded tells whether all that is still asked for of what the pledge names is disputed and out of overdue tests.
func (p *pledge) shielded(view *state.View) bool {
	found := false
	for _, id := range p.invoices {
		switch invoice, known := view.InvoiceState(id); {
		case !known || !invoice.Over && !invoice.Shielded:
			return false
		case !invoice.Over:
			found = true
		}
	}
	return found
}

// facts are what was promised and what came of it, in the customer's currency.
func (p *pledge) facts(view *state.View, kept Ratio) []Fact {
	promised, known := view.Worth(p.amount)
	received, alsoKnown := view.Worth(state.Money{Minor: p.received, Currency: p.amount.Currency})
	if !known || !alsoKnown {
		return []Fact{{"promise_deadline", p.deadline.String(), ""}}
	}
	currency := view.Currency()
	return []Fact{
		{"promised_amount", money(promised, currency), ""},
		{"promise_deadline", p.deadline.String(), ""},
		{"received_amount", money(received, currency), ""},
		{"received_ratio", state.RatioString(p.received, p.amount.Minor, 3), state.RatioString(int64(kept), ratioUnit, 3)},
	}
}
