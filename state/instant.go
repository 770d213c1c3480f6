package state

import "time"

// Instant is a point in time in nanoseconds since 1970-01-01T00:00:00Z; as an optional value zero is "not told".
type Instant int64

// day is a day of 24 hours, for instants in UTC alone.
const day = Instant(24 * time.Hour)

// InstantOf is the instant of a time.
func InstantOf(t time.Time) Instant { return Instant(t.UnixNano()) }

// Time is the instant as a time in UTC.
func (i Instant) Time() time.Time { return time.Unix(0, int64(i)).UTC() }

// Date is the calendar date on which the instant falls in a zone.
func (i Instant) Date(zone *time.Location) Date {
	if zone != time.UTC {
		_, offset := time.Unix(0, int64(i)).In(zone).Zone()
		i += Instant(offset) * Instant(time.Second)
	}
	days := i / day
	if i%day < 0 {
		days--
	}
	return Date(days) + 1
}

// String is the instant in UTC as RFC 3339 with no more decimals than it has.
func (i Instant) String() string { return i.Time().Format(time.RFC3339Nano) }
