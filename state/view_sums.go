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

// Exposure is DOMAIN.md 2.1 without cover and groups. Each component of each other currency than the customer's is converted
// once; those without a rate are not in it, and it is not known.
func (v *View) Exposure() Exposure { return v.exposure }

func (b *book) exposure(x exchange, currency Currency) Exposure {
	var e Exposure
	for i := range b.balances {
		sums := &b.balances[i]
		e.Foreign |= sums.wanting()
		if sums.currency == currency {
			e.add(sums, unity)
		} else if present := sums.components(); present != 0 {
			f, date := x.rate(sums.currency, currency, x.day)
			if date == 0 {
				e.Foreign |= present
				continue
			}
			e.add(sums, f)
		}
	}
	gross := e.documents()
	gross.add(e.OpenOrders)
	gross.add(-e.Unapplied)
	e.Gross = max(0, gross.int64())
	e.Known = e.Foreign == 0 && currency != 0
	return e
}

// add adds the sums of one currency at a rate.
func (e *Exposure) add(sums *balance, f factor) {
	parts := [...]*int64{&e.OpenOrders, &e.DeliveredNotInvoiced, &e.Receivables, &e.Bills, &e.Uncleared, &e.Unapplied}
	for i, sum := range sums.parts() {
		*parts[i] = add(*parts[i], f.of(sum.int64()))
	}
}

// documents is what is delivered, be it invoiced or not, and not finally paid.
func (e *Exposure) documents() wide {
	var sum wide
	for _, part := range [...]int64{e.DeliveredNotInvoiced, e.Receivables, e.Bills, e.Uncleared} {
		sum.add(part)
	}
	return sum
}

// parts are the sums of the components, in the order of their bits.
func (b *balance) parts() [6]*wide {
	return [...]*wide{&b.openOrders, &b.deliveredNotInvoiced, &b.receivables, &b.bills, &b.uncleared, &b.unapplied}
}

// components are those that are not zero.
func (b *balance) components() Components {
	set := Components(0)
	for i, sum := range b.parts() {
		if !sum.isZero() {
			set |= 1 << i
		}
	}
	return set
}

// Limit is the limit in force on the view's day.
func (v *View) Limit() Limit { return v.limit }

// LimitOn is the limit in force on another day, from the limits whose valid_from is that day or earlier, at the rates of the
// view's day.
func (v *View) LimitOn(day Date) Limit {
	in := v.c.limitsOn(day)
	limit := in.limit(v.exchange(), v.currency)
	if v.lapsing {
		limit = limit.lapse(day)
	}
	return limit
}

// OpenOrderIDs are the orders that count in OpenOrders, largest first.
func (v *View) OpenOrderIDs() []string {
	var open []amountOfID
	for _, f := range v.c.tables[KindOrder].facts {
		body := f.body.(*Order)
		amount, known := v.Worth(Money{v.c.figureOn(v, f).open, body.Gross.Currency})
		if known && amount > 0 {
			open = append(open, amountOfID{body.OrderID, amount})
		}
	}
	return largestFirst(open)
}

// OpenOrders are the ids of all orders of which anything is open, whether its worth is known or not, sorted.
func (v *View) OpenOrders() (ids []string) {
	for _, f := range v.c.tables[KindOrder].facts {
		if v.c.figureOn(v, f).open > 0 {
			ids = append(ids, f.body.(*Order).OrderID)
		}
	}
	slices.Sort(ids)
	return ids
}

// OpenInvoiceIDs are the invoices with something open, largest first; those without a rate are left out.
func (v *View) OpenInvoiceIDs() []string {
	lines := slices.Clone(v.DueLines())
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

// NextChange is the first later day on which the exposure, a limit or the set of facts changes by time alone: an order
// enters the horizon or grows stale, a limit begins or ends, a bill matures, a fact's date comes, and tomorrow where an
// amount or a limit is in another currency, since another rate may be in force then. Zero: never. Days past due are not
// counted here.
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
