package contract

import (
	"slices"
	"strings"
	"testing"

	"tocsin/state"

	"github.com/google/go-cmp/cmp"
)

func ex(old, changed string) edit { return edit{"", old, changed} }

// Odd ways to write the same event.
var writtenOtherwise = []edit{
	ex(exampleInvoice, " \t\r\n"+exampleInvoice+"\n\t \r"),
	ex(exampleInvoice, strings.ReplaceAll(exampleInvoice, `":`, `" : `)),
	ex(exampleInvoice, strings.ReplaceAll(exampleInvoice, `,"`, "\n,\t\""+``)),
	ex(exampleInvoice, strings.NewReplacer(`{"`, `{ "`, `"}`, `" }`, `["`, `[ "`, `"]`, `" ]`).Replace(exampleInvoice)),
	ex(`"entity_id"`, `"\u0065ntity_id"`),
	ex(`"data"`, `"d\u0061t\u0061"`),
	ex(`"amount":"18420.50"`, `"amount":"\u00318420.50"`),
	ex(`"currency":"EUR"`, `"currency":"\u0045UR"`),
	ex(`2026-11-20","due`, `2026-11-\u0032\u0030","due`),
	ex(`09:14:03.271Z`, `09:14:03.2710000Z`),
	ex(`09:14:03.271Z`, `09:14:03.271000000999Z`),
	ex(`2026-11-20T09:14:03.271Z`, `2026-11-20t09:14:03.271z`),
	ex(`2026-11-20T09:14:03.271Z`, `2026-11-20T10:14:03.271+01:00`),
	ex(`2026-11-20T09:14:03.271Z`, `2026-11-19T23:29:03.271-09:45`),
	ex(`2026-11-20T09:14:03.271Z`, `2026-11-20T09:14:03.271-00:00`),
	ex(`"C-104822","time"`, `"\u0043-104822","time"`),
	ex(`{"amount":"18420.50","currency":"EUR"}`, `{"currency":"EUR","amount":"18420.50"}`),
	ex(`{"amount":"18420.50","currency":"EUR"}`, `{"amount":"18420.50" ,"currency":"EUR"}`),
	ex(`{"amount":"18420.50","currency":"EUR"}`, `{ "amount":"18420.50","currency":"EUR"}`),
	ex(`"datacontenttype":"application/json"`, `"datacontenttype":null`),
	ex(`"datacontenttype":"application/json",`, ``),
	ex(`"datacontenttype":"application/json"`, `"datacontenttype":"","dataschema":"https://example.org/s"`),
	ex(`"subject"`, `"recordedtime":null,"subject"`),
	ex(`"subject"`, `"recordedtime":"2026-11-20T09:14:03.271Z","subject"`),
	ex(`"subject"`, `"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","tracestate":"a=b","subject"`),
	ex(`"subject"`, `"partitionkey":"C-104822","sequence":17,"subject"`),
	ex(`"subject"`, `"x":`+deep(7)+`,"subject"`),
	ex(`"subject"`, `"x":{"":{},"a":[true,false,null,0,-0,1.5e-7,1E+400,{}]},"subject"`),
	ex(`"subject"`, `"x":`+elements(MaxArray, "1")+`,"subject"`),
	ex(`"subject"`, `"x":"`+strings.Repeat("漢", MaxString)+`","subject"`),
	ex(`"subject"`, `"x":"\"\\\/\b\f\n\r\t\ud83d\ude00\uFFFF","subject"`),
	ex(`"subject"`, `"`+strings.Repeat("x", MaxString)+`":1,"subject"`),
	ex(`{"specversion":"1.0",`, `{`), // and at the end
}

// dataFirst moves the example's data before everything else, as publishers do who sort their members.
func dataFirst() string {
	before, data, _ := strings.Cut(exampleInvoice, `,"data":`)
	return `{"data":` + strings.TrimSuffix(data, "}") + "," + strings.TrimPrefix(before, "{") + "}"
}

func TestAcceptsTheSameEventWrittenOtherwise(t *testing.T) {
	want := decoded(t, exampleInvoice)
	documents := []string{dataFirst()}
	for _, e := range writtenOtherwise {
		doc := e.apply(t)
		if !strings.Contains(doc, `"specversion"`) {
			doc = strings.TrimSuffix(doc, "}") + `,"specversion":"1.0"}`
		}
		documents = append(documents, doc)
	}
	for _, doc := range documents {
		if diff := cmp.Diff(want, decoded(t, doc)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", shorten(doc), diff)
		}
	}
}

