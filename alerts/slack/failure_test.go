package slack

import (
	"errors"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/slack/slacktest"
)

// told is what package outbox reads of an error.
type told interface {
	Outcome() string
	RetryAfter() time.Duration
}

// unknown is the outcome of an error that tells none.
const unknown = "unknown"

func outcomeOf(err error) (string, time.Duration) {
	var t told
	if errors.As(err, &t) {
		return t.Outcome(), t.RetryAfter()
	}
	return unknown, 0
}

func TestFailedCallTellsWhetherItWasCarriedOut(t *testing.T) {
	tests := []struct {
		name    string
		fault   slacktest.Fault
		outcome string
		wait    time.Duration
		visible int // messages after a post
	}{
		{"rate limit", slacktest.Fault{Status: 429, RetryAfter: 30 * time.Second}, busy, 30 * time.Second, 0},
		{"rate limit without Retry-After", slacktest.Fault{Status: 429}, busy, 0, 0},
		{"rate limit as an answer", slacktest.Fault{Error: "ratelimited"}, busy, 0, 0},
		{"no such channel", slacktest.Fault{Error: "channel_not_found"}, refused, 0, 0},
		{"bad token", slacktest.Fault{Error: "invalid_auth"}, refused, 0, 0},
		{"revoked token", slacktest.Fault{Error: "token_revoked"}, refused, 0, 0},
		{"inactive account", slacktest.Fault{Error: "account_inactive"}, refused, 0, 0},
		{"not in channel", slacktest.Fault{Error: "not_in_channel"}, refused, 0, 0},
		{"archived channel", slacktest.Fault{Error: "is_archived"}, refused, 0, 0},
		{"a code that nobody has heard of", slacktest.Fault{Error: "moon_phase"}, refused, 0, 0},
		{"moved away", slacktest.Fault{Status: 308}, refused, 0, 0},
		{"server error", slacktest.Fault{Status: 500}, unknown, 0, 0},
		{"out of service", slacktest.Fault{Status: 503}, unknown, 0, 0},
		{"bad gateway", slacktest.Fault{Status: 502}, unknown, 0, 0},
		{"part of the work may be done", slacktest.Fault{Error: "fatal_error"}, unknown, 0, 0},
		{"reset before", slacktest.Fault{Lose: true}, unknown, 0, 0},
		{"reset after", slacktest.Fault{Drop: true}, unknown, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			workspace, s := connect(t, "#credit-alerts")
			workspace.Script("chat.postMessage", tt.fault)
			_, err := s.Post(t.Context(), breach())
			if err == nil {
				t.Fatal("got no error")
			}
			if got, wait := outcomeOf(err); got != tt.outcome || wait != tt.wait {
				t.Errorf("%v: got %s, again after %v, want %s, %v", err, got, wait, tt.outcome, tt.wait)
			}
			var told interface{ Failed() bool }
			if failed := errors.As(err, &told) && told.Failed(); failed != (tt.fault.Status >= 500 || tt.fault.Error == "fatal_error") {
				t.Errorf("%v: it is told as a fault of Slack's: %v", err, failed)
			}
			if got := len(workspace.Messages()); got != tt.visible {
				t.Errorf("got %d messages, want %d", got, tt.visible)
			}
			if got := len(workspace.Calls("chat.postMessage")); got != 1 {
				t.Errorf("got %d calls, want 1: only the outbox retries", got)
			}
		})
	}
}

// A message that Slack takes neither as blocks nor as text is unfit.
func TestMessageThatSlackWillNotTakeIsUnfit(t *testing.T) {
	workspace, s := connect(t, "#credit-alerts")
	workspace.Script("chat.postMessage", slacktest.Fault{Error: "msg_blocks_too_long"}, slacktest.Fault{Error: "msg_too_long"})
	_, err := s.Post(t.Context(), breach())
	if got, _ := outcomeOf(err); got != unfit {
		t.Errorf("%v: got %s, want %s", err, got, unfit)
	}
}

func TestEditTellsThatMessageIsGone(t *testing.T) {
	workspace, s := connect(t, "#credit-alerts")
	id, err := s.Post(t.Context(), breach())
	if err != nil {
		t.Fatal(err)
	}
	workspace.Delete(workspace.Messages()[0].Timestamp)
	for _, id := range []string{id, "not an id"} {
		if got, _ := outcomeOf(s.Edit(t.Context(), id, breach())); got != gone {
			t.Errorf("edit of %q: got %s, want %s", id, got, gone)
		}
	}
}

func TestSlackThatCannotBeReachedGotNothing(t *testing.T) {
	workspace, s := connect(t, "#credit-alerts")
	if err := workspace.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := s.Post(t.Context(), breach())
	if got, _ := outcomeOf(err); got != busy {
		t.Errorf("%v: got %s, want %s", err, got, busy)
	}
}

func TestAnswerThatComesTooLateLeavesOutcomeUnknown(t *testing.T) {
	workspace, s := connect(t, "#credit-alerts")
	s.http.Timeout = 100 * time.Millisecond
	workspace.Script("chat.postMessage", slacktest.Fault{Hang: time.Minute})
	_, err := s.Post(t.Context(), breach())
	if got, _ := outcomeOf(err); got != unknown {
		t.Errorf("%v: got %s, want %s", err, got, unknown)
	}
}

func TestTokenFileThatCannotBeReadRefuses(t *testing.T) {
	s := New(Config{TokenFile: t.TempDir() + "/missing", Channel: "#credit-alerts"})
	_, post := s.Post(t.Context(), &alerts.CaseMessage{})
	_, _, find := s.Find(t.Context(), "a", 0)
	for _, err := range []error{post, find, s.Edit(t.Context(), "C/1", &alerts.CaseMessage{})} {
		if got, _ := outcomeOf(err); got != refused {
			t.Errorf("%v: got %s, want %s", err, got, refused)
		}
	}
}
