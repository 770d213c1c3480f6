package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"tocsin/consumer/erp"
)

// loadMapping reads the file that says how an ERP writes its exports. It is read as the configuration is: strictly, with
// every fault at once.
func loadMapping(path string) (*erp.Mapping, error) {
	body, err := readSettings("mapping", path)
	if err != nil {
		return nil, err
	}
	return parseMapping(path, body)
}

// parseMapping is loadMapping on text that is already in memory; source names it in messages.
func parseMapping(source string, body []byte) (*erp.Mapping, error) {
	m := &erp.Mapping{
		Format:  erp.Format{Encoding: "utf-8", Delimiter: ',', Quotes: true, Decimal: '.', Signs: erp.DebitPositive},
		Columns: map[erp.Field]erp.Column{}, Constants: map[erp.Field]string{}, Values: map[erp.Field]map[string]string{},
	}
	r := &reader{source: source, inFile: true, places: map[string]place{}}
	root := r.parse(body)
	wrong := map[string]bool{} // blocks that have faults of their own, of which nothing more can be said
	if root != nil {
		mappingReader{r, m}.read(root, wrong)
	}
	for _, p := range m.Check() {
		if block, _, _ := strings.Cut(p.Key, "."); !wrong[block] {
			r.refuseAt(r.placeOrRoot(p.Key, root), p.Key, "%s", p.Text)
		}
	}
	if err := r.faults.asError(); err != nil {
		return nil, err
	}
	return m, nil
}

// placeOrRoot is where a key was given, or the beginning of the file.
func (r *reader) placeOrRoot(key string, root *yaml.Node) place {
	if at, ok := r.places[key]; ok {
		return at
	}
	if root == nil {
		root = &yaml.Node{}
	}
	return r.placeOf(root)
}

// mappingReader reads a mapping's blocks.
type mappingReader struct {
	*reader
	m *erp.Mapping
}

// read reads the whole file and notes which blocks have faults.
func (r mappingReader) read(root *yaml.Node, wrong map[string]bool) {
	m := r.m
	blocks := map[string]func(string, *yaml.Node){
		"layout":     r.value(oneOf((*string)(&m.Layout), erp.Layouts()...)),
		"source":     r.value(text(&m.Source, "", nil)),
		"format":     r.format,
		"columns":    r.columns,
		"constants":  r.constants,
		"values":     r.values,
		"skip":       r.skip,
		"trim_zeros": r.trimZeros,
	}
	for name, read := range blocks {
		blocks[name] = func(key string, n *yaml.Node) {
			before := len(r.faults)
			read(key, n)
			wrong[name] = len(r.faults) > before
		}
	}
	r.keys(root, "", blocks)
}

// keys walks a block whose keys are known and notes where each was given.
func (r mappingReader) keys(n *yaml.Node, key string, known map[string]func(key string, v *yaml.Node)) {
	readers := make(map[string]func(*yaml.Node), len(known))
	for name, read := range known {
		full := joined(key, name)
		readers[name] = func(v *yaml.Node) {
			r.places[full] = r.placeOf(v)
			read(full, v)
		}
	}
	r.block(n, key, readers)
}

func (r mappingReader) value(v value) func(string, *yaml.Node) {
	return func(key string, n *yaml.Node) { v.read(r.reader, key, n) }
}

func (r mappingReader) format(key string, n *yaml.Node) {
	f := &r.m.Format
	r.keys(n, key, map[string]func(string, *yaml.Node){
		"encoding":  r.value(oneOf(&f.Encoding, erp.Encodings()...)),
		"delimiter": r.character(&f.Delimiter, map[string]rune{"tab": '\t'}),
		"quotes":    r.value(boolean(&f.Quotes)),
		"decimal":   r.character(&f.Decimal, nil),
		"thousands": r.character(&f.Thousands, map[string]rune{"": 0, "space": ' '}),
		"dates":     r.words(&f.Dates, erp.CheckDateForm),
		"empty":     r.words(&f.Empty, func(string) error { return nil }),
		"signs":     r.value(oneOf((*string)(&f.Signs), erp.SignNames()...)),
	})
}

// character reads one character, or a word for one that is hard to see.
func (r mappingReader) character(to *rune, words map[string]rune) func(string, *yaml.Node) {
	return r.value(scalar{kind: "a character in quotes", tags: textTags, set: func(s string) error {
		if c, ok := words[s]; ok {
			*to = c
			return nil
		}
		c, size := utf8.DecodeRuneInString(s)
		if size == 0 || size < len(s) || c < ' ' && c != '\t' || c >= '0' && c <= '9' || c == '-' {
			hint := ""
			if len(words) > 0 {
				hint = "; or one of " + strings.Join(sortedKeys(words), " ")
			}
			return fmt.Errorf("%q is not one character that can separate%s", clip(s), strings.TrimRight(hint, " "))
		}
		*to = c
		return nil
	}})
}

// words reads a list of words; a date form may look like a number or a timestamp to YAML.
func (r mappingReader) words(to *[]string, check func(string) error) func(string, *yaml.Node) {
	return func(key string, n *yaml.Node) {
		r.items(n, key, maxEntries, func(i int, v *yaml.Node) {
			scalar{kind: "text", tags: wordTags + " " + numberTags, set: func(s string) error {
				*to = append(*to, s)
				return check(s)
			}}.read(r.reader, indexed(key, i), v)
		})
	}
}

