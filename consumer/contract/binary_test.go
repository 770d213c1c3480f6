package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tocsin/state"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// header is a header of an attribute.
func header(name, value string) state.Header {
	return state.Header{Key: attributePrefix + name, Value: []byte(value)}
}

// inHeaders is a structured document as a record in binary mode. ok is false for one that has no such form: its members
// are not unique, or an attribute is no string.
func inHeaders(doc []byte) (headers []state.Header, value []byte, ok bool) {
	d := json.NewDecoder(bytes.NewReader(doc))
	if open, err := d.Token(); err != nil || open != json.Delim('{') || !jsontext.Value(doc).IsValid() {
		return nil, nil, false
	}
	seen := map[string]bool{}
	for d.More() {
		token, _ := d.Token()
		name := token.(string)
		var raw json.RawMessage
		d.Decode(&raw)
		var text *string
		switch err := json.Unmarshal(raw, &text); {
		case seen[name] || name == "":
			return nil, nil, false
		case name == "data":
			value = raw
		case err != nil:
			return nil, nil, false
		case text == nil:
			headers = append(headers, state.Header{Key: attributePrefix + name})
		case name == "datacontenttype":
			headers = append(headers, state.Header{Key: contentType, Value: []byte(*text)})
		default:
			headers = append(headers, header(name, *text))
		}
		seen[name] = true
	}
	return headers, value, isBinary(headers)
}

// checkForms holds the forms of a document against each other.
func checkForms(t interface {
	Helper()
	Fatalf(string, ...any)
}, d *Decoder, doc []byte) (asHeaders bool) {
	t.Helper()
	var want, got state.Event
	refusal := d.Decode(doc, 0, &want)
	faults := d.Faults()
	prefixed := append([]byte{0, 0, 0, 1, 2}, doc...)
	again := d.DecodeRecord(nil, prefixed, 0, &got)
	if !cmp.Equal(refusal, again, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Message" }, cmp.Ignore())) || !cmp.Equal(want, got) {
		t.Fatalf("%s with a prefix: got %v and %v, want %v and %v", shorten(string(doc)), again, got, refusal, want)
	}
	headers, value, ok := inHeaders(doc)
	if !ok {
		return false
	}
	again = d.DecodeRecord(headers, value, 0, &got)
	if len(doc) > MaxValue && len(value) <= MaxValue {
		return false // what is too large in one form may fit in the other
	}
	if !cmp.Equal(want, got) || (refusal == nil) != (again == nil) || refusal != nil && refusal.Code != again.Code {
		t.Fatalf("%s in headers: got %v and %v, want %v and %v", shorten(string(doc)), again, got, refusal, want)
	}
	places := map[string]int{}
	for _, f := range faults {
		places[f.Pointer+" "+string(f.Code)]++
	}
	for _, f := range d.Faults() {
		places[f.Pointer+" "+string(f.Code)]--
	}
	for place, more := range places {
		if more != 0 {
			t.Fatalf("%s in headers: %d fewer faults at %s", shorten(string(doc)), more, place)
		}
	}
	return true
}

func TestAllFormsHaveOneVerdict(t *testing.T) {
	d := newDecoder(t, Options{})
	binary := 0
	for _, doc := range seeds(t) {
		if checkForms(t, d, []byte(doc)) {
			binary++
		}
	}
	if binary < 150 {
		t.Errorf("got %d documents in headers, want at least 150", binary)
	}
	rapid.Check(t, func(rt *rapid.T) { checkForms(rt, d, []byte(draw{rt}.document())) })
}

// exampleRecord is the example in binary mode.
func exampleRecord(t *testing.T) ([]state.Header, []byte) {
	t.Helper()
	headers, value, ok := inHeaders([]byte(exampleInvoice))
	if !ok {
		t.Fatal("the example has no binary form")
	}
	return headers, value
}

