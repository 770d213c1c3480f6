package main

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"tocsin/state"
)

// mutes binds the list of seasons.
type mutes struct{ to *[]muteConfig }

func (m mutes) read(r *reader, key string, n *yaml.Node) {
	got := []muteConfig{}
	r.items(n, key, maxEntries, func(i int, v *yaml.Node) {
		var one muteConfig
		m.readOne(r, indexed(key, i), v, &one)
		got = append(got, one)
	})
	*m.to = got
}

func (m mutes) readOne(r *reader, key string, n *yaml.Node, one *muteConfig) {
	date := func(p *string, name string) func(*yaml.Node) {
		return func(v *yaml.Node) {
			scalar{kind: "a date", tags: wordTags, set: checked(p, checkDate)}.read(r, key+"."+name, v)
		}
	}
	before := len(r.faults)
	r.block(n, key, map[string]func(*yaml.Node){"from": date(&one.From, "from"), "to": date(&one.To, "to")})
	if len(r.faults) > before {
		return
	}
	from, _ := state.ParseDate(one.From)
	to, _ := state.ParseDate(one.To)
	switch {
	case one.From == "" || one.To == "":
		r.refuse(n, key, "needs both from and to")
	case to < from:
		r.refuse(n, key, "ends on %s, before it begins on %s", one.To, one.From)
	}
}

func (m mutes) readText(r *reader, key, text string) {
	if n := r.parse([]byte(text)); n != nil {
		m.read(r, key, n)
		return
	}
	*m.to = []muteConfig{}
}

func (m mutes) show() string {
	entries := make([]string, len(*m.to))
	for i, s := range *m.to {
		entries[i] = `{"from": ` + quote(s.From) + `, "to": ` + quote(s.To) + `}`
	}
	return "[" + strings.Join(entries, ", ") + "]"
}

func (mutes) bounds() string { return "a list of {from: DATE, to: DATE}, both inclusive" }

// checked sets a field to what passes a check.
func checked(p *string, check func(string) error) func(string) error {
	return func(s string) error {
		if err := check(s); err != nil {
			return err
		}
		*p = s
		return nil
	}
}

// quoted is a number that is written as text.
type quoted struct{ value }

func (q quoted) show() string { return quote(q.value.show()) }
