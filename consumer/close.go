package consumer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// DayPolicy bounds the open day.
type DayPolicy struct {
	CloseDelay time.Duration // after the day's end, before a broker's "no more" is believed
	MaxHold    time.Duration // how long a partition that can neither be read nor confirm its end holds the day
}

// openFirst opens the earliest day among the first records of all partitions, once each has shown its first record or
// its broker says that it is empty. Where none of the topics is there yet, no day opens: whoever makes them may be about to load a past.
// What has come after the answer may have come to an empty partition, too, so no later day opens than the answer's.
func (r *Runner) openFirst(ctx context.Context) (busy bool, err error) {
	ends, known := r.inquiry.ends(ctx, 0)
	if !known {
		return false, nil
	}
	r.noticed(ends)
	if moved, err := r.beside(ctx); moved || err != nil {
		return moved, err
	}
	if len(ends.Next)+len(ends.Unknown) == 0 || r.untold(ends) {
		return false, nil
	}
	stands, err := r.stands(ctx, ends)
	if err != nil {
		return false, err
	}
	first := ends.At.Date(r.Engine.Ledger.Zone)
	for id, end := range ends.Next {
		at := stands[id]
		switch p := r.in.partitions[id]; {
		case at.front != 0:
			first = min(first, at.front)
		case p == nil && max(at.next, ends.Start[id]) < end, p != nil && max(p.read(), ends.Start[id]) < end:
			return false, nil
		}
	}
	err = r.Store.OpenStore(ctx, state.Day{Date: first, Config: r.Engine.Config}, r.configured()...)
	if err != nil && !errors.Is(err, state.ErrConflict) && !errors.Is(err, state.ErrUnknown) { // the store tells which day is open
		return false, fmt.Errorf("open the first day: %w", err)
	}
	return true, r.reload(ctx)
}

// closeDay closes the open day if nothing of it can still come, and opens the next. It waits where others still have alarms of it.
func (r *Runner) closeDay(ctx context.Context, waits bool) (busy bool, err error) {
	if moved, err := r.beside(ctx); moved || err != nil {
		return moved, err
	}
	stands, may, err := r.mayClose(ctx)
	switch {
	case r.Now() < r.ended() || may && !waits:
		r.Metrics.holding("")
	case waits:
		r.Metrics.holding(heldByOthers)
	default:
		r.Metrics.holding(heldByInput)
	}
	if !may || err != nil || waits || r.yields() {
		return false, err
	}
	return true, r.close(ctx, stands)
}

// mayClose asks the brokers, where it is worth it, and tells whether the open day can close, and where partitions stand for that.
// An answer from before the day's end does not close it, and none at all leaves it open. On the way people see the lag, and
// withheld messages go out.
func (r *Runner) mayClose(ctx context.Context) (map[Partition]stand, bool, error) {
	waits := r.firstLoad || (r.withheld && !r.Hold.All)
	if !r.mayEnd() && !waits && r.inquiry.age() < askIdle {
		return nil, false, nil
	}
	var after state.Instant
	if ended := r.ended(); r.Now() >= ended {
		after = ended
	}
	ends, known := r.inquiry.ends(ctx, after)
	if !known {
		return nil, false, nil
	}
	r.noticed(ends)
	stands, err := r.stands(ctx, ends)
	if err != nil {
		return nil, false, err
	}
	r.caughtUp(ctx, ends, stands)
	return stands, r.mayEnd() && r.mayCloseWithout(r.holding(ends, stands), stands), nil
}

// close moves the open day on. Whatever the store answers, it tells afterwards where it is: an answer that is lost, or that
// somebody was first, may mean that the day is closed.
func (r *Runner) close(ctx context.Context, stands map[Partition]stand) error {
	figures, err := r.figures(ctx) // first: a row that comes in behind them has the store refuse the close
	if err != nil {
		return fmt.Errorf("close %s: %w", r.day.Date, err)
	}
	core, err := r.core(ctx)
	if err != nil {
		return fmt.Errorf("close %s: %w", r.day.Date, err)
	}
	turned, err := r.turned(ctx)
	if err != nil {
		return fmt.Errorf("close %s: %w", r.day.Date, err)
	}
	causes, err := r.causes(ctx)
	if err != nil {
		return fmt.Errorf("close %s: %w", r.day.Date, err)
	}
	systemic, told, err := r.systemic(ctx)
	if err != nil {
		return fmt.Errorf("close %s: %w", r.day.Date, err)
	}
	c := &state.DayClose{
		From: r.day, Next: r.day.Date + 1, Core: core, Turned: turned, Causes: causes, Stale: r.without(r.behind), Figures: figures,
		Systemic: systemic, Alerts: told, Passing: []string{alerts.CanaryCase},
	}
	if err := r.alertOfStale(ctx, c); err != nil {
		return fmt.Errorf("close %s: %w", r.day.Date, err)
	}
	for id, at := range stands {
		c.Positions = append(c.Positions, state.Advance{Topic: id.Topic, Partition: id.Number, From: at.next})
	}
	err = r.Store.CloseDay(ctx, c)
	switch {
	case errors.Is(err, state.ErrUnknown):
		err = r.again(ctx, err)
	case errors.Is(err, state.ErrNotIdle), errors.Is(err, state.ErrDayClosed):
		err = nil
	case errors.Is(err, state.ErrFenced):
		if passed, look := r.passGaps(ctx); passed || look != nil || r.shared() { // somebody has accepted a gap, or others go on
			err = look
		}
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", c.From.Date, err)
	}
	if err := r.reload(ctx); err != nil {
		return err
	}
	if r.day.Date > c.From.Date {
		r.leftBehind(c)
		for _, y := range c.Systemic {
			r.Log.Warn("so many customers rose in one rule that the cause is likely our own; what was not sent of it is withheld until tocsin systemic release",
				"day", y.Day, "signal", y.Signal, "customers", y.Risen, "active", y.Active)
		}
		if end := (c.From.Date + 1).Start(r.Engine.Ledger.Zone); !r.firstLoad {
			r.Metrics.closed(time.Duration(r.Now() - end))
		}
		r.closed(ctx, c.From.Date)
	}
	return nil
}

