package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tocsin/consumer"
	"tocsin/detectors"
	"tocsin/state"
)

// outcome is what a store has been left with, and what its journal tells.
type outcome struct {
	closes   map[state.CustomerID][]standing // what stood at the close of each day on which there is a row
	told     map[string]string               // transitions by alert and seq, as the store has them
	retold   map[string]string               // the same as the journal tells them
	chains   map[string][]state.AlertRow     // the store's, by alert, in order
	levels   map[string]detectors.Level      // standing by the journal, by customer and signal
	tasks    map[string]string               // the newest record of each task, as the store has it
	retasked map[string]string               // the same as the journal tells it
	cases    map[string]string               // the newest message of each case, as the journal tells it
	messages map[string]string               // all of them, by case and seq
}

// standing is a customer's record from the close of a day on.
type standing struct {
	day    state.Date
	record string // as it stood, in the bytes that all ways to it share
	kept   string // as it was, encoded
}

type enginesOf func(context.Context, string) (*consumer.Engine, error)

// readOutcome reads a store and plays the journal of each customer.
func readOutcome(ctx context.Context, store state.Store, engines enginesOf) (*outcome, error) {
	o := &outcome{
		closes: make(map[state.CustomerID][]standing), told: make(map[string]string), retold: make(map[string]string),
		chains: make(map[string][]state.AlertRow), levels: make(map[string]detectors.Level),
		tasks: make(map[string]string), retasked: make(map[string]string), cases: make(map[string]string), messages: make(map[string]string),
	}
	rows, err := store.Alerts(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		o.told[fmt.Sprintf("%s/%d", row.ID, row.Seq)] = string(row.Body)
		o.chains[row.ID] = append(o.chains[row.ID], row)
	}
	for _, chain := range o.chains {
		slices.SortFunc(chain, func(a, b state.AlertRow) int { return cmp.Compare(a.Seq, b.Seq) })
	}
	tasks, err := store.Tasks(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range tasks {
		o.tasks[row.ID] = string(row.Body)
	}
	return o, o.retell(ctx, store, engines)
}

// retell plays each customer's journal.
func (o *outcome) retell(ctx context.Context, store state.Store, engines enginesOf) error {
	ids, err := store.Customers(ctx)
	if err != nil {
		return err
	}
	day, _, err := store.Day(ctx)
	if err != nil {
		return err
	}
	engine, err := engines(ctx, day.Config)
	if err != nil {
		return err
	}
	for _, id := range ids {
		var last standing
		err := consumer.Retell(ctx, store, engines, id, func(day state.Date, rec *state.Record, effects *consumer.Effects) {
			if day != last.day {
				o.close(id, last)
			}
			last = standing{day, string(engine.Standing(rec, day)), string(state.AppendRecord(nil, rec))}
			o.stands(id, engine, rec)
			o.tell(effects)
		})
		if err != nil {
			return err
		}
		o.close(id, last)
	}
	return nil
}

// close keeps how a customer stood when a day closed.
func (o *outcome) close(id state.CustomerID, at standing) {
	if at.day != 0 {
		o.closes[id] = append(o.closes[id], at)
	}
}

// changes are the closes at which a customer stood in another way than at the one before.
func (o *outcome) changes(id state.CustomerID) []standing {
	return slices.CompactFunc(slices.Clone(o.closes[id]), func(a, b standing) bool { return a.record == b.record })
}

// differences are where another outcome is not this one.
func (o *outcome) differences(other *outcome) (differences []string) {
	for _, id := range slices.Sorted(maps.Keys(o.closes)) {
		if a, b := o.changes(id), other.changes(id); !slices.EqualFunc(a, b, func(a, b standing) bool { return a.day == b.day && a.record == b.record }) {
			differences = append(differences, fmt.Sprintf("customer %s: %d changes of what stood at closes, want %d", id, len(b), len(a)))
		}
	}
	if len(other.closes) != len(o.closes) {
		differences = append(differences, fmt.Sprintf("%d customers, want %d", len(other.closes), len(o.closes)))
	}
	return differences
}

// stands keeps the levels of a customer's signals.
func (o *outcome) stands(id state.CustomerID, engine *consumer.Engine, rec *state.Record) {
	maps.DeleteFunc(o.levels, func(key string, _ detectors.Level) bool { return strings.HasPrefix(key, levelKey(id, "")) })
	for _, s := range engine.Judge.Signals(rec.Episodes) {
		o.levels[levelKey(id, s.Name)] = s.Level
	}
}

func (o *outcome) tell(effects *consumer.Effects) {
	for i := range effects.Transitions {
		tr := &effects.Transitions[i]
		o.retold[fmt.Sprintf("%s/%d", tr.AlertID, tr.Seq)] = string(tr.AppendJSON(nil))
	}
	for i := range effects.Tasks {
		o.retasked[effects.Tasks[i].TaskID] = string(effects.Tasks[i].AppendJSON(nil))
	}
	if m := effects.Case; m != nil {
		o.cases[m.CaseID] = string(m.AppendJSON(nil))
		o.messages[fmt.Sprintf("%s/%d", m.CaseID, m.Seq)] = o.cases[m.CaseID]
	}
}

// faults are what is wrong with an outcome by itself.
func (o *outcome) faults() []string {
	return slices.Concat(
		differing("transition", againstJournal, o.retold, o.told), differing("task", againstJournal, o.retasked, o.tasks), o.broken(),
	)
}

// broken are the alerts whose transitions are no chain that ends at the level that stands.
func (o *outcome) broken() (faults []string) {
	levels := maps.Clone(o.levels)
	for id, chain := range o.chains {
		level := uint8(0)
		for i, row := range chain {
			if row.Seq != int64(i+1) || row.From != level || row.From == row.To {
				faults = append(faults, fmt.Sprintf("alert %s: row %d is seq %d from level %d to %d, want from %d", id, i+1, row.Seq, row.From, row.To, level))
			}
			level = row.To
		}
		if key := levelKey(chain[0].Customer, chain[0].Signal); level > 0 {
			if levels[key] != detectors.Level(level) {
				faults = append(faults, fmt.Sprintf("alert %s: told to stand at %d, the record has %v", id, level, levels[key]))
			}
			delete(levels, key)
		}
	}
	for key, level := range levels {
		faults = append(faults, fmt.Sprintf("%s stands at %v and nobody was told", key, level))
	}
	return faults
}

// What a store is held against, as faults name it.
const (
	againstJournal  = "the journal tells"
	againstBacktest = "a backtest finds"
)

// differing are the rows of some kind that a store does not have as it should.
func differing(kind, against string, want, got map[string]string) (faults []string) {
	for key, body := range got {
		if want[key] != body {
			faults = append(faults, fmt.Sprintf("%s %s: the store has\n%s\n%s\n%s", kind, key, body, against, want[key]))
		}
	}
	for key := range want {
		if _, found := got[key]; !found {
			faults = append(faults, fmt.Sprintf("lost: %s %s %s, the store does not have it", against, kind, key))
		}
	}
	return faults
}

// at are the records of all customers as they stood at a close, by id.
func (o *outcome) at(day state.Date) (records []*state.Record, err error) {
	for _, id := range slices.Sorted(maps.Keys(o.closes)) {
		body := ""
		for _, s := range o.closes[id] {
			if s.day <= day {
				body = s.kept
			}
		}
		if body == "" {
			continue // nothing was known of him yet
		}
		rec, err := state.DecodeRecord([]byte(body))
		if err != nil {
			return nil, err
		}
		records = append(records, rec)
	}
	return records, nil
}

func levelKey(id state.CustomerID, signal string) string { return string(id) + " " + signal }
