package contract

import (
	"fmt"
	"strings"
	"testing"

	"tocsin/state"
)

// edit is a document made from a sample by replacing a text once.
type edit struct {
	typ      string // sample; empty: the example of the contract
	old, new string
}

func (e edit) apply(t *testing.T) string {
	t.Helper()
	doc := documentOf(e.typ)
	if !strings.Contains(doc, e.old) {
		t.Fatalf("the sample of %q does not contain %s", e.typ, e.old)
	}
	return strings.Replace(doc, e.old, e.new, 1)
}

func documentOf(typ string) string {
	switch typ {
	case "":
		return exampleInvoice
	case "heartbeat":
		return heartbeat
	}
	for _, s := range samples {
		if s.typ == typ {
			return s.document()
		}
	}
	panic("no sample of " + typ)
}

type refusal struct {
	edit
	code    Code
	pointer string
}

func in(typ, old, changed string, code Code, pointer string) refusal {
	return refusal{edit{typ, old, changed}, code, pointer}
}

func example(old, changed string, code Code, pointer string) refusal {
	return in("", old, changed, code, pointer)
}

// deep is a value nested n deep.
func deep(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

// elements is an array of n elements.
func elements(n int, element string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(element+",", n), ",") + "]"
}

const (
	issueDate = `"issue_date":"2026-11-20"`
	amount    = `"amount":"18420.50"`
	total     = `"total":{"amount":"18420.50","currency":"EUR"}`
	revision  = `"revision":1`
	eventTime = `"time":"2026-11-20T09:14:03.271Z"`
)

