package slacktest

import (
	"slices"
	"strings"
)

// Grant leaves the app these scopes alone; what needs another one gets missing_scope. Without it the app may do everything.
func (s *Slack) Grant(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = append([]string{}, scopes...)
}

// AddPrivateChannel makes a channel known under an id and a name without "#", of which the app is a member.
func (s *Slack) AddPrivateChannel(id, name string) {
	s.AddChannel(id, name)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.private = append(s.private, id)
}

// AddForeignChannel makes a public channel known of which the app is no member.
func (s *Slack) AddForeignChannel(id, name string) {
	s.AddChannel(id, name)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.foreign = append(s.foreign, id)
}

// lacking is the scope that a call needs and the app has not; empty: none.
func (s *Slack) lacking(name string, form func(string) string) string {
	group := func(private bool) string {
		if private {
			return "groups:"
		}
		return "channels:"
	}
	need := ""
	switch name {
	case "chat.postMessage", "chat.update", "chat.delete":
		need = "chat:write"
	case "conversations.history", "conversations.replies":
		need = group(slices.Contains(s.private, form("channel"))) + "history"
	case "conversations.list":
		need = group(strings.Contains(form("types"), "private_channel")) + "read"
	}
	if need == "" || s.scopes == nil || slices.Contains(s.scopes, need) {
		return ""
	}
	return need
}
