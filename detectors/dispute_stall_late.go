package detectors

import (
	"slices"

	"tocsin/state"
)

// lateDispute is a late dispute of one invoice.
type lateDispute struct {
	state.DisputeEntry
	invoice state.InvoiceState
	due     state.Date // rolled to a business day
}

// lateDisputes are the late disputes of invoices that the seller has not accepted, by the day on which they were opened. What is
// sold without recourse, and what many customers dispute, is left out.
func (d *DisputeStall) lateDisputes(view *state.View) (list []lateDispute) {
	disputes := view.Disputes()
	if len(disputes) == 0 {
		return nil
	}
	contacts := view.Contacts()
	for _, one := range disputes {
		if d.accepted(one) {
			continue
		}
		prompted := d.prompted(view, contacts, one.OpenedDate)
		for at, id := range one.InvoiceIDs {
			invoice, known := view.InvoiceState(id)
			if !known || slices.Contains(one.InvoiceIDs[:at], id) || invoice.Sold || invoice.Cancelled || view.CommonCause(invoice.Batch) {
				continue
			}
			late := lateDispute{one, invoice, view.Ledger.Calendar.Roll(invoice.Due)}
			delivered := invoice.DeliveryDate
			if prompted || one.OpenedDate > late.due || delivered != 0 && one.OpenedDate-delivered > state.Date(d.DeliveryDays) {
				list = append(list, late)
			}
		}
	}
	return list
}

// accepted tells whether the seller has accepted a dispute, or enough of it.
func (d *DisputeStall) accepted(one state.DisputeEntry) bool {
	switch closed := one.Closed; {
	case closed == nil:
		return false
	case closed.Outcome == state.DisputePartly:
		return closed.Accepted.Currency == one.Amount.Currency && d.AcceptedRatio.compare(closed.Accepted.Minor, one.Amount.Minor) >= 0
	default:
		return closed.Outcome == state.DisputeAccepted
	}
}

// prompted tells whether a dispute follows on a contact that the customer did not seek.
func (d *DisputeStall) prompted(view *state.View, contacts []*state.Contact, opened state.Date) bool {
	return slices.ContainsFunc(contacts, func(c *state.Contact) bool {
		return c.Direction != state.ContactInbound && c.ContactDate <= opened &&
			opened <= view.Ledger.Calendar.AddBusinessDays(c.ContactDate, d.ContactDays)
	})
}

// recent is how many invoices have a late dispute opened within the window.
func (d *DisputeStall) recent(list []lateDispute, day state.Date) int {
	return countInvoices(list, day-state.Date(d.WindowDays), day)
}

// countInvoices counts the invoices with a late dispute opened in (since, until].
func countInvoices(list []lateDispute, since, until state.Date) int {
	var seen []string
	for i := range list {
		id := list[i].invoice.InvoiceID
		if opened := list[i].OpenedDate; opened > since && opened <= until && !slices.Contains(seen, id) {
			seen = append(seen, id)
		}
	}
	return len(seen)
}

// disputeShare is how many invoices were disputed late and how many fell due, in the window and before it.
type disputeShare struct {
	recent, due, before, dueBefore int
}

func (d *DisputeStall) share(view *state.View, list []lateDispute) disputeShare {
	from := view.Day - state.Date(d.WindowDays)
	begin := from - state.Date(d.BaselineDays)
	return disputeShare{
		d.recent(list, view.Day), view.FellDue(from, view.Day), countInvoices(list, begin, from), view.FellDue(begin, from),
	}
}

// stillStand tells whether one of the late disputes is not closed.
func stillStand(list []lateDispute) bool {
	return slices.ContainsFunc(list, func(l lateDispute) bool { return l.Closed == nil })
}

// blocked is what of overdue lines is disputed late and not closed, and all that is overdue, disputed or not.
func (d *DisputeStall) blocked(view *state.View, list []lateDispute) (blocked, overdue int64) {
	disputed := d.disputed(view, list)
	for _, l := range view.DueLines() {
		if l.Settled || l.Effective >= view.Day {
			continue
		}
		overdue = state.Sum(overdue, l.Scheduled)
		part := min(disputed[l.Invoice], l.Scheduled)
		disputed[l.Invoice] -= part
		blocked = state.Sum(blocked, part)
	}
	return blocked, overdue
}

// disputed is what is disputed late of each invoice, in the customer's currency. The amount of a dispute goes to its invoices in the
// order listed, up to what is open on each, late or not.
func (d *DisputeStall) disputed(view *state.View, list []lateDispute) map[string]int64 {
	parts := map[string]int64{}
	for at := range list {
		one := &list[at]
		if one.Closed != nil || at > 0 && list[at-1].DisputeID == one.DisputeID {
			continue
		}
		left := one.Amount
		for i, id := range one.InvoiceIDs {
			invoice, known := view.InvoiceState(id)
			if !known || invoice.Sold || invoice.Total.Currency != left.Currency || slices.Contains(one.InvoiceIDs[:i], id) {
				continue
			}
			part := state.Money{Minor: min(left.Minor, invoice.Open), Currency: left.Currency}
			left.Minor -= part.Minor
			if slices.ContainsFunc(list, func(l lateDispute) bool { return l.DisputeID == one.DisputeID && l.invoice.InvoiceID == id }) {
				worth, _ := view.Worth(part)
				parts[id] = state.Sum(parts[id], worth)
			}
		}
	}
	return parts
}

// acceptance is how many of the customer's disputes that are closed the seller has accepted.
func (d *DisputeStall) acceptance(view *state.View) (accepted, closed int) {
	for _, one := range view.Disputes() {
		if one.Closed != nil {
			closed++
		}
		if d.accepted(one) {
			accepted++
		}
	}
	return accepted, closed
}

// facts are what a late dispute says, and when.
func (l *lateDispute) facts() []Fact {
	return []Fact{
		{"dispute_opened_date", l.OpenedDate.String(), ""},
		{"due_date", l.due.String(), ""},
		{"dispute_reason", reasonOf[l.Reason], ""},
	}
}

// reasonOf are the reasons of disputes as the contract writes them.
var reasonOf = [...]string{
	state.DisputeReasonUnset: "not_told", state.DisputeQuality: "quality", state.DisputeQuantity: "quantity", state.DisputePrice: "price",
	state.DisputeDelivery: "delivery", state.DisputeDuplicate: "duplicate", state.DisputeReturn: "return", state.DisputeReasonOther: "other",
}
