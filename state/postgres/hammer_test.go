package postgres_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"tocsin/state"
	"tocsin/state/postgres"
)

// Many processes commit, close and reconfigure over the same few rows in every order. Whoever is second is told so; nobody
// is ever the victim of a deadlock, nothing is lost and nothing is doubled.
func TestNoDeadlockUnderTheHammer(t *testing.T) {
	const writers, commits, customers, partitions = 8, 100, 12, 3
	location := server.NewSchema(t)
	if err := postgres.Migrate(t.Context(), location); err != nil {
		t.Fatal(err)
	}
	first := open(t, location)
	defer first.Close()
	h := hammer{T: t, store: first}
	h.must(first.OpenStore(t.Context(), state.Day{Date: 20_000, Config: "sha256:first"}))
	var wg sync.WaitGroup
	for n := range writers {
		store := open(t, location)
		wg.Go(func() {
			defer store.Close()
			w := hammer{T: t, store: store, random: rand.New(rand.NewPCG(7, uint64(n))), landed: &h.count}
			for i := range commits {
				w.strike(customers, partitions, fmt.Sprintf("%d/%d", n, i))
			}
		})
	}
	wg.Wait()
	h.whole()
}

// hammer is one process.
type hammer struct {
	*testing.T
	store  *postgres.Store
	random *rand.Rand
	landed *atomic.Int64 // journal rows that were committed
	count  atomic.Int64
}

func (h *hammer) must(err error) {
	h.Helper()
	if err != nil {
		h.Error(err)
	}
}

// refusals are the answers that a second one may get.
var refusals = []error{state.ErrConflict, state.ErrFenced, state.ErrStale, state.ErrDayClosed, state.ErrNotIdle}

func (h *hammer) strike(customers, partitions int, name string) {
	ctx := h.Context()
	day, _, err := h.store.Day(ctx)
	h.must(err)
	switch h.random.IntN(20) {
	case 0:
		positions, err := h.store.AllPositions(ctx)
		h.must(err)
		c := &state.DayClose{From: day, Next: day.Date + 1}
		for _, p := range positions {
			c.Positions = append(c.Positions, state.Advance{Topic: p.Topic, Partition: p.Partition, From: p.Next})
		}
		h.refused(h.store.CloseDay(ctx, c))
	case 1:
		h.refused(h.store.Reconfigure(ctx, fmt.Sprint("sha256:", h.random.IntN(3)), nil))
	case 2:
		h.must(h.store.ForgetUnmatched(ctx, state.Instant(h.random.IntN(1000))))
	default:
		c := h.commit(day, customers, partitions, name)
		if h.refused(h.store.Commit(ctx, c)) {
			h.landed.Add(int64(len(c.Entries)))
		}
	}
}

// refused tells whether it landed; any refusal but those of the contract is a fault.
func (h *hammer) refused(err error) (landed bool) {
	h.Helper()
	if err != nil && !slices.ContainsFunc(refusals, func(r error) bool { return errors.Is(err, r) }) {
		h.Errorf("got %v, want one of the contract's refusals", err)
	}
	return err == nil
}

