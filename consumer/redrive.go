package consumer

import (
	"context"
	"errors"
	"fmt"

	"tocsin/consumer/contract"
	"tocsin/state"
)

// Redrive gives refused records another try, after the configuration or the program that refused them was mended. What is accepted now
// goes the road of everything else that changes a customer: one step, one commit, beside a [Runner] on the same store or without one.
//
// A record is known as of its own timestamp, though it is applied on the open day, as one is that comes late: the facts are then those
// that there were if it had been accepted at once. It is not published again, for a topic is not ours to write to, and every other
// reader of it would have it twice.
//
// Its crash story: each record is one commit, which notes under the record's place that it is accepted. Before the commit nothing is
// done; after it a second try finds the note, whoever makes it, and changes nothing. So a run over many that was killed is just begun
// again.
type Redrive struct {
	Store   state.Store
	Engines func(ctx context.Context, version string) (*Engine, error)
	Decoder *contract.Decoder
	Now     func() state.Instant
	Hold    Hold // MaxAge is not asked: who gives records another try wants to know what follows
	By      string
	Write   bool // without it nothing is written: what would be is told

	r *Runner // reads and steps; what it knows of the store is of the last look. nil: to be made
}

// Redriven is what became of a refused record.
type Redriven struct {
	Outcome string           // of the event, one of the constants below; empty: the record is refused still
	Reject  *contract.Reject // why it is refused still
	Before  bool             // it had been accepted before, and nothing was done
}

// What becomes of the event of a refused record that is accepted.
const (
	RedrivenAccepted  = "accepted"
	RedrivenDuplicate = "duplicate" // its content is known
	RedrivenStale     = "stale"     // a higher revision is known
	RedrivenParked    = "parked"    // its customer is quarantined, be it by this
	RedrivenNothing   = "nothing"   // it is nobody's: a heartbeat, or of one who is erased
)

// Try gives one record another try.
func (d *Redrive) Try(ctx context.Context, letter *state.Refused) (Redriven, error) {
	if letter.Redrive != nil {
		return Redriven{Outcome: letter.Redrive.Outcome, Before: true}, nil
	}
	var lost *Redriven // what a commit without an answer had made of it
	for range retries {
		result, err := d.once(ctx, letter)
		switch {
		case errors.Is(err, errPanicked):
			continue // without whom is suspect now
		case errors.Is(err, state.ErrRepeated) && lost != nil:
			return *lost, nil
		case errors.Is(err, state.ErrRepeated):
			result.Before = true
			return result, nil
		case errors.Is(err, state.ErrConflict), errors.Is(err, state.ErrStale), errors.Is(err, state.ErrDayClosed):
		case errors.Is(err, state.ErrUnknown):
			lost = &result
		default:
			return result, err
		}
		d.r = nil
	}
	return Redriven{}, fmt.Errorf("refused record %s: given up after %d tries: %w", placeOf(&letter.DeadLetter), retries, state.ErrConflict)
}

func placeOf(d *state.DeadLetter) string {
	return fmt.Sprintf("%s/%d@%d", d.Topic, d.Partition, d.Offset)
}

