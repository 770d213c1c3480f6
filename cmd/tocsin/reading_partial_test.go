package main

import (
	"cmp"
	"slices"

	"tocsin/state"
)

// readPart is what one allocation of cash paid of a line, on its value date.
type readPart struct {
	payment *state.Payment
	on, due state.Date
	line    int
	before  int64
	amount  int64
	chosen  bool
}

// readParted is an invoice with the cash that was booked on it.
type readParted struct {
	*state.Invoice
	settled bool
	due     int64   // open of what is due
	left    []int64 // by line
	parts   []readPart
}

// parted are the invoices as of a day with what was paid on each, by line.
func (r *reading) parted(day state.Date) []readParted {
	open, lines, paid := r.openInvoices(day), map[string][]readLine{}, map[string]*readParted{}
	for _, i := range every[*state.Invoice](r) {
		if _, exists := open[i.InvoiceID]; exists && i.Factored != state.FactoringWithoutRecourse {
			paid[i.InvoiceID] = &readParted{Invoice: i}
			for _, line := range r.due(i, day) {
				if line.open > 0 {
					lines[i.InvoiceID] = append(lines[i.InvoiceID], line)
				}
			}
		}
	}
	cash, credit := r.sources(day)
	for _, k := range r.bookings(day) {
		source := credit
		if k.cash {
			source = cash
		}
		amount := min(k.amount, source[k.id], open[k.invoice])
		source[k.id] -= amount
		open[k.invoice] -= amount
		one := paid[k.invoice]
		for n := range lines[k.invoice] {
			line := &lines[k.invoice][n]
			taken := min(amount, line.open)
			if taken > 0 && k.cash {
				p, _ := told[*state.Payment](r, k.id)
				one.parts = append(one.parts, readPart{p, p.ValueDate, line.effective, n, line.open, taken, r.chosen(p, day)})
			}
			line.open -= taken
			amount -= taken
		}
	}
	var out []readParted
	for id, one := range paid {
		left := open[id]
		if w, ok := told[*state.WriteOff](r, id); ok && w.WriteOffDate <= day {
			off := min(left, w.Amount.Minor)
			left -= off
			for n := range lines[id] {
				taken := min(off, lines[id][n].open)
				off -= taken
				lines[id][n].open -= taken
			}
		}
		one.settled = left < one.Total.Minor && left <= one.tolerance()
		for _, line := range lines[id] {
			one.left = append(one.left, line.open)
			if line.effective <= day {
				one.due += line.open
			}
		}
		out = append(out, *one)
	}
	return out
}

func (one *readParted) tolerance() int64 { return max(100, one.Total.Minor/200) }

// chosen tells whether the customer chose the invoices of a payment, which an application by the seller undoes.
func (r *reading) chosen(p *state.Payment, day state.Date) bool {
	applied, ok := told[*state.Application](r, p.PaymentID)
	return len(p.Allocations) > 0 && p.Allocations[0].By == state.AllocatedByCustomer && !(ok && applied.AppliedDate <= day)
}

// readShare is what was paid in parts, of what was paid on or after its due date in a window that ends on a day.
type readShare struct{ part, of, count, touched int64 }

func (r *reading) shareInParts(since, day state.Date) (s readShare) {
	for _, one := range r.parted(day) {
		late := slices.ContainsFunc(one.parts, func(p readPart) bool { return p.on > since && p.on >= p.due })
		if !late {
			continue
		}
		s.touched++
		s.of += one.Total.Minor
		if !one.settled && one.due > one.tolerance() || one.twice() {
			s.count++
			s.part += one.Total.Minor
		}
	}
	return s
}

// twice tells whether it took late cash of two days to settle a line.
func (one *readParted) twice() bool {
	for n, left := range one.left {
		days := map[state.Date]bool{}
		for _, p := range one.parts {
			if p.line == n && p.on >= p.due && p.before > one.tolerance() {
				days[p.on] = true
			}
		}
		if len(days) > 1 && (one.settled || left <= one.tolerance()) {
			return true
		}
	}
	return false
}

