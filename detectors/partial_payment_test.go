package detectors

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

// inParts is a customer whose invoices, due on 1 April 2025, were paid on 10 April: each as "total paid".
func inParts(of ...string) *books {
	b := newBooks()
	for i, text := range of {
		var total, paid string
		fmt.Sscan(text, &total, &paid)
		id := fmt.Sprint("INV-", i+1)
		b = b.add(invoice(id, total, "2025-03-03", "2025-04-01"), payment("P-"+id, paid, "2025-04-10", id+" "+paid))
	}
	return b
}

// T-D05-1 to T-D05-3.
func TestD05SharePaidInParts(t *testing.T) {
	d := NewPartialPayment()
	first, second := "50000 20000", "40000 30000"
	for _, c := range []struct {
		name  string
		books *books
		raise Level
		ratio string
		count string
	}{
		{"T-D05-1", inParts(first, second, "30000 30000", "80000 1000"), Critical, "0.850", "3"},
		{"T-D05-2", inParts(first, second, "30000 30000", "80000 80000"), Warning, "0.450", "2"},
		{"T-D05-3", inParts(first, second, "30000 30000", "80000 80000").add(applied("P-INV-1", "2025-04-11", state.ResidualRetention, "INV-1 20000")), None, "0.200", "1"},
	} {
		in := c.books.at(date("2025-04-14"))
		v := d.Evaluate(in)
		if v.Raise != c.raise || v.Raise > None && v.Reason != partialReason {
			t.Errorf("%s: got %v %s, want %v", c.name, v.Raise, v.Reason, c.raise)
		}
		facts := d.Describe(in, v).Facts
		if facts[0].Value != c.ratio || facts[1].Value != c.count || facts[2] != (Fact{"usual_partial_ratio", "0.100", ""}) {
			t.Errorf("%s: got %v, want %s of %s invoices above 0.100", c.name, facts[:3], c.ratio, c.count)
		}
	}
}

func applied(id, on string, reason state.ResidualReason, for_ ...string) *state.Application {
	a := &state.Application{PaymentID: id, AppliedDate: date(on), Allocations: payment(id, "0", on, for_...).Allocations}
	for i := range a.Allocations {
		a.Allocations[i].Residual = reason
	}
	return a
}

func TestPartsBeginAtTheirThresholds(t *testing.T) {
	for _, c := range []struct {
		name  string
		books *books
		raise Level
	}{
		{"three tenths", inParts("15000 1000", "15000 1000", "70000 70000"), Warning},
		{"a cent less", inParts("15000 1000", "14999.99 1000", "70000.01 70000.01"), None},
		{"one invoice", inParts("50000 1000", "50000 50000"), None},
		{"three invoices, half", inParts("20000 1000", "20000 1000", "10000 1000", "50000 50000"), Critical},
		{"three invoices, a cent less", inParts("20000 1000", "20000 1000", "9999.99 1000", "50000.01 50000.01"), Warning},
		{"left open within the tolerance", inParts("20000 19900", "20000 19900", "10000 10000"), None},
		{"a cent more", inParts("20000 19899.99", "20000 19899.99", "10000 10000"), Warning},
	} {
		if got := raised(NewPartialPayment(), c.books, "2025-04-14"); got != c.raise {
			t.Errorf("%s: got %v, want %v", c.name, got, c.raise)
		}
	}
}

// two is a customer with two equal invoices paid in the same way, whatever way that is.
func two(due, paid string, more func(id string) []state.Body) *books {
	b := newBooks()
	for _, id := range []string{"INV-1", "INV-2"} {
		b = b.add(invoice(id, "10000", "2025-03-03", due), payment("P-"+id, "4000", paid, id+" 4000"))
		if more != nil {
			b = b.add(more(id)...)
		}
	}
	return b
}

