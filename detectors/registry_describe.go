package detectors

import (
	"strconv"

	"tocsin/state"
)

// Describe tells of the gravest fact and cites all that stand.
func (d *AdverseRegistry) Describe(in *Input, v Verdict) Detail {
	out := Detail{MoneyAtRisk: exposureAtRisk(in.View)}
	r := d.reading(in.View, in.View.RegistryFacts(), in.View.Notes())
	w := r.weigh()
	standing := w.standing()
	if len(standing)+len(w.notes) == 0 {
		return out
	}
	level := v.Level(in.Standing)
	reason := v.ReasonAt(level, in.Reason)
	if len(standing) > 0 {
		gravest := &r.facts[standing[0]]
		out.Facts = []Fact{
			{"registry_event", gravest.Type, ""},
			{"class", w.gravest(), ""},
			{"effective_date", gravest.Effective.String(), ""},
			{"first_known_date", gravest.FirstKnown.String(), ""},
			{"registry_events", strconv.Itoa(len(standing)), "1"},
		}
		if then, known := r.exposureOn(gravest.Effective); known {
			out.Facts = append(out.Facts, Fact{"exposure_then", money(then, in.View.Currency()), ""})
		}
	}
	out.Facts = append(out.Facts, d.grounds(in, w, reason)...)
	out.Actions = actions(adverseRegistrySign.Signal, level, reason)
	for _, i := range standing {
		out.Evidence = cite(out.Evidence, r.facts[i].EventID)
	}
	for _, n := range w.notes {
		out.Evidence = cite(out.Evidence, n.NoteID)
	}
	if len(standing) > 0 {
		r.over = standing[0]
		if after, _ := d.level(r.weigh(), d.corroborator(in) != ""); after < level {
			out.ClearsIf = []Remedy{{Do: endRegistry, To: after}}
		}
	}
	return out
}

// grounds are the facts that a reason rests on beside the gravest news.
func (d *AdverseRegistry) grounds(in *Input, w registryWeight, reason string) []Fact {
	var out []Fact
	switch reason {
	case classB2:
		out = append(out, Fact{"serious_events", strconv.Itoa(w.together), strconv.Itoa(d.PairCount)})
	case classC, corroborated:
		out = append(out, Fact{"soft_kinds", strconv.Itoa(len(w.kinds)), strconv.Itoa(d.SoftCount)})
	}
	if signal := d.corroborator(in); reason == corroborated && signal != "" {
		out = append(out, Fact{"corroborated_by", signal, Warning.String()})
	}
	if len(w.notes) > 0 {
		out = append(out, Fact{"note", noteKinds[w.notes[0].Sign], ""})
	}
	return out
}

// standing are the facts that stand, gravest class first, of each the newest first.
func (w *registryWeight) standing() []int {
	var all []int
	for _, class := range [...][]int{w.terminal, w.severe, w.serious, w.soft} {
		all = append(all, class...)
	}
	return all
}

// gravest is the class of the first of them.
func (w *registryWeight) gravest() string {
	switch {
	case len(w.terminal) > 0:
		return classA
	case len(w.severe) > 0:
		return classB1
	case len(w.serious) > 0:
		return classB2
	}
	return classC
}

// exposureOn is the exposure as of a past day; false where that is not known, or the day has no books to look at.
func (r *registryReading) exposureOn(day state.Date) (minor int64, known bool) {
	r.view.On(day, func(then *state.View) {
		e := then.Exposure()
		minor, known = e.Gross, e.Known && then.Currency() == r.view.Currency()
	})
	return minor, known
}
