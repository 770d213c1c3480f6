package contract

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"tocsin/state"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

// compiled is a schema that is checked against the metaschema and ready to judge documents. Formats count.
func compiled(t testing.TB, text []byte) *jsonschema.Schema {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	id := parsed.(map[string]any)["$id"].(string)
	if err := c.AddResource(id, parsed); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(id)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// bySchema judges a document by a schema. A text that is no JSON has no tree to judge: ok is false.
func bySchema(schema *jsonschema.Schema, doc []byte) (err error, ok bool) {
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		return nil, false
	}
	return schema.Validate(tree), true
}

// codesOfDecoder are codes for what the schema does not say.
var codesOfDecoder = []Code{
	TooLarge, UTF8, JSON, DuplicateKey, TooDeep, TypeUnsupported, MoneyRange, CurrencyMismatch, SubjectMismatch, TimeFuture,
	RevisionConflict, RawFeed,
}

func TestTheSchemaAgreesWithTheDecoder(t *testing.T) {
	d, schema := newDecoder(t, Options{}), compiled(t, SchemaOfAll())
	said := map[Code]int{}
	for _, doc := range seeds(t) {
		var ev state.Event
		r := d.Decode([]byte(doc), 0, &ev)
		err, ok := bySchema(schema, []byte(doc))
		switch {
		case r == nil && !ok:
			t.Errorf("%s: accepted, and no JSON", shorten(doc))
		case r == nil && err != nil:
			t.Errorf("%s: accepted, but the schema refuses it: %v", shorten(doc), err)
		case r != nil && err == nil && !slices.ContainsFunc(d.Faults(), unsaidBySchema):
			t.Errorf("%s: refused (%v), but valid by the schema", shorten(doc), r)
		case r != nil && err != nil:
			said[r.Code]++
		}
	}
	for _, code := range Codes() {
		if said[code] == 0 && !slices.Contains(codesOfDecoder, code) {
			t.Errorf("no document that the schema refuses has the code %s", code)
		}
	}
}

// unsaidBySchema tells whether a fault is one that the schema does not see: for some codes all, of others an integer that is
// written with a fraction, an instant that only its offset takes over the bounds, and a rate of a currency in itself.
func unsaidBySchema(r Reject) bool {
	return slices.Contains(codesOfDecoder, r.Code) ||
		r.Code == WrongType && strings.Contains(r.Message, "not written as an integer") ||
		r.Code == Range && (strings.Contains(r.Message, "give an instant") || strings.Contains(r.Message, "give two currencies"))
}

func TestRightDocumentsAreValidByTheirSchema(t *testing.T) {
	all := compiled(t, SchemaOfAll())
	each := map[string]*jsonschema.Schema{}
	for _, name := range TypeNames() {
		each[name] = compiled(t, Schema(name))
	}
	rapid.Check(t, func(rt *rapid.T) {
		doc := []byte(draw{rt}.document())
		var head struct{ Type string }
		if err := json.Unmarshal(doc, &head); err != nil {
			rt.Fatal(err)
		}
		for _, schema := range []*jsonschema.Schema{all, each[head.Type]} {
			if err, ok := bySchema(schema, doc); err != nil || !ok {
				rt.Fatalf("%s: not valid by %s: %v", doc, schema.Location, err)
			}
		}
	})
}

func TestThereIsNoSchemaOfOtherTypes(t *testing.T) {
	if got := Schema("tocsin.invoice.issued.v2"); got != nil {
		t.Errorf("got %s, want none", got)
	}
}
