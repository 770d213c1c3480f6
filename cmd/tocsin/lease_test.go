package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/outbox"
	"tocsin/alerts/slack"
	"tocsin/detectors"
	"tocsin/state"
	"tocsin/state/storetest"
)

// askedLeases counts how often a store is asked.
type askedLeases struct {
	*storetest.Memory
	asked int
	down  error
}

func (s *askedLeases) TakeLease(ctx context.Context, role, holder string, term time.Duration) (state.Lease, error) {
	s.asked++
	if s.down != nil {
		return state.Lease{}, s.down
	}
	return s.Memory.TakeLease(ctx, role, holder, term)
}

func newTenure(leases state.Leases, holder string, show func(bool)) *tenure {
	if show == nil {
		show = func(bool) {}
	}
	return &tenure{leases: leases, role: outboxRole, holder: holder, show: show, log: slog.New(slog.DiscardHandler)}
}

func TestALeaseIsRenewedInTimeAndNotMoreOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &askedLeases{Memory: storetest.NewMemory()}
		var shown []bool
		a, b := newTenure(store, "a", func(held bool) { shown = append(shown, held) }), newTenure(store.Memory, "b", nil)
		for range 1000 { // 100 s
			if lease, err := a.take(t.Context()); err != nil || lease.Turn != 1 {
				t.Fatalf("got turn %d, %v, want the first one", lease.Turn, err)
			}
			if _, err := b.take(t.Context()); !errors.Is(err, state.ErrLeased) {
				t.Fatalf("got %v for another one, want %v", err, state.ErrLeased)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if store.asked != 40 {
			t.Errorf("the store was asked %d times in 100 s, want 40", store.asked)
		}
		a.drop(t.Context())
		if _, err := b.take(t.Context()); err != nil {
			t.Errorf("got %v for another one when the lease was dropped, want it taken", err)
		}
		if want := []bool{true, false}; !slices.Equal(slices.Compact(shown), want) {
			t.Errorf("the lease was shown as held: got %v, want %v", slices.Compact(shown), want)
		}
	})
}

// Else a Slack that hangs has instances take turns.
func TestALeaseOutlastsACallToSlack(t *testing.T) {
	if left := leaseTerm - renewAfter; slack.TimeLimit >= left {
		t.Errorf("a call may take %v, and a lease is sure for %v", slack.TimeLimit, left)
	}
}

func TestWhoWakesAfterItsTermAsksFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := storetest.NewMemory()
		a, b := newTenure(store, "a", nil), newTenure(store, "b", nil)
		first, err := a.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(leaseTerm) // frozen
		if _, err := b.take(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := a.take(t.Context()); !errors.Is(err, state.ErrLeased) {
			t.Errorf("got %v on waking, want %v", err, state.ErrLeased)
		}
		b.drop(t.Context())
		if again, err := a.take(t.Context()); err != nil || again == first {
			t.Errorf("got %+v, %v when it has the lease again, want another one than %+v", again, err, first)
		}
	})
}

func TestALeaseOutlastsAnOutageThatNobodyUses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &askedLeases{Memory: storetest.NewMemory()}
		a := newTenure(store, "a", nil)
		first, err := a.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		store.down = state.ErrUnavailable
		time.Sleep(time.Hour)
		if _, err := a.take(t.Context()); !errors.Is(err, state.ErrUnavailable) {
			t.Errorf("got %v while the store is down, want %v", err, state.ErrUnavailable)
		}
		store.down = nil
		if again, err := a.take(t.Context()); again != first || err != nil {
			t.Errorf("got %+v, %v afterwards, want %+v", again, err, first)
		}
	})
}

// posts is a receiver that notes which cases were posted by whom.
type posts struct {
	mu  sync.Mutex
	all []string
}

// sender is one instance's.
type sender struct {
	*posts
	name string
}

func (s sender) Post(_ context.Context, msg alerts.Message) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, s.name+" "+msg.Key().Case)
	return msg.Key().Case, nil
}

func (sender) Edit(context.Context, string, alerts.Message) error {
	return errors.New("nobody edits")
}

func (sender) Find(context.Context, string, state.Instant) (string, bool, error) {
	return "", false, errors.New("nobody is in doubt")
}

