package main

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
	"tocsin/state/storetest"
)

// epoch of a position: it counts who has taken the partition over, and moves nothing.
var epoch = regexp.MustCompile(` Epoch:\d+`)

// contents is all that the store of a pipeline shows, but for who owns the partitions.
func (l *pipeline) contents(t *testing.T) string {
	t.Helper()
	store, err := l.config.openStore(context.Background(), readStore)
	if err != nil {
		t.Fatal(err)
	}
	text, err := storetest.Contents(t.Context(), store)
	if err = errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	return epoch.ReplaceAllString(text, "")
}

// wantStopped lets the service run, which must stop by itself, at the latest by what happens meanwhile.
func (l *pipeline) wantStopped(t *testing.T, says string, meanwhile func(s *service)) *service {
	t.Helper()
	store, err := l.config.openStore(t.Context(), ownStore)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	s := &service{config: l.config, store: store, now: l.now, log: l.log}
	running := make(chan struct{})
	go func() {
		defer close(running)
		err = s.run(ctx)
	}()
	meanwhile(s)
	<-running
	if !errors.Is(err, state.ErrNewerVersion) || !strings.Contains(err.Error(), says) {
		t.Errorf("got %v, want it to stop and say %q: %v", err, says, state.ErrNewerVersion)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	return s
}

// Where a later version has written a record in a way that this one does not read, a run stops before it has changed anything, and
// says so. What comes meanwhile waits at the broker; a version that can read the record goes on from there, with nothing lost.
func TestARunThatMeetsTheRecordOfALaterVersionStopsAndLosesNothing(t *testing.T) {
	for name, location := range map[string]func(t testing.TB) string{"file": nil, "PostgreSQL": newDatabase} {
		t.Run(name, func(t *testing.T) {
			l := newPipeline(t)
			if location != nil {
				l.config.StoreURL = location(t)
			}
			l.consume(t, 75)
			h := l.snapshot(t, "C-1")
			row := h.Rows[len(h.Rows)-1]
			snapshot, applied := slices.Clone(h.Snapshot), slices.Clone(row.Applied)
			snapshot[0]++
			applied[0]++
			const rowIs, snapshotIs = "UPDATE journal SET applied = %s WHERE customer = 'C-1' AND seq = (SELECT max(seq) FROM journal WHERE customer = 'C-1')",
				"UPDATE snapshot SET body = %s WHERE customer = 'C-1'"
			harm := func(statement string, later, now []byte) {
				t.Helper()
				l.tamper(t, strings.Replace(statement, "%s", l.literal(later), 1))
				before := withoutOwed(l.contents(t))
				if s := l.wantStopped(t, "customer C-1: ", func(*service) {}); s.ready.Load() {
					t.Error("it said that it was ready")
				}
				if after := withoutOwed(l.contents(t)); !slices.Equal(after, before) {
					t.Errorf("the run has changed the store: %s", cmp.Diff(before, after))
				}
				l.tamper(t, strings.Replace(statement, "%s", l.literal(now), 1))
			}
			l.told(t, l.today, state.KindOrderCancelled, &state.OrderCancelled{OrderID: "SO-LATE", CancelDate: l.today})
			harm(snapshotIs, snapshot, h.Snapshot)
			harm(rowIs, applied, row.Applied)

			stop := l.start(t)
			await(t, "what waited is read", func() bool { return l.caughtUp(t) })
			o, err := readOutcome(t.Context(), l.store, earlierEngines(l.store))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := l.store.Rows(t.Context(), "C-1")
			stop()
			if last := rows[len(rows)-1]; err != nil || last.Seq <= row.Seq || last.Day != l.today {
				t.Errorf("got row %d of %v, %v, want what came while it stood", last.Seq, last.Day, err)
			}
			for _, fault := range o.faults() {
				t.Error(fault)
			}
		})
	}
}

// A later version is finished while a process of this one still runs. It commits nothing any more and stops; what it had polled
// waits at the broker.
func TestARunStopsWhenALaterVersionIsFinished(t *testing.T) {
	for name, row := range map[string]struct {
		location func(t testing.TB) string
		least    string
	}{"file": {nil, "UPDATE store SET least = "}, "PostgreSQL": {newDatabase, "UPDATE day SET least = "}} {
		t.Run(name, func(t *testing.T) {
			l := newPipeline(t)
			if row.location != nil {
				l.config.StoreURL = row.location(t)
			}
			l.consume(t, 70)
			l.wantStopped(t, "schema 99 is newer than this program's", func(s *service) {
				await(t, "it is ready", s.ready.Load)
				l.tamper(t, row.least+"99")
				l.told(t, l.today, state.KindOrderCancelled, &state.OrderCancelled{OrderID: "SO-LATE", CancelDate: l.today})
			})
			l.tamper(t, row.least+"1")
			before := l.contents(t)
			stop := l.start(t)
			await(t, "what waited is read", func() bool { return l.caughtUp(t) })
			rows, err := l.store.Rows(t.Context(), "C-1")
			stop()
			if last := rows[len(rows)-1]; err != nil || last.Day != l.today || strings.Contains(before, "SO-LATE") {
				t.Errorf("got row %d of %v, %v, want what came while it could not commit, and nothing of it before", last.Seq, last.Day, err)
			}
		})
	}
}

// withoutOwed are a store's contents without what its topics are owed: copies that earlier steps owe may go out meanwhile.
func withoutOwed(contents string) []string {
	return slices.DeleteFunc(strings.Split(contents, "\n"), func(line string) bool { return strings.HasPrefix(line, "unpublished ") })
}
