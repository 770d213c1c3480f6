package worktime

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
)

// Zones whose clocks are put forward and back in both hemispheres, at midnight, by half an hour and by two; whose offsets are no whole
// hours; that have left out a day; and one that keeps still.
var zones = []string{
	"Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Sao_Paulo", "Australia/Lord_Howe", "Antarctica/Troll", "America/St_Johns",
	"Asia/Tehran", "Asia/Kathmandu", "Pacific/Chatham", "Pacific/Apia", "Asia/Gaza", "Africa/Casablanca", "Asia/Shanghai", "UTC",
}

// drawHours are hours of anybody: any part of a day, any weekend, holidays and days made up around a date.
func drawHours(t *rapid.T, around state.Date) Hours {
	where, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	h := Hours{Zone: where}
	h.From = Minute(rapid.IntRange(0, 1438).Draw(t, "from"))
	h.To = Minute(rapid.IntRange(int(h.From)+1, int(EndOfDay)).Draw(t, "to"))
	var weekend []time.Weekday
	var holidays, makeUp []state.Date
	off := rapid.IntRange(0, 1<<7-2).Draw(t, "weekend")
	for w := time.Sunday; w <= time.Saturday; w++ {
		if off>>w&1 != 0 {
			weekend = append(weekend, w)
		}
	}
	for d := around - 3; d < around+12; d++ {
		switch odd := rapid.IntRange(0, 3).Draw(t, "odd"); {
		case odd == 0:
			holidays = append(holidays, d)
		case odd == 1 && off>>d.Weekday()&1 != 0:
			makeUp = append(makeUp, d)
		}
	}
	if h.Days, err = state.NewCalendar(weekend, holidays); err != nil {
		t.Fatal(err)
	}
	if h.Days, err = h.Days.WithMakeUp(makeUp); err != nil {
		t.Fatal(err)
	}
	return h
}

// drawStart is a full minute of a day, often one on which clocks change: the last Sunday of March and October, the first of April,
// October and November, the second of March, and the day that Samoa left out are among those drawn.
func drawStart(t *rapid.T) state.Instant {
	day := state.DateOf(rapid.IntRange(2008, 2032).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 31).Draw(t, "day"))
	if odd := rapid.SampledFrom([]state.Date{0, 0, 0, state.DateOf(2011, 12, 29), state.DateOf(2026, 3, 29), state.DateOf(2026, 10, 25), state.DateOf(2026, 11, 1),
		state.DateOf(2018, 11, 4), state.DateOf(2026, 4, 5), state.DateOf(2026, 10, 4)}).Draw(t, "change of clocks"); odd != 0 {
		day = odd - state.Date(rapid.IntRange(0, 2).Draw(t, "before"))
	}
	return day.Start(time.UTC) + state.Instant(rapid.IntRange(0, 1439).Draw(t, "minute"))*state.Instant(time.Minute)
}

// plain reads clocks minute by minute: it is working time from when the clocks of a working day have shown From until they have shown
// To. It shares nothing with what is tested but the calendar.
type plain struct {
	*Hours
	date  string
	shown Minute // the latest that clocks have shown on the date
}

// works tells whether the minute that begins at an instant is working time. The minutes before it on its date must have been asked.
func (p *plain) works(at state.Instant) bool {
	here := time.Unix(0, int64(at)).In(p.Zone)
	if date := here.Format(time.DateOnly); date != p.date {
		p.date, p.shown = date, 0
	}
	p.shown = max(p.shown, Minute(here.Hour()*60+here.Minute()))
	year, month, day := here.Date()
	return p.Days.IsBusiness(state.DateOf(year, int(month), day)) && p.From <= p.shown && p.shown < p.To
}

func TestADeadlineIsThatManyMinutesOfWorkAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := drawStart(t)
		h := drawHours(t, start.Date(time.UTC))
		minutes := rapid.IntRange(0, 6*int(h.To-h.From)).Draw(t, "minutes")
		minute := state.Instant(time.Minute)
		p := plain{Hours: &h}
		for before := start - 26*60*minute; before < start; before += minute {
			p.works(before) // so that it has seen the whole of the first day
		}
		want, left := start, minutes
		for ; left > 0 || minutes == 0 && !p.works(want); want += minute {
			if minutes > 0 && p.works(want) {
				left--
			}
		}
		got := h.Add(start, Amount{Time: time.Duration(minutes) * time.Minute})
		if got != want {
			t.Fatalf("%d minutes after %s: got %s, want %s", minutes, start.Time().In(h.Zone), got.Time().In(h.Zone), want.Time().In(h.Zone))
		}
		if passed := h.Between(start, got); passed != time.Duration(minutes)*time.Minute {
			t.Fatalf("got %s of working time in between, want %d minutes", passed, minutes)
		}
	})
}

func TestDeadlinesKeepTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := drawStart(t)
		h := drawHours(t, start.Date(time.UTC))
		second := func(label string) time.Duration {
			return time.Duration(rapid.IntRange(0, 6*60*int(h.To-h.From)).Draw(t, label)) * time.Second
		}
		amount := Amount{rapid.IntRange(0, 5).Draw(t, "days"), second("time")}
		due := h.Add(start, amount)
		if later := start + state.Instant(second("begins later")); h.Add(later, amount) < due {
			t.Fatalf("what begins at %s is due before what begins at %s", later, start)
		}
		more := amount
		more.Days += rapid.IntRange(0, 2).Draw(t, "more days")
		more.Time += second("more time")
		if h.Add(start, more) < due {
			t.Fatalf("%+v is due before %+v", more, amount)
		}
		if first := h.Next(start); due < first || !h.Include(first) || h.Between(start, first) != 0 {
			t.Fatalf("due at %s, but work begins at %s", due, first)
		}
		if rest := h.Add(due, more); h.Between(start, due)+h.Between(due, rest) != h.Between(start, rest) {
			t.Fatalf("working time from %s over %s to %s is not the sum of its parts", start, due, rest)
		}
	})
}
