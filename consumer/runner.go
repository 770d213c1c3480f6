package consumer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"tocsin/alerts"
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
	Clears  map[string]state.Inputs // what news of a topic may clear (contract.Topic.Inputs); of one that is not there everything
	Backlog int                     // records of the open day that wait behind a batch from which on its verdicts are put off; 0: they never are
	Sources map[string]string       // names of sources, in metrics (see Metrics) and of those that are scored
	Workers int
	Cache   int // bytes of customers' records that are kept in memory between commits, as they are estimated; 0: none are. Half as many may wait to be applied
	Metrics *Metrics
	Watch   Watcher                                      // told of what landed; may be nil
	Holding func(day state.Date, of []alerts.HeldSource) // told what holds the open day when it is looked whether it can close; may be nil
	Ready   func(error)                                  // told what keeps events from being taken, nil for nothing: one of the errors below; may be nil
	Trace   Tracer                                       // told of batches, their steps and commits; may be nil
	Canary  bool                                         // what is committed of the canary owes a message, since an outbox delivers; see [Canary]
	Publish func()                                       // called when a commit has left rows to be published; must not block; may be nil
	By      string                                       // who runs this process, for the audit; empty: a change of the configuration is not told there
	Rejoins bool                                         // this process has put its configuration in force before, and does not do so again
	Log     *slog.Logger

	outage     outage
	lane       *lane
	rates      *state.Rates // all that the store has; those in force are the day's
	ratesSince state.Date   // the open day when they were read last: what it adds is read again
	in         *intake
	decoders   []*contract.Decoder // one for each worker
	prepared   batch               // the next one, whose steps are taken ahead; without ahead: there is none
	landed     landed              // and not told yet; empty: nothing
	rooms      []*room             // that nobody is in
	part       int                 // customers in a part of alarms, at least; 0: as many as people have it
	aside      aside
	inquiry    inquiry
	day        state.Day
	found      bool                  // the store has an open day
	firstLoad  bool                  // not every partition has been read to its end yet since the store was made
	withheld   bool                  // the store holds messages back that go out when everything is caught up
	withheldAt state.Instant         // when it was given the last of them
	unseen     []state.CustomerID    // whom the survey has not come to yet
	why        string                // they are withheld, see alerts.WhyFirstLoad; empty: because of their age
	judged     state.Instant         // when no alarm was due last
	rang       bool                  // the last piece of work was alarms that had been due for long
	backlog    bool                  // the batch that was computed last is amid one
	brought    int                   // records that the last poll has
	limit      int                   // records in the next batch
	rings      int                   // alarms in a batch
	refused    int                   // commits in a row that were refused, or whose answer was lost
	silent     map[Partition]silence // of those that hold the open day
	closable   time.Time             // since when it could be closed by us, who leave that to another instance
	left       time.Time             // since when alarms have been due that we leave to other instances
	othersRead int64                 // the sum of their positions, as last looked at
	behind     []Partition           // those, as last looked at: a close leaves them behind
	unkept     []Gap                 // met, and not told to the store yet
	gapsAsked  time.Time             // when the store was asked last whether one is accepted
	missing    []string              // configured topics that do not exist, as people were last told
}

// Watcher is told at the start of each customer as it stands, and after each commit and close of what now stands. It must
// not block.
type Watcher interface {
	Stepped(day state.Day, rec *state.Record, effects *Effects)
	Closed(day state.Date)
	// Erased: whoever gone tells of has no name any more. What was seen of them is to be forgotten.
	Erased(gone func(state.CustomerID) bool)
}

// Bounds of a batch. It grows while there is a backlog and commits are quick, so that a lone event commits in
// milliseconds and a backlog in bulk; but not beyond what the memory for customers allows, for it may have to load all of its own.
const (
	smallestBatch = 64
	largestBatch  = 65536
	ofCustomer    = 32 << 10 // bytes of the cache for each record of a batch
	slowCommit    = time.Second
	idle          = 50 * time.Millisecond // between looks at the clock and the store when nothing arrives
)

// surveyed is how many customers are loaded at once where all of them are.
const surveyed = 1000

