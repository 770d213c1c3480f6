package consumer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/state"
)

// outage is a time in which the store does not answer. Records are polled on as far as they may wait; nothing is stepped.
type outage struct {
	lasts bool
	next  time.Time // not asked before, by the wall's clock
}

// pass does one piece of work, or waits for a store that does not answer.
//
// A commit whose answer was lost with the connection is resolved by [Runner.resume]: what it moved stands in the store.
func (r *Runner) pass(ctx context.Context) (busy bool, err error) {
	if r.outage.lasts {
		if time.Now().Before(r.outage.next) {
			return false, nil
		}
		err = r.resume(ctx)
	}
	if err == nil {
		err = r.gaps(ctx)
	}
	if err == nil {
		busy, err = r.work(ctx)
	}
	if err == nil && len(r.unseen) > 0 {
		busy, err = true, r.survey(ctx)
	}
	if errors.Is(err, state.ErrUnavailable) {
		r.lost(err)
		return false, nil
	}
	return busy, err
}

// lost begins or prolongs an outage. Whatever is in memory may be of commits that the database will not know of when it comes
// back.
func (r *Runner) lost(cause error) {
	r.tellLanded()
	if !r.outage.lasts {
		r.Log.Warn("the store does not answer; waiting for it", "error", cause)
	}
	r.outage = outage{lasts: true, next: time.Now().Add(longestPause)}
	r.lane.cache.clear()
	r.ready()
}

// resume goes on from what the store says.
func (r *Runner) resume(ctx context.Context) error {
	if err := r.compare(ctx); err != nil {
		return err
	}
	if err := r.reload(ctx); err != nil {
		return err
	}
	r.outage = outage{}
	r.withheld, r.withheldAt = true, r.Now() // a commit that landed unseen may have owed messages that are
	if r.Publish != nil {
		r.Publish()
	}
	r.Log.Info("the store answers again")
	r.ready()
	return nil
}

// compare brings everything in memory to where the store stands: it may be ahead of it by a commit whose answer was lost, and
// behind it by commits that a failed-over database has lost. The latter cannot be made good here, for what was polled is not
// polled again.
func (r *Runner) compare(ctx context.Context) error {
	r.lane.cache.clear()
	r.rates, r.ratesSince = nil, 0
	if err := r.keepGaps(ctx); err != nil {
		return err
	}
	if _, err := r.passGaps(ctx); err != nil { // or what an acceptance has moved back would look lost
		return err
	}
	positions, err := r.Store.AllPositions(ctx)
	if err != nil {
		return fmt.Errorf("positions: %w", err)
	}
	for _, pos := range positions {
		p := r.in.partitions[Partition{pos.Topic, pos.Partition}]
		if p != nil {
			p.told = stand{} // a front may be lost though no position is
		}
		switch {
		case p == nil || p.epoch != pos.Epoch: // somebody else's, who has told the broker or will be told by the next commit
		case pos.Next < p.next:
			return fmt.Errorf("the store has lost commits: %s/%d stands at %d and stood at %d: %w", pos.Topic, pos.Partition, pos.Next, p.next, state.ErrFenced)
		case pos.Next > p.next:
			r.in.settle(batch{advances: []state.Advance{{Topic: pos.Topic, Partition: pos.Partition, From: p.next, To: pos.Next}}})
		}
	}
	return nil
}
