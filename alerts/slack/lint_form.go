package slack

import (
	"errors"
	"fmt"

	"github.com/slack-go/slack"

	"tocsin/state"
)

// lintForm is the first reason for which a form is outside what Slack takes; nil: none. It knows what [Reception.form] makes, and
// nothing else.
func lintForm(f *slack.ModalViewRequest) error {
	for _, part := range []struct {
		what  string
		text  *slack.TextBlockObject
		limit int
	}{{"title", f.Title, maxTitle}, {"submit", f.Submit, maxTitle}, {"close", f.Close, maxTitle}} {
		if err := lintPlain(part.what, part.text, part.limit); err != nil {
			return err
		}
	}
	if err := errors.Join(within("callback id", f.CallbackID, maxActionID), within("private metadata", f.PrivateMetadata, maxPrivate)); err != nil {
		return err
	}
	var shown []slack.Block
	ids := map[string]bool{}
	for _, b := range f.Blocks.BlockSet {
		if ids[b.ID()] || b.ID() == "" {
			return fmt.Errorf("block %q: its id is empty or not the only one", b.ID())
		}
		ids[b.ID()] = true
		input, asks := b.(*slack.InputBlock)
		if !asks {
			shown = append(shown, b)
			continue
		}
		if err := lintInput(input); err != nil {
			return fmt.Errorf("field %q: %w", input.BlockID, err)
		}
	}
	return lint("form", shown)
}

func lintInput(b *slack.InputBlock) error {
	if err := lintPlain("label", b.Label, maxQuestion); err != nil {
		return err
	}
	if b.Hint != nil {
		if err := lintPlain("hint", b.Hint, maxQuestion); err != nil {
			return err
		}
	}
	switch e := b.Element.(type) {
	case *slack.SelectBlockElement:
		return errors.Join(within("id", e.ActionID, maxActionID), lintOptions(e.Options))
	case *slack.DatePickerBlockElement:
		if _, ok := state.ParseDate(e.InitialDate); !ok {
			return fmt.Errorf("%q is no date", e.InitialDate)
		}
		return within("id", e.ActionID, maxActionID)
	case *slack.PlainTextInputBlockElement:
		if e.MaxLength < 1 || e.MaxLength > maxTyped {
			return fmt.Errorf("at most %d characters can be typed: 1 to %d", e.MaxLength, maxTyped)
		}
		return within("id", e.ActionID, maxActionID)
	case *slack.NumberInputBlockElement:
		return within("id", e.ActionID, maxActionID)
	}
	return fmt.Errorf("a %T is not a kind of field that is linted", b.Element)
}

// maxTyped is the most that can be typed into a field.
const maxTyped = 3_000

func lintMenu(m *slack.OverflowBlockElement) error {
	if len(m.Options) > maxMenu {
		return fmt.Errorf("%d options: at most %d", len(m.Options), maxMenu)
	}
	return errors.Join(within("id", m.ActionID, maxActionID), lintOptions(m.Options))
}

func lintOptions(options []*slack.OptionBlockObject) error {
	if len(options) == 0 || len(options) > maxOptions {
		return fmt.Errorf("%d options: 1 to %d", len(options), maxOptions)
	}
	values := map[string]bool{}
	for _, o := range options {
		if err := errors.Join(lintPlain("option", o.Text, maxLabel), within("option's value", o.Value, maxChoice)); err != nil {
			return err
		}
		if values[o.Value] {
			return fmt.Errorf("option %q stands twice", o.Value)
		}
		values[o.Value] = true
	}
	return nil
}

func lintPlain(what string, text *slack.TextBlockObject, limit int) error {
	if text == nil || text.Type != slack.PlainTextType {
		return fmt.Errorf("%s is not plain text", what)
	}
	return within(what, text.Text, limit)
}