// Run consumes until ctx ends, then finishes the batch in hand and returns nil. It returns an error when it cannot go on: the
// store is broken; another process has taken a partition over ([state.ErrFenced]): leave the group and run anew; or another
// configuration is in force ([ErrSuperseded]). A Runner runs once.
func (r *Runner) Run(ctx context.Context) error {
	err := r.start(ctx)
	defer r.end()
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
	r.lane = &lane{engine: r.Engine, engines: r.Engines, store: r.Store, workers: r.Workers, cache: newCache(r.Cache, r.Metrics.cache)}
	r.in = newIntake(r.Cache/2, r.decode)
	if r.aside == nil {
		r.aside = besides
	}
	r.inquiry = inquiry{source: r.Source}
	r.Metrics.topics(r.Clears)
	r.Metrics.publishers(r.Sources)
	r.Metrics.evaluations.of.Store(r.Engine.Judge)
	r.limit, r.rings, r.judged = smallestBatch, alarmBatch, r.Now()
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
	switch {
	case !r.found:
		r.why = alerts.WhyFirstLoad
	case r.firstLoad:
		r.why = alerts.WhyBehind
	case r.withheld:
		r.why = alerts.WhyHold
	}
	r.withheld = true // that is not all: what is withheld of a case may lie behind a message that is owed, and is not counted
	if r.unseen, err = r.Store.Customers(ctx); err != nil {
		return fmt.Errorf("customers: %w", err)
	}
	return r.survey(ctx)
}

// survey loads some of the customers that the store had at the start, so that metrics and the watcher know the whole portfolio in
// the end, and keeps as many of them as the cache takes. A portfolio that is large is not waited for.
func (r *Runner) survey(ctx context.Context) error {
	r.tellLanded()
	ids := r.unseen[:min(surveyed, len(r.unseen))]
	missing := slices.DeleteFunc(slices.Clone(ids), func(id state.CustomerID) bool { return r.lane.cache.get(id) != nil })
	loaded, err := r.lane.load(ctx, r.day, missing)
	if err != nil {
		return err
	}
	for _, id := range missing {
		k := loaded[id]
		r.Metrics.count(id, r.Engine.share(k.record, r.day.Date))
		if r.Watch != nil && k.record.Seq > 0 { // or it was erased meanwhile
			r.Watch.Stepped(r.day, k.record, &Effects{})
		}
		r.lane.cache.offer(id, k)
	}
	r.unseen = r.unseen[len(ids):]
	return nil
}

// ErrSuperseded: an instance that was started later has put another configuration in force. Whoever has the earlier one stands
// aside, or the two would have every customer judged anew in turns.
var ErrSuperseded = errors.New("another configuration was put in force")

// reload reads the open day from the store and, the first time, makes our configuration the one in force. Where it is already,
// that only keeps its text: the process may have died between opening the store and keeping it.
func (r *Runner) reload(ctx context.Context) error {
	r.tellLanded()
	day, found, err := r.Store.Day(ctx)
	if err != nil {
		return fmt.Errorf("open day: %w", err)
	}
	if r.found && day.Server != r.day.Server {
		if err := r.compare(ctx); err != nil {
			return err
		}
	}
	if found && (r.found || r.Rejoins) && day.Config != r.Engine.Config {
		return fmt.Errorf("%w: %s is in force, this process has %s", ErrSuperseded, day.Config, r.Engine.Config)
	}
	if found && !r.found {
		err := r.Store.Reconfigure(ctx, r.Engine.Config, r.Engine.Text, r.configured()...)
		if errors.Is(err, state.ErrUnknown) {
			err = fmt.Errorf("%w: %w", state.ErrUnavailable, err) // doing it twice does no harm
		}
		if err != nil {
			return fmt.Errorf("configuration %s: %w", r.Engine.Config, err)
		}
		day.Config = r.Engine.Config
	}
	if err := r.readRates(ctx); err != nil {
		return err
	}
	if day.Affiliates, err = readAffiliates(ctx, r.Store); err != nil {
		return err
	}
	if found && (!r.found || day.Erased != r.day.Erased) {
		if err := r.erasedBeside(ctx); err != nil {
			return err
		}
	}
	if found && (!r.found || day.Quarantined != r.day.Quarantined || day.Erased != r.day.Erased) {
		if err := r.readQuarantined(ctx); err != nil {
			return err
		}
	}
	r.lane.suspects, r.prepared = nil, batch{}
	r.closable = time.Time{}
	r.tellStale(day)
	r.day, r.found, r.ratesSince = day, found, day.Date
	r.day.Rates, r.day.Names = r.rates, r.lane.forgotten.names
	r.Metrics.opened(day.Date, (day.Date + 1).Start(r.Engine.Ledger.Zone))
	r.ready()
	return nil
}

