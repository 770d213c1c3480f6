package detectors

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// custom is the rule of a definition that is right.
func custom(t testing.TB, c CustomSign) *Rule {
	t.Helper()
	if c.Signal == "" {
		c.Signal = "growing_debt"
	}
	if c.Text == "" {
		c.Text = "Owes {receivables}"
	}
	rule, faults := compileSign(&c)
	for _, f := range faults {
		t.Fatalf("%s: %v", f.part, f.err)
	}
	return &rule
}

// ladder is a definition by its conditions for info, warning and critical.
func ladder(info, warning, critical, clear string) CustomSign {
	return CustomSign{When: [...]string{None: "", Info: info, Warning: warning, Critical: critical}, Clear: clear, Mode: Live}
}

func TestACustomSignIsALadder(t *testing.T) {
	const all = AllRungs
	for _, c := range []struct {
		name  string
		sign  CustomSign
		owes  string
		raise Level
		clear Rungs
	}{
		{"at the threshold", ladder("", "receivables >= 100", "", ""), "100", Warning, Rung(Critical)},
		{"a cent below", ladder("", "receivables >= 100", "", ""), "99.99", None, all},
		{"between clear and raise", ladder("", "receivables >= 100", "", "receivables < 80"), "80", None, Rung(Critical)},
		{"at the clear condition", ladder("", "receivables >= 100", "", "receivables < 80"), "79.99", None, all},
		{"clear and raise at once: it is raised", ladder("", "receivables >= 100", "", "receivables > 0"), "100", Warning, Rung(Critical)},
		{"the highest that holds", ladder("receivables > 10", "receivables > 50", "receivables > 90", ""), "91", Critical, 0},
		{"the highest whose condition holds, be a lower one's not", ladder("receivables < 10", "", "receivables > 90", ""), "91", Critical, 0},
		{"a higher one is left without its condition", ladder("receivables > 10", "receivables > 50", "receivables > 90", "receivables < 5"), "51", Warning, Rung(Critical)},
		{"the lowest has the clear condition", ladder("receivables > 10", "receivables > 50", "", "receivables < 5"), "7", None, Rung(Warning) | Rung(Critical)},
		{"a rung without a condition goes with the next higher one", ladder("receivables > 10", "", "receivables > 90", "receivables < 5"), "60", Info, Rung(Warning) | Rung(Critical)},
		{"only critical", ladder("", "", "receivables > 90", "receivables < 5"), "60", None, 0},
	} {
		in := newBooks(invoice("INV-1", c.owes, "2026-01-05", "2026-03-02")).at(date("2026-01-12"))
		if v := custom(t, c.sign).Detector.Evaluate(in); v.NotEvaluable || v.Raise != c.raise || v.Clear != c.clear {
			t.Errorf("%s: got %v, clear %b (not evaluable: %v), want %v, clear %b", c.name, v.Raise, v.Clear, v.NotEvaluable, c.raise, c.clear)
		}
	}
}

