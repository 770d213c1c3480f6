// Package slack shows cases in Slack, and summaries of many: it renders each as one message and posts, edits and finds it through the Web API.
//
// It keeps no memory of what it sent and retries nothing: package outbox does. An error of which Slack has said what became
// of the call has a method Outcome; after any other the message may be there.
//
// # Why
//
// The client library's own retries are off: they would post again after an answer that was lost. The id that a post
// returns holds the channel's id as well as Slack's timestamp, because Slack edits by channel id only; so neither a restart nor
// a renamed channel costs a search through the workspace's channels.
package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/state"
)

// Slack takes about one message a second in a channel, and 50 edits or look-ups a minute of an app.
const (
	PostEvery = time.Second
	EditEvery = 1200 * time.Millisecond
)

// TimeLimit is how long one call may take: less than whoever sends is sure to stay the only one who does.
const TimeLimit = 7 * time.Second

// How Tocsin's own messages are marked in their metadata, and under which name their id is there.
const (
	caseType    = "tocsin_case"
	summaryType = "tocsin_summary"
	digestType  = "tocsin_digest"
	newsType    = "tocsin_news"
	wordType    = "tocsin_word"
	caseKey     = "case_id"
	summaryKey  = "summary_id"
	digestKey   = "digest_id"
	wordKey     = "word_id"
)

// Config is where messages go.
type Config struct {
	TokenFile string            // file with the bot token; read again when it changes
	APIURL    string            // root of the Web API; empty: Slack's own
	Channel   string            // "#name", or an id
	Language  *alerts.Language  // of those who read the channel; nil: English
	Mentions  map[string]string // Slack's ids of people by their names, for who is told that a task is late
	Buttons   bool              // a [Reception] takes what people do, so messages have buttons
	Metrics   *Metrics          // nil: none
}

// Sender posts, edits and finds the messages of one channel. It is for one goroutine.
type Sender struct {
	http    *http.Client
	token   tokenFile
	channel string // as configured
	words   words
	people  map[string]string
	id      string // of the channel; empty: not known yet
}

// New is a Sender. It calls nobody yet; the token is read with the first call.
func New(c Config) *Sender {
	client := newClient(c.Metrics)
	s := &Sender{http: client, token: tokenFile{path: c.TokenFile, options: apiOptions(client, c.APIURL)}, channel: c.Channel, people: c.Mentions, words: words{cmp.Or(c.Language, alerts.English), c.Buttons}}
	if !strings.HasPrefix(c.Channel, "#") {
		s.id = c.Channel
	}
	return s
}

