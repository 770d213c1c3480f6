package detectors

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

func returned(payment, amount, on, code string) *state.Return {
	return &state.Return{PaymentID: payment, Amount: eur(amount), ReturnDate: date(on), ReasonCode: code}
}

// debited is a customer whose debit of 40,000 for an invoice of that came back on Tuesday, 6 May 2025.
func debited(code string) *books {
	return newBooks(
		invoice("INV-1", "40000", "2025-03-03", "2025-04-02"), payment("P-1", "40000", "2025-04-30", "INV-1 40000"),
		returned("P-1", "40000", "2025-05-06", code),
	)
}

func raised(d Detector, b *books, day string) Level { return d.Evaluate(b.at(date(day))).Raise }

// T-D04-1.
func TestD041AReplacedReturnIsAWarning(t *testing.T) {
	d, b := NewPaymentReturned(), debited("AM04").add(payment("P-2", "40000", "2025-05-12", "INV-1 40000"))
	for _, c := range []struct {
		day   string
		raise Level
		clear Rungs
		next  string
	}{
		{"2025-05-05", None, AllRungs, "2025-05-06"},
		{"2025-05-06", Warning, Rung(Critical), "2025-05-12"},
		{"2025-05-13", Warning, Rung(Critical), "2025-05-14"},
		{"2025-05-14", Warning, Rung(Critical), "2025-08-04"},
		{"2025-08-03", Warning, Rung(Critical), "2025-08-04"},
		{"2025-08-04", None, AllRungs, ""},
	} {
		next := state.Date(0)
		if c.next != "" {
			next = date(c.next)
		}
		if v := d.Evaluate(b.at(date(c.day))); v.Raise != c.raise || v.Clear != c.clear || v.Next != next {
			t.Errorf("%s: got %v, clear %03b, next %v, want %v, %03b, %v", c.day, v.Raise, v.Clear, v.Next, c.raise, c.clear, next)
		}
	}
	if got := d.Sign().ClearHoldDays; got != 14 {
		t.Errorf("hold: got %d days, want 14, so that it clears on 2025-08-18", got)
	}
}

// T-D04-2.
func TestD042AReturnThatIsNotReplacedIsCritical(t *testing.T) {
	d, b := NewPaymentReturned(), debited("AM04")
	if got := raised(d, b, "2025-05-13"); got != Warning {
		t.Errorf("on the last day: got %v, want warning", got)
	}
	if got := raised(d, b, "2025-05-14"); got != Critical {
		t.Errorf("a day later: got %v, want critical", got)
	}
	for _, c := range []struct {
		name  string
		with  state.Body
		day   string
		raise Level
	}{
		{"95 % of it", payment("P-2", "38000", "2025-05-13"), "2025-05-14", Warning},
		{"a cent less", payment("P-2", "37999.99", "2025-05-13"), "2025-05-14", Critical},
		{"paid before it came back", payment("P-2", "40000", "2025-05-05"), "2025-05-14", Critical},
		{"paid on the day on which it came back", payment("P-2", "40000", "2025-05-06"), "2025-05-14", Warning},
		{"replaced late", payment("P-2", "40000", "2025-06-02"), "2025-06-02", Warning},
		{"a day before that", payment("P-2", "40000", "2025-06-02"), "2025-06-01", Critical},
		{"uncleared", func() *state.Payment {
			p := payment("P-2", "40000", "2025-05-12")
			p.Cleared = state.FlagFalse
			return p
		}(), "2025-05-14", Critical},
		{"a deposit", func() *state.Payment {
			p := payment("P-2", "40000", "2025-05-12")
			p.DepositForOrder = "SO-1"
			return p
		}(), "2025-05-14", Critical},
		{"a bill that is not due yet", bill("P-2", "40000", "2025-05-12", "2025-05-14"), "2025-05-14", Critical},
		{"a bill past its maturity", bill("P-2", "40000", "2025-05-12", "2025-05-13"), "2025-05-14", Warning},
	} {
		if got := raised(d, b.add(c.with), c.day); got != c.raise {
			t.Errorf("%s: got %v, want %v", c.name, got, c.raise)
		}
	}
}

func bill(id, amount, value, maturity string, for_ ...string) *state.Payment {
	p := payment(id, amount, value, for_...)
	p.Method, p.BillKind, p.MaturityDate = state.MethodBill, state.BillKindCommercial, date(maturity)
	return p
}

