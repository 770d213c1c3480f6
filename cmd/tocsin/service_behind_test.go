package main

import (
	"log/slog"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/state"
	"tocsin/state/sqlite"
)

// Who has just started catches up first; where the ledger stays behind people are told, once a day, with what this process has seen hold it.
func TestPeopleAreToldThatADigestIsLate(t *testing.T) {
	l := newPipeline(t)
	store, err := l.config.openStore(t.Context(), sqlite.Options{})
	must(t, err)
	defer store.Close() //nolint:errcheck // it is gone with the test
	must(t, store.OpenStore(t.Context(), state.Day{Date: l.today - 4, Config: "c"}))
	ledger, err := l.config.ledger()
	must(t, err)
	wall := time.Unix(0, 0)
	s := &service{config: l.config, store: store, now: l.now, log: slog.New(slog.DiscardHandler)}
	look := &lateness{service: s, desk: &consumer.Desk{Store: store, Now: l.now}, ledger: ledger, now: func() time.Time { return wall }}
	s.hold(l.today-4, []alerts.HeldSource{{Topic: "credit.fx.v1", Since: 1}})
	told := func() *alerts.Behind {
		t.Helper()
		row, found, err := store.Last(t.Context(), "behind/")
		must(t, err)
		if !found {
			return nil
		}
		m, err := alerts.ParseBehind(row.Body)
		must(t, err)
		return m
	}
	look.look(t.Context(), l.today)
	wall = wall.Add(behindFor - time.Second)
	look.look(t.Context(), l.today)
	if got := told(); got != nil {
		t.Fatalf("got %+v from who has just started", got)
	}
	wall = wall.Add(time.Second)
	look.look(t.Context(), l.today)
	look.look(t.Context(), l.today)
	got := told()
	if got == nil || got.Day != l.today || got.Stands != l.today-4 || len(got.Sources) != 1 || got.Sources[0].Topic != "credit.fx.v1" {
		t.Fatalf("got %+v, want where it stands and what holds it", got)
	}
	s.hold(l.today, nil)
	look.look(t.Context(), l.today+1)
	if got := told(); got.Day != l.today+1 || len(got.Sources) > 0 {
		t.Errorf("got %+v on the next day, want word of its own, without what held another day", got)
	}
}
