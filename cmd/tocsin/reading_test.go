package main

import (
	"cmp"
	"maps"
	"slices"

	"tocsin/state"
)

// reading is the rules read plainly, for one customer with amounts in euros: everything is computed from the events that are
// known, each day anew, with nothing of the engine's but dates and bodies. It stands against the engine in
// TestRandomStoriesReadAsTheRulesDo.
type reading struct {
	known    []state.Event
	calendar state.Calendar
	causes   map[string]state.Date // batches that many dispute, by the day from which on that counts
	only     string                // the one signal that is read; empty: all
	frozen   *readNorm             // the baseline that judges, nil for none

	beside, besideOn func(signal string, day state.Date) int // levels of other signals: now, and on a past day
}

// told is the content of a register, false when nothing is known.
func told[B state.Body](r *reading, key string) (B, bool) {
	var body B
	revision := int64(0)
	for i := range r.known {
		if b, ok := r.known[i].Body.(B); ok && b.Key() == key && r.known[i].Revision > revision {
			body, revision = b, r.known[i].Revision
		}
	}
	return body, revision > 0
}

// every is the contents of all registers of a kind, by key.
func every[B state.Body](r *reading) []B {
	keys := map[string]bool{}
	for i := range r.known {
		if b, ok := r.known[i].Body.(B); ok {
			keys[b.Key()] = true
		}
	}
	var out []B
	for key := range keys {
		b, _ := told[B](r, key)
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b B) int { return cmp.Compare(a.Key(), b.Key()) })
	return out
}

// readBook is what the ledger shows on a day.
type readBook struct {
	orders, delivered, receivables, bills, uncleared, unapplied int64
	lines                                                       []readLine
	open                                                        int
	cash                                                        []readCash
	over                                                        map[string]bool // invoices that nobody asks for any more
}

// readCash is what of a payment is booked on an invoice, or on none.
type readCash struct {
	payment, invoice string
	amount           int64
}

func (b *readBook) exposure() int64 {
	return max(0, b.orders+b.delivered+b.receivables+b.bills+b.uncleared-b.unapplied)
}

type readLine struct {
	effective    state.Date
	invoice      string
	due          state.Date
	open, tested int64
	settled      bool
}

// readBooking is one allocation on its way to its invoice.
type readBooking struct {
	date    state.Date
	cash    bool
	id      string
	n       int
	invoice string
	amount  int64
}

// book derives a day's book.
func (r *reading) book(day state.Date) *readBook {
	b := &readBook{}
	open := r.openInvoices(day)
	cash, credit := r.sources(day)
	held := maps.Clone(cash)
	for _, k := range r.bookings(day) {
		source := credit
		if k.cash {
			source = cash
		}
		amount := min(k.amount, source[k.id], open[k.invoice])
		source[k.id] -= amount
		if k.cash {
			held[k.id] -= min(held[k.id], r.outside(k, open[k.invoice], amount, day))
			b.cash = append(b.cash, readCash{k.id, k.invoice, amount})
		}
		open[k.invoice] -= amount
	}
	r.invoices(b, day, open)
	for id, left := range cash {
		b.cash = append(b.cash, readCash{id, "", left})
	}
	free := r.payments(b, day, cash, held)
	for _, left := range credit {
		b.unapplied += left
		free += left
	}
	for i := range b.lines {
		if line := &b.lines[i]; !line.settled {
			line.tested = line.open - min(free, line.open)
			free -= line.open - line.tested
		}
	}
	r.orders(b, day)
	return b
}

// outside is what of a booking pays a receivable that is no part of the exposure, being sold or written off: should that
// cash come back, the exposure would not rise.
func (r *reading) outside(k readBooking, open, amount int64, day state.Date) int64 {
	if i, ok := told[*state.Invoice](r, k.invoice); ok && i.Factored == state.FactoringWithoutRecourse {
		return amount
	}
	if w, ok := told[*state.WriteOff](r, k.invoice); ok && w.WriteOffDate <= day && w.WriteOffDate <= k.date {
		return min(w.Amount.Minor, open) - min(w.Amount.Minor, open-amount)
	}
	return 0
}

