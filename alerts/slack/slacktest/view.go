package slacktest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// View is a form as a person has it before him.
type View struct {
	ID   string
	User string // who has opened it, by Slack's id
	Raw  json.RawMessage

	view
}

// view is a form as an app made it.
type view struct {
	Type            string
	CallbackID      string `json:"callback_id"`
	PrivateMetadata string `json:"private_metadata"`
	Title           *text
	Submit          *text
	Close           *text
	Blocks          []block
}

// field is the element of an input block.
type field struct {
	Type        string
	ActionID    string `json:"action_id"`
	InitialDate string `json:"initial_date"`
	Decimals    *bool  `json:"is_decimal_allowed"`
	MinValue    string `json:"min_value"`
	MaxValue    string `json:"max_value"`
	MaxLength   int    `json:"max_length"`
	Multiline   bool   `json:"multiline"`
	Options     []struct {
		Text  text
		Value string
	}
}

// The limits that Slack holds forms to.
const (
	maxTitle    = 24
	maxPrivate  = 3_000
	maxCallback = 255
	maxQuestion = 2_000
	maxOptions  = 100
	maxOption   = 75
	maxChoice   = 150
	maxTyped    = 3_000
	unfitView   = "invalid_arguments"
)

// Views are the forms opened so far, in order.
func (s *Slack) Views() []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.views)
}

// viewsOpen shows a form to who has just done something. The lock is held.
func (s *Slack) viewsOpen(form func(string) string) reply {
	user, known := s.triggers[form("trigger_id")]
	if !known {
		return failure("expired_trigger_id")
	}
	var v view
	if err := json.Unmarshal([]byte(form("view")), &v); err != nil || !v.fits() {
		return failure(unfitView)
	}
	delete(s.triggers, form("trigger_id")) // once
	s.socket.number++
	opened := View{ID: fmt.Sprintf("V%d", s.socket.number), User: user, Raw: json.RawMessage(form("view")), view: v}
	s.views = append(s.views, opened)
	return reply{"ok": true, "view": opened.wire(nil)}
}

func (v *view) fits() bool {
	plain := func(t *text, limit int) bool { return t != nil && t.Type == "plain_text" && t.within(limit) }
	if v.Type != "modal" || !plain(v.Title, maxTitle) || !plain(v.Submit, maxTitle) || v.Close != nil && !plain(v.Close, maxTitle) ||
		utf8.RuneCountInString(v.PrivateMetadata) > maxPrivate || len(v.CallbackID) > maxCallback || len(v.Blocks) == 0 || len(v.Blocks) > 100 {
		return false
	}
	ids := map[string]bool{}
	for _, b := range v.Blocks {
		if b.BlockID != "" && ids[b.BlockID] {
			return false
		}
		ids[b.BlockID] = true
		if b.Type != "input" {
			if !b.fits() {
				return false
			}
			continue
		}
		if !plain(b.Label, maxQuestion) || b.Hint != nil && !plain(b.Hint, maxQuestion) || b.Element == nil || !b.Element.fits() {
			return false
		}
	}
	return true
}

func (f *field) fits() bool {
	switch f.Type {
	case "datepicker":
		_, err := time.Parse(time.DateOnly, f.InitialDate)
		return f.InitialDate == "" || err == nil
	case "number_input":
		return f.Decimals != nil
	case "plain_text_input":
		return f.MaxLength >= 0 && f.MaxLength <= maxTyped
	case "static_select":
		values := map[string]bool{}
		for _, o := range f.Options {
			if o.Text.Type != "plain_text" || !o.Text.within(maxOption) || o.Value == "" || len(o.Value) > maxChoice || values[o.Value] {
				return false
			}
			values[o.Value] = true
		}
		return len(f.Options) > 0 && len(f.Options) <= maxOptions
	}
	return false
}

