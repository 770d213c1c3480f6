package slack

import (
	"encoding/json"
	"slices"

	"github.com/slack-go/slack"
)

// scopes are what the app needs: to post, edit and remove, to find its channel by name and its own messages in it, and to take its
// command. A test fails when one is missing or not needed.
var scopes = []string{"channels:history", "channels:read", "chat:write", "commands", "groups:history", "groups:read"}

// Manifest is what a workspace's administrator creates the app of, as JSON. Address is where Slack reaches a Reception over HTTP, with
// [Path]; empty: it is reached in Socket Mode.
func Manifest(address string) ([]byte, error) {
	manifest := slack.Manifest{
		Metadata: slack.ManifestMetadata{MajorVersion: 1, MinorVersion: 1},
		Display: slack.Display{
			Name: "Tocsin", Description: "Tells which customer is about to become a loss, early enough to act.", BackgroundColor: "#7a1f1f",
		},
		Features: slack.Features{
			BotUser: slack.BotUser{DisplayName: "tocsin", AlwaysOnline: true},
			SlashCommands: []slack.ManifestSlashCommand{{
				Command: command, Url: address, Description: "Shows a customer's case, or the tasks that wait for you.", UsageHint: "C-1042 | queue | help",
			}},
		},
		OAuthConfig: slack.OAuthConfig{Scopes: slack.OAuthScopes{Bot: slices.Clone(scopes)}},
		Settings:    slack.Settings{Interactivity: &slack.Interactivity{IsEnabled: true, RequestUrl: address}, SocketModeEnabled: address == ""},
	}
	text, err := json.MarshalIndent(manifest, "", "  ")
	return append(text, '\n'), err
}
