package detectors

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

// Habits are written as days late. The day of the tests is a Monday; what is settled late counts from a due date that is a
// business day, so that no day is rolled.
var slowdownDay = date("2025-12-01")

// paying is a customer with invoices of 1,000.00 settled so many days late, the last of them on a day, one each other day before.
func paying(b *books, name string, last state.Date, late ...int) *books {
	for i, days := range late {
		b = paid(b, fmt.Sprintf("%s-%d", name, i), last-state.Date(2*(len(late)-1-i)), days)
	}
	return b
}

// paid adds an invoice that was settled on a day so many days late. The settlement moves to an earlier day where the due date would
// be rolled.
func paid(b *books, id string, on state.Date, late int) *books {
	for calendar := ledger().Calendar; calendar.Roll(on-state.Date(late)) != on-state.Date(late); {
		on--
	}
	due := on - state.Date(late)
	return b.add(
		&state.Invoice{InvoiceID: id, IssueDate: min(due, on) - 30, DueDate: due, Total: eur("1000")},
		&state.Payment{PaymentID: "P-" + id, ValueDate: on, Amount: eur("1000"), Allocations: []state.Allocation{{InvoiceID: id, Amount: eur("1000")}}},
	)
}

// unpaid adds invoices that are open, so many days past due on the day of the tests.
func unpaid(b *books, days ...int) *books {
	for i, late := range days {
		due := slowdownDay - state.Date(late)
		b = b.add(&state.Invoice{InvoiceID: fmt.Sprintf("OPEN-%d", i), IssueDate: due - 30, DueDate: due, Total: eur("1000")})
	}
	return b
}

// The norm of T-D01-1: median 2.5, deviation 1.
var usual = []int{0, 2, 3, 1, 4, 2, 5, 3}

func usually() *books { return paying(newBooks(), "OLD", slowdownDay-150, usual...) }

func TestD01PaymentSlowdown(t *testing.T) {
	habitual := paying(newBooks(), "OLD", slowdownDay-150, 30, 28, 33, 31, 35, 29, 32, 30)
	for _, c := range []struct {
		name        string
		books       *books
		raise       Level
		unknown     bool
		slower2     int
		sigmas, med string
	}{
		{"T-D01-1", unpaid(paying(usually(), "NEW", slowdownDay-5, 14, 18), 21, 0), Warning, false, 31, "5.17", "2.5"},
		{"T-D01-2", unpaid(usually(), 35, 38, 41), Critical, false, 71, "11.83", "2.5"},
		{"T-D01-3", paying(usually(), "NEW", slowdownDay-5, 14, 18), None, true, 0, "", ""},
		{"T-D01-4 as ever", paying(habitual, "NEW", slowdownDay-5, 33, 31, 36), None, false, 5, "0.83", "30.5"},
		{"T-D01-4 slower", paying(habitual, "NEW", slowdownDay-5, 52, 55, 61), Critical, false, 49, "8.17", "30.5"},
	} {
		d, in := NewPaymentSlowdown(), c.books.at(slowdownDay)
		v := d.Evaluate(in)
		if v.Raise != c.raise || v.NotEvaluable != c.unknown || v.Reason != "" {
			t.Errorf("%s: got %v, not evaluable %v, reason %q, want %v, %v and none", c.name, v.Raise, v.NotEvaluable, v.Reason, c.raise, c.unknown)
		}
		p := payerOf(in, nil)
		m := d.pace(&p, slowdownDay)
		if m.known == c.unknown {
			t.Errorf("%s: known %v, want %v", c.name, m.known, !c.unknown)
		}
		if m.known && (m.slower() != c.slower2 || d.sigmas(&m) != c.sigmas || halves(m.norm.twice) != c.med) {
			t.Errorf("%s: got %s days slower, %s sigmas, median %s, want %s, %s, %s", c.name, halves(m.slower()), d.sigmas(&m), halves(m.norm.twice), halves(c.slower2), c.sigmas, c.med)
		}
	}
}

