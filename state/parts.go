package state

import (
	"cmp"
	"slices"
)

// Parts are the sums a limit breach is explained with: the change of each since the last close tells what caused it. They are
// amounts as documents and limits tell them, each in its own currency, so that what another exchange rate does can be told
// from what the customer does.
type Parts struct {
	PartSums                // in the customer's currency
	Foreign  []ForeignParts // in others, by currency; none without an amount
}

// ForeignParts are the parts in another currency than the customer's.
type ForeignParts struct {
	Currency Currency
	PartSums
}

// PartSums are the parts in one currency, in its minor units.
type PartSums struct {
	BaseLimit      int64
	TemporaryLimit int64
	Returned       int64 // amounts reopened by returned payments, ever
	OpenOrders     int64
	Documents      int64 // delivered not invoiced, receivables, bills, uncleared
}

// Equal tells whether two parts are the same.
func (p *Parts) Equal(other *Parts) bool {
	return p.PartSums == other.PartSums && slices.Equal(p.Foreign, other.Foreign)
}

// Parts are the sums that explain a breach.
func (v *View) Parts() Parts {
	b := partsBuilder{own: v.currency}
	for i := range v.book.balances {
		sums := &v.book.balances[i]
		if sums.components() == 0 {
			continue
		}
		in := b.of(sums.currency)
		in.OpenOrders = sums.openOrders.int64()
		in.Documents = Sum(sums.deliveredNotInvoiced.int64(), sums.receivables.int64(), sums.bills.int64(), sums.uncleared.int64())
	}
	if base := v.limits.base; base != nil && !v.limit.Lapsed {
		b.of(base.Amount.Currency).BaseLimit = base.Amount.Minor
	}
	for _, t := range v.limits.temporary {
		in := b.of(t.Amount.Currency)
		in.TemporaryLimit = add(in.TemporaryLimit, t.Amount.Minor)
		if v.limit.Lapsed {
			in.BaseLimit = add(in.BaseLimit, -t.Amount.Minor) // the whole fall is the base limit's: no increase has ended
		}
	}
	v.returned(func(m Money) {
		in := b.of(m.Currency)
		in.Returned = add(in.Returned, m.Minor)
	})
	return b.finish()
}

// partsBuilder collects parts by currency.
type partsBuilder struct {
	own   Currency
	parts Parts
}

func (b *partsBuilder) of(currency Currency) *PartSums {
	if currency == b.own {
		return &b.parts.PartSums
	}
	for i := range b.parts.Foreign {
		if f := &b.parts.Foreign[i]; f.Currency == currency {
			return &f.PartSums
		}
	}
	b.parts.Foreign = append(b.parts.Foreign, ForeignParts{Currency: currency})
	return &b.parts.Foreign[len(b.parts.Foreign)-1].PartSums
}

func (b *partsBuilder) finish() Parts {
	foreign := slices.DeleteFunc(b.parts.Foreign, func(f ForeignParts) bool { return f.PartSums == PartSums{} })
	slices.SortFunc(foreign, func(a, b ForeignParts) int { return cmp.Compare(a.Currency, b.Currency) })
	if b.parts.Foreign = foreign; len(foreign) == 0 {
		b.parts.Foreign = nil
	}
	return b.parts
}

// returned visits what returned payments have reopened, ever.
func (v *View) returned(visit func(Money)) {
	for _, m := range v.c.shrunk.returned {
		visit(m)
	}
	for _, f := range v.c.tables[KindPaymentReturned].facts {
		back := f.body.(*Return)
		if back.ReturnDate > v.Day {
			continue
		}
		if payment := v.c.tables[KindPayment].find(back.PaymentID); payment != nil {
			v.c.reopened(payment.body.(*Payment), back, visit)
		}
	}
}

// reopened visits what a return takes off the allocations of its payment, as far as the payment goes. What it takes off
// invoices in another currency is in that.
func (c *Customer) reopened(payment *Payment, back *Return, visit func(Money)) {
	currency := payment.Amount.Currency
	if back.Amount.Currency != currency {
		return
	}
	allocations, most := payment.Allocations, payment.Amount.Minor
	if application := c.application(payment.PaymentID); application != nil && application.AppliedDate <= back.ReturnDate {
		allocations = application.Allocations
	}
	if len(back.Allocations) > 0 {
		allocations, most = back.Allocations, back.Amount.Minor
	}
	same := int64(0)
	for i := range allocations {
		if m := allocations[i].Amount; m.Currency == currency {
			same = add(same, m.Minor)
		} else {
			visit(m)
		}
	}
	if same = min(same, most); same != 0 {
		visit(Money{same, currency})
	}
}

// Changes are what has moved an exposure against its limit since the last close, in minor units of the customer's currency;
// positive is towards a breach. Unapplied amounts do not count.
type Changes struct {
	BaseLimit      int64 // fall of the base limit
	TemporaryLimit int64 // fall of the increases in force
	Returned       int64 // reopened by returned payments
	OpenOrders     int64
	Documents      int64 // delivered not invoiced, receivables, bills and uncleared, but for Returned
	Revaluation    int64 // of what stood at the close: its worth today less that by the rates in force then
}

// Since tells what has changed since the parts of the last close. But for the revaluation changes are told at today's rates.
// Amounts that had no rate then had no worth.
func (v *View) Since(closed Parts) Changes {
	today, before := v.exchange(), v.c.exchange(v.Ledger, v.Day-1)
	parts := v.Parts()
	now, then := today.sums(&parts, v.currency), today.sums(&closed, v.currency)
	valued := before.sums(&closed, v.currency)
	returned := add(now.Returned, -then.Returned)
	return Changes{
		BaseLimit:      add(then.BaseLimit, -now.BaseLimit),
		TemporaryLimit: add(then.TemporaryLimit, -now.TemporaryLimit),
		Returned:       returned,
		OpenOrders:     add(now.OpenOrders, -then.OpenOrders),
		Documents:      Sum(now.Documents, -then.Documents, -returned),
		Revaluation:    Sum(then.OpenOrders, then.Documents, valued.BaseLimit, valued.TemporaryLimit, -valued.OpenOrders, -valued.Documents, -then.BaseLimit, -then.TemporaryLimit),
	}
}

// sums are parts in one currency, each sum converted once; what has no rate is left out.
func (x exchange) sums(p *Parts, in Currency) PartSums {
	total := p.PartSums
	for i := range p.Foreign {
		foreign := &p.Foreign[i]
		f, date := x.rate(foreign.Currency, in, x.day)
		if date == 0 {
			continue
		}
		total.BaseLimit = add(total.BaseLimit, f.of(foreign.BaseLimit))
		total.TemporaryLimit = add(total.TemporaryLimit, f.of(foreign.TemporaryLimit))
		total.Returned = add(total.Returned, f.of(foreign.Returned))
		total.OpenOrders = add(total.OpenOrders, f.of(foreign.OpenOrders))
		total.Documents = add(total.Documents, f.of(foreign.Documents))
	}
	return total
}