func TestReadsRecordsInEachForm(t *testing.T) {
	headers, data := exampleRecord(t)
	structured := state.Header{Key: contentType, Value: []byte("application/cloudevents+json; charset=UTF-8")}
	plain := state.Header{Key: contentType, Value: []byte("application/json")}
	schema := "\x00\x00\x00\x12\x34"
	want := decoded(t, exampleInvoice)
	d := newDecoder(t, Options{})
	for _, c := range []struct {
		name    string
		headers []state.Header
		value   string
	}{
		{"no headers", nil, exampleInvoice},
		{"structured", []state.Header{structured}, exampleInvoice},
		{"structured in capitals", []state.Header{{Key: contentType, Value: []byte("Application/CloudEvents+JSON")}}, exampleInvoice},
		{"structured with the attributes in headers too", append([]state.Header{structured}, headers...), exampleInvoice},
		{"structured with other headers", []state.Header{{Key: "traceparent", Value: []byte("\xff")}, structured}, exampleInvoice},
		{"called JSON, but without attributes", []state.Header{plain}, exampleInvoice},
		{"structured behind a schema", []state.Header{structured}, schema + exampleInvoice},
		{"binary", headers, string(data)},
		{"binary behind a schema", headers, schema + string(data)},
		{"binary with white space", headers, "\n\t" + string(data) + " \n"},
		{"binary with other headers", append([]state.Header{{Key: "x", Value: []byte("\xff\x00")}, {Key: "x"}, {Key: "ce"}}, headers...), string(data)},
		{"binary with an extension", append([]state.Header{header("partitionkey", "C-104822")}, headers...), string(data)},
		{"binary with an attribute that is null", append([]state.Header{{Key: "ce_dataschema"}}, headers...), string(data)},
		{"binary with the content type twice over", append([]state.Header{header("datacontenttype", "application/json")}, headers...), string(data)},
	} {
		var ev state.Event
		if r := d.DecodeRecord(c.headers, []byte(c.value), 0, &ev); r != nil || !cmp.Equal(ev, want) {
			t.Errorf("%s: got %v:\n%s", c.name, r, cmp.Diff(want, ev))
		}
	}
}

