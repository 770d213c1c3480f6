package consumer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/state"
)

// Watched is a customer on the watch list.
type Watched struct {
	Customer state.CustomerID
	Name     string // empty: no profile is known
	alerts.Watched
}

// watchedAtOnce is how many customers are read together.
const watchedAtOnce = 1000

// Watched calls each with every customer on the watch list as he stands now, by customer. It reads them all.
func (d *Desk) Watched(ctx context.Context, each func(Watched)) error {
	return d.everybody(ctx, "whether he is on the watch list is not known", func(engine *Engine, rec *state.Record, day state.Day) {
		if w, on := engine.watched(rec, day); on {
			each(w)
		}
	})
}

// everybody calls each with every customer as he stands now, by customer. Of those who cannot be folded the error says what lacks.
func (d *Desk) everybody(ctx context.Context, lacks string, each func(*Engine, *state.Record, state.Day)) error {
	day, found, err := openDay(ctx, d.Store)
	if err != nil {
		return err
	}
	if !found {
		return ErrNoDay
	}
	var broken error
	err = d.visit(ctx, day, func(engine *Engine, id state.CustomerID, rec *state.Record) {
		if rec == nil {
			broken = errors.Join(broken, fmt.Errorf("customer %s: the journal cannot be folded: %s", id, lacks))
			return
		}
		each(engine, rec, day)
	})
	return errors.Join(err, broken)
}

// visit calls each with every customer's record as it stands while a day is open, by customer; nil for one that cannot be folded.
func (d *Desk) visit(ctx context.Context, day state.Day, each func(*Engine, state.CustomerID, *state.Record)) error {
	engine, err := d.Engines(ctx, day.Config)
	if err != nil {
		return err
	}
	ids, err := d.Store.Customers(ctx)
	if err != nil {
		return fmt.Errorf("list customers: %w", err)
	}
	l := &lane{engine: engine, engines: d.Engines, store: d.Store, workers: 1}
	for some := range slices.Chunk(ids, watchedAtOnce) {
		loaded, err := l.load(ctx, day, some)
		if err != nil {
			return err
		}
		for _, id := range some {
			if k := loaded[id]; k.broken != nil {
				each(engine, id, nil)
			} else {
				each(engine, id, k.record)
			}
		}
	}
	return nil
}

// watched is a customer as he stands on the watch list.
func (e *Engine) watched(rec *state.Record, day state.Day) (w Watched, on bool) {
	if !Listed(rec, day.Date) {
		return w, false
	}
	rec.Customer.Equip(&day)
	view := rec.Customer.View(e.Ledger, day.Date)
	listed, on := e.Judge.Watched(alerts.Input{Record: rec, View: view, Ledger: e.Ledger, Day: day.Date})
	w = Watched{Customer: rec.Customer.ID, Watched: listed}
	if p := view.Profile(); p != nil {
		w.Name = p.Name
	}
	return w, on
}
