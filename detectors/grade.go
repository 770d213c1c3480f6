package detectors

import "tocsin/state"

// Graded is a customer's score, and the grade in force.
type Graded struct {
	Score
	Grade    state.Grade          // in force
	Override *state.GradeOverride // that puts it in force; nil: it is the computed one, as it is held
	Watched  state.Date           // the first day on the watch list; zero: he is not on it
	Before   Standing             // score and grade at the close 30 days ago
	kept     graded               // from this close to the next
	next     state.Date           // first later day on which the grade, or what is kept, may change by time alone; zero: none
}

// Grade is the customer's score and grade, given the grade that was kept at the last close.
func (c *Composite) Grade(in *Input) Graded {
	g := Graded{Score: c.Score(in.Others, Circumstances{Plan: len(in.View.Plans()) > 0, Default: in.Default.Is})}
	was, day, computed := gradedBy(in.Kept), in.View.Day, c.gradeOf(g.Points)
	g.Override = in.View.GradeOverride()
	if g.Override != nil && (g.Override.Grade == state.GradeOther || insolvent(in.Others)) {
		g.Override = nil
	}
	if g.Override != nil {
		g.Grade, g.kept.held, g.next = g.Override.Grade, Held{Grade: computed}, g.Override.SetDate+state.GradeOverrideDays
	} else {
		g.kept.held, g.next = c.Hold(was.held, day, computed, calm(in.Others))
		g.Grade = g.kept.held.Grade
	}
	if g.kept.watched = was.watched; g.kept.watched == 0 && g.Points >= c.Watch {
		g.kept.watched = day
	}
	g.Watched, g.Before = g.kept.watched, was.on(day-lookBackDays)
	g.kept.course = was.went(Standing{day, g.Points, g.Grade})
	g.next = sooner(sooner(sooner(g.next, g.kept.forgotten()), in.Default.Next), in.View.NextChange())
	return g
}

// calm tells whether no signal stands at a warning or above.
func calm(others Findings) bool {
	for i := range others {
		if others[i].Level >= Warning {
			return false
		}
	}
	return true
}

func insolvent(others Findings) bool {
	for i := range others {
		if others[i].Signal == adverseRegistrySign.Signal && others[i].Reason == classA {
			return true
		}
	}
	return false
}

// gradeOf is the one that a score makes.
func (c *Composite) gradeOf(score int) state.Grade {
	switch {
	case score >= c.Bad:
		return state.GradeBad
	case score >= c.Watch:
		return state.GradeWatch
	case score >= c.Fair:
		return state.GradeFair
	case score >= c.Good:
		return state.GradeGood
	default:
		return state.GradeExcellent
	}
}

// Held is a grade as it is held: it rises slowly.
type Held struct {
	Grade state.Grade
	Since state.Date // the first day, without a break, on which a better one is allowed; zero: none is
}

// Hold is what becomes on a day of a grade that was held at the last close. Calm: no other signal stands at a warning. Next is the
// day on which time alone makes it a better one; zero: none.
func (c *Composite) Hold(was Held, day state.Date, computed state.Grade, calm bool) (now Held, next state.Date) {
	if computed >= was.Grade || calm && c.UpgradeDays == 0 {
		return Held{Grade: computed}, 0
	}
	if !calm {
		return Held{Grade: was.Grade}, 0
	}
	if now = was; now.Since == 0 {
		now.Since = day
	}
	for now.Grade > computed && day-now.Since >= state.Date(c.UpgradeDays) {
		now.Grade--
		now.Since += state.Date(c.UpgradeDays)
	}
	if now.Grade == computed {
		return Held{Grade: computed}, 0
	}
	return now, now.Since + state.Date(c.UpgradeDays)
}
