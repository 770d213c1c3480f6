package consumer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// Refusals owes the owners of sources a message of what is refused of them: one for each source and quarter of an hour, which is edited as
// more is refused in it. What it finds follows from the store alone, and the message's state is how many there are, so that it does not
// matter who looks, when, and how often.
type Refusals struct {
	Store    state.Store
	Now      func() state.Instant
	Names    map[string]string // of sources, as metrics have them; any other is other
	Channels map[string]string // of the names' owners; *: of all others

	behind int64 // a row before all that is still to be looked at
}

// refusedAtOnce is how many refused records are read at once.
const refusedAtOnce = 200

// refusedSlack is how much later a refused record may be found than its commit says.
const refusedSlack = time.Minute

// Once looks at this quarter of an hour and the one before it, and returns how many messages it owes that were not owed before.
func (r *Refusals) Once(ctx context.Context) (owed int, err error) {
	now := r.Now()
	from := now - now%state.Instant(alerts.RefusalTerm) - state.Instant(alerts.RefusalTerm)
	if r.behind, err = r.seek(ctx, from-state.Instant(refusedSlack)); err != nil {
		return 0, err
	}
	found := map[string]*alerts.Refusals{}
	for row := r.behind; ; {
		refused, err := r.Store.Refused(ctx, row, refusedAtOnce)
		if err != nil {
			return 0, fmt.Errorf("refused records: %w", err)
		}
		for i := range refused {
			if one := &refused[i]; one.At >= from {
				r.add(found, one, now)
			}
			row = refused[i].Row
		}
		if len(refused) < refusedAtOnce {
			break
		}
	}
	day, known, err := r.Store.Day(ctx)
	if err != nil || !known {
		return 0, err
	}
	for _, m := range sortedRefusals(found) {
		m.Sort()
		fresh, err := r.Store.Owe(ctx, now, *rowOf(m), day.Erased)
		if err != nil {
			return owed, fmt.Errorf("refusals of %s: %w", m.Source, err)
		}
		if fresh {
			owed++
		}
	}
	return owed, nil
}

// add counts a refused record of a source whose owner is told.
func (r *Refusals) add(found map[string]*alerts.Refusals, one *state.Refused, now state.Instant) {
	d := &one.DeadLetter
	name, named := r.Names[sourceOf(&Record{Headers: d.Headers, Value: d.Value})]
	if !named {
		name = otherSource
	}
	channel := cmp.Or(r.Channels[name], r.Channels["*"])
	if channel == "" {
		return
	}
	m := alerts.Refusals{Source: name, Channel: channel, From: one.At - one.At%state.Instant(alerts.RefusalTerm), MadeAt: now}
	key := m.Key().Case
	if found[key] == nil {
		found[key] = &m
	}
	found[key].Add(d)
}

func sortedRefusals(found map[string]*alerts.Refusals) (all []*alerts.Refusals) {
	for _, m := range found {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *alerts.Refusals) int { return cmp.Compare(a.Key().Case, b.Key().Case) })
	return all
}

// seek finds the last row that was refused before an instant, by halves, from where the last look has ended: what came before is never read.
func (r *Refusals) seek(ctx context.Context, from state.Instant) (int64, error) {
	early := func(after int64) (row int64, is bool, err error) {
		next, err := r.Store.Refused(ctx, after, 1)
		if err != nil || len(next) == 0 || next[0].At >= from {
			return 0, false, err
		}
		return next[0].Row, true, nil
	}
	low, step := r.behind, int64(1)
	for { // until there is none so early behind low + step
		row, is, err := early(low + step - 1)
		if err != nil {
			return 0, fmt.Errorf("refused records: %w", err)
		}
		if is {
			low, step = row, step*2
			continue
		}
		if step == 1 {
			return low, nil
		}
		step /= 2
	}
}
