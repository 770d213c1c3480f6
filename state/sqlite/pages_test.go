package sqlite_test

import (
	"path/filepath"
	"strings"
	"testing"

	"tocsin/state"
	"tocsin/state/sqlite"
	"tocsin/state/storetest"
)

// pagesOf fills a store with tasks and alerts of which pages are read.
const pagesOf = `WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 99999)
	INSERT INTO task (id, seq, customer, state, body) SELECT printf('T-%05d', n), 1, 'C-' || (n % 1000), iif(n % 2, 'open', 'closed'),
		CAST(json_object('owner', iif(n % 50, 'bo', 'ana'), 'severity', iif(n % 20, 'warning', 'critical'),
			'due', strftime('%Y-%m-%dT%H:%M:%SZ', 1780000000 + 60 * n, 'unixepoch')) AS BLOB) FROM n;
	WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 99999)
	INSERT INTO alert (id, seq, customer, rule_set, signal, day, known_at, from_level, to_level, body)
		SELECT printf('A-%05d', n), 1, 'C-' || (n % 1000), 'live', iif(n % 20, 'overdue', 'dbt'), 1, n, 0, n % 4, x'7b7d' FROM n;`

func many(t testing.TB, n string) *sqlite.Store {
	t.Helper()
	s := open(t, filepath.Join(t.TempDir(), "tocsin.db"))
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Script(t.Context(), strings.ReplaceAll(pagesOf, "99999", n)); err != nil {
		t.Fatal(err)
	}
	return s
}

// No page of many rows is read by walking through a table or by sorting more than it shows.
func TestNoPageWalksThroughATable(t *testing.T) {
	s := many(t, "999")
	tasks, alerts := storetest.Questions(100)
	all := []any{state.CaseKey{}, state.CaseKey{Customer: "C-5", Case: "k-2"}}
	for i := range tasks {
		all = append(all, &tasks[i])
	}
	for i := range alerts {
		all = append(all, &alerts[i])
	}
	for _, q := range all {
		steps, err := s.Plan(t.Context(), q)
		if err != nil || len(steps) == 0 {
			t.Fatal(steps, err)
		}
		for _, step := range steps {
			whole, isAlert := step == "SCAN n USING INDEX alert_now_known", false
			if a, is := q.(*state.AlertQuery); is {
				isAlert = *a == state.AlertQuery{Limit: 100}
			}
			if _, is := q.(state.CaseKey); is {
				if strings.HasPrefix(step, "SCAN ") && step != "SCAN leap" && !strings.HasPrefix(step, "SCAN (") {
					t.Errorf("%+v: got %q, want a leap from case to case", q, steps)
				}
				continue
			}
			if !strings.HasPrefix(step, "SEARCH ") && !(whole && isAlert) { // the first page of all begins where the index does
				t.Errorf("%+v: got %q, want a search", q, steps)
			}
		}
	}
}

// BenchmarkPage reads pages of 100 of 100,000 tasks.
func BenchmarkPage(b *testing.B) {
	s := many(b, "99999")
	tasks, _ := storetest.Questions(100)
	b.Run("page", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := s.TaskPage(b.Context(), &tasks[i%len(tasks)]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Tasks(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
