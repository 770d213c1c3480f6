package alerts

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/detectors"
	"tocsin/state"
	"tocsin/state/statetest"
)

// explained is what the judge tells of a signal on the rig's day.
func (r *rig) explained(t *testing.T, signal string) Explained {
	t.Helper()
	for _, x := range r.judge.Explain(Input{Record: r.rec, Ledger: testLedger, Day: r.day, Waiting: r.waiting}).Signals {
		if x.Rule.Sign.Signal == signal {
			return x
		}
	}
	t.Fatalf("%s is not explained", signal)
	return Explained{}
}

func TestAnExplanationTellsWhatStandsAndSinceWhen(t *testing.T) {
	r := newRig(t, 3, false)
	r.play(`1 A=i(X)
		4 A=c(Y)
		6 A=w/c(Z)
		7 end`)
	x := r.explained(t, "A")
	if x.Level != detectors.Critical || x.Reason != "Y" || x.Since != start+1 || x.LevelSince != start+4 || x.RuleSet != Live || !x.Judged {
		t.Errorf("got %v (%s) since %d, at its level since %d", x.Level, x.Reason, x.Since-start, x.LevelSince-start)
	}
	if got, want := fmt.Sprint(x.Leaves), fmt.Sprint([]Leaving{{detectors.Critical, start + 6, start + 9}}); got != want {
		t.Errorf("leaves: got %s, want %s: clear since the sixth day, and held for three closes", got, want)
	}
	if x.Verdict.Raise != detectors.Warning {
		t.Errorf("today: got %v, want what is raised now", x.Verdict.Raise)
	}
	if x := r.explained(t, "B"); x.Level != detectors.None || x.Since != 0 || !x.Judged || len(x.Leaves) != 0 {
		t.Errorf("B: got %+v, want nothing that stands", x)
	}
}

func TestAnExplanationTellsOfTheFrozenBaseline(t *testing.T) {
	r := newRig(t, 0, false)
	r.scripts["A"].baselines = true
	r.play(`3 A=w
		5 end`)
	if x := r.explained(t, "A"); string(x.Baseline) != "\x03" || x.Cleared != 0 || x.Remembered != 0 {
		t.Errorf("got %v, cleared %v, want that of the third day", x.Baseline, x.Cleared)
	}
	r.play(`6 A=-
		8 end`)
	if x := r.explained(t, "A"); string(x.Baseline) != "\x03" || x.Cleared != start+6 || x.Remembered != start+36 {
		t.Errorf("got %v, cleared %d, until %d, want it remembered for 30 days", x.Baseline, x.Cleared-start, x.Remembered-start)
	}
	r.play(`36 end`)
	if x := r.explained(t, "A"); len(x.Baseline) == 0 {
		t.Error("on its last day the baseline is gone")
	}
	r.play(`37 end`)
	if x := r.explained(t, "A"); len(x.Baseline) != 0 {
		t.Errorf("got %v, want it forgotten on the day after, though nobody has stepped the customer", x.Baseline)
	}
}

func TestAnExplanationTellsOfWhatWaits(t *testing.T) {
	r := newRig(t, 0, false)
	r.play(`1 silent:A
		2 A=w`)
	if x := r.explained(t, "A"); !x.Waits || x.Level != detectors.None || x.Verdict.Raise != detectors.Warning {
		t.Errorf("got waits %v at %v, today %v", x.Waits, x.Level, x.Verdict.Raise)
	}
	if x := r.explained(t, "B"); x.Waits {
		t.Error("B waits for nothing")
	}
}

