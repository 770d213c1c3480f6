package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"tocsin/alerts"
	"tocsin/detectors"
)

// maxSets bounds the rule sets beside the live one: each is judged in the same pass as that.
const maxSets = 20

// setConfig is a rule set beside the live one: the live one with changes. Nobody is told of what it finds.
type setConfig struct {
	Name string

	base     segmentConfig // its keys of detectors, on top of the live ones; it has no condition
	segments []segmentConfig
	signs    []signConfig // its own, and those of the live set's that it defines otherwise

	given  map[string]bool // keys that it has
	broken bool            // a fault of it was told when it was read
	place  place
}

// sets binds the rule sets, by name.
type sets struct {
	to    *[]setConfig
	signs *[]string // names of the live set's custom signs
}

func (s sets) read(r *reader, key string, n *yaml.Node) {
	got := []setConfig{}
	r.pairs(n, key, func(name string, k, v *yaml.Node) {
		if len(got) == maxSets {
			r.refuse(k, key, "has more than %d entries", maxSets)
			return
		}
		one := setConfig{Name: name, given: map[string]bool{}, place: r.placeOf(k)}
		before := len(r.faults)
		if err := checkSetName(name); err != nil {
			r.refuse(k, key, "%v", err)
		}
		one.read(r, key+"."+name, v, *s.signs)
		one.broken = len(r.faults) > before
		got = append(got, one)
	})
	slices.SortFunc(got, func(a, b setConfig) int { return strings.Compare(a.Name, b.Name) })
	*s.to = got
}

// read reads one set. Its segments may name its own signs, wherever these stand.
func (c *setConfig) read(r *reader, key string, n *yaml.Node, live []string) {
	names := slices.Clone(live)
	if own := member(n, "custom_signs"); own != nil {
		names = append(names, signNames(own)...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	r.block(n, key, map[string]func(*yaml.Node){
		"detectors": func(v *yaml.Node) {
			c.given["detectors"] = true
			c.base.readDetectors(r, key, v, names)
		},
		"segments": func(v *yaml.Node) {
			c.given["segments"] = true
			segments{&c.segments, &names}.read(r, key+".segments", v)
		},
		"custom_signs": func(v *yaml.Node) {
			c.given["custom_signs"] = true
			signs{&c.signs}.read(r, key+".custom_signs", v)
		},
	})
}

var setName = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

func checkSetName(name string) error {
	switch {
	case name == alerts.Live || name == alerts.Shadow:
		return fmt.Errorf("%q is a rule set of Tocsin's own", name)
	case !setName.MatchString(name) || len(name) > 40:
		return fmt.Errorf("%q is no name of a rule set: lower case letters and digits with underscores between, at most 40", clip(name))
	}
	return nil
}

func (s sets) readText(r *reader, key, text string) {
	*s.to = []setConfig{}
	if n := r.parse([]byte(text)); n != nil {
		s.read(r, key, n)
	}
}

func (s sets) show() string {
	list := make([]string, len(*s.to))
	for i := range *s.to {
		one := &(*s.to)[i]
		list[i] = quote(one.Name) + ": {" + strings.Join(one.show(), ", ") + "}"
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// show writes the keys that the set has: an empty list of segments is another thing than none.
func (c *setConfig) show() []string {
	var keys []string
	if c.given["detectors"] {
		keys = append(keys, `"detectors": `+c.base.showDetectors())
	}
	if c.given["segments"] {
		keys = append(keys, `"segments": `+segments{to: &c.segments}.show())
	}
	if c.given["custom_signs"] {
		keys = append(keys, `"custom_signs": `+signs{&c.signs}.show())
	}
	return keys
}

func (sets) bounds() string {
	return "a block of NAME: {detectors: {SIGNAL: {KEY: VALUE}}, segments: [..], custom_signs: {..}}, at most 20"
}

// changed is the live set's configuration with the set's changes.
func (c *setConfig) changed(live detectors.Config) detectors.Config {
	out := detectors.Config{Overrides: slices.Concat(live.Overrides, c.base.Overrides), Segments: live.Segments, Mutes: live.Mutes}
	if c.given["segments"] {
		out.Segments = segmentsOf(c.segments)
	}
	own := customSigns(c.signs)
	for _, sign := range live.Signs {
		if !slices.ContainsFunc(own, func(o detectors.CustomSign) bool { return o.Signal == sign.Signal }) {
			out.Signs = append(out.Signs, sign)
		}
	}
	out.Signs = append(out.Signs, own...)
	return out
}

// checkSets compiles the rule sets beside the live one, which is without fault, and lays each fault where it was written.
func checkSets(r *reader, c *config) {
	live := c.liveRules()
	for i := range c.Rules.Sets {
		set := &c.Rules.Sets[i]
		if set.broken {
			continue
		}
		_, wrong := detectors.NewSet(set.changed(live))
		for _, f := range wrong {
			if f.Segment >= 0 && !set.given["segments"] && wrong[0].Segment < 0 {
				continue // of what was told of the base already
			}
			set.refuse(r, f, len(live.Overrides))
		}
	}
}

// refuse lays a fault to the key of the set that it is about; one in what is the live set's comes of the set's changes.
func (c *setConfig) refuse(r *reader, f detectors.Fault, inherited int) {
	key := "rule_sets." + c.Name
	switch {
	case f.Signal != "":
		refuseSign(r, c.signs, key+".custom_signs", f)
	case f.Segment < 0 && f.Override >= inherited:
		at := f.Override - inherited
		r.refuseAt(c.base.places[at], key+"."+c.base.Overrides[at].Signal, "%v", f.Err)
	case f.Segment >= 0 && c.given["segments"]:
		refuseSegment(r, c.segments[f.Segment], indexed(key+".segments", f.Segment), f)
	case f.Segment >= 0:
		r.refuseAt(c.place, key, "does not go with segments[%d]: %v", f.Segment, f.Err)
	default:
		r.refuseAt(c.place, key, "%v", f.Err)
	}
}

// ruleSets compiles the rule sets beside the live one.
func (c *config) ruleSets() ([]alerts.RuleSet, []detectors.Fault) {
	var list []alerts.RuleSet
	live, materiality := c.liveRules(), c.materiality()
	for i := range c.Rules.Sets {
		set := &c.Rules.Sets[i]
		rules, faults := detectors.NewSet(set.changed(live))
		if len(faults) > 0 {
			return nil, faults
		}
		list = append(list, alerts.RuleSet{Name: set.Name, Rules: rules, Materiality: materiality})
	}
	return list, nil
}