// closed is what follows a close.
func (r *Runner) closed(ctx context.Context, day state.Date) {
	r.refused = 0
	if r.Watch != nil {
		r.Watch.Closed(day)
	}
	if err := r.Store.ForgetUnmatched(ctx, UnmatchedSince(r.day.Date, r.Engine.Ledger.Zone)); err != nil {
		r.Log.Warn("registry events that concern nobody stay in the store until the next close; they are not read", "error", err)
	}
}

// untold tells whether there are partitions whose end no broker tells, besides those behind a gap: they wait for a person,
// and the others do not wait for him.
func (r *Runner) untold(ends Ends) bool {
	return slices.ContainsFunc(ends.Unknown, func(id Partition) bool {
		p := r.in.partitions[id]
		return p == nil || !p.gap
	})
}

// noticed shows what the brokers have answered, and tells people once of topics that are not there.
func (r *Runner) noticed(ends Ends) {
	r.Metrics.ends(r.in, ends)
	if slices.Equal(r.missing, ends.Missing) {
		return
	}
	r.missing = ends.Missing
	if len(r.missing) == 0 {
		r.Log.Info("every configured topic exists")
		return
	}
	r.Log.Warn("topics of the configuration that do not exist: nothing is read of them until they are made", "topics", r.missing)
}

// mayEnd saves the brokers a question: a day can only end when its last instant has passed, or when every partition that
// is ours stands before a later day.
func (r *Runner) mayEnd() bool {
	if r.Now() >= r.ended() {
		return true
	}
	for _, p := range r.in.order {
		if !p.stand().ahead(r.day.Date) {
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
func (r *Runner) holding(ends Ends, stands map[Partition]stand) []Partition {
	var open []Partition
	for id := range ends.Next {
		if at := stands[id]; !at.ahead(r.day.Date) && !noMore(id, at, ends, r.ended()) {
			open = append(open, id)
		}
	}
	for _, id := range ends.Unknown {
		if !stands[id].ahead(r.day.Date) {
			open = append(open, id)
		}
	}
	return open
}

// silence is how long a partition that holds the day has neither delivered nor moved.
type silence struct {
	since state.Instant
	next  int64 // where it stood
}

// mayCloseWithout tells whether the day can close although something of it may still come from partitions: there are
// none, or each of them has neither delivered nor confirmed its end for as long as a day is held, and the day has been over
// for that long. A partition that still delivers is never left behind, and one that has been silent for days holds each of
// them no longer than once, or a past of a year could not be caught up with beside it. That a day went on is recorded.
func (r *Runner) mayCloseWithout(holding []Partition, stands map[Partition]stand) bool {
	now, limit := r.Now(), state.Instant(r.Day.MaxHold)
	silent := make(map[Partition]silence, len(holding))
	last := r.ended() // when the youngest silence began, or the day was over
	for _, id := range holding {
		s, known := r.silent[id]
		if next := stands[id].next; !known || s.next != next {
			s = silence{now, next}
		}
		silent[id] = s
		last = max(last, s.since)
	}
	r.silent, r.behind = silent, holding
	if r.Holding != nil {
		r.Holding(r.day.Date, heldBy(silent))
	}
	if len(holding) == 0 {
		return true
	}
	return limit != 0 && now-last >= limit
}

// heldBy are partitions that hold the day, in any order.
func heldBy(silent map[Partition]silence) []alerts.HeldSource {
	all := make([]alerts.HeldSource, 0, len(silent))
	for id, s := range silent {
		all = append(all, alerts.HeldSource{Topic: id.Topic, Partition: id.Number, Since: s.since})
	}
	return all
}

// caughtUp lets withheld messages go, as one summary if they are many, once every partition has been read to its end: after the first load of a store, and
// after an outage that made alerts older than people should be woken for.
func (r *Runner) caughtUp(ctx context.Context, ends Ends, stands map[Partition]stand) {
	if !r.firstLoad && (!r.withheld || ends.At < r.withheldAt) {
		return // nothing waits, or what does came after the answer
	}
	if r.day.Date+1 < r.Now().Date(r.Engine.Ledger.Zone) {
		return // days of the past are still to be closed: what time alone raises on them is of the same summary
	}
	for id, end := range ends.Next {
		if max(stands[id].next, ends.Start[id]) < end {
			return
		}
	}
	if r.untold(ends) {
		return
	}
	r.firstLoad = false
	if !r.withheld {
		r.why = "" // what is withheld later is so for another reason
	} else if !r.Hold.All {
		r.release(ctx)
	}
}
