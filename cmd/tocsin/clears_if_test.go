package main

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/detectors"
	"tocsin/state"
)

// Each way out that an alert of a story tells is taken: as events that a user would publish, right after the alert, and where a level
// rose that day also on the day after, when it has stood at a close. It brings the signal to the level that it names, on the first day
// on which the hold lets it and no sooner. A minor unit less, or a day, does not. What rose today may go for less on that very day, or go
// further.
func TestWhatClearsAnAlertOfAStoryDoes(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(storyDir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var taken tally
	t.Run("in", func(t *testing.T) {
		for _, name := range names {
			t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
				t.Parallel()
				p := playTale(t, name)
				for i := range p.told {
					p.checkWays(t, &p.told[i], &taken)
				}
			})
		}
	})
	taken.check(t)
}

// tally is what was taken in all stories.
type tally struct {
	sync.Mutex
	ways, amounts map[string]int // by signal
	acts          map[string]int // by code
	levels        map[string]int // by alert and the level that a way names
	excused       map[string]int // by entry of a list of exceptions
}

func (n *tally) count(a *toldAlert, way *toldWay) {
	n.Lock()
	defer n.Unlock()
	if n.ways == nil {
		n.ways, n.amounts, n.acts, n.levels = map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	}
	n.levels[a.leading(way.To)]++
	n.ways[a.Signal]++
	n.acts[way.Do]++
	if way.Amount != nil {
		n.amounts[a.Signal]++
	}
}

// excuse tells whether an exception is listed, and remembers that it is needed.
func (n *tally) excuse(list map[string]string, entry string) bool {
	n.Lock()
	defer n.Unlock()
	if n.excused == nil {
		n.excused = map[string]int{}
	}
	n.excused[entry]++
	return list[entry] != ""
}

// check finds what no story has shown, and exceptions that nothing needs.
func (n *tally) check(t *testing.T) {
	for _, d := range detectors.All() {
		signal := d.Sign().Signal
		if n.ways[signal] == 0 && noWay[signal] == "" {
			t.Errorf("%s: no way out was taken", signal)
		}
		if n.amounts[signal] == 0 && slices.Contains(clearedByAmounts, signal) {
			t.Errorf("%s: no amount was tried", signal)
		}
	}
	for do := range takenBy {
		if n.acts[do] == 0 {
			t.Errorf("%s: no alert tells of it any more", do)
		}
	}
	for alert := range conditionsMet {
		if n.levels[alert] == 0 {
			t.Errorf("%s: no alert tells that any more", alert)
		}
	}
	for _, list := range []map[string]string{noWay, overnight} {
		for entry := range list {
			if n.excused[entry] == 0 {
				t.Errorf("%s: listed as an exception, and none", entry)
			}
		}
	}
}

// clearedByAmounts are the signals that an amount clears.
var clearedByAmounts = []string{
	"limit_breach", "limit_missing", "limit_temporary_expiry", "overdue", "overdue_ratio", "turnover_swing", "payment_returned", "broken_promise",
	"payment_slowdown", "contact_lost", "partial_payment", "payer_change", "order_pattern_break",
}

// checkWays takes each way out of an alert.
func (p *playedTale) checkWays(t *testing.T, a *toldAlert, taken *tally) {
	level := levelNamed(a.To)
	if level == detectors.None || a.Customer == string(alerts.Everybody) { // what is systemic a person lets go
		return
	}
	told := p.situation(t, a, a.day(), state.InstantOf(a.KnownAt)+state.Instant(time.Minute))
	if len(a.ClearsIf) == 0 && !told.onHold() && !taken.excuse(noWay, a.Signal) && !taken.excuse(noWay, a.Signal+" "+a.Reason) {
		t.Errorf("%s tells no way out", a)
	}
	stood := a.levelOn(p.told, a.day()-1)
	for i := range a.ClearsIf {
		way := &a.ClearsIf[i]
		taken.count(a, way)
		c := clearing{situation: told, way: way, stood: stood}
		lessIsEnough := c.take(t)
		if stood >= level {
			if lessIsEnough {
				t.Errorf("%s: less than %s is enough", a, way)
			}
			continue
		}
		if next, stands := told.overnight(t, way); stands {
			if next.take(t) {
				t.Errorf("%s: a day later less than %s is enough", a, next.way)
			}
		} else if !taken.excuse(overnight, p.title()+" "+a.String()) {
			t.Errorf("%s: a day later it does not stand any more, or %s is no way out", a, way)
		}
	}
}

// take takes a way and checks when the signal is at the level that the way names. It tells whether less than that does it too.
func (c *clearing) take(t *testing.T) (lessIsEnough bool) {
	to, due := levelNamed(c.way.To), c.day
	if c.stood > to && !c.goesAtOnce() {
		due += state.Date(c.explained.HoldDays)
	}
	got := c.p.alerts(t, c.with(t, false, due), due)
	if level := c.alert.levelOn(got, due); level > to || level < to && c.stood >= levelNamed(c.alert.To) {
		t.Errorf("%s: %s on %v brings it to %v on %v", c.alert, c.way, c.day, level, due)
	}
	if level := c.alert.levelOn(got, due-1); due > c.day && level <= to {
		t.Errorf("%s: %s on %v brings it to %v on %v, before the hold has passed", c.alert, c.way, c.day, level, due-1)
	}
	return c.alert.levelOn(c.p.alerts(t, c.with(t, true, due), due), due) <= to
}

// goesAtOnce tells whether a way needs no hold: a limit that is set says so, and where the only return never was the alert is taken back.
func (c *clearing) goesAtOnce() bool {
	return c.way.Do == "set_limit" || c.way.Do == "return_booked_in_error" && len(bodiesOf[*state.Return](c.situation)) == 1
}

// onHold tells whether the level stands only because it stood before: no more is needed than that time passes.
func (s *situation) onHold() bool {
	return s.explained.State == consumer.SignalHeld || s.explained.State == consumer.SignalNotEvaluable
}

// overnight is the same way on the day after, of which nothing is heard until it is taken; false where the alert does not stand there
// any more or has no such way. Its amount is the one that it has then.
func (s *situation) overnight(t *testing.T, way *toldWay) (*clearing, bool) {
	day := s.day + 1
	for takenBy[way.Do].on != nil && !takenBy[way.Do].on(s, day) {
		day++
	}
	if s.alert.levelOn(s.p.alerts(t, s.events, day), day) != levelNamed(s.alert.To) {
		return nil, false
	}
	morning := state.InstantOf(day.Start(s.p.engine.Ledger.Zone).Time().Add(9 * time.Hour))
	next := &clearing{situation: s.p.situation(t, s.alert, day, morning), way: way, stood: levelNamed(s.alert.To)}
	if next.explained.Signal == "" { // of a rule set beside the live one, which nobody explains
		return next, true
	}
	for _, r := range next.explained.ClearsIf {
		if r.Do == way.Do && r.To == way.To {
			now := toldWay{Do: r.Do, Condition: r.Condition, To: r.To}
			if r.Amount != nil {
				now.Amount = &toldAmount{r.Amount.Amount, r.Amount.Currency}
			}
			next.way = &now
			return next, true
		}
	}
	return nil, false
}
