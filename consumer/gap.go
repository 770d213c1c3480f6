package consumer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tocsin/state"
)

// gapLook is how often the store is asked whether somebody has accepted a gap that a partition of ours stands before.
const gapLook = 2 * time.Second

// gap stops a partition at records that are gone. The store is told before anything else is done.
func (r *Runner) gap(gap Gap) {
	r.Log.Warn("records are gone before they were read; the partition waits until somebody accepts that: tocsin gap ls",
		"topic", gap.Topic, "partition", gap.Number, "from", gap.From, "to", gap.To, "reason", gap.Reason)
	r.Metrics.gap(gap)
	if p := r.in.partitions[gap.Partition]; p != nil {
		p.gap = true
		r.unkept = append(r.unkept, gap)
	}
}

// gaps tells the store of gaps that were met, and looks now and then whether somebody has accepted one.
func (r *Runner) gaps(ctx context.Context) error {
	if err := r.keepGaps(ctx); err != nil || time.Since(r.gapsAsked) < gapLook {
		return err
	}
	_, err := r.passGaps(ctx)
	return err
}

func (r *Runner) keepGaps(ctx context.Context) error {
	for ; len(r.unkept) > 0; r.unkept = r.unkept[1:] {
		g := &r.unkept[0]
		err := r.Store.KeepGap(ctx, state.Gap{
			Topic: g.Topic, Partition: g.Number, Stands: g.Stands, From: g.From, To: g.To, Foreign: g.Foreign, Reason: g.Reason, Since: r.Now(),
		})
		if errors.Is(err, state.ErrUnknown) {
			err = fmt.Errorf("%w: %w", state.ErrUnavailable, err) // doing it twice does no harm
		}
		if err != nil {
			return fmt.Errorf("keep a gap: %w", err)
		}
	}
	return nil
}

// passGaps goes on with partitions of ours whose gap somebody has accepted, and tells whether there are any. An acceptance has moved
// the position in the store and left the epoch; and since it takes a position that stands before the gap, all that was read before it
// is applied.
func (r *Runner) passGaps(ctx context.Context) (passed bool, err error) {
	waits := func(p *partition) bool { return p.gap && !p.accepted }
	if !slices.ContainsFunc(r.in.order, waits) {
		return false, nil
	}
	r.gapsAsked = time.Now()
	all, err := r.Store.Gaps(ctx)
	if err != nil {
		return false, fmt.Errorf("gaps: %w", err)
	}
	open := make(map[Partition]bool)
	for i := range all {
		if g := &all[i]; g.Open() {
			open[Partition{g.Topic, g.Partition}] = true
		}
	}
	positions, err := r.Store.AllPositions(ctx) // behind the gaps: what is accepted by then has moved
	if err != nil {
		return false, fmt.Errorf("positions: %w", err)
	}
	for _, pos := range positions {
		id := Partition{pos.Topic, pos.Partition}
		if p := r.in.partitions[id]; p != nil && waits(p) && !open[id] && pos.Epoch == p.epoch {
			r.restart(p, pos.Next)
			passed = true
		}
	}
	return passed, nil
}

// restart goes on with a partition behind its gap.
func (r *Runner) restart(p *partition, next int64) {
	p.waiting, p.bytes, p.next = nil, 0, next
	if !r.Source.Restart(p.id, next) {
		p.accepted = true
		r.Log.Warn("a gap was accepted that this process cannot pass: start it anew", "topic", p.id.Topic, "partition", p.id.Number, "next", next)
		return
	}
	p.gap, p.paused = false, false
	r.Log.Info("a gap was accepted; the partition goes on", "topic", p.id.Topic, "partition", p.id.Number, "next", next)
}
