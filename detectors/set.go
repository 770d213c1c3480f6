package detectors

import (
	"errors"
	"slices"

	"tocsin/state"
)

// Override is one key of a signal's block, as the configuration writes it: a parameter or `mode`.
type Override struct {
	Signal, Key, Value string
}

// Segment is an exception for the customers that fulfil a condition.
type Segment struct {
	When      string
	Overrides []Override
}

// Config is what a set is made of: custom signs beside Tocsin's own, the base, and segments of which the first match wins.
type Config struct {
	Signs     []CustomSign
	Overrides []Override
	Segments  []Segment
	Mutes     []Mute // seasons that are expected to break order patterns
}

// Fault is one thing wrong with a Config: where it stands and what would be right. Segment -1 is the base; Override -1 is
// the segment's condition. One of a custom sign names the sign, and Segment and Override say nothing.
type Fault struct {
	Segment, Override int
	Signal, Part      string // of a custom sign: which, and one of the Part names or a level
	Err               error  // a *ConditionError for a condition; a *ParamError where values do not fit each other
}

// ErrUnknownSignal is the fault of a block that names no signal.
var ErrUnknownSignal = errors.New("unknown signal")

// Set is a compiled configuration: which rules judge which customer. It is shared; its answers never change.
//
// Between the base and the segments stand what kinds of customers bring with them: public bodies pay late but do not fail,
// and companies of the seller's own group raise no signals.
type Set struct {
	config     Config
	segments   *segments
	signs      []Rule            // custom ones
	asked      map[string]*Tally // by signal
	choices    [][]choice        // by kind, then by segment: 0 is none of them
	lapses     bool              // any of them lets limits lapse
	readsClass bool              // a custom sign does
}

// Choice is which rules judge a customer.
type Choice struct {
	Rules  []Rule       // those that are off left out; shared: nobody changes them
	Inputs state.Inputs // what of the customer the choice rests on
	Next   state.Date   // first later day on which it may be another one without an event; zero: never
	Lapse  bool         // a limit whose review is overdue is worth nothing: the customer is to be seen by [state.View.Lapsing]
}

// choice are the rules for one kind and segment.
type choice struct {
	all       []Rule
	moneyless []Rule // those of a customer without any currency
	lapse     bool
}

// The kinds that bring exceptions with them.
const (
	ordinary = iota
	publicBody
	intercompany
	kinds
)

