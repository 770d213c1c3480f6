package detectors

import (
	"strconv"

	"tocsin/state"
)

// Explainer is a detector that can say what each of its levels needs, to who asks why a signal stands or keeps silent. Of
// one that cannot, the facts that it describes are told beside their thresholds.
type Explainer interface {
	// Explain takes apart what Evaluate judges of a customer of whom no episode is open: the highest level of which all
	// conditions of one way hold is the one raised, and where one of level None does not hold the signal is not evaluable.
	Explain(in *Input) []Condition
}

// BaselineTeller is a detector that can say what it froze for an episode.
type BaselineTeller interface {
	// TellBaseline reads what a Verdict of the detector gave as Baseline.
	TellBaseline(baseline []byte) []Fact
}

// Condition is one thing that a level needs. Its numbers are exact, so that what is missing can be told to the cent and the
// day; see [Condition.Gap].
type Condition struct {
	Level     Level  // that needs it; None: without it nothing can be judged
	Way       int    // of several ways to a level one is enough, and all its conditions must hold
	What      string // the name of what is measured, as that of a [Fact]
	About     string // id of the document that it is measured of; empty: none
	Unit      Unit
	Value     int64
	Is        Relation // how the value must stand to the threshold
	Threshold int64
}

// Unit is what the numbers of a condition count.
type Unit uint8

const (
	UnitDays     Unit = iota
	UnitHalfDays      // twice the days, of medians
	UnitCount         // things
	UnitMoney         // minor units of the customer's currency
	UnitRatio         // ten-thousandths
	UnitPoints        // ten-thousandths of a point, of what is counted in parts
	UnitFlag          // 1: it is so; 0: it is not
)

// String is the unit as records write it.
func (u Unit) String() string {
	return [...]string{UnitDays: "days", UnitHalfDays: "days", UnitCount: "count", UnitMoney: "money", UnitRatio: "ratio", UnitPoints: "points", UnitFlag: "flag"}[u]
}

// Relation is how a value is held against a threshold.
type Relation uint8

const (
	AtLeast Relation = iota
	MoreThan
	AtMost
	LessThan
)

// String is the relation as records write it.
func (r Relation) String() string {
	return [...]string{AtLeast: "at_least", MoreThan: "more_than", AtMost: "at_most", LessThan: "less_than"}[r]
}

// Holds tells whether the condition is fulfilled.
func (c Condition) Holds() bool { return c.Gap() == 0 }

// Gap is the least change of the value after which the condition holds: above 0 it has to grow, below 0 to fall, 0: it holds.
func (c Condition) Gap() int64 {
	switch c.Is {
	case AtLeast:
		return max(0, c.Threshold-c.Value)
	case MoreThan:
		return max(0, c.Threshold+1-c.Value)
	case AtMost:
		return min(0, c.Threshold-c.Value)
	default:
		return min(0, c.Threshold-1-c.Value)
	}
}

// Write is a number of the condition as a decimal number or, of a flag, 1 or 0. Amounts are in a currency.
func (c Condition) Write(n int64, currency state.Currency) string {
	switch c.Unit {
	case UnitMoney:
		return state.FormatMinor(n, currency.Scale())
	case UnitHalfDays:
		return halves(int(n))
	case UnitRatio, UnitPoints:
		return formatFixed(n, ratioDecimals)
	default:
		return strconv.FormatInt(n, 10)
	}
}

// Lacking are the conditions of a level that do not hold, of the way that lacks the fewest; none where the level is reached.
// found tells whether there is a way to the level at all.
func Lacking(conditions []Condition, level Level) (lacking []Condition, found bool) {
	ways := map[int][]Condition{}
	var order []int
	for _, c := range conditions {
		if c.Level != level {
			continue
		}
		if _, known := ways[c.Way]; !known {
			order = append(order, c.Way)
			ways[c.Way] = nil
		}
		if !c.Holds() {
			ways[c.Way] = append(ways[c.Way], c)
		}
	}
	for i, way := range order {
		if i == 0 || len(ways[way]) < len(lacking) {
			lacking = ways[way]
		}
	}
	return lacking, len(order) > 0
}

// flag is a condition that something is so.
func flag(level Level, what string, is, wanted bool) Condition {
	c := Condition{Level: level, What: what, Unit: UnitFlag, Is: AtLeast, Threshold: 1}
	if is {
		c.Value = 1
	}
	if !wanted {
		c.Is, c.Threshold = AtMost, 0
	}
	return c
}

// Levels are those that the sign raises, the lowest first.
func (s *Sign) Levels() []Level {
	if s.levels != nil {
		return s.levels
	}
	var list []Level
	for l := Info; l <= Critical; l++ {
		for o := range recommended {
			if o.signal == s.Signal && o.level == l {
				list = append(list, l)
				break
			}
		}
	}
	return list
}