// Tracer is told that something begins, with keys and their values, and then by end that it has ended, with its error. What is begun with
// the returned context is a part of it.
type Tracer = func(ctx context.Context, name string, attributes ...any) (within context.Context, end func(error))

func (r *Runner) trace(ctx context.Context, name string, attributes ...any) (context.Context, func(error)) {
	if r.Trace == nil {
		return ctx, func(error) {}
	}
	return r.Trace(ctx, name, attributes...)
}

// What keeps a [Runner] from taking events.
var (
	ErrNoStore      = errors.New("the store does not answer")
	ErrNoFirstDay   = errors.New("the store is new: its first day opens when the first records of all partitions are seen, or the brokers say that there are none")
	ErrNoPartitions = errors.New("no partition is this instance's")
)

// ready tells what keeps events from being taken.
func (r *Runner) ready() {
	if r.Ready == nil {
		return
	}
	switch {
	case r.outage.lasts:
		r.Ready(ErrNoStore)
	case !r.found:
		r.Ready(ErrNoFirstDay)
	case len(r.in.order) == 0:
		r.Ready(ErrNoPartitions)
	default:
		r.Ready(nil)
	}
}

// work does one piece of work: a batch of records, a batch of alarms, or a look at whether the day can close. It tells
// whether there may be more to do at once.
func (r *Runner) work(ctx context.Context) (busy bool, err error) {
	if !r.found {
		return r.openFirst(ctx)
	}
	if busy, err := r.lateAlarms(ctx); busy || err != nil {
		return busy, err
	}
	switch b := r.upcoming(); {
	case len(b.due) > 0:
		return true, r.ring(ctx, b)
	case len(b.arrivals) > 0:
		return true, r.records(ctx, b)
	}
	busy, waits, err := r.alarms(ctx)
	if busy || err != nil {
		return busy, err
	}
	return r.closeDay(ctx, waits)
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
		r.limit = min(r.largest(), r.limit*2)
	}
	return err
}

// largest is how many records a batch may have.
func (r *Runner) largest() int { return min(max(alarmBatch, r.Cache/ofCustomer), largestBatch) }

// again tells whether a commit that was refused, or whose answer was lost, is worth another try, and waits a little before
// it: nil is yes. The end of ctx ends the tries, for what is not committed stays at the broker.
func (r *Runner) again(ctx context.Context, cause error) error {
	r.refused++
	if r.refused > retries {
		return fmt.Errorf("given up after %d tries: %w", retries, cause)
	}
	if r.refused == 1 {
		return nil // whoever was first has most likely done what he came for
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(min(time.Millisecond<<(r.refused-2), longestPause)):
		return nil
	}
}

// step steps the customers of work, of the open day.
func (r *Runner) step(ctx context.Context, work []*group) ([]*group, error) {
	started := time.Now()
	ctx, end := r.trace(ctx, "step", "customers", len(work))
	work, err := r.lane.step(ctx, r.day, work)
	end(err)
	r.Metrics.stepTook(time.Since(started))
	return work, err
}

// end takes back what is shown of partitions that are ours no longer.
func (r *Runner) end() {
	r.tellLanded()
	for _, p := range r.in.order {
		r.Metrics.revoked(p.id)
	}
	r.in = newIntake(r.Cache/2, r.decode)
	r.ready()
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
