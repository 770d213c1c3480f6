package erp_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/consumer/contract"
	"tocsin/consumer/erp"
	"tocsin/state"
)

// exported is when the lists of the tests were made.
var exported = state.DateOf(2026, 11, 20).Start(time.UTC)

// simple is a mapping of short headings, with the constants and forms that most tests need.
func simple(columns ...erp.Field) *erp.Mapping {
	m := &erp.Mapping{
		Layout: erp.OpenItems, Source: "urn:t",
		Format:    erp.Format{Encoding: "utf-8", Delimiter: ';', Quotes: true, Decimal: '.', Dates: []string{"02.01.2006"}, Signs: erp.DebitPositive},
		Columns:   map[erp.Field]erp.Column{},
		Constants: map[erp.Field]string{erp.CurrencyOf: "EUR"},
		Kinds: map[string]erp.Kinds{
			"RV": {Debit: erp.Invoice, Credit: erp.CreditNote}, "DA": {Debit: erp.DebitNote}, "DG": {Credit: erp.CreditNote},
			"DZ": {Debit: erp.DebitNote, Credit: erp.Payment}, "XX": {Debit: erp.Skip, Credit: erp.Skip},
		},
	}
	for _, f := range append([]erp.Field{erp.Customer, erp.Document, erp.KindOf, erp.Date, erp.Due, erp.Amount}, columns...) {
		m.Columns[f] = erp.Column{Names: []string{string(f)}}
	}
	return m
}

const heading = "customer;document;kind;date;due;amount"

// imported reads one file through a mapping.
func imported(t *testing.T, m *erp.Mapping, text string) *erp.Import {
	t.Helper()
	if problems := m.Check(); len(problems) > 0 {
		t.Fatalf("the mapping: %v", problems)
	}
	i := &erp.Import{Mapping: m, Zone: time.UTC, AsOf: exported, Revision: 7}
	if err := i.Read("f.csv", strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return i
}

// said are events as short lines: type, id, customer, known at, and data without what is always the same.
func said(events []state.Event) (lines []string) {
	noise := regexp.MustCompile(`,"revision":7|"customer_id":"[^"]*",`)
	for n := range events {
		ev := &events[n]
		data := noise.ReplaceAllString(string(contract.AppendData(nil, ev)), "")
		lines = append(lines, fmt.Sprintf("%s %s %s %s", ev.KnownAt.Date(time.UTC), ev.ID, ev.Customer, data))
	}
	return lines
}

func faultsOf(i *erp.Import) (lines []string) {
	for _, f := range i.Faults() {
		lines = append(lines, f.String())
	}
	return lines
}

func want(t *testing.T, got, want []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOpenItemsBecomeDocuments(t *testing.T) {
	i := imported(t, simple(), heading+`
C-1;1;RV;01.10.2026;31.10.2026;100.00
C-1;2;RV;02.10.2026;01.11.2026;-30.00
C-2;3;DA;03.10.2026;03.10.2026;5
C-2;4;DZ;04.10.2026;;-60.5
C-2;5;DZ;04.10.2026;05.10.2026;60.5
C-2;6;XX;no date;;no amount
C-2;7;RV;04.10.2026;05.10.2026;0.00
`)
	want(t, said(i.Events()), []string{
		`2026-11-20 1/7 C-1 {"invoice_id":"1","kind":"invoice","issue_date":"2026-10-01","due_date":"2026-10-31","total":{"amount":"100.00","currency":"EUR"}}`,
		`2026-11-20 2/7 C-1 {"credit_note_id":"2","credit_date":"2026-10-02","amount":{"amount":"30.00","currency":"EUR"}}`,
		`2026-11-20 3/7 C-2 {"invoice_id":"3","kind":"debit_note","issue_date":"2026-10-03","due_date":"2026-10-03","total":{"amount":"5.00","currency":"EUR"}}`,
		`2026-11-20 4/7 C-2 {"payment_id":"4","value_date":"2026-10-04","amount":{"amount":"60.50","currency":"EUR"}}`,
		`2026-11-20 5/7 C-2 {"invoice_id":"5","kind":"debit_note","issue_date":"2026-10-04","due_date":"2026-10-05","total":{"amount":"60.50","currency":"EUR"}}`,
	})
	want(t, faultsOf(i), nil)
	s := i.Summary()
	if wanted := (erp.Counts{Files: 1, Lines: 8, Converted: 5, Skipped: 2, Zero: 1}); s.Counts != wanted {
		t.Errorf("got %+v, want %+v", s.Counts, wanted)
	}
	if diff := cmp.Diff([]erp.OpenSum{{Currency: "EUR", Total: "75.00"}}, s.Open); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]erp.Debtor{{Customer: "C-1", Currency: "EUR", Open: "70.00"}, {Customer: "C-2", Currency: "EUR", Open: "5.00"}}, s.Largest); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]erp.KindSum{
		{Currency: "EUR", Kind: erp.Invoice, Count: 1, Total: "100.00", Open: "100.00"},
		{Currency: "EUR", Kind: erp.DebitNote, Count: 2, Total: "65.50", Open: "65.50"},
		{Currency: "EUR", Kind: erp.CreditNote, Count: 1, Total: "30.00", Open: "30.00"},
		{Currency: "EUR", Kind: erp.Payment, Count: 1, Total: "60.50", Open: "60.50"},
	}, s.Kinds); diff != "" {
		t.Error(diff)
	}
}

