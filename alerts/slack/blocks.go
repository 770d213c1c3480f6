package slack

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// id is a block's name within one update: Slack asks for new ones when a message is edited.
func (m *message) id(name string) string { return fmt.Sprintf("%s.%d", name, m.seq) }

func (m *message) header(name, text string) {
	m.blocks = append(m.blocks, slack.NewHeaderBlock(plainText(cut(text, maxHeader)), slack.HeaderBlockOptionBlockID(m.id(name))))
}

func (m *message) section(name, text string) {
	m.blocks = append(m.blocks, slack.NewSectionBlock(mrkdwn(text), nil, nil, slack.SectionBlockOptionBlockID(m.id(name))))
}

func (m *message) fields(name string, texts ...string) {
	fields := make([]*slack.TextBlockObject, len(texts))
	for i, t := range texts {
		fields[i] = mrkdwn(t)
	}
	m.blocks = append(m.blocks, slack.NewSectionBlock(nil, fields, nil, slack.SectionBlockOptionBlockID(m.id(name))))
}

// list is a titled section with a line per item; without items there is none.
func (m *message) list(name, title string, items []string) {
	if len(items) > 0 {
		m.section(name, bold(title)+"\n• "+strings.Join(items, "\n• "))
	}
}

// pages is a list in as many sections as it takes.
func (m *message) pages(name, title string, items []string) {
	page, from := 0, 0
	size := utf8.RuneCountInString(bold(title))
	add := func(to int) {
		id := name
		if page > 0 {
			id = fmt.Sprintf("%s_%d", name, page)
			m.section(id, "• "+strings.Join(items[from:to], "\n• "))
		} else {
			m.list(id, title, items[:to])
		}
		page, from, size = page+1, to, 0
	}
	for i, item := range items {
		chars := utf8.RuneCountInString(item) + 3
		if size+chars > maxSection && i > from {
			add(i)
		}
		size += chars
	}
	if from < len(items) {
		add(len(items))
	}
}

func (m *message) context(name, text string) {
	m.blocks = append(m.blocks, slack.NewContextBlock(m.id(name), mrkdwn(text)))
}

// label is a field of a section: a title in bold above its value.
func label(title, value string) string { return bold(title) + "\n" + value }

// bold is text of ours, or text without markup, in bold.
func bold(text string) string { return "*" + text + "*" }

// mrkdwn is a text whose markup is ours alone: verbatim keeps Slack from making links and mentions of anything else in it.
func mrkdwn(text string) *slack.TextBlockObject {
	return &slack.TextBlockObject{Type: slack.MarkdownType, Text: text, Verbatim: true}
}

// plainText is a text without markup, nor emoji: a customer's name may look like one.
func plainText(text string) *slack.TextBlockObject {
	emoji := false
	return &slack.TextBlockObject{Type: slack.PlainTextType, Text: text, Emoji: &emoji}
}
