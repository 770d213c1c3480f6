package contract

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// ordered is a JSON object whose members are written in this order, which is the contract's.
type ordered []member

type member struct {
	name  string
	value any // ordered, []ordered, document, []any of scalars, string, bool, int, int64 or nil
}

// document is a valid JSON text that is written as it stands, but for white space.
type document []byte

// with is the object with one more member at its end.
func (o ordered) with(name string, value any) ordered {
	return append(o[:len(o):len(o)], member{name, value})
}

// text is the object over several lines, the last one ended.
func (o ordered) text() []byte { return append(appendIndented(nil, o, "\n"), '\n') }

// appendIndented appends a value. newline is a line feed and the indentation of the line that the value stands on. Lists
// of scalars stay on one line, so that one can look past a list of all currencies.
func appendIndented(out []byte, value any, newline string) []byte {
	deeper := newline + "  "
	switch v := value.(type) {
	case ordered:
		return appendBlock(out, "{}", len(v), newline, func(out []byte, i int) []byte {
			out = append(appendText(out, v[i].name), ": "...)
			return appendIndented(out, v[i].value, deeper)
		})
	case []ordered:
		return appendBlock(out, "[]", len(v), newline, func(out []byte, i int) []byte {
			return appendIndented(out, v[i], deeper)
		})
	case []any:
		out = append(out, '[')
		for i := range v {
			if i > 0 {
				out = append(out, ", "...)
			}
			out = appendIndented(out, v[i], newline)
		}
		return append(out, ']')
	case document:
		var b bytes.Buffer
		if err := json.Indent(&b, v, newline[1:], "  "); err != nil {
			panic("contract: a document that is no JSON: " + err.Error())
		}
		return append(out, b.Bytes()...)
	case string:
		return appendText(out, v)
	case bool:
		return strconv.AppendBool(out, v)
	case int:
		return strconv.AppendInt(out, int64(v), 10)
	case int64:
		return strconv.AppendInt(out, v, 10)
	case nil:
		return append(out, "null"...)
	}
	panic("contract: a value that JSON does not have")
}

// appendBlock appends n elements between two brackets, each on a line of its own.
func appendBlock(out []byte, brackets string, n int, newline string, element func([]byte, int) []byte) []byte {
	out = append(out, brackets[0])
	for i := range n {
		if i > 0 {
			out = append(out, ',')
		}
		out = element(append(append(out, newline...), "  "...), i)
	}
	if n > 0 {
		out = append(out, newline...)
	}
	return append(out, brackets[1])
}

// scalars are strings as a list for JSON.
func scalars(texts []string) []any {
	list := make([]any, len(texts))
	for i, t := range texts {
		list[i] = t
	}
	return list
}
