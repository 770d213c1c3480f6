package detectors

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

// owes is a customer who owes an amount that falls due on a day.
func owes(total, due string) *books { return newBooks(invoice("INV-1", total, "2025-01-02", due)) }

// d02 is the history of T-D02-1, of debts that fell due on a day.
func d02(due string) *books {
	return owes("400000", due).add(
		promise("P1", "100000", "2025-03-10", "2025-03-14"), payment("PAY-1", "30000", "2025-03-17"),
		promise("P2", "70000", "2025-03-20", "2025-03-28"),
		promise("P3", "70000", "2025-04-03", "2025-04-11"), payment("PAY-3", "20000", "2025-04-14"),
	)
}

type promiseDay struct {
	day   string
	raise Level
	next  string // where it is the promises that name it
}

func checkPromiseDays(t *testing.T, b *books, days ...promiseDay) {
	t.Helper()
	for _, c := range days {
		v := NewBrokenPromise().Evaluate(b.at(date(c.day)))
		if v.Raise != c.raise || v.Clear != above(c.raise) || v.NotEvaluable {
			t.Errorf("%s: got %+v, want %v", c.day, v, c.raise)
		}
		if c.next != "" && v.Next != date(c.next) {
			t.Errorf("%s: next is %v, want %s", c.day, v.Next, c.next)
		}
	}
}