var refusedByLimits = []refusal{
	example(`]}}`, `]}}`+strings.Repeat(" ", MaxValue), TooLarge, ""),
	example(`"ACME-DE"`, `"`+strings.Repeat("x", MaxValue)+`"`, TooLarge, ""),
	example(`ACME-DE`, "ACME\xff", UTF8, ""),
	example(`ACME-DE`, "ACME\xc3", UTF8, ""),
	example(`ACME-DE`, "\xed\xa0\x80", UTF8, ""),
	example(`"subject":`, "\xff\"subject\":", UTF8, ""),
	example(`"entity_id":"ACME-DE"`, "\"x\xff\":1", UTF8, ""),
	example(`ACME-DE`, `ACME\ud83d`, JSON, "/data/entity_id"),
	example(`ACME-DE`, `ACME\ud83dx`, JSON, "/data/entity_id"),
	example(`ACME-DE`, `ACME\ude00`, JSON, "/data/entity_id"),
	example(`ACME-DE`, `\ude00\ud83d`, JSON, "/data/entity_id"),
	example(`ACME-DE`, `\ud83d\u0041`, JSON, "/data/entity_id"),
	example(`ACME-DE`, `ACME\u0000`, JSON, "/data/entity_id"),
	example(`"entity_id":"ACME-DE"`, `"other":{"list":[1,"\u0000"]}`, JSON, "/data/other/list/1"),
	example(`"entity_id":"ACME-DE"`, `"\ud800":1`, JSON, "/data/\uFFFD"),
	example(`ACME-DE`, "ACME\x00", JSON, ""),
	example(`ACME-DE`, "ACME\tDE", JSON, ""),
	example(`ACME-DE`, `ACME\x`, JSON, ""),
	example(`ACME-DE`, `ACME\u12g4`, JSON, ""),
	example(`]}}`, `]}`, JSON, ""),
	example(`]}}`, `]}}}`, JSON, ""),
	example(`]}}`, `]}} {}`, JSON, ""),
	example(`]}}`, `],}}`, JSON, ""),
	example(`["SO-991822"]`, `["SO-991822",]`, JSON, ""),
	example(`["SO-991822"]`, `["SO-991822" "SO-2"]`, JSON, ""),
	example(`["SO-991822"]`, `["SO-991822"`, JSON, ""),
	example(`["SO-991822"]`, `["SO-991822`, JSON, ""),
	example(`"revision":1,`, `"revision":1`, JSON, ""),
	example(`"revision":1,`, `"revision" 1,`, JSON, ""),
	example(`"revision":1,`, `"revision":01,`, JSON, ""),
	example(`"revision":1,`, `"revision":1.,`, JSON, ""),
	example(`"revision":1,`, `"revision":-,`, JSON, ""),
	example(`"revision":1,`, `"revision":1e,`, JSON, ""),
	example(`"revision":1,`, `"revision":+1,`, JSON, ""),
	example(`"revision":1,`, `"revision":,`, JSON, ""),
	example(`"revision":1,`, `revision:1,`, JSON, ""),
	example(`"revision":1,`, `'revision':1,`, JSON, ""),
	example(`"revision":1,`, `"revision":nul,`, JSON, ""),
	example(`"revision":1,`, `"revision":1,"x":NaN,`, JSON, ""),
	example(`"revision":1,`, `"revision":1,"x":tru,`, JSON, ""),
	example(`"revision":1,`, `"revision":1,/* first */`, JSON, ""),
	example(`{"specversion"`, "\xEF\xBB\xBF{\"specversion\"", JSON, ""),
	example(exampleInvoice, "  ", JSON, ""),
	example(exampleInvoice, "{", JSON, ""),
	example(exampleInvoice, "null x", JSON, ""),
	example(exampleInvoice, "\x00\x00\x00\x00\x01"+exampleInvoice, JSON, ""),
	example(`"revision":1,`, `"revision":1,"revision":1,`, DuplicateKey, "/data/revision"),
	example(`"revision":1,`, `"revision":1,"revis\u0069on":2,`, DuplicateKey, "/data/revision"),
	example(`"revision":1,`, `"revision":1,"x":1,"x":1,`, DuplicateKey, "/data/x"),
	example(`"revision":1,`, `"revision":1,"x":{"a":1,"\u0061":2},`, DuplicateKey, "/data/x/a"),
	example(`"revision":1,`, `"revision":1,"x":[{"a/b":1,"a/b":2}],`, DuplicateKey, "/data/x/0/a~1b"),
	example(`"revision":1,`, `"revision":1,"x":[[[[[[[[{"~":1,"~":2}]]]]]]]],`, DuplicateKey, "/data/x/0/0/0/0/0/0/0/0/~0"),
	example(`"specversion":"1.0",`, `"specversion":"1.0","specversion":"1.0",`, DuplicateKey, "/specversion"),
	example(amount, amount+`,"amount":"18420.50"`, DuplicateKey, "/data/total/amount"),
	example(`]}}`, `]},"data":{}}`, DuplicateKey, "/data"),
	example(`"order_ids"`, `"x":`+deep(7)+`,"order_ids"`, TooDeep, "/data/x/0/0/0/0/0/0"),
	example(`"order_ids"`, `"ext":{"a":{"b":{"c":{"d":{"e":{"f":{}}}}}}},"order_ids"`, TooDeep, "/data/ext/a/b/c/d/e/f"),
	example(`]}}`, `]},"x":`+deep(8)+`}`, TooDeep, "/x/0/0/0/0/0/0/0"),
	example(`ACME-DE`, strings.Repeat("x", MaxString+1), TooLong, "/data/entity_id"),
	example(`"order_ids"`, `"terms":"`+strings.Repeat("ü", MaxString+1)+`","order_ids"`, TooLong, "/data/terms"),
	example(`"order_ids"`, `"terms":"`+strings.Repeat(`\u00fc`, MaxString+1)+`","order_ids"`, TooLong, "/data/terms"),
	example(`"order_ids"`, `"x":["`+strings.Repeat("x", MaxString+1)+`"],"order_ids"`, TooLong, "/data/x/0"),
	example(`"order_ids"`, `"x":`+elements(MaxArray+1, "1")+`,"order_ids"`, TooLong, "/data/x"),
	example(`["SO-991822"]`, elements(MaxArray+1, `"S"`), TooLong, "/data/order_ids"),
}

