package state

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// payerTold is whether any payment tells who paid it, or is by an instrument that defers. Most ledgers never tell, and looking
// through all payments to learn that costs more than anything else that a step does with them.
type payerTold uint8

const (
	payerUnknown payerTold = iota // nobody has looked yet
	payerNever
	payerOnce // some payment does, or did
)

// notePayer keeps the answer true when a payment gets its content.
func (c *Customer) notePayer(f *fact) {
	if body, ok := f.body.(*Payment); ok && body.tellsPayer() {
		c.payer = payerOnce
	}
}

func (b *Payment) tellsPayer() bool {
	return b.PayerAccount != "" || b.PayerName != "" || b.Deferred()
}

// Deferred tells whether a payment is a promise to pay later: a bill, or a cheque that is dated ahead.
func (b *Payment) Deferred() bool {
	return b.Method == MethodBill || b.Method == MethodCheque && b.MaturityDate > b.ValueDate
}

// TellsPayers tells whether it is worth asking who pays and how. Where it is not, no payment, on whatever day, names an account or
// a holder, or is [Payment.Deferred].
func (v *View) TellsPayers() bool {
	if v.c.payer == payerUnknown {
		v.c.payer = payerNever
		for _, f := range v.c.tables[KindPayment].facts {
			v.c.notePayer(f)
		}
	}
	return v.c.payer == payerOnce
}

// Payments are all payments, whatever their days, in no order that means anything.
func (v *View) Payments() iter.Seq[*Payment] {
	return func(yield func(*Payment) bool) {
		for _, f := range v.c.tables[KindPayment].facts {
			if !yield(f.body.(*Payment)) {
				return
			}
		}
	}
}

// ReturnsPayments tells whether any payment has come back, on whatever day and be it in error.
func (v *View) ReturnsPayments() bool { return len(v.c.tables[KindPaymentReturned].facts) > 0 }

// IsReturned tells whether a payment has come back or will, be it in part or in error.
func (v *View) IsReturned(p *Payment) bool { return v.c.returned(p) != nil }

// PayerAccount is an account from which money has come.
type PayerAccount struct {
	Hash     string
	Payments []*Payment // at least one, by (ValueDate, id)
}

// First is the value date of the account's first payment.
func (a *PayerAccount) First() Date { return a.Payments[0].ValueDate }

// Last is that of its last one.
func (a *PayerAccount) Last() Date { return a.Payments[len(a.Payments)-1].ValueDate }

// PayingDays is for how long a payment tells of its account.
const PayingDays = keepDays

// PayerAccounts are the accounts from which the customer has paid by the view's day, by (First, Hash). A payment that was wholly taken
// back because the seller had booked it in error was none of the customer's. The look goes as far back as closed documents are
// kept whole, whether or not they have shrunk since: what came in longer ago is forgotten, and with it the account. It looks at
// every payment.
func (v *View) PayerAccounts() (accounts []PayerAccount) {
	var payments []*Payment
	for _, f := range v.c.tables[KindPayment].facts {
		body := f.body.(*Payment)
		if body.ValueDate <= v.Day && body.ValueDate > v.Day-PayingDays && body.PayerAccount != "" && !v.mistaken(body) {
			payments = append(payments, body)
		}
	}
	slices.SortFunc(payments, func(a, b *Payment) int {
		return cmp.Or(cmp.Compare(a.ValueDate, b.ValueDate), strings.Compare(a.PaymentID, b.PaymentID))
	})
	at := make(map[string]int)
	for _, body := range payments {
		i, seen := at[body.PayerAccount]
		if !seen {
			i = len(accounts)
			at[body.PayerAccount] = i
			accounts = append(accounts, PayerAccount{Hash: body.PayerAccount})
		}
		accounts[i].Payments = append(accounts[i].Payments, body)
	}
	slices.SortFunc(accounts, func(a, b PayerAccount) int {
		return cmp.Or(cmp.Compare(a.First(), b.First()), strings.Compare(a.Hash, b.Hash))
	})
	return accounts
}

// mistaken tells whether a payment was wholly taken back by the view's day since it had been booked in error.
func (v *View) mistaken(body *Payment) bool {
	back := v.c.returned(body)
	return back != nil && back.ReturnDate <= v.Day && back.BookedInError == FlagTrue && back.Amount.Minor >= body.Amount.Minor
}

// KnownFor is what is known of how long a customer has been one.
type KnownFor struct {
	Paid   bool // a payment came before the day that was asked for
	Traded bool // trade had begun before that day, or nothing is known of when it began
	Lapses Date // first later day on which more is taken to be so: some document will be so old that others may have shrunk; zero: never
}

// KnownBefore looks whether a customer had paid and traded before a day that is no later than the view's. Trade began with what the
// profile says, the first order or the first invoice, without those that are cancelled by the view's day. Of a customer with a
// document so old that others may have shrunk both are taken to be so.
func (v *View) KnownBefore(day Date) (k KnownFor) {
	earliest := v.c.earliestDocument().date
	if earliest <= v.Day-PayingDays {
		return KnownFor{Paid: true, Traded: true}
	}
	first := Date(0)
	if p := v.c.profile(); p != nil {
		first = p.CustomerSince
	}
	for _, f := range v.c.tables[KindInvoice].facts {
		if body := f.body.(*Invoice); v.c.issued(body, v.Day) {
			first = earlier(first, body.IssueDate)
		}
	}
	for _, f := range v.c.tables[KindOrder].facts {
		if body := f.body.(*Order); body.OrderDate <= v.Day && !v.orderCancelled(body.OrderID) {
			first = earlier(first, body.OrderDate)
		}
	}
	k.Traded = first < day
	for _, f := range v.c.tables[KindPayment].facts {
		if body := f.body.(*Payment); body.ValueDate < day && !v.mistaken(body) {
			k.Paid = true
			break
		}
	}
	if k.Lapses = earliest + PayingDays; k.Paid && k.Traded {
		k.Lapses = 0
	}
	return k
}
