package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tocsin/state"
)

func newStoreIsEmpty(t *trial) {
	day, found, err := t.store.Day(t.Context())
	t.must(err)
	if found {
		t.Errorf("got open day %v in a new store, want none", day)
	}
	t.refused(t.store.Commit(t.Context(), step(entry("C-1", 1))), state.ErrDayClosed)
	got(t, "contents", t.contents(), "day { }\n"+
		`identity { Key:{ Scheme:"reg" Value:"01234567" Country:"GB" } }`+"\n"+
		`identity { Key:{ Scheme:"lei" Value:"5299000000000000XX00" } }`+"\n"+
		"cases owed, held [ 0 0 ]\nrefused 0\n")
}

func firstDayIsOpenedOnce(t *trial) {
	t.open()
	got(t, "day", t.day(), today)
	t.refused(t.store.OpenStore(t.Context(), state.Day{Date: today.Date + 1, Config: "sha256:second"}), state.ErrConflict)
	got(t, "day", t.day(), today)
}

func commitWritesEveryPart(t *trial) {
	epoch := t.ready()
	t.commit(everything(0, epoch, 0))
	text := t.contents()
	for _, line := range []string{
		`day { Date:` + today.Date.String() + ` Config:"sha256:first" FirstLimit:` + today.Date.String() + ` }`,
		`position { Topic:"credit.orders.v1" Next:10 Epoch:1 Cluster:"k-1" TopicID:"t-1" }`,
		`alarm { Day:` + today.Date.String() + ` Customer:"tick-C-1" }`,
		`alarm { Day:` + (today.Date + 9).String() + ` Customer:"C-0" }`,
		`customer "C-0"`,
		`history { Customer:"C-0" Snapshot:"snapshot of C-0" SnapshotSeq:1 }`,
		`history { Customer:"C-0b" Rows:[ { Customer:"C-0b" Seq:1 Day:` + today.Date.String() + ` Config:"sha256:first" Applied:"applied to C-0b at 1" } ] }`,
		`identity { Key:{ Scheme:"lei" Value:"5299000000000000XX00" } Version:1 Customers:[ "C-0" ] }`,
		`cases owed, held [ 1 1 ]`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("the store does not show %s", line)
		}
	}
	for row, want := range map[string]int{"\nalarm ": 2, "\nowed ": 1, "\nalert ": 2, "\ntask ": 1, "\ndead letter ": 1, "\nredrive ": 1, "\nunpublished ": 5} {
		got(t, "rows of"+row, strings.Count(text, row), want)
	}
	if t.Failed() {
		t.Log(text)
	}
}

func refusedCommitWritesNothing(t *trial) { refusedCommit(t, everything) }

// A store may write many rows in another way than few.
func refusedCommitOfManyRowsWritesNothing(t *trial) {
	many := func(n int) (rows []state.Entry) {
		for i := range 1000 {
			row := entry(state.CustomerID(fmt.Sprintf("M-%03d", i)), uint64(n+1)) //nolint:gosec // not negative
			row.Applied = append(row.Applied, make([]byte, 400)...)
			rows = append(rows, row)
		}
		return rows
	}
	refusedCommit(t, func(n int, epoch, version int64) *state.Commit {
		c := everything(n, epoch, version)
		c.Entries = append(c.Entries, many(n)...)
		return c
	})
	var want []state.History
	var ids []state.CustomerID
	second := many(1)
	for i, row := range many(0) {
		ids = append(ids, row.Customer)
		want = append(want, state.History{Customer: row.Customer, Rows: []state.Entry{row, second[i]}})
	}
	histories, err := t.store.Load(t.Context(), ids)
	t.must(err)
	got(t, "rows", histories, want)
}