var refusedEnvelopes = []refusal{
	example(`"id":"INV-2026-184213/1"`, `"id":""`, IDLength, "/id"),
	example(`"id":"INV-2026-184213/1"`, `"id":"`+strings.Repeat("ü", MaxID+1)+`"`, IDLength, "/id"),
	example(`"specversion":"1.0"`, `"specversion":"0.3"`, SpecVersion, "/specversion"),
	example(`"specversion":"1.0"`, `"specversion":"1"`, SpecVersion, "/specversion"),
	example(`"specversion":"1.0"`, `"specversion":1.0`, WrongType, "/specversion"),
	example(`"specversion":"1.0"`, `"specversion":null`, Missing, "/specversion"),
	example(`"specversion":"1.0",`, ``, Missing, "/specversion"),
	example(`tocsin.invoice.issued.v1`, `tocsin.invoice.issued.v2`, TypeUnknown, "/type"),
	example(`tocsin.invoice.issued.v1`, `Tocsin.invoice.issued.v1`, TypeUnknown, "/type"),
	example(`tocsin.invoice.issued.v1`, ``, TypeUnknown, "/type"),
	example(`tocsin.invoice.issued.v1`, `tocsin.dispute.opened.v1`, Missing, "/data/dispute_id"),
	example(`tocsin.invoice.issued.v1`, `tocsin.promise.made.v1`, Missing, "/data/promise_id"),
	example(`tocsin.invoice.issued.v1`, `tocsin.fx.rate.v1`, Missing, "/data/base"),
	example(`"type":"tocsin.invoice.issued.v1"`, `"type":null`, Missing, "/type"),
	example(`"type":"tocsin.invoice.issued.v1",`, ``, Missing, "/type"),
	example(`"type":"tocsin.invoice.issued.v1"`, `"type":["tocsin.invoice.issued.v1"]`, WrongType, "/type"),
	example(`"id":"INV-2026-184213/1",`, ``, Missing, "/id"),
	example(`"id":"INV-2026-184213/1"`, `"id":7`, WrongType, "/id"),
	example(`"source":"urn:acme:erp:emea",`, ``, Missing, "/source"),
	example(`"urn:acme:erp:emea"`, `""`, Format, "/source"),
	example(`"urn:acme:erp:emea"`, `"urn:acme erp"`, Format, "/source"),
	example(`"urn:acme:erp:emea"`, `"urn:acme:%zz"`, Format, "/source"),
	example(`"urn:acme:erp:emea"`, `false`, WrongType, "/source"),
	example(`"subject":"C-104822",`, ``, Missing, "/subject"),
	example(`"subject":"C-104822"`, `"subject":null`, Missing, "/subject"),
	example(`"subject":"C-104822"`, `"subject":{}`, WrongType, "/subject"),
	example(`"subject":"C-104822"`, `"subject":"c-104822"`, SubjectMismatch, "/subject"),
	example(`"subject":"C-104822"`, `"subject":""`, SubjectMismatch, "/subject"),
	example(eventTime+`,`, ``, Missing, "/time"),
	example(eventTime, `"time":null`, Missing, "/time"),
	example(eventTime, `"time":1795166043`, WrongType, "/time"),
	example(eventTime, `"time":"2026-11-20"`, Format, "/time"),
	example(eventTime, `"time":"2026-11-20 09:14:03Z"`, Format, "/time"),
	example(eventTime, `"time":"2026-11-20T09:14:03"`, Format, "/time"),
	example(eventTime, `"time":"2026-11-20T24:00:00Z"`, Format, "/time"),
	example(eventTime, `"time":"2026-11-20T09:60:00Z"`, Format, "/time"),
	example(eventTime, `"time":"2026-11-20T09:14:60Z"`, Format, "/time"),
	example(eventTime, `"time":"2026-02-29T09:14:03Z"`, Format, "/time"),
	example(eventTime, `"time":"2026-11-20T09:14:03.Z"`, Format, "/time"),
	example(eventTime, `"time":"2026-11-20T09:14:03+0100"`, Format, "/time"),
	example(eventTime, `"time":"2026-11-20T09:14:03+24:00"`, Format, "/time"),
	example(eventTime, `"time":"1969-12-31T23:59:59Z"`, Range, "/time"),
	example(eventTime, `"time":"1970-01-01T00:00:00+00:01"`, Range, "/time"),
	example(eventTime, `"time":"2200-01-01T00:00:00Z"`, Range, "/time"),
	example(eventTime, `"time":"9999-01-01T00:00:00Z"`, Range, "/time"),
	example(eventTime, eventTime+`,"recordedtime":"soon"`, Format, "/recordedtime"),
	example(eventTime, eventTime+`,"recordedtime":"2026-11-19T09:14:03.270Z"`, TimeFuture, "/time"),
	example(eventTime, eventTime+`,"traceparent":1`, WrongType, "/traceparent"),
	example(`"datacontenttype":"application/json"`, `"datacontenttype":[]`, WrongType, "/datacontenttype"),
	example(`,"data":{`, `,"date":{`, Missing, "/data"),
	in("heartbeat", `"data":{}`, `"data":null`, Missing, "/data"),
	in("heartbeat", `"data":{}`, `"data":[]`, WrongType, "/data"),
	in("heartbeat", `"data":{}`, `"data":"{}"`, WrongType, "/data"),
	in("heartbeat", heartbeat, `[`+heartbeat+`]`, WrongType, ""),
	in("heartbeat", heartbeat, `"x"`, WrongType, ""),
	in("heartbeat", heartbeat, `null`, WrongType, ""),
	in("heartbeat", heartbeat, `17`, WrongType, ""),
	in("heartbeat", heartbeat, `{}`, Missing, "/specversion"),
}

