package detectors

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

// request is a wish of the customer's; it is open.
func request(id, on string, what state.RequestType) *state.TermsRequest {
	return &state.TermsRequest{RequestID: id, RequestDate: date(on), Type: what, Requester: state.RequesterCustomer}
}

// plan is an accepted instalment plan of one line.
func plan(id, on, invoice, amount, due string) *state.TermsRequest {
	r := request(id, on, state.RequestInstalmentPlan)
	r.Status, r.InvoiceIDs = state.RequestAccepted, []string{invoice}
	r.Plan = []state.DueAmount{{DueDate: date(due), Amount: eur(amount)}}
	return r
}

// later is an invoice that was to be paid on one day and is to be on another by now.
func later(id, total, issued, original, due, changed string) *state.Invoice {
	i := invoice(id, total, issued, due)
	i.OriginalDueDate, i.ChangedDate = date(original), date(changed)
	return i
}

func checkTerms(t *testing.T, name string, in *Input, want string) {
	t.Helper()
	v := NewTermsRequest().Evaluate(in)
	if got := v.Raise.String() + " " + v.Reason; got != want || v.NotEvaluable {
		t.Errorf("%s: got %s, not evaluable %v, want %s", name, got, v.NotEvaluable, want)
	}
}

// T-D06-1. On day 104 the hold has been served: see the story terms_request_adds_up.
func TestD061PointsAddUp(t *testing.T) {
	b := newBooks(invoice("INV-1", "12000", "2024-12-02", "2025-01-02"),
		request("R-1", "2025-02-03", state.RequestLimitIncrease), request("R-2", "2025-02-23", state.RequestInstalmentPlan))
	day := date("2025-02-03")
	for _, c := range []struct {
		day  state.Date
		want string
	}{{day - 1, "none "}, {day, "warning REQUEST"}, {day + 19, "warning REQUEST"}, {day + 20, "critical REQUEST"}, {day + 89, "critical REQUEST"}, {day + 90, "warning REQUEST"}, {day + 109, "warning REQUEST"}, {day + 110, "none "}} {
		checkTerms(t, fmt.Sprint("day ", c.day-day), b.at(c.day), c.want)
	}
	if v := NewTermsRequest().Evaluate(b.at(day + 90)); v.Clear != Rung(Critical) {
		t.Errorf("day 90: got clear %03b, want critical alone", v.Clear)
	}
	if v := NewTermsRequest().Evaluate(b.at(day + 20)); v.Next != day+90 {
		t.Errorf("day 20: got next on day %d, want 90", v.Next-day)
	}
}

// T-D06-2.
func TestD062AHigherLimitWithoutAnythingOverdueIsNone(t *testing.T) {
	b := newBooks(invoice("INV-1", "12000", "2025-01-02", "2025-02-03"), request("R-1", "2025-02-03", state.RequestLimitIncrease))
	checkTerms(t, "due today", b.at(date("2025-02-03")), "none ")
	checkTerms(t, "overdue since", b.at(date("2025-03-03")), "none ")
}

