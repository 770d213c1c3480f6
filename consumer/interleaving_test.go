package consumer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/alerts"
	"tocsin/consumer/contract"
	"tocsin/detectors"
	"tocsin/state"
	"tocsin/state/statetest"
	"tocsin/state/storetest"
)

// What stood at each close must be the same however the partitions interleave, however events are batched, whatever fails
// on the way, however often somebody looks, and whomever a clock tells that a task is late. What was told on the way may differ, but is
// always a chain.
func TestWhatStandsAtEachCloseDoesNotDependOnTheWay(t *testing.T) {
	t.Parallel()
	theWayDoesNotMatter(t, defaultEngine(t), nil)
}

// Nor does it where verdicts rest on shares of the whole.
// Nor does it on what signs of the seller's own and other rule sets find.
func TestWhatStandsByCustomSignsDoesNotDependOnTheWay(t *testing.T) {
	t.Parallel()
	theWayDoesNotMatter(t, customEngine(t), nil)
}

func TestWhatStandsByClassDoesNotDependOnTheWay(t *testing.T) {
	t.Parallel()
	theWayDoesNotMatter(t, testEngine(t, detectors.Config{Segments: []detectors.Segment{
		{When: `customer_class == "core"`, Overrides: []detectors.Override{{Signal: "overdue", Key: "warning_days", Value: "10"}}},
		{When: `customer_class == "established"`, Overrides: []detectors.Override{{Signal: "overdue_ratio", Key: "mode", Value: "off"}}},
	}}), nil)
}

// theWayDoesNotMatter goes two ways. Silences draws the inputs without which days close on both; nil: none.
func theWayDoesNotMatter(t *testing.T, engine *Engine, silences func(*rapid.T, []statetest.Day) []silenced) {
	rapid.Check(t, func(t *rapid.T) {
		days := drawDays(t)
		statetest.Erasures(t, days, "C-1", "C-2", "C-3", "C-4")
		days = statetest.WithoutConflicts(days)
		var silent []silenced
		if silences != nil {
			silent = silences(t, days)
		}
		people := drawActs(t, days)
		plain := play(t, engine, days, way{acts: people, silences: silent, seed: 1, order: 1, memory: 1 << 30})
		other := play(t, engine, days, way{
			acts:     people,
			silences: silent,
			seed:     rapid.Uint64().Draw(t, "seed"),
			order:    rapid.Uint64().Draw(t, "order"),
			faults:   rapid.Bool().Draw(t, "faults"),
			alarms:   rapid.Bool().Draw(t, "extra alarms"),
			ahead:    rapid.Bool().Draw(t, "ahead"),
			beside:   rapid.IntRange(0, 2).Draw(t, "further instances"),
			looks:    rapid.Bool().Draw(t, "looks for late tasks"),
			memory:   rapid.SampledFrom([]int{0, 8 << 10, 1 << 30}).Draw(t, "bytes of cache"),
		})
		plain.wantSame(other)
		other.wantSame(plain)
	})
}

// wantSame checks that whenever something was another than at the close before, it stood so on the other way.
func (p *played) wantSame(other *played) {
	p.t.Helper()
	for _, c := range p.closes {
		if got, want := other.stood(c.customer, c.day), p.stood(c.customer, c.day); got != want {
			p.t.Fatalf("the ways part at the close of %s, customer %s:\none  %x\nother %x", c.day, c.customer, want, got)
		}
	}
}

// stood is how a customer stood when a day closed, be it that its record was left as it had been for long: what time alone takes of
// it goes when it is touched, and whether it is touched depends on the way.
func (p *played) stood(id state.CustomerID, day state.Date) (record string) {
	for _, c := range p.closes {
		if c.customer == id && c.day <= day {
			record = c.record
		}
	}
	if record == "" {
		return ""
	}
	rec, err := state.DecodeRecord([]byte(record))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(p.engine.Standing(rec, day))
}

// drawDays draws what becomes known of a few customers, and of exchange rates, day by day.
func drawDays(t *rapid.T) []statetest.Day {
	days := statetest.History("C-1", 4, 6).Draw(t, "history")
	for _, customer := range []state.CustomerID{"C-2", "C-3"}[:rapid.IntRange(0, 2).Draw(t, "more customers")] {
		for i := range days {
			for _, ev := range statetest.Events(customer, 4).Draw(t, "events") {
				ev.KnownAt = days[i].Date.Start(time.UTC) + state.Instant(rapid.IntRange(0, 86399).Draw(t, "second"))*1e9
				days[i].Events = append(days[i].Events, ev)
			}
		}
	}
	statetest.Merges(t, days, 4, "C-1", "C-1", "C-2", "C-3", "C-4")
	statetest.Disputes(t, days)
	for i := range days {
		for range rapid.IntRange(0, 3).Draw(t, "rates") {
			days[i].Events = append(days[i].Events, statetest.Rate(days[i].Date).Draw(t, "rate"))
		}
	}
	return statetest.WithoutConflicts(days)
}

