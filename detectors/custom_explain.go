package detectors

import "math/big"

// mostWays bounds the ways to a level that are told apart. A condition with more of them is told as one.
const mostWays = 32

// Explain takes the conditions apart into ways: those of an `or` are several, and all that an `and` joins belong to one. Where the
// sign is not evaluable it tells which features are not known.
func (d *Custom) Explain(in *Input) []Condition {
	var out []Condition
	if d.Evaluate(in).NotEvaluable {
		for _, f := range d.features() {
			if !f.read(in).known {
				out = append(out, flag(None, f.Name+"_known", false, true))
			}
		}
		if len(out) == 0 { // a quotient is all that can be missing else
			out = append(out, flag(None, "divisor_not_zero", false, true))
		}
	}
	for l := Info; l <= Critical; l++ {
		if d.when[l] == nil {
			continue
		}
		ways := d.when[l].root.ways(true)
		if ways == nil {
			holds, _ := d.when[l].holds(in)
			out = append(out, flag(l, "condition_holds", holds, true))
		}
		for way, leaves := range ways {
			for _, leaf := range leaves {
				for _, c := range leaf.explain(in) {
					c.Level, c.Way = l, way
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// features are all that the conditions to raise a level read, each once.
func (d *Custom) features() []*Feature {
	var list []*Feature
	seen := map[*Feature]bool{}
	for _, when := range d.when {
		if when == nil {
			continue
		}
		for _, f := range when.features {
			if !seen[f] {
				seen[f] = true
				list = append(list, f)
			}
		}
	}
	return list
}

// leaf is a part of a formula that neither and, or nor not make up, and whether it is to hold or not to.
type leaf struct {
	*term
	wanted bool
}

// ways are the ways in which a term comes out as wanted; nil where there are too many.
func (t *term) ways(wanted bool) [][]leaf {
	switch {
	case t.do == doNot:
		return t.left.ways(!wanted)
	case t.do != doAnd && t.do != doOr:
		return [][]leaf{{{t, wanted}}}
	}
	left, right := t.left.ways(wanted), t.right.ways(wanted)
	if left == nil || right == nil {
		return nil
	}
	var all [][]leaf
	if (t.do == doOr) == wanted {
		all = append(append(all, left...), right...)
	} else {
		for _, a := range left {
			for _, b := range right {
				all = append(all, append(a[:len(a):len(a)], b...))
			}
		}
	}
	if len(all) > mostWays {
		return nil
	}
	return all
}

// explain is the leaf as conditions without level and way. Where its numbers are no whole ones, or it compares no numbers, it is
// told that it holds or does not.
func (l leaf) explain(in *Input) []Condition {
	r := l.read(in)
	holds := r.known && r.yes == l.wanted
	f, value, against, relation := l.sides(in)
	switch {
	case l.do == doFeature:
		if !r.known {
			return []Condition{flag(None, l.feature.Name+"_known", false, true)}
		}
		return []Condition{flag(None, l.feature.Name, r.yes, l.wanted)}
	case f == nil:
		return []Condition{flag(None, l.name(), holds, true)}
	case !value.known || !against.known:
		return []Condition{flag(None, f.Name+"_known", value.known && against.known, true)}
	}
	list := f.conditions(in, value.number, against.number, relation)
	all := len(list) > 0
	for _, c := range list {
		all = all && c.Holds()
	}
	if len(list) == 0 || all != holds {
		return []Condition{flag(None, f.Name+"_fits", holds, true)}
	}
	return list
}

// sides are the feature of a comparison, what it is held against, and how, as it is wanted; nil where no feature stands alone.
func (l leaf) sides(in *Input) (f *Feature, value, against reading, relation operation) {
	if !l.isComparison() || !l.left.unit.IsNumber() {
		return nil, reading{}, reading{}, 0
	}
	relation = l.do
	switch {
	case l.left.do == doFeature:
		f, value, against = l.left.feature, l.left.read(in), l.right.read(in)
	case l.right.do == doFeature:
		f, value, against = l.right.feature, l.right.read(in), l.left.read(in)
		relation = map[operation]operation{doBelow: doAbove, doUpTo: doFrom, doAbove: doBelow, doFrom: doUpTo, doEqual: doEqual, doUnequal: doUnequal}[relation]
	default:
		return nil, reading{}, reading{}, 0
	}
	if !l.wanted {
		relation = map[operation]operation{doBelow: doFrom, doUpTo: doAbove, doAbove: doUpTo, doFrom: doBelow, doEqual: doUnequal, doUnequal: doEqual}[relation]
	}
	return f, value, against, relation
}

// name is what a leaf that is told as a whole is called: after the first feature in it.
func (l leaf) name() string {
	for t := l.term; t != nil; t = t.left {
		if t.do == doFeature {
			return t.feature.Name + "_fits"
		}
	}
	return "condition_holds"
}

// conditions are a comparison in whole numbers of the feature's unit; none where it has none in them.
func (f *Feature) conditions(in *Input, value, against number, relation operation) []Condition {
	unit := map[Measure]Unit{InMoney: UnitMoney, InRatio: UnitRatio, InDays: UnitDays, InCount: UnitCount}[f.Unit]
	scale := int64(1)
	switch f.Unit {
	case InMoney:
		scale = in.View.Currency().Major(1)
	case InRatio:
		scale = ratioUnit
	}
	up, fits := scaled(value, scale, true)
	down, also := scaled(value, scale, false)
	high, third := scaled(against, scale, true)
	low, fourth := scaled(against, scale, false)
	if !fits || !also || !third || !fourth {
		return nil
	}
	condition := func(value int64, is Relation, threshold int64) Condition {
		return Condition{What: f.Name, Unit: unit, Value: value, Is: is, Threshold: threshold}
	}
	switch relation {
	case doFrom:
		return []Condition{condition(down, AtLeast, high)}
	case doAbove:
		return []Condition{condition(up, MoreThan, low)}
	case doUpTo:
		return []Condition{condition(up, AtMost, low)}
	case doBelow:
		return []Condition{condition(down, LessThan, high)}
	case doEqual:
		return []Condition{condition(down, AtLeast, high), condition(up, AtMost, low)}
	default:
		return nil
	}
}

// scaled is a number times a scale, rounded up or down to a whole one; false where that does not fit.
func scaled(n number, scale int64, up bool) (int64, bool) {
	r := new(big.Rat).Mul(n.rat(), new(big.Rat).SetInt64(scale))
	whole := new(big.Int)
	rest := new(big.Int)
	whole.DivMod(r.Num(), r.Denom(), rest)
	if up && rest.Sign() > 0 {
		whole.Add(whole, big.NewInt(1))
	}
	const bound = 1 << 60
	return whole.Int64(), whole.CmpAbs(big.NewInt(bound)) < 0
}
