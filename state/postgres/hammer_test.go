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

const (
	hammers          = 8  // processes
	strikes          = 80 // of each
	hammerCustomers  = 12
	hammerPartitions = 3
)

// Many processes do all that a store does over the same few rows, each in an order of its own. Whoever is second is told so;
// nobody is ever the victim of a deadlock, nothing is lost and nothing is doubled.
func TestNoDeadlockUnderTheHammer(t *testing.T) {
	location := newStore(t)
	first := open(t, location)
	defer first.Close()
	h := hammer{T: t, store: first, anvil: new(anvil)}
	h.must(first.OpenStore(t.Context(), state.Day{Date: 20_000, Config: "sha256:first"}))
	var wg sync.WaitGroup
	for n := range hammers {
		store := open(t, location)
		wg.Go(func() {
			defer store.Close()
			w := hammer{T: t, store: store, random: rand.New(rand.NewPCG(7, uint64(n))), anvil: h.anvil}
			for i := range strikes {
				w.strike(fmt.Sprintf("%d/%d", n, i))
			}
		})
	}
	wg.Wait()
	h.whole()
	t.Logf("%d rows, %d closed days, %d refusals", h.rows.Load(), h.closed.Load(), h.refusals.Load())
	if h.closed.Load() == 0 || h.refusals.Load() < hammers {
		t.Error("want some of each: the hammer does not hit")
	}
}

// hammer is one process.
type hammer struct {
	*testing.T
	store  *postgres.Store
	random *rand.Rand
	*anvil
}

// anvil counts what all of them have done.
type anvil struct{ rows, closed, refusals, deeds atomic.Int64 }

func (h *hammer) must(err error) {
	h.Helper()
	if err != nil {
		h.Error(err)
	}
}

// landed tells whether something was done; any refusal but those of the contract is a fault.
func (h *hammer) landed(err error) bool {
	h.Helper()
	contract := []error{state.ErrConflict, state.ErrFenced, state.ErrStale, state.ErrDayClosed, state.ErrNotIdle, state.ErrCaseGone}
	switch {
	case err == nil:
		return true
	case slices.ContainsFunc(contract, func(refusal error) bool { return errors.Is(err, refusal) }):
		h.refusals.Add(1)
	default:
		h.Errorf("got %v, want one of the contract's refusals", err)
	}
	return false
}

func (h *hammer) strike(name string) {
	ctx := h.Context()
	day, _, err := h.store.Day(ctx)
	h.must(err)
	switch h.random.IntN(24) {
	case 0, 1, 2:
		h.close(day)
	case 3:
		h.landed(h.store.Reconfigure(ctx, fmt.Sprint("sha256:", h.random.IntN(3)), nil))
	case 4:
		h.must(h.store.ForgetUnmatched(ctx, state.Instant(h.random.IntN(1000))))
	case 5:
		h.release()
	case 6, 7:
		h.deliver()
	case 8, 9:
		h.publish()
	case 10:
		h.landed(h.store.Commit(ctx, h.rewrite(day)))
	default:
		c := h.commit(day, name)
		if h.landed(h.store.Commit(ctx, c)) {
			h.rows.Add(int64(len(c.Entries)))
			h.deeds.Add(int64(len(c.Audit)))
		}
	}
}

func (h *hammer) close(day state.Day) {
	positions, err := h.store.AllPositions(h.Context())
	h.must(err)
	c := &state.DayClose{From: day, Next: day.Date + 1, Core: h.customers()}
	for _, p := range positions {
		c.Positions = append(c.Positions, state.Advance{Topic: p.Topic, Partition: p.Partition, From: p.Next})
	}
	if h.landed(h.store.CloseDay(h.Context(), c)) {
		h.closed.Add(1)
	}
}

// release lets half of what is withheld go, and has a summary tell of the rest. Somebody else may have been first.
func (h *hammer) release() {
	stands, err := h.store.Withheld(h.Context(), "", 1<<30)
	h.must(err)
	id := fmt.Sprint("summary ", h.random.Int64())
	l := state.LettingGo{At: 1, Summary: &state.Message{ID: id, Case: id, Seq: 1, Body: []byte("many")}}
	for i := range stands {
		if stands[i].Seen || i%2 == 0 {
			l.Go = append(l.Go, stands[i].Key())
		} else {
			l.Settled = append(l.Settled, stands[i].Key())
		}
	}
	if len(l.Settled) == 0 {
		l.Summary = nil
	}
	h.landed(h.store.Release(h.Context(), l))
}

func (h *hammer) deliver() {
	owed, err := h.store.Owed(h.Context(), 1<<62, 3)
	h.must(err)
	for _, m := range owed {
		h.landed(h.store.Deliver(h.Context(), state.Lease{}, state.Receipt{Case: m.Case, Channel: "#credit", Seq: m.Seq, Timestamp: "1"}))
	}
}

func (h *hammer) publish() {
	rows, err := h.store.Unpublished(h.Context(), 40)
	h.must(err)
	h.random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	var ids []int64
	for _, p := range rows {
		ids = append(ids, p.ID)
	}
	h.must(h.store.Published(h.Context(), ids))
}

// customers are some of them, sorted.
func (h *hammer) customers() (ids []state.CustomerID) {
	for n := range hammerCustomers {
		if h.random.IntN(6) == 0 {
			ids = append(ids, state.CustomerID(fmt.Sprintf("C-%02d", n)))
		}
	}
	return ids
}

