package contract

import (
	"fmt"
	"strings"
	"testing"

	"tocsin/state"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A draw writes documents by the oracle's text: every member that is required and some that are not, in any order, with
// values that are right but not always plain.
type draw struct{ *rapid.T }

func (d draw) oneOf(values ...string) string { return rapid.SampledFrom(values).Draw(d.T, "value") }

func (d draw) document() string {
	var names []string
	for line := range strings.Lines(contractText) {
		if name, _, _ := strings.Cut(line, ":"); strings.Contains(name, ".") {
			names = append(names, name)
		}
	}
	name := d.oneOf(append(names, "heartbeat", "order.changed")...)
	rules := append(rulesOf(strings.Replace(name, "order.changed", "order.placed", 1)),
		rule{"revision", true, "revision"}, rule{"entity_id", false, "id"})
	envelope := []string{
		`"specversion":"1.0"`, `"id":` + d.id(), `"source":` + d.oneOf(`"urn:a"`, `"/b?c=d"`), `"type":"tocsin.` + name + `.v1"`,
		`"time":` + d.instant(),
	}
	if d.oneOf("", "recorded") != "" {
		envelope = append(envelope, `"recordedtime":"2199-06-01T00:00:00Z"`)
	}
	if name != "registry.event" && name != "fx.rate" && name != "heartbeat" {
		customer := d.id()
		envelope = append(envelope, `"subject":`+customer)
		rules = append(rules, rule{"customer_id", true, customer})
	}
	return d.join(append(envelope, `"data":`+d.object(rules, d.oneOf("EUR", "JPY", "KWD"))))
}

// join makes an object of members in any order.
func (d draw) join(members []string) string {
	space := d.oneOf("", "", " ", "\n\t")
	return "{" + space + strings.Join(rapid.Permutation(members).Draw(d.T, "order"), space+","+space) + space + "}"
}

func (d draw) object(rules []rule, currency string) string {
	var members []string
	for _, r := range rules {
		switch {
		case r.required || d.oneOf("", "there") != "":
			members = append(members, `"`+r.name+`":`+d.value(r, currency))
		case d.oneOf("", "", "", "null") != "":
			members = append(members, `"`+r.name+`":null`)
		}
	}
	if d.oneOf("", "", "", "unknown") != "" {
		members = append(members, `"ext":`+d.oneOf(`{"b":[1.0,2e2,-0],"a":{"ä":"\u00e4"}}`, `null`, `"\ud83d\ude00"`))
	}
	return d.join(members)
}

func (d draw) id() string {
	return d.oneOf(`"A-1"`, `"\u0041-1"`, `"漢/字"`, `"a~b"`, fmt.Sprintf("%q", strings.Repeat("x", MaxID)),
		fmt.Sprintf(`"%d"`, rapid.IntRange(0, 50).Draw(d.T, "number")))
}

func (d draw) instant() string {
	return d.oneOf(`"2026-11-20T09:14:03Z"`, `"1999-12-31T23:59:59.999999999+05:30"`, `"2026-01-01t00:00:00.50z"`)
}

func (d draw) value(r rule, currency string) string {
	kind, of, _ := strings.Cut(r.kind, ":")
	switch kind {
	case "id":
		return d.id()
	case "text":
		return d.oneOf(`"open"`, `"other"`, `"bill"`, `"fx"`, `"customer"`, `""`, `"x\ty"`, `"Größe"`)
	case "date":
		return fmt.Sprintf("%q", state.Date(rapid.IntRange(int(state.MinDate), int(state.MaxDate)).Draw(d.T, "date")))
	case "instant":
		return d.instant()
	case "bool":
		return d.oneOf("true", "false")
	case "integer":
		return d.oneOf("0", "-3", "9223372036854775807")
	case "revision":
		return d.oneOf("1", "2", "9007199254740993")
	case "days":
		return d.oneOf("0", "60", "3650")
	case "decimal", "ratio":
		return d.oneOf(`"0.75"`, `"1"`, `"0"`, `"1.000"`)
	case "rate":
		return d.oneOf(`"1.0876"`, `"0.0000061"`, `"16250"`)
	case "currency":
		if r.name == "base" {
			return d.oneOf(`"EUR"`, `"JPY"`)
		}
		return `"CHF"`
	case "limit", "money":
		if kind == "limit" && d.oneOf("", "null") != "" {
			return "null"
		}
		return d.money(currency)
	case "ids":
		return d.list(func() string { return d.id() })
	case "list":
		return d.list(func() string { return d.object(rulesOf(of), currency) })
	case "object":
		return d.object(rulesOf(of), currency)
	}
	if kind[0] == '[' {
		return `"` + d.oneOf(strings.Split(strings.Trim(kind, "[]"), "|")...) + `"`
	}
	return r.kind // the customer
}

func (d draw) money(code string) string {
	currency, _ := state.ParseCurrency(code)
	amount := state.FormatMinor(rapid.Int64Range(0, 1<<62).Draw(d.T, "minor"), currency.Scale())
	if whole, _, cut := strings.Cut(amount, "."); cut && d.oneOf("", "", "", "short") != "" {
		amount = whole
	}
	return d.join([]string{`"amount":"` + amount + `"`, `"currency":"` + code + `"`})
}

func (d draw) list(element func() string) string {
	elements := make([]string, rapid.IntRange(0, 3).Draw(d.T, "elements"))
	for i := range elements {
		elements[i] = element()
	}
	return "[" + strings.Join(elements, ",") + "]"
}

func TestRightDocumentsAreReadWrittenAndReadAgain(t *testing.T) {
	kept, reused, again := newDecoder(t, Options{}), newDecoder(t, Options{}), newDecoder(t, Options{})
	reused.Reuse = true
	regular := 0
	rapid.Check(t, func(rt *rapid.T) {
		doc := []byte(draw{rt}.document())
		var ev, same state.Event
		if r := kept.Decode(doc, 0, &ev); r != nil {
			rt.Fatalf("%s: got %v, want an event", doc, r)
		}
		if c := judge(doc); c != "" {
			rt.Fatalf("%s: the oracle refuses it with %s", doc, c)
		}
		if r := reused.Decode(doc, 0, &same); r != nil || !cmp.Equal(ev, same) {
			rt.Fatalf("%s: got %v with reuse: %v", doc, r, cmp.Diff(ev, same))
		}
		checkTellsTheSame(t, again, doc, &ev)
		if ev.Canonical == "" {
			regular++
		}
	})
	if regular == 0 {
		t.Error("no document was regular, so that its body alone was written")
	}
}

// What is decoded must not change when the decoder goes on.
func TestEventsKeepWhatTheyTell(t *testing.T) {
	d, again := newDecoder(t, Options{}), newDecoder(t, Options{})
	rapid.Check(t, func(rt *rapid.T) {
		docs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return draw{t}.document() }), 2, 6).Draw(rt, "documents")
		events := make([]state.Event, len(docs))
		value := make([]byte, 0, MaxValue)
		for i, doc := range docs {
			value = append(value[:0], doc...)
			if r := d.Decode(value, 0, &events[i]); r != nil {
				rt.Fatalf("%s: got %v, want an event", doc, r)
			}
			clear(value)
		}
		for i, doc := range docs {
			checkTellsTheSame(t, again, []byte(doc), &events[i])
		}
	})
}
