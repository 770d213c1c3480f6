package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/state"
	"tocsin/state/sqlite"
)

// eraser, set to a store's path, makes the test binary commit people and erase them until it is killed.
const eraser = "TOCSIN_TEST_ERASER"

// eraseForEver commits customers and erases each of them in the commit after.
func eraseForEver(ctx context.Context, path string) error {
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	ids, err := s.Erased(ctx)
	if err != nil {
		return err
	}
	for n := len(ids); ; n++ {
		for _, c := range []*state.Commit{personOf(n), erasureOf(n)} {
			c.Day.Erased = n
			if err := s.Commit(ctx, c); err != nil && !errors.Is(err, state.ErrConflict) { // the person is there already
				return err
			}
		}
	}
}

func person(n int) state.CustomerID { return state.CustomerID(fmt.Sprintf("Jane-%06d", n)) }

func nameless(n int) state.CustomerID { return state.CustomerID(fmt.Sprintf("erased-%06d", n)) }

// rowsOf are a customer's rows, some of which take several pages.
func rowsOf(id state.CustomerID, n int) (rows []state.Entry) {
	for seq := range uint64(2 + n%3) {
		rows = append(rows, state.Entry{Customer: id, Seq: seq + 1, Day: day.Date, Config: day.Config, Applied: bytes.Repeat([]byte(id), 1+n*n%700)})
	}
	return rows
}

func personOf(n int) *state.Commit {
	id := person(n)
	return &state.Commit{
		Day: day, Entries: rowsOf(id, n), Snapshots: []state.Snapshot{{Customer: id, Seq: 1, Body: bytes.Repeat([]byte(id), 300)}},
		Alerts:   []state.AlertRow{{ID: "alert of " + string(id), Seq: 1, Customer: id, Body: []byte(id)}},
		Messages: []state.Message{{ID: "message to " + string(id), Case: "case of " + string(id), Seq: 1, Customer: id, Body: []byte(id)}},
	}
}

func erasureOf(n int) *state.Commit {
	was, is := person(n), nameless(n)
	rows := rowsOf(is, n)
	return &state.Commit{Day: day, Rewrites: []state.Rewrite{{
		Customer: was, As: is, Last: uint64(len(rows)), Entries: rows,
		Alerts: []state.RewrittenAlert{{Was: state.Was{ID: "alert of " + string(was), Seq: 1}, AlertRow: state.AlertRow{ID: "alert of " + string(is), Seq: 1, Customer: is}}},
		Messages: []state.RewrittenMessage{{Was: state.Was{ID: "case of " + string(was), Seq: 1},
			Message: state.Message{ID: "message to " + string(is), Case: "case of " + string(is), Seq: 1, Customer: is}}},
	}}}
}

// After each kill -9, wherever it struck, everybody is there whole: under the name or under the pseudonym. Of who is erased
// nothing is left in the file, neither in rows nor in pages that are free, once the store has been opened and closed.
func TestKilledAmidErasuresAStoreHoldsWholeCustomers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	s := open(t, path)
	if err := errors.Join(s.OpenStore(t.Context(), day), s.Close()); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(4, 20_000))
	erased, kills := 0, 0
	for ; kills < 12 || erased < 12 && kills < 120; kills++ { // on a busy machine some strike before anything is done
		kill(t, eraser, path, time.Duration(40+random.IntN(160)+2*kills)*time.Millisecond)
		erased = checkErased(t, path)
	}
	if erased < 12 {
		t.Errorf("only %d customers were erased before the kills", erased)
	}
	t.Logf("%d customers were erased under %d kills", erased, kills)
}

// checkErased returns how many customers are erased, and checks that they are, and that at most one more is there.
func checkErased(t *testing.T, path string) int {
	t.Helper()
	s := open(t, path)
	pseudonyms, err1 := s.Erased(t.Context())
	customers, err2 := s.Customers(t.Context())
	alerts, err3 := s.Alerts(t.Context(), "")
	owed, _, err4 := s.OwedCount(t.Context())
	n := len(pseudonyms)
	for i := range n {
		rows, err := s.Rows(t.Context(), nameless(i))
		if err != nil || len(rows) != len(rowsOf(nameless(i), i)) {
			t.Errorf("customer %d of %d: got %d rows under the pseudonym, %v", i, n, len(rows), err)
		}
	}
	if err := errors.Join(err1, err2, err3, err4, s.Close()); err != nil {
		t.Fatal(err)
	}
	if extra := len(customers) - n; extra != 0 && (extra != 1 || customers[0] != person(n)) || len(alerts) != len(customers) || owed != len(customers) {
		t.Errorf("%d are erased: got customers %v, %d alerts, %d messages", n, customers[:min(3, len(customers))], len(alerts), owed)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if name := string(person(i)); strings.Contains(string(file), name) {
			t.Errorf("%s is erased and still in the file", name)
		}
	}
	return n
}
