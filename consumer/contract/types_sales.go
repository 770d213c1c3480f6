package contract

import "tocsin/state"

var orderTable = ofCustomer(
	id("order_id", func(t *target) *string { return &t.order.body.OrderID }).must().
		says("The order's number. Its events share one register, so placed and changed count their revisions together."),
	date("order_date", func(t *target) *state.Date { return &t.order.body.OrderDate }).must().
		says("The day on which the customer ordered."),
	money("gross", func(t *target) *state.Money { return &t.order.body.Gross }).must().
		says("The whole order as it now stands, tax included; 0 when nothing of it is left."),
	money("delivered", func(t *target) *state.Money { return &t.order.body.Delivered }).
		says("What of the order is delivered, tax included, billed or not. Left out: nothing."),
	money("invoiced", func(t *target) *state.Money { return &t.order.body.Invoiced }).
		says("What of the order is invoiced, tax included. What is delivered and not invoiced counts as owed. Left out: "+
			"nothing."),
	money("prepaid", func(t *target) *state.Money { return &t.order.body.Prepaid }).
		says("What the customer has paid in advance for this order; it lowers what the order adds to the exposure. Left out: "+
			"nothing."),
	date("requested_delivery_date", func(t *target) *state.Date { return &t.order.body.RequestedDelivery }).
		says("When the customer wants the goods. An order counts against the limit from 60 days before it, and no more from "+
			"180 days after it. Left out: the order counts at once and until it is closed."),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.order.body.Status) }, "open", "closed").
		says("Whether anything will still be delivered. Left out: open."),
	flag("credit_hold", func(t *target) *state.Flag { return &t.order.body.CreditHold }).
		says("True while the order is on credit hold: it is then out of the exposure. Left out: false."),
	flag("project", func(t *target) *state.Flag { return &t.order.body.Project }).
		says("True for a known single order, which says nothing about the customer's habits. Left out: false."),
)

var orderCancelledTable = ofCustomer(
	id("order_id", func(t *target) *string { return &t.orderCancelled.body.OrderID }).must().
		says("The order that is cancelled, for good."),
	date("cancel_date", func(t *target) *state.Date { return &t.orderCancelled.body.CancelDate }).must().
		says("The day on which it was cancelled."),
	text("reason", func(t *target) *string { return &t.orderCancelled.body.Reason }).
		says("Why, in your own words. Left out: not told."),
)

var invoiceTable = ofCustomer(
	id("invoice_id", func(t *target) *string { return &t.invoice.body.InvoiceID }).must().
		says("The invoice's number, unique for the customer over all your sources."),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.invoice.body.Type) }, "invoice", "debit_note").shut().
		says("An invoice or a debit note; both are owed. Left out: invoice. Credit notes are invoice.credited, and a pro forma "+
			"invoice is not sent at all."),
	date("issue_date", func(t *target) *state.Date { return &t.invoice.body.IssueDate }).must().
		says("The day on the invoice. Sales count by it."),
	date("due_date", func(t *target) *state.Date { return &t.invoice.body.DueDate }).must().
		says("When it is to be paid, as now agreed. An extension is a higher revision with a later date: letters go by it, "+
			"figures of risk by the first date. A date on a weekend or holiday is written as it is; Tocsin moves it."),
	money("total", func(t *target) *state.Money { return &t.invoice.body.Total }).must().
		says("What is owed, tax included."),
	date("original_due_date", func(t *target) *state.Date { return &t.invoice.body.OriginalDueDate }).
		says("Corrects a first due date that was wrong. Send it for a mistake, not for an extension. Left out: the due date of "+
			"the lowest revision, or that of the invoice that this one replaces."),
	date("delivery_date", func(t *target) *state.Date { return &t.invoice.body.DeliveryDate }).
		says("When the goods or services came. How late a complaint comes is measured from it. Left out: not told."),
	text("terms", func(t *target) *string { return &t.invoice.body.Terms }).
		says("The terms of payment, such as NET30, EOM+30, 30EOM, +1M or MFI15. They explain; the due date counts."),
	date("discount_until_date", func(t *target) *state.Date { return &t.invoice.body.DiscountUntil }).
		says("The last day on which the customer may take the discount for early payment. Left out: there is none."),
	dues("instalments", func(t *target) *[]state.DueAmount { return &t.invoice.body.Instalments }).
		says("The parts in which the total is due. What they leave is due with the invoice. Left out: all is due on due_date."),
	object("retention", dueTable, func(t *target) { t.due = &t.invoice.body.Retention }).
		says("The part that the customer may keep until a later day, which is its own due line. Left out: none."),
	ids("order_ids", func(t *target) *[]string { return &t.invoice.body.OrderIDs }).
		says("The orders that are billed. Left out: not told."),
	id("replaces", func(t *target) *string { return &t.invoice.body.Replaces }).
		says("The invoice that this one stands for after a cancellation: it inherits the first due date. Left out: none."),
	date("changed_date", func(t *target) *state.Date { return &t.invoice.body.ChangedDate }).
		says("The day on which this revision was made. Left out: that of time."),
	enum("factored", func(t *target) *uint8 { return (*uint8)(&t.invoice.body.Factored) }, "with_recourse", "without_recourse").
		says("Whether the receivable is sold. Without recourse it is out of receivables, ageing and every test. Left out: not "+
			"sold."),
	text("batch", func(t *target) *string { return &t.invoice.body.Batch }).
		says("The product or delivery batch: many disputes of one batch are your problem, not the customers'. Left out: not "+
			"told."),
)

