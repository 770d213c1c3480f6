package outbox

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// oweTo owes a case of somebody's, due now, and says which message it is.
func (b *bench) oweTo(owner, caseID string, seq int64, severity detectors.Level) {
	b.owe(caseID, seq, severity)
	m := caseAt(caseID, seq, severity)
	m.Task.Owner = owner
	b.store.messages[len(b.store.messages)-1].Body = m.AppendJSON(nil)
}

// passes runs passes for a time, with a restart before each.
func (b *bench) passes(of time.Duration) {
	for end := later(b.now, of); b.now < end; b.now = later(b.now, time.Minute) {
		b.pass()
		b.restart()
	}
}

// cases are those that are posted, and notices what summaries tell, by what they tell of.
func (b *bench) cases() (cases []string, notices map[string]*alerts.Summary) {
	notices = map[string]*alerts.Summary{}
	for _, n := range b.wall.posted {
		if n.tells.SummaryID == "" {
			cases = append(cases, n.of)
		} else {
			notices[n.tells.Why] = &n.tells
		}
	}
	slices.Sort(cases)
	return cases, notices
}

// Who has been told of enough today is told of the rest on the next day, in the order in which it came; what is critical goes at once.
func TestABudgetHoldsTheRestBack(t *testing.T) {
	b := newBench()
	b.budget = 2
	b.restart()
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		b.oweTo("ana", id, 1, detectors.Warning)
		b.now++
	}
	b.oweTo("ana", "z", 1, detectors.Critical)
	b.oweTo("bo", "o", 1, detectors.Warning)
	b.passes(time.Hour)
	cases, notices := b.cases()
	if want := []string{"a", "b", "o", "z"}; !slices.Equal(cases, want) {
		t.Errorf("on the first day: got %v, want %v", cases, want)
	}
	if sum := notices[alerts.WhyBudget]; sum == nil || sum.Cases() != 3 || sum.Channel != channel {
		t.Fatalf("got the notice %+v, want one of 3 cases", sum)
	}
	b.oweTo("ana", "c", 2, detectors.None) // it is over, and nobody has heard of it
	b.oweTo("ana", "d", 2, detectors.Critical)
	b.passes(time.Hour)
	if cases, _ := b.cases(); !slices.Contains(cases, "d") || slices.Contains(cases, "c") {
		t.Errorf("got %v, want d, which is critical, and not c, which is over", cases)
	}
	b.oweTo("ana", "f", 1, detectors.Warning)
	b.passes(12 * time.Hour)
	if cases, notices := b.cases(); slices.Contains(cases, "e") || notices[alerts.WhyBudget].Cases() != 4 {
		t.Errorf("before the next day: got %v and %d held back, want e and f held back, and four counted", cases, notices[alerts.WhyBudget].Cases())
	}
	b.passes(3 * time.Hour)
	if cases, _ := b.cases(); !slices.Equal(cases, []string{"a", "b", "d", "e", "f", "o", "z"}) {
		t.Errorf("on the next day: got %v", cases)
	}
	if left := b.store.messages; len(left) != 0 {
		t.Errorf("still owed: %v", left)
	}
}

// The day is the readers', and begins when they are at work.
func TestTheNextDayBeginsWithWork(t *testing.T) {
	b := newBench()
	b.budget, b.awake = 1, nights(t, "Europe/Berlin") // it is Friday
	b.restart()
	b.oweTo("ana", "a", 1, detectors.Warning)
	b.oweTo("ana", "b", 1, detectors.Warning)
	for b.now < later(start, 100*time.Hour) && len(b.store.messages) > 0 {
		b.pass()
	}
	at := b.wall.posted[len(b.wall.posted)-1].at.Time()
	if want := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC); at.Before(want) || at.After(want.Add(time.Second)) {
		t.Errorf("got the second case at %s, want %s", at, want)
	}
}

// What waits is not read again until its time has come.
func TestWhatWaitsIsNotReadAgain(t *testing.T) {
	b := newBench()
	b.budget = 1
	b.restart()
	for i := range 300 {
		b.oweTo("ana", fmt.Sprintf("case-%03d", i), 1, detectors.Warning)
	}
	for range 20 {
		b.pass()
	}
	if b.store.read = 0; len(b.store.waits(state.WaitsOf{Why: state.WaitBudget})) != 299 {
		t.Fatalf("got %d waiting, want 299", len(b.store.waits(state.WaitsOf{})))
	}
	for range 100 {
		b.pass()
	}
	if b.store.read > 0 || len(b.rests) > 0 {
		t.Errorf("got %d messages read and %d rests, want none", b.store.read, len(b.rests))
	}
}

