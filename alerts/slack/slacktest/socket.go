package slacktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Envelope is what Slack sends in Socket Mode: something that a person did.
type Envelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"` // interactive, slash_commands
	Payload json.RawMessage `json:"payload"`
}

// sockets are the connections of an app in Socket Mode.
type sockets struct {
	token  string // the only app token accepted; empty: any
	open   []*socket
	opened chan struct{}                // closed, and replaced, when a connection opens
	acks   map[string]chan struct{}     // of envelopes that are not acknowledged, by their ids; closed when they are
	faults map[string]map[string]string // by envelope: what the app has found wrong with the fields of a form
	number int                          // of envelopes and URLs so far
}

// socket is one connection.
type socket struct {
	conn *websocket.Conn
	mu   sync.Mutex // held to write
}

func (s *socket) write(message any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn.WriteJSON(message)
}

// pingEvery is how often a connection is pinged: a client takes one that is silent for 30 s for dead.
const pingEvery = 5 * time.Second

// SetAppToken makes token the only one with which a connection in Socket Mode can be opened.
func (s *Slack) SetAppToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socket.token = token
}

// connectionsOpen answers apps.connections.open. The lock is held.
func (s *Slack) connectionsOpen(form func(string) string) reply {
	token := form("token")
	switch {
	case !strings.HasPrefix(token, "xapp-"):
		return failure("not_allowed_token_type")
	case s.socket.token != "" && token != s.socket.token:
		return failure("invalid_auth")
	}
	s.socket.number++
	return reply{"ok": true, "url": fmt.Sprintf("ws://%s/link/?ticket=%d", s.host(), s.socket.number)}
}

func (s *Slack) host() string {
	return strings.TrimSuffix(strings.TrimPrefix(s.URL, "http://"), "/api/")
}

// connect serves one connection until either side ends it.
func (s *Slack) connect(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // it has been answered
	}
	one := &socket{conn: conn}
	defer conn.Close()
	if one.write(reply{"type": "hello", "num_connections": 1, "connection_info": reply{"app_id": "A0TOCSIN"}}) != nil {
		return
	}
	ended := make(chan struct{})
	defer close(ended)
	go one.ping(ended, s.closing)
	s.mu.Lock()
	s.socket.open = append(s.socket.open, one)
	close(s.socket.opened)
	s.socket.opened = make(chan struct{})
	s.mu.Unlock()
	defer s.forget(one)
	for {
		var ack struct {
			ID      string `json:"envelope_id"`
			Payload struct{ Errors map[string]string }
		}
		if err := conn.ReadJSON(&ack); err != nil {
			return
		}
		s.keepFaults(ack.ID, ack.Payload.Errors)
		s.acknowledge(ack.ID)
	}
}

// ping keeps a connection alive, and cuts it when the server closes.
func (s *socket) ping(ended, closing <-chan struct{}) {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		_ = s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)) // whoever reads finds out
		select {
		case <-ended:
			return
		case <-closing:
			s.conn.Close() //nolint:errcheck // nobody is left to be told
			return
		case <-ticker.C:
		}
	}
}

func (s *Slack) forget(one *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, o := range s.socket.open {
		if o == one {
			s.socket.open = append(s.socket.open[:i:i], s.socket.open[i+1:]...)
			return
		}
	}
}

func (s *Slack) keepFaults(id string, faults map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socket.faults[id] = faults
}

// Faults are what the app has found wrong with the fields of a form, by field, when it acknowledged the envelope last: Slack shows each
// beside its field, and the form stays open. None: the form was closed.
func (s *Slack) Faults(e Envelope) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.socket.faults[e.ID]
}

func (s *Slack) acknowledge(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if acked := s.socket.acks[id]; acked != nil {
		close(acked)
		delete(s.socket.acks, id)
	}
}

// Connections is how many connections in Socket Mode are open.
func (s *Slack) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.socket.open)
}

// Deliver sends an envelope over the newest connection, or the next one that opens, and returns when it is acknowledged. The same envelope
// may be delivered again: Slack does so when the acknowledgement is late.
func (s *Slack) Deliver(ctx context.Context, e Envelope) error {
	s.mu.Lock()
	acked := make(chan struct{})
	s.socket.acks[e.ID] = acked
	s.mu.Unlock()
	for {
		s.mu.Lock()
		opened := s.socket.opened
		var to *socket
		if n := len(s.socket.open); n > 0 {
			to = s.socket.open[n-1]
		}
		s.mu.Unlock()
		if to != nil && to.write(reply{"envelope_id": e.ID, "type": e.Type, "payload": e.Payload, "accepts_response_payload": true}) == nil {
			select {
			case <-acked:
				return nil
			case <-opened: // the connection was replaced
				continue
			case <-ctx.Done():
				return fmt.Errorf("envelope %s is not acknowledged: %w", e.ID, ctx.Err())
			}
		}
		select {
		case <-opened:
		case <-ctx.Done():
			return fmt.Errorf("envelope %s cannot be delivered: %w", e.ID, ctx.Err())
		}
	}
}

// Disconnect asks all connections to be opened anew, as Slack does every few hours, and cuts them.
func (s *Slack) Disconnect() error {
	s.mu.Lock()
	open := append([]*socket{}, s.socket.open...)
	s.mu.Unlock()
	var failed []error
	for _, one := range open {
		failed = append(failed, one.write(reply{"type": "disconnect", "reason": "refresh_requested"}))
	}
	return errors.Join(failed...)
}

// Cut breaks all connections without a word.
func (s *Slack) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.socket.open {
		one.conn.Close() //nolint:errcheck // broken on purpose
	}
}
