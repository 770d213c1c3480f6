package state

import (
	"cmp"
	"slices"
	"strings"
)

// ReceivedPayment is a payment with what of it has come in for good by a view's day.
type ReceivedPayment struct {
	*Payment
	Cash  int64 // minor units of the payment's currency: its amount less what has come back
	Final bool  // it cannot come back any more in the ordinary course: final, and if a bill past its maturity
}

// ReceivedPayments are the payments with a value date in (since, day], by (ValueDate, id).
func (v *View) ReceivedPayments(since Date) []ReceivedPayment {
	var list []ReceivedPayment
	for _, f := range v.paymentsSince(since) {
		list = append(list, v.receipt(f.body.(*Payment)))
	}
	slices.SortFunc(list, func(a, b ReceivedPayment) int {
		return cmp.Or(cmp.Compare(a.ValueDate, b.ValueDate), strings.Compare(a.PaymentID, b.PaymentID))
	})
	return list
}

func (v *View) receipt(body *Payment) ReceivedPayment {
	r := ReceivedPayment{Payment: body, Cash: body.Amount.Minor}
	if back := v.c.returned(body); back != nil && back.ReturnDate <= v.Day {
		r.Cash -= min(r.Cash, back.Amount.Minor)
	}
	pending := body.Method == MethodBill && body.MaturityDate >= v.Day
	r.Final = body.Cleared.Or(true) && !pending
	return r
}

// ReturnedPayment is a payment that came back, wholly or in part.
type ReturnedPayment struct {
	*Return
	Payment *Payment
	Back    Money // what came back: no more than the payment
}

// ReturnedPayments are the payments that came back in (since, day], by (ReturnDate, id). A return waits for its payment, and one
// in another currency than its payment is none: what it is worth is not known.
func (v *View) ReturnedPayments(since Date) []ReturnedPayment {
	var list []ReturnedPayment
	for _, f := range v.c.tables[KindPaymentReturned].facts {
		back := f.body.(*Return)
		if back.ReturnDate <= since || back.ReturnDate > v.Day {
			continue
		}
		of := v.c.tables[KindPayment].find(back.PaymentID)
		if of == nil {
			continue
		}
		if payment := of.body.(*Payment); payment.ValueDate <= v.Day && payment.Amount.Currency == back.Amount.Currency {
			amount := Money{min(back.Amount.Minor, payment.Amount.Minor), back.Amount.Currency}
			list = append(list, ReturnedPayment{back, payment, amount})
		}
	}
	slices.SortFunc(list, func(a, b ReturnedPayment) int {
		return cmp.Or(cmp.Compare(a.ReturnDate, b.ReturnDate), strings.Compare(a.PaymentID, b.PaymentID))
	})
	return list
}

// Reopened are the invoices that a return opens again: those that it names, else all of its payment.
func (v *View) Reopened(r ReturnedPayment) []string {
	allocations := r.Payment.Allocations
	if application := v.c.application(r.PaymentID); application != nil && application.AppliedDate <= r.ReturnDate {
		allocations = application.Allocations
	}
	if len(r.Return.Allocations) > 0 {
		allocations = r.Return.Allocations
	}
	ids := make([]string, len(allocations))
	for i := range allocations {
		ids[i] = allocations[i].InvoiceID
	}
	return ids
}

// ReceivablesOn is what the customer owed on invoices when a day closed that is no later than the view's, by the facts known
// now and in the customer's currency at the rates in force then; false where that needs a rate that is not there. Of an earlier
// day than the view's it looks at every document.
func (v *View) ReceivablesOn(day Date) (int64, bool) {
	if day >= v.Day {
		return v.exposure.Receivables, v.currency != 0 && v.exposure.Foreign&Receivables == 0
	}
	s := startSettling(day)
	defer s.release()
	for _, f := range v.c.tables[KindInvoice].facts {
		v.c.gather(s, f)
	}
	v.c.settle(s)
	var sums []balance
	for i, f := range s.facts {
		body, is := f.body.(*Invoice)
		g := &s.figures[i]
		if !is || g.traits&receivable == 0 {
			continue
		}
		if g.traits&unrated != 0 {
			return 0, false
		}
		at := slices.IndexFunc(sums, func(b balance) bool { return b.currency == body.Total.Currency })
		if at < 0 {
			at = len(sums)
			sums = append(sums, balance{currency: body.Total.Currency})
		}
		sums[at].receivables.add(g.open)
	}
	x, total := v.c.exchange(v.Ledger, day), int64(0)
	for i := range sums {
		worth, known := x.worth(Money{sums[i].receivables.int64(), sums[i].currency}, v.currency)
		if !known {
			return 0, false
		}
		total = add(total, worth)
	}
	return total, v.currency != 0
}

// ValueOn is an amount in the customer's currency at the rates in force on a day that is no later than the view's; false where
// there is none.
func (v *View) ValueOn(m Money, day Date) (int64, bool) {
	return v.c.exchange(v.Ledger, min(day, v.Day)).worth(m, v.currency)
}

// Converted is an amount in another currency at the newest rate in force with a date up to asOf, as allocations are booked;
// false where there is none.
func (v *View) Converted(m Money, in Currency, asOf Date) (int64, bool) {
	if m.Currency == in || m.Minor == 0 {
		return m.Minor, true
	}
	f, date := v.exchange().rate(m.Currency, in, asOf)
	if date == 0 {
		return 0, false
	}
	return f.of(m.Minor), true
}
