package contract

import "tocsin/state"

var orderTable = ofCustomer(
	id("order_id", func(t *target) *string { return &t.order.OrderID }).must(),
	date("order_date", func(t *target) *state.Date { return &t.order.OrderDate }).must(),
	money("gross", func(t *target) *state.Money { return &t.order.Gross }).must(),
	money("delivered", func(t *target) *state.Money { return &t.order.Delivered }),
	money("invoiced", func(t *target) *state.Money { return &t.order.Invoiced }),
	money("prepaid", func(t *target) *state.Money { return &t.order.Prepaid }),
	date("requested_delivery_date", func(t *target) *state.Date { return &t.order.RequestedDelivery }),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.order.Status) }, "open", "closed"),
	flag("credit_hold", func(t *target) *state.Flag { return &t.order.CreditHold }),
	flag("project", func(t *target) *state.Flag { return &t.order.Project }),
)

var orderCancelledTable = ofCustomer(
	id("order_id", func(t *target) *string { return &t.orderCancelled.OrderID }).must(),
	date("cancel_date", func(t *target) *state.Date { return &t.orderCancelled.CancelDate }).must(),
	text("reason", func(t *target) *string { return &t.orderCancelled.Reason }),
)

var invoiceTable = ofCustomer(
	id("invoice_id", func(t *target) *string { return &t.invoice.InvoiceID }).must(),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.invoice.Type) }, "invoice", "debit_note").shut(),
	date("issue_date", func(t *target) *state.Date { return &t.invoice.IssueDate }).must(),
	date("due_date", func(t *target) *state.Date { return &t.invoice.DueDate }).must(),
	money("total", func(t *target) *state.Money { return &t.invoice.Total }).must(),
	date("original_due_date", func(t *target) *state.Date { return &t.invoice.OriginalDueDate }),
	date("delivery_date", func(t *target) *state.Date { return &t.invoice.DeliveryDate }),
	text("terms", func(t *target) *string { return &t.invoice.Terms }),
	date("discount_until_date", func(t *target) *state.Date { return &t.invoice.DiscountUntil }),
	dues("instalments", func(t *target) *[]state.DueAmount { return &t.invoice.Instalments }),
	object("retention", dueTable, func(t *target) { t.due = &t.invoice.Retention }),
	ids("order_ids", func(t *target) *[]string { return &t.invoice.OrderIDs }),
	id("replaces", func(t *target) *string { return &t.invoice.Replaces }),
	date("changed_date", func(t *target) *state.Date { return &t.invoice.ChangedDate }),
	enum("factored", func(t *target) *uint8 { return (*uint8)(&t.invoice.Factored) }, "with_recourse", "without_recourse"),
	text("batch", func(t *target) *string { return &t.invoice.Batch }),
)

var creditNoteTable = ofCustomer(
	id("credit_note_id", func(t *target) *string { return &t.creditNote.CreditNoteID }).must(),
	date("credit_date", func(t *target) *state.Date { return &t.creditNote.CreditDate }).must(),
	money("amount", func(t *target) *state.Money { return &t.creditNote.Amount }).must(),
	allocations("allocations", allocationTable, func(t *target) *[]state.Allocation { return &t.creditNote.Allocations }),
	text("reason", func(t *target) *string { return &t.creditNote.Reason }),
	flag("cancelled", func(t *target) *state.Flag { return &t.creditNote.Cancelled }),
)

var invoiceCancelledTable = ofCustomer(
	id("invoice_id", func(t *target) *string { return &t.invoiceCancelled.InvoiceID }).must(),
	date("cancel_date", func(t *target) *state.Date { return &t.invoiceCancelled.CancelDate }).must(),
)

var writeOffTable = ofCustomer(
	id("invoice_id", func(t *target) *string { return &t.writeOff.InvoiceID }).must(),
	date("write_off_date", func(t *target) *state.Date { return &t.writeOff.WriteOffDate }).must(),
	money("amount", func(t *target) *state.Money { return &t.writeOff.Amount }).must(),
)

// oneCurrencyOfOrder refuses an order whose amounts are in several currencies.
func (d *Decoder) oneCurrencyOfOrder() {
	o := d.order
	d.sameCurrency(o.Gross, o.Delivered, "/data/delivered")
	d.sameCurrency(o.Gross, o.Invoiced, "/data/invoiced")
	d.sameCurrency(o.Gross, o.Prepaid, "/data/prepaid")
}

// oneCurrencyOfInvoice refuses an invoice whose instalments or retention are not in the currency of its total.
func (d *Decoder) oneCurrencyOfInvoice() {
	v := d.invoice
	for i := range v.Instalments {
		if v.Instalments[i].Amount.Currency != v.Total.Currency {
			d.sameCurrency(v.Total, v.Instalments[i].Amount, instalmentPointer(i))
		}
	}
	d.sameCurrency(v.Total, v.Retention.Amount, "/data/retention/amount")
}
