package state

import (
	"cmp"
	"slices"
)

// Currency is the customer's currency as CONTRACT.md 4 has it; zero when it has none at all.
func (v *View) Currency() Currency { return v.currency }

// own is the sums in the customer's currency.
func (v *View) own() *balance {
	if b := v.book.in(v.currency); b != nil {
		return b
	}
	return &balance{currency: v.currency, tested: true}
}

// in is the sums in a currency, nil when there are none.
func (b *book) in(currency Currency) *balance {
	for i := range b.balances {
		if b.balances[i].currency == currency {
			return &b.balances[i]
		}
	}
	return nil
}

// Exposure is DOMAIN.md 2.1 without cover and groups. Amounts in other currencies than the customer's are not in it; where
// there are some it is not known.
func (v *View) Exposure() Exposure { return v.exposure }

func (b *book) exposure(currency Currency) Exposure {
	var e Exposure
	for i := range b.balances {
		sums := &b.balances[i]
		if sums.currency != currency {
			e.Foreign |= sums.components()
			continue
		}
		e.OpenOrders, e.DeliveredNotInvoiced = sums.openOrders.int64(), sums.deliveredNotInvoiced.int64()
		e.Receivables, e.Bills = sums.receivables.int64(), sums.bills.int64()
		e.Uncleared, e.Unapplied = sums.uncleared.int64(), sums.unapplied.int64()
	}
	gross := e.documents()
	gross.add(e.OpenOrders)
	gross.add(-e.Unapplied)
	e.Gross = max(0, gross.int64())
	e.Known = e.Foreign == 0 && currency != 0
	return e
}

// documents is what is delivered, be it invoiced or not, and not finally paid.
func (e *Exposure) documents() wide {
	var sum wide
	for _, part := range [...]int64{e.DeliveredNotInvoiced, e.Receivables, e.Bills, e.Uncleared} {
		sum.add(part)
	}
	return sum
}

// components are those that are not zero.
func (b *balance) components() Components {
	set := Components(0)
	for i, sum := range [...]*wide{&b.openOrders, &b.deliveredNotInvoiced, &b.receivables, &b.bills, &b.uncleared, &b.unapplied} {
		if !sum.isZero() {
			set |= 1 << i
		}
	}
	return set
}

// Limit is the limit in force on the view's day.
func (v *View) Limit() Limit { return v.limit }

// LimitOn is the limit in force on another day, from the limits whose valid_from is that day or earlier.
func (v *View) LimitOn(day Date) Limit {
	in := v.c.limitsOn(day)
	return in.limit(v.currency)
}

// DueLines are the open lines of all invoices in the customer's currency by (Effective, Invoice, Due). Lines in other
// currencies are left out; that there are some shows in Ageing, which is then not known. Nobody changes the slice.
func (v *View) DueLines() []DueLine {
	own := v.own()
	own.test()
	return own.lines
}

// OpenInvoices counts the unsettled invoices with something open, in all currencies: Ageing's OpenCount.
func (v *View) OpenInvoices() int { return v.book.open }

// Ageing is the receivables by days past due. Sums are over the customer's currency alone; what needs no rate (days, count)
// is over all currencies.
func (v *View) Ageing() Ageing {
	a := Ageing{OpenCount: v.book.open, Known: v.currency != 0}
	var overdue, weighted wide
	for i := range v.book.balances {
		b := &v.book.balances[i]
		a.Known = a.Known && (b.currency == v.currency || len(b.lines) == 0)
		for j := range b.lines {
			line := &b.lines[j]
			late := line.DaysPastDue(v.Day)
			if late == 0 {
				break // lines are sorted by the day from which they count
			}
			if !line.Settled && line.Open > 0 {
				a.MaxDaysPastDue = max(a.MaxDaysPastDue, late)
			}
			if b.currency == v.currency {
				bucket := a.bucket(late)
				*bucket = add(*bucket, line.Open)
				overdue.add(line.Open)
				weighted.addProduct(line.Open, int64(late))
			}
		}
	}
	a.Overdue, a.WeightedDays = overdue.int64(), weighted.int64()
	a.Current = v.own().receivables.int64() - a.Overdue
	return a
}

// bucket is where an amount that many days past due belongs.
func (a *Ageing) bucket(late int) *int64 {
	switch {
	case late <= 30:
		return &a.Days1to30
	case late <= 60:
		return &a.Days31to60
	case late <= 90:
		return &a.Days61to90
	}
	return &a.Days91plus
}

