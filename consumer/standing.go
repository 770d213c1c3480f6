package consumer

import (
	"context"
	"errors"

	"tocsin/state"
)

// Standing is what a store has of some customers at one moment of its open day: for looking at, by whoever does not step them.
type Standing struct {
	Day     state.Day
	Engine  *Engine                            // of the configuration in force
	Records map[state.CustomerID]*state.Record // of every customer that was asked for; empty of whom nothing is known
	Broken  map[state.CustomerID]*Panicked     // of whose journals there is no record
}

// ErrMoving: the open day has moved on each time while customers were read.
var ErrMoving = errors.New("the open day moves on faster than customers are read")

// StandingOf are customers as their newest snapshots and the journal rows since then have them. A day that closes meanwhile has them
// read again, so that none of them is looked at as of a day before its last step.
func StandingOf(ctx context.Context, store state.Store, engines func(context.Context, string) (*Engine, error), ids ...state.CustomerID) (*Standing, error) {
	for range retries {
		s, err := readStanding(ctx, store, engines, ids)
		if err != nil {
			return nil, err
		}
		now, _, err := store.Day(ctx)
		if err != nil {
			return nil, err
		}
		if now.Date == s.Day.Date && now.Config == s.Day.Config {
			return s, nil
		}
	}
	return nil, ErrMoving
}

func readStanding(ctx context.Context, store state.Store, engines func(context.Context, string) (*Engine, error), ids []state.CustomerID) (*Standing, error) {
	day, found, err := openDay(ctx, store)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, ErrNoDay
	}
	engine, err := engines(ctx, day.Config)
	if err != nil {
		return nil, err
	}
	l := &lane{engine: engine, engines: engines, store: store}
	loaded, err := l.load(ctx, day, ids)
	if err != nil {
		return nil, err
	}
	s := &Standing{Day: day, Engine: engine, Records: make(map[state.CustomerID]*state.Record, len(loaded)), Broken: map[state.CustomerID]*Panicked{}}
	for id, k := range loaded {
		if k.broken != nil {
			s.Broken[id] = k.broken
			continue
		}
		s.Records[id] = k.record
	}
	return s, nil
}

// CustomerRecord is a customer of the standing as outsiders see it; false: he is gone, unknown, or broken.
func (s *Standing) CustomerRecord(id state.CustomerID) (CustomerRecord, bool) {
	rec := s.Records[id]
	if rec == nil || !Listed(rec, s.Day.Date) {
		return CustomerRecord{}, false
	}
	return s.Engine.CustomerRecord(rec, s.Day), true
}
