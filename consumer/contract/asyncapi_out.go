package contract

import _ "embed" // schemas of records

// outMessage is what Tocsin writes to a topic.
func outMessage(t Topic) ordered {
	m := ordered{{"name", prefix + t.Setting + version}, {"title", t.Setting}, {"summary", t.Doc}}
	switch t.Setting {
	case "alerts":
		m = append(m, member{"contentType", "application/json"}, member{"payload", ordered{{"$ref", "#/components/schemas/alert"}}})
	case "tasks":
		m = append(m, member{"contentType", "application/json"}, member{"payload", ordered{{"$ref", "#/components/schemas/task"}}})
	default:
		m = append(m, member{"headers", deadLetterHeaders()}, member{"payload", ordered{{"description", "What was refused, byte for byte."}}})
	}
	return m.with("bindings", keyBinding(t.Key))
}

// deadLetterHeaders are those that a refused record has besides its own.
func deadLetterHeaders() ordered {
	texts := ordered{}
	for _, h := range []struct{ name, doc string }{
		{"tocsin_error_code", "Why it was refused: one of the closed list of codes."},
		{"tocsin_error_detail", "JSON Pointer and message, as event check prints them."},
		{"tocsin_origin_topic", "Where the record stood."},
		{"tocsin_origin_partition", "Where the record stood."},
		{"tocsin_origin_offset", "Where the record stood."},
		{"tocsin_origin_timestamp", "The record's timestamp, as an RFC 3339 instant."},
		{"tocsin_version", "Which version of Tocsin refused it."},
		{"tocsin_value_omitted", "How many bytes the value had, where it is too large for this topic and is left out."},
	} {
		texts = texts.with(h.name, ordered{{"type", "string"}, {"description", h.doc}})
	}
	codes := []any{}
	for _, c := range Codes() {
		codes = append(codes, string(c))
	}
	texts[0].value = texts[0].value.(ordered).with("enum", codes)
	return ordered{{"type", "object"}, {"required", []any{"tocsin_error_code", "tocsin_origin_topic"}}, {"properties", texts}}
}

// alertSchema and taskSchema are the schemas of the records that Tocsin writes. The package that writes them is tested
// against them.
//
//go:embed docs/alert.json
var alertSchema string

//go:embed docs/task.json
var taskSchema string
