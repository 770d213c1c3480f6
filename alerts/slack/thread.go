package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// Reply adds an entry to the thread of a posted message, which the channel shows too if it is aloud.
func (s *Sender) Reply(ctx context.Context, under string, n *alerts.News) error {
	client, err := s.open()
	if err != nil {
		return err
	}
	channel, timestamp, err := placeOf(under)
	if err != nil {
		return err
	}
	how := []slack.MsgOption{slack.MsgOptionPost(), slack.MsgOptionTS(timestamp)}
	if n.Aloud {
		how = append(how, slack.MsgOptionBroadcast())
	}
	text, blocks := s.words.entryTo(n, s.people)
	_, _, err = push(ctx, client, channel, slack.MsgOptionCompose(how...), text, blocks, metadata(newsType, caseKey, state.MessageKey{Case: n.CaseID, Seq: n.Seq}))
	return err
}

// FindReply looks in the thread of a posted message for the entry that tells of a state of a case.
func (s *Sender) FindReply(ctx context.Context, under string, of state.MessageKey, since state.Instant) (found bool, err error) {
	_, found, err = s.findEntry(ctx, under, since, func(about slack.SlackMetadata) bool {
		return about.EventType == newsType && about.EventPayload[caseKey] == of.Case && fmt.Sprint(about.EventPayload["seq"]) == fmt.Sprint(float64(of.Seq))
	})
	return found, err
}

// Say adds what a person has told to the thread of a posted message, and returns the id of the entry.
func (s *Sender) Say(ctx context.Context, under string, w *alerts.Word) (id string, err error) {
	client, err := s.open()
	if err != nil {
		return "", err
	}
	channel, timestamp, err := placeOf(under)
	if err != nil {
		return "", err
	}
	_, own, err := s.send(ctx, client, channel, slack.MsgOptionCompose(slack.MsgOptionPost(), slack.MsgOptionTS(timestamp)), w)
	if err == nil && own == "" {
		err = errors.New("slack answered a reply without saying where it is")
	}
	return channel + "/" + own, err
}

// FindSaid looks in the thread of a posted message for what a person has told.
func (s *Sender) FindSaid(ctx context.Context, under, word string, since state.Instant) (id string, found bool, err error) {
	return s.findEntry(ctx, under, since, func(about slack.SlackMetadata) bool {
		return about.EventType == wordType && about.EventPayload[wordKey] == word
	})
}

// findEntry looks in the thread of a posted message for an entry by what it is about.
func (s *Sender) findEntry(ctx context.Context, under string, since state.Instant, is func(slack.SlackMetadata) bool) (id string, found bool, err error) {
	client, err := s.open()
	if err != nil {
		return "", false, err
	}
	channel, timestamp, err := placeOf(under)
	if err != nil {
		return "", false, err
	}
	query := slack.GetConversationRepliesParameters{
		ChannelID: channel, Timestamp: timestamp, Oldest: timestampOf(since), Inclusive: true, Limit: 200, IncludeAllMetadata: true,
	}
	for {
		page, _, next, err := client.GetConversationRepliesContext(ctx, &query)
		if err != nil {
			return "", false, classify(err)
		}
		for _, m := range page {
			if is(m.Metadata) {
				return channel + "/" + m.Timestamp, true, nil
			}
		}
		if query.Cursor = next; next == "" {
			return "", false, nil
		}
	}
}

// mention calls upon a person, if it is known who that is in Slack, else names him.
func mention(who string, people map[string]string) string {
	if id := people[who]; id != "" {
		return "<@" + id + ">"
	}
	return code(who, idChars)
}

// placeOf takes a message's id apart.
func placeOf(id string) (channel, timestamp string, err error) {
	channel, timestamp, ok := strings.Cut(id, "/")
	if !ok {
		return "", "", failure{err: fmt.Errorf("%q is not the id of a message in Slack", id), outcome: gone}
	}
	return channel, timestamp, nil
}

// entry is news as Slack takes it.
func (w words) entry(n *alerts.News) (fallback string, blocks []slack.Block) {
	return w.entryTo(n, nil)
}

// entryTo calls upon the person who is told that a task is late, and upon who is reminded of one, if it is known who that is in Slack.
func (w words) entryTo(n *alerts.News, people map[string]string) (fallback string, blocks []slack.Block) {
	head := &alerts.CaseMessage{State: n.State, Severity: n.Severity}
	lines := w.news(n.Changes)
	if n.Task != nil {
		late := code(n.Task.Escalation.To, idChars)
		if n.Late {
			late = mention(n.Task.Escalation.To, people)
		}
		if n.Remind {
			who := w.Phrase(alerts.PhraseNobody)
			if owner := cmp.Or(n.Task.Deputy, n.Task.Owner); owner != "" {
				who = mention(owner, people)
			}
			lines = append(lines, w.Phrase(alerts.PhraseReminder, "who", who, "due", w.moment(n.Task.Due)))
		}
		task := w.taskOf(*n.Task, n.KnownAt, late)
		if n.Task.By != "" && len(n.Changes) == 0 && !n.Late && !n.Remind { // else it is not known when he acted
			task += w.Tell(alerts.SayToldWhen, "when", w.moment(n.KnownAt))
		}
		lines = append(lines, w.Phrase(alerts.PhraseTask)+": "+task, w.Phrase(alerts.PhraseOwner)+": "+w.owner(*n.Task))
	}
	m := message{seq: n.Seq}
	title := w.severity(head)
	if n.State != alerts.CaseClosed && n.Severity == detectors.None {
		title = w.Phrase(alerts.PhraseNews)
	}
	m.list("news", mark(head)+" "+title, lines)
	return cut(w.Sentences(append([]string{title}, lines...)...), maxFallback), m.blocks
}