// commit is a batch over some rows of each kind, as they stand at the moment.
func (h *hammer) commit(day state.Day, customers, partitions int, name string) *state.Commit {
	ctx := h.Context()
	c := &state.Commit{Day: day, At: 1, FirstLimit: h.random.IntN(3) == 0}
	var wanted []state.Position
	for p := range partitions {
		if h.random.IntN(6) == 0 {
			wanted = append(wanted, state.Position{Topic: "orders", Partition: int32(p)})
		}
	}
	h.random.Shuffle(len(wanted), func(i, j int) { wanted[i], wanted[j] = wanted[j], wanted[i] })
	acquired, err := h.store.Acquire(ctx, wanted)
	h.must(err)
	for _, p := range acquired {
		c.Positions = append(c.Positions, state.Advance{Topic: p.Topic, Partition: p.Partition, Epoch: p.Epoch, From: p.Next, To: p.Next + 5})
	}
	slices.SortFunc(c.Positions, func(a, b state.Advance) int { return int(a.Partition - b.Partition) })
	keys := []state.Identifier{{Scheme: "reg", Value: "1"}, {Scheme: "reg", Value: "2"}, {Scheme: "lei", Value: "3"}}
	h.random.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	c.Identifiers, err = h.store.Identities(ctx, keys[:max(0, h.random.IntN(6)-3)])
	h.must(err)
	for i := range c.Identifiers {
		id := &c.Identifiers[i]
		id.Events = append(id.Events, state.Event{Kind: state.KindRegistry, KnownAt: state.Instant(h.random.IntN(1000)),
			Body: &state.RegistryFact{Registry: "gb-gazette", Identifier: id.Key, SubjectID: name}})
	}
	due, err := h.store.DueAlarms(ctx, day.Date, 5)
	h.must(err)
	h.random.Shuffle(len(due), func(i, j int) { due[i], due[j] = due[j], due[i] })
	c.Ticks = due
	h.entries(c, customers, name)
	return c
}

func (h *hammer) entries(c *state.Commit, customers int, name string) {
	var ids []state.CustomerID
	for n := range customers {
		if h.random.IntN(6) == 0 {
			ids = append(ids, state.CustomerID(fmt.Sprintf("C-%02d", n)))
		}
	}
	histories, err := h.store.Load(h.Context(), ids)
	h.must(err)
	last := make(map[state.CustomerID]uint64)
	for i := range histories {
		last[histories[i].Customer] = histories[i].SnapshotSeq + uint64(len(histories[i].Rows))
	}
	for i := range c.Ticks {
		c.Ticks[i].Seq = last[c.Ticks[i].Customer]
	}
	for _, id := range ids {
		seq := last[id] + 1
		c.Entries = append(c.Entries, state.Entry{Customer: id, Seq: seq, Day: c.Day.Date, Config: c.Day.Config, Applied: []byte(name)})
		c.Alarms = append(c.Alarms, state.Alarm{Day: c.Day.Date + state.Date(h.random.IntN(3)), Customer: id})
		c.Alerts = append(c.Alerts, state.AlertRow{ID: "A-" + string(id), Seq: int64(seq), Customer: id, Day: c.Day.Date})
		c.Messages = append(c.Messages, state.Message{ID: fmt.Sprint("m-", id, "-", seq), Case: "case-" + string(id), Seq: int64(seq), Customer: id})
		if seq%4 == 0 {
			c.Snapshots = append(c.Snapshots, state.Snapshot{Customer: id, Seq: seq, Body: []byte(name)})
		}
	}
	for range 4 * customers { // of steps that change nothing and so append nothing
		id := state.CustomerID(fmt.Sprintf("C-%02d", h.random.IntN(customers)))
		c.Alarms = append(c.Alarms, state.Alarm{Day: c.Day.Date + 1 + state.Date(h.random.IntN(2)), Customer: id})
	}
	h.random.Shuffle(len(c.Alarms), func(i, j int) { c.Alarms[i], c.Alarms[j] = c.Alarms[j], c.Alarms[i] })
}

// whole checks that each row that landed is there once, without a gap, with what it owes.
func (h *hammer) whole() {
	customers, err := h.store.Customers(h.Context())
	h.must(err)
	rows := int64(0)
	for _, id := range customers {
		journal, err := h.store.Rows(h.Context(), id)
		h.must(err)
		for i := range journal {
			if journal[i].Seq != uint64(i+1) {
				h.Errorf("customer %s: got row %d at place %d", id, journal[i].Seq, i+1)
			}
		}
		rows += int64(len(journal))
		alerts, err := h.store.Alerts(h.Context(), id)
		h.must(err)
		if len(alerts) != len(journal) {
			h.Errorf("customer %s: got %d alerts for %d rows", id, len(alerts), len(journal))
		}
	}
	if rows != h.count.Load() || rows == 0 {
		h.Errorf("got %d rows, want the %d that landed", rows, h.count.Load())
	}
}
