package alerts

import (
	"slices"
	"strings"
	"testing"

	"tocsin/detectors"
	"tocsin/state"
)

func TestLifeOfASignal(t *testing.T) {
	stories := []struct {
		name         string
		hold         int
		lasting      bool
		events, want string
	}{
		{
			name: "raises and escalates at once, and clears at once without a hold",
			events: `1 A=i
				2 A=c
				3 A=-/
				4 A=-`,
			want: `1 A raised none>info
				2 A escalated info>critical
				4 A cleared critical>none`,
		},
		{
			name: "a level is left on the day on which its clear condition has stood at the closes of the hold days before",
			hold: 3,
			events: `1 A=w
				5 A=-
				20 end`,
			want: `1 A raised none>warning
				8 A cleared warning>none`,
		},
		{
			name: "a streak that breaks starts again",
			hold: 3,
			events: `1 A=w
				5 A=-
				7 A=-/
				8 A=-
				20 end`,
			want: `1 A raised none>warning
				11 A cleared warning>none`,
		},
		{
			name: "a streak that breaks on the very day on which it would end starts again",
			hold: 3,
			events: `1 A=w
				5 A=-
				8 A=-/
				9 A=-
				20 end`,
			want: `1 A raised none>warning
				8 A cleared warning>none
				8 A raised none>warning
				12 A cleared warning>none`,
		},
		{
			name: "a breach in the morning that is paid by noon goes at once, hold or not",
			hold: 14,
			events: `1 A=w
				1 A=-
				20 end`,
			want: `1 A raised none>warning
				1 A cleared warning>none`,
		},
		{
			name: "what rose today goes at once also where its clear condition does not hold",
			hold: 14,
			events: `1 A=w
				1 A=-/`,
			want: `1 A raised none>warning
				1 A cleared warning>none`,
		},
		{
			name: "an escalation of the morning that has no ground by noon falls back, and its hold is not touched",
			hold: 3,
			events: `1 A=w
				5 A=-
				7 A=c
				7 A=-
				20 end`,
			want: `1 A raised none>warning
				7 A escalated warning>critical
				7 A deescalated critical>warning
				8 A cleared warning>none`,
		},
		{
			name: "two levels have streaks of their own",
			hold: 3,
			events: `1 A=c
				5 A=-/c
				6 A=-
				20 end`,
			want: `1 A raised none>critical
				8 A deescalated critical>warning
				9 A cleared warning>none`,
		},
		{
			name: "a lower level that raises does not break the streak of a higher one",
			hold: 3,
			events: `1 A=c
				5 A=w
				20 end`,
			want: `1 A raised none>critical
				8 A deescalated critical>warning`,
		},
		{
			name: "not evaluable keeps the level and breaks the streak",
			hold: 3,
			events: `1 A=w
				5 A=-
				7 A=n
				8 A=-
				20 end`,
			want: `1 A raised none>warning
				11 A cleared warning>none`,
		},
		{
			name: "not evaluable counts as clear for the levels that say so",
			hold: 3,
			events: `1 A=c
				5 A=n/c
				20 end`,
			want: `1 A raised none>critical
				8 A deescalated critical>warning`,
		},
		{
			name: "not evaluable raises nothing",
			events: `1 A=n
				2 A=-`,
			want: ``,
		},
		{
			name: "what clears at once does not wait for the hold",
			hold: 14,
			events: `1 A=w
				5 A=-!`,
			want: `1 A raised none>warning
				5 A cleared warning>none`,
		},
		{
			name: "time alone raises, and time alone clears",
			events: `1 A@5=w A@9=-
				20 end`,
			want: `5 A raised none>warning
				9 A cleared warning>none`,
		},
		{
			name: "the reason is that of the level that stands",
			events: `1 A=c(ORDER)
				2 A=i/c(NEAR)
				3 A=i(NEAR)`,
			want: `1 A raised none>critical ORDER
				2 A deescalated critical>warning ORDER
				3 A deescalated warning>info NEAR`,
		},
		{
			name: "another reason at the same level tells nobody",
			events: `1 A=w(B2)
				2 A=w(CORROBORATED)
				3 A=-`,
			want: `1 A raised none>warning B2
				3 A cleared warning>none CORROBORATED`,
		},
		{
			name: "a payment booked late with an early value date retracts, without hold",
			hold: 14,
			events: `1 A=w
				9 A@1=-`,
			want: `1 A raised none>warning
				9 A retracted warning>none`,
		},
		{
			name: "one past day that still supports the level is enough against retraction",
			hold: 3,
			events: `1 A=w
				9 A@2=-
				20 end`,
			want: `1 A raised none>warning
				12 A cleared warning>none`,
		},
		{
			name: "not evaluable on the past days is no support",
			hold: 14,
			events: `1 A=w
				9 A@1=n A=-`,
			want: `1 A raised none>warning
				9 A retracted warning>none`,
		},
		{
			name: "not evaluable today retracts nothing",
			hold: 14,
			events: `1 A=w
				9 A@1=n`,
			want: `1 A raised none>warning`,
		},
		{
			name: "only the upper level was never right",
			hold: 14,
			events: `1 A=w
				4 A=c
				9 A@4=w`,
			want: `1 A raised none>warning
				4 A escalated warning>critical
				9 A deescalated critical>warning`,
		},
		{
			name: "where one level falls by correction and the rest by its clear condition, it is cleared",
			events: `1 A=w
				4 A=c
				9 A@4=w A=-`,
			want: `1 A raised none>warning
				4 A escalated warning>critical
				9 A cleared critical>none`,
		},
		{
			name: "a level counts from the day on which it was first reached in the episode",
			hold: 3,
			events: `1 A=w
				3 A=c
				4 A=w
				10 A=c
				12 A@10=w A@3=c
				30 end`,
			want: `1 A raised none>warning
				3 A escalated warning>critical
				7 A deescalated critical>warning
				10 A escalated warning>critical
				15 A deescalated critical>warning`,
		},
		{
			name:    "what lasts is never retracted, only cleared",
			lasting: true,
			events: `1 A=w
				9 A@1=-`,
			want: `1 A raised none>warning
				9 A cleared warning>none`,
		},
		{
			name: "a level first reached more than 550 days ago counts as it was judged then",
			hold: 2,
			events: `1 A=w
				552 A@1=-
				600 end`,
			want: `1 A raised none>warning
				554 A cleared warning>none`,
		},
		{
			name: "a level first reached 550 days ago is judged anew",
			hold: 2,
			events: `1 A=w
				551 A@1=-`,
			want: `1 A raised none>warning
				551 A retracted warning>none`,
		},
		{
			name: "a signal that waits for an input does not rise, and rises on the day on which it is complete",
			events: `1 B=i
				2 silent:A A=c B=w
				3 A=w
				5 silent: alarm`,
			want: `1 B raised none>info
				2 B escalated info>warning
				5 A raised none>warning`,
		},
		{
			name: "while it waits it does not rise above what stood at the last close, and goes on to be held, to fall and to clear",
			hold: 2,
			events: `1 A=w(X)
				2 silent:A A=c(Y)
				3 A=i(Z)
				6 A=c(Y)
				7 A=-
				10 A=i
				11 silent: A=c(Y)`,
			want: `1 A raised none>warning X
				5 A deescalated warning>info Z
				9 A cleared info>none Z
				11 A raised none>critical Y`,
		},
		{
			name: "what fell in the morning of a day on which it waits rises again as high as it was",
			events: `1 A=w
				2 silent:A A=-
				2 A=c`,
			want: `1 A raised none>warning
				2 A cleared warning>none
				2 A raised none>warning`,
		},
		{
			name: "while it waits it is retracted as ever",
			events: `1 A=w
				9 silent:A A@1=-`,
			want: `1 A raised none>warning
				9 A retracted warning>none`,
		},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, s.hold, s.lasting)
			r.play(s.events)
			if got, want := r.told(), unindent(s.want); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

func TestWithoutAnEventOfTheDayNothingIsRetracted(t *testing.T) {
	r := newRig(t, 0, false)
	r.play("1 A=w")
	r.scripts["A"].learn(start+1, verdict("-"))
	r.play("9 alarm")
	if got, want := r.told(), "1 A raised none>warning\n9 A cleared warning>none\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestTheDayAfterABaselineIsGivenUpIsJudgedWithoutIt(t *testing.T) {
	r := newRig(t, 0, false)
	r.scripts["A"].baselines = true
	r.play("1 A=w")
	r.play("9 A@1=-")
	if want := start + 10; r.alarm != want || !strings.HasSuffix(r.told(), "9 A retracted warning>none\n") {
		t.Errorf("got alarm %s after %q, want %s", r.alarm, r.told(), want)
	}
}

func TestARememberedBaselineTriesTheLevelsThatItGave(t *testing.T) {
	for last, want := range map[detectors.Level]string{detectors.Warning: "cleared", detectors.None: "retracted"} {
		r := newRig(t, 0, false)
		a := r.scripts["A"]
		a.baselines = true
		r.play("1 A=w")
		a.frozen = []finding{{start + 9, verdict("w")}}
		r.play("5 A=-")
		r.play("9 alarm")
		a.frozen = []finding{{start + 9, detectors.Verdict{Raise: last, Clear: detectors.AllRungs}}, {start + 12, verdict("-")}}
		r.play("12 A=-")
		if want := "1 A raised none>warning\n5 A cleared warning>none\n9 A raised none>warning\n12 A " + want + " warning>none\n"; r.told() != want {
			t.Errorf("got\n%swant\n%s", r.told(), want)
		}
	}
}

func TestADayIsJudgedAnewOnlyWhileWhatCountedThenIsKept(t *testing.T) {
	for days, want := range map[string]string{
		"66 A@1=-": "1 A raised none>warning\n66 A retracted warning>none\n", // 65 days ago, and 485 before
		"67 A@1=-": "1 A raised none>warning\n67 A cleared warning>none\n",
	} {
		r := newRig(t, 0, false)
		r.scripts["A"].looksBack = 485
		r.play("1 A=w")
		r.play(days)
		if got := r.told(); got != want {
			t.Errorf("%s: got\n%swant\n%s", days, got, want)
		}
	}
}

func TestAnEventOfAnotherKindMakesTheDayOneOfRetraction(t *testing.T) {
	r := newRig(t, 14, false)
	r.play("1 A=w")
	r.scripts["A"].learn(start+1, verdict("-"))
	r.play("9 B=-")
	if got, want := r.told(), "1 A raised none>warning\n9 A retracted warning>none\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestAPaymentOfTodayCostsOneLookBack(t *testing.T) {
	r := newRig(t, 0, false)
	asked := 0
	r.play("1 A=c")
	r.open(start + 400)
	r.scripts["A"].asked = &asked
	r.play("400 A=-")
	if want := 2; asked != want {
		t.Errorf("got %d evaluations, want %d: today and yesterday", asked, want)
	}
}

func TestWhatFellTodayAndRisesAgainIsTheSameAlert(t *testing.T) {
	r := newRig(t, 0, false)
	r.play(`1 A=w
		5 A=-
		5 A=c
		6 A=-
		7 A=w`)
	want := "1 A raised none>warning\n5 A cleared warning>none\n5 A raised none>critical\n6 A cleared critical>none\n7 A raised none>warning\n"
	if got := r.told(); got != want {
		t.Fatalf("got\n%swant\n%s", got, want)
	}
	for i, seq := range []int64{1, 2, 3, 4} {
		if a := r.log[i]; a.AlertID != r.log[0].AlertID || a.Seq != seq {
			t.Errorf("transition %d: got alert %s seq %d, want %s seq %d", i, a.AlertID, a.Seq, r.log[0].AlertID, seq)
		}
	}
	if a := r.log[4]; a.AlertID == r.log[0].AlertID || a.Seq != 1 {
		t.Errorf("a later day: got alert %s seq %d, want another alert and seq 1", a.AlertID, a.Seq)
	}
}

func TestSinceIsTheDayRaised(t *testing.T) {
	r := newRig(t, 0, false)
	r.play(`1 A=w(X)
		3 A=c(Y)
		5 A=-
		5 A=c(Y)`)
	want := Signal{"A", detectors.Critical, "Y", start + 1, start + 3}
	if got := r.judge.Signals(r.rec.Episodes); len(got) != 1 || got[0] != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := r.judge.Severity(r.rec.Episodes); got != detectors.Critical {
		t.Errorf("severity: got %v, want critical", got)
	}
}

func TestAClearedCustomerLeavesNoBytes(t *testing.T) {
	r := newRig(t, 0, false)
	r.play(`1 A=c B=w C=i
		5 A=- B=- C=-
		6 end`)
	if len(r.rec.Episodes)+len(r.rec.Told) > 0 {
		t.Errorf("got episodes %x and counters %x, want none", r.rec.Episodes, r.rec.Told)
	}
}

func TestNotEvaluableIsListed(t *testing.T) {
	r := newRig(t, 0, false)
	r.play("1 A=n B=w C=n")
	got := r.judge.NotEvaluable(Input{Record: r.rec, Ledger: testLedger, Day: start + 1})
	if len(got) != 2 || got[0] != "A" || got[1] != "C" {
		t.Errorf("got %v, want A and C", got)
	}
}

func TestWhatWouldStandHigherButForAnInputIsListedAsNotEvaluable(t *testing.T) {
	r := newRig(t, 0, false)
	r.play(`1 A=w B=w
		2 silent:A A=c B=c C=-`)
	for _, day := range []state.Date{start + 2, start + 3} {
		got := r.judge.NotEvaluable(Input{Record: r.rec, Ledger: testLedger, Day: day, Waiting: r.waiting})
		if !slices.Equal(got, []string{"A"}) {
			t.Errorf("day %d: got %v, want A", day-start, got)
		}
	}
	if got := r.judge.NotEvaluable(Input{Record: r.rec, Ledger: testLedger, Day: start + 3}); len(got) > 0 {
		t.Errorf("when it is complete: got %v, want none", got)
	}
}

// What is told of a level that stands is told of that level, not of the one that waits.
func TestTheGroundsOfASignalThatWaitsAreThoseOfWhatStands(t *testing.T) {
	r := newRig(t, 0, false)
	r.play(`1 A=w
		2 silent:A A=c B=w`)
	last := r.cases[len(r.cases)-1]
	if a := last.Alerts[0]; a.Level != detectors.Warning || a.Facts[0].Value != "warning" {
		t.Errorf("got %v, %v, want a warning with the facts of one", a.Level, a.Facts)
	}
}

func TestALevelWithoutRuleIsCleared(t *testing.T) {
	r := newRig(t, 14, false)
	r.play("1 A=w B=i")
	judge, err := NewJudge("later", DefaultSLA(), RuleSet{Name: Live, Rules: r.rules[1:]})
	if err != nil {
		t.Fatal(err)
	}
	r.judge = judge
	r.play("2 alarm")
	if got, want := r.told(), "1 A raised none>warning\n1 B raised none>info\n2 A cleared warning>none\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if last := r.log[len(r.log)-1]; last.Config != "later" || last.Facts != nil {
		t.Errorf("got config %q and facts %v, want the new configuration and no facts", last.Config, last.Facts)
	}
}

// daily are rules whose choice may be another one on each day.
type daily struct{ fixed }

func (d daily) For(v *state.View) detectors.Choice {
	return detectors.Choice{Rules: d.fixed, Inputs: state.InputProfile, Next: v.Day + 1}
}

func TestAChoiceThatTimeMayChangeIsLookedAtDaily(t *testing.T) {
	r := newRig(t, 0, false)
	judge, err := NewJudge("test", DefaultSLA(), RuleSet{Name: Live, Rules: daily{r.rules}})
	if err != nil {
		t.Fatal(err)
	}
	r.judge = judge
	if got := r.step(start+4, 0, true, nil).Next; got != start+5 {
		t.Errorf("next: got %v, want the next day %v", got, start+5)
	}
}
