package storetest

import (
	"slices"

	"tocsin/state"
)

func alarmsAreListedInOrder(t *trial) {
	t.open()
	late, soon := today.Date+7, today.Date+1
	t.commit(&state.Commit{Day: today, Alarms: []state.Alarm{
		{Day: late, Customer: "C-1"}, {Day: soon, Customer: "C-2", Seq: 4}, {Day: soon, Customer: "C-1"}}})
	t.commit(&state.Commit{Day: today, Alarms: []state.Alarm{{Day: soon, Customer: "C-2", Seq: 9}}})
	got(t, "alarms", t.alarms(), []state.Alarm{
		{Day: soon, Customer: "C-1"}, {Day: soon, Customer: "C-2"}, {Day: late, Customer: "C-1"}})
	for _, ask := range []struct {
		day   state.Date
		limit int
		want  []state.Alarm
	}{
		{today.Date, 10, nil},
		{soon, 10, []state.Alarm{{Day: soon, Customer: "C-1"}, {Day: soon, Customer: "C-2"}}},
		{late - 1, 1, []state.Alarm{{Day: soon, Customer: "C-1"}}},
	} {
		due, err := t.store.DueAlarms(t.Context(), ask.day, ask.limit)
		t.must(err)
		got(t, "alarms due by "+ask.day.String(), due, ask.want)
	}
}

func alarmHoldsItsDay(t *trial) {
	t.open()
	next := today.Date + 1
	first, second := state.Alarm{Day: next, Customer: "C-1"}, state.Alarm{Day: next, Customer: "C-2"}
	t.commit(&state.Commit{Day: today, Alarms: []state.Alarm{first, {Day: next + 1, Customer: "C-3"}}})
	t.commit(&state.Commit{Day: today, Alarms: []state.Alarm{first, second}})
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: t.day(), Next: next}))

	closing := &state.DayClose{From: t.day(), Next: next + 1}
	for _, want := range [][]state.Alarm{{first, second}, {second}} { // nobody has asked for them before the first of these closes
		t.refused(t.store.CloseDay(t.Context(), closing), state.ErrNotIdle)
		due, err := t.store.DueAlarms(t.Context(), next, 10)
		t.must(err)
		got(t, "alarms due", due, want)
		t.commit(&state.Commit{Day: t.day(), Ticks: want[:1]})
	}
	t.must(t.store.CloseDay(t.Context(), closing))
	got(t, "alarms", t.alarms(), []state.Alarm{{Day: next + 1, Customer: "C-3"}})
}

func tickHoldsForItsRow(t *trial) {
	t.open()
	due := today.Date
	c := step(entry("C-1", 1), entry("C-1", 2))
	c.Alarms = []state.Alarm{{Day: due, Customer: "C-1"}, {Day: due, Customer: "C-2"}, {Day: due + 1, Customer: "C-1"}}
	t.commit(c)

	tick := func(customer state.CustomerID, seq uint64) *state.Commit {
		return &state.Commit{Day: today, Ticks: []state.Alarm{{Day: due, Customer: customer, Seq: seq}}}
	}
	t.commit(tick("C-1", 1))
	t.commit(tick("C-1", 3))
	got(t, "alarms after ticks of other rows", len(t.alarms()), 3)
	t.commit(tick("C-1", 2))
	got(t, "alarms after the tick of its row", t.alarms(), []state.Alarm{{Day: due, Customer: "C-2"}, {Day: due + 1, Customer: "C-1"}})
	t.commit(tick("C-1", 2))
	t.commit(tick("C-2", 0)) // of whom nothing is known
	got(t, "alarms", t.alarms(), []state.Alarm{{Day: due + 1, Customer: "C-1"}})

	// The row that the same commit appends is proof enough, whichever row the tick names.
	for i, seq := range []uint64{2, 4} {
		t.commit(&state.Commit{Day: today, Alarms: []state.Alarm{{Day: due, Customer: "C-1"}}})
		c := tick("C-1", seq)
		c.Entries = []state.Entry{entry("C-1", uint64(3+i))}
		t.commit(c)
		got(t, "alarms", t.alarms(), []state.Alarm{{Day: due + 1, Customer: "C-1"}})
	}

	// Where the rows have been folded away, the snapshot tells which was the last.
	c = step(entry("C-3", 1))
	c.Snapshots = []state.Snapshot{{Customer: "C-3", Seq: 1, Body: []byte("at 1")}}
	c.Alarms = []state.Alarm{{Day: due, Customer: "C-3"}}
	t.commit(c)
	t.commit(tick("C-3", 1))
	got(t, "alarms", t.alarms(), []state.Alarm{{Day: due + 1, Customer: "C-1"}})
}

