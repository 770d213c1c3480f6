package detectors

import (
	"slices"

	"tocsin/state"
)

// Level is how serious a signal is. Levels are rungs of a ladder: reaching one reaches all below it.
type Level uint8

const (
	None Level = iota
	Info
	Warning
	Critical
)

// String is the level as records write it: none, info, warning, critical.
func (l Level) String() string {
	switch l {
	case Info:
		return "info"
	case Warning:
		return "warning"
	case Critical:
		return "critical"
	default:
		return "none"
	}
}

// Rungs is a set of levels.
type Rungs uint8

// AllRungs are the levels that can be left.
const AllRungs = Rungs(1<<Info | 1<<Warning | 1<<Critical)

// Rung is the set of one level.
func Rung(l Level) Rungs { return 1 << l }

// Has tells whether the set holds a level.
func (r Rungs) Has(l Level) bool { return r&Rung(l) != 0 }

// above are the rungs higher than a level: what is clear where a rung is left by the absence of its raise condition.
func above(l Level) Rungs { return AllRungs &^ (1<<(l+1) - 1) }

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
	Plain         bool     // it can also stand without any of them
	Inputs        state.Inputs
	ClearedBy     state.Inputs // whose news clears it in the ordinary course: on a day without such an input it does not rise
	ClearHoldDays int          // default of Rule.HoldDays
	Lasting       bool         // never retracted, only cleared: what it judges is not kept by date
	Moneyless     bool         // judged for customers without a currency too
	Reads         []string     // signals whose levels it reads, all of them judged before it; the higher they are the higher its own
	ReadsAll      bool         // it reads all other signals: it is judged last

	levels []Level // of a custom sign: those that it raises
}

// Heeds tells whether the sign reads a signal.
func (s *Sign) Heeds(signal string) bool {
	return s.ReadsAll && signal != s.Signal || slices.Contains(s.Reads, signal)
}

// Input is what a verdict depends on.
type Input struct {
	View        *state.View
	Materiality Materiality
	LimitsKnown bool        // the store knew a base limit before the view's day
	Closed      state.Parts // at the last close
	HoldDays    int         // closes on which a clear condition must have stood before a level is left
	Standing    Level       // of the episode at the last close
	Reason      string      // of that episode
	Baseline    []byte      // frozen for that episode, the detector's own encoding; nil: none
	Kept        []byte      // what the verdict of the last close asked to keep; nil: nothing
	Others      Findings    // of the signals that the sign reads: as they stand, or as they stood on a past day
	Default     Default     // for a sign that reads all others
	LevelOnly   bool        // nobody asks what the verdict keeps or freezes, nor when it may be another one
}

// Findings are the signals of a customer that stand; one that is not there is at none.
type Findings []Finding

// Finding is one signal that stands.
type Finding struct {
	Signal string
	Level  Level
	Reason string // as it stands; empty on a past day
}

// Default tells whether a customer counts as in default.
type Default struct {
	Is   bool
	Next state.Date // first later day on which time alone may make him count so; zero: none
}

// Of is the level of a signal.
func (f Findings) Of(signal string) Level {
	for _, other := range f {
		if other.Signal == signal {
			return other.Level
		}
	}
	return None
}

// Verdict is the answer of a detector for one customer and day.
type Verdict struct {
	NotEvaluable bool       // too little is known; levels stay and streaks of clear days break, but for Clear
	Raise        Level      // the highest rung whose raise condition holds
	Clear        Rungs      // the rungs whose clear condition holds
	AtOnce       bool       // Clear needs no hold today
	Reason       string     // of Raise
	Reasons      [4]string  // by level: what to tell while that level stands, also where only its latch holds it; empty: Reason at the level of Raise, else the episode's own
	Next         state.Date // first later day on which the verdict could change without an event; zero: never
	Baseline     []byte     // to freeze, should an episode begin today; nil: none
	Keep         []byte     // from this close to the next, be there an episode or not: the detector's own encoding, nil: nothing
}

// Level is the level that stands when each rung that may be left is left at once: that of an episode which stood at closed
// when the last day closed. Holds, of which a verdict knows nothing, can keep a higher one.
func (v Verdict) Level(closed Level) Level {
	level := v.Raise
	for l := Info; l <= closed; l++ {
		if l > level && !v.Clear.Has(l) {
			level = l
		}
	}
	return level
}

// ReasonAt is what to tell of a level that stands, for an episode whose reason is that of its last close.
func (v Verdict) ReasonAt(l Level, closed string) string {
	switch {
	case l == None:
		return ""
	case v.Reasons[l] != "":
		return v.Reasons[l]
	case l == v.Raise:
		return v.Reason
	default:
		return closed
	}
}

// UpTo is the verdict where no level above one may rise: that of an episode whose reason is that of its last close.
func (v Verdict) UpTo(l Level, closed string) Verdict {
	if v.Raise > l {
		v.Reason = v.ReasonAt(l, closed)
		v.Raise = l
	}
	return v
}

// Detail is what a transition tells of its grounds.
type Detail struct {
	Facts       []Fact
	MoneyAtRisk state.Money
	ClearsIf    []Remedy
	Actions     []string         // recommended actions, most urgent first; codes
	Evidence    []string         // document ids, most telling first, at most ten
	Wording     string           // of a custom sign: its sentence for people, with facts in braces; empty: the catalogue has one
	Conditions  [Critical]string // of a custom sign, by the level that ClearsIf says it leads to: what has to hold, as its definition writes it
}

// Fact is one measured value beside the threshold that it was held against. Values are decimal
// strings, dates or codes.
type Fact struct {
	Name      string `json:"name"`
	Value     string `json:"value"`
	Threshold string `json:"threshold,omitempty"`
}

// Remedy is one thing that alone brings the signal to a level.
type Remedy struct {
	Do     string      // a code of remedies.go
	Amount state.Money // zero: none
	To     Level
}
