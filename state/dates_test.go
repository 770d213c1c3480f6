package state

import (
	"testing"
	"time"
)

// day of the tests: a date that is known to be well written.
func on(text string) Date {
	d, ok := ParseDate(text)
	if !ok {
		panic("no date: " + text)
	}
	return d
}

func TestDatesAgreeWithTheStandardLibrary(t *testing.T) {
	for d := on("1899-12-31"); d <= MaxDate; d += 13 {
		want := time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(d))
		year, month, dayOfMonth := d.Civil()
		if year != want.Year() || month != int(want.Month()) || dayOfMonth != want.Day() || d.Weekday() != want.Weekday() {
			t.Fatalf("day %d: got %d-%d-%d %v, want %v", d, year, month, dayOfMonth, d.Weekday(), want)
		}
		if back := DateOf(year, month, dayOfMonth); back != d {
			t.Fatalf("day %d: got %d back", d, back)
		}
		if d != 0 && d.String() != want.Format(time.DateOnly) {
			t.Fatalf("day %d: got %s, want %s", d, d, want.Format(time.DateOnly))
		}
	}
	if got := on("1970-01-01"); got != MinDate {
		t.Errorf("first day: got %d, want %d", got, MinDate)
	}
	if got := on("2199-12-31"); got != MaxDate {
		t.Errorf("last day: got %d, want %d", got, MaxDate)
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, text := range []string{
		"", "2025-1-01", "2025-13-01", "2025-00-10", "2025-02-29", "2025-04-31", "2025-01-00", "2025/01/01",
		"2025-01-01T", "+025-01-01", "２０25-01", "2025-01-0a",
	} {
		if d, ok := ParseDate(text); ok {
			t.Errorf("%q: got %v, want refused", text, d)
		}
	}
	if _, ok := ParseDate([]byte("2024-02-29")); !ok {
		t.Error("2024-02-29: refused")
	}
}

func TestFirstInstantOfADay(t *testing.T) {
	for _, c := range []struct{ zone, date, want string }{
		{"UTC", "2025-03-30", "2025-03-30T00:00:00Z"},
		{"Asia/Shanghai", "2025-03-30", "2025-03-29T16:00:00Z"},
		{"Europe/Berlin", "2025-03-30", "2025-03-29T23:00:00Z"},
		{"Europe/Berlin", "2025-03-31", "2025-03-30T22:00:00Z"},
		{"America/Santiago", "2024-09-08", "2024-09-08T04:00:00Z"},   // clocks go from 24:00 to 01:00
		{"America/Asuncion", "2010-10-03", "2010-10-03T04:00:00Z"},   // the same
		{"America/Havana", "2024-11-03", "2024-11-03T04:00:00Z"},     // 01:00 back to 00:00: midnight comes twice
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},       // a day that never was: the next begins
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},       //
		{"Pacific/Kiritimati", "2025-01-01", "2024-12-31T10:00:00Z"}, // 14 hours ahead
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := on(c.date).Start(zone).String(); got != c.want {
			t.Errorf("%s in %s: got %s, want %s", c.date, c.zone, got, c.want)
		}
	}
}

func TestInstant(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	late := InstantOf(time.Date(2025, 3, 1, 23, 30, 0, 250_000_000, time.UTC))
	if got, want := late.String(), "2025-03-01T23:30:00.25Z"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := late.Date(time.UTC), on("2025-03-01"); got != want {
		t.Errorf("UTC: got %v, want %v", got, want)
	}
	if got, want := late.Date(shanghai), on("2025-03-02"); got != want {
		t.Errorf("Shanghai: got %v, want %v", got, want)
	}
	if got, want := Instant(-1).Date(time.UTC), Date(0); got != want {
		t.Errorf("before 1970: got %d, want %d", got, want)
	}
}

func TestCalendar(t *testing.T) {
	calendar := weekdays(t, "2025-05-01", "2025-05-02")
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2025-04-30", 1, "2025-05-05"}, // over two holidays and a weekend
		{"2025-03-14", 3, "2025-03-19"}, // T-D02-1's deadline
		{"2025-03-15", 1, "2025-03-17"}, // counted from a Saturday
		{"2025-03-15", 0, "2025-03-15"},
	} {
		if got := calendar.AddBusinessDays(on(c.from), c.n); got != on(c.want) {
			t.Errorf("%s + %d business days: got %v, want %s", c.from, c.n, got, c.want)
		}
	}
	if got := calendar.Roll(on("2025-05-01")); got != on("2025-05-05") {
		t.Errorf("roll: got %v", got)
	}
	if got := (Calendar{}).Roll(on("2025-05-03")); got != on("2025-05-03") {
		t.Errorf("no weekend: got %v", got)
	}
	if _, err := NewCalendar([]time.Weekday{0, 1, 2, 3, 4, 5, 6}, nil); err == nil {
		t.Error("a week without business days: want an error")
	}
}

