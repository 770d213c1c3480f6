package contract

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"tocsin/state"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// seeds are all documents of the tables.
func seeds(t *testing.T) []string {
	all := []string{exampleInvoice, heartbeat, dataFirst()}
	for _, s := range samples {
		all = append(all, s.document())
	}
	tables := refusals()
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		for _, c := range tables[name] {
			all = append(all, c.apply(t))
		}
	}
	for _, c := range toldOtherwise {
		all = append(all, c.apply(t))
	}
	for _, c := range slices.Concat(edges, edgesOfOtherTypes) {
		all = append(all, c.apply(t))
	}
	for _, e := range writtenOtherwise {
		all = append(all, e.apply(t))
	}
	return all
}

func TestAgreesWithTheOracle(t *testing.T) {
	d := newDecoder(t, Options{})
	for _, doc := range seeds(t) {
		checkAgainstOracle(t, d, []byte(doc))
	}
}

// FuzzDecode holds the decoder against the oracle and against the schema that publishers have: the same documents are
// accepted, those refused get the same code, and what is accepted tells the same values, can be written and read again, and
// is the same in every form of a record.
func FuzzDecode(f *testing.F) {
	for _, doc := range seeds(&testing.T{}) {
		if len(doc) < 4096 {
			f.Add([]byte(doc))
		}
	}
	d, schema := newDecoder(f, Options{}), compiled(f, SchemaOfAll())
	f.Fuzz(func(t *testing.T, doc []byte) {
		checkAgainstOracle(t, d, doc)
		checkAgainstSchema(t, d, schema, doc)
		checkForms(t, d, doc)
	})
}

func checkAgainstOracle(t *testing.T, d *Decoder, doc []byte) {
	t.Helper()
	if bytes.Count(doc, []byte("["))+bytes.Count(doc, []byte("{")) > 9000 {
		return // the oracle's reader has a limit of its own
	}
	original := bytes.Clone(doc)
	var ev state.Event
	r := d.Decode(doc, 0, &ev)
	faults := d.Faults()
	if !bytes.Equal(doc, original) {
		t.Fatalf("%s: the document was changed", shorten(string(original)))
	}
	want := judge(doc)
	switch {
	case r == nil && want != "":
		t.Fatalf("%s: got accepted, want %s", shorten(string(doc)), want)
	case r == nil && len(faults) > 0:
		t.Fatalf("%s: accepted with faults %v", shorten(string(doc)), faults)
	case r == nil:
		checkTellsTheSame(t, d, doc, &ev)
	case r.Code != want:
		t.Fatalf("%s: got %v, want %s", shorten(string(doc)), r, want)
	}
}

// checkAgainstSchema holds what became of a document against the schema: what is accepted is valid, and what is refused is
// not, unless all that is wrong with it is something that the schema cannot say.
func checkAgainstSchema(t *testing.T, d *Decoder, schema *jsonschema.Schema, doc []byte) {
	t.Helper()
	if len(doc) > MaxValue || !jsontext.Value(doc).IsValid() {
		return // the oracle has refused it
	}
	var ev state.Event
	r := d.Decode(doc, 0, &ev)
	err := schema.Validate(treeOf(doc))
	switch {
	case r == nil && err != nil:
		t.Fatalf("%s: accepted, but the schema refuses it: %v", shorten(string(doc)), err)
	case r != nil && err == nil && slices.ContainsFunc(d.Faults(), func(r Reject) bool { return !unsaidBySchema(r) }):
		t.Fatalf("%s: valid by the schema, but refused: %v", shorten(string(doc)), d.Faults())
	}
}

// checkTellsTheSame compares the values of an accepted document with those of its event written again.
func checkTellsTheSame(t *testing.T, d *Decoder, doc []byte, ev *state.Event) {
	t.Helper()
	written := Encode(ev)
	want, got := treeOf(doc).(map[string]any), treeOf(written).(map[string]any)
	if left, right := numbers(want["data"]), numbers(got["data"]); !reflect.DeepEqual(left, right) {
		t.Fatalf("%s: data differs (-document +event):\n%s", shorten(string(doc)), cmp.Diff(left, right))
	}
	if got["id"] != want["id"] || got["source"] != want["source"] || ev.Customer != "" && got["subject"] != want["subject"] {
		t.Fatalf("%s: got envelope %v", shorten(string(doc)), got)
	}
	var again state.Event
	if r := d.Decode(written, 0, &again); r != nil || !reflect.DeepEqual(*ev, again) {
		t.Fatalf("%s: written as %s: %v (-event +read again):\n%s", shorten(string(doc)), written, r, cmp.Diff(*ev, again))
	}
}

// numbers makes equal numbers equal values: the exact integer where an int64 holds it, else a float64, else the text.
func numbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			v[name] = numbers(v[name])
		}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case json.Number:
		if n, ok := new(big.Int).SetString(string(v), 10); ok && n.IsInt64() {
			return n.Int64()
		}
		x, err := v.Float64()
		if err != nil {
			return string(v)
		}
		if n, accuracy := big.NewFloat(x).Int64(); accuracy == big.Exact {
			return n
		}
		return x
	}
	return v
}
