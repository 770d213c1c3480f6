package main

import (
	"cmp"
	"slices"

	"tocsin/state"
)

// readReturn is a debit that came back, with what is still missing of it.
type readReturn struct {
	first   state.Date
	times   []*state.Return
	missing int64
	most    int64
	hard    bool
}

// paymentReturned counts debits that came back in 90 days, and looks for one that is hard or not replaced after five business
// days.
func (r *reading) paymentReturned(_ *readBook, day, _ state.Date) finding {
	debits := r.returnedDebits(day)
	r.replaceReturned(debits, day)
	critical := len(debits) >= 2
	for _, d := range debits {
		late := day > r.calendar.AddBusinessDays(d.first, 5) && (d.most-d.missing)*100 < d.most*95
		critical = critical || d.hard || late
	}
	switch {
	case critical:
		return finding{raise: 3}
	case len(debits) > 0:
		return finding{raise: 2, clear: [4]bool{false, false, false, true}}
	}
	return below(0)
}

func (r *reading) returnedDebits(day state.Date) []*readReturn {
	backs := every[*state.Return](r)
	slices.SortStableFunc(backs, func(a, b *state.Return) int { return cmp.Compare(a.ReturnDate, b.ReturnDate) })
	var debits []*readReturn
	for _, back := range backs {
		p, known := told[*state.Payment](r, back.PaymentID)
		if !known || p.ValueDate > day || back.ReturnDate > day || back.ReturnDate <= day-90 {
			continue
		}
		amount := min(p.Amount.Minor, back.Amount.Minor)
		hard := p.Method == state.MethodBill || back.ReasonCode == "AC04"
		if !hard && (back.ReasonCode == "AC01" || !r.book(back.ReturnDate).material(amount)) {
			continue
		}
		at := slices.IndexFunc(debits, func(d *readReturn) bool {
			return slices.ContainsFunc(d.times, func(before *state.Return) bool {
				other, _ := told[*state.Payment](r, before.PaymentID)
				return other.Amount == p.Amount && back.ReturnDate <= r.calendar.AddBusinessDays(before.ReturnDate, 10)
			})
		})
		if at < 0 {
			at = len(debits)
			debits = append(debits, &readReturn{first: back.ReturnDate})
		}
		d := debits[at]
		d.times = append(d.times, back)
		d.hard = d.hard || hard
		d.most = max(d.most, amount)
	}
	return debits
}

// replaceReturned has cleared cash make good what came back, the oldest debit first.
func (r *reading) replaceReturned(debits []*readReturn, day state.Date) {
	cash, _ := r.sources(day)
	payments := every[*state.Payment](r)
	slices.SortStableFunc(payments, func(a, b *state.Payment) int { return cmp.Compare(a.ValueDate, b.ValueDate) })
	for _, d := range debits {
		d.missing = d.most
		for _, p := range payments {
			open := p.Cleared == state.FlagFalse || p.Method == state.MethodBill && p.MaturityDate >= day || p.DepositForOrder != ""
			own := slices.ContainsFunc(d.times, func(back *state.Return) bool { return back.PaymentID == p.PaymentID })
			if !open && !own && p.ValueDate >= d.first && p.ValueDate <= day {
				used := min(cash[p.PaymentID], d.missing)
				cash[p.PaymentID] -= used
				d.missing -= used
			}
		}
	}
}