// T-D04-3, and what every other code says.
func TestD043CodesTellWhatAReturnSays(t *testing.T) {
	for code, want := range map[string]Level{
		"AC01": None, "R03": None, "R04": None, "AM05": None, "TECH": None, "RR03": None,
		"AM04": Warning, "AM06": Warning, "R01": Warning, "R09": Warning, "04": Warning, "MS02": Warning, "MD06": Warning, "R08": Warning,
		"AC04": Critical, "AC06": Critical, "R02": Critical, "R16": Critical,
		"": Warning, "ZZ99": Warning, " ac04 ": Critical,
	} {
		if got := raised(NewPaymentReturned(), debited(code), "2025-05-06"); got != want {
			t.Errorf("%q: got %v, want %v", code, got, want)
		}
	}
}

func TestAReturnedBillIsDishonouredWhateverTheCode(t *testing.T) {
	for _, code := range []string{"", "AM04", "TECH"} {
		b := newBooks(invoice("INV-1", "40000", "2025-03-03", "2025-04-02"), bill("P-1", "40000", "2025-04-02", "2025-05-05", "INV-1 40000"),
			returned("P-1", "40000", "2025-05-06", code))
		if got := raised(NewPaymentReturned(), b, "2025-05-06"); got != Critical {
			t.Errorf("%q: got %v, want critical", code, got)
		}
	}
}

