package alerts

import (
	"strings"

	"tocsin/state"
)

// Footing is what a level of an alert stands on. An alert whose figures are below its threshold looks like a mistake unless somebody
// says why it stands all the same.
type Footing string

// What a level stands on.
const (
	OnFacts  Footing = ""         // today's facts would raise it
	OnHold   Footing = "hold"     // they would not, but it has not cleared, or not for long enough
	Unjudged Footing = "unjudged" // today cannot be judged
)

// footing is what the present level stands on, and the day on which it goes if nothing comes in between; zero: none is known. The
// entry has been judged in this step.
func (e *entry) footing() (Footing, state.Date) {
	level := e.now.level()
	ends := state.Date(0)
	if from := e.now.clearFrom[level]; from != 0 {
		ends = from + state.Date(e.rule.HoldDays)
	}
	switch {
	case !e.verdict.NotEvaluable && e.verdict.Raise >= level:
		return OnFacts, 0
	case e.verdict.NotEvaluable:
		return Unjudged, ends
	default:
		return OnHold, ends
	}
}

// footed is a sentence about an alert with what its level stands on, if it is not what the sentence tells.
func (l *Language) footed(text string, a *CaseAlert) string {
	key := string(a.Footing)
	if a.Ends != 0 {
		key += " ends"
	}
	return text + strings.NewReplacer("{level}", l.Level(a.Level), "{ends}", l.Date(a.Ends)).Replace(l.footings[key])
}