func TestRefusesRecordsByAttribute(t *testing.T) {
	headers, data := exampleRecord(t)
	set := func(name string, value []byte) []state.Header {
		changed := append([]state.Header(nil), headers...)
		for i := range changed {
			if changed[i].Key == attributePrefix+name {
				changed[i].Value = value
				return changed
			}
		}
		return append(changed, state.Header{Key: attributePrefix + name, Value: value})
	}
	without := func(name string) (left []state.Header) {
		for _, h := range headers {
			if h.Key != attributePrefix+name {
				left = append(left, h)
			}
		}
		return left
	}
	d := newDecoder(t, Options{})
	for _, c := range []struct {
		headers []state.Header
		value   string
		code    Code
		pointer string
		message string // a part of it
	}{
		{set("time", []byte("yesterday")), string(data), Format, "/time", `"yesterday" is no RFC 3339 instant`},
		{set("time", []byte(`"2026-11-20T09:14:03.271Z"`)), string(data), Format, "/time", "is no RFC 3339 instant"},
		{set("time", nil), string(data), Missing, "/time", "required and null"},
		{without("time"), string(data), Missing, "/time", "an instant such as"},
		{set("specversion", []byte("0.3")), string(data), SpecVersion, "/specversion", "0.3"},
		{without("specversion"), string(data), Missing, "/specversion", ""},
		{set("id", []byte{}), string(data), IDLength, "/id", "0 characters"},
		{set("id", []byte("a\xff")), string(data), UTF8, "/id", "the header is not UTF-8"},
		{set("id", []byte("a\x00")), string(data), JSON, "/id", "U+0000"},
		{set("id", []byte(strings.Repeat("é", MaxID+1))), string(data), IDLength, "/id", "129 characters"},
		{set("source", []byte("a b")), string(data), Format, "/source", "URI reference"},
		{set("subject", []byte("C-1")), string(data), SubjectMismatch, "/subject", "not the customer"},
		{without("subject"), string(data), Missing, "/subject", "the customer id"},
		{set("type", []byte("tocsin.nothing.v1")), string(data), TypeUnknown, "/type", "no type of the contract"},
		{without("type"), string(data), Missing, "/type", ""},
		{set("recordedtime", []byte("2026-11-19T09:14:03Z")), string(data), TimeFuture, "/time", "after it was known"},
		{set("a/b", []byte(strings.Repeat("x", MaxString+1))), string(data), TooLong, "/a~1b", "513 characters"},
		{set(strings.Repeat("x", MaxString+1), nil), string(data), TooLong, "/" + strings.Repeat("x", MaxString+1), "513 characters"},
		{set("\xff", nil), string(data), UTF8, "/\xff", ""},
		{append(set("x", nil), header("x", "")), string(data), DuplicateKey, "/x", `header "ce_x" before`},
		{append(set("x", nil), headers[0]), string(data), DuplicateKey, "/specversion", "before"},
		{append(set("x", nil), state.Header{Key: contentType}), string(data), DuplicateKey, "/datacontenttype", `"content-type"`},
		{headers, "", Missing, "/data", "an object"},
		{headers, "\x00\x00\x00\x00\x01", Missing, "/data", "an object"},
		{headers, "null", Missing, "/data", "null"},
		{headers, "[]", WrongType, "/data", "an array"},
		{headers, " ", JSON, "", ""},
		{headers, string(data) + "}", JSON, "", fmt.Sprintf("byte %d", len(data)+1)},
		{headers, string(data) + `,"type":"x"}`, JSON, "", "after the end of data"},
		{headers, "\x00\x00\x00\x00\x01{x", JSON, "", "byte 7"},
		{headers, "\x00\x00\x00\x00\x01{\"\xff\"}", UTF8, "", "byte 8"},
		{headers, "\x00\x00{}", JSON, "", "byte 1"},
		{headers, strings.Replace(string(data), `"revision":1`, `"revision":0`, 1), Range, "/data/revision", "out of bounds"},
		{headers, strings.Replace(string(data), `"revision":1,`, ``, 1), Missing, "/data/revision", ""},
		{headers, strings.Replace(string(data), `["SO-991822"]`, `["",""]`, 1), IDLength, "/data/order_ids/0", ""},
		{headers, strings.Repeat(" ", MaxValue+1), TooLarge, "", "65537"},
		{headers, exampleInvoice, Missing, "/data/customer_id", ""},
		{[]state.Header{headers[1]}, string(data), Missing, "/specversion", ""},
	} {
		var ev state.Event
		r := d.DecodeRecord(c.headers, []byte(c.value), 0, &ev)
		if r == nil || r.Code != c.code || r.Pointer != c.pointer || !strings.Contains(r.Message, c.message) || ev != (state.Event{}) {
			t.Errorf("%v %.80q: got %v, want %s at %q: …%s…", c.headers, c.value, r, c.code, c.pointer, c.message)
		}
	}
}

func TestTranslatesTypesOfEachForm(t *testing.T) {
	d := newDecoder(t, Options{Types: map[string]string{"acme.Invoice": "tocsin.invoice.issued.v1"}})
	own := strings.Replace(exampleInvoice, "tocsin.invoice.issued.v1", "acme.Invoice", 1)
	headers, data, _ := inHeaders([]byte(own))
	for name, record := range map[string]struct {
		headers []state.Header
		value   string
	}{"structured": {nil, own}, "binary": {headers, string(data)}, "schema": {headers, "\x00\x00\x00\x00\x01" + string(data)}} {
		var ev state.Event
		if r := d.DecodeRecord(record.headers, []byte(record.value), 0, &ev); r != nil || ev.Kind != state.KindInvoice {
			t.Errorf("%s: got kind %d and %v, want an invoice", name, ev.Kind, r)
		}
	}
}

func TestCountsExtensionsInHeaders(t *testing.T) {
	headers, data := exampleRecord(t)
	d := newDecoder(t, Options{})
	var ev state.Event
	if r := d.DecodeRecord(append(headers, header("partitionkey", "x"), state.Header{Key: "x"}), data, 0, &ev); r != nil {
		t.Fatal(r)
	}
	for _, c := range d.Counts() {
		if c.Accepted > 0 && c.UnknownFields != 1 {
			t.Errorf("got %+v, want one unknown field", c)
		}
	}
}