// OpenOrderIDs are the orders that count in OpenOrders, largest first.
func (v *View) OpenOrderIDs() []string {
	var open []amountOfID
	for _, f := range v.c.tables[KindOrder].facts {
		body := f.body.(*Order)
		if amount := v.c.figureOn(v, f).open; amount > 0 && body.Gross.Currency == v.currency {
			open = append(open, amountOfID{body.OrderID, amount})
		}
	}
	return largestFirst(open)
}

// OpenInvoiceIDs are the invoices with something open in the customer's currency, largest first.
func (v *View) OpenInvoiceIDs() []string {
	lines := slices.Clone(v.own().lines)
	slices.SortFunc(lines, func(a, b DueLine) int { return cmp.Compare(a.Invoice, b.Invoice) })
	var open []amountOfID
	for _, line := range lines {
		if n := len(open); n > 0 && open[n-1].id == line.Invoice {
			open[n-1].amount = add(open[n-1].amount, line.Open)
			continue
		}
		open = append(open, amountOfID{line.Invoice, line.Open})
	}
	return largestFirst(open)
}

type amountOfID struct {
	id     string
	amount int64
}

// largestFirst are the ids by falling amount; of equal amounts the lesser id comes first.
func largestFirst(amounts []amountOfID) []string {
	slices.SortFunc(amounts, func(a, b amountOfID) int {
		return cmp.Or(cmp.Compare(b.amount, a.amount), cmp.Compare(a.id, b.id))
	})
	ids := make([]string, len(amounts))
	for i, a := range amounts {
		ids[i] = a.id
	}
	return ids
}

// RegistryFacts are the facts of the identifiers that the profile carries, retracted ones left out, by (Effective, key).
// When a fact became known does not matter here.
func (v *View) RegistryFacts() []RegistryEntry { return v.c.registryOn(v.Day) }

// Profile is the customer's profile, nil when none is known.
func (v *View) Profile() *Profile { return v.c.profile() }

// Parts are the sums that explain a breach.
func (v *View) Parts() Parts {
	return Parts{
		BaseLimit: v.limit.Base, TemporaryLimit: v.limit.Temporary, Returned: v.returned(),
		OpenOrders: v.exposure.OpenOrders, Documents: v.exposure.documents().int64(),
	}
}

// returned is what returned payments have reopened, ever, in the customer's currency.
func (v *View) returned() int64 {
	total := int64(0)
	for _, m := range v.c.shrunk.returned {
		if m.Currency == v.currency {
			total = m.Minor
		}
	}
	for _, f := range v.c.tables[KindPaymentReturned].facts {
		back := f.body.(*Return)
		if back.Amount.Currency != v.currency || back.ReturnDate > v.Day {
			continue
		}
		if payment := v.c.tables[KindPayment].find(back.PaymentID); payment != nil {
			total = add(total, v.c.reopened(payment.body.(*Payment), back))
		}
	}
	return total
}

// reopened is what a return takes off the allocations of its payment, as far as the payment goes.
func (c *Customer) reopened(payment *Payment, back *Return) int64 {
	if back.Amount.Currency != payment.Amount.Currency {
		return 0
	}
	allocations := payment.Allocations
	if application := c.application(payment.PaymentID); application != nil && application.AppliedDate <= back.ReturnDate {
		allocations = application.Allocations
	}
	if len(back.Allocations) > 0 {
		return min(back.Amount.Minor, allocated(back.Allocations))
	}
	return min(payment.Amount.Minor, allocated(allocations))
}

func allocated(allocations []Allocation) int64 {
	total := int64(0)
	for i := range allocations {
		total = add(total, allocations[i].Amount.Minor)
	}
	return total
}

// NextChange is the first later day on which the exposure, a limit or the set of facts changes by time alone: an order
// enters the horizon or grows stale, a limit begins or ends, a bill matures, a fact's date comes. Zero: never. Days past
// due are not counted here.
func (v *View) NextChange() Date { return v.next }

func (c *Customer) nextChange(b *book, day Date) Date {
	next := earlier(earlier(b.next, c.nextLimit(day)), c.nextCover(day))
	for _, f := range c.tables[KindRegistry].facts {
		if effective := f.body.(*RegistryFact).Effective; effective > day {
			next = earlier(next, effective)
		}
	}
	return next
}
