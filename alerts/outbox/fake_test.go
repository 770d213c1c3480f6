package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/worktime"
	"tocsin/detectors"
	"tocsin/state"
)

const channel = "#credit-alerts"

// start is the instant at which the clocks of these tests begin.
var start = state.InstantOf(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))

// fuse is a crash to come: it burns at each step of a store or sender, before the step and after it.
type fuse struct {
	armed bool
	left  int
	crash func() // what the end is like
}

func (f *fuse) burn() {
	if !f.armed {
		return
	}
	if f.left == 0 {
		f.armed = false
		f.crash()
	}
	f.left--
}

// wall is a receiver: what hangs on it is what people see.
type wall struct {
	fuse   *fuse
	now    func() state.Instant
	posted []notice
	fail   []error // of the next calls, one each; nil: the call works
	calls  []string
	blind  bool // Find finds nothing: a negative control
	most   int  // messages of one case that were visible at once
}

// notice is one visible message.
type notice struct {
	id    string
	at    state.Instant
	of    string             // case or summary
	shows alerts.CaseMessage // of a case
	tells alerts.Summary     // of a summary
	says  alerts.Word        // of what somebody asks for where there is no case
	began detectors.Level    // severity of the case when it was posted
}

// note is a message as it hangs.
func note(id string, at state.Instant, msg alerts.Message) notice {
	n := notice{id: id, at: at, of: msg.Key().Case}
	switch msg := msg.(type) {
	case *alerts.CaseMessage:
		n.shows, n.began = *msg, msg.Severity
	case *alerts.Summary:
		n.tells = *msg
	case *alerts.Word:
		n.says = *msg
	}
	return n
}

// told is the outcome of a call that a receiver has told.
type told struct {
	outcome string
	wait    time.Duration
}

func (t told) Error() string             { return "the receiver is " + t.outcome }
func (t told) Outcome() string           { return t.outcome }
func (t told) RetryAfter() time.Duration { return t.wait }

// errLost is the error of a call that was carried out, but nobody heard of it; errUnsent of one that never arrived.
var (
	errLost   = errors.New("connection reset after the request")
	errUnsent = errors.New("connection reset before the request")
)

func (w *wall) call(name string) (err error, happens bool) {
	w.calls = append(w.calls, name)
	w.fuse.burn()
	if len(w.fail) > 0 {
		err, w.fail = w.fail[0], w.fail[1:]
	}
	return err, err == nil || errors.Is(err, errLost)
}

func (w *wall) Post(ctx context.Context, msg alerts.Message) (string, error) {
	of := msg.Key().Case
	err, happens := w.call("post " + of)
	id := fmt.Sprintf("%s.%d", of, len(w.calls))
	if happens {
		w.posted = append(w.posted, note(id, w.now(), msg))
		w.count(of)
	}
	w.fuse.burn()
	return id, cmp.Or(err, ctx.Err())
}

func (w *wall) Edit(ctx context.Context, id string, msg alerts.Message) error {
	err, happens := w.call("edit " + msg.Key().Case)
	i := slices.IndexFunc(w.posted, func(n notice) bool { return n.id == id })
	if i < 0 && err == nil {
		return told{outcome: Gone}
	}
	if happens {
		began := w.posted[i].began
		w.posted[i] = note(id, w.posted[i].at, msg)
		w.posted[i].began = began
	}
	w.fuse.burn()
	return cmp.Or(err, ctx.Err())
}

func (w *wall) Find(ctx context.Context, caseID string, since state.Instant) (string, bool, error) {
	err, _ := w.call("find " + caseID)
	w.fuse.burn()
	if err = cmp.Or(err, ctx.Err()); err != nil || w.blind {
		return "", false, err
	}
	for _, n := range w.posted {
		if n.of == caseID && n.at >= since {
			return n.id, true, nil
		}
	}
	return "", false, nil
}

func (w *wall) count(caseID string) {
	n := 0
	for _, p := range w.posted {
		if p.of == caseID {
			n++
		}
	}
	w.most = max(w.most, n)
}

// bench is an Outbox with its store, its receiver and its clock.
type bench struct {
	*loop
	store    *memory
	wall     *wall
	now      state.Instant
	awake    *worktime.Hours // of the next restart, as what follows
	budget   int
	flood    Flood
	cool     time.Duration
	closes   time.Duration // how long the close of a day is waited for
	pace     Pace
	route    func(*alerts.CaseMessage) []string
	open     func(channel string) Sender
	threads  Sender // instead of the wall; nil: none
	reported []string
}

