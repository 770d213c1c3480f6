package main

import (
	"errors"
	"sync/atomic"
)

// readiness is what keeps a process from taking events.
type readiness struct{ waits atomic.Pointer[error] }

var (
	errStarting = errors.New("it has not joined the group yet")
	errDraining = errors.New("it is told to stop, and finishes what it has in hand")
)

// tell notes what is waited for; nil: nothing. Once it is [errDraining], it stays so.
func (r *readiness) tell(waits error) {
	for {
		was := r.waits.Load()
		if was != nil && errors.Is(*was, errDraining) || r.waits.CompareAndSwap(was, &waits) {
			return
		}
	}
}

// why is what is waited for; nil: nothing.
func (r *readiness) why() error {
	if waits := r.waits.Load(); waits != nil {
		return *waits
	}
	return errStarting
}

// Load tells whether events can be taken.
func (r *readiness) Load() bool { return r.why() == nil }

// Ready is nil while events can be taken and the store answers; its error says what is waited for. Whether Slack answers is no part
// of it.
func (s *service) Ready() error { return s.ready.why() }
