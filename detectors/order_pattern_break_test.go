package detectors

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

// patternDay is the day of the vectors.
var patternDay = date("2026-03-02")

// ordered is an order of so many days ago.
func ordered(id, gross string, ago int) *state.Order {
	o := order(id, gross, patternDay.String())
	o.OrderDate -= state.Date(ago)
	o.Delivered, o.Invoiced = o.Gross, o.Gross // nothing of it is in the exposure
	return o
}

// habit is one order in each of the buckets before those of the day; "0" is an empty one.
func habit(days int, amounts ...string) []state.Body {
	var all []state.Body
	for i, amount := range amounts {
		if amount != "0" {
			all = append(all, ordered(fmt.Sprint("H-", i), amount, days*(i+1)+10))
		}
	}
	return all
}

// regular is the habit of T-D07-1.
func regular() []state.Body {
	return habit(30, "80", "95", "100", "110", "90", "105", "98", "102", "88", "115", "97", "103")
}

// oldCustomer is a profile of a customer of more than two years.
func oldCustomer() *state.Profile {
	p := profile()
	p.CustomerSince = date("2024-01-01")
	return p
}

func checkPattern(t *testing.T, name string, in *Input, want string) Verdict {
	t.Helper()
	v := NewOrderPatternBreak().Evaluate(in)
	if got := v.Raise.String() + " " + v.Reason; got != want {
		t.Errorf("%s: got %s, want %s", name, got, want)
	}
	return v
}

// T-D07-1, but for the most of last year: what stands in the twelfth bucket lies in its season, so that is 103 and not 95.
func TestD071ASurgeAndStress(t *testing.T) {
	b := newBooks(regular()...).add(oldCustomer(), limit("400", "2024-01-01"))
	in := b.add(ordered("NOW", "260", 5)).at(patternDay)
	r := NewOrderPatternBreak().reading(in)
	if n := r.freeze(); n.median2 != 2*9900 || n.deviation4 != 4*500 || n.filled != 12 {
		t.Errorf("got a norm of %+v, want median 99, MAD 5", n)
	}
	checkPattern(t, "2.63 times", in, "warning SURGE")
	more := b.add(ordered("NOW", "320", 5))
	checkPattern(t, "3.23 times, no stress", more.at(patternDay), "warning SURGE")
	checkPattern(t, "3.23 times, 85 % used", more.add(invoice("INV-1", "340", "2026-02-02", "2026-06-30")).at(patternDay), "critical SURGE")
}

// T-D07-2.
func TestD072ASeasonThatReturns(t *testing.T) {
	b := newBooks(regular()...).add(limit("400", "2024-01-01"), ordered("NOW", "260", 5), ordered("LAST-YEAR", "250", 400))
	checkPattern(t, "a year ago 250", b.add(oldCustomer()).at(patternDay), "none ")
	checkPattern(t, "a history that reaches less far", b.at(patternDay), "warning SURGE")
}

// T-D07-3.
func TestD073ALumpyCustomer(t *testing.T) {
	b := newBooks(habit(30, "0", "0", "300", "0", "0", "280", "0", "0", "310", "0", "0", "290")...).add(limit("2000", "2024-01-01"))
	checkPattern(t, "3.05 times", b.add(ordered("NOW", "900", 5)).at(patternDay), "warning LUMPY")
	checkPattern(t, "3 times", b.add(ordered("NOW", "885", 5)).at(patternDay), "warning LUMPY")
	checkPattern(t, "a cent less", b.add(ordered("NOW", "884.99", 5)).at(patternDay), "none ")
	checkPattern(t, "less than 25 % of the limit", b.add(limit("3600.01", "2024-01-02"), ordered("NOW", "900", 5)).at(patternDay), "none ")
	checkPattern(t, "5 times, and a broken promise", b.add(ordered("NOW", "1475", 5)).at(patternDay).beside("broken_promise", Warning), "critical LUMPY")
	checkPattern(t, "a cent less, and a broken promise", b.add(ordered("NOW", "1474.99", 5)).at(patternDay).beside("broken_promise", Warning), "warning LUMPY")
}

// T-D07-4.
func TestD074ACollapseWhileOverdue(t *testing.T) {
	b := newBooks(habit(60, "175", "210", "195", "200", "203", "200")...)
	overdue := invoice("INV-1", "600", "2026-01-02", "2026-02-02")
	few := b.add(ordered("NOW", "55", 40))
	checkPattern(t, "0.275, overdue", few.add(overdue).at(patternDay), "warning COLLAPSE")
	checkPattern(t, "0.275, nothing overdue", few.at(patternDay), "none ")
	checkPattern(t, "0.275, overdue but immaterial", few.add(invoice("INV-1", "499.99", "2026-01-02", "2026-02-02")).at(patternDay), "none ")
	checkPattern(t, "0.30", b.add(ordered("NOW", "60", 40), overdue).at(patternDay), "warning COLLAPSE")
	checkPattern(t, "a cent more", b.add(ordered("NOW", "60.01", 40), overdue).at(patternDay), "none ")
	checkPattern(t, "as little a year ago", few.add(overdue, ordered("OLD", "1", 430)).add(ordered("H-5", "109", 370)).at(patternDay), "none ")
}

