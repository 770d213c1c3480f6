package postgres_test

import (
	"errors"
	"testing"
	"time"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
)

// A lease is taken before a receipt is written or after it, never in between: else who takes it would read what stood before.
func TestNobodyTakesALeaseWhileAReceiptIsWrittenUnderIt(t *testing.T) {
	ctx := t.Context()
	patient := postgres.Options{LockTimeout: time.Minute, Patience: 2 * time.Minute}
	s, location := opened(t, patient)
	other := openWith(t, location, patient)
	defer other.Close()
	c := nthCommit(today, 0)
	c.Messages = []state.Message{{ID: "m", Case: "case", Seq: 1, Customer: "C-1"}}
	lease, err := s.TakeLease(ctx, "outbox", "a", time.Nanosecond)
	receipt := state.Receipt{Case: "case", Channel: "#credit", Attempt: 1}
	if err := errors.Join(err, s.Commit(ctx, c), s.Deliver(ctx, lease, receipt)); err != nil {
		t.Fatal(err)
	}

	blocker := session(t, location)
	if _, err := blocker.Exec(ctx, `BEGIN; SELECT FROM receipt FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	waiting := func(statement string) {
		t.Helper()
		for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
			found := pgtest.Texts(t, location, `SELECT pid::text FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '`+statement+`%'
				AND pid IN (SELECT pid FROM pg_locks WHERE relation = 'lease'::regclass)`)
			if len(found) > 0 {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%s: does not wait", statement)
			}
		}
	}
	written, taken := make(chan error, 1), make(chan error, 1)
	receipt.Timestamp, receipt.Seq = "1", 1
	go func() { written <- s.Deliver(ctx, lease, receipt) }()
	waiting("INSERT INTO receipt")
	go func() {
		_, err := other.TakeLease(ctx, "outbox", "b", time.Hour)
		taken <- err
	}()
	waiting("INSERT INTO lease")
	if _, err := blocker.Exec(ctx, `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(<-written, <-taken); err != nil {
		t.Error(err)
	}
	if err := s.Deliver(ctx, lease, receipt); !errors.Is(err, state.ErrLeased) {
		t.Errorf("got %v from who had the lease, want %v", err, state.ErrLeased)
	}
}
