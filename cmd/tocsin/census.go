package main

import (
	"context"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// What of a task may be overdue.
const (
	toAcknowledge = "acknowledge"
	toDecide      = "decide"
	toReview      = "review"
)

// Tasks are counted this often, and not more than a hundredth of the time.
const (
	censusEvery = 30 * time.Second
	censusRest  = 100
)

// census is how many review tasks there are that are not closed.
type census struct {
	tasks   map[string]int // by state
	overdue map[string]int // by what is
}

// censusOf counts the newest rows of tasks that are not closed at an instant. What is closed is most of what there is, and none of it is read.
func censusOf(ctx context.Context, store state.Pages, now state.Instant) (*census, error) {
	c := &census{map[string]int{}, map[string]int{}}
	for row, err := range state.AllTasks(ctx, store, state.TaskQuery{}) {
		if err != nil {
			return nil, err
		}
		t, err := alerts.ParseTaskRecord(row.Body)
		if err != nil {
			return nil, err
		}
		c.tasks[t.State]++
		switch {
		case t.SnoozedUntil != 0:
		case t.State == alerts.TaskOpen && t.Acknowledge != 0 && t.Acknowledge < now:
			c.overdue[toAcknowledge]++
		case t.Due == 0 || t.Due >= now:
		case t.State == alerts.TaskDecided:
			c.overdue[toReview]++
		default:
			c.overdue[toDecide]++
		}
	}
	return c, nil
}

// count counts tasks again and again while this instance is the one that does.
func (s *service) count(ctx context.Context, m meters) error {
	for ctx.Err() == nil {
		rest := censusEvery
		var c *census
		if m.counts.Load() {
			started := time.Now()
			var err error
			c, err = censusOf(ctx, s.store, s.now())
			if err != nil && ctx.Err() == nil {
				s.log.Warn("review tasks are not counted for metrics", "error", err)
			}
			rest = max(rest, censusRest*time.Since(started))
		} else {
			rest = time.Second
		}
		m.counted(c)
		if err := sleep(ctx, rest); err != nil {
			return ended(ctx, err)
		}
	}
	return nil
}