// passedOver is the share of the cash that the customer directed which went to newer invoices than one that was large and late.
func (r *reading) passedOver(day state.Date) (part, of int64) {
	number := map[string]bool{}
	for _, one := range r.parted(day) {
		for _, p := range one.parts {
			if !p.chosen || p.on <= day-60 {
				continue
			}
			number[p.payment.PaymentID+" "+one.InvoiceID] = true
			of += p.amount
			if oldest := r.oldestLarge(p.on); oldest != 0 && p.due > oldest+15 {
				part += p.amount
			}
		}
	}
	if len(number) < 3 {
		return 0, 0
	}
	return part, of
}

// oldestLarge is the due date of the oldest overdue invoice that is large for the customer when a day closes; 0: none is.
func (r *reading) oldestLarge(day state.Date) state.Date {
	b := r.book(day)
	var totals []int64
	for _, one := range r.parted(day) {
		if one.settled {
			totals = append(totals, one.Total.Minor)
		}
	}
	for _, line := range b.lines {
		i, _ := told[*state.Invoice](r, line.invoice)
		large := b.material(i.Total.Minor)
		if n := len(totals); n > 0 {
			slices.Sort(totals)
			large = large && i.Total.Minor >= totals[(n-1)/2]+totals[n/2]
		}
		if line.effective < day && line.tested > 0 && large {
			return line.effective
		}
	}
	return 0
}

// roundSums counts large round receipts without a reference that fit no invoice.
func (r *reading) roundSums(b *readBook, day state.Date) int {
	late := int64(0)
	for _, line := range b.lines {
		if line.effective < day {
			late += line.tested
		}
	}
	count := 0
	for _, p := range every[*state.Payment](r) {
		_, back := told[*state.Return](r, p.PaymentID)
		back = back && r.back(p.PaymentID, day).Amount.Minor > 0
		if p.ValueDate <= day && p.ValueDate > day-60 && p.RemittanceRef == "" && p.DepositForOrder == "" && !back &&
			p.Amount.Minor >= 5_000_00 && p.Amount.Minor%1_000_00 == 0 && !r.fits(p, day) {
			count++
		}
	}
	if !b.material(late) {
		return 0
	}
	return count
}

// fits tells whether a receipt was of what was open on an invoice before it, or on all that it was booked on.
func (r *reading) fits(p *state.Payment, day state.Date) bool {
	before := map[string]int64{}
	for _, line := range r.book(p.ValueDate).lines {
		before[line.invoice] += line.open
	}
	for _, one := range r.parted(p.ValueDate) {
		for _, part := range one.parts {
			if part.payment.PaymentID == p.PaymentID {
				before[one.InvoiceID] += part.amount
			}
		}
	}
	sum := int64(0)
	for _, one := range r.parted(day) {
		if slices.ContainsFunc(one.parts, func(part readPart) bool { return part.payment.PaymentID == p.PaymentID }) {
			sum += before[one.InvoiceID]
		}
	}
	for _, open := range before {
		if open == p.Amount.Minor {
			return true
		}
	}
	return sum == p.Amount.Minor
}

// partialPayment is frozen by nothing here: a habit of more than none takes longer than a random story.
func (r *reading) partialPayment(b *readBook, day, _ state.Date) finding {
	now, habit := r.shareInParts(day-60, day), r.shareInParts(day-425, day-60)
	if habit.touched < 6 {
		habit = readShare{part: 1, of: 10}
	}
	above := (now.part*habit.of-habit.part*now.of)*10 >= 2*now.of*habit.of
	partial := now.count >= 2 && now.part*10 >= now.of*3 && above
	newer, directed := r.passedOver(day)
	cherry := directed > 0 && newer*2 >= directed
	round := r.roundSums(b, day) >= 2
	switch {
	case partial && (cherry || now.count >= 3 && now.part*2 >= now.of):
		return finding{raise: 3}
	case partial || cherry || round:
		return finding{raise: 2, clear: [4]bool{false, false, false, true}}
	case cmp.Compare(now.part*100, now.of*15) < 0 || now.of == 0:
		if directed == 0 || newer*4 < directed {
			return below(0)
		}
	}
	return finding{clear: [4]bool{false, false, false, true}}
}
