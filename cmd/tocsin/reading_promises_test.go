package main

import (
	"cmp"
	"slices"

	"tocsin/state"
)

// readPromise is a date that was promised and not taken back.
type readPromise struct {
	*state.Promise
	last     state.Date // the third business day after
	broken   state.Date // by being put off once more
	came     int64
	kept     state.Date
	finished state.Date // the day on which it is known what became of it
}

// promised are the dates promised by a day, of promises that were large enough when they were made.
func (r *reading) promised(day state.Date) []*readPromise {
	said := func(p *state.Promise) state.Date { return cmp.Or(p.ChangedDate, p.MadeDate) }
	var out []*readPromise
	for _, top := range every[*state.Promise](r) {
		var standing *readPromise
		later := 0
		for _, p := range r.revisionsOf(top.PromiseID) {
			if said(p) > day {
				continue
			}
			inTime := standing != nil && said(p) <= standing.last
			drop := func() { out = slices.DeleteFunc(out, func(x *readPromise) bool { return x == standing }) }
			if p.Status == state.PromiseWithdrawn {
				if inTime {
					drop()
					standing = nil
				}
				continue
			}
			if standing != nil && p.PromisedDate > standing.PromisedDate {
				later++
				if inTime && later == 1 {
					drop()
				} else if inTime {
					standing.broken = said(p)
				}
			} else if standing != nil {
				drop()
			}
			last := p.PromisedDate
			for range 3 {
				for last++; !r.calendar.IsBusiness(last); last++ {
				}
			}
			standing = &readPromise{Promise: p, last: last}
			out = append(out, standing)
		}
	}
	return slices.DeleteFunc(out, func(p *readPromise) bool {
		return p.MadeDate > day || !r.book(p.MadeDate).material(p.Amount.Minor)
	})
}

// revisionsOf are the contents of a promise, lowest revision first.
func (r *reading) revisionsOf(promise string) []*state.Promise {
	byRevision := map[int64]*state.Promise{}
	var numbers []int64
	for i := range r.known {
		if p, ok := r.known[i].Body.(*state.Promise); ok && p.PromiseID == promise {
			byRevision[r.known[i].Revision] = p
			numbers = append(numbers, r.known[i].Revision)
		}
	}
	slices.Sort(numbers)
	var out []*state.Promise
	for _, n := range slices.Compact(numbers) {
		out = append(out, byRevision[n])
	}
	return out
}

// ready is the cash that is there for good, by value date, as it is booked on a day.
func (r *reading) ready(b *readBook, day state.Date) []readCash {
	value := func(c readCash) state.Date {
		p, _ := told[*state.Payment](r, c.payment)
		return p.ValueDate
	}
	ready := slices.DeleteFunc(slices.Clone(b.cash), func(c readCash) bool {
		p, _ := told[*state.Payment](r, c.payment)
		return p.Cleared == state.FlagFalse || p.DepositForOrder != "" || p.Method == state.MethodBill && p.MaturityDate >= day
	})
	slices.SortStableFunc(ready, func(x, y readCash) int {
		unbooked := func(c readCash) int {
			if c.invoice == "" {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(value(x), value(y)), cmp.Compare(x.payment, y.payment), unbooked(x)-unbooked(y))
	})
	return ready
}

// finish hands the cash out, to the promises by date promised.
func (r *reading) finish(b *readBook, promises []*readPromise, day state.Date) {
	cash := r.ready(b, day)
	slices.SortStableFunc(promises, func(x, y *readPromise) int {
		return cmp.Or(cmp.Compare(x.PromisedDate, y.PromisedDate), cmp.Compare(x.PromiseID, y.PromiseID))
	})
	for _, p := range promises {
		if p.finished = p.broken; p.broken != 0 {
			continue
		}
		for i := range cash {
			payment, _ := told[*state.Payment](r, cash[i].payment)
			named := len(p.InvoiceIDs) == 0 || cash[i].invoice == "" || slices.Contains(p.InvoiceIDs, cash[i].invoice)
			if payment.ValueDate < p.MadeDate || payment.ValueDate > p.last || !named {
				continue
			}
			part := min(cash[i].amount, p.Amount.Minor-p.came)
			cash[i].amount -= part
			p.came += part
			if p.kept == 0 && p.came*100 >= p.Amount.Minor*95 {
				p.kept = payment.ValueDate
			}
		}
		if p.finished = p.kept; p.kept == 0 && day > p.last {
			p.finished = p.last + 1
		}
	}
}

// paidOff tells whether all that a promise was about is over.
func (r *reading) paidOff(b *readBook, p *readPromise) bool {
	about := p.InvoiceIDs
	if len(about) == 0 {
		for _, line := range r.book(p.MadeDate).lines {
			if line.effective < p.MadeDate && line.tested > 0 {
				about = append(about, line.invoice)
			}
		}
	}
	for _, id := range about {
		if !b.over[id] {
			return false
		}
	}
	return len(about) > 0
}

func (r *reading) brokenPromise(b *readBook, day, _ state.Date) finding {
	promises := r.promised(day)
	r.finish(b, promises, day)
	promises = slices.DeleteFunc(promises, func(p *readPromise) bool { return p.finished == 0 || day-p.finished >= 180 })
	slices.SortStableFunc(promises, func(x, y *readPromise) int {
		return cmp.Or(cmp.Compare(x.finished, y.finished), cmp.Compare(x.PromiseID, y.PromiseID))
	})
	halves := 0
	for _, p := range promises {
		switch {
		case p.kept != 0:
			halves = 0
		case r.paidOff(b, p):
		case p.broken == 0 && p.came*2 >= p.Amount.Minor:
			halves++
		default:
			halves += 2
		}
	}
	worst := state.Date(0)
	for _, line := range b.lines {
		if b.material(line.tested) {
			worst = max(worst, day-line.effective)
		}
	}
	switch {
	case halves >= 6 || halves >= 4 && worst > 30:
		return below(3)
	case halves >= 4:
		return below(2)
	case halves >= 2:
		return below(1)
	}
	return below(0)
}
