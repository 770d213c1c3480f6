package state_test

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/statetest"
)

// reference reads DOMAIN.md 0.4 and 0.7 in the plainest way: all facts of a day in maps, every booking in one list, nothing
// kept. It shares no code with the book. Events that could tie are left out by its test, so that the highest revision is
// all there is to choose.
type reference struct {
	day      state.Date
	invoices map[string]*state.Invoice
	first    map[string]state.Date // due date of the lowest revision
	bodies   map[string]state.Body // by kind and key
	rates    plainRates
	wanting  bool // a booking wants a rate that is not there
}

func newReference(day state.Date, events []state.Event) *reference {
	r := &reference{day: day, invoices: map[string]*state.Invoice{}, first: map[string]state.Date{}, bodies: map[string]state.Body{}}
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b state.Event) int { return cmp.Compare(a.Revision, b.Revision) })
	for _, ev := range events {
		r.bodies[register(ev)] = ev.Body
		if body, ok := ev.Body.(*state.Invoice); ok {
			if _, known := r.first[body.InvoiceID]; !known {
				r.first[body.InvoiceID] = body.DueDate
			}
			r.invoices[body.InvoiceID] = body
		}
	}
	return r
}

func register(ev state.Event) string { return fmt.Sprint(ev.Kind, "/", ev.Body.Key()) }

func find[T state.Body](r *reference, kind state.Kind, key string) (body T, found bool) {
	body, found = r.bodies[fmt.Sprint(kind, "/", key)].(T)
	return body, found
}

// open tells whether an invoice exists on the day.
func (r *reference) exists(id string) bool {
	body, known := r.invoices[id]
	cancelled, has := find[*state.InvoiceCancelled](r, state.KindInvoiceCancelled, id)
	return known && body.IssueDate <= r.day && !(has && cancelled.CancelDate <= r.day)
}

type plainBooking struct {
	date     state.Date
	rank     int // credit notes first
	id       string
	position int
	invoice  string
	amount   state.Money
}

// bookings are all that payments and credit notes say on the day, in order, and what each source has.
func (r *reference) bookings() (list []plainBooking, sources map[string]int64) {
	sources = map[string]int64{}
	for _, body := range r.bodies {
		switch b := body.(type) {
		case *state.CreditNote:
			if b.CreditDate <= r.day && b.Cancelled != state.FlagTrue {
				sources["0"+b.CreditNoteID] = b.Amount.Minor
				for i, a := range b.Allocations {
					list = append(list, plainBooking{b.CreditDate, 0, b.CreditNoteID, i, a.InvoiceID, a.Amount})
				}
			}
		case *state.Payment:
			if b.ValueDate <= r.day {
				list = append(list, r.payment(b, sources)...)
			}
		}
	}
	slices.SortFunc(list, func(a, b plainBooking) int {
		return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.rank, b.rank), cmp.Compare(a.id, b.id), cmp.Compare(a.position, b.position))
	})
	return list, sources
}

func (r *reference) payment(b *state.Payment, sources map[string]int64) (list []plainBooking) {
	date, allocations := b.ValueDate, b.Allocations
	if applied, ok := find[*state.Application](r, state.KindPaymentApplied, b.PaymentID); ok && applied.AppliedDate <= r.day {
		date, allocations = max(date, applied.AppliedDate), applied.Allocations
	}
	for i, a := range allocations {
		list = append(list, plainBooking{date, 1, b.PaymentID, i, a.InvoiceID, a.Amount})
	}
	sources["1"+b.PaymentID] = b.Amount.Minor
	back, ok := find[*state.Return](r, state.KindPaymentReturned, b.PaymentID)
	if !ok || back.ReturnDate > r.day || back.Amount.Currency != b.Amount.Currency {
		return list
	}
	sources["1"+b.PaymentID] = max(0, b.Amount.Minor-back.Amount.Minor)
	if len(back.Allocations) == 0 {
		return nil
	}
	for _, a := range back.Allocations {
		left := a.Amount.Minor
		for i := range list {
			if list[i].invoice == a.InvoiceID && list[i].amount.Currency == a.Amount.Currency {
				taken := min(left, list[i].amount.Minor)
				list[i].amount.Minor -= taken
				left -= taken
			}
		}
	}
	return list
}

