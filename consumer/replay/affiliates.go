package replay

import (
	"maps"
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// Names in a corporate group are facts of others, in force from the day after they became known. So a day on which a profile tells of a
// group ends its chapter, and everybody waits for what the records of all who have to do with one say by then. Most ledgers tell of
// none, or of all of them on one of their first days.

// noteAffiliate notes an event that may change a group.
func (s *sequencer) noteAffiliate(ev *state.Event) {
	p, is := ev.Body.(*state.Profile)
	if !is || p.Parent == "" && !s.concerned[ev.Customer] {
		return
	}
	s.regroups = true
	if s.concerned == nil {
		s.concerned = make(map[state.CustomerID]bool)
	}
	s.concerned[ev.Customer] = true
	if p.Parent != "" {
		s.concerned[p.Parent] = true
	}
}

// play plays a chapter, and where a group may change on its last day waits for what all lanes say of it.
func (s *sequencer) play(c *chapter) {
	if !s.regroups {
		s.players.play(c)
		return
	}
	lanes := len(s.players.lanes)
	groups := make(chan []state.AffiliateRow, lanes)
	c.groups, c.concerned = groups, slices.Sorted(maps.Keys(s.concerned))
	s.players.play(c)
	var all []state.AffiliateRow
	for range lanes {
		all = append(all, <-groups...)
	}
	s.regroup(c.last, all)
}

// regroup has the next chapter read what the groups are after one that has been played; rows are the lanes' answers.
func (s *sequencer) regroup(day state.Date, rows []state.AffiliateRow) {
	rows = slices.DeleteFunc(rows, func(r state.AffiliateRow) bool { return s.affiliates.Says(&r) })
	s.regroups = false
	if len(rows) == 0 {
		return
	}
	s.affiliates = s.affiliates.With(rows)
	s.turned, s.turnedOn = s.affiliates.Turned(day+1), day+1
}

// affiliatesOf are what the records of a lane's customers say of groups.
func (l *lane) affiliatesOf(concerned []state.CustomerID, day state.Date) (rows []state.AffiliateRow) {
	for _, id := range concerned {
		e := l.records[id]
		if e == nil || e.panicked {
			continue
		}
		if row, known := e.record.Customer.Affiliate(day, detectors.NameDigest); known {
			row.Seq = uint64(day)
			rows = append(rows, row)
		}
	}
	return rows
}

// turn has those judged whose group is another one since a day of the chapter began.
func (l *lane) turn() {
	for _, id := range l.chapter.turned {
		if e := l.records[id]; e != nil {
			l.touch(e)
			if day := l.chapter.turnedOn; e.alarm == 0 || e.alarm > day {
				e.alarm = day
			}
		}
	}
}
