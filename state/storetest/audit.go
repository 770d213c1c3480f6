package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"tocsin/state"
)

// deed is an audit row of a customer.
func deed(what string, customer state.CustomerID, at state.Instant) state.AuditRow {
	return state.AuditRow{
		At: at, By: "l.wei", Via: state.ViaCommand, Deed: what, Request: "request of " + string(customer), Customer: customer,
		Body: []byte(`{"saw":"` + string(customer) + ` owes"}`),
	}
}

// audit is the whole chain, without what each store has of its own, and what was verified of it.
func (t *trial) audit(heads ...state.AuditHead) ([]state.AuditRow, state.Verified) {
	t.Helper()
	rows, err := t.store.Audit(t.Context(), 0, 1<<30)
	t.must(err)
	for i := range rows {
		rows[i].Salt, rows[i].Seal, rows[i].Hash = nil, state.AuditHash{}, state.AuditHash{}
	}
	v, err := state.VerifyAudit(t.Context(), t.store, heads...)
	t.must(err)
	return rows, v
}

func auditIsOneChain(t *trial) {
	rows, v := t.audit(state.AuditHead{})
	got(t, "an empty chain", rows, nil)
	got(t, "verified", fmt.Sprint(v), fmt.Sprint(state.Verified{}))
	process := state.AuditRow{At: noon, By: "tocsin", Via: state.ViaProcess, Deed: "configuration", Body: []byte(`{}`)}
	t.must(t.store.OpenStore(t.Context(), today, process))
	t.refused(t.store.OpenStore(t.Context(), today, process), state.ErrConflict)
	epoch := t.acquire(0).Epoch
	t.commit(&state.Commit{Day: today, At: noon + 1, Positions: []state.Advance{{Topic: orders, Epoch: epoch, From: -1, To: 5}},
		Entries: []state.Entry{entry("C-1", 1)}, Audit: []state.AuditRow{deed("decide", "C-1", noon+1), deed("close", "C-1", noon+1)}})
	_, first := t.audit()
	t.must(t.store.KeepGap(t.Context(), gap(0, 5, 9)))
	accept := deed("gap_accept", "", noon+2)
	accept.Request, accept.Body = "", nil
	t.must(t.store.AcceptGap(t.Context(), orders, 0, state.Acceptance{To: 9, At: noon + 2, By: "l.wei"}, accept))
	t.refused(t.store.AcceptGap(t.Context(), orders, 0, state.Acceptance{To: 9, At: noon + 3, By: "l.wei"}, accept), state.ErrNoGap)
	t.must(t.store.Reconfigure(t.Context(), today.Config, []byte("text"), process)) // is in force
	process.At = noon + 4
	t.must(t.store.Reconfigure(t.Context(), "sha256:second", []byte("text"), process))
	process.Seq, accept.Seq = 1, 4
	opened := process
	opened.At = noon
	decide, closed := deed("decide", "C-1", noon+1), deed("close", "C-1", noon+1)
	decide.Seq, closed.Seq, process.Seq = 2, 3, 5
	rows, v = t.audit(first.Head)
	got(t, "rows", rows, []state.AuditRow{opened, decide, closed, accept, process})
	got(t, "how many", v.Rows, 5)
	head, begun, err := t.store.AuditHead(t.Context())
	t.must(err)
	if head != v.Head || !begun {
		t.Errorf("head: got %v, begun %t, want %v", head, begun, v.Head)
	}
	page, err := t.store.Audit(t.Context(), 2, 2)
	t.must(err)
	if len(page) != 2 || page[0].Seq != 3 || page[1].Seq != 4 {
		t.Errorf("behind the second: got %v, want two rows", page)
	}
	t.store.Close() //nolint:errcheck // opened again
	t.store = t.reopen()
	_, again := t.audit(v.Head)
	got(t, "after opening again", fmt.Sprint(again), fmt.Sprint(v))
}

// A commit that is refused leaves no row, and a request that is given twice leaves one.
func refusedCommitIsNotAudited(t *trial) {
	t.open()
	c := &state.Commit{Day: today, At: noon, Request: "r-1", Entries: []state.Entry{entry("C-1", 1)}, Audit: []state.AuditRow{deed("decide", "C-1", noon)}}
	t.commit(c)
	t.refused(t.store.Commit(t.Context(), c), state.ErrRepeated)
	c.Request = "r-2"
	t.refused(t.store.Commit(t.Context(), c), state.ErrConflict)
	for _, wrong := range []func(*state.AuditRow){
		func(r *state.AuditRow) { r.By = "" }, func(r *state.AuditRow) { r.Via = "" }, func(r *state.AuditRow) { r.Deed = "" },
		func(r *state.AuditRow) { r.At++ }, func(r *state.AuditRow) { r.Seq = 9 },
	} {
		row := deed("decide", "C-2", noon)
		wrong(&row)
		if err := t.store.Commit(t.Context(), &state.Commit{Day: today, At: noon, Entries: []state.Entry{entry("C-2", 1)}, Audit: []state.AuditRow{row}}); err == nil {
			t.Errorf("%+v: got no error", row)
		}
	}
	rows, _ := t.audit()
	got(t, "rows", len(rows), 1)
}