// T-D01-1 has an open line of one day past due beside the one of 21, which is not later than the norm.
func TestOpenLinesCountOnlyBeyondTheNorm(t *testing.T) {
	in := unpaid(paying(usually(), "NEW", slowdownDay-5, 14, 18), 21).at(slowdownDay)
	for days, want := range map[int]int{0: 3, 1: 3, 2: 3, 3: 4} {
		p := payerOf(in, nil)
		p.lines = append(p.lines, lateLine{"LATE", slowdownDay - state.Date(days)})
		if m := NewPaymentSlowdown().pace(&p, slowdownDay); m.count != want {
			t.Errorf("%d days past due: got %d recent payments, want %d", days, m.count, want)
		}
	}
}

func TestSlowdownBeginsToTheDayTheSigmaAndTheCent(t *testing.T) {
	wide := paying(newBooks(), "OLD", slowdownDay-150, 0, 0, 6, 6, 12, 12) // median 6, deviation 6: a spread of 8.8956
	for _, c := range []struct {
		name  string
		books *books
		raise Level
	}{
		{"12.5 against 2.5", paying(usually(), "NEW", slowdownDay-5, 12, 12, 13, 13), Warning},
		{"12 against 2.5", paying(usually(), "NEW", slowdownDay-5, 12, 12, 12), None},
		{"22.5 against 2.5", paying(usually(), "NEW", slowdownDay-5, 22, 22, 23, 23), Critical},
		{"22 against 2.5", paying(usually(), "NEW", slowdownDay-5, 22, 22, 22), Warning},
		{"23.5, twice the spread is 17.79", paying(wide, "NEW", slowdownDay-5, 23, 23, 24, 24), None},
		{"24", paying(wide, "NEW", slowdownDay-5, 24, 24, 24), Warning},
		{"32.5, three times the spread is 26.69", paying(wide, "NEW", slowdownDay-5, 32, 32, 33, 33), Warning},
		{"33", paying(wide, "NEW", slowdownDay-5, 33, 33, 33), Critical},
		{"a baseline of five is none", paying(paying(newBooks(), "OLD", slowdownDay-150, 0, 0, 0, 0, 0), "NEW", slowdownDay-5, 14, 14, 14), None},
	} {
		if v := NewPaymentSlowdown().Evaluate(c.books.at(slowdownDay)); v.Raise != c.raise || v.NotEvaluable {
			t.Errorf("%s: got %v, want %v", c.name, v.Raise, c.raise)
		}
	}
}

func TestSlowdownHearsOnlyMaterialAmounts(t *testing.T) {
	small := func(cents int64) *books {
		b := usually()
		for i, late := range []int{13, 13, 13} {
			b = paid(b, fmt.Sprint("NEW-", i), slowdownDay-state.Date(5+i), late)
			n := len(b.events)
			total := state.Money{Minor: cents, Currency: eur("0").Currency}
			b.events[n-2].Body.(*state.Invoice).Total = total
			p := b.events[n-1].Body.(*state.Payment)
			p.Amount, p.Allocations[0].Amount = total, total
		}
		return b
	}
	for _, c := range []struct {
		name  string
		books *books
		raise Level
	}{
		{"500.01 in three", small(166_67), Warning},
		{"499.98", small(166_66), None},
		{"499.98 and one that is hardly later", paid(small(166_66), "NEW-9", slowdownDay-4, 12), None},
		{"less than 1 % of the receivables", small(166_67).add(invoice("BIG", "50002", "2025-11-20", "2026-01-20")), None},
		{"1 % of them", small(166_67).add(invoice("BIG", "50001", "2025-11-20", "2026-01-20")), Warning},
	} {
		if v := NewPaymentSlowdown().Evaluate(c.books.at(slowdownDay)); v.Raise != c.raise {
			t.Errorf("%s: got %v, want %v", c.name, v.Raise, c.raise)
		}
	}
}

func TestSlowdownLooksBackAsFarAsItMust(t *testing.T) {
	for _, c := range []struct {
		name   string
		books  *books
		window int
		norm   int
	}{
		{"three in 60 days", paying(usually(), "NEW", slowdownDay-50, 3, 3, 3), 60, 8},
		{"two in 60 days, one before", paying(paying(usually(), "MID", slowdownDay-70, 3), "NEW", slowdownDay-10, 3, 3), 90, 8},
		{"one in 60 days, two in 120", paying(paying(usually(), "MID", slowdownDay-100, 3, 3), "NEW", slowdownDay-10, 3), 120, 8},
		{"two in 60 days and one open line", unpaid(paying(paying(usually(), "MID", slowdownDay-70, 3), "NEW", slowdownDay-10, 3, 3), 10), 60, 9},
	} {
		p := payerOf(c.books.at(slowdownDay), nil)
		if m := NewPaymentSlowdown().pace(&p, slowdownDay); m.window != c.window || !m.known || m.norm.count != c.norm {
			t.Errorf("%s: got %d days, known %v, a norm of %d, want %d days and a norm of %d", c.name, m.window, m.known, m.norm.count, c.window, c.norm)
		}
	}
}

