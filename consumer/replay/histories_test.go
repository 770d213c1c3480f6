package replay

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"tocsin/state"
)

// histories are ledgers that never were: customers who order about once in so many days, are delivered and invoiced on terms
// and pay about when they always do. One deal in 25 goes another way: it is paid in two parts, its direct debit comes back, it
// is disputed, perhaps without end, or the customer asks for more time; who is late is called, and promises. Three customers in a
// hundred pay later and later from some day on and from another account, and half of these pay nothing at last.
//
// All is a function of the seed, and each deal one of its customer and number: nothing has to be kept but which day has which
// events.
type histories struct {
	seed      uint64
	customers int
	events    int // of a customer, about
	days      int
}

// first is the day on which the histories begin, a Monday.
var first = state.DateOf(2024, 1, 1)

// deal is an order with what comes of it. Amounts are in cents.
type deal struct {
	ordered, delivered, due, paid int // days since first; paid may be never
	amount                        int64
	course                        course
}

// course is the way that a deal goes.
type course uint8

const (
	plain course = iota
	inParts
	returned
	disputed
	postponed
)

// never is after the last day of any history.
const never = 1 << 16

// dealEvents are about how many events a deal has, and masterEvents how many there are of each customer besides.
const (
	dealEvents   = 4.2
	masterEvents = 2
)

// buyer is a customer of a history.
type buyer struct {
	number  uint64
	key     uint64 // of everything that is drawn for it
	joined  int
	every   float64 // days between orders
	deals   int     // most that it can have
	size    int64   // of an order, about
	terms   int
	late    int // days after the due date, about
	turns   int // the day from which on it pays later and later
	stops   int // the day from which on it pays nothing
	limited bool
	tight   bool
}

// mix is splitmix64's.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// drawn is a number below n for one purpose.
func drawn(key uint64, purpose, n int) int { return int(mix(key+uint64(purpose)<<48) % uint64(n)) }

func (h *histories) buyer(number int) buyer {
	key := mix(h.seed ^ uint64(number)<<20)
	b := buyer{number: uint64(number), key: key, turns: never, stops: never, terms: []int{14, 30, 30, 30, 45, 60}[drawn(key, 1, 6)]}
	deals := float64(h.events-masterEvents) / dealEvents
	pace := 0.7 + float64(drawn(key, 2, 61))/100 // so that some order twice as often as others
	if drawn(key, 3, 5) == 0 {
		b.joined = drawn(key, 4, h.days/2)
		pace *= float64(h.days) / float64(h.days-b.joined) // he has as much to tell as the others
	}
	b.every = float64(h.days) / deals / pace
	b.deals = int(float64(h.days)/b.every) + 1
	b.size = int64(20_000 * (1 + drawn(key, 5, 10)) * (1 + drawn(key, 6, 10)))
	b.late = drawn(key, 7, 7) - 5
	if drawn(key, 8, 20) == 0 {
		b.late = 8 + drawn(key, 9, 12) // and always was
	}
	b.limited = drawn(key, 10, 25) > 0
	b.tight = drawn(key, 11, 25) == 0
	if drawn(key, 12, 100) < 3 {
		b.turns = h.days/3 + drawn(key, 13, h.days/2)
		if drawn(key, 14, 2) == 0 {
			b.stops = b.turns + 30 + drawn(key, 15, 90)
		}
	}
	return b
}

// limit is some deals' worth of credit, or hardly what the buyer uses.
func (b *buyer) limit() int64 {
	open := float64(b.terms+10)/b.every + 1
	if b.tight {
		return int64(open * float64(b.size) * 1.1)
	}
	return int64(open*float64(b.size)*2.5)/100_000*100_000 + 100_000
}

