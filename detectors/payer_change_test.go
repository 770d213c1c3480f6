package detectors

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

// from is cash from an account, by a holder: "account" or "account holder".
func from(id, amount, value, account, holder string) *state.Payment {
	p := payment(id, amount, value)
	p.PayerAccount, p.PayerName = account, holder
	return p
}

// known is a customer of long standing, Acme Ltd, who has always paid from one account.
func known(bodies ...state.Body) *books {
	p := profile()
	p.Name = "Acme Ltd"
	return newBooks(p, invoice("INV-0", "1000", "2024-01-02", "2024-02-01"), allocated(from("P-0", "1000", "2024-02-01", "own", "ACME LIMITED"), "INV-0")).add(bodies...)
}

func allocated(p *state.Payment, invoice string) *state.Payment {
	p.Allocations = []state.Allocation{{InvoiceID: invoice, Amount: p.Amount}}
	return p
}

func checkPayers(t *testing.T, name string, in *Input, want string) {
	t.Helper()
	v := NewPayerChange().Evaluate(in)
	if got := v.Raise.String() + " " + v.Reason; got != want || v.NotEvaluable {
		t.Errorf("%s: got %s, not evaluable %v, want %s", name, got, v.NotEvaluable, want)
	}
}

func threeAccounts() *books {
	return known(from("P-1", "1000", "2025-02-10", "a", "Acme"), from("P-2", "1000", "2025-04-02", "b", "Acme"), from("P-3", "1000", "2025-05-20", "c", "Acme"))
}

// T-D09-1.
func TestD091ThreeNewAccountsAreCritical(t *testing.T) {
	b := threeAccounts()
	for _, c := range []struct{ day, want string }{
		{"2025-04-01", "none "}, {"2025-04-02", "warning NEW_ACCOUNTS"}, {"2025-05-19", "warning NEW_ACCOUNTS"},
		{"2025-05-21", "critical NEW_ACCOUNTS"}, {"2025-08-08", "critical NEW_ACCOUNTS"},
		{"2025-08-09", "warning NEW_ACCOUNTS"}, {"2025-09-28", "warning NEW_ACCOUNTS"}, {"2025-09-29", "none "},
	} {
		checkPayers(t, c.day, b.at(date(c.day)), c.want)
	}
	d := NewPayerChange()
	if v := d.Evaluate(b.at(date("2025-05-21"))); v.Next != date("2025-08-09") || v.Clear != 0 {
		t.Errorf("got %+v, want the first account to leave on 2025-08-09", v)
	}
	if v := d.Evaluate(b.at(date("2025-09-29"))); v.Clear != AllRungs {
		t.Errorf("one new account is left: got %+v, want clear", v)
	}
	if got := d.Sign().ClearHoldDays; got != 14 {
		t.Errorf("hold: got %d days, want 14", got)
	}
}

// strangers is 150,000 of the last 60 days, part of it from an unknown holder.
func strangers(theirs, ours string) *books {
	return known(from("P-1", ours, "2025-05-05", "own", "Acme"), from("P-2", "1", "2025-05-06", "own", "Acme"), from("P-3", theirs, "2025-05-07", "own", "Beta GmbH"))
}

// T-D09-2.
func TestD092StrangersWhoPay(t *testing.T) {
	day := date("2025-06-02")
	checkPayers(t, "45 of 150 thousand", strangers("45000", "104999").at(day), "warning THIRD_PARTY")
	checkPayers(t, "90 of 150 thousand", strangers("90000", "59999").at(day), "warning THIRD_PARTY")
	late := invoice("INV-1", "200000", "2025-04-01", "2025-05-15")
	checkPayers(t, "and overdue", strangers("90000", "59999").add(late).at(day), "critical THIRD_PARTY")
	for _, c := range []struct {
		name, theirs, ours, want string
		clear                    Rungs
	}{
		{"20 %", "20000", "79999", "warning THIRD_PARTY", Rung(Critical)},
		{"a cent less", "19999.99", "79999", "none ", Rung(Critical)},
		{"10 %", "10000", "89999", "none ", Rung(Critical)},
		{"a cent less than 10 %", "9999.99", "89999", "none ", AllRungs},
	} {
		in := strangers(c.theirs, c.ours).at(day)
		checkPayers(t, c.name, in, c.want)
		if v := NewPayerChange().Evaluate(in); v.Clear != c.clear {
			t.Errorf("%s: got clear %04b, want %04b", c.name, v.Clear, c.clear)
		}
	}
	half := strangers("50000", "49999").add(invoice("INV-1", "100500", "2025-04-01", "2025-05-15"))
	checkPayers(t, "50 %, 500 past due once cash on account is counted, and half a per cent", half.at(day), "warning THIRD_PARTY")
	half = strangers("50000", "49999").add(invoice("INV-1", "103000", "2025-04-01", "2025-05-15"))
	checkPayers(t, "50 %, and past due is material", half.at(day), "critical THIRD_PARTY")
}