func TestSurges(t *testing.T) {
	spread := func(n int, amount string) (all []state.Body) {
		for i := range n {
			all = append(all, ordered(fmt.Sprint("NOW-", i), amount, 5))
		}
		return all
	}
	project := ordered("NOW", "260", 5)
	project.Project = state.FlagTrue
	cancelled := &state.OrderCancelled{OrderID: "NOW", CancelDate: patternDay - 1}
	for _, c := range []struct {
		name string
		told []state.Body
		want string
	}{
		{"twice the median", []state.Body{ordered("NOW", "198", 5)}, "warning SURGE"},
		{"a cent less", []state.Body{ordered("NOW", "197.99", 5)}, "none "},
		{"two normal orders in one window", spread(2, "104"), "none "},
		{"three of them", spread(3, "104"), "warning SURGE"},
		{"two, one of them 1.5 times the median order", []state.Body{ordered("A", "148.50", 5), ordered("B", "104", 6)}, "warning SURGE"},
		{"ten per cent of the limit above", []state.Body{ordered("NOW", "260", 5), limit("1610", "2024-01-01")}, "warning SURGE"},
		{"less than that", []state.Body{ordered("NOW", "260", 5), limit("1610.01", "2024-01-01")}, "none "},
		{"cancelled", []state.Body{ordered("NOW", "260", 5), cancelled}, "none "},
		{"lowered", []state.Body{ordered("NOW", "260", 5), ordered("NOW", "100", 5)}, "none "},
		{"of a project", []state.Body{project}, "info PROJECT"},
		{"30 days ago", []state.Body{ordered("NOW", "260", 30)}, "none "},
		{"29 days ago", []state.Body{ordered("NOW", "260", 29)}, "warning SURGE"},
	} {
		checkPattern(t, c.name, newBooks(regular()...).add(c.told...).at(patternDay), c.want)
	}
}

// An irregular habit needs more: three robust standard deviations.
func TestASurgeIsFarAboveAnIrregularHabit(t *testing.T) {
	b := newBooks(habit(30, "40", "160", "50", "150", "60", "140", "100", "100", "45", "155", "55", "145")...)
	// median 100, MAD 47.5: three deviations are 211.27 above
	checkPattern(t, "below", b.add(ordered("NOW", "311.27", 5)).at(patternDay), "none ")
	checkPattern(t, "above", b.add(ordered("NOW", "311.28", 5)).at(patternDay), "warning SURGE")
}

func TestStressBesideASurge(t *testing.T) {
	b := newBooks(regular()...).add(ordered("NOW", "297", 5))
	owed := func(due string) *state.Invoice { return invoice("INV-1", "500", "2026-01-02", due) }
	checkPattern(t, "none", b.at(patternDay), "warning SURGE")
	for _, signal := range []string{"payment_slowdown", "broken_promise", "payment_returned"} {
		checkPattern(t, signal, b.at(patternDay).beside(signal, Warning), "critical SURGE")
		checkPattern(t, signal, b.at(patternDay).beside(signal, Info), "warning SURGE")
	}
	checkPattern(t, "another signal", b.at(patternDay).beside("contact_lost", Critical), "warning SURGE")
	checkPattern(t, "16 days overdue", b.add(owed("2026-02-13")).at(patternDay+1), "critical SURGE")
	checkPattern(t, "14 days overdue", b.add(owed("2026-02-16")).at(patternDay), "warning SURGE")
	checkPattern(t, "80 % used", b.add(invoice("INV-1", "800", "2026-02-02", "2026-06-30"), limit("1000", "2024-01-01")).at(patternDay), "critical SURGE")
	checkPattern(t, "a cent less used", b.add(invoice("INV-1", "799.99", "2026-02-02", "2026-06-30"), limit("1000", "2024-01-01")).at(patternDay), "warning SURGE")
	less := newBooks(regular()...).add(ordered("NOW", "296.99", 5))
	checkPattern(t, "less than three times", less.at(patternDay).beside("broken_promise", Critical), "warning SURGE")
}

func TestAnOutsizedOrderOfANewCustomer(t *testing.T) {
	since := func(day state.Date) *state.Profile {
		p := profile()
		p.CustomerSince = day
		return p
	}
	now := ordered("NOW", "500", 5)
	for _, c := range []struct {
		name string
		told []state.Body
		want string
	}{
		{"on its 89th day", []state.Body{since(now.OrderDate - 89), limit("1000", "2024-01-01"), now}, "warning NEW_OUTSIZED"},
		{"on its 90th day", []state.Body{since(now.OrderDate - 90), limit("1000", "2024-01-01"), now}, "none "},
		{"less than half of the limit", []state.Body{since(now.OrderDate), limit("1000.01", "2024-01-01"), now}, "none "},
		{"no limit", []state.Body{since(now.OrderDate), now}, "none "},
		{"not known since when", []state.Body{limit("1000", "2024-01-01"), now}, "none "},
	} {
		checkPattern(t, c.name, newBooks(c.told...).at(patternDay), c.want)
	}
}