// Data whose facts are the sample's, but which says it in a way, or with more, that only Canonical can tell, or Ext.
var toldOtherwise = []struct {
	edit
	canonical string // a part of it
}{
	{ex(`18420.50`, `18420.5`), `"amount":"18420.5"`},
	{ex(`"ACME-DE",`, `"ACME-DE","ext":{},`), `"ext":{}`},
	{ex(`"ACME-DE",`, `"ACME-DE","ext":{"b":[1.50,"\u00e9"],"a":1e2},`), `"ext":{"a":100,"b":[1.5,"é"]}`},
	{ex(`"ACME-DE",`, `"ACME-DE","ext":{"a":{"b":{"c":{"d":{"e":{}}}}}},`), `{"a":{"b":{"c":{"d":{"e":{}}}}}}`},
	{ex(`"ACME-DE",`, `"ACME-DE","ext":7,`), `"ext":7`},
	{ex(`"ACME-DE",`, `"ACME-DE","zzz":null,`), `"zzz":null`},
	{ex(`"ACME-DE",`, `"ACME-DE","":"",`), `{"":""`},
	{ex(`"ACME-DE",`, `"ACME-DE","terms":null,`), `"terms":null`},
	{ex(`"ACME-DE",`, `"ACME-DE","terms":"",`), `"terms":""`},
	{ex(`"ACME-DE",`, `"ACME-DE","instalments":[],`), `"instalments":[]`},
	{ex(`"ACME-DE",`, `"ACME-DE","retention":null,`), `"retention":null`},
	{ex(`"EUR"`, `"EUR","vat":"19"`), `{"amount":"18420.50","currency":"EUR","vat":"19"}`},
	{edit{"limit.set", `"hard":true`, `"hard":true,"Hard":false`}, `"Hard":false`},
	{edit{"payment.received", `"name":"Muster AG"`, `"name":"Muster AG","iban":null`}, `"iban":null`},
	{edit{"registry.event", `10:00:00Z`, `10:00:00.000Z`}, `10:00:00.000Z`},
	{edit{"registry.event", `10:00:00Z`, `12:00:00+02:00`}, `12:00:00+02:00`},
	{edit{"registry.event", `"retracts":false`, `"retracts":false,"customer_id":"C-1"`}, `"customer_id":"C-1"`},
}

func TestKeepsWhatTheBodyCannotTell(t *testing.T) {
	for _, c := range toldOtherwise {
		want := decoded(t, documentOf(c.typ))
		if want.Canonical != "" {
			t.Fatalf("the sample of %q is irregular: %s", c.typ, want.Canonical)
		}
		doc := c.apply(t)
		got := decoded(t, doc)
		if (got.Canonical == "") == (got.Ext == "") || (got.Ext != "") != strings.Contains(c.new, `"ext"`) {
			t.Errorf("%s: got canonical %q, ext %q, want one of them", shorten(doc), got.Canonical, got.Ext)
		}
		if data := string(Canonical(AppendData(nil, &got))); !strings.Contains(data, c.canonical) {
			t.Errorf("%s: got canonical %s, want %s in it", shorten(doc), data, c.canonical)
		}
		got.Canonical, got.Ext = "", ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", shorten(doc), diff)
		}
	}
}

// What looks like nothing in a body is something in data.
func TestKeepsWhatLooksLikeNothing(t *testing.T) {
	for _, c := range []struct{ typ, told, nothing string }{
		{"payment.received", `"payer":{"account_hash":"9f86d081","name":"Muster AG"}`, `"payer":{ }`},
		{"payment.received", `"name":"Muster AG"`, `"name":""`},
		{"registry.event", `"rating":{"agency":"A","old":"BB","new":"B","notches":-2}`, `"rating":{}`},
		{"registry.event", `"notches":-2`, `"notches":0`},
		{"registry.event", `"published_at":"2026-03-02T10:00:00Z"`, `"published_at":"1970-01-01T00:00:00Z"`},
		{"registry.event", `"detail":"joined"`, `"detail":""`},
		{"payment.returned", `"allocations":[{"invoice_id":"INV-1","amount":{"amount":"200.00","currency":"EUR"}}]`, `"allocations":[]`},
	} {
		said := decoded(t, edit{c.typ, c.told, c.nothing}.apply(t))
		absent := decoded(t, strings.NewReplacer(",,", ",", ",}", "}").Replace(edit{c.typ, c.told, ``}.apply(t)))
		if absent.Canonical != "" || said.Canonical == "" {
			t.Errorf("%s %s: got canonical %q, and %q without it; want some and none", c.typ, c.nothing, said.Canonical, absent.Canonical)
		}
		if diff := cmp.Diff(said.Body, absent.Body); diff != "" {
			t.Errorf("%s %s: (-said +absent)\n%s", c.typ, c.nothing, diff)
		}
	}
}

// probe is a document that is right at the edge: accepted, and one thing about its event.
type probe struct {
	edit
	got  func(*state.Event) any
	want any
}