func TestWhoIsNoStranger(t *testing.T) {
	day := date("2025-06-02")
	with := func(holder, account string, more ...state.Body) *books {
		return known(from("P-1", "1000", "2025-05-05", "own", "Acme"), from("P-2", "1000", "2025-05-06", "own", "Acme"),
			from("P-3", "1000", "2025-05-07", account, holder)).add(more...)
	}
	verified := &state.PayerVerified{AccountHash: "f", VerifiedDate: date("2025-06-02")}
	later := &state.PayerVerified{AccountHash: "f", VerifiedDate: date("2025-06-03")}
	for _, c := range []struct {
		name  string
		books *books
		want  string
	}{
		{"another name", with("Beta", "f"), "warning THIRD_PARTY"},
		{"its own, written in another way", with("A.C.M.E. Co., Ltd.", "f"), "none "},
		{"part of it", with("Acme East", "f"), "warning THIRD_PARTY"},
		{"no name", with("", "f"), "none "},
		{"a name of nothing but dots", with("...", "f"), "none "},
		{"a verified payer", with("Beta", "f", verified), "none "},
		{"one verified tomorrow", with("Beta", "f", later), "warning THIRD_PARTY"},
		{"another account verified", with("Beta", "", verified), "warning THIRD_PARTY"},
		{"two payments in all", known(from("P-1", "1000", "2025-05-05", "own", "Beta"), from("P-2", "1000", "2025-05-06", "own", "Beta")), "none "},
		{"60 days ago", known(from("P-1", "1000", "2025-04-03", "own", "Acme"), from("P-2", "1000", "2025-05-06", "own", "Beta"), from("P-3", "1000", "2025-05-06", "own", "Beta")), "none "},
		{"59 days ago", known(from("P-1", "1000", "2025-04-04", "own", "Acme"), from("P-2", "1000", "2025-05-06", "own", "Beta"), from("P-3", "1000", "2025-05-06", "own", "Beta")), "warning THIRD_PARTY"},
		{"came back", with("Beta", "f", returned("P-3", "1000", "2025-05-20", "AM04"), from("P-4", "1000", "2025-05-06", "own", "Acme")), "none "},
		{"came back in part", with("Beta", "f", returned("P-3", "600", "2025-05-20", "AM04")), "none "},
	} {
		checkPayers(t, c.name, c.books.at(day), c.want)
	}
	d := NewPayerChange()
	for _, allow := range []string{`["f"]`, `["BETA Ltd."]`} {
		if err := d.Params()[0].Set(allow); err != nil {
			t.Fatal(err)
		}
		if v := d.Evaluate(with("Beta GmbH", "f").at(day)); v.Raise != None {
			t.Errorf("allow %s: got %v, want none", allow, v.Raise)
		}
	}
}

// Without a profile nobody knows who a stranger is.
func TestStrangersToNobodyAreNotEvaluable(t *testing.T) {
	b := newBooks(invoice("INV-0", "1000", "2024-01-02", "2024-02-01"), from("P-1", "1000", "2025-05-05", "own", "Acme"),
		from("P-2", "1000", "2025-05-06", "own", "Acme"), from("P-3", "1000", "2025-05-07", "own", "Acme"))
	if v := NewPayerChange().Evaluate(b.at(date("2025-06-02"))); !v.NotEvaluable || v.Clear != AllRungs {
		t.Errorf("got %+v, want not evaluable, and clear", v)
	}
	for _, unnamed := range []string{"P-1", "P-2", "P-3"} {
		b = b.add(from(unnamed, "1000", "2025-05-05", "own", ""))
	}
	checkPayers(t, "nobody is named", b.at(date("2025-06-02")), "none ")
}