var refusedData = []refusal{
	example(`"customer_id":"C-104822",`, ``, Missing, "/data/customer_id"),
	example(`"customer_id":"C-104822"`, `"customer_id":""`, IDLength, "/data/customer_id"),
	example(`"customer_id":"C-104822"`, `"customer_id":104822`, WrongType, "/data/customer_id"),
	example(`"revision":1,`, ``, Missing, "/data/revision"),
	example(revision, `"revision":null`, Missing, "/data/revision"),
	example(revision, `"revision":"1"`, WrongType, "/data/revision"),
	example(revision, `"revision":1.0`, WrongType, "/data/revision"),
	example(revision, `"revision":1e0`, WrongType, "/data/revision"),
	example(revision, `"revision":true`, WrongType, "/data/revision"),
	example(revision, `"revision":0`, Range, "/data/revision"),
	example(revision, `"revision":-1`, Range, "/data/revision"),
	example(revision, `"revision":9223372036854775808`, Range, "/data/revision"),
	example(`"ACME-DE"`, `""`, IDLength, "/data/entity_id"),
	example(`"ACME-DE"`, `"`+strings.Repeat("x", MaxID+1)+`"`, IDLength, "/data/entity_id"),
	example(issueDate+`,`, ``, Missing, "/data/issue_date"),
	example(issueDate, `"issue_date":20261120`, WrongType, "/data/issue_date"),
	example(issueDate, `"issue_date":""`, Format, "/data/issue_date"),
	example(issueDate, `"issue_date":"2026-11-31"`, Format, "/data/issue_date"),
	example(issueDate, `"issue_date":"2026-13-01"`, Format, "/data/issue_date"),
	example(issueDate, `"issue_date":"2026-00-10"`, Format, "/data/issue_date"),
	example(issueDate, `"issue_date":"2026-02-29"`, Format, "/data/issue_date"),
	example(issueDate, `"issue_date":"2100-02-29"`, Format, "/data/issue_date"),
	example(issueDate, `"issue_date":"20.11.2026"`, Format, "/data/issue_date"),
	example(issueDate, `"issue_date":"2026-11-20T00:00:00Z"`, Format, "/data/issue_date"),
	example(issueDate, `"issue_date":"1969-12-31"`, Range, "/data/issue_date"),
	example(issueDate, `"issue_date":"2200-01-01"`, Range, "/data/issue_date"),
	example(issueDate, `"issue_date":"0000-01-01"`, Range, "/data/issue_date"),
	example(total+`,`, ``, Missing, "/data/total"),
	example(total, `"total":null`, Missing, "/data/total"),
	example(total, `"total":"18420.50"`, WrongType, "/data/total"),
	example(total, `"total":18420.50`, WrongType, "/data/total"),
	example(total, `"total":{}`, Missing, "/data/total/amount"),
	example(total, `"total":{"amount":"1.00"}`, Missing, "/data/total/currency"),
	example(total, `"total":{"amount":null,"currency":"EUR"}`, Missing, "/data/total/amount"),
	example(amount, `"amount":18420.50`, WrongType, "/data/total/amount"),
	example(`"currency":"EUR"`, `"currency":978`, WrongType, "/data/total/currency"),
	example(amount, `"amount":""`, MoneyFormat, "/data/total/amount"),
	example(amount, `"amount":"018420.50"`, MoneyFormat, "/data/total/amount"),
	example(amount, `"amount":"18,420.50"`, MoneyFormat, "/data/total/amount"),
	example(amount, `"amount":"18420."`, MoneyFormat, "/data/total/amount"),
	example(amount, `"amount":".50"`, MoneyFormat, "/data/total/amount"),
	example(amount, `"amount":"+18420.50"`, MoneyFormat, "/data/total/amount"),
	example(amount, `"amount":"1.8e4"`, MoneyFormat, "/data/total/amount"),
	example(amount, `"amount":" 18420.50"`, MoneyFormat, "/data/total/amount"),
	example(amount, `"amount":"18420.5.0"`, MoneyFormat, "/data/total/amount"),
	example(amount, `"amount":"١٨"`, MoneyFormat, "/data/total/amount"),
	example(amount, `"amount":"-"`, MoneyFormat, "/data/total/amount"),
	example(amount, `"amount":"-18420.50"`, MoneyNegative, "/data/total/amount"),
	example(amount, `"amount":"18420.500"`, MoneyScale, "/data/total/amount"),
	example(`"EUR"`, `"JPY"`, MoneyScale, "/data/total/amount"),
	example(amount, `"amount":"92233720368547758.08"`, MoneyRange, "/data/total/amount"),
	example(amount, `"amount":"92233720368547759"`, MoneyRange, "/data/total/amount"),
	example(amount, `"amount":"`+strings.Repeat("9", 100)+`"`, MoneyRange, "/data/total/amount"),
	example(`"18420.50","currency":"EUR"`, `"9223372036854775808","currency":"JPY"`, MoneyRange, "/data/total/amount"),
	example(`"18420.50","currency":"EUR"`, `"18446744073709551617","currency":"JPY"`, MoneyRange, "/data/total/amount"),
	example(`"EUR"`, `"eur"`, CurrencyUnknown, "/data/total/currency"),
	example(`"EUR"`, `"EURO"`, CurrencyUnknown, "/data/total/currency"),
	example(`"EUR"`, `""`, CurrencyUnknown, "/data/total/currency"),
	example(`"EUR"`, `"XAU"`, CurrencyUnknown, "/data/total/currency"),
	example(`"EUR"`, `"DEM"`, CurrencyUnknown, "/data/total/currency"),
	example(`["SO-991822"]`, `"SO-991822"`, WrongType, "/data/order_ids"),
	example(`["SO-991822"]`, `["SO-1",2]`, WrongType, "/data/order_ids/1"),
	example(`["SO-991822"]`, `["SO-1",null]`, WrongType, "/data/order_ids/1"),
	example(`["SO-991822"]`, `["SO-1",""]`, IDLength, "/data/order_ids/1"),
	in("invoice.issued", `"debit_note"`, `"credit_note"`, EnumUnknown, "/data/kind"),
	in("invoice.issued", `"debit_note"`, `"Debit_note"`, EnumUnknown, "/data/kind"),
	in("invoice.issued", `"debit_note"`, `1`, WrongType, "/data/kind"),
	in("invoice.issued", `{"amount":"400","currency":"JPY"}`, `{"amount":"400","currency":"KRW"}`, CurrencyMismatch, "/data/instalments/0/amount/currency"),
	in("invoice.issued", `{"amount":"500","currency":"JPY"}`, `{"currency":"KRW","amount":"500"}`, CurrencyMismatch, "/data/instalments/1/amount/currency"),
	in("invoice.issued", `{"amount":"100","currency":"JPY"}`, `{"amount":"100","currency":"KRW"}`, CurrencyMismatch, "/data/retention/amount/currency"),
	in("invoice.issued", `{"amount":"1000","currency":"JPY"}`, `{"amount":"1000","currency":"KRW"}`, CurrencyMismatch, "/data/instalments/0/amount/currency"),
	in("invoice.issued", `{"due_date":"2026-02-01",`, `{`, Missing, "/data/instalments/0/due_date"),
	in("invoice.issued", `"retention":{"due_date":"2027-01-02",`, `"retention":{`, Missing, "/data/retention/due_date"),
	in("invoice.issued", `"retention":{"due_date"`, `"retention":[],"x":{"due_date"`, WrongType, "/data/retention"),
	in("invoice.issued", `"instalments":[`, `"instalments":[null,`, WrongType, "/data/instalments/0"),
	in("invoice.issued", `"instalments":[`, `"instalments":[[],`, WrongType, "/data/instalments/0"),
	in("invoice.issued", `"terms":"NET30"`, `"terms":30`, WrongType, "/data/terms"),
	in("invoice.issued", `"replaces":"INV-0"`, `"replaces":""`, IDLength, "/data/replaces"),
	in("order.placed", `"delivered":{"amount":"40.00","currency":"EUR"}`, `"delivered":{"amount":"40.00","currency":"USD"}`, CurrencyMismatch, "/data/delivered/currency"),
	in("order.placed", `"prepaid":{"amount":"5.00","currency":"EUR"}`, `"prepaid":{"amount":"5.00","currency":"USD"}`, CurrencyMismatch, "/data/prepaid/currency"),
	in("order.placed", `"credit_hold":false`, `"credit_hold":"false"`, WrongType, "/data/credit_hold"),
	in("order.placed", `"credit_hold":false`, `"credit_hold":0`, WrongType, "/data/credit_hold"),
	in("order.placed", `"status":"open"`, `"status":true`, WrongType, "/data/status"),
	in("order.cancelled", `"cancel_date":"2026-01-05",`, ``, Missing, "/data/cancel_date"),
	in("invoice.credited", `"amount":"1.234"`, `"amount":"1.2345"`, MoneyScale, "/data/amount/amount"),
	in("invoice.credited", `"invoice_id":"INV-1",`, ``, Missing, "/data/allocations/0/invoice_id"),
	in("invoice.cancelled", `"invoice_id":"INV-1"`, `"invoice_id":null`, Missing, "/data/invoice_id"),
	in("invoice.written_off", `"amount":{"amount":"12.00","currency":"USD"}`, `"amount":null`, Missing, "/data/amount"),
	in("payment.received", `"payer":{`, `"payer":7,"x":{`, WrongType, "/data/payer"),
	in("payment.received", `"by":"customer"`, `"by":null,"amount":1`, DuplicateKey, "/data/allocations/0/amount"),
	in("payment.received", `"end_to_end_id":"E2E-1"`, `"end_to_end_id":""`, IDLength, "/data/end_to_end_id"),
	in("payment.applied", `"allocations":[`, `"allocated":[`, Missing, "/data/allocations"),
	in("payment.applied", `"allocations":[`, `"allocations":null,"x":[`, Missing, "/data/allocations"),
	in("payment.returned", `"booked_in_error":true`, `"booked_in_error":[]`, WrongType, "/data/booked_in_error"),
	in("limit.set", `"kind":"base"`, `"kind":"soft"`, EnumUnknown, "/data/kind"),
	in("limit.set", `"amount":{"amount":"250000.00","currency":"EUR"},`, ``, Missing, "/data/amount"),
	in("limit.set", `"amount":{"amount":"250000.00","currency":"EUR"}`, `"amount":"none"`, WrongType, "/data/amount"),
	in("limit.set", `"amount":"250000.00"`, `"amount":"-1"`, MoneyNegative, "/data/amount/amount"),
	in("customer.profile", `"scheme":"lei"`, `"scheme":"LEI"`, EnumUnknown, "/data/identifiers/0/scheme"),
	in("customer.profile", `"scheme":"lei",`, ``, Missing, "/data/identifiers/0/scheme"),
	in("customer.profile", `"value":"HRB 1234"`, `"value":""`, IDLength, "/data/identifiers/1/value"),
	in("customer.profile", `"reporting_currency":"EUR"`, `"reporting_currency":"XXX"`, CurrencyUnknown, "/data/reporting_currency"),
	in("customer.profile", `"name":"Müller & Söhne",`, ``, Missing, "/data/name"),
	in("customer.profile", `"identifiers":[{`, `"identifiers":["lei",{`, WrongType, "/data/identifiers/0"),
	in("registry.event", `"identifier":{"scheme":"reg",`, `"identifier":{`, Missing, "/data/identifier/scheme"),
	in("registry.event", `"share":"0.75"`, `"share":"75%"`, Format, "/data/share"),
	in("registry.event", `"share":"0.75"`, `"share":"-0.75"`, Format, "/data/share"),
	in("registry.event", `"share":"0.75"`, `"share":0.75`, WrongType, "/data/share"),
	in("registry.event", `"notches":-2`, `"notches":-2.0`, WrongType, "/data/rating/notches"),
	in("registry.event", `"notches":-2`, `"notches":-9223372036854775809`, Range, "/data/rating/notches"),
	in("registry.event", `"published_at":"2026-03-02T10:00:00Z"`, `"published_at":"2026-03-02"`, Format, "/data/published_at"),
	in("registry.event", `,"revision":2`, ``, Missing, "/data/revision"),
}

