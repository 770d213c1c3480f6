package alerts

import (
	"tocsin/detectors"
	"tocsin/state"
)

// States of a review task.
const (
	TaskOpen         = "open"
	TaskAcknowledged = "acknowledged"
	TaskInReview     = "in_review"
	TaskDecided      = "decided"
	TaskClosed       = "closed"
)

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
	Decision    string          // code; empty: not decided
	ReasonCode  string
	NextReview  state.Date
	By          string // who acted last; empty: nobody
	ChangedAt   state.Instant
}