// way is how the same days reach a store.
type way struct {
	seed   uint64 // decides how the partitions interleave and how large batches are
	order  uint64 // decides which partition an event is in
	faults bool   // commits fail, answers are lost, partitions come and go, the process dies
	alarms bool   // customers are stepped though nothing is due
	ahead  bool   // batches are small beside what waits, so that the next one is computed ahead
	beside int    // so many further instances work on the same store
	looks  bool   // people are reminded of tasks, and told of those that are late
	memory int    // bytes of records that each keeps between commits: none, a few customers', everybody's

	silences []silenced // inputs without which days close
	acts     acts       // the same on each way
}

// played is a way that was gone, with what stood at each close.
type played struct {
	t         *rapid.T
	engine    *Engine
	store     *storetest.Memory
	way       way
	random    *rand.Rand
	now       state.Instant
	instances []*instance
	crowded   bool // an instance works while another one commits
	closes    []closing
	last      map[state.CustomerID]string
	moved     bool // a journal row was written since the last close: else the fold is what it was
	late      late
}

// closing is a customer's record as it stood at a close, where it is another one than at the close before.
type closing struct {
	day      state.Date
	customer state.CustomerID
	record   string
}

func (c closing) String() string { return fmt.Sprintf("\n%s %s %x", c.day, c.customer, c.record) }

// play lets runners consume the days from a model broker, one day after the other as they are published.
func play(t *rapid.T, engine *Engine, days []statetest.Day, w way) *played {
	p := &played{t: t, engine: engine, store: storetest.NewMemory(), way: w, last: make(map[state.CustomerID]string)}
	p.random = rand.New(rand.NewPCG(w.seed, w.order))
	partitions := []Partition{{"a", 0}, {"a", 1}, {"b", 0}}
	p.begin(partitions)
	for i, day := range days {
		publish(p.instances[0].broker, day, partitions, w.order)
		p.now = (day.Date + 1).Start(time.UTC) + state.Instant(time.Minute)
		last := day.Date
		if i+1 < len(days) {
			last = days[i+1].Date - 1
			p.now = (last + 1).Start(time.UTC) + state.Instant(time.Minute)
		}
		for p.open() <= last {
			in := p.any()
			if w.faults && p.random.IntN(20) == 0 { // the process dies here; another one goes on
				p.start(in)
			}
			if w.faults && p.random.IntN(20) == 0 {
				p.rebalance(partitions[p.random.IntN(len(partitions))])
			}
			if w.alarms && in.runner.found && p.random.IntN(8) == 0 {
				p.alarm(in.runner)
			}
			p.turn(in)
			p.lookNow()
		}
	}
	p.checkLate()
	p.checkChains()
	p.checkRecords()
	p.checkErased()
	p.checkSnapshots()
	p.checkWaiting()
	return p
}

// checkSnapshots checks that every snapshot is the fold of its journal, byte for byte.
func (p *played) checkSnapshots() {
	p.t.Helper()
	check := Rebuild{Store: p.store, Engines: p.engines, Found: func(b Broken) { p.t.Errorf("%s: %v", b.Customer, b.Faults) }}
	if _, err := check.Run(context.Background()); err != nil {
		p.t.Fatal(err)
	}
}