func TestTD021ThreePromisesBrokenInARow(t *testing.T) {
	b := d02("2025-03-31")
	checkPromiseDays(t, b,
		promiseDay{"2025-03-19", None, "2025-03-20"}, promiseDay{"2025-03-20", Info, ""},
		promiseDay{"2025-04-02", Info, "2025-04-03"}, promiseDay{"2025-04-03", Warning, ""},
		promiseDay{"2025-04-16", Warning, "2025-04-17"}, promiseDay{"2025-04-17", Critical, ""},
	)
	d, in := NewBrokenPromise(), b.at(date("2025-04-17"))
	got := d.Describe(in, d.Evaluate(in))
	want := Detail{
		Facts: []Fact{
			{"promise_run", "3", "3"}, {"promised_amount", "70000.00", ""}, {"promise_deadline", "2025-04-16", ""},
			{"received_amount", "20000.00", ""}, {"received_ratio", "0.286", "0.950"},
		},
		MoneyAtRisk: eur("350000"),
		ClearsIf:    []Remedy{{Do: keepPromise, To: None}},
		Actions:     []string{"stop_all_deliveries", "formal_letter", "require_written_plan"},
		Evidence:    []string{"P3", "P2", "P1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestTD022APromiseKeptEndsTheRun(t *testing.T) {
	b := d02("2025-03-31").add(payment("PAY-2", "68000", "2025-04-01"))
	checkPromiseDays(t, b, promiseDay{"2025-03-31", Info, "2025-04-01"}, promiseDay{"2025-04-01", None, ""}, promiseDay{"2025-04-03", None, ""})
	short := d02("2025-03-31").add(payment("PAY-2", "66499.99", "2025-04-01")) // a cent below 95 %: partly kept, a half
	in := short.at(date("2025-04-03"))
	d := NewBrokenPromise()
	if got := d.Describe(in, d.Evaluate(in)).Facts[0]; got != (Fact{"promise_run", "1.5", "1"}) {
		t.Errorf("a cent below 95 %%: got %v, want a run of 1.5", got)
	}
	checkPromiseDays(t, d02("2025-03-31").add(payment("PAY-2", "66500", "2025-04-01")), promiseDay{"2025-04-03", None, ""})
}

func TestTD023OneReceiptIsNotCountedTwice(t *testing.T) {
	b := owes("400000", "2025-03-03").add(
		promise("P1", "100000", "2025-03-10", "2025-03-14"), promise("P1b", "70000", "2025-03-10", "2025-03-17"),
		payment("PAY-1", "100000", "2025-03-17"),
	)
	checkPromiseDays(t, b, promiseDay{"2025-03-20", None, "2025-03-21"}, promiseDay{"2025-03-21", Info, ""})
	in := b.at(date("2025-03-21"))
	d := NewBrokenPromise()
	got := d.Describe(in, d.Evaluate(in))
	if want := []string{"P1b"}; !cmp.Equal(got.Evidence, want) || got.Facts[3] != (Fact{"received_amount", "0.00", ""}) {
		t.Errorf("got %v and %v, want P1b with nothing received", got.Evidence, got.Facts)
	}
	checkPromiseDays(t, b.add(payment("PAY-2", "66500", "2025-03-20")), promiseDay{"2025-03-21", None, ""})
}

func TestPromisesGoByWhatIsBookedOnTheirInvoices(t *testing.T) {
	two := newBooks(invoice("INV-1", "10000", "2025-01-02", "2025-03-03"), invoice("INV-2", "10000", "2025-01-02", "2025-06-30"),
		promise("P1", "10000", "2025-03-10", "2025-03-14", "INV-1"))
	for name, c := range map[string]struct {
		books *books
		raise Level
	}{
		"for another invoice":   {two.add(payment("PAY-1", "10000", "2025-03-12", "INV-2 10000")), Info},
		"for it":                {two.add(payment("PAY-1", "9500", "2025-03-12", "INV-1 9500")), None},
		"on account":            {two.add(payment("PAY-1", "9500", "2025-03-12")), None},
		"part of each":          {two.add(payment("PAY-1", "9500", "2025-03-12", "INV-1 5000", "INV-2 4500")), None}, // a half weighs a half
		"a cent below a half":   {two.add(payment("PAY-1", "9500", "2025-03-12", "INV-1 4999.99", "INV-2 4500.01")), Info},
		"before it was made":    {two.add(payment("PAY-1", "9500", "2025-03-09")), Info},
		"on the day it was":     {two.add(payment("PAY-1", "9500", "2025-03-10")), None},
		"on the last day":       {two.add(payment("PAY-1", "9500", "2025-03-19")), None},
		"a day late":            {two.add(payment("PAY-1", "9500", "2025-03-20")), Info},
		"late, but all of it":   {two.add(payment("PAY-1", "10000", "2025-03-20", "INV-1 10000")), None},
		"a bounced cheque":      {two.add(payment("PAY-1", "9500", "2025-03-12"), &state.Return{PaymentID: "PAY-1", ReturnDate: date("2025-03-17"), Amount: eur("9500")}), Info},
		"cash that can go back": {two.add(&state.Payment{PaymentID: "PAY-1", ValueDate: date("2025-03-12"), Amount: eur("9500"), Cleared: state.FlagFalse}), Info},
		"a deposit":             {two.add(&state.Payment{PaymentID: "PAY-1", ValueDate: date("2025-03-12"), Amount: eur("9500"), DepositForOrder: "SO-1"}), Info},
	} {
		if v := NewBrokenPromise().Evaluate(c.books.at(date("2025-03-20"))); v.Raise != c.raise {
			t.Errorf("%s: got %v, want %v", name, v.Raise, c.raise)
		}
	}
}

func TestGraceIsInBusinessDays(t *testing.T) {
	holidays, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, []state.Date{date("2025-03-17"), date("2025-03-18")})
	if err != nil {
		t.Fatal(err)
	}
	entry := state.PromiseEntry{ID: "P1", Revisions: []*state.Promise{promise("P1", "1000", "2025-03-10", "2025-03-14")}}
	if got := pledgesOf(entry, 3, ledger().Calendar)[0].deadline; got != date("2025-03-19") {
		t.Errorf("got %v, want Wednesday", got)
	}
	if got := pledgesOf(entry, 3, holidays)[0].deadline; got != date("2025-03-21") {
		t.Errorf("over two holidays: got %v, want Friday", got)
	}
}

func TestReschedulesAndWithdrawals(t *testing.T) {
	owed := owes("10000", "2025-03-31")
	p := promise("P1", "10000", "2025-03-10", "2025-03-14") // due by the 19th
	first, late := rescheduled(p, "2025-03-14", "2025-03-21"), rescheduled(p, "2025-03-20", "2025-03-28")
	second := rescheduled(p, "2025-03-24", "2025-04-04") // due by the 9th
	for _, c := range []struct {
		name  string
		books *books
		day   string
		raise Level
	}{
		{"once, in time", owed.add(p, first), "2025-03-20", None},
		{"once, and broken then", owed.add(p, first), "2025-03-27", Info},
		{"once, too late", owed.add(p, late), "2025-03-20", Info},
		{"once, too late, and broken then", owed.add(p, late), "2025-04-03", Warning},
		{"twice: on the day of the second", owed.add(p, first, second), "2025-03-24", Info},
		{"twice: the new date counts too", owed.add(p, first, second), "2025-04-10", Warning},
		{"twice, with no date told: from the day it was made on", owed.add(p, rescheduled(p, "2025-03-10", "2025-03-21"), rescheduled(p, "2025-03-10", "2025-03-28")), "2025-03-14", Info},
		{"withdrawn in time", owed.add(p, withdrawn(p, "2025-03-19")), "2025-03-20", None},
		{"withdrawn too late", owed.add(p, withdrawn(p, "2025-03-20")), "2025-03-20", Info},
		{"put right to an earlier date", owed.add(p, rescheduled(p, "2025-03-11", "2025-03-11")), "2025-03-15", Info},
		{"withdrawn and made anew", owed.add(p, withdrawn(p, "2025-03-12"), first), "2025-03-27", Info},
	} {
		if v := NewBrokenPromise().Evaluate(c.books.at(date(c.day))); v.Raise != c.raise {
			t.Errorf("%s: got %v, want %v", c.name, v.Raise, c.raise)
		}
	}
	if v := NewBrokenPromise().Evaluate(owed.add(p, first, payment("PAY-1", "10000", "2025-03-12")).at(date("2025-03-27"))); v.Raise != None {
		t.Errorf("what came before the reschedule counts for the new date: got %v", v.Raise)
	}
}

func TestPromisesThatAreNotCounted(t *testing.T) {
	large := invoice("INV-2", "99500", "2025-01-02", "2025-12-31")
	owed := owes("500", "2025-03-31")
	p := promise("P1", "500", "2025-03-10", "2025-03-14", "INV-1")
	for _, c := range []struct {
		name  string
		books *books
		day   string
		raise Level
	}{
		{"500", owed.add(p), "2025-03-20", Info},
		{"a cent below", owed.add(promise("P1", "499.99", "2025-03-10", "2025-03-14")), "2025-03-20", None},
		{"below 1 % of the receivables", owed.add(large, p), "2025-03-20", None},
		{"but only on the day it was made", owed.add(invoice("INV-2", "99500", "2025-03-11", "2025-12-31"), p), "2025-03-20", Info},
		{"of a disputed invoice", owed.add(p, dispute("D1", "500", "2025-03-12", "INV-1")), "2025-03-20", None},
		{"of an invoice disputed but for a cent", owed.add(p, dispute("D1", "499.99", "2025-03-12", "INV-1")), "2025-03-20", Info},
		{"when the shield is over", owed.add(p, dispute("D1", "500", "2025-03-12", "INV-1")), "2025-04-26", Info},
		{"of an invoice that is settled", owed.add(p, payment("PAY-1", "497.50", "2025-03-25", "INV-1 497.50")), "2025-03-25", None},
		{"of an invoice all but settled", owed.add(p, payment("PAY-1", "497.49", "2025-03-25", "INV-1 497.49")), "2025-03-25", Info},
		{"of an invoice that is cancelled", owed.add(p, &state.InvoiceCancelled{InvoiceID: "INV-1", CancelDate: date("2025-03-25")}), "2025-03-25", None},
		{"of an invoice nobody knows", owed.add(promise("P1", "500", "2025-03-10", "2025-03-14", "INV-9")), "2025-03-25", Info},
		{"179 days after", owed.add(p), "2025-09-15", Info},
		{"180 days after", owed.add(p), "2025-09-16", None},
	} {
		if v := NewBrokenPromise().Evaluate(c.books.at(date(c.day))); v.Raise != c.raise {
			t.Errorf("%s: got %v, want %v", c.name, v.Raise, c.raise)
		}
	}
}

// A promise that names nothing concerns what was overdue when it was made; where nothing was, it stays.
func TestPromisesWithoutInvoicesConcernWhatWasOverdue(t *testing.T) {
	paid := []state.Body{payment("PAY-1", "1000", "2025-03-25", "INV-1 1000")}
	late := owes("1000", "2025-03-07").add(promise("P1", "1000", "2025-03-10", "2025-03-14")).add(paid...)
	checkPromiseDays(t, late, promiseDay{"2025-03-24", Info, ""}, promiseDay{"2025-03-25", None, ""})
	notYet := owes("1000", "2025-03-10").add(promise("P1", "1000", "2025-03-10", "2025-03-14")).add(paid...)
	checkPromiseDays(t, notYet, promiseDay{"2025-03-24", Info, ""}, promiseDay{"2025-03-25", Info, ""})
}

func TestCriticalByDaysPastDue(t *testing.T) {
	b := owes("10000", "2025-03-07").add(promise("P1", "1000", "2025-03-10", "2025-03-14"), promise("P2", "1000", "2025-03-17", "2025-03-21"))
	checkPromiseDays(t, b, promiseDay{"2025-03-26", Info, "2025-03-27"}, promiseDay{"2025-03-27", Warning, "2025-04-07"},
		promiseDay{"2025-04-06", Warning, "2025-04-07"}, promiseDay{"2025-04-07", Critical, ""})
	d, in := NewBrokenPromise(), b.at(date("2025-04-07"))
	got := d.Describe(in, d.Evaluate(in))
	if got.Facts[0] != (Fact{"promise_run", "2", "2"}) || got.Facts[5] != (Fact{"days_past_due", "31", "30"}) {
		t.Errorf("got %v, want a run of 2 and 31 days past due", got.Facts)
	}
	want := []Remedy{{pay, eur("9500.01"), Warning}, {settlePromised, eur("9950"), None}, {Do: keepPromise, To: None}}
	if diff := cmp.Diff(want, got.ClearsIf); diff != "" {
		t.Errorf("clears if: want -, got +\n%s", diff)
	}
}

func TestAPromiseThatRunsIsAWayOut(t *testing.T) {
	b := owes("10000", "2025-03-07").add(promise("P1", "1000", "2025-03-10", "2025-03-14"), promise("P2", "2000", "2025-03-20", "2025-03-28"),
		payment("PAY-1", "300", "2025-03-21"))
	d, in := NewBrokenPromise(), b.at(date("2025-03-24"))
	if got, want := d.Describe(in, d.Evaluate(in)).ClearsIf, []Remedy{{pay, eur("1600"), None}}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Where part of what a promise names is disputed, the rest alone is enough to end it: how much is to be settled is not told.
func TestWhatIsDisputedNeedNotBeSettled(t *testing.T) {
	b := owes("1000", "2025-03-07").add(invoice("INV-2", "2000", "2025-01-02", "2025-03-07"), promise("P1", "3000", "2025-03-10", "2025-03-14", "INV-1", "INV-2"))
	disputed := b.add(dispute("D1", "2000", "2025-03-12", "INV-2"))
	d, day := NewBrokenPromise(), date("2025-03-20")
	for _, c := range []struct {
		name  string
		books *books
		want  []Remedy
	}{
		{"nothing disputed", b, []Remedy{{settlePromised, eur("2985"), None}, {Do: keepPromise, To: None}}},
		{"one of two", disputed, []Remedy{{Do: keepPromise, To: None}}},
		{"part of one of two", b.add(dispute("D1", "100", "2025-03-12", "INV-2")), []Remedy{{Do: keepPromise, To: None}}},
		{"one of two, when the shield is over", disputed.add(&state.DisputeClosed{DisputeID: "D1", ClosedDate: day, Outcome: state.DisputeRejected}),
			[]Remedy{{settlePromised, eur("2985"), None}, {Do: keepPromise, To: None}}},
	} {
		in := c.books.at(day)
		if got := d.Describe(in, d.Evaluate(in)).ClearsIf; !cmp.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	if v := d.Evaluate(disputed.add(payment("PAY-1", "995", "2025-03-20", "INV-1 995")).at(day)); v.Raise != None {
		t.Errorf("the rest is settled: got %v, want none", v.Raise)
	}
}

func TestPromisesInAnotherCurrency(t *testing.T) {
	dollars := promise("P1", "1000", "2025-03-10", "2025-03-14")
	dollars.Amount.Currency = usd
	if v := NewBrokenPromise().Evaluate(owes("10000", "2025-03-31").add(dollars).at(date("2025-03-20"))); !v.NotEvaluable {
		t.Errorf("without a rate: got %+v, want not evaluable", v)
	}
	type known = struct{ known, value string }
	rates := dollarRates(known{"2025-03-01", "1"}, known{"2025-03-11", "1.25"})
	for paid, want := range map[string]Level{"760": None, "759.99": None, "400": None, "399.99": Info} {
		b := owes("10000", "2025-03-31").add(dollars, payment("PAY-1", paid, "2025-03-12"))
		customer := b.customer()
		customer.Convert(rates)
		v := NewBrokenPromise().Evaluate(&Input{View: b.see(customer, date("2025-03-20")), Materiality: DefaultMateriality()})
		if v.NotEvaluable || v.Raise != want {
			t.Errorf("%s euros: got %+v, want %v", paid, v, want)
		}
	}
}

// Whether a day is judged as today or as one past, it is judged alike.
func TestPastDaysAreJudgedAlike(t *testing.T) {
	b, d := d02("2025-03-31").add(payment("PAY-9", "5000", "2025-04-20", "INV-1 5000")), NewBrokenPromise()
	customer := b.customer()
	latest := b.see(customer, date("2025-06-30"))
	d.Evaluate(&Input{View: latest, Materiality: DefaultMateriality()})
	for day := date("2025-03-01"); day < date("2025-06-30"); day++ {
		want := d.Evaluate(b.at(day))
		customer.Then(ledger(), day, func(then *state.View) {
			if got := d.Evaluate(&Input{View: then, Materiality: DefaultMateriality()}); got.without(0) != want.without(0) {
				t.Errorf("%v: looking back %+v, want %+v", day, got, want)
			}
		})
	}
}
