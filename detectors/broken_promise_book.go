package detectors

import (
	"cmp"
	"slices"
	"strings"

	"tocsin/state"
)

// promiseBook is a customer's promises on a day and the cash that came for them.
type promiseBook struct {
	view *state.View
	list []pledge // by (promised, id), in which order they take cash
	cash []state.CashReceipt

	mayCount bool // a promise of today is below the materiality test, and above it once the receivables are less
}

// promises is the customer's promises on the input's day, each with what has become of it; nil when none counts.
func (d *BrokenPromise) promises(in *Input) *promiseBook {
	view := in.View
	entries := view.Promises()
	if len(entries) == 0 {
		return nil
	}
	b := &promiseBook{view: view}
	for _, entry := range entries {
		b.list = append(b.list, pledgesOf(entry, d.GraceDays, view.Ledger.Calendar)...)
	}
	b.list = slices.DeleteFunc(b.list, func(p pledge) bool { return p.made > view.Day || p.shielded(view) })
	slices.SortFunc(b.list, func(a, b pledge) int {
		return cmp.Or(cmp.Compare(a.promised, b.promised), strings.Compare(a.id, b.id), cmp.Compare(a.made, b.made))
	})
	first := b.forget(d.WindowDays)
	b.weigh(in)
	if len(b.list) == 0 {
		return nil
	}
	b.cash = view.Receipts(first)
	b.resolve(d, state.Money{})
	return b
}

// forget drops the promises that are too old to bear on the run: neither in the window nor after the same cash as one that bears on
// it. It returns the first day on which cash counts.
func (b *promiseBook) forget(window int) state.Date {
	from := b.view.Day
	for grows := true; grows; {
		grows = false
		for i := range b.list {
			p := &b.list[i]
			bears := max(p.deadline+1, p.moved) > b.view.Day-state.Date(window) || p.deadline >= from
			if bears && p.made < from {
				from, grows = p.made, true
			}
		}
	}
	b.list = slices.DeleteFunc(b.list, func(p pledge) bool { return p.made < from })
	return from
}

// weigh drops the promises that were not material on the day on which they were made, and finds what those concern that name no
// invoice. Where that day's amounts need an exchange rate that is not there, nobody knows.
func (b *promiseBook) weigh(in *Input) {
	var days []state.Date
	for i := range b.list {
		days = append(days, b.list[i].made)
	}
	slices.Sort(days)
	small := make([]bool, len(b.list))
	for _, day := range slices.Compact(days) {
		kept := b.view.On(day, func(then *state.View) {
			ar, known := receivables(then)
			var late []string
			for i := range b.list {
				p := &b.list[i]
				if p.made != day {
					continue
				}
				worth, rated := then.Worth(p.amount)
				if p.unknown = !known || !rated; !p.unknown {
					small[i] = !in.Materiality.Material(worth, ar, then.Currency())
					b.mayCount = b.mayCount || small[i] && day == b.view.Day
				}
				if len(p.invoices) > 0 {
					continue
				}
				if late == nil {
					late = lateInvoices(then)
				}
				p.concerned = late
			}
		})
		for i := range b.list {
			b.list[i].unknown = b.list[i].unknown || !kept && b.list[i].made == day
		}
	}
	at := -1
	b.list = slices.DeleteFunc(b.list, func(pledge) bool { at++; return small[at] })
}

// lateInvoices are those with a line past due, disputed or not.
func lateInvoices(view *state.View) []string {
	late := []string{}
	for _, l := range view.DueLines() {
		if l.Effective >= view.Day {
			break
		}
		if !l.Settled && l.Tested+l.Disputed > 0 && !slices.Contains(late, l.Invoice) {
			late = append(late, l.Invoice)
		}
	}
	return late
}

// resolve hands out the cash, and an amount that is paid on account on the view's day besides.
func (b *promiseBook) resolve(d *BrokenPromise, more state.Money) {
	cash := make([]state.CashReceipt, 0, len(b.cash)+1)
	for _, r := range b.cash {
		r.Parts = slices.Clone(r.Parts)
		cash = append(cash, r)
	}
	if more.Minor > 0 {
		cash = append(cash, state.CashReceipt{On: b.view.Day, Parts: []state.CashPart{{Amount: more}}})
	}
	for i := range b.list {
		b.list[i].resolve(d, b.view, cash)
	}
}

