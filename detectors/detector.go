package detectors

import "tocsin/state"

// Level is how serious a signal is. Levels are rungs of a ladder: reaching one reaches all below it.
type Level uint8

const (
	None Level = iota
	Info
	Warning
	Critical
)

// Rungs is a set of levels.
type Rungs uint8

// Rung is the set of one level.
func Rung(l Level) Rungs { return 1 << l }

// Has tells whether the set holds a level.
func (r Rungs) Has(l Level) bool { return r&Rung(l) != 0 }

// Detector is one sign with its thresholds. Detectors are immutable once configured and shared by all customers.
type Detector interface {
	// Sign is what the detector is: the same for all its configurations.
	Sign() *Sign
	// Params are the thresholds, each bound to its field.
	Params() []Param
	// Evaluate judges a customer. It changes nothing and is called for days past as well as for the open one.
	Evaluate(in *Input) Verdict
	// Describe gives the reader of a transition what Evaluate measured. It is called only when somebody is told.
	Describe(in *Input, v Verdict) Detail
}

// Sign is what users are told of a detector, and what the engine must know to run it.
type Sign struct {
	Signal        string   // name in records and configuration
	Title         string   // a few words for people
	Reasons       []string // closed list, in order of precedence; empty: the signal has none
	Inputs        state.Inputs
	ClearHoldDays int  // closes on which a clear condition must have stood before the level is left
	Lasting       bool // never retracted, only cleared: what it judges is not kept by date
}

// Input is what a verdict depends on.
type Input struct {
	View        *state.View
	Materiality Materiality
	LimitsKnown bool        // the store knew a base limit before the view's day
	Closed      state.Parts // at the last close
	Standing    Level       // of the episode at the last close
	Reason      string      // of that episode
	Baseline    []byte      // frozen for that episode, the detector's own encoding; nil: none
}

// Verdict is the answer of a detector for one customer and day.
type Verdict struct {
	NotEvaluable bool       // too little is known; levels stay and streaks of clear days break, but for Clear
	Raise        Level      // the highest rung whose raise condition holds
	Clear        Rungs      // the rungs whose clear condition holds
	Reason       string     // of Raise
	Next         state.Date // first later day on which the verdict could change without an event; zero: never
	Baseline     []byte     // to freeze, should an episode begin today; nil: none
}

// Detail is what a transition tells of its grounds.
type Detail struct {
	Facts       []Fact
	MoneyAtRisk state.Money
	ClearsIf    []Remedy
	Actions     []string // recommended actions, most urgent first; codes
	Evidence    []string // document ids, most telling first, at most ten
}

// Fact is one measured value beside the threshold that it was held against. Values are decimal strings.
type Fact struct {
	Name      string `json:"name"`
	Value     string `json:"value"`
	Threshold string `json:"threshold,omitempty"`
}

// Remedy is one thing that alone brings the signal to a level.
type Remedy struct {
	Do     string      // pay, raise_limit, set_limit, review_limit, …
	Amount state.Money // zero: none
	To     Level
}
