package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
)

// Statements that were planned while the tables were empty find their rows by index when the tables have grown. A plan that walks
// through them would be right, and slower with each day.
func TestNoStatementWalksThroughATable(t *testing.T) {
	s, location := opened(t, postgres.Options{Connections: 1})
	// The server vacuums what has grown, now and then, and counts that as walks.
	pgtest.Exec(t, location, `DO $$ DECLARE name text; BEGIN
		FOR name IN SELECT relname FROM pg_stat_user_tables WHERE schemaname = current_schema() LOOP
			EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = off)', name);
		END LOOP; END $$`)
	next := int64(0)
	round := func() {
		var ids []state.CustomerID
		for range 20 {
			c := nthCommit(today, next)
			c.Identifiers = []state.Identity{{Key: state.Identifier{Scheme: "reg", Value: fmt.Sprint(next)}, Customers: []state.CustomerID{"C-1"}}}
			c.Positions = []state.Advance{{Topic: killTopic, Epoch: 1, From: next - 1, To: next}}
			for range 3 {
				c.Ticks = append(c.Ticks, state.Alarm{Day: today.Date + state.Date(next), Customer: c.Entries[0].Customer})
			}
			if err := s.Commit(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, c.Entries[0].Customer)
			next++
		}
		if due, err := s.DueAlarms(t.Context(), today.Date+state.Date(next), 100); err != nil || len(due) == 0 {
			t.Fatal(due, err)
		}
		everything(t, s, ids)
	}
	round()
	before := walks(t, s, location)
	pgtest.Exec(t, location, `INSERT INTO journal SELECT 'D-' || n, 1, 20000, 1, '\x00' FROM generate_series(1, 20000) AS n;
		INSERT INTO snapshot SELECT 'D-' || n, 1, '\x00' FROM generate_series(1, 20000) AS n;
		INSERT INTO alarm SELECT 30000, 'D-' || n FROM generate_series(1, 20000) AS n;
		INSERT INTO alarm_list (day, size, customers) SELECT 30000, 1, ARRAY['D-' || n] FROM generate_series(1, 20000) AS n;
		INSERT INTO request SELECT sha256(n::text::bytea), 20000 FROM generate_series(1, 20000) AS n;
		INSERT INTO alert (id, seq, customer, rule_set, signal, day, known_at, from_level, to_level)
			SELECT 'D-' || n, 1, 'D-' || n, '', '', 1, 1, 0, 1 FROM generate_series(1, 20000) AS n;
		INSERT INTO task (id, seq, customer, state, body) SELECT 'D-' || n, 1, 'D-' || n, 'open', '{"owner":"bo"}' FROM generate_series(1, 20000) AS n;
		INSERT INTO message (id, case_id, seq, customer, at, due_at, held, settled)
			SELECT 'D-' || n, 'D-' || n, 1, 'D-' || n, 1, 1, false, true FROM generate_series(1, 20000) AS n;
		INSERT INTO message (id, case_id, seq, customer, at, due_at, held, settled, about)
			SELECT 'w-' || n, 'w-' || n, 1, '', 1, 1, false, true, 'D-' || n FROM generate_series(1, 20000) AS n`)
	round()
	if after := walks(t, s, location); !slices.Equal(before, after) {
		t.Errorf("sequential scans by table: got %v, want those from before, %v", after, before)
	}
}

// everything asks for what is asked in the ordinary course of a day.
func everything(t *testing.T, s *postgres.Store, ids []state.CustomerID) {
	t.Helper()
	ctx := t.Context()
	for range 8 {
		_, err1 := s.Load(ctx, ids)
		_, err2 := s.DueAlarms(ctx, today.Date-1, 100)
		rows, err3 := s.Unpublished(ctx, 5)
		_, err4 := s.Alerts(ctx, ids[0])
		_, err5 := s.Owed(ctx, 1, 10)
		_, err6 := s.Identities(ctx, []state.Identifier{{Scheme: "reg", Value: "1"}})
		_, err7 := s.Rows(ctx, ids[0])
		err8 := s.Deliver(ctx, state.Lease{}, state.Receipt{Case: "case-1", Channel: "#credit", Seq: 1})
		_, err9 := s.Rates(ctx, today.Date)
		_, err10 := s.Scores(ctx, today.Date, today.Date)
		for _, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8, err9, err10, turnPages(ctx, s, ids), s.ForgetUnmatched(ctx, 1)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Published(ctx, []int64{rows[0].ID}); err != nil {
			t.Fatal(err)
		}
	}
}

func turnPages(ctx context.Context, s *postgres.Store, ids []state.CustomerID) error {
	owner := "ana"
	_, err1 := s.CustomersAfter(ctx, ids[0], 10)
	_, err2 := s.TaskPage(ctx, &state.TaskQuery{Owner: &owner, Limit: 10, After: &state.TaskKey{Due: "2026"}})
	_, err3 := s.AlertPage(ctx, &state.AlertQuery{Open: true, Limit: 10})
	_, err4 := s.AlertChanges(ctx, ids[0], state.AlertKey{}, 10)
	_, _, err5 := s.Task(ctx, "T-1")
	_, err6 := s.Words(ctx, ids)
	_, err7 := s.Summaries(ctx)
	return errors.Join(err1, err2, err3, err4, err5, err6, err7)
}

// walks lists how often each table that grows was read from end to end, once the server has counted everything.
func walks(t *testing.T, s *postgres.Store, location string) (all []string) {
	t.Helper()
	// A session tells of its scans when a transaction ends, if it has not done so within a second.
	time.Sleep(1100 * time.Millisecond)
	if _, _, err := s.Day(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // it has only read
	rows, err := conn.Query(t.Context(), `SELECT relname || ' ' || seq_scan FROM pg_stat_user_tables
		WHERE schemaname = current_schema() AND relname NOT IN ('audit_head', 'configuration', 'day', 'first_limit') ORDER BY relname`)
	if err != nil {
		t.Fatal(err)
	}
	if all, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		t.Fatal(err)
	}
	return all
}