func (r *reading) openInvoices(day state.Date) map[string]int64 {
	open := map[string]int64{}
	for _, i := range every[*state.Invoice](r) {
		if i.IssueDate <= day && !r.cancelled(i.InvoiceID, day) {
			open[i.InvoiceID] = i.Total.Minor
		}
	}
	return open
}

func (r *reading) cancelled(invoice string, day state.Date) bool {
	c, ok := told[*state.InvoiceCancelled](r, invoice)
	return ok && c.CancelDate <= day
}

// back is what has come back of a payment.
func (r *reading) back(payment string, day state.Date) *state.Return {
	if back, ok := told[*state.Return](r, payment); ok && back.ReturnDate <= day {
		return back
	}
	return &state.Return{}
}

// sources are payments and credit notes before anything is booked.
func (r *reading) sources(day state.Date) (cash, credit map[string]int64) {
	cash, credit = map[string]int64{}, map[string]int64{}
	for _, p := range every[*state.Payment](r) {
		if p.ValueDate <= day {
			cash[p.PaymentID] = max(0, p.Amount.Minor-r.back(p.PaymentID, day).Amount.Minor)
		}
	}
	for _, n := range every[*state.CreditNote](r) {
		if n.CreditDate <= day && n.Cancelled != state.FlagTrue {
			credit[n.CreditNoteID] = n.Amount.Minor
		}
	}
	return cash, credit
}

// bookings are the allocations in effect, in the order in which they are booked.
func (r *reading) bookings(day state.Date) []readBooking {
	var all []readBooking
	for _, n := range every[*state.CreditNote](r) {
		for i, a := range n.Allocations {
			all = append(all, readBooking{n.CreditDate, false, n.CreditNoteID, i, a.InvoiceID, a.Amount.Minor})
		}
	}
	for _, p := range every[*state.Payment](r) {
		allocations, date := p.Allocations, p.ValueDate
		if applied, ok := told[*state.Application](r, p.PaymentID); ok && applied.AppliedDate <= day {
			allocations, date = applied.Allocations, max(date, applied.AppliedDate)
		}
		if back := r.back(p.PaymentID, day); back.Amount.Minor > 0 {
			allocations = nil // none of the returns told here names invoices
		}
		for i, a := range allocations {
			all = append(all, readBooking{date, true, p.PaymentID, i, a.InvoiceID, a.Amount.Minor})
		}
	}
	slices.SortFunc(all, func(a, b readBooking) int {
		rank := map[bool]int{false: 0, true: 1}
		return cmp.Or(cmp.Compare(a.date, b.date), rank[a.cash]-rank[b.cash], cmp.Compare(a.id, b.id), a.n-b.n)
	})
	return all
}

// invoices fills in receivables and due lines.
func (r *reading) invoices(b *readBook, day state.Date, open map[string]int64) {
	b.over = map[string]bool{}
	for _, i := range every[*state.Invoice](r) {
		left := open[i.InvoiceID]
		if w, ok := told[*state.WriteOff](r, i.InvoiceID); ok && w.WriteOffDate <= day {
			left -= min(left, w.Amount.Minor)
		}
		settled := left < i.Total.Minor && (left*200 <= i.Total.Minor || left <= 100)
		b.over[i.InvoiceID] = i.IssueDate <= day && (left == 0 || settled || i.Factored == state.FactoringWithoutRecourse)
		if left == 0 || i.Factored == state.FactoringWithoutRecourse {
			continue
		}
		b.receivables += left
		if !settled {
			b.open++
		}
		paid := i.Total.Minor - left
		for _, line := range r.due(i, day) {
			taken := min(paid, line.open)
			paid -= taken
			if line.open -= taken; line.open > 0 {
				line.settled = settled
				b.lines = append(b.lines, line)
			}
		}
	}
	slices.SortFunc(b.lines, func(x, y readLine) int {
		return cmp.Or(cmp.Compare(x.effective, y.effective), cmp.Compare(x.invoice, y.invoice), cmp.Compare(x.due, y.due))
	})
}

