package contract

import (
	"encoding/json"
	"strings"

	"tocsin/state"
)

// formPart show the minimal invoice in the three forms in which an event can come.
func formPart() []passage {
	doc := Examples(prefix + "invoice.issued" + version)[0].Line()
	headers, data := binaryForm(doc)
	return []passage{
		paragraph("**Structured** is the reference form: the record's value is the whole document, and the header " +
			"`content-type` says so. A line of an NDJSON file is the same document; blank lines and a byte-order mark do no harm."),
		listing{text: "content-type: " + cloudEvents + "\n\n" + string(doc) + "\n"},
		paragraph("**Binary**: the attributes are headers that begin with `ce_`, the value is `data` alone, and `content-type` is " +
			"that of the data."),
		listing{text: headerLines(headers) + "\n" + string(data) + "\n"},
		paragraph("**Behind a schema registry's prefix**: serializers that speak to a registry put five bytes before the value, a zero " +
			"and the schema's number. They are stripped; the number is not looked up. Either form may follow."),
		listing{text: "content-type: " + cloudEvents + "\n\n00 00 00 00 2a " + string(doc) + "\n"},
	}
}

// binaryForm is a structured document in binary form: headers in the order of the contract, and the value. The document is
// one of ours.
func binaryForm(doc []byte) (headers []state.Header, data []byte) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(doc, &members); err != nil {
		panic("contract: " + err.Error())
	}
	headers = append(headers, state.Header{Key: contentType, Value: []byte("application/json")})
	for _, f := range envelopeTable.fields {
		var text string
		if f.kind == kindData || json.Unmarshal(members[f.name], &text) != nil {
			continue
		}
		headers = append(headers, state.Header{Key: attributePrefix + f.name, Value: []byte(text)})
	}
	return headers, members["data"]
}

func headerLines(headers []state.Header) string {
	var b strings.Builder
	for _, h := range headers {
		b.WriteString(h.Key + ": " + string(h.Value) + "\n")
	}
	return b.String()
}
