package consumer

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// Hold is the policy by which messages wait.
type Hold struct {
	Settle time.Duration // after the commit, so that what comes back at once makes no noise
	MaxAge time.Duration // what happened longer ago is recorded, and told once everything is caught up
	All    bool          // withhold everything
}

// rows turns the effects of steps into what a commit writes.
type rows struct {
	day    state.Day
	now    state.Instant
	settle state.Instant
	held   func(happened state.Instant) bool // whether messages about what happened then are withheld
}

func (r *Runner) rows() rows {
	return rows{r.day, r.Now(), state.Instant(r.Hold.Settle), r.holds}
}

// holds tells whether messages about what happened then are withheld until everything is caught up. What happened long ago
// is no news, however late it comes in: a past that is imported into a running Tocsin wakes nobody before all of it is read.
func (r *Runner) holds(happened state.Instant) bool {
	return r.Hold.All || r.firstLoad || (r.Hold.MaxAge > 0 && r.Now()-happened > state.Instant(r.Hold.MaxAge))
}

// gather turns effects into rows.
func (w rows) gather(work []*group) *state.Commit {
	c := &state.Commit{Day: w.day, At: w.now, Entries: make([]state.Entry, 0, len(work)), Alarms: make([]state.Alarm, 0, len(work))}
	var bodies rowBlock
	for _, g := range work {
		g.erasure.gather(c)
		c.FirstLimit = c.FirstLimit || g.effects.FirstLimit
		if g.waits {
			w.park(c, g)
		} else {
			g.kept.alarm = w.alarm(c, g)
		}
		if g.effects.Changed {
			w.append(c, g, &bodies)
		}
		for _, due := range g.alarms {
			due.Seq = g.kept.record.Seq // the tick holds only while this is the customer's last row
			c.Ticks = append(c.Ticks, due)
		}
	}
	c.Disputants = disputants(w.day.Date, work)
	c.Proofs = proofs(c, work)
	c.Snapshots = outgrown(work)
	slices.SortStableFunc(c.Entries, func(a, b state.Entry) int { // heirs come behind the others
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Seq, b.Seq))
	})
	c.Clocks = onePerCustomer(c.Clocks)
	slices.SortFunc(c.Affiliates, func(a, b state.AffiliateRow) int { return cmp.Compare(a.Customer, b.Customer) })
	return c
}

// proofs are of those whose steps have appended no row to c.
func proofs(c *state.Commit, work []*group) (all []state.Proof) {
	if !slices.ContainsFunc(work, func(g *group) bool { return !g.effects.Changed }) {
		return nil
	}
	proven := make(map[state.CustomerID]bool, len(c.Entries))
	for i := range c.Entries {
		proven[c.Entries[i].Customer] = true
	}
	for _, g := range work {
		if !proven[g.customer] {
			proven[g.customer] = true
			all = append(all, state.Proof{Customer: g.customer, Seq: g.kept.record.Seq})
		}
	}
	return all
}

// append adds the journal row of a step that changed its record, and what it tells.
func (w rows) append(c *state.Commit, g *group, bodies *rowBlock) {
	rec := g.kept.record
	rec.Seq++
	c.Entries = append(c.Entries, state.Entry{Customer: g.customer, Seq: rec.Seq, Day: w.day.Date, Config: w.day.Config, Applied: g.applied})
	g.kept.grow(&c.Entries[len(c.Entries)-1])
	w.affiliate(c, g)
	w.told(c, g, bodies)
}

// told appends what people and other systems are told of a step.
func (w rows) told(c *state.Commit, g *group, bodies *rowBlock) {
	for i := range g.effects.Transitions {
		t := &g.effects.Transitions[i]
		c.Alerts = append(c.Alerts, state.AlertRow{
			ID: t.AlertID, Seq: t.Seq, Customer: g.customer, RuleSet: t.RuleSet, Signal: t.Signal, Day: t.At, KnownAt: t.KnownAt,
			From: uint8(t.From), To: uint8(t.To), Body: bodies.add(t.AppendJSON),
		})
	}
	for i := range g.effects.Tasks {
		t := &g.effects.Tasks[i]
		c.Tasks = append(c.Tasks, state.TaskRow{ID: t.TaskID, Seq: t.Seq, Customer: g.customer, State: t.State, Body: bodies.add(t.AppendJSON)})
	}
	w.time(c, g)
	for i := range g.effects.Wishes {
		c.Wishes = append(c.Wishes, state.WishRow{Customer: g.customer, Body: bodies.add(g.effects.Wishes[i].AppendJSON)})
	}
	if m := g.effects.Case; m != nil {
		row := messageRow(m, bodies)
		row.DueAt, row.Held = c.At+w.settle, w.held(g.since())
		c.Messages = append(c.Messages, row)
	}
}

// time sets the clock of a task that has changed, or stops it.
func (w rows) time(c *state.Commit, g *group) {
	for i := range g.effects.Tasks {
		t := &g.effects.Tasks[i]
		clock := state.Clock{Customer: g.customer}
		if t.Term.Due != 0 {
			clock = state.Clock{
				Customer: g.customer, Task: t.TaskID, Seq: t.Seq, Owner: t.Owner, Level: t.Escalation.Level, From: t.Term.From, Due: t.Term.Due, Shortest: t.Term.Shortest,
				Remind: t.Remind, Held: g.effects.Case != nil && w.held(g.since()), Known: t.State != alerts.TaskOpen,
			}
		}
		c.Clocks = append(c.Clocks, clock)
	}
}

// onePerCustomer are the last clocks of customers, sorted.
func onePerCustomer(clocks []state.Clock) []state.Clock {
	slices.SortStableFunc(clocks, func(a, b state.Clock) int { return cmp.Compare(a.Customer, b.Customer) })
	kept := clocks[:0]
	for i := range clocks {
		if i+1 == len(clocks) || clocks[i+1].Customer != clocks[i].Customer {
			kept = append(kept, clocks[i])
		}
	}
	return kept
}

// messageRow is a case's message as the outbox keeps it.
func messageRow(m *alerts.CaseMessage, bodies *rowBlock) state.Message {
	return state.Message{ID: fmt.Sprintf("%s/%d", m.CaseID, m.Seq), Case: m.CaseID, Seq: m.Seq, Customer: m.Customer, Body: bodies.add(m.AppendJSON)}
}

// alarm adds the customer's next due date to c where the store does not hold an earlier one, and returns what it then
// holds.
func (w rows) alarm(c *state.Commit, g *group) state.Date {
	pending := g.kept.alarm
	if pending <= w.day.Date && len(g.alarms) > 0 {
		pending = 0 // ticked off by this commit
	}
	next := g.effects.Next
	if next == 0 || (pending > w.day.Date && pending <= next) {
		return pending
	}
	c.Alarms = append(c.Alarms, state.Alarm{Day: next, Customer: g.customer})
	return next
}
