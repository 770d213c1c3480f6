package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/storetest"
)

// Whatever is asked of it, in whatever order, SQLite answers like the reference and holds the same afterwards.
func TestStoreAnswersLikeTheReference(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		at, err := os.MkdirTemp(dir, "")
		if err != nil {
			r.Fatal(err)
		}
		p := &pair{T: r, path: filepath.Join(at, "tocsin.db"), model: storetest.NewMemory()}
		p.open()
		defer func() { p.store.Close() }()
		p.both("open", func(s state.Store) error { return s.OpenStore(t.Context(), firstDay) })
		r.Repeat(map[string]func(*rapid.T){
			"commit 1":    p.commit, // under several names, so that it comes more often than the others
			"commit 2":    p.commit,
			"commit 3":    p.commit,
			"commit 4":    p.commit,
			"commit 5":    p.commit,
			"acquire":     p.acquire,
			"close day":   p.closeDay,
			"reconfigure": p.reconfigure,
			"deliver":     p.deliver,
			"erase":       p.erase,
			"release":     p.release,
			"publish":     p.publish,
			"forget":      p.forget,
			"reopen":      p.reopen,
			"":            p.compare,
		})
	})
}

// pair is the reference and a SQLite store that are asked the same.
type pair struct {
	*rapid.T
	path  string
	model *storetest.Memory
	store *Store

	renamed int // cases so far
}

// What the stores are asked about.
const orders = "credit.orders.v1"

var firstDay = state.Day{Date: 20_000, Config: "sha256:first"}

var parties = []state.Identifier{{Scheme: "lei", Value: "5299"}, {Scheme: "reg", Value: "5299", Country: "GB"}}

func (p *pair) open() {
	s, err := Open(p.Context(), p.path, Options{})
	if err != nil {
		p.Fatal(err)
	}
	p.store = s
	w := <-s.writer
	defer func() { s.writer <- w }()
	if _, err := w.conn.ExecContext(p.Context(), `PRAGMA synchronous = OFF`); err != nil { // thousands of commits, and no crash
		p.Fatal(err)
	}
}

