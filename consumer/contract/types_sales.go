package contract

import "tocsin/state"

var orderTable = ofCustomer(
	id("order_id", func(t *target) *string { return &t.order.body.OrderID }).must(),
	date("order_date", func(t *target) *state.Date { return &t.order.body.OrderDate }).must(),
	money("gross", func(t *target) *state.Money { return &t.order.body.Gross }).must(),
	money("delivered", func(t *target) *state.Money { return &t.order.body.Delivered }),
	money("invoiced", func(t *target) *state.Money { return &t.order.body.Invoiced }),
	money("prepaid", func(t *target) *state.Money { return &t.order.body.Prepaid }),
	date("requested_delivery_date", func(t *target) *state.Date { return &t.order.body.RequestedDelivery }),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.order.body.Status) }, "open", "closed"),
	flag("credit_hold", func(t *target) *state.Flag { return &t.order.body.CreditHold }),
	flag("project", func(t *target) *state.Flag { return &t.order.body.Project }),
)

var orderCancelledTable = ofCustomer(
	id("order_id", func(t *target) *string { return &t.orderCancelled.body.OrderID }).must(),
	date("cancel_date", func(t *target) *state.Date { return &t.orderCancelled.body.CancelDate }).must(),
	text("reason", func(t *target) *string { return &t.orderCancelled.body.Reason }),
)

var invoiceTable = ofCustomer(
	id("invoice_id", func(t *target) *string { return &t.invoice.body.InvoiceID }).must(),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.invoice.body.Type) }, "invoice", "debit_note").shut(),
	date("issue_date", func(t *target) *state.Date { return &t.invoice.body.IssueDate }).must(),
	date("due_date", func(t *target) *state.Date { return &t.invoice.body.DueDate }).must(),
	money("total", func(t *target) *state.Money { return &t.invoice.body.Total }).must(),
	date("original_due_date", func(t *target) *state.Date { return &t.invoice.body.OriginalDueDate }),
	date("delivery_date", func(t *target) *state.Date { return &t.invoice.body.DeliveryDate }),
	text("terms", func(t *target) *string { return &t.invoice.body.Terms }),
	date("discount_until_date", func(t *target) *state.Date { return &t.invoice.body.DiscountUntil }),
	dues("instalments", func(t *target) *[]state.DueAmount { return &t.invoice.body.Instalments }),
	object("retention", dueTable, func(t *target) { t.due = &t.invoice.body.Retention }),
	ids("order_ids", func(t *target) *[]string { return &t.invoice.body.OrderIDs }),
	id("replaces", func(t *target) *string { return &t.invoice.body.Replaces }),
	date("changed_date", func(t *target) *state.Date { return &t.invoice.body.ChangedDate }),
	enum("factored", func(t *target) *uint8 { return (*uint8)(&t.invoice.body.Factored) }, "with_recourse", "without_recourse"),
	text("batch", func(t *target) *string { return &t.invoice.body.Batch }),
)

var creditNoteTable = ofCustomer(
	id("credit_note_id", func(t *target) *string { return &t.creditNote.body.CreditNoteID }).must(),
	date("credit_date", func(t *target) *state.Date { return &t.creditNote.body.CreditDate }).must(),
	money("amount", func(t *target) *state.Money { return &t.creditNote.body.Amount }).must(),
	allocations("allocations", allocationTable, func(t *target) *[]state.Allocation { return &t.creditNote.body.Allocations }),
	text("reason", func(t *target) *string { return &t.creditNote.body.Reason }),
	flag("cancelled", func(t *target) *state.Flag { return &t.creditNote.body.Cancelled }),
)

var invoiceCancelledTable = ofCustomer(
	id("invoice_id", func(t *target) *string { return &t.invoiceCancelled.body.InvoiceID }).must(),
	date("cancel_date", func(t *target) *state.Date { return &t.invoiceCancelled.body.CancelDate }).must(),
)

var writeOffTable = ofCustomer(
	id("invoice_id", func(t *target) *string { return &t.writeOff.body.InvoiceID }).must(),
	date("write_off_date", func(t *target) *state.Date { return &t.writeOff.body.WriteOffDate }).must(),
	money("amount", func(t *target) *state.Money { return &t.writeOff.body.Amount }).must(),
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
		if v.Instalments[i].Amount.Currency != v.Total.Currency {
			d.sameCurrency(v.Total, v.Instalments[i].Amount, instalmentPointer(i))
		}
	}
	d.sameCurrency(v.Total, v.Retention.Amount, "/data/retention/amount")
}
