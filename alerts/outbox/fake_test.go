package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
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

// memory is a store's outbox as the store's interface describes it.
type memory struct {
	fuse     *fuse
	messages []state.Message // unsettled
	receipts map[string]state.Receipt
	ended    []state.Message // settled
	heard    map[heardIn]state.Heard
	systemic []state.Systemic
	read     int // messages that were listed as owed
	leases   state.LeaseTable
	down     error // what every call answers; nil: it works
	full     error // what every write answers; nil: it works
}

func (s *memory) Owed(_ context.Context, now state.Instant, limit int) ([]state.Message, error) {
	newest, due := map[string]state.Message{}, map[string]bool{}
	for i := range s.messages {
		if m := &s.messages[i]; !m.Held && max(m.DueAt, m.Wait.Until) <= now {
			due[m.Case] = true
		}
	}
	for _, m := range s.messages {
		if m.Held || !due[m.Case] {
			continue
		}
		was := newest[m.Case].Wait
		m.Wait.Why, m.Wait.Since = max(m.Wait.Why, was.Why), max(m.Wait.Since, was.Since)
		if len(m.Wait.In) == 0 {
			m.Wait.In = was.In
		}
		newest[m.Case] = m // later ones are newer
	}
	owed := slices.SortedFunc(maps.Values(newest), func(a, b state.Message) int {
		return cmp.Or(cmp.Compare(a.DueAt, b.DueAt), cmp.Compare(a.Case, b.Case))
	})
	owed = owed[:min(limit, len(owed))]
	s.read += len(owed)
	return owed, s.down
}

func (s *memory) OwedCount(context.Context) (due, held int, err error) {
	waits, withheld := map[string]bool{}, map[string]bool{}
	for _, m := range s.messages {
		if m.Held {
			withheld[m.Case] = true
		} else {
			waits[m.Case] = true
		}
	}
	maps.DeleteFunc(withheld, func(id string, _ bool) bool { return waits[id] })
	return len(waits), len(withheld), s.down
}

func (s *memory) Receipt(_ context.Context, caseID, at string) (state.Receipt, error) {
	return s.receipts[receiptOf(caseID, at)], s.down
}

func (s *memory) Receipts(_ context.Context, caseID string) (list []state.Receipt, err error) {
	for _, r := range s.receipts {
		if r.Case == caseID {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b state.Receipt) int { return cmp.Compare(a.Channel, b.Channel) })
	return list, s.down
}

// receiptOf is where a receipt is kept: that of the default channel by its case alone.
func receiptOf(caseID, at string) string {
	if at == channel {
		return caseID
	}
	return caseID + " in " + at
}

func (s *memory) Deliver(ctx context.Context, under state.Lease, r state.Receipt) error {
	if err := cmp.Or(s.down, s.full, ctx.Err(), s.leases.Check(under)); err != nil {
		return err
	}
	s.fuse.burn()
	s.receipts[receiptOf(r.Case, r.Channel)] = r
	s.settle(r.Case, r.Seq)
	s.fuse.burn()
	return nil
}

func (s *memory) settle(caseID string, seq int64) {
	s.messages = slices.DeleteFunc(s.messages, func(m state.Message) bool {
		over := m.Case == caseID && m.Seq <= seq
		if over {
			s.ended = append(s.ended, m)
		}
		return over
	})
}

// heardIn is where it is kept that a channel has heard of a case.
type heardIn struct {
	state.MessageKey
	channel string
}

func (s *memory) Speak(ctx context.Context, under state.Lease, r state.Receipt, h state.Heard) error {
	if err := cmp.Or(s.down, s.full, ctx.Err(), s.leases.Check(under)); err != nil {
		return err
	}
	s.fuse.burn()
	s.receipts[receiptOf(r.Case, r.Channel)] = r
	s.settle(r.Case, r.Seq)
	if at := (heardIn{state.MessageKey{Case: r.Case, Seq: h.Seq}, h.Channel}); h.At == 0 {
		delete(s.heard, at)
	} else {
		s.heard[at] = h
	}
	s.fuse.burn()
	return nil
}

