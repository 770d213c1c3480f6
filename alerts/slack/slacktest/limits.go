package slacktest

import (
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// The limits that Slack holds messages to, in characters and numbers of things.
const (
	maxText      = 4_000  // longer ones have been split in two
	maxBlocks    = 50     // of one message
	maxTotal     = 13_200 // over all blocks; undocumented
	maxHeader    = 150
	maxSection   = 3_000
	maxFields    = 10
	maxField     = 2_000
	maxElements  = 10 // of a context block
	maxBlockID   = 255
	maxActions   = 25 // of a block of buttons
	maxLabel     = 75
	maxActionID  = 255
	maxValue     = 2_000
	unfitBlocks  = "invalid_blocks"
	tooManyChars = "msg_blocks_too_long"
)

type text struct {
	Type, Text string
}

type block struct {
	Type     string
	BlockID  string `json:"block_id"`
	Text     *text
	Fields   []text
	Elements []element

	Label    *text // of a block that asks for something, as are these
	Hint     *text
	Element  *field
	Optional bool
}

// element is a text of a context block, or a button.
type element struct {
	Type     string
	Text     json.RawMessage // a string, or of a button an object
	ActionID string          `json:"action_id"`
	Value    string
	Style    string
	Options  []option // of a menu
}

type option struct {
	Text  text
	Value string
}

// maxMenu is how many options a menu has at most.
const maxMenu = 5

// opens tells whether it is a menu that Slack takes.
func (e *element) opens() bool {
	for _, o := range e.Options {
		if o.Text.Type != "plain_text" || !o.Text.within(maxOption) || o.Value == "" || utf8.RuneCountInString(o.Value) > maxChoice {
			return false
		}
	}
	return e.Type == "overflow" && utf8.RuneCountInString(e.ActionID) <= maxActionID && len(e.Options) > 0 && len(e.Options) <= maxMenu
}

// text is what an element shows.
func (e *element) text() (t text) {
	if e.Type == "button" {
		_ = json.Unmarshal(e.Text, &t) // what is none shows nothing, which does not fit
		return t
	}
	t.Type = e.Type
	_ = json.Unmarshal(e.Text, &t.Text)
	return t
}

// presses tells whether it is a button that Slack takes.
func (e *element) presses() bool {
	label := e.text()
	return e.Type == "button" && label.Type == "plain_text" && label.within(maxLabel) && len(e.ActionID) <= maxActionID && len(e.Value) <= maxValue &&
		(e.Style == "" || e.Style == "primary" || e.Style == "danger")
}

// check is the code with which Slack refuses a message; empty: it takes it.
func check(message string, blocks json.RawMessage) string {
	if message == "" && blocks == nil {
		return "no_text"
	}
	if utf8.RuneCountInString(message) > maxText {
		return "msg_too_long"
	}
	if blocks == nil {
		return ""
	}
	var list []block
	if err := json.Unmarshal(blocks, &list); err != nil {
		return "invalid_blocks_format"
	}
	if len(list) > maxBlocks {
		return unfitBlocks
	}
	total, ids := 0, map[string]bool{}
	for _, b := range list {
		if len(b.BlockID) > maxBlockID || b.BlockID != "" && ids[b.BlockID] || !b.fits() {
			return unfitBlocks
		}
		ids[b.BlockID] = true
		total += b.chars()
	}
	if total > maxTotal {
		return tooManyChars
	}
	return ""
}

func (b block) fits() bool {
	switch b.Type {
	case "header":
		return b.Text != nil && b.Text.Type == "plain_text" && b.Text.within(maxHeader)
	case "section":
		return (b.Text == nil || b.Text.within(maxSection)) && within(b.Fields, maxFields, maxField) && (b.Text != nil || len(b.Fields) > 0)
	case "context":
		return len(b.Elements) > 0 && within(b.texts(), maxElements, maxSection)
	case "actions":
		ids := map[string]bool{}
		for _, e := range b.Elements {
			if !e.presses() && !e.opens() || e.ActionID != "" && ids[e.ActionID] {
				return false
			}
			ids[e.ActionID] = true
		}
		return len(b.Elements) > 0 && len(b.Elements) <= maxActions
	case "divider":
		return true
	}
	return false
}

// texts are those of the elements.
func (b block) texts() (all []text) {
	for _, e := range b.Elements {
		all = append(all, e.text())
	}
	return all
}

// chars is how many characters of text a block shows.
func (b block) chars() int {
	total := 0
	if b.Text != nil {
		total += utf8.RuneCountInString(b.Text.Text)
	}
	for _, t := range slices.Concat(b.Fields, b.texts()) {
		total += utf8.RuneCountInString(t.Text)
	}
	return total
}

func within(texts []text, number, chars int) bool {
	if len(texts) > number {
		return false
	}
	for _, t := range texts {
		if !t.within(chars) {
			return false
		}
	}
	return true
}

func (t text) within(chars int) bool {
	n := utf8.RuneCountInString(t.Text)
	return (t.Type == "mrkdwn" || t.Type == "plain_text") && n > 0 && n <= chars
}
