package slack

import (
	"context"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/state"
)

const (
	page      = 200 // messages that are asked for at a time
	mostPages = 10  // of a list
)

// Standing lists the messages of cases and summaries that the channel has shown since an instant, newest first, and no more than the newest
// 2,000 messages of whatever kind.
func (s *Sender) Standing(ctx context.Context, since state.Instant) (all []alerts.Posted, err error) {
	client, err := s.open()
	if err != nil {
		return nil, err
	}
	channel, err := s.channelID(ctx, client)
	if err != nil {
		return nil, err
	}
	err = history(ctx, client, channel, since, mostPages, func(m *slack.Message) {
		if of := shows(m); of != "" {
			all = append(all, alerts.Posted{Of: of, ID: channel + "/" + m.Timestamp, At: instantOf(m.Timestamp), Answered: m.ReplyCount > 0})
		}
	})
	return all, err
}

// Remove takes a message of this app away. What people have written under it stays.
func (s *Sender) Remove(ctx context.Context, id string) error {
	client, err := s.open()
	if err != nil {
		return err
	}
	channel, timestamp, err := placeOf(id)
	if err != nil {
		return err
	}
	_, _, err = client.DeleteMessageContext(ctx, channel, timestamp)
	return classify(err)
}

// history reads what a channel shows since an instant, newest first, in so many pages at most; 0: in all there are.
func history(ctx context.Context, client *slack.Client, channel string, since state.Instant, pages int, each func(*slack.Message)) error {
	query := slack.GetConversationHistoryParameters{
		ChannelID: channel, Oldest: timestampOf(since), Inclusive: true, Limit: page, IncludeAllMetadata: true,
	}
	for n := 1; ; n++ {
		answer, err := client.GetConversationHistoryContext(ctx, &query)
		if err != nil {
			return classify(err)
		}
		for i := range answer.Messages {
			each(&answer.Messages[i])
		}
		query.Cursor = answer.ResponseMetaData.NextCursor
		if query.Cursor == "" || n == pages {
			return nil
		}
	}
}

// shows is the id of the case, summary, digest or word that a message of ours shows; empty: it is none.
func shows(m *slack.Message) string {
	var id any
	switch about := m.Metadata; about.EventType {
	case caseType:
		id = about.EventPayload[caseKey]
	case summaryType:
		id = about.EventPayload[summaryKey]
	case digestType:
		id = about.EventPayload[digestKey]
	case wordType:
		id = about.EventPayload[wordKey]
	}
	of, _ := id.(string)
	return of
}

// instantOf is a timestamp of Slack's as an instant; zero where it is none.
func instantOf(timestamp string) state.Instant {
	whole, part, _ := strings.Cut(timestamp, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	micros, partErr := strconv.ParseInt(part, 10, 64)
	if err != nil || partErr != nil || len(part) != 6 {
		return 0
	}
	return state.Instant(seconds*1e9 + micros*1e3)
}
