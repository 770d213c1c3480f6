package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/slack"
	"tocsin/alerts/slack/slacktest"
	"tocsin/detectors"
	"tocsin/state"
)

var _ Sweeper = (*slack.Sender)(nil)

// swept is a bench that sends to a Slack, which has the bench's clock.
type swept struct {
	*bench
	*slacktest.Slack
}

func newSwept(t *testing.T) *swept {
	t.Helper()
	b := newBench()
	return &swept{b, overHTTP(t, b)}
}

// double posts a case beside the Outbox, as a process does that has slept through its turn.
func (s *swept) double(t *testing.T, caseID string) slacktest.Message {
	t.Helper()
	at := s.now.Time()
	s.SetClock(func() time.Time { return at })
	id, err := slackSender(t, s.Slack).Post(t.Context(), caseAt(caseID, 1, detectors.Warning))
	if err != nil {
		t.Fatal(err)
	}
	return s.at(t, id)
}

// at is the message with an id.
func (s *swept) at(t *testing.T, id string) slacktest.Message {
	t.Helper()
	all := s.Messages()
	i := slices.IndexFunc(all, func(m slacktest.Message) bool { return m.Channel+"/"+m.Timestamp == id })
	if i < 0 {
		t.Fatalf("message %s is not there", id)
	}
	return all[i]
}

// works lets the Outbox work for a time.
func (s *swept) works(d time.Duration) {
	for end := later(s.now, d); s.now < end; {
		s.pass()
	}
}

// wantOne wants one message of a case: the one that its receipt tells of.
func (s *swept) wantOne(t *testing.T, caseID string) {
	t.Helper()
	var of []string
	for _, m := range s.Messages() {
		if m.Of() == caseID {
			of = append(of, m.Channel+"/"+m.Timestamp)
		}
	}
	if want := s.store.receipts[caseID].Timestamp; len(of) != 1 || of[0] != want {
		t.Errorf("got the messages %q of case %s, want %s alone", of, caseID, want)
	}
}

func TestADoubleIsRemoved(t *testing.T) {
	for _, tt := range []struct {
		name     string
		before   time.Duration
		removals int
		faults   []slacktest.Fault // of the removal
	}{
		{"younger", 0, 1, nil},
		{"older, that Slack showed late", time.Minute, 1, nil},
		{"Slack is busy", 0, 3, []slacktest.Fault{{Status: 429, RetryAfter: 30 * time.Second}, {Status: 503}}},
		{"Slack refuses", 0, 2, []slacktest.Fault{{Error: "cant_delete_message"}}},
		{"nobody knows", 0, 2, []slacktest.Fault{{Lose: true}, {Drop: true}}}, // the second is carried out
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSwept(t)
			s.Script("chat.delete", tt.faults...)
			if tt.before > 0 {
				s.double(t, "a")
				s.works(tt.before)
			}
			s.owe("a", 1, detectors.Warning)
			s.owe("b", 1, detectors.Warning)
			s.drain(t)
			if tt.before == 0 {
				s.double(t, "a")
			}
			s.works(3 * time.Hour)
			s.wantOne(t, "a")
			s.wantOne(t, "b")
			if n := len(s.Calls("chat.delete")); n != tt.removals {
				t.Errorf("got %d removals, want %d", n, tt.removals)
			}
			s.owe("c", 1, detectors.Critical)
			s.drain(t)
			if len(s.Messages()) != 3 {
				t.Errorf("got %d messages, want what is owed to go out meanwhile", len(s.Messages()))
			}
		})
	}
}

// A list that fails is asked for again, and keeps nothing that is owed waiting.
func TestAListThatFailsIsAskedForAgain(t *testing.T) {
	for _, fault := range []slacktest.Fault{{Status: 429, RetryAfter: 30 * time.Second}, {Status: 500}, {Error: "missing_scope"}, {Lose: true}} {
		s := newSwept(t)
		s.owe("a", 1, detectors.Warning)
		s.drain(t)
		s.double(t, "a")
		s.Script("conversations.history", fault)
		s.works(2 * time.Minute)
		s.owe("b", 1, detectors.Warning)
		s.drain(t)
		s.works(2 * time.Hour)
		s.wantOne(t, "a")
		s.wantOne(t, "b")
	}
}

// A double takes the place of a message that somebody has removed meanwhile, so that nobody is left without.
func TestADoubleTakesThePlaceOfAMessageThatIsGone(t *testing.T) {
	s := newSwept(t)
	s.owe("a", 1, detectors.Warning)
	s.owe("a", 2, detectors.Critical)
	s.drain(t)
	first := s.Messages()[0]
	s.works(90 * time.Minute) // the first is not in the next list
	twin := s.double(t, "a")
	s.Delete(first.Timestamp)
	s.works(2 * time.Hour)
	s.wantOne(t, "a")
	if now := s.at(t, s.store.receipts["a"].Timestamp); now.Timestamp != twin.Timestamp || now.Metadata.EventPayload["seq"] != 2.0 {
		t.Errorf("got %v, want the double to show the case as it is", now.Metadata)
	}
	s.owe("a", 3, detectors.None)
	s.drain(t)
	s.wantOne(t, "a")
}

