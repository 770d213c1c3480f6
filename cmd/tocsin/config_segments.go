package main

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"tocsin/detectors"
)

// maxSegments bounds the list: each is compiled into a set of rules of its own.
const maxSegments = 100

// segmentConfig is an exception for the customers that fulfil a condition.
type segmentConfig struct {
	When      string
	Overrides []detectors.Override

	when   place   // of the condition
	places []place // of the overrides
}

// segments binds the list of segments.
type segments struct {
	to    *[]segmentConfig
	signs *[]string // names of the custom signs that they may set
}

func (s segments) read(r *reader, key string, n *yaml.Node) {
	got := []segmentConfig{}
	r.items(n, key, maxSegments, func(i int, v *yaml.Node) {
		var one segmentConfig
		s.readOne(r, indexed(key, i), v, &one)
		got = append(got, one)
	})
	*s.to = got
}

func (s segments) readOne(r *reader, key string, n *yaml.Node, one *segmentConfig) {
	before := len(r.faults)
	one.when = r.placeOf(n)
	r.block(n, key, map[string]func(*yaml.Node){
		"when": func(v *yaml.Node) {
			one.when = r.placeOf(v)
			text(&one.When, "", nil).read(r, key+".when", v)
		},
		"detectors": func(v *yaml.Node) { one.readDetectors(r, key, v, *s.signs) },
	})
	if one.When == "" && len(r.faults) == before {
		r.refuse(n, key, "has no condition: when is missing")
	}
}

// readDetectors reads the blocks of the signals onto scratch rules, to have every value checked by its own detector.
func (c *segmentConfig) readDetectors(r *reader, key string, n *yaml.Node, signs []string) {
	tree := treeOf(detectorSettings(rulesFor(signs))).children["detectors"]
	known := make(map[string]func(*yaml.Node), len(tree.children))
	for signal, block := range tree.children {
		known[signal] = func(v *yaml.Node) { c.readSignal(r, key+"."+signal, block, v) }
	}
	r.block(n, key+".detectors", known)
}

func (c *segmentConfig) readSignal(r *reader, key string, b *branch, n *yaml.Node) {
	known := make(map[string]func(*yaml.Node), len(b.children))
	for name, child := range b.children {
		known[name] = func(v *yaml.Node) {
			before := len(r.faults)
			child.leaf.value.read(r, key+"."+name, v)
			if len(r.faults) == before {
				c.Overrides = append(c.Overrides, overrideOf(*child.leaf))
				c.places = append(c.places, r.placeOf(v))
			}
		}
	}
	r.block(n, key, known)
}

func (s segments) readText(r *reader, key, text string) {
	*s.to = []segmentConfig{}
	if n := r.parse([]byte(text)); n != nil {
		s.read(r, key, n)
	}
}

func (s segments) show() string {
	list := make([]string, len(*s.to))
	for i, one := range *s.to {
		list[i] = `{"when": ` + quote(one.When) + `, "detectors": ` + one.showDetectors() + "}"
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// showDetectors writes the overrides with signals and keys sorted.
func (c *segmentConfig) showDetectors() string {
	blocks := map[string][]string{}
	for _, o := range c.Overrides {
		value := o.Value
		if o.Key == "mode" {
			value = quote(value)
		}
		blocks[o.Signal] = append(blocks[o.Signal], quote(o.Key)+": "+value)
	}
	list := make([]string, 0, len(blocks))
	for _, signal := range sortedKeys(blocks) {
		slices.Sort(blocks[signal])
		list = append(list, quote(signal)+": {"+strings.Join(blocks[signal], ", ")+"}")
	}
	return "{" + strings.Join(list, ", ") + "}"
}

func (segments) bounds() string {
	return "a list of {when: CONDITION, detectors: {SIGNAL: {KEY: VALUE}}}, at most 100"
}

// segmentsOf are segments as the detectors take them.
func segmentsOf(list []segmentConfig) []detectors.Segment {
	out := make([]detectors.Segment, len(list))
	for i, s := range list {
		out[i] = detectors.Segment{When: s.When, Overrides: s.Overrides}
	}
	return out
}
