package replay

import (
	"slices"

	"tocsin/consumer"
	"tocsin/state"
)

// Shares of the whole are what the customers of all lanes make together. Where a segment reads the customer's class, verdicts
// rest on them: then each day is a chapter of its own, after which everybody waits for the core customers of the next one.
// Else only records show them, and the last day alone is played so.

// weighs tells whether verdicts rest on that.
func (s *sequencer) weighs() bool { return s.backtest.Engine.Judge.ReadsClass() }

// daily tells whether the day being collected is the last one of its chapter, for what is found at its close counts on the next.
func (s *sequencer) daily() bool { return s.weighs() || s.disputants.on(s.day) != nil }

// survey is what a lane tells of the close of a chapter's last day.
type survey struct {
	parts    []consumer.Part // of the whole
	disputed [][]string      // batches, by customer
}

// playAndSurvey plays the chapter that was collected, and waits for what is in force from the day after it on: common causes, and core
// customers where they are asked for.
func (s *sequencer) playAndSurvey(last state.Date, blocks []*lines, weighs bool) {
	lanes := len(s.players.lanes)
	c, surveys := s.take(last, blocks), make(chan survey, lanes)
	c.surveys, c.weighs, c.disputants = surveys, weighs, s.disputants.on(last)
	s.play(c)
	var all survey
	for range lanes {
		one := <-surveys
		all.parts = append(all.parts, one.parts...)
		all.disputed = append(all.disputed, one.disputed...)
	}
	next := state.DayClose{From: state.Day{Core: s.core}}
	if weighs {
		next.Core = consumer.Core(all.parts)
	}
	s.core, s.reclassed = next.Core, next.Reclassed()
	s.causes = s.causes.With(s.causes.Found(all.disputed), last+1)
}

// skipTo makes a later day the one being collected. Where each day is a chapter, those between are played without items: a
// year that ends on one of them may be another customer's largest, and a dispute that was announced for it the fifth of its batch.
func (s *sequencer) skipTo(day state.Date) {
	for s.day != 0 && s.day < day-1 {
		if s.day++; s.daily() {
			s.playAndSurvey(s.day, nil, s.weighs())
		}
	}
	s.day = day
}

// end plays what is left, up to the day that is closed last. That one is a chapter of its own where somebody asks who is core
// on it.
func (s *sequencer) end() {
	s.route()
	last := s.last().Date
	if last == 0 {
		return
	}
	if s.day != 0 && s.day < last {
		switch {
		case s.daily():
			s.playAndSurvey(s.day, nil, s.weighs())
		case s.regroups:
			s.play(s.take(s.day, nil))
		}
		s.skipTo(last)
	}
	if !s.weighs() && s.backtest.State != nil {
		held := s.holdBack(last)
		s.playAndSurvey(last-1, nil, true)
		s.items, s.reclassed = held, nil // no verdict changes by it
	}
	s.players.play(s.take(last, s.blocks))
	s.blocks = nil // they are the chapter's
}

// holdBack takes the items of a day, the last one, out of what was collected.
func (s *sequencer) holdBack(day state.Date) [][]*item {
	held := make([][]*item, len(s.items))
	for lane, items := range s.items {
		at := slices.IndexFunc(items, func(it *item) bool { return it.day >= day })
		if at < 0 {
			at = len(items)
		}
		held[lane], s.items[lane] = items[at:], items[:at:at]
	}
	return held
}
