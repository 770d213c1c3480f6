package alerts

import (
	"strconv"

	"tocsin/detectors"
	"tocsin/state"
)

// grader is a detector that grades a customer by the signals that stand, and keeps the watch list.
type grader interface {
	Grade(in *detectors.Input) detectors.Graded
	Watched(kept []byte) (since state.Date, last detectors.Standing, stays bool)
	Unwatched(kept []byte) []byte
}

// Grade is the score and grade of a customer as its record stands. in is what a step of the record would get.
func (j *Judge) Grade(in Input) Graded {
	w := j.scratch.Get().(*work)
	defer j.scratch.Put(w)
	w.look(j, in)
	defer w.end()
	return w.graded()
}

// graded is the customer's score and grade by the live rules and the signals that stand now. Found once a step, and only when
// somebody is told.
func (w *work) graded() Graded {
	if w.grade != nil {
		return *w.grade
	}
	w.grade = new(Graded)
	s := &w.judge.sets[0]
	w.rules = s.Rules.For(w.view).Rules
	for i := range w.rules {
		r := &w.rules[i]
		d, grades := r.Detector.(grader)
		if !grades || r.Mode != detectors.Live || w.in.Gone != "" {
			continue
		}
		closed := &noEpisode
		if at, known := w.memory.find(Live, r.Sign.Signal); known {
			closed = &w.memory.entries[at].closed
		}
		g := d.Grade(w.pose(s, r, closed))
		*w.grade = Graded{g.Points, g.Grade, g.Parts, g.Before, g.Watched}
	}
	return *w.grade
}

func (g *Graded) append(b []byte) []byte {
	if g.Grade == 0 {
		return append(b, `,"score":null,"grade":null`...)
	}
	b = strconv.AppendInt(append(b, `,"score":`...), int64(g.Score), 10)
	return appendStringMember(b, "grade", g.Grade.String())
}
