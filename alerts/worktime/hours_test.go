package worktime

import (
	"strings"
	"testing"
	"time"

	"tocsin/state"
)

// at reads an instant: RFC 3339 with its offset, so that a test says which of two equal times of a clock it means.
func at(t testing.TB, text string) state.Instant {
	t.Helper()
	when, err := time.Parse("2006-01-02T15:04Z07:00", text)
	if err != nil {
		t.Fatal(err)
	}
	return state.InstantOf(when)
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	where, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return where
}

// dates reads dates that are separated by spaces.
func dates(t testing.TB, text string) (all []state.Date) {
	t.Helper()
	for word := range strings.FieldsSeq(text) {
		d, ok := state.ParseDate(word)
		if !ok {
			t.Fatalf("%q is no date", word)
		}
		all = append(all, d)
	}
	return all
}

// from is hours from one time of day to another on Monday to Friday but for holidays, and on days that make up for some.
func from(t testing.TB, where, hours, holidays, makeUp string) Hours {
	t.Helper()
	opens, closes, _ := strings.Cut(hours, "-")
	h := Hours{Zone: zone(t, where)}
	var err error
	if h.Days, err = state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, dates(t, holidays)); err != nil {
		t.Fatal(err)
	}
	if h.Days, err = h.Days.WithMakeUp(dates(t, makeUp)); err != nil {
		t.Fatal(err)
	}
	var fine, good bool
	h.From, fine = ParseMinute(opens)
	h.To, good = ParseMinute(closes)
	if !fine || !good {
		t.Fatalf("%q are no hours", hours)
	}
	if err := h.Check(); err != nil {
		t.Fatal(err)
	}
	return h
}

// China's New Year of 2026: nine days off from Sunday to Monday, and two Saturdays made up, as the State Council set it.
const (
	newYear2026 = "2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20 2026-02-23"
	madeUp2026  = "2026-02-14 2026-02-28"
)

