package detectors

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

// owing is a customer with one invoice, not due for long, before a limit.
func owing(amount string, limits ...state.Body) *books {
	b := newBooks(limits...)
	if amount == "0" {
		return b
	}
	return b.add(invoice("INV-1", amount, "2025-01-02", "2026-12-31"))
}

// T-LIM-1.
func TestLIM1ExposureOverTheLimitIsABreach(t *testing.T) {
	b := newBooks(
		limit("400000", "2025-01-01"),
		order("SO-1", "120000", "2025-03-01"),
		&state.Order{OrderID: "SO-2", OrderDate: date("2025-02-01"), Gross: eur("40000"), Delivered: eur("40000")},
		invoice("INV-1", "310000", "2025-02-01", "2025-06-01"),
		&state.Payment{
			PaymentID: "B-1", ValueDate: date("2025-03-01"), Amount: eur("50000"), Method: state.MethodBill, MaturityDate: date("2025-06-01"),
			Allocations: []state.Allocation{{InvoiceID: "INV-1", Amount: eur("50000")}},
		},
		payment("P-1", "30000", "2025-03-02"),
	)
	in := b.at(date("2025-03-03"))
	if got := in.View.Exposure().Gross; got != 440_000_00 {
		t.Fatalf("exposure: got %d, want 440000.00", got)
	}
	d := NewLimitBreach()
	v := d.Evaluate(in)
	if v.Raise != Critical {
		t.Errorf("got %v, want critical", v.Raise)
	}
	if got, want := d.Describe(in, v).Facts[0], (Fact{"utilisation", "1.100", "1.010"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// T-LIM-2.
func TestLIM2RungsBeginToTheCent(t *testing.T) {
	for _, c := range []struct {
		exposure string
		raise    Level
		reason   string
	}{
		{"0", None, ""},
		{"0.01", None, ""},
		{"319999.99", None, ""},
		{"320000", Info, near},
		{"359999.99", Info, near},
		{"360000", Warning, high},
		{"400000", Warning, high},
		{"404000", Warning, high},
		{"404000.01", Critical, byDelivery},
	} {
		v := NewLimitBreach().Evaluate(owing(c.exposure, limit("400000", "2025-01-01")).at(date("2025-03-03")))
		if v.Raise != c.raise || v.Reason != c.reason || v.NotEvaluable {
			t.Errorf("exposure %s: got %v %s, want %v %s", c.exposure, v.Raise, v.Reason, c.raise, c.reason)
		}
	}
}

func TestRungsAreLeftToTheCent(t *testing.T) {
	for _, c := range []struct {
		exposure string
		want     Rungs
	}{
		{"0", AllRungs},
		{"299999.99", AllRungs},
		{"300000", Rung(Warning) | Rung(Critical)},
		{"339999.99", Rung(Warning) | Rung(Critical)},
		{"340000", Rung(Critical)},
		{"380000", Rung(Critical)},
		{"380000.01", 0},
	} {
		v := NewLimitBreach().Evaluate(owing(c.exposure, limit("400000", "2025-01-01")).at(date("2025-03-03")))
		if v.Clear != c.want {
			t.Errorf("exposure %s: got %03b, want %03b", c.exposure, v.Clear, c.want)
		}
	}
}

// T-LIM-3.
func TestLIM3AnIncreaseThatEndsBreachesWithoutAnEvent(t *testing.T) {
	b := owing("450000", limit("400000", "2025-01-01"), temporary("T-1", "100000", "2025-04-01", "2025-04-30"))
	breach, expiry := NewLimitBreach(), NewLimitTemporaryExpiry()
	for _, c := range []struct {
		day    string
		breach Level
		reason string
		expiry Level
	}{
		{"2025-04-22", Warning, high, None},
		{"2025-04-23", Warning, high, Warning},
		{"2025-04-30", Warning, high, Warning},
		{"2025-05-01", Critical, tempExpired, None},
	} {
		in := b.at(date(c.day))
		in.Closed = b.customer().View(ledger(), date(c.day)-1).Parts()
		v, e := breach.Evaluate(in), expiry.Evaluate(in)
		if v.Raise != c.breach || v.Reason != c.reason || e.Raise != c.expiry {
			t.Errorf("%s: got %v %s and %v, want %v %s and %v", c.day, v.Raise, v.Reason, e.Raise, c.breach, c.reason, c.expiry)
		}
		if c.day == "2025-04-30" && v.Next != date("2025-05-01") {
			t.Errorf("next after 2025-04-30: got %v, want 2025-05-01", v.Next)
		}
	}
	in := b.at(date("2025-05-01"))
	if got := NewLimitBreach().Describe(in, breach.Evaluate(in)).Facts[0].Value; got != "1.125" {
		t.Errorf("utilisation: got %s, want 1.125", got)
	}
}

// T-LIM-4.
func TestLIM4ALimitThatIsLoweredBreaches(t *testing.T) {
	before := owing("350000", limit("400000", "2025-01-01"))
	in := before.add(limit("300000", "2025-03-03")).at(date("2025-03-03"))
	in.Closed = before.at(date("2025-03-02")).View.Parts()
	if v := NewLimitBreach().Evaluate(in); v.Raise != Critical || v.Reason != limitReduced {
		t.Errorf("got %v %s, want critical LIMIT_REDUCED", v.Raise, v.Reason)
	}
}

func TestTheToleranceIsTheLargerButNeverMoreThanItsBound(t *testing.T) {
	for _, c := range []struct{ limit, within string }{
		{"400000", "404000"},       // 1 %
		{"20000", "20500"},         // 500
		{"5000", "5250"},           // at most 5 %
		{"0.10", "0.10"},           // less than a cent
		{"100033.37", "101033.70"}, // 1000.3337, rounded down: there is no smaller unit
	} {
		d, l := NewLimitBreach(), limit(c.limit, "2025-01-01")
		in := owing(c.within, l).at(date("2025-03-03"))
		if v := d.Evaluate(in); v.Raise != Warning {
			t.Errorf("%s before %s: got %v, want warning", c.within, c.limit, v.Raise)
		}
		over := eur(c.within)
		over.Minor++
		in = owing(over.String(), l).at(date("2025-03-03"))
		if v := d.Evaluate(in); v.Raise != Critical {
			t.Errorf("%s before %s: got %v, want critical", over, c.limit, v.Raise)
		}
	}
}

func TestASoftLimitKeepsCriticalForMore(t *testing.T) {
	for _, c := range []struct {
		exposure string
		raise    Level
		reason   string
		clear    Rungs
	}{
		{"299999.99", None, "", AllRungs},
		{"320000", Info, near, Rung(Warning) | Rung(Critical)},
		{"360000", Info, high, Rung(Warning) | Rung(Critical)},
		{"404000", Info, high, Rung(Critical)},
		{"404000.01", Warning, byDelivery, Rung(Critical)},
		{"440000", Warning, byDelivery, Rung(Critical)},
		{"440000.01", Critical, byDelivery, 0},
	} {
		v := NewLimitBreach().Evaluate(owing(c.exposure, softLimit("400000", "2025-01-01")).at(date("2025-03-03")))
		if v.Raise != c.raise || v.Reason != c.reason || v.Clear != c.clear {
			t.Errorf("exposure %s: got %v %s %03b, want %v %s %03b", c.exposure, v.Raise, v.Reason, v.Clear, c.raise, c.reason, c.clear)
		}
	}
}

func TestUnderASoftLimitHighIsKeptUntilItsOwnWayOut(t *testing.T) {
	for _, c := range []struct{ exposure, stood, want string }{
		{"350000", near, near},
		{"350000", high, high},
		{"340000", high, high},
		{"339999.99", high, near},
		{"350000", byOrder, high},
	} {
		in := owing(c.exposure, softLimit("400000", "2025-01-01")).at(date("2025-03-03"))
		v := NewLimitBreach().Evaluate(in.stood(Info, c.stood))
		if got := v.ReasonAt(Info, c.stood); got != c.want {
			t.Errorf("exposure %s after %s: got %s, want %s", c.exposure, c.stood, got, c.want)
		}
	}
}

func TestALimitOfZeroMeansPrepaymentOnly(t *testing.T) {
	for _, l := range []state.Body{limit("0", "2025-01-01"), softLimit("0", "2025-01-01")} {
		v := NewLimitBreach().Evaluate(owing("0.01", l).at(date("2025-03-03")))
		if v.Raise != Critical || v.Clear != 0 || v.Reason != byDelivery {
			t.Errorf("a cent: got %v %s, clear %03b, want critical DELIVERY and no way out", v.Raise, v.Reason, v.Clear)
		}
		v = NewLimitBreach().Evaluate(owing("0", l).at(date("2025-03-03")))
		if v.Raise != None || v.Clear != AllRungs {
			t.Errorf("nothing: got %v, clear %03b, want none and all", v.Raise, v.Clear)
		}
	}
}

func TestWithoutALimitABreachIsNotEvaluableAndClears(t *testing.T) {
	withdrawn := &state.LimitRevision{LimitID: "L-1", Type: state.LimitBase, Withdrawn: true, ValidFrom: date("2025-03-01")}
	for name, b := range map[string]*books{
		"none":           owing("100"),
		"withdrawn":      owing("100", limit("50", "2025-01-01"), withdrawn),
		"only temporary": owing("100", temporary("T-1", "50", "2025-01-01", "2025-12-31")),
	} {
		v := NewLimitBreach().Evaluate(b.at(date("2025-03-03")).stood(Critical, byOrder))
		if !v.NotEvaluable || v.Clear != AllRungs || v.Raise != None {
			t.Errorf("%s: got %+v, want not evaluable and all clear", name, v)
		}
	}
}

func TestTheReasonIsTheLargestChangeTiesInOrder(t *testing.T) {
	for _, c := range []struct {
		changes state.Changes
		want    string
	}{
		{state.Changes{BaseLimit: 100, OpenOrders: 99}, limitReduced},
		{state.Changes{BaseLimit: 100, TemporaryLimit: 100, Returned: 100, OpenOrders: 100, Documents: 100, Revaluation: 100}, limitReduced},
		{state.Changes{TemporaryLimit: 100, Returned: 100, OpenOrders: 100, Documents: 100, Revaluation: 100}, tempExpired},
		{state.Changes{Returned: 100, OpenOrders: 100, Documents: 100, Revaluation: 100}, paymentReturned},
		{state.Changes{OpenOrders: 100, Documents: 100, Revaluation: 100}, byOrder},
		{state.Changes{OpenOrders: 100, Documents: 101, Revaluation: 100}, byDelivery},
		{state.Changes{OpenOrders: -100, Documents: 1, Revaluation: 1}, byDelivery},
		{state.Changes{OpenOrders: 100, Documents: 100, Revaluation: 101}, byFX},
		{state.Changes{BaseLimit: -100, Revaluation: -1}, byOther}, // cash on account went back
	} {
		if got := breachCause(c.changes); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.changes, got, c.want)
		}
	}
}

func TestABreachKeepsItsReasonWhileItStandsAndIsMeasuredAnewWhenItComesBack(t *testing.T) {
	over := owing("500000", limit("400000", "2025-01-01"))
	within := owing("390000", limit("400000", "2025-01-01"))
	low := owing("345000", limit("400000", "2025-01-01"))
	for _, c := range []struct {
		name   string
		books  *books
		stood  Level
		reason string
		level  Level
		want   string
	}{
		{"it stands", over, Critical, byOrder, Critical, byOrder},
		{"its latch holds it", within, Critical, byOrder, Critical, byOrder},
		{"it is left", low, Critical, byOrder, Warning, high},
		{"it is new", over, Warning, high, Critical, byDelivery},
		{"near is near", low, Info, near, Info, near},
	} {
		v := NewLimitBreach().Evaluate(c.books.at(date("2025-03-03")).stood(c.stood, c.reason))
		level := v.Level(c.stood)
		if got := v.ReasonAt(level, c.reason); level != c.level || got != c.want {
			t.Errorf("%s: got %v %s, want %v %s", c.name, level, got, c.level, c.want)
		}
	}
}

func TestTheContractsExampleIsTold(t *testing.T) {
	b := newBooks(
		limit("250000", "2025-01-01"),
		invoice("INV-184102", "247820.50", "2026-09-15", "2026-12-20"),
		order("SO-991822", "42300", "2026-11-20"),
		payment("P-1", "5000", "2026-11-01"),
	)
	in := b.at(date("2026-11-20"))
	in.Closed = state.Parts{PartSums: state.PartSums{BaseLimit: 250_000_00, Documents: 247_820_50}}
	d := NewLimitBreach()
	got := d.Describe(in.stood(Warning, high), d.Evaluate(in))
	want := Detail{
		Facts:       []Fact{{"utilisation", "1.140", "1.010"}, {"exposure", "285120.50", "250000.00"}},
		MoneyAtRisk: eur("285120.50"),
		ClearsIf: []Remedy{
			{"pay", eur("47620.50"), Warning}, {"raise_limit", eur("300126.85"), Warning},
			{"pay", eur("72620.51"), Info}, {"raise_limit", eur("335435.89"), Info},
			{"pay", eur("97620.51"), None}, {"raise_limit", eur("380160.67"), None},
		},
		Actions:  []string{"hold_orders", "release_or_deny_held_orders", "grant_temporary_increase", "request_part_payment"},
		Evidence: []string{"SO-991822", "INV-184102"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}
