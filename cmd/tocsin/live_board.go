package main

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/detectors"
	"tocsin/state"
)

// board is what the live view knows: who owes what, which alerts are open, and what changed last. It is told of commits
// by the runner's lanes and read by whoever draws; both only take its lock for as long as that lasts.
type board struct {
	ledger *state.Ledger

	mu        sync.Mutex
	dirty     bool // something changed since it was last drawn
	phase     string
	first     state.Date // first day seen
	day       state.Date
	customers map[state.CustomerID]*account
	open      map[string]alerts.Transition // by alert id: the last transition of each open alert
	newest    []alerts.Transition          // oldest first, at most mostNewest
	highest   map[string]reached           // by alert id, of all alerts seen
	seen      uint64                       // changes so far, to tell whether anything happened

	wording func(set, signal string) string // of a custom sign, which alert records do not hold
}

// mostNewest bounds the list of changes: more than any screen shows.
const mostNewest = 200

// account is a customer as the board shows it.
type account struct {
	name     string
	currency state.Currency // zero: no amount is known, because an earlier run saw it last
	exposure int64
	overdue  int64
}

// reached is how far an alert got, and since when it stands.
type reached struct {
	signal string
	level  detectors.Level
	raised state.Date
}

func newBoard(ledger *state.Ledger) *board {
	return &board{
		ledger: ledger, customers: map[state.CustomerID]*account{}, open: map[string]alerts.Transition{},
		highest: map[string]reached{}, wording: func(set, signal string) string { return "" },
	}
}

// Stepped takes note of a committed step.
func (b *board) Stepped(day state.Day, rec *state.Record, effects *consumer.Effects) {
	v := rec.Customer.View(b.ledger, day.Date)
	a := account{currency: v.Currency(), exposure: v.Exposure().Gross, overdue: v.Ageing().Overdue}
	if p := v.Profile(); p != nil {
		a.name = p.Name
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dirty = true
	b.turn(day.Date)
	b.customers[rec.Customer.ID] = &a
	if !consumer.Listed(rec, day.Date) {
		delete(b.customers, rec.Customer.ID)
	}
	for i := range effects.Transitions {
		b.take(effects.Transitions[i])
	}
}

// Erased forgets whoever has no name any more; their alerts were cleared under another one.
func (b *board) Erased(gone func(state.CustomerID) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dirty = true
	theirs := func(t alerts.Transition) bool { return gone(t.Customer) }
	maps.DeleteFunc(b.customers, func(id state.CustomerID, _ *account) bool { return gone(id) })
	maps.DeleteFunc(b.open, func(_ string, t alerts.Transition) bool { return theirs(t) })
	b.newest = slices.DeleteFunc(b.newest, theirs)
}

// Closed takes note of a day's end.
func (b *board) Closed(day state.Date) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dirty = true
	b.turn(day + 1)
}

// setPhase says what the demo is doing, in a few words.
func (b *board) setPhase(phase string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dirty = true
	b.phase = phase
}

// turn moves the open day on.
func (b *board) turn(day state.Date) {
	if b.first == 0 {
		b.first = day
	}
	b.day = max(b.day, day)
}

// take applies a transition. Those of other rule sets than the live one are nobody's business here.
func (b *board) take(t alerts.Transition) {
	if t.RuleSet != alerts.Live {
		return
	}
	b.seen++
	b.newest = append(b.newest, t)
	if len(b.newest) > 2*mostNewest {
		b.newest = slices.Clone(b.newest[len(b.newest)-mostNewest:])
	}
	h, known := b.highest[t.AlertID]
	if !known {
		h = reached{signal: t.Signal, raised: t.At}
	}
	h.level = max(h.level, t.To)
	b.highest[t.AlertID] = h
	if t.To == detectors.None {
		delete(b.open, t.AlertID)
		return
	}
	b.open[t.AlertID] = t
}

// openCase is a customer with its open alerts, worst first.
type openCase struct {
	customer state.CustomerID
	since    state.Date // the worst alert was raised
	alerts   []alerts.Transition
}

func (c *openCase) level() detectors.Level { return c.alerts[0].To }

// atRisk is the largest sum at risk of the case's alerts.
func (c *openCase) atRisk() state.Money {
	var most state.Money
	for _, a := range c.alerts {
		if a.MoneyAtRisk.Minor > most.Minor || most.Currency == 0 {
			most = a.MoneyAtRisk
		}
	}
	return most
}

// cases are the customers with an open alert at a level or above, worst first: by level, by money at risk, by id.
func (b *board) cases(least detectors.Level) []openCase {
	byCustomer := map[state.CustomerID]*openCase{}
	for _, t := range b.open {
		c := byCustomer[t.Customer]
		if c == nil {
			c = &openCase{customer: t.Customer}
			byCustomer[t.Customer] = c
		}
		c.alerts = append(c.alerts, t)
	}
	var list []openCase
	for _, c := range byCustomer {
		slices.SortFunc(c.alerts, func(x, y alerts.Transition) int {
			return cmp.Or(cmp.Compare(y.To, x.To), cmp.Compare(y.MoneyAtRisk.Minor, x.MoneyAtRisk.Minor), cmp.Compare(x.Signal, y.Signal))
		})
		c.since = b.highest[c.alerts[0].AlertID].raised
		if c.level() >= least {
			list = append(list, *c)
		}
	}
	slices.SortFunc(list, func(x, y openCase) int {
		return cmp.Or(cmp.Compare(y.level(), x.level()), cmp.Compare(y.atRisk().Minor, x.atRisk().Minor), cmp.Compare(x.customer, y.customer))
	})
	return list
}

// who is a customer's name with its id, or the id alone.
func (b *board) who(id state.CustomerID) string {
	if a := b.customers[id]; a != nil && a.name != "" {
		return a.name + " (" + string(id) + ")"
	}
	return string(id)
}

// openByLevel counts the open alerts.
func (b *board) openByLevel() (counts [detectors.Critical + 1]int) {
	for _, t := range b.open {
		counts[t.To]++
	}
	return counts
}

// totals are exposure and overdue by currency, and of how many customers they are known.
func (b *board) totals() (exposure, overdue []state.Money, known int) {
	exposures, overdues := map[state.Currency]int64{}, map[state.Currency]int64{}
	for _, a := range b.customers {
		if a.currency != 0 {
			known++
			exposures[a.currency] += a.exposure
			overdues[a.currency] += a.overdue
		}
	}
	for _, currency := range sortedKeys(exposures) {
		exposure = append(exposure, state.Money{Minor: exposures[currency], Currency: currency})
		overdue = append(overdue, state.Money{Minor: overdues[currency], Currency: currency})
	}
	return exposure, overdue, known
}
