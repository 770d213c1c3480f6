package consumer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tocsin/consumer/contract"
	"tocsin/state"
)

// retries bounds how often in a row a commit is computed anew because somebody else was first or its answer was lost: each time
// for fewer records, so that of instances who step the same customers the smaller batch soon is first. More means that something
// is wrong. The pause between two tries doubles up to the longest.
const (
	retries      = 20
	longestPause = 500 * time.Millisecond
)

// errNotLanded: the answer of a commit was lost, and it is not in the store.
var errNotLanded = errors.New("commit did not land")

// commitBatch steps and commits one batch of records. On return without error it has landed and the records are kept.
//
// Its crash story: everything before store.Commit is memory. If the process dies before or inside it, the positions are
// where they were and the broker gives the same records again. If it dies after it, the positions have moved with the
// journal rows, alerts, tasks and messages, and nothing is given twice. If the answer is lost, [Runner.resolve] reads the
// positions to tell which of both it was.
//
// The end of ctx ends the tries, but none amid one as long as the store answers.
func (r *Runner) commitBatch(ctx context.Context, b batch) error {
	hand, done := inHand(ctx)
	defer done()
	for {
		err := r.tracedBatch(hand, b)
		if errors.Is(err, errPanicked) {
			b.ahead = nil
			continue // without those who are suspect now
		}
		if !errors.Is(err, state.ErrConflict) && !errors.Is(err, state.ErrStale) && !errors.Is(err, errNotLanded) {
			return r.parked(b, err)
		}
		if err := r.again(ctx, err); err != nil {
			return fmt.Errorf("commit of %d records: %w", len(b.arrivals), err)
		}
		b.ahead = nil
		if r.refused > 1 {
			r.limit = max(1, min(r.limit, len(b.arrivals))/2)
			b = r.in.take(r.day.Date, r.limit)
		}
		if err := r.readRates(ctx); err != nil {
			return err
		}
	}
}

// handWithin is how long a drain waits for the store to take the batch in hand. A commit that has begun is waited for somewhat longer: what
// became of it is worth knowing.
const handWithin = 6 * time.Second

// inHand is a context for a batch, which is finished after ctx has ended, too, but not waited for as long as a store that does not
// answer would have it.
func inHand(ctx context.Context) (context.Context, context.CancelFunc) {
	hand, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(handWithin):
			cancel()
		case <-hand.Done():
		}
	})
	return hand, func() {
		stop()
		cancel()
	}
}

func (r *Runner) tracedBatch(ctx context.Context, b batch) error {
	ctx, end := r.trace(ctx, "batch", "records", len(b.arrivals), "day", r.day.Date.String())
	err := r.tryBatch(ctx, b)
	end(err)
	return err
}

func (r *Runner) tryBatch(ctx context.Context, b batch) error {
	all, work, routed, err := r.computed(ctx, b)
	if err != nil {
		return err
	}
	c := all[0]
	rows, scores := c.Identifiers, c.Scores // for c is the store's while it is written
	if errs := r.commit(ctx, all, func() {
		r.tellLanded()
		r.prepareRecords(ctx, b, work, rows)
	}); errs[0] != nil {
		return errs[0]
	}
	r.rates = r.rates.With(c.Rates)
	r.in.settle(b)
	return r.lands(ctx, landed{b, work, routed.room, routed.heard, scores})
}

// computed are the commits of a batch, with the steps that they are made of and what routing has led to. Nothing is written.
func (r *Runner) computed(ctx context.Context, b batch) (all []*state.Commit, work []*group, to routed, err error) {
	if b.complete() {
		r.Metrics.stepTook(b.ahead.took)
		return b.ahead.commits, b.ahead.work, b.ahead.routed, nil
	}
	if work, to, err = r.steps(ctx, b); err == nil {
		all, err = r.gather(b, work, to)
	}
	return all, work, to, err
}

