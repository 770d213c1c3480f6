package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"tocsin/state"
	"tocsin/state/postgres"
)

// waited is a metric of a store by its label.
func waited(t *testing.T, s *postgres.Store, metric string) map[string]float64 {
	t.Helper()
	reg := prometheus.NewRegistry()
	s.Meter(reg)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{}
	for _, f := range families {
		if f.GetName() == metric {
			for _, m := range f.GetMetric() {
				all[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
			}
		}
	}
	return all
}

func TestWaitsForLocksAreCountedByWhatIsWaitedFor(t *testing.T) {
	const seconds, given = "tocsin_store_lock_wait_seconds_total", "tocsin_store_lock_waits_given_up_total"
	s, location := opened(t, postgres.Options{LockTimeout: 3 * time.Second, Connections: 3})
	other, err := pgx.Connect(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close(context.Background()) //nolint:errcheck // it is only looked at
	hold := func(sql string) {
		t.Helper()
		if _, err := other.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	watched := make(chan error)
	go func() { watched <- s.WatchLocks(ctx) }()
	defer func() {
		stop()
		if err := <-watched; err != nil {
			t.Error(err)
		}
	}()
	for _, none := range []string{"row", "table", "advisory", "other"} {
		if n, told := waited(t, s, seconds)[none]; n != 0 || !told {
			t.Errorf("%s: got %v, %v before anybody has waited, want 0", none, n, told)
		}
	}
	for i, kind := range []string{"row", "table"} {
		hold(`BEGIN`)
		hold([]string{`SELECT FROM day FOR UPDATE`, `LOCK TABLE journal IN ACCESS EXCLUSIVE MODE`}[i])
		before := waited(t, s, seconds)
		if err := s.Commit(t.Context(), nthCommit(today, int64(i))); !errors.Is(err, state.ErrUnavailable) {
			t.Fatalf("%s: got %v, want a wait that ended", kind, err)
		}
		hold(`ROLLBACK`)
		after := waited(t, s, seconds)
		if n := after[kind] - before[kind]; n < 1 || n > 4 {
			t.Errorf("%s: %v seconds are counted of three", kind, n)
		}
		if n := waited(t, s, given)["timeout"]; n != float64(i+1) {
			t.Errorf("%s: %v waits have ended, want %d", kind, n, i+1)
		}
	}
	before := waited(t, s, seconds)
	if err := s.Commit(t.Context(), nthCommit(today, 0)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1200 * time.Millisecond)
	for kind, n := range waited(t, s, seconds) {
		if n != before[kind] {
			t.Errorf("%s: a commit that waits for nobody is counted", kind)
		}
	}
}