// columns reads where each field stands.
func (r mappingReader) columns(key string, n *yaml.Node) {
	known := map[string]func(string, *yaml.Node){}
	for _, name := range erp.Fields() {
		known[name] = func(key string, v *yaml.Node) { r.m.Columns[erp.Field(name)] = r.column(key, v) }
	}
	r.keys(n, key, known)
}

// column reads a name, a number, a list of names, or parts to be joined.
func (r mappingReader) column(key string, n *yaml.Node) (c erp.Column) {
	n = resolve(n)
	switch n.Kind {
	case yaml.SequenceNode:
		r.words(&c.Names, checkColumnName)(key, n)
		if len(n.Content) == 0 {
			r.refuse(n, key, "names no column")
		}
	case yaml.MappingNode:
		c.With = "-"
		r.keys(n, key, map[string]func(string, *yaml.Node){
			"join": func(key string, v *yaml.Node) {
				r.items(v, key, 8, func(i int, part *yaml.Node) { c.Parts = append(c.Parts, r.oneColumn(indexed(key, i), part)) })
			},
			"with": r.value(text(&c.With, "", nil)),
		})
		if len(c.Parts) < 2 {
			r.refuse(n, key, "joins fewer than two columns")
		}
	default:
		c = r.oneColumn(key, n)
	}
	return c
}

// oneColumn reads a name or a number.
func (r mappingReader) oneColumn(key string, n *yaml.Node) (c erp.Column) {
	if n = resolve(n); n.Kind == yaml.ScalarNode && n.Tag == "!!int" {
		integer(&c.Number, 1, 1000).read(r.reader, key, n)
		return c
	}
	c.Names = []string{""}
	text(&c.Names[0], "", checkColumnName).read(r.reader, key, n)
	return c
}

func checkColumnName(s string) error {
	if strings.TrimSpace(s) == "" {
		return errEmpty
	}
	return nil
}

// constants reads what is the same for all rows.
func (r mappingReader) constants(key string, n *yaml.Node) {
	known := map[string]func(string, *yaml.Node){}
	for _, name := range erp.ConstantFields() {
		known[name] = func(key string, v *yaml.Node) {
			var s string
			text(&s, "", checkColumnName).read(r.reader, key, v)
			r.m.Constants[erp.Field(name)] = s
		}
	}
	known[string(erp.KindOf)] = func(key string, v *yaml.Node) { r.m.Kind = r.kinds(key, v) }
	r.keys(n, key, known)
}

// values reads what the export's own words mean.
func (r mappingReader) values(key string, n *yaml.Node) {
	known := map[string]func(string, *yaml.Node){}
	for _, name := range erp.TextFields() {
		known[name] = func(key string, v *yaml.Node) {
			meant := map[string]string{}
			table{&meant, "", func(string) error { return nil }, func(p *string) value { return text(p, "", nil) }}.read(r.reader, key, v)
			r.m.Values[erp.Field(name)] = meant
		}
	}
	known[string(erp.KindOf)] = func(key string, v *yaml.Node) {
		r.m.Kinds = map[string]erp.Kinds{}
		r.pairs(v, key, func(word string, _, v *yaml.Node) { r.m.Kinds[word] = r.kinds(key+"."+word, v) })
	}
	known[string(erp.SideOf)] = func(key string, v *yaml.Node) {
		meant := map[string]string{}
		table{&meant, "", func(string) error { return nil }, func(p *string) value { return oneOf(p, erp.Sides()...) }}.read(r.reader, key, v)
		r.m.Sides = map[string]erp.Side{}
		for word, side := range meant {
			r.m.Sides[word] = erp.Side(side)
		}
	}
	r.keys(n, key, known)
}

// kinds reads one kind of document, or one for each side of the account.
func (r mappingReader) kinds(key string, n *yaml.Node) erp.Kinds {
	before := len(r.faults)
	var words []string
	if n = resolve(n); n.Kind == yaml.SequenceNode {
		texts{&words, "", checkKind}.read(r.reader, key, n)
	} else {
		words = []string{""}
		text(&words[0], "", checkKind).read(r.reader, key, n)
	}
	kinds, ok := erp.KindsOf(words...)
	if !ok && len(r.faults) == before {
		r.refuse(n, key, "is neither one kind nor two of different sides, such as [invoice, credit_note]")
	}
	return kinds
}

func checkKind(s string) error {
	for _, k := range erp.KindNames() {
		if s == k {
			return nil
		}
	}
	return notOneOf(s, erp.KindNames())
}

// skip reads the patterns of lines that are no documents.
func (r mappingReader) skip(key string, n *yaml.Node) {
	r.items(n, key, maxEntries, func(i int, v *yaml.Node) {
		text(new(string), "", func(s string) error {
			if s == "" {
				return errEmpty
			}
			pattern, err := regexp.Compile(s)
			if err != nil {
				return errors.New("is no regular expression: " + strings.TrimPrefix(err.Error(), "error parsing regexp: "))
			}
			r.m.Skip = append(r.m.Skip, pattern)
			return nil
		}).read(r.reader, indexed(key, i), v)
	})
}

// trimZeros reads the fields whose leading zeros are no part of them.
func (r mappingReader) trimZeros(key string, n *yaml.Node) {
	r.items(n, key, maxEntries, func(i int, v *yaml.Node) {
		var s string
		oneOf(&s, erp.TextFields()...).read(r.reader, key+"["+strconv.Itoa(i)+"]", v)
		r.m.TrimZeros = append(r.m.TrimZeros, erp.Field(s))
	})
}
