package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/worktime"
	"tocsin/state"
)

// longest is how much working time an SLA may allow.
const (
	longestDays = 60
	longestTime = 240 * time.Hour
)

// taskSettings are by when people decide.
func taskSettings(s *alerts.SLA) []setting {
	return []setting{
		{key: "tasks.work_from", verdict: true, value: timeOfDay(&s.From),
			doc: "When work begins on the ledger's business days, by its time zone. Deadlines of review tasks are counted in working time."},
		{key: "tasks.work_to", verdict: true, value: timeOfDay(&s.To),
			doc: "When work ends."},
		{key: "tasks.acknowledge.class_a", verdict: true, value: workingTime(&s.ClassA.Acknowledge),
			doc: "Within what somebody has a task in hand of a customer who is insolvent or being dissolved, or of a core customer with a critical " +
				"alert. 1bd is a business day, as long as its working hours."},
		{key: "tasks.acknowledge.critical", verdict: true, value: workingTime(&s.Critical.Acknowledge),
			doc: "The same of a critical alert, or of a core customer's warning."},
		{key: "tasks.acknowledge.warning", verdict: true, value: workingTime(&s.Warning.Acknowledge),
			doc: "The same of a warning. An alert that grows worse keeps the earlier of its deadlines."},
		{key: "tasks.decide.class_a", verdict: true, value: workingTime(&s.ClassA.Decide),
			doc: "Within what a task is decided, for the same customers as tasks.acknowledge.class_a."},
		{key: "tasks.decide.critical", verdict: true, value: workingTime(&s.Critical.Decide),
			doc: "The same of a critical alert, or of a core customer's warning."},
		{key: "tasks.decide.warning", verdict: true, value: workingTime(&s.Warning.Decide),
			doc: "The same of a warning."},
		{key: "tasks.decide.held_orders", verdict: true, value: workingTime(&s.HeldOrders),
			doc: "The same of a breach of the limit while orders are open, which wait for it. The earlier deadline counts."},
		{key: "tasks.remind_before", verdict: true, value: workingTimeOrNone(&s.RemindBefore),
			doc: "How long before a task is decided at the latest its owner is reminded of it, once, in the thread of the case and within working hours. " +
				"Where it allows no more time than that, nobody is. 0: nobody is ever."},
	}
}

// lateSettings are who is told of tasks that are late.
func lateSettings(n *notifyConfig) []setting {
	return []setting{
		{key: "notify.managers", value: table{&n.Managers, "an owner of tasks: his manager; *: that of everybody else", checkPerson,
			func(p *string) value { return text(p, "", checkPerson) }},
			doc: "Who is told when a task is late: that nobody has it in hand within tasks.acknowledge, or that it is not decided within tasks.decide. " +
				"The case's message names him, and the channel hears of it once. Empty: nobody is."},
		{key: "notify.refused", value: table{&n.Refused, "a name of sources, or other: a channel; *: that of all others", checkSourceOrAll,
			func(p *string) value { return text(p, "1 to 80 characters", checkChannel) }},
			doc: "Channels of those who own a source, that are told of its refused records by code: within a minute of the first, in one message for each source and " +
				"quarter of an hour, which is edited as more are refused; and with the weekly digest what came of all its records in the week. Empty: nobody is."},
		{key: "notify.head_of_credit", value: text(&n.HeadOfCredit, "a name, or empty", checkPersonOrNone),
			doc: "Who is told when twice the time is over. Empty: nobody is."},
		{key: "notify.late_at_once", value: integer(&n.LateAtOnce, 0, 1000),
			doc: "Where more tasks than these are late at once, their threads tell of it, and a channel hears of them in one message a day, which is edited. 0: of each."},
	}
}

func checkPersonOrNone(s string) error {
	if s == "" {
		return nil
	}
	return checkPerson(s)
}

// reminds tells whether owners of tasks are: where a thread tells them.
func (c *config) reminds() bool {
	return c.Slack.TokenFile != "" && !c.Notify.Hold && c.SLA.RemindBefore != (worktime.Amount{})
}

// escalates tells whether anybody is ever told.
func (n *notifyConfig) escalates() bool { return len(n.Managers) > 0 || n.HeadOfCredit != "" }

// escalatesTo is who is told on a day that a task of an owner is late: of who is away first his deputy, and himself where that is the
// owner, whom nobody tells of his own task.
func (c *config) escalatesTo(owner string, level uint8, on state.Date) []string {
	n := &c.Notify
	who := n.HeadOfCredit
	if level == 1 {
		manager, has := n.Managers[owner]
		if !has {
			manager = n.Managers["*"]
		}
		who = manager
	}
	if deputy := c.routing().Deputy(who, on); who != "" && deputy != "" {
		return []string{deputy, who}
	}
	return []string{who}
}

// timeOfDay binds a time of day.
func timeOfDay(p *worktime.Minute) value {
	return scalar{
		kind: "a time of day such as 09:00", tags: wordTags + " !!int", allowed: "00:00 to 24:00",
		set: func(s string) error {
			m, ok := worktime.ParseMinute(s)
			if !ok {
				return fmt.Errorf("%q is not a time of day from 00:00 to 24:00", clip(s))
			}
			*p = m
			return nil
		},
		get: func() string { return quote(p.String()) },
	}
}

// workingTimeOrNone binds an amount of working time, or 0 for none.
func workingTimeOrNone(p *worktime.Amount) value {
	v := workingTime(p).(scalar)
	set, get := v.set, v.get
	v.tags, v.allowed = v.tags+" !!int", "0, or "+v.allowed
	v.set = func(s string) error {
		if s == "0" {
			*p = worktime.Amount{}
			return nil
		}
		return set(s)
	}
	v.get = func() string {
		if *p == (worktime.Amount{}) {
			return "0"
		}
		return get()
	}
	return v
}

// workingTime binds an amount of working time: business days, written like 3bd, or a duration.
func workingTime(p *worktime.Amount) value {
	return scalar{
		kind: "working time such as 4h or 3bd", tags: textTags, allowed: fmt.Sprintf("1m to %s, or 1bd to %dbd", showDuration(longestTime), longestDays),
		set: func(s string) error {
			if text, inDays := strings.CutSuffix(s, "bd"); inDays {
				n, err := strconv.Atoi(text)
				if err != nil || n < 1 || n > longestDays || strconv.Itoa(n) != text {
					return fmt.Errorf("%q is not 1bd to %dbd", clip(s), longestDays)
				}
				*p = worktime.Amount{Days: n}
				return nil
			}
			d, err := time.ParseDuration(s)
			switch {
			case err != nil:
				return fmt.Errorf("%q is not working time such as 4h or 3bd", clip(s))
			case d < time.Minute || d > longestTime:
				return fmt.Errorf("%s is not between 1m and %s", clip(s), showDuration(longestTime))
			}
			*p = worktime.Amount{Time: d}
			return nil
		},
		get: func() string {
			if p.Days > 0 {
				return quote(strconv.Itoa(p.Days) + "bd")
			}
			return quote(showDuration(p.Time))
		},
	}
}
