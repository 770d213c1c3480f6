package state

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Calendar tells business days: those neither on the weekend nor in the list of holidays, and the days of a weekend that make up for
// a holiday. On the zero Calendar every day is one. A calendar is a value that nobody changes.
type Calendar struct {
	weekend  uint8  // bit n: weekday n
	holidays []Date // sorted
	makeUp   []Date // on the weekend and all the same business days; sorted
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

// WithMakeUp is the calendar with days of the weekend that are business days all the same. In China they make up for the holidays
// around New Year (调休).
func (c Calendar) WithMakeUp(days []Date) (Calendar, error) {
	for _, d := range days {
		switch {
		case c.weekend>>d.Weekday()&1 == 0:
			return Calendar{}, fmt.Errorf("%s makes up for no holiday: it is a %s, which is no weekend", d, d.Weekday())
		case c.isHoliday(d):
			return Calendar{}, fmt.Errorf("%s is a holiday and makes up for one", d)
		}
	}
	c.makeUp = slices.Compact(slices.Sorted(slices.Values(days)))
	return c, nil
}

// IsBusiness tells whether the date is a business day.
func (c Calendar) IsBusiness(d Date) bool {
	if c.weekend>>d.Weekday()&1 != 0 {
		if len(c.makeUp) == 0 {
			return false
		}
		_, business := slices.BinarySearch(c.makeUp, d)
		return business
	}
	return !c.isHoliday(d)
}

func (c Calendar) isHoliday(d Date) bool {
	if len(c.holidays) == 0 {
		return false
	}
	_, holiday := slices.BinarySearch(c.holidays, d)
	return holiday
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
