package main

import (
	"strings"

	"tocsin/state"
)

// payerChange counts the accounts that were first used in 180 days, by a customer who had paid and traded for more than 90 days,
// and adds up what strangers have paid in 60 days, and what bills and dated cheques have. Nothing here is older than 550 days.
func (r *reading) payerChange(b *readBook, day, _ state.Date) finding {
	accounts, afterReturn := r.newAccounts(day)
	recent, before := r.cashOf(day-60, day, day), r.cashOf(day-425, day-60, day)
	profile, named := told[*state.Profile](r, "")
	strange := int64(0)
	nameless := false
	for _, p := range recent.payments {
		switch {
		case p.PayerName == "" || r.isVerified(p.PayerAccount, day):
		case !named:
			nameless = len(recent.payments) >= 3
		case plainly(p.PayerName) != plainly(profile.Name):
			strange += recent.left[p.PaymentID]
		}
	}
	share := func(percent int64) bool { return len(recent.payments) >= 3 && strange*100 >= recent.sum*percent }
	bills := len(recent.payments) >= 3 && len(before.payments) >= 3 && recent.later*100 >= recent.sum*50 && before.later*100 <= before.sum*10
	overdue := int64(0)
	for _, line := range b.lines {
		if line.effective < day && !line.settled {
			overdue += line.tested
		}
	}
	switch {
	case accounts >= 3 || afterReturn || share(50) && b.material(overdue):
		return finding{raise: 3}
	case accounts >= 2 || share(20) || bills:
		return finding{raise: 2, clear: [4]bool{false, false, false, true}}
	case share(10):
		return finding{clear: [4]bool{false, false, false, true}}
	}
	return finding{unknown: nameless, clear: everyLevel}
}

// plainly is a name as it is compared: the names of random stories differ in nothing but case and one legal form.
func plainly(name string) string { return strings.TrimSuffix(strings.ToLower(name), "_ltd") }

func (r *reading) isVerified(account string, day state.Date) bool {
	v, known := told[*state.PayerVerified](r, account)
	return known && account != "" && v.VerifiedDate <= day
}

// readMix is the money of some days, less what came back.
type readMix struct {
	payments   []*state.Payment
	left       map[string]int64
	sum, later int64
}

func (r *reading) cashOf(after, until, day state.Date) readMix {
	m := readMix{left: map[string]int64{}}
	cash, _ := r.sources(day)
	for _, p := range every[*state.Payment](r) {
		if p.ValueDate <= after || p.ValueDate > until || cash[p.PaymentID] == 0 {
			continue
		}
		m.payments = append(m.payments, p)
		m.left[p.PaymentID] = cash[p.PaymentID]
		m.sum += cash[p.PaymentID]
		if p.Method == state.MethodBill || p.Method == state.MethodCheque && p.MaturityDate > p.ValueDate {
			m.later += cash[p.PaymentID]
		}
	}
	return m
}

// newAccounts counts the accounts that are new and were used for something material, and tells whether one of them followed a payment
// that had come back for good.
func (r *reading) newAccounts(day state.Date) (count int, afterReturn bool) {
	firstPaid, firstTrade := state.MaxDate, state.MaxDate
	first := map[string]state.Date{}
	for _, p := range every[*state.Payment](r) {
		if p.ValueDate > day {
			continue
		}
		firstPaid = min(firstPaid, p.ValueDate)
		if p.PayerAccount == "" {
			continue
		}
		if since, known := first[p.PayerAccount]; !known || p.ValueDate < since {
			first[p.PayerAccount] = p.ValueDate
		}
	}
	for _, i := range every[*state.Invoice](r) {
		if i.IssueDate <= day && !r.cancelled(i.InvoiceID, day) {
			firstTrade = min(firstTrade, i.IssueDate)
		}
	}
	for _, o := range every[*state.Order](r) {
		c, gone := told[*state.OrderCancelled](r, o.OrderID)
		if o.OrderDate <= day && !(gone && c.CancelDate <= day) {
			firstTrade = min(firstTrade, o.OrderDate)
		}
	}
	for account, since := range first {
		if since <= day-180 || since-firstPaid <= 90 || firstTrade != state.MaxDate && since-firstTrade <= 90 || r.isVerified(account, day) || !r.usedForMuch(account, day) {
			continue
		}
		count++
		for _, back := range every[*state.Return](r) {
			p, known := told[*state.Payment](r, back.PaymentID)
			hard := known && p.ValueDate <= day && (p.Method == state.MethodBill || back.ReasonCode == "AC04")
			afterReturn = afterReturn || hard && back.ReturnDate <= since && since-back.ReturnDate <= 30
		}
	}
	return count, afterReturn
}

// usedForMuch tells whether a payment from an account was material on its value date.
func (r *reading) usedForMuch(account string, day state.Date) bool {
	for _, p := range every[*state.Payment](r) {
		if p.PayerAccount == account && p.ValueDate <= day && r.book(p.ValueDate).material(p.Amount.Minor) {
			return true
		}
	}
	return false
}
