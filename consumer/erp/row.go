package erp

import (
	"fmt"
	"slices"
	"strings"

	"tocsin/state"
)

// row is what a record of an export says, once it is read without fault. Amounts are in minor units of the currency and not
// negative: the kind tells the side.
type row struct {
	file string
	line int

	customer state.CustomerID
	document string
	kind     Kind
	entity   string
	order    string
	applies  string
	terms    string

	date, due, discount, delivery state.Date
	recorded, paidDate            state.Date

	currency           state.Currency
	amount, open, paid int64

	profile *state.Profile // nil: none is told
	limit   state.Money    // without currency: none is told
}

// reader reads the fields of one record and notes every fault of them.
type reader struct {
	mapping *Mapping
	numbers numbers
	places  *places
	file    string
	record  *record
	faults  []Fault
}

// refuse notes a fault of a field.
func (r *reader) refuse(f Field, value, format string, args ...any) {
	r.faults = append(r.faults, Fault{r.file, r.record.line, r.label(f), value, fmt.Sprintf(format, args...)})
}

// label names for people where a field stands.
func (r *reader) label(f Field) string {
	if p, ok := r.places.at[f]; ok {
		return p.label
	}
	return string(f)
}

// text is a field as the mapping translates it; empty where nothing is known.
func (r *reader) text(f Field) string {
	p, ok := r.places.at[f]
	if !ok {
		return r.mapping.Constants[f]
	}
	s, whole := p.text(r.record.fields)
	if !whole {
		r.refuse(f, "", "some of them are empty and some are not")
		return ""
	}
	if s == "" || slices.Contains(r.mapping.Format.Empty, s) {
		return ""
	}
	if meant, ok := r.mapping.Values[f][s]; ok {
		return meant
	}
	if slices.Contains(r.mapping.TrimZeros, f) {
		s = strings.TrimLeft(s[:len(s)-1], "0") + s[len(s)-1:]
	}
	return s
}

// must is a text that must not be empty.
func (r *reader) must(f Field) string {
	before := len(r.faults)
	s := r.text(f)
	if s == "" && len(r.faults) == before {
		r.refuse(f, "", "empty")
	}
	return s
}

// date is a date; zero where it is empty.
func (r *reader) date(f Field) state.Date {
	s := r.text(f)
	if s == "" {
		return 0
	}
	d, err := parseDate(s, r.mapping.Format.Dates)
	if err != nil {
		r.refuse(f, s, "%v", err)
	}
	return d
}

// amount is an amount in minor units with the sign that stands there; told is false where it is empty.
func (r *reader) amount(f Field, currency state.Currency) (minor int64, told bool) {
	s := r.text(f)
	if s == "" {
		return 0, false
	}
	scale := noScale
	if currency != 0 {
		scale = currency.Scale()
	}
	minor, err := r.numbers.parse(s, scale)
	if err != nil {
		r.refuse(f, s, "%v", err)
	}
	return minor, true
}

// currency is the currency of an amount; zero where it is none, which is a fault.
func (r *reader) currency(f Field) state.Currency {
	s := r.must(f)
	c, ok := state.ParseCurrency(s)
	if !ok && s != "" {
		r.refuse(f, s, "is no currency of ISO 4217 in capitals")
	}
	return c
}

// read reads a record. Where it has faults, the customer and document are nevertheless told if they can be read. A row that
// the mapping leaves out has the kind Skip; one without money has no kind.
func (r *reader) read() row {
	w := row{file: r.file, line: r.record.line}
	w.customer, w.document = state.CustomerID(r.must(Customer)), r.must(Document)
	if r.skips() {
		w.kind = Skip
		return w
	}
	w.currency = r.currency(CurrencyOf)
	r.money(&w)
	if len(r.faults) == 0 && (w.kind == Skip || w.kind == "") {
		return w
	}
	w.entity, w.order, w.applies = r.text(Entity), r.text(Order), r.text(AppliesTo)
	if w.kind == Returned && w.applies == "" {
		r.refuse(AppliesTo, "", "empty; a return is of a payment")
	}
	r.dates(&w)
	r.ofCustomer(&w)
	return w
}

