package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// slackSays runs a command and returns what it prints.
func slackSays(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, complaint bytes.Buffer
	if code := run(&process{ctx: t.Context(), stdout: &out, stderr: &complaint}, append([]string{"slack"}, args...)); code != want {
		t.Fatalf("slack %v: got exit %d, want %d; %s", args, code, want, &complaint)
	}
	return out.String(), complaint.String()
}

func TestTheManifestIsPrinted(t *testing.T) {
	manifest, _ := slackSays(t, exitGood, "manifest")
	if !json.Valid([]byte(manifest)) || !strings.Contains(manifest, `"chat:write"`) {
		t.Errorf("got %s, want JSON that asks for chat:write", manifest)
	}
}

func TestAStorysMessagesAreShown(t *testing.T) {
	const story = storyDir + "/turnover_swing_falls.txtar"
	shown := func(args ...string) string {
		printed, _ := slackSays(t, exitGood, append([]string{"preview", story}, args...)...)
		var message struct {
			Text   string
			Blocks []json.RawMessage
		}
		if err := json.NewDecoder(strings.NewReader(printed)).Decode(&message); err != nil || len(message.Blocks) == 0 {
			t.Fatalf("got %v and %d blocks", err, len(message.Blocks))
		}
		return message.Text
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"CLOSED: C-1.", nil},
		{"WARNING: C-1: Turnover of receivables fell by 25.0 %", []string{"--at", "2025-11-28"}},
		{"预警：C-1：应收账款周转率", []string{"--at", "2025-11-28", "--language", "zh"}},
	} {
		if got := shown(c.args...); !strings.HasPrefix(got, c.want) {
			t.Errorf("%v: got %q, want it to begin with %q", c.args, got, c.want)
		}
	}
	if nothing, _ := slackSays(t, exitGood, "preview", story, "--at", "2025-11-27"); nothing != "" {
		t.Errorf("before anybody is told: got %s, want nothing", nothing)
	}
	if _, complaint := slackSays(t, exitUsage, "preview", story, "--language", "fr"); !strings.Contains(complaint, "en, zh") {
		t.Errorf("got %q, want the languages there are", complaint)
	}
}
