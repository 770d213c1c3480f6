package detectors

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// reached is the highest level of which all conditions of one way hold, and whether the signal can be judged.
func reached(conditions []Condition) (level Level, judged bool) {
	for l := Info; l <= Critical; l++ {
		if lacking, found := Lacking(conditions, l); found && len(lacking) == 0 {
			level = l
		}
	}
	lacking, _ := Lacking(conditions, None)
	return level, len(lacking) == 0
}

// What is told to who asks why is what was judged.
func TestExplanationsAreTheVerdict(t *testing.T) {
	rules := Defaults()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t, drawRequests(t, drawNews(t, drawBooks(t))))
		others := rapid.SampledFrom([]Findings{
			nil, nil, {{Signal: "broken_promise", Level: Warning}}, {{Signal: "overdue", Level: Info}}, {{Signal: "adverse_registry", Level: Critical, Reason: classA}},
			{{Signal: "limit_breach", Level: Critical}, {Signal: "overdue", Level: Critical}, {Signal: "payment_returned", Level: Critical}},
		}).Draw(t, "others")
		if rapid.IntRange(0, 3).Draw(t, "graded by a person") == 0 {
			grade := &state.GradeOverride{OverrideID: "G-1", SetDate: firstDay + 100, Grade: rapid.SampledFrom([]state.Grade{state.GradeGood, state.GradeWatch}).Draw(t, "grade")}
			in = drawBooks(t).add(grade).at(firstDay + state.Date(rapid.IntRange(90, 220).Draw(t, "day")))
		}
		if rapid.IntRange(0, 2).Draw(t, "of two years") == 0 {
			in = drawSlowdown(t, drawPayer(t)).stood(None, "")
		}
		in.LimitsKnown = rapid.Bool().Draw(t, "limits are known")
		in.Others = others
		kept := graded{held: Held{Grade: rapid.SampledFrom([]state.Grade{state.GradeExcellent, state.GradeFair, state.GradeBad}).Draw(t, "kept")}}
		in.Kept = kept.keep()
		for i := range rules {
			d, ok := rules[i].Detector.(Explainer)
			if !ok {
				continue
			}
			v := rules[i].Detector.Evaluate(in)
			conditions := d.Explain(in)
			level, judged := reached(conditions)
			if judged == v.NotEvaluable || judged && level != v.Raise {
				t.Fatalf("%s is %v, not evaluable: %v; explained as %v, %v: %+v",
					rules[i].Sign.Signal, v.Raise, v.NotEvaluable, level, judged, conditions)
			}
		}
	})
}

func TestTheGapIsTheLeastChangeThatFulfils(t *testing.T) {
	for _, is := range []Relation{AtLeast, MoreThan, AtMost, LessThan} {
		for value := int64(-3); value <= 3; value++ {
			c := Condition{Value: value, Is: is}
			gap := c.Gap()
			holds := map[Relation]bool{AtLeast: value >= 0, MoreThan: value > 0, AtMost: value <= 0, LessThan: value < 0}[is]
			if c.Holds() != holds || (gap == 0) != holds {
				t.Errorf("%d %v 0: got gap %d, holds %v", value, is, gap, c.Holds())
			}
			c.Value += gap
			if !c.Holds() {
				t.Errorf("%d %v 0: after a change by %d it does not hold", value, is, gap)
			}
			if step := min(1, max(-1, gap)); step != 0 {
				c.Value -= step
				if c.Holds() {
					t.Errorf("%d %v 0: less than %d is enough", value, is, gap)
				}
			}
		}
	}
}

// lacks is what a level needs and has not, in a line.
func lacks(r *Rule, in *Input, level Level) string {
	lacking, _ := Lacking(r.Detector.(Explainer).Explain(in), level)
	text := ""
	for _, c := range lacking {
		text += fmt.Sprintf("%s %s%s %d %v %d, gap %d;", level, c.What, map[bool]string{true: " of " + c.About}[c.About != ""], c.Value, c.Is, c.Threshold, c.Gap())
	}
	return text
}

