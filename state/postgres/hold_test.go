package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
	"tocsin/state/postgres/pgtest"
)

// A step is under way when its day is to close. The close waits for it and sees what it has written: an alarm that is due.
func TestACloseSeesWhatTheStepsThatItWaitedForHaveWritten(t *testing.T) {
	location := newStore(t)
	s := open(t, location)
	defer s.Close()
	if err := s.OpenStore(t.Context(), today); err != nil {
		t.Fatal(err)
	}
	step, err := pgx.Connect(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	defer step.Close(context.Background())
	exec := func(sql string) {
		t.Helper()
		if _, err := step.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec(`BEGIN; SELECT FROM day FOR SHARE; INSERT INTO alarm (day, customer) SELECT day, 'C-1' FROM day`)
	closed := make(chan error)
	go func() { closed <- s.CloseDay(t.Context(), &state.DayClose{From: today, Next: today.Date + 1}) }()
	for len(pgtest.Texts(t, location, `SELECT pid::text FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%day%'`)) == 0 {
		select {
		case err := <-closed:
			t.Fatalf("the close did not wait, and says %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	exec(`COMMIT`)
	if err := <-closed; !errors.Is(err, state.ErrNotIdle) {
		t.Errorf("got %v, want that an alarm is due", err)
	}
}