func TestACustomSignThatDoesNotKnowIsNotEvaluable(t *testing.T) {
	for _, c := range []struct {
		name string
		sign CustomSign
		want string
	}{
		{"its condition", ladder("", "utilisation > 0.5", "", ""), "not evaluable"},
		{"a higher level", ladder("", "receivables > 10", "utilisation > 0.5", ""), "not evaluable"},
		{"a lower level, which says no more", ladder("", "utilisation > 0.5", "receivables > 10", ""), "critical"},
		{"an unknown that does not matter", ladder("", "limit_on_file and utilisation > 0.5", "", ""), "none"},
		{"the clear condition: it stands", ladder("", "receivables > 200", "", "utilisation < 0.2"), "warning"},
	} {
		in := newBooks(invoice("INV-1", "100", "2026-01-05", "2026-03-02")).at(date("2026-01-12")).stood(Warning, "")
		v := custom(t, c.sign).Detector.Evaluate(in)
		got := v.Level(Warning).String()
		if v.NotEvaluable {
			got = "not evaluable"
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestACustomSignTellsWhatItsLevelReads(t *testing.T) {
	sign := ladder("", "receivables >= 100 and max_days_past_due > 5", "exposure > 5000", "")
	sign.Text, sign.Actions = "Owes {receivables}, limit {limit}, {open_invoices} invoices", []string{"call_customer"}
	r := custom(t, sign)
	in := newBooks(
		invoice("INV-1", "60", "2026-01-05", "2026-02-02"), invoice("INV-2", "50.5", "2026-01-05", "2026-03-02"),
	).at(date("2026-02-12"))
	got := r.Detector.Describe(in, r.Detector.Evaluate(in))
	want := Detail{
		Facts:       []Fact{{"receivables", "110.50", "100.00"}, {"max_days_past_due", "10", "5"}, {"open_invoices", "2", ""}},
		MoneyAtRisk: eur("110.50"), Actions: []string{"call_customer"}, Evidence: []string{"INV-1", "INV-2"}, Wording: sign.Text,
		ClearsIf:   []Remedy{{Do: ByCondition, To: None}},
		Conditions: [Critical]string{"not (receivables >= 100 and max_days_past_due > 5) and not (exposure > 5000)"},
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	silent := custom(t, ladder("", "receivables >= 1000", "exposure > 5000", ""))
	quiet := silent.Detector.Describe(in, silent.Detector.Evaluate(in))
	if len(quiet.Facts) != 1 || quiet.Facts[0] != (Fact{"receivables", "110.50", "1000.00"}) || quiet.Evidence != nil {
		t.Errorf("silent: got %+v, want what the lowest level lacks", quiet)
	}
}

func TestACustomSignDependsOnWhatItsConditionsRead(t *testing.T) {
	for _, c := range []struct {
		sign          CustomSign
		inputs, news  state.Inputs
		lasting       bool
		readsTheClass bool
	}{
		{ladder("", `segment == "key"`, "", ""), state.InputProfile, state.InputProfile, false, false},
		{ladder("", `segment == "key"`, "notes_90_days > 2", ""), state.InputProfile | state.InputOpinion, state.InputProfile | state.InputOpinion, false, false},
		{ladder("", `max_days_past_due > 3`, "", "days_since_contact < 3"), state.InputReceivables | state.InputConduct, state.InputReceivables | state.InputConduct, false, false},
		{ladder("", `receivables > 3`, "", ""), moneyInputs, state.InputReceivables, false, false},
		{ladder("", `receivables > 3 and insured`, "", "open_orders < 3"), moneyInputs | state.InputCover, state.InputReceivables | state.InputCover | state.InputOrders, true, false},
		{ladder("", `open_disputes > 3`, `customer_class == "core"`, ""), state.InputConduct | state.InputReceivables, state.InputConduct | state.InputReceivables, false, true},
	} {
		r := custom(t, c.sign)
		if s := r.Sign; s.Inputs != c.inputs || s.ClearedBy != c.news || s.Lasting != c.lasting || r.Detector.(*Custom).readsClass() != c.readsTheClass {
			t.Errorf("%v: got %b, %b, %v, want %b, %b, %v", c.sign.When, s.Inputs, s.ClearedBy, s.Lasting, c.inputs, c.news, c.lasting)
		}
	}
}

func TestDefinitionsThatAreRefusedSayWhatIsWrong(t *testing.T) {
	good := ladder("", "receivables > 1", "", "")
	good.Signal, good.Text = "growing_debt", "Owes {receivables}"
	for _, c := range []struct {
		change func(*CustomSign)
		want   string
	}{
		{func(c *CustomSign) { c.Signal = "overdue" }, `name: "overdue" is a signal of Tocsin's own`},
		{func(c *CustomSign) { c.Signal = "stale_input" }, `name: "stale_input" is a signal of Tocsin's own`},
		{func(c *CustomSign) { c.Signal = "Growing debt" }, `name: "Growing debt" is no name of a sign`},
		{func(c *CustomSign) { c.Signal = strings.Repeat("x", 41) }, `is no name of a sign`},
		{func(c *CustomSign) { c.Signal = "" }, `name: "" is no name of a sign`},
		{func(c *CustomSign) { c.When[Warning] = "" }, `levels: has no condition`},
		{func(c *CustomSign) { c.When[Critical] = "receivables >" }, `critical: 1:13: unexpected token EOF`},
		{func(c *CustomSign) { c.When[Warning] = "x > 1" }, `warning: 1:1: unknown feature x`},
		{func(c *CustomSign) { c.Clear = "receivables" }, `clear: 1:1: is money and no condition`},
		{func(c *CustomSign) { c.HoldDays = 91 }, `hold_days: 91 is not between 0 and 90`},
		{func(c *CustomSign) { c.HoldDays = -1 }, `hold_days: -1 is not between 0 and 90`},
		{func(c *CustomSign) { c.Text = "" }, `text: has no text for people`},
		{func(c *CustomSign) { c.Text = strings.Repeat("x", 201) }, `text: is longer than 200 characters`},
		{func(c *CustomSign) { c.Text = "a\nb" }, `text: must be one line`},
		{func(c *CustomSign) { c.Text = "<!channel>" }, "text: must be one line without <, >, &, *, ~ and `"},
		{func(c *CustomSign) { c.Text = "Owes {recievables}" }, `text: 1:7: unknown feature recievables`},
		{func(c *CustomSign) { c.Text = "Owes {receivables" }, `text: has a { without its }`},
		{func(c *CustomSign) { c.Text = "Owes receivables}" }, `text: has a } without its {`},
		{func(c *CustomSign) { c.Text = "{segment} owes" }, `text: {segment} is a word, and a text tells numbers`},
		{func(c *CustomSign) { c.Actions = []string{"dance"} }, `actions: "dance" is no action`},
	} {
		sign := good
		c.change(&sign)
		_, faults := compileSign(&sign)
		if len(faults) != 1 || !strings.Contains(fmt.Sprintf("%s: %v", faults[0].part, faults[0].err), c.want) {
			t.Errorf("got %v, want %s", faults, c.want)
		}
	}
	set, faults := NewSet(Config{Signs: []CustomSign{good, good}})
	if set != nil || len(faults) != 1 || faults[0].Signal != "growing_debt" || faults[0].Err.Error() != "stands twice" {
		t.Errorf("twice: got %v", faults)
	}
}

// Who grades a customer by all signals that stand comes after them.
func TestWhoReadsAllSignalsIsJudgedLast(t *testing.T) {
	sign := ladder("", "receivables > 1", "", "")
	sign.Signal, sign.Text = "growing_debt", "Owes {receivables}"
	set, faults := NewSet(Config{Signs: []CustomSign{sign}})
	for _, f := range faults {
		t.Fatal(f.Err)
	}
	rules := set.rules()
	if last := rules[len(rules)-1].Sign; last.Signal != compositeSign.Signal || !last.Heeds("growing_debt") || last.Heeds(last.Signal) {
		t.Errorf("%s is judged last, want composite, which reads growing_debt and not itself", last.Signal)
	}
}

func TestSegmentsAndKindsSetCustomSigns(t *testing.T) {
	sign := ladder("", "receivables > 1", "", "")
	sign.Signal, sign.Text, sign.HoldDays = "growing_debt", "Owes", 3
	set := compiled(t, Config{
		Signs: []CustomSign{sign},
		Segments: []Segment{
			{When: `segment == "patient"`, Overrides: []Override{{"growing_debt", "hold_days", "30"}}},
			{When: `segment == "deaf"`, Overrides: []Override{{"growing_debt", "mode", "off"}}},
		},
	})
	for _, c := range []struct {
		profile *state.Profile
		want    string
	}{
		{nil, "held 3"},
		{&state.Profile{Segment: "patient"}, "held 30"},
		{&state.Profile{Segment: "deaf"}, "off"},
		{&state.Profile{Type: state.ProfileIntercompany}, "off"},
		{&state.Profile{Type: state.ProfilePublicBody}, "held 3"},
	} {
		rules := set.For(viewOf(c.profile, "2026-02-02")).Rules
		got := "off"
		if r := find(rules, "growing_debt"); r != nil {
			got = fmt.Sprintf("held %d", r.HoldDays)
		}
		if got != c.want {
			t.Errorf("%+v: got %s, want %s", c.profile, got, c.want)
		}
	}
	if last := set.For(viewOf(nil, "2026-02-02")).Rules; last[len(last)-2].Sign.Signal != "growing_debt" {
		t.Error("custom signs are not judged after Tocsin's own and before the grade")
	}
	_, faults := NewSet(Config{Segments: []Segment{{When: `segment == ""`, Overrides: []Override{{"growing_debt", "mode", "off"}}}}})
	if len(faults) != 1 || faults[0].Err != ErrUnknownSignal {
		t.Errorf("a sign that is not defined: got %v", faults)
	}
}

// drawCondition writes a condition over some features.
func drawCondition(t *rapid.T, nested int) string {
	if nested > 0 {
		switch rapid.SampledFrom([]string{"", "and", "or", "not"}).Draw(t, "joined by") {
		case "and":
			return drawCondition(t, nested-1) + " and " + drawCondition(t, nested-1)
		case "or":
			return "(" + drawCondition(t, nested-1) + " or " + drawCondition(t, nested-1) + ")"
		case "not":
			return "not (" + drawCondition(t, nested-1) + ")"
		}
	}
	f := rapid.SampledFrom(Features()).Draw(t, "feature")
	against := ""
	switch f.Unit {
	case InTruth:
		return f.Name
	case InWord:
		return f.Name + " " + rapid.SampledFrom([]string{`== "key"`, `in ["established", "DE"]`, `contains ""`}).Draw(t, "word")
	case InMoney:
		against = rapid.SampledFrom([]string{"0", "499.99", "500", "10000", "0.5 * limit", "receivables", "exposure / 2"}).Draw(t, "money")
	case InRatio:
		against = rapid.SampledFrom([]string{"0", "0.25", "0.9", "1", "overdue / receivables"}).Draw(t, "ratio")
	case InDays:
		against = rapid.SampledFrom([]string{"0", "1", "-3", "29.5", "30", "200", "549", "550", "max_days_past_due", "customer_since_days - 400"}).Draw(t, "days")
	default:
		against = rapid.SampledFrom([]string{"0", "1", "2", "open_invoices"}).Draw(t, "count")
	}
	sides := []string{f.Name, against}
	if rapid.Bool().Draw(t, "the other way round") {
		slices.Reverse(sides)
	}
	return sides[0] + rapid.SampledFrom([]string{" < ", " <= ", " > ", " >= ", " == ", " != "}).Draw(t, "relation") + sides[1]
}

func drawSign(t *rapid.T) *Rule {
	sign := ladder("", drawCondition(t, 2), "", "")
	if rapid.Bool().Draw(t, "has a critical level") {
		sign.When[Critical] = drawCondition(t, 1)
	}
	if rapid.Bool().Draw(t, "has a clear condition") {
		sign.Clear = drawCondition(t, 1)
	}
	sign.Signal, sign.Text = "drawn", "Drawn"
	rule, faults := compileSign(&sign)
	if len(faults) > 0 {
		t.Fatalf("%+v: %v", sign, faults)
	}
	return &rule
}

// Until the day that its verdict names, time alone changes nothing in what a custom sign says.
func TestNextOfACustomSignIsNeverLaterThanTheFirstChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, rule := drawTraded(t), drawSign(t)
		in := b.at(firstDay + state.Date(rapid.IntRange(0, 240).Draw(t, "day")))
		day, customer := in.View.Day, b.customer()
		first := rule.Detector.Evaluate(in)
		if first.Next != 0 && first.Next <= day {
			t.Fatalf("on %v: next is %v", day, first.Next)
		}
		last := first.Next
		if last == 0 {
			last = day + 800
		}
		for later := day + 1; later < last; later++ {
			if got, want := rule.Detector.Evaluate(in.on(b.see(customer, later))).without(0), first.without(0); got != want {
				t.Fatalf("on %v: next is %v, but on %v\ngot  %s\nwant %s", day, first.Next, later, got, want)
			}
		}
	})
}

// Judging and telling leave the customer as it was; what is raised is not clear; an event that a custom sign does not depend on
// does not move its verdict.
func TestCustomSignsAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, rule := drawTraded(t), drawSign(t)
		day, customer := firstDay+state.Date(rapid.IntRange(0, 240).Draw(t, "day")), b.customer()
		record := &state.Record{Customer: customer, Day: day}
		before := string(state.AppendRecord(nil, record))
		in := b.at(day).on(b.see(customer, day))
		v := rule.Detector.Evaluate(in)
		rule.Detector.Describe(in, v)
		if v.Raise > None && v.Clear.Has(v.Raise) {
			t.Fatalf("%v is raised and clear", v.Raise)
		}
		if again := rule.Detector.Evaluate(in); again.without(0) != v.without(0) || string(state.AppendRecord(nil, record)) != before {
			t.Fatalf("asked again: %+v, before %+v", again, v)
		}
		more := b.add(drawBody(t, "Y")).events
		changed := customer.Apply(day, more[len(more)-1:], make([]state.Outcome, 1))
		if after := rule.Detector.Evaluate(in.on(b.see(customer, day))); changed&rule.Sign.Inputs == 0 && after.without(0) != v.without(0) {
			t.Fatalf("%T moves a sign that does not depend on it: %+v, before %+v", more[len(more)-1].Body, after, v)
		}
	})
}

