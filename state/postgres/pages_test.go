package postgres_test

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
	"tocsin/state/storetest"
)

// pagesOf fills a store with tasks and alerts of which pages are read.
const pagesOf = `INSERT INTO task (id, seq, customer, state, body)
		SELECT 'T-' || lpad(n::text, 5, '0'), 1, 'C-' || n % 1000, CASE n % 2 WHEN 0 THEN 'closed' ELSE 'open' END,
			convert_to(json_build_object('owner', CASE n % 50 WHEN 0 THEN 'ana' ELSE 'bo' END, 'severity', CASE n % 20 WHEN 0 THEN 'critical' ELSE 'warning' END,
				'due', to_char(to_timestamp(1780000000 + 60 * n) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))::text, 'UTF8')
		FROM generate_series(0, 99999) AS n;
	INSERT INTO alert (id, seq, customer, rule_set, signal, day, known_at, from_level, to_level, body)
		SELECT 'A-' || lpad(n::text, 5, '0'), 1, 'C-' || n % 1000, 'live', CASE n % 20 WHEN 0 THEN 'dbt' ELSE 'overdue' END, 1, n, 0, n % 4, '{}'
		FROM generate_series(0, 99999) AS n;
	INSERT INTO message (id, case_id, seq, customer, at, due_at, held, body)
		SELECT 'm-' || n, 'k-' || n / 50, n % 50 + 1, 'C-' || n / 100, 0, 0, false, '{}' FROM generate_series(0, 99999) AS n;
	INSERT INTO journal SELECT 'C-' || n, 1, 20000, 1, '\x00' FROM generate_series(1, 20000) AS n;
	INSERT INTO snapshot SELECT 'C-' || n, 1, '\x00' FROM generate_series(1, 20000) AS n`

var actualRows = regexp.MustCompile(`actual rows=(\d+) loops=(\d+)|Rows Removed by \w+(?: Recheck)?: (\d+)`)

// A page of 100 of many reads some hundred rows at each step of its plan.
func TestNoPageWalksThroughATable(t *testing.T) {
	_, location := opened(t, postgres.Options{})
	pgtest.Exec(t, location, pagesOf)
	pgtest.Exec(t, location, `ANALYZE task_now, alert_now, task, alert, message, journal, snapshot`)
	conn, err := pgx.Connect(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // it has only read
	tasks, alerts := storetest.Questions(100)
	all := []any{"customers", state.CaseKey{}, state.CaseKey{Customer: "C-500", Case: "k-1000"}}
	for i := range tasks {
		all = append(all, &tasks[i])
	}
	for i := range alerts {
		all = append(all, &alerts[i])
	}
	for _, q := range all {
		query, args := postgres.PageQuery(q)
		rows, err := conn.Query(t.Context(), `EXPLAIN (ANALYZE, TIMING OFF) `+query, args...)
		if err != nil {
			t.Fatal(err)
		}
		steps, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		plan, looked := strings.Join(steps, "\n"), 0
		for _, m := range actualRows.FindAllStringSubmatch(plan, -1) {
			n, _ := strconv.Atoi(m[1] + m[3])
			if loops, err := strconv.Atoi(m[2]); err == nil {
				n *= loops
			}
			looked = max(looked, n)
		}
		if looked > 400 || !strings.Contains(plan, "actual rows=") {
			t.Errorf("%+v: a step reads %d rows, want no more than some hundred\n%s", q, looked, plan)
		}
	}
}