// Of one customer all channels together hear three times a day, a message that several hear of counted once.
func TestACustomerIsHeardOfThreeTimesADay(t *testing.T) {
	b, walls := newBench(), map[string]*[]entry{}
	b.route = func(*alerts.CaseMessage) []string { return []string{channel, "#risk"} }
	walls[channel] = threaded(b)
	other := &wall{fuse: b.store.fuse, now: b.wall.now}
	walls["#risk"] = &[]entry{}
	b.open = func(string) Sender { return talking{wall: other, entries: walls["#risk"]} }
	b.restart()
	for i, severity := range []detectors.Level{detectors.Warning, detectors.Critical, detectors.Warning, detectors.Critical, detectors.Warning, detectors.Critical} {
		b.owe("a", int64(i)+1, severity)
		b.drain(t)
		b.restart()
	}
	for name, entries := range walls {
		aloud := 0
		for _, e := range *entries {
			if e.news.Aloud {
				aloud++
			}
		}
		if aloud != 2 || len(*entries) != 5 {
			t.Errorf("%s: got %d entries, %d aloud, want 5, 2 beside the message itself", name, len(*entries), aloud)
		}
	}
	if heard, _ := b.store.HeardCount(t.Context(), state.HeardOf{}); heard != 3 {
		t.Errorf("got %d messages heard, want 3", heard)
	}
}

// TestNobodyIsToldTooMuchAndNothingIsLost lets cases of two owners come, change and go, calls fail and the Outbox die in any order: nobody
// is told of more new warnings in a day than the budget allows, and in the end what stands is shown once, as it stands.
func TestNobodyIsToldTooMuchAndNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBench()
		b.budget = rapid.IntRange(1, 3).Draw(t, "budget")
		b.flood = Flood{rapid.SampledFrom([]int{0, 2, 4}).Draw(t, "flood"), 10 * time.Minute}
		b.restart()
		owners := map[string]string{"a": "ana", "b": "ana", "c": "ana", "d": "ana", "e": "bo", "f": "bo"}
		stands, seqs := map[string]detectors.Level{}, map[string]int64{}
		t.Repeat(map[string]func(*rapid.T){
			"change": func(t *rapid.T) {
				id := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}).Draw(t, "case")
				stands[id] = rapid.SampledFrom([]detectors.Level{detectors.None, detectors.Warning, detectors.Warning, detectors.Critical}).Draw(t, "severity")
				seqs[id]++
				b.oweTo(owners[id], id, seqs[id], stands[id])
			},
			"fault": func(t *rapid.T) {
				b.wall.fail = append(b.wall.fail, rapid.SampledFrom([]error{nil, errLost, errUnsent, told{Busy, time.Second}, told{outcome: Refused}}).Draw(t, "fault"))
			},
			"die": func(t *rapid.T) {
				*b.store.fuse = fuse{armed: true, left: rapid.IntRange(0, 9).Draw(t, "steps"), crash: func() { panic(crashed{}) }}
				dies(func() { b.runOnce(context.Background()) })
				b.store.fuse.armed = false
				b.restart()
			},
			"pass": func(*rapid.T) { b.pass() },
			"wait": func(t *rapid.T) {
				b.now = later(b.now, time.Duration(rapid.IntRange(1, 600).Draw(t, "minutes"))*time.Minute)
			},
			"": func(t *rapid.T) {
				heard := map[string]int{}
				for _, n := range b.wall.posted {
					if n.tells.SummaryID == "" && n.began == detectors.Warning {
						heard[fmt.Sprint(owners[n.of], " on ", n.at.Date(time.UTC))]++
					}
				}
				for who, n := range heard {
					if n > b.budget {
						t.Fatalf("%s was told of %d new warnings, want %d at most", who, n, b.budget)
					}
				}
				if b.wall.most > 1 {
					t.Fatalf("%d messages of one case are visible", b.wall.most)
				}
			},
		})
		if err := b.quiet(); err != nil {
			t.Fatal(err)
		}
		for id, severity := range stands {
			seen := b.visible()[id]
			if len(seen) > 1 || len(seen) == 1 && seen[0] != severity || len(seen) == 0 && severity != detectors.None {
				t.Fatalf("case %s stands at %v and is shown as %v", id, severity, seen)
			}
		}
	})
}

