// Package worktime counts in the time in which people work: when a deadline is that lies so many hours or business days ahead, how
// much working time has passed, and when somebody may be told of something that comes at night.
//
// It knows no clock and no configuration. An instant goes in, an instant comes out.
//
// # What counts as working time
//
// On each working day there is one stretch of it: it begins when the clocks of the zone first show From, and ends when they first show
// To. Where they are put forward over one of the two, that is the instant at which they are; where they are put back, an hour that
// comes a second time neither opens nor closes anything again. Time is what passes, not what clocks show: a stretch in which clocks are
// put forward is an hour shorter. A business day of a deadline is as long as the stretch of a usual day.
//
// # Why one type
//
// Quiet hours are what is left of the days when somebody may be told of something: with quiet from 20:00 to 07:00, the Hours are 07:00
// to 20:00, and what comes at night waits for [Hours.Next]. A second type for the same arithmetic would have to be kept equal to it.
package worktime

import (
	"errors"
	"fmt"
	"time"

	"tocsin/state"
)

// Hours are when somebody works, or may be disturbed. They are a value that nobody changes.
type Hours struct {
	Zone     *time.Location // whose clocks From and To are read on
	Days     state.Calendar // on which there are any, by the dates of Zone
	From, To Minute         // From is before To
}

// Check refuses hours in which nobody ever works.
func (h *Hours) Check() error {
	switch {
	case h.Zone == nil:
		return errors.New("working hours: no time zone")
	case h.From < 0 || h.To > EndOfDay || h.From >= h.To:
		return fmt.Errorf("working hours: %s to %s is no part of a day", h.From, h.To)
	}
	return nil
}

// Include tells whether an instant is working time.
func (h *Hours) Include(at state.Instant) bool { return h.Next(at) == at }

// Next is the first instant of working time that is not before at.
func (h *Hours) Next(at state.Instant) state.Instant { return h.Add(at, Amount{}) }

// Add is the first instant at which so much working time has passed since start. Work that is due in no time at all is due at the next
// instant of working time. The amount is not negative.
func (h *Hours) Add(start state.Instant, a Amount) state.Instant {
	left := state.Instant(h.Length(a))
	for d := start.Date(h.Zone); ; d++ {
		opens, closes := h.on(d)
		opens = max(opens, start)
		if opens >= closes {
			continue
		}
		if left <= closes-opens {
			return opens + left
		}
		left -= closes - opens
	}
}

// Between is the working time from one instant to another; none where the other is not later.
func (h *Hours) Between(from, to state.Instant) time.Duration {
	passed := state.Instant(0)
	for d := from.Date(h.Zone); d <= to.Date(h.Zone); d++ {
		opens, closes := h.on(d)
		passed += max(0, min(closes, to)-max(opens, from))
	}
	return time.Duration(passed)
}

// Length is an amount of working time as a duration.
func (h *Hours) Length(a Amount) time.Duration {
	return time.Duration(a.Days)*time.Duration(h.To-h.From)*time.Minute + a.Time
}

// on is the stretch of working time of a date. On a date without any it is empty.
func (h *Hours) on(d state.Date) (opens, closes state.Instant) {
	if !h.Days.IsBusiness(d) {
		return 0, 0
	}
	return h.when(d, h.From), h.when(d, h.To)
}

// when is the first instant of a date at which the clocks show at least a time of day; if they never do, the end of the date.
//
// On the last day of a leap year, where a zone's changes follow a rule and are not listed, package time tells that the offset in force
// has ended a day ago. No rule changes clocks on that day.
func (h *Hours) when(d state.Date, m Minute) state.Instant {
	at, end := d.Start(h.Zone), (d + 1).Start(h.Zone)
	shown := d.Start(time.UTC) + state.Instant(m)*state.Instant(time.Minute) // were clocks those of UTC
	for at < end {
		here := time.Unix(0, int64(at)).In(h.Zone)
		_, offset := here.Zone()
		_, change := here.ZoneBounds()
		until := end
		if change.After(here) {
			until = min(end, state.InstantOf(change))
		}
		if first := max(at, shown-state.Instant(offset)*state.Instant(time.Second)); first < until {
			return first
		}
		at = until
	}
	return end
}