// Several faults: the code is the first in the list, then the first in the text.
var refusedTwice = []refusal{
	example(issueDate, `"issue_date":"x","due":"\ud800"`, JSON, "/data/due"),
	example(issueDate, `"issue_date":"x","a":1,"a":1`, DuplicateKey, "/data/a"),
	example(`"1.0","id":"INV-2026-184213/1"`, `"2.0","id":""`, IDLength, "/id"),
	example(issueDate+`,"due_date":"2026-12-20"`, `"due_date":"y","issue_date":"x"`, Format, "/data/due_date"),
	example(`issued.v1","subject":"C-104822"`, `issued","subject":7`, TypeUnknown, "/type"),
	example(`invoice.issued.v1"`, `note.added.v1","x":{"a":1,"a":1}`, DuplicateKey, "/x/a"),
	example(`"1.0"`, "\"1.0\xff", UTF8, ""),
	example(`]}}`, "]}\xff", UTF8, ""),
	example(`"subject":"C-104822"`, `"subject":"D","time":"never","x":1`, DuplicateKey, "/time"),
	example(`"EUR"},"order_ids"`, `"ZZZ"},"revision":null,"order_ids"`, DuplicateKey, "/data/revision"),
	example(amount+`,"currency":"EUR"`, `"amount":"-1","currency":"ZZZ"`, MoneyNegative, "/data/total/amount"),
	example(`{"specversion":"1.0",`, `{"data":{"customer_id":"C","a":[1,1],"a":1},"specversion":"1.0",`, DuplicateKey, "/data/a"),
}

