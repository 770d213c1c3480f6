package simulator

import "tocsin/state"

// slowdown: the customer pays later and later, then nothing for two months, then all of it.
func slowdown(w *writer, c *customer) {
	c.busy = true
	c.slower = 6
	w.then(14, c, func(w *writer, c *customer) {
		oldest := w.day + 365
		for _, i := range c.invoices {
			oldest = min(oldest, roll(i.due))
		}
		c.holdsCash = max(w.day, oldest) + state.Date(48+c.random.IntN(40))
		w.label(c, "slowdown", "overdue", oldest+6, max(w.day, oldest)+32)
		w.then(int(c.holdsCash-w.day)+7, c, calmDown)
	})
}

// calmDown: the customer is as it was, and may be cast again.
func calmDown(_ *writer, c *customer) { c.busy, c.slower = false, 0 }

// failure: a slowdown that does not end. A petition to wind the customer up is filed, it goes into liquidation, and
// months later what is open is written off.
func failure(w *writer, c *customer) {
	c.busy = true
	c.slower = 10
	c.holdsCash = state.MaxDate
	w.then(38, c, func(w *writer, c *customer) {
		w.registered(c, "winding_up_petition", w.day, 1, state.RegistryActive)
		w.label(c, "failure", "adverse_registry", w.day, w.day)
	})
	w.then(73, c, func(w *writer, c *customer) {
		c.closed = true
		for _, o := range c.orders {
			w.orderCancelled(c, o.id)
		}
		c.orders = nil
		w.registered(c, "liquidation", w.day, 1, state.RegistryActive)
	})
	w.then(190, c, func(w *writer, c *customer) {
		for _, i := range c.invoices {
			w.writtenOff(c, i)
		}
		c.invoices = nil
	})
}

// petition: a creditor files to wind the customer up and withdraws five weeks later.
func petition(w *writer, c *customer) {
	c.busy = true
	filed := w.day
	w.registered(c, "winding_up_petition", filed, 1, state.RegistryActive)
	w.label(c, "petition", "adverse_registry", filed, filed)
	w.then(36, c, func(w *writer, c *customer) {
		w.registered(c, "winding_up_petition", filed, 2, state.RegistryEnded)
		calmDown(w, c)
	})
}

// surge: one order takes the customer over its limit; some days later it is cancelled.
func surge(w *writer, c *customer) {
	c.busy = true
	o := c.place(w, c.roomAnd(8), 0)
	w.label(c, "surge", "limit_breach", w.day, w.day)
	w.then(3+c.random.IntN(6), c, func(w *writer, c *customer) {
		w.orderCancelled(c, o.id)
		c.drop(o.id)
		calmDown(w, c)
	})
}

// roomAnd is an order that takes the customer some percent over its limit.
func (c *customer) roomAnd(percent int64) int64 {
	amount := c.limit - c.exposure() + c.limit/100*percent
	return max(amount-amount%50, c.limit/10)
}

// temporaryIncrease: the limit is raised for two weeks, the customer orders into it and has not paid when it ends.
func temporaryIncrease(w *writer, c *customer) {
	c.busy = true
	until := w.day + 13
	w.temporaryLimit(c, c.limit/100*30, until)
	c.place(w, c.roomAnd(12), w.day+6)
	c.holdsCash = until + 5
	w.label(c, "temporary_increase", "limit_temporary_expiry", until-7, until)
	w.label(c, "temporary_increase", "limit_breach", until+1, until+1)
	w.then(40, c, calmDown)
}

// limitCut: the limit is reduced below what the customer owes, and restored when it has paid some.
func limitCut(w *writer, c *customer) {
	c.busy = true
	before := c.limit
	c.limit = c.exposure() * 7 / 10 / 100_000 * 100_000
	w.limit(c)
	w.label(c, "limit_cut", "limit_breach", w.day, w.day)
	w.then(25, c, func(w *writer, c *customer) {
		c.limit = before
		w.limit(c)
		calmDown(w, c)
	})
}

// forgottenReview: the limit's review date passes, and the review comes weeks later.
func forgottenReview(w *writer, c *customer) {
	c.busy = true
	c.review = w.day + 2
	w.limit(c)
	w.label(c, "forgotten_review", "limit_review_due", w.day+3, w.day+3)
	w.then(14+c.random.IntN(30), c, func(w *writer, c *customer) {
		c.review = w.day + 365
		w.limit(c)
		calmDown(w, c)
	})
}

// onboarding: a newcomer orders before anybody has set its limit. The customer that the plot cast is left alone.
func onboarding(w *writer, _ *customer) {
	p := w.portfolio
	c := p.newCustomer(sound)
	limit := c.limit
	c.joined, c.since, c.limit, c.busy = w.day, w.day, 0, true
	p.customers = append(p.customers, c)
	c.introduce(w)
	c.place(w, c.size, w.day+5)
	c.nextOrder = w.day + 20
	w.label(c, "onboarding", "limit_missing", w.day, w.day+1)
	w.then(8+c.random.IntN(5), c, func(w *writer, c *customer) {
		c.limit, c.review = limit, w.day+365
		w.limit(c)
		calmDown(w, c)
	})
}

// bouncedDebit: a direct debit comes back and the customer takes six weeks to pay again.
func bouncedDebit(w *writer, c *customer) {
	c.busy, c.bounces = true, true
	for _, i := range c.invoices { // nothing else may be paid early: the next debit is of what is due next
		i.pays = max(i.pays, roll(i.due))
	}
	next := c.invoices[0].pays
	for _, i := range c.invoices {
		next = min(next, i.pays)
	}
	w.label(c, "bounced_debit", "overdue", next, next+38)
	w.then(int(next-w.day)+60, c, calmDown)
}

// lateBooking: the customer pays in time, but the bank's file is booked twelve days later. What was raised meanwhile was
// never right.
func lateBooking(w *writer, c *customer) {
	c.busy = true
	next := w.day + 365
	for _, i := range c.invoices {
		if i.pays > w.day {
			next = min(next, i.pays)
		}
	}
	c.unbooked = roll(next + 12)
	w.then(int(c.unbooked-w.day)+3, c, calmDown)
}
