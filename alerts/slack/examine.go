package slack

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// Examination is what Slack says of the app.
type Examination struct {
	Team, User string
	Missing    []string // scopes that the app needs and has not
	Told       bool     // Slack told the scopes
	Channels   []ChannelState
	Unlisted   error // why channels cannot be looked at; of what was seen before, Channels tells
	AppToken   error // what is wrong with the app-level token; nil where none is configured, too
}

// ChannelState is a channel as the app sees it.
type ChannelState struct {
	Name   string // as it was asked for
	Found  bool
	Member bool // the app was invited, so it may post
}

// Examine asks Slack who the app is, what it may do, and for channels. It posts nothing. The error says that Slack does not take the
// token, or does not answer.
func Examine(ctx context.Context, c Config, appTokenFile string, channels ...string) (*Examination, error) {
	client := newClient(nil)
	token := tokenFile{path: c.TokenFile, options: apiOptions(client, c.APIURL)}
	api, err := token.open()
	if err != nil {
		return nil, err
	}
	who, err := api.AuthTestContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("auth.test: %w", err)
	}
	e := &Examination{Team: who.Team, User: who.User}
	e.scopes(who.Header, c.Buttons)
	for _, name := range channels {
		e.Channels = append(e.Channels, ChannelState{Name: name})
	}
	e.Unlisted = e.list(ctx, api)
	if appTokenFile != "" {
		e.AppToken = examineAppToken(ctx, client, c.APIURL, appTokenFile)
	}
	return e, nil
}

// scopes compares what Slack says of the token with what the manifest asks for. Commands are for those who work in Slack.
func (e *Examination) scopes(header http.Header, works bool) {
	told := header.Get("X-OAuth-Scopes")
	if e.Told = told != ""; !e.Told {
		return
	}
	var granted []string
	for scope := range strings.SplitSeq(told, ",") {
		granted = append(granted, strings.TrimSpace(scope))
	}
	for _, scope := range scopes {
		if !slices.Contains(granted, scope) && (works || scope != "commands") {
			e.Missing = append(e.Missing, scope)
		}
	}
}

// list looks for the channels among the public ones and then among the private ones.
func (e *Examination) list(ctx context.Context, api *slack.Client) error {
	for _, kind := range []string{"public_channel", "private_channel"} {
		query := slack.GetConversationsParameters{Limit: 1000, Types: []string{kind}, ExcludeArchived: true}
		for !e.complete() {
			page, next, err := api.GetConversationsContext(ctx, &query)
			if err != nil {
				return fmt.Errorf("conversations.list: %w", err)
			}
			for _, c := range page {
				for i := range e.Channels {
					if one := &e.Channels[i]; one.Name == "#"+c.Name || one.Name == c.ID {
						one.Found, one.Member = true, c.IsMember
					}
				}
			}
			if query.Cursor = next; next == "" {
				break
			}
		}
	}
	return nil
}

func (e *Examination) complete() bool {
	return !slices.ContainsFunc(e.Channels, func(c ChannelState) bool { return !c.Found })
}

// examineAppToken asks for the address of a connection, and does not open it.
func examineAppToken(ctx context.Context, client *http.Client, root, path string) error {
	secret, err := readSecret("slack app token", path)
	if err != nil {
		return err
	}
	app := slack.New("", append(apiOptions(client, root), slack.OptionAppLevelToken(secret))...)
	if _, _, err := app.StartSocketModeContext(ctx); err != nil {
		return fmt.Errorf("apps.connections.open: %w", err)
	}
	return nil
}