// A credit note is no payment, and what was settled mostly by one says nothing of paying.
func TestSlowdownReadsOnlyWhatWasPaidInCash(t *testing.T) {
	b := paying(usually(), "NEW", slowdownDay-5, 14, 14)
	due := slowdownDay - 14
	credited := b.add(
		&state.Invoice{InvoiceID: "CN", IssueDate: due - 30, DueDate: due, Total: eur("1000")},
		&state.CreditNote{CreditNoteID: "N", CreditDate: slowdownDay - 1, Amount: eur("1000"), Allocations: []state.Allocation{{InvoiceID: "CN", Amount: eur("1000")}}},
	)
	if v := NewPaymentSlowdown().Evaluate(credited.at(slowdownDay)); !v.NotEvaluable {
		t.Errorf("two payments and a credit note: got %+v, want not evaluable", v)
	}
}

// Who has paid, though nobody has applied it yet, owes nothing.
func TestSlowdownSetsCashNotYetAppliedAgainstTheOldest(t *testing.T) {
	b := unpaid(usually(), 35, 38, 41)
	if v := NewPaymentSlowdown().Evaluate(b.add(payment("P-1", "1000", "2025-11-28")).at(slowdownDay)); !v.NotEvaluable {
		t.Errorf("one of three paid on account: got %v, want not evaluable", v.Raise)
	}
	if v := NewPaymentSlowdown().Evaluate(b.add(payment("P-1", "999.99", "2025-11-28")).at(slowdownDay)); v.Raise != Critical {
		t.Errorf("a cent less: got %v, want critical", v.Raise)
	}
}

func TestSlowdownLeavesOutWhatIsDisputed(t *testing.T) {
	b := unpaid(usually(), 35, 38, 41)
	dispute := &state.Dispute{DisputeID: "D-1", OpenedDate: slowdownDay - 44, InvoiceIDs: []string{"OPEN-1"}, Amount: eur("1000")}
	if v := NewPaymentSlowdown().Evaluate(b.add(dispute).at(slowdownDay)); !v.NotEvaluable || v.Next != slowdownDay+1 {
		t.Errorf("shielded: got %v, next %v, want not evaluable until tomorrow", v.Raise, v.Next)
	}
	if v := NewPaymentSlowdown().Evaluate(b.add(dispute).at(slowdownDay + 1)); v.Raise != Critical {
		t.Errorf("no longer shielded: got %v, want critical", v.Raise)
	}
}

// A payment that comes back takes its lateness along, and the invoice is open again since its due date.
func TestSlowdownForgetsAPaymentThatCameBack(t *testing.T) {
	b := paying(usually(), "NEW", slowdownDay-5, 2, 2, 2)
	b = b.add(&state.Return{PaymentID: "P-NEW-2", ReturnDate: slowdownDay - 1, Amount: eur("1000")})
	p := payerOf(b.at(slowdownDay), nil)
	m := NewPaymentSlowdown().pace(&p, slowdownDay)
	if len(p.lines) != 1 || m.count != 3 {
		t.Errorf("got %d open lines and %d recent payments, want 1 and 3", len(p.lines), m.count)
	}
}

