package erp

import "slices"

// Field is something that a column can hold.
type Field string

// The fields. Those of dates and amounts are read as the mapping's Format says, the others are text.
const (
	Customer      Field = "customer"
	CustomerName  Field = "customer_name"
	Country       Field = "country"
	VAT           Field = "vat"
	Registration  Field = "registration"
	LEI           Field = "lei"
	Segment       Field = "segment"
	CreditManager Field = "credit_manager"
	AccountOwner  Field = "account_owner"
	CreditLimit   Field = "credit_limit"
	LimitCurrency Field = "limit_currency"
	Entity        Field = "entity"
	Document      Field = "document"
	KindOf        Field = "kind"
	Order         Field = "order"
	AppliesTo     Field = "applies_to"
	Date          Field = "date"
	Due           Field = "due"
	Terms         Field = "terms"
	Delivery      Field = "delivery"
	Recorded      Field = "recorded"
	CurrencyOf    Field = "currency"
	Amount        Field = "amount"
	Debit         Field = "debit"
	Credit        Field = "credit"
	SideOf        Field = "side"
	Open          Field = "open"
	Paid          Field = "paid"
	PaidDate      Field = "paid_date"
)

// fieldInfo is what is fixed of a field.
type fieldInfo struct {
	name     Field
	doc      string
	constant bool // may be the same for all rows
	customer bool // is of the customer, not of the document, and needs a profile
}

// fields lists all fields in the order in which people read of them.
var fields = []fieldInfo{
	{name: Customer, doc: "the customer's number"},
	{name: CustomerName, doc: "its name; with it, customers get a profile"},
	{name: Country, doc: "its country, two letters", constant: true, customer: true},
	{name: VAT, doc: "its VAT number", customer: true},
	{name: Registration, doc: "its number in the trade register, by which registry news finds it", customer: true},
	{name: LEI, doc: "its legal entity identifier", customer: true},
	{name: Segment, doc: "its segment", constant: true, customer: true},
	{name: CreditManager, doc: "who looks after its credit", constant: true, customer: true},
	{name: AccountOwner, doc: "who looks after its sales", constant: true, customer: true},
	{name: CreditLimit, doc: "its credit limit; empty: none is told"},
	{name: LimitCurrency, doc: "the limit's currency; without it the document's", constant: true},
	{name: Entity, doc: "the selling entity", constant: true},
	{name: Document, doc: "the document's number, unique for the customer"},
	{name: KindOf, doc: "the document's type, translated by values.kind", constant: true},
	{name: Order, doc: "the order that it is for"},
	{name: AppliesTo, doc: "the invoice that a payment or credit note is for"},
	{name: Date, doc: "the document's date; of a payment its value date"},
	{name: Due, doc: "when it is due"},
	{name: Terms, doc: "terms of payment, from which the due date is computed where there is none", constant: true},
	{name: Delivery, doc: "date of delivery, from which some terms count"},
	{name: Recorded, doc: "when it was entered; a replay knows it from then on"},
	{name: CurrencyOf, doc: "the currency of the amounts", constant: true},
	{name: Amount, doc: "the document's amount"},
	{name: Debit, doc: "the amount where it is a debit, instead of amount"},
	{name: Credit, doc: "the amount where it is a credit"},
	{name: SideOf, doc: "debit or credit, translated by values.side"},
	{name: Open, doc: "what is still open of it"},
	{name: Paid, doc: "what has been paid of it"},
	{name: PaidDate, doc: "when it was last paid"},
}

// Fields are the names of all fields.
func Fields() []string {
	return fieldNames(func(fieldInfo) bool { return true })
}

// ConstantFields are the names of the fields that may be the same for all rows.
func ConstantFields() []string {
	return fieldNames(func(f fieldInfo) bool { return f.constant })
}

// TextFields are the names of the fields that are neither dates nor amounts: what values translate.
func TextFields() []string {
	return fieldNames(func(f fieldInfo) bool { return !dates[f.name] && !amounts[f.name] })
}

func fieldNames(wanted func(fieldInfo) bool) []string {
	var names []string
	for _, f := range fields {
		if wanted(f) {
			names = append(names, string(f.name))
		}
	}
	return names
}

var (
	dates   = map[Field]bool{Date: true, Due: true, Delivery: true, Recorded: true, PaidDate: true}
	amounts = map[Field]bool{Amount: true, Debit: true, Credit: true, Open: true, Paid: true, CreditLimit: true}
)

// Doc says what a field means, for people.
func (f Field) Doc() string {
	at := slices.IndexFunc(fields, func(i fieldInfo) bool { return i.name == f })
	if at < 0 {
		return ""
	}
	return fields[at].doc
}
