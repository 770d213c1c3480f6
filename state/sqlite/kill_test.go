package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tocsin/state"
	"tocsin/state/sqlite"
)

// committer, set to a store's path, makes the test binary commit to it until it is killed.
const committer = "TOCSIN_TEST_COMMITTER"

func TestMain(m *testing.M) {
	if path := os.Getenv(committer); path != "" {
		fmt.Fprintln(os.Stderr, commitForEver(context.Background(), path))
		os.Exit(1)
	}
	if path := os.Getenv(eraser); path != "" {
		fmt.Fprintln(os.Stderr, eraseForEver(context.Background(), path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

const (
	killed         = 5 // customers of the committer
	killTopic      = "credit.orders.v1"
	snapshotsEvery = 4 // rows
)

// commitForEver commits the offsets 0, 1, 2 … of a partition, each with one row, alert, task, message and alarm of a
// customer, from where the store says that it stands.
func commitForEver(ctx context.Context, path string) error {
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	acquired, err := s.Acquire(ctx, []state.Position{{Topic: killTopic}})
	if err != nil {
		return err
	}
	p := acquired[0]
	for n := max(p.Next, 0); ; n++ {
		c := nthCommit(n)
		c.Positions = []state.Advance{{Topic: killTopic, Epoch: p.Epoch, From: p.Next, To: n + 1}}
		if err := s.Commit(ctx, c); err != nil {
			return err
		}
		p.Next = n + 1
	}
}

func nthCommit(n int64) *state.Commit {
	id := state.CustomerID(fmt.Sprintf("C-%d", n%killed))
	seq := n/killed + 1
	c := &state.Commit{
		Day:     day,
		Request: fmt.Sprintf("request-%d", n),
		Entries: []state.Entry{{Customer: id, Seq: uint64(seq), Day: day.Date, Config: day.Config,
			Applied: make([]byte, 200+(n*n)%6000)}}, // some within a page, some over several
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

// After each kill -9, wherever it struck, n commits are n of everything, and the lock is free.
func TestKilledAtAnyMomentAStoreHoldsWholeCommits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	s := open(t, path)
	if err := s.OpenStore(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 20_000))
	kills, advanced := 0, 0
	var before int64
	for ; kills < 20 || advanced < 10 && kills < 200; kills++ { // on a busy machine some strike before anything is done
		kill(t, committer, path, time.Duration(40+random.IntN(160))*time.Millisecond)
		s := open(t, path)
		n := checkWhole(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if n < before {
			t.Fatalf("kill %d: %d commits after %d", kills, n, before)
		}
		if n > before {
			advanced++
		}
		before = n
	}
	if advanced < 10 {
		t.Errorf("only %d of %d processes committed anything before they were killed", advanced, kills)
	}
	t.Logf("%d commits survived %d kills", before, kills)
}

// kill runs a committer, or another such process, and kills it after a while.
func kill(t *testing.T, process, path string, after time.Duration) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), process+"="+path)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("the committer ended by itself: %v", err)
	}
}

// checkWhole returns how many commits a store holds, by its position, and checks that it holds all of each.
func checkWhole(t *testing.T, s *sqlite.Store) (n int64) {
	t.Helper()
	ctx := t.Context()
	positions, err1 := s.AllPositions(ctx)
	if len(positions) > 0 {
		n = max(positions[0].Next, 0)
	}
	customers, err2 := s.Customers(ctx)
	histories, err3 := s.Load(ctx, customers)
	rows := int64(0)
	for i := range histories {
		if err := histories[i].Check(); err != nil {
			t.Error(err)
		}
		rows += int64(histories[i].SnapshotSeq) + int64(len(histories[i].Rows))
	}
	alerts, err4 := s.Alerts(ctx, "")
	tasks, err5 := s.Tasks(ctx)
	due, _, err6 := s.OwedCount(ctx)
	letters, err7 := s.DeadLetterCount(ctx)
	alarms, err8 := s.DueAlarms(ctx, 1<<30, 1<<30)
	publications, err9 := s.Unpublished(ctx, 1<<30)
	audit, err10 := state.VerifyAudit(ctx, s)
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, err9, err10); err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct {
		name string
		got  int64
		want int64
	}{
		{"journal rows", rows, n}, {"alerts", int64(len(alerts)), n}, {"tasks", int64(len(tasks)), n},
		{"messages", int64(due), n}, {"dead letters", int64(letters), n}, {"alarms", int64(len(alarms)), n},
		{"publications", int64(len(publications)), 3 * n}, {"audit rows", audit.Rows, n},
	} {
		if part.got != part.want {
			t.Errorf("after %d commits: got %d %s, want %d", n, part.got, part.name, part.want)
		}
	}
	if n > 0 {
		if err := s.Commit(ctx, nthCommit(n-1)); !errors.Is(err, state.ErrRepeated) {
			t.Errorf("the last commit again: got %v, want %v", err, state.ErrRepeated)
		}
	}
	return n
}
