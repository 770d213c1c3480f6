package alerts

import (
	"tocsin/detectors"
	"tocsin/state"
)

// Names of the rule sets that are told apart. Only the live one owes people cases, tasks and messages; a detector in
// shadow mode is judged in Shadow on the same facts.
const (
	Live   = "live"
	Shadow = "shadow"
)

// Input is one step of a customer: its record with the events already applied, and what the day fixes.
type Input struct {
	Record      *state.Record // Episodes and Told are replaced, never written into
	View        *state.View   // of the record on Day; nil: made from the record
	Ledger      *state.Ledger
	Day         state.Date
	LimitsKnown bool
	KnownAt     state.Instant
	Changed     state.Inputs // of the events applied in this step
	Applied     bool         // an event was applied on this day, so levels may be retracted
	All         bool         // judge every detector: a date has come, or the configuration is another one
	Decision    []byte       // what a person decided (EncodeDecision); nil: nothing
	Waiting     state.Inputs // what the day was opened without: a signal that it could clear does not rise
	Gone        string       // why the customer has no signals any more, one of the Gone names; empty: it has
	WasGone     string       // the same as the step before left it
	Tell        Telling      // what of the result anybody reads
}

// Telling is what of a step's result is put into words. What changes, and how often something was told, does not depend on it.
type Telling uint8

// What is put into words.
const (
	TellAll         Telling = iota
	TellTransitions         // no tasks and no message
	TellChanges             // transitions without detail, score and grade either
)

// Result is what a step owes. Nothing of it may reach anybody before the record is committed.
type Result struct {
	Transitions []Transition // by signal, then in the order of the rule sets
	Tasks       []TaskChange // at most one
	Case        *CaseMessage // nil: nobody needs to be told anything new
	Wishes      []Wish       // to the system that keeps the orders
	Refused     error        // a *Refusal: why the decision changed nothing; nil if there was none or it was taken

	// Next is the first later day on which a verdict, hold or baseline that this step looked at could change by time
	// alone; zero: never. A step that judged all looked at all; after any other one an alarm that is due earlier stays.
	Next state.Date
}

// Kinds of transition.
const (
	Raised      = "raised"
	Escalated   = "escalated"
	Deescalated = "deescalated"
	Cleared     = "cleared"
	Retracted   = "retracted" // it was never right: a correction took the ground from every level
)

// Transition is one change in an alert's life.
type Transition struct {
	AlertID  string // 32 hexadecimal digits, derived: see alertID
	Seq      int64  // 1, 2, 3 … within the alert
	At       state.Date
	KnownAt  state.Instant
	Customer state.CustomerID
	RuleSet  string
	Signal   string
	Reason   string // of the level reached; of a cleared or retracted alert the one it had
	From, To detectors.Level
	Kind     string
	Graded   Graded
	Config   string // version of the configuration that judged
	detectors.Detail
}

// Graded is a customer's score and grade. The zero Graded: there is none, for no live rule grades him.
type Graded struct {
	Score   int
	Grade   state.Grade
	Parts   []detectors.Contribution // that add up to the score
	Before  detectors.Standing       // at the close 30 days ago
	Watched state.Date               // since when he is on the watch list; zero: he is not
}
