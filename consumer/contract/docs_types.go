package contract

import (
	"fmt"
	"math"
	"regexp"
	"strings"
)

// topicGrid is the table of topics.
func (g Guide) topicGrid() passage {
	t := grid{head: []string{"Topic", "Carries", "Key", "Types"}}
	for _, topic := range Topics() {
		var links []string
		for _, name := range topic.Types() {
			links = append(links, typeLink(ShortName(name)))
		}
		t.rows = append(t.rows, []string{"`" + g.topicName(topic) + "`", topic.Doc, topic.Key, strings.Join(links, ", ")})
	}
	for _, topic := range OutTopics() {
		t.rows = append(t.rows, []string{"`" + g.topicName(topic) + "`", topic.Doc, topic.Key, "written by Tocsin"})
	}
	return t
}

func typeLink(short string) string { return "[`" + short + "`](#" + short + ")" }

// allTypes are the types, grouped by topic.
func (g Guide) allTypes() (parts []passage) {
	for _, topic := range Topics() {
		parts = append(parts, heading{3, "On " + g.topicName(topic), "topic-" + topic.Setting}, paragraph(topic.Doc))
		for _, name := range topic.Types() {
			parts = append(parts, g.typePart(typeNamed(name), 4)...)
		}
	}
	return append(append(parts, heading{3, "On any topic", "topic-any"}),
		g.typePart(typeNamed(prefix+"heartbeat"+version), 4)...)
}

// typePart are what there is to say of a type.
func (g Guide) typePart(typ *typeInfo, level int) []passage {
	short := ShortName(typ.name)
	parts := []passage{
		heading{level, short, short}, paragraph(marked(typ.doc, short)), paragraph(g.whereabouts(typ)), fieldGrid(typ.data),
	}
	for _, e := range Examples(typ.name) {
		parts = append(parts, exampleListing(e))
	}
	return parts
}

// whereabouts says under which name and by which topic a type comes, and what tells its documents apart.
func (g Guide) whereabouts(typ *typeInfo) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Type `%s`", typ.name)
	if topic, ok := TopicOf(typ.name); ok {
		fmt.Fprintf(&b, " on `%s`, key: %s", g.topicName(topic), topic.Key)
	}
	if register := registerOf(typ); register != "" {
		fmt.Fprintf(&b, ". Told apart by %s", register)
	}
	return b.String() + "."
}

// registerOf says what names the document of which an event is a revision; empty: an event is no revision of anything.
func registerOf(typ *typeInfo) string {
	switch ShortName(typ.name) {
	case "heartbeat":
		return ""
	case "registry.event":
		return "`registry`, `identifier`, `kind`, `subject_id` and `effective_date`"
	case "fx.rate":
		return "`base`, `quote` and `rate_date`"
	case "customer.profile", "customer.merged", "customer.erased":
		return "the customer alone: there is one of each"
	}
	for _, f := range typ.data.fields {
		if f.kind == kindID && f.required && f.name != "customer_id" {
			return "`" + f.name + "` and the customer"
		}
	}
	panic("contract: nothing names the documents of " + typ.name)
}

// exampleListing shows an example; a refused one with what event check says below it.
func exampleListing(e Example) passage {
	l := listing{text: e.Text, folded: e.Role != Minimal}
	switch e.Role {
	case Minimal:
		l.title = "Minimal: " + e.Caption
	case Full:
		l.title = "Full: " + e.Caption
	case Valid:
		l.title = "Right: " + e.Caption
	case Refused:
		l.title = "Refused (`" + string(e.Code) + "`): " + e.Caption
		for _, r := range faultsOf(e.Line()) {
			l.text += "\n" + r.Error() + "\n"
		}
	}
	return l
}

// fieldGrid is the table of an object's members, with those of the objects inside.
func fieldGrid(t *table) passage {
	g := grid{head: []string{"Member", "Value", "Meaning"}}
	g.rows = appendFields(nil, t, "")
	return g
}

func appendFields(rows [][]string, t *table, path string) [][]string {
	for i := range t.fields {
		f := &t.fields[i]
		name := "`" + path + f.name + "`"
		if f.required {
			name += " **required**"
		}
		meaning := marked(f.doc, "")
		if len(f.values) > fewValues {
			meaning += "\n" + codes(f.values)
		}
		rows = append(rows, []string{name, f.described(), meaning})
		if f.items != nil {
			inner := path + f.name + "."
			if f.kind != kindObject {
				inner = path + f.name + "[]."
			}
			rows = appendFields(rows, f.items, inner)
		}
	}
	return rows
}

// fewValues is how many values of an enum stand beside its name; more of them stand below its meaning.
const fewValues = 10

// described says what kind of value a member takes.
func (f *field) described() string {
	switch f.kind {
	case kindText, kindSource, kindSubject, kindType, kindVersion:
		return "text"
	case kindID:
		return "[id](#values)"
	case kindDate:
		return "[date](#values)"
	case kindInstant:
		return "[instant](#values)"
	case kindInteger:
		return f.bounds()
	case kindBool:
		return "`true` or `false`"
	case kindDecimal:
		return "[decimal](#values)"
	case kindMoney:
		return "[money](#money)"
	case kindLimitAmount:
		return "[money](#money) or `null`"
	case kindCurrency:
		return "[currency](#money)"
	case kindEnum, kindWord:
		switch {
		case len(f.values) > fewValues:
			return "one of the values listed"
		case f.closed:
			return "one of " + codes(f.values) + "; [closed](#values)"
		}
		return codes(f.values)
	case kindObject, kindData:
		return "object"
	case kindIDs:
		return "list of [ids](#values)"
	case kindDues, kindAllocations, kindIdentifiers:
		return "list of objects"
	}
	return "anything"
}

func (f *field) bounds() string {
	switch {
	case f.low == math.MinInt64:
		return "integer"
	case f.high == math.MaxInt64:
		return fmt.Sprintf("integer from %d", f.low)
	}
	return fmt.Sprintf("integer from %d to %d", f.low, f.high)
}

func codes(values []string) string { return "`" + strings.Join(values, "`, `") + "`" }

// names finds, in the doc of a type or member, types, members and values: words with dots or underscores.
var mentioned = regexp.MustCompile(`\b[a-z]+(?:[._][a-z_]+)+\b`)

// marked is a doc with the names that it mentions marked up: types as links, other names as code. A type does not link to
// itself.
func marked(doc, self string) string {
	return mentioned.ReplaceAllStringFunc(doc, func(name string) string {
		if name != self && typeNamed(prefix+name+version) != nil {
			return typeLink(name)
		}
		return "`" + name + "`"
	})
}
