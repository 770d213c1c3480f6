package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/consumer/replay"
	"tocsin/detectors"
	"tocsin/state"
)

// recount holds a store that runs have left against its own journal and against backtests of the same events.
type recount struct {
	ledger *ledger
	dir    string        // for files of its own
	lines  []byte        // what was published, as a file of events
	days   []state.Date  // on which something became known, in order
	last   state.Date    // the day that closed last
	ahead  time.Duration // how long before their time events may be known; zero: as backtest has it

	// Somebody is erased. Of lines that fall due on one day the ids decide which is settled first, and an erasure gives other ids: a
	// journal written anew keeps the days on which it was looked at, but not always what would have been found on them. So the
	// facts are held against backtests, and all that was told against the journal alone.
	erases bool

	delivers bool // somebody has delivered what was owed: the outbox is to be held against the journal by itself
}

// faults are what the store does not have as it should.
func (r *recount) faults(ctx context.Context, store state.Store) ([]string, error) {
	o, err := readOutcome(ctx, store, func(context.Context, string) (*consumer.Engine, error) { return r.ledger.engine, nil })
	if err != nil {
		return nil, err
	}
	faults := o.faults()
	if !r.delivers {
		owed, err := o.owedBy(ctx, store)
		if err != nil {
			return nil, err
		}
		faults = append(faults, differing("message of case", againstJournal, o.cases, owed)...)
	}
	day, _, err := store.Day(ctx)
	if err != nil {
		return nil, err
	}
	rates, err := store.Rates(ctx, 0)
	if err != nil {
		return nil, err
	}
	affiliates, err := store.Affiliates(ctx)
	if err != nil {
		return nil, err
	}
	secret, err := store.Secret(ctx)
	if err != nil {
		return nil, err
	}
	erased, err := store.Erased(ctx)
	if err != nil {
		return nil, err
	}
	r.erases = len(erased) > 0
	names := state.NewPseudonyms(secret)
	day.Rates, day.Names, day.Affiliates = day.Rates.With(rates), &names, day.Affiliates.With(affiliates)
	against, err := r.replayed(ctx, o, day)
	return append(faults, against...), err
}

// owedBy is the newest message of each case in the outbox, of which nobody has delivered any. Those that a first load still
// withholds are let go first, and those that a summary stands for are taken as the journal tells them, if they are there.
func (o *outcome) owedBy(ctx context.Context, store state.Store) (map[string]string, error) {
	stands, err := store.Withheld(ctx, "", math.MaxInt32)
	if err != nil {
		return nil, err
	}
	var l state.LettingGo
	for i := range stands {
		l.Go = append(l.Go, stands[i].Key())
	}
	if err := store.Release(ctx, l); err != nil {
		return nil, err
	}
	messages, err := store.Owed(ctx, math.MaxInt64, 1000)
	if err != nil {
		return nil, err
	}
	owed := make(map[string]string)
	for _, row := range messages {
		if row.Customer == "" {
			continue
		}
		m, err := alerts.ParseCaseMessage(row.Body)
		if err != nil {
			return nil, err
		}
		if _, told := o.cases[row.Case]; !told && m.Task.ReasonCode == alerts.GoneErased {
			continue // an erasure has left nothing of the case to tell: the outbox settles it, for nobody has seen it
		}
		owed[row.Case] = string(row.Body)
	}
	return owed, o.summed(ctx, store, owed)
}