// open is the open day; zero in a new store.
func (p *played) open() state.Date {
	day, _, err := p.store.Day(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	return day.Date
}

// checkErased checks that nothing the store shows names somebody who is erased.
func (p *played) checkErased() {
	p.t.Helper()
	known, err := readForgotten(context.Background(), p.store)
	if err != nil {
		p.t.Fatal(err)
	}
	var rows []state.Identifier
	for _, id := range []state.CustomerID{"C-1", "C-2", "C-3", "C-4"} {
		rows = append(rows, nameRow(id))
	}
	text, err := storetest.Contents(context.Background(), p.store, rows...)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, row := range rows {
		id := state.CustomerID(row.Value)
		asked := fmt.Sprintf("identity { Key:{ Scheme:%q Value:%q } }", row.Scheme, row.Value) // an empty row, by the name that we gave
		if _, gone := known.has(id); gone && strings.Contains(strings.ReplaceAll(text, asked, ""), string(id)) {
			p.t.Errorf("%s is erased, and left in the store:\n%s", id, text)
		}
	}
}

// alarm makes a customer due that is not.
func (p *played) alarm(r *Runner) {
	ids, err := p.store.Customers(context.Background())
	if err != nil || len(ids) == 0 {
		return
	}
	id := ids[p.random.IntN(len(ids))]
	err = p.store.Commit(context.Background(), &state.Commit{Day: r.day, Alarms: []state.Alarm{{Day: r.day.Date, Customer: id}}})
	if err != nil && !errors.Is(err, state.ErrDayClosed) { // which the runner may not have heard of yet
		p.t.Fatalf("extra alarm: %v", err)
	}
}

// Stepped is of no interest: what counts is in the store.
func (p *played) Stepped(state.Day, *state.Record, *Effects) {}

// Erased neither.
func (p *played) Erased(func(state.CustomerID) bool) {}

// Closed neither: of several instances the one that closes a day is told, and whoever finds it closed later.
func (p *played) Closed(state.Date) {}

// closed folds every customer's journal and keeps what stood, after promotion.
func (p *played) closed(day state.Date) {
	if !p.moved {
		return
	}
	p.moved = false
	p.each(func(id state.CustomerID, rec *state.Record) {
		if record := string(p.engine.Standing(rec, rec.Day)); record != p.last[id] && (rec.Customer.Known() || p.last[id] != "") {
			p.closes = append(p.closes, closing{day, id, record})
			p.last[id] = record
		}
	})
}

// each folds every customer of the store.
func (p *played) each(visit func(state.CustomerID, *state.Record)) {
	ids, err := p.store.Customers(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	open, _, err := openDay(context.Background(), p.store)
	if err != nil {
		p.t.Fatal(err)
	}
	l := &lane{engine: p.engine, store: p.store, workers: 1}
	loaded, err := l.load(context.Background(), open, ids)
	if err != nil {
		p.t.Fatalf("fold: %v", err)
	}
	for _, id := range ids {
		visit(id, loaded[id].record)
	}
}

// checkChains checks that each alert's transitions are a chain without gap or repeat that ends at the level that stands,
// and that a replay of the journal tells the same transitions.
func (p *played) checkChains() {
	p.t.Helper()
	rows, err := p.store.Alerts(context.Background(), "")
	if err != nil {
		p.t.Fatal(err)
	}
	chains := make(map[string][]state.AlertRow)
	for _, row := range rows {
		chains[row.ID] = append(chains[row.ID], row)
	}
	standing := make(map[string]detectors.Level) // customer and signal, of the live rules: the record tells no others
	for id, chain := range chains {
		slices.SortFunc(chain, func(a, b state.AlertRow) int { return cmp.Compare(a.Seq, b.Seq) })
		level := uint8(0)
		for i, row := range chain {
			if row.Seq != int64(i+1) || row.From != level || row.From == row.To {
				p.t.Errorf("alert %s: seq %d goes from %d to %d after level %d and %d rows", id, row.Seq, row.From, row.To, level, i)
			}
			level = row.To
		}
		if level > 0 && chain[0].RuleSet == alerts.Live {
			standing[string(chain[0].Customer)+" "+chain[0].Signal] = detectors.Level(level)
		}
	}
	p.each(func(id state.CustomerID, rec *state.Record) {
		for _, s := range p.engine.Judge.Signals(rec.Episodes) {
			key := string(id) + " " + s.Name
			if standing[key] != s.Level {
				p.t.Errorf("%s: the last transition told level %v, the record has %v", key, standing[key], s.Level)
			}
			delete(standing, key)
		}
	})
	p.checkRetold(rows)
	for key, level := range standing {
		p.t.Errorf("%s: told to stand at %v, the record has nothing", key, level)
	}
}

// checkRetold checks that the journal tells the store's transitions again, byte for byte.
func (p *played) checkRetold(rows []state.AlertRow) {
	p.t.Helper()
	told := make(map[string]string)
	for _, row := range rows {
		told[fmt.Sprintf("%s/%d", row.ID, row.Seq)] = string(row.Body)
	}
	ids, _ := p.store.Customers(context.Background())
	for _, id := range ids {
		err := Retell(context.Background(), p.store, p.engines, id, func(_ state.Date, _ *state.Record, effects *Effects) {
			for i := range effects.Transitions {
				t := &effects.Transitions[i]
				key := fmt.Sprintf("%s/%d", t.AlertID, t.Seq)
				if got := string(t.AppendJSON(nil)); got != told[key] {
					p.t.Errorf("%s: the journal tells\n%s\nthe store has\n%s", key, got, told[key])
				}
				delete(told, key)
			}
		})
		if err != nil {
			p.t.Fatal(err)
		}
	}
	for key := range told {
		p.t.Errorf("%s: the journal does not tell it", key)
	}
}

// checkRecords checks that the journal tells again what stood at each close. Once somebody is erased it does not: it tells the
// past in other words.
func (p *played) checkRecords() {
	p.t.Helper()
	known, err := readForgotten(context.Background(), p.store)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(known.erased) > 0 {
		return
	}
	for _, c := range p.closes {
		rec, day, err := RecordAt(context.Background(), p.store, p.engines, c.customer, c.day)
		if err != nil {
			p.t.Fatal(err)
		}
		if got := string(p.engine.Standing(rec, rec.Day)); got != c.record || day.Date != c.day {
			p.t.Errorf("%s as of %s: the journal tells\n%x\nthere stood\n%x", c.customer, c.day, got, c.record)
		}
	}
}

func (p *played) engines(context.Context, string) (*Engine, error) { return p.engine, nil }

// publish appends a day's events to partitions, in order of known_at in each, and wherever order says.
func publish(broker *modelBroker, day statetest.Day, partitions []Partition, order uint64) {
	random := rand.New(rand.NewPCG(order, uint64(day.Date)))
	events := slices.Clone(day.Events)
	random.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	slices.SortStableFunc(events, func(a, b state.Event) int { return cmp.Compare(a.KnownAt, b.KnownAt) })
	for i := range events {
		broker.append(partitions[random.IntN(len(partitions))], events[i].KnownAt, encode(&events[i]))
	}
}

func defaultEngine(t testing.TB) *Engine { return testEngine(t, detectors.Config{}) }

func testEngine(t testing.TB, config detectors.Config) *Engine {
	t.Helper()
	set, faults := detectors.NewSet(config)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	calendar, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, nil)
	if err != nil {
		t.Fatal(err)
	}
	judge, err := alerts.NewJudge("test", alerts.DefaultSLA(), alerts.RuleSet{Name: alerts.Live, Rules: set, Materiality: detectors.DefaultMateriality()})
	if err != nil {
		t.Fatal(err)
	}
	return &Engine{Ledger: &state.Ledger{Calendar: calendar, Zone: time.UTC, Horizon: 60}, Judge: judge, Config: "test"}
}

// customEngine judges by signs that the configuration defines, over features of every kind, and by a rule set beside the live one.
func customEngine(t testing.TB) *Engine {
	sign := func(name, warning, critical, clear string, hold int) detectors.CustomSign {
		return detectors.CustomSign{
			Signal: name, When: [...]string{"", "", warning, critical}, Clear: clear, HoldDays: hold, Mode: detectors.Live, Text: name,
		}
	}
	live := detectors.Config{Signs: []detectors.CustomSign{
		sign("owes", "receivables > 300", "undisputed_days_past_due > 10", "receivables < 200", 3),
		sign("sells", "sales_90_days > 0.5 * exposure or days_since_payment > 20", "", "", 2),
		sign("behaves", `open_disputes > 0 or days_since_contact > 5 or segment != ""`, "notes_90_days > 0 and overdue_invoices > 1", "", 0),
		sign("grows_old", `customer_class == "new" and weighted_days_late >= 3.5`, "utilisation > 0.9", "overdue_ratio < 0.1", 5),
	}}
	other := detectors.Config{Signs: live.Signs[:2], Overrides: []detectors.Override{{Signal: "owes", Key: "hold_days", Value: "9"}, {Signal: "overdue", Key: "info_days", Value: "1"}}}
	e := testEngine(t, live)
	var sets []alerts.RuleSet
	for i, config := range []detectors.Config{live, other} {
		set, faults := detectors.NewSet(config)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		sets = append(sets, alerts.RuleSet{Name: [...]string{alerts.Live, "other"}[i], Rules: set, Materiality: detectors.DefaultMateriality()})
	}
	judge, err := alerts.NewJudge("test", alerts.DefaultSLA(), sets...)
	if err != nil {
		t.Fatal(err)
	}
	e.Judge = judge
	return e
}

// encode writes an event as its publisher would. What statetest invents beside the body is no data of the contract.
func encode(ev *state.Event) []byte {
	plain := *ev
	plain.Canonical = ""
	return contract.Encode(&plain)
}