func TestDeadlines(t *testing.T) {
	hours, days := func(n int) Amount { return Amount{Time: time.Duration(n) * time.Hour} }, func(n int) Amount { return Amount{Days: n} }
	tests := []struct {
		name, zone, hours, holidays, makeUp string
		start                               string
		in                                  Amount
		want                                string
	}{
		{"an hour of the morning", "Europe/Berlin", "09:00-17:00", "", "", "2026-11-23T10:20+01:00", hours(1), "2026-11-23T11:20+01:00"},
		{"what is left goes on in the morning", "Europe/Berlin", "09:00-17:00", "", "", "2026-11-23T15:30+01:00", hours(4), "2026-11-24T11:30+01:00"},
		{"over the weekend", "Europe/Berlin", "09:00-17:00", "", "", "2026-11-27T16:00+01:00", hours(4), "2026-11-30T12:00+01:00"},
		{"what came at night counts from the morning", "Europe/Berlin", "09:00-17:00", "", "", "2026-11-23T03:00+01:00", hours(1), "2026-11-23T10:00+01:00"},
		{"what came on Sunday counts from Monday", "Europe/Berlin", "09:00-17:00", "", "", "2026-11-22T12:00+01:00", hours(1), "2026-11-23T10:00+01:00"},
		{"to the last minute of a day", "Europe/Berlin", "09:00-17:00", "", "", "2026-11-23T13:00+01:00", hours(4), "2026-11-23T17:00+01:00"},
		{"a business day is the same time of the next", "Europe/Berlin", "09:00-17:00", "", "", "2026-11-23T15:00+01:00", days(1), "2026-11-24T15:00+01:00"},
		{"a business day from the morning is that day", "Europe/Berlin", "09:00-17:00", "", "", "2026-11-23T00:00+01:00", days(1), "2026-11-23T17:00+01:00"},
		{"three business days over a weekend and a holiday", "Europe/Berlin", "09:00-17:00", "2026-11-30", "", "2026-11-26T10:00+01:00", days(3), "2026-12-02T10:00+01:00"},
		{"nothing to do is due when work begins", "Europe/Berlin", "09:00-17:00", "", "", "2026-11-27T17:00+01:00", Amount{}, "2026-11-30T09:00+01:00"},

		{"Berlin goes to summer time on a Sunday", "Europe/Berlin", "09:00-17:00", "", "", "2026-03-27T16:00+01:00", hours(2), "2026-03-30T10:00+02:00"},
		{"and back", "Europe/Berlin", "09:00-17:00", "", "", "2026-10-23T16:00+02:00", hours(2), "2026-10-26T10:00+01:00"},
		{"Sydney's summer begins in October", "Australia/Sydney", "09:00-17:00", "", "", "2026-10-02T16:00+10:00", days(1), "2026-10-05T16:00+11:00"},
		{"and ends in April", "Australia/Sydney", "09:00-17:00", "", "", "2026-04-03T16:00+11:00", days(1), "2026-04-06T16:00+10:00"},
		{"a night shift that loses an hour", "America/New_York", "00:00-08:00", "", "2026-03-08", "2026-03-07T12:00-05:00", hours(7), "2026-03-08T08:00-04:00"},
		{"and one that gains one", "America/New_York", "00:00-08:00", "", "2026-11-01", "2026-11-01T00:00-04:00", hours(9), "2026-11-01T08:00-05:00"},
		{"an hour that is skipped opens at the skip", "America/New_York", "02:30-08:00", "", "2026-03-08", "2026-03-08T00:00-05:00", hours(1), "2026-03-08T04:00-04:00"},
		{"one that comes twice closes the first time", "America/New_York", "00:30-01:30", "", "2026-11-01", "2026-11-01T00:00-04:00", hours(2), "2026-11-02T01:30-05:00"},
		{"and opens the first time", "America/New_York", "01:30-04:00", "", "2026-11-01", "2026-11-01T00:00-04:00", hours(2), "2026-11-01T02:30-05:00"},
		{"clocks that skip midnight", "America/Sao_Paulo", "00:00-08:00", "", "2018-11-04", "2018-11-03T23:00-03:00", hours(1), "2018-11-04T02:00-02:00"},
		{"half an hour of summer time on Lord Howe", "Australia/Lord_Howe", "01:00-09:00", "", "2026-10-04", "2026-10-03T12:00+10:30", hours(7), "2026-10-04T08:30+11:00"},

		{"three quarters of an hour off in Nepal", "Asia/Kathmandu", "10:00-17:00", "", "", "2026-11-23T16:30+05:45", hours(1), "2026-11-24T10:30+05:45"},
		{"and beyond the date line", "Pacific/Chatham", "08:30-16:30", "", "", "2026-11-23T16:00+13:45", hours(1), "2026-11-24T09:00+13:45"},
		{"Samoa had no 30 December 2011", "Pacific/Apia", "09:00-17:00", "", "", "2011-12-29T16:00-10:00", hours(2), "2012-01-02T10:00+14:00"},
		{"the instant's date is the zone's and not that of UTC", "America/Los_Angeles", "09:00-17:00", "", "", "2026-11-28T00:30Z", hours(1), "2026-11-30T17:30Z"},

		{"over the turn of the year", "Europe/London", "09:00-17:00", "2026-12-25 2026-12-28 2027-01-01", "", "2026-12-24T16:00Z", days(3), "2026-12-31T16:00Z"},
		{"and its holidays", "Europe/London", "09:00-17:00", "2026-12-25 2026-12-28 2027-01-01", "", "2026-12-31T16:00Z", hours(2), "2027-01-04T10:00Z"},
		{"around Chinese New Year, a Saturday made up", "Asia/Shanghai", "09:00-18:00", newYear2026, madeUp2026, "2026-02-13T15:00+08:00", days(1), "2026-02-14T15:00+08:00"},
		{"then nine days off", "Asia/Shanghai", "09:00-18:00", newYear2026, madeUp2026, "2026-02-14T15:00+08:00", days(1), "2026-02-24T15:00+08:00"},
		{"and another Saturday made up", "Asia/Shanghai", "09:00-18:00", newYear2026, madeUp2026, "2026-02-24T15:00+08:00", days(4), "2026-02-28T15:00+08:00"},
		{"not the Sunday after it", "Asia/Shanghai", "09:00-18:00", newYear2026, madeUp2026, "2026-02-28T15:00+08:00", hours(4), "2026-03-02T10:00+08:00"},
		{"day and night", "Asia/Riyadh", "00:00-24:00", "", "", "2026-11-27T23:00+03:00", hours(2), "2026-11-30T01:00+03:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := from(t, tt.zone, tt.hours, tt.holidays, tt.makeUp)
			start, want := at(t, tt.start), at(t, tt.want)
			if got := h.Add(start, tt.in); got != want {
				t.Errorf("got %s, want %s", got.Time().In(h.Zone), want.Time().In(h.Zone))
			}
			if got, want := h.Between(start, want), h.Length(tt.in); got != want {
				t.Errorf("working time until then: got %s, want %s", got, want)
			}
		})
	}
}

