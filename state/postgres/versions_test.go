package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
	"tocsin/state/storetest"
)

// nextProgram is a version of the program that knows one more change than this one: it adds a column and a table, and what it does
// not need any more is dropped when that is finished.
func nextProgram(t *testing.T, finish string) postgres.Program {
	t.Helper()
	changes, err := postgres.Changes()
	if err != nil {
		t.Fatal(err)
	}
	n := len(changes) + 1
	return append(slices.Clone(changes), state.SchemaChange{
		Version: n, File: fmt.Sprintf("%04d_next.sql", n),
		SQL: `ALTER TABLE alert ADD COLUMN weight integer NOT NULL DEFAULT 0; CREATE TABLE next (id integer)`, Finish: finish,
	})
}

func openProgram(t *testing.T, p postgres.Program, location string) *postgres.Store {
	t.Helper()
	s, err := p.Open(t.Context(), location, postgres.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// An upgrade without a pause, taken back once and then finished.
func TestTwoVersionsWorkWithOneStoreUntilTheLaterOneIsFinished(t *testing.T) {
	ctx := t.Context()
	next := nextProgram(t, `DROP INDEX task_customer`)
	running, location := opened(t, postgres.Options{})
	n := int64(0)
	commit := func(s *postgres.Store) error {
		err := s.Commit(ctx, nthCommit(today, n))
		if err == nil {
			n++
		}
		return err
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(commit(running))
	must(next.Migrate(ctx, location))
	must(commit(running)) // it goes on
	upgraded := openProgram(t, next, location)
	must(commit(upgraded))
	back := open(t, location)
	defer back.Close()
	must(errors.Join(commit(back), commit(upgraded), commit(running), postgres.Migrate(ctx, location)))
	if err := postgres.Finish(ctx, location); err == nil || !strings.Contains(err.Error(), "is of a later tocsin: let that one finish it") {
		t.Errorf("the earlier one finishes: got %v, want to be refused", err)
	}
	if schema, err := postgres.Schema(ctx, location); err != nil || schema != (state.Schema{Have: len(next), Least: len(next) - 1, Known: len(next) - 1}) {
		t.Errorf("got %+v, %v, want one more than this program knows, and not finished", schema, err)
	}

	must(next.Finish(ctx, location))
	before, err := storetest.Contents(ctx, upgraded)
	must(err)
	if err := commit(running); !errors.Is(err, state.ErrDayClosed) {
		t.Errorf("a commit of the earlier one: got %v, want %v", err, state.ErrDayClosed)
	}
	if _, _, err := running.Day(ctx); !errors.Is(err, state.ErrNewerVersion) {
		t.Errorf("the day as the earlier one reads it: got %v, want %v", err, state.ErrNewerVersion)
	}
	if err := running.CloseDay(ctx, &state.DayClose{From: today, Next: today.Date + 1}); !errors.Is(err, state.ErrNewerVersion) {
		t.Errorf("a close by the earlier one: got %v, want %v", err, state.ErrNewerVersion)
	}
	_, err = postgres.Open(ctx, location, postgres.Options{Migrate: true})
	if want := fmt.Sprintf("schema %d is newer than this program's %d: run the tocsin that wrote it", len(next), len(next)-1); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("the earlier one opens it: got %v, want %s", err, want)
	}
	after, err := storetest.Contents(ctx, upgraded)
	must(err)
	if after != before {
		t.Errorf("the earlier one has left\n%s\nwant what was there\n%s", after, before)
	}
	must(errors.Join(commit(upgraded), next.Finish(ctx, location)))
}

// What is finished is so from the first moment on, whatever becomes of the rest of it.
func TestAFinishThatBreaksOffIsFinishedByTheNext(t *testing.T) {
	ctx := t.Context()
	running, location := opened(t, postgres.Options{})
	broken := nextProgram(t, `DROP INDEX task_customer; SELECT 1 / 0`)
	if err := errors.Join(broken.Migrate(ctx, location)); err != nil {
		t.Fatal(err)
	}
	if err := broken.Finish(ctx, location); err == nil || !strings.Contains(err.Error(), "_next.finish.sql: ") {
		t.Fatalf("got %v, want the file that broke off", err)
	}
	if err := running.Commit(ctx, nthCommit(today, 0)); !errors.Is(err, state.ErrDayClosed) {
		t.Errorf("got %v, want %v", err, state.ErrDayClosed)
	}
	if err := nextProgram(t, `DROP INDEX task_customer`).Finish(ctx, location); err != nil { // is still there
		t.Error(err)
	}
}

// A program of before changes were finished left its store at schema 2.
func TestAnEarlierStoreIsBroughtUpToDateAndFinished(t *testing.T) {
	ctx := t.Context()
	location := server.NewSchema(t)
	changes, err := postgres.Changes()
	if err == nil {
		err = postgres.Program(changes[:2]).Migrate(ctx, location)
	}
	if err == nil { // the first programs did not finish anything
		err = postgres.Migrate(ctx, location)
	}
	if err != nil {
		t.Fatal(err)
	}
	if schema, err := postgres.Schema(ctx, location); err != nil || schema != (state.Schema{Have: len(changes), Least: 2, Known: len(changes)}) {
		t.Errorf("got %+v, %v, want it not finished", schema, err)
	}
	s, err := postgres.Open(ctx, location, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.OpenStore(ctx, today); err != nil {
		t.Fatal(err)
	}
	wantStale(t, s, 0) // an earlier program would not let a signal wait
	if err := postgres.Finish(ctx, location); err != nil {
		t.Fatal(err)
	}
	wantStale(t, s, 1)
	wantVersions(t, location, len(changes))
}

// wantStale closes the open day without an input, and with a common cause, and checks whether that is kept.
func wantStale(t *testing.T, s *postgres.Store, want int) {
	t.Helper()
	day, _, err := s.Day(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stale := []state.StaleInput{{Topic: killTopic, Inputs: state.InputOrders, Since: day.Date}}
	err = s.CloseDay(t.Context(), &state.DayClose{From: day, Next: day.Date + 1, Stale: stale, Causes: []string{"B-7"}})
	if err != nil {
		t.Fatal(err)
	}
	if day, _, err = s.Day(t.Context()); err != nil || len(day.Stale) != want {
		t.Errorf("the next day was opened without %v, %v, want %d of them", day.Stale, err, want)
	}
	row := state.AuditRow{By: "l.wei", Via: state.ViaProcess, Deed: "configuration"}
	if err := s.Commit(t.Context(), &state.Commit{Day: day, Audit: []state.AuditRow{row}}); err != nil {
		t.Fatal(err)
	}
	if v, err := state.VerifyAudit(t.Context(), s); err != nil || v.Rows != int64(want) {
		t.Errorf("the audit has %d rows, %v, want %d: a program that would keep none may work with the store until it is finished", v.Rows, err, want)
	}
	if len(day.Causes) != want {
		t.Errorf("the next day was opened with common causes %v, want %d of them", day.Causes, want)
	}
}

// What a plan says of locks is what the server takes.
func TestAPlanTellsTheLocksThatAMigrationTakes(t *testing.T) {
	changes := nextProgram(t, `DROP INDEX task_customer`)
	more := state.SchemaChange{Version: len(changes) + 1, File: fmt.Sprintf("%04d_more.sql", len(changes)+1), SQL: `
		CREATE INDEX alert_day ON alert (day); -- writers wait; no reader does
		INSERT INTO erased VALUES ('a;b -- c'); UPDATE day SET erased = 1;
		COMMENT ON TABLE task IS 'What people are to do.'; DROP TABLE receipt;`}
	changes = append(changes, more)
	location := server.NewSchema(t)
	pgtest.Exec(t, location, `CREATE SCHEMA `+schemaOf(t, location))
	check := func(file, script string) {
		got := pgtestLocks(t, location, script)
		var told []string
		for _, l := range postgres.Locks(script) {
			told = append(told, l.Table+" "+l.Mode)
		}
		if !slices.Equal(got, told) {
			t.Errorf("%s: the plan tells %q, and the server takes %q", file, told, got)
		}
	}
	for _, c := range changes {
		check(c.File, c.SQL)
		check(c.FinishFile(), c.Finish)
	}
	if got := postgres.Locks("VACUUM FULL"); len(got) != 1 || got[0].String() != "what it locks is not known: VACUUM FULL" {
		t.Errorf("got %v, want a statement that is not known to be told as such", got)
	}
}

// pgtestLocks runs a script and returns the strongest lock that it took of each table that was there before and is written or changed.
func pgtestLocks(t *testing.T, location, script string) (locks []string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // of a test
	var before []string
	err = conn.QueryRow(t.Context(), `SELECT array(SELECT oid::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r')`).Scan(&before)
	if err != nil {
		t.Fatal(err)
	}
	err = pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
		// Names are looked up beforehand: a table that the script drops has none afterwards.
		if _, err := tx.Exec(t.Context(), `CREATE TEMP TABLE names ON COMMIT DROP AS SELECT oid, relname FROM pg_class WHERE oid::text = ANY ($1)`, before); err != nil {
			return err
		}
		if _, err := tx.Exec(t.Context(), script); err != nil {
			return err
		}
		rows, err := tx.Query(t.Context(), `SELECT DISTINCT ON (n.relname) n.relname || ' ' || l.mode
			FROM pg_locks AS l JOIN names AS n ON n.oid = l.relation
			WHERE l.pid = pg_backend_pid() AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
			ORDER BY n.relname, array_position(ARRAY['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock', 'RowExclusiveLock'], l.mode)`)
		if err != nil {
			return err
		}
		locks, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		t.Fatalf("%.80s: %v", script, err)
	}
	slices.Sort(locks)
	return locks
}

// From the third migration on, what a program that does not know of it uses stays as it is.
func TestAMigrationOnlyAdds(t *testing.T) {
	changes, err := postgres.Changes()
	if err != nil {
		t.Fatal(err)
	}
	takes := regexp.MustCompile(`(?i)\b(DROP|RENAME|TRUNCATE|DELETE|SET NOT NULL|ADD CONSTRAINT|TYPE)\b`)
	needs := regexp.MustCompile(`(?i)ADD COLUMN [^;]*NOT NULL`)
	body := regexp.MustCompile(`(?s)\$\$.*?\$\$|CREATE (?:OR REPLACE )?TRIGGER [^;]*;`) // what is done with rows then, and of which events
	for _, c := range changes[2:] {
		for line := range strings.Lines(body.ReplaceAllString(c.SQL, "")) {
			code, _, _ := strings.Cut(line, "--")
			if takes.MatchString(code) || needs.MatchString(code) && !strings.Contains(code, "DEFAULT") {
				t.Errorf("%s: %s takes something from earlier programs: it belongs into %s", c.File, strings.TrimSpace(line), c.FinishFile())
			}
		}
	}
}