// owing is a store with a day open that comes to owe cases.
func owing(t *testing.T) (store *storetest.Memory, owe func(caseID string)) {
	t.Helper()
	store = storetest.NewMemory()
	day := state.Day{Date: 20_000, Config: "c"}
	if err := store.OpenStore(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	return store, func(caseID string) {
		t.Helper()
		customer := state.CustomerID("C of " + caseID)
		msg := alerts.CaseMessage{CaseID: caseID, Seq: 1, Customer: customer, State: alerts.CaseOpen, Severity: detectors.Warning, At: day.Date,
			Alerts: []alerts.CaseAlert{{AlertID: "1", Signal: "overdue", Level: detectors.Warning}}}
		err := store.Commit(t.Context(), &state.Commit{Day: day, Messages: []state.Message{{ID: caseID, Case: caseID, Seq: 1, Customer: customer, Body: msg.AppendJSON(nil)}}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestOfTwoInstancesOneSendsUntilItEnds(t *testing.T) {
	for _, test := range []struct {
		name  string
		drops bool
		after time.Duration // which the other one goes on at the latest
	}{
		{"is killed", false, leaseTerm + 2*time.Second},
		{"is told to stop", true, 2 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, owe := owing(t)
				board := new(posts)
				instance := func(name string) (turn *tenure, end func()) {
					turn = newTenure(store, name, nil)
					wall := func() state.Instant { return state.InstantOf(time.Now()) }
					o := outbox.Outbox{Store: store, Lease: turn.take, Sender: sender{board, name}, Channel: "#c", Clock: wall, Wall: wall, Pace: outbox.DefaultPace()}
					ctx, cancel := context.WithCancel(t.Context())
					ended := make(chan error)
					go func() { ended <- o.Run(ctx) }()
					synctest.Wait()
					return turn, func() { cancel(); <-ended }
				}
				first, endFirst := instance("a")
				_, endSecond := instance("b")
				defer endSecond()
				for i := range 50 {
					owe(fmt.Sprint("case ", i))
					time.Sleep(time.Second)
				}
				synctest.Wait()
				if len(board.all) != 50 || slices.ContainsFunc(board.all, func(post string) bool { return post[0] == 'b' }) {
					t.Fatalf("got %d posts, %q, want each case once by a", len(board.all), board.all)
				}
				if endFirst(); test.drops {
					first.drop(t.Context())
				}
				owe("the last")
				time.Sleep(test.after)
				synctest.Wait()
				if got := board.all[50:]; !slices.Equal(got, []string{"b the last"}) {
					t.Errorf("got %q after %v, want b to go on", got, test.after)
				}
			})
		})
	}
}

// What the last batch has left is published before the role goes to others, and by nobody who does not have it.
func TestADrainPublishesAndThenLetsTheLeaseGo(t *testing.T) {
	for _, ours := range []bool{true, false} {
		t.Run(fmt.Sprint("ours ", ours), func(t *testing.T) {
			l, store := newPipeline(t), storetest.NewMemory()
			var said bytes.Buffer
			s := &service{config: l.config, store: store, now: l.now, log: slog.New(slog.NewTextHandler(&said, nil))}
			meters := newMeters()
			turn := s.tenure(publisherRole, meters)
			p, err := s.publisher(meters.clients, nil, turn)
			if err != nil {
				t.Fatal(err)
			}
			holder, left := turn.holder, 0
			if !ours {
				holder, left = "another one", 1
			}
			day := state.Day{Date: l.today, Config: "c"}
			_, err1 := store.TakeLease(t.Context(), publisherRole, holder, time.Hour)
			err2 := store.OpenStore(t.Context(), day)
			err3 := store.Commit(t.Context(), &state.Commit{Day: day, Tasks: []state.TaskRow{{ID: "T-1", Seq: 1, Customer: "C-1", Body: []byte("{}")}}})
			ctx, stop := context.WithCancel(t.Context())
			stop()
			if err := errors.Join(err1, err2, err3, s.publish(ctx, p, turn)); err != nil {
				t.Fatal(err)
			}
			if rows, err := store.Unpublished(t.Context(), 9); err != nil || len(rows) != left {
				t.Errorf("got %d rows unpublished, %v, want %d", len(rows), err, left)
			}
			next, err := store.TakeLease(t.Context(), publisherRole, "the next", time.Hour)
			if ours && (err != nil || next.Turn != 2) || !ours && !errors.Is(err, state.ErrLeased) {
				t.Errorf("got %+v, %v for the next instance", next, err)
			}
			if bytes.Contains(said.Bytes(), []byte("level=WARN")) {
				t.Errorf("got a warning of what is as it should be: %s", said.String())
			}
		})
	}
}