func TestEveryFaultIsToldAndItsRowLeftOut(t *testing.T) {
	m := simple(erp.CurrencyOf, erp.Terms, erp.Delivery)
	m.Constants = nil
	m.Values = map[erp.Field]map[string]string{erp.Terms: {"Z1": "DEL30"}}
	i := imported(t, m, heading+`;currency;terms;delivery
C-1;1;RV;01.10.2026;32.13.2026;1,5;EUR;;
C-1;1b;RV;01.10.2026;31.10.2026;1.5;EUR;;
;;RV;;31.10.2026;1.5;EUR;;
C-1;2;ZZ;01.10.2026;31.10.2026;1.005;eur;;
C-1;3;DG;01.10.2026;31.10.2026;10;EUR;;
C-1;4;RV;01.10.2026;;10;EUR;;
C-1;5;RV;01.10.2026;;10;EUR;soon;
C-1;6;RV;01.10.2026;;10;EUR;Z1;
C-1;7;RV;01.10.2026;31.10.2026;;EUR;;
C-1;8;RV;01.10.2026;31.10.2026;10;EUR;;;;x
"C-1;9;RV;01.10.2026;31.10.2026;10;EUR;;
C-1;1b;RV;01.10.2026;31.10.2026;1.5;EUR;;
`+"C-1;"+strings.Repeat("9", 129)+";RV;01.10.2026;31.10.2026;1;EUR;;\n")
	if events := i.Events(); len(events) != 1 {
		t.Errorf("got %d events, want that of 1b", len(events))
	}
	want(t, faultsOf(i), []string{
		`f.csv:2: column "amount": "1,5" is not a number such as 1234.56`,
		`f.csv:2: column "due": "32.13.2026" is not a date as 02.01.2006 says`,
		`f.csv:4: column "customer": empty`,
		`f.csv:4: column "document": empty`,
		`f.csv:4: column "date": empty`,
		`f.csv:5: column "currency": "eur" is no currency of ISO 4217 in capitals`,
		`f.csv:5: column "kind": "ZZ" is no document type that values.kind translates`,
		`f.csv:6: column "amount": "10" is a debit, but "DG" is credit_note alone; give both kinds, such as [invoice, credit_note]`,
		`f.csv:7: column "due": empty, and there are no terms to compute it from`,
		`f.csv:8: column "terms": "soon" does not tell a due date: terms "soon": none of NET30, DEL30, RCV30, EOM+30, 30EOM, MFI15, +1M, 2/10n30; values.terms can translate it`,
		`f.csv:9: column "delivery": empty; terms DEL30 count from it`,
		`f.csv:10: column "amount": empty`,
		`f.csv:11: has 11 columns where the others have 9`,
		`f.csv:12: a quote is opened and not closed`,
		`f.csv:13: invoice "1b" of customer C-1 stands twice, first in line 3 of f.csv; if these are items of one document, join the item's number to it`,
		`f.csv:14: "` + strings.Repeat("9", 59) + `…" is refused by the contract: /id: the id has 131 characters; give 1 to 128 (id_length)`,
	})
	if s := i.Summary(); s.Converted != 1 || s.Faulty != 12 || s.Lines != 14 {
		t.Errorf("got %+v, want 14 lines, 1 converted, 12 faulty", s.Counts)
	}
}