func (s *memory) HeardCount(_ context.Context, of state.HeardOf) (int, error) {
	found := map[state.MessageKey]bool{}
	for at, h := range s.heard {
		if h.At >= of.Since && (of.Who == "" || h.Who == of.Who) && (of.Channel == "" || h.Channel == of.Channel && h.Fresh) &&
			at.MessageKey != of.But && (of.Customer == "" || of.Customer == "C-"+state.CustomerID(at.Case)) {
			found[at.MessageKey] = true
		}
	}
	return len(found), s.down
}

func (s *memory) Postpone(ctx context.Context, under state.Lease, of []state.Waiting, tell []state.Message) error {
	if err := cmp.Or(s.down, s.full, ctx.Err(), s.leases.Check(under)); err != nil {
		return err
	}
	s.fuse.burn()
	for _, w := range of {
		for i := range s.messages {
			if m := &s.messages[i]; m.Case == w.Case && m.Seq <= w.Seq {
				m.Wait = w.Wait
			}
		}
	}
	for _, m := range tell {
		s.settle(m.Case, m.Seq-1)
		s.messages = append(s.messages, m)
	}
	s.fuse.burn()
	return nil
}

// waits are the cases that are put off, by when they were.
func (s *memory) waits(of state.WaitsOf) []string {
	since := map[string]state.Instant{}
	for _, m := range s.messages {
		if of.Fits(&m.Wait) {
			since[m.Case] = m.Wait.Since
		}
	}
	return slices.SortedFunc(maps.Keys(since), func(a, b string) int { return cmp.Or(cmp.Compare(since[a], since[b]), cmp.Compare(a, b)) })
}

func (s *memory) Recall(_ context.Context, under state.Lease, of state.WaitsOf, limit int) error {
	if err := cmp.Or(s.down, s.leases.Check(under)); err != nil {
		return err
	}
	all := s.waits(of)
	put := map[string]bool{}
	for _, id := range all[:min(limit, len(all))] {
		put[id] = true
	}
	for i := range s.messages {
		if m := &s.messages[i]; put[m.Case] {
			m.Wait.Until = 0
		}
	}
	return nil
}

func (s *memory) WaitCount(_ context.Context, of state.WaitsOf) (int, error) {
	seen := make(map[string]bool, len(s.messages))
	for i := range s.messages {
		if m := &s.messages[i]; of.Fits(&m.Wait) {
			seen[m.Case] = true
		}
	}
	return len(seen), s.down
}

func (s *memory) Systemic(context.Context) ([]state.Systemic, error) {
	return slices.Clone(s.systemic), s.down
}

func (s *memory) ToldOf(_ context.Context, customer state.CustomerID, but string, since state.Instant, _ int) (all []state.Message, err error) {
	for _, m := range slices.Concat(s.ended, s.messages) {
		if m.Customer == customer && m.Case != but && m.DueAt >= since && s.receipts[m.Case].Timestamp != "" {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b state.Message) int { return cmp.Or(cmp.Compare(a.Case, b.Case), cmp.Compare(a.Seq, b.Seq)) })
	return all, s.down
}

func (s *memory) Flooded(context.Context) ([]string, error) {
	var texts []string
	for i := range s.messages {
		if w := &s.messages[i].Wait; w.Why == state.WaitFlood && w.Until > 0 {
			if text := state.ChannelsText(w.In); !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
	}
	return state.FloodedOf(texts), s.down
}

func (s *memory) Last(_ context.Context, prefix string) (last state.Message, found bool, err error) {
	for _, m := range slices.Concat(s.ended, s.messages) {
		if m.Customer == "" && strings.HasPrefix(m.Case, prefix) && (!found || cmp.Or(cmp.Compare(m.Case, last.Case), cmp.Compare(m.Seq, last.Seq)) > 0) {
			last, found = m, true
		}
	}
	return last, found, s.down
}

func (s *memory) Withheld(context.Context, string, int) ([]state.Withheld, error) {
	return nil, errors.New("the consumer releases")
}

func (s *memory) Release(context.Context, state.LettingGo) error {
	return errors.New("the consumer releases")
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
	b.loop = newLoop(Outbox{
		Store: b.store, Sender: to, Channel: channel, Clock: clock, Wall: clock, Pace: b.pace, Awake: b.awake, Route: b.route, Open: b.open,
		Budget: b.budget, Flood: b.flood, Cool: b.cool,
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
