package main

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"tocsin/detectors"
)

// maxSigns bounds the custom signs of a file: each is judged with every customer.
const maxSigns = 50

// signConfig is a sign that the configuration defines.
type signConfig struct {
	detectors.CustomSign

	single bool             // its condition stands under when, and the level beside it
	broken bool             // a fault of it was told when it was read
	places map[string]place // of its keys; under the empty key its own
}

// signs binds the custom signs, by name.
type signs struct{ to *[]signConfig }

func (s signs) read(r *reader, key string, n *yaml.Node) {
	got := []signConfig{}
	r.pairs(n, key, func(name string, k, v *yaml.Node) {
		if len(got) == maxSigns {
			r.refuse(k, key, "has more than %d entries", maxSigns)
			return
		}
		one := signConfig{CustomSign: detectors.CustomSign{Signal: name, Mode: detectors.Live}, places: map[string]place{"": r.placeOf(k)}}
		one.read(r, key+"."+name, v)
		got = append(got, one)
	})
	slices.SortFunc(got, func(a, b signConfig) int { return strings.Compare(a.Signal, b.Signal) })
	*s.to = got
}

// read reads the block of one sign. A single condition is written as `when` with its `level`, several each under its level.
func (c *signConfig) read(r *reader, key string, n *yaml.Node) {
	var when, level, mode string
	known := map[string]func(*yaml.Node){}
	bind := func(name string, v value) {
		known[name] = func(n *yaml.Node) {
			c.places[name] = r.placeOf(n)
			v.read(r, key+"."+name, n)
		}
	}
	for l := detectors.Info; l <= detectors.Critical; l++ {
		bind(l.String(), text(&c.When[l], "", nil))
	}
	bind("when", text(&when, "", nil))
	bind("level", oneOf(&level, levelNames()...))
	bind("clear", text(&c.Clear, "", nil))
	bind("hold_days", integer(&c.HoldDays, 0, detectors.MostHoldDays))
	bind("mode", oneOf(&mode, detectors.Live.String(), detectors.Shadow.String(), detectors.Off.String()))
	bind("text", text(&c.Text, "", nil))
	bind("actions", texts{&c.Actions, "", func(s string) error {
		if !slices.Contains(detectors.Actions(), s) {
			return notOneOf(s, detectors.Actions())
		}
		return nil
	}})
	before := len(r.faults)
	r.block(n, key, known)
	if mode != "" {
		c.Mode, _ = detectors.ParseMode(mode) // one of the words
	}
	defer func() { c.broken = len(r.faults) > before }()
	if len(r.faults) > before {
		return
	}
	several := c.When != [detectors.Critical + 1]string{}
	switch {
	case (when != "" || level != "") && several:
		r.refuse(n, key, "has both when and a condition of a level: give each level its own, or one when with its level")
	case (when != "") != (level != ""):
		r.refuse(n, key, "needs both when and level, or a condition under info, warning or critical")
	case when != "":
		c.When[levelNamed(level)], c.single = when, true
	}
}

// signNames are the keys of a node that defines signs: what segments may name, wherever they stand in the file.
func signNames(n *yaml.Node) []string {
	var names []string
	if n = resolve(n); n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			names = append(names, n.Content[i].Value)
		}
	}
	return names
}

// member is what a key of a mapping stands for; nil where there is none.
func member(n *yaml.Node, key string) *yaml.Node {
	if n == nil {
		return nil
	}
	if n = resolve(n); n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return n.Content[i+1]
			}
		}
	}
	return nil
}

// signsOf are the names of the custom signs of a file, or of the environment, which wins. What is wrong with either is told when it
// is read.
func signsOf(root *yaml.Node, environ []string) []string {
	n := member(root, "custom_signs")
	for _, entry := range environ {
		if text, ok := strings.CutPrefix(entry, variable("custom_signs")+"="); ok {
			n = new(reader).parse([]byte(text))
		}
	}
	if n == nil {
		return nil
	}
	return signNames(n)
}

// rulesFor are the default rules with those of some custom signs, of which nothing is known but what every rule has.
func rulesFor(names []string) []detectors.Rule {
	rules := detectors.Defaults()
	for _, name := range names {
		rules = append(rules, detectors.Rule{Sign: &detectors.Sign{Signal: name}, Detector: new(detectors.Custom), Mode: detectors.Live})
	}
	return rules
}

