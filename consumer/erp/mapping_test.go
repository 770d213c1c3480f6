package erp_test

import (
	"maps"
	"testing"

	"tocsin/consumer/erp"
)

func TestMappingsThatDoNotFitTogetherAreRefused(t *testing.T) {
	column := func(names ...erp.Field) func(*erp.Mapping) {
		return func(m *erp.Mapping) {
			for _, f := range names {
				m.Columns[f] = erp.Column{Names: []string{string(f)}}
			}
		}
	}
	without := func(f erp.Field) func(*erp.Mapping) { return func(m *erp.Mapping) { delete(m.Columns, f) } }
	tests := []struct {
		name   string
		change func(*erp.Mapping)
		want   []string
	}{
		{"as it is", func(*erp.Mapping) {}, nil},
		{"nothing at all", func(m *erp.Mapping) { *m = erp.Mapping{Format: erp.Format{Decimal: '.', Dates: []string{"20060102"}}} }, []string{
			"source: is missing: name the exporting system, such as urn:acme:sap",
			"columns: customer is missing: the customer's number",
			"columns: document is missing: the document's number, unique for the customer",
			"columns: date is missing: the document's date; of a payment its value date",
			"columns: currency is missing: map a column, or give constants.currency",
			"columns: amount is missing: map amount, or debit and credit, or open",
			"columns: kind is missing: map a column, or give constants.kind",
			"layout: is missing: open_items or ledger",
		}},
		{"no due date", without(erp.Due), []string{"columns: due is missing: map a column, or terms from which the due date is computed"}},
		{"terms for a due date", func(m *erp.Mapping) { delete(m.Columns, erp.Due); m.Constants[erp.Terms] = "NET30" }, nil},
		{"payments need no due date", func(m *erp.Mapping) {
			delete(m.Columns, erp.Due)
			m.Kinds = map[string]erp.Kinds{"DZ": {Credit: erp.Payment}}
		}, nil},
		{"a constant that is a column too", column(erp.CurrencyOf), []string{"constants.currency: stands under columns too; one of them must go"}},
		{"two kinds that nothing tells apart", func(m *erp.Mapping) { m.Format.Signs = erp.Unsigned }, []string{
			`values.kind: "DZ" is two kinds, but no sign, side or pair of columns tells which`,
			`values.kind: "RV" is two kinds, but no sign, side or pair of columns tells which`,
		}},
		{"a kind of all rows beside a column", func(m *erp.Mapping) { m.Kind = erp.Kinds{Debit: erp.Invoice} }, []string{"constants.kind: stands under columns too; one of them must go"}},
		{"types without a column", without(erp.KindOf), []string{
			"columns: kind is missing: map a column, or give constants.kind", "values: kind and columns.kind go together; one of them is missing",
		}},
		{"a debit without credit", func(m *erp.Mapping) { column(erp.Debit)(m); delete(m.Columns, erp.Amount) }, []string{"columns: debit and credit go together; one of them is missing"}},
		{"amounts twice", column(erp.Debit, erp.Credit), []string{"columns.debit: tells the amount and its side; amount and side must go"}},
		{"a side that nothing translates", column(erp.SideOf), []string{"values: side and columns.side go together; one of them is missing"}},
		{"open and paid", column(erp.Open, erp.Paid), []string{
			"columns.paid: open tells what has been paid; one of them must go", "columns.paid: is for ledgers; in a list of open items open tells it",
		}},
		{"a name without country", column(erp.CustomerName), []string{"columns: country is missing: a customer's profile has a name and a country; constants.country can give it"}},
		{"a segment without name", column(erp.Segment), []string{"columns.segment: goes into the customer's profile, which needs customer_name"}},
		{"a constant manager without name", func(m *erp.Mapping) { m.Constants[erp.CreditManager] = "l.wei" }, []string{"constants.credit_manager: goes into the customer's profile, which needs customer_name"}},
		{"a currency without limit", column(erp.LimitCurrency), []string{"columns: limit_currency needs credit_limit"}},
		{"returns on a list of open items", func(m *erp.Mapping) { m.Kinds["R"] = erp.Kinds{Debit: erp.Returned}; column(erp.AppliesTo)(m) },
			[]string{"values.kind: return and write_off are for ledgers; on a list of open items they are debit_note and credit_note"}},
		{"returns of nothing", func(m *erp.Mapping) { m.Layout = erp.Ledger; m.Kinds["R"] = erp.Kinds{Debit: erp.Returned} },
			[]string{"columns: applies_to is missing: a return is of a payment"}},
		{"days of entry on a list of open items", column(erp.Recorded), []string{"columns.recorded: is for ledgers; a list of open items is known from its own date on"}},
		{"paid on no day", func(m *erp.Mapping) { m.Layout = erp.Ledger; column(erp.Open)(m) }, []string{"columns: paid_date is missing: a ledger says when something was paid"}},
		{"one separator", func(m *erp.Mapping) { m.Format.Thousands = '.' }, []string{"format.thousands: is the decimal separator too"}},
		{"the quote as delimiter", func(m *erp.Mapping) { m.Format.Delimiter = '"' }, []string{"format.delimiter: is the quote too"}},
		{"no form of dates", func(m *erp.Mapping) { m.Format.Dates = nil }, []string{"format: dates is missing: say how dates are written, such as [02.01.2006]"}},
		{"day and month either way", func(m *erp.Mapping) { m.Format.Dates = []string{"02/01/2006", "01/02/2006"} },
			[]string{"format.dates: 02/01/2006 and 01/02/2006 cannot both be: which is the day in 03/04?"}},
		{"joined amounts", func(m *erp.Mapping) {
			m.Columns[erp.Amount] = erp.Column{Parts: []erp.Column{{Number: 1}, {Number: 2}}}
		},
			[]string{"columns.amount: cannot be joined; only customer, document, order and applies_to can"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := simple()
			m.Kinds = maps.Clone(m.Kinds)
			tt.change(m)
			var got []string
			for _, p := range m.Check() {
				got = append(got, p.Key+": "+p.Text)
			}
			want(t, got, tt.want)
		})
	}
}

func TestDocumentTypesAreOneKindOrOneOnEachSide(t *testing.T) {
	tests := []struct {
		words []string
		want  erp.Kinds
		ok    bool
	}{
		{[]string{"invoice"}, erp.Kinds{Debit: erp.Invoice}, true},
		{[]string{"payment"}, erp.Kinds{Credit: erp.Payment}, true},
		{[]string{"skip"}, erp.Kinds{Debit: erp.Skip, Credit: erp.Skip}, true},
		{[]string{"invoice", "credit_note"}, erp.Kinds{Debit: erp.Invoice, Credit: erp.CreditNote}, true},
		{[]string{"payment", "debit_note"}, erp.Kinds{Debit: erp.DebitNote, Credit: erp.Payment}, true},
		{[]string{"skip", "invoice"}, erp.Kinds{Debit: erp.Invoice, Credit: erp.Skip}, true},
		{[]string{"credit_note", "skip"}, erp.Kinds{Debit: erp.Skip, Credit: erp.CreditNote}, true},
		{[]string{"invoice", "debit_note"}, erp.Kinds{}, false},
		{[]string{"skip", "skip"}, erp.Kinds{}, false},
		{[]string{"invoice", "credit_note", "skip"}, erp.Kinds{}, false},
		{[]string{"bill"}, erp.Kinds{}, false},
		{nil, erp.Kinds{}, false},
	}
	for _, tt := range tests {
		got, ok := erp.KindsOf(tt.words...)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%v: got %v, %v, want %v, %v", tt.words, got, ok, tt.want, tt.ok)
		}
	}
}
