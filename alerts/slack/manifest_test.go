package slack

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"tocsin/alerts/slack/slacktest"
	"tocsin/state"
)

// posts tells whether a sender can do all that it has to in a channel, with these scopes alone.
func posts(t *testing.T, channel string, granted []string) bool {
	t.Helper()
	workspace, s := connect(t, channel)
	workspace.AddPrivateChannel("G0BOARD", "board")
	workspace.Grant(granted...)
	id, err := s.Post(t.Context(), breach())
	if err != nil {
		return false
	}
	if err := s.Edit(t.Context(), id, settled()); err != nil {
		return false
	}
	fresh := New(Config{TokenFile: s.token.path, APIURL: workspace.URL, Channel: channel})
	if _, err := workspace.Command("U1", "help"); err != nil {
		return false
	}
	found, _, err := fresh.Find(t.Context(), breach().CaseID, state.InstantOf(time.Now().Add(-time.Minute)))
	return err == nil && found == id && fresh.Remove(t.Context(), id) == nil
}

func TestTheManifestAsksForWhatIsNeededAndNoMore(t *testing.T) {
	text, err := Manifest("")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		OAuthConfig struct {
			Scopes struct{ Bot []string }
		} `json:"oauth_config"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	all := manifest.OAuthConfig.Scopes.Bot
	channels := []string{"#credit-alerts", slacktest.Channel, "#board", "G0BOARD"}
	for _, channel := range channels {
		if !posts(t, channel, all) {
			t.Errorf("%s: got a refusal with the scopes %v", channel, all)
		}
	}
	for i, scope := range all {
		rest := slices.Delete(slices.Clone(all), i, i+1)
		if !slices.ContainsFunc(channels, func(channel string) bool { return !posts(t, channel, rest) }) {
			t.Errorf("%s is asked for and not needed", scope)
		}
	}
}
