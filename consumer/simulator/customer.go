package simulator

import (
	"math/rand/v2"

	"tocsin/state"
)

// temper is how a customer does business as long as the plot leaves it alone.
type temper uint8

const (
	sound    temper = iota // pays in time and keeps well below its limit
	habitual               // pays one to two weeks late, always has
	tight                  // pays in time and uses its limit nearly up
)

// temperOf spreads tempers over a portfolio: of twenty customers, one is habitually late and one is tight.
func temperOf(i int) temper {
	switch i % 20 {
	case 7:
		return habitual
	case 13:
		return tight
	default:
		return sound
	}
}

// customer is one business customer with its open book. Amounts are in cents.
type customer struct {
	id         state.CustomerID
	name       string
	country    string
	identifier state.Identifier
	segment    string
	manager    string
	since      state.Date
	temper     temper
	random     *rand.Rand

	terms     int   // days from issue to due date
	every     int   // days between orders, about
	size      int64 // of an order, about
	limit     int64 // base limit; 0: none was set
	review    state.Date
	revision  int64 // of the base limit
	joined    state.Date
	nextOrder state.Date
	orders    []*order
	invoices  []*invoice

	// What the plot does to it.
	holdsCash state.Date // pays nothing before this day
	slower    int        // days later than its temper
	closed    bool       // orders and pays no more
	unbooked  state.Date // cash that comes before this day is known only then
	bounces   bool       // the next payment will be returned
	busy      bool       // the plot has something going on
}

// order is an order on its way to delivery.
type order struct {
	id       string
	date     state.Date
	delivery state.Date // on which it is delivered and invoiced; zero: never, it waits for the plot
	amount   int64
	revision int64
}

// invoice is an open invoice.
type invoice struct {
	id       string
	order    string
	issued   state.Date
	due      state.Date
	amount   int64
	pays     state.Date // value date of the payment
	attempts int        // payments so far; all but the last were returned
}

// exposure is what the customer owes and has ordered.
func (c *customer) exposure() int64 {
	var sum int64
	for _, o := range c.orders {
		sum += o.amount
	}
	for _, i := range c.invoices {
		sum += i.amount
	}
	return sum
}

// live is one ordinary day: deliveries are invoiced, due invoices are paid, an order may be placed.
func (c *customer) live(w *writer) {
	if c.joined > w.day {
		return
	}
	c.deliver(w)
	if isBusiness(w.day) {
		c.pay(w)
	}
	if isBusiness(w.day) && !c.closed && w.day >= c.nextOrder {
		c.placeUsual(w)
		c.nextOrder = w.day + state.Date(max(1, c.every+c.random.IntN(3)-1))
	}
}

// deliver invoices what is delivered today.
func (c *customer) deliver(w *writer) {
	kept := c.orders[:0]
	for _, o := range c.orders {
		if o.delivery == 0 || o.delivery > w.day || c.closed {
			kept = append(kept, o)
			continue
		}
		o.revision++
		w.orderDelivered(c, o)
		i := &invoice{
			id: w.invoiceNumber(), order: o.id, issued: w.day, due: w.day + state.Date(c.terms), amount: o.amount,
		}
		i.pays = c.payday(i)
		c.invoices = append(c.invoices, i)
		w.invoice(c, i)
	}
	c.orders = kept
}

// payday is when an invoice will be paid if nothing happens: always a business day.
func (c *customer) payday(i *invoice) state.Date {
	due := roll(i.due)
	switch c.temper {
	case habitual:
		return roll(due + state.Date(8+c.random.IntN(6)))
	default:
		if early := due - state.Date(c.random.IntN(5)); isBusiness(early) && early > i.issued {
			return early
		}
		return due
	}
}

// pay settles what is due to be paid today, in one transfer.
func (c *customer) pay(w *writer) {
	if c.closed || w.day < c.holdsCash {
		return
	}
	var paid, kept []*invoice
	for _, i := range c.invoices {
		if roll(i.pays+state.Date(c.slower)) <= w.day {
			paid = append(paid, i)
		} else {
			kept = append(kept, i)
		}
	}
	if len(paid) == 0 {
		return
	}
	c.invoices = kept
	if !c.bounces {
		w.payment(c, paid)
		return
	}
	c.bounces = false
	back := addBusinessDays(w.day, 3)
	w.bouncedPayment(c, paid, back)
	for _, i := range paid {
		i.attempts++
		i.pays = roll(w.day + 45)
		c.invoices = append(c.invoices, i)
	}
}

// placeUsual places an order of the usual size, unless the seller would have to refuse it.
func (c *customer) placeUsual(w *writer) {
	amount := c.size/2 + c.random.Int64N(c.size)
	amount -= amount % 50 // to half a euro
	if c.limit > 0 && c.exposure()+amount > c.limit/100*c.ceiling() {
		return
	}
	c.place(w, amount, w.day+state.Date(3+c.random.IntN(5)))
}

// ceiling is the utilisation in percent above which the customer does not order.
func (c *customer) ceiling() int64 {
	if c.temper == tight {
		return 91
	}
	return 74
}

// place places an order that is delivered on a day; zero: it waits.
func (c *customer) place(w *writer, amount int64, delivery state.Date) *order {
	if delivery != 0 {
		delivery = roll(delivery)
	}
	o := &order{id: w.orderNumber(), date: w.day, delivery: delivery, amount: amount, revision: 1}
	c.orders = append(c.orders, o)
	w.order(c, o)
	return o
}

// drop takes an order out of the book.
func (c *customer) drop(id string) {
	kept := c.orders[:0]
	for _, o := range c.orders {
		if o.id != id {
			kept = append(kept, o)
		}
	}
	c.orders = kept
}

// introduce tells who the customer is and what it may owe.
func (c *customer) introduce(w *writer) {
	w.profile(c)
	if c.limit > 0 {
		w.limit(c)
	}
}

func newRandom(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }
