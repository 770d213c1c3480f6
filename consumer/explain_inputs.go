package consumer

import (
	"strconv"

	"tocsin/state"
)

// money is an amount as rows tell it: its decimal number, and its currency where that is not the customer's.
func (r Row) money(m state.Money, own state.Currency) Row {
	if !m.Told() {
		return r
	}
	if r.Amount = m.String(); m.Currency != own {
		r.Currency = m.Currency.String()
	}
	return r
}

// orderRows are the orders that are open, or delivered and not yet invoiced. The part is what counts.
func orderRows(view *state.View) []Row {
	var rows []Row
	for _, d := range view.Documents() {
		if d.Kind == state.KindOrder {
			r := documentRow(&d).money(d.Whole, view.Currency())
			r.Part = state.FormatMinor(d.OpenOrders+d.DeliveredNotInvoiced, d.Whole.Currency.Scale())
			rows = append(rows, r)
		}
	}
	return rows
}

// receivableRows are the due lines, the cash and credit that is booked on no invoice, and the invoices that are settled. Of a due line
// the part is what overdue tests see of it, of others what counts.
func receivableRows(view *state.View) []Row {
	var rows []Row
	own := view.Currency()
	for _, line := range view.DueLines() {
		days := line.DaysPastDue(view.Day)
		r := Row{Kind: "due_line", ID: line.Invoice, Due: line.Due.String(), Days: &days, Amount: state.FormatMinor(line.Open, own.Scale())}
		if r.Part = state.FormatMinor(line.Tested, own.Scale()); line.Settled {
			r.Part = state.FormatMinor(0, own.Scale())
		}
		rows = append(rows, r)
	}
	for _, d := range view.Documents() {
		if d.Kind != state.KindOrder && d.Kind != state.KindInvoice {
			r := documentRow(&d).money(d.Whole, own)
			r.Part = state.FormatMinor(d.Bills+d.Uncleared-d.Unapplied, d.Whole.Currency.Scale())
			rows = append(rows, r)
		}
	}
	for _, s := range view.Settlements() {
		r := Row{Kind: "settled", ID: s.Invoice, Date: s.On.String()}.money(s.Total, own)
		if s.ByCash {
			r.Late = strconv.Itoa(s.Late)
		}
		rows = append(rows, r)
	}
	return rows
}

func limitRows(view *state.View) []Row {
	limit := view.Limit()
	if !limit.OnFile {
		return nil
	}
	minor := func(n int64) string {
		if !limit.Known {
			return ""
		}
		return state.FormatMinor(n, view.Currency().Scale())
	}
	rows := []Row{{Kind: "base_limit", ID: limit.ID, Due: limit.Review.String(), Amount: minor(limit.Base)}}
	for _, increase := range limit.Increases {
		rows = append(rows, Row{Kind: "temporary_limit", ID: increase.ID, Date: increase.From.String(), Due: increase.To.String(), Amount: minor(increase.Amount)})
	}
	return rows
}

func registryRows(view *state.View) []Row {
	var rows []Row
	for _, fact := range view.RegistryFacts() {
		r := Row{Kind: "registry_" + fact.Type, ID: fact.EventID, Date: fact.Effective.String(), Due: fact.EndedKnown.String()}
		rows = append(rows, r.money(fact.Amount, view.Currency()))
	}
	return rows
}

// conductRows are disputes with the day of their closing, promises as they were last made, contacts, requests and agreed payers.
func conductRows(view *state.View) []Row {
	var rows []Row
	own := view.Currency()
	for _, dispute := range view.Disputes() {
		r := Row{Kind: "dispute", ID: dispute.DisputeID, Date: dispute.OpenedDate.String()}
		if dispute.Closed != nil {
			r.Due = dispute.Closed.ClosedDate.String()
		}
		rows = append(rows, r.money(dispute.Amount, own))
	}
	for _, promise := range view.Promises() {
		last := promise.Revisions[len(promise.Revisions)-1]
		rows = append(rows, Row{Kind: "promise", ID: promise.ID, Date: last.MadeDate.String(), Due: last.PromisedDate.String()}.money(last.Amount, own))
	}
	for _, contact := range view.Contacts() {
		rows = append(rows, Row{Kind: "contact", ID: contact.ContactID, Date: contact.ContactDate.String()})
	}
	for _, request := range view.Requests() {
		rows = append(rows, Row{Kind: "terms_request", ID: request.RequestID, Date: request.RequestDate.String()})
	}
	for _, payer := range view.VerifiedPayers() {
		rows = append(rows, Row{Kind: "payer_verified", ID: payer.AccountHash, Date: payer.VerifiedDate.String()})
	}
	return rows
}

func coverRows(view *state.View) []Row {
	var rows []Row
	for _, cover := range view.CoversOn(view.Day) {
		r := Row{Kind: "cover", ID: cover.CoverID, Date: cover.ValidFrom.String(), Due: cover.ValidTo.String()}
		rows = append(rows, r.money(cover.Amount, view.Currency()))
	}
	return rows
}

func opinionRows(view *state.View) []Row {
	var rows []Row
	for _, note := range view.Notes() {
		rows = append(rows, Row{Kind: "note", ID: note.NoteID, Date: note.NoteDate.String()})
	}
	if grade := view.GradeOverride(); grade != nil {
		rows = append(rows, Row{Kind: "grade_override", ID: grade.OverrideID, Date: grade.SetDate.String()})
	}
	return rows
}
