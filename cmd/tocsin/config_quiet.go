package main

import (
	"fmt"
	"time"

	"tocsin/alerts/worktime"
	"tocsin/state"
)

// noQuiet is what holds without any setting: nobody minds.
func noQuiet() quietConfig {
	return quietConfig{From: worktime.EndOfDay, Until: 0, Weekend: []string{}, Holidays: []string{}}
}

// quietSettings are when people are not woken.
func quietSettings(q *quietConfig) []setting {
	return []setting{
		{key: "notify.quiet.from", value: timeOfDay(&q.From),
			doc: "When quiet hours begin. Until they end no message is posted but of what is critical, and of a summary that counts something " +
				"critical. The others go out in the morning, each case once and as it stands then. Messages that people have already are kept " +
				"up to date at night as well: an edit wakes nobody."},
		{key: "notify.quiet.until", value: timeOfDay(&q.Until),
			doc: "When they end on the next day. It is earlier than notify.quiet.from; from 24:00 until 00:00 nothing is quiet."},
		{key: "notify.quiet.time_zone", value: text(&q.TimeZone, "a name of the IANA time zone database, or empty", checkZoneOrNone),
			doc: "Time zone of those who read the messages. Empty: the ledger's."},
		{key: "notify.quiet.weekend", value: texts{&q.Weekend, "monday to sunday, at most six", checkWeekday},
			doc: "Days of the week that are quiet from midnight to midnight."},
		{key: "notify.quiet.holidays", value: texts{&q.Holidays, "dates as YYYY-MM-DD", checkDate},
			doc: "Further such days."},
	}
}

func checkZoneOrNone(s string) error {
	if s == "" {
		return nil
	}
	return checkZone(s)
}

// checkQuiet refuses quiet hours that do not end.
func checkQuiet(r *reader, c *config) {
	q := &c.Notify.Quiet
	if q.Until >= q.From {
		r.refuseKey(c.givenOf("notify.quiet.from", "notify.quiet.until"),
			"quiet hours go from the evening until the morning, and not from %s until %s", q.From, q.Until)
	}
	if len(q.Weekend) > 6 {
		r.refuseKey("notify.quiet.weekend", "leaves no day of the week on which people are told of anything")
	}
}

// readersDays are the zone and the days of those who read messages. The values have passed their checks.
func (c *config) readersDays() (*time.Location, state.Calendar, error) {
	q := &c.Notify.Quiet
	zone, err := c.readers()
	if err != nil {
		return nil, state.Calendar{}, err
	}
	free := make([]time.Weekday, len(q.Weekend))
	for i, day := range q.Weekend {
		free[i] = weekdays[day]
	}
	days, err := state.NewCalendar(free, datesOf(q.Holidays))
	if err != nil {
		return nil, state.Calendar{}, fmt.Errorf("notify.quiet: %w", err)
	}
	return zone, days, nil
}

// awake is when people may be told of what is not urgent; nil: always. The values have passed their checks.
func (c *config) awake() (*worktime.Hours, error) {
	q := &c.Notify.Quiet
	if q.From == worktime.EndOfDay && q.Until == 0 && len(q.Weekend)+len(q.Holidays) == 0 {
		return nil, nil //nolint:nilnil // no hours are no fault
	}
	zone, days, err := c.readersDays()
	if err != nil {
		return nil, err
	}
	return &worktime.Hours{Zone: zone, Days: days, From: q.Until, To: q.From}, nil
}
