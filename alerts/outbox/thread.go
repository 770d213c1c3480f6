package outbox

import (
	"context"
	"encoding/json"
	"fmt"

	"tocsin/alerts"
	"tocsin/state"
)

// Threader is a Sender whose messages have threads.
type Threader interface {
	// Reply adds an entry to the thread of a posted message.
	Reply(ctx context.Context, under string, news *alerts.News) error
	// FindReply looks among the entries since an instant for the one that tells of a state of a case.
	FindReply(ctx context.Context, under string, of state.MessageKey, since state.Instant) (found bool, err error)
	// Say adds what a person has told to the thread of a posted message, and returns the receiver's id of it, by which it can be edited.
	Say(ctx context.Context, under string, w *alerts.Word) (id string, err error)
	// FindSaid looks among the entries since an instant for the one with what a person has told.
	FindSaid(ctx context.Context, under, word string, since state.Instant) (id string, found bool, err error)
}

// threadOf begins the name under which the receipt of a channel's thread is kept. No channel's name has blanks.
const threadOf = "thread of "

// mostAloud is how many messages a day of one customer whole channels hear of, one that several hear of counted once.
const mostAloud = 3

// thread is what the receipt of a thread keeps as its body.
type thread struct {
	Told  json.RawMessage `json:"told"`           // the case as the thread, or the message itself, has told it last
	Next  json.RawMessage `json:"next,omitempty"` // the case as the attempt under way tells it
	Aloud bool            `json:"aloud,omitempty"`

	Risk state.Money `json:"risk"` // the money at risk that the channel has heard of last
}

// threadIn reads a thread's receipt. One that an erasure has emptied has told nothing.
func threadIn(r *state.Receipt) (t thread) {
	if json.Unmarshal(r.Body, &t) != nil {
		return thread{}
	}
	return t
}

// loud tells whether the whole channel is to hear of news: the case has got graver, a register has the gravest kind of news, or a quarter
// more is at risk than when it heard of the case last, or its task is late and another person is to see to it. Once it has heard of an insolvency it hears of nothing softer.
func (t *thread) loud(n *alerts.News, m, told *alerts.CaseMessage) bool {
	if n.Late && !m.Task.Escalation.Among {
		return true
	}
	if told.Insolvent() && m.Insolvent() {
		return false
	}
	risk := m.MoneyAtRisk
	grown := risk.Told() && risk.Currency == t.Risk.Currency && t.Risk.Minor > 0 && risk.Minor-t.Risk.Minor >= t.Risk.Minor/4
	return m.Severity > told.Severity || n.Grave() || grown
}

// news is what the thread of a place has to tell; nil: nothing, or nobody can be told there. Where it is not known what was told,
// everything was.
func (p *place) news(msg alerts.Message) *alerts.News {
	m, is := msg.(*alerts.CaseMessage)
	if !is || !p.threads || p.to != nil || p.r.Timestamp == "" {
		return nil
	}
	t := threadIn(&p.thread)
	told, err := alerts.ParseCaseMessage(t.Told)
	if err != nil {
		return nil
	}
	n := m.Since(told)
	if n != nil {
		n.Aloud = t.loud(n, m, told)
	}
	return n
}

// begin keeps, with a message that has just been posted, what its thread need not tell any more.
func (l *loop) begin(ctx context.Context, p *place, posted bool, msg alerts.Message) error {
	m, is := msg.(*alerts.CaseMessage)
	if !is || !p.threads || p.to != nil || len(m.MovedTo) > 0 {
		return nil
	}
	t := threadIn(&p.thread)
	if len(t.Told) > 0 && !posted {
		return nil
	}
	r := p.thread
	t.Risk = m.MoneyAtRisk
	t.Told, t.Next, t.Aloud, r.Attempt = m.AppendJSON(nil), nil, false, 0
	r.Body = t.encode()
	if err := l.keep(ctx, r); err != nil {
		return err
	}
	p.thread = r
	return nil
}

