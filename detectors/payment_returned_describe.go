package detectors

import (
	"strconv"

	"tocsin/state"
)

// gravest is the debit to tell of: one that came back for good, else one that is not replaced, else the newest.
func (r *returnedReading) gravest() *returnedDebit {
	worst := &r.debits[len(r.debits)-1]
	for _, is := range []func(*returnedDebit) bool{r.overdue, func(d *returnedDebit) bool { return d.hard }} {
		for i := range r.debits {
			if d := &r.debits[i]; is(d) {
				worst = d
			}
		}
	}
	return worst
}

// facts tell of one debit.
func (r *returnedReading) facts(d *returnedDebit) []Fact {
	last := &d.returns[len(d.returns)-1]
	for i := range d.returns {
		if classOf(&d.returns[i]) == hardReturn {
			last = &d.returns[i]
		}
	}
	facts := []Fact{{"return_date", last.ReturnDate.String(), ""}, {"return_class", classOf(last).String(), ""}}
	if last.ReasonCode != "" {
		facts = append(facts, Fact{"return_code", last.ReasonCode, ""})
	}
	if d.hard {
		facts = append(facts, Fact{"hard_return_date", last.ReturnDate.String(), ""})
	}
	if worth, known := r.in.View.ValueOn(last.Back, last.ReturnDate); known {
		facts = append(facts, Fact{"returned_amount", money(worth, r.in.View.Currency()), ""})
	}
	if d.on != 0 {
		return append(facts, Fact{"days_to_replacement", strconv.Itoa(int(d.on - d.returns[0].ReturnDate)), ""})
	}
	if left, known := r.in.View.Worth(state.Money{Minor: d.amount.Minor - d.replaced, Currency: d.amount.Currency}); known && r.overdue(d) {
		facts = append(facts, Fact{"not_replaced", money(left, r.in.View.Currency()), ""})
	}
	return append(facts, Fact{"replace_by_date", d.deadline.String(), ""})
}

// evidence is the payments that came back, the gravest debit's first, then the invoices that they opened again.
func (r *returnedReading) evidence() []string {
	if len(r.debits) == 0 {
		return nil
	}
	order := []*returnedDebit{r.gravest()}
	for i := len(r.debits) - 1; i >= 0; i-- {
		order = append(order, &r.debits[i])
	}
	var out []string
	for _, d := range order {
		for i := range d.returns {
			out = cite(out, d.returns[i].PaymentID)
		}
	}
	for _, d := range order {
		for i := range d.returns {
			for _, invoice := range r.in.View.Reopened(d.returns[i]) {
				out = cite(out, invoice)
			}
		}
	}
	return out
}

// remedies are the cash that replaces what is not replaced, and that the only return turns out to be the seller's own error.
func (r *returnedReading) remedies(level Level) []Remedy {
	if len(r.debits) == 0 {
		return nil
	}
	most := int64(0)
	for i := range r.debits {
		d := &r.debits[i]
		worth, known := r.in.View.Worth(state.Money{Minor: d.amount.Minor, Currency: d.amount.Currency})
		if !known {
			return nil
		}
		most = state.Sum(most, worth)
	}
	out := remedies(pay, r.in.View.Currency(), level, most, func(paid int64) Level {
		r.replace(paid)
		return r.level()
	})
	r.replace(0)
	if len(r.debits) == 1 && len(r.debits[0].returns) == 1 {
		out = append(out, Remedy{Do: returnInError, To: None})
	}
	return out
}
