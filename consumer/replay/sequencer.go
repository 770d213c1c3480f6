package replay

import (
	"cmp"
	"slices"
	"strings"

	"tocsin/consumer"
	"tocsin/state"
)

// lines is a decoded block of lines, in input order.
type lines struct {
	items    []item
	refusals []refusal
	read     int64 // bytes read so far, of all inputs
}

// sequencer deals lines to the days and days to the lanes. It is the one place where customers meet: registry events
// find theirs here, and the day on which the first base limit became known is noted.
type sequencer struct {
	backtest *Backtest
	sorted   bool // keep everything and sort it by day before anything is played
	players  *players
	routing  consumer.Routing

	day      state.Day // the day being collected
	buffers  [][]*item // of that day, by lane
	parties  []*item   // of that day: registry events and profiles that name identifiers
	all      []*item   // when sorted
	counts   Counts
	refusals []refusal
	lastDay  state.Date
}

func newSequencer(b *Backtest, p *players, sorted bool) *sequencer {
	return &sequencer{
		backtest: b, sorted: sorted, players: p, buffers: make([][]*item, b.Workers),
		routing: consumer.Routing{Rows: make(map[state.Identifier]*state.Identity)},
	}
}

// run takes the blocks in input order. It returns errOrder when the input has to be sorted first.
func (s *sequencer) run(blocks <-chan *lines) error {
	for block := range blocks {
		s.counts.Lines += len(block.items) + len(block.refusals)
		s.counts.Refused += len(block.refusals)
		if s.backtest.Rejects != nil {
			s.refusals = append(s.refusals, block.refusals...)
		}
		for i := range block.items {
			it := &block.items[i]
			s.lastDay = max(s.lastDay, it.day)
			switch {
			case s.sorted:
				s.all = append(s.all, it)
			case it.day < s.day.Date:
				return errOrder
			default:
				s.deal(it)
			}
		}
		s.progress(block.read)
	}
	if s.sorted {
		slices.SortStableFunc(s.all, func(a, b *item) int { return cmp.Compare(a.day, b.day) })
		for i, it := range s.all {
			s.all[i] = nil
			s.deal(it)
		}
	}
	s.flush()
	return nil
}

// deal puts an item into its day.
func (s *sequencer) deal(it *item) {
	if until := s.backtest.Until; until != 0 && it.day > until {
		s.counts.Accepted++ // known later than the last day: checked and left
		return
	}
	if it.day > s.day.Date {
		s.flush()
		s.day = state.Day{Date: it.day, Config: s.backtest.Engine.Config, FirstLimit: s.day.FirstLimit}
	}
	switch {
	case it.event.Kind == state.KindHeartbeat:
		s.counts.Accepted++
		return
	case len(consumer.Identifiers(&it.event)) > 0:
		s.parties = append(s.parties, it)
		return
	case it.event.Kind == state.KindLimit && s.day.FirstLimit == 0 && it.event.Body.(*state.LimitRevision).Type == state.LimitBase:
		s.day.FirstLimit = s.day.Date
	}
	s.hand(it)
}

// hand gives an item to its customer's lane.
func (s *sequencer) hand(it *item) {
	lane := laneOf(it.event.Customer, len(s.buffers))
	s.buffers[lane] = append(s.buffers[lane], it)
}

// flush plays the collected day.
func (s *sequencer) flush() {
	if s.day.Date == 0 {
		return
	}
	s.route()
	s.players.play(s.day, s.buffers)
	for i := range s.buffers {
		s.buffers[i] = make([]*item, 0, len(s.buffers[i]))
	}
}

// route finds the customers of the day's registry events, in the order in which they became known: what a profile
// brings along becomes known to its customer with the profile.
func (s *sequencer) route() {
	slices.SortStableFunc(s.parties, func(a, b *item) int {
		return cmp.Or(cmp.Compare(a.event.KnownAt, b.event.KnownAt), strings.Compare(a.event.Source, b.event.Source), strings.Compare(a.event.ID, b.event.ID))
	})
	for _, it := range s.parties {
		s.rows(&it.event)
		own := it.event.Kind == state.KindProfile
		outcome := s.routing.Route(&it.event, func(id state.CustomerID, given state.Event) {
			line := lineRef{file: -1}
			if own {
				line, own = it.line, false
			}
			given.KnownAt = it.event.KnownAt
			s.hand(&item{event: given, line: line, day: it.day})
		})
		if it.event.Kind == state.KindRegistry {
			s.tally(outcome)
		}
	}
	s.parties = s.parties[:0]
}

func (s *sequencer) rows(ev *state.Event) {
	for _, key := range consumer.Identifiers(ev) {
		if s.routing.Rows[key] == nil {
			s.routing.Rows[key] = &state.Identity{Key: key}
		}
	}
}

// tally counts a registry event by what it was against those known of its party.
func (s *sequencer) tally(o state.Outcome) {
	switch o {
	case state.Duplicate:
		s.counts.Duplicates++
	case state.Stale:
		s.counts.Stale++
	default:
		s.counts.Accepted++
	}
}

// last is the day to close last.
func (s *sequencer) last() state.Day {
	day := s.day
	day.Config = s.backtest.Engine.Config
	day.Date = s.lastDay
	if s.backtest.Until != 0 {
		day.Date = s.backtest.Until
	}
	return day
}

func (s *sequencer) progress(read int64) {
	if s.backtest.Progress != nil {
		s.backtest.Progress(Progress{Lines: s.counts.Lines, Read: read, Day: s.lastDay})
	}
}

// laneOf spreads customers over lanes (FNV-1a).
func laneOf(id state.CustomerID, lanes int) int {
	h := uint32(2166136261)
	for i := range len(id) {
		h = (h ^ uint32(id[i])) * 16777619
	}
	return int(h % uint32(lanes))
}