// skips tells whether the document's type is one that is left out on both sides.
func (r *reader) skips() bool {
	if !r.mapping.mapped(KindOf) {
		return false
	}
	k, ok := r.mapping.Kinds[r.text(KindOf)]
	return ok && k == Kinds{Skip, Skip}
}

// kinds is what the row's document type may be.
func (r *reader) kinds() (k Kinds, word string, ok bool) {
	if !r.mapping.mapped(KindOf) {
		return r.mapping.Kind, "", true
	}
	if word = r.must(KindOf); word == "" {
		return k, word, false
	}
	if k, ok = r.mapping.Kinds[word]; !ok {
		r.refuse(KindOf, word, "is no document type that values.kind translates")
	}
	return k, word, ok
}

// dates reads the dates, and computes the due date where there is none.
func (r *reader) dates(w *row) {
	before := len(r.faults)
	w.date, w.due, w.delivery = r.date(Date), r.date(Due), r.date(Delivery)
	w.recorded, w.paidDate = r.date(Recorded), r.date(PaidDate)
	if w.date == 0 && len(r.faults) == before {
		r.refuse(Date, "", "empty")
	}
	w.terms = r.text(Terms)
	if w.kind != Invoice && w.kind != DebitNote || len(r.faults) > before {
		return
	}
	terms, err := state.ParseTerms(termsOf(w.terms))
	if err == nil {
		w.discount = terms.DiscountUntil(w.date)
	}
	if w.due != 0 {
		return
	}
	switch due := terms.Due(w.date, w.delivery); {
	case w.terms == "":
		r.refuse(Due, "", "empty, and there are no terms to compute it from")
	case err != nil:
		r.refuse(Terms, w.terms, "does not tell a due date: %v; values.terms can translate it", err)
	case due == 0:
		r.refuse(Delivery, "", "empty; terms %s count from it", w.terms)
	case due > state.MaxDate:
		r.refuse(Terms, w.terms, "lead to a due date after %s", state.MaxDate)
	default:
		w.due = due
	}
}

// termsOf takes a bare number for days net.
func termsOf(text string) string {
	if onlyDigits(text) {
		return "NET" + text
	}
	return text
}

// ofCustomer reads what a row says of its customer rather than of its document.
func (r *reader) ofCustomer(w *row) {
	m := r.mapping
	if m.mapped(CustomerName) {
		w.profile = r.profile(w.customer)
	}
	if !m.mapped(CreditLimit) {
		return
	}
	currency := w.currency
	if m.known(LimitCurrency) {
		currency = r.currency(LimitCurrency)
	}
	if limit, told := r.amount(CreditLimit, currency); told {
		if limit < 0 {
			r.refuse(CreditLimit, r.text(CreditLimit), "is negative")
		}
		w.limit = state.Money{Minor: limit, Currency: currency}
	}
}

// profile is the customer's profile, nil where the row does not name it.
func (r *reader) profile(customer state.CustomerID) *state.Profile {
	p := &state.Profile{
		Customer: customer, Name: r.text(CustomerName), Country: r.text(Country), Segment: r.text(Segment),
		CreditManager: r.text(CreditManager), AccountOwner: r.text(AccountOwner),
	}
	if p.Name == "" {
		return nil
	}
	if p.Country == "" {
		r.refuse(Country, "", "empty; a customer's profile has a name and a country")
	}
	for _, id := range [...]struct {
		field  Field
		scheme string
	}{{VAT, "vat"}, {Registration, "reg"}, {LEI, "lei"}} {
		if value := r.text(id.field); value != "" {
			p.Identifiers = append(p.Identifiers, state.Identifier{Scheme: id.scheme, Value: value, Country: p.Country})
		}
	}
	return p
}