func (b *buyer) deal(n int) deal {
	key := mix(b.key ^ uint64(n+1)<<32)
	d := deal{ordered: business(b.joined + 1 + int((float64(n)+float64(drawn(key, 1, 40))/100)*b.every))}
	d.delivered = business(d.ordered + 1 + drawn(key, 2, 5))
	d.due = d.delivered + b.terms
	d.amount = b.size/100*int64(75+drawn(key, 3, 51)) + int64(drawn(key, 4, 100))
	late := b.late + drawn(key, 5, 5) - 2
	if d.due > b.turns {
		late += 5 + (d.due-b.turns)/6
	}
	if drawn(key, 6, 80) == 0 {
		late += 15 // forgotten
	}
	if d.paid = business(max(d.due+late, d.delivered+1)); d.paid >= b.stops {
		d.paid = never
	}
	if drawn(key, 7, 25) == 0 {
		d.course = inParts + course(drawn(key, 8, int(postponed)))
	}
	return d
}

// moment is an event of a day that is not written yet.
type moment struct {
	buyer uint32
	deal  uint16
	what  what
}

// what is what happens at a moment.
type what uint8

const (
	profiled what = iota
	limitSet
	orderPlaced
	orderDelivered // known at one instant with the invoice
	invoiceIssued
	paymentReceived
	paymentReturned
	restReceived
	disputeOpened
	disputeClosed
	termsRequested
	customerCalled
	promiseMade
)

// tell tells of everything in a buyer's history, day by day for each deal.
func (b *buyer) tell(days int, tell func(day int, m moment)) {
	say := func(day, deal int, w what) {
		if day < days {
			tell(day, moment{uint32(b.number), uint16(deal), w})
		}
	}
	say(b.joined, 0, profiled)
	if b.limited {
		say(b.joined, 0, limitSet)
	}
	for n := range b.deals {
		d := b.deal(n)
		say(d.ordered, n, orderPlaced)
		say(d.delivered, n, orderDelivered)
		say(d.delivered, n, invoiceIssued)
		say(d.paid, n, paymentReceived)
		switch d.course {
		case inParts:
			say(d.rest(), n, restReceived)
		case returned:
			say(d.paid+3, n, paymentReturned)
			say(d.rest(), n, restReceived)
		case disputed:
			say(business(d.delivered+6), n, disputeOpened)
			if d.amount%4 > 0 {
				say(business(d.delivered+20), n, disputeClosed)
			}
		case postponed:
			say(business(d.due-3), n, termsRequested)
		}
		if d.paid > d.due+14 {
			say(business(d.due+12), n, customerCalled)
			say(business(d.due+12), n, promiseMade)
		}
		if d.paid > d.due+45 {
			say(business(d.due+40), n, customerCalled)
		}
	}
}

// rest is the day on which what is left of a deal's amount is paid.
func (d *deal) rest() int { return business(d.paid + 12) }

// business is a day, or the Monday after it.
func business(day int) int {
	if over := day % 7; over > 4 {
		return day + 7 - over
	}
	return day
}

// write writes the histories in day order and returns how many events they have. Those of one day come in no order of
// customers.
func (h *histories) write(tb testing.TB, path string) (events int) {
	tb.Helper()
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	starts := make([]int, h.days+1)
	for n := range h.customers {
		b := h.buyer(n)
		b.tell(h.days, func(day int, _ moment) { starts[day+1]++ })
	}
	for day := range h.days {
		starts[day+1] += starts[day]
	}
	moments, at := make([]moment, starts[h.days]), slices.Clone(starts)
	for n := range h.customers {
		b := h.buyer(n)
		b.tell(h.days, func(day int, m moment) {
			moments[at[day]] = m
			at[day]++
		})
	}
	out := pen{buf: make([]byte, 0, 1<<20+1<<12)}
	for day := range h.days {
		today := moments[starts[day]:starts[day+1]]
		rand.New(rand.NewPCG(h.seed, uint64(day))).Shuffle(len(today), func(i, j int) { today[i], today[j] = today[j], today[i] })
		out.open(day)
		for _, m := range today {
			b := h.buyer(int(m.buyer))
			out.event(&b, m)
			if len(out.buf) >= 1<<20 {
				if _, err := f.Write(out.buf); err != nil {
					tb.Fatal(err)
				}
				out.buf = out.buf[:0]
			}
		}
	}
	if _, err := f.Write(out.buf); err != nil {
		tb.Fatal(err)
	}
	return len(moments)
}