func TestAReturnIsHeldAgainstWhatIsMaterialOnItsDay(t *testing.T) {
	small := func(amount, code string) *books {
		return newBooks(invoice("INV-1", "100000", "2025-03-03", "2025-06-02"), payment("P-1", amount, "2025-04-30", "INV-1 "+amount),
			returned("P-1", amount, "2025-05-06", code), payment("P-9", amount, "2025-05-07"))
	}
	for _, c := range []struct {
		name  string
		books *books
		want  Level
	}{
		{"1 % of the receivables", small("1000", "AM04"), Warning},
		{"a cent less", small("999.99", "AM04"), None},
		{"however small, for good", small("1", "AC04"), Critical},
		{"what is owed later does not count", small("1000", "AM04").add(invoice("INV-2", "900000", "2025-05-07", "2025-06-10")), Warning},
		{"what was owed then does", small("1000", "AM04").add(invoice("INV-2", "1", "2025-05-06", "2025-06-10")), None},
	} {
		if got := raised(NewPaymentReturned(), c.books, "2025-05-20"); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	tiny := newBooks(invoice("INV-1", "500", "2025-03-03", "2025-04-02"), payment("P-1", "499.99", "2025-04-30"), returned("P-1", "499.99", "2025-05-06", ""))
	if got := raised(NewPaymentReturned(), tiny, "2025-05-06"); got != None {
		t.Errorf("a cent below 500: got %v, want none", got)
	}
}

func TestASecondReturnIsCritical(t *testing.T) {
	two := func(amount, on string) *books {
		return debited("AM04").add(payment("P-2", "40000", "2025-05-07"),
			payment("P-3", amount, on), returned("P-3", amount, on, "AM04"), payment("P-4", amount, on))
	}
	d := NewPaymentReturned()
	if got := raised(d, two("30000", "2025-08-03"), "2025-08-03"); got != Critical {
		t.Errorf("89 days later: got %v, want critical", got)
	}
	if got := raised(d, two("30000", "2025-08-04"), "2025-08-04"); got != Warning {
		t.Errorf("90 days later: got %v, want warning", got)
	}
}

func TestADebitPresentedAgainCountsOnce(t *testing.T) {
	again := func(amount, on, id string) *books {
		p := payment("P-2", amount, "2025-05-13", "INV-1 "+amount)
		p.EndToEndID = id
		return debited("AM04").add(payment("P-9", "100000", "2025-05-07"), p, returned("P-2", amount, on, "AM04"))
	}
	named := func(id string, b *books) *books {
		p := payment("P-1", "40000", "2025-04-30", "INV-1 40000")
		p.EndToEndID = id
		return b.add(p)
	}
	for _, c := range []struct {
		name  string
		books *books
		want  Level
	}{
		{"the same amount, ten business days later", again("40000", "2025-05-20", ""), Warning},
		{"eleven", again("40000", "2025-05-21", ""), Critical},
		{"another amount", again("39999.99", "2025-05-20", ""), Critical},
		{"the same id, another amount, later", named("E2E-1", again("40100", "2025-06-20", "E2E-1")), Warning},
		{"another id", named("E2E-1", again("40000", "2025-05-20", "E2E-2")), Critical},
		{"one id alone", again("40000", "2025-05-20", "E2E-2"), Warning},
	} {
		if got := raised(NewPaymentReturned(), c.books, "2025-06-20"); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAReceiptReplacesOneReturnOnly(t *testing.T) {
	b := debited("AM04").add(payment("P-2", "30000", "2025-04-30"), returned("P-2", "30000", "2025-05-07", "AM04"))
	in := b.add(payment("P-3", "69999.99", "2025-05-09")).at(date("2025-05-20"))
	r := NewPaymentReturned().reading(in, in.View.ReturnedPayments(date("2025-05-01")))
	if r.debits[0].replaced != eur("40000").Minor || r.debits[1].replaced != eur("29999.99").Minor {
		t.Errorf("replaced: got %d and %d, want 40,000 and what is left", r.debits[0].replaced, r.debits[1].replaced)
	}
}

// Edge case 7, and a return that is taken back.
func TestOurOwnErrorIsNoReturn(t *testing.T) {
	back := returned("P-1", "40000", "2025-05-06", "AM04")
	back.BookedInError = state.FlagTrue
	if v := NewPaymentReturned().Evaluate(debited("AM04").add(back).at(date("2025-06-20"))); v.Raise != None || v.Clear != AllRungs {
		t.Errorf("got %+v, want none and clear", v)
	}
}

// Edge case 6, a refund after eight weeks, a return after a write-off, in part.
func TestReturnsThatComeOddly(t *testing.T) {
	orphan := newBooks(returned("P-1", "40000", "2025-05-06", "AM04"))
	if got := raised(NewPaymentReturned(), orphan, "2025-05-06"); got != None {
		t.Errorf("before its payment: got %v, want none", got)
	}
	if got := raised(NewPaymentReturned(), orphan.add(payment("P-1", "40000", "2025-04-30")), "2025-05-06"); got != Warning {
		t.Errorf("once its payment is known: got %v, want warning", got)
	}
	if got := raised(NewPaymentReturned(), newBooks(payment("P-1", "40000", "2025-03-11"), returned("P-1", "40000", "2025-05-06", "MD06")), "2025-05-06"); got != Warning {
		t.Errorf("a refund after eight weeks: got %v, want warning", got)
	}
	off := debited("AM04").add(&state.WriteOff{InvoiceID: "INV-1", Amount: eur("40000"), WriteOffDate: date("2025-05-02")})
	if got := raised(NewPaymentReturned(), off, "2025-05-14"); got != Critical {
		t.Errorf("after a write-off: got %v, want critical", got)
	}
	part := newBooks(payment("P-1", "40000", "2025-05-06"), returned("P-1", "10000", "2025-05-06", "AM04"))
	if got := raised(NewPaymentReturned(), part, "2025-05-14"); got != Critical {
		t.Errorf("what stays of the payment itself replaces nothing: got %v, want critical", got)
	}
}

func TestAReturnWithoutARateIsNotEvaluable(t *testing.T) {
	p, back := payment("P-1", "40000", "2025-04-30"), returned("P-1", "40000", "2025-05-06", "AM04")
	p.Amount.Currency, back.Amount.Currency = usd, usd
	b := newBooks(invoice("INV-1", "1000", "2025-03-03", "2025-04-02"), p, back)
	if v := NewPaymentReturned().Evaluate(b.at(date("2025-05-06"))); !v.NotEvaluable || v.Next != date("2025-05-07") {
		t.Errorf("got %+v, want not evaluable until tomorrow", v)
	}
	hard := *back
	hard.ReasonCode = "AC04"
	if got := raised(NewPaymentReturned(), b.add(&hard), "2025-05-06"); got != Critical {
		t.Errorf("for good: got %v, want critical, which needs no rate", got)
	}
}

func TestAReturnTellsWhatIsMissing(t *testing.T) {
	d, in := NewPaymentReturned(), debited("AM04").add(payment("P-2", "10000", "2025-05-12", "INV-1 10000")).at(date("2025-05-14"))
	got := d.Describe(in, d.Evaluate(in))
	want := Detail{
		Facts: []Fact{
			{"returned_payments", "1", "2"}, {"return_date", "2025-05-06", ""}, {"return_class", "funds", ""}, {"return_code", "AM04", ""},
			{"returned_amount", "40000.00", ""}, {"not_replaced", "30000.00", ""}, {"replace_by_date", "2025-05-13", ""},
		},
		MoneyAtRisk: eur("30000"),
		ClearsIf:    []Remedy{{"pay", eur("28000"), Warning}, {Do: "return_booked_in_error", To: None}},
		Actions:     []string{"hold_orders", "require_cleared_funds", "rebook_invoices", "call_customer"},
		Evidence:    []string{"P-1", "INV-1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	in = debited("AC06").add(payment("P-2", "40000", "2025-05-12", "INV-1 40000")).at(date("2025-05-14"))
	got = d.Describe(in, d.Evaluate(in))
	if last := got.Facts[len(got.Facts)-1]; last != (Fact{"days_to_replacement", "6", ""}) || got.Actions[3] != "notify_insurer" {
		t.Errorf("for good: got %v, %v, want it replaced after 6 days, the insurer to know", last, got.Actions)
	}
}
