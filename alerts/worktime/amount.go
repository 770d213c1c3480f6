package worktime

import (
	"fmt"
	"time"
)

// Amount is an amount of working time.
type Amount struct {
	Days int           // business days, each as long as the working time of a usual one
	Time time.Duration // and this much of it beside
}

// Minute is a time of day in minutes since midnight, as clocks show it.
type Minute int16

// EndOfDay is the midnight at which a day ends.
const EndOfDay Minute = 24 * 60

// ParseMinute reads HH:MM from 00:00 to 24:00.
func ParseMinute(text string) (Minute, bool) {
	if len(text) != 5 || text[2] != ':' {
		return 0, false
	}
	for _, at := range [...]int{0, 1, 3, 4} {
		if text[at] < '0' || text[at] > '9' {
			return 0, false
		}
	}
	hour, minute := Minute(text[0]-'0')*10+Minute(text[1]-'0'), Minute(text[3]-'0')*10+Minute(text[4]-'0')
	m := hour*60 + minute
	return m, minute < 60 && m <= EndOfDay
}

// String is the time as HH:MM.
func (m Minute) String() string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }
