package alerts

import (
	"slices"
	"strings"

	"tocsin/detectors"
	"tocsin/state"
)

// Watched is a customer on the watch list.
type Watched struct {
	Since state.Date
	Score int         // as it stood last
	Grade state.Grade // in force then
	Stays bool        // the score is so high that nobody can take him off
}

// Watched tells whether a customer is on the watch list of the live rules, of whom his record's episodes tell.
func (j *Judge) Watched(in Input) (w Watched, on bool) {
	step := j.scratch.Get().(*work)
	defer j.scratch.Put(step)
	step.look(j, in)
	defer step.end()
	rules := j.sets[0].Rules.For(step.view).Rules
	for i := range rules {
		d, grades := rules[i].Detector.(grader)
		at, known := step.memory.find(Live, rules[i].Sign.Signal)
		if !grades || !known || rules[i].Mode != detectors.Live {
			continue
		}
		since, last, stays := d.Watched(step.memory.entries[at].now.kept)
		return Watched{since, last.Score, last.Grade, stays}, since != 0
	}
	return Watched{}, false
}

// unwatch takes the customer off the watch list, of every rule set that does not keep him on it by his score. The live one decides
// whether that can be. What was kept at the last close is changed too: a person's word is not one of the facts from which the day is
// computed anew.
func (w *work) unwatch(d *Decision) error {
	switch {
	case strings.TrimSpace(d.By) == "":
		return refuse(RefusedNobody, "take customer %s off the watch list: nobody is named: say who acts", w.in.Record.Customer.ID)
	case !slices.Contains(UnwatchReasons(), d.ReasonCode):
		return refuse(RefusedReason, "reason %q is not one of %s", d.ReasonCode, strings.Join(UnwatchReasons(), ", "))
	}
	on := false
	for i := range w.memory.entries {
		e := &w.memory.entries[i]
		if e.rule == nil || e.set != Live {
			continue
		}
		g, grades := e.rule.Detector.(grader)
		if !grades {
			continue
		}
		since, last, stays := g.Watched(e.now.kept)
		if stays {
			return refuse(RefusedScore, "customer %s stays on the watch list: the score is %d", w.in.Record.Customer.ID, last.Score)
		}
		on = since != 0
	}
	if !on {
		return refuse(RefusedNotWatched, "customer %s is not on the watch list", w.in.Record.Customer.ID)
	}
	for i := range w.memory.entries {
		e := &w.memory.entries[i]
		if e.rule == nil {
			continue
		}
		if g, grades := e.rule.Detector.(grader); grades {
			if _, _, stays := g.Watched(e.now.kept); !stays {
				e.closed.kept, e.now.kept = g.Unwatched(e.closed.kept), g.Unwatched(e.now.kept)
			}
		}
	}
	return nil
}

// priority is how much a review task presses: of the net exposure the share that the score is of 100.
func (w *work) priority() state.Money {
	g, view := w.graded(), w.judge.View(w.view)
	net, known := view.NetExposure()
	if g.Grade == 0 || !known || view.Currency() == 0 {
		return state.Money{}
	}
	return state.Money{Minor: state.MulDiv(net, int64(g.Score), 100), Currency: view.Currency()}
}