// Each silent signal is told by what it lacks; who gives it exactly that much makes it speak, and a unit less does not.
func TestASilentSignalTellsWhatItLacks(t *testing.T) {
	day := date("2025-03-14")
	for _, c := range []struct {
		name, signal  string
		books         *books
		level         Level
		want          string
		enough, short *books // nil: not told
		on            state.Date
	}{
		{
			name: "not yet late enough", signal: "overdue", level: Info,
			books:  newBooks(invoice("INV-1", "1000", "2025-02-10", "2025-03-12")),
			want:   "info days_past_due of INV-1 2 more_than 5, gap 4;",
			enough: newBooks(invoice("INV-1", "1000", "2025-02-10", "2025-03-12")), on: day + 4,
		},
		{
			name: "not due", signal: "overdue", level: Warning,
			books: newBooks(invoice("INV-1", "1000", "2025-02-10", "2025-03-19")),
			want:  "warning days_past_due of INV-1 -5 more_than 30, gap 36;",
		},
		{
			name: "too small", signal: "overdue", level: Info,
			books:  newBooks(invoice("INV-1", "300", "2025-01-10", "2025-02-10"), invoice("INV-2", "200", "2025-01-10", "2025-02-10")),
			want:   "info open_amount of INV-1 30000 at_least 50000, gap 20000;",
			enough: newBooks(invoice("INV-1", "500", "2025-01-10", "2025-02-10")), short: newBooks(invoice("INV-1", "499.99", "2025-01-10", "2025-02-10")),
		},
		{
			name: "nothing is owed", signal: "overdue", level: Info, books: newBooks(limit("100", "2025-01-01")),
			want: "info open_amount 0 at_least 50000, gap 50000;",
		},
		{
			name: "below NEAR", signal: "limit_breach", level: Info,
			books:  newBooks(limit("100000", "2025-01-01"), order("SO-1", "70000", "2025-03-01")),
			want:   "info exposure 7000000 at_least 8000000, gap 1000000;",
			enough: newBooks(limit("100000", "2025-01-01"), order("SO-1", "80000", "2025-03-01")),
			short:  newBooks(limit("100000", "2025-01-01"), order("SO-1", "79999.99", "2025-03-01")),
		},
		{
			name: "within the tolerance", signal: "limit_breach", level: Critical,
			books:  newBooks(limit("100000", "2025-01-01"), order("SO-1", "101000", "2025-03-01")),
			want:   "critical exposure 10100000 more_than 10100000, gap 1;",
			enough: newBooks(limit("100000", "2025-01-01"), order("SO-1", "101000.01", "2025-03-01")),
			short:  newBooks(limit("100000", "2025-01-01"), order("SO-1", "101000", "2025-03-01")),
		},
		{
			name: "prepaid only", signal: "limit_breach", level: Critical, books: newBooks(limit("0", "2025-01-01")),
			want: "critical exposure 0 more_than 0, gap 1;",
		},
		{
			name: "no limit", signal: "limit_breach", level: None, books: newBooks(order("SO-1", "1", "2025-03-01")),
			want: "none limit_on_file 0 at_least 1, gap 1;",
		},
		{
			name: "a limit is on file", signal: "limit_missing", level: Warning, books: newBooks(limit("100", "2025-01-01"), order("SO-1", "1", "2025-03-01")),
			want: "warning limit_on_file 1 at_most 0, gap -1;",
		},
		{
			name: "no review date", signal: "limit_review_due", level: Warning, books: newBooks(limit("100", "2025-01-01")),
			want: "warning review_date 0 at_least 1, gap 1;",
		},
		{
			name: "the next end is far and fits, the second neither", signal: "limit_temporary_expiry", level: Warning,
			books: newBooks(limit("100", "2025-01-01"), order("SO-1", "120", "2025-03-01"),
				temporary("T-1", "50", "2025-01-01", "2025-03-31"), temporary("T-2", "50", "2025-01-01", "2025-04-30")),
			want: "warning days_left of T-2 47 at_most 7, gap -40;",
		},
		{
			name: "two open invoices", signal: "overdue_ratio", level: None,
			books: newBooks(invoice("INV-1", "1000", "2025-01-10", "2025-02-10"), invoice("INV-2", "1000", "2025-01-10", "2025-02-10")),
			want:  "none open_invoices 2 at_least 3, gap 1;",
		},
		{
			name: "a small share", signal: "overdue_ratio", level: Warning,
			books: newBooks(invoice("INV-1", "1000", "2025-01-10", "2025-02-10"), invoice("INV-2", "3000", "2025-03-10", "2025-04-10"),
				invoice("INV-3", "1000.01", "2025-03-10", "2025-04-10")),
			want: "warning overdue_of_receivables 100000 at_least 125001, gap 25001;",
		},
		{
			name: "one promise broken", signal: "broken_promise", level: Warning,
			books:  newBooks(invoice("INV-1", "1000", "2025-01-02", "2025-02-20"), promise("PR-1", "1000", "2025-02-21", "2025-02-25")),
			want:   "warning promise_run 10000 at_least 20000, gap 10000;",
			enough: newBooks(invoice("INV-1", "1000", "2025-01-02", "2025-02-20"), promise("PR-1", "1000", "2025-02-21", "2025-02-25"), promise("PR-2", "1000", "2025-03-03", "2025-03-04")),
			short:  newBooks(invoice("INV-1", "1000", "2025-01-02", "2025-02-20"), promise("PR-1", "1000", "2025-02-21", "2025-02-25"), promise("PR-2", "1000", "2025-03-03", "2025-03-12")),
		},
		{
			name: "one payment returned, not yet late", signal: "payment_returned", level: Critical,
			books: newBooks(invoice("INV-1", "9000", "2025-01-02", "2025-06-02"), payment("P-1", "9000", "2025-03-03", "INV-1 9000"), returned("P-1", "9000", "2025-03-12", "AM04")),
			want:  "critical returned_payments 1 at_least 2, gap 1;",
		},
		{
			name: "nothing was asked for", signal: "terms_request", level: Info, books: newBooks(invoice("INV-1", "9000", "2025-01-02", "2025-06-02")),
			want: "info points 0 at_least 1, gap 1;",
		},
		{
			name: "one invoice disputed late", signal: "dispute_stall", level: Warning,
			books:  newBooks().fallen(5, "A", "1000", "2025-03-03", false).add(dispute("D-1", "100", "2025-03-10", "A-0")),
			want:   "warning late_disputes 1 at_least 2, gap 1;",
			enough: newBooks().fallen(5, "A", "1000", "2025-03-03", false).add(dispute("D-1", "100", "2025-03-10", "A-0", "A-1")),
			short:  newBooks().fallen(5, "A", "1000", "2025-03-03", false).add(dispute("D-1", "100", "2025-03-10", "A-0", "A-0")),
		},
		{
			name: "as many disputes as ever", signal: "dispute_stall", level: Warning,
			books: newBooks().fallen(50, "A", "100", "2025-03-03", false).fallen(5, "OLD", "100", "2024-06-03", true).
				add(dispute("D-1", "100", "2025-03-10", "A-0", "A-1"), dispute("D-0", "100", "2024-06-10", "OLD-0"), disputeClosed("D-0", "2024-06-20", state.DisputeRejected)),
			want: "warning unusual_disputes 2 at_least 20, gap 18;",
		},
		{
			name: "disputes that block less than half", signal: "dispute_stall", level: Critical,
			books: newBooks().fallen(6, "A", "1000", "2025-03-03", false).add(dispute("D-1", "2999.99", "2025-03-10", "A-0", "A-1", "A-2")),
			want:  "critical blocked_ratio 4999 at_least 5000, gap 1;",
		},
		{
			name: "no news", signal: "adverse_registry", level: Warning, books: newBooks(profile()),
			want: "warning serious_facts 0 at_least 1, gap 1;",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rule(t, c.signal)
			if got := lacks(r, c.books.at(day), c.level); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if c.on != 0 {
				if got := r.Detector.Evaluate(c.books.at(c.on - 1)).Raise; got >= c.level {
					t.Errorf("a day less is enough: %v", got)
				}
			}
			if c.enough != nil {
				if got := r.Detector.Evaluate(c.enough.at(max(c.on, day))).Raise; got < c.level {
					t.Errorf("what is lacking is there: got %v, want %v", got, c.level)
				}
			}
			if c.short != nil {
				if got := r.Detector.Evaluate(c.short.at(day)).Raise; got >= c.level {
					t.Errorf("less is enough: got %v", got)
				}
			}
		})
	}
}

