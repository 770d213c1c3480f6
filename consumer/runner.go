package consumer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tocsin/consumer/contract"
	"tocsin/state"
)

// Runner consumes a source into a store, one open business day after the other. Its fields are set before Run and not
// changed after.
type Runner struct {
	Source  Source
	Store   state.Store
	Engine  *Engine
	Engines func(ctx context.Context, version string) (*Engine, error) // of earlier configurations
	Decoder *contract.Decoder
	Now     func() state.Instant // the store's clock
	Hold    Hold
	Day     DayPolicy
	Workers int
	Metrics *Metrics
	Watch   Watcher    // told of what landed; may be nil
	Ready   func(bool) // told whether there are an open day and partitions to work on; may be nil
	Publish func()     // called when a commit has left rows to be published; must not block; may be nil
	Log     *slog.Logger

	lane      *lane
	in        *intake
	inquiry   inquiry
	day       state.Day
	found     bool                        // the store has an open day
	firstLoad bool                        // not every partition has been read to its end yet since the store was made
	withheld  bool                        // the store holds messages back that go out when everything is caught up
	limit     int                         // records in the next batch
	refused   int                         // commits in a row that were refused, or whose answer was lost
	silent    map[Partition]state.Instant // since when those that hold the open day have said nothing
	// Whom the last alarms have changed nothing of. Such a step appends nothing, so its commit does not prove that its record
	// was current: who is due again has been stepped by somebody else, and the record in memory would be stepped for ever.
	vain    map[state.CustomerID]bool
	missing []string // configured topics that do not exist, as people were last told
}

// Watcher is told, after each commit and close, what now stands. It must not block.
type Watcher interface {
	Stepped(day state.Day, rec *state.Record, effects *Effects)
	Closed(day state.Date)
}

// Bounds of a batch. It grows while there is a backlog and commits are quick, so that a lone event commits in
// milliseconds and a backlog in bulk.
const (
	smallestBatch = 64
	largestBatch  = 4096
	slowCommit    = 250 * time.Millisecond
	idle          = 50 * time.Millisecond // between looks at the clock and the store when nothing arrives
	futureSkew    = 5 * time.Minute       // a record stamped further ahead than this gets the store's clock
)

// firstStamp is the earliest timestamp that is believed. What has none stands at 0 or before it, and seconds that were
// written where milliseconds belong end up in January 1970: neither may open a store in 1970, and as known_at it would
// refuse every event as one of the future. Such a record gets the store's clock, too.
var firstStamp = state.InstantOf(time.Date(1971, 1, 1, 0, 0, 0, 0, time.UTC))

// cachedRecords bounds the records in memory.
const cachedRecords = 200_000

// Run consumes until ctx ends, then finishes the batch in hand and returns nil. It returns an error when it cannot go
// on: the store is broken, or another process has taken a partition over.
func (r *Runner) Run(ctx context.Context) error {
	err := r.start(ctx)
	for err == nil && ctx.Err() == nil {
		var busy bool
		if busy, err = r.pass(ctx); err == nil {
			err = r.poll(ctx, busy)
		}
	}
	if err == nil || ctx.Err() != nil {
		r.drain(ctx, err)
		return nil
	}
	return err
}

// start reads the open day, makes this configuration the one in force and counts the portfolio.
//
// A store that is not at least at yesterday is behind: be it that a first load was interrupted or that nobody was there for
// days, messages wait until everything is caught up.
func (r *Runner) start(ctx context.Context) error {
	r.lane = &lane{engine: r.Engine, engines: r.Engines, store: r.Store, workers: r.Workers, cache: make(map[state.CustomerID]*kept), limit: cachedRecords}
	r.in = newIntake()
	r.inquiry = inquiry{source: r.Source}
	r.limit = smallestBatch
	if err := r.reload(ctx); err != nil {
		return err
	}
	r.firstLoad = !r.found || r.day.Date+1 < r.Now().Date(r.Engine.Ledger.Zone)
	if r.firstLoad {
		r.Log.Info("messages are withheld until every partition has been read to its end")
	}
	_, held, err := r.Store.OwedCount(ctx)
	if err != nil {
		return fmt.Errorf("withheld messages: %w", err)
	}
	r.withheld = held > 0
	return r.Metrics.start(ctx, r)
}