func TestWhichAccountsAreNew(t *testing.T) {
	day := date("2025-05-21")
	second := from("P-2", "1000", "2025-05-20", "b", "Acme")
	with := func(first *state.Payment, more ...state.Body) *books { return known(second, first).add(more...) }
	big := invoice("INV-9", "100000", "2025-05-01", "2025-07-01")
	mistake := returned("P-1", "1000", "2025-05-19", "")
	mistake.BookedInError = state.FlagTrue
	young := func(since string, bodies ...state.Body) *books {
		p := profile()
		p.Name, p.CustomerSince = "Acme Ltd", date(since)
		return newBooks(p, second, from("P-1", "1000", "2025-05-20", "a", "Acme")).add(bodies...)
	}
	for _, c := range []struct {
		name  string
		books *books
		want  string
	}{
		{"two", with(from("P-1", "1000", "2025-05-13", "a", "Acme")), "warning NEW_ACCOUNTS"},
		{"one", known(second), "none "},
		{"of 500", with(from("P-1", "500", "2025-05-13", "a", "Acme")), "warning NEW_ACCOUNTS"},
		{"of a cent less", with(from("P-1", "499.99", "2025-05-13", "a", "Acme")), "none "},
		{"of less, and more later", with(from("P-1", "1", "2025-05-13", "a", "Acme"), from("P-3", "500", "2025-05-14", "a", "Acme")), "warning NEW_ACCOUNTS"},
		{"of 1 % of what was owed", with(from("P-1", "1000", "2025-05-13", "a", "Acme"), big), "warning NEW_ACCOUNTS"},
		{"of a cent less than that", with(from("P-1", "999.99", "2025-05-13", "a", "Acme"), big), "none "},
		{"first used 180 days ago", with(from("P-1", "1000", "2024-11-22", "a", "Acme")), "none "},
		{"first used 179 days ago", with(from("P-1", "1000", "2024-11-23", "a", "Acme")), "warning NEW_ACCOUNTS"},
		{"used before, too", with(from("P-1", "1", "2024-09-01", "a", "Acme"), from("P-3", "1000", "2025-05-14", "a", "Acme")), "none "},
		{"verified", with(from("P-1", "1000", "2025-05-13", "a", "Acme"), &state.PayerVerified{AccountHash: "a", VerifiedDate: day}), "none "},
		{"verified tomorrow", with(from("P-1", "1000", "2025-05-13", "a", "Acme"), &state.PayerVerified{AccountHash: "a", VerifiedDate: day + 1}), "warning NEW_ACCOUNTS"},
		{"booked in error", with(from("P-1", "1000", "2025-05-13", "a", "Acme"), mistake), "none "},
		{"came back", with(from("P-1", "1000", "2025-05-13", "a", "Acme"), returned("P-1", "1000", "2025-05-19", "AM04")), "warning NEW_ACCOUNTS"},
		{"91 days after the first payment", young("2024-01-01", from("P-0", "1", "2025-02-18", "own", "")), "warning NEW_ACCOUNTS"},
		{"90 days after the first payment", young("2024-01-01", from("P-0", "1", "2025-02-19", "own", "")), "none "},
		{"a customer for 90 days", young("2025-02-19", from("P-0", "1", "2025-02-01", "own", "")), "none "},
		{"and an order before", young("2025-02-19", from("P-0", "1", "2025-02-01", "own", ""), order("SO-1", "1", "2025-02-18")), "warning NEW_ACCOUNTS"},
		{"which was cancelled", young("2025-02-19", from("P-0", "1", "2025-02-01", "own", ""), order("SO-1", "1", "2025-02-18"), &state.OrderCancelled{OrderID: "SO-1", CancelDate: date("2025-03-01")}), "none "},
		{"and an invoice before", young("2025-02-19", from("P-0", "1", "2025-02-01", "own", ""), invoice("INV-1", "1", "2025-02-18", "2025-09-01")), "warning NEW_ACCOUNTS"},
		{"never paid before, but a customer for 550 days", young("2025-02-19", order("SO-1", "1", "2023-11-18")), "warning NEW_ACCOUNTS"},
		{"for 549", young("2025-02-19", order("SO-1", "1", "2023-11-19")), "none "},
		{"last used 550 days ago", with(from("P-1", "1000", "2023-11-18", "a", "Acme"), from("P-3", "1000", "2025-05-14", "a", "Acme")), "warning NEW_ACCOUNTS"},
		{"last used 549 days ago", with(from("P-1", "1000", "2023-11-19", "a", "Acme"), from("P-3", "1000", "2025-05-14", "a", "Acme")), "none "},
		{"no first trade is known", newBooks(from("P-0", "1", "2025-02-01", "own", ""), second, from("P-1", "1000", "2025-05-20", "a", "")), "warning NEW_ACCOUNTS"},
	} {
		in := c.books.at(day)
		v := NewPayerChange().Evaluate(in)
		if got := v.Raise.String() + " " + v.Reason; got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// A new account shortly after a payment came back for good is critical for as long as it is new.
func TestANewAccountAfterAReturn(t *testing.T) {
	with := func(code, back, first, amount string) *books {
		return known(payment("P-1", "600", "2025-03-03"), returned("P-1", "600", back, code), from("P-2", amount, first, "b", "Acme"))
	}
	mistake := returned("P-1", "600", "2025-03-10", "AC04")
	mistake.BookedInError = state.FlagTrue
	for _, c := range []struct {
		name  string
		books *books
		want  string
	}{
		{"30 days after", with("AC04", "2025-03-10", "2025-04-09", "500"), "critical AFTER_RETURN"},
		{"31 days after", with("AC04", "2025-03-10", "2025-04-10", "500"), "none "},
		{"on the day", with("AC04", "2025-03-10", "2025-03-10", "500"), "critical AFTER_RETURN"},
		{"a day before", with("AC04", "2025-03-10", "2025-03-09", "500"), "none "},
		{"too small", with("AC04", "2025-03-10", "2025-03-10", "499.99"), "none "},
		{"for lack of funds", with("AM04", "2025-03-10", "2025-03-10", "500"), "none "},
		{"booked in error", with("AC04", "2025-03-10", "2025-03-10", "500").add(mistake), "none "},
		{"a bill", known(bill("P-1", "600", "2025-02-03", "2025-03-05"), returned("P-1", "600", "2025-03-10", ""), from("P-2", "500", "2025-03-12", "b", "Acme")), "critical AFTER_RETURN"},
		{"verified", with("AC04", "2025-03-10", "2025-03-10", "500").add(&state.PayerVerified{AccountHash: "b", VerifiedDate: date("2025-03-11")}), "none "},
	} {
		checkPayers(t, c.name, c.books.at(date("2025-04-15")), c.want)
	}
	b := with("AC04", "2025-03-10", "2025-03-10", "500")
	checkPayers(t, "the last day", b.at(date("2025-09-05")), "critical AFTER_RETURN")
	checkPayers(t, "180 days later", b.at(date("2025-09-06")), "none ")
}

// Bills where there was cash: half of the money of 60 days, a tenth of that of the year before, three payments in each.
func TestBillsInsteadOfCash(t *testing.T) {
	before := func(bills, cash string) *books {
		return known(bill("B-1", bills, "2024-06-03", "2024-09-02"), payment("C-1", cash, "2024-07-01"), payment("C-2", "1", "2025-01-15"))
	}
	dated := payment("R-1", "500", "2025-05-05")
	dated.Method, dated.MaturityDate = state.MethodCheque, date("2025-05-06")
	sight := payment("R-1", "500", "2025-05-05")
	sight.Method, sight.MaturityDate = state.MethodCheque, date("2025-05-05")
	now := func(b *books, bills, cash string) *books {
		return b.add(bill("R-1", bills, "2025-05-05", "2025-08-05"), payment("R-2", cash, "2025-05-06"), payment("R-3", "1", "2025-05-07"))
	}
	for _, c := range []struct {
		name  string
		books *books
		want  string
	}{
		{"half, a tenth", now(before("100", "899"), "500", "499"), "warning DEFERRED"},
		{"a cent less than half", now(before("100", "899"), "499.99", "499"), "none "},
		{"a cent more than a tenth", now(before("100.01", "899"), "500", "499"), "none "},
		{"none before", now(known(payment("C-1", "1", "2024-06-03"), payment("C-2", "1", "2024-07-01"), payment("C-3", "1", "2025-01-15")), "500", "1"), "warning DEFERRED"},
		{"two before", now(known(payment("C-1", "1", "2024-06-03"), payment("C-2", "1", "2024-07-01")), "500", "1"), "none "},
		{"two now", before("100", "899").add(bill("R-1", "500", "2025-05-05", "2025-08-05"), payment("R-2", "1", "2025-05-06")), "none "},
		{"a cheque dated ahead", before("100", "899").add(dated, payment("R-2", "499", "2025-05-06"), payment("R-3", "1", "2025-05-07")), "warning DEFERRED"},
		{"a cheque at sight", before("100", "899").add(sight, payment("R-2", "499", "2025-05-06"), payment("R-3", "1", "2025-05-07")), "none "},
		{"a bill that came back", now(before("100", "899"), "500", "499").add(returned("R-1", "500", "2025-05-20", ""), payment("R-4", "1", "2025-05-08")), "none "},
	} {
		checkPayers(t, c.name, c.books.at(date("2025-06-02")), c.want)
	}
}

// With several reasons at a level the first tells; each level has its own.
func TestReasonsOfPayerChanges(t *testing.T) {
	b := threeAccounts().add(from("P-4", "90000", "2025-05-20", "own", "Beta"))
	v := NewPayerChange().Evaluate(b.at(date("2025-05-21")))
	if v.Raise != Critical || v.Reason != newAccounts || v.Reasons[Warning] != newAccounts {
		t.Errorf("got %+v, want new accounts at both levels", v)
	}
	b = b.add(&state.PayerVerified{AccountHash: "a", VerifiedDate: date("2025-05-21")}, &state.PayerVerified{AccountHash: "b", VerifiedDate: date("2025-05-21")},
		invoice("INV-1", "900000", "2025-03-03", "2025-04-02"))
	v = NewPayerChange().Evaluate(b.at(date("2025-05-21")))
	if v.Raise != Critical || v.Reason != thirdParty || v.Reasons[Warning] != thirdParty {
		t.Errorf("verified: got %+v, want strangers", v)
	}
}

// Names of the group are in force from the day after their profiles were known, and are compared as the customer's own.
func TestWhoIsOfTheGroupIsNoStranger(t *testing.T) {
	told := date("2025-05-12")
	row := func(customer, parent state.CustomerID, name string) state.AffiliateRow {
		return state.AffiliateRow{Customer: customer, Seq: 1, Known: told, Parent: parent, Name: NameDigest(name)}
	}
	paid := func(holder string) *books {
		return known(from("P-1", "1000", "2025-05-05", "own", "Acme"), from("P-2", "1000", "2025-05-06", "own", "Acme"), from("P-3", "1000", "2025-05-07", "f", holder))
	}
	for _, c := range []struct {
		name, holder string
		rows         []state.AffiliateRow
		day, want    string
	}{
		{"nobody's", "Beta Ltd", nil, "2025-06-02", "warning THIRD_PARTY"},
		{"the parent", "BETA LIMITED", []state.AffiliateRow{row("C-1", "C-2", "Acme"), row("C-2", "", "Beta AG")}, "2025-06-02", "none "},
		{"the parent, on the day on which that became known", "Beta", []state.AffiliateRow{row("C-1", "C-2", "Acme"), row("C-2", "", "Beta")}, "2025-05-12", "warning THIRD_PARTY"},
		{"and on the next", "Beta", []state.AffiliateRow{row("C-1", "C-2", "Acme"), row("C-2", "", "Beta")}, "2025-05-13", "none "},
		{"a sister", "Beta", []state.AffiliateRow{row("C-1", "C-9", "Acme"), row("C-2", "C-9", "Beta")}, "2025-06-02", "none "},
		{"a daughter", "Beta", []state.AffiliateRow{row("C-2", "C-1", "Beta")}, "2025-06-02", "none "},
		{"a granddaughter", "Beta", []state.AffiliateRow{row("C-3", "C-1", "Gamma"), row("C-2", "C-3", "Beta")}, "2025-06-02", "warning THIRD_PARTY"},
		{"a part of the parent's name", "Beta East", []state.AffiliateRow{row("C-1", "C-2", "Acme"), row("C-2", "", "Beta")}, "2025-06-02", "warning THIRD_PARTY"},
	} {
		b := paid(c.holder)
		customer := b.customer()
		customer.Equip(&state.Day{Affiliates: (*state.Affiliates)(nil).With(c.rows)})
		checkPayers(t, c.name, &Input{View: b.see(customer, date(c.day)), Materiality: DefaultMateriality(), LimitsKnown: true}, c.want)
	}
}

func TestADigestIsThatOfWhatIsCompared(t *testing.T) {
	if a, b := NameDigest("Acme Trading Co., Ltd."), NameDigest("acme-trading"); a != b || a == 0 {
		t.Errorf("got %x and %x, want the same", a, b)
	}
	if a, b := NameDigest("Acme"), NameDigest("Acme East"); a == b {
		t.Errorf("two names: got %x for both", a)
	}
	if got := NameDigest("..."); got != 0 {
		t.Errorf("of nothing: got %x, want 0", got)
	}
}

func TestPayersWithoutARate(t *testing.T) {
	dollars := from("P-3", "1000", "2025-05-07", "own", "Beta")
	dollars.Amount.Currency = usd
	b := known(from("P-1", "1000", "2025-05-05", "own", "Acme"), from("P-2", "1000", "2025-05-06", "own", "Acme"), dollars)
	if v := NewPayerChange().Evaluate(b.at(date("2025-06-02"))); !v.NotEvaluable || v.Clear != 0 || v.Next != date("2025-06-03") {
		t.Errorf("got %+v, want not evaluable until tomorrow", v)
	}
	b = b.add(from("P-4", "1000", "2025-05-10", "b", "Acme"), from("P-5", "1000", "2025-05-10", "c", "Acme"))
	if v := NewPayerChange().Evaluate(b.at(date("2025-06-02"))); v.NotEvaluable || v.Raise != Warning || v.Reason != newAccounts || v.Clear != 0 {
		t.Errorf("two new accounts: got %+v, want a warning, and nothing clear", v)
	}
}

func TestPayerChangesAreTold(t *testing.T) {
	d := NewPayerChange()
	in := threeAccounts().add(from("P-4", "1000", "2025-05-21", "0123456789abcdef", "Beta  Holding\nLtd")).at(date("2025-05-21"))
	want := Detail{
		Facts: []Fact{
			{"new_accounts", "4", "3"},
			{"account_1", "…cdef", ""}, {"account_1_first_date", "2025-05-21", ""}, {"account_1_last_date", "2025-05-21", ""},
			{"account_2", "…", ""}, {"account_2_first_date", "2025-05-20", ""}, {"account_2_last_date", "2025-05-20", ""},
			{"account_3", "…", ""}, {"account_3_first_date", "2025-04-02", ""}, {"account_3_last_date", "2025-04-02", ""},
			{"third_party_ratio", "0.333", "0.500"}, {"third_party_amount", "1000.00", ""}, {"receipts_amount", "3000.00", ""}, {"receipts", "3", "3"},
			{"holder", "Beta Holding Ltd", ""}, {"overdue", "0.00", "500.00"}, {"methods", "unknown 3", ""},
		},
		MoneyAtRisk: eur("0"),
		ClearsIf:    []Remedy{{Do: "verify_payers", To: None}},
		Actions:     []string{"hold_orders", "verify_payer", "require_own_account"},
		Evidence:    []string{"P-4", "P-3", "P-2", "P-1"},
	}
	got := d.Describe(in, d.Evaluate(in))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	in = strangers("45000", "104999").at(date("2025-06-02"))
	got = d.Describe(in, d.Evaluate(in))
	if got := fmt.Sprint(got.Facts[0], got.ClearsIf, got.Evidence, got.Actions[0]); got != "{third_party_ratio 0.300 0.200} [{verify_payers 0 none} {pay_from_own_account 300000.01 none}] [P-3]check_third_party" {
		t.Errorf("strangers: got %s", got)
	}
	in = known(payment("P-1", "600", "2025-03-03"), returned("P-1", "600", "2025-03-10", "AC04"), from("P-2", "500", "2025-03-12", "b", "Acme")).at(date("2025-03-12"))
	got = d.Describe(in, d.Evaluate(in))
	if got := fmt.Sprint(got.Facts[:3]); got != "[{hard_return_date 2025-03-10 } {new_account_date 2025-03-12 } {days_after_return 2 30}]" {
		t.Errorf("after a return: got %s", got)
	}
}
