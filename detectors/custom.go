package detectors

import (
	"slices"
	"strings"

	"tocsin/state"
)

// Custom is a sign that the configuration defines: a condition over features for each of its levels.
//
// The highest level rises whose condition holds. The lowest one, and with it the sign, is left when its clear condition holds,
// where one is given, else when its own condition does not; a higher one is left when its own condition does not. Both wait for
// hold_days.
//
// It is not evaluable where a condition hangs on something that is not known, such as a sum without its exchange rate or the
// utilisation of a customer without a limit. It is judged when an input has changed that its features read, and on the days on
// which they move as time goes by.
type Custom struct {
	sign    Sign
	when    [Critical + 1]*formula // by level; nil: it has no such level
	clear   *formula               // nil: the absence of the condition
	all     []*formula             // of both
	wording string
	told    []*Feature // that the wording names
	actions []string
	source  *CustomSign
}

// Sign is that of the definition.
func (d *Custom) Sign() *Sign { return &d.sign }

// Params are none: its thresholds stand in its conditions.
func (d *Custom) Params() []Param { return nil }

// Evaluate asks the conditions, the highest level's first.
func (d *Custom) Evaluate(in *Input) Verdict {
	v := Verdict{Next: d.next(in)}
	for l := Critical; l > None; l-- {
		if d.when[l] == nil {
			continue
		}
		holds, known := d.when[l].holds(in)
		if !known {
			return Verdict{NotEvaluable: true, Next: v.Next}
		}
		if holds {
			v.Raise = l
			break
		}
	}
	v.Clear = above(v.Raise)
	if v.Raise == None && d.clear != nil {
		if left, known := d.clear.holds(in); !left || !known {
			v.Clear &^= AllRungs &^ above(d.lowest())
		}
	}
	return v
}

// lowest is the lowest level that the sign has. The rungs below it are set and left with it.
func (d *Custom) lowest() Level {
	l := Info
	for d.when[l] == nil {
		l++
	}
	return l
}

// rung is the level whose condition a level stands by: its own, or that of the next higher one, which sets it too.
func (d *Custom) rung(l Level) Level {
	for l = max(l, Info); l < Critical && d.when[l] == nil; {
		l++
	}
	if d.when[l] == nil {
		return d.lowest()
	}
	return l
}

func (d *Custom) next(in *Input) state.Date {
	next := in.View.NextChange()
	for _, f := range d.all {
		next = sooner(next, f.next(in))
	}
	return next
}

// Describe tells of what the condition of the level read, and of what the text names.
func (d *Custom) Describe(in *Input, v Verdict) Detail {
	level := v.Level(in.Standing)
	judged := d.when[d.rung(level)]
	out := Detail{Wording: d.wording, MoneyAtRisk: exposureAtRisk(in.View), Facts: judged.facts(in)}
	for _, f := range d.told {
		if !slices.Contains(judged.features, f) {
			out.Facts = append(out.Facts, Fact{Name: f.Name, Value: f.write(in, f.read(in))})
		}
	}
	out.Facts = slices.DeleteFunc(out.Facts, func(f Fact) bool { return f.Value == "" })
	if level == None {
		return out
	}
	out.Actions = slices.Clone(d.actions)
	for to := level - 1; ; to-- {
		if to == None || d.when[to] != nil {
			out.ClearsIf, out.Conditions[to] = append(out.ClearsIf, Remedy{Do: ByCondition, To: to}), d.leads(to)
		}
		if to == None {
			break
		}
	}
	for _, f := range judged.features {
		if f.proof != nil {
			for _, id := range f.proof(in) {
				out.Evidence = cite(out.Evidence, id)
			}
		}
	}
	return out
}

// leads is the condition under which the sign stands at a level, having stood at a higher one: none of those above is raised, and the
// level itself is, or is not left.
func (d *Custom) leads(to Level) string {
	var parts []string
	switch {
	case to == None && d.clear != nil:
		parts = append(parts, joined(d.clear, d.source.Clear))
	case to == None:
	case to == d.lowest() && d.clear != nil:
		parts = append(parts, "("+d.source.When[to]+" or not ("+d.source.Clear+"))")
	default:
		parts = append(parts, joined(d.when[to], d.source.When[to]))
	}
	for l := to + 1; l <= Critical; l++ {
		if d.when[l] != nil {
			parts = append(parts, "not ("+d.source.When[l]+")")
		}
	}
	return strings.Join(parts, " and ")
}

// joined is a condition as it stands beside an `and`.
func joined(f *formula, text string) string {
	if f.root.do == doOr {
		return "(" + text + ")"
	}
	return text
}

// conditions are what the definition says, one condition a line.
func (d *Custom) conditions() []string {
	var lines []string
	for l := Critical; l > None; l-- {
		if d.when[l] != nil {
			lines = append(lines, "Raises "+l.String()+" when: "+d.source.When[l])
		}
	}
	if d.clear != nil {
		lines = append(lines, "Is left when: "+d.source.Clear)
	}
	return append(lines, "Says: "+d.wording)
}

// readsClass tells whether the sign rests on customers' classes, so that shares of the whole have to be known.
func (d *Custom) readsClass() bool {
	return slices.ContainsFunc(d.all, func(f *formula) bool {
		return slices.ContainsFunc(f.features, func(one *Feature) bool { return one.Name == nameClass })
	})
}
