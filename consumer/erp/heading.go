package erp

import (
	"fmt"
	"slices"
	"strings"
)

// mostHeadingRow is how many records a heading is looked for; one further down is none.
const mostHeadingRow = 100

// places are where the fields of an export stand.
type places struct {
	at    map[Field]place
	width int      // how many columns a row has; zero: not known yet
	names []string // the heading, by which a repeat of it is recognised; nil: there is none
}

// place is where one field stands.
type place struct {
	columns []int // counted from 0; more than one is joined
	with    string
	label   string // for people: "Net due date", column 7
}

// numbered are the places of a mapping of which every column is given by its number; false where some have names.
func (m *Mapping) numbered() (places, bool) {
	found := places{at: make(map[Field]place, len(m.Columns))}
	for f, c := range m.Columns {
		if c.named() {
			return places{}, false
		}
		found.at[f], _ = c.find(nil)
	}
	return found, true
}

// locate finds the mapped columns in a record; missing says which it does not have.
func (m *Mapping) locate(rec *record) (found places, missing []string) {
	found = places{at: make(map[Field]place, len(m.Columns)), width: len(rec.fields), names: slices.Clone(rec.fields)}
	for found.width > 1 && rec.fields[found.width-1] == "" {
		found.width--
	}
	for _, f := range fields {
		c, mapped := m.Columns[f.name]
		if !mapped {
			continue
		}
		p, problem := c.find(rec.fields)
		if problem != "" {
			missing = append(missing, fmt.Sprintf("%s (%s: %s)", problem, f.name, f.doc))
			continue
		}
		found.at[f.name] = p
	}
	return found, missing
}

// find is where a column stands in a heading, or why it cannot be told.
func (c Column) find(heading []string) (p place, problem string) {
	switch {
	case len(c.Parts) > 0:
		return c.findParts(heading)
	case c.Number > 0:
		if heading != nil && c.Number > len(heading) {
			return p, fmt.Sprintf("no %s, there are %d", number(c.Number), len(heading))
		}
		return place{columns: []int{c.Number - 1}, label: number(c.Number)}, ""
	}
	for _, name := range c.Names {
		at, twice := -1, false
		for i, h := range heading {
			if sameName(h, name) {
				at, twice = max(at, i), at >= 0
			}
		}
		switch {
		case twice:
			return p, fmt.Sprintf("column %q stands twice; give the number of the right one", name)
		case at >= 0:
			return place{columns: []int{at}, label: "column " + quoted(heading[at])}, ""
		}
	}
	if len(c.Names) == 1 {
		return p, fmt.Sprintf("no column %q", c.Names[0])
	}
	return p, fmt.Sprintf("no column %q, nor another name of it", c.Names[0])
}

func (c Column) findParts(heading []string) (p place, problem string) {
	labels := make([]string, len(c.Parts))
	for i, part := range c.Parts {
		one, problem := part.find(heading)
		if problem != "" {
			return place{}, problem
		}
		p.columns = append(p.columns, one.columns...)
		labels[i] = strings.TrimPrefix(one.label, "column ")
	}
	p.with, p.label = c.With, "columns "+strings.Join(labels, c.With)
	return p, ""
}

// sameName compares names of columns as people do: without regard to case and to how much white space there is.
func sameName(a, b string) bool {
	return strings.EqualFold(a, b) || strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// text is the field of a row; joined parts are all there or all empty, else whole is false.
func (p place) text(row []string) (text string, whole bool) {
	if len(p.columns) == 1 {
		return row[p.columns[0]], true
	}
	parts, empty := make([]string, len(p.columns)), 0
	for i, at := range p.columns {
		if parts[i] = row[at]; parts[i] == "" {
			empty++
		}
	}
	if empty > 0 {
		return "", empty == len(parts)
	}
	return strings.Join(parts, p.with), true
}

// last is the highest column that is read, counted from 0.
func (p *places) last() int {
	last := 0
	for _, one := range p.at {
		last = max(last, slices.Max(one.columns))
	}
	return last
}

// fit makes a row as wide as the others. A delimiter in a text that is not quoted shifts what follows it, so a row of
// another width is refused; but it may end with empty columns too many.
func (p *places) fit(rec *record) (problem string) {
	if p.width == 0 {
		p.width = max(len(rec.fields), p.last()+1)
	}
	for len(rec.fields) > p.width && rec.fields[len(rec.fields)-1] == "" {
		rec.fields = rec.fields[:len(rec.fields)-1]
	}
	if len(rec.fields) != p.width {
		return fmt.Sprintf("has %d columns where the others have %d", len(rec.fields), p.width)
	}
	return ""
}

func number(n int) string { return fmt.Sprintf("column %d", n) }

// quoted is a text in quotation marks, shortened where it is long.
func quoted(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most-1]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