var creditNoteTable = ofCustomer(
	id("credit_note_id", func(t *target) *string { return &t.creditNote.body.CreditNoteID }).must().
		says("The credit note's number."),
	date("credit_date", func(t *target) *state.Date { return &t.creditNote.body.CreditDate }).must().
		says("From when on it counts."),
	money("amount", func(t *target) *state.Money { return &t.creditNote.body.Amount }).must().
		says("What is credited, tax included and without a sign."),
	allocations("allocations", allocationTable, func(t *target) *[]state.Allocation { return &t.creditNote.body.Allocations }).
		says("The invoices that it reduces. What is left over, or all of it if left out, is credit without reference: it "+
			"lowers the exposure at once."),
	text("reason", func(t *target) *string { return &t.creditNote.body.Reason }).
		says("Why, in your own words. Left out: not told."),
	flag("cancelled", func(t *target) *state.Flag { return &t.creditNote.body.Cancelled }).
		says("True takes the credit note back: its invoices are open again with their first due dates. Left out: false."),
)

var invoiceCancelledTable = ofCustomer(
	id("invoice_id", func(t *target) *string { return &t.invoiceCancelled.body.InvoiceID }).must().
		says("The invoice that is cancelled, for good. What was paid on it is unapplied cash from then on."),
	date("cancel_date", func(t *target) *state.Date { return &t.invoiceCancelled.body.CancelDate }).must().
		says("The day on which it was cancelled."),
)

var writeOffTable = ofCustomer(
	id("invoice_id", func(t *target) *string { return &t.writeOff.body.InvoiceID }).must().
		says("The invoice of which something is written off."),
	date("write_off_date", func(t *target) *state.Date { return &t.writeOff.body.WriteOffDate }).must().
		says("The day of the booking."),
	money("amount", func(t *target) *state.Money { return &t.writeOff.body.Amount }).must().
		says("What is given up in all, without a sign. Cash that comes later on it is recovery."),
)

// oneCurrencyOfOrder refuses an order whose amounts are in several currencies.
func (d *Decoder) oneCurrencyOfOrder() {
	o := d.order.body
	d.sameCurrency(o.Gross, o.Delivered, "/data/delivered")
	d.sameCurrency(o.Gross, o.Invoiced, "/data/invoiced")
	d.sameCurrency(o.Gross, o.Prepaid, "/data/prepaid")
}

// oneCurrencyOfInvoice refuses an invoice whose instalments or retention are not in the currency of its total.
func (d *Decoder) oneCurrencyOfInvoice() {
	v := d.invoice.body
	for i := range v.Instalments {
		if differ(v.Total, v.Instalments[i].Amount) {
			d.sameCurrency(v.Total, v.Instalments[i].Amount, instalmentPointer(i))
		}
	}
	d.sameCurrency(v.Total, v.Retention.Amount, "/data/retention/amount")
}