// refusals are all tables of refused documents.
func refusals() map[string][]refusal {
	return map[string][]refusal{
		"limits": refusedByLimits, "envelope": refusedEnvelopes, "data": refusedData, "conduct": refusedConduct,
		"standing": refusedStanding, "several faults": refusedTwice,
	}
}

func TestRefusesWithOneCodeAndPointer(t *testing.T) {
	d := newDecoder(t, Options{})
	n := 0
	for name, cases := range refusals() {
		t.Run(name, func(t *testing.T) {
			for _, c := range cases {
				checkRefused(t, d, c)
			}
		})
		n += len(cases)
	}
	if n < 240 {
		t.Errorf("got %d refused documents, want at least 240", n)
	}
}

func checkRefused(t *testing.T, d *Decoder, c refusal) {
	t.Helper()
	doc := c.apply(t)
	var ev state.Event
	r := d.Decode([]byte(doc), 0, &ev)
	if r == nil {
		t.Errorf("%s: accepted, want %s at %q", shorten(doc), c.code, c.pointer)
		return
	}
	if r.Code != c.code || r.Pointer != c.pointer {
		t.Errorf("%s: got %s at %q (%s), want %s at %q", shorten(doc), r.Code, r.Pointer, r.Message, c.code, c.pointer)
	}
	if r.Message == "" || ev != (state.Event{}) {
		t.Errorf("%s: got message %q and event %v, want a message and no event", shorten(doc), r.Message, ev)
	}
	found := false
	for _, f := range d.Faults() {
		found = found || f == *r
	}
	if !found {
		t.Errorf("%s: the fault that decides is not among all of them: %v", shorten(doc), d.Faults())
	}
}

