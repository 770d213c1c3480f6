package detectors

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

// fallen adds n invoices of an amount that fell due on a day, named by a prefix and paid in time if so told.
func (b *books) fallen(n int, prefix, amount, due string, paid bool) *books {
	for i := range n {
		id := fmt.Sprintf("%s-%d", prefix, i)
		b = b.add(&state.Invoice{InvoiceID: id, IssueDate: date(due) - 30, DueDate: date(due), Total: eur(amount)})
		if paid {
			b = b.add(payment("P-"+id, amount, due, id+" "+amount))
		}
	}
	return b
}

// d08 is the history of T-D08-1: of 20 invoices that fell due three are disputed late, of 200 in the year before four were. 110,000
// of 180,000 overdue are disputed, or less.
func d08(amounts ...string) *books {
	b := newBooks().fallen(200, "OLD", "100", "2024-09-02", true).fallen(16, "NEW", "100", "2025-05-01", true)
	for i := range 4 {
		id := fmt.Sprintf("OLD-%d", i)
		b = b.add(dispute("D-"+id, "100", "2024-09-10", id), disputeClosed("D-"+id, "2024-09-20", state.DisputeRejected))
	}
	b = b.add(invoice("I1", "60000", "2025-04-01", "2025-05-05"), invoice("I2", "50000", "2025-04-01", "2025-05-05"),
		invoice("I3", "40000", "2025-04-01", "2025-05-05"), invoice("I4", "30000", "2025-04-01", "2025-05-05"))
	for i, amount := range amounts {
		b = b.add(dispute(fmt.Sprintf("D%d", i+1), amount, "2025-05-12", fmt.Sprintf("I%d", i+1)))
	}
	return b
}

