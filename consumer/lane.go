package consumer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"tocsin/state"
)

// lane steps customers and commits them. It is used by one goroutine; stepping spreads over Workers.
type lane struct {
	engine  *Engine
	engines func(ctx context.Context, version string) (*Engine, error) // for journal rows of earlier configurations
	store   state.Store
	workers int
	cache   *cache                            // nil: nothing is kept
	cores   map[state.Date][]state.CustomerID // of earlier days, as far as they were asked for

	stale     map[state.Date][]state.StaleInput // of all days up to staleRead
	staleRead state.Date

	quarantined map[state.CustomerID]bool
	suspects    map[state.CustomerID]*Panicked // by whom the batch in hand cannot be stepped

	forgotten forgotten                             // who is erased; a lane that has not been told erases nobody
	renamed   map[state.CustomerID]state.CustomerID // core customers and those of corporate groups, for a fold under other names

	grouped, regrouped *state.Affiliates // corporate groups under their own names and under those
}

// group is the work of one customer in a batch.
type group struct {
	customer state.CustomerID
	events   []state.Event
	arrivals []int // index of the batch's arrival for each event; -1 for one that another event brought along
	alarms   []state.Alarm
	estates  [][]byte // that others have left to the customer
	decision []byte
	knownAt  state.Instant // when the latest of it was known
	oldest   state.Instant // when the earliest of its events happened in the business; zero: it has none

	kept     *kept
	outcomes []state.Outcome
	effects  Effects
	applied  []byte           // what a step that changed the record has applied, as its journal row has it
	share    share            // in the portfolio, as the step has left it, but where its verdict is put off
	erasure  *erasure         // that the batch makes; its first customer's group has it
	name     state.CustomerID // under which the batch came to the customer, be it that it erases it
	waits    bool             // what is to be applied is parked
	fresh    bool             // and so it is from now on: the batch quarantines the customer
	records  []byte           // of the events that wait: see state.Parked
	panicked *Panicked        // by what
	unjudged bool             // the verdict of its events is put off
	judged   bool             // everything is to be judged anew, as by an alarm

	superseded bool // the batch steps the customer once more: its record is not as this step left it
}

// add gives the group one more event.
func (g *group) add(ev state.Event, arrival int) {
	g.events = append(g.events, ev)
	g.arrivals = append(g.arrivals, arrival)
	if happened := min(ev.Time, ev.KnownAt); g.oldest == 0 || happened < g.oldest {
		g.oldest = happened
	}
	g.knownAt = max(g.knownAt, ev.KnownAt)
}

// since is when what the group is about began.
func (g *group) since() state.Instant { return cmp.Or(g.oldest, g.knownAt) }

// groups collects work by customer.
type groups map[state.CustomerID]*group

func (gs groups) of(id state.CustomerID) *group {
	g := gs[id]
	if g == nil {
		g = &group{customer: id}
		gs[id] = g
	}
	return g
}

// sorted lists the groups by customer, which is the order in which rows are written and so never deadlocks.
func (gs groups) sorted() []*group {
	return slices.SortedFunc(maps.Values(gs), func(a, b *group) int { return cmp.Compare(a.customer, b.customer) })
}

// step takes the customers of work out of the cache, loads those that are missing, and steps each, and then the heirs of
// those whom that concerns; it returns all steps. Until keep, nobody else has them; an error on the way leaves them out of
// the cache, to be loaded again.
func (l *lane) step(ctx context.Context, day state.Day, work []*group) ([]*group, error) {
	anew, err := l.stepAlone(ctx, day, work)
	if err != nil {
		return nil, err
	}
	return l.bequeath(ctx, day, work, anew)
}

// stepAlone does so but for heirs. It returns the records of others that were written anew because somebody is erased.
func (l *lane) stepAlone(ctx context.Context, day state.Day, work []*group) (map[state.CustomerID]*kept, error) {
	if err := l.take(ctx, day, work, nil); err != nil {
		return nil, err
	}
	anew, err := l.erase(ctx, day, work)
	if err != nil {
		return nil, err
	}
	stepErased(work)
	if err := l.run(day, work); err != nil {
		return nil, err
	}
	return anew, nil
}