func TestQuietHoursPutOffWhatComesInThem(t *testing.T) {
	h := from(t, "Europe/Berlin", "07:00-20:00", "2026-12-25", "")
	for _, tt := range []struct{ comes, told string }{
		{"2026-11-23T12:00+01:00", "2026-11-23T12:00+01:00"},
		{"2026-11-23T19:59+01:00", "2026-11-23T19:59+01:00"},
		{"2026-11-23T20:00+01:00", "2026-11-24T07:00+01:00"},
		{"2026-11-24T06:59+01:00", "2026-11-24T07:00+01:00"},
		{"2026-11-27T22:00+01:00", "2026-11-30T07:00+01:00"},
		{"2026-12-24T21:00+01:00", "2026-12-28T07:00+01:00"},
		{"2026-03-28T23:00+01:00", "2026-03-30T07:00+02:00"},
	} {
		comes, told := at(t, tt.comes), at(t, tt.told)
		if got := h.Next(comes); got != told {
			t.Errorf("%s: got %s, want %s", tt.comes, got.Time().In(h.Zone), tt.told)
		}
		if got, want := h.Include(comes), comes == told; got != want {
			t.Errorf("%s: got include %v, want %v", tt.comes, got, want)
		}
	}
}

// Where a zone's changes of clocks follow a rule, package time is wrong about the last day of a leap year.
func TestEveryDayOfALeapYearEnds(t *testing.T) {
	h := from(t, "America/New_York", "09:00-17:00", "", "")
	for d := state.DateOf(2096, 12, 28); d <= state.DateOf(2097, 1, 1); d++ {
		if h.Days.IsBusiness(d) {
			midnight := d.Start(h.Zone)
			if got, want := h.Add(midnight, Amount{Days: 1}), midnight+state.Instant(17*time.Hour); got != want {
				t.Errorf("%s: got %s, want %s", d, got, want)
			}
		}
	}
}

func TestWorkingTimeGoesForwardOnly(t *testing.T) {
	h := from(t, "Europe/Berlin", "09:00-17:00", "", "")
	monday, tuesday := at(t, "2026-11-23T16:00+01:00"), at(t, "2026-11-24T10:00+01:00")
	if got := h.Between(monday, tuesday); got != 2*time.Hour {
		t.Errorf("got %s, want 2h", got)
	}
	if got := h.Between(tuesday, monday); got != 0 {
		t.Errorf("backwards: got %s, want none", got)
	}
}

func TestHoursInWhichNobodyWorksAreRefused(t *testing.T) {
	for _, h := range []Hours{
		{From: 9 * 60, To: 17 * 60},
		{Zone: time.UTC, From: 17 * 60, To: 9 * 60},
		{Zone: time.UTC, From: 540, To: 540},
		{Zone: time.UTC, From: -1, To: 540},
		{Zone: time.UTC, From: 540, To: EndOfDay + 1},
	} {
		if h.Check() == nil {
			t.Errorf("%+v: got no error", h)
		}
	}
}

func TestTimesOfDay(t *testing.T) {
	for text, want := range map[string]Minute{"00:00": 0, "09:05": 545, "23:59": 1439, "24:00": EndOfDay} {
		if got, ok := ParseMinute(text); !ok || got != want || got.String() != text {
			t.Errorf("%s: got %d (%s) %v, want %d", text, got, got, ok, want)
		}
	}
	for _, text := range []string{"", "9:00", "09:60", "24:01", "25:00", "09-00", "0900x", "+9:00", "09:0a"} {
		if got, ok := ParseMinute(text); ok {
			t.Errorf("%q: got %s, want none", text, got)
		}
	}
}
