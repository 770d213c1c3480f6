package alerts

import (
	"tocsin/detectors"
	"tocsin/state"
)

// Input is one step of a customer: its record with the events already applied, and what the day fixes.
type Input struct {
	Record      *state.Record // Episodes and Told are rewritten in place
	Ledger      *state.Ledger
	Day         state.Date
	LimitsKnown bool
	KnownAt     state.Instant
	Changed     state.Inputs // of the events applied
	Applied     bool         // an event was applied, so levels may be retracted
	All         bool         // judge every detector: an alarm, or the first step of a day
	Decision    []byte       // what a person decided; nil: nothing
}

// Result is what a step owes.
type Result struct {
	Transitions []Transition
	Tasks       []TaskChange
	Case        *CaseMessage // nil: nobody needs to be told anything new
	Next        state.Date   // first later day on which any verdict, hold or clear could change by time; zero: never
}

// Transition is one change in an alert's life.
type Transition struct {
	AlertID  string
	Seq      int64
	At       state.Date
	KnownAt  state.Instant
	Customer state.CustomerID
	RuleSet  string
	Signal   string
	Reason   string
	From, To detectors.Level
	Kind     string // raised, escalated, deescalated, cleared, retracted
	Config   string
	detectors.Detail
}

// TaskChange is a review task after a change.
type TaskChange struct {
	TaskID string
	Seq    int64
}

// CaseMessage is a case as a sender shows it.
type CaseMessage struct {
	CaseID string
	Seq    int64
}

// Judge runs rule sets over records. It is immutable and shared.
type Judge struct{}

// Step judges a record after its events were applied and returns what changed. Promote must have been called if the day
// is later than the record's.
func (j *Judge) Step(in Input) Result { return Result{} }

// Promote makes what stands in a record's episodes what stood at the close before day.
func Promote(episodes []byte, day state.Date) []byte { return episodes }