// take gives each group its record. Those that were written anew because somebody is erased are no others' yet.
func (l *lane) take(ctx context.Context, day state.Day, work []*group, anew map[state.CustomerID]*kept) error {
	var missing []state.CustomerID
	for _, g := range work {
		if g.kept != nil {
			continue
		}
		if g.kept = anew[g.customer]; g.kept == nil {
			g.kept = l.cache.take(g.customer)
		}
		if g.kept == nil {
			missing = append(missing, g.customer)
		}
	}
	loaded, err := l.load(ctx, day, missing)
	if err != nil {
		return err
	}
	for _, g := range work {
		if g.kept == nil {
			g.kept = loaded[g.customer]
		}
	}
	l.part(work)
	return nil
}

// run steps each group's record, but for those who wait. It fails with errPanicked where a step panics.
func (l *lane) run(day state.Day, work []*group) error {
	l.each(work, func(g *group, rows *rowBlock) {
		if g.waits {
			g.wait()
			return
		}
		g.knownAt = max(g.knownAt, g.kept.record.Unjudged)
		g.outcomes = slices.Grow(g.outcomes[:0], len(g.events))[:len(g.events)]
		if g.effects, g.panicked = l.engine.TryStep(g.kept.record, g.step(day), g.outcomes); g.effects.Changed {
			g.applied = rows.add(func(buf []byte) []byte {
				return state.AppendApplied(buf, &state.Applied{KnownAt: g.knownAt, Events: g.events, Estates: g.estates, Decision: g.decision, Unjudged: g.effects.Unjudged})
			})
		}
		if g.panicked == nil {
			if !g.effects.Unjudged {
				g.share = l.engine.share(g.kept.record, day.Date)
			}
			g.kept.measure()
		}
	})
	var err error
	for _, g := range work {
		if !g.waits && g.panicked != nil {
			l.suspect(g.name, g.panicked)
			err = errPanicked
		}
	}
	return err
}

func (g *group) step(day state.Day) Step {
	return Step{Day: day, KnownAt: g.knownAt, Events: g.events, Estates: g.estates, Decision: g.decision, Alarm: len(g.alarms) > 0 || g.judged, Unjudged: g.unjudged}
}

// each runs f over work, spread over the workers; order between customers does not matter. Each worker has a block for rows.
func (l *lane) each(work []*group, f func(*group, *rowBlock)) {
	spread(l.workers, len(work), func(_, from, to int) {
		var rows rowBlock
		for _, g := range work[from:to] {
			f(g, &rows)
		}
	})
}

// spread deals n things to workers, a part for each, and waits for all. Of few things there are fewer parts.
func spread(workers, n int, part func(worker, from, to int)) {
	const fewest = 64
	workers = max(1, min(workers, (n+fewest-1)/fewest))
	var wg sync.WaitGroup
	for w := 1; w < workers; w++ {
		wg.Go(func() { part(w, n*w/workers, n*(w+1)/workers) })
	}
	part(0, 0, n/workers)
	wg.Wait()
}

// keep puts committed records back.
func (l *lane) keep(work []*group) {
	for _, g := range work {
		l.cache.put(g.customer, g.kept)
	}
}

// current are the records of customers as the store has them: a record in memory counts where its customer's last row is the one that
// it is the fold of, for nobody else has stepped him since. They are for looking at, and stay where they are.
func (l *lane) current(
	ctx context.Context, day state.Day, ids []state.CustomerID, last map[state.CustomerID]uint64,
) (map[state.CustomerID]*state.Record, error) {
	records := make(map[state.CustomerID]*state.Record, len(ids))
	var missing []state.CustomerID
	for _, id := range ids {
		if k := l.cache.get(id); k != nil && k.record.Seq == last[id] {
			records[id] = k.record
		} else {
			missing = append(missing, id)
		}
	}
	loaded, err := l.load(ctx, day, missing)
	for id, k := range loaded {
		records[id] = k.record
	}
	return records, err
}

