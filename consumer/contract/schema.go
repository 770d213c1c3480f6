package contract

import (
	"slices"
	"strings"
)

// dialect is JSON Schema 2020-12. Only keywords are used that draft 7 has too, so that the same schemas stand in AsyncAPI.
const dialect = "https://json-schema.org/draft/2020-12/schema"

// TypeNames are the names of all types, in the contract's order.
func TypeNames() []string {
	names := make([]string, len(types))
	for i := range types {
		names[i] = types[i].name
	}
	return names
}

// TypeNamed is the full name of a type, which may be given without "tocsin." and ".v1"; false when there is none.
func TypeNamed(name string) (string, bool) {
	for _, full := range []string{name, prefix + name + version} {
		if typeNamed(full) != nil {
			return full, true
		}
	}
	return "", false
}

// Summary is the first sentence of what a type tells, by its full name; empty when there is no such type.
func Summary(name string) string {
	typ := typeNamed(name)
	if typ == nil {
		return ""
	}
	first, _, _ := strings.Cut(typ.doc, ". ")
	return strings.TrimSuffix(first, ".") + "."
}

// Schema is the JSON Schema 2020-12 of a type's structured document, by the type's full name; nil when there is no such
// type. It is made from the tables that the decoder reads: whatever the decoder accepts is valid by it. What JSON Schema
// cannot say, and the decoder alone refuses, is in its $comment.
func Schema(name string) []byte {
	typ := typeNamed(name)
	if typ == nil {
		return nil
	}
	s := &schemas{at: "#/$defs/"}
	whole := slices.Concat(
		ordered{{"$schema", dialect}, {"$id", "urn:" + strings.ReplaceAll(name, ".", ":")}, {"title", name}},
		s.event(typ),
		ordered{{"$comment", unsaid}, {"$defs", s.definitions()}},
	)
	return whole.text()
}

// SchemaOfAll is the JSON Schema 2020-12 of any event of the contract: a document is judged by its type.
func SchemaOfAll() []byte {
	s := &schemas{at: "#/$defs/"}
	var cases []ordered
	var events ordered
	for i := range types {
		name := types[i].name
		events = events.with(name, append(ordered{{"title", name}}, s.event(&types[i])...))
		cases = append(cases, ordered{
			{"if", ordered{{"properties", ordered{{"type", ordered{{"const", name}}}}}, {"required", []any{"type"}}}},
			{"then", ordered{{"$ref", s.at + name}}},
		})
	}
	return ordered{
		{"$schema", dialect}, {"$id", "urn:tocsin:v1"}, {"title", "Any event of the contract"},
		{"type", "object"}, {"required", []any{"type"}},
		{"properties", ordered{{"type", ordered{{"enum", scalars(TypeNames())}}}}},
		{"allOf", cases}, {"$comment", unsaid},
		{"$defs", slices.Concat(events, s.definitions())},
	}.text()
}

// unsaid is what a document can have wrong that its schema does not say.
const unsaid = "Beyond this schema the decoder demands: at most 65536 bytes and 8 levels of nesting (the document is 1, arrays " +
	"count), UTF-8 without U+0000, no name twice in one object, integers written with digits alone, 29 February in leap years alone, " +
	"subject equal to customer_id, one currency in all amounts of an order or an invoice and two in a rate, amounts that fit " +
	"64 bits in minor units, and a time that is not long after the event was known."

// event is the schema of a type's structured document.
func (s *schemas) event(typ *typeInfo) ordered {
	envelope := ordered{}
	required := []any{}
	for i := range envelopeTable.fields {
		f := envelopeTable.fields[i]
		f.required = f.required || f.kind == kindSubject && typ.customer
		envelope = envelope.with(f.name, s.attribute(&f, typ))
		if f.required {
			required = append(required, f.name)
		}
	}
	return append(ordered{{"description", typ.doc}}, s.closeObject(envelope, required)...)
}

// attribute is the schema of a member of the envelope.
func (s *schemas) attribute(f *field, typ *typeInfo) ordered {
	described := ordered{{"description", f.doc}}
	switch f.kind {
	case kindVersion:
		return described.with("const", "1.0")
	case kindType:
		return described.with("const", typ.name)
	case kindData:
		if typ.data == nil {
			return described.with("type", "object")
		}
		return append(described, s.object(typ.data)...)
	case kindSubject:
		if typ.customer {
			id := field{kind: kindID, doc: f.doc, required: true}
			return s.value(&id)
		}
	}
	return s.value(f)
}

// object is the schema of a table's object.
func (s *schemas) object(t *table) ordered {
	properties := ordered{}
	required := []any{}
	for i := range t.fields {
		f := &t.fields[i]
		properties = properties.with(f.name, s.value(f))
		if f.required {
			required = append(required, f.name)
		}
	}
	return s.closeObject(properties, required)
}

// closeObject is the schema of an object with these members and any others.
func (s *schemas) closeObject(properties ordered, required []any) ordered {
	o := ordered{{"type", "object"}}
	if len(required) > 0 {
		o = o.with("required", required)
	}
	return o.with("properties", properties).
		with("propertyNames", ordered{{"maxLength", MaxString}}).
		with("additionalProperties", s.ref("anything"))
}