// An erasure drops what the chain has of the customer and nothing else, and the chain stays whole.
func erasureKeepsTheChain(t *trial) {
	epoch := t.ready()
	c := everything(0, epoch, 0)
	for _, id := range []state.CustomerID{"C-0", "C-9", "C-0"} {
		c.Audit = append(c.Audit, deed("decide", id, c.At))
	}
	t.commit(c)
	_, before := t.audit()
	e := erasure(t.nobodys(globex))
	e.Audit = []state.AuditRow{deed("close", pseudonym, e.At)}
	t.commit(e)
	rows, v := t.audit(before.Head)
	got(t, "verified", []int64{v.Rows, v.Erased}, []int64{4, 2})
	gone, other, after := state.AuditRow{At: c.At, By: "l.wei", Via: state.ViaCommand, Deed: "decide"}, deed("decide", "C-9", c.At), deed("close", pseudonym, e.At)
	want := []state.AuditRow{gone, other, gone, after}
	for i := range want {
		want[i].Seq = int64(i + 1)
	}
	got(t, "rows", rows, want)
}

func concurrentDeedsMakeOneChain(t *trial) {
	t.open()
	t.must(RaceDeeds(t.Context(), today, t.store, t.store, t.store))
}

// RaceDeeds has processes decide at the same time, each on customers of its own, and checks that they add to one chain. The day must be
// open, and nothing else be in the audit.
func RaceDeeds(ctx context.Context, day state.Day, processes ...state.Store) error {
	const deeds = 30
	errs := make([]error, len(processes))
	var wg sync.WaitGroup
	for n, s := range processes {
		wg.Go(func() {
			for i := range deeds {
				id := state.CustomerID(fmt.Sprintf("C-%d-%d", n, i))
				row := entry(id, 1)
				row.Day, row.Config = day.Date, day.Config
				errs[n] = errors.Join(errs[n], s.Commit(ctx, &state.Commit{
					Day: day, At: noon, Entries: []state.Entry{row}, Audit: []state.AuditRow{deed("decide", id, noon)},
				}))
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	v, err := state.VerifyAudit(ctx, processes[0])
	if err == nil && v.Rows != int64(deeds*len(processes)) {
		err = fmt.Errorf("got %d audit rows, want %d of each of %d processes", v.Rows, deeds, len(processes))
	}
	return err
}

// Tampering checks that each way to tamper with the chain of a store in SQL is caught at the row where it begins. Open opens a new
// store, and returns how somebody else runs statements on it.
func Tampering(t *testing.T, open func(t *testing.T) (store state.Store, run func(statement string))) {
	const move = `UPDATE audit SET seq = %d WHERE seq = %d`
	for _, tt := range []struct {
		name, sql string
		seq       int64  // of the row at which it must be caught
		why       string // what is said
		unkept    bool   // nobody can tell who has not kept the head
	}{
		{"a name is another one", `UPDATE audit SET by = 'm.ono' WHERE seq = 3`, 3, "is not as it was chained", false},
		{"a deed is another one", `UPDATE audit SET deed = 'close' WHERE seq = 3`, 3, "is not as it was chained", false},
		{"it was later", `UPDATE audit SET at = at + 1 WHERE seq = 3`, 3, "is not as it was chained", false},
		{"something else was seen", `UPDATE audit SET body = salt WHERE seq = 3`, 3, "is not as it was sealed", false},
		{"it was about somebody else", `UPDATE audit SET customer = 'C-9' WHERE seq = 3`, 3, "is not as it was sealed", false},
		{"another seal", `UPDATE audit SET seal = salt WHERE seq = 3`, 3, "is not as it was chained", false},
		{"an erasure that left something", `UPDATE audit SET salt = NULL, customer = NULL WHERE seq = 3`, 3, "is not as it was sealed", false},
		{"a row is dropped", `DELETE FROM audit WHERE seq = 3`, 3, "is missing: row 4 follows", false},
		{"a row is dropped, and the others close up", `DELETE FROM audit WHERE seq = 3;` + fmt.Sprintf(move, 3, 4) + `;` + fmt.Sprintf(move, 4, 5) + `;` +
			fmt.Sprintf(move, 5, 6) + `; UPDATE audit_head SET seq = 5`, 3, "is not as it was chained", false},
		{"two rows change places", fmt.Sprintf(move, 100, 3) + `;` + fmt.Sprintf(move, 3, 4) + `;` + fmt.Sprintf(move, 4, 100), 3, "is not as it was chained", false},
		{"the first is dropped", `DELETE FROM audit WHERE seq = 1`, 1, "is missing: row 2 follows", false},
		{"the tail is cut", `DELETE FROM audit WHERE seq > 4`, 5, "is missing: the chain ends before it, and its head is row 6", false},
		{"the tail is cut, and the head is moved", `DELETE FROM audit WHERE seq > 4; UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)`,
			5, "is missing: the chain ends before it, and its head is row 6", true},
		{"everything is dropped, and the head is moved", `UPDATE audit_head SET hash = (SELECT salt FROM audit WHERE seq = 1), seq = 0; DELETE FROM audit`, 0, "the head of an empty chain", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store, run := open(t)
			s := &trial{T: t, store: store}
			s.open()
			for n := range uint64(6) {
				s.commit(&state.Commit{Day: today, At: noon, Entries: []state.Entry{entry("C-1", n+1)}, Audit: []state.AuditRow{deed("decide", "C-1", noon)}})
			}
			_, v := s.audit()
			run(tt.sql)
			_, err := state.VerifyAudit(t.Context(), store, v.Head)
			var broken *state.AuditBreak
			if !errors.As(err, &broken) || broken.Seq != tt.seq || !strings.Contains(broken.Why, tt.why) {
				t.Errorf("got %v, want row %d: %s", err, tt.seq, tt.why)
			}
			if _, err := state.VerifyAudit(t.Context(), store); (err == nil) != tt.unkept {
				t.Errorf("without a head that was kept: got %v, want it to be caught: %t", err, !tt.unkept)
			}
		})
	}
}