var edges = []probe{
	{ex(`18420.50`, `0`), total1, state.Money{Currency: eur}},
	{ex(`18420.50`, `0.00`), total1, state.Money{Currency: eur}},
	{ex(`18420.50`, `92233720368547758.07`), total1, state.Money{Minor: 1<<63 - 1, Currency: eur}},
	{ex(`18420.50`, `92233720368547758`), total1, state.Money{Minor: 9223372036854775800, Currency: eur}},
	{ex(`18420.50`, `1000000000000000.00`), total1, state.Money{Minor: 100000000000000000, Currency: eur}},
	{ex(`"18420.50","currency":"EUR"`, `"18420","currency":"JPY"`), scale, 0},
	{ex(`"18420.50","currency":"EUR"`, `"18420.505","currency":"BHD"`), scale, 3},
	{ex(`"18420.50","currency":"EUR"`, `"1.0001","currency":"CLF"`), scale, 4},
	{ex(`"18420.50","currency":"EUR"`, `"1.00","currency":"XCG"`), scale, 2},
	{ex(`"18420.50","currency":"EUR"`, `"1.00","currency":"HRK"`), scale, 2},
	{ex(`"revision":1`, `"revision":9223372036854775807`), rev, int64(1<<63 - 1)},
	{ex(`"due_date":"2026-12-20"`, `"due_date":"1970-01-01"`), due, state.MinDate},
	{ex(`"due_date":"2026-12-20"`, `"due_date":"2199-12-31"`), due, state.MaxDate},
	{ex(`"due_date":"2026-12-20"`, `"due_date":"2000-02-29"`), due, state.DateOf(2000, 2, 29)},
	{ex(`2026-11-20T09:14:03.271Z`, `1970-01-01T00:00:00.000000001Z`), when, state.Instant(1)},
	{ex(`2026-11-20T09:14:03.271Z`, `1969-12-31T23:30:01-00:30`), when, second},
	{ex(`2026-11-20T09:14:03.271Z`, `2016-12-31T23:59:60Z`), when, state.DateOf(2017, 1, 1).Start(utc)},
	{ex(`2026-11-20T09:14:03.271Z`, `2017-01-01T00:59:60.5+01:00`), when, state.DateOf(2017, 1, 1).Start(utc) + second/2},
	{ex(`"subject"`, `"recordedtime":"2026-11-19T09:14:03.271Z","subject"`), known, state.DateOf(2026, 11, 19).Start(utc) + 9*hour + 14*minute + 3271*second/1000},
	{ex(`INV-2026-184213/1`, strings.Repeat("漢", MaxID)), evID, strings.Repeat("漢", MaxID)},
	{ex(`INV-2026-184213/1`, " "), evID, " "},
	{ex(`urn:acme:erp:emea`, "/"), source, "/"},
	{ex(`urn:acme:erp:emea`, "https://erp.example.org/%7Eemea?a=b#c"), source, "https://erp.example.org/%7Eemea?a=b#c"},
	{ex(`"order_ids":["SO-991822"]`, `"order_ids":["a","a"]`), orders, 2},
	{ex(`["SO-991822"]`, elements(MaxArray, `"S"`)), orders, MaxArray},
	{ex(`"order_ids":["SO-991822"]`, `"order_ids":[]`), orders, 0},
	{ex(`"order_ids":["SO-991822"]`, `"factored":"in_part"`), factored, state.FactoringOther},
	{ex(`]}}`, `],"terms":"`+strings.Repeat("x", MaxString)+`"}}`), terms, strings.Repeat("x", MaxString)},
	{ex(`]}}`, `],"terms":"30 Tage\n\ud83d\ude00\u00e4"}}`), terms, "30 Tage\n😀ä"},
	{edit{"limit.set", `{"amount":"250000.00","currency":"EUR"}`, `null`}, withdrawn, true},
	{edit{"limit.set", `"250000.00"`, `"0.00"`}, withdrawn, false},
	{edit{"order.placed", `"status":"open"`, `"status":"parked"`}, status, state.OrderStatusOther},
	{edit{"order.placed", `"status":"open"`, `"status":""`}, status, state.OrderStatusOther},
	{edit{"payment.received", `"method":"bill"`, `"method":"other"`}, method, state.MethodOther},
	{edit{"payment.received", `"method":"bill"`, `"method":"barter"`}, method, state.MethodOther},
	{edit{"payment.applied", `"allocations":[{"invoice_id":"INV-1","amount":{"amount":"200.00","currency":"EUR"},"residual_reason":"bank_fee"}]`, `"allocations":[]`}, allocated, 0},
	{edit{"payment.received", `"amount":{"amount":"200.00","currency":"EUR"}`, `"amount":{"amount":"200.00","currency":"USD"}`}, allocated, 2},
	{edit{"registry.event", `"kind":"winding_up_petition"`, `"kind":"swallowed_by_whale"`}, registryKind, "swallowed_by_whale"},
	{edit{"heartbeat", `"data":{}`, `"data":{"revision":"x"}`}, kindOf, state.KindHeartbeat},
	{edit{"heartbeat", `"data":{}`, `"subject":"anything","data":{}`}, kindOf, state.KindHeartbeat},
}