func newClient(m *Metrics) *http.Client {
	return &http.Client{
		Transport:     m.around(http.DefaultTransport),
		Timeout:       TimeLimit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// apiOptions are how the Web API is called; an empty root is Slack's own.
func apiOptions(client *http.Client, root string) []slack.Option {
	options := []slack.Option{slack.OptionHTTPClient(client)}
	if root != "" {
		options = append(options, slack.OptionAPIURL(strings.TrimSuffix(root, "/")+"/"))
	}
	return options
}

// Post makes a message appear and returns its id.
func (s *Sender) Post(ctx context.Context, msg alerts.Message) (string, error) {
	client, err := s.open()
	if err != nil {
		return "", err
	}
	to := s.id
	if to == "" {
		to = s.channel
	}
	channel, timestamp, err := s.send(ctx, client, to, slack.MsgOptionPost(), msg)
	if err != nil {
		return "", err
	}
	if channel == "" || timestamp == "" {
		return "", errors.New("slack answered a post without saying where the message is")
	}
	s.id = channel
	return channel + "/" + timestamp, nil
}

// Edit replaces what a posted message shows.
func (s *Sender) Edit(ctx context.Context, id string, msg alerts.Message) error {
	client, err := s.open()
	if err != nil {
		return err
	}
	channel, timestamp, err := placeOf(id)
	if err != nil {
		return err
	}
	_, _, err = s.send(ctx, client, channel, slack.MsgOptionUpdate(timestamp), msg)
	return err
}

// Find reads the channel's history since an instant for the message of a case, a summary or a digest; of several it is the oldest.
func (s *Sender) Find(ctx context.Context, of string, since state.Instant) (id string, found bool, err error) {
	client, err := s.open()
	if err != nil {
		return "", false, err
	}
	channel, err := s.channelID(ctx, client)
	if err != nil {
		return "", false, err
	}
	err = history(ctx, client, channel, since, 0, func(m *slack.Message) { // newest first
		if shows(m) == of {
			id, found = channel+"/"+m.Timestamp, true
		}
	})
	return id, found, err
}

// open is a client; without one nothing was sent, and somebody has to mend the token's file.
func (s *Sender) open() (*slack.Client, error) {
	client, err := s.token.open()
	if err != nil {
		return nil, failure{err: err, outcome: refused}
	}
	return client, nil
}

// channelID is the id of the configured channel, looked up by its name when it is not known yet. Private channels come
// second: an app without the right to list them can still find the public ones.
func (s *Sender) channelID(ctx context.Context, client *slack.Client) (string, error) {
	if s.id != "" {
		return s.id, nil
	}
	for _, kind := range []string{"public_channel", "private_channel"} {
		query := slack.GetConversationsParameters{Limit: 1000, Types: []string{kind}, ExcludeArchived: true}
		for {
			page, next, err := client.GetConversationsContext(ctx, &query)
			if err != nil {
				return "", classify(err)
			}
			for _, c := range page {
				if "#"+c.Name == s.channel {
					s.id = c.ID
					return s.id, nil
				}
			}
			if query.Cursor = next; next == "" {
				break
			}
		}
	}
	return "", failure{err: fmt.Errorf("slack has no channel %s that the app can see", s.channel), outcome: refused}
}

// send posts or edits. What Slack does not take as blocks it gets as text: somebody must be told.
func (s *Sender) send(ctx context.Context, client *slack.Client, to string, how slack.MsgOption, msg alerts.Message) (channel, timestamp string, err error) {
	kind, key := caseType, caseKey
	switch msg.(type) {
	case *alerts.Summary:
		kind, key = summaryType, summaryKey
	case alerts.Periodical:
		kind, key = digestType, digestKey
	case *alerts.Word:
		kind, key = wordType, wordKey
	}
	text, blocks := s.words.render(msg)
	return push(ctx, client, to, how, text, blocks, metadata(kind, key, msg.Key()))
}

// push sends a text with its blocks, or without them if Slack does not take them.
func push(ctx context.Context, client *slack.Client, to string, how slack.MsgOption, text string, blocks []slack.Block, about slack.SlackMetadata) (channel, timestamp string, err error) {
	if lint(text, blocks) != nil {
		blocks = nil
	}
	for {
		channel, timestamp, _, err = client.SendMessageContext(ctx, to, how, content(text, blocks, about))
		var f failure
		if err = classify(err); !errors.As(err, &f) || f.outcome != unfit || blocks == nil {
			return channel, timestamp, err
		}
		blocks = nil
	}
}

// content is what a message carries, for a post as for an edit.
func content(text string, blocks []slack.Block, about slack.SlackMetadata) slack.MsgOption {
	return slack.MsgOptionCompose(
		slack.MsgOptionText(text, false),
		slack.MsgOptionBlocks(blocks...),
		slack.MsgOptionParse(false),
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
		slack.MsgOptionMetadata(about),
	)
}

// metadata is what only programs see of a message: what it is about, and in which state.
func metadata(kind, key string, of state.MessageKey) slack.SlackMetadata {
	return slack.SlackMetadata{EventType: kind, EventPayload: map[string]any{key: of.Case, "seq": of.Seq}}
}

// timestampOf is an instant as Slack writes it: seconds with six decimals.
func timestampOf(at state.Instant) string {
	return fmt.Sprintf("%d.%06d", at/1e9, at%1e9/1e3)
}