func TestWhatIsNoPartPayment(t *testing.T) {
	const due, late = "2025-04-01", "2025-04-10"
	with := func(reason state.ResidualReason, amount string) func(string) []state.Body {
		return func(id string) []state.Body {
			return []state.Body{applied("P-"+id, "2025-04-11", reason, id+" "+amount), payment("P-"+id, amount, late)}
		}
	}
	accepted := func(amount string, outcome state.DisputeOutcome) func(string) []state.Body {
		return func(id string) []state.Body {
			return []state.Body{
				&state.Dispute{DisputeID: "D-" + id, OpenedDate: date("2025-04-02"), InvoiceIDs: []string{id}, Amount: eur(amount)},
				disputeClosed("D-"+id, "2025-04-12", outcome),
			}
		}
	}
	plan := func(status state.RequestStatus, line string) func(string) []state.Body {
		return func(id string) []state.Body {
			return []state.Body{&state.TermsRequest{
				RequestID: "T-" + id, RequestDate: date("2025-04-02"), Type: state.RequestInstalmentPlan, Status: status, InvoiceIDs: []string{id},
				Plan: []state.DueAmount{{DueDate: date(late), Amount: eur("4000")}, {DueDate: date(line), Amount: eur("6000")}},
			}}
		}
	}
	lines := func(second string) func(string) []state.Body {
		return func(id string) []state.Body {
			i := invoice(id, "10000", "2025-03-03", second)
			i.OriginalDueDate = i.DueDate
			i.Instalments = []state.DueAmount{{DueDate: date(due), Amount: eur("4000")}}
			return []state.Body{i}
		}
	}
	for _, c := range []struct {
		name  string
		books *books
		raise Level
	}{
		{"as it is", two(due, late, nil), Warning},
		{"on the due date", two(late, late, nil), Warning},
		{"before it", two("2025-04-11", late, nil), None},
		{"retention", two(due, late, with(state.ResidualRetention, "4000")), None},
		{"withholding tax", two(due, late, with(state.ResidualWithholdingTax, "4000")), None},
		{"an agreed instalment", two(due, late, with(state.ResidualAgreedInstalment, "4000")), None},
		{"a bank fee of 50", two(due, late, with(state.ResidualBankFee, "9950")), None},
		{"a difference of exchange of 1 %", two(due, late, with(state.ResidualFX, "9900")), None},
		{"a cent more", two(due, late, with(state.ResidualFX, "9899.99")), Warning},
		{"a reason that is none", two(due, late, with(state.ResidualOther, "4000")), Warning},
		{"an accepted dispute", two(due, late, accepted("6000", state.DisputeAccepted)), None},
		{"of too little", two(due, late, accepted("5900", state.DisputeAccepted)), Warning},
		{"a rejected one", two(due, late, accepted("6000", state.DisputeRejected)), Warning},
		{"a kept plan", two(due, late, plan(state.RequestAccepted, "2025-06-02")), None},
		{"one that was asked for", two(due, late, plan(state.RequestOpen, "2025-06-02")), Warning},
		{"a line that is not due", two(due, late, lines("2025-05-02")), None},
		{"one that is", two(due, late, lines("2025-04-14")), Warning},
		{"a credit note for the rest", two(due, late, func(id string) []state.Body {
			return []state.Body{&state.CreditNote{CreditNoteID: "N-" + id, CreditDate: date(late), Amount: eur("6000"), Allocations: payment("", "0", late, id+" 6000").Allocations}}
		}), None},
		{"sold", two(due, late, func(id string) []state.Body {
			i := invoice(id, "10000", "2025-03-03", due)
			i.Factored = state.FactoringWithoutRecourse
			return []state.Body{i}
		}), None},
	} {
		if got := raised(NewPartialPayment(), c.books, "2025-04-14"); got != c.raise {
			t.Errorf("%s: got %v, want %v", c.name, got, c.raise)
		}
	}
	fee := two(due, late, with(state.ResidualBankFee, "9949.99")) // within the settlement tolerance of 50
	large := fee.add(invoice("INV-1", "9000", "2025-03-03", due), invoice("INV-2", "9000", "2025-03-03", due), payment("P-INV-1", "8949.99", late), payment("P-INV-2", "8949.99", late),
		applied("P-INV-1", "2025-04-11", state.ResidualBankFee, "INV-1 8949.99"), applied("P-INV-2", "2025-04-11", state.ResidualBankFee, "INV-2 8949.99"))
	if got := raised(NewPartialPayment(), large, "2025-04-14"); got != Warning {
		t.Errorf("a bank fee of 50.01: got %v, want warning", got)
	}
}

