package slacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Answer is what one person was told, and nobody else.
type Answer struct {
	User string // to whom, by Slack's id
	Text string
}

// mostAnswers is how often a response URL may be used.
const mostAnswers = 5

// answering is a response URL: who is answered, and how often he was.
type answering struct {
	user string
	used int
}

// Answers are what people were told so far, in order.
func (s *Slack) Answers() []Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.answers)
}

// responseURL is a new one for a user. The lock is held.
func (s *Slack) responseURL(user string) string {
	s.socket.number++
	path := fmt.Sprintf("/response/%d", s.socket.number)
	s.answering[path] = &answering{user: user}
	return "http://" + s.host() + path
}

// respond takes an answer at a response URL. It takes plain ones to one person only.
func (s *Slack) respond(w http.ResponseWriter, r *http.Request) {
	var told struct {
		Text    string `json:"text"`
		Type    string `json:"response_type"`
		Replace bool   `json:"replace_original"`
		Delete  bool   `json:"delete_original"`
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err == nil {
		err = json.Unmarshal(body, &told)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	to := s.answering[r.URL.Path]
	switch {
	case to == nil || to.used == mostAnswers:
		http.Error(w, "expired_url", http.StatusNotFound)
	case err != nil || told.Type != "ephemeral" || told.Replace || told.Delete || check(told.Text, nil) != "":
		http.Error(w, "invalid_payload", http.StatusBadRequest)
	default:
		to.used++
		s.answers = append(s.answers, Answer{to.user, told.Text})
		fmt.Fprint(w, "ok")
	}
}

// button is one of a message as it was posted.
type button struct {
	BlockID  string
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
	Type     string `json:"type"`
	Options  []option
}

// buttons are those of a message; menus are of another kind.
func (m *Message) buttons(kind string) (all []button) {
	var blocks []struct {
		Type     string            `json:"type"`
		BlockID  string            `json:"block_id"`
		Elements []json.RawMessage `json:"elements"`
	}
	_ = json.Unmarshal(m.Blocks, &blocks) // it was taken, so it can be read
	for _, b := range blocks {
		if b.Type != "actions" {
			continue
		}
		for _, e := range b.Elements {
			one := button{BlockID: b.BlockID}
			_ = json.Unmarshal(e, &one)
			if one.Type == kind {
				all = append(all, one)
			}
		}
	}
	return all
}

// Buttons are the action ids of a message's buttons, in order.
func (m *Message) Buttons() (ids []string) {
	for _, b := range m.buttons("button") {
		ids = append(ids, b.ActionID)
	}
	return ids
}

// Press is what Slack sends when a user presses a button of a message as it stands; an error, if there is none whose action id ends so.
func (s *Slack) Press(user string, m Message, action string) (Envelope, error) {
	all := m.buttons("button")
	at := slices.IndexFunc(all, func(b button) bool { return strings.HasSuffix(b.ActionID, action) })
	if at < 0 {
		return Envelope{}, fmt.Errorf("the message has no button %s: it has %v", action, m.Buttons())
	}
	return s.acts(user, m, all[at], nil), nil
}

// Menu are the values of the options of a message's menu, in order; none: it has no menu.
func (m *Message) Menu() (values []string) {
	for _, b := range m.buttons("overflow") {
		for _, o := range b.Options {
			values = append(values, o.Value)
		}
	}
	return values
}

// Choose is what Slack sends when a user chooses from a message's menu; an error, if there is no such option.
func (s *Slack) Choose(user string, m Message, option string) (Envelope, error) {
	for _, b := range m.buttons("overflow") {
		for i := range b.Options {
			if b.Options[i].Value == option {
				return s.acts(user, m, b, &b.Options[i]), nil
			}
		}
	}
	return Envelope{}, fmt.Errorf("the message has no option %s: it has %v", option, m.Menu())
}

// acts is a press of a button or the choice of an option.
func (s *Slack) acts(user string, m Message, b button, chosen *option) Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	action := reply{"type": b.Type, "action_id": b.ActionID, "block_id": b.BlockID, "action_ts": s.stamp()}
	if chosen != nil {
		action["selected_option"] = reply{"text": reply{"type": "plain_text", "text": chosen.Text.Text}, "value": chosen.Value}
	} else {
		action["value"] = b.Value
	}
	return s.envelope("interactive", reply{
		"type": "block_actions", "user": reply{"id": user, "username": strings.ToLower(user), "team_id": "T0ACME"}, "api_app_id": "A0TOCSIN",
		"container":  reply{"type": "message", "message_ts": m.Timestamp, "channel_id": m.Channel, "is_ephemeral": false},
		"trigger_id": s.trigger(user), "team": reply{"id": "T0ACME", "domain": "acme"},
		"channel": reply{"id": m.Channel, "name": s.channels[m.Channel]}, "message": m.wire(true), "response_url": s.responseURL(user),
		"actions": []reply{action},
	})
}

// envelope puts a payload into a new one. The lock is held.
func (s *Slack) envelope(kind string, payload reply) Envelope {
	s.socket.number++
	body, err := json.Marshal(payload)
	if err != nil {
		panic(err) // made of texts and what was taken as JSON
	}
	return Envelope{ID: fmt.Sprintf("envelope-%d", s.socket.number), Type: kind, Payload: body}
}

// Command is what Slack sends when a user types /tocsin and a text; an error, where the app's scopes do not let it have a command.
func (s *Slack) Command(user, text string) (Envelope, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.scopes != nil && !slices.Contains(s.scopes, "commands") {
		return Envelope{}, fmt.Errorf("missing_scope: commands is not among %v", s.scopes)
	}
	return s.envelope("slash_commands", reply{
		"command": "/tocsin", "text": text, "user_id": user, "user_name": strings.ToLower(user), "team_id": "T0ACME", "channel_id": Channel,
		"channel_name": s.channels[Channel], "api_app_id": "A0TOCSIN", "trigger_id": s.trigger(user), "response_url": s.responseURL(user),
	}), nil
}
