package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/consumer"
	"tocsin/consumer/contract"
	"tocsin/state"
	"tocsin/state/statetest"
)

// Whatever a history is, however it reaches the topics, is fetched, is cut into batches, and whatever fails on the way: what
// a run has left must be what a backtest of the same events finds. A case is one random history of one store, published to a
// broker of its own, consumed by the real client and runner into SQLite, by one process after the other, under a clock that
// moves with what is published.
//
// As many legs as tests may run beside each other have as many cases each as rapid is asked for: a case waits more than it
// works, for its group and for the broker.
func TestARunLeavesWhatABacktestFinds(t *testing.T) {
	ledgers := []*ledger{
		ledgerOf(t, ""),
		ledgerOf(t, `segments: [{when: 'customer_class == "core"', detectors: {overdue: {info_days: 1, warning_days: 10}}}]`),
		ledgerOf(t, `detectors: {limit_review_due: {policy: zero}}`),
	}
	legs, err := strconv.Atoi(flag.Lookup("test.parallel").Value.String())
	if err != nil {
		t.Fatal(err)
	}
	for leg := range legs {
		t.Run(fmt.Sprint("leg ", leg+1), func(t *testing.T) {
			t.Parallel()
			dir := memoryDir(t)
			rapid.Check(t, func(t *rapid.T) {
				dir, err := os.MkdirTemp(dir, "")
				if err != nil {
					t.Fatal(err)
				}
				defer os.RemoveAll(dir) //nolint:errcheck // it goes with its parent at the latest
				(&journey{ledger: rapid.SampledFrom(ledgers).Draw(t, "ledger"), dir: dir, days: drawDays(t), way: drawWay(t)}).check(t)
			})
		})
	}
}

// ledger is a configuration with its engine.
type ledger struct {
	*config
	engine *consumer.Engine
}

// String keeps what is drawn readable.
func (l *ledger) String() string { return l.version() }

// ledgerOf is the ledger of a configuration's text. A day waits for every partition: the clock leaps, and whoever has been
// silent for as long as a leap would be left behind.
func ledgerOf(t *testing.T, text string) *ledger {
	t.Helper()
	c := accepted(t, text)
	c.Ledger.MaxHold = 0
	engine, err := c.engine()
	if err != nil {
		t.Fatal(err)
	}
	return &ledger{c, engine}
}

// check plays a journey and fails the test where it has not left what it should.
func (j *journey) check(t *rapid.T) {
	ctx, cancel := context.WithTimeoutCause(context.Background(), time.Minute, errStuck)
	defer cancel()
	if err := j.play(ctx); err != nil {
		t.Fatal(err)
	}
	faults, err := j.compare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}

// way is how a history comes from its publishers into a store.
type way struct {
	seed       uint64
	topics     int
	partitions int32
	live       bool       // published day by day while it is consumed; else all is there before the first process
	faults     bool       // answers are lost, somebody else is first, the store breaks under the process
	sip        int        // records of one poll, at most
	stops      int        // processes that are stopped on the way
	tail       state.Date // days after the last event
}

func drawWay(t *rapid.T) way {
	return way{
		seed:       rapid.Uint64().Draw(t, "seed"),
		topics:     rapid.IntRange(1, 3).Draw(t, "topics"),
		partitions: int32(rapid.IntRange(1, 2).Draw(t, "partitions")),
		live:       rapid.Bool().Draw(t, "live"),
		faults:     rapid.Bool().Draw(t, "faults"),
		sip:        rapid.IntRange(1, 16).Draw(t, "sip"),
		stops:      rapid.IntRange(0, 2).Draw(t, "stops"),
		tail:       state.Date(rapid.SampledFrom([]int{0, 0, 1, 1, 5, 20, 70}).Draw(t, "tail")),
	}
}

// random is a source of chance of the way, each use its own.
func (w way) random(use uint64) *rand.Rand { return rand.New(rand.NewPCG(w.seed, use)) }

// drawDays draws what becomes known of a few customers, day by day.
func drawDays(t *rapid.T) []statetest.Day {
	days := make([]statetest.Day, rapid.IntRange(1, 4).Draw(t, "days"))
	customers := []state.CustomerID{"C-1", "C-2", "C-3"}[:rapid.IntRange(1, 3).Draw(t, "customers")]
	date := statetest.Start - 30
	for i := range days {
		date += state.Date(rapid.SampledFrom([]int{1, 1, 1, 2, 2, 5, 12, 30}).Draw(t, "gap"))
		days[i].Date = date
		for _, customer := range customers {
			for _, ev := range statetest.Events(customer, 6).Draw(t, "events") {
				ev.KnownAt = date.Start(time.UTC) + state.Instant(rapid.IntRange(0, 86399).Draw(t, "second"))*1e9
				ev.Canonical = "" // what statetest invents beside the body is no data of the contract
				days[i].Events = append(days[i].Events, ev)
			}
		}
		for range rapid.IntRange(0, 3).Draw(t, "rates") {
			days[i].Events = append(days[i].Events, statetest.Rate(date).Draw(t, "rate"))
		}
	}
	statetest.Merges(t, days, 3, "C-1", "C-2", "C-3", "C-4")
	statetest.Disputes(t, days)
	statetest.Erasures(t, days, "C-1", "C-2", "C-3", "C-4")
	return withoutOthers(t, statetest.WithoutConflicts(days))
}

// withoutOthers leaves out of a history in which somebody is erased what is not told by its body alone: an erasure takes that,
// and a line cannot say that it was taken.
func withoutOthers(t *rapid.T, days []statetest.Day) []statetest.Day {
	erases := false
	for i := range days {
		erases = erases || slices.ContainsFunc(days[i].Events, func(ev state.Event) bool { return ev.Kind == state.KindErased })
	}
	decoder, err := contract.NewDecoder(contract.Options{Ahead: journeyAhead})
	if err != nil {
		t.Fatal(err)
	}
	for i := range days {
		days[i].Events = slices.DeleteFunc(days[i].Events, func(ev state.Event) bool {
			var read state.Event
			reject := decoder.Decode(contract.Encode(&ev), ev.KnownAt, &read)
			return erases && (reject != nil || read.Canonical != "")
		})
	}
	return days
}

// memoryDir is a directory in memory where the machine has one: the property is not about disks.
func memoryDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(filepath.FromSlash("/dev/shm"), "tocsin-journey-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