// reload reads the open day from the store and makes our configuration the one in force. Where it is already, that only
// keeps its text: the process may have died between opening the store and keeping it.
func (r *Runner) reload(ctx context.Context) error {
	day, found, err := r.Store.Day(ctx)
	if err != nil {
		return fmt.Errorf("open day: %w", err)
	}
	if found && (!r.found || day.Config != r.Engine.Config) {
		if err := r.Store.Reconfigure(ctx, r.Engine.Config, r.Engine.Text); err != nil {
			return fmt.Errorf("configuration %s: %w", r.Engine.Config, err)
		}
		day.Config = r.Engine.Config
	}
	r.day, r.found = day, found
	r.Metrics.opened(day.Date)
	r.ready()
	return nil
}

// ready tells whether there is something to work on.
func (r *Runner) ready() {
	if r.Ready != nil {
		r.Ready(r.found && len(r.in.order) > 0)
	}
}

// pass does one piece of work: a batch of records, a batch of alarms, or a look at whether the day can close. It tells
// whether there may be more to do at once.
func (r *Runner) pass(ctx context.Context) (busy bool, err error) {
	if !r.found {
		return r.openFirst(ctx)
	}
	if b := r.in.take(r.day.Date, r.limit); len(b.arrivals) > 0 {
		return true, r.records(ctx, b)
	}
	if busy, err = r.alarms(ctx); busy || err != nil {
		return busy, err
	}
	return r.closeDay(ctx)
}

// records commits one batch and lets the next grow or shrink with how long it took.
func (r *Runner) records(ctx context.Context, b batch) error {
	started := time.Now()
	err := r.commitBatch(ctx, b)
	if errors.Is(err, state.ErrDayClosed) {
		return r.reload(ctx)
	}
	if time.Since(started) > slowCommit {
		r.limit = max(smallestBatch, r.limit/2)
	} else {
		r.limit = min(largestBatch, r.limit*2)
	}
	return err
}

// again tells whether a commit that was refused, or whose answer was lost, is worth another try, and waits a little before
// it: nil is yes. The end of ctx ends the tries, for what is not committed stays at the broker.
func (r *Runner) again(ctx context.Context, cause error) error {
	r.refused++
	if r.refused > retries {
		return fmt.Errorf("given up after %d tries: %w", retries, cause)
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(min(time.Millisecond<<(r.refused-1), longestPause)):
		return nil
	}
}

// committed takes note of a batch that has landed.
func (r *Runner) committed(b batch, work []*group) {
	r.in.settle(b)
	r.lane.keep(work)
	for i := range b.arrivals {
		r.Metrics.arrived(&b.arrivals[i])
	}
	r.stepped(b, work)
	for _, p := range r.in.order {
		if p.paused && p.low() && !p.gap {
			p.paused = false
			r.Source.Resume([]Partition{p.id})
		}
	}
	r.Source.Mirror(context.Background(), r.in.positions())
}

// step steps the customers of work, of the open day.
func (r *Runner) step(ctx context.Context, work []*group) error {
	started := time.Now()
	err := r.lane.step(ctx, r.day, work)
	r.Metrics.stepTook(time.Since(started))
	return err
}

// stepped tells metrics and the watcher of committed steps.
func (r *Runner) stepped(b batch, work []*group) {
	r.refused = 0
	for _, g := range work {
		r.withheld = r.withheld || (g.effects.Case != nil && r.holds(g.knownAt))
		r.Metrics.stepped(r, b, g)
		if r.Watch != nil {
			r.Watch.Stepped(r.day, g.kept.record, &g.effects)
		}
	}
}

// alarmBatch is the number of due dates stepped in one commit.
const alarmBatch = 1024

