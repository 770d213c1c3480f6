package state

import "time"

// Date is a calendar date of the selling entity, counted in days: 1970-01-01 is day 1, and the zero Date is "none".
type Date int32

// The dates that the contract takes.
const (
	MinDate Date = 1     // 1970-01-01
	MaxDate Date = 84006 // 2199-12-31
)

// DateOf is the date of a year, month (1 to 12) and day of the proleptic Gregorian calendar.
func DateOf(year, month, day int) Date {
	// Years begin in March, so that the leap day is the last of its year; eras are of 400 years.
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(year, 400)
	yearOfEra := year - era*400
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return Date(era*146097 + dayOfEra - 719468 + 1)
}

// Civil is the date's year, month (1 to 12) and day.
func (d Date) Civil() (year, month, day int) {
	n := int(d) - 1 + 719468
	era := floorDiv(n, 146097)
	dayOfEra := n - era*146097
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	shifted := (5*dayOfYear + 2) / 153
	day = dayOfYear - (153*shifted+2)/5 + 1
	month = shifted + 3
	year = yearOfEra + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// ParseDate reads YYYY-MM-DD; false when the text is no date of the calendar. Whether the date is within the contract's
// bounds is the caller's to check: the last day of 1969 reads as the zero Date.
func ParseDate[T ~string | ~[]byte](text T) (Date, bool) {
	if len(text) != 10 || text[4] != '-' || text[7] != '-' {
		return 0, false
	}
	var number [10]int
	for i := range 10 {
		if i == 4 || i == 7 {
			continue
		}
		digit := text[i] - '0'
		if digit > 9 {
			return 0, false
		}
		number[i] = int(digit)
	}
	year := number[0]*1000 + number[1]*100 + number[2]*10 + number[3]
	month, day := number[5]*10+number[6], number[8]*10+number[9]
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	return DateOf(year, month, day), true
}

// String is the date as YYYY-MM-DD; empty for "none".
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return string(d.Append(make([]byte, 0, 10)))
}

// Append appends the date as YYYY-MM-DD, for years of four digits.
func (d Date) Append(buf []byte) []byte {
	year, month, day := d.Civil()
	return append(buf,
		byte('0'+year/1000%10), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), '-',
		byte('0'+month/10), byte('0'+month%10), '-',
		byte('0'+day/10), byte('0'+day%10))
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday {
	const first = 3 // day 0, the last of 1969, was a Wednesday
	return time.Weekday(((int(d)+first)%7 + 7) % 7)
}

// AddMonths is the same day n months later; where that month is shorter, its last day.
func (d Date) AddMonths(n int) Date {
	year, month, day := d.Civil()
	months := year*12 + month - 1 + n
	year, month = floorDiv(months, 12), months-floorDiv(months, 12)*12+1
	return DateOf(year, month, min(day, daysIn(year, month)))
}

// EndOfMonth is the last day of the date's month.
func (d Date) EndOfMonth() Date {
	year, month, _ := d.Civil()
	return DateOf(year, month, daysIn(year, month))
}

// Start is the first instant of the date in a zone. Where clocks skip midnight, it is the instant of the skip.
func (d Date) Start(zone *time.Location) Instant {
	midnight := Instant(d-1) * day
	if zone == time.UTC {
		return midnight
	}
	year, month, dayOfMonth := d.Civil()
	guess := InstantOf(time.Date(year, time.Month(month), dayOfMonth, 0, 0, 0, 0, zone))
	if guess.Date(zone) == d && (guess-1).Date(zone) < d {
		return guess
	}
	before, after := midnight-2*day, midnight+2*day // no zone is two days off
	for after-before > 1 {
		if middle := before + (after-before)/2; middle.Date(zone) < d {
			before = middle
		} else {
			after = middle
		}
	}
	return after
}

// daysIn is the number of days of a month.
func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// floorDiv is a/b rounded down, for b > 0.
func floorDiv(a, b int) int {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}