func alarmOutlivesTick(t *trial) {
	t.open()
	a := state.Alarm{Day: today.Date, Customer: "C-1"}
	t.commit(&state.Commit{Day: today, Alarms: []state.Alarm{a}})
	t.commit(&state.Commit{Day: today, Ticks: []state.Alarm{a}, Alarms: []state.Alarm{a, {Day: a.Day + 3, Customer: "C-1"}}})
	got(t, "alarms", t.alarms(), []state.Alarm{a, {Day: a.Day + 3, Customer: "C-1"}})
}

func dayClosesWhenIdle(t *trial) {
	t.open()
	t.commit(&state.Commit{Day: today, FirstLimit: true, Alarms: []state.Alarm{
		{Day: today.Date - 1, Customer: "C-1"}, {Day: today.Date, Customer: "C-2"}, {Day: today.Date + 1, Customer: "C-3"}}})
	end := &state.DayClose{From: today, Next: today.Date + 1}
	due := t.alarms()[:2]
	slices.Reverse(due) // so that at last only one of an earlier day is left
	for _, a := range due {
		t.refused(t.store.CloseDay(t.Context(), end), state.ErrNotIdle)
		got(t, "day", t.day().Date, today.Date)
		t.commit(&state.Commit{Day: today, Ticks: []state.Alarm{a}})
	}
	t.must(t.store.CloseDay(t.Context(), end))
	got(t, "day", t.day(), state.Day{Date: today.Date + 1, Config: today.Config, FirstLimit: today.Date})
	got(t, "alarms", t.alarms(), []state.Alarm{{Day: today.Date + 1, Customer: "C-3"}})
}

func dayClosesWherePositionsStand(t *trial) {
	t.open()
	epoch := t.acquire(0).Epoch
	t.acquire(1)
	t.commit(&state.Commit{Day: today, Positions: []state.Advance{{Topic: orders, Epoch: epoch, From: -1, To: 4}}})
	end := func(first, second, unknown int64) error {
		return t.store.CloseDay(t.Context(), &state.DayClose{From: today, Next: today.Date + 3, Positions: []state.Advance{
			{Topic: orders, From: first}, {Topic: orders, Partition: 1, From: second}, {Topic: "credit.fx.v1", From: unknown}}})
	}
	t.refused(end(3, -1, -1), state.ErrFenced)
	t.refused(end(4, 0, -1), state.ErrFenced)
	t.refused(end(4, -1, 0), state.ErrFenced)
	got(t, "day", t.day(), today)
	t.must(end(4, -1, -1))
	got(t, "day", t.day().Date, today.Date+3)
}

func dayClosesAsSeen(t *trial) {
	t.open()
	second := state.Day{Date: today.Date + 1, Config: today.Config}
	t.refused(t.store.CloseDay(t.Context(), &state.DayClose{From: second, Next: today.Date + 2}), state.ErrDayClosed)
	other := state.Day{Date: today.Date, Config: "sha256:other"}
	t.refused(t.store.CloseDay(t.Context(), &state.DayClose{From: other, Next: today.Date + 1}), state.ErrDayClosed)
	for _, next := range []state.Date{today.Date, today.Date - 1} {
		if err := t.store.CloseDay(t.Context(), &state.DayClose{From: today, Next: next}); err == nil {
			t.Errorf("the day %v was followed by %v", today.Date, next)
		}
	}
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: today, Next: second.Date}))
	t.refused(t.store.CloseDay(t.Context(), &state.DayClose{From: today, Next: second.Date}), state.ErrDayClosed)
	got(t, "day", t.day(), second)
}

func closedDayTakesNoCommit(t *trial) {
	t.open()
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: today, Next: today.Date + 1}))
	t.refused(t.store.Commit(t.Context(), step(entry("C-1", 1))), state.ErrDayClosed)
	c := step(entry("C-1", 1))
	c.Day.Date++
	redate(c)
	t.commit(c)
}

func dayOpensWithItsCore(t *trial) {
	t.open()
	second, third := today.Date+1, today.Date+2
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: t.day(), Next: second, Core: []state.CustomerID{"C-1", "C-3"}}))
	got(t, "core", t.day().Core, []state.CustomerID{"C-1", "C-3"})
	came := []state.Alarm{{Day: second, Customer: "C-1"}, {Day: second, Customer: "C-3"}}
	got(t, "alarms of those who became core", t.alarms(), came)
	c := step()
	c.Day, c.Ticks = t.day(), came
	t.commit(c)
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: t.day(), Next: third, Core: []state.CustomerID{"C-2", "C-3"}}))
	got(t, "alarms of those for whom that is news", t.alarms(), []state.Alarm{{Day: third, Customer: "C-1"}, {Day: third, Customer: "C-2"}})
	for day, want := range map[state.Date][]state.CustomerID{today.Date: nil, second: {"C-1", "C-3"}, third: {"C-2", "C-3"}} {
		core, err := t.store.Core(t.Context(), day)
		t.must(err)
		got(t, "core of "+day.String(), core, want)
	}
}