func TestSlowdownOfANewCustomer(t *testing.T) {
	for _, c := range []struct {
		name  string
		books *books
		raise Level
	}{
		{"a median of 15", paying(newBooks(), "NEW", slowdownDay-5, 15, 15, 40), Warning},
		{"14.5", paying(newBooks(), "NEW", slowdownDay-5, 14, 14, 15, 40), None},
		{"30", unpaid(paying(newBooks(), "NEW", slowdownDay-5, 14, 30), 31), Critical},
		{"29", unpaid(paying(newBooks(), "NEW", slowdownDay-5, 14, 29), 31), Warning},
		{"open since Friday counts", unpaid(paying(newBooks(), "NEW", slowdownDay-5, 20), 3, 20), Warning},
	} {
		v := NewPaymentSlowdown().Evaluate(c.books.at(slowdownDay))
		if v.Raise != c.raise || v.NotEvaluable || v.Raise > None && v.Reason != coldStart || v.Baseline != nil {
			t.Errorf("%s: got %v, reason %q, baseline %v, want %v", c.name, v.Raise, v.Reason, v.Baseline, c.raise)
		}
	}
}

// An episode is judged by the baseline that it froze, whatever the customer has made his habit since.
func TestSlowdownIsJudgedByTheFrozenBaseline(t *testing.T) {
	slow := paying(usually(), "NEW", slowdownDay-5, 14, 14, 14)
	frozen := NewPaymentSlowdown().Evaluate(slow.at(slowdownDay)).Baseline
	if n, ok := decodeNorm(frozen); !ok || n != (norm{5, 4, 8}) {
		t.Fatalf("got baseline %+v, want a median of 2.5, a deviation of 1 and 8 payments", n)
	}
	habit := paying(newBooks(), "OLD", slowdownDay-150, 14, 14, 14, 14, 14, 14)
	for _, c := range []struct {
		name  string
		late  []int
		raise Level
		clear Rungs
	}{
		{"as slow as ever since", []int{14, 14, 14}, Warning, Rung(Critical)},
		{"5 days slower", []int{7, 7, 8, 8}, None, Rung(Critical)},
		{"4.5 days slower", []int{7, 7, 7}, None, AllRungs},
	} {
		in := paying(habit, "NEW", slowdownDay-5, c.late...).at(slowdownDay).stood(Warning, "")
		in.Baseline = frozen
		if v := NewPaymentSlowdown().Evaluate(in); v.Raise != c.raise || v.Clear != c.clear || v.Baseline != nil {
			t.Errorf("%s: got %v, clear %03b, baseline %v, want %v, %03b, none", c.name, v.Raise, v.Clear, v.Baseline, c.raise, c.clear)
		}
	}
}

func TestSlowdownDoesNotClearWhileSomethingSoLateIsOpen(t *testing.T) {
	frozen := norm{5, 4, 8}.encode()
	for _, c := range []struct {
		name  string
		books *books
		clear Rungs
	}{
		{"12 days past due", unpaid(paying(usually(), "NEW", slowdownDay-5, 3, 3, 3), 12), AllRungs},
		{"13 days past due", unpaid(paying(usually(), "NEW", slowdownDay-5, 3, 3, 3), 13), Rung(Critical)},
		{"too few payments, nothing so late open", unpaid(paying(usually(), "NEW", slowdownDay-5, 3), 12), AllRungs},
		{"too few payments, something so late open", unpaid(paying(usually(), "NEW", slowdownDay-5, 3), 13), 0},
	} {
		in := c.books.at(slowdownDay).stood(Warning, "")
		in.Baseline = frozen
		if v := NewPaymentSlowdown().Evaluate(in); v.Raise != None || v.Clear != c.clear {
			t.Errorf("%s: got %v, clear %03b, want %03b", c.name, v.Raise, v.Clear, c.clear)
		}
	}
}

// The episode of a new customer takes the baseline of the first day that has one.
func TestAColdStartTakesTheFirstBaseline(t *testing.T) {
	b := paying(paying(newBooks(), "OLD", slowdownDay-60, 2, 2, 2, 2, 2, 2), "NEW", slowdownDay-5, 20, 20, 20)
	before := NewPaymentSlowdown().Evaluate(b.at(slowdownDay-1).stood(Warning, coldStart))
	if before.Baseline != nil || before.Next > slowdownDay {
		t.Errorf("the day before: got baseline %v, next %v, want none yet and %v", before.Baseline, before.Next, slowdownDay)
	}
	v := NewPaymentSlowdown().Evaluate(b.at(slowdownDay).stood(Warning, coldStart))
	if n, ok := decodeNorm(v.Baseline); !ok || n.count != 6 || n.twice != 4 || v.Raise != Warning || v.Reason != "" {
		t.Errorf("got %v, reason %q, baseline %+v, want a warning by a norm of 2 days", v.Raise, v.Reason, n)
	}
}

