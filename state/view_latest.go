package state

// Latest is when something was seen last, as of a view's day. It looks as far back as closed documents are kept whole, whether
// or not they have shrunk since.
type Latest struct {
	On   Date // zero: not in the last 550 days
	Lost Date // first later day on which it is too long ago to be told; zero: there is none
}

func (v *View) latest(dates func(see func(Date))) Latest {
	on := Date(0)
	dates(func(d Date) {
		if d <= v.Day && d > v.Day-keepDays {
			on = max(on, d)
		}
	})
	if on == 0 {
		return Latest{}
	}
	return Latest{on, on + keepDays}
}

// LatestPayment is the newest value date of a payment, also of one that came back.
func (v *View) LatestPayment() Latest {
	return v.latest(func(see func(Date)) {
		for _, f := range v.c.tables[KindPayment].facts {
			see(f.body.(*Payment).ValueDate)
		}
	})
}

// LatestOrder is the newest date of an order that is not cancelled by the view's day.
func (v *View) LatestOrder() Latest {
	return v.latest(func(see func(Date)) {
		for _, f := range v.c.tables[KindOrder].facts {
			if body := f.body.(*Order); !v.orderCancelled(body.OrderID) {
				see(body.OrderDate)
			}
		}
	})
}

func (v *View) orderCancelled(id string) bool {
	f := v.c.tables[KindOrderCancelled].find(id)
	return f != nil && f.body.(*OrderCancelled).CancelDate <= v.Day
}

// LatestReached is the newest day on which somebody of the customer was reached, or made contact himself.
func (v *View) LatestReached() Latest {
	return v.latest(func(see func(Date)) {
		for _, f := range v.c.facts(KindContact) {
			if body := f.body.(*Contact); body.Outcome == ContactReached || body.Direction == ContactInbound {
				see(body.ContactDate)
			}
		}
	})
}

// Sales are the sales of the days after `after` days ago up to `upTo` days ago, in minor units of the customer's currency:
// invoices and debit notes issued less the credit notes dated in them, as in [View.Trading]. The days lie within the 550 of
// which documents are kept whole. next is the first later day on which a document enters or leaves them.
func (v *View) Sales(after, upTo int) (minor int64, next Date, known bool) {
	from, to := Date(after), Date(upTo)
	sums := monthSums{}
	for f := range v.figures(KindInvoice, KindInvoiceCredited) {
		date, sold := v.c.sold(f, v.Day)
		if date == 0 {
			continue
		}
		if in := date + to; in > v.Day {
			next = earlier(next, in)
		}
		if out := date + from; out > v.Day {
			next = earlier(next, out)
		}
		if date > v.Day-from && date <= v.Day-to {
			sums.of(0, sold.Currency).sales.add(sold.Minor)
		}
	}
	known = v.currency != 0
	for key, sum := range sums { // sums of int64 do not depend on the order
		sales, there := v.worth(sum.sales, key.currency, v.currency)
		minor, known = add(minor, sales), known && there
	}
	return minor, next, known
}
