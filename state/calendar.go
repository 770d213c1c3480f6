package state

import (
	"errors"
	"slices"
	"time"
)

// Calendar tells business days: those neither on the weekend nor in the list of holidays. On the zero Calendar every day
// is one. A calendar is a value that nobody changes.
type Calendar struct {
	weekend  uint8  // bit n: weekday n
	holidays []Date // sorted
}

// NewCalendar makes a calendar. The weekend may be empty, but not the whole week.
func NewCalendar(weekend []time.Weekday, holidays []Date) (Calendar, error) {
	c := Calendar{holidays: slices.Compact(slices.Sorted(slices.Values(holidays)))}
	for _, w := range weekend {
		if w < time.Sunday || w > time.Saturday {
			return Calendar{}, errors.New("weekend: no such day of the week")
		}
		c.weekend |= 1 << w
	}
	if c.weekend == 1<<7-1 {
		return Calendar{}, errors.New("weekend: no day of the week is left for business")
	}
	return c, nil
}

// IsBusiness tells whether the date is a business day.
func (c Calendar) IsBusiness(d Date) bool {
	if c.weekend>>d.Weekday()&1 != 0 {
		return false
	}
	if len(c.holidays) == 0 {
		return true
	}
	_, holiday := slices.BinarySearch(c.holidays, d)
	return !holiday
}

// Roll is the date itself if it is a business day, else the next one.
func (c Calendar) Roll(d Date) Date {
	for !c.IsBusiness(d) {
		d++
	}
	return d
}

// AddBusinessDays is the n-th business day after the date, whatever day the date is; the date itself for n = 0.
func (c Calendar) AddBusinessDays(d Date, n int) Date {
	for ; n > 0; n-- {
		d = c.Roll(d + 1)
	}
	return d
}