// What is told to who asks why is what was judged.
func TestExplanationsOfCustomSignsAreTheVerdict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, rule := drawTraded(t), drawSign(t)
		in := b.at(firstDay + state.Date(rapid.IntRange(0, 240).Draw(t, "day")))
		v, conditions := rule.Detector.Evaluate(in), rule.Detector.(Explainer).Explain(in)
		level, judged := reached(conditions)
		if judged == v.NotEvaluable || judged && level != v.Raise {
			t.Fatalf("%v, not evaluable: %v; explained as %v, %v: %+v", v.Raise, v.NotEvaluable, level, judged, conditions)
		}
	})
}

func TestACustomSignTellsWhatItLacks(t *testing.T) {
	in := newBooks(
		invoice("INV-1", "100.10", "2026-01-05", "2026-02-02"), limit("1000", "2026-01-01"), &state.Profile{Segment: "key"},
	).at(date("2026-02-12"))
	for _, c := range []struct{ when, want string }{
		{"receivables > 200", "[receivables 10010 more_than 20000 gap 9991]"},
		{"receivables >= 200.005", "[receivables 10010 at_least 20001 gap 9991]"},
		{"200 < receivables and max_days_past_due >= 10", "[receivables 10010 more_than 20000 gap 9991] [max_days_past_due 10 at_least 10 gap 0]"},
		{"not (receivables > 50 or max_days_past_due < 12)", "[receivables 10010 at_most 5000 gap -5010] [max_days_past_due 10 at_least 12 gap 2]"},
		{"receivables > 200 or max_days_past_due > 12", "[receivables 10010 more_than 20000 gap 9991] or [max_days_past_due 10 more_than 12 gap 3]"},
		{"(receivables > 200 or insured) and max_days_past_due > 12",
			"[receivables 10010 more_than 20000 gap 9991] [max_days_past_due 10 more_than 12 gap 3] or [insured 0 at_least 1 gap 1] [max_days_past_due 10 more_than 12 gap 3]"},
		{"receivables > 0.2 * limit", "[receivables 10010 more_than 20000 gap 9991]"},
		{"utilisation > 0.1001", "[utilisation 1001 more_than 1001 gap 1]"},
		{"utilisation > 0.10015", "[utilisation 1001 more_than 1001 gap 1]"},
		{"max_days_past_due == 12", "[max_days_past_due 10 at_least 12 gap 2] [max_days_past_due 10 at_most 12 gap 0]"},
		{"max_days_past_due != 10", "[max_days_past_due_fits 0 at_least 1 gap 1]"},
		{`segment != "key"`, "[segment_fits 0 at_least 1 gap 1]"},
		{"limit - exposure < 5", "[limit_fits 0 at_least 1 gap 1]"},
		{"not limit_on_file", "[limit_on_file 1 at_most 0 gap -1]"},
	} {
		got, way := "", 0
		for i, one := range custom(t, ladder("", c.when, "", "")).Detector.(Explainer).Explain(in) {
			if one.Way != way {
				got, way = got+"or ", one.Way
			}
			if one.Level != Warning {
				t.Errorf("%s: condition %d is of %v", c.when, i, one.Level)
			}
			got += fmt.Sprintf("[%s %d %v %d gap %d] ", one.What, one.Value, one.Is, one.Threshold, one.Gap())
		}
		if got != c.want+" " {
			t.Errorf("%s:\ngot  %s\nwant %s", c.when, got, c.want)
		}
	}
	unknown := custom(t, ladder("", "days_since_order > 5 and receivables > 5", "", "")).Detector.(Explainer).Explain(in)
	if len(unknown) == 0 || unknown[0].Level != None || unknown[0].What != "days_since_order_known" || unknown[0].Holds() {
		t.Errorf("not evaluable: got %+v", unknown)
	}
	many := strings.Repeat("(receivables > 500 or insured) and ", 6) + "insured"
	if got := custom(t, ladder("", many, "", "")).Detector.(Explainer).Explain(in); len(got) != 1 || got[0].What != "condition_holds" || got[0].Holds() {
		t.Errorf("more ways than are told apart: got %+v", got)
	}
}