// summed adds to what is owed the cases of which only a summary tells: as many open ones as summaries count, at the most. Their
// messages are in the outbox, or nobody could keep a receipt for them.
func (o *outcome) summed(ctx context.Context, store state.Store, owed map[string]string) error {
	rows, err := store.Summaries(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	counted := 0
	for i := range rows {
		sum, err := alerts.ParseSummary(rows[i].Body)
		if err != nil {
			return err
		}
		counted += sum.Cases()
	}
	for _, id := range slices.Sorted(maps.Keys(o.cases)) {
		m, err := alerts.ParseCaseMessage([]byte(o.cases[id]))
		if err != nil {
			return err
		}
		if owed[id] != "" || m.State == alerts.CaseOpen && counted == 0 {
			continue
		}
		if err := store.Deliver(ctx, state.Lease{}, state.Receipt{Case: id, Channel: "recount"}); errors.Is(err, state.ErrCaseGone) {
			continue
		} else if err != nil {
			return err
		}
		owed[id] = o.cases[id]
		if m.State == alerts.CaseOpen {
			counted--
		}
	}
	return nil
}

// replayed are the differences between what stood at closes and what a backtest up to each of them finds.
func (r *recount) replayed(ctx context.Context, o *outcome, day state.Day) (faults []string, err error) {
	file := filepath.Join(r.dir, "events.ndjson")
	if err := os.WriteFile(file, r.lines, 0o600); err != nil {
		return nil, err
	}
	for _, day.Date = range r.closes(o) {
		b, err := r.backtest(ctx, file, day)
		if err != nil {
			return nil, err
		}
		live, records, err := r.standing(o, day)
		if err != nil {
			return nil, err
		}
		faults = append(faults, differing("at the close of "+day.Date.String()+" the record of", againstBacktest, b.standing, live)...)
		if r.erases {
			continue
		}
		if records != b.records {
			faults = append(faults, fmt.Sprintf("records at the close of %s: %s\n%sthe run has left\n%s", day.Date, againstBacktest, b.records, records))
		}
		if day.Date < r.last {
			continue
		}
		run := slices.DeleteFunc(o.levelChanges(), func(c levelChange) bool { return c.Day > r.last.String() })
		if !slices.Equal(run.atCloses(), b.changes.atCloses()) {
			faults = append(faults, fmt.Sprintf("levels at closes: %s\n%vthe run has told\n%v", againstBacktest, b.changes.atCloses(), run.atCloses()))
		}
	}
	return faults, nil
}

// closes are those to look at: where something became known or changed, the ones before, and the last.
func (r *recount) closes(o *outcome) []state.Date {
	days := map[state.Date]bool{r.last: true}
	note := func(day state.Date) {
		days[day] = true
		if day > r.days[0] {
			days[day-1] = true
		}
	}
	for _, day := range r.days {
		note(day)
	}
	for id := range o.closes {
		for _, s := range o.changes(id) {
			note(s.day)
		}
	}
	maps.DeleteFunc(days, func(day state.Date, _ bool) bool { return day > r.last }) // a run opens the day after, and may step some on it
	return slices.Sorted(maps.Keys(days))
}

// standing is what the run has left standing at a close: the records as they are kept, by customer, and as outsiders see
// them.
func (r *recount) standing(o *outcome, day state.Day) (kept map[string]string, seen string, err error) {
	kept = make(map[string]string)
	records, err := o.at(day.Date)
	if err != nil {
		return nil, "", err
	}
	if day.Core, err = r.core(o, day); err != nil {
		return nil, "", err
	}
	var lines []byte
	for _, rec := range records {
		if rec.Customer.Known() {
			kept[string(rec.Customer.ID)] = r.kept(rec, day.Date)
		}
		if !consumer.Listed(rec, day.Date) {
			continue
		}
		record := r.ledger.engine.CustomerRecord(rec, day)
		if lines, err = record.AppendJSON(lines); err != nil {
			return nil, "", err
		}
		lines = append(lines, '\n')
	}
	return kept, string(lines), nil
}

// kept is a record as it stands at a close; its facts alone where somebody is erased.
func (r *recount) kept(rec *state.Record, day state.Date) string {
	stands := r.ledger.engine.Standing(rec, day)
	if r.erases {
		decoded, err := state.DecodeRecord(stands)
		if err != nil {
			panic(err)
		}
		stands = state.AppendRecord(nil, &state.Record{Customer: decoded.Customer})
	}
	return fmt.Sprintf("%x", stands)
}

// core are the core customers of a day by what the run has left standing at the close before. A run keeps them only where a
// segment asks.
func (r *recount) core(o *outcome, day state.Day) ([]state.CustomerID, error) {
	day.Date--
	records, err := o.at(day.Date)
	var parts []consumer.Part
	for _, rec := range records {
		rec.Customer.Equip(&day)
		parts = append(parts, r.ledger.engine.Part(rec, day))
	}
	return consumer.Core(parts), err
}

// backtested is what a backtest finds.
type backtested struct {
	standing map[string]string // records as they would be kept, by customer
	records  string            // as outsiders see them
	changes  levelChanges
}

// backtest plays the published events up to the close of a day.
func (r *recount) backtest(ctx context.Context, file string, until state.Day) (*backtested, error) {
	b := &backtested{standing: make(map[string]string)}
	var records, alerts bytes.Buffer
	test := replay.Backtest{
		Engine: r.ledger.engine, Inputs: []string{file}, Ahead: r.ahead, Until: until.Date, Names: until.Names, Workers: 1, State: &records, Alerts: &alerts,
		Look: func(_ state.Day, rec *state.Record) {
			if rec.Customer.Known() {
				b.standing[string(rec.Customer.ID)] = r.kept(rec, until.Date)
			}
		},
	}
	if _, err := test.Run(ctx); err != nil {
		return nil, err
	}
	b.records = records.String()
	for record := range strings.Lines(alerts.String()) {
		var c levelChange
		if err := json.Unmarshal([]byte(record), &c); err != nil {
			return nil, err
		}
		b.changes = append(b.changes, c)
	}
	return b, nil
}

// levelChange is a change in an alert's life.
type levelChange struct {
	Customer string `json:"customer_id"`
	Signal   string `json:"signal"`
	Day      string `json:"at"`
	Seq      int64  `json:"seq"`
	To       string `json:"to"`
}

type levelChanges []levelChange

// levelChanges are what the store has told.
func (o *outcome) levelChanges() (changes levelChanges) {
	for _, chain := range o.chains {
		for _, row := range chain {
			changes = append(changes, levelChange{string(row.Customer), row.Signal, row.Day.String(), row.Seq, detectors.Level(row.To).String()})
		}
	}
	return changes
}

// atCloses are the levels that stood at closes, where they changed. What comes and goes within a day is not among them: that
// depends on the way.
func (changes levelChanges) atCloses() []string {
	slices.SortFunc(changes, func(a, b levelChange) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Seq, b.Seq))
	})
	var lines []string
	var stood levelChange
	for i, c := range changes {
		if c.Customer != stood.Customer || c.Signal != stood.Signal {
			stood = levelChange{To: detectors.None.String()}
		}
		last := i+1 == len(changes) || changes[i+1].Customer != c.Customer || changes[i+1].Signal != c.Signal || changes[i+1].Day != c.Day
		if last && c.To != stood.To {
			lines = append(lines, fmt.Sprintf("%s %s %s %s\n", c.Customer, c.Signal, c.Day, c.To))
		}
		if last {
			stood = c
		} else {
			stood.Customer, stood.Signal = c.Customer, c.Signal
		}
	}
	return lines
}