// NewSet compiles a configuration. All faults are told at once; the set is nil if there are any.
func NewSet(c Config) (*Set, []Fault) {
	if err := Validate(Defaults()); err != nil {
		panic("detectors: " + err.Error())
	}
	signs, faults := compileSigns(c.Signs)
	faults = append(faults, checkLayers(c, signs)...)
	var conditions []*condition
	for i, segment := range c.Segments {
		condition, err := compileCondition(segment.When)
		if err != nil {
			faults = append(faults, Fault{Segment: i, Override: -1, Err: err})
		}
		conditions = append(conditions, condition)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	s := &Set{config: c, segments: newSegments(conditions), signs: signs, choices: make([][]choice, kinds), asked: map[string]*Tally{}}
	for _, r := range s.rules() {
		s.asked[r.Sign.Signal] = new(Tally)
	}
	for kind := range kinds {
		below := slices.Concat(c.Overrides, s.kindOverrides(kind))
		s.choices[kind] = append(s.choices[kind], s.newChoice(below))
		for _, segment := range c.Segments {
			s.choices[kind] = append(s.choices[kind], s.newChoice(slices.Concat(below, segment.Overrides)))
		}
	}
	s.readsClass = slices.ContainsFunc(signs, func(r Rule) bool { return r.Detector.(*Custom).readsClass() })
	s.lapses = slices.ContainsFunc(slices.Concat(s.choices...), func(c choice) bool { return c.lapse })
	return s, nil
}

// checkLayers checks each key, and that the values of the base, and of each segment upon it, fit each other.
func checkLayers(c Config, signs []Rule) []Fault {
	rules, faults := applyLayer(slices.Concat(Defaults(), signs), c.Overrides, -1)
	faults = append(faults, checkRules(rules, c.Overrides, -1)...)
	for i, segment := range c.Segments {
		base, _ := applyLayer(slices.Concat(Defaults(), signs), c.Overrides, -1)
		rules, wrong := applyLayer(base, segment.Overrides, i)
		faults = slices.Concat(faults, wrong, checkRules(rules, segment.Overrides, i))
	}
	return faults
}

// applyLayer sets keys on rules and says which could not be set.
func applyLayer(rules []Rule, overrides []Override, segment int) ([]Rule, []Fault) {
	var faults []Fault
	for i, o := range overrides {
		err := ErrUnknownSignal
		if rule := find(rules, o.Signal); rule != nil {
			err = rule.Set(o.Key, o.Value)
		}
		if err != nil {
			faults = append(faults, Fault{Segment: segment, Override: i, Err: err})
		}
	}
	return rules, faults
}

// checkRules looks for values that do not fit each other and lays the fault to the last key of the signal in the layer.
// Signals that the layer does not touch were checked below it.
func checkRules(rules []Rule, layer []Override, segment int) []Fault {
	var faults []Fault
	for i := range rules {
		last := -1
		for j, o := range layer {
			if o.Signal == rules[i].Sign.Signal && o.Key != "mode" {
				last = j
			}
		}
		if last < 0 {
			continue
		}
		if err := rules[i].Check(); err != nil {
			faults = append(faults, Fault{Segment: segment, Override: last, Err: err})
		}
	}
	return faults
}

func find(rules []Rule, signal string) *Rule {
	for i := range rules {
		if rules[i].Sign.Signal == signal {
			return &rules[i]
		}
	}
	return nil
}

// kindOverrides are what a kind of customer brings with it.
func (s *Set) kindOverrides(kind int) []Override {
	var out []Override
	switch kind {
	case publicBody:
		out = []Override{
			{overdueSign.Signal, "warning_days", "60"},
			{overdueSign.Signal, "critical_days", "120"},
			{adverseRegistrySign.Signal, "mode", Off.String()},
		}
	case intercompany:
		for _, r := range s.rules() {
			out = append(out, Override{r.Sign.Signal, "mode", Off.String()})
		}
	}
	return out
}

// Custom are the rules of the custom signs before anything is set, by name.
func (s *Set) Custom() []Rule { return slices.Clone(s.signs) }

// rules are all rules of the set before anything is set: Tocsin's own, then the custom ones, then those that read all others.
func (s *Set) rules() []Rule {
	own := Defaults()
	last := slices.IndexFunc(own, func(r Rule) bool { return r.Sign.ReadsAll })
	return slices.Concat(own[:last], s.signs, own[last:])
}

// newChoice makes the rules of overrides that were checked before.
func (s *Set) newChoice(overrides []Override) choice {
	rules, _ := applyLayer(s.rules(), overrides, -1)
	consult(rules)
	c := choice{all: slices.DeleteFunc(rules, func(r Rule) bool { return r.Mode == Off })}
	for i := range c.all {
		c.all[i].Asked = s.asked[c.all[i].Sign.Signal]
	}
	for _, r := range c.all {
		if r.Sign.Moneyless {
			c.moneyless = append(c.moneyless, r)
		}
		switch d := r.Detector.(type) {
		case *LimitReviewDue:
			c.lapse = r.Mode == Live && d.Policy == ReviewZero
		case *OrderPatternBreak:
			d.mutes = s.config.Mutes
		}
	}
	return c
}

// For chooses the rules that judge a customer.
func (s *Set) For(v *state.View) Choice {
	segment, read := s.segments.of(v)
	rules := &s.choices[kindOf(v.Profile())][segment]
	chosen := Choice{Rules: rules.all, Inputs: state.InputProfile, Lapse: rules.lapse}
	if v.Currency() == 0 {
		chosen.Rules = rules.moneyless
	}
	if read.class {
		chosen.Inputs |= state.InputReceivables
		chosen.Next = v.NextClass()
	}
	if read.since {
		chosen.Next = v.Day + 1
	}
	return chosen
}

// Asked is how often steps have asked each signal's detector, whatever the segment and the mode.
func (s *Set) Asked() map[string]uint64 {
	all := make(map[string]uint64, len(s.asked))
	for signal, tally := range s.asked {
		all[signal] = tally.Total()
	}
	return all
}

// ReadsClass tells whether the choice rests on customers' classes, so that shares of the whole have to be known.
func (s *Set) ReadsClass() bool { return s.segments.readsClass || s.readsClass }

// Lapses tells whether any customer's limit is worth nothing once its review is overdue.
func (s *Set) Lapses() bool { return s.lapses }

func kindOf(p *state.Profile) int {
	switch {
	case p == nil:
		return ordinary
	case p.Type == state.ProfilePublicBody:
		return publicBody
	case p.Type == state.ProfileIntercompany:
		return intercompany
	default:
		return ordinary
	}
}
