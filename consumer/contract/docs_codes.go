package contract

import (
	"strings"

	"tocsin/state"
)

// codeText explains a code by an example: the minimal invoice with one text put in the place of another.
type codeText struct {
	code     Code
	doc      string
	old, new string
	shown    string // what is shown instead of new
}

// codeTexts are all codes in the order of the contract.
func codeTexts() []codeText {
	const total, due = `"total":{"amount":"18420.50","currency":"EUR"}`, `"due_date":"2026-12-20"`
	return []codeText{
		{code: TooLarge, doc: "The document has more than 65,536 bytes.",
			old: due, new: due + `,"ext":["` + strings.Repeat(strings.Repeat("x", 500)+`","`, 140) + `x"]`, shown: "an `ext` of 70,000 bytes"},
		{code: UTF8, doc: "A text is not UTF-8.", old: `"INV-2026-184213","issue`, new: "\"M\xfcller-17\",\"issue", shown: "`Müller` in Latin-1"},
		{code: JSON, doc: "The document is no JSON, or has an escaped half of a surrogate pair, or U+0000.", old: due, new: `"due_date":'2026-12-20'`},
		{code: DuplicateKey, doc: "One object names a member twice; which one is meant nobody can say.", old: `"revision":1`, new: `"revision":1,"revision":2`},
		{code: TooDeep, doc: "Objects and arrays are nested deeper than 8 levels.", old: due, new: due + `,"ext":[[[[[[[0]]]]]]]`, shown: `"ext":[[[[[[[0]]]]]]]`},
		{code: TooLong, doc: "A string has more than 512 characters, or a list more than 1,000 elements.",
			old: due, new: due + `,"batch":"` + strings.Repeat("x", 513) + `"`, shown: "a `batch` of 513 characters"},
		{code: IDLength, doc: "An id is empty or has more than 128 characters.", old: `"invoice_id":"INV-2026-184213"`, new: `"invoice_id":""`},
		{code: SpecVersion, doc: "The envelope is not that of CloudEvents 1.0.", old: `"specversion":"1.0"`, new: `"specversion":"0.3"`},
		{code: TypeUnknown, doc: "The contract has no such type. Names of your own must be mapped in the configuration.",
			old: `"type":"tocsin.invoice.issued.v1"`, new: `"type":"acme.invoice.posted"`},
		{code: TypeUnsupported, doc: "The contract has the type, and this version of Tocsin sets it aside. At present there is none."},
		{code: Missing, doc: "A required member is not there, or is null.", old: due + `,`, new: ``, shown: "no `due_date`"},
		{code: WrongType, doc: "The value is of another kind than the member takes.", old: `"revision":1`, new: `"revision":"1"`},
		{code: Format, doc: "A date, instant, decimal or URI is not written as it should be.", old: due, new: `"due_date":"20.12.2026"`},
		{code: Range, doc: "The value is well written and out of bounds.", old: `"revision":1`, new: `"revision":0`},
		{code: MoneyFormat, doc: "The amount is no plain decimal: there are separators, spaces or an exponent.", old: `"18420.50"`, new: `"18,420.50"`},
		{code: MoneyNegative, doc: "The amount has a sign. The type says in which direction the money goes.", old: `"18420.50"`, new: `"-18420.50"`},
		{code: MoneyScale, doc: "The amount has more decimals than the currency.", old: `"18420.50"`, new: `"18420.505"`},
		{code: MoneyRange, doc: "The amount is more than can be counted.", old: `"18420.50"`, new: `"99999999999999999999"`},
		{code: CurrencyUnknown, doc: "The currency is none of ISO 4217.", old: `"currency":"EUR"`, new: `"currency":"EURO"`},
		{code: CurrencyMismatch, doc: "Amounts of one document are in different currencies.",
			old: total, new: total + `,"retention":{"due_date":"2027-11-20","amount":{"amount":"920.50","currency":"USD"}}`,
			shown: `"retention":{"due_date":"2027-11-20","amount":{"amount":"920.50","currency":"USD"}}`},
		{code: EnumUnknown, doc: "A list of values is closed and does not have this one.", old: due, new: due + `,"kind":"proforma"`, shown: `"kind":"proforma"`},
		{code: SubjectMismatch, doc: "`subject` is not the `customer_id` of `data`.", old: `"subject":"C-104822"`, new: `"subject":"C-104823"`},
		{code: TimeFuture, doc: "The event happened more than 24 hours after it was known: a clock or a time zone is wrong.",
			old: `"time":"2026-11-20T09:14:03.271Z"`, new: `"time":"2026-12-20T09:14:03Z","recordedtime":"2026-11-20T09:14:03Z"`},
		{code: RevisionConflict, doc: "Two events of one document have the same revision and different content; this one has lost. " +
			"`event check`, which reads line by line, does not see it."},
		{code: RawFeed, doc: "The record is a registry's own format, on a topic without its decoder.",
			old: "", new: `{"resource_kind":"company-profile","resource_uri":"/company/01234567","data":{},"event":{"type":"changed"}}`,
			shown: `{"resource_kind":"company-profile","resource_uri":"/company/01234567",…}`},
	}
}

// document is the example; nil when the code has none.
func (c codeText) document() []byte {
	minimal := string(Examples(prefix + "invoice.issued" + version)[0].Line())
	switch {
	case c.old == "" && c.new == "":
		return nil
	case c.old == "":
		return []byte(c.new)
	}
	return []byte(strings.Replace(minimal, c.old, c.new, 1))
}

// codeGrid is the table of refusal codes.
func codeGrid() passage {
	g := grid{head: []string{"Code", "Meaning", "Example, and what is said of it"}}
	for _, c := range codeTexts() {
		g.rows = append(g.rows, []string{"`" + string(c.code) + "`", c.doc, c.example()})
	}
	return g
}

// example shows what is wrong, and below it what event check says; empty when the code has no example.
func (c codeText) example() string {
	doc := c.document()
	if doc == nil {
		return ""
	}
	shown := c.shown
	if shown == "" {
		shown = c.new
	}
	if !strings.Contains(shown, "`") {
		shown = "`" + shown + "`"
	}
	var pointer string
	r := faultsOf(doc)[0]
	if r.Pointer != "" {
		pointer = "`" + r.Pointer + "`: "
	}
	return shown + "\n" + pointer + r.Message
}

// faultsOf are all faults of a document of ours.
func faultsOf(doc []byte) []Reject {
	d, err := NewDecoder(Options{})
	if err != nil {
		panic("contract: " + err.Error())
	}
	var ev state.Event
	if d.Decode(doc, 0, &ev) == nil {
		return nil
	}
	return d.Faults()
}
