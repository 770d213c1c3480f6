package contract

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"tocsin/state"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestEveryTypeHasExamples(t *testing.T) {
	for _, name := range TypeNames() {
		count := map[Role]int{}
		for _, e := range Examples(name) {
			count[e.Role]++
			if e.Caption == "" || strings.ToLower(e.Caption[:1]) != e.Caption[:1] || strings.HasSuffix(e.Caption, ".") {
				t.Errorf("%s: caption %q: want part of a sentence", name, e.Caption)
			}
		}
		if count[Minimal] != 1 || count[Full] != 1 || count[Refused] < 2 {
			t.Errorf("%s: got %v examples, want one minimal, one full, at least two refused", name, count)
		}
	}
	if files, err := exampleFiles.ReadDir("examples"); err != nil || len(files) != len(types) {
		t.Errorf("got %d files of examples for %d types: %v", len(files), len(types), err)
	}
	if got := Examples("tocsin.invoice.issued.v2"); got != nil {
		t.Errorf("got %v for a type that is none", got)
	}
}

func TestValidExamplesAreAccepted(t *testing.T) {
	d, all := newDecoder(t, Options{}), compiled(t, SchemaOfAll())
	for i := range types {
		typ := &types[i]
		own := compiled(t, Schema(typ.name))
		for _, e := range Examples(typ.name) {
			if e.Role == Refused {
				continue
			}
			for _, doc := range []string{e.Text, string(e.Line())} {
				var ev state.Event
				if r := d.Decode([]byte(doc), 0, &ev); r != nil || ev.Kind != typ.kind {
					t.Errorf("%s, %s: got %v and kind %v, want an event of kind %v", typ.name, e.Caption, r, ev.Kind, typ.kind)
				}
				for _, schema := range []*jsonschema.Schema{all, own} {
					if err, ok := bySchema(schema, []byte(doc)); err != nil || !ok {
						t.Errorf("%s, %s: refused by the schema: %v", typ.name, e.Caption, err)
					}
				}
			}
		}
	}
}

// A refused example has one fault, the one it is an example of.
func TestRefusedExamplesAreRefused(t *testing.T) {
	d, all := newDecoder(t, Options{}), compiled(t, SchemaOfAll())
	for _, name := range TypeNames() {
		for _, e := range Examples(name) {
			if e.Role != Refused {
				continue
			}
			var ev state.Event
			r := d.Decode(e.Line(), 0, &ev)
			if faults := d.Faults(); r == nil || len(faults) != 1 || r.Code != e.Code || r.Pointer != e.Pointer {
				t.Errorf("%s, %s: got %v, want only %s at %s", name, e.Caption, faults, e.Code, e.Pointer)
				continue
			}
			err, _ := bySchema(all, e.Line())
			if unsaid := unsaidBySchema(*r); (err == nil) != unsaid {
				t.Errorf("%s, %s: the schema says %v, and cannot say it: %v", name, e.Caption, err, unsaid)
			}
		}
	}
}

// Minimal has what is required, full has all there is: a member that is added to a table needs an example.
func TestExamplesHaveTheMembersOfTheirType(t *testing.T) {
	for i := range types {
		for _, e := range Examples(types[i].name) {
			var doc struct{ Data map[string]any }
			if err := json.Unmarshal([]byte(e.Text), &doc); err != nil {
				t.Fatal(err)
			}
			switch e.Role {
			case Minimal:
				requiredOnly(t, types[i].name, types[i].data, doc.Data)
			case Full:
				for _, path := range lacking(types[i].data, doc.Data) {
					t.Errorf("%s: the full example lacks %s", types[i].name, path)
				}
			}
		}
	}
}

func requiredOnly(t *testing.T, name string, table *table, data map[string]any) {
	t.Helper()
	for member := range data {
		if f := table.find([]byte(member)); f < 0 || !table.fields[f].required {
			t.Errorf("%s: the minimal example has %s, which is not required", name, member)
		}
	}
}

// lacking are the paths of a table's members that an object does not have. What one element of a list has, the list has.
func lacking(table *table, object map[string]any) (paths []string) {
	for _, f := range table.fields {
		value, there := object[f.name]
		switch list, isList := value.([]any); {
		case !there:
			paths = append(paths, f.name)
		case f.items == nil:
		case isList:
			paths = append(paths, lackingOfAll(f, list)...)
		default:
			for _, path := range lacking(f.items, value.(map[string]any)) {
				paths = append(paths, f.name+"."+path)
			}
		}
	}
	return paths
}

// lackingOfAll are the paths that no element of a list has.
func lackingOfAll(f field, list []any) (paths []string) {
	for _, path := range lacking(f.items, list[0].(map[string]any)) {
		everywhere := !slices.ContainsFunc(list, func(element any) bool {
			return !slices.Contains(lacking(f.items, element.(map[string]any)), path)
		})
		if everywhere {
			paths = append(paths, f.name+"[]."+path)
		}
	}
	return paths
}

func TestAFileOfExamplesIsReadStrictly(t *testing.T) {
	for _, text := range []string{
		"{}\n", "-- minimal --\n{}\n", "-- minimal x: y --\n{}\n", "-- refused: y --\n{}\n", "-- other: y --\n{}\n",
	} {
		if got, err := parseExamples(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}
