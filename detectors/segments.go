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
	asked      []asked // by answer: what the conditions asked for it read
	readsSince bool
	readsClass bool

	lock   sync.RWMutex
	answer map[traits]int // 0: none of the segments
}

// asked is what conditions read beside the profile.
type asked struct{ since, class bool }

// mostAnswers bounds the memory. Beyond it all is forgotten and asked again.
const mostAnswers = 4096

func newSegments(conditions []*condition) *segments {
	s := &segments{conditions: conditions, asked: make([]asked, len(conditions)+1), answer: map[traits]int{}}
	for i, c := range conditions {
		s.readsSince = s.readsSince || c.readsSince
		s.readsClass = s.readsClass || c.readsClass
		s.asked[i+1] = asked{s.readsSince, s.readsClass}
	}
	s.asked[0] = asked{s.readsSince, s.readsClass}
	return s
}

// of is the segment of a customer, counted from 1, 0 when it is in none; and what was read to find that out.
func (s *segments) of(v *state.View) (segment int, read asked) {
	if len(s.conditions) == 0 {
		return 0, asked{}
	}
	t := traitsOf(v)
	if s.readsClass {
		t.Class = v.Class().String()
	}
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
	return segment, s.asked[segment]
}

func (s *segments) remember(t traits, segment int) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if len(s.answer) >= mostAnswers {
		clear(s.answer)
	}
	s.answer[t] = segment
}