// alarms steps the customers whose due date has come.
func (r *Runner) alarms(ctx context.Context) (busy bool, err error) {
	due, err := r.Store.DueAlarms(ctx, r.day.Date, alarmBatch)
	if err != nil || len(due) == 0 {
		return false, err
	}
	gs := make(groups)
	for _, a := range due {
		if r.vain[a.Customer] {
			delete(r.lane.cache, a.Customer)
		}
		g := gs.of(a.Customer)
		g.alarms = append(g.alarms, a)
		g.knownAt = r.day.Date.Start(r.Engine.Ledger.Zone)
	}
	work := gs.sorted()
	if err := r.step(ctx, work); err != nil {
		return true, err
	}
	switch err := r.commit(context.WithoutCancel(ctx), r.rows().gather(work)); {
	case errors.Is(err, state.ErrConflict):
		return true, r.again(ctx, err) // somebody decided something meanwhile: the alarm is still due
	case errors.Is(err, state.ErrUnknown):
		r.withheld = true              // it may have owed messages that we do not know of
		return true, r.again(ctx, err) // what landed is ticked off, the rest is still due
	case errors.Is(err, state.ErrDayClosed):
		return true, r.reload(ctx)
	case err != nil:
		return true, fmt.Errorf("commit the alarms of %s: %w", r.day.Date, err)
	}
	r.vain = unchanged(work)
	r.lane.keep(work)
	r.stepped(batch{}, work)
	return true, nil
}

// unchanged are the customers whose steps have appended nothing.
func unchanged(work []*group) map[state.CustomerID]bool {
	ids := make(map[state.CustomerID]bool)
	for _, g := range work {
		if !g.effects.Changed {
			ids[g.customer] = true
		}
	}
	return ids
}

// poll waits for records, or not at all while there is other work, and sorts them into their partitions.
func (r *Runner) poll(ctx context.Context, busy bool) error {
	wait := idle
	if busy {
		wait = time.Millisecond
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	polled, err := r.Source.Poll(ctx, largestBatch)
	if err != nil {
		return fmt.Errorf("poll: %w", err)
	}
	for _, id := range polled.Revoked {
		r.in.revoke(id)
		r.Metrics.revoked(id)
	}
	for _, pos := range polled.Assigned {
		r.in.assign(pos)
	}
	if len(polled.Revoked)+len(polled.Assigned) > 0 {
		r.ready()
	}
	for _, gap := range polled.Gaps {
		r.gap(gap)
	}
	for i := range polled.Records {
		r.arrive(&polled.Records[i])
	}
	if len(polled.Records) > 0 {
		r.Metrics.understood(r.Decoder.Counts())
	}
	for _, p := range r.in.order {
		if !p.paused && p.high() {
			p.paused = true
			r.Source.Pause([]Partition{p.id})
		}
	}
	return nil
}

func (r *Runner) gap(gap Gap) {
	r.Log.Warn("records are gone before they were read; the partition waits", "topic", gap.Topic, "partition", gap.Number, "from", gap.From, "to", gap.To, "reason", gap.Reason)
	r.Metrics.gap(gap)
	if p := r.in.partitions[gap.Partition]; p != nil {
		p.gap = true
	}
}

// arrive decodes a record into its partition's queue.
func (r *Runner) arrive(rec *Record) {
	p := r.in.partitions[rec.Partition]
	if p == nil {
		return // revoked meanwhile: its new owner reads it
	}
	knownAt := r.knownAt(rec)
	a := arrival{record: *rec, day: knownAt.Date(r.Engine.Ledger.Zone)}
	if !rec.Control {
		var ev state.Event
		if a.reject = r.Decoder.Decode(rec.Value, knownAt, &ev); a.reject == nil && ev.Kind != state.KindHeartbeat {
			a.event = &ev
		}
	}
	p.add(a)
	delete(r.silent, p.id)
}

// knownAt is when a record became known: its timestamp, or the store's clock where that cannot be.
func (r *Runner) knownAt(rec *Record) state.Instant {
	now := r.Now()
	switch {
	case rec.Timestamp > now+state.Instant(futureSkew):
		r.Metrics.skewed(rec.Topic, "ahead")
	case rec.Timestamp < firstStamp:
		r.Metrics.skewed(rec.Topic, "none")
	default:
		return rec.Timestamp
	}
	return now
}

// drain is the end of a run: what is not committed stays at the broker. An error is of work that the end has cut short, and
// the next start meets it again if there is more to it.
func (r *Runner) drain(ctx context.Context, err error) {
	if err != nil && !errors.Is(err, context.Cause(ctx)) {
		r.Log.Warn("stopped before a commit; the next start does it again", "error", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	r.Source.Mirror(ctx, r.in.positions())
}