func TestTD081LateDisputesAreUnusualAndBlockWhatIsOverdue(t *testing.T) {
	b, d := d08("60000", "10000", "40000"), NewDisputeStall()
	in := b.at(date("2025-05-15"))
	v := d.Evaluate(in)
	if v.Raise != Critical || v.Clear != 0 {
		t.Errorf("got %+v, want critical", v)
	}
	want := Detail{
		Facts: []Fact{
			{"late_disputes", "3", "3"}, {"invoices_fallen_due", "20", "5"}, {"late_disputes_before", "4", ""}, {"invoices_fallen_due_before", "200", ""},
			{"blocked_amount", "110000.00", ""}, {"blocked_ratio", "0.611", "0.500"}, {"disputes_accepted_ratio", "0.000", ""},
			{"dispute_opened_date", "2025-05-12", ""}, {"due_date", "2025-05-05", ""}, {"dispute_reason", "not_told", ""},
		},
		MoneyAtRisk: eur("110000"),
		ClearsIf:    []Remedy{{Do: resolveDisputes, To: None}},
		Actions:     []string{"resolve_dispute", "collect_undisputed_part", "escalate_dispute"},
		Evidence:    []string{"D3", "I3", "D2", "I2", "D1", "I1"},
	}
	if diff := cmp.Diff(want, d.Describe(in, v)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	for share, want := range map[string]Level{"30000": Critical, "29999.99": Warning} { // half of 180,000
		if v := d.Evaluate(d08("60000", share, "0").at(date("2025-05-15"))); v.Raise != want {
			t.Errorf("60,000 and %s: got %v, want %v", share, v.Raise, want)
		}
	}
}

func TestTD082TwoOfThemAccepted(t *testing.T) {
	b := d08("60000", "10000", "40000")
	for _, c := range []struct {
		name   string
		closed []state.Body
		raise  Level
		clear  Rungs
	}{
		{"two accepted", []state.Body{disputeClosed("D1", "2025-05-14", state.DisputeAccepted), disputeClosed("D2", "2025-05-14", state.DisputeAccepted)}, None, AllRungs},
		{"one accepted", []state.Body{disputeClosed("D2", "2025-05-14", state.DisputeAccepted)}, Warning, Rung(Critical)},
		{"two accepted tomorrow", []state.Body{disputeClosed("D1", "2025-05-16", state.DisputeAccepted), disputeClosed("D2", "2025-05-16", state.DisputeAccepted)}, Critical, 0},
		{"two rejected", []state.Body{disputeClosed("D1", "2025-05-14", state.DisputeRejected), disputeClosed("D2", "2025-05-14", state.DisputeWithdrawn)}, Warning, Rung(Critical)},
		{"all rejected", []state.Body{disputeClosed("D1", "2025-05-14", state.DisputeRejected), disputeClosed("D2", "2025-05-14", state.DisputeRejected), disputeClosed("D3", "2025-05-14", state.DisputeRejected)}, None, AllRungs},
	} {
		if v := NewDisputeStall().Evaluate(b.add(c.closed...).at(date("2025-05-15"))); v.Raise != c.raise || v.Clear != c.clear {
			t.Errorf("%s: got %+v, want %v, clear %03b", c.name, v, c.raise, c.clear)
		}
	}
}

func TestPartlyAcceptedFromHalfOn(t *testing.T) {
	for accepted, want := range map[string]Level{"5000": None, "4999.99": Warning, "": Warning} {
		partly := disputeClosed("D1", "2025-05-14", state.DisputePartly)
		if accepted != "" {
			partly.Accepted = eur(accepted)
		}
		if v := NewDisputeStall().Evaluate(d08("10000", "10000").add(partly).at(date("2025-05-15"))); v.Raise != want {
			t.Errorf("%q of 10,000: got %v, want %v", accepted, v.Raise, want)
		}
	}
}

func TestWhatIsALateDispute(t *testing.T) {
	second := dispute("D9", "100", "2025-05-20", "X-0")
	delivered := func(on string) *state.Invoice {
		i := invoice("E-1", "1000", "2025-03-01", "2025-06-30")
		i.DeliveryDate = date(on)
		return i
	}
	owed := newBooks().fallen(5, "X", "1000", "2025-05-05", false).add(second)
	early := invoice("E-1", "1000", "2025-03-01", "2025-06-30")
	for _, c := range []struct {
		name  string
		books *books
		late  bool
	}{
		{"before the due date", owed.add(early, dispute("D1", "100", "2025-05-20", "E-1")), false},
		{"on the due date", owed.add(dispute("D1", "100", "2025-05-05", "X-1")), false},
		{"on the day after", owed.add(dispute("D1", "100", "2025-05-06", "X-1")), true},
		{"after a due date on a Saturday that was rolled", owed.add(invoice("E-1", "1000", "2025-03-01", "2025-05-10"), dispute("D1", "100", "2025-05-12", "E-1")), false},
		{"three business days after a call", owed.add(early, contact("C1", "2025-05-15", phone, voicemail), dispute("D1", "100", "2025-05-20", "E-1")), true},
		{"four after", owed.add(early, contact("C1", "2025-05-14", phone, voicemail), dispute("D1", "100", "2025-05-20", "E-1")), false},
		{"on the day of a call", owed.add(early, contact("C1", "2025-05-20", phone, voicemail), dispute("D1", "100", "2025-05-20", "E-1")), true},
		{"after the customer called", owed.add(early, inbound("C1", "2025-05-20", phone), dispute("D1", "100", "2025-05-20", "E-1")), false},
		{"31 days after the delivery", owed.add(delivered("2025-04-19"), dispute("D1", "100", "2025-05-20", "E-1")), true},
		{"30 days after", owed.add(delivered("2025-04-20"), dispute("D1", "100", "2025-05-20", "E-1")), false},
		{"of the same invoice", owed.add(dispute("D1", "100", "2025-05-12", "X-0")), false},
		{"of an invoice that is cancelled", owed.add(dispute("D1", "100", "2025-05-12", "X-1"), &state.InvoiceCancelled{InvoiceID: "X-1", CancelDate: date("2025-05-13")}).fallen(1, "Y", "1000", "2025-05-05", false), false},
		{"of two invoices, one of them due", owed.add(early, dispute("D1", "100", "2025-05-12", "E-1", "X-2")), true},
		{"59 days ago", owed.add(dispute("D1", "100", "2025-05-06", "X-1")), true},
	} {
		v := NewDisputeStall().Evaluate(c.books.at(date("2025-05-20")))
		if got := v.Raise == Warning; got != c.late {
			t.Errorf("%s: got %v, want late %v", c.name, v.Raise, c.late)
		}
	}
	aged := owed.add(dispute("D1", "100", "2025-05-06", "X-1"))
	for day, want := range map[string]Level{"2025-07-04": Warning, "2025-07-05": None} {
		if v := NewDisputeStall().Evaluate(aged.fallen(5, "Z", "1000", "2025-06-10", false).at(date(day))); v.Raise != want {
			t.Errorf("%s: got %v, want %v", day, v.Raise, want)
		}
	}
}

// A warning takes a share: of at least five invoices that fell due, and twice what was usual or 4 of 100.
func TestLateDisputesAreHeldAgainstWhatFellDue(t *testing.T) {
	two := func(b *books) *books {
		return b.add(dispute("D1", "100", "2025-05-12", "A-0"), dispute("D2", "100", "2025-05-12", "A-1"))
	}
	usual := func(disputed, due int) *books {
		b := newBooks().fallen(due, "OLD", "100", "2024-09-02", true).fallen(20, "A", "1000", "2025-05-05", false)
		for i := range disputed {
			id := fmt.Sprintf("OLD-%d", i)
			b = b.add(dispute("D-"+id, "100", "2024-09-10", id), disputeClosed("D-"+id, "2024-09-20", state.DisputeRejected))
		}
		return b
	}
	for _, c := range []struct {
		name  string
		books *books
		raise Level
	}{
		{"4 fell due", two(newBooks().fallen(4, "A", "1000", "2025-05-05", false)), None},
		{"5 fell due", two(newBooks().fallen(5, "A", "1000", "2025-05-05", false)), Warning},
		{"4 of 100", two(newBooks().fallen(50, "A", "1000", "2025-05-05", false)), Warning},
		{"less than that", two(newBooks().fallen(51, "A", "1000", "2025-05-05", false)), None},
		{"twice what was usual", two(usual(1, 20)), Warning},
		{"less than twice", two(usual(1, 19)), None},
		{"too little history: 0", two(usual(4, 4)), Warning},
	} {
		if v := NewDisputeStall().Evaluate(c.books.at(date("2025-05-15"))); v.Raise != c.raise {
			t.Errorf("%s: got %v, want %v", c.name, v.Raise, c.raise)
		}
	}
	few := newBooks().fallen(3, "A", "1000", "2025-05-05", false)
	for i := range 3 {
		few = few.add(dispute(fmt.Sprint("D", i), "1000", "2025-05-12", fmt.Sprint("A-", i)))
	}
	if v := NewDisputeStall().Evaluate(few.at(date("2025-05-15"))); v.Raise != Critical {
		t.Errorf("3 of 3 that fell due, all blocked: got %v, want critical", v.Raise)
	}
}

// What many customers dispute is no stall, from the day on which that was known.
func TestACommonCauseExcuses(t *testing.T) {
	b := newBooks()
	for i := range 5 {
		batch := invoice(fmt.Sprint("A-", i), "1000", "2025-04-01", "2025-05-05")
		batch.Batch = "B-7"
		b = b.add(batch)
	}
	b = b.add(dispute("D1", "1000", "2025-05-12", "A-0"), dispute("D2", "1000", "2025-05-12", "A-1"), dispute("D3", "1000", "2025-05-12", "A-2"))
	for day, want := range map[string]Level{"2025-05-15": Critical, "2025-05-16": None, "2025-09-16": None} {
		v := NewDisputeStall().Evaluate(b.excusing("B-7", date("2025-05-16")).at(date(day)))
		if v.Raise != want || want == None && v.Clear != AllRungs {
			t.Errorf("%s: got %+v, want %v", day, v, want)
		}
	}
	if v := NewDisputeStall().Evaluate(b.excusing("B-8", date("2025-05-01")).at(date("2025-05-16"))); v.Raise != Critical {
		t.Errorf("another batch: got %v, want critical", v.Raise)
	}
	if v := NewDisputeStall().Evaluate(b.add(&state.Invoice{
		InvoiceID: "A-1", IssueDate: date("2025-04-01"), DueDate: date("2025-05-05"), Total: eur("1000"),
	}).excusing("", date("2025-05-01")).excusing("B-7", date("2025-05-01")).at(date("2025-05-16"))); v.Raise != None {
		t.Errorf("one of no batch: got %v, want none", v.Raise)
	}
}