func TestACustomerBecomesEstablishedByItself(t *testing.T) {
	b := newBooks()
	for i := range 6 {
		id := fmt.Sprintf("INV-%d", i)
		b = b.add(invoice(id, "100", "2026-01-05", "2026-02-02"), payment("P-"+id, "100", "2026-01-20", id+" 100"))
	}
	r := custom(t, ladder("", `customer_class == "established"`, "", ""))
	v := r.Detector.Evaluate(b.at(date("2026-03-02")))
	if want := date("2026-01-05") + 180; v.Raise != None || v.Next != want {
		t.Errorf("got %v, next %v, want none, next %v", v.Raise, v.Next, want)
	}
	if v := r.Detector.Evaluate(b.at(v.Next)); v.Raise != Warning {
		t.Errorf("on that day: got %v, want warning", v.Raise)
	}
}

func TestACountOfDaysIsAskedOnlyWhenItGetsThere(t *testing.T) {
	b := newBooks(invoice("INV-1", "100", "2026-01-05", "2026-02-02"), &state.Profile{CustomerSince: date("2026-01-01")}, limit("1000", "2026-01-01"))
	for _, c := range []struct{ when, day, want string }{
		{"max_days_past_due > 30", "2026-03-04", "2026-03-05"},
		{"max_days_past_due == 30", "2026-03-04", "2026-03-05"},
		{"customer_since_days > -2", "2025-12-31", "2026-01-01"},
		{"customer_since_days > -2", "2026-01-01", "2026-01-02"},
		{"max_days_past_due > 30", "2026-01-06", "2026-02-02"},
		{"max_days_past_due > 30", "", "2026-03-04"},
		{"max_days_past_due >= 30", "", "2026-03-04"},
		{"30 < max_days_past_due", "", "2026-03-04"},
		{"max_days_past_due > 3", "", ""},
		{"customer_since_days >= 365", "", "2027-01-01"},
		{"max_days_past_due > 30 or customer_since_days > 60", "", "2026-03-02"},
		{"max_days_past_due * 2 > 30", "", "2026-02-13"},
		{"max_days_past_due > customer_since_days", "", "2026-02-13"},
		{"days_to_limit_review < 10", "", ""},
		{"receivables > 10", "", ""},
		{"days_since_payment > 10", "", ""},
	} {
		got, day := "", date("2026-02-12")
		if c.day != "" {
			day = date(c.day)
		}
		if next := custom(t, ladder("", c.when, "", "")).Detector.Evaluate(b.at(day)).Next; next != 0 {
			got = next.String()
		}
		if got != c.want {
			t.Errorf("%s: got next %q, want %q", c.when, got, c.want)
		}
	}
}

