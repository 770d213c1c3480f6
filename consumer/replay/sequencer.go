package replay

import (
	"cmp"
	"slices"
	"strings"

	"tocsin/consumer"
	"tocsin/state"
)

// sequencer deals lines to days, and chapters of days to the lanes. It is the one place where customers meet: registry events
// find theirs here, and the day on which the first base limit became known is noted.
type sequencer struct {
	backtest *Backtest
	sorted   bool // keep everything and sort it by day before anything is played
	players  *players
	routing  consumer.Routing
	kinship  kinship

	day        state.Date // the day being collected
	firstLimit state.Date
	rates      *state.Rates       // as the chapters before knew them
	intake     state.RateIntake   // of what the chapter being collected adds
	core       []state.CustomerID // in force on the chapter being collected, as far as somebody asks
	reclassed  []state.CustomerID // with its first day
	affiliates *state.Affiliates  // corporate groups, as the chapters before have told them
	turned     []state.CustomerID // whose group is another one from turnedOn on, the day after the last chapter
	turnedOn   state.Date
	concerned  map[state.CustomerID]bool // who have to do with a group
	regroups   bool                      // one may change on the day being collected
	causes     state.Causes              // in force on the chapter being collected
	disputants disputants
	items      [][]*item // of the chapter being collected, by lane
	collected  int       // how many of them
	parties    []*item   // of the day: registry events, profiles that name identifiers, and exchange rates
	blocks     []*lines  // that hold these items; the last one may hold further ones
	all        []*item   // when sorted
	counts     Counts
	refusals   []refusal
	lastDay    state.Date
}

func newSequencer(b *Backtest, p *players, sorted bool) *sequencer {
	return &sequencer{
		backtest: b, sorted: sorted, players: p, items: make([][]*item, b.Workers),
		routing: consumer.Routing{Rows: make(map[state.Identifier]*state.Identity)}, kinship: newKinship(b.Workers),
	}
}

// run takes the blocks in input order. It returns errOrder when the input has to be sorted first.
func (s *sequencer) run(blocks <-chan *lines) error {
	for block := range blocks {
		s.counts.Lines += len(block.items) + block.refused
		s.counts.Refused += block.refused
		s.refusals = append(s.refusals, block.refusals...)
		s.blocks = append(s.blocks, block)
		for i := range block.items {
			it := &block.items[i]
			s.lastDay = max(s.lastDay, it.day)
			switch {
			case s.sorted:
				s.all = append(s.all, it)
			case it.day < s.day:
				return errOrder
			default:
				s.deal(it)
			}
		}
		s.progress(block.read)
	}
	if s.sorted {
		slices.SortStableFunc(s.all, func(a, b *item) int { return cmp.Compare(a.day, b.day) })
		s.blocks = nil // their items lie anywhere
		for i, it := range s.all {
			s.all[i] = nil
			s.deal(it)
		}
	}
	s.end()
	return nil
}

// deal puts an item into its day.
func (s *sequencer) deal(it *item) {
	if until := s.backtest.Until; until != 0 && it.day > until {
		s.counts.Accepted++ // known later than the last day: checked and left
		return
	}
	if it.day > s.day {
		s.endDay()
		s.skipTo(it.day)
	}
	switch {
	case it.event.Kind == state.KindHeartbeat:
		s.counts.Accepted++
		return
	case it.event.Kind == state.KindRate, len(consumer.Identifiers(&it.event)) > 0:
		s.parties = append(s.parties, it)
		return
	case it.event.Kind == state.KindLimit && s.firstLimit == 0 && it.event.Body.(*state.LimitRevision).Type == state.LimitBase:
		s.firstLimit = s.day
	}
	s.hand(it)
}

// hand gives an item to its customer's lane.
func (s *sequencer) hand(it *item) {
	s.kinship.note(&it.event)
	s.noteAffiliate(&it.event)
	s.disputants.note(&it.event)
	s.items[it.lane] = append(s.items[it.lane], it)
	s.collected++
}

