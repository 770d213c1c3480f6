package consumer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/state"
)

// DayPolicy bounds the open day.
type DayPolicy struct {
	CloseDelay time.Duration // after the day's end, before a broker's "no more" is believed
	MaxHold    time.Duration // how long a partition that can neither be read nor confirm its end holds the day
}

// openFirst opens the earliest day among the first records of all partitions, once each has shown its first record or
// its broker says that it is empty.
func (r *Runner) openFirst(ctx context.Context) (busy bool, err error) {
	ends, err := r.Source.Ends(ctx)
	if err != nil {
		return false, nil // no broker, no day: wait
	}
	if len(ends.Unknown) > 0 {
		return false, nil
	}
	for id, end := range ends.Next {
		p := r.in.partitions[id]
		if p == nil || (len(p.waiting) == 0 && ends.Start[id] < end) {
			return false, nil
		}
	}
	first := r.in.earliest()
	if first == 0 {
		first = r.Now().Date(r.Engine.Ledger.Zone)
	}
	if err := r.Store.OpenStore(ctx, state.Day{Date: first, Config: r.Engine.Config}); err != nil && !errors.Is(err, state.ErrConflict) {
		return false, fmt.Errorf("open the first day: %w", err)
	}
	if err := r.Store.Reconfigure(ctx, r.Engine.Config, r.Engine.Text); err != nil {
		return false, fmt.Errorf("configuration %s: %w", r.Engine.Config, err)
	}
	return true, r.reload(ctx)
}

// closeDay closes the open day if nothing of it can still come, and opens the next.
func (r *Runner) closeDay(ctx context.Context) (busy bool, err error) {
	if !r.mayEnd() {
		return false, nil
	}
	ends, err := r.Source.Ends(ctx)
	if err != nil {
		return false, nil // the brokers cannot be asked: the day stays open
	}
	r.Metrics.ends(r.in, ends)
	r.caughtUp(ctx, ends)
	holding := r.holding(ends)
	if len(holding) > 0 && !r.outwaited(holding) {
		return false, nil
	}
	c := &state.DayClose{From: r.day, Next: r.day.Date + 1}
	for _, p := range r.in.order {
		c.Positions = append(c.Positions, state.Advance{Topic: p.id.Topic, Partition: p.id.Number, Epoch: p.epoch, From: p.next})
	}
	closed := r.day.Date
	switch err := r.Store.CloseDay(ctx, c); {
	case errors.Is(err, state.ErrNotIdle), errors.Is(err, state.ErrDayClosed):
		return true, r.reload(ctx)
	case err != nil:
		return false, fmt.Errorf("close %s: %w", closed, err)
	}
	r.overdue = 0
	if r.Watch != nil {
		r.Watch.Closed(closed)
	}
	return true, r.reload(ctx)
}

// mayEnd saves the brokers a question: a day can only end when its last instant has passed, or when every partition that
// is ours stands before a later day.
func (r *Runner) mayEnd() bool {
	if r.Now() >= r.ended() || r.firstLoad || r.withheld {
		return true
	}
	for _, p := range r.in.order {
		if !p.ahead(r.day.Date) {
			return false
		}
	}
	return len(r.in.order) > 0
}

// ended is the instant from which a broker's answer closes the open day.
func (r *Runner) ended() state.Instant {
	return (r.day.Date + 1).Start(r.Engine.Ledger.Zone) + state.Instant(r.Day.CloseDelay)
}

// holding are the partitions from which something of the open day may still come.
func (r *Runner) holding(ends Ends) []Partition {
	var open []Partition
	for id := range ends.Next {
		p := r.in.partitions[id]
		if p == nil || (!p.ahead(r.day.Date) && !noMore(p, ends, r.ended())) {
			open = append(open, id)
		}
	}
	for _, id := range ends.Unknown {
		if p := r.in.partitions[id]; p == nil || !p.ahead(r.day.Date) {
			open = append(open, id)
		}
	}
	return open
}

// outwaited tells that what holds the day has held it for too long, and records that the day goes on without it. A
// partition that still delivers is never left behind.
func (r *Runner) outwaited(holding []Partition) bool {
	now := r.Now()
	if now < r.ended() || r.Day.MaxHold == 0 {
		return false
	}
	if r.overdue == 0 {
		r.overdue = now
	}
	if now-r.overdue < state.Instant(r.Day.MaxHold) {
		return false
	}
	for _, id := range holding {
		r.Log.Warn("the day goes on without a partition that cannot confirm its end", "day", r.day.Date.String(), "topic", id.Topic, "partition", id.Number)
		r.Metrics.stale(id.Topic)
	}
	return true
}

// caughtUp lets withheld messages go once every partition has been read to its end: after the first load of a store, and
// after an outage that made alerts older than people should be woken for.
func (r *Runner) caughtUp(ctx context.Context, ends Ends) {
	if !r.firstLoad && !r.withheld {
		return
	}
	for id, end := range ends.Next {
		if p := r.in.partitions[id]; p == nil || max(p.next, ends.Start[id]) < end {
			return
		}
	}
	if len(ends.Unknown) > 0 {
		return
	}
	r.firstLoad = false
	if r.Hold.All || !r.withheld {
		return
	}
	cases, err := r.Store.Release(ctx, r.Now())
	if err != nil {
		r.Log.Error("withheld messages stay withheld", "error", err)
		return
	}
	r.withheld = false
	r.Log.Info("caught up with the brokers: withheld messages go out", "cases", cases)
}
