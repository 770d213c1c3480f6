package slacktest

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// reply is the JSON object of an answer.
type reply map[string]any

func failure(code string) reply { return reply{"ok": false, "error": code} }

// method is a Web API method: it reads the form and answers. The server's lock is held.
type method func(s *Slack, form func(string) string) reply

func (s *Slack) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /link/", s.connect)
	mux.HandleFunc("POST /response/{number}", s.respond)
	for name, do := range map[string]method{
		"apps.connections.open": (*Slack).connectionsOpen,
		"auth.test":             (*Slack).authTest,
		"chat.postMessage":      (*Slack).postMessage,
		"chat.update":           (*Slack).update,
		"chat.delete":           (*Slack).delete,
		"conversations.history": (*Slack).history,
		"conversations.list":    (*Slack).list,
		"views.open":            (*Slack).viewsOpen,
		"conversations.replies": (*Slack).replies,
	} {
		mux.HandleFunc("POST /api/"+name, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, name, do) })
	}
	return mux
}

func (s *Slack) serve(w http.ResponseWriter, r *http.Request, name string, do method) {
	if err := r.ParseForm(); err != nil {
		answer(w, failure("invalid_form_data"))
		return
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		if err := parseJSON(r); err != nil {
			answer(w, failure("invalid_json"))
			return
		}
	}
	fault, call := s.take(name, r)
	if !s.sees(Arrived, call) {
		reset()
	}
	if fault.refuse(w) {
		return
	}
	result := s.call(r, name, do)
	s.sees(Done, call)
	w.Header().Set("X-OAuth-Scopes", s.granted())
	fault.finish(r, s.closing)
	answer(w, result)
	flush(w)
	s.sees(Answered, call)
}

// parseJSON makes a form of a JSON object: its texts as they are, all else as JSON.
func parseJSON(r *http.Request) error {
	var object map[string]json.RawMessage
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&object); err != nil && !errors.Is(err, io.EOF) { // a call without arguments has no body
		return err
	}
	for name, value := range object {
		var said string
		if json.Unmarshal(value, &said) != nil {
			said = string(value)
		}
		r.Form.Set(name, said)
	}
	return nil
}

func (s *Slack) call(r *http.Request, name string, do method) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	token := r.Form.Get("token")
	if token == "" {
		token = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	}
	switch {
	case token == "":
		return failure("not_authed")
	case name == "apps.connections.open":
		return s.connectionsOpen(func(string) string { return token })
	case s.token != "" && token != s.token:
		return failure("invalid_auth")
	}
	if scope := s.lacking(name, r.Form.Get); scope != "" {
		return reply{"ok": false, "error": "missing_scope", "needed": scope, "provided": strings.Join(s.scopes, ",")}
	}
	return do(s, r.Form.Get)
}

// granted are the scopes as Slack tells them with each answer. An app that may do everything has those of the manifest.
func (s *Slack) granted() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.scopes == nil {
		return "channels:history,channels:read,chat:write,commands,groups:history,groups:read"
	}
	return strings.Join(s.scopes, ",")
}

func (s *Slack) authTest(func(string) string) reply {
	return reply{"ok": true, "team": "Acme", "user": "tocsin", "team_id": "T0ACME", "user_id": "U0TOCSIN", "bot_id": "B0TOCSIN"}
}

func (s *Slack) postMessage(form func(string) string) reply {
	channel := s.channelID(form("channel"))
	switch {
	case channel == "":
		return failure("channel_not_found")
	case slices.Contains(s.foreign, channel):
		return failure("not_in_channel")
	}
	m := Message{Channel: channel, Timestamp: s.stamp(), Thread: form("thread_ts"), Broadcast: form("reply_broadcast") == "true"}
	if m.Thread != "" && !slices.ContainsFunc(s.messages, func(o Message) bool { return o.Channel == channel && o.Timestamp == m.Thread }) {
		return failure("thread_not_found")
	}
	if code := m.fill(form); code != "" {
		return failure(code)
	}
	s.messages = append(s.messages, m)
	return m.posted()
}

// update takes ids only, as Slack does: a name is not found.
func (s *Slack) update(form func(string) string) reply {
	if _, ok := s.channels[form("channel")]; !ok {
		return failure("channel_not_found")
	}
	i := slices.IndexFunc(s.messages, func(m Message) bool {
		return m.Channel == form("channel") && m.Timestamp == form("ts")
	})
	if i < 0 {
		return failure("message_not_found")
	}
	m := s.messages[i]
	if code := m.fill(form); code != "" {
		return failure(code)
	}
	m.Edits++
	s.messages[i] = m
	return m.posted()
}

// delete removes a message. What is in its thread stays.
func (s *Slack) delete(form func(string) string) reply {
	if _, ok := s.channels[form("channel")]; !ok {
		return failure("channel_not_found")
	}
	i := slices.IndexFunc(s.messages, func(m Message) bool { return m.Channel == form("channel") && m.Timestamp == form("ts") })
	if i < 0 {
		return failure("message_not_found")
	}
	s.messages = slices.Delete(s.messages, i, i+1)
	return reply{"ok": true, "channel": form("channel"), "ts": form("ts")}
}

