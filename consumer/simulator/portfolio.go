package simulator

import (
	"fmt"
	"slices"
	"time"

	"tocsin/state"
)

// Config is what a portfolio depends on.
type Config struct {
	Seed      uint64
	First     state.Date     // first day with events; a history before it is invented and told as opening balances
	Customers int            // at the start; newcomers join later
	Zone      *time.Location // of the ledger: the instants of a day lie inside it
}

// Portfolio is a set of customers and what happens to them day by day. It is not safe for concurrent use.
type Portfolio struct {
	config    Config
	currency  state.Currency
	customers []*customer
	plot      plot
	labels    []Label
	days      [][]state.Event // by day since First
	evenings  [][]evening     // of the customers of the start, by day since First
	today     state.Date      // the last day that was lived
	numbers   numbers
}

// numbers are the running document numbers of the seller.
type numbers struct{ order, invoice, payment, customer int }

// warmUp is how many days are lived before the first day, so that the portfolio opens with a grown book.
const warmUp = 150

// New is a portfolio of cfg.Customers customers, all open for business.
func New(cfg Config) *Portfolio {
	euro, _ := state.ParseCurrency("EUR")
	p := &Portfolio{
		config:   cfg,
		currency: euro,
		today:    cfg.First - warmUp - 1,
		numbers:  numbers{order: 84210, invoice: 18420, payment: 52070, customer: 1040},
	}
	for i := range cfg.Customers {
		p.customers = append(p.customers, p.newCustomer(temperOf(i)))
	}
	p.plot = newPlot(cfg.Seed, cfg.First, p.customers)
	return p
}

// Day is what becomes known on a day, in order of its instants. Days before the first have no events.
func (p *Portfolio) Day(d state.Date) []state.Event {
	p.liveUntil(d)
	if d < p.config.First {
		return nil
	}
	return slices.Clone(p.days[d-p.config.First])
}

// Scheduled is what of a day's events becomes known after one instant and up to another.
func (p *Portfolio) Scheduled(after, upTo state.Instant) []state.Event {
	var events []state.Event
	for d := after.Date(p.config.Zone); d <= upTo.Date(p.config.Zone); d++ {
		for _, e := range p.Day(d) {
			if e.KnownAt > after && e.KnownAt <= upTo {
				events = append(events, e)
			}
		}
	}
	return events
}

// Labels tells what was planted so far, in the order of planting.
func (p *Portfolio) Labels() []Label { return slices.Clone(p.labels) }

// Names are the customers' names by id, as they stand after the last day asked for.
func (p *Portfolio) Names() map[state.CustomerID]string {
	names := make(map[state.CustomerID]string, len(p.customers))
	for _, c := range p.customers {
		names[c.id] = c.name
	}
	return names
}

// liveUntil lives the days that nobody has asked for yet.
func (p *Portfolio) liveUntil(d state.Date) {
	for p.today < d {
		p.today++
		var events []state.Event
		if p.today == p.config.First {
			events = p.opening()
		}
		events = append(events, p.live(p.today)...)
		if p.today >= p.config.First {
			p.days = append(p.days, events)
			p.evenings = append(p.evenings, p.evening())
		}
	}
}

// live lives one day of everybody: first what the plot has in store, then business as usual.
func (p *Portfolio) live(d state.Date) []state.Event {
	w := &writer{portfolio: p, day: d}
	for _, a := range p.plot.on(d, p) {
		a.play(w)
	}
	for _, c := range p.customers {
		c.live(w)
	}
	return w.sorted()
}

// opening tells the book as it stands before the first day: who the customers are, their limits, and what is open.
func (p *Portfolio) opening() []state.Event {
	w := &writer{portfolio: p, day: p.config.First, opening: true}
	for _, c := range p.customers {
		if c.joined >= p.config.First {
			continue // tells of itself on the day it joins
		}
		c.introduce(w)
		for _, o := range c.orders {
			if o.date < p.config.First {
				w.order(c, o)
			}
		}
		for _, i := range c.invoices {
			if i.issued < p.config.First {
				w.invoice(c, i)
			}
		}
	}
	return w.sorted()
}

// newCustomer invents a customer. Its own random numbers depend on the seed and its number alone, so that no customer's
// life depends on how many others there are.
func (p *Portfolio) newCustomer(t temper) *customer {
	p.numbers.customer += 2 + p.numbers.customer%3
	n := p.numbers.customer
	c := &customer{
		id:     state.CustomerID(fmt.Sprintf("C-%d", n)),
		temper: t,
		random: newRandom(p.config.Seed, uint64(n)),
		joined: p.today + 1,
	}
	c.invent(len(p.customers))
	return c
}