func TestPointsOfRequests(t *testing.T) {
	day := "2025-03-03"
	late, good := invoice("INV-1", "1", "2025-01-02", "2025-02-03"), invoice("INV-1", "1", "2025-01-02", "2025-03-31")
	disputed := &state.Dispute{DisputeID: "D-1", OpenedDate: date("2025-02-10"), InvoiceIDs: []string{"INV-1"}, Amount: eur("1")}
	seller := request("R-1", day, state.RequestMoratorium)
	seller.Requester = state.RequesterSeller
	owner := heard("owner_change", "", "2024-12-03").fact
	ask := func(what state.RequestType) state.Body { return request("R-1", day, what) }
	for _, c := range []struct {
		name string
		told []state.Body
		want int
	}{
		{"moratorium", []state.Body{good, ask(state.RequestMoratorium)}, 4},
		{"composition", []state.Body{good, ask(state.RequestComposition)}, 4},
		{"instalment plan", []state.Body{good, ask(state.RequestInstalmentPlan)}, 3},
		{"later due date", []state.Body{good, ask(state.RequestDueDateExtension)}, 1},
		{"later due date, overdue by a cent", []state.Body{late, ask(state.RequestDueDateExtension)}, 2},
		{"later due date, overdue and disputed", []state.Body{late, disputed, ask(state.RequestDueDateExtension)}, 2},
		{"longer terms", []state.Body{late, ask(state.RequestLongerTerms)}, 1},
		{"higher limit", []state.Body{good, ask(state.RequestLimitIncrease)}, 0},
		{"higher limit, overdue", []state.Body{late, ask(state.RequestLimitIncrease)}, 2},
		{"higher limit, overdue and disputed", []state.Body{late, disputed, ask(state.RequestLimitIncrease)}, 0},
		{"higher limit, paid on account", []state.Body{late, payment("P-1", "1", day), ask(state.RequestLimitIncrease)}, 0},
		{"higher limit, paid a day later", []state.Body{late, payment("P-1", "1", "2025-03-04"), ask(state.RequestLimitIncrease)}, 2},
		{"higher limit, 90 days after a new owner", []state.Body{profile(), owner, good, ask(state.RequestLimitIncrease)}, 2},
		{"higher limit, overdue and a new owner", []state.Body{profile(), owner, late, ask(state.RequestLimitIncrease)}, 2},
		{"higher limit, 91 days after", []state.Body{profile(), heard("owner_change", "", "2024-12-02").fact, good, ask(state.RequestLimitIncrease)}, 0},
		{"held orders", []state.Body{good, ask(state.RequestOrderRelease)}, 0},
		{"held orders, overdue", []state.Body{late, ask(state.RequestOrderRelease)}, 2},
		{"held orders, a new owner", []state.Body{profile(), owner, good, ask(state.RequestOrderRelease)}, 0},
		{"offered by the seller", []state.Body{late, seller}, 0},
		{"told again", []state.Body{good, ask(state.RequestDueDateExtension), ask(state.RequestDueDateExtension)}, 1},
		{"told again as something else", []state.Body{good, ask(state.RequestDueDateExtension), ask(state.RequestMoratorium)}, 4},
		{"two of a kind", []state.Body{good, ask(state.RequestDueDateExtension), request("R-2", day, state.RequestDueDateExtension)}, 2},
	} {
		in := newBooks(c.told...).at(date("2025-03-10"))
		if got := NewTermsRequest().reading(in).points(); got != c.want {
			t.Errorf("%s: got %d points, want %d", c.name, got, c.want)
		}
	}
}

// slowPayer finds ground on one day and later.
type slowPayer struct {
	Detector
	from  state.Date
	level Level
	blind bool
}

func (s slowPayer) Evaluate(in *Input) Verdict {
	if in.View.Day >= s.from {
		return Verdict{Raise: s.level, NotEvaluable: s.blind}
	}
	return Verdict{}
}

// Longer terms weigh more when payment had slowed down by the day on which they were asked for.
func TestLongerTermsOfASlowPayer(t *testing.T) {
	in := newBooks(invoice("INV-1", "1", "2025-01-02", "2025-03-31"), request("R-1", "2025-03-03", state.RequestLongerTerms)).at(date("2025-03-10"))
	for _, c := range []struct {
		slow Detector
		want string
	}{
		{nil, "info REQUEST"},
		{slowPayer{from: date("2025-03-03"), level: Info}, "warning REQUEST"},
		{slowPayer{from: date("2025-03-04"), level: Critical}, "info REQUEST"},
		{slowPayer{from: date("2025-03-03"), level: Critical, blind: true}, "info REQUEST"},
	} {
		d := NewTermsRequest()
		d.slowdown = c.slow
		if v := d.Evaluate(in); v.Raise.String()+" "+v.Reason != c.want {
			t.Errorf("%+v: got %v, want %s", c.slow, v.Raise, c.want)
		}
	}
}

