package erp

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Problem is something that is wrong with a mapping although each of its keys is right.
type Problem struct {
	Key  string // dotted: columns.due; empty: the mapping as a whole
	Text string
}

// Check returns what is wrong with the mapping as a whole.
func (m *Mapping) Check() []Problem {
	c := checker{m: m}
	c.whatIsNeeded()
	c.amounts()
	c.kinds()
	c.separators()
	c.dateForms()
	c.customers()
	c.layout()
	return c.problems
}

type checker struct {
	m        *Mapping
	problems []Problem
}

func (c *checker) say(key, format string, args ...any) {
	c.problems = append(c.problems, Problem{key, fmt.Sprintf(format, args...)})
}

// joinable are the fields whose text may stand in several columns.
var joinable = map[Field]bool{Customer: true, Document: true, Order: true, AppliesTo: true}

// mapped tells whether a column holds the field.
func (m *Mapping) mapped(f Field) bool {
	_, ok := m.Columns[f]
	return ok
}

// known tells whether the field can be known at all.
func (m *Mapping) known(f Field) bool { return m.mapped(f) || m.Constants[f] != "" }

func (c *checker) whatIsNeeded() {
	if c.m.Source == "" {
		c.say("source", "is missing: name the exporting system, such as urn:acme:sap")
	}
	for _, f := range []Field{Customer, Document, Date} {
		if !c.m.mapped(f) {
			c.say("columns", "%s is missing: %s", f, f.Doc())
		}
	}
	if !c.m.known(CurrencyOf) {
		c.say("columns", "currency is missing: map a column, or give constants.currency")
	}
	if !c.m.known(Due) && !c.m.known(Terms) && c.m.makes(Invoice, DebitNote) {
		c.say("columns", "due is missing: map a column, or terms from which the due date is computed")
	}
	for _, f := range fields {
		if len(c.m.Columns[f.name].Parts) > 0 && !joinable[f.name] {
			c.say("columns."+string(f.name), "cannot be joined; only customer, document, order and applies_to can")
		}
		if c.m.mapped(f.name) && c.m.Constants[f.name] != "" {
			c.say("constants."+string(f.name), "stands under columns too; one of them must go")
		}
	}
}

func (c *checker) amounts() {
	m := c.m
	switch {
	case m.mapped(Debit) != m.mapped(Credit):
		c.say("columns", "debit and credit go together; one of them is missing")
	case m.mapped(Debit) && (m.mapped(Amount) || m.mapped(SideOf)):
		c.say("columns.debit", "tells the amount and its side; amount and side must go")
	case !m.mapped(Debit) && !m.mapped(Amount) && !m.mapped(Open):
		c.say("columns", "amount is missing: map amount, or debit and credit, or open")
	}
	if m.mapped(SideOf) != (len(m.Sides) > 0) {
		c.say("values", "side and columns.side go together; one of them is missing")
	}
	if m.mapped(Open) && m.mapped(Paid) {
		c.say("columns.paid", "open tells what has been paid; one of them must go")
	}
}

// makes tells whether rows of the mapping can be of one of the kinds.
func (m *Mapping) makes(kinds ...Kind) bool {
	for _, k := range m.Kinds {
		if slices.Contains(kinds, k.Debit) || slices.Contains(kinds, k.Credit) {
			return true
		}
	}
	return slices.Contains(kinds, m.Kind.Debit) || slices.Contains(kinds, m.Kind.Credit)
}

func (c *checker) kinds() {
	m := c.m
	constant := m.Kind != Kinds{}
	switch {
	case m.mapped(KindOf) && constant:
		c.say("constants.kind", "stands under columns too; one of them must go")
	case !m.mapped(KindOf) && !constant:
		c.say("columns", "kind is missing: map a column, or give constants.kind")
	}
	if m.mapped(KindOf) != (len(m.Kinds) > 0) {
		c.say("values", "kind and columns.kind go together; one of them is missing")
	}
	if m.Format.Signs == Unsigned && !m.mapped(SideOf) && !m.mapped(Debit) {
		for _, word := range slices.Sorted(maps.Keys(m.Kinds)) {
			if _, ok := m.Kinds[word].only(); !ok {
				c.say("values.kind", "%q is two kinds, but no sign, side or pair of columns tells which", word)
			}
		}
		if _, ok := m.Kind.only(); constant && !ok {
			c.say("constants.kind", "are two kinds, but no sign, side or pair of columns tells which")
		}
	}
	if m.makes(Returned) && !m.mapped(AppliesTo) {
		c.say("columns", "applies_to is missing: a return is of a payment")
	}
}

func (c *checker) separators() {
	f := c.m.Format
	if f.Decimal == f.Thousands {
		c.say("format.thousands", "is the decimal separator too")
	}
	if f.Quotes && f.Delimiter == '"' {
		c.say("format.delimiter", "is the quote too")
	}
}

func (c *checker) dateForms() {
	forms := c.m.Format.Dates
	if len(forms) == 0 {
		c.say("format", "dates is missing: say how dates are written, such as [02.01.2006]")
	}
	for i, form := range forms {
		for _, other := range forms[:i] {
			if swapped(form) == other {
				c.say("format.dates", "%s and %s cannot both be: which is the day in 03/04?", other, form)
			}
		}
	}
}

// swapped is a form with day and month exchanged.
func swapped(form string) string {
	return strings.NewReplacer("02", "01", "01", "02").Replace(form)
}

func (c *checker) customers() {
	m := c.m
	if m.mapped(CustomerName) && !m.known(Country) {
		c.say("columns", "country is missing: a customer's profile has a name and a country; constants.country can give it")
	}
	for _, f := range fields {
		if f.customer && m.known(f.name) && !m.mapped(CustomerName) {
			key := "columns."
			if !m.mapped(f.name) {
				key = "constants."
			}
			c.say(key+string(f.name), "goes into the customer's profile, which needs customer_name")
		}
	}
	if m.known(LimitCurrency) && !m.mapped(CreditLimit) {
		c.say("columns", "limit_currency needs credit_limit")
	}
}

func (c *checker) layout() {
	m := c.m
	switch m.Layout {
	case OpenItems:
		if m.mapped(Paid) {
			c.say("columns.paid", "is for ledgers; in a list of open items open tells it")
		}
		if m.makes(Returned, WriteOff) {
			c.say("values.kind", "return and write_off are for ledgers; on a list of open items they are debit_note and credit_note")
		}
		if m.mapped(Recorded) {
			c.say("columns.recorded", "is for ledgers; a list of open items is known from its own date on")
		}
	case Ledger:
		if (m.mapped(Open) || m.mapped(Paid)) && !m.mapped(PaidDate) {
			c.say("columns", "paid_date is missing: a ledger says when something was paid")
		}
	default:
		c.say("layout", "is missing: %s", strings.Join(Layouts(), " or "))
	}
}
