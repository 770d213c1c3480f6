package contract

import (
	"math"

	"tocsin/state"
)

// The words in which the tables are written.

func id(name string, at func(*target) *string) field {
	return field{name: name, kind: kindID, unique: true, text: at}
}

// party is the id of a customer, an entity or a person: unlike a document's, it recurs.
func party(name string, at func(*target) *string) field {
	return field{name: name, kind: kindID, text: at}
}

func text(name string, at func(*target) *string) field {
	return field{name: name, kind: kindText, text: at}
}

// note is a text that hardly ever recurs.
func note(name string, at func(*target) *string) field {
	return field{name: name, kind: kindText, unique: true, text: at}
}

func date(name string, at func(*target) *state.Date) field {
	return field{name: name, kind: kindDate, date: at}
}

func instant(name string, at func(*target) *state.Instant) field {
	return field{name: name, kind: kindInstant, instant: at}
}

func integer(name string, at func(*target) *int64) field {
	return field{name: name, kind: kindInteger, low: math.MinInt64, high: math.MaxInt64, integer: at}
}

func flag(name string, at func(*target) *state.Flag) field {
	return field{name: name, kind: kindBool, flag: at}
}

func money(name string, at func(*target) *state.Money) field {
	return field{name: name, kind: kindMoney, money: at}
}

func decimal(name string, at func(*target) *string) field {
	return field{name: name, kind: kindDecimal, text: at}
}

func currency(name string, at func(*target) *state.Currency) field {
	return field{name: name, kind: kindCurrency, currency: at}
}

func enum(name string, at func(*target) *uint8, values ...string) field {
	return field{name: name, kind: kindEnum, enum: at, values: values}
}

func word(name string, at func(*target) *string, values ...string) field {
	return field{name: name, kind: kindWord, text: at, values: values}
}

func object(name string, items *table, enter func(*target)) field {
	return field{name: name, kind: kindObject, items: items, enter: enter}
}

func ids(name string, at func(*target) *[]string) field {
	return field{name: name, kind: kindIDs, ids: at}
}

func dues(name string, at func(*target) *[]state.DueAmount) field {
	return field{name: name, kind: kindDues, items: dueTable, dues: at}
}

func allocations(name string, items *table, at func(*target) *[]state.Allocation) field {
	return field{name: name, kind: kindAllocations, items: items, allocations: at}
}

func identifiers(name string, at func(*target) *[]state.Identifier) field {
	return field{name: name, kind: kindIdentifiers, items: identifierTable, identifiers: at}
}

// says gives the member its doc.
func (f field) says(doc string) field {
	f.doc = doc
	return f
}

func (f field) must() field {
	f.required = true
	return f
}

func (f field) shut() field {
	f.closed = true
	return f
}

func (f field) atLeast(low int64) field { return f.within(low, f.high) }

func (f field) within(low, high int64) field {
	f.low, f.high = low, high
	return f
}

// ofOne bounds a decimal that is a part of a whole. A percentage in its place would be taken for many times the whole.
func (f field) ofOne() field {
	f.part = true
	return f
}

// aboveZero bounds a decimal that must not be nothing.
func (f field) aboveZero() field {
	f.positive = true
	return f
}

// ofCustomer is the table of a type whose data carries a customer.
func ofCustomer(fields ...field) *table {
	customer := party("customer_id", func(t *target) *string { return &t.customer }).must().
		says("The customer, by the id that all your systems use. Equal to subject.")
	return ofEveryone(append([]field{customer}, fields...)...)
}

// ofEveryone is the table of a type whose events are of no customer.
func ofEveryone(fields ...field) *table {
	return newTable(append(fields,
		integer("revision", func(t *target) *int64 { return &t.revision }).atLeast(1).must().
			says("Counts the states of this document from 1; gaps do no harm. The highest revision wins, whenever it comes."),
		party("entity_id", func(t *target) *string { return &t.entity }).
			says("The legal entity of yours that sells, where you have several. Left out: not told."),
		extension,
	)...)
}

// The objects that several types share.
var (
	dueTable = newTable(
		date("due_date", func(t *target) *state.Date { return &t.due.DueDate }).must().
			says("When this part is due."),
		money("amount", func(t *target) *state.Money { return &t.due.Amount }).must().
			says("How much is due then, in the currency of the document."),
	)
	allocationTable = newTable(allocatedInvoice, allocatedAmount)
	receivedTable   = newTable(allocatedInvoice, allocatedAmount,
		enum("by", func(t *target) *uint8 { return (*uint8)(&t.allocation.By) }, "customer", "seller").
			says("Who chose the invoice: the customer on the transfer, or you. Left out: not told."),
	)
	appliedTable = newTable(allocatedInvoice, allocatedAmount,
		enum("residual_reason", func(t *target) *uint8 { return (*uint8)(&t.allocation.Residual) },
			"retention", "withholding_tax", "bank_fee", "agreed_instalment", "fx").
			says("Why the customer paid less than is open, if there is a good reason: then it is no partial payment. Left out: "+
				"there is none."),
	)
	identifierTable = newTable(
		word("scheme", func(t *target) *string { return &t.identifier.Scheme }, "lei", "duns", "vat", "reg", "gln").shut().must().
			says("Which kind of number: lei, duns (D-U-N-S), vat (VAT number), reg (number in a register of companies) or gln "+
				"(Global Location Number)."),
		party("value", func(t *target) *string { return &t.identifier.Value }).must().
			says("The number as the register writes it."),
		text("country", func(t *target) *string { return &t.identifier.Country }).
			says("Whose number it is: an ISO 3166 code of two letters. It matters for reg and vat. Left out: the customer's "+
				"country."),
	)
	moneyTable = newTable(
		field{name: "amount", kind: kindMoneyAmount, required: true}.
			says(`Major units as a decimal string without sign, such as "18420.50", with no more decimals than the currency has.`),
		field{name: "currency", kind: kindMoneyCode, required: true}.
			says("An ISO 4217 code."),
	)

	allocatedInvoice = id("invoice_id", func(t *target) *string { return &t.allocation.InvoiceID }).must().
				says("The invoice that is settled in whole or part. It may come later than its allocation.")
	allocatedAmount = money("amount", func(t *target) *state.Money { return &t.allocation.Amount }).must().
			says("How much of the invoice is settled, in the invoice's currency.")

	extension = field{name: "ext", kind: kindAny}.says("Anything of your own. It is kept and never interpreted.")
)
