package state

import (
	"cmp"
	"slices"
	"strings"
)

// Placed is an order as it was placed. What is asked of all orders of a year and more stands in it, so that it can be asked of
// many without looking at each.
type Placed struct {
	Date     Date
	Currency Currency
	Project  bool
	Minor    int64 // its whole amount
	fact     *fact
}

// Order is the highest revision known of it.
func (p *Placed) Order() *Order { return p.fact.body.(*Order) }

// placedOrders are a customer's orders by (Date, id). Like the relations they are part of the book.
type placedOrders []Placed

func comparePlaced(a, b Placed) int {
	return cmp.Or(cmp.Compare(a.Date, b.Date), strings.Compare(a.Order().OrderID, b.Order().OrderID))
}

func placedOf(f *fact) Placed {
	o := f.body.(*Order)
	return Placed{o.OrderDate, o.Gross.Currency, o.Project == FlagTrue, o.Gross.Minor, f}
}

func (p *placedOrders) add(f *fact) {
	one, at := placedOf(f), len(*p)
	for at > 0 && comparePlaced((*p)[at-1], one) > 0 {
		at-- // hardly ever far: what is placed is told soon
	}
	*p = slices.Insert(*p, at, one)
}

func (p *placedOrders) drop(f *fact) {
	if at, found := slices.BinarySearchFunc(*p, placedOf(f), comparePlaced); found {
		*p = slices.Delete(*p, at, at+1)
	}
}

func (p *placedOrders) forgetShrinking() {
	*p = slices.DeleteFunc(*p, func(one Placed) bool { return one.fact.traits&shrinking != 0 })
}

// after is the place of the first order later than a day.
func (p placedOrders) after(day Date) int {
	low, high := 0, len(p)
	for low < high {
		if mid := int(uint(low+high) / 2); p[mid].Date <= day {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// Placed are the orders placed after a day, up to the view's, by (date, id): also those that were cancelled, see
// [View.CancelsOrders]. Those that were closed long ago may have shrunk. They are the view's own.
func (v *View) Placed(after Date) []Placed {
	all := v.c.placed
	return all[all.after(after):all.after(v.Day)]
}

// CancelsOrders tells whether any order may be cancelled by the view's day.
func (v *View) CancelsOrders() bool { return len(v.c.tables[KindOrderCancelled].facts) > 0 }

// IsCancelled tells whether an order is cancelled by the view's day.
func (v *View) IsCancelled(p *Placed) bool {
	return v.CancelsOrders() && v.orderCancelled(p.Order().OrderID)
}

// TradingSince is from when on the customer is known to have traded: the earliest of the date in its profile, its first order and its
// first invoice; zero: not at all by the view's day. It looks at every invoice.
func (v *View) TradingSince() Date {
	first := v.c.shrunk.earliest.date
	if p := v.c.profile(); p != nil {
		first = earlier(first, p.CustomerSince)
	}
	if len(v.c.placed) > 0 {
		first = earlier(first, v.c.placed[0].Date)
	}
	for _, f := range v.c.tables[KindInvoice].facts {
		first = earlier(first, f.body.(*Invoice).IssueDate)
	}
	if first > v.Day {
		return 0
	}
	return first
}