func TestTwoLatePaymentsOfALineArePaidInParts(t *testing.T) {
	rest := func(on string, reason state.ResidualReason) func(string) []state.Body {
		return func(id string) []state.Body {
			more := []state.Body{payment("Q-"+id, "6000", on, id+" 6000")}
			if reason != state.ResidualUnset {
				more = append(more, applied("Q-"+id, on, reason, id+" 6000"))
			}
			return more
		}
	}
	for _, c := range []struct {
		name  string
		books *books
		raise Level
	}{
		{"on two days", two("2025-04-01", "2025-04-10", rest("2025-04-11", 0)), Warning},
		{"on one day", two("2025-04-01", "2025-04-10", rest("2025-04-10", 0)), None},
		{"the first in time", two("2025-04-11", "2025-04-10", rest("2025-04-11", 0)), None},
		{"with a reason", two("2025-04-01", "2025-04-10", rest("2025-04-11", state.ResidualBankFee)), None},
		{"two lines, each at once", two("2025-04-01", "2025-04-10", func(id string) []state.Body {
			i := invoice(id, "10000", "2025-03-03", "2025-04-03")
			i.OriginalDueDate = i.DueDate
			i.Instalments = []state.DueAmount{{DueDate: date("2025-04-01"), Amount: eur("4000")}}
			return append(rest("2025-04-11", 0)(id), i)
		}), None},
		{"a completed plan", two("2025-04-01", "2025-04-10", func(id string) []state.Body {
			return append(rest("2025-04-11", 0)(id), &state.TermsRequest{
				RequestID: "T-" + id, RequestDate: date("2025-04-02"), Type: state.RequestInstalmentPlan, Status: state.RequestCompleted, InvoiceIDs: []string{id},
			})
		}), None},
	} {
		if got := raised(NewPartialPayment(), c.books, "2025-04-14"); got != c.raise {
			t.Errorf("%s: got %v, want %v", c.name, got, c.raise)
		}
	}
}

// A customer who has always paid so, six invoices a time, is no news.
func TestPartsAreHeldAgainstTheCustomersHabit(t *testing.T) {
	d := NewPartialPayment()
	habit := func(inParts, whole int) *books {
		b := two("2025-04-01", "2025-04-10", nil).add(invoice("INV-3", "10000", "2025-03-03", "2025-04-01"), payment("P-3", "10000", "2025-04-10", "INV-3 10000"))
		for i := range inParts + whole {
			id := fmt.Sprint("OLD-", i)
			b = b.add(invoice(id, "10000", "2024-06-03", "2024-07-01"))
			if i < inParts {
				b = b.add(payment("A-"+id, "4000", "2024-07-10", id+" 4000"), payment("B-"+id, "6000", "2024-07-20", id+" 6000"))
			} else {
				b = b.add(payment("A-"+id, "10000", "2024-07-10", id+" 10000"))
			}
		}
		return b
	}
	for _, c := range []struct {
		inParts, whole int
		raise          Level
		usual          portion
	}{
		{3, 3, None, portion{eur("30000").Minor, eur("60000").Minor}}, // 0.667 - 0.500
		{2, 4, Warning, portion{eur("20000").Minor, eur("60000").Minor}},
		{7, 8, Warning, portion{eur("70000").Minor, eur("150000").Minor}}, // exactly 0.200 above
		{5, 0, Warning, portion{1000, ratioUnit}},                         // too few to tell
	} {
		in := habit(c.inParts, c.whole).at(date("2025-04-14"))
		v := d.Evaluate(in)
		r := rationing{PartialPayment: d, in: in}
		r.read()
		if v.Raise != c.raise || r.baseline != c.usual {
			t.Errorf("%d of %d: got %v above %v, want %v above %v", c.inParts, c.inParts+c.whole, v.Raise, r.baseline, c.raise, c.usual)
		}
		if frozen, ok := frozenPortion(v.Baseline); ok != (c.raise > None) || ok && frozen != c.usual {
			t.Errorf("%d of %d: froze %v, want %v", c.inParts, c.inParts+c.whole, frozen, c.usual)
		}
	}
	in := habit(3, 3).at(date("2025-04-14"))
	in.Baseline = portion{1000, ratioUnit}.encode()
	if v := d.Evaluate(in); v.Raise != Warning {
		t.Errorf("against a frozen habit: got %v, want warning", v.Raise)
	}
}