// load folds the histories of customers from the store. Whose journal gives no record has an empty one that is broken.
func (l *lane) load(ctx context.Context, day state.Day, ids []state.CustomerID) (map[state.CustomerID]*kept, error) {
	loaded := make(map[state.CustomerID]*kept, len(ids))
	if len(ids) == 0 {
		return loaded, nil
	}
	histories, err := l.store.Load(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("load %d customers: %w", len(ids), err)
	}
	for _, h := range histories {
		k, err := l.fold(ctx, day, h)
		if broken := unfoldable(err); broken != nil {
			k, err = &kept{record: &state.Record{Customer: state.NewCustomer(h.Customer), Seq: h.Last()}, broken: broken}, nil
		}
		if err != nil {
			return nil, fmt.Errorf("customer %s: %w", h.Customer, err)
		}
		loaded[h.Customer] = k
	}
	for _, id := range ids {
		if loaded[id] == nil {
			loaded[id] = &kept{record: &state.Record{Customer: state.NewCustomer(id)}}
		}
	}
	return loaded, nil
}

// fold is a customer's record: the newest snapshot, and on it every later row through the step that made it.
func (l *lane) fold(ctx context.Context, day state.Day, h state.History) (*kept, error) {
	if err := h.Check(); err != nil {
		return nil, err
	}
	k := &kept{snapshot: h.SnapshotSeq, body: len(h.Snapshot)}
	if h.Snapshot != nil {
		rec, err := state.DecodeSnapshot(h.Snapshot)
		if err != nil {
			return nil, fmt.Errorf("snapshot: %w", err)
		}
		k.record, k.rowDay = rec, rec.Day
	} else {
		k.record = &state.Record{Customer: state.NewCustomer(h.Customer)}
	}
	for i := range h.Rows {
		if _, err := l.replay(ctx, day, k.record, &h.Rows[i]); err != nil {
			return nil, fmt.Errorf("journal row %d: %w", h.Rows[i].Seq, err)
		}
		k.grow(&h.Rows[i])
	}
	k.record.Customer.Equip(&day)
	return k, nil
}

// replay takes the step of a journal row again.
func (l *lane) replay(ctx context.Context, day state.Day, rec *state.Record, row *state.Entry) (Effects, error) {
	applied, err := state.DecodeApplied(row.Applied)
	if err != nil {
		return Effects{}, err
	}
	engine := l.engine
	if engine == nil || row.Config != engine.Config {
		if engine, err = l.engines(ctx, row.Config); err != nil {
			return Effects{}, err
		}
	}
	then := state.Day{
		Date: row.Day, Config: row.Config, FirstLimit: day.FirstLimit, Rates: day.Rates, Names: day.Names, Affiliates: l.affiliatesFor(&day), Causes: day.Causes,
	}
	if then.Core, err = l.core(ctx, engine, row.Day); err != nil {
		return Effects{}, err
	}
	if then.Stale, err = l.staleInputs(ctx, &day, row.Day); err != nil {
		return Effects{}, err
	}
	effects, panicked := engine.TryStep(rec, Step{
		Day: then, KnownAt: applied.KnownAt, Events: applied.Events, Estates: applied.Estates, Decision: applied.Decision,
		Alarm: len(applied.Events) == 0 && len(applied.Estates) == 0 && applied.Decision == nil && !applied.Unjudged, Unjudged: applied.Unjudged,
	}, make([]state.Outcome, len(applied.Events)))
	if panicked != nil {
		return Effects{}, panicked
	}
	rec.Seq = row.Seq
	return effects, nil
}

// core are the core customers of an earlier day, as far as an engine asks for them.
func (l *lane) core(ctx context.Context, engine *Engine, day state.Date) ([]state.CustomerID, error) {
	if !engine.Judge.ReadsClass() {
		return nil, nil
	}
	core, known := l.cores[day]
	if known {
		return core, nil
	}
	core, err := l.store.Core(ctx, day)
	if err != nil {
		return nil, fmt.Errorf("core customers of %s: %w", day, err)
	}
	for i, id := range core {
		core[i] = cmp.Or(l.renamed[id], id)
	}
	slices.Sort(core)
	if l.cores == nil {
		l.cores = make(map[state.Date][]state.CustomerID)
	}
	l.cores[day] = core
	return core, nil
}
