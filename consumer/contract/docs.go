package contract

import (
	_ "embed" // the prose of the guide
	"regexp"
	"strings"
)

// guideText is the prose of the guide, in the Markdown that parsePage reads. A line {{name}} stands for a part that is made
// from the tables, and {{topic setting}} for a topic's name.
//
//go:embed docs/guide.md
var guideText string

// A page is a row of passages. Their texts may hold `code`, **strong** and [links](#anchor).
type (
	heading struct {
		level        int
		text, anchor string
	}
	paragraph string
	bullets   []string
	grid      struct {
		head []string
		rows [][]string
	}
	listing struct {
		title  string // empty: none
		text   string
		folded bool // shown when it is asked for, where the form can do so
	}
	passage any
)

// page is the whole guide.
func (g Guide) page() []passage {
	return g.fill(parsePage(guideText))
}

// pageOf is what the guide says of one type; nil when there is no such type.
func (g Guide) pageOf(name string) []passage {
	typ := typeNamed(name)
	if typ == nil {
		return nil
	}
	parts := g.typePart(typ, 1)
	for i := range parts {
		parts[i] = rewritten(parts[i], unlinked)
	}
	return parts
}

// localLink is a link to another part of the guide.
var localLink = regexp.MustCompile("\\[((?:`[^`]+`|[^\\]`])+)\\]\\(#[^)]+\\)")

// unlinked is a text whose links to parts of the guide are only their texts.
func unlinked(text string) string { return localLink.ReplaceAllString(text, "$1") }

// fill puts in what is made from the tables.
func (g Guide) fill(passages []passage) (filled []passage) {
	for _, p := range passages {
		text, _ := p.(paragraph)
		switch text {
		case "{{envelope}}":
			filled = append(filled, fieldGrid(envelopeTable))
		case "{{forms}}":
			filled = append(filled, formPart()...)
		case "{{topics}}":
			filled = append(filled, g.topicGrid())
		case "{{types}}":
			filled = append(filled, g.allTypes()...)
		case "{{codes}}":
			filled = append(filled, codeGrid())
		default:
			filled = append(filled, rewritten(p, g.named))
		}
	}
	return filled
}

// named puts in the names of topics.
func (g Guide) named(text string) string {
	var pairs []string
	for _, t := range append(Topics(), OutTopics()...) {
		pairs = append(pairs, "{{topic "+t.Setting+"}}", g.topicName(t))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// rewritten is a passage with each of its texts rewritten. Headings stay as they are.
func rewritten(p passage, by func(string) string) passage {
	each := func(texts []string) []string {
		out := make([]string, len(texts))
		for i, text := range texts {
			out[i] = by(text)
		}
		return out
	}
	switch p := p.(type) {
	case paragraph:
		return paragraph(by(string(p)))
	case bullets:
		return bullets(each(p))
	case listing:
		p.title, p.text = by(p.title), by(p.text)
		return p
	case grid:
		rows := make([][]string, len(p.rows))
		for i, row := range p.rows {
			rows[i] = each(row)
		}
		return grid{each(p.head), rows}
	}
	return p
}

// parsePage reads headings with anchors, paragraphs of one line, lists, and fenced listings.
func parsePage(text string) (parts []passage) {
	fenced := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		last := len(parts) - 1
		switch {
		case strings.HasPrefix(line, "```"):
			if fenced = !fenced; fenced {
				parts = append(parts, listing{})
			}
		case fenced:
			l := parts[last].(listing)
			l.text += line + "\n"
			parts[last] = l
		case line == "":
		case strings.HasPrefix(line, "#"):
			parts = append(parts, parseHeading(line))
		case strings.HasPrefix(line, "- "):
			if list, ok := parts[last].(bullets); ok {
				parts[last] = append(list, line[2:])
			} else {
				parts = append(parts, bullets{line[2:]})
			}
		default:
			parts = append(parts, paragraph(line))
		}
	}
	return parts
}

// parseHeading reads a line such as "## Money {#money}".
func parseHeading(line string) heading {
	marks, rest, _ := strings.Cut(line, " ")
	text, anchor, _ := strings.Cut(rest, " {#")
	return heading{level: len(marks), text: text, anchor: strings.TrimSuffix(anchor, "}")}
}