func TestDueDatesComeFromTermsWhereThereAreNone(t *testing.T) {
	m := simple(erp.Terms, erp.Delivery)
	m.Values = map[erp.Field]map[string]string{erp.Terms: {"Z1": "DEL30", "cash": "NET0"}}
	i := imported(t, m, heading+`;terms;delivery
C;1;RV;31.01.2026;;1;30;
C;2;RV;31.01.2026;;1;EOM + 30;
C;3;RV;31.01.2026;;1;Z1;05.02.2026
C;4;RV;31.01.2026;;1;cash;
C;5;RV;31.01.2026;;1;2/10 n30;
C;6;RV;31.01.2026;01.02.2026;1;as we please;
`)
	var got []string
	for _, ev := range i.Events() {
		body := ev.Body.(*state.Invoice)
		got = append(got, fmt.Sprintf("%s %s %s %s", body.InvoiceID, body.DueDate, body.Terms, body.DiscountUntil))
	}
	want(t, got, []string{
		"1 2026-03-02 30 ", "2 2026-03-02 EOM + 30 ", "3 2026-03-07 DEL30 ", "4 2026-01-31 NET0 ", "5 2026-03-02 2/10 n30 2026-02-10", "6 2026-02-01 as we please ",
	})
	want(t, faultsOf(i), nil)
}

