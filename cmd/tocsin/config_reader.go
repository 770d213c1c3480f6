package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// maxConfigBytes bounds the configuration file: a real one has a few kilobytes.
const maxConfigBytes = 1 << 20

// reader walks a parsed file along the settings and collects every fault instead of stopping at the first.
type reader struct {
	source string // the file's name, or the variable's
	inFile bool   // positions mean something
	faults faults
	places map[string]place // where each key was given
}

// refuse notes a fault of a key at a node. A detector's parameter is named without `detectors.`, as people say it.
func (r *reader) refuse(n *yaml.Node, key, format string, args ...any) {
	f := fault{source: r.source, text: fmt.Sprintf(format, args...)}
	if key != "" {
		f.text = strings.TrimPrefix(key, "detectors.") + ": " + f.text
	}
	if r.inFile {
		f.line, f.col = max(1, n.Line), max(1, n.Column)
	}
	r.faults = append(r.faults, f)
}

// parse is the root of the document, nil when there is none or it cannot be read; the faults say why.
func (r *reader) parse(text []byte) *yaml.Node {
	if len(text) > maxConfigBytes {
		r.refuse(&yaml.Node{}, "", "is larger than %d KiB", maxConfigBytes>>10)
		return nil
	}
	if !utf8.Valid(text) {
		r.refuse(firstInvalid(text), "", "is not UTF-8 here")
		return nil
	}
	if blank(text) {
		return nil
	}
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil {
		r.syntax(err)
		return nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil
	}
	if usesAlias(doc.Content[0]) && !r.aliasesAreSane(text) {
		return nil
	}
	return doc.Content[0]
}

// aliasesAreSane lets the library expand the document, which refuses cycles and aliases that multiply.
func (r *reader) aliasesAreSane(text []byte) bool {
	var all any
	err := yaml.Load(text, &all, yaml.WithUniqueKeys(false))
	if err != nil {
		r.syntax(err)
	}
	return err == nil
}

// syntax turns the library's errors into faults.
func (r *reader) syntax(err error) {
	var many *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case errors.As(err, &many):
		for _, e := range many.Errors {
			r.refuse(&yaml.Node{Line: e.Mark.Line, Column: e.Mark.Column}, "", "%s", strings.TrimPrefix(e.Message, "yaml: "))
		}
	case errors.As(err, &one):
		r.refuse(&yaml.Node{Line: one.Mark.Line, Column: one.Mark.Column}, "", "%s", one.Message)
	default:
		r.refuse(&yaml.Node{}, "", "%v", err)
	}
}

// pairs calls each for every key of a mapping, in the order of the text, with what its key resolves to. A repeated key,
// a key that is no word and a node that is no mapping are faults. A null counts as an empty mapping: that is what a block
// becomes when all its lines are commented out.
func (r *reader) pairs(n *yaml.Node, key string, each func(name string, k, v *yaml.Node)) {
	n = resolve(n)
	if n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.refuse(n, key, "is %s, not a block of keys", describe(n))
		return
	}
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], resolve(n.Content[i+1])
		if k.Kind != yaml.ScalarNode {
			r.refuse(k, key, "a key is %s, not a word", describe(k))
			continue
		}
		if line, seen := first[k.Value]; seen {
			r.refuse(k, key, "key %q stands twice, first in line %d", clip(k.Value), line)
			continue
		}
		first[k.Value] = k.Line
		each(k.Value, k, v)
	}
}

// block walks a mapping whose keys are known. Unknown keys are faults with the nearest known one.
func (r *reader) block(n *yaml.Node, key string, known map[string]func(v *yaml.Node)) {
	r.pairs(n, key, func(name string, k, v *yaml.Node) {
		if read, ok := known[name]; ok {
			read(v)
			return
		}
		r.refuse(k, key, "unknown key %q%s", clip(name), didYouMean(name, sortedKeys(known)))
	})
}

// items calls each for every element of a list.
func (r *reader) items(n *yaml.Node, key string, most int, each func(i int, v *yaml.Node)) {
	n = resolve(n)
	switch {
	case n.Kind != yaml.SequenceNode:
		r.refuse(n, key, "is %s, not a list", describe(n))
	case len(n.Content) > most:
		r.refuse(n, key, "has %d entries, more than %d", len(n.Content), most)
	default:
		for i, v := range n.Content {
			each(i, resolve(v))
		}
	}
}

// resolve follows an alias to what it stands for. The library has already refused cycles.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	return n
}

func usesAlias(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || slices.ContainsFunc(n.Content, usesAlias)
}

// describe names a node's type in a message.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a block of keys"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "empty"
	case n.Tag == "!!str":
		return fmt.Sprintf("%q", clip(n.Value))
	default:
		return clip(n.Value)
	}
}

// blank tells a text of white space and comments alone, which the library takes for an error.
func blank(text []byte) bool {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// firstInvalid is where a text stops being UTF-8.
func firstInvalid(text []byte) *yaml.Node {
	at := 0
	for at < len(text) {
		c, size := utf8.DecodeRune(text[at:])
		if c == utf8.RuneError && size <= 1 {
			break
		}
		at += size
	}
	line := 1 + bytes.Count(text[:at], []byte("\n"))
	return &yaml.Node{Line: line, Column: at - bytes.LastIndexByte(text[:at], '\n')}
}