// hostile documents use the whole of what is allowed for what costs most.
func hostile() map[string]string {
	fill := func(unit string) string { return strings.Repeat(unit, (MaxValue-20)/len(unit)) }
	var wide strings.Builder
	for n := 0; wide.Len() < MaxValue-40; n++ {
		fmt.Fprintf(&wide, `"%d":0,`, n)
	}
	return map[string]string{
		"deep arrays":         fill("[") + "]",
		"deep objects":        fill(`{"":`) + "0",
		"deep and closed":     deep(MaxValue/2 - 1),
		"repeated names":      "{" + fill(`"":0,`) + `"":0}`,
		"names over and over": "{" + fill(`"a":{"":0,"":0},`) + `"b":0}`,
		"many names":          "{" + wide.String() + `"0":0}`,
		"many strings":        "[" + fill(`"",`) + `""]`,
		"escapes":             `["` + fill(`\ud800`) + `"]`,
		"deep repeated name":  `{"x":` + strings.Repeat("[", MaxValue/3) + `{"":0,"":0}` + strings.Repeat("]", MaxValue/3) + "}",
	}
}

func TestHostileDocumentsAreRefused(t *testing.T) {
	d := newDecoder(t, Options{})
	want := map[string]Code{
		"deep arrays": JSON, "deep objects": JSON, "deep and closed": TooDeep, "repeated names": DuplicateKey,
		"names over and over": DuplicateKey, "many names": DuplicateKey, "many strings": TooLong, "escapes": JSON,
		"deep repeated name": DuplicateKey,
	}
	for name, doc := range hostile() {
		var ev state.Event
		r := d.Decode([]byte(doc), 0, &ev)
		if r == nil || r.Code != want[name] {
			t.Errorf("%s: got %v, want %s", name, r, want[name])
		}
		if len(d.Faults()) == 0 {
			t.Errorf("%s: got no faults", name)
		}
	}
}

func shorten(doc string) string { return fmt.Sprintf("%.400q", doc) }