// both asks both stores and wants errors of one kind.
func (p *pair) both(what string, ask func(s state.Store) error) {
	want, got := ask(p.model), ask(p.store)
	if kind(got) != kind(want) {
		p.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

// kind is the refusal that an error is.
func kind(err error) string {
	if err == nil {
		return "none"
	}
	for _, refusal := range []error{state.ErrConflict, state.ErrFenced, state.ErrDayClosed, state.ErrStale, state.ErrRepeated,
		state.ErrNotIdle, state.ErrUnknown} {
		if errors.Is(err, refusal) {
			return refusal.Error()
		}
	}
	return "another"
}

func (p *pair) compare(r *rapid.T) {
	want, err := storetest.Contents(r.Context(), p.model, parties...)
	if err != nil {
		r.Fatal(err)
	}
	got, err := storetest.Contents(r.Context(), p.store, parties...)
	if err != nil {
		r.Fatal(err)
	}
	if got != want {
		r.Fatalf("the stores differ\n--- got\n%s--- want\n%s", got, want)
	}
	if _, err := state.VerifyAudit(r.Context(), p.store); err != nil {
		r.Fatal(err)
	}
}

// mostly is the value itself, but now and then one near it.
func mostly(r *rapid.T, what string, value int64) int64 {
	return value + rapid.SampledFrom([]int64{0, 0, 0, 0, 0, 0, 0, 0, -1, 1}).Draw(r, what)
}

func some(r *rapid.T, what string) bool { return rapid.IntRange(0, 2).Draw(r, what) == 0 }

func customer(r *rapid.T) state.CustomerID {
	return state.CustomerID(rapid.SampledFrom([]string{"C-1", "C-2", "C-3"}).Draw(r, "customer"))
}

// commit asks for any mixture of parts, most of which fit what the stores hold.
func (p *pair) commit(r *rapid.T) {
	today, _, _ := p.model.Day(r.Context())
	c := &state.Commit{Day: today, FirstLimit: some(r, "first limit")}
	c.Day.Date = state.Date(mostly(r, "day", int64(today.Date)))
	if some(r, "with a request") {
		c.Request = fmt.Sprintf("request %d", rapid.IntRange(0, 9).Draw(r, "request"))
	}
	p.addPositions(r, c)
	p.addRate(r, c)
	p.addIdentity(r, c)
	p.addRows(r, c)
	p.addAlarms(r, c)
	p.addEffects(r, c)
	if some(r, "with a disputant") {
		until := today.Date + state.Date(rapid.IntRange(-1, 5).Draw(r, "disputes count"))
		c.Disputants = []state.Disputant{{Customer: customer(r), Until: until}}
	}
	if some(r, "with a deed") {
		row := state.AuditRow{By: "l.wei", Via: state.ViaCommand, Deed: rapid.SampledFrom([]string{"decide", "close"}).Draw(r, "deed"), Request: c.Request}
		if some(r, "of a customer") {
			row.Customer, row.Body = customer(r), []byte("{}")
		}
		c.Audit = []state.AuditRow{row}
	}
	p.both("commit", func(s state.Store) error { return s.Commit(r.Context(), c) })
}

func (p *pair) addPositions(r *rapid.T, c *state.Commit) {
	positions, _ := p.model.AllPositions(r.Context())
	for _, at := range positions {
		if some(r, "with a position") {
			from := mostly(r, "from", at.Next)
			c.Positions = append(c.Positions, state.Advance{Topic: at.Topic, Partition: at.Partition,
				Epoch: mostly(r, "epoch", at.Epoch), From: from, To: from + rapid.Int64Range(0, 5).Draw(r, "records")})
		}
	}
}

// addRate adds a row of one of two exchange rates.
func (p *pair) addRate(r *rapid.T, c *state.Commit) {
	if !some(r, "with a rate") {
		return
	}
	base, _ := state.ParseCurrency(rapid.SampledFrom([]string{"EUR", "KWD"}).Draw(r, "base"))
	quote, _ := state.ParseCurrency("USD")
	body := &state.Rate{Base: base, Quote: quote, Value: "1.1", RateDate: firstDay.Date}
	known, _ := p.model.Rates(r.Context(), 0)
	seq := int64(1)
	for i := range known {
		if known[i].Event.Body.Key() == body.Key() {
			seq++
		}
	}
	c.Rates = append(c.Rates, state.RateRow{Seq: max(1, mostly(r, "row", seq)), Known: c.Day.Date, Event: state.Event{
		Kind: state.KindRate, Body: body, Stamp: state.Stamp{Revision: seq, ID: "R", Source: "urn:bank"},
	}})
}

func (p *pair) addIdentity(r *rapid.T, c *state.Commit) {
	if !some(r, "with an identifier") {
		return
	}
	rows, _ := p.model.Identities(r.Context(), []state.Identifier{rapid.SampledFrom(parties).Draw(r, "party")})
	id := rows[0]
	id.Version = mostly(r, "version", id.Version)
	if some(r, "with a customer") {
		id.Customers = append(id.Customers, customer(r))
	}
	if some(r, "with an event") {
		id.Events = append(id.Events, state.Event{Kind: state.KindRegistry, Stamp: state.Stamp{Revision: 1, ID: "R", Source: "urn:r"},
			KnownAt: state.Instant(rapid.IntRange(0, 9).Draw(r, "known at")),
			Body:    &state.RegistryFact{Registry: "gb-gazette", Identifier: id.Key, Type: "liquidation", Effective: firstDay.Date}})
	}
	c.Identifiers = append(c.Identifiers, id)
}

// addRows appends a customer's next row, and now and then a snapshot of it.
func (p *pair) addRows(r *rapid.T, c *state.Commit) {
	if !some(r, "with a row") {
		return
	}
	id := customer(r)
	seq := mostly(r, "seq", int64(p.last(r, id))+1)
	c.Entries = append(c.Entries, state.Entry{Customer: id, Seq: uint64(max(seq, 1)), Day: c.Day.Date, Config: c.Day.Config,
		Applied: []byte(rapid.StringN(1, 4, -1).Draw(r, "applied"))})
	if some(r, "with a snapshot") {
		c.Snapshots = append(c.Snapshots, state.Snapshot{Customer: id, Seq: uint64(max(seq, 1)), Body: fmt.Appendf(nil, "at %d", seq)})
	}
}

// last is a customer's last row.
func (p *pair) last(r *rapid.T, id state.CustomerID) uint64 {
	histories, _ := p.model.Load(r.Context(), []state.CustomerID{id})
	if len(histories) == 0 {
		return 0
	}
	if rows := histories[0].Rows; len(rows) > 0 {
		return rows[len(rows)-1].Seq
	}
	return histories[0].SnapshotSeq
}

func (p *pair) addAlarms(r *rapid.T, c *state.Commit) {
	due, _ := p.model.DueAlarms(r.Context(), c.Day.Date, 3)
	for _, a := range due {
		if !some(r, "without the tick") {
			a.Seq = uint64(max(0, mostly(r, "stepped", int64(p.last(r, a.Customer)))))
			c.Ticks = append(c.Ticks, a)
		}
	}
	if some(r, "with an alarm") {
		c.Alarms = append(c.Alarms, state.Alarm{Day: c.Day.Date + state.Date(rapid.IntRange(0, 3).Draw(r, "days ahead")), Customer: customer(r)})
	}
}

func (p *pair) addEffects(r *rapid.T, c *state.Commit) {
	n := func(what string) int64 { return rapid.Int64Range(1, 30).Draw(r, what) }
	if some(r, "with an alert") {
		seq := n("alert")
		c.Alerts = append(c.Alerts, state.AlertRow{ID: "A", Seq: seq, Customer: customer(r), Signal: "overdue", KnownAt: state.Instant(seq % 3)})
	}
	if some(r, "with a task") {
		c.Tasks = append(c.Tasks, state.TaskRow{ID: "T", Seq: n("task"), Customer: "C-1", State: "open"})
	}
	if some(r, "with a dead letter") {
		c.DeadLetters = append(c.DeadLetters, state.DeadLetter{Topic: orders, Offset: n("offset"), Code: "json"})
	}
	if some(r, "with messages") {
		for range rapid.IntRange(1, 3).Draw(r, "messages") {
			id, seq := customer(r), n("message")
			c.Messages = append(c.Messages, state.Message{ID: fmt.Sprintf("m-%s-%d", id, seq), Case: "case-" + string(id), Seq: seq,
				Customer: id, DueAt: state.Instant(rapid.IntRange(0, 9).Draw(r, "due at")), Held: rapid.Bool().Draw(r, "held")})
		}
	}
}

// erase renames a customer, or writes its rows anew under its own name, with some of what it has told.
func (p *pair) erase(r *rapid.T) {
	today, _, _ := p.model.Day(r.Context())
	w := state.Rewrite{Customer: customer(r)}
	w.As = "erased-" + w.Customer
	if some(r, "under its name") {
		w.As = w.Customer
	}
	w.Last = uint64(max(0, mostly(r, "last", int64(p.last(r, w.Customer)))))
	for seq := range w.Last {
		w.Entries = append(w.Entries, state.Entry{Customer: w.As, Seq: seq + 1, Day: today.Date, Config: today.Config, Applied: []byte("anew")})
	}
	alerts, _ := p.model.Alerts(r.Context(), w.Customer)
	for _, a := range alerts {
		if !some(r, "forget the alert") {
			was := state.Was{ID: a.ID, Seq: a.Seq}
			p.renamed++
			a.ID, a.Customer = fmt.Sprintf("%s anew %d", a.ID, p.renamed), w.As
			w.Alerts = append(w.Alerts, state.RewrittenAlert{Was: was, AlertRow: a})
		}
	}
	owed, _ := p.model.Owed(r.Context(), 1<<62, 100)
	for _, m := range owed {
		if m.Customer == w.Customer {
			was := state.Was{ID: m.Case, Seq: m.Seq}
			p.renamed++
			m.ID, m.Case, m.Customer = fmt.Sprintf("%s anew %d", m.ID, p.renamed), fmt.Sprintf("%s anew %d", m.Case, p.renamed), w.As
			w.Messages = append(w.Messages, state.RewrittenMessage{Was: was, Owed: some(r, "owe it anew"), Message: m})
		}
	}
	redacted := []state.DeadLetter{{Topic: orders, Offset: rapid.Int64Range(1, 30).Draw(r, "redacted"), Key: []byte("gone")}}
	searched, _ := p.model.DeadLetterCount(r.Context())
	c := &state.Commit{Day: today, At: 5, Rewrites: []state.Rewrite{w}, Rewording: p.reword(r), Redacted: redacted, Searched: searched}
	p.both("erase", func(s state.Store) error { return s.Commit(r.Context(), c) })
}

// reword rewords some summaries.
func (p *pair) reword(r *rapid.T) *state.Rewording {
	want, _ := p.model.Summaries(r.Context())
	if got, err := p.store.Summaries(r.Context()); err != nil || !reflect.DeepEqual(got, want) {
		r.Fatalf("summaries: got %+v, %v, want %+v", got, err, want)
	}
	known := &state.Rewording{Known: int(mostly(r, "summaries", int64(len(want))))}
	for _, m := range want {
		if some(r, "reword") {
			m.ID, m.Seq, m.Body = m.ID+" anew", m.Seq+1, []byte("reworded")
			known.Messages = append(known.Messages, m)
		}
	}
	return known
}

func (p *pair) acquire(r *rapid.T) {
	asked := []state.Position{{Topic: orders, Partition: rapid.Int32Range(0, 1).Draw(r, "partition"),
		Cluster: rapid.SampledFrom([]string{"", "k-1", "k-2"}).Draw(r, "cluster")}}
	p.both("acquire", func(s state.Store) error { _, err := s.Acquire(r.Context(), asked); return err })
}

func (p *pair) closeDay(r *rapid.T) {
	from, _, _ := p.model.Day(r.Context())
	end := &state.DayClose{From: from, Next: from.Date + state.Date(rapid.SampledFrom([]int{1, 1, 1, 3, 60, 0}).Draw(r, "days"))}
	positions, _ := p.model.AllPositions(r.Context())
	for _, at := range positions {
		end.Positions = append(end.Positions, state.Advance{Topic: at.Topic, Partition: at.Partition, From: mostly(r, "stands", at.Next)})
	}
	if some(r, "with a common cause") {
		end.Causes = []string{rapid.SampledFrom([]string{"B-1", "B-2", "B-3"}).Draw(r, "batch")}
		if _, known := from.Causes[end.Causes[0]]; known {
			end.Causes = nil
		}
	}
	p.both("close day", func(s state.Store) error { return s.CloseDay(r.Context(), end) })
}

func (p *pair) reconfigure(r *rapid.T) {
	version := rapid.SampledFrom([]string{"sha256:first", "sha256:second"}).Draw(r, "version")
	p.both("reconfigure", func(s state.Store) error { return s.Reconfigure(r.Context(), version, []byte("{}")) })
}

func (p *pair) deliver(r *rapid.T) {
	receipt := state.Receipt{Case: "case-" + string(customer(r)), Channel: "#credit-alerts", Timestamp: "1.2",
		Seq: rapid.Int64Range(0, 30).Draw(r, "delivered"), Attempt: state.Instant(rapid.IntRange(0, 1).Draw(r, "attempt"))}
	p.both("deliver", func(s state.Store) error { return s.Deliver(r.Context(), state.Lease{}, receipt) })
}

// release lets some of what is withheld go and has a summary tell of the rest; now and then of what is not all of it.
func (p *pair) release(r *rapid.T) {
	want, _ := p.model.Withheld(r.Context(), "", 100)
	if got, err := p.store.Withheld(r.Context(), "", 100); err != nil || !reflect.DeepEqual(got, want) {
		r.Fatalf("withheld: got %+v, %v, want %+v", got, err, want)
	}
	l := state.LettingGo{At: state.Instant(rapid.IntRange(0, 9).Draw(r, "now"))}
	for i := range want {
		switch rapid.IntRange(0, 20).Draw(r, "fate") {
		case 0:
		case 1, 2, 3, 4, 5, 6, 7, 8, 9:
			l.Go = append(l.Go, want[i].Key())
		default:
			l.Settled = append(l.Settled, want[i].Key())
		}
	}
	if len(l.Settled) > 0 {
		id := fmt.Sprintf("summary of %v", l.Settled)
		l.Summary = &state.Message{ID: id, Case: id, Seq: 1, Body: []byte("many")}
	}
	p.both("release", func(s state.Store) error { return s.Release(r.Context(), l) })
}

func (p *pair) publish(r *rapid.T) {
	owed, _ := p.model.Unpublished(r.Context(), 3)
	var ids []int64
	for _, row := range owed {
		ids = append(ids, row.ID)
	}
	p.both("published", func(s state.Store) error { return s.Published(r.Context(), ids) })
}

func (p *pair) forget(r *rapid.T) {
	before := state.Instant(rapid.IntRange(0, 9).Draw(r, "before"))
	p.both("forget", func(s state.Store) error { return s.ForgetUnmatched(r.Context(), before) })
}

func (p *pair) reopen(r *rapid.T) {
	if err := p.store.Close(); err != nil {
		r.Fatal(err)
	}
	p.open()
}
