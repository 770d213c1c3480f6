package simulator

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"tocsin/state"
)

// writer turns what happens on one day into events. While a book is opened it writes documents as they stand.
type writer struct {
	portfolio *Portfolio
	day       state.Date
	opening   bool
	events    []state.Event
}

// Hours at which the seller's systems tell of things, in ledger time. All lie inside the shortest day.
const (
	openingHour  = 3  // opening balances, before the first day's own news
	bankHour     = 7  // the bank's file is booked
	masterHour   = 8  // profiles and limits
	officeHour   = 9  // orders, over the working day
	registerHour = 11 // news from public registers
	nightHour    = 19 // deliveries and invoices of the day
)

// The publishers.
const (
	sourceERP      = "urn:acme:erp:emea"
	sourceBank     = "urn:acme:bank"
	sourceCRM      = "urn:acme:crm"
	sourceRegister = "urn:companies-house"
)

// add writes an event that becomes known within hours after the given hour of the writer's day.
func (w *writer) add(hour, hours int, e state.Event) { w.addOn(w.day, hour, hours, e.ID, e) }

// addOn writes an event that becomes known on a day, today or later. What shares a job of the seller's systems becomes
// known at one instant: a delivery with its invoice, or a customer's opening balances.
func (w *writer) addOn(day state.Date, hour, hours int, job string, e state.Event) {
	if w.opening {
		hour, hours, job = openingHour, 3, string(e.Customer)
	}
	spread := hash(job) % uint64(hours*3600)
	e.KnownAt = day.Start(w.portfolio.config.Zone) +
		state.Instant(time.Duration(hour)*time.Hour+time.Duration(spread)*time.Second)
	e.Time = e.KnownAt
	if day == w.day {
		w.events = append(w.events, e)
		return
	}
	w.portfolio.plot.later[day] = append(w.portfolio.plot.later[day], e)
}

// sorted is the day's events by instant, with what earlier days left for it.
func (w *writer) sorted() []state.Event {
	if !w.opening {
		w.events = append(w.events, w.portfolio.plot.later[w.day]...)
		delete(w.portfolio.plot.later, w.day)
	}
	slices.SortStableFunc(w.events, func(a, b state.Event) int {
		return cmp.Or(cmp.Compare(a.KnownAt, b.KnownAt), cmp.Compare(a.ID, b.ID))
	})
	return w.events
}

// event is an event of a customer's document at a revision.
func event(kind state.Kind, c state.CustomerID, source, document string, revision int64, body state.Body) state.Event {
	return state.Event{
		Kind: kind, Customer: c, Body: body,
		Stamp: state.Stamp{Revision: revision, ID: document + "/" + strconv.FormatInt(revision, 10), Source: source},
	}
}

func (w *writer) money(cents int64) state.Money {
	return state.Money{Minor: cents, Currency: w.portfolio.currency}
}

func (w *writer) profile(c *customer) {
	w.add(masterHour, 1, event(state.KindProfile, c.id, sourceCRM, string(c.id)+"-profile", 1, &state.Profile{
		Customer: c.id, Name: c.name, Country: c.country, Identifiers: []state.Identifier{c.identifier},
		Segment: c.segment, CreditManager: c.manager, CustomerSince: c.since, ReportingCurrency: w.portfolio.currency,
		Status: state.ProfileActive, Type: state.ProfileCompany,
	}))
}

func (w *writer) limit(c *customer) {
	c.revision++
	body := &state.LimitRevision{
		LimitID: "LIM-" + string(c.id)[2:], Type: state.LimitBase, Amount: w.money(c.limit), ValidFrom: w.day, ReviewDate: c.review,
	}
	if w.opening {
		body.ValidFrom = c.since
	}
	w.add(masterHour, 1, event(state.KindLimit, c.id, sourceCRM, body.LimitID, c.revision, body))
}

func (w *writer) temporaryLimit(c *customer, amount int64, until state.Date) {
	id := fmt.Sprintf("LIM-%s-T%s", string(c.id)[2:], w.day)
	w.add(masterHour, 1, event(state.KindLimit, c.id, sourceCRM, id, 1, &state.LimitRevision{
		LimitID: id, Type: state.LimitTemporary, Amount: w.money(amount), ValidFrom: w.day, ValidTo: until,
	}))
}

func (w *writer) orderBody(o *order) *state.Order {
	body := &state.Order{OrderID: o.id, OrderDate: o.date, Gross: w.money(o.amount), Status: state.OrderStatusOpen}
	if o.delivery != 0 {
		body.RequestedDelivery = o.delivery
	}
	return body
}

