package outbox

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/alerts/worktime"
	"tocsin/detectors"
	"tocsin/state"
)

// nights are quiet from 18:00 to 08:00, and at the weekend.
func nights(t testing.TB, zone string) *worktime.Hours {
	t.Helper()
	at, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	days, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, []state.Date{state.DateOf(2026, 12, 25)})
	if err != nil {
		t.Fatal(err)
	}
	return &worktime.Hours{Zone: at, Days: days, From: 8 * 60, To: 18 * 60}
}

func TestAWarningOfTheNightIsPostedInTheMorning(t *testing.T) {
	for _, tt := range []struct {
		name, zone, owed, want string
		severity               detectors.Level
	}{
		{"by day", "Europe/Berlin", "2026-11-23T10:00+01:00", "2026-11-23T10:00+01:00", detectors.Warning},
		{"in the evening", "Europe/Berlin", "2026-11-23T18:00+01:00", "2026-11-24T08:00+01:00", detectors.Warning},
		{"before the morning", "Europe/Berlin", "2026-11-24T07:59+01:00", "2026-11-24T08:00+01:00", detectors.Warning},
		{"critical goes at once", "Europe/Berlin", "2026-11-23T23:00+01:00", "2026-11-23T23:00+01:00", detectors.Critical},
		{"over a weekend", "Europe/Berlin", "2026-11-27T19:00+01:00", "2026-11-30T08:00+01:00", detectors.Warning},
		{"over a holiday and a weekend", "Europe/Berlin", "2026-12-24T19:00+01:00", "2026-12-28T08:00+01:00", detectors.Warning},
		{"over the turn of the year", "Europe/Berlin", "2026-12-31T19:00+01:00", "2027-01-01T08:00+01:00", detectors.Warning},
		{"Berlin goes to summer time", "Europe/Berlin", "2026-03-27T19:00+01:00", "2026-03-30T08:00+02:00", detectors.Warning},
		{"and back", "Europe/Berlin", "2026-10-23T19:00+02:00", "2026-10-26T08:00+01:00", detectors.Warning},
		{"Sydney's summer begins in October", "Australia/Sydney", "2026-10-02T19:00+10:00", "2026-10-05T08:00+11:00", detectors.Warning},
		{"and ends in April", "Australia/Sydney", "2026-04-03T19:00+11:00", "2026-04-06T08:00+10:00", detectors.Warning},
		{"the day is the reader's", "Asia/Shanghai", "2026-11-20T11:00Z", "2026-11-23T00:00Z", detectors.Warning},
	} {
		t.Run(tt.name, func(t *testing.T) {
			parse := func(text string) state.Instant {
				at, err := time.Parse("2006-01-02T15:04Z07:00", text)
				if err != nil {
					t.Fatal(err)
				}
				return state.InstantOf(at)
			}
			b := newBench()
			b.awake = nights(t, tt.zone)
			b.restart()
			b.now = parse(tt.owed)
			b.owe("a", 1, tt.severity)
			for end := later(b.now, 100*time.Hour); len(b.store.messages) > 0 && b.now < end; b.pass() {
			}
			if len(b.wall.posted) != 1 {
				t.Fatalf("got %d messages, want 1", len(b.wall.posted))
			}
			if got, want := b.wall.posted[0].at, parse(tt.want); got < want || got > later(want, time.Second) {
				t.Errorf("got a post at %s, want %s", got.Time(), want.Time())
			}
		})
	}
}

// What waits for the morning goes as the newest state, at once if that is urgent, and never if it is over by then.
func TestTheNightEndsWithTheNewestState(t *testing.T) {
	night := func() *bench {
		b := newBench()
		b.awake = nights(t, "UTC")
		b.restart()
		b.now = state.InstantOf(time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC))
		b.owe("a", 1, detectors.Warning)
		b.pass()
		return b
	}
	later := func(b *bench, severity detectors.Level) {
		b.owe("a", 2, severity)
		for range 5 {
			b.pass()
		}
	}
	if b := night(); len(b.wall.calls) != 0 {
		t.Errorf("at night: got calls %v, want none", b.wall.calls)
	}
	b := night()
	if later(b, detectors.Critical); !slices.Equal(b.wall.calls, []string{"post a"}) || len(b.store.messages) != 0 {
		t.Errorf("it grows critical: got calls %v and %d owed, want one post", b.wall.calls, len(b.store.messages))
	}
	b.owe("a", 3, detectors.Warning)
	if b.pass(); !slices.Equal(b.wall.calls, []string{"post a", "edit a"}) {
		t.Errorf("it gets better again: got calls %v, want an edit at night", b.wall.calls)
	}
	b = night()
	if later(b, detectors.None); len(b.wall.calls) != 0 || len(b.store.messages) != 0 {
		t.Errorf("it is over: got calls %v and %d owed, want nothing", b.wall.calls, len(b.store.messages))
	}
	b = night()
	later(b, detectors.Warning)
	b.drain(t)
	if !slices.Equal(b.wall.calls, []string{"post a"}) || b.wall.posted[0].shows.Seq != 2 {
		t.Errorf("two warnings: got calls %v, want the newer one posted", b.wall.calls)
	}
}

// TestNobodyIsWokenForAWarning lets cases change by day and night, calls fail and the Outbox die in any order: only what is
// critical is posted at night, and each case is shown once and as it stands.
func TestNobodyIsWokenForAWarning(t *testing.T) {
	hours := nights(t, "Europe/Berlin")
	rapid.Check(t, func(t *rapid.T) {
		b := newBench()
		b.awake = hours
		b.restart()
		stands, seqs := map[string]detectors.Level{}, map[string]int64{}
		t.Repeat(map[string]func(*rapid.T){
			"change": func(t *rapid.T) {
				id := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "case")
				stands[id] = rapid.SampledFrom([]detectors.Level{detectors.None, detectors.Warning, detectors.Critical}).Draw(t, "severity")
				seqs[id]++
				b.owe(id, seqs[id], stands[id])
			},
			"fault": func(t *rapid.T) {
				b.wall.fail = append(b.wall.fail, rapid.SampledFrom([]error{nil, errLost, errUnsent}).Draw(t, "fault"))
			},
			"restart": func(*rapid.T) { b.restart() },
			"pass":    func(*rapid.T) { b.pass() },
			"wait": func(t *rapid.T) {
				b.now = later(b.now, time.Duration(rapid.IntRange(1, 20).Draw(t, "hours"))*time.Hour)
			},
			"": func(t *rapid.T) {
				for _, n := range b.wall.posted {
					if !hours.Include(n.at) && n.began != detectors.Critical {
						t.Fatalf("case %s was posted at %s as %v", n.of, n.at.Time(), n.began)
					}
				}
			},
		})
		for end := later(b.now, 96*time.Hour); len(b.store.messages) > 0 && b.now < end; b.pass() {
			b.sleep()
		}
		for id, severity := range stands {
			seen := b.visible()[id]
			if len(seen) > 1 || len(seen) == 1 && seen[0] != severity || len(seen) == 0 && severity != detectors.None {
				t.Fatalf("case %s stands at %v and is shown as %v", id, severity, seen)
			}
		}
	})
}
