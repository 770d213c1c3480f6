package main

import (
	"slices"

	"tocsin/state"
)

// readAttempt is an attempt that came to nothing, and the day from which on it counts.
type readAttempt struct {
	*state.Contact
	counts state.Date
	weight int
}

// late is what is past due on a day, if that is material.
func (b *readBook) late(day state.Date) int64 {
	late := int64(0)
	for _, line := range b.lines {
		if line.effective < day && !line.settled {
			late += line.tested
		}
	}
	if !b.material(late) {
		return 0
	}
	return late
}

// attempts are those that count by a day, the heaviest of a channel and day, on days on which something was late.
func (r *reading) attempts(day state.Date) []readAttempt {
	best := map[[2]int]readAttempt{}
	for _, c := range every[*state.Contact](r) {
		a := readAttempt{c, c.ContactDate, 1}
		if c.ContactDate > day || c.Direction == state.ContactInbound || c.Outcome == state.ContactReached {
			continue
		}
		if c.Outcome == state.ContactNoReply && (c.Channel == state.ContactEmail || c.Channel == state.ContactLetter) {
			for range 3 {
				for a.counts++; !r.calendar.IsBusiness(a.counts); a.counts++ {
				}
			}
		}
		if c.Outcome == state.ContactUndeliverable {
			a.weight = 2
			if !slices.ContainsFunc(every[*state.Contact](r), func(o *state.Contact) bool { return o.Channel == c.Channel && o.ContactDate < c.ContactDate }) {
				continue
			}
		}
		key := [2]int{int(c.ContactDate), int(c.Channel)}
		if had, is := best[key]; a.counts <= day && r.book(c.ContactDate).late(c.ContactDate) > 0 &&
			(!is || had.weight < a.weight || had.weight == a.weight && had.counts > a.counts) {
			best[key] = a
		}
	}
	var out []readAttempt
	for _, a := range best {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b readAttempt) int {
		return int(a.ContactDate-b.ContactDate)*8 + int(a.Channel) - int(b.Channel)
	})
	return out
}

// heardOf tells whether the customer was heard of on a day, as known on another one; not by cash.
func (r *reading) heardOf(on, day state.Date, promises []*readPromise) bool {
	return slices.ContainsFunc(promises, func(p *readPromise) bool { return p.kept == on }) ||
		slices.ContainsFunc(every[*state.Contact](r), func(c *state.Contact) bool {
			return c.ContactDate == on && on <= day && (c.Direction == state.ContactInbound || c.Outcome == state.ContactReached)
		})
}

// lostLevel is how lost a customer is on a day, by the attempts after another one.
func (r *reading) lostLevel(attempts []readAttempt, after, day state.Date) int {
	weight := 0
	days, channels, dead := map[state.Date]bool{}, map[state.ContactChannel]bool{}, map[state.ContactChannel]bool{}
	first, last := state.Date(0), state.Date(0)
	for _, a := range attempts {
		if a.ContactDate <= after || day-a.ContactDate >= 45 || a.counts > day {
			continue
		}
		weight += a.weight
		days[a.ContactDate], channels[a.Channel] = true, true
		if a.Outcome == state.ContactUndeliverable {
			dead[a.Channel] = true
		}
		if first == 0 {
			first = a.ContactDate
		}
		last = a.ContactDate
	}
	span := 0
	for d := first; d <= last && first > 0; d++ {
		if r.calendar.IsBusiness(d) {
			span++
		}
	}
	switch {
	case weight >= 5 && len(channels) >= 2 && span >= 10 || len(dead) >= 2:
		return 3
	case weight >= 3 && len(days) >= 3 && span >= 5:
		return 2
	}
	return 0
}

func (r *reading) contactLost(b *readBook, day, _ state.Date) finding {
	if b.late(day) == 0 {
		return finding{clear: everyLevel}
	}
	attempts := r.attempts(day)
	if len(attempts) == 0 {
		return finding{clear: everyLevel}
	}
	promises := r.promised(day)
	r.finish(b, promises, day)
	cash := r.ready(b, day)
	after := attempts[0].ContactDate - 1 // nothing before counts
	for on := after; on <= day; on++ {
		var first *readAttempt
		for i := range attempts {
			if a := &attempts[i]; first == nil && a.ContactDate > after && on-a.ContactDate < 45 && a.ContactDate < on {
				first = a
			}
		}
		came, today := int64(0), false
		for _, c := range cash {
			p, _ := told[*state.Payment](r, c.payment)
			if first != nil && p.ValueDate > first.ContactDate && p.ValueDate <= on {
				came += c.amount
				today = today || p.ValueDate == on
			}
		}
		if r.heardOf(on, day, promises) || today && came*2 >= r.book(first.ContactDate).late(first.ContactDate) {
			after = on
		}
	}
	ever := 0
	for _, a := range attempts {
		if a.ContactDate > after {
			ever = max(ever, r.lostLevel(attempts, after, a.counts))
		}
	}
	f := finding{raise: r.lostLevel(attempts, after, day), clear: everyLevel}
	for l := 2; l <= ever; l++ {
		f.clear[l] = false
	}
	return f
}
