package detectors

import (
	"slices"
	"sync"

	"tocsin/state"
)

// segments finds a customer's segment: the first whose condition it fulfils. Asking the conditions costs more than judging
// a quiet customer, and most customers share their traits with many, so answers are remembered.
type segments struct {
	conditions []*condition
	daily      []bool // by answer: whether a condition that was asked for it reads what changes with time
	readsSince bool

	lock   sync.RWMutex
	answer map[traits]int // 0: none of the segments
}

// mostAnswers bounds the memory. Beyond it all is forgotten and asked again.
const mostAnswers = 4096

func newSegments(conditions []*condition) *segments {
	s := &segments{conditions: conditions, daily: make([]bool, len(conditions)+1), answer: map[traits]int{}}
	for i, c := range conditions {
		s.daily[i+1] = s.daily[0] || c.timed()
		s.daily[0] = s.daily[i+1]
		s.readsSince = s.readsSince || c.readsSince
	}
	return s
}

// of is the segment of a customer, counted from 1, 0 when it is in none; and whether that may change by time alone.
func (s *segments) of(v *state.View) (segment int, daily bool) {
	if len(s.conditions) == 0 {
		return 0, false
	}
	t := traitsOf(v)
	if !s.readsSince {
		t.SinceDays = unknownDays // else each day would have answers of its own
	}
	s.lock.RLock()
	segment, known := s.answer[t]
	s.lock.RUnlock()
	if !known {
		segment = 1 + slices.IndexFunc(s.conditions, func(c *condition) bool { return c.holds(t) })
		s.remember(t, segment)
	}
	return segment, s.daily[segment]
}

func (s *segments) remember(t traits, segment int) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if len(s.answer) >= mostAnswers {
		clear(s.answer)
	}
	s.answer[t] = segment
}