func (w *writer) order(c *customer, o *order) {
	w.add(officeHour, 8, event(state.KindOrder, c.id, sourceERP, o.id, o.revision, w.orderBody(o)))
}

func (w *writer) orderDelivered(c *customer, o *order) {
	body := w.orderBody(o)
	body.Delivered, body.Invoiced, body.Status = body.Gross, body.Gross, state.OrderStatusClosed
	w.addOn(w.day, nightHour, 1, o.id, event(state.KindOrder, c.id, sourceERP, o.id, o.revision, body))
}

func (w *writer) orderCancelled(c *customer, id string) {
	w.add(officeHour, 8, event(state.KindOrderCancelled, c.id, sourceERP, id+"-cancelled", 1,
		&state.OrderCancelled{OrderID: id, CancelDate: w.day, Reason: "customer could not pay in advance"}))
}

func (w *writer) invoice(c *customer, i *invoice) {
	w.addOn(w.day, nightHour, 1, i.order, event(state.KindInvoice, c.id, sourceERP, i.id, 1, &state.Invoice{
		InvoiceID: i.id, Type: state.InvoiceTypeInvoice, IssueDate: i.issued, DueDate: i.due, Total: w.money(i.amount),
		Terms: fmt.Sprintf("NET%d", c.terms), OrderIDs: []string{i.order},
	}))
}

func (w *writer) writtenOff(c *customer, i *invoice) {
	w.add(nightHour, 1, event(state.KindInvoiceWrittenOff, c.id, sourceERP, i.id+"-written-off", 1,
		&state.WriteOff{InvoiceID: i.id, WriteOffDate: w.day, Amount: w.money(i.amount)}))
}

// transfer is a payment of today for whole invoices.
func (w *writer) transfer(paid []*invoice, method state.Method) *state.Payment {
	w.portfolio.numbers.payment += 3
	body := &state.Payment{PaymentID: fmt.Sprintf("PAY-%d", w.portfolio.numbers.payment), ValueDate: w.day, Method: method}
	var sum int64
	for _, i := range paid {
		sum += i.amount
		body.Allocations = append(body.Allocations, state.Allocation{InvoiceID: i.id, Amount: w.money(i.amount)})
	}
	body.Amount = w.money(sum)
	return body
}

// payment tells of a transfer of today; cash that is not booked yet becomes known later, with its early value date.
func (w *writer) payment(c *customer, paid []*invoice) {
	body := w.transfer(paid, state.MethodCreditTransfer)
	known := max(w.day, c.unbooked)
	w.addOn(known, bankHour, 1, body.PaymentID, event(state.KindPayment, c.id, sourceBank, body.PaymentID, 1, body))
}

// bouncedPayment tells of a direct debit of today that the bank returns on another day.
func (w *writer) bouncedPayment(c *customer, paid []*invoice, back state.Date) {
	body := w.transfer(paid, state.MethodDirectDebit)
	w.add(bankHour, 1, event(state.KindPayment, c.id, sourceBank, body.PaymentID, 1, body))
	w.addOn(back, bankHour, 1, body.PaymentID, event(state.KindPaymentReturned, c.id, sourceBank, body.PaymentID+"-returned", 1,
		&state.Return{PaymentID: body.PaymentID, ReturnDate: back, Amount: body.Amount, ReasonCode: "AM04"}))
}

// registered tells of news in a public register, in force from a day on; revision 2 of the same news ends it.
func (w *writer) registered(c *customer, news string, effective state.Date, revision int64, status state.RegistryStatus) {
	subject := "case-" + string(c.id)[2:]
	e := event(state.KindRegistry, "", sourceRegister, subject+"-"+news, revision, &state.RegistryFact{
		Registry: "gb-companies-house", Identifier: c.identifier, Type: news, SubjectID: subject,
		Effective: effective, Status: status,
	})
	w.add(registerHour, 2, e)
}

func (w *writer) orderNumber() string {
	w.portfolio.numbers.order += 7
	return fmt.Sprintf("SO-%06d", w.portfolio.numbers.order)
}

func (w *writer) invoiceNumber() string {
	w.portfolio.numbers.invoice++
	year, _, _ := w.day.Civil()
	return fmt.Sprintf("INV-%d-%05d", year, w.portfolio.numbers.invoice)
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // never fails
	return h.Sum64()
}

// isBusiness knows no holidays: the portfolio does business from Monday to Friday.
func isBusiness(d state.Date) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

// roll is the day itself or the next business day.
func roll(d state.Date) state.Date {
	for !isBusiness(d) {
		d++
	}
	return d
}

func addBusinessDays(d state.Date, n int) state.Date {
	for ; n > 0; n-- {
		d = roll(d + 1)
	}
	return d
}
