package main

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxEntries bounds every list and map of the configuration.
const maxEntries = 1000

// texts is a list of words, each refused or taken by check, without repeats.
type texts struct {
	to      *[]string
	allowed string
	check   func(string) error
}

func (l texts) read(r *reader, key string, n *yaml.Node) {
	got := []string{}
	r.items(n, key, maxEntries, func(i int, v *yaml.Node) {
		var s string
		scalar{kind: "text", tags: wordTags, set: l.once(&s, got)}.read(r, indexed(key, i), v)
		got = append(got, s)
	})
	*l.to = got
}

func (l texts) readText(r *reader, key, text string) {
	got := []string{}
	for i, word := range strings.FieldsFunc(text, func(c rune) bool { return c == ',' }) {
		var s string
		if err := l.once(&s, got)(strings.TrimSpace(word)); err != nil {
			r.refuse(&yaml.Node{}, indexed(key, i), "%v", err)
		}
		got = append(got, s)
	}
	*l.to = got
}

// once takes a word that passes the check and is not among those before it.
func (l texts) once(to *string, before []string) func(string) error {
	return func(s string) error {
		if err := l.check(s); err != nil {
			return err
		}
		if slices.Contains(before, s) {
			return errTwice(s)
		}
		*to = s
		return nil
	}
}

func (l texts) show() string {
	words := make([]string, len(*l.to))
	for i, w := range *l.to {
		words[i] = quote(w)
	}
	return "[" + strings.Join(words, ", ") + "]"
}

func (l texts) bounds() string { return l.allowed }

// table is a map from a checked word to a checked word.
type table struct {
	to       *map[string]string
	allowed  string
	checkKey func(string) error
	content  func(p *string) value
}

func (t table) read(r *reader, key string, n *yaml.Node) {
	got := map[string]string{}
	r.pairs(n, key, func(name string, k, v *yaml.Node) {
		if len(got) == maxEntries {
			r.refuse(k, key, "has more than %d entries", maxEntries)
			return
		}
		if err := t.checkKey(name); err != nil {
			r.refuse(k, key, "%v", err)
			return
		}
		var s string
		t.content(&s).read(r, key+"."+name, v)
		got[name] = s
	})
	*t.to = got
}

// readText reads a map from the environment as one line of YAML.
func (t table) readText(r *reader, key, text string) {
	if n := r.parse([]byte(text)); n != nil {
		t.read(r, key, n)
	}
}

func (t table) show() string {
	pairs := make([]string, 0, len(*t.to))
	for _, k := range sortedKeys(*t.to) {
		s := (*t.to)[k]
		pairs = append(pairs, quote(k)+": "+t.content(&s).show())
	}
	return "{" + strings.Join(pairs, ", ") + "}"
}

func (t table) bounds() string { return t.allowed }

func indexed(key string, i int) string { return key + "[" + strconv.Itoa(i) + "]" }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