func (d *Redrive) once(ctx context.Context, letter *state.Refused) (Redriven, error) {
	if err := d.look(ctx); err != nil {
		return Redriven{}, err
	}
	a := arrival{record: Record{
		Partition: Partition{letter.Topic, letter.Partition}, Offset: letter.Offset, Timestamp: letter.Timestamp,
		Key: letter.Key, Value: letter.Value, Headers: letter.Headers,
	}, day: d.r.day.Date}
	var ev state.Event
	if reject := d.Decoder.DecodeRecord(letter.Headers, letter.Value, d.knownAt(letter), &ev); reject != nil {
		return Redriven{Reject: reject}, nil
	}
	if ev.Kind != state.KindHeartbeat {
		a.event = &ev
	}
	all, work, routed, err := d.r.computed(ctx, batch{arrivals: []arrival{a}})
	if err != nil {
		return Redriven{}, err
	}
	c, result := all[0], became(&ev, work, routed.heard)
	c.DeadLetters = nil // it is one already
	for i := range c.Parked {
		c.Parked[i].Records = nil // should it lose a conflict when he is released, it is among the refused records already
	}
	c.Request = "dlq/" + placeOf(&letter.DeadLetter)
	if result.Reject != nil { // what it loses against goes before it; that it was there is known all the same
		c.Request += "/lost"
	} else {
		c.Redrives = []state.Redrive{{
			Topic: letter.Topic, Partition: letter.Partition, Offset: letter.Offset, At: c.At, By: d.By, Outcome: result.Outcome,
		}}
		c.Audit = []state.AuditRow{d.replayed(letter, work, result.Outcome, c)}
	}
	if !d.Write {
		return result, nil
	}
	err = d.Store.Commit(ctx, c)
	if len(c.Rates)+len(c.Rewrites)+len(c.Quarantines) > 0 {
		d.r = nil // rates, and who is erased or quarantined, are not what they were
	}
	if result.Reject != nil && errors.Is(err, state.ErrRepeated) {
		err = nil
	}
	return result, err
}

// look reads what steps need of the store, unless that is known.
func (d *Redrive) look(ctx context.Context) error {
	if d.r != nil {
		d.r.lane.cache.clear()
		return nil
	}
	r, err := stepper(ctx, d.Store, d.Engines, d.Now, d.Hold)
	if err == nil {
		d.r = r
	}
	return err
}

// stepper is a runner that reads nothing but the store: it computes what a batch leads to, beside whoever reads.
func stepper(ctx context.Context, store state.Store, engines func(context.Context, string) (*Engine, error), now func() state.Instant, hold Hold) (*Runner, error) {
	day, found, err := openDay(ctx, store)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNoDay
	}
	engine, err := engines(ctx, day.Config)
	if err != nil {
		return nil, err
	}
	names, err := readForgotten(ctx, store)
	if err != nil {
		return nil, err
	}
	l := &lane{engine: engine, engines: engines, store: store, workers: 1, forgotten: names}
	day.Names = l.forgotten.names
	if err := l.readQuarantined(ctx, day); err != nil {
		return nil, err
	}
	_, held, err := store.OwedCount(ctx)
	if err != nil {
		return nil, fmt.Errorf("withheld messages: %w", err)
	}
	return &Runner{
		Store: store, Engine: engine, Engines: engines, Now: now, Hold: Hold{Settle: hold.Settle, All: hold.All || held > 0}, // those that wait go out with these
		day: day, found: true, rates: day.Rates, lane: l,
	}, nil
}

// knownAt is when a record was known: its timestamp, or when it was refused where that cannot be. It is of the open day at the latest,
// for nothing of a later one is applied on it.
func (d *Redrive) knownAt(letter *state.Refused) state.Instant {
	at := letter.Timestamp
	if at < firstStamp || at > letter.At+state.Instant(futureSkew) {
		at = letter.At
	}
	return min(at, (d.r.day.Date+1).Start(d.r.Engine.Ledger.Zone)-1)
}

// became is what the step of one event has made of it.
func became(ev *state.Event, work []*group, heard []heard) Redriven {
	outcome, told := state.Accepted, false
	for _, h := range heard {
		outcome, told = h.outcome, true
	}
	for _, g := range work {
		for i, at := range g.arrivals {
			if at == 0 && g.waits {
				return Redriven{Outcome: RedrivenParked}
			}
			if at == 0 && !told {
				outcome, told = g.effects.Outcomes[i], true
			}
		}
	}
	switch {
	case !told:
		return Redriven{Outcome: RedrivenNothing}
	case outcome == state.ConflictLost:
		return Redriven{Reject: Conflicted(ev)}
	case outcome == state.Duplicate:
		return Redriven{Outcome: RedrivenDuplicate}
	case outcome == state.Stale:
		return Redriven{Outcome: RedrivenStale}
	}
	return Redriven{Outcome: RedrivenAccepted}
}