// discounts adds invoices with a discount, taken or not, the last settled on a day.
func discounts(b *books, name string, last state.Date, taken ...bool) *books {
	for i, took := range taken {
		on := last - state.Date(3*(len(taken)-1-i))
		inv := &state.Invoice{InvoiceID: fmt.Sprint(name, i), IssueDate: on - 10, DueDate: on, DiscountUntil: on - 1, Total: eur("1000")}
		if took {
			inv.DiscountUntil = on
		}
		b = b.add(inv, &state.Payment{PaymentID: "P-" + inv.InvoiceID, ValueDate: on, Amount: eur("1000"), Allocations: []state.Allocation{{InvoiceID: inv.InvoiceID, Amount: eur("1000")}}})
	}
	return b
}

func TestADiscountThatIsTakenNoMoreIsAnInfo(t *testing.T) {
	const y, n = true, false
	old := slowdownDay - 200
	for _, c := range []struct {
		name         string
		books        *books
		raise, stood bool
	}{
		{"five of six, none of three", discounts(discounts(newBooks(), "OLD", old, y, y, y, n, y, y), "NEW", slowdownDay-5, n, n, n), true, true},
		{"three of six", discounts(discounts(newBooks(), "OLD", old, y, n, y, n, y, n), "NEW", slowdownDay-5, n, n, n), false, true},
		{"three of five", discounts(discounts(newBooks(), "OLD", old, y, n, y, n, y), "NEW", slowdownDay-5, n, n, n), false, true},
		{"six of ten", discounts(discounts(newBooks(), "OLD", old, y, y, y, y, y, y, n, n, n, n), "NEW", slowdownDay-5, n, n, n), true, true},
		{"one of the last three", discounts(discounts(newBooks(), "OLD", old, y, y, y, y, y, y), "NEW", slowdownDay-5, n, y, n), false, false},
		{"the first of them is 485 days old", discounts(discounts(newBooks(), "OLD", slowdownDay-470, y, y, y, y, y, y), "NEW", slowdownDay-5, n, n, n), false, true},
		{"and one of 484 days", discounts(discounts(newBooks(), "OLD", slowdownDay-469, y, y, y, y, y, y), "NEW", slowdownDay-5, n, n, n), true, true},
	} {
		v := NewPaymentSlowdown().Evaluate(c.books.at(slowdownDay))
		if (v.Raise == Info) != c.raise || v.Raise > Info || c.raise && v.Reason != discountLost {
			t.Errorf("%s: got %v, reason %q, want raised %v", c.name, v.Raise, v.Reason, c.raise)
		}
		v = NewPaymentSlowdown().Evaluate(c.books.at(slowdownDay).stood(Info, discountLost))
		if v.Clear.Has(Info) == c.stood {
			t.Errorf("%s: standing, got clear %03b", c.name, v.Clear)
		}
	}
}

func TestAWarningsReasonWinsOverTheDiscounts(t *testing.T) {
	b := discounts(newBooks(), "OLD", slowdownDay-130, true, true, true, true, true, true, true, true)
	for i, days := range []int{20, 20, 20} {
		b = paid(b, fmt.Sprint("NEW-", i), slowdownDay-state.Date(5+i), days)
		b.events[len(b.events)-2].Body.(*state.Invoice).DiscountUntil = slowdownDay - 60
	}
	v := NewPaymentSlowdown().Evaluate(b.at(slowdownDay))
	if v.Raise != Critical || v.Reason != "" {
		t.Errorf("got %v, reason %q, want critical and none", v.Raise, v.Reason)
	}
}

