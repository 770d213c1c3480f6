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

// ofCustomer is the table of a type whose data carries a customer.
func ofCustomer(fields ...field) *table {
	customer := party("customer_id", func(t *target) *string { return &t.customer }).must()
	return ofEveryone(append([]field{customer}, fields...)...)
}

// ofEveryone is the table of a type whose events are of no customer.
func ofEveryone(fields ...field) *table {
	return newTable(append(fields,
		integer("revision", func(t *target) *int64 { return &t.revision }).atLeast(1).must(),
		party("entity_id", func(t *target) *string { return &t.entity }),
		field{name: "ext", kind: kindAny},
	)...)
}

// The objects that several types share.
var (
	dueTable = newTable(
		date("due_date", func(t *target) *state.Date { return &t.due.DueDate }).must(),
		money("amount", func(t *target) *state.Money { return &t.due.Amount }).must(),
	)
	allocationTable = newTable(allocatedInvoice, allocatedAmount)
	receivedTable   = newTable(allocatedInvoice, allocatedAmount,
		enum("by", func(t *target) *uint8 { return (*uint8)(&t.allocation.By) }, "customer", "seller"),
	)
	appliedTable = newTable(allocatedInvoice, allocatedAmount,
		enum("residual_reason", func(t *target) *uint8 { return (*uint8)(&t.allocation.Residual) },
			"retention", "withholding_tax", "bank_fee", "agreed_instalment", "fx"),
	)
	identifierTable = newTable(
		word("scheme", func(t *target) *string { return &t.identifier.Scheme }, "lei", "duns", "vat", "reg", "gln").shut().must(),
		party("value", func(t *target) *string { return &t.identifier.Value }).must(),
		text("country", func(t *target) *string { return &t.identifier.Country }),
	)
	moneyTable = newTable(
		field{name: "amount", kind: kindMoneyAmount, required: true},
		field{name: "currency", kind: kindMoneyCode, required: true},
	)

	allocatedInvoice = id("invoice_id", func(t *target) *string { return &t.allocation.InvoiceID }).must()
	allocatedAmount  = money("amount", func(t *target) *state.Money { return &t.allocation.Amount }).must()
)