// Which rule that is depends on the customer's rules: one that is off, or in shadow mode, is not asked.
func TestTheRuleForSlowPaymentIsTheCustomersOwn(t *testing.T) {
	slow := slowPayer{level: Critical}
	for mode, want := range map[Mode]bool{Live: true, Shadow: false, Off: false} {
		d := NewTermsRequest()
		consult([]Rule{{Sign: &Sign{Signal: "payment_slowdown"}, Detector: slow, Mode: mode}, {Sign: d.Sign(), Detector: d, Mode: Live}})
		if got := d.slowdown != nil; got != want {
			t.Errorf("%v: asked %v, want %v", mode, got, want)
		}
	}
}

// The rules as they stand ask that of payment_slowdown.
func TestLongerTermsAskPaymentSlowdown(t *testing.T) {
	if d := rule(t, "terms_request").Detector.(*TermsRequest); d.slowdown == nil || d.slowdown.Sign().Signal != "payment_slowdown" {
		t.Errorf("got %v, want payment_slowdown", d.slowdown)
	}
}

func TestDueDatesThatAreMovedInSilence(t *testing.T) {
	moved := func(id, total, due, changed string) *state.Invoice {
		return later(id, total, "2025-01-02", "2025-03-03", due, changed)
	}
	for _, c := range []struct {
		name string
		told []state.Body
		want string
	}{
		{"two, by 7 days, 20 %", []state.Body{moved("A", "100", "2025-03-10", "2025-02-03"), moved("B", "100", "2025-03-10", "2025-02-03"), invoice("C", "800", "2025-01-02", "2025-03-03")}, "warning SILENT_EXTENSION"},
		{"a cent below 20 %", []state.Body{moved("A", "100", "2025-03-10", "2025-02-03"), moved("B", "99.99", "2025-03-10", "2025-02-03"), invoice("C", "800", "2025-01-02", "2025-03-03")}, "none "},
		{"one of them by 6 days", []state.Body{moved("A", "100", "2025-03-10", "2025-02-03"), moved("B", "100", "2025-03-09", "2025-02-03")}, "none "},
		{"one alone", []state.Body{moved("A", "100", "2025-03-10", "2025-02-03")}, "none "},
		{"one of them 60 days ago", []state.Body{moved("A", "100", "2025-03-10", "2025-02-03"), moved("B", "100", "2025-03-10", "2025-01-02")}, "none "},
		{"one of them 59 days ago", []state.Body{moved("A", "100", "2025-03-10", "2025-02-03"), moved("B", "100", "2025-03-10", "2025-01-03")}, "warning SILENT_EXTENSION"},
		{"one of them tomorrow", []state.Body{moved("A", "100", "2025-03-10", "2025-02-03"), moved("B", "100", "2025-03-10", "2025-03-04")}, "none "},
		{"one of them is paid", []state.Body{moved("A", "100", "2025-03-10", "2025-02-03"), moved("B", "100", "2025-03-10", "2025-02-03"), payment("P", "100", "2025-02-10", "B 100")}, "none "},
		{"both earlier", []state.Body{moved("A", "100", "2025-02-10", "2025-02-03"), moved("B", "100", "2025-02-10", "2025-02-03")}, "none "},
		{"and something is asked", []state.Body{moved("A", "100", "2025-03-10", "2025-02-03"), moved("B", "100", "2025-03-10", "2025-02-03"), request("R", "2025-02-03", state.RequestDueDateExtension)}, "warning SILENT_EXTENSION"},
		{"and much is asked", []state.Body{moved("A", "100", "2025-03-10", "2025-02-03"), moved("B", "100", "2025-03-10", "2025-02-03"), request("R", "2025-02-03", state.RequestInstalmentPlan)}, "critical REQUEST"},
	} {
		checkTerms(t, c.name, newBooks(c.told...).at(date("2025-03-03")), c.want)
	}
}

// Where no changed_date is told, the revision's time is when a due date was moved.
func TestARevisionWithoutADateIsOfItsTime(t *testing.T) {
	b := newBooks(invoice("A", "100", "2025-01-02", "2025-03-03"), invoice("B", "100", "2025-01-02", "2025-03-03"))
	for _, id := range []string{"A", "B"} {
		b = b.addKnown(date("2025-02-03"), invoice(id, "100", "2025-01-02", "2025-03-10"))
	}
	for i := range b.events {
		b.events[i].Time = b.events[i].KnownAt
	}
	checkTerms(t, "the last day", b.at(date("2025-04-03")), "warning SILENT_EXTENSION")
	checkTerms(t, "60 days later", b.at(date("2025-04-04")), "none ")
}