// Each part once refuses the commit; all others must then be unwritten, and the same commit without the fault must land.
func refusedCommit(t *trial, everything func(n int, epoch, version int64) *state.Commit) {
	epoch := t.ready()
	first := everything(0, epoch, 0)
	t.commit(first)
	version := t.identity(globex).Version
	whole := func() *state.Commit { return everything(1, epoch, version) }

	faults := []struct {
		name  string
		spoil func(c *state.Commit)
		want  error // nil: an error of its own
	}{
		{"repeated request", func(c *state.Commit) { c.Request = first.Request }, state.ErrRepeated},
		{"refused record accepted before", func(c *state.Commit) { c.Redrives = append(c.Redrives, first.Redrives...) }, state.ErrRepeated},
		{"position elsewhere", func(c *state.Commit) { c.Positions[0].From-- }, state.ErrFenced},
		{"position of another epoch", func(c *state.Commit) { c.Positions[0].Epoch++ }, state.ErrFenced},
		{"second position unknown", func(c *state.Commit) {
			c.Positions = append(c.Positions, state.Advance{Topic: orders, Partition: 7, Epoch: 1, From: -1, To: 3})
		}, state.ErrFenced},
		{"another day", func(c *state.Commit) { c.Day.Date++; redate(c) }, state.ErrDayClosed},
		{"another configuration", func(c *state.Commit) { c.Day.Config = "sha256:other"; redate(c) }, state.ErrDayClosed},
		{"stale identifier", func(c *state.Commit) { c.Identifiers[0].Version-- }, state.ErrStale},
		{"identifier thought unknown", func(c *state.Commit) { c.Identifiers[0].Version = 0 }, state.ErrStale},
		{"identifier thought known", func(c *state.Commit) {
			c.Identifiers = append(c.Identifiers, state.Identity{Key: acme, Version: 1})
		}, state.ErrStale},
		{"exchange rate taken", func(c *state.Commit) { c.Rates[0].Seq = 1 }, state.ErrStale},
		{"journal row taken", func(c *state.Commit) { c.Entries[0] = first.Entries[1] }, state.ErrConflict},
		{"alert taken", func(c *state.Commit) { c.Alerts = append(c.Alerts, first.Alerts[0]) }, nil},
		{"task taken", func(c *state.Commit) { c.Tasks = append(c.Tasks, first.Tasks[0]) }, nil},
		{"message id taken", func(c *state.Commit) { c.Messages[1].ID = first.Messages[0].ID }, nil},
		{"message of the case taken", func(c *state.Commit) { c.Messages[1].Case = first.Messages[0].Case }, nil},
		{"dead letter taken", func(c *state.Commit) { c.DeadLetters = append(c.DeadLetters, first.DeadLetters[0]) }, nil},
		{"alert twice", func(c *state.Commit) { c.Alerts = append(c.Alerts, c.Alerts[0]) }, nil},
		{"row of another day", func(c *state.Commit) { c.Entries[1].Day++ }, nil},
		{"rows out of order", func(c *state.Commit) { c.Entries[0], c.Entries[1] = c.Entries[1], c.Entries[0] }, nil},
		{"position going back", func(c *state.Commit) { c.Positions[0].To = c.Positions[0].From - 1 }, nil},
		{"identifier twice", func(c *state.Commit) { c.Identifiers = append(c.Identifiers, c.Identifiers[0]) }, nil},
	}
	before := t.contents()
	for _, fault := range faults {
		c := whole()
		fault.spoil(c)
		err := t.store.Commit(t.Context(), c)
		if err == nil {
			t.Fatalf("%s: the commit was taken", fault.name)
		}
		if fault.want != nil {
			t.refused(err, fault.want)
		}
		if after := t.contents(); after != before {
			t.Fatalf("%s: the refused commit left a trace\n--- before\n%s--- after\n%s", fault.name, before, after)
		}
	}
	t.commit(whole())
	if t.contents() == before {
		t.Error("the commit without a fault changed nothing")
	}
}

// redate makes the rows of a commit agree with its day.
func redate(c *state.Commit) {
	for i := range c.Entries {
		c.Entries[i].Day, c.Entries[i].Config = c.Day.Date, c.Day.Config
	}
	for i := range c.Rates {
		c.Rates[i].Known = c.Day.Date
	}
	for i := range c.Affiliates {
		c.Affiliates[i].Known = c.Day.Date
	}
}

