package consumer

import (
	"cmp"
	"slices"

	"tocsin/consumer/contract"
	"tocsin/state"
)

// scoring counts what a batch brings, by source. One that the configuration does not name is what a publisher has written, be it somebody's
// name, and is not kept: all these are counted together, under the empty name.
type scoring struct {
	named  map[string]string // sources that the configuration names
	scores []*state.Score
	last   *state.Score // counted last, and what its source wrote: events of one mostly follow each other
	wrote  string
}

func (s *scoring) of(source string) *state.Score {
	if s.last != nil && s.wrote == source {
		return s.last
	}
	name := source
	if _, named := s.named[source]; !named {
		name = ""
	}
	at := slices.IndexFunc(s.scores, func(o *state.Score) bool { return o.Source == name })
	if at < 0 {
		at = len(s.scores)
		s.scores = append(s.scores, &state.Score{Source: name})
	}
	s.last, s.wrote = s.scores[at], source
	return s.last
}

// scores are what came of a batch's records, by source. What a batch does not move over has none, and neither has the canary, nor what is
// nobody's.
func (r *Runner) scores(b batch, work []*group, shared []heard) []state.Score {
	if len(b.advances) == 0 {
		return nil
	}
	s := scoring{named: r.Sources}
	for i := range b.arrivals {
		s.arrived(&b.arrivals[i])
	}
	for _, g := range work {
		if g.customer == Canary {
			continue
		}
		for i, at := range g.arrivals {
			switch {
			case at < 0:
			case g.waits:
				s.of(g.events[i].Source).Parked++
			default:
				s.became(&g.events[i], g.effects.Outcomes[i])
			}
		}
	}
	for _, h := range shared {
		s.became(b.arrivals[h.at].event, h.outcome)
	}
	return s.sorted()
}

// arrived counts what can be told of a record before it is applied.
func (s *scoring) arrived(a *arrival) {
	switch {
	case a.reject != nil:
		score := s.of(sourceOf(&a.record))
		score.Refuse(string(a.reject.Code))
		came(score, a)
	case a.event != nil && a.event.Customer != Canary:
		score := s.of(a.event.Source)
		came(score, a)
		score.UnknownFields += int64(a.unknown.Fields)
		score.UnknownValues += int64(a.unknown.Values)
		if !contract.KeyMatches(a.record.Key, a.event) {
			score.Misrouted++
		}
	}
}

func came(score *state.Score, a *arrival) {
	score.Last = max(score.Last, a.knownAt)
	if a.record.Elsewhere {
		score.Misplaced++
	}
}

// became counts an event by what became of it.
func (s *scoring) became(ev *state.Event, o state.Outcome) {
	score := s.of(ev.Source)
	if o == state.ConflictLost || o == state.ConflictWon {
		score.Conflicts++
	}
	switch o {
	case state.Duplicate:
		score.Duplicate++
	case state.Stale:
		score.Stale++
	case state.ConflictLost:
		score.Refuse(string(contract.RevisionConflict))
	default:
		score.Accept(ev)
	}
}

func (s *scoring) sorted() (all []state.Score) {
	slices.SortFunc(s.scores, func(a, b *state.Score) int { return cmp.Compare(a.Source, b.Source) })
	for _, one := range s.scores {
		all = append(all, *one)
	}
	return all
}