// wire is a view as Slack returns it, with what was filled in, if it was.
func (v *View) wire(values reply) reply {
	w := reply{
		"id": v.ID, "type": "modal", "callback_id": v.CallbackID, "private_metadata": v.PrivateMetadata, "hash": "1." + v.ID, "team_id": "T0ACME",
		"title": reply{"type": "plain_text", "text": v.Title.Text}, "blocks": []reply{}, "app_id": "A0TOCSIN", "bot_id": "B0TOCSIN",
	}
	if values != nil {
		w["state"] = reply{"values": values}
	}
	return w
}

// Fields are the ids of the blocks of a form that ask for something.
func (v View) Fields() (ids []string) {
	for _, b := range v.Blocks {
		if b.Type == "input" {
			ids = append(ids, b.BlockID)
		}
	}
	return ids
}

// Choices are the values that a field lets one choose from.
func (v View) Choices(id string) (values []string) {
	for _, b := range v.Blocks {
		if b.Type == "input" && b.BlockID == id {
			for _, o := range b.Element.Options {
				values = append(values, o.Value)
			}
		}
	}
	return values
}

// Submit is what Slack sends when the person has filled a form in; an error, where Slack would not let him. A date that he leaves is the one
// that was proposed.
func (s *Slack) Submit(v View, filled map[string]string) (Envelope, error) {
	values, left := reply{}, len(filled)
	for _, b := range v.Blocks {
		if b.Type != "input" {
			continue
		}
		text, given := filled[b.BlockID]
		if given {
			left--
		} else if text = b.Element.InitialDate; text == "" && !b.Optional {
			return Envelope{}, fmt.Errorf("field %s must be filled in", b.BlockID)
		}
		one, err := b.Element.filled(text)
		if err != nil {
			return Envelope{}, fmt.Errorf("field %s: %w", b.BlockID, err)
		}
		values[b.BlockID] = reply{b.Element.ActionID: one}
	}
	if left > 0 {
		return Envelope{}, fmt.Errorf("the form has only the fields %v", v.Fields())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.envelope("interactive", reply{
		"type": "view_submission", "user": reply{"id": v.User, "team_id": "T0ACME"}, "team": reply{"id": "T0ACME", "domain": "acme"},
		"api_app_id": "A0TOCSIN", "trigger_id": s.trigger(v.User), "view": v.wire(values), "response_urls": []reply{},
	}), nil
}

// filled is what a field holds; an empty text leaves it empty.
func (f *field) filled(text string) (reply, error) {
	one := reply{"type": f.Type}
	switch f.Type {
	case "datepicker":
		one["selected_date"] = nil
		if text != "" {
			if _, err := time.Parse(time.DateOnly, text); err != nil {
				return nil, err
			}
			one["selected_date"] = text
		}
	case "number_input":
		if one["value"] = nil; text == "" {
			break
		}
		n, err := strconv.Atoi(text)
		low, _ := strconv.Atoi(f.MinValue)
		high, _ := strconv.Atoi(f.MaxValue)
		if err != nil || n < low || n > high {
			return nil, fmt.Errorf("%q is not a number from %s to %s", text, f.MinValue, f.MaxValue)
		}
		one["value"] = text
	case "plain_text_input":
		if one["value"] = nil; text == "" {
			break
		}
		if f.MaxLength > 0 && utf8.RuneCountInString(text) > f.MaxLength {
			return nil, fmt.Errorf("%d characters are more than %d", utf8.RuneCountInString(text), f.MaxLength)
		}
		one["value"] = text
	case "static_select":
		if one["selected_option"] = nil; text == "" {
			break
		}
		for _, o := range f.Options {
			if o.Value == text {
				one["selected_option"] = reply{"text": reply{"type": "plain_text", "text": o.Text.Text}, "value": text}
				return one, nil
			}
		}
		return nil, fmt.Errorf("%q cannot be chosen", text)
	}
	return one, nil
}

// trigger lets the app open one form for a user. The lock is held.
func (s *Slack) trigger(user string) string {
	s.socket.number++
	id := fmt.Sprintf("trigger.%d", s.socket.number)
	s.triggers[id] = user
	return id
}