// due are an invoice's lines as written, earliest first.
func (r *reading) due(i *state.Invoice, day state.Date) []readLine {
	parts := slices.Clone(i.Instalments)
	if i.Retention.DueDate != 0 {
		parts = append(parts, i.Retention)
	}
	parts = append(parts, state.DueAmount{DueDate: r.originalDue(i, day, nil), Amount: i.Total})
	left := i.Total.Minor
	var lines []readLine
	for _, p := range parts {
		amount := min(left, p.Amount.Minor)
		left -= amount
		lines = append(lines, readLine{effective: r.calendar.Roll(p.DueDate), invoice: i.InvoiceID, due: p.DueDate, open: amount})
	}
	slices.SortStableFunc(lines, func(x, y readLine) int { return cmp.Compare(x.due, y.due) })
	return lines
}

func (r *reading) originalDue(i *state.Invoice, day state.Date, seen []string) state.Date {
	if i.OriginalDueDate != 0 {
		return i.OriginalDueDate
	}
	seen = append(seen, i.InvoiceID)
	replaced, ok := told[*state.Invoice](r, i.Replaces)
	if ok && replaced.IssueDate <= day && !slices.Contains(seen, i.Replaces) {
		return r.originalDue(replaced, day, seen)
	}
	due, lowest := i.DueDate, int64(0)
	for n := range r.known {
		b, ok := r.known[n].Body.(*state.Invoice)
		if ok && b.InvoiceID == i.InvoiceID && (lowest == 0 || r.known[n].Revision < lowest) {
			due, lowest = b.DueDate, r.known[n].Revision
		}
	}
	return due
}

// payments fills in cash, of which left is not booked and held can still come back, and returns what of it may be set against
// the oldest lines.
func (r *reading) payments(b *readBook, day state.Date, left, held map[string]int64) (free int64) {
	for _, p := range every[*state.Payment](r) {
		if p.ValueDate > day {
			continue
		}
		isBill := p.Method == state.MethodBill && p.MaturityDate >= day
		cancelled, ok := told[*state.OrderCancelled](r, p.DepositForOrder)
		if p.DepositForOrder == "" || ok && cancelled.CancelDate <= day {
			b.unapplied += left[p.PaymentID]
		}
		switch {
		case isBill && p.BillKind == state.BillKindCommercial:
			b.bills += held[p.PaymentID]
		case isBill:
		case p.Cleared == state.FlagFalse:
			b.uncleared += held[p.PaymentID]
		case p.DepositForOrder == "":
			free += left[p.PaymentID]
		}
	}
	return free
}

func (r *reading) orders(b *readBook, day state.Date) {
	for _, o := range every[*state.Order](r) {
		if o.OrderDate > day {
			continue
		}
		b.delivered += max(0, o.Delivered.Minor-o.Invoiced.Minor)
		cancelled, ok := told[*state.OrderCancelled](r, o.OrderID)
		over := ok && cancelled.CancelDate <= day || o.Status == state.OrderStatusClosed || o.CreditHold == state.FlagTrue
		if wanted := o.RequestedDelivery; over || wanted != 0 && (wanted > day+60 || wanted < day-180) {
			continue
		}
		deposits := int64(0)
		for _, p := range every[*state.Payment](r) {
			if p.DepositForOrder == o.OrderID && p.ValueDate <= day {
				deposits += max(0, p.Amount.Minor-r.back(p.PaymentID, day).Amount.Minor)
			}
		}
		b.orders += max(0, o.Gross.Minor-o.Delivered.Minor-max(o.Prepaid.Minor, deposits))
	}
}