// endDay ends the collected day, and the chapter if that has grown enough. The block in hand goes on into the next one.
func (s *sequencer) endDay() {
	s.route()
	if s.collected < s.backtest.chapter && !s.daily() && !s.regroups {
		return
	}
	whole := max(len(s.blocks)-1, 0)
	if blocks := s.blocks[:whole:whole]; s.daily() {
		s.playAndSurvey(s.day, blocks, s.weighs())
	} else {
		s.play(s.take(s.day, blocks))
	}
	s.blocks = slices.Clone(s.blocks[whole:])
}

// take is the chapter that was collected. Its last day may be later than that of its last item.
func (s *sequencer) take(last state.Date, blocks []*lines) *chapter {
	s.rates = s.rates.With(s.intake.Rows)
	s.intake = state.RateIntake{Rates: s.rates}
	c := &chapter{
		last: last, config: s.backtest.Engine.Config, firstLimit: s.firstLimit, rates: s.rates, names: s.backtest.Names,
		core: s.core, reclassed: s.reclassed, affiliates: s.affiliates, turned: s.turned, turnedOn: s.turnedOn, causes: s.causes,
		items: s.items, blocks: blocks, shelf: s.backtest.shelf,
	}
	s.turned = nil
	s.kinship.take(c)
	items := make([][]*item, len(s.items))
	for i := range items {
		items[i] = make([]*item, 0, len(s.items[i])*5/4)
	}
	s.items, s.collected = items, 0
	return c
}

// route takes the day's exchange rates and finds the customers of its registry events, in the order in which they became
// known: what a profile brings along becomes known to its customer with the profile.
func (s *sequencer) route() {
	slices.SortStableFunc(s.parties, func(a, b *item) int {
		return cmp.Or(cmp.Compare(a.event.KnownAt, b.event.KnownAt), strings.Compare(a.event.Source, b.event.Source), strings.Compare(a.event.ID, b.event.ID))
	})
	s.routing.Since = consumer.UnmatchedSince(s.day, s.backtest.Engine.Ledger.Zone)
	for _, it := range s.parties {
		if it.event.Kind == state.KindRate {
			s.tally(it, s.intake.Take(it.day, &it.event))
			continue
		}
		s.rows(&it.event)
		own := it.event.Kind == state.KindProfile
		outcome := s.routing.Route(&it.event, func(id state.CustomerID, given state.Event) {
			line := lineRef{file: -1}
			if own {
				line, own = it.line, false
			}
			given.KnownAt = it.event.KnownAt
			s.hand(&item{event: given, line: line, day: it.day, lane: laneOf(id, s.backtest.Workers)})
		})
		if it.event.Kind == state.KindRegistry {
			s.tally(it, outcome)
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

// tally counts a registry event by what it was against those known of its party, an exchange rate by those of its register.
func (s *sequencer) tally(it *item, o state.Outcome) {
	switch o {
	case state.Duplicate:
		s.counts.Duplicates++
	case state.Stale:
		s.counts.Stale++
	case state.ConflictLost:
		s.counts.Refused++
		if it.line.raw != nil {
			s.refusals = append(s.refusals, refusal{it.line.kept(), consumer.Conflicted(&it.event)})
		}
	default:
		s.counts.Accepted++
	}
}

// last is the day to close last.
func (s *sequencer) last() state.Day {
	day := state.Day{
		Date: s.lastDay, Config: s.backtest.Engine.Config, FirstLimit: s.firstLimit, Rates: s.rates, Names: s.backtest.Names, Core: s.core,
		Affiliates: s.affiliates, Causes: s.causes,
	}
	if s.backtest.Until != 0 {
		day.Date = s.backtest.Until
	}
	return day
}

func (s *sequencer) progress(read int64) {
	if s.backtest.Progress != nil {
		s.backtest.Progress(Progress{Lines: s.counts.Lines, Read: read, Size: s.backtest.size, Day: s.lastDay})
	}
}

// laneOf spreads customers over lanes (FNV-1a).
func laneOf(id state.CustomerID, lanes int) int32 {
	h := uint32(2166136261)
	for i := range len(id) {
		h = (h ^ uint32(id[i])) * 16777619
	}
	return int32(h % uint32(lanes))
}
