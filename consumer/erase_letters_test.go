package consumer

import "testing"

// Records are refused for many reasons, and most of those that cannot be parsed have a customer in them all the same.
func TestRefusedRecordsOfAnErasedCustomerLoseTheirContent(t *testing.T) {
	const others = `{"subject":"C-9"}`
	for name, value := range map[string]string{
		"plain":                        `{"subject":"Jane & \"Doe\" <é>","data":{}}`,
		"escaped":                      `{"subject":"Jane \u0026 \"Doe\" \u003c\u00e9\u003e","data":{}}`,
		"without its end":              `{"specversion":"1.0","subject":"Jane & \"Doe\" <é>","data":{"name":"Jane D`,
		"broken before it":             `{"specversion":1.0.0,"subject":"Jane & \"Doe\" <é>"}`,
		"with a quote too many":        `{"specversion":"1.0"","subject":"Jane & \"Doe\" <é>"}`,
		"behind a schema's prefix":     "\x00\x00\x00\x00\x01" + `{"subject":"Jane & \"Doe\" <é>"`,
		"in a member of another name":  `{"data":{"customer":"Jane & \"Doe\" <é>"}}`,
		"by an identifier of hers":     `{"type":"tocsin.registry.event.v1","data":{"identifier":{"scheme":"vat","value":"DE811128135"}}}`,
		"by an identifier, misspelled": `{"type":"tocsin.registry.evnt.v1","data":{"identifier":{"scheme":"tax","value":"DE811128135"}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t, peopleTopic)
			g.told(`Jane & \"Doe\" <é>`, "customer.profile", "p", 1, `"name":"Jane","country":"DE","identifiers":[{"scheme":"vat","value":"DE811128135","country":"DE"}]`)
			g.broker.append(peopleTopic, g.now, []byte(value))
			g.broker.append(peopleTopic, g.now, []byte(others))
			g.turns(10)
			g.told(`Jane & \"Doe\" <é>`, "customer.erased", "e", 1, `"erase_date":"2026-03-02"`)
			g.turns(10)
			if got := g.contents(2); len(got) != 1 || got[0] != others {
				t.Errorf("contents left: got %q, want somebody else's alone", got)
			}
		})
	}
}

// What is refused once the customer is erased is recognised by the pseudonym alone.
func TestLaterRefusedRecordsOfAnErasedCustomerHaveNoContent(t *testing.T) {
	g := newRig(t, peopleTopic)
	g.told("C-Mary", "customer.erased", "e", 1, `"erase_date":"2026-03-02"`)
	g.turns(10)
	for _, value := range []string{`{"subject":"C-Mary","data":{"name":"Mary"`, `{"a":,"data":{"customer_id":"C\u002dMary","name":"Mary"}}`} {
		g.broker.append(peopleTopic, g.now, []byte(value))
		g.turns(10)
	}
	if got := g.contents(2); len(got) > 0 {
		t.Errorf("contents left: got %q, want none", got)
	}
}

// contents are those of the refused records that are left, as many as want.
func (g *rig) contents(want int) (left []string) {
	g.t.Helper()
	letters, err := g.store.DeadLetters(g.t.Context(), 99)
	if err != nil || len(letters) != want {
		g.t.Fatalf("got %d refused records, %v, want %d", len(letters), err, want)
	}
	for i := range letters {
		if len(letters[i].Value) > 0 {
			left = append(left, string(letters[i].Value))
		}
	}
	return left
}