func TestPartsClear(t *testing.T) {
	d := NewPartialPayment()
	for _, c := range []struct {
		name  string
		books *books
		day   string
		clear Rungs
	}{
		{"while they are in the window", inParts("5000 1000", "5000 1000", "10000 10000"), "2025-06-08", Rung(Critical)},
		{"60 days later", inParts("5000 1000", "5000 1000", "10000 10000"), "2025-06-09", AllRungs},
		{"15 %", inParts("15000 1000", "85000 85000"), "2025-04-14", Rung(Critical)},
		{"a cent less", inParts("14999.99 1000", "85000.01 85000.01"), "2025-04-14", AllRungs},
	} {
		if v := d.Evaluate(c.books.at(date(c.day)).stood(Warning, partialReason)); v.Clear != c.clear {
			t.Errorf("%s: got clear %03b, want %03b", c.name, v.Clear, c.clear)
		}
	}
}

// directed is cash of which the customer chose the invoice.
func directed(id, amount, on, for_ string) *state.Payment {
	p := payment(id, amount, on, for_+" "+amount)
	p.Allocations[0].By = state.AllocatedByCustomer
	p.RemittanceRef = id
	return p
}

// choosy is a customer with a large invoice overdue since 3 March 2025, who pays newer ones of April instead.
func choosy(due string) *books {
	return newBooks(
		invoice("OLD", "9000", "2025-01-06", "2025-03-03"),
		invoice("I-1", "1000", "2025-02-03", due), invoice("I-2", "1000", "2025-02-03", due), invoice("I-3", "2000", "2025-02-03", "2025-03-04"),
	)
}

func TestCherryPicking(t *testing.T) {
	three := func(b *books) *books {
		return b.add(directed("P-1", "1000", "2025-04-02", "I-1"), directed("P-2", "1000", "2025-04-02", "I-2"), directed("P-3", "2000", "2025-04-02", "I-3"))
	}
	ours := func(b *books) *books {
		p := directed("P-3", "2000", "2025-04-02", "I-3")
		p.Allocations[0].By = state.AllocatedBySeller
		return three(b).add(p)
	}
	for _, c := range []struct {
		name  string
		books *books
		raise Level
	}{
		{"half of it, 16 days newer", three(choosy("2025-03-19")), Warning},
		{"15 days newer", three(choosy("2025-03-18")), None},
		{"a cent less than half", three(choosy("2025-03-19")).add(directed("P-1", "999.99", "2025-04-02", "I-1")), None},
		{"two payments that the customer chose", ours(choosy("2025-03-19")), None},
		{"the old one is disputed", three(choosy("2025-03-19")).add(&state.Dispute{DisputeID: "D", OpenedDate: date("2025-03-01"), InvoiceIDs: []string{"OLD"}, Amount: eur("9000")}), None},
		{"the old one is paid on the same day", three(choosy("2025-03-19")).add(payment("P-9", "9000", "2025-04-02", "OLD 9000")), None},
		{"a day later", three(choosy("2025-03-19")).add(payment("P-9", "9000", "2025-04-03", "OLD 9000")), Warning},
		{"cash on account covers it", three(choosy("2025-03-19")).add(payment("P-9", "9000", "2025-04-02")), None},
		{"not large: below twice the median", three(choosy("2025-03-19")).add(invoice("OLD", "1999.99", "2025-01-06", "2025-03-03")), None},
		{"twice the median", three(choosy("2025-03-19")).add(invoice("OLD", "2000", "2025-01-06", "2025-03-03")), Warning},
	} {
		v := NewPartialPayment().Evaluate(c.books.at(date("2025-04-14")))
		if v.Raise != c.raise || v.Raise > None && v.Reason != cherryPicking {
			t.Errorf("%s: got %v %s, want %v", c.name, v.Raise, v.Reason, c.raise)
		}
	}
	d, in := NewPartialPayment(), three(choosy("2025-03-19")).at(date("2025-04-14"))
	got := d.Describe(in, d.Evaluate(in))
	want := []Fact{
		{"partial_ratio", "0.000", "0.300"}, {"partial_invoices", "0", "2"},
		{"newer_first_ratio", "0.500", "0.500"}, {"passed_over_amount", "9000.00", ""}, {"passed_over_days", "42", ""},
	}
	if diff := cmp.Diff(want, got.Facts); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if want := []string{"OLD", "I-2", "I-1"}; !cmp.Equal(got.Evidence, want) {
		t.Errorf("evidence: got %v, want %v", got.Evidence, want)
	}
}

