package detectors

import (
	"slices"
	"strings"

	"tocsin/state"
)

// holds tells whether the condition is fulfilled; not known where that hangs on a feature that is not.
func (f *formula) holds(in *Input) (yes, known bool) {
	r := f.root.read(in)
	return r.yes, r.known
}

func (t *term) read(in *Input) reading {
	switch t.do {
	case doLiteral:
		return t.constant
	case doFeature:
		return t.feature.read(in)
	case doAnd, doOr:
		return t.join(in)
	}
	left := t.left.read(in)
	if !left.known {
		return reading{}
	}
	switch t.do {
	case doNot:
		return truth(!left.yes)
	case doNegate:
		return amount(left.number.negative())
	case doAmong:
		return truth(slices.Contains(t.words, left.word))
	}
	right := t.right.read(in)
	if !right.known {
		return reading{}
	}
	return t.combine(left, right)
}

// join is and, or. One side can decide for both: what it decides is known, whatever the other is.
func (t *term) join(in *Input) reading {
	decides := t.do == doOr
	left := t.left.read(in)
	if left.known && left.yes == decides {
		return left
	}
	right := t.right.read(in)
	if right.known && right.yes == decides {
		return right
	}
	if !left.known || !right.known {
		return reading{}
	}
	return truth(!decides)
}

// combine is an operation on two values that are known.
func (t *term) combine(l, r reading) reading {
	switch t.do {
	case doContains:
		return truth(strings.Contains(l.word, r.word))
	case doStartsWith:
		return truth(strings.HasPrefix(l.word, r.word))
	case doEndsWith:
		return truth(strings.HasSuffix(l.word, r.word))
	case doPlus:
		return amount(l.number.plus(r.number))
	case doMinus:
		return amount(l.number.minus(r.number))
	case doTimes:
		return amount(l.number.times(r.number))
	case doOver:
		quotient, defined := l.number.over(r.number)
		return reading{known: defined, number: quotient}
	}
	return truth(t.compare(l, r))
}

// compare holds two values of one unit against each other.
func (t *term) compare(l, r reading) bool {
	switch t.left.unit {
	case InTruth:
		return (l.yes == r.yes) == (t.do == doEqual)
	case InWord:
		return (l.word == r.word) == (t.do == doEqual)
	}
	c := l.number.compare(r.number)
	switch t.do {
	case doEqual:
		return c == 0
	case doUnequal:
		return c != 0
	case doBelow:
		return c < 0
	case doUpTo:
		return c <= 0
	case doAbove:
		return c > 0
	default:
		return c >= 0
	}
}

// isComparison tells whether the term holds two values against each other.
func (t *term) isComparison() bool { return t.do >= doEqual && t.do <= doFrom }

// next is the first later day on which time alone may change what the formula says, beside [state.View.NextChange]; zero:
// never.
func (f *formula) next(in *Input) state.Date { return f.root.next(in) }

func (t *term) next(in *Input) state.Date {
	switch {
	case t == nil || t.do == doLiteral:
		return 0
	case t.do == doFeature:
		return t.feature.moves(in)
	case t.isComparison() && t.left.do == doFeature && t.left.feature.clock != nil && t.right.do == doLiteral:
		return t.left.feature.reaches(in, t.right.constant.number)
	case t.isComparison() && t.right.do == doFeature && t.right.feature.clock != nil && t.left.do == doLiteral:
		return t.right.feature.reaches(in, t.left.constant.number)
	}
	return sooner(t.left.next(in), t.right.next(in))
}

// facts are what the formula holds against what: each feature that it reads, once, and beside those that stand alone on one
// side of a comparison the other side.
func (f *formula) facts(in *Input) []Fact {
	facts := make([]Fact, len(f.features))
	for i, one := range f.features {
		facts[i] = Fact{Name: one.Name, Value: one.write(in, one.read(in))}
	}
	f.root.measure(in, func(of *Feature, against reading) {
		at := slices.Index(f.features, of)
		if facts[at].Threshold == "" && facts[at].Value != "" {
			facts[at].Threshold = of.write(in, against)
		}
	})
	return facts
}

// measure visits the comparisons of which one side is a feature.
func (t *term) measure(in *Input, visit func(*Feature, reading)) {
	if t == nil {
		return
	}
	if t.isComparison() {
		switch {
		case t.left.do == doFeature:
			visit(t.left.feature, t.right.read(in))
		case t.right.do == doFeature:
			visit(t.right.feature, t.left.read(in))
		}
		return
	}
	t.left.measure(in, visit)
	t.right.measure(in, visit)
}
