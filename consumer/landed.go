package consumer

import (
	"context"
	"slices"

	"tocsin/state"
)

// landed is a batch that is committed: what is left of it to do in memory. Where all of the next one is computed, that is done while the
// store writes it. The intake knows at once of what has landed; whatever but the next commit comes, comes behind it.
type landed struct {
	batch  batch
	work   []*group
	room   *room // where they lie
	heard  []heard
	scores []state.Score
}

// lands is told of what has landed.
func (r *Runner) lands(ctx context.Context, l landed) error {
	r.refused = 0
	for _, p := range r.in.order {
		if p.paused && r.in.low(p) && !p.gap {
			p.paused = false
			r.Source.Resume([]Partition{p.id})
		}
	}
	// Who is erased or quarantined by it has the next batch computed anew.
	turns := slices.ContainsFunc(l.work, func(g *group) bool { return g.erasure != nil || g.fresh })
	if r.prepared.complete() && !turns {
		r.landed = l
		return nil
	}
	r.tell(l)
	if err := r.erased(ctx, l.work); err != nil {
		return err
	}
	err := r.newlyQuarantined(ctx, l.work)
	r.leave(l.room)
	return err
}

// tellLanded tells of what has landed, if that is not done yet.
func (r *Runner) tellLanded() {
	l := r.landed
	r.landed = landed{}
	r.tell(l)
	r.leave(l.room)
}

// tell puts the records of what has landed back, and tells metrics, whoever watches and the brokers of it.
func (r *Runner) tell(l landed) {
	r.lane.keep(l.work)
	r.stepped(l.batch, l.work)
	if len(l.batch.arrivals) == 0 {
		return
	}
	for i := range l.batch.arrivals {
		r.Metrics.arrived(&l.batch.arrivals[i])
	}
	for _, a := range l.batch.advances {
		r.Metrics.moved(a)
	}
	r.Metrics.batched(l.batch)
	r.Metrics.understood(r.decoders)
	r.Source.Mirror(context.Background(), r.in.positions())
	r.Metrics.scored(l.scores)
	for _, h := range l.heard {
		r.Metrics.outcome(l.batch.arrivals[h.at].record.Topic, l.batch.arrivals[h.at].event, h.outcome)
	}
}

// stepped tells metrics and the watcher of committed steps.
func (r *Runner) stepped(b batch, work []*group) {
	for _, g := range work {
		if g.effects.Case != nil && r.holds(g.since()) {
			r.withheld, r.withheldAt = true, r.Now()
		}
		if heir := g.effects.Is.Heir; heir != g.effects.Was.Heir {
			r.tellOutOfSight(heir, g.customer)
		}
		r.Metrics.stepped(b, g, r.Now())
		if g.waits {
			continue
		}
		if r.Watch != nil {
			r.Watch.Stepped(r.day, g.kept.record, &g.effects)
		}
	}
}
