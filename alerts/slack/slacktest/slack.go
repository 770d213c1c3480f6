// Package slacktest is a Slack for tests: a server that speaks the few Web API methods that Tocsin calls, keeps the messages
// it was given, and fails on demand in the ways that Slack fails. It also does what people do there: it presses the buttons of
// messages, and brings that to an app in Socket Mode.
//
// It fakes the wire, not the call, so what is tested includes the client library and the network, and a test may run the
// sender in another process. It knows one workspace with any number of channels and checks what Slack checks: tokens,
// channels, and the limits of Block Kit.
package slacktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Channel is where a new Slack takes messages: "#credit-alerts", the channel of Tocsin's default configuration.
const Channel = "C0CREDIT"

// Slack is a running server. Its methods may be called from any goroutine.
type Slack struct {
	// URL is the root of the API, with the slash that slack.OptionAPIURL asks for.
	URL string

	server  *http.Server
	done    chan struct{} // closed when the server's goroutine has ended
	closing chan struct{} // closed by Close; lets hanging requests go
	once    sync.Once

	mu       sync.Mutex
	token    string            // the only one accepted; empty: any
	scopes   []string          // of the app; nil: all
	channels map[string]string // name by id
	private  []string          // ids of those that are
	foreign  []string          // ids of those of which the app is no member
	messages []Message         // by timestamp
	faults   map[string][]Fault
	calls    []Call
	clock    func() time.Time
	last     int64                 // microseconds of the newest timestamp
	look     func(Step, Call) bool // nil: nobody does

	socket    sockets
	answering map[string]*answering // by path of the response URL
	answers   []Answer
	triggers  map[string]string // users by the ids with which a form can be opened for them
	views     []View
}

// Message is a message that people can see.
type Message struct {
	Channel   string // id
	Timestamp string
	Text      string
	Blocks    json.RawMessage // nil: none
	Metadata  Metadata
	Edits     int    // how often it was updated
	Thread    string // timestamp of the message in whose thread it is; empty: of none
	Broadcast bool   // the channel shows it too
}

// Of is the id of what a message of Tocsin's shows: a case or a summary.
func (m *Message) Of() string {
	for _, key := range []string{"summary_id", "digest_id"} {
		if id, is := m.Metadata.EventPayload[key]; is {
			return fmt.Sprint(id)
		}
	}
	return fmt.Sprint(m.Metadata.EventPayload["case_id"])
}

// Metadata is what an app attached to a message for itself.
type Metadata struct {
	EventType    string         `json:"event_type"`
	EventPayload map[string]any `json:"event_payload"`
}

// Call is a request as it arrived, before any fault.
type Call struct {
	Method string
	At     time.Time
	Form   map[string]string
}

// New starts a Slack that listens at addr; empty: any free port of the loopback. Close must be called.
func New(addr string) (*Slack, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("start a Slack for tests: %w", err)
	}
	s := &Slack{
		URL:      "http://" + listener.Addr().String() + "/api/",
		done:     make(chan struct{}),
		closing:  make(chan struct{}),
		channels: map[string]string{Channel: "credit-alerts"},
		faults:   map[string][]Fault{},
		clock:    time.Now,

		socket:    sockets{opened: make(chan struct{}), acks: map[string]chan struct{}{}, faults: map[string]map[string]string{}},
		answering: map[string]*answering{},
		triggers:  map[string]string{},
	}
	s.server = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second, ConnState: s.connected}
	go func() {
		defer close(s.done)
		_ = s.server.Serve(listener) // always ErrServerClosed: only Close ends it
	}()
	return s, nil
}

// Close ends the server and every request under way. It may be called again.
func (s *Slack) Close() error {
	s.once.Do(func() { close(s.closing) })
	err := s.server.Close()
	<-s.done
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// SetToken makes token the only one that is accepted; others get invalid_auth.
func (s *Slack) SetToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
}

// SetClock makes clock the one by which messages get their timestamps, instead of the machine's.
func (s *Slack) SetClock(clock func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = clock
}

// AddChannel makes a channel known under an id and a name without "#".
func (s *Slack) AddChannel(id, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = name
}

// Messages are the visible ones of all channels, by timestamp, without what is in threads.
func (s *Slack) Messages() []Message {
	return s.those(func(m Message) bool { return m.Thread == "" })
}

// Replies are the entries in the thread of a message, by timestamp.
func (s *Slack) Replies(timestamp string) []Message {
	return s.those(func(m Message) bool { return m.Thread == timestamp })
}

func (s *Slack) those(fit func(Message) bool) (list []Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if fit(m) {
			list = append(list, m)
		}
	}
	return list
}

// Calls are the requests of a method so far, in order of arrival; of all methods when method is empty.
func (s *Slack) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var calls []Call
	for _, c := range s.calls {
		if method == "" || c.Method == method {
			calls = append(calls, c)
		}
	}
	return calls
}

// Delete removes a message, as a person may.
func (s *Slack) Delete(timestamp string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = slices.DeleteFunc(s.messages, func(m Message) bool { return m.Timestamp == timestamp })
}

// stamp is a new timestamp: the time of day, and later than any before it. The caller holds mu.
func (s *Slack) stamp() string {
	s.last = max(s.clock().UnixMicro(), s.last+1)
	return fmt.Sprintf("%d.%06d", s.last/1e6, s.last%1e6)
}
