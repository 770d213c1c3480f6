package consumer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"tocsin/state"
)

// stand is where a partition stands.
type stand struct {
	next  int64      // offset to apply next; -1: none was applied yet
	front state.Date // ledger date of the record there, one with a date; zero: not known
}

// ahead tells whether the partition stands before a record of a later day, so that nothing of day can come from it.
func (s stand) ahead(day state.Date) bool { return s.front > day }

// shared tells whether partitions are read by others, as far as the brokers have told.
func (r *Runner) shared() bool {
	if r.inquiry.told.IsZero() {
		return true
	}
	others := func(id Partition) bool { return r.in.partitions[id] == nil }
	for id := range r.inquiry.answer.Next {
		if others(id) {
			return true
		}
	}
	return slices.ContainsFunc(r.inquiry.answer.Unknown, others)
}

// stands is where every partition of the brokers' answer stands, whoever reads it.
func (r *Runner) stands(ctx context.Context, ends Ends) (map[Partition]stand, error) {
	all := make(map[Partition]stand, len(ends.Next)+len(ends.Unknown))
	for id := range ends.Next {
		all[id] = stand{next: -1}
	}
	for _, id := range ends.Unknown {
		all[id] = stand{next: -1}
	}
	if r.shared() {
		positions, err := r.Store.AllPositions(ctx)
		if err != nil {
			return nil, fmt.Errorf("positions: %w", err)
		}
		for _, pos := range positions {
			id := Partition{pos.Topic, pos.Partition}
			if _, configured := all[id]; configured {
				all[id] = stand{pos.Next, pos.Front}
			}
		}
	}
	for _, p := range r.in.order {
		all[p.id] = p.stand()
	}
	return all, nil
}

// patience is how long what is another instance's to do is left to it.
const patience = 2 * time.Second

// yields tells whether to leave closing a day to somebody else, so that not everybody computes what a close computes and holds the
// day for it: it is for the owner of the first partition, and if he does not do it soon for anybody.
func (r *Runner) yields() bool {
	if !r.shared() || len(r.inquiry.answer.Next) == 0 {
		return false
	}
	first := slices.MinFunc(slices.Collect(maps.Keys(r.inquiry.answer.Next)), comparePartitions)
	if r.in.partitions[first] != nil {
		return false
	}
	if r.closable.IsZero() {
		r.closable = time.Now()
	}
	return time.Since(r.closable) < patience
}

// mine are the alarms that are due and ours to step: of customers whose events come to us, for we are likely to have their records.
// Whoever takes what another instance has in hand steps it for nothing. What another one leaves for long is anybody's; until then
// elsewhere tells that the day waits for it.
func (r *Runner) mine(ctx context.Context, due []state.Alarm) (mine []state.Alarm, elsewhere bool) {
	if len(due) > 0 && r.inquiry.told.IsZero() {
		r.inquiry.ends(ctx, 0) // who else is there
	}
	if !r.shared() {
		return due, false
	}
	for _, a := range due {
		if r.Source.Owns(string(a.Customer)) {
			mine = append(mine, a)
		}
	}
	if len(mine) > 0 || len(due) == 0 {
		r.left = time.Time{}
		return mine, false
	}
	if r.left.IsZero() {
		r.left = time.Now()
	}
	if time.Since(r.left) < patience {
		return nil, true
	}
	if r.othersMove(ctx) { // who reads a backlog steps them when it has read it
		r.left = time.Now()
		return nil, true
	}
	r.left = time.Now() // once in a while: whoever has them in hand may only be slow
	return due, false
}

// othersMove tells whether partitions of others stand elsewhere than when this was asked last.
func (r *Runner) othersMove(ctx context.Context) bool {
	all, err := r.Store.AllPositions(ctx)
	if err != nil {
		return false // whatever is done next meets it, too
	}
	read := int64(0)
	for _, pos := range all {
		if r.in.partitions[Partition{pos.Topic, pos.Partition}] == nil {
			read += pos.Next
		}
	}
	moved := read != r.othersRead
	r.othersRead = read
	return moved
}

// tellFronts tells the others before which day our partitions stand, once for each place where one stands.
func (r *Runner) tellFronts(ctx context.Context) error {
	var news []state.Position
	var told []*partition
	for _, p := range r.in.order {
		if at := p.stand(); at.front != 0 && p.told != at {
			news = append(news, state.Position{Topic: p.id.Topic, Partition: p.id.Number, Next: at.next, Epoch: p.epoch, Front: at.front})
			told = append(told, p)
		}
	}
	if len(news) == 0 {
		return nil
	}
	if err := r.Store.KeepFronts(ctx, news); err != nil {
		if errors.Is(err, state.ErrUnknown) {
			err = fmt.Errorf("%w: %w", state.ErrUnavailable, err) // doing it twice does no harm
		}
		return err
	}
	for _, p := range told {
		p.told = p.stand()
	}
	return nil
}

// beside does what who has nothing to commit owes the others: it tells them our fronts and goes on with the day that they
// have opened, of which a commit would be told.
func (r *Runner) beside(ctx context.Context) (moved bool, err error) {
	if !r.shared() {
		return false, nil
	}
	if err := r.tellFronts(ctx); err != nil {
		return false, err
	}
	day, found, err := r.Store.Day(ctx)
	if err != nil {
		return false, fmt.Errorf("open day: %w", err)
	}
	if found == r.found && day.Date == r.day.Date && day.Config == r.day.Config && day.Erased == r.day.Erased && day.Quarantined == r.day.Quarantined {
		return false, nil
	}
	return true, r.reload(ctx)
}
