package erp

import (
	"regexp"
	"strings"
)

// Mapping says how an export is written and what its columns hold.
type Mapping struct {
	Layout    Layout
	Source    string // the exporting system, as the events' source: a URI reference
	Format    Format
	Columns   map[Field]Column
	Constants map[Field]string            // what is the same for all rows
	Values    map[Field]map[string]string // the export's word: the one to take it for; of text fields but kind and side
	Kinds     map[string]Kinds            // the export's document type: what it is
	Kind      Kinds                       // of all rows, where no column tells
	Sides     map[string]Side             // the export's word: the side of the ledger
	Skip      []*regexp.Regexp            // lines that are no documents: totals, rules, page headings
	TrimZeros []Field                     // text fields whose leading zeros are no part of them
}

// Layout is what one row of an export stands for.
type Layout string

// The layouts.
const (
	OpenItems Layout = "open_items" // a document of which something is open
	Ledger    Layout = "ledger"     // a document, open or not: invoices, credit notes and payments
)

// Layouts are the names of the layouts.
func Layouts() []string { return []string{string(OpenItems), string(Ledger)} }

// Format is how an export is written.
type Format struct {
	Encoding  string   // one of Encodings
	Delimiter rune     // between columns
	Quotes    bool     // fields may stand in double quotes
	Decimal   rune     // before the decimals
	Thousands rune     // between groups of digits; zero: nothing
	Dates     []string // the forms of dates, as package time writes 2 January 2006
	Empty     []string // texts that mean that nothing is known: 00.00.0000, #
	Signs     Signs
}

// Signs is what the sign of an amount means.
type Signs string

// The meanings of a sign.
const (
	DebitPositive  Signs = "debit_positive"  // minus: the customer is credited
	CreditPositive Signs = "credit_positive" // minus: the customer is debited
	Unsigned       Signs = "none"            // there is none: the document's type tells
)

// SignNames are the names of the meanings of a sign.
func SignNames() []string {
	return []string{string(DebitPositive), string(CreditPositive), string(Unsigned)}
}

// Column is where a field stands: in the column with one of these names, in that with a number, or in several whose texts
// are joined.
type Column struct {
	Names  []string // alternatives, as they stand in the heading
	Number int      // counted from 1; zero: by name
	Parts  []Column // joined
	With   string   // what stands between joined parts
}

// named tells whether finding the column needs a heading.
func (c Column) named() bool {
	for _, part := range c.Parts {
		if part.named() {
			return true
		}
	}
	return len(c.Names) > 0
}

// String names the column for people: "Net due date", or column 7.
func (c Column) String() string {
	switch {
	case len(c.Parts) > 0:
		parts := make([]string, len(c.Parts))
		for i, part := range c.Parts {
			parts[i] = part.String()
		}
		return strings.Join(parts, " with ")
	case c.Number > 0:
		return number(c.Number)
	default:
		return quoted(c.Names[0])
	}
}

// Kind is what a document is to the contract.
type Kind string

// The kinds of document.
const (
	Invoice    Kind = "invoice"
	DebitNote  Kind = "debit_note"
	CreditNote Kind = "credit_note"
	Payment    Kind = "payment"
	Returned   Kind = "return"    // of the payment that it applies to
	WriteOff   Kind = "write_off" // of the invoice that it applies to, or of its own number
	Skip       Kind = "skip"      // no document of ours
)

// Side is a side of the customer's account.
type Side string

// The sides.
const (
	DebitSide  Side = "debit"
	CreditSide Side = "credit"
)

// Sides are the names of the sides.
func Sides() []string { return []string{string(DebitSide), string(CreditSide)} }

// Kinds is what a document type of the export is: by the side on which the document stands.
type Kinds struct{ Debit, Credit Kind }

// sides tells on which side of the customer's account each kind stands.
var sides = map[Kind]Side{
	Invoice: DebitSide, DebitNote: DebitSide, Returned: DebitSide, CreditNote: CreditSide, Payment: CreditSide, WriteOff: CreditSide,
}

// KindNames are the names of the kinds.
func KindNames() []string {
	return []string{string(Invoice), string(DebitNote), string(CreditNote), string(Payment), string(Returned), string(WriteOff), string(Skip)}
}

// KindsOf is what a document type means that is one kind, or one on each side; false where two stand on one side.
func KindsOf(words ...string) (k Kinds, ok bool) {
	skipped := 0
	for _, word := range words {
		kind := Kind(word)
		switch side := sides[kind]; {
		case kind == Skip:
			skipped++
		case side == DebitSide && k.Debit == "":
			k.Debit = kind
		case side == CreditSide && k.Credit == "":
			k.Credit = kind
		default:
			return Kinds{}, false
		}
	}
	switch {
	case skipped == 1 && len(words) == 1:
		return Kinds{Skip, Skip}, true
	case skipped == 1 && k.Debit == "":
		k.Debit = Skip
	case skipped == 1 && k.Credit == "":
		k.Credit = Skip
	}
	return k, len(words) == 1 || k.Debit != "" && k.Credit != "" && len(words) == 2
}

// only is the kind of a type that is the same on both sides or has one side; false where the amount must tell.
func (k Kinds) only() (Kind, bool) {
	switch {
	case k.Debit == "" || k.Debit == k.Credit:
		return k.Credit, true
	case k.Credit == "":
		return k.Debit, true
	}
	return "", false
}

// on is the kind on a side; empty where the type does not stand there.
func (k Kinds) on(s Side) Kind {
	if s == DebitSide {
		return k.Debit
	}
	return k.Credit
}

// Limits tells whether exports carry credit limits.
func (m *Mapping) Limits() bool { return m.mapped(CreditLimit) }