func newBench() *bench {
	b := &bench{now: start, pace: DefaultPace()}
	b.store = &memory{fuse: &fuse{}, receipts: map[string]state.Receipt{}, heard: map[heardIn]state.Heard{}, leases: state.LeaseTable{}}
	b.wall = &wall{fuse: b.store.fuse, now: func() state.Instant { return b.now }}
	b.restart()
	return b
}

// restart replaces the running Outbox by a new one, as a new process would.
func (b *bench) restart() {
	clock := func() state.Instant { return b.now }
	var to Sender = b.wall
	if b.threads != nil {
		to = b.threads
	}
	var books *time.Location
	if b.closes != 0 {
		books = time.UTC
	}
	b.loop = newLoop(Outbox{
		Store: b.store, Sender: to, Channel: channel, Clock: clock, Wall: clock, Pace: b.pace, Awake: b.awake, Route: b.route, Open: b.open,
		Budget: b.budget, Flood: b.flood, Cool: b.cool, Closes: b.closes, Books: books,
		Report: func(err error) { b.reported = append(b.reported, fmt.Sprint(err)) },
	})
}

// owe puts a message into the store, due now.
func (b *bench) owe(caseID string, seq int64, severity detectors.Level) {
	b.store.messages = append(b.store.messages, state.Message{
		ID: fmt.Sprintf("%s/%d", caseID, seq), Case: caseID, Seq: seq, Customer: "C-" + state.CustomerID(caseID),
		DueAt: b.now, Body: caseAt(caseID, seq, severity).AppendJSON(nil),
	})
}

// oweSummary puts a summary into the store that names a case.
func (b *bench) oweSummary(id string, seq int64, names string) *alerts.Summary {
	sum := &alerts.Summary{SummaryID: id, Seq: seq, Why: alerts.WhyFirstLoad, Critical: 7}
	sum.Worst = []alerts.SummaryCase{{CaseID: names, Customer: "C-" + state.CustomerID(names), Name: "Acme", Severity: detectors.Critical}}
	b.store.messages = append(b.store.messages, state.Message{ID: fmt.Sprintf("%s/%d", id, seq), Case: id, Seq: seq, DueAt: b.now, Body: sum.AppendJSON(nil)})
	return sum
}

// caseAt is a case at a severity; None: it has closed.
func caseAt(caseID string, seq int64, severity detectors.Level) *alerts.CaseMessage {
	msg := &alerts.CaseMessage{
		CaseID: caseID, Seq: seq, Customer: "C-" + state.CustomerID(caseID), State: alerts.CaseOpen, Severity: severity,
		At: state.DateOf(2026, 11, 20), KnownAt: start + state.Instant(seq),
		Changes: []alerts.Change{{Signal: "overdue", To: severity, Kind: alerts.Raised}},
	}
	if severity == detectors.None {
		msg.State = alerts.CaseClosed
		return msg
	}
	msg.Alerts = []alerts.CaseAlert{{AlertID: "1", Signal: "overdue", Level: severity}}
	return msg
}

// pass runs one pass and moves the clock on by as much as it asked for.
func (b *bench) pass() {
	b.now = later(b.now, b.runOnce(context.Background()))
}

// drain runs passes until nothing is owed.
func (b *bench) drain(t *testing.T) {
	t.Helper()
	if err := b.quiet(); err != nil {
		t.Fatal(err)
	}
}

// quiet runs passes until nothing is owed, for some days of the clock at most.
func (b *bench) quiet() error {
	for end := later(b.now, 5*24*time.Hour); len(b.store.messages) > 0; b.pass() {
		if b.now > end {
			return fmt.Errorf("after days still owed: %v", b.store.messages)
		}
		b.sleep()
	}
	return nil
}

// sleep moves the clock on to where something may happen, if all that is owed is put off.
func (b *bench) sleep() {
	var until state.Instant
	for _, m := range b.store.messages {
		if at := max(m.DueAt, m.Wait.Until); until == 0 || at < until {
			until = at
		}
	}
	b.now = max(b.now, until)
}

// visible is what people see: the severity that each message shows, by case.
func (b *bench) visible() map[string][]detectors.Level {
	seen := map[string][]detectors.Level{}
	for _, n := range b.wall.posted {
		seen[n.of] = append(seen[n.of], n.shows.Severity)
	}
	return seen
}
