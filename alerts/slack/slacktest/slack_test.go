package slacktest

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func serve(t *testing.T) *Slack {
	t.Helper()
	s, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// post sends a form, given as pairs of name and value, and returns the answer.
func (s *Slack) post(method string, pairs ...string) (map[string]any, error) {
	form := url.Values{"token": {"xoxb-1"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	response, err := http.PostForm(s.URL+method, form)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(response.Status)
	}
	var answer map[string]any
	return answer, json.NewDecoder(response.Body).Decode(&answer)
}

func TestSlackRefusesWhatSlackRefuses(t *testing.T) {
	section := func(chars int) string {
		return `{"type":"section","text":{"type":"mrkdwn","text":"` + strings.Repeat("x", chars) + `"}}`
	}
	long := strings.Repeat("x", 151)
	tests := []struct {
		name  string
		pairs []string
		want  string // empty: it is taken
	}{
		{"text alone", []string{"text", "hello"}, ""},
		{"nothing to show", nil, "no_text"},
		{"long text", []string{"text", strings.Repeat("x", 4001)}, "msg_too_long"},
		{"unknown channel", []string{"text", "hello", "channel", "#nowhere"}, "channel_not_found"},
		{"a section", []string{"blocks", "[" + section(3000) + "]"}, ""},
		{"a long section", []string{"blocks", "[" + section(3001) + "]"}, "invalid_blocks"},
		{"an empty section", []string{"blocks", `[{"type":"section"}]`}, "invalid_blocks"},
		{"long header", []string{"blocks", `[{"type":"header","text":{"type":"plain_text","text":"` + long + `"}}]`}, "invalid_blocks"},
		{"header with markup", []string{"blocks", `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`}, "invalid_blocks"},
		{"block ids twice", []string{"blocks", `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`}, "invalid_blocks"},
		{"unknown block", []string{"blocks", `[{"type":"marquee"}]`}, "invalid_blocks"},
		{"too many blocks", []string{"blocks", "[" + strings.Repeat(section(1)+",", 50) + section(1) + "]"}, "invalid_blocks"},
		{"too much in all", []string{"blocks", "[" + strings.Repeat(section(3000)+",", 4) + section(1500) + "]"}, "msg_blocks_too_long"},
		{"blocks that are no list", []string{"blocks", "{}"}, "invalid_blocks_format"},
		{"metadata without a type", []string{"text", "x", "metadata", "{}"}, "invalid_metadata_format"},
		{"wrong token", []string{"text", "x", "token", "xoxb-0"}, "invalid_auth"},
		{"no token", []string{"text", "x", "token", ""}, "not_authed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t)
			s.SetToken("xoxb-1")
			answer, err := s.post("chat.postMessage", append([]string{"channel", "#credit-alerts"}, tt.pairs...)...)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := answer["error"].(string)
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if visible := len(s.Messages()); (visible == 1) != (tt.want == "") {
				t.Errorf("got %d messages", visible)
			}
		})
	}
}

func TestFaultsDoWhatTheySay(t *testing.T) {
	tests := []struct {
		name    string
		fault   Fault
		err     string // in the caller's error; empty: an answer comes
		visible int
	}{
		{"none", Fault{}, "", 1},
		{"error", Fault{Error: "is_archived"}, "", 0},
		{"status", Fault{Status: 500}, "500", 0},
		{"drop", Fault{Drop: true}, "EOF", 1},
		{"lose", Fault{Lose: true}, "EOF", 0},
		{"hang", Fault{Hang: time.Millisecond}, "", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t)
			s.Script("chat.postMessage", tt.fault)
			_, err := s.post("chat.postMessage", "channel", Channel, "text", "hello")
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("got error %v, want %q", err, tt.err)
			}
			if got := len(s.Messages()); got != tt.visible {
				t.Errorf("got %d messages, want %d", got, tt.visible)
			}
			if _, err := s.post("auth.test"); err != nil {
				t.Errorf("the next call: %v", err)
			}
		})
	}
}

func TestHistoryPagesFromNewestToOldest(t *testing.T) {
	s := serve(t)
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	s.SetClock(func() time.Time { return now })
	for _, text := range []string{"one", "two", "three"} {
		if _, err := s.post("chat.postMessage", "channel", Channel, "text", text, "metadata", `{"event_type":"t","event_payload":{}}`); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for cursor := ""; ; {
		page, err := s.post("conversations.history", "channel", Channel, "limit", "2", "cursor", cursor,
			"oldest", s.Messages()[0].Timestamp, "include_all_metadata", "1")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page["messages"].([]any) {
			m := m.(map[string]any)
			if m["metadata"] == nil {
				t.Errorf("message %v comes without its metadata", m)
			}
			got = append(got, m["text"].(string))
		}
		cursor = page["response_metadata"].(map[string]any)["next_cursor"].(string)
		if cursor == "" {
			break
		}
	}
	if want := "three two"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %q: newest first, after the oldest asked for", got, want)
	}
}
