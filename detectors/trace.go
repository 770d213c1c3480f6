package detectors

import (
	"slices"

	"tocsin/state"
)

// Layer is what gives a setting its value: of several the last one.
type Layer uint8

const (
	ByDefault       Layer = iota
	ByConfiguration       // its base: file or environment
	ByKind                // what a kind of customer brings with it
	BySegment
)

// String is the layer as records write it.
func (l Layer) String() string {
	return [...]string{ByDefault: "default", ByConfiguration: "configuration", ByKind: "kind", BySegment: "segment"}[l]
}

// Setting is one key of a rule as it judges a customer, and what gave it its value. It is bound to the rule that it was traced
// with, which judges nobody.
type Setting struct {
	Param
	From Layer
}

// Traced is the rule of one signal for a customer, also where it is off.
type Traced struct {
	Rule     Rule
	Settings []Setting // mode first, then the detector's own parameters and those that every rule has
}

// Trace tells how the rules that judge a customer came about.
type Trace struct {
	Kind    string // of customer, where it brings exceptions with it; else empty
	Segment int    // counted from 1; 0: none
	When    string // condition of the segment
	Rules   []Traced
}

// Tracer is a choice of rules that can tell how it comes about.
type Tracer interface {
	Trace(v *state.View) Trace
}

// Trace tells of every signal by which settings it judges a customer, and where they come from. Rules are made anew: it is
// for people who ask, not for the hot path.
func (s *Set) Trace(v *state.View) Trace {
	kind := kindOf(v.Profile())
	segment, _ := s.segments.of(v)
	t := Trace{Kind: kindNames[kind], Segment: segment}
	layers := []tracedLayer{{ByConfiguration, s.config.Overrides}, {ByKind, s.kindOverrides(kind)}}
	if segment > 0 {
		chosen := s.config.Segments[segment-1]
		t.When = chosen.When
		layers = append(layers, tracedLayer{BySegment, chosen.Overrides})
	}
	for _, rule := range s.rules() {
		t.Rules = append(t.Rules, traced(rule, layers))
	}
	return t
}

// tracedLayer is a layer with the keys that it sets.
type tracedLayer struct {
	layer Layer
	keys  []Override
}

// kindNames are the kinds as a profile writes them.
var kindNames = [kinds]string{publicBody: "public_body", intercompany: "intercompany"}

// traced sets a rule layer by layer. The keys were checked when the set was compiled.
func traced(rule Rule, layers []tracedLayer) Traced {
	from := map[string]Layer{}
	for _, l := range layers {
		for _, o := range l.keys {
			if o.Signal == rule.Sign.Signal && rule.Set(o.Key, o.Value) == nil {
				from[o.Key] = l.layer
			}
		}
	}
	out := Traced{Rule: rule}
	for _, p := range out.Rule.Settings() {
		out.Settings = append(out.Settings, Setting{p, from[p.Name]})
	}
	return out
}

// Settings are the rule's mode, as a parameter, and its parameters: all that can be set of it, for those who list them.
func (r *Rule) Settings() []Param {
	mode := oneOf(&r.Mode, "mode", "live: people are told. shadow: recorded, and nobody is told. off: not judged.",
		Off.String(), Shadow.String(), Live.String())
	mode.Default = Live.String()
	return slices.Concat([]Param{mode}, r.Params())
}
