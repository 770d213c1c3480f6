package erp

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"tocsin/consumer/contract"
	"tocsin/state"
)

// Events are what was read as events of the contract, by known_at. One that the contract refuses is left out, and its row
// becomes faulty. Call it once, after all files are read.
func (i *Import) Events() []state.Event {
	var events []state.Event
	for _, c := range i.list.customers {
		before := len(events)
		events = i.appendCustomer(events, c)
		if fault := i.refused(events[before:], c.file, c.line, string(c.id)); fault != nil {
			events = events[:before]
			i.faults = append(i.faults, *fault)
		}
	}
	for _, d := range i.list.documents {
		before := len(events)
		events = i.appendDocument(events, d)
		if fault := i.refused(events[before:], d.file, d.line, d.document); fault != nil {
			events = events[:before]
			d.refused = true
			i.faults = append(i.faults, *fault)
			i.counts.Converted -= d.rows
			i.counts.Faulty += d.rows
		}
	}
	events = i.appendCleared(events)
	slices.SortStableFunc(events, func(a, b state.Event) int { return cmp.Compare(a.KnownAt, b.KnownAt) })
	i.events = len(events)
	return events
}

// refused is why the contract does not take the events of a row.
func (i *Import) refused(events []state.Event, file string, line int, value string) *Fault {
	if i.decoder == nil {
		i.decoder, _ = contract.NewDecoder(contract.Options{}) // no types of one's own: no error
		i.decoder.Reuse = true
	}
	for n := range events {
		var ev state.Event
		i.encoded = contract.AppendEvent(i.encoded[:0], &events[n])
		if reject := i.decoder.Decode(i.encoded, 0, &ev); reject != nil {
			return &Fault{File: file, Line: line, Value: value, Text: fmt.Sprintf("is refused by the contract: %s: %s (%s)", reject.Pointer, reject.Message, reject.Code)}
		}
	}
	return nil
}

// event is an event of this import. It happened on a day, and was known then or, of a list of open items, with the list.
func (i *Import) event(kind state.Kind, customer state.CustomerID, id, entity string, on, recorded state.Date, body state.Body) state.Event {
	happened := on.Start(i.Zone)
	known := happened
	switch {
	case i.Mapping.Layout == OpenItems:
		known = i.AsOf
	case recorded != 0:
		known = recorded.Start(i.Zone)
	}
	return state.Event{
		Kind: kind, Customer: customer, KnownAt: known, Body: body,
		Stamp: state.Stamp{
			Revision: i.Revision, Time: min(happened, known), ID: id + "/" + strconv.FormatInt(i.Revision, 10), Source: i.Mapping.Source, Entity: entity,
		},
	}
}

// appendCustomer appends a customer's profile and limit. They are known with the list, in a ledger with the customer's
// first document.
func (i *Import) appendCustomer(events []state.Event, c *customer) []state.Event {
	on := c.since
	if i.AsOf != 0 {
		on = i.AsOf.Date(i.Zone)
	}
	if c.profile != nil {
		events = append(events, i.event(state.KindProfile, c.id, string(c.id), "", c.since, 0, c.profile))
	}
	if c.limit.Told() {
		events = append(events, i.event(state.KindLimit, c.id, string(c.id)+"/limit", "", on, 0, &state.LimitRevision{
			LimitID: string(c.id) + "/limit", Type: state.LimitBase, Amount: c.limit, ValidFrom: on,
		}))
	}
	return events
}

// appendDocument appends what a document becomes.
func (i *Import) appendDocument(events []state.Event, d *document) []state.Event {
	amount := state.Money{Minor: d.amount, Currency: d.currency}
	open := state.Money{Minor: d.open, Currency: d.currency}
	add := func(kind state.Kind, body state.Body) {
		events = append(events, i.event(kind, d.customer, body.Key(), d.entity, d.date, d.recorded, body))
	}
	switch d.kind {
	case Invoice, DebitNote:
		add(state.KindInvoice, d.invoice(amount))
		if d.paid > 0 {
			events = append(events, i.settlement(d, d.paid, i.paidOn(d)))
		}
	case CreditNote:
		add(state.KindInvoiceCredited, &state.CreditNote{CreditNoteID: d.document, CreditDate: d.date, Amount: open, Allocations: d.allocations})
	case Payment:
		add(state.KindPayment, &state.Payment{PaymentID: d.document, ValueDate: d.date, Amount: open, Allocations: d.allocations})
	case Returned:
		add(state.KindPaymentReturned, &state.Return{PaymentID: d.applies, ReturnDate: d.date, Amount: amount})
	case WriteOff:
		add(state.KindInvoiceWrittenOff, &state.WriteOff{InvoiceID: cmp.Or(d.applies, d.document), WriteOffDate: d.date, Amount: amount})
	}
	return events
}

func (d *document) invoice(total state.Money) *state.Invoice {
	body := &state.Invoice{
		InvoiceID: d.document, Type: state.InvoiceTypeInvoice, IssueDate: d.date, DueDate: d.due, Total: total,
		DeliveryDate: d.delivery, Terms: d.terms, DiscountUntil: d.discount,
	}
	if d.kind == DebitNote {
		body.Type = state.InvoiceTypeDebitNote
	}
	if d.order != "" {
		body.OrderIDs = []string{d.order}
	}
	return body
}

// paidOn is when a document was paid so far: as the export says, else by the date of the list.
func (i *Import) paidOn(d *document) state.Date {
	if d.paidDate != 0 || i.AsOf == 0 {
		return d.paidDate
	}
	return i.AsOf.Date(i.Zone)
}

// settledSuffix names the payment that stands for all that has been settled of a document.
const settledSuffix = "/paid"

// settlement is that so much of a document has been settled.
func (i *Import) settlement(d *document, paid int64, on state.Date) state.Event {
	body := &state.Payment{
		PaymentID: d.document + settledSuffix, ValueDate: on, Amount: state.Money{Minor: paid, Currency: d.currency},
	}
	if paid > 0 {
		body.Allocations = []state.Allocation{{InvoiceID: d.document, Amount: body.Amount}}
	}
	return i.event(state.KindPayment, d.customer, body.PaymentID, d.entity, on, 0, body)
}
