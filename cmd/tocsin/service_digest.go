package main

import (
	"context"
	"errors"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/worktime"
	"tocsin/consumer"
	"tocsin/state"
)

// digestEvery is how often it is looked whether a digest is to be told.
const digestEvery = 10 * time.Second

// monthLate is on how many more days a monthly digest is made that was not on its own.
const monthLate = 2

// usualDigest is when people read digests: before they begin with their work.
const usualDigest worktime.Minute = 8*60 + 30

// digests tells whether anybody is told of each day, week or month.
func (c *config) digests() bool {
	return c.Slack.TokenFile != "" && !c.Notify.Hold && (c.Notify.Digest < worktime.EndOfDay || c.Notify.Weekly != "" || c.Notify.Monthly > 0)
}

func checkWeekdayOrNone(s string) error {
	if s == "" {
		return nil
	}
	return checkWeekday(s)
}

// timetable is when digests are due.
type timetable struct {
	hours   worktime.Hours // from the time of day of digests on, on the days of those who read them
	ledger  state.Calendar
	daily   bool
	weekly  string // day of the week; empty: never
	monthly int    // day of the month, of those on which digests are due; 0: never
}

// timetable is that of the configuration. The values have passed their checks.
func (c *config) timetable(ledger state.Calendar) (t timetable, err error) {
	t = timetable{ledger: ledger, daily: c.Notify.Digest < worktime.EndOfDay, weekly: c.Notify.Weekly, monthly: c.Notify.Monthly}
	t.hours = worktime.Hours{From: usualDigest, To: worktime.EndOfDay}
	if t.daily {
		t.hours.From = c.Notify.Digest
	}
	t.hours.Zone, t.hours.Days, err = c.readersDays()
	return t, err
}

// due are the periods whose digests are due at an instant: from their time to the end of the day.
func (t *timetable) due(now state.Instant) (periods []string) {
	day := now.Date(t.hours.Zone)
	if !t.on(day) || !t.hours.Include(now) {
		return nil
	}
	if t.daily {
		periods = append(periods, consumer.Daily)
	}
	if t.weekly != "" && t.opensWeek(day) {
		periods = append(periods, consumer.Weekly)
	}
	if nth := t.nth(day); t.monthly > 0 && nth >= t.monthly && nth <= t.monthly+monthLate {
		periods = append(periods, consumer.Monthly)
	}
	return periods
}

// opensWeek tells whether no day on which digests are due lies between the weekly one's and a day.
func (t *timetable) opensWeek(day state.Date) bool {
	for ; day.Weekday() != weekdays[t.weekly]; day-- {
		if t.on(day - 1) {
			return false // it was due then
		}
	}
	return true
}

// nth is how many days of a day's month digests have been due on, the day included.
func (t *timetable) nth(day state.Date) (n int) {
	for first := alerts.FirstOfMonth(day); first <= day; first++ {
		if t.on(first) {
			n++
		}
	}
	return n
}

// on tells whether digests are due on a date.
func (t *timetable) on(day state.Date) bool {
	return t.ledger.IsBusiness(day) && t.hours.Days.IsBusiness(day)
}

// owe owes the digest of a period, and with that of a week what owners of sources are told of theirs.
func (s *service) owe(ctx context.Context, desk *consumer.Desk, ledger *state.Ledger, period string) (owed bool, err error) {
	if period == consumer.Weekly && len(s.config.Notify.Refused) > 0 {
		if owed, err = desk.OweScorecards(ctx, ledger, s.config.Notify.Refused); !owed || err != nil {
			return false, err
		}
	}
	return desk.OweDigest(ctx, ledger, period)
}

// digests owes the digests of each business day, week and month, from the configured time on. Which instance does so does not matter: the
// store owes each once.
func (s *service) digests(ctx context.Context) error {
	ledger, err := s.config.ledger()
	if err != nil {
		return err
	}
	table, err := s.config.timetable(ledger.Calendar)
	if err != nil {
		return err
	}
	desk := &consumer.Desk{Store: s.store, Engines: earlierEngines(s.store), Now: s.now, Sources: s.config.Sources}
	late := &lateness{service: s, desk: desk, ledger: ledger, now: time.Now}
	done := map[string]state.Date{} // by period, and by the clocks of those who read it
	ticker := time.NewTicker(digestEvery)
	defer ticker.Stop()
	for {
		now := s.now()
		today := now.Date(table.hours.Zone)
		for _, period := range table.due(now) {
			if done[period] == today {
				continue
			}
			switch owed, err := s.owe(ctx, desk, ledger, period); {
			case ctx.Err() != nil:
			case errors.Is(err, state.ErrConflict): // somebody was erased meanwhile
			case err != nil:
				s.log.Error("the digest is not made yet", "period", period, "error", err)
			case owed:
				s.log.Info("the last digest of the period is owed", "period", period)
				done[period] = today
			case period == consumer.Daily:
				late.look(ctx, today)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