// rate is what one minor unit of an allocation takes of its source, nil where nothing is booked: the allocation is in
// another currency than its invoice, or a rate is wanting.
func (r *reference) rate(b plainBooking) *big.Rat {
	source, date := r.sourceOf(b.rank, b.id)
	invoice, known := r.invoices[b.invoice]
	if !known || invoice.Total.Currency != b.amount.Currency || !r.exists(b.invoice) {
		return nil
	}
	if source.Currency == b.amount.Currency {
		return big.NewRat(1, 1)
	}
	rate := r.rates.between(b.amount.Currency, source.Currency, date)
	r.wanting = r.wanting || rate == nil
	return rate
}

// sums are the receivables and unapplied amounts by currency.
func (r *reference) sums() (receivables, unapplied map[state.Currency]int64) {
	receivables, unapplied = map[state.Currency]int64{}, map[state.Currency]int64{}
	all, sources := r.accounts()
	for _, a := range all {
		receivables[a.body.Total.Currency] += a.open
	}
	for source, left := range sources {
		if amount, _ := r.sourceOf(int(source[0]-'0'), source[1:]); !r.heldForOrder(source) {
			unapplied[amount.Currency] += left
		}
	}
	return receivables, unapplied
}

func (r *reference) sourceOf(rank int, id string) (state.Money, state.Date) {
	if rank == 0 {
		body, _ := find[*state.CreditNote](r, state.KindInvoiceCredited, id)
		return body.Amount, body.CreditDate
	}
	body, _ := find[*state.Payment](r, state.KindPayment, id)
	return body.Amount, body.ValueDate
}

// heldForOrder tells whether a payment is a deposit whose order is not cancelled.
func (r *reference) heldForOrder(source string) bool {
	body, ok := find[*state.Payment](r, state.KindPayment, source[1:])
	if source[0] == '0' || !ok || body.DepositForOrder == "" {
		return false
	}
	cancelled, has := find[*state.OrderCancelled](r, state.KindOrderCancelled, body.DepositForOrder)
	return !has || cancelled.CancelDate > r.day
}

// withoutTies leaves one event of each register and revision, and no profile: amounts are looked at in each currency in
// turn.
func withoutTies(events []state.Event) []state.Event {
	seen := map[string]bool{}
	return slices.DeleteFunc(events, func(ev state.Event) bool {
		name := fmt.Sprint(register(ev), ev.Revision)
		tie := seen[name]
		seen[name] = true
		return tie || ev.Kind == state.KindProfile
	})
}

// The book's receivables and unapplied amounts are those of a plain reading, at the rates in force on the day.
func TestBookEqualsAPlainReading(t *testing.T) {
	l := ledger(t)
	rapid.Check(t, func(t *rapid.T) {
		events := withoutTies(statetest.Events(customer, 20).Draw(t, "events"))
		known := drawRates(t)
		rates := (*state.Rates)(nil).With(known)
		c := state.NewCustomer(customer)
		c.Convert(rates)
		for i := range events {
			c.Apply(statetest.Start, events[i:i+1], make([]state.Outcome, 1))
			c.View(l, statetest.Start)
		}
		day := statetest.Start + state.Date(rapid.IntRange(-70, 70).Draw(t, "day"))
		for _, code := range []string{"EUR", "USD", "GBP"} {
			own := *l
			own.Base, _ = state.ParseCurrency(code)
			r := newReference(day, events)
			r.rates = plainRates{known, day, own.Base}
			receivables, unapplied := r.sums()
			e := c.View(&own, day).Exposure()
			if r.wanting {
				if want := state.Receivables | state.Unapplied; e.Foreign&want != want {
					t.Fatalf("%v %s: a booking wants a rate, but %b is known", day, code, want&^e.Foreign)
				}
				continue
			}
			r.same(t, state.Receivables, e, e.Receivables, receivables)
			r.same(t, state.Unapplied, e, e.Unapplied, unapplied)
		}
	})
}