func TestPartsAndCherryPickingTogetherAreCritical(t *testing.T) {
	b := choosy("2025-03-19").add(
		directed("P-1", "400", "2025-04-02", "I-1"), directed("P-2", "400", "2025-04-02", "I-2"), directed("P-3", "100", "2025-04-02", "I-2"))
	d, in := NewPartialPayment(), b.at(date("2025-04-14"))
	if v := d.Evaluate(in); v.Raise != Critical || v.Reason != partialReason {
		t.Errorf("got %v %s, want critical %s", v.Raise, v.Reason, partialReason)
	}
	if level, _ := reached(d.Explain(in)); level != Critical {
		t.Errorf("explained as %v, want critical", level)
	}
}

func TestRoundSums(t *testing.T) {
	owing := newBooks(invoice("OLD", "30000.50", "2025-01-06", "2025-04-01"), invoice("I-1", "7000", "2025-03-03", "2025-07-01"))
	round := func(first, second string) *books {
		return owing.add(payment("P-1", first, "2025-04-02"), payment("P-2", second, "2025-04-03"))
	}
	with := func(change func(p *state.Payment)) *books {
		p := payment("P-2", "6000", "2025-04-03")
		change(p)
		return round("5000", "6000").add(p)
	}
	for _, c := range []struct {
		name  string
		books *books
		day   string
		raise Level
	}{
		{"two", round("5000", "6000"), "2025-04-14", Warning},
		{"one", owing.add(payment("P-1", "5000", "2025-04-02")), "2025-04-14", None},
		{"one of 4,000", round("5000", "4000"), "2025-04-14", None},
		{"one that is not round", round("5000", "6000.01"), "2025-04-14", None},
		{"one of an invoice's open amount", round("5000", "7000"), "2025-04-14", None},
		{"one with a reference", with(func(p *state.Payment) { p.RemittanceRef = "OLD" }), "2025-04-14", None},
		{"a deposit", with(func(p *state.Payment) { p.DepositForOrder = "SO-1" }), "2025-04-14", None},
		{"one that came back", round("5000", "6000").add(returned("P-2", "6000", "2025-04-07", "TECH")), "2025-04-14", None},
		{"on the sixtieth day", round("5000", "6000"), "2025-05-31", Warning},
		{"after it", round("5000", "6000"), "2025-06-01", None},
		{"nothing is overdue any more", round("5000", "6000").add(payment("P-3", "18500.51", "2025-04-14")), "2025-04-14", None},
		{"a cent more is", round("5000", "6000").add(payment("P-3", "18500.50", "2025-04-14")), "2025-04-14", Warning},
		{"not yet overdue", round("5000", "6000").add(invoice("OLD", "30000.50", "2025-01-06", "2025-04-14")).add(&state.Invoice{
			InvoiceID: "OLD", IssueDate: date("2025-01-06"), DueDate: date("2025-04-14"), OriginalDueDate: date("2025-04-14"), Total: eur("30000.50"),
		}), "2025-04-14", None},
		{"the sum of what it was booked on", owing.add(payment("P-1", "5000", "2025-04-02"), invoice("A", "2500", "2025-03-03", "2025-07-01"), invoice("B", "3500", "2025-03-03", "2025-07-01"),
			payment("P-2", "6000", "2025-04-03"), applied("P-2", "2025-04-08", 0, "A 2500", "B 3500")), "2025-04-14", None},
	} {
		v := NewPartialPayment().Evaluate(c.books.at(date(c.day)))
		if v.Raise != c.raise || v.Raise > None && v.Reason != roundSums {
			t.Errorf("%s: got %v %s, want %v", c.name, v.Raise, v.Reason, c.raise)
		}
	}
	d, in := NewPartialPayment(), round("5000", "6000").at(date("2025-04-14"))
	if got, want := d.Describe(in, d.Evaluate(in)).ClearsIf, []Remedy{{"pay", eur("18500.51"), None}}; !cmp.Equal(got, want) {
		t.Errorf("clears if: got %v, want %v", got, want)
	}
}