// run are the latest promises that were not kept and whose invoices are still asked for, newest first; unknown tells that of one
// of the window too little is known.
func (b *promiseBook) run(window int) (run []*pledge, unknown bool) {
	for i := range b.list {
		if p := &b.list[i]; p.outcome != running && p.resolved > b.view.Day-state.Date(window) {
			run = append(run, p)
			unknown = unknown || p.unknown
		}
	}
	slices.SortStableFunc(run, func(x, y *pledge) int {
		return cmp.Or(cmp.Compare(y.resolved, x.resolved), strings.Compare(y.id, x.id), cmp.Compare(y.promised, x.promised))
	})
	for i, p := range run {
		if p.outcome == kept {
			run = run[:i]
			break
		}
	}
	return slices.DeleteFunc(run, func(p *pledge) bool { return p.over(b.view) }), unknown
}

// next is the first later day on which a promise is resolved or leaves the window.
func (b *promiseBook) next(window int) (next state.Date) {
	for i := range b.list {
		day := b.list[i].deadline + 1
		if b.list[i].outcome != running {
			day = b.list[i].resolved + state.Date(window)
		}
		if day > b.view.Day {
			next = sooner(next, day)
		}
	}
	return next
}

// keptOn are the days on which promises were kept.
func (b *promiseBook) keptOn() (days []state.Date) {
	for i := range b.list {
		if b.list[i].outcome == kept {
			days = append(days, b.list[i].resolved)
		}
	}
	return days
}

// promised is the sum of all promises, the most that it may take to keep those that still run.
func (b *promiseBook) promised() (sum int64) {
	for i := range b.list {
		worth, _ := b.view.Worth(b.list[i].amount)
		sum = state.Sum(sum, worth)
	}
	return sum
}

// atRisk is what is tested of the invoices that a run concerns; of all that is past due, where one of its promises names none.
func (b *promiseBook) atRisk(run []*pledge) (sum int64) {
	for _, l := range b.view.DueLines() {
		if !l.Settled && slices.ContainsFunc(run, func(p *pledge) bool {
			return len(p.invoices) == 0 && l.Effective < b.view.Day || slices.Contains(p.invoices, l.Invoice)
		}) {
			sum = state.Sum(sum, l.Tested)
		}
	}
	return sum
}

// toSettle is the least amount that settles the invoices of a run, none where they are not all known, are in several
// currencies, or less of them would do: a promise does not count any more when all that is left of what it names is disputed and
// shielded, and what is booked may keep a promise of today that was too small to count.
func (b *promiseBook) toSettle(d *BrokenPromise) (sum state.Money) {
	run, _ := b.run(d.WindowDays)
	for _, p := range run {
		if len(p.concerned) == 0 || b.mayCount {
			return state.Money{}
		}
	}
	var invoices []state.InvoiceState
	for _, p := range run {
		for _, id := range p.concerned {
			invoice, known := b.view.InvoiceState(id)
			if !known || len(invoices) > 0 && invoice.Total.Currency != invoices[0].Total.Currency || invoice.Disputed > 0 && len(p.invoices) > 0 {
				return state.Money{}
			}
			if !invoice.Over && !slices.ContainsFunc(invoices, func(s state.InvoiceState) bool { return s.InvoiceID == id }) {
				invoices = append(invoices, invoice)
			}
		}
	}
	for _, without := range invoices {
		left := slices.DeleteFunc(slices.Clone(run), func(p *pledge) bool { return !slices.Contains(p.concerned, without.InvoiceID) })
		if d.level(d.weight(left), 0) == None {
			return state.Money{}
		}
		sum = state.Money{Minor: state.Sum(sum.Minor, without.ToSettle()), Currency: without.Total.Currency}
	}
	return sum
}