// Beside an insolvency what else becomes of a customer is told in the thread alone; without it the channel hears of it.
func TestAnInsolvencyMutesWhatIsSofter(t *testing.T) {
	for reason, want := range map[string]bool{"CLASS_A": false, "B1": true, "": true} {
		b := newBench()
		entries := threaded(b)
		owe := func(seq, risk int64, more ...alerts.CaseAlert) {
			b.owe("a", seq, detectors.Critical)
			m := caseAt("a", seq, detectors.Critical)
			m.Alerts = append([]alerts.CaseAlert{{AlertID: "2", Signal: "adverse_registry", Level: detectors.Critical, Reason: reason}}, more...)
			m.MoneyAtRisk = state.Money{Minor: risk, Currency: euro(t)}
			b.store.messages[len(b.store.messages)-1].Body = m.AppendJSON(nil)
			b.drain(t)
		}
		owe(1, 1000)
		owe(2, 2000, alerts.CaseAlert{AlertID: "1", Signal: "overdue", Level: detectors.Warning})
		if got := *entries; len(got) != 1 || got[0].news.Aloud != want {
			t.Errorf("beside %q: got %+v, want one entry, aloud %t", reason, got, want)
		}
	}
}

func euro(t *testing.T) state.Currency {
	t.Helper()
	c, known := state.ParseCurrency("EUR")
	if !known {
		t.Fatal("no euro")
	}
	return c
}

// Whoever was told of a customer's case that is over is not told of the like again within days, unless it is worse.
func TestACustomerIsNoNewsAgainWithinDays(t *testing.T) {
	const week = 7 * 24 * time.Hour
	for _, tt := range []struct {
		name     string
		after    time.Duration // since the end of the first case
		signal   string
		severity detectors.Level
		risk     int64
		untold   bool // nobody has a message of the first one
		wants    time.Duration
	}{
		{"the like", time.Hour, "overdue", detectors.Warning, 1000, false, week},
		{"a tenth more", time.Hour, "overdue", detectors.Warning, 1100, false, week},
		{"more at risk", time.Hour, "overdue", detectors.Warning, 1101, false, 0},
		{"graver", time.Hour, "overdue", detectors.Critical, 1000, false, 0},
		{"another signal", time.Hour, "broken_promise", detectors.Warning, 1000, false, 0},
		{"later", week + time.Hour, "overdue", detectors.Warning, 1000, false, 0},
		{"nobody was told", time.Hour, "overdue", detectors.Warning, 1000, true, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench()
			b.cool = week
			b.restart()
			owe := func(caseID string, seq int64, signal string, severity detectors.Level, risk int64) {
				b.owe(caseID, seq, severity)
				m := caseAt(caseID, seq, severity)
				m.KnownAt = b.now
				if severity > detectors.None {
					m.Alerts[0].Signal, m.MoneyAtRisk = signal, state.Money{Minor: risk, Currency: euro(t)}
				}
				last := &b.store.messages[len(b.store.messages)-1]
				last.Customer, last.Body = "C-1", m.AppendJSON(nil)
			}
			owe("first", 1, "overdue", detectors.Warning, 1000)
			if !tt.untold {
				b.drain(t)
			}
			owe("first", 2, "", detectors.None, 0)
			b.drain(t)
			over := b.now
			b.now = later(b.now, tt.after)
			owe("second", 1, tt.signal, tt.severity, tt.risk)
			for end := later(over, 2*week); len(b.store.messages) > 0 && b.now < end; b.pass() {
				b.sleep()
			}
			last := b.wall.posted[len(b.wall.posted)-1]
			want := max(later(over, tt.wants), later(over, tt.after))
			if last.of != "second" || last.at < later(want, -time.Minute) || last.at > later(want, time.Minute) {
				t.Errorf("got %s posted %v after the first was over, want second %v after", last.of, time.Duration(last.at-over), time.Duration(want-over))
			}
		})
	}
}