func cancelledCommitWritesNothing(t *trial) {
	epoch := t.ready()
	before := t.contents()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := t.store.Commit(cancelled, everything(0, epoch, 0)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	got(t, "contents", t.contents(), before)
}

func positionComparesAndSets(t *trial) {
	t.open()
	epoch := t.acquire(0).Epoch
	move := func(from, to int64) error {
		return t.store.Commit(t.Context(), &state.Commit{Day: today,
			Positions: []state.Advance{{Topic: orders, Epoch: epoch, From: from, To: to}}})
	}
	t.refused(move(0, 5), state.ErrFenced)
	t.must(move(-1, 5))
	t.refused(move(-1, 5), state.ErrFenced)
	t.must(move(5, 6))
	t.refused(move(4, 7), state.ErrFenced)
	positions, err := t.store.AllPositions(t.Context())
	t.must(err)
	got(t, "positions", positions, []state.Position{{Topic: orders, Next: 6, Epoch: epoch, Cluster: "k-1", TopicID: "t-1"}})
}

func newOwnerFencesTheOldOne(t *trial) {
	t.open()
	old := t.acquire(0)
	t.acquire(1)
	renewed := t.acquire(0)
	if renewed.Epoch <= old.Epoch {
		t.Fatalf("got epoch %d after %d, want a later one", renewed.Epoch, old.Epoch)
	}
	from := func(p state.Position) *state.Commit {
		return &state.Commit{Day: today, Positions: []state.Advance{{Topic: orders, Epoch: p.Epoch, From: -1, To: 4}}}
	}
	t.refused(t.store.Commit(t.Context(), from(old)), state.ErrFenced)
	t.commit(from(renewed))
	got(t, "position", t.acquire(0).Next, 4)
}

func partitionKeepsItsIdentity(t *trial) {
	t.open()
	first, err := t.store.Acquire(t.Context(), []state.Position{{Topic: orders}, {Topic: "credit.fx.v1", Partition: 2, Cluster: "k-1"}})
	t.must(err)
	got(t, "first seen", first, []state.Position{
		{Topic: orders, Next: -1, Epoch: 1}, {Topic: "credit.fx.v1", Partition: 2, Next: -1, Epoch: 1, Cluster: "k-1"}})
	got(t, "identity told", t.acquire(0), state.Position{Topic: orders, Next: -1, Epoch: 2, Cluster: "k-1", TopicID: "t-1"})
	other, err := t.store.Acquire(t.Context(), []state.Position{{Topic: orders, Cluster: "k-2", TopicID: "t-9"}})
	t.must(err)
	got(t, "another identity", other, []state.Position{{Topic: orders, Next: -1, Epoch: 3, Cluster: "k-1", TopicID: "t-1"}})
}

func frontIsToldUntilThePartitionMoves(t *trial) {
	t.open()
	own, other := t.acquire(0), t.acquire(1)
	fronts := func() [2]state.Date {
		all, err := t.store.AllPositions(t.Context())
		t.must(err)
		return [2]state.Date{all[0].Front, all[1].Front}
	}
	own.Front, other.Front = today.Date+3, today.Date+4
	t.must(t.store.KeepFronts(t.Context(), []state.Position{other, own, {Topic: "credit.unknown.v1", Front: today.Date}}))
	t.must(t.store.KeepFronts(t.Context(), []state.Position{own}))
	got(t, "told", fronts(), [2]state.Date{today.Date + 3, today.Date + 4})

	t.commit(&state.Commit{Day: today, Positions: []state.Advance{{Topic: orders, Epoch: own.Epoch, From: -1, To: 4}}})
	got(t, "behind a move", fronts(), [2]state.Date{0, today.Date + 4})
	t.must(t.store.KeepFronts(t.Context(), []state.Position{own}))
	got(t, "told of where the partition stood", fronts(), [2]state.Date{0, today.Date + 4})

	got(t, "as the next owner finds it", t.acquire(1).Front, 0)
	got(t, "under another epoch", fronts(), [2]state.Date{})
	t.must(t.store.KeepFronts(t.Context(), []state.Position{other}))
	got(t, "told by who is fenced", fronts(), [2]state.Date{})

	own.Next, own.Front = 4, today.Date+5
	t.must(t.store.KeepFronts(t.Context(), []state.Position{own}))
	t.must(t.store.KeepGap(t.Context(), gap(0, 4, -1)))
	t.must(t.store.AcceptGap(t.Context(), orders, 0, state.Acceptance{To: 1, At: noon, By: "l.wei", Why: "the log was cut"}))
	t.commit(&state.Commit{Day: today, Positions: []state.Advance{{Topic: orders, Epoch: own.Epoch, From: 1, To: 4}}})
	got(t, "of a log that is gone", fronts(), [2]state.Date{})
}

func secondStepConflicts(t *trial) {
	t.open()
	t.commit(step(entry("C-1", 1)))
	t.commit(step(entry("C-1", 2), entry("C-2", 1)))
	t.refused(t.store.Commit(t.Context(), step(entry("C-1", 3), entry("C-2", 1))), state.ErrConflict)
	t.commit(step(entry("C-1", 3), entry("C-1", 4), entry("C-2", 2)))
	histories, err := t.store.Load(t.Context(), []state.CustomerID{"C-1"})
	t.must(err)
	got(t, "rows", histories, []state.History{{Customer: "C-1",
		Rows: []state.Entry{entry("C-1", 1), entry("C-1", 2), entry("C-1", 3), entry("C-1", 4)}}})
}

func unchangedStepIsProven(t *trial) {
	t.open()
	t.commit(step(entry("C-1", 1)))
	t.commit(step(entry("C-1", 2)))
	prove := func(customer state.CustomerID, seq uint64) *state.Commit {
		c := step(entry("C-9", t.last("C-9")+1))
		c.Proofs = []state.Proof{{Customer: customer, Seq: seq}}
		return c
	}
	for _, late := range []*state.Commit{prove("C-1", 1), prove("C-1", 3), prove("C-1", 0), prove("C-2", 1)} {
		t.refused(t.store.Commit(t.Context(), late), state.ErrConflict)
	}
	t.commit(prove("C-1", 2))
	t.commit(prove("C-2", 0))
	t.commit(&state.Commit{Day: today, Snapshots: []state.Snapshot{{Customer: "C-1", Seq: 2, Body: []byte("folded")}}})
	t.commit(prove("C-1", 2))
}

// last is a customer's last row.
func (t *trial) last(id state.CustomerID) uint64 {
	t.Helper()
	rows, err := t.store.Rows(t.Context(), id)
	t.must(err)
	return uint64(len(rows))
}

func (t *trial) landed(request string, want bool) {
	t.Helper()
	got, err := t.store.Landed(t.Context(), request)
	t.must(err)
	if got != want {
		t.Errorf("request %s has landed: got %v, want %v", request, got, want)
	}
}

func repeatedRequestGoesFirst(t *trial) {
	t.open()
	c := step(entry("C-1", 1))
	c.Request = "ack-1"
	t.landed("ack-1", false)
	t.commit(c)
	t.landed("ack-1", true)
	t.refused(t.store.Commit(t.Context(), c), state.ErrRepeated)
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: today, Next: today.Date + 1}))
	t.refused(t.store.Commit(t.Context(), c), state.ErrRepeated)

	// Tried with another id, it is a request of its own.
	c.Request = "ack-2"
	t.refused(t.store.Commit(t.Context(), c), state.ErrDayClosed)
	t.landed("ack-2", false)
}

func firstLimitIsNotedOnce(t *trial) {
	t.open()
	t.commit(step())
	got(t, "first limit", t.day().FirstLimit, 0)
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: today, Next: today.Date + 1}))
	second := state.Day{Date: today.Date + 1, Config: today.Config}
	t.commit(&state.Commit{Day: second, FirstLimit: true})
	got(t, "first limit", t.day().FirstLimit, today.Date+1)
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: second, Next: today.Date + 5}))
	t.commit(&state.Commit{Day: state.Day{Date: today.Date + 5, Config: today.Config}, FirstLimit: true})
	got(t, "first limit", t.day().FirstLimit, today.Date+1)
}
