package detectors

import "tocsin/state"

// reasonHard picks the actions for a customer whose payment came back for good.
const reasonHard = "HARD"

// returnedReading is what a day makes of a customer's returned payments.
type returnedReading struct {
	*PaymentReturned
	in      *Input
	debits  []returnedDebit // by the day of their first return
	unknown bool            // an amount needs an exchange rate that is not known
	foreign bool            // more than one currency has a part in it
}

// returnedDebit is one debit that came back, once or each time that it was presented.
type returnedDebit struct {
	returns  []state.ReturnedPayment
	hard     bool
	amount   state.Money // the most that came back of it at once
	replaced int64       // of amount, by cash received since
	on       state.Date  // the value date of the cash that replaced it; zero: not replaced
	deadline state.Date  // the last day on which it is to be replaced
}

func (d *PaymentReturned) reading(in *Input, returned []state.ReturnedPayment) *returnedReading {
	r := &returnedReading{PaymentReturned: d, in: in}
	for i := range returned {
		if back := &returned[i]; r.counts(back) {
			r.add(back)
		}
	}
	if len(r.debits) > 0 {
		r.replace(0)
	}
	return r
}

// counts tells whether a return is one that says something of the customer.
func (r *returnedReading) counts(back *state.ReturnedPayment) bool {
	if back.BookedInError == state.FlagTrue {
		return false
	}
	view := r.in.View
	r.foreign = r.foreign || back.Back.Currency != view.Currency()
	switch classOf(back) {
	case technicalReturn:
		return false
	case hardReturn:
		return true
	}
	amount, rated := view.ValueOn(back.Back, back.ReturnDate)
	ar, known := view.ReceivablesOn(back.ReturnDate)
	if !rated || !known {
		r.unknown = true
		return false
	}
	return r.in.Materiality.Material(amount, ar, view.Currency())
}

// add adds a return to the debit that it is the same as, or as one of its own.
func (r *returnedReading) add(back *state.ReturnedPayment) {
	hard := classOf(back) == hardReturn
	for i := range r.debits {
		debit := &r.debits[i]
		if !r.again(debit, back) {
			continue
		}
		debit.returns = append(debit.returns, *back)
		debit.hard = debit.hard || hard
		if back.Back.Minor > debit.amount.Minor {
			debit.amount = back.Back
		}
		return
	}
	deadline := r.in.View.Ledger.Calendar.AddBusinessDays(back.ReturnDate, r.ReplaceDays)
	r.debits = append(r.debits, returnedDebit{returns: []state.ReturnedPayment{*back}, hard: hard, amount: back.Back, deadline: deadline})
}

// again tells whether a return is of a debit that has come back before.
func (r *returnedReading) again(debit *returnedDebit, back *state.ReturnedPayment) bool {
	for i := range debit.returns {
		before := &debit.returns[i]
		switch {
		case before.Payment.Amount.Currency != back.Payment.Amount.Currency:
		case before.Payment.EndToEndID != "" && back.Payment.EndToEndID != "":
			if before.Payment.EndToEndID == back.Payment.EndToEndID {
				return true
			}
		case before.Payment.Amount == back.Payment.Amount:
			if back.ReturnDate <= r.in.View.Ledger.Calendar.AddBusinessDays(before.ReturnDate, r.RepresentDays) {
				return true
			}
		}
	}
	return false
}

// replace sets cleared cash against the debits, and so much more of today in the customer's currency. Cash goes to the earliest
// debit first, and is used once.
func (r *returnedReading) replace(more int64) {
	view := r.in.View
	receipts := view.ReceivedPayments(r.debits[0].returns[0].ReturnDate - 1)
	extra := &state.Payment{ValueDate: view.Day, Amount: state.Money{Minor: more, Currency: view.Currency()}}
	receipts = append(receipts, state.ReceivedPayment{Payment: extra, Cash: more, Final: true})
	for i := range r.debits {
		debit := &r.debits[i]
		debit.replaced, debit.on = 0, 0
		for j := range receipts {
			if c := &receipts[j]; c.Final && c.DepositForOrder == "" && c.Cash > 0 && c.ValueDate >= debit.returns[0].ReturnDate && !debit.has(c.PaymentID) {
				r.use(debit, c)
			}
		}
	}
}

// use sets a receipt against what is left of a debit.
func (r *returnedReading) use(debit *returnedDebit, c *state.ReceivedPayment) {
	left := debit.amount.Minor - debit.replaced
	if left == 0 {
		return
	}
	r.foreign = r.foreign || c.Amount.Currency != debit.amount.Currency
	worth, known := r.in.View.Converted(state.Money{Minor: c.Cash, Currency: c.Amount.Currency}, debit.amount.Currency, c.ValueDate)
	if !known {
		r.unknown = true
		return
	}
	used := min(worth, left)
	debit.replaced += used
	if used == worth {
		c.Cash = 0
	} else {
		c.Cash -= state.MulDiv(c.Cash, used, worth)
	}
	if debit.on == 0 && r.ReplacedRatio.compare(debit.replaced, debit.amount.Minor) >= 0 {
		debit.on = c.ValueDate
	}
}

// has tells whether a payment is one of those that came back.
func (d *returnedDebit) has(payment string) bool {
	for i := range d.returns {
		if d.returns[i].PaymentID == payment {
			return true
		}
	}
	return false
}

// isReplaced tells whether enough has come in since; nothing is enough for a debit of nothing.
func (r *returnedReading) isReplaced(d *returnedDebit) bool {
	return r.ReplacedRatio.compare(d.replaced, d.amount.Minor) >= 0
}

// overdue tells whether a debit should have been replaced by now and is not.
func (r *returnedReading) overdue(d *returnedDebit) bool {
	return r.in.View.Day > d.deadline && !r.isReplaced(d)
}

func (r *returnedReading) hard() bool {
	for i := range r.debits {
		if r.debits[i].hard {
			return true
		}
	}
	return false
}

func (r *returnedReading) unreplaced() bool {
	for i := range r.debits {
		if r.overdue(&r.debits[i]) {
			return true
		}
	}
	return false
}

func (r *returnedReading) level() Level {
	switch {
	case len(r.debits) >= r.CriticalCount || r.hard() || r.unreplaced():
		return Critical
	case len(r.debits) >= r.WarningCount:
		return Warning
	default:
		return None
	}
}

// next is the first later day on which a return leaves the window or should have been replaced, or another rate may be in
// force.
func (r *returnedReading) next() state.Date {
	day, next := r.in.View.Day, state.Date(0)
	if r.foreign || r.unknown {
		next = day + 1
	}
	for i := range r.debits {
		d := &r.debits[i]
		if d.deadline >= day {
			next = sooner(next, d.deadline+1)
		}
		for j := range d.returns {
			next = sooner(next, d.returns[j].ReturnDate+state.Date(r.WindowDays))
		}
	}
	return next
}