func TestJudgingByACustomSignOfMoneyAndDaysDoesNotAllocate(t *testing.T) {
	r := custom(t, ladder("", `receivables > 0.5 * limit and undisputed_days_past_due > 10 and segment != "key" and utilisation < 2`, "", "overdue < 100"))
	in := newBooks(invoice("INV-1", "600", "2026-01-05", "2026-02-02"), limit("1000", "2026-01-01")).at(date("2026-03-12"))
	r.Detector.Evaluate(in)
	if n := testing.AllocsPerRun(100, func() { r.Detector.Evaluate(in) }); n > 0 {
		t.Errorf("got %v allocations, want none", n)
	}
}

func TestWhatACustomSignClearsBy(t *testing.T) {
	in := newBooks(invoice("INV-1", "1000", "2026-01-05", "2026-02-02")).at(date("2026-03-12"))
	for _, c := range []struct {
		sign CustomSign
		want [Critical]string
		ways int
	}{
		{ladder("", "receivables > 500", "", ""), [Critical]string{None: "not (receivables > 500)"}, 1},
		{ladder("", "receivables > 500", "", "receivables < 400"), [Critical]string{None: "receivables < 400 and not (receivables > 500)"}, 1},
		{ladder("", "receivables > 500", "", "receivables < 400 or insured"), [Critical]string{None: "(receivables < 400 or insured) and not (receivables > 500)"}, 1},
		{
			ladder("receivables > 10", "", "receivables > 500", "receivables < 5"),
			[Critical]string{
				None: "receivables < 5 and not (receivables > 10) and not (receivables > 500)",
				Info: "(receivables > 10 or not (receivables < 5)) and not (receivables > 500)",
			}, 2,
		},
		{
			ladder("receivables > 10", "receivables > 20 or insured", "receivables > 500", ""),
			[Critical]string{
				None:    "not (receivables > 10) and not (receivables > 20 or insured) and not (receivables > 500)",
				Info:    "receivables > 10 and not (receivables > 20 or insured) and not (receivables > 500)",
				Warning: "(receivables > 20 or insured) and not (receivables > 500)",
			}, 3,
		},
	} {
		d := custom(t, c.sign).Detector
		got := d.Describe(in, d.Evaluate(in))
		if got.Conditions != c.want || len(got.ClearsIf) != c.ways || got.ClearsIf[c.ways-1] != (Remedy{Do: ByCondition, To: None}) {
			t.Errorf("%v: got %v, %q, want %q", c.sign.When, got.ClearsIf, got.Conditions, c.want)
		}
	}
	d := custom(t, ladder("", "receivables > 5000", "", "")).Detector
	if got := d.Describe(in, d.Evaluate(in)); len(got.ClearsIf) > 0 {
		t.Errorf("silent: got %v", got.ClearsIf)
	}
}

// What an alert says has to hold is a condition, and where that holds, and only there, the sign is at the level that it names.
func TestTheConditionOfALevelIsTheLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := drawSign(t)
		asked := drawInput(t, drawTraded(t))
		level := rapid.SampledFrom(append(slices.Clone(rule.Sign.Levels()), None)).Draw(t, "stood")
		asked.Standing = level
		v := rule.Detector.Evaluate(asked)
		ways := rule.Detector.Describe(asked, v)
		level = v.Level(level)
		if (len(ways.ClearsIf) == 0) != (level == None) {
			t.Fatalf("at %v: got %v", level, ways.ClearsIf)
		}
		then := drawInput(t, drawTraded(t))
		then.Standing = level
		after := rule.Detector.Evaluate(then)
		for _, way := range ways.ClearsIf {
			f, err := compileFormula(ways.Conditions[way.To])
			if err != nil {
				t.Fatalf("%q: %v", ways.Conditions[way.To], err)
			}
			if holds, known := f.holds(then); known && !after.NotEvaluable && holds != (after.Level(level) == way.To) {
				t.Fatalf("from %v to %v: %q is %v, and the sign at %v", level, way.To, ways.Conditions[way.To], holds, after.Level(level))
			}
		}
	})
}
