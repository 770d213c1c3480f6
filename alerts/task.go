package alerts

import (
	"tocsin/detectors"
	"tocsin/state"
)

// States of a review task, in the order of its life.
const (
	TaskOpen         = "open"
	TaskAcknowledged = "acknowledged"
	TaskInReview     = "in_review"
	TaskDecided      = "decided"
	TaskClosed       = "closed"
)

// Reasons for which a task is closed that no person gives: the customer has no record any more.
const (
	GoneMerged = "merged" // he was merged into another one, whose own task goes on or is opened
	GoneErased = "erased"
)

// stage is a state of a task as a record keeps it. The numbers are part of the encoding.
type stage uint8

const (
	stageOpen stage = iota // nobody has it in hand
	stageAcknowledged
	stageInReview
	stageDecided
	stageClosed
)

func (s stage) String() string {
	return [...]string{TaskOpen, TaskAcknowledged, TaskInReview, TaskDecided, TaskClosed}[s]
}

// Business days within which a decision is due, counted from the day of an alert's level. An alert of class A, after
// which deliveries may be lost within hours, is due on the day itself.
const (
	warningDays  = 3
	criticalDays = 1
	classADays   = 0
	classA       = "CLASS_A"
)

// deadline is the day on which something is due: the earliest of the alerts' while nothing is decided, then the next
// review. A task whose signals have cleared keeps the day it had when a person last acted.
func (v *caseView) deadline(calendar *state.Calendar) state.Date {
	switch {
	case v.stage == stageClosed:
		return 0
	case v.stage == stageDecided:
		return v.handling.review
	case len(v.alerts) == 0:
		return v.handling.due
	}
	first := state.Date(0)
	for i := range v.alerts {
		first = earlier(first, v.alerts[i].deadline(calendar))
	}
	return first
}

func (a *standing) deadline(calendar *state.Calendar) state.Date {
	days := warningDays
	switch {
	case a.reason == classA:
		days = classADays
	case a.level == detectors.Critical:
		days = criticalDays
	}
	return calendar.AddBusinessDays(a.levelSince, days)
}

// TaskChange is a review task after a change.
type TaskChange struct {
	TaskID      string
	Seq         int64 // 1, 2, 3 … within the task
	Customer    state.CustomerID
	State       string
	Severity    detectors.Level // None: its signals have cleared
	Owner       string          // the customer's credit manager; empty: nobody is named
	Due         state.Date      // zero: nothing is due
	Alerts      []string        // ids, worst first, then by signal
	Recommended []string        // action codes of its alerts, most urgent first
	MoneyAtRisk state.Money     // the largest of its alerts; no currency: none
	Priority    state.Money     // that share of the net exposure which the score is of 100, when the task changed; no currency: not known
	Decision    string          // code; empty: not decided
	ReasonCode  string
	NextReview  state.Date
	By          string // who acted last; empty: nobody
	ChangedAt   state.Instant
}
