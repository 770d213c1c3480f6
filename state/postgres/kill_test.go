package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/state"
	"tocsin/state/postgres"
)

// killTopic has a partition for each committer.
const killTopic = "credit.orders.v1"

// nthCommit is the commit of offset n: a row, an alarm, an alert, a task, a message and a dead letter of a customer.
func nthCommit(day state.Day, n int64) *state.Commit {
	const customers, snapshotsEvery = 5, 4
	id := state.CustomerID(fmt.Sprintf("C-%d", n%customers))
	seq := n/customers + 1
	c := &state.Commit{
		Day:         day,
		Request:     fmt.Sprintf("request-%d", n),
		Entries:     []state.Entry{{Customer: id, Seq: uint64(seq), Day: day.Date, Config: day.Config, Applied: make([]byte, 200+(n*n)%6000)}},
		Alarms:      []state.Alarm{{Day: day.Date + state.Date(n), Customer: id}},
		Alerts:      []state.AlertRow{{ID: "A-" + string(id), Seq: seq, Customer: id}},
		Tasks:       []state.TaskRow{{ID: fmt.Sprintf("T-%d", n), Seq: 1, Customer: id}},
		Messages:    []state.Message{{ID: fmt.Sprintf("m-%d", n), Case: fmt.Sprintf("case-%d", n), Seq: 1, Customer: id}},
		DeadLetters: []state.DeadLetter{{Topic: killTopic, Offset: n}},
		Audit:       []state.AuditRow{{By: "l.wei", Via: state.ViaCommand, Deed: "decide", Customer: id}},
	}
	if seq%snapshotsEvery == 0 {
		c.Snapshots = []state.Snapshot{{Customer: id, Seq: uint64(seq), Body: []byte("snapshot")}}
	}
	return c
}

// A committer lands one commit after the other on a server that is killed under it, and its sessions. After each answer it looks
// where its position stands: only an unknown outcome may be either.
func TestKilledAtAnyMomentAServerHoldsWholeCommits(t *testing.T) {
	const rounds = 16
	victim := newServer(t)
	location := victim.NewSchema(t)
	s := openWith(t, location, postgres.Options{Migrate: true})
	defer s.Close()
	if err := s.OpenStore(t.Context(), today); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	k := &committer{store: s}
	var running sync.WaitGroup
	running.Go(func() { k.failure = k.run(ctx) })
	random := rand.New(rand.NewPCG(5, 20_000))
	advanced, before := 0, int64(0)
	for round := range rounds {
		time.Sleep(time.Duration(60+random.IntN(120)) * time.Millisecond)
		if round%4 == 0 {
			victim.Kill()
			time.Sleep(50 * time.Millisecond)
			if err := victim.Launch(); err != nil {
				t.Fatal(err)
			}
		} else if err := victim.KillSessions(t.Context()); err != nil {
			t.Fatal(err)
		}
		if now := k.landed.Load(); now > before {
			advanced, before = advanced+1, now
		}
	}
	time.Sleep(300 * time.Millisecond)
	stop()
	running.Wait()
	if k.failure != nil {
		t.Fatal(k.failure)
	}
	checkWhole(t, s, k.landed.Load())
	t.Logf("%d commits under %d kills: %d outcomes unknown, of which %d had landed; %d times unavailable; %d times another life of the server",
		k.landed.Load(), rounds, k.unknown, k.unseen, k.unavailable, k.anew)
	if advanced < rounds/2 || k.unknown+k.unavailable < rounds/2 || k.anew == 0 {
		t.Error("the kills did not hit")
	}
}

// committer commits the offsets 0, 1, 2 … of a partition.
type committer struct {
	store                              *postgres.Store
	landed                             atomic.Int64
	unknown, unseen, unavailable, anew int
	failure                            error
}

func (k *committer) run(ctx context.Context) error {
	day, err := patiently(func() (state.Day, error) {
		day, _, err := k.store.Day(context.Background())
		return day, err
	})
	if err != nil {
		return err
	}
	acquired, err := patiently(func() ([]state.Position, error) {
		return k.store.Acquire(context.Background(), []state.Position{{Topic: killTopic}})
	})
	if err != nil {
		return err
	}
	p := acquired[0]
	for ctx.Err() == nil {
		n := max(p.Next, 0)
		c := nthCommit(day, n)
		c.Positions = []state.Advance{{Topic: killTopic, Epoch: p.Epoch, From: p.Next, To: n + 1}}
		err := k.store.Commit(context.Background(), c)
		stands, lookErr := patiently(func() (int64, error) {
			all, err := k.store.AllPositions(context.Background())
			if err != nil {
				return 0, err
			}
			return all[0].Next, nil
		})
		if lookErr != nil {
			return lookErr
		}
		in := stands == n+1
		switch {
		case stands != p.Next && !in:
			return fmt.Errorf("position %d after a commit from %d to %d", stands, p.Next, n+1)
		case errors.Is(err, state.ErrUnknown):
			k.unknown++
			if in {
				k.unseen++
			}
		case err == nil && in:
		case errors.Is(err, state.ErrUnavailable) && !in:
			k.unavailable++
		case errors.Is(err, state.ErrDayClosed) && !in:
			k.anew++
			if day, err = patiently(func() (state.Day, error) { day, _, err := k.store.Day(context.Background()); return day, err }); err != nil {
				return err
			}
		default:
			return fmt.Errorf("commit of %d: %w, and the position stands at %d", n, err, stands)
		}
		p.Next = stands
		k.landed.Store(max(stands, 0))
	}
	return nil
}

// patiently asks until there is an answer.
func patiently[T any](ask func() (T, error)) (answer T, err error) {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		answer, err = ask()
		if !errors.Is(err, state.ErrUnavailable) && !errors.Is(err, state.ErrUnknown) {
			return answer, err
		}
	}
	return answer, err
}

// checkWhole checks that a store holds all of n commits and nothing of another.
func checkWhole(t *testing.T, s *postgres.Store, n int64) {
	t.Helper()
	ctx := t.Context()
	customers, err1 := s.Customers(ctx)
	histories, err2 := s.Load(ctx, customers)
	rows := int64(0)
	for i := range histories {
		if err := histories[i].Check(); err != nil {
			t.Error(err)
		}
		rows += int64(histories[i].SnapshotSeq) + int64(len(histories[i].Rows))
	}
	alerts, err3 := s.Alerts(ctx, "")
	tasks, err4 := s.Tasks(ctx)
	due, _, err5 := s.OwedCount(ctx)
	letters, err6 := s.DeadLetterCount(ctx)
	alarms, err7 := s.DueAlarms(ctx, 1<<30, 1<<30)
	publications, err8 := s.Unpublished(ctx, 1<<30)
	audit, err9 := state.VerifyAudit(ctx, s)
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, err9); err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct {
		name      string
		got, want int64
	}{
		{"journal rows", rows, n}, {"alerts", int64(len(alerts)), n}, {"tasks", int64(len(tasks)), n}, {"messages", int64(due), n},
		{"dead letters", int64(letters), n}, {"alarms", int64(len(alarms)), n}, {"publications", int64(len(publications)), 3 * n},
		{"audit rows", audit.Rows, n},
	} {
		if part.got != part.want {
			t.Errorf("after %d commits: got %d %s, want %d", n, part.got, part.name, part.want)
		}
	}
	day, _, err := s.Day(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(ctx, nthCommit(day, n-1)); !errors.Is(err, state.ErrRepeated) {
		t.Errorf("the last commit again: got %v, want %v", err, state.ErrRepeated)
	}
}