func (s signs) readText(r *reader, key, text string) {
	*s.to = []signConfig{}
	if n := r.parse([]byte(text)); n != nil {
		s.read(r, key, n)
	}
}

func (s signs) show() string {
	list := make([]string, len(*s.to))
	for i := range *s.to {
		one := &(*s.to)[i]
		list[i] = quote(one.Signal) + ": {" + strings.Join(one.show(), ", ") + "}"
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// show writes the keys of one sign, each level with its own condition.
func (c *signConfig) show() []string {
	var keys []string
	for l := detectors.Info; l <= detectors.Critical; l++ {
		if c.When[l] != "" {
			keys = append(keys, quote(l.String())+": "+quote(c.When[l]))
		}
	}
	return append(keys, `"clear": `+quote(c.Clear), `"hold_days": `+strconv.Itoa(c.HoldDays), `"mode": `+quote(c.Mode.String()),
		`"text": `+quote(c.Text), `"actions": `+texts{to: &c.Actions}.show())
}

func (signs) bounds() string {
	return "a block of NAME: {when: CONDITION, level: LEVEL, text: TEXT}, at most 50; or info, warning and critical with a condition each " +
		"instead of when and level; clear: CONDITION, hold_days, actions and mode as wanted"
}

// signsDoc tells of custom signs and of what they can read.
func signsDoc() string {
	var b strings.Builder
	b.WriteString("Signs of your own: a condition over features of a customer, the level that it raises and a text for people, such as " +
		`growing_debt: {when: 'receivables > 50000 and max_days_past_due > 10', level: warning, clear: 'receivables < 40000', ` +
		`hold_days: 7, text: 'Owes {receivables}, {max_days_past_due} days past due'}. Without clear it is left when its condition does not hold. ` +
		"Features, of which detectors/README.md tells more:")
	unit := detectors.Measure(0)
	for _, f := range detectors.Features() {
		if f.Unit != unit {
			unit = f.Unit
			b.WriteString(" (" + unit.String() + ")")
		}
		b.WriteString(" " + f.Name)
	}
	b.WriteString(".")
	return b.String()
}

// customSigns are the signs as the detectors take them.
func customSigns(list []signConfig) []detectors.CustomSign {
	out := make([]detectors.CustomSign, len(list))
	for i := range list {
		out[i] = list[i].CustomSign
	}
	return out
}

// wording is the text of a custom sign in a rule set; empty for a sign of Tocsin's own. Alert records hold none: codes and numbers
// alone.
func (c *config) wording(set, signal string) string {
	list := c.Rules.Signs
	for i := range c.Rules.Sets {
		if own := &c.Rules.Sets[i]; own.Name == set {
			list = slices.Concat(own.signs, list)
		}
	}
	for i := range list {
		if list[i].Signal == signal {
			return list[i].Text
		}
	}
	return ""
}

// rules are the rules of all signals for a customer in no segment.
func (c *config) rules() []detectors.Rule {
	set, _ := detectors.NewSet(detectors.Config{Signs: customSigns(c.Rules.Signs)}) // which was checked
	return append(slices.Clone(c.Rules.Base), set.Custom()...)
}

// refuseSign lays a fault of a custom sign to the key that it is about. What is missing because its key was refused is not told
// again.
func refuseSign(r *reader, list []signConfig, key string, f detectors.Fault) {
	at := slices.IndexFunc(list, func(c signConfig) bool { return c.Signal == f.Signal })
	c, name := &list[at], f.Part
	key += "." + c.Signal
	if c.single && slices.Contains(levelNames(), name) {
		name = "when"
	}
	where, given := c.places[name]
	switch {
	case given && c.broken && name == detectors.PartActions:
	case given:
		r.refuseAt(insideText(where, f.Err), key+"."+name, "%s", conditionProblem(f.Err))
	case !c.broken || name == detectors.PartName:
		r.refuseAt(c.places[""], key, "%s", conditionProblem(f.Err))
	}
}

func levelNames() []string {
	var names []string
	for l := detectors.Info; l <= detectors.Critical; l++ {
		names = append(names, l.String())
	}
	return names
}
