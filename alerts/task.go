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

// TaskChange is a review task after a change.
type TaskChange struct {
	TaskID      string
	Seq         int64 // 1, 2, 3 … within the task
	Customer    state.CustomerID
	State       string
	Severity    detectors.Level // None: its signals have cleared
	Owner       string          // to whom it was handed, else the customer's credit manager; empty: nobody is named
	Acknowledge state.Instant   // by when somebody is to have it in hand; zero: somebody has
	Due         state.Instant   // by when it is to be decided, and once it is, looked at again; zero: nothing is due
	Alerts      []string        // ids, worst first, then by signal
	Recommended []string        // action codes of its alerts, most urgent first
	MoneyAtRisk state.Money     // the largest of its alerts; no currency: none
	Priority    state.Money     // that share of the net exposure which the score is of 100, when the task changed; no currency: not known
	Decision    string          // code; empty: not decided
	ReasonCode  string          // of the decision, or of the snooze
	NextReview  state.Date
	By          string // who acted last; empty: nobody
	ChangedAt   state.Instant

	SnoozedUntil state.Date // the day on which it is back; zero: it is not put off
	Worse        uint       // per cent of money at risk by which it is back before; 0: however much there is

	Escalation Escalation // who was told that it is late
	Term       Term       // after which somebody is told so, or once more

	Reminded bool          // its owner was reminded of its deadline
	Remind   state.Instant // when he is to be; zero: not at all
}
