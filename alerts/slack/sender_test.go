package slack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/slack/slacktest"
	"tocsin/state"
)

// connect starts a Slack and a Sender that talks to it with the token "xoxb-1".
func connect(t *testing.T, channel string) (*slacktest.Slack, *Sender) {
	t.Helper()
	workspace, err := slacktest.New("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = workspace.Close() })
	token := filepath.Join(t.TempDir(), "token")
	writeToken(t, token, "xoxb-1")
	return workspace, New(Config{TokenFile: token, APIURL: workspace.URL, Channel: channel})
}

func writeToken(t *testing.T, path, token string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestMessageIsPostedFoundAndEdited(t *testing.T) {
	workspace, s := connect(t, "#credit-alerts")
	id, err := s.Post(t.Context(), breach())
	if err != nil {
		t.Fatal(err)
	}
	posted := workspace.Messages()[0]
	if got, want := id, slacktest.Channel+"/"+posted.Timestamp; got != want {
		t.Errorf("got id %q, want %q", got, want)
	}
	if got := posted.Metadata; got.EventType != "tocsin_case" || got.EventPayload["case_id"] != breach().CaseID || got.EventPayload["seq"] != 2.0 {
		t.Errorf("got metadata %v, want the case and its seq", got)
	}
	found, ok, err := s.Find(t.Context(), breach().CaseID, state.InstantOf(time.Now().Add(-time.Minute)))
	if err != nil || !ok || found != id {
		t.Errorf("got %q, %v, %v from Find, want %q", found, ok, err, id)
	}
	if err := s.Edit(t.Context(), id, settled()); err != nil {
		t.Fatal(err)
	}
	edited := workspace.Messages()
	if len(edited) != 1 || edited[0].Edits != 1 || edited[0].Text == posted.Text {
		t.Errorf("got %+v, want one message with another text, edited once", edited)
	}
}

func TestSummaryIsPostedFoundAndEdited(t *testing.T) {
	workspace, s := connect(t, "#credit-alerts")
	sum := manyCases(alerts.WhyFirstLoad, 30)
	id, err := s.Post(t.Context(), sum)
	if err != nil {
		t.Fatal(err)
	}
	posted := workspace.Messages()[0]
	if got := posted.Metadata; got.EventType != "tocsin_summary" || posted.Of() != sum.SummaryID || got.EventPayload["seq"] != 1.0 {
		t.Errorf("got metadata %v, want the summary and its seq", got)
	}
	found, ok, err := s.Find(t.Context(), sum.SummaryID, state.InstantOf(time.Now().Add(-time.Minute)))
	if err != nil || !ok || found != id {
		t.Errorf("got %q, %v, %v from Find, want %q", found, ok, err, id)
	}
	if err := s.Edit(t.Context(), id, erasedOf(sum)); err != nil {
		t.Fatal(err)
	}
	edited := workspace.Messages()
	if len(edited) != 1 || edited[0].Edits != 1 || edited[0].Text == posted.Text || strings.Contains(string(edited[0].Blocks), "Nordwind 20 GmbH") {
		t.Errorf("got %+v, want one message without who is erased", edited)
	}
}

// A new process knows neither the channel's id nor what was posted.
func TestFreshSenderFindsChannelAndMessage(t *testing.T) {
	workspace, first := connect(t, "#credit-alerts")
	for i := range 1200 { // the channel stands on the second page
		workspace.AddChannel("B"+string(rune('A'+i/100))+string(rune('A'+i%100)), "other")
	}
	id, err := first.Post(t.Context(), breach())
	if err != nil {
		t.Fatal(err)
	}
	for range 250 { // and so does the message
		other := breach()
		other.CaseID = "another"
		if _, err := first.Post(t.Context(), other); err != nil {
			t.Fatal(err)
		}
	}
	fresh := New(Config{TokenFile: first.token.path, APIURL: workspace.URL, Channel: "#credit-alerts"})
	for range 2 {
		found, ok, err := fresh.Find(t.Context(), breach().CaseID, state.InstantOf(time.Now().Add(-time.Minute)))
		if err != nil || !ok || found != id {
			t.Errorf("got %q, %v, %v, want %q", found, ok, err, id)
		}
	}
	if got := len(workspace.Calls("conversations.list")); got != 2 {
		t.Errorf("got %d calls of conversations.list, want 2 pages once", got)
	}
	if err := fresh.Edit(t.Context(), id, settled()); err != nil {
		t.Error(err)
	}
}

func TestFindPassesOverWhatIsOlderOrOfOthers(t *testing.T) {
	workspace, s := connect(t, slacktest.Channel)
	if _, err := s.Post(t.Context(), breach()); err != nil {
		t.Fatal(err)
	}
	now := state.InstantOf(time.Now().Add(time.Second))
	if id, found, err := s.Find(t.Context(), breach().CaseID, now); found || err != nil {
		t.Errorf("got %q, %v, %v for a message from before, want none", id, found, err)
	}
	if id, found, err := s.Find(t.Context(), "another", 0); found || err != nil {
		t.Errorf("got %q, %v, %v for another case, want none", id, found, err)
	}
	if got := len(workspace.Calls("conversations.list")); got != 0 {
		t.Errorf("got %d calls of conversations.list, want none: the channel is given by its id", got)
	}
}

func TestUnknownChannelIsRefused(t *testing.T) {
	_, s := connect(t, "#elsewhere")
	_, post := s.Post(t.Context(), breach())
	_, _, find := s.Find(t.Context(), "a", 0)
	for _, err := range []error{post, find} {
		if got, _ := outcomeOf(err); got != refused {
			t.Errorf("%v: got %s, want %s", err, got, refused)
		}
	}
}

func TestChangedTokenIsReadAgain(t *testing.T) {
	workspace, s := connect(t, "#credit-alerts")
	workspace.SetToken("xoxb-2")
	_, err := s.Post(t.Context(), breach())
	if got, _ := outcomeOf(err); got != refused {
		t.Errorf("%v: got %s, want %s", err, got, refused)
	}
	writeToken(t, s.token.path, "xoxb-2")
	if err := os.Chtimes(s.token.path, time.Time{}, time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Post(t.Context(), breach()); err != nil {
		t.Errorf("with the new token: %v", err)
	}
}

// What Slack will not show as blocks it may still show as text: somebody must be told.
func TestRefusedBlocksAreSentAsText(t *testing.T) {
	workspace, s := connect(t, "#credit-alerts")
	workspace.Script("chat.postMessage", slacktest.Fault{Error: "invalid_blocks"})
	workspace.Script("chat.update", slacktest.Fault{Error: "msg_blocks_too_long"})
	id, err := s.Post(t.Context(), breach())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Edit(t.Context(), id, settled()); err != nil {
		t.Fatal(err)
	}
	if got := workspace.Messages(); len(got) != 1 || got[0].Text == "" || got[0].Blocks != nil {
		t.Errorf("got %+v, want one message of text alone", got)
	}
}
