package state

import "slices"

// Equip gives the customer what its figures rest on besides facts: exchange rates (see Convert), common causes, and how to tell which
// documents of those who were merged into it and are erased are the same as documents that others name in clear.
func (c *Customer) Equip(day *Day) {
	c.Convert(day.Rates)
	c.affiliates = day.Affiliates
	c.causes = day.Causes
	if c.names == day.Names {
		return
	}
	c.names = day.Names
	if c.estates != nil && c.estates.pseudonymous() {
		c.unite()
	}
}

// Convert has amounts in other currencies than the customer's converted at these rates from now on, on each day at those in
// force on it. What the customer's views show until then of such amounts is that no rate is known. Rates are no facts: they
// are not encoded with the customer.
func (c *Customer) Convert(rates *Rates) {
	if c.rates == rates {
		return
	}
	c.rates, c.view.c = rates, nil
	if c.book == nil {
		return
	}
	for _, f := range c.book.recent {
		if f.traits&crossing != 0 {
			c.touch(f)
		}
	}
}

func (c *Customer) exchange(l *Ledger, day Date) exchange { return exchange{c.rates, l.Base, day} }

// exchange is the rates in force on the view's day.
func (v *View) exchange() exchange { return v.c.exchange(v.Ledger, v.Day) }

// worth is a sum in another currency; false where that needs an exchange rate that is not there.
func (v *View) worth(sum wide, from, to Currency) (int64, bool) {
	return v.exchange().worth(Money{sum.int64(), from}, to)
}

// WorthIn is an amount in another currency at the rates in force on the view's day; false where that needs a rate that is not there.
func (v *View) WorthIn(m Money, to Currency) (int64, bool) { return v.exchange().worth(m, to) }

// StaleRates are the currencies of the customer's amounts, limits and covers that are converted at a rate older than three
// business days (`fx_stale` of DOMAIN.md 0.3), sorted.
func (v *View) StaleRates() []Currency {
	var stale []Currency
	x := v.exchange()
	v.eachForeign(func(c Currency) {
		_, date := x.rate(c, v.currency, v.Day)
		if date != 0 && x.isStale(date, v.Ledger.Calendar) && !slices.Contains(stale, c) {
			stale = append(stale, c)
		}
	})
	slices.Sort(stale)
	return stale
}

// IsForeign tells whether an amount, a limit or a cover is in another currency than the customer's.
func (v *View) IsForeign() bool {
	found := false
	v.eachForeign(func(Currency) { found = true })
	return found
}

// eachForeign calls visit with the currencies of amounts, limits and covers that are not the customer's. A customer without
// currency has none to convert to.
func (v *View) eachForeign(visit func(Currency)) {
	if v.currency == 0 {
		return
	}
	note := func(c Currency) {
		if c != v.currency {
			visit(c)
		}
	}
	for i := range v.book.balances {
		if b := &v.book.balances[i]; b.currency != v.currency && b.components() != 0 {
			note(b.currency)
		}
	}
	if v.limits.base != nil {
		note(v.limits.base.Amount.Currency)
	}
	for _, b := range v.limits.temporary {
		note(b.Amount.Currency)
	}
	for _, cover := range v.c.coversOn(v.Day) {
		note(cover.Amount.Currency)
	}
}