// commit is a batch over some rows of each kind, as they stand at the moment.
func (h *hammer) commit(day state.Day, name string) *state.Commit {
	c := &state.Commit{Day: day, At: 1, FirstLimit: h.random.IntN(3) == 0}
	h.positions(c)
	h.identifiers(c, name)
	due, err := h.store.DueAlarms(h.Context(), day.Date, 20)
	h.must(err)
	h.random.Shuffle(len(due), func(i, j int) { due[i], due[j] = due[j], due[i] })
	c.Ticks = due
	h.entries(c, name)
	for range max(0, h.random.IntN(5)-2) { // most are batches, which add nothing to the audit
		c.Audit = append(c.Audit, state.AuditRow{At: c.At, By: name, Via: state.ViaCommand, Deed: "decide", Customer: "C-00"})
	}
	return c
}

func (h *hammer) positions(c *state.Commit) {
	var wanted []state.Position
	for p := range hammerPartitions {
		if h.random.IntN(3) == 0 {
			wanted = append(wanted, state.Position{Topic: "orders", Partition: int32(p)})
		}
	}
	h.random.Shuffle(len(wanted), func(i, j int) { wanted[i], wanted[j] = wanted[j], wanted[i] })
	acquired, err := h.store.Acquire(h.Context(), wanted)
	h.must(err)
	for _, p := range acquired {
		c.Positions = append(c.Positions, state.Advance{Topic: p.Topic, Partition: p.Partition, Epoch: p.Epoch, From: p.Next, To: p.Next + 5})
	}
	slices.SortFunc(c.Positions, func(a, b state.Advance) int { return int(a.Partition - b.Partition) })
}

func (h *hammer) identifiers(c *state.Commit, name string) {
	keys := []state.Identifier{{Scheme: "reg", Value: "1"}, {Scheme: "reg", Value: "2"}, {Scheme: "lei", Value: "3"}, {Scheme: "duns", Value: "4"}}
	h.random.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	var err error
	c.Identifiers, err = h.store.Identities(h.Context(), keys[:max(0, h.random.IntN(7)-3)])
	h.must(err)
	for i := range c.Identifiers {
		id := &c.Identifiers[i]
		id.Events = append(id.Events, state.Event{Kind: state.KindRegistry, KnownAt: state.Instant(h.random.IntN(1000)),
			Body: &state.RegistryFact{Registry: "gb-gazette", Identifier: id.Key, SubjectID: name}})
	}
}

// rewrite replaces some customers' journals, and what was told by them, by the same.
func (h *hammer) rewrite(day state.Day) *state.Commit {
	c := &state.Commit{Day: day, At: 1}
	for _, id := range h.customers() {
		rows, err := h.store.Rows(h.Context(), id)
		h.must(err)
		alerts, err := h.store.Alerts(h.Context(), id)
		h.must(err)
		w := state.Rewrite{Customer: id, As: id, Last: uint64(len(rows)), Entries: rows}
		for _, a := range alerts {
			w.Alerts = append(w.Alerts, state.RewrittenAlert{Was: state.Was{ID: a.ID, Seq: a.Seq}, AlertRow: a})
			m := message(id, a.Seq)
			w.Messages = append(w.Messages, state.RewrittenMessage{Was: state.Was{ID: m.Case, Seq: m.Seq}, Message: m})
		}
		c.Rewrites = append(c.Rewrites, w)
	}
	h.random.Shuffle(len(c.Rewrites), func(i, j int) { c.Rewrites[i], c.Rewrites[j] = c.Rewrites[j], c.Rewrites[i] })
	return c
}

func message(id state.CustomerID, seq int64) state.Message {
	return state.Message{ID: fmt.Sprint("m-", id, "-", seq), Case: "case-" + string(id), Seq: seq, Customer: id}
}

func (h *hammer) entries(c *state.Commit, name string) {
	ids := h.customers()
	histories, err := h.store.Load(h.Context(), append(ids, ticked(c)...))
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
		c.Alerts = append(c.Alerts, state.AlertRow{ID: "A-" + string(id), Seq: int64(seq), Customer: id, Day: c.Day.Date})
		m := message(id, int64(seq))
		m.Held = h.random.IntN(2) == 0
		c.Messages = append(c.Messages, m)
		c.Snapshots = append(c.Snapshots, state.Snapshot{Customer: id, Seq: seq, Body: []byte(name)})
	}
	for range 2 * hammerCustomers { // also of steps that change nothing and so append nothing
		id := state.CustomerID(fmt.Sprintf("C-%02d", h.random.IntN(hammerCustomers)))
		c.Alarms = append(c.Alarms, state.Alarm{Day: c.Day.Date + 1 + state.Date(h.random.IntN(3)), Customer: id})
		if seq := last[id]; seq > 0 {
			c.Snapshots = append(c.Snapshots, state.Snapshot{Customer: id, Seq: seq, Body: []byte(name)})
		}
	}
	h.random.Shuffle(len(c.Alarms), func(i, j int) { c.Alarms[i], c.Alarms[j] = c.Alarms[j], c.Alarms[i] })
	h.random.Shuffle(len(c.Snapshots), func(i, j int) { c.Snapshots[i], c.Snapshots[j] = c.Snapshots[j], c.Snapshots[i] })
}

func ticked(c *state.Commit) (ids []state.CustomerID) {
	for _, a := range c.Ticks {
		ids = append(ids, a.Customer)
	}
	return ids
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
	v, err := state.VerifyAudit(h.Context(), h.store)
	h.must(err)
	if v.Rows != h.deeds.Load() || v.Rows == 0 {
		h.Errorf("got %d audit rows, want the %d that landed", v.Rows, h.deeds.Load())
	}
	if rows != h.rows.Load() || rows == 0 {
		h.Errorf("got %d rows, want the %d that landed", rows, h.rows.Load())
	}
}