func TestShadowsAreExplainedUnderTheirName(t *testing.T) {
	r := newRig(t, 0, false)
	rules := slices.Clone(r.rules)
	rules[0].Mode = detectors.Shadow
	judge, err := NewJudge("test", DefaultSLA(), RuleSet{Name: Live, Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	r.judge = judge
	r.play("1 A=w B=c")
	if x := r.explained(t, "A"); x.RuleSet != Shadow || x.Level != detectors.Warning {
		t.Errorf("A: got %s at %v", x.RuleSet, x.Level)
	}
	if x := r.explained(t, "B"); x.RuleSet != Live || x.Level != detectors.Critical {
		t.Errorf("B: got %s at %v", x.RuleSet, x.Level)
	}
}

func TestWhatIsOffIsExplainedAsOff(t *testing.T) {
	set, faults := detectors.NewSet(detectors.Config{Overrides: []detectors.Override{{Signal: "overdue", Key: "mode", Value: "off"}}})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	judge, err := NewJudge("test", DefaultSLA(), RuleSet{Name: Live, Rules: set, Materiality: detectors.DefaultMateriality()})
	if err != nil {
		t.Fatal(err)
	}
	rec := &state.Record{Customer: state.NewCustomer("C-1")}
	told := judge.Explain(Input{Record: rec, Ledger: testLedger, Day: start})
	if got, want := len(told.Signals), len(detectors.All()); got != want {
		t.Errorf("got %d signals, want all %d", got, want)
	}
	for _, x := range told.Signals {
		moneyless := x.Rule.Sign.Moneyless && x.Rule.Mode != detectors.Off
		if x.Judged != moneyless {
			t.Errorf("%s of a customer without a currency: judged %v", x.Rule.Sign.Signal, x.Judged)
		}
	}
}

// Whoever asks changes nothing, and is told what the record's lists tell.
func TestExplainingChangesNothingAndAgreesWithTheLists(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCourse(t)
		r := newRig(t, c.hold, c.lasting)
		for day, edits := range c.days {
			at := start + state.Date(day)
			r.open(at)
			changed := state.Inputs(0)
			for _, e := range edits {
				r.scripts[e.signal].learn(e.from, e.verdict)
				changed |= inputOf(e.signal)
			}
			if changed != 0 {
				r.step(at, changed, false, nil)
			}
			before := state.AppendRecord(nil, r.rec)
			in := Input{Record: r.rec, Ledger: testLedger, Day: at}
			told := r.judge.Explain(in)
			if !slices.Equal(before, state.AppendRecord(nil, r.rec)) {
				t.Fatal("the record has changed")
			}
			var signals []Signal
			var blind []string
			for _, x := range told.Signals {
				if x.Level > detectors.None {
					signals = append(signals, Signal{x.Rule.Sign.Signal, x.Level, x.Reason, x.Since, x.LevelSince})
				}
				if x.Verdict.NotEvaluable {
					blind = append(blind, x.Rule.Sign.Signal)
				}
			}
			if want := r.judge.Signals(r.rec.Episodes); !slices.Equal(signals, want) {
				t.Fatalf("got %v, want %v", signals, want)
			}
			if want := r.judge.NotEvaluable(in); !slices.Equal(blind, want) {
				t.Fatalf("not evaluable: got %v, want %v", blind, want)
			}
		}
	})
}

// Every condition of every detector has its words.
func TestNoConditionLacksItsText(t *testing.T) {
	rules, ledger := detectors.Defaults(), &state.Ledger{Zone: time.UTC}
	rapid.Check(t, func(t *rapid.T) {
		customer := state.NewCustomer("C-1")
		events := statetest.Events("C-1", 40).Draw(t, "events")
		customer.Apply(statetest.Start, events, make([]state.Outcome, len(events)))
		in := &detectors.Input{
			View: customer.View(ledger, statetest.Start+state.Date(rapid.IntRange(-30, 120).Draw(t, "day"))), Materiality: detectors.DefaultMateriality(),
			LimitsKnown: rapid.Bool().Draw(t, "limits are known"),
		}
		for i := range rules {
			d, ok := rules[i].Detector.(detectors.Explainer)
			if !ok || in.View.Currency() == 0 {
				continue
			}
			for _, c := range d.Explain(in) {
				for _, l := range everyLanguage(t) {
					known := l.facts[c.What] != "" || l.conditions[c.What] != ""
					if c.Unit == detectors.UnitFlag {
						known = len(l.flags[c.What]) == 2
					}
					if !known {
						t.Fatalf("%s: %s: %s has no words", l.tag, rules[i].Sign.Signal, c.What)
					}
					text, gap := l.Condition(c, in.View.Currency()), l.Gap(c, in.View.Currency())
					if text == "" || strings.ContainsAny(text+gap, "{}") || (gap == "") != (c.Holds() || c.Unit == detectors.UnitFlag) {
						t.Fatalf("%s: %+v is told as %q, %q", l.tag, c, text, gap)
					}
				}
			}
		}
	})
}

