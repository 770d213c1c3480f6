package detectors

import (
	"cmp"
	"slices"
	"strings"
)

// Circumstances are what a score depends on beside the signals that stand.
type Circumstances struct {
	Plan    bool // an accepted instalment plan of which something is open
	Default bool // a material line is so long past due that the customer counts as in default
}

// Score is how near a customer is to becoming a loss: 0 is nothing known against him, 100 a class A fact of a register.
type Score struct {
	Points int
	Parts  []Contribution // that add up to Points: by signal, then caps, bonuses and floors
}

// Contribution is one part of a score. Caps are negative; a floor is what it lifts.
type Contribution struct {
	Name   string // a signal, or one of the names below
	Level  Level  // of the signal; None: it is none
	Points int
}

// Contributions that are no signal's.
const (
	Corroborated = "corroborated" // warnings of several groups
	BustOut      = "bust_out"     // large orders beside trouble with payments
	FloorPlan    = "floor_plan"   // an instalment plan
	FloorLevel   = "floor_critical"
	FloorDefault = "floor_default"
	FloorSevere  = "floor_severe" // a class B1 fact of a register
	FloorClassA  = "floor_class_a"
	CapAll       = "cap_all"
)

// PointsOf begins the name of a fact that is a contribution; the contribution's name follows.
const PointsOf = "points_"

// Contributions are the names of those that are no signal's.
func Contributions() []string {
	return append(capNames[:], Corroborated, BustOut, FloorPlan, FloorLevel, FloorDefault, FloorSevere, FloorClassA, CapAll)
}

const fullScore = 100

// Score adds up what stands (DOMAIN.md 2.14). Each signal has points by its level; of limit signals the one with most points counts.
// Each group of signals is capped, so that several views of one late invoice do not add up. Warnings in several groups bear each
// other out, and large orders beside trouble with payments are the pattern of somebody who does not mean to pay. A floor lifts a
// score that is lower.
func (c *Composite) Score(standing Findings, is Circumstances) Score {
	var s Score
	limits := c.worstLimit(standing)
	for g := range groups {
		sum := 0
		for i := range standing {
			f := &standing[i]
			if groupOf(f.Signal) != g || isLimit(f.Signal) && f != limits {
				continue
			}
			if points := c.points(f); points > 0 {
				sum += points
				s.add(f.Signal, f.Level, points)
			}
		}
		s.add(capNames[g], None, min(0, c.Caps[g]-sum))
	}
	if warnedGroups(standing) >= c.CorroboratedGroups {
		s.add(Corroborated, None, c.CorroboratedPoints)
	}
	if bustsOut(standing) {
		s.add(BustOut, None, c.BustOutPoints)
	}
	s.add(CapAll, None, min(0, fullScore-s.Points))
	name, floor := c.floor(standing, is)
	s.add(name, None, max(0, floor-s.Points))
	return s
}

func (s *Score) add(name string, level Level, points int) {
	if points != 0 {
		s.Points += points
		s.Parts = append(s.Parts, Contribution{name, level, points})
	}
}

// worstLimit is the limit signal with most points, the first by name of several; nil: none stands.
func (c *Composite) worstLimit(standing Findings) (worst *Finding) {
	for i := range standing {
		f := &standing[i]
		if !isLimit(f.Signal) {
			continue
		}
		if worst == nil || cmp.Or(cmp.Compare(c.points(f), c.points(worst)), strings.Compare(worst.Signal, f.Signal)) > 0 {
			worst = f
		}
	}
	return worst
}

// warnedGroups is how many groups hold a warning or worse. That nobody has set a limit is no trouble of the customer's.
func warnedGroups(standing Findings) int {
	var warned [groups]bool
	n := 0
	for i := range standing {
		f := &standing[i]
		g := groupOf(f.Signal)
		if f.Level < Warning || g == groups || f.Signal == limitMissingSign.Signal || warned[g] {
			continue
		}
		warned[g] = true
		n++
	}
	return n
}

// bustsOut tells whether orders have changed beside trouble with payments.
func bustsOut(standing Findings) bool {
	warned := func(signals ...string) bool {
		return slices.ContainsFunc(standing, func(f Finding) bool { return f.Level >= Warning && slices.Contains(signals, f.Signal) })
	}
	return warned("order_pattern_break") && warned("payment_slowdown", "broken_promise", "payment_returned", overdueSign.Signal)
}

// floor is the highest floor under a score, and its name.
func (c *Composite) floor(standing Findings, is Circumstances) (name string, floor int) {
	lift := func(holds bool, as string, to int) {
		if holds && to > floor {
			name, floor = as, to
		}
	}
	lift(is.Plan, FloorPlan, c.Watch)
	lift(is.Default, FloorDefault, c.Bad)
	for i := range standing {
		f := &standing[i]
		registry := f.Signal == adverseRegistrySign.Signal
		lift(f.Level == Critical && !isLimit(f.Signal), FloorLevel, c.Watch)
		lift(registry && f.Reason == classB1, FloorSevere, c.Bad)
		lift(registry && f.Reason == classA, FloorClassA, fullScore)
	}
	return name, floor
}

func isLimit(signal string) bool { return strings.HasPrefix(signal, "limit_") }
