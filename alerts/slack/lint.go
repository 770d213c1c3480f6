package slack

import (
	"fmt"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// What Slack takes, in characters and numbers of things, and less where it has been seen to refuse or split earlier.
const (
	maxFallback = 2_999  // text beside the blocks
	maxBlocks   = 50     // of one message
	maxTotal    = 10_000 // over all blocks
	maxHeader   = 150
	maxSection  = 3_000
	maxFields   = 10
	maxField    = 2_000
	maxElements = 10 // of a context block
	maxBlockID  = 255
	maxActions  = 25 // of a block of buttons; five fit beside each other
	maxLabel    = 75
	maxActionID = 255
	maxValue    = 2_000
	maxMenu     = 5 // options

	maxTitle    = 24 // of a form, and its buttons
	maxPrivate  = 3_000
	maxOptions  = 100
	maxChoice   = 150 // an option's value
	maxQuestion = 2_000
)

// lint is the first reason for which a message is outside what Slack takes; nil: none. It knows the kinds of blocks that
// render makes, and no others.
func lint(fallback string, blocks []slack.Block) error {
	if err := within("text", fallback, maxFallback); err != nil {
		return err
	}
	if len(blocks) > maxBlocks {
		return fmt.Errorf("%d blocks: at most %d", len(blocks), maxBlocks)
	}
	total, ids := 0, map[string]bool{}
	for i, b := range blocks {
		chars, err := lintBlock(b)
		if err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
		if ids[b.ID()] || b.ID() == "" || len(b.ID()) > maxBlockID {
			return fmt.Errorf("block %d: id %q is empty, too long or not the only one", i, b.ID())
		}
		ids[b.ID()] = true
		total += chars
	}
	if total > maxTotal {
		return fmt.Errorf("%d characters in all blocks: at most %d", total, maxTotal)
	}
	return nil
}

func lintBlock(b slack.Block) (chars int, err error) {
	switch b := b.(type) {
	case *slack.HeaderBlock:
		if b.Text.Type != slack.PlainTextType {
			return 0, fmt.Errorf("header is %s: only plain text", b.Text.Type)
		}
		return lintTexts("header", 1, maxHeader, b.Text)
	case *slack.SectionBlock:
		if b.Text != nil {
			return lintTexts("section", 1, maxSection, b.Text)
		}
		return lintTexts("field", maxFields, maxField, b.Fields...)
	case *slack.ContextBlock:
		texts := make([]*slack.TextBlockObject, 0, maxElements)
		for _, e := range b.ContextElements.Elements {
			text, ok := e.(*slack.TextBlockObject)
			if !ok {
				return 0, fmt.Errorf("context element is a %T: only text", e)
			}
			texts = append(texts, text)
		}
		return lintTexts("context element", maxElements, maxSection, texts...)
	case *slack.ActionBlock:
		return lintActions(b.Elements.ElementSet)
	case *slack.DividerBlock:
		return 0, nil
	}
	return 0, fmt.Errorf("%s: not a kind of block that is linted", b.BlockType())
}

func lintTexts(what string, number, limit int, texts ...*slack.TextBlockObject) (chars int, err error) {
	if len(texts) == 0 || len(texts) > number {
		return 0, fmt.Errorf("%d texts of kind %s: 1 to %d", len(texts), what, number)
	}
	for _, t := range texts {
		if err := within(what, t.Text, limit); err != nil {
			return 0, err
		}
		chars += utf8.RuneCountInString(t.Text)
	}
	return chars, nil
}

func within(what, text string, limit int) error {
	if n := utf8.RuneCountInString(text); n == 0 || n > limit {
		return fmt.Errorf("%s of %d characters: 1 to %d", what, n, limit)
	}
	return nil
}

func lintActions(elements []slack.BlockElement) (chars int, err error) {
	if len(elements) == 0 || len(elements) > maxActions {
		return 0, fmt.Errorf("%d buttons: 1 to %d", len(elements), maxActions)
	}
	ids := map[string]bool{}
	for _, e := range elements {
		if menu, is := e.(*slack.OverflowBlockElement); is {
			if err := lintMenu(menu); err != nil {
				return 0, fmt.Errorf("menu %q: %w", menu.ActionID, err)
			}
			continue
		}
		button, ok := e.(*slack.ButtonBlockElement)
		if !ok {
			return 0, fmt.Errorf("action is a %T: only buttons and a menu", e)
		}
		if err := lintButton(button); err != nil {
			return 0, fmt.Errorf("button %q: %w", button.ActionID, err)
		}
		if ids[button.ActionID] {
			return 0, fmt.Errorf("button %q: there is another one", button.ActionID)
		}
		ids[button.ActionID] = true
		chars += utf8.RuneCountInString(button.Text.Text)
	}
	return chars, nil
}

func lintButton(b *slack.ButtonBlockElement) error {
	if b.Text.Type != slack.PlainTextType {
		return fmt.Errorf("label is %s: only plain text", b.Text.Type)
	}
	for _, part := range []struct {
		what, text string
		limit      int
	}{{"label", b.Text.Text, maxLabel}, {"id", b.ActionID, maxActionID}, {"value", b.Value, maxValue}} {
		if err := within(part.what, part.text, part.limit); err != nil {
			return err
		}
	}
	if b.Style != slack.StyleDefault && b.Style != slack.StylePrimary && b.Style != slack.StyleDanger {
		return fmt.Errorf("style %q is none", b.Style)
	}
	return nil
}