// China had nine days off around New Year of 2026, and worked on the Saturday before and on the one after.
func TestDaysOfTheWeekendThatMakeUpForHolidays(t *testing.T) {
	plain := weekdays(t, "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-23")
	calendar, err := plain.WithMakeUp([]Date{on("2026-02-28"), on("2026-02-14"), on("2026-02-28")})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]bool{
		"2026-02-13": true, "2026-02-14": true, "2026-02-15": false, "2026-02-16": false, "2026-02-21": false, "2026-02-23": false,
		"2026-02-24": true, "2026-02-28": true, "2026-03-01": false, "2026-03-07": false,
	} {
		if got := calendar.IsBusiness(on(day)); got != want {
			t.Errorf("%s: got business day %v, want %v", day, got, want)
		}
	}
	if got := calendar.AddBusinessDays(on("2026-02-13"), 2); got != on("2026-02-24") {
		t.Errorf("two business days after the Friday: got %v, want 2026-02-24", got)
	}
	if plain.IsBusiness(on("2026-02-14")) {
		t.Error("the calendar that it was made of has changed")
	}
	for _, day := range []string{"2026-02-13", "2026-02-16"} {
		if _, err := plain.WithMakeUp([]Date{on(day)}); err == nil {
			t.Errorf("%s makes up for a holiday: want an error", day)
		}
	}
	holiday, err := NewCalendar([]time.Weekday{time.Saturday}, []Date{on("2026-02-14")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holiday.WithMakeUp([]Date{on("2026-02-14")}); err == nil {
		t.Error("a Saturday that is a holiday makes up for one: want an error")
	}
}

// weekdays is the calendar of the vectors: Monday to Friday, with holidays where given.
func weekdays(t testing.TB, holidays ...string) Calendar {
	t.Helper()
	var dates []Date
	for _, h := range holidays {
		dates = append(dates, on(h))
	}
	c, err := NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, dates)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTermsDue(t *testing.T) { // T-DUE-1 to T-DUE-5
	calendar := weekdays(t)
	for _, c := range []struct{ issue, terms, due, effective string }{
		{"2024-01-31", "NET30", "2024-03-01", "2024-03-01"},
		{"2024-01-31", "EOM+30", "2024-03-01", "2024-03-01"},
		{"2024-01-31", "30 EOM", "2024-03-31", "2024-04-01"},
		{"2024-01-31", "+1M", "2024-02-29", "2024-02-29"},
		{"2025-01-31", "NET30", "2025-03-02", "2025-03-03"},
		{"2025-01-31", "+1M", "2025-02-28", "2025-02-28"},
		{"2025-02-10", "NET 30", "2025-03-12", "2025-03-12"},
		{"2025-02-10", "EOM+30", "2025-03-30", "2025-03-31"},
		{"2025-02-10", "30EOM", "2025-03-31", "2025-03-31"},
		{"2025-12-05", "30 EOM", "2026-01-31", "2026-02-02"},
		{"2024-02-29", "+12M", "2025-02-28", "2025-02-28"},
		{"2025-01-10", "MFI 15", "2025-02-15", "2025-02-17"},
		{"2025-01-10", "MFI31", "2025-02-28", "2025-02-28"},
		{"2025-02-10", "2/10 n30", "2025-03-12", "2025-03-12"},
	} {
		terms, err := ParseTerms(c.terms)
		if err != nil {
			t.Fatal(err)
		}
		due := terms.Due(on(c.issue), 0)
		if due != on(c.due) || calendar.Roll(due) != on(c.effective) {
			t.Errorf("%s %s: got %v, rolled %v, want %s, rolled %s", c.issue, c.terms, due, calendar.Roll(due), c.due, c.effective)
		}
	}
}

func TestTermsFromDeliveryAndDiscount(t *testing.T) {
	delivered, err := ParseTerms("DEL 10")
	if err != nil {
		t.Fatal(err)
	}
	if got := delivered.Due(on("2025-01-01"), on("2025-01-20")); got != on("2025-01-30") {
		t.Errorf("DEL 10: got %v, want 2025-01-30", got)
	}
	if got := delivered.Due(on("2025-01-01"), 0); got != 0 {
		t.Errorf("DEL 10 without a delivery: got %v, want none", got)
	}
	discount, err := ParseTerms("2/10 NET 30")
	if err != nil {
		t.Fatal(err)
	}
	if got := discount.DiscountUntil(on("2025-01-01")); got != on("2025-01-11") {
		t.Errorf("2/10: got %v, want 2025-01-11", got)
	}
	for _, text := range []string{"", "NET", "NETX", "EOM", "MFI", "+M", "2/10", "-30EOM", "NET123456", "x/10n30"} {
		if terms, err := ParseTerms(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, terms)
		}
	}
}
