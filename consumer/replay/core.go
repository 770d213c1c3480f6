package replay

import (
	"slices"

	"tocsin/consumer"
	"tocsin/state"
)

// Shares of the whole are what the customers of all lanes make together. Where a segment reads the customer's class, verdicts
// rest on them: then each day is a chapter of its own, after which everybody waits for the core customers of the next one.
// Else only records show them, and the last day alone is played so.

// daily tells whether each day is a chapter of its own.
func (s *sequencer) daily() bool { return s.backtest.Engine.Judge.ReadsClass() }

// playAndWeigh plays the chapter that was collected, and waits for the core customers of the day after it.
func (s *sequencer) playAndWeigh(last state.Date, blocks []*lines) {
	lanes := len(s.players.lanes)
	c, parts := s.take(last, blocks), make(chan []consumer.Part, lanes)
	c.parts = parts
	s.play(c)
	var all []consumer.Part
	for range lanes {
		all = append(all, <-parts...)
	}
	next := state.DayClose{From: state.Day{Core: s.core}, Core: consumer.Core(all)}
	s.core, s.reclassed = next.Core, next.Reclassed()
}

// skipTo makes a later day the one being collected. Where each day is a chapter, those between are played without items: a
// year that ends on one of them may be another customer's largest.
func (s *sequencer) skipTo(day state.Date) {
	if s.daily() && s.day != 0 {
		for between := s.day + 1; between < day; between++ {
			s.playAndWeigh(between, nil)
		}
	}
	s.day = day
}

// end plays what is left, up to the day that is closed last. That one is a chapter of its own where somebody asks who is core
// on it.
func (s *sequencer) end() {
	s.route()
	last := s.last().Date
	switch {
	case last == 0:
		return
	case s.daily() && s.day != 0 && s.day < last:
		s.playAndWeigh(s.day, nil)
		s.skipTo(last)
	case s.regroups && s.day < last:
		s.play(s.take(s.day, nil))
	}
	if !s.daily() && s.backtest.State != nil {
		held := s.holdBack(last)
		s.playAndWeigh(last-1, nil)
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