// tell adds to a thread what it has not told yet, between the two writes of the crash story. The message itself shows it already.
func (l *loop) tell(ctx context.Context, round *round, p *place, msg alerts.Message) error {
	at := l.line(p.r.Channel)
	sender := at.sender.(Threader)
	if p.thread.Attempt != 0 {
		if known, err := l.lookUpReply(ctx, round, sender, p, msg); err != nil || !known {
			return err
		}
	}
	n := p.news(msg)
	if n == nil {
		return nil
	}
	if until := l.sleeps(msg); until != 0 {
		p.wait = state.Wait{Why: state.WaitQuiet, Until: until}
		return nil
	}
	if !l.turn(at, at.posts) {
		return nil
	}
	if err := l.hush(ctx, &round.m, n, msg, p.r.Channel); err != nil {
		return err
	}
	t := threadIn(&p.thread)
	t.Next, t.Aloud = msg.AppendJSON(nil), n.Aloud
	var heard *state.Heard
	if n.Aloud {
		heard = &state.Heard{Channel: p.r.Channel, Seq: round.m.Seq, At: l.Clock(), Who: account(msg, p.r.Channel)}
	}
	if err := l.keepThread(ctx, round, p, msg, t, l.Wall(), heard); err != nil {
		return err
	}
	if err := l.mine(ctx); err != nil {
		return err
	}
	err := l.called("reply", p.r, sender.Reply(ctx, p.r.Timestamp, n))
	if err != nil && outcomeOf(err) == unknown {
		return err
	}
	if err == nil {
		return l.keepThread(ctx, round, p, msg, t.done(), 0, nil)
	}
	if heard != nil {
		heard.At = 0
	}
	if outcome := outcomeOf(err); outcome == Unfit || outcome == Gone { // the message itself has told it all
		return l.keepThread(ctx, round, p, msg, t.done(), 0, heard)
	}
	t.Next = nil
	if kept := l.keepThread(ctx, round, p, msg, t, 0, heard); kept != nil {
		return kept
	}
	return err
}

// lookUpReply ends the doubt about a reply, if it is old enough: known tells whether it did.
func (l *loop) lookUpReply(ctx context.Context, round *round, sender Threader, p *place, msg alerts.Message) (known bool, err error) {
	at := l.line(p.r.Channel)
	if ripe := later(p.thread.Attempt, l.Pace.Doubt); l.Wall() < ripe {
		l.rests[spot{p.r.Case, p.r.Channel}] = rest{until: ripe}
		return false, nil
	}
	if !l.turn(at, l.edits) {
		return false, nil
	}
	t := threadIn(&p.thread)
	next, err := alerts.ParseCaseMessage(t.Next)
	if err != nil { // erased meanwhile
		return true, l.keepThread(ctx, round, p, msg, thread{}, 0, nil)
	}
	found, err := readReply(ctx, sender, p.r.Timestamp, next.Key(), later(p.thread.Attempt, -skew))
	if err = l.called("find", p.r, err); err != nil {
		return false, err
	}
	var heard *state.Heard
	if found {
		t = t.done()
	} else if t.Aloud {
		heard = &state.Heard{Channel: p.r.Channel, Seq: next.Seq, Who: account(next, p.r.Channel)}
	}
	t.Next = nil
	return true, l.keepThread(ctx, round, p, msg, t, 0, heard)
}

// done is a thread that has told what it was about to.
func (t thread) done() thread {
	if m, err := alerts.ParseCaseMessage(t.Next); err == nil && t.Aloud {
		t.Risk = m.MoneyAtRisk
	}
	t.Told, t.Next, t.Aloud = t.Next, nil, false
	return t
}

func (t thread) encode() []byte {
	b, err := json.Marshal(t)
	if err != nil {
		panic(fmt.Sprintf("a thread of well-formed messages: %v", err))
	}
	return b
}

// keepThread stores where a thread stands, with what the channel hears of it, and settles the message where nothing else is left to do.
func (l *loop) keepThread(ctx context.Context, round *round, p *place, msg alerts.Message, t thread, attempt state.Instant, h *state.Heard) error {
	after := *p
	after.thread.Body, after.thread.Attempt = t.encode(), attempt
	over := after.done(msg)
	if over && round.todo == 1 {
		after.thread.Seq = round.m.Seq
	}
	keep := l.keep
	if h != nil {
		keep = func(ctx context.Context, r state.Receipt) error { return l.speak(ctx, r, *h) }
	}
	if err := keep(ctx, after.thread); err != nil {
		return err
	}
	if p.thread = after.thread; over {
		round.todo--
	}
	return nil
}