// gather are the commits of a batch whose steps have been taken: one of records, of alarms one for each of their parts.
func (r *Runner) gather(b batch, work []*group, routed routed) ([]*state.Commit, error) {
	if err := r.keepRecords(b, work); err != nil {
		return nil, err
	}
	if len(b.due) > 0 {
		return r.gatherAlarms(work, routed), nil
	}
	c := r.rows().gather(work)
	c.Identifiers = united(routed.touched, work)
	c.Messages = append(c.Messages, r.canaries(work)...)
	c.Positions = b.advances
	c.Rates = rateRows(&routed.rates)
	c.DeadLetters = r.deadLetters(b, work, routed.heard)
	c.Scores = r.scores(b, work, routed.heard)
	return []*state.Commit{c}, nil
}

// steps are those of a batch, all of them or what was not taken ahead.
func (r *Runner) steps(ctx context.Context, b batch) (work []*group, to routed, err error) {
	if b.ahead != nil {
		work, err = r.finish(ctx, b.ahead)
		if !errors.Is(err, errTogether) {
			return work, b.ahead.routed, err
		}
	}
	if work, to, err = r.route(ctx, b); err != nil {
		return nil, to, err
	}
	work, err = r.step(ctx, work)
	return work, to, err
}

// commit writes commits of different customers side by side, and tells what became of each; when the outcome of one with positions is
// unknown, those tell. Beside is done while the store is at it, and reads nothing that they write; nil: nothing is.
func (r *Runner) commit(ctx context.Context, all []*state.Commit, beside func()) (errs []error) {
	first, owed := all[0], len(r.lane.cache.owed) // what beside adds is the next commit's
	first.Snapshots = append(first.Snapshots, r.lane.cache.owed...)
	landed := make([]func() error, len(all))
	for i, c := range all {
		landed[i] = r.aside(func() error { return r.write(ctx, c) })
	}
	if beside != nil {
		beside()
	}
	errs = make([]error, len(all))
	for i, c := range all {
		err := landed[i]()
		if err != nil {
			r.prepared = batch{}
		}
		if lost(err) {
			r.lane.cache.clear()
		}
		if errors.Is(err, state.ErrUnknown) && len(c.Positions) > 0 {
			err = r.resolve(ctx, c, err)
		}
		if err == nil && c == first {
			r.lane.cache.settled(owed)
		}
		if err == nil && r.Publish != nil && len(c.Alerts)+len(c.Tasks)+len(c.DeadLetters) > 0 {
			r.Publish()
		}
		errs[i] = err
	}
	return errs
}

// lost tells of an error that records in memory may not be what the store has: one that lost an answer may have lost more, and where
// days move we are not alone.
func lost(err error) bool {
	return errors.Is(err, state.ErrUnknown) || errors.Is(err, state.ErrDayClosed)
}

func (r *Runner) write(ctx context.Context, c *state.Commit) (err error) {
	ctx, end := r.trace(ctx, "commit", "entries", len(c.Entries))
	for part := range transactions(c) {
		started := time.Now()
		err = r.Store.Commit(ctx, part)
		r.Metrics.commit(time.Since(started), err)
		if err != nil {
			break
		}
	}
	end(err)
	return err
}

// resolve resolves an unknown outcome: at the target under our epoch the commit is in; where it was, it is not and may be
// tried again; anything else means that the partition is no longer ours.
func (r *Runner) resolve(ctx context.Context, c *state.Commit, cause error) error {
	all, err := r.Store.AllPositions(ctx)
	if err != nil {
		return fmt.Errorf("%w; and the positions cannot be read: %w", cause, err)
	}
	stands := make(map[Partition]state.Position, len(all))
	for _, p := range all {
		stands[Partition{p.Topic, p.Partition}] = p
	}
	in, out := 0, 0
	for _, a := range c.Positions {
		switch p := stands[Partition{a.Topic, a.Partition}]; {
		case p.Epoch != a.Epoch:
		case p.Next == a.To:
			in++
		case p.Next == a.From:
			out++
		}
	}
	switch len(c.Positions) {
	case in:
		return nil
	case out:
		return fmt.Errorf("%w: %w", errNotLanded, cause)
	}
	return fmt.Errorf("%w: %w", state.ErrFenced, cause)
}

// routed is what routing a batch leads to besides its groups.
type routed struct {
	room    *room            // where the groups lie
	touched []state.Identity // rows of identifiers to be written back
	rates   state.RateIntake
	heard   []heard
}

// heard is what became of a registry event as such, or of an exchange rate.
type heard struct {
	at      int // its arrival
	outcome state.Outcome
}