func dayOpensWithoutStaleInputs(t *trial) {
	t.open()
	t.commit(step(entry("C-1", 1), entry("C-2", 1)))
	first := state.StaleInput{Topic: "credit.orders.v1", Inputs: state.InputOrders, Since: today.Date}
	payments := state.StaleInput{Topic: "credit.payments.v1", Partition: 7, Inputs: state.InputReceivables | state.InputRates, Since: today.Date}
	other := state.StaleInput{Topic: "credit.payments.v1", Partition: 8, Inputs: state.InputReceivables, Since: today.Date + 1}
	days := map[state.Date][]state.StaleInput{}
	for i, stale := range [][]state.StaleInput{{first, payments}, {payments, other}, {other}, nil, nil} {
		var everybody []state.Alarm
		next := today.Date + 1 + state.Date(i)
		if i == 1 || i == 2 || i == 3 { // orders are complete again, then exchange rates, then receivables
			everybody = []state.Alarm{{Day: next, Customer: "C-1"}, {Day: next, Customer: "C-2"}}
		}
		t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: t.day(), Next: next, Stale: stale}))
		got(t, "stale inputs on "+next.String(), t.day().Stale, stale)
		got(t, "alarms on "+next.String(), t.alarms(), everybody)
		c := step()
		c.Day, c.Ticks = t.day(), slices.Clone(everybody)
		for n := range c.Ticks {
			c.Ticks[n].Seq = 1
		}
		t.commit(c)
		if len(stale) > 0 {
			days[next] = stale
		}
	}
	stale, err := t.store.StaleInputs(t.Context())
	t.must(err)
	got(t, "stale inputs by day", stale, days)
}

func firstLimitAlarmsEverybody(t *trial) {
	t.open()
	t.commit(step(entry("C-1", 1), entry("C-2", 1)))
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: t.day(), Next: today.Date + 1}))
	got(t, "alarms after a day without limit", t.alarms(), nil)

	c := step(entry("C-2", 2))
	c.Day, c.FirstLimit = t.day(), true
	redate(c)
	t.commit(c)
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: t.day(), Next: today.Date + 3}))
	got(t, "alarms after the day of the first limit", t.alarms(), []state.Alarm{
		{Day: today.Date + 3, Customer: "C-1"}, {Day: today.Date + 3, Customer: "C-2"}})
}

func reconfigureAlarmsEverybody(t *trial) {
	if err := t.store.Reconfigure(t.Context(), "sha256:second", nil); err == nil {
		t.Error("a store without open day was configured")
	}
	t.open()
	c := step(entry("C-1", 1), entry("C-1", 2), entry("C-2", 1))
	c.Alarms = []state.Alarm{{Day: today.Date, Customer: "C-2"}, {Day: today.Date + 4, Customer: "C-2"}}
	t.commit(c)
	t.must(t.store.Reconfigure(t.Context(), "sha256:second", []byte("detectors: {}")))

	got(t, "day", t.day(), state.Day{Date: today.Date, Config: "sha256:second"})
	got(t, "alarms", t.alarms(), []state.Alarm{
		{Day: today.Date, Customer: "C-1"}, {Day: today.Date, Customer: "C-2"}, {Day: today.Date + 4, Customer: "C-2"}})
	text, err := t.store.Configuration(t.Context(), "sha256:second")
	t.must(err)
	got(t, "text", text, []byte("detectors: {}"))
	if _, err := t.store.Configuration(t.Context(), "sha256:unheard"); err == nil {
		t.Error("a configuration was found that nobody told")
	}

	// A step that was computed under the old configuration comes too late; its earlier rows keep their configuration.
	t.refused(t.store.Commit(t.Context(), step(entry("C-2", 2))), state.ErrDayClosed)
	c = step(entry("C-2", 2))
	c.Day.Config = "sha256:second"
	redate(c)
	t.commit(c)
	histories, err := t.store.Load(t.Context(), []state.CustomerID{"C-2"})
	t.must(err)
	got(t, "configuration of the rows", []string{histories[0].Rows[0].Config, histories[0].Rows[1].Config},
		[]string{"sha256:first", "sha256:second"})
}

func reconfigureWithTheSame(t *trial) {
	t.open()
	t.commit(step(entry("C-1", 1)))
	t.must(t.store.Reconfigure(t.Context(), today.Config, []byte("{}")))
	got(t, "alarms", len(t.alarms()), 0)
	got(t, "day", t.day(), today)
	text, err := t.store.Configuration(t.Context(), today.Config)
	t.must(err)
	got(t, "text", text, []byte("{}"))
}