func TestAConditionInWords(t *testing.T) {
	for _, c := range []struct {
		of   detectors.Condition
		want string
	}{
		{
			detectors.Condition{What: "days_past_due", About: "INV-1", Unit: detectors.UnitDays, Value: 26, Is: detectors.MoreThan, Threshold: 30},
			"INV-1: Days past due 26 (needs more than 30): 5 days more",
		},
		{detectors.Condition{What: "days_left", Unit: detectors.UnitDays, Value: 8, Is: detectors.AtMost, Threshold: 7}, "Days left 8 (needs at most 7): 1 day fewer"},
		{
			detectors.Condition{What: "exposure", Unit: detectors.UnitMoney, Value: 123_456_78, Is: detectors.AtLeast, Threshold: 200_000_00},
			"Exposure EUR 123,456.78 (needs at least EUR 200,000.00): EUR 76,543.22 more",
		},
		{detectors.Condition{What: "overdue_ratio", Unit: detectors.UnitRatio, Value: 1250, Is: detectors.AtLeast, Threshold: 2500}, "Share past due 12.5 % (needs at least 25.0 %): 12.5 % more"},
		{detectors.Condition{What: "days_slower", Unit: detectors.UnitHalfDays, Value: 5, Is: detectors.AtLeast, Threshold: 20}, "Days later than its norm 2.5 (needs at least 10): 7.5 days more"},
		{detectors.Condition{What: "days_slower", Unit: detectors.UnitHalfDays, Value: 18, Is: detectors.AtLeast, Threshold: 20}, "Days later than its norm 9 (needs at least 10): 1 day more"},
		{detectors.Condition{What: "promise_run", Unit: detectors.UnitPoints, Value: 15_000, Is: detectors.AtLeast, Threshold: 20_000}, "Promises broken in a row 1.5 (needs at least 2): 0.5 more"},
		{detectors.Condition{What: "open_invoices", Unit: detectors.UnitCount, Value: 3, Is: detectors.AtLeast, Threshold: 3}, "Open invoices 3 (needs at least 3): "},
		{detectors.Condition{What: "limit_on_file", Unit: detectors.UnitFlag, Value: 0, Is: detectors.AtLeast, Threshold: 1}, "no credit limit is on file: "},
		{
			detectors.Condition{What: "days_since_order", Unit: detectors.UnitDays, Value: 20, Is: detectors.MoreThan, Threshold: 60},
			"Days since an order 20 (needs more than 60): 41 days more",
		},
		{detectors.Condition{What: "of_later", Unit: detectors.UnitCount, Value: 2, Is: detectors.LessThan, Threshold: 2}, "of later 2 (needs less than 2): 1 fewer"},
	} {
		if got := English.Condition(c.of, euro) + ": " + English.Gap(c.of, euro); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// What a detector does not say itself follows from its facts: those whose words before the threshold say how it is held.
func TestFactsTellWhatTheLowestLevelNeeds(t *testing.T) {
	sign := detectors.NewOverdueRatio().Sign()
	facts := []detectors.Fact{
		{Name: "overdue_ratio", Value: "0.125", Threshold: "0.250"}, {Name: "overdue", Value: "400.00", Threshold: "500.00"},
		{Name: "days_left", Value: "9", Threshold: "7"}, {Name: "receivables", Value: "3200.00"}, {Name: "unheard_of", Value: "1", Threshold: "2"},
		{Name: "open_invoices", Value: "2.5", Threshold: "3"}, {Name: "effective_date", Value: "2025-01-01", Threshold: "2025-01-02"},
	}
	var got []string
	for _, c := range conditionsOf(sign, facts, euro) {
		got = append(got, c.Level.String()+" "+English.Condition(c, euro)+" "+English.Gap(c, euro))
	}
	want := []string{
		"warning Share past due 12.5 % (needs at least 25.0 %) 12.5 % more", "warning Past due EUR 400.00 (needs at least EUR 500.00) EUR 100.00 more",
		"warning Days left 9 (needs at most 7) 2 days fewer",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
