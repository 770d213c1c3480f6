package detectors

import (
	"slices"

	"tocsin/state"
)

// payerReading is what a day makes of who has paid and how.
type payerReading struct {
	*PayerChange
	in       *Input
	verified map[string]bool
	fresh    []newAccount // by the day of their first payment
	recent   cashMix
	before   cashMix
	overdue  int64 // after cash that is not applied yet
	material int64 // from which on that counts
	nextDue  state.Date
	lapses   state.Date // first later day on which an account is new since what came before is too long ago; zero: never
	nameless bool       // holders are named, but not the customer
	unknown  bool       // an amount needs an exchange rate that is not known
	foreign  bool       // more than one currency has a part in it
}

// newAccount is one that was never used before.
type newAccount struct {
	state.PayerAccount
	counts bool       // a payment from it was material
	hard   state.Date // the day on which a payment had come back for good, shortly before its first payment; zero: none
}

// cashMix is the money of some days.
type cashMix struct {
	receipts                  []state.ReceivedPayment // of which something is left
	strangers                 []int                   // which of them are by strangers
	total, third, deferred    int64                   // only where a share can be asked for
	hasStrangers, hasDeferred bool
}

// reading reads a customer, as if the payers of some more accounts were agreed.
func (d *PayerChange) reading(in *Input, verified ...string) *payerReading {
	day := in.View.Day
	r := &payerReading{PayerChange: d, in: in, verified: map[string]bool{}}
	for _, account := range verified {
		r.verified[account] = true
	}
	for _, p := range in.View.VerifiedPayers() {
		r.verified[p.AccountHash] = true
	}
	r.findNew()
	recent, before := day-state.Date(d.RecentDays), day-state.Date(d.RecentDays+d.BeforeDays)
	for _, receipt := range in.View.ReceivedPayments(before) {
		switch {
		case receipt.Cash <= 0:
		case receipt.ValueDate > recent:
			r.recent.receipts = append(r.recent.receipts, receipt)
		default:
			r.before.receipts = append(r.before.receipts, receipt)
		}
	}
	r.mix(&r.recent, true)
	if r.recent.hasDeferred {
		r.mix(&r.before, false)
	}
	ar, known := receivables(in.View)
	r.overdue, r.nextDue = pastDue(in.View)
	r.material = in.Materiality.M(ar, in.View.Currency())
	if !known && r.third(r.CriticalThirdRatio) {
		r.unknown = true
	}
	return r
}

// findNew finds the new accounts, and those of them that count.
func (r *payerReading) findNew() {
	for _, known := range r.in.View.PayerAccounts() {
		r.forget(&known)
		if r.isNew(&known) && !r.agreed(&known) {
			r.fresh = append(r.fresh, newAccount{PayerAccount: known})
		}
	}
	r.afterReturns()
	hard := slices.ContainsFunc(r.fresh, func(a newAccount) bool { return a.hard != 0 })
	if len(r.fresh) < r.WarningCount && !hard {
		return // whether they count makes no difference
	}
	r.count()
}

// count finds which of the new accounts count.
func (r *payerReading) count() {
	for i := range r.fresh {
		r.fresh[i].counts = slices.ContainsFunc(r.fresh[i].Payments, r.isMaterial)
	}
}

// forget notes when an account is new again: when all that is known of it is young, for what came before is forgotten.
func (r *payerReading) forget(a *state.PayerAccount) {
	for i := 1; i < len(a.Payments); i++ {
		if on := a.Payments[i-1].ValueDate + state.PayingDays; a.Payments[i].ValueDate > on-state.Date(r.NewDays) {
			r.lapses = sooner(r.lapses, on)
		}
	}
}

// isNew tells whether an account was first used lately, by a customer whom the seller had known for long.
func (r *payerReading) isNew(a *state.PayerAccount) bool {
	if a.First() <= r.in.View.Day-state.Date(r.NewDays) {
		return false
	}
	customer := r.in.View.KnownBefore(a.First() - state.Date(r.RelationDays))
	r.lapses = sooner(r.lapses, customer.Lapses)
	return customer.Paid && customer.Traded
}

// agreed tells whether somebody has vouched for an account.
func (r *payerReading) agreed(a *state.PayerAccount) bool {
	if r.verified[a.Hash] || r.Allow.has(a.Hash) {
		return true
	}
	return slices.ContainsFunc(a.Payments, func(p *state.Payment) bool { return r.allowsHolder(p.PayerName) })
}

func (r *payerReading) allowsHolder(name string) bool {
	return len(r.Allow.words) > 0 && name != "" && r.Allow.hasName(plainName(name))
}

// isMaterial tells whether a payment counts on its value date.
func (r *payerReading) isMaterial(p *state.Payment) bool {
	view := r.in.View
	if p.Amount.Currency != view.Currency() {
		r.foreign = true
	} else if p.Amount.Minor < r.in.Materiality.M(0, view.Currency()) {
		return false // whatever was owed
	}
	amount, rated := view.ValueOn(p.Amount, p.ValueDate)
	ar, known := view.ReceivablesOn(p.ValueDate)
	if !rated || !known {
		r.unknown = true
		return false
	}
	return r.in.Materiality.Material(amount, ar, view.Currency())
}

// afterReturns marks the accounts that were first used shortly after a payment had come back for good.
func (r *payerReading) afterReturns() {
	if len(r.fresh) == 0 {
		return
	}
	for _, back := range r.in.View.ReturnedPayments(r.fresh[0].First() - state.Date(r.ReturnDays) - 1) {
		if back.BookedInError == state.FlagTrue || classOf(&back) != hardReturn {
			continue
		}
		for i := range r.fresh {
			if first := r.fresh[i].First(); back.ReturnDate <= first && first-back.ReturnDate <= state.Date(r.ReturnDays) {
				r.fresh[i].hard = back.ReturnDate
			}
		}
	}
}

// mix adds up the money of some days.
func (r *payerReading) mix(m *cashMix, strangers bool) {
	own := ""
	if p := r.in.View.Profile(); p != nil {
		own = p.Name
	}
	plainOwn := plainName(own)
	var all, third, deferred []state.Money
	for i := range m.receipts {
		p := &m.receipts[i]
		cash := state.Money{Minor: p.Cash, Currency: p.Amount.Currency}
		r.foreign = r.foreign || cash.Currency != r.in.View.Currency()
		all = append(all, cash)
		if p.Deferred() {
			deferred = append(deferred, cash)
		}
		if !strangers || p.PayerName == "" || p.PayerName == own || r.verified[p.PayerAccount] || r.Allow.has(p.PayerAccount) || r.allowsHolder(p.PayerName) {
			continue
		}
		switch name := plainName(p.PayerName); {
		case name == "" || name == plainOwn || r.in.View.HasAffiliate(digestOf(name)):
		case plainOwn == "":
			r.nameless = len(m.receipts) >= r.ReceiptsCount
		default:
			third = append(third, cash)
			m.strangers = append(m.strangers, i)
		}
	}
	m.hasStrangers, m.hasDeferred = len(third) > 0, len(deferred) > 0
	if strangers && !m.hasStrangers && !m.hasDeferred {
		return // no share is asked for
	}
	for _, sum := range []struct {
		of []state.Money
		to *int64
	}{{all, &m.total}, {third, &m.third}, {deferred, &m.deferred}} {
		worth, known := r.in.View.Total(sum.of)
		*sum.to, r.unknown = worth, r.unknown || !known && len(m.receipts) >= r.ReceiptsCount
	}
}