func TestTheSideOfAnAmountIsReadInEveryWay(t *testing.T) {
	row := func(columns, values string) string {
		return "customer;document;kind;date;due;" + columns + "\nC;1;RV;01.10.2026;31.10.2026;" + values + "\n"
	}
	without := func(f erp.Field, more ...erp.Field) *erp.Mapping {
		m := simple(more...)
		delete(m.Columns, f)
		return m
	}
	signs := func(s erp.Signs) *erp.Mapping {
		m := simple()
		m.Format.Signs = s
		return m
	}
	sided := simple(erp.SideOf)
	sided.Sides = map[string]erp.Side{"S": erp.DebitSide, "H": erp.CreditSide}
	unsigned := signs(erp.Unsigned)
	unsigned.Kinds = map[string]erp.Kinds{"RV": {Credit: erp.CreditNote}}
	tests := []struct {
		name    string
		mapping *erp.Mapping
		text    string
		want    string // kind, total and open
	}{
		{"a debit is positive", simple(), row("amount", "10"), "invoice 10.00 10.00"},
		{"a credit is positive", signs(erp.CreditPositive), row("amount", "10"), "credit_note 10.00 10.00"},
		{"the type tells", unsigned, row("amount", "10"), "credit_note 10.00 10.00"},
		{"S", sided, row("amount;side", "10;S"), "invoice 10.00 10.00"},
		{"H", sided, row("amount;side", "10;H"), "credit_note 10.00 10.00"},
		{"a negative posting", sided, row("amount;side", "-10;S"), "credit_note 10.00 10.00"},
		{"a side that is none", sided, row("amount;side", "10;X"), `f.csv:2: column "side": "X" is no side that values.side translates`},
		{"a debit column", without(erp.Amount, erp.Debit, erp.Credit), row("debit;credit", "10;"), "invoice 10.00 10.00"},
		{"a credit column", without(erp.Amount, erp.Debit, erp.Credit), row("debit;credit", "0.00;10"), "credit_note 10.00 10.00"},
		{"both", without(erp.Amount, erp.Debit, erp.Credit), row("debit;credit", "5;10"), `f.csv:2: column "debit": "5" stands beside a credit of "10"`},
		{"what is open alone", without(erp.Amount, erp.Open), row("open", "10"), "invoice 10.00 10.00"},
		{"what is open of it", simple(erp.Open), row("amount;open", "10;4"), "invoice 10.00 4.00"},
		{"what is open of a credit", simple(erp.Open), row("amount;open", "-10;-4"), "credit_note 10.00 4.00"},
		{"more open than there is", simple(erp.Open), row("amount;open", "10;11"), `f.csv:2: column "open": "11" is not between nothing and the document's amount`},
		{"open on the other side", simple(erp.Open), row("amount;open", "10;-4"), `f.csv:2: column "open": "-4" is not between nothing and the document's amount`},
		{"a sign where there are none", unsigned, row("amount", "-10"), `f.csv:2: column "amount": "-10" is negative, but format.signs says that there are no signs`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i := imported(t, tt.mapping, tt.text)
			i.Events()
			got := strings.Join(faultsOf(i), "\n")
			for _, k := range i.Summary().Kinds {
				got += fmt.Sprintf("%s %s %s", k.Kind, k.Total, k.Open)
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestALedgerKnowsEachDocumentFromItsOwnDay(t *testing.T) {
	m := simple(erp.AppliesTo, erp.Recorded, erp.PaidDate, erp.Paid, erp.Order, erp.Entity)
	m.Layout = erp.Ledger
	m.Kinds["RT"] = erp.Kinds{Debit: erp.Returned}
	m.Kinds["WO"] = erp.Kinds{Credit: erp.WriteOff}
	i := imported(t, m, heading+`;applies_to;recorded;paid_date;paid;order;entity
C;P1;DZ;15.09.2026;;-70;1;17.09.2026;;;;
C;P1;DZ;15.09.2026;;-30;2;17.09.2026;;;;
C;P1;DZ;15.09.2026;;-1;;17.09.2026;;;;
C;1;RV;01.08.2026;31.08.2026;100;;;;;SO-1;E
C;2;RV;02.08.2026;31.08.2026;100;;;20.08.2026;40;;
C;X;RT;20.09.2026;;70;P1;;;;;
C;3;RV;03.08.2026;31.08.2026;100;;;;5;;
C;W;WO;30.09.2026;;-10;2;;;;;
C;P1;DZ;15.09.2026;;-30;2;17.09.2026;;;;
`)
	want(t, said(i.Events()), []string{
		`2026-08-01 1/7 C {"invoice_id":"1","kind":"invoice","issue_date":"2026-08-01","due_date":"2026-08-31","total":{"amount":"100.00","currency":"EUR"},"order_ids":["SO-1"],"entity_id":"E"}`,
		`2026-08-02 2/7 C {"invoice_id":"2","kind":"invoice","issue_date":"2026-08-02","due_date":"2026-08-31","total":{"amount":"100.00","currency":"EUR"}}`,
		`2026-08-20 2/paid/7 C {"payment_id":"2/paid","value_date":"2026-08-20","amount":{"amount":"40.00","currency":"EUR"},"allocations":[{"invoice_id":"2","amount":{"amount":"40.00","currency":"EUR"}}]}`,
		`2026-09-17 P1/7 C {"payment_id":"P1","value_date":"2026-09-15","amount":{"amount":"101.00","currency":"EUR"},` +
			`"allocations":[{"invoice_id":"1","amount":{"amount":"70.00","currency":"EUR"}},{"invoice_id":"2","amount":{"amount":"30.00","currency":"EUR"}}]}`,
		`2026-09-20 P1/7 C {"payment_id":"P1","return_date":"2026-09-20","amount":{"amount":"70.00","currency":"EUR"}}`,
		`2026-09-30 2/7 C {"invoice_id":"2","write_off_date":"2026-09-30","amount":{"amount":"10.00","currency":"EUR"}}`,
	})
	want(t, faultsOf(i), []string{
		`f.csv:8: column "paid_date": empty, but something has been paid`,
		`f.csv:10: payment "P1" of customer C stands twice, first in line 2 of f.csv; if these are items of one document, join the item's number to it`,
	})
}

func TestCustomersGetAProfileAndALimit(t *testing.T) {
	m := simple(erp.CustomerName, erp.VAT, erp.Registration, erp.CreditLimit)
	m.Constants[erp.Country] = "DE"
	m.TrimZeros = []erp.Field{erp.Customer}
	i := imported(t, m, heading+`;customer_name;vat;registration;credit_limit
0007;1;RV;01.10.2026;31.10.2026;1;Old name;;;
007;2;RV;01.10.2026;31.10.2026;1;New name;DE123;HRB 1;500.00
`)
	want(t, said(i.Events())[:2], []string{
		`2026-11-20 7/7 7 {"name":"New name","country":"DE","identifiers":[{"scheme":"vat","value":"DE123","country":"DE"},{"scheme":"reg","value":"HRB 1","country":"DE"}]}`,
		`2026-11-20 7/limit/7 7 {"limit_id":"7/limit","kind":"base","amount":{"amount":"500.00","currency":"EUR"},"valid_from_date":"2026-11-20"}`,
	})
}

func TestTheHeadingIsLookedFor(t *testing.T) {
	m := simple()
	m.Columns[erp.Due] = erp.Column{Names: []string{"Net due date", "Due  Date"}}
	i := imported(t, m, `List of open items; 20.11.2026

CUSTOMER;Document;Kind;date;due date;amount;;
C;1;RV;01.10.2026;31.10.2026;1;;
customer;document;kind;date;due date;amount
C;2;RV;01.10.2026;31.10.2026;1
CUSTOMER;Document;Kind;date;due date;amount;;
`)
	if s := i.Summary(); s.Converted != 2 || s.Skipped != 3 || s.Faulty != 1 {
		t.Errorf("got %+v, want 2 converted, 3 skipped, and a repeat that is not the same", s.Counts)
	}

	i = imported(t, m, "some;thing\ncustomer;document;kind;date;customer\nC;1;RV;01.10.2026;1\n")
	want(t, faultsOf(i), []string{
		`f.csv:2: column "customer" stands twice; give the number of the right one (customer: the customer's number)`,
		`f.csv:2: no column "Net due date", nor another name of it (due: when it is due)`,
		`f.csv:2: no column "amount" (amount: the document's amount)`,
		`f.csv:2: the columns are ["customer" "document" "kind" "date" "customer"]`,
	})
	if s := i.Summary(); s.Faulty != 3 || s.Lines != 3 {
		t.Errorf("got %+v, want 3 faulty lines", s.Counts)
	}

	i = imported(t, m, "a,b,c\n1,2,3\n")
	want(t, faultsOf(i), []string{"f.csv: no line names any of the mapped columns: is it this export, with this delimiter and encoding?"})
}

func TestColumnsGoByNumberAndAreJoined(t *testing.T) {
	m := simple()
	m.Skip = []*regexp.Regexp{regexp.MustCompile(`^-+$`), regexp.MustCompile(`^\*`)}
	m.Format.Delimiter = '|'
	for n, f := range []erp.Field{erp.Customer, erp.KindOf, erp.Date, erp.Due, erp.Amount} {
		m.Columns[f] = erp.Column{Number: n + 2}
	}
	m.Columns[erp.Document] = erp.Column{Parts: []erp.Column{{Number: 7}, {Number: 8}}, With: "/"}
	i := imported(t, m, `-------
|C|RV|01.10.2026|31.10.2026|1|9001|1|
|C|RV|01.10.2026|31.10.2026|2|9001|2|
|C|RV|01.10.2026|31.10.2026|2|9001||
|C|RV|01.10.2026|31.10.2026|2|||
* total 3
`)
	var ids []string
	for _, ev := range i.Events() {
		ids = append(ids, ev.ID)
	}
	want(t, ids, []string{"9001/1/7", "9001/2/7"})
	want(t, faultsOf(i), []string{
		"f.csv:4: columns 7/8: some of them are empty and some are not",
		"f.csv:5: columns 7/8: empty",
	})
}
