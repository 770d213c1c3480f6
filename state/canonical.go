package state

import (
	"slices"
	"strconv"
	"strings"
)

// canonicalData is an event's data in canonical JSON (RFC 8785): as its publisher wrote it where the body cannot tell,
// else rebuilt from the body. It decides between two contents of one revision that nothing else tells apart, which hardly
// ever happens.
func canonicalData(ev *Event, customer CustomerID) []byte {
	if ev.Canonical != "" {
		return []byte(ev.Canonical)
	}
	var o object
	if ev.Kind != KindRegistry {
		o.text("customer_id", string(customer))
	}
	o.number("revision", ev.Revision)
	o.text("entity_id", ev.Entity)
	if ev.Ext != "" {
		o.raw("ext", []byte(ev.Ext))
	}
	o.body(ev.Body)
	return o.append(nil)
}

// object is a JSON object under construction: its members may come in any order and are sorted when it is written.
// Members that a publisher did not tell are left out.
type object []member

type member struct {
	name  string
	value []byte
}

func (o *object) raw(name string, value []byte) { *o = append(*o, member{name, value}) }

func (o *object) text(name, value string) {
	if value != "" {
		o.raw(name, appendJSONString(nil, value))
	}
}

func (o *object) number(name string, n int64) { o.raw(name, strconv.AppendInt(nil, n, 10)) }

func (o *object) date(name string, d Date) { o.text(name, d.String()) }

func (o *object) flag(name string, f Flag) {
	if f != FlagUnset {
		o.raw(name, strconv.AppendBool(nil, f == FlagTrue))
	}
}

func (o *object) money(name string, m Money) {
	if m.Told() {
		o.raw(name, moneyJSON(m))
	}
}

// list adds an array of n elements, unless it is empty.
func (o *object) list(name string, n int, element func(i int) []byte) {
	if n == 0 {
		return
	}
	buf := []byte{'['}
	for i := range n {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = append(buf, element(i)...)
	}
	o.raw(name, append(buf, ']'))
}

func (o *object) texts(name string, values []string) {
	o.list(name, len(values), func(i int) []byte { return appendJSONString(nil, values[i]) })
}

func (o object) append(buf []byte) []byte {
	slices.SortFunc(o, func(a, b member) int { return strings.Compare(a.name, b.name) })
	buf = append(buf, '{')
	for i, m := range o {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = append(appendJSONString(buf, m.name), ':')
		buf = append(buf, m.value...)
	}
	return append(buf, '}')
}

func moneyJSON(m Money) []byte {
	var o object
	o.text("amount", m.String())
	o.text("currency", m.Currency.String())
	return o.append(nil)
}

// appendJSONString writes a string with the escapes of RFC 8785, which are those of ECMAScript.
func appendJSONString(buf []byte, s string) []byte {
	const hex = "0123456789abcdef"
	buf = append(buf, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			buf = append(buf, '\\', c)
		case c >= 0x20:
			buf = append(buf, c)
		case c == '\b':
			buf = append(buf, `\b`...)
		case c == '\t':
			buf = append(buf, `\t`...)
		case c == '\n':
			buf = append(buf, `\n`...)
		case c == '\f':
			buf = append(buf, `\f`...)
		case c == '\r':
			buf = append(buf, `\r`...)
		default:
			buf = append(buf, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(buf, '"')
}
