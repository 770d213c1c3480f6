package slack

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/slack/slacktest"
	"tocsin/state"
)

// A list has what shows cases and summaries, newest first and over several pages; not what others have written, nor entries of threads that
// the channel shows.
func TestWhatStandsInAChannelIsListed(t *testing.T) {
	workspace, s := connect(t, "#credit-alerts")
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	workspace.SetClock(func() time.Time { return now })
	began := state.InstantOf(now) - 1e6
	var posted []string
	for n := range 250 {
		m := *breach()
		m.CaseID = fmt.Sprint("case ", n)
		id, err := s.Post(t.Context(), &m)
		if err != nil {
			t.Fatal(err)
		}
		posted = append(posted, id)
	}
	summary, err := s.Post(t.Context(), &alerts.Summary{SummaryID: "sum", Seq: 1, Why: alerts.WhyFirstLoad, Critical: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Reply(t.Context(), posted[3], &alerts.News{CaseID: "case 3", Seq: 2, Aloud: true}); err != nil {
		t.Fatal(err)
	}
	all, err := s.Standing(t.Context(), began)
	if err != nil || len(all) != 251 || len(workspace.Calls("conversations.history")) != 2 {
		t.Fatalf("got %d messages in %d pages, %v, want 251 in 2", len(all), len(workspace.Calls("conversations.history")), err)
	}
	if got := all[0]; got.Of != "sum" || got.ID != summary || got.Answered {
		t.Errorf("got %+v first, want the summary", got)
	}
	for n, id := range posted {
		got := all[250-n]
		if got.Of != fmt.Sprint("case ", n) || got.ID != id || got.Answered != (n == 3) || got.At < began || got.At > began+2e6 {
			t.Errorf("got %+v, want case %d as %s", got, n, id)
		}
	}
	if later, err := s.Standing(t.Context(), began+state.Instant(time.Hour)); err != nil || len(later) != 0 {
		t.Errorf("got %d messages, %v of an hour later, want none", len(later), err)
	}
}

func TestAMessageIsRemovedOnce(t *testing.T) {
	workspace, s := connect(t, "#credit-alerts")
	id, err := s.Post(t.Context(), breach())
	if err != nil {
		t.Fatal(err)
	}
	outcome := func(id string) string {
		var f failure
		if err := s.Remove(t.Context(), id); errors.As(err, &f) {
			return f.outcome
		} else if err != nil {
			return err.Error()
		}
		return ""
	}
	workspace.Script("chat.delete", slacktest.Fault{Error: "cant_delete_message"}, slacktest.Fault{Status: 429})
	for i, want := range []string{refused, busy, "", gone} {
		if got := outcome(id); got != want {
			t.Errorf("%d: got %q, want %q", i, got, want)
		}
	}
	if len(workspace.Messages()) != 0 {
		t.Error("the message is there still")
	}
	if got := outcome("nonsense"); got != gone {
		t.Errorf("got %q for what is no id, want %q", got, gone)
	}
}

func TestATimestampIsAnInstant(t *testing.T) {
	at := state.InstantOf(time.Date(2026, 11, 20, 9, 0, 0, 123_456_000, time.UTC))
	if got := instantOf(timestampOf(at)); got != at {
		t.Errorf("got %v, want %v", got, at)
	}
	for _, none := range []string{"", "1", "1.5", "x.000000", "1.00000x"} {
		if got := instantOf(none); got != 0 {
			t.Errorf("%q: got %v, want none", none, got)
		}
	}
}
