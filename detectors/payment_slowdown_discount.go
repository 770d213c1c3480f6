package detectors

import "tocsin/state"

// lostDiscount is what is made of a habit of paying early for the discount.
type lostDiscount struct {
	stands bool // it was taken on none of the last invoices
	raised bool // and used to be

	before, taken int // invoices before those, and on how many of them it was
}

// discount looks at the invoices that offered a discount, as far back as a baseline can reach: the last ones against those that
// were settled before them.
func (d *PaymentSlowdown) discount(p *payer, day state.Date) lostDiscount {
	last, before, taken := 0, 0, 0
	list := p.since(d.discountSince(day))
	for i := len(list) - 1; i >= 0; i-- {
		switch s := &list[i]; {
		case !s.Offered() || !s.ByCash():
		case last == d.DiscountLastCount:
			before++
			if s.Took() {
				taken++
			}
		case s.Took():
			return lostDiscount{}
		default:
			last++
		}
	}
	stands := last == d.DiscountLastCount
	return lostDiscount{stands, stands && d.habit(before, taken), before, taken}
}

// discountSince is the day after which invoices count.
func (d *PaymentSlowdown) discountSince(day state.Date) state.Date {
	return day - state.Date(d.LongestDays+d.BaselineDays)
}

// habit tells whether a discount used to be taken.
func (d *PaymentSlowdown) habit(offered, taken int) bool {
	return offered >= d.DiscountCount && d.DiscountRatio.compare(int64(taken), int64(offered)) >= 0
}

// nextDiscount is the first later day on which a habit that was given up shows because invoices are too old to count; zero: none.
func (d *PaymentSlowdown) nextDiscount(p *payer, day state.Date) state.Date {
	list, offered, taken := p.since(d.discountSince(day)), -d.DiscountLastCount, 0
	for i := range list {
		if s := &list[i]; s.Offered() && s.ByCash() {
			offered++
			if s.Took() {
				taken++
			}
		}
	}
	for i := range list {
		s := &list[i]
		if !s.Offered() || !s.ByCash() {
			continue
		}
		offered--
		if s.Took() {
			taken--
		}
		if d.habit(offered, taken) {
			return s.On + state.Date(d.LongestDays+d.BaselineDays)
		}
	}
	return 0
}
