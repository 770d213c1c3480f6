package consumer

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"

	"tocsin/alerts"
	"tocsin/state"
	"tocsin/state/storetest"
)

// late is what the looks for tasks that are due soon or late have done on a way. They are at other instants on each, and some ways have
// none: whom they tell changes nothing else.
type late struct {
	now     state.Instant // of the look
	looking bool
	done    int  // escalations that the looks say they have done, at least
	blind   bool // a process has died behind something that it has done
}

// lookNow looks for late tasks, now and then: by one process or by two at once, by one that dies once it has told somebody, and by another
// one after it. What it leaves is nothing that is to be told by then.
func (p *played) lookNow() {
	if !p.way.looks || p.late.looking || p.random.IntN(2) > 0 {
		return
	}
	open := p.open()
	if open == 0 {
		return
	}
	p.late.looking = true
	defer func() { p.late.looking = false }()
	morning := open.Start(time.UTC) + state.Instant(9*time.Hour)
	evening := morning + state.Instant(8*time.Hour)
	p.late.now = max(p.late.now, morning)
	if next := p.due(evening); len(next) > 0 && p.random.IntN(2) == 0 {
		p.late.now = max(p.late.now, next[0].Look) // just in time
	} else {
		p.late.now = min(p.late.now+state.Instant(p.random.IntN(4*3600))*state.Instant(time.Second), evening)
	}
	if due := p.due(p.late.now); len(due) == 0 {
		return
	}
	for range 1 + p.random.IntN(2) {
		p.glance(p.random.IntN(4))
	}
	for tries := 0; ; tries++ {
		p.glance(calm)
		due := p.due(p.late.now)
		if len(due) == 0 {
			return
		}
		if tries == 3 {
			p.t.Fatalf("%s: after %d looks there is still somebody to tell: %+v", p.late.now, tries, due)
		}
	}
}

// due are the clocks that somebody is to look at by an instant, first come first.
func (p *played) due(by state.Instant) []state.Clock {
	due, err := p.store.DueClocks(context.Background(), by, 99)
	if err != nil {
		p.t.Fatal(err)
	}
	return due
}

// Ways to look, besides alone and in peace.
const (
	calm  = iota
	twice // another one looks between what a decision was computed from and its commit
	dies  // the process dies behind a commit
	amid  // an instance works between what a decision was computed from and its commit
)

// glance is one look by a new process.
func (p *played) glance(how int) {
	var store state.Store = &clerkStore{p.store, p, how}
	if how != calm && p.way.faults {
		store = &storetest.Unsure{Store: store, Random: p.random}
	}
	e := &Escalator{
		Desk: &Desk{Store: store, Engines: p.engines, Now: func() state.Instant { return p.late.now }, Via: state.ViaProcess},
		By:   "tocsin", Remind: true, Many: 1, Log: slog.New(slog.DiscardHandler),
		To: func(_ string, level uint8) []string { return []string{[]string{"", "boss", "head"}[level]} },
	}
	done, err := e.Once(context.Background())
	if err != nil && !errors.Is(err, errDied) {
		p.t.Fatalf("look for late tasks: %v", err)
	}
	p.late.done += done
	p.late.blind = p.late.blind || err != nil
}

// clerkStore is the store of who looks for late tasks.
type clerkStore struct {
	state.Store
	played *played
	how    int
}

func (s *clerkStore) Commit(ctx context.Context, c *state.Commit) error {
	how := s.how
	s.how = calm
	switch how {
	case twice:
		s.played.glance(calm)
	case amid:
		s.played.meanwhile(nil)
	}
	s.played.moved = true
	err := s.Store.Commit(ctx, c)
	if how == dies && err == nil {
		return errDied
	}
	return err
}

// heard is how far people have heard of a task.
type heardOf struct {
	level    uint8
	reminded bool
}

// checkLate checks that people were told once of each time at which they were to be: by one row of the journal, with one of the audit.
func (p *played) checkLate() {
	p.t.Helper()
	audit, escalations := p.audited(), 0
	ids, err := p.store.Customers(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	erased, err := p.store.Erased(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	for _, id := range ids {
		if slices.Contains(erased, id) {
			continue // nothing of it names him any more
		}
		rows, err := p.store.Rows(context.Background(), id)
		if err != nil {
			p.t.Fatal(err)
		}
		tasks := map[string]*heardOf{}
		for i := range rows {
			applied, err := state.DecodeApplied(rows[i].Applied)
			if err != nil {
				p.t.Fatal(err)
			}
			if len(applied.Decision) == 0 {
				continue
			}
			d, err := alerts.DecodeDecision(applied.Decision)
			if err != nil {
				p.t.Fatal(err)
			}
			if tasks[d.TaskID] == nil {
				tasks[d.TaskID] = &heardOf{}
			}
			if again := tasks[d.TaskID].hears(&d); again {
				p.t.Errorf("task %s: %s %s at %s, and people had heard of it before", d.TaskID, d.Action, d.Code, d.At)
			}
			if d.Action == alerts.Escalate {
				escalations++
			}
			if d.Action == alerts.Escalate || d.Action == alerts.Remind {
				audit[deedOf(d.TaskID, d.Action.String(), d.Code)]--
			}
		}
	}
	for deed, n := range audit {
		if n != 0 {
			p.t.Errorf("%s: %d times more in the audit than in the journal", deed, n)
		}
	}
	if l := &p.late; !l.blind && l.done < escalations {
		p.t.Errorf("the looks have done %d escalations, the journal has %d", l.done, escalations)
	}
}

// hears takes a decision in. It tells whether people had heard of the same before.
func (h *heardOf) hears(d *alerts.Decision) (again bool) {
	switch d.Action {
	case alerts.Escalate:
		level := uint8(1)
		if d.Code == alerts.ToHeadOfCredit {
			level = 2
		}
		again, h.level = level <= h.level, level
	case alerts.Remind:
		again, h.reminded = h.reminded, true
	case alerts.Acknowledge:
		h.level = 0
	case alerts.Decide, alerts.Close, alerts.Snooze:
		*h = heardOf{}
	}
	return again
}

func deedOf(task, deed, code string) string { return task + " " + deed + " " + code }

// audited counts the reminders and escalations of customers who are not erased.
func (p *played) audited() map[string]int {
	rows, err := p.store.Audit(context.Background(), 0, 1<<20)
	if err != nil {
		p.t.Fatal(err)
	}
	deeds := map[string]int{}
	for i := range rows {
		var body AuditBody
		row := &rows[i]
		if row.Erased() || row.Deed != alerts.Escalate.String() && row.Deed != alerts.Remind.String() {
			continue
		}
		if err := json.Unmarshal(row.Body, &body); err != nil || body.Saw.Task == nil {
			p.t.Fatalf("the audit of %s: %s, %v", row.Request, row.Body, err)
		}
		deeds[deedOf(body.Saw.Task.ID, row.Deed, body.Why.Decision)]++
	}
	return deeds
}