func TestSlowdownTellsOfPaceNormAndTheWorst(t *testing.T) {
	d, in := NewPaymentSlowdown(), unpaid(paying(usually(), "NEW", slowdownDay-5, 14, 18), 21, 0).at(slowdownDay)
	got := d.Describe(in, d.Evaluate(in))
	want := Detail{
		Facts: []Fact{
			{"days_slower", "15.5", "10"}, {"recent_median_days", "18.0", ""}, {"baseline_median_days", "2.5", ""}, {"sigmas", "5.17", "2.00"},
			{"baseline_deviation_days", "1.00", ""}, {"recent_count", "3", "3"}, {"recent_window_days", "60", ""}, {"baseline_count", "8", "6"},
			{"affected_amount", "3000.00", "500.00"},
			{"worst_1_days_late", "21", ""}, {"worst_1_issue_date", "2025-10-11", ""},
			{"worst_2_days_late", "18", ""}, {"worst_2_issue_date", "2025-10-08", ""},
			{"worst_3_days_late", "14", ""}, {"worst_3_issue_date", "2025-10-11", ""},
			{"late_days_by_month", "- - - - - - 2.5 - - - - 16.0", ""},
		},
		MoneyAtRisk: eur("2000"),
		ClearsIf:    []Remedy{{Do: "pay_as_before"}}, // two late payments are left: too few to judge, until there is a third
		Actions:     []string{"call_customer", "freeze_limit_increases", "review_monthly"},
		Evidence:    []string{"OPEN-0", "NEW-1", "NEW-0"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// What is still open gets later while the hold runs: an amount after which the level would be back by then is no way out.
func TestWhatEndsASlowdownLastsThroughItsHold(t *testing.T) {
	one, all := Remedy{Do: "pay", Amount: eur("1000"), To: Warning}, Remedy{Do: "pay", Amount: eur("4000"), To: None}
	for hold, want := range map[int][]Remedy{0: {one, all}, 1: {one, all}, 2: {all}, 14: {all}} {
		d, in := NewPaymentSlowdown(), unpaid(usually(), 25, 24, 21, 20).at(slowdownDay) // of the last three the median is 20 days slower in two days
		in.HoldDays = hold
		if diff := cmp.Diff(want, d.Describe(in, d.Evaluate(in)).ClearsIf); diff != "" {
			t.Errorf("with a hold of %d days: want -, got +\n%s", hold, diff)
		}
	}
}

// One late payment beside two prompt ones says nothing, two beside a prompt one do.
func TestCashEndsASlowdownWhereTheNextPaymentsDoNotBringItBack(t *testing.T) {
	for late, want := range map[int][]Remedy{
		1: {{Do: "pay", Amount: eur("2000"), To: None}},
		2: {{Do: "pay_as_before"}},
	} {
		open := []int{21, 20}[late-1:]
		d, in := NewPaymentSlowdown(), unpaid(paying(usually(), "NEW", slowdownDay-5, []int{14, 18}[:late]...), open...).at(slowdownDay)
		in.HoldDays = 14
		if diff := cmp.Diff(want, d.Describe(in, d.Evaluate(in)).ClearsIf); diff != "" {
			t.Errorf("%d late: want -, got +\n%s", late, diff)
		}
	}
}

func TestSlowdownIsRaisedOnADatePast(t *testing.T) {
	b := paying(usually(), "NEW", slowdownDay-30, 14, 14, 14)
	d, customer := NewPaymentSlowdown(), b.customer()
	for day, want := range map[state.Date]Level{slowdownDay - 60: None, slowdownDay - 30: Warning, slowdownDay: Warning} {
		if got := d.Evaluate(&Input{View: b.see(customer, day), Materiality: DefaultMateriality()}).Raise; got != want {
			t.Errorf("%v: got %v, want %v", day, got, want)
		}
	}
}

func TestANormIsWhatSortingGives(t *testing.T) {
	for _, values := range [][]int{{0}, {-30, 180}, {5, 5, 5, 5}, {0, 2, 3, 1, 4, 2, 5, 3}, {30, 28, 33, 31, 35, 29, 32, 30}, {-7, -6, 100}, {-3, -3, -2, 9}} {
		var s spread
		for _, v := range values {
			s.add(v)
		}
		twice := twiceMedian(slices.Clone(values))
		var distances []int
		for _, v := range values {
			distances = append(distances, max(2*v-twice, twice-2*v))
		}
		if got, want := s.norm(), (norm{twice, twiceMedian(distances), len(values)}); got != want {
			t.Errorf("%v: got %+v, want %+v", values, got, want)
		}
		if back, ok := decodeNorm(s.norm().encode()); !ok || back != s.norm() {
			t.Errorf("%v: %+v comes back", values, back)
		}
	}
}