// What people have written under a double stays, and its message says where the case goes on.
func TestADoubleThatPeopleWriteUnderStays(t *testing.T) {
	s := newSwept(t)
	s.owe("a", 1, detectors.Warning)
	s.drain(t)
	first := s.Messages()[0]
	twin := s.double(t, "a")
	news := &alerts.News{CaseID: "a", Seq: 1, Severity: detectors.Warning}
	if err := slackSender(t, s.Slack).Reply(t.Context(), twin.Channel+"/"+twin.Timestamp, news); err != nil {
		t.Fatal(err)
	}
	s.works(2 * time.Hour)
	all := s.Messages()
	if len(all) != 2 || len(s.Replies(twin.Timestamp)) != 1 || !strings.Contains(string(all[1].Blocks), channel) || len(s.Calls("chat.delete")) != 0 {
		t.Fatalf("got %d messages, the double %s; want it to stay and name %s", len(all), all[1].Blocks, channel)
	}
	s.owe("a", 2, detectors.Critical)
	s.drain(t)
	if len(s.Replies(first.Timestamp)) != 1 || len(s.Replies(twin.Timestamp)) != 1 || s.at(t, s.store.receipts["a"].Timestamp).Timestamp != first.Timestamp {
		t.Errorf("got %d entries under the first, want the thread to go on there", len(s.Replies(first.Timestamp)))
	}
}

// Nothing is removed of which it is not known that its case has another message, nor what was there long before that: it is another store's.
func TestWhatMayBeNoDoubleStays(t *testing.T) {
	for _, tt := range []struct {
		name    string
		before  time.Duration
		receipt func(*state.Receipt)
		other   string
	}{
		{"no receipt", 0, func(r *state.Receipt) { *r = state.Receipt{} }, ""},
		{"in doubt", 0, func(r *state.Receipt) { r.Attempt = start }, ""},
		{"not posted", 0, func(r *state.Receipt) { r.Timestamp = "" }, ""},
		{"another store's", 20 * time.Minute, func(*state.Receipt) {}, ""},
		{"a channel of two names", 0, func(*state.Receipt) {}, slacktest.Channel},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSwept(t)
			twin := s.double(t, "a")
			s.works(tt.before)
			s.owe("a", 1, detectors.Warning)
			s.drain(t)
			r := s.store.receipts["a"]
			tt.receipt(&r)
			s.store.receipts["a"] = r
			if tt.other != "" {
				r.Channel, r.Timestamp = tt.other, twin.Channel+"/"+twin.Timestamp
				s.store.receipts[receiptOf("a", tt.other)] = r
			}
			s.works(3 * time.Hour)
			if len(s.Messages()) != 2 || len(s.Calls("chat.delete")) != 0 {
				t.Errorf("got %d messages after %d removals, want both", len(s.Messages()), len(s.Calls("chat.delete")))
			}
		})
	}
}

// Looking for doubles asks for one list a minute while messages are posted, and for one an hour else.
func TestLookingForDoublesAsksForLittle(t *testing.T) {
	s := newSwept(t)
	for minute := range 10 {
		for i := range 10 {
			s.owe(fmt.Sprint(minute, "/", i), 1, detectors.Warning)
		}
		s.works(time.Minute)
	}
	if n := len(s.Calls("conversations.history")); n < 9 || n > 11 {
		t.Errorf("got %d lists in ten minutes with posts, want about one a minute", n)
	}
	s.works(2 * time.Minute)
	before := len(s.Calls(""))
	s.works(24 * time.Hour)
	if n := len(s.Calls("")) - before; n < 23 || n > 25 {
		t.Errorf("got %d calls in a day without posts, want about one an hour", n)
	}
	if last := s.Calls("conversations.history"); len(last[len(last)-1].Form["oldest"]) == 0 {
		t.Error("the last list asked for everything that there ever was")
	}
}

// drowsy is a Sender whose process stands still right before the bytes of its next post.
type drowsy struct {
	*slack.Sender
	freeze func()
}

func (s *drowsy) Post(ctx context.Context, msg alerts.Message) (string, error) {
	if freeze := s.freeze; freeze != nil {
		s.freeze = nil
		freeze()
	}
	return s.Sender.Post(ctx, msg)
}

// A process that stands still between its last look at the lease and its post makes a double when it wakes, whether an hour or a minute later. It
// takes it back; if it dies first, or cannot, the one that has the lease does.
func TestWhatAFrozenProcessPostsLateIsTakenBack(t *testing.T) {
	for _, asleep := range []time.Duration{time.Minute, 5 * time.Hour} {
		for name, fault := range map[string]slacktest.Fault{"it can": {}, "it cannot": {Error: "fatal_error"}, "it dies": {Drop: true}} {
			t.Run(fmt.Sprint(asleep, ", ", name), func(t *testing.T) {
				l := leased{bench: newBench()}
				s := &swept{l.bench, overHTTP(t, l.bench)}
				a, b := l.instance("a", l.store), l.instance("b", l.store)
				ctx, die := context.WithCancelCause(t.Context())
				defer die(nil)
				most := 0
				a.Sender = &drowsy{slackSender(t, s.Slack), func() {
					l.now = later(l.now, asleep)
					l.finish(t, b)
					s.works(2 * time.Minute)
					if name == "it dies" {
						die(errors.New("killed"))
						s.double(t, "a")
					} else {
						s.Script("chat.delete", fault)
					}
				}}
				l.owe("a", 1, detectors.Warning)
				a.runOnce(ctx)
				most = len(s.Messages())
				l.loop = b
				s.works(2 * time.Hour)
				s.wantOne(t, "a")
				if name != "it can" && most != 2 {
					t.Errorf("got %d messages when it had woken, want the double that is looked for here", most)
				}
				if name == "it can" && most != 1 {
					t.Errorf("got %d messages when it had woken, want none but the first", most)
				}
			})
		}
	}
}
