package slacktest

import (
	"net"
	"net/http"
)

// Step is how far a call has come.
type Step string

// The steps of a call, in order.
const (
	Connected Step = "connected" // a connection is open, and nothing has come over it yet: the call is not known
	Arrived   Step = "arrived"   // the request is read, and nothing is done
	Done      Step = "done"      // what was asked is done, and nothing is answered
	Answered  Step = "answered"  // the answer is on its way back
)

// Observe has a function called at each step of each call, which goes on when it returns: it may take its time, or kill who called. If it
// returns false when a call has arrived, the connection is reset and nothing is done. It may be called from several goroutines at once.
func (s *Slack) Observe(look func(Step, Call) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.look = look
}

// sees tells who looks about a step.
func (s *Slack) sees(step Step, call Call) bool {
	s.mu.Lock()
	look := s.look
	s.mu.Unlock()
	return look == nil || look(step, call)
}

// connected is the server's hook.
func (s *Slack) connected(_ net.Conn, now http.ConnState) {
	if now == http.StateNew {
		s.sees(Connected, Call{})
	}
}

// flush sends what was answered.
func flush(w http.ResponseWriter) {
	_ = http.NewResponseController(w).Flush() // the caller may have gone
}