// An agreed plan keeps a warning until nothing that it names is open; a missed line keeps critical as well.
func TestAnAgreedPlanKeepsTheLevel(t *testing.T) {
	b := newBooks(invoice("INV-1", "1000", "2025-01-02", "2025-02-03"), plan("R-1", "2025-03-03", "INV-1", "1000", "2025-06-10"))
	paid := b.add(payment("P-1", "1000", "2025-06-12", "INV-1 1000"))
	refused := plan("R-1", "2025-03-03", "INV-1", "1000", "2025-06-10")
	refused.Status = state.RequestCompleted
	for _, c := range []struct {
		name  string
		books *books
		day   string
		raise Level
		clear Rungs
	}{
		{"asked for", b, "2025-05-31", Warning, Rung(Critical)},
		{"too old to count, and kept", b, "2025-06-01", None, Rung(Critical)},
		{"within its days of grace", b, "2025-06-15", None, Rung(Critical)},
		{"missed", b, "2025-06-16", None, 0},
		{"paid", paid, "2025-06-12", None, AllRungs},
		{"completed, says the publisher", b.add(refused), "2025-06-16", None, AllRungs},
	} {
		v := NewTermsRequest().Evaluate(c.books.at(date(c.day)))
		if v.Raise != c.raise || v.Clear != c.clear {
			t.Errorf("%s: got %v, clear %04b, want %v, %04b", c.name, v.Raise, v.Clear, c.raise, c.clear)
		}
	}
}

// Without a rate nobody knows how much was moved: what was asked for is raised, and nothing is left.
func TestWhatIsMovedWithoutARate(t *testing.T) {
	a, b := later("A", "100", "2025-01-02", "2025-03-03", "2025-03-10", "2025-02-03"), later("B", "100", "2025-01-02", "2025-03-03", "2025-03-10", "2025-02-03")
	b.Total.Currency = usd
	in := newBooks(a, b).at(date("2025-03-03"))
	if v := NewTermsRequest().Evaluate(in); !v.NotEvaluable || v.Clear != 0 {
		t.Errorf("got %+v, want not evaluable", v)
	}
	in = newBooks(a, b, request("R", "2025-02-03", state.RequestMoratorium)).at(date("2025-03-03"))
	if v := NewTermsRequest().Evaluate(in); v.NotEvaluable || v.Raise != Critical || v.Reason != requested || v.Clear != 0 {
		t.Errorf("got %+v, want critical by request, and nothing clear", v)
	}
}

func TestWhatIsToldOfRequests(t *testing.T) {
	b := newBooks(invoice("INV-1", "800", "2025-01-02", "2025-02-03"),
		later("A", "100", "2025-01-02", "2025-03-03", "2025-03-10", "2025-02-05"), later("B", "100", "2025-01-02", "2025-03-03", "2025-03-11", "2025-02-04"),
		request("R-1", "2025-02-10", state.RequestDueDateExtension), plan("R-2", "2025-02-12", "INV-1", "800", "2025-06-10"))
	in := b.at(date("2025-03-03"))
	d := NewTermsRequest()
	v := d.Evaluate(in)
	want := Detail{
		Facts: []Fact{
			{"points", "7", "4"}, {"request", "instalment_plan", ""}, {"request_date", "2025-02-12", ""}, {"requests", "2", ""},
			{"moved_invoices", "2", "2"}, {"moved_share", "0.200", "0.200"}, {"moved_days", "8", "7"}, {"below_from", "2025-05-11", ""},
			{"open_plans", "1", ""}, {"missed_plans", "0", ""},
		},
		MoneyAtRisk: eur("1000"),
		Actions:     []string{"hold_orders", "require_security", "convene_committee", "check_extension_period"},
		Evidence:    []string{"R-2", "R-1", "B", "A"},
	}
	if diff := cmp.Diff(want, d.Describe(in, v)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}
