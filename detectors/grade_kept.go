package detectors

import (
	"encoding/binary"

	"tocsin/state"
)

// Standing is a customer's score and grade from a day on.
type Standing struct {
	On    state.Date // zero: since ever
	Score int
	Grade state.Grade // in force
}

// clean is how every customer begins of whom nothing is known.
var clean = Standing{Grade: state.GradeExcellent}

// sameAs tells whether nothing has changed but the day.
func (s Standing) sameAs(o Standing) bool { return s.Score == o.Score && s.Grade == o.Grade }

// lookBackDays is how long ago a customer's score and grade are told beside those of today.
const lookBackDays = 30

// graded is what is remembered of a customer's grade from close to close: the grade as it is held, since when he is on the watch
// list, and how score and grade went as far back as they are told.
//
// On the watch list is who has, or has had, the score of the grade watch: he stays on it until a person takes him off.
type graded struct {
	held    Held
	watched state.Date // the first day on the watch list; zero: he is not on it
	course  []Standing // oldest first, each other than the one before; none: clean since ever
}

// last is how the customer stood last.
func (g *graded) last() Standing {
	if len(g.course) == 0 {
		return clean
	}
	return g.course[len(g.course)-1]
}

// on is how the customer stood at the close of a day.
func (g *graded) on(day state.Date) Standing {
	was := clean
	for _, s := range g.course {
		if s.On <= day {
			was = s
		}
	}
	return was
}

// went is what is to be remembered once a day's score and grade are added. What is too old to be told goes when something is added,
// so that a look that finds nothing new leaves no trace.
func (g *graded) went(now Standing) []Standing {
	if now.sameAs(g.last()) {
		if g.forgotten() != 0 && now.On >= g.forgotten() {
			return nil
		}
		return g.course
	}
	first := 0
	for first+1 < len(g.course) && g.course[first+1].On <= now.On-lookBackDays {
		first++
	}
	return append(g.course[first:len(g.course):len(g.course)], now)
}

// forgotten is the day from which on nothing is left to be told of a customer who stands clean; zero: he does not, or nothing is.
func (g *graded) forgotten() state.Date {
	if last := g.last(); len(g.course) > 0 && last.sameAs(clean) {
		return last.On + lookBackDays
	}
	return 0
}

// keep is what is remembered, encoded: grade, since when a better one is allowed, since when on the watch list, then the course as
// days since the one before, score and grade. Nothing, where there is nothing that not everybody has of whom nothing is known.
func (g *graded) keep() []byte {
	if g.held.Grade == state.GradeExcellent && g.watched == 0 && len(g.course) == 0 {
		return nil
	}
	b := make([]byte, 0, 16+8*len(g.course))
	b = binary.AppendUvarint(append(b, byte(g.held.Grade)), uint64(g.held.Since))
	b = binary.AppendUvarint(b, uint64(g.watched))
	before := state.Date(0)
	for _, s := range g.course {
		b = append(binary.AppendUvarint(b, uint64(s.On-before)), byte(s.Score), byte(s.Grade))
		before = s.On
	}
	return b
}

// gradedBy is what was remembered.
func gradedBy(kept []byte) graded {
	g := graded{held: Held{Grade: state.GradeExcellent}}
	if len(kept) == 0 {
		return g
	}
	g.held.Grade, kept = state.Grade(kept[0]), kept[1:]
	date := func() state.Date {
		n, size := binary.Uvarint(kept)
		kept = kept[size:]
		return state.Date(n)
	}
	g.held.Since, g.watched = date(), date()
	g.course = make([]Standing, 0, len(kept)/3)
	for before := state.Date(0); len(kept) > 0; kept = kept[2:] {
		before += date()
		g.course = append(g.course, Standing{before, int(kept[0]), state.Grade(kept[1])})
	}
	return g
}

// Watched tells of a customer of whom something is kept since when he is on the watch list, zero where he is not; how he stood last;
// and whether that alone puts him on it, so that nobody can take him off.
func (c *Composite) Watched(kept []byte) (since state.Date, last Standing, stays bool) {
	g := gradedBy(kept)
	return g.watched, g.last(), g.last().Score >= c.Watch
}

// Unwatched is what is kept of a customer once he is taken off the watch list.
func (c *Composite) Unwatched(kept []byte) []byte {
	g := gradedBy(kept)
	g.watched = 0
	return g.keep()
}

// Grading is the signal whose episodes keep how a customer is graded.
const Grading = "composite"

// LastGrade is the grade that a customer was given last, by what is kept of him; excellent where nothing is.
func LastGrade(kept []byte) state.Grade {
	g := gradedBy(kept)
	return g.last().Grade
}