// route decodes nothing and decides nothing: it finds the customers of a batch's events, or of its alarms.
func (r *Runner) route(ctx context.Context, b batch) (work []*group, to routed, err error) {
	to.room = r.enter()
	if len(b.due) > 0 {
		return r.alarmed(b.due, to.room), to, nil
	}
	routing, err := r.identities(ctx, b)
	if err != nil {
		return nil, to, err
	}
	to.rates.Rates = r.rates
	puts := r.putsOff(b)
	for i := range b.arrivals {
		if b.arrivals[i].event == nil {
			continue
		}
		ev := r.lane.forgotten.event(b.arrivals[i].event)
		if ev == nil {
			continue // nothing is left of it
		}
		if ev.Kind == state.KindRate {
			to.heard = append(to.heard, heard{i, to.rates.Take(r.day.Date, ev)})
			continue
		}
		routing.name(ev)
		own := true // the event itself comes first; what it brings along has no arrival of its own
		outcome := routing.Route(ev, func(id state.CustomerID, given state.Event) {
			at := -1
			if own && ev.Kind != state.KindRegistry {
				at, own = i, false
			}
			to.room.of(id).add(given, at)
		})
		if ev.Kind == state.KindRegistry {
			to.heard = append(to.heard, heard{i, outcome})
		}
	}
	to.touched = routing.touched()
	work = to.room.groups.sorted()
	for _, g := range work {
		g.unjudged = puts
	}
	return work, to, nil
}

func (r *Runner) identities(ctx context.Context, b batch) (Routing, error) {
	return loadRouting(ctx, r.Store, r.identifiers(b), UnmatchedSince(r.day.Date, r.Engine.Ledger.Zone))
}

// identifiers are those whose rows a batch touches.
func (r *Runner) identifiers(b batch) (keys []state.Identifier) {
	for i := range b.arrivals {
		if b.arrivals[i].event == nil {
			continue
		}
		if ev := r.lane.forgotten.event(b.arrivals[i].event); ev != nil {
			keys = append(keys, rowsOf(ev)...)
		}
	}
	return keys
}

// deadLetters are the refused records of a batch: those that do not satisfy the contract, and those that lost against
// another content of the same revision.
func (r *Runner) deadLetters(b batch, work []*group, shared []heard) []state.DeadLetter {
	var dead []state.DeadLetter
	for i := range b.arrivals {
		if a := &b.arrivals[i]; a.reject != nil {
			dead = append(dead, deadLetter(&a.record, a.reject))
		}
	}
	for _, g := range work {
		for i, outcome := range g.effects.Outcomes {
			if outcome == state.ConflictLost && g.arrivals[i] >= 0 {
				dead = append(dead, deadLetter(&b.arrivals[g.arrivals[i]].record, Conflicted(&g.events[i])))
			}
		}
	}
	for _, h := range shared {
		if h.outcome == state.ConflictLost {
			dead = append(dead, deadLetter(&b.arrivals[h.at].record, Conflicted(b.arrivals[h.at].event)))
		}
	}
	known := r.knownErased(work)
	for i := range dead {
		dead[i] = known.letter(dead[i])
	}
	return dead
}

// knownErased is who is erased, with those whom a batch itself erases.
func (r *Runner) knownErased(work []*group) *forgotten {
	known := &r.lane.forgotten
	for _, g := range work {
		if g.erasure != nil {
			known = known.with(g.erasure.gone)
		}
	}
	return known
}

func deadLetter(rec *Record, reject *contract.Reject) state.DeadLetter {
	return state.DeadLetter{
		Topic: rec.Topic, Partition: rec.Number, Offset: rec.Offset, Timestamp: rec.Timestamp,
		Key: rec.Key, Value: rec.Value, Headers: rec.Headers, Code: string(reject.Code), Detail: strings.TrimSpace(reject.Pointer + " " + reject.Message),
	}
}

// Conflicted is why an event that lost against another content of its revision is refused.
func Conflicted(ev *state.Event) *contract.Reject {
	return &contract.Reject{Code: contract.RevisionConflict, Pointer: "/data/revision", Message: fmt.Sprintf(
		"another content of revision %d is known and goes before it (later time, then greater id, source, data); new content takes a higher revision", ev.Revision)}
}