// fill takes text, blocks and metadata from a form; an update without metadata leaves what was there.
func (m *Message) fill(form func(string) string) (code string) {
	m.Text, m.Blocks = form("text"), nil
	if blocks := form("blocks"); blocks != "" && blocks != "[]" {
		m.Blocks = json.RawMessage(blocks)
	}
	if code := check(m.Text, m.Blocks); code != "" {
		return code
	}
	if metadata := form("metadata"); metadata != "" {
		m.Metadata = Metadata{}
		if err := json.Unmarshal([]byte(metadata), &m.Metadata); err != nil || m.Metadata.EventType == "" {
			return "invalid_metadata_format"
		}
	}
	return ""
}

func (m *Message) posted() reply {
	return reply{"ok": true, "channel": m.Channel, "ts": m.Timestamp, "text": m.Text, "message": m.wire(true)}
}

// wire is a message as Slack returns it.
func (m *Message) wire(metadata bool) reply {
	w := reply{"type": "message", "ts": m.Timestamp, "text": m.Text, "bot_id": "B0TOCSIN"}
	if m.Blocks != nil {
		w["blocks"] = m.Blocks
	}
	if metadata && m.Metadata.EventType != "" {
		w["metadata"] = m.Metadata
	}
	return w
}

// history answers newest first, a page at a time; the cursor is the number of messages already given.
func (s *Slack) history(form func(string) string) reply {
	if _, ok := s.channels[form("channel")]; !ok {
		return failure("channel_not_found")
	}
	var found []reply
	for _, m := range slices.Backward(s.messages) {
		if m.Channel == form("channel") && (m.Thread == "" || m.Broadcast) && seconds(m.Timestamp) > seconds(form("oldest")) {
			w, replies := m.wire(form("include_all_metadata") == "1"), 0
			for _, o := range s.messages {
				if o.Channel == m.Channel && o.Thread == m.Timestamp {
					replies++
				}
			}
			if replies > 0 {
				w["thread_ts"], w["reply_count"] = m.Timestamp, replies
			}
			found = append(found, w)
		}
	}
	page, next := paginate(found, form("cursor"), form("limit"))
	return reply{"ok": true, "messages": page, "has_more": next != "", "response_metadata": reply{"next_cursor": next}}
}

// replies answers with the message itself and its thread, oldest first.
func (s *Slack) replies(form func(string) string) reply {
	if _, ok := s.channels[form("channel")]; !ok {
		return failure("channel_not_found")
	}
	var found []reply
	for _, m := range s.messages {
		of := m.Channel == form("channel")
		if of && m.Timestamp == form("ts") || of && m.Thread == form("ts") && seconds(m.Timestamp) > seconds(form("oldest")) {
			found = append(found, m.wire(form("include_all_metadata") == "1"))
		}
	}
	if len(found) == 0 {
		return failure("thread_not_found")
	}
	page, next := paginate(found, form("cursor"), form("limit"))
	return reply{"ok": true, "messages": page, "has_more": next != "", "response_metadata": reply{"next_cursor": next}}
}

// seconds is a timestamp as a number; zero when it is none.
func seconds(timestamp string) float64 {
	n, _ := strconv.ParseFloat(timestamp, 64)
	return n
}

func (s *Slack) list(form func(string) string) reply {
	var ids []string
	for id := range s.channels {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	found := []reply{}
	for _, id := range ids {
		kinds, kind := form("types"), "public_channel"
		if slices.Contains(s.private, id) {
			kind = "private_channel"
		}
		if kinds == "" && kind == "public_channel" || strings.Contains(kinds, kind) {
			found = append(found, reply{"id": id, "name": s.channels[id], "is_channel": kind == "public_channel", "is_member": !slices.Contains(s.foreign, id)})
		}
	}
	page, next := paginate(found, form("cursor"), form("limit"))
	return reply{"ok": true, "channels": page, "response_metadata": reply{"next_cursor": next}}
}

// paginate cuts a page out of all; both arguments are as the form has them, the limit's default is 100.
func paginate(all []reply, cursor, limit string) (page []reply, next string) {
	from, _ := strconv.Atoi(cursor)
	size, err := strconv.Atoi(limit)
	if err != nil || size < 1 {
		size = 100
	}
	from = min(max(from, 0), len(all))
	to := min(from+size, len(all))
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return append([]reply{}, all[from:to]...), next
}

// channelID is the id for an id or a name with or without "#"; empty: not known.
func (s *Slack) channelID(channel string) string {
	if _, ok := s.channels[channel]; ok {
		return channel
	}
	for id, name := range s.channels {
		if name == strings.TrimPrefix(channel, "#") {
			return id
		}
	}
	return ""
}

func answer(w http.ResponseWriter, r reply) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(r) // the caller may have gone
}
