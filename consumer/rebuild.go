package consumer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tocsin/state"
)

// Rebuild folds every customer's journal from its first row, and compares: no row may be missing, each must be one that a step can be
// taken from, and the snapshot must be the fold up to its row, byte for byte. It may work beside any number of runs: a snapshot is
// committed like everything else, under the open day, and never displaces that of a later row.
//
// It keeps one customer's journal in memory at a time, the tails of a chunk of them, and the names of all.
type Rebuild struct {
	Store    state.Store
	Engines  func(ctx context.Context, version string) (*Engine, error) // of the configurations that journal rows name
	Write    bool                                                       // write snapshots anew where they are not the fold
	Found    func(Broken)                                               // told of each customer in whom something is wrong
	Progress func(done, customers int)                                  // after each chunk; may be nil
}

// Broken is a customer whose snapshot or journal is not what it should be.
type Broken struct {
	Customer state.CustomerID
	Faults   []string // what differs, in words
	Mended   bool     // the snapshot has been written anew; the journal is whole
}

// Rebuilt counts what was looked at.
type Rebuilt struct {
	Customers int
	Rows      int // of journals
	Snapshots int // looked at
	Written   int // anew
	Broken    int // customers in whom something was wrong
	Unmended  int // of those: whose journal does not give their record, or who were only to be looked at
}

// Bounds of what is in memory, and of one commit.
const (
	rebuiltAtOnce = 128
	rebuiltBytes  = 8 << 20
)

// Run looks at every customer. An error is of the store, or of a configuration that it no longer knows, or says that a later Tocsin
// wrote something: nothing of that is a customer's fault.
func (r *Rebuild) Run(ctx context.Context) (sum Rebuilt, err error) {
	ids, err := r.Store.Customers(ctx)
	if err != nil {
		return sum, fmt.Errorf("customers: %w", err)
	}
	var day state.Day
	done := 0
	for chunk := range slices.Chunk(ids, rebuiltAtOnce) {
		if day, err = r.chunk(ctx, day, chunk, &sum); err != nil {
			return sum, err
		}
		if done += len(chunk); r.Progress != nil {
			r.Progress(done, len(ids))
		}
	}
	return sum, nil
}

// chunk looks at some customers and commits their snapshots. Where the day has moved on meanwhile, or somebody was erased, it begins
// anew with those of whom nothing has been told yet.
func (r *Rebuild) chunk(ctx context.Context, last state.Day, ids []state.CustomerID, sum *Rebuilt) (state.Day, error) {
	for range retries {
		day, err := r.day(ctx, last)
		if err != nil {
			return day, err
		}
		p := rebuilding{Rebuild: r, lane: &lane{engines: r.Engines, store: r.Store}, day: day, sum: sum, ids: ids}
		if err = p.run(ctx); !errors.Is(err, state.ErrDayClosed) && !errors.Is(err, state.ErrUnknown) {
			return day, err
		}
		ids, last = p.ids, state.Day{}
	}
	return last, fmt.Errorf("rebuild: the day moved on %d times under it", retries)
}

// day is the open day; what steps read besides is read again when it is another one, or somebody has been erased.
func (r *Rebuild) day(ctx context.Context, last state.Day) (state.Day, error) {
	day, found, err := r.Store.Day(ctx)
	switch {
	case err != nil:
		return day, fmt.Errorf("open day: %w", err)
	case !found:
		return day, ErrNoDay
	case day.Date == last.Date && day.Erased == last.Erased:
		day.Rates, day.Names, day.Affiliates = last.Rates, last.Names, last.Affiliates
		return day, nil
	}
	day, _, err = openDay(ctx, r.Store)
	return day, err
}

// rebuilding is one look at a chunk of customers.
type rebuilding struct {
	*Rebuild
	lane *lane
	day  state.Day
	ids  []state.CustomerID // of whom nothing has been told yet
	sum  *Rebuilt           // what has been told

	untold  Rebuilt // since the last commit
	broken  []Broken
	written []state.Snapshot
	bytes   int // of written
}

func (p *rebuilding) run(ctx context.Context) error {
	histories, err := p.Store.Load(ctx, p.ids)
	if err != nil {
		return fmt.Errorf("load %d customers: %w", len(p.ids), err)
	}
	for i := range histories {
		if err := p.customer(ctx, histories[i]); err != nil {
			return err
		}
		if p.bytes >= rebuiltBytes || i == len(histories)-1 {
			if err := p.write(ctx, histories[i].Customer); err != nil {
				return err
			}
		}
		histories[i] = state.History{} // what has been looked at leaves memory
	}
	return nil
}

// customer looks at one customer, and where something is wrong once more: a row or an erasure that was committed between two
// queries looks like a fault, and does not the second time.
func (p *rebuilding) customer(ctx context.Context, h state.History) error {
	found, err := p.look(ctx, &h)
	if err != nil {
		return err
	}
	if len(found.faults) > 0 {
		again, err := p.Store.Load(ctx, []state.CustomerID{h.Customer})
		if err != nil {
			return fmt.Errorf("load customer %s: %w", h.Customer, err)
		}
		if len(again) == 0 {
			return nil // erased meanwhile
		}
		if found, err = p.look(ctx, &again[0]); err != nil {
			return err
		}
	}
	p.untold.Customers++
	p.untold.Rows += found.rows
	if found.snapshot {
		p.untold.Snapshots++
	}
	mend := p.Write && found.fold.Body != nil
	if len(found.faults) > 0 {
		p.broken = append(p.broken, Broken{h.Customer, found.faults, mend})
	}
	if mend && !found.same && (found.snapshot || found.rows >= outgrownRows) {
		p.written, p.bytes = append(p.written, found.fold), p.bytes+len(found.fold.Body)
	}
	return nil
}

// write commits the snapshots of customers up to one of them, and then tells what was found.
func (p *rebuilding) write(ctx context.Context, upTo state.CustomerID) error {
	if len(p.written) > 0 {
		if err := p.Store.Commit(ctx, &state.Commit{Day: p.day, Snapshots: p.written}); err != nil {
			return fmt.Errorf("commit %d snapshots: %w", len(p.written), err)
		}
	}
	p.sum.Customers += p.untold.Customers
	p.sum.Rows += p.untold.Rows
	p.sum.Snapshots += p.untold.Snapshots
	p.sum.Written += len(p.written)
	for _, b := range p.broken {
		p.sum.Broken++
		if !b.Mended {
			p.sum.Unmended++
		}
		p.Found(b)
	}
	p.untold, p.broken, p.written, p.bytes = Rebuilt{}, nil, nil, 0
	after, is := slices.BinarySearch(p.ids, upTo)
	if is {
		after++
	}
	p.ids = p.ids[after:]
	return nil
}
