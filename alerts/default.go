package alerts

import "tocsin/detectors"

// defaulter is a detector that knows when a customer counts as in default.
type defaulter interface {
	Default90(in *detectors.Input) detectors.Default
}

// InDefault tells whether a customer counts as in default, as its live overdue rule measures it, in whatever mode that
// is; where it is off, as it measures by default: the figure is none of the signal's. in is what a step of the record
// would get.
func (j *Judge) InDefault(in Input) bool {
	w := j.scratch.Get().(*work)
	defer j.scratch.Put(w)
	w.look(j, in)
	defer w.end()
	w.prepare(&j.sets[0])
	w.rules = j.sets[0].Rules.For(w.view).Rules
	return w.inDefault().Is
}

// inDefault is what the set in hand says of a default.
func (w *work) inDefault() detectors.Default {
	for i := range w.rules {
		if d, ok := w.rules[i].Detector.(defaulter); ok {
			return d.Default90(&w.input)
		}
	}
	return detectors.NewOverdue().Default90(&w.input)
}