func TestAcceptsTheEdges(t *testing.T) {
	all := slices.Concat(edges, edgesOfOtherTypes)
	for _, c := range all {
		doc := c.apply(t)
		ev := decoded(t, doc)
		if got := c.got(&ev); got != c.want {
			t.Errorf("%s: got %v, want %v", shorten(doc), got, c.want)
		}
	}
	if n := len(writtenOtherwise) + len(toldOtherwise) + len(all); n < 120 {
		t.Errorf("got %d odd documents, want at least 120", n)
	}
}

func TestBytesUpToTheLimit(t *testing.T) {
	doc := exampleInvoice + strings.Repeat(" ", MaxValue-len(exampleInvoice))
	decoded(t, doc)
}

func TestKnownAtOfTheRecordGoesBeforeTheDocument(t *testing.T) {
	d := newDecoder(t, Options{})
	doc := strings.Replace(exampleInvoice, `"subject"`, `"recordedtime":"2020-01-01T00:00:00Z","subject"`, 1)
	at := state.DateOf(2026, 11, 19).Start(utc) + 9*hour + 14*minute + 4*second
	var ev state.Event
	if r := d.Decode([]byte(doc), at, &ev); r != nil || ev.KnownAt != at {
		t.Errorf("got known at %v and reject %v, want %v and none", ev.KnownAt, r, at)
	}
	if r := d.Decode([]byte(doc), at-2*second, &ev); r == nil || r.Code != TimeFuture {
		t.Errorf("more than a day ahead: got %v, want %s", r, TimeFuture)
	}
	if r := newDecoder(t, Options{Ahead: 48 * 3600e9}).Decode([]byte(doc), at-2*second, &ev); r != nil {
		t.Errorf("two days are configured: got %v, want none", r)
	}
}

func TestTranslatesTypes(t *testing.T) {
	d := newDecoder(t, Options{Types: map[string]string{"acme.Invoice": "tocsin.invoice.issued.v1", "acme.Rate": "tocsin.fx.rate.v1"}})
	var ev state.Event
	for _, own := range []string{"acme.Invoice", "tocsin.invoice.issued.v1"} {
		doc := strings.Replace(exampleInvoice, "tocsin.invoice.issued.v1", own, 1)
		if r := d.Decode([]byte(doc), 0, &ev); r != nil || ev.Kind != state.KindInvoice {
			t.Errorf("%s: got kind %d and reject %v, want an invoice", own, ev.Kind, r)
		}
	}
	doc := strings.Replace(exampleInvoice, "tocsin.invoice.issued.v1", "acme.Rate", 1)
	if r := d.Decode([]byte(doc), 0, &ev); r == nil || r.Code != Missing || r.Pointer != "/data/base" {
		t.Errorf("an invoice as a rate: got %v, want %s at /data/base", r, Missing)
	}
	if _, err := NewDecoder(Options{Types: map[string]string{"a": "tocsin.invoice.v1"}}); err == nil {
		t.Error("a translation to no type of the contract: got no error")
	}
}

func TestCountsWhatItDoesNotUnderstand(t *testing.T) {
	d := newDecoder(t, Options{})
	var ev state.Event
	for _, doc := range []string{
		strings.Replace(exampleInvoice, `"revision":1`, `"revision":1,"a":{"b":1},"factored":"half"`, 1),
		strings.Replace(exampleInvoice, `"id"`, `"partitionkey":"x","id"`, 1),
		strings.Replace(exampleInvoice, `"revision":1`, `"revision":0,"refused":1`, 1),
	} {
		d.Decode([]byte(doc), 0, &ev)
	}
	want := TypeCount{Type: "tocsin.invoice.issued.v1", Accepted: 2, UnknownFields: 2, UnknownValues: 1}
	for _, got := range d.Counts() {
		if got.Type == want.Type && got != want || got.Type != want.Type && got != (TypeCount{Type: got.Type}) {
			t.Errorf("got %+v, want %+v and nothing else", got, want)
		}
	}
}

func TestKeyMatches(t *testing.T) {
	invoice, registry := decoded(t, exampleInvoice), decoded(t, documentOf("registry.event"))
	for _, c := range []struct {
		key  string
		ev   state.Event
		want bool
	}{
		{"C-104822", invoice, true},
		{"C-1", invoice, false},
		{"", invoice, true},
		{"reg:GB:01234567", registry, true},
	} {
		if got := KeyMatches([]byte(c.key), &c.ev); got != c.want {
			t.Errorf("key %q of %q: got %v, want %v", c.key, c.ev.Customer, got, c.want)
		}
	}
}