func TestAMutedSeasonMakesAWarningAnInfo(t *testing.T) {
	set, _ := NewSet(Config{Mutes: []Mute{{patternDay, patternDay + 2}}})
	in := newBooks(regular()...).add(ordered("NOW", "320", 5)).at(patternDay)
	d := find(set.For(in.View).Rules, "order_pattern_break").Detector
	for _, c := range []struct {
		day  state.Date
		want Level
	}{{patternDay - 1, Warning}, {patternDay, Info}, {patternDay + 2, Info}, {patternDay + 3, Warning}} {
		if got := d.Evaluate(newBooks(regular()...).add(ordered("NOW", "320", 5)).at(c.day)).Raise; got != c.want {
			t.Errorf("%v: got %v, want %v", c.day, got, c.want)
		}
	}
	if got := d.Evaluate(in.beside("broken_promise", Warning)).Raise; got != Critical {
		t.Errorf("under stress: got %v, want critical", got)
	}
}

// While an episode stands its habit is that of the day on which it was raised: a surge is no habit after a month.
func TestTheHabitIsFrozen(t *testing.T) {
	b := newBooks(regular()...).add(ordered("NOW", "260", 5))
	raised := checkPattern(t, "raised", b.at(patternDay), "warning SURGE")
	if len(raised.Baseline) == 0 {
		t.Fatal("nothing is frozen")
	}
	in := b.add(ordered("NEXT", "150", -20)).at(patternDay+28).stood(Warning, surge)
	in.Baseline = raised.Baseline
	d := NewOrderPatternBreak()
	if r := d.reading(in); !r.frozen || r.norm.median2 != 2*9900 {
		t.Errorf("got a norm of %+v, want the frozen one", r.norm)
	}
	for _, c := range []struct {
		gross string
		clear Rungs
	}{{"148.50", AllRungs}, {"148.51", Rung(Critical)}} { // 1.5 times the frozen median
		in := b.add(ordered("NEXT", c.gross, -20)).at(patternDay+28).stood(Warning, surge)
		in.Baseline = raised.Baseline
		if v := d.Evaluate(in); v.Raise != None || v.Clear != c.clear {
			t.Errorf("%s: got %v, clear %04b, want none, %04b", c.gross, v.Raise, v.Clear, c.clear)
		}
	}
}

func TestTooShortAHistoryIsNotEvaluable(t *testing.T) {
	for _, c := range []struct {
		name string
		told []state.Body
		want bool
	}{
		{"no order", []state.Body{invoice("INV-1", "1", "2026-01-02", "2026-02-02")}, true},
		{"two orders", habit(30, "100", "100"), true},
		{"three orders", habit(30, "100", "100", "100"), false},
	} {
		v := NewOrderPatternBreak().Evaluate(newBooks(c.told...).at(patternDay))
		if v.NotEvaluable != c.want || v.Clear != AllRungs {
			t.Errorf("%s: got %v, clear %04b, want %v and all clear", c.name, v.NotEvaluable, v.Clear, c.want)
		}
	}
	dollars := ordered("NOW", "260", 5)
	dollars.Gross.Currency = usd
	if v := NewOrderPatternBreak().Evaluate(newBooks(regular()...).add(dollars).at(patternDay)); !v.NotEvaluable || v.Clear != 0 {
		t.Errorf("without a rate: got %+v, want not evaluable", v)
	}
}

func TestWhatIsToldOfABrokenPattern(t *testing.T) {
	d := NewOrderPatternBreak()
	in := newBooks(regular()...).add(limit("400", "2024-01-01"), ordered("A", "80", 5), ordered("B", "240", 4),
		invoice("INV-1", "340", "2026-02-02", "2026-06-30")).at(patternDay)
	want := Detail{
		Facts: []Fact{
			{"orders_30_days", "320.00", ""}, {"orders_median", "99.00", ""}, {"orders_in_medians", "3.23", "3.00"},
			{"delivered_share", "1.000", ""}, {"stress", "limit_breach", ""},
		},
		MoneyAtRisk: eur("340"), Actions: []string{"hold_orders", "reduce_limit", "request_prepayment"}, Evidence: []string{"B", "A"},
	}
	if diff := cmp.Diff(want, d.Describe(in, d.Evaluate(in))); diff != "" {
		t.Errorf("surge: want -, got +\n%s", diff)
	}
	in = newBooks(habit(60, "175", "210", "195", "200", "203", "200")...).
		add(ordered("NOW", "55", 40), invoice("INV-1", "600", "2026-01-02", "2026-02-02")).at(patternDay)
	want = Detail{
		Facts:       []Fact{{"orders_60_days", "55.00", ""}, {"orders_60_median", "200.00", ""}, {"orders_60_in_medians", "0.28", "0.30"}},
		MoneyAtRisk: eur("600"), ClearsIf: []Remedy{{pay, eur("100.01"), None}}, Actions: []string{"collect_now", "call_customer"}, Evidence: []string{"INV-1"},
	}
	if diff := cmp.Diff(want, d.Describe(in, d.Evaluate(in))); diff != "" {
		t.Errorf("collapse: want -, got +\n%s", diff)
	}
}
