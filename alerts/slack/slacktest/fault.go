package slacktest

import (
	"fmt"
	"net/http"
	"time"
)

// Fault is one way in which a call fails. The zero Fault is no fault.
type Fault struct {
	// Error is answered as ok=false with this code; nothing is done.
	Error string
	// Status is answered as an HTTP status; nothing is done.
	Status int
	// RetryAfter goes with Status 429, in whole seconds; zero: the header is left out.
	RetryAfter time.Duration
	// Drop does what was asked and then resets the connection, so that the caller cannot know.
	Drop bool
	// Lose resets the connection before doing anything: to the caller the same as Drop.
	Lose bool
	// Hang does what was asked and answers only after this time, if the caller is still there.
	Hang time.Duration
}

// Script makes the next calls of a method fail, one fault each, in order; after them calls succeed again.
func (s *Slack) Script(method string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[method] = append(s.faults[method], faults...)
}

// take removes the next fault of a method and writes the call down.
func (s *Slack) take(method string, r *http.Request) (Fault, Call) {
	form := map[string]string{}
	for name := range r.Form {
		if name != "token" {
			form[name] = r.Form.Get(name)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	call := Call{Method: method, At: s.clock(), Form: form}
	s.calls = append(s.calls, call)
	queue := s.faults[method]
	if len(queue) == 0 {
		return Fault{}, call
	}
	s.faults[method] = queue[1:]
	return queue[0], call
}

// refuse answers for a fault that lets nothing happen; it tells whether it did.
func (f Fault) refuse(w http.ResponseWriter) bool {
	switch {
	case f.Lose:
		reset()
	case f.Status != 0:
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", fmt.Sprint(int(f.RetryAfter.Seconds())))
		}
		http.Error(w, http.StatusText(f.Status), f.Status)
	case f.Error != "":
		answer(w, failure(f.Error))
	default:
		return false
	}
	return true
}

// finish delays or drops the answer to what was done.
func (f Fault) finish(r *http.Request, closing <-chan struct{}) {
	if f.Drop {
		reset()
	}
	if f.Hang == 0 {
		return
	}
	timer := time.NewTimer(f.Hang)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	case <-closing:
	}
}

// reset ends the connection without an answer, which net/http does for this panic alone.
func reset() { panic(http.ErrAbortHandler) }