// A payment that came back is told with the day on which it turns critical, and by how much it was made good.
func TestAReturnTellsWhenItTurnsCritical(t *testing.T) {
	b := newBooks(invoice("INV-1", "9000", "2025-01-02", "2025-06-02"), payment("P-1", "9000", "2025-03-03", "INV-1 9000"),
		returned("P-1", "9000", "2025-03-12", "AM04"), payment("P-2", "8549.99", "2025-03-13"))
	in := b.at(date("2025-03-14"))
	var way []string
	for _, c := range NewPaymentReturned().Explain(in) {
		if c.About == "P-1" {
			way = append(way, fmt.Sprintf("%s %d %v %d gap %d", c.What, c.Value, c.Is, c.Threshold, c.Gap()))
		}
	}
	if got, want := fmt.Sprint(way), "[days_after_deadline -5 more_than 0 gap 6 replaced_share 9499 less_than 9500 gap 0]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for day, want := range map[state.Date]Level{in.View.Day + 5: Warning, in.View.Day + 6: Critical} {
		if got := NewPaymentReturned().Evaluate(b.at(day)).Raise; got != want {
			t.Errorf("on %v: got %v, want %v", day, got, want)
		}
	}
}

// The habitual payer of T-D01-4 lacks seven and a half days; T-D01-3 a payment.
func TestASlowdownTellsHowMuchSlowerItWouldBe(t *testing.T) {
	r := rule(t, "payment_slowdown")
	asEver := func(late ...int) *Input {
		return paying(paying(newBooks(), "OLD", slowdownDay-150, 30, 28, 33, 31, 35, 29, 32, 30), "NEW", slowdownDay-5, late...).at(slowdownDay)
	}
	for _, c := range []struct {
		in    *Input
		level Level
		want  string
	}{
		{
			asEver(33, 31, 36), Warning,
			"warning days_slower 5 at_least 20, gap 15;warning days_slower_by_spread 5 at_least 12, gap 7;warning affected_amount 0 at_least 50000, gap 50000;",
		},
		{asEver(52, 55, 61), Critical, ""},
		{paying(usually(), "NEW", slowdownDay-5, 14, 18).at(slowdownDay), None, "none recent_count 2 at_least 3, gap 1;"},
	} {
		if got := lacks(r, c.in, c.level); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	if got, want := fmt.Sprint(NewPaymentSlowdown().TellBaseline(norm{5, 4, 8}.encode())), "[{baseline_median_days 2.5 } {baseline_deviation_days 1.00 } {baseline_count 8 }]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := NewPaymentSlowdown().TellBaseline(nil); got != nil {
		t.Errorf("of none: got %v", got)
	}
}

func TestLevelsAreThoseThatActionsAreRecommendedFor(t *testing.T) {
	for signal, want := range map[string]string{"overdue": "[info warning critical]", "overdue_ratio": "[warning critical]", "limit_missing": "[warning]"} {
		if got := fmt.Sprint(rule(t, signal).Sign.Levels()); got != want {
			t.Errorf("%s: got %s, want %s", signal, got, want)
		}
	}
	for _, r := range Defaults() {
		if len(r.Sign.Levels()) == 0 {
			t.Errorf("%s raises nothing", r.Sign.Signal)
		}
	}
}
