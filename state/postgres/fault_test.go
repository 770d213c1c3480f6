package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
	"tocsin/state/storetest"
)

// opened is a store of the open day with a partition acquired.
func opened(t *testing.T, o postgres.Options) (s *postgres.Store, location string) {
	t.Helper()
	location = newStore(t)
	s = openWith(t, location, o)
	t.Cleanup(func() { _ = s.Close() })
	err := s.OpenStore(t.Context(), today)
	if err == nil {
		_, err = s.Acquire(t.Context(), []state.Position{{Topic: killTopic}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, location
}

// A session that stands still inside a transaction holds a partition and the day until the server ends it. Others give up
// waiting before, and go on after.
func TestAFrozenSessionHoldsNobodyForLong(t *testing.T) {
	s, location := opened(t, postgres.Options{LockTimeout: 100 * time.Millisecond})
	frozen, err := pgx.Connect(t.Context(), location+"&idle_in_transaction_session_timeout=1000")
	if err != nil {
		t.Fatal(err)
	}
	defer frozen.Close(context.Background()) //nolint:errcheck // the server has closed it
	if _, err = frozen.Exec(t.Context(), `BEGIN; SELECT FROM position FOR UPDATE; SELECT FROM day FOR SHARE`); err != nil {
		t.Fatal(err)
	}
	c := nthCommit(today, 0)
	c.Positions = []state.Advance{{Topic: killTopic, Epoch: 1, From: -1, To: 1}}
	if err := s.Commit(t.Context(), c); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("commit: got %v, want %v", err, state.ErrUnavailable)
	}
	if err := s.CloseDay(t.Context(), &state.DayClose{From: today, Next: today.Date + 1}); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("close: got %v, want %v", err, state.ErrUnavailable)
	}
	if _, err := patiently(func() (struct{}, error) { return struct{}{}, s.Commit(t.Context(), c) }); err != nil {
		t.Errorf("after the server has ended the session: %v", err)
	}
	checkWhole(t, s, 1)
}

func TestACommitForAnotherLifeOfTheServerIsRefused(t *testing.T) {
	victim := newServer(t)
	location := victim.NewSchema(t)
	s := openWith(t, location, postgres.Options{Migrate: true})
	defer s.Close()
	if err := s.OpenStore(t.Context(), today); err != nil {
		t.Fatal(err)
	}
	before, _, err := s.Day(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.KillSessions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := commitSoon(t, s, nthCommit(before, 0)); err != nil {
		t.Errorf("after the end of a session: %v", err)
	}
	victim.Kill()
	if err := victim.Launch(); err != nil {
		t.Fatal(err)
	}
	if err := commitSoon(t, s, nthCommit(before, 1)); !errors.Is(err, state.ErrDayClosed) {
		t.Errorf("after the end of the server: got %v, want %v", err, state.ErrDayClosed)
	}
	after, _, err := s.Day(t.Context())
	if err != nil || after.Server == before.Server {
		t.Errorf("got server %q after %q, %v, want another", after.Server, before.Server, err)
	}
	if err := s.CloseDay(t.Context(), &state.DayClose{From: before, Next: before.Date + 1}); !errors.Is(err, state.ErrDayClosed) {
		t.Errorf("close: got %v, want %v", err, state.ErrDayClosed)
	}
	if err := s.Commit(t.Context(), nthCommit(after, 1)); err != nil {
		t.Error(err)
	}
	checkWhole(t, s, 2)
}

// commitSoon commits once there is a connection again.
func commitSoon(t *testing.T, s *postgres.Store, c *state.Commit) error {
	t.Helper()
	_, err := patiently(func() (struct{}, error) { return struct{}{}, s.Commit(t.Context(), c) })
	return err
}

// A migration beside a running process may change what a statement returns that was prepared before.
func TestAStatementPreparedBeforeAMigrationIsPreparedAnew(t *testing.T) {
	s, location := opened(t, postgres.Options{Connections: 1})
	if err := s.Commit(t.Context(), nthCommit(today, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Alerts(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, location, `ALTER TABLE alert ALTER COLUMN rule_set TYPE varchar`)
	if _, err := s.Alerts(t.Context(), ""); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("got %v, want %v", err, state.ErrUnavailable)
	}
	if rows, err := s.Alerts(t.Context(), ""); err != nil || len(rows) != 1 {
		t.Errorf("once more: got %d alerts, %v, want 1", len(rows), err)
	}
}

// What comes from outside may hold what PostgreSQL does not take as text, or more than an index takes.
func TestOddTextsAreKept(t *testing.T) {
	s, _ := opened(t, postgres.Options{})
	long := func(first rune) string { // of characters of four bytes that do not compress
		var b strings.Builder
		for i := range rune(512) {
			b.WriteRune(first + i*i*7919%60_000)
		}
		return b.String()
	}
	odd := state.Identifier{Scheme: "vat", Value: long(0x20000), Country: long(0x20001)}
	c := &state.Commit{Day: today, Request: "re\x00quest \xff", Identifiers: []state.Identity{{Key: odd, Customers: []state.CustomerID{"客户 \u2028\\"}}},
		DeadLetters: []state.DeadLetter{{Topic: killTopic, Key: []byte{0}, Value: []byte("\x00\xff"), Detail: "/a\x00b \xff",
			Headers: []state.Header{{Key: "\xff\x00", Value: nil}, {Key: "", Value: []byte{}}}}}}
	if err := s.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), c); !errors.Is(err, state.ErrRepeated) {
		t.Errorf("again: got %v, want %v", err, state.ErrRepeated)
	}
	rows, err := s.Identities(t.Context(), []state.Identifier{odd, {Scheme: "vat", Value: odd.Value + odd.Country}})
	if err != nil || len(rows[0].Customers) != 1 || rows[0].Customers[0] != "客户 \u2028\\" || rows[1].Version != 0 {
		t.Errorf("got %v, %v", rows, err)
	}
	letters, err := s.DeadLetters(t.Context(), 10)
	if err != nil || len(letters) != 1 {
		t.Fatalf("got %d dead letters, %v, want 1", len(letters), err)
	}
	want := c.DeadLetters[0]
	want.Detail = "/a\uFFFDb \uFFFD"
	if diff := cmp.Diff(want, letters[0]); diff != "" {
		t.Error(diff)
	}
}

// Bodies of more than one statement takes are written by several.
func TestACommitLargerThanAStatementLands(t *testing.T) {
	s, _ := opened(t, postgres.Options{})
	c := &state.Commit{Day: today}
	for n := range 3 {
		c.Entries = append(c.Entries, state.Entry{Customer: state.CustomerID(fmt.Sprint("C-", n)), Seq: 1, Day: today.Date, Config: today.Config,
			Applied: make([]byte, 20<<20)})
	}
	if err := s.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	histories, err := s.Load(t.Context(), []state.CustomerID{"C-0", "C-2"})
	if err != nil || len(histories) != 2 || len(histories[1].Rows[0].Applied) != 20<<20 {
		t.Errorf("got %d histories, %v", len(histories), err)
	}
}

// Many rows are copied where few are inserted; what the store has of them is the same.
func TestManyRowsLandAsFewDo(t *testing.T) {
	many, _ := opened(t, postgres.Options{})
	few, _ := opened(t, postgres.Options{})
	whole := &state.Commit{Day: today, At: today.Date.Start(time.UTC)}
	for n := range 5000 {
		c := rowOfEach(n)
		whole.Entries, whole.Alarms = append(whole.Entries, c.Entries...), append(whole.Alarms, c.Alarms...)
		whole.Alerts, whole.Tasks, whole.Messages = append(whole.Alerts, c.Alerts...), append(whole.Tasks, c.Tasks...), append(whole.Messages, c.Messages...)
	}
	if err := many.Commit(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	for from := 0; from < len(whole.Entries); from += 500 { // too little to be copied
		to := from + 500
		c := &state.Commit{Day: today, At: whole.At, Entries: whole.Entries[from:to], Alarms: whole.Alarms[from:to]}
		c.Alerts, c.Tasks, c.Messages = whole.Alerts[from:to], whole.Tasks[from:to], whole.Messages[from:to]
		if err := few.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	want, err1 := storetest.Contents(t.Context(), few)
	got, err2 := storetest.Contents(t.Context(), many)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	numbered := regexp.MustCompile(`unpublished { ID:\d+ `) // all alerts come before all tasks there, and those of 500 customers here
	lines := func(contents string) []string {
		return slices.Sorted(strings.Lines(numbered.ReplaceAllString(contents, "")))
	}
	if diff := cmp.Diff(lines(want), lines(got)); diff != "" {
		t.Error(diff)
	}
	again := *whole
	again.Entries = slices.Clone(whole.Entries)
	for i := range again.Entries {
		again.Entries[i].Seq++
	}
	if err := many.Commit(t.Context(), &again); err == nil || !strings.Contains(err.Error(), "(id, seq)=(A-") {
		t.Errorf("alerts whose keys are taken: got %v, want to be told which", err)
	}
	if err := many.Commit(t.Context(), whole); !errors.Is(err, state.ErrConflict) {
		t.Errorf("the same again: got %v, want %v", err, state.ErrConflict)
	}
}

// rowOfEach is a commit of one customer, with a row of each kind.
func rowOfEach(n int) *state.Commit {
	id := state.CustomerID(fmt.Sprintf("C-%04d", n))
	body := []byte(fmt.Sprintf(`{"owner":"l.wei","severity":"high","due":"2026-07-01T00:00:00Z","n":%d}`, n))
	if n%7 == 0 {
		body = nil
	}
	return &state.Commit{
		Entries:  []state.Entry{{Customer: id, Seq: 1, Day: today.Date, Config: today.Config, Applied: []byte{byte(n)}}},
		Alarms:   []state.Alarm{{Day: today.Date, Customer: id}},
		Alerts:   []state.AlertRow{{ID: "A-" + string(id), Seq: 1, Customer: id, RuleSet: "s", Signal: "g", Day: today.Date, KnownAt: state.Instant(n), From: 0, To: uint8(n % 4), Body: body}},
		Tasks:    []state.TaskRow{{ID: "T-" + string(id), Seq: 1, Customer: id, State: "open", Body: body}},
		Messages: []state.Message{{ID: "m-" + string(id), Case: "case-" + string(id), Seq: 1, Customer: id, DueAt: state.Instant(n), Held: n%3 == 0, Body: body}},
	}
}
