package alerts

import (
	"strings"
	"testing"

	"tocsin/detectors"
	"tocsin/state"
)

func TestRuleSetsJudgeTheSameFactsApart(t *testing.T) {
	r := newRig(t, 0, false)
	patient := make(fixed, len(r.rules))
	copy(patient, r.rules)
	for i := range patient {
		patient[i].HoldDays = 5
	}
	shadowed := make(fixed, len(r.rules))
	copy(shadowed, r.rules)
	shadowed[1].Mode = detectors.Shadow
	shadowed[2].Mode = detectors.Off
	judge, err := NewJudge("test", DefaultSLA(), RuleSet{Name: Live, Rules: shadowed}, RuleSet{Name: "patient", Rules: patient})
	if err != nil {
		t.Fatal(err)
	}
	r.judge = judge
	r.play(`1 A=w B=c C=i
		3 A=- B=-
		9 end`)
	want := `1 A raised none>warning
		1 A [patient] raised none>warning
		1 B [shadow] raised none>critical
		1 B [patient] raised none>critical
		1 C [patient] raised none>info
		3 A cleared warning>none
		3 B [shadow] cleared critical>none
		8 A [patient] cleared warning>none
		8 B [patient] cleared critical>none`
	if got, want := r.told(), unindent(want); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	ids := map[string]bool{}
	for _, tr := range r.log {
		ids[tr.AlertID] = true
	}
	if len(ids) != 5 {
		t.Errorf("got %d alert ids, want 5: one for each rule set and signal", len(ids))
	}
	if signals := r.judge.Signals(r.rec.Episodes); len(signals) != 0 {
		t.Errorf("got live signals %v, want none", signals)
	}
}

func TestOnlyTheLiveRuleSetOwesCases(t *testing.T) {
	r := newRig(t, 0, false)
	shadowed := fixed{r.rules[0]}
	shadowed[0].Mode = detectors.Shadow
	judge, err := NewJudge("test", DefaultSLA(), RuleSet{Name: Live, Rules: shadowed}, RuleSet{Name: "other", Rules: r.rules})
	if err != nil {
		t.Fatal(err)
	}
	r.judge = judge
	r.play("1 A=c B=c")
	if len(r.log) == 0 || len(r.tasks)+len(r.cases) > 0 {
		t.Errorf("got %d transitions, %d tasks, %d messages, want transitions alone", len(r.log), len(r.tasks), len(r.cases))
	}
	if got := r.judge.Severity(r.rec.Episodes); got != detectors.None {
		t.Errorf("severity: got %v, want none", got)
	}
}

func TestRuleSetsAreNamed(t *testing.T) {
	tests := []struct {
		names []string
		want  string
	}{
		{nil, "the first must be"},
		{[]string{"other"}, "the first must be"},
		{[]string{Live, Live}, "needs a name of its own"},
		{[]string{Live, Shadow}, "needs a name of its own"},
		{[]string{Live, ""}, "needs a name of its own"},
		{[]string{Live, "a", "a"}, "needs a name of its own"},
		{[]string{Live, "a", "b"}, ""},
	}
	for _, tt := range tests {
		var sets []RuleSet
		for _, name := range tt.names {
			sets = append(sets, RuleSet{Name: name, Rules: fixed{}})
		}
		_, err := NewJudge("test", DefaultSLA(), sets...)
		if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %q", tt.names, err, tt.want)
		}
	}
}

// norm is a detector that raises when a day's value is 10 above the baseline, and freezes the value of the day raised.
type norm struct {
	sign   detectors.Sign
	values map[state.Date]byte
	frozen map[state.Date][]string // the baselines that judged each day, one after the other
}

func (n *norm) Sign() *detectors.Sign                                             { return &n.sign }
func (n *norm) Params() []detectors.Param                                         { return nil }
func (n *norm) Describe(*detectors.Input, detectors.Verdict) (d detectors.Detail) { return d }

func (n *norm) Evaluate(in *detectors.Input) detectors.Verdict {
	value, baseline := n.values[in.View.Day], byte(0)
	n.frozen[in.View.Day] = append(n.frozen[in.View.Day], string(in.Baseline))
	if in.Baseline != nil {
		baseline = in.Baseline[0]
	}
	v := detectors.Verdict{Clear: detectors.AllRungs, Next: in.View.Day + 1}
	if value >= baseline+10 {
		v.Raise, v.Clear, v.Baseline = detectors.Warning, detectors.Rung(detectors.Critical), []byte{value - 9}
	}
	return v
}

func TestABaselineIsFrozenAtTheCloseOfTheDayRaised(t *testing.T) {
	n := &norm{sign: detectors.Sign{Signal: "N", Inputs: state.InputOrders}, values: map[state.Date]byte{}, frozen: map[state.Date][]string{}}
	r := newRig(t, 0, false)
	judge, err := NewJudge("test", DefaultSLA(), RuleSet{Name: Live, Rules: fixed{{Sign: &n.sign, Detector: n, Mode: detectors.Live}}})
	if err != nil {
		t.Fatal(err)
	}
	r.judge = judge
	// Raised on day 1 at 15, then at 17, which stands at the close: the baseline is 17-9 = 8. It clears on day 3, and judges
	// the 30 days after that. The episode of day 33 keeps it, clears on day 34, and it is forgotten after day 64.
	day := func(d state.Date, value byte) {
		n.values[start+d] = value
		r.open(start + d)
		r.step(start+d, state.InputOrders, false, nil)
	}
	day(1, 15)
	day(1, 17)
	day(2, 18)
	day(3, 5)
	day(4, 17)
	day(33, 18)
	day(34, 5)
	day(64, 12)
	day(65, 12)
	want := `1 N raised none>warning
		3 N cleared warning>none
		33 N raised none>warning
		34 N cleared warning>none
		65 N raised none>warning`
	if got, want := r.told(), unindent(want); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	for d, frozen := range map[state.Date]string{1: "", 2: "\x08", 3: "\x08", 4: "\x08", 33: "\x08", 34: "\x08", 64: "\x08", 65: ""} {
		if got := n.frozen[start+d][0]; got != frozen {
			t.Errorf("day %d: judged by baseline %q, want %q", d, got, frozen)
		}
	}
}

func TestTheEndOfABaselineIsForeseen(t *testing.T) {
	r := newRig(t, 0, false)
	r.scripts["A"].baselines = true
	r.play(`1 A=w
		2 A=w
		5 A=-`)
	if got, want := r.alarm, start+5+31; got != want {
		t.Errorf("next: got day %d, want day %d", got-start, want-start)
	}
	r.play("35 end")
	if len(r.rec.Episodes) == 0 {
		t.Error("day 35: the baseline is forgotten, want it kept for 30 days after the clear")
	}
	r.play("36 end")
	if len(r.rec.Episodes) > 0 {
		t.Errorf("day 36: got %x, want nothing left", r.rec.Episodes)
	}
}

// Of an episode that was never right nothing is left: what it froze was made of facts that were wrong. The baseline of an episode
// that did clear goes on judging for what is left of its 30 days, whatever was raised and taken back meanwhile.
func TestAnEpisodeThatWasNeverRightLeavesNoBaseline(t *testing.T) {
	left := func(r *rig) (state.Date, string) {
		var m memory
		m.mustDecode(r.rec.Episodes)
		if at, known := m.find(Live, "A"); known {
			return m.entries[at].now.cleared, string(m.entries[at].now.baseline)
		}
		return 0, ""
	}
	r := newRig(t, 0, false)
	r.scripts["A"].baselines = true
	r.play(`1 A=w
		2 A@1=-
		3 end`)
	if len(r.rec.Episodes) > 0 {
		t.Errorf("taken back: got %x, want nothing left", r.rec.Episodes)
	}
	r = newRig(t, 0, false)
	r.scripts["A"].baselines = true
	r.play(`1 A=w
		5 A=-
		20 A=w
		22 A@20=-`)
	if cleared, baseline := left(r); cleared != start+5 || baseline != "\x01" {
		t.Errorf("taken back after a clear: got %q of day %d, want that of day 1, which cleared on day 5", baseline, cleared-start)
	}
	if want := start + 5 + 31; r.alarm != want {
		t.Errorf("next: got day %d, want day %d", r.alarm-start, want-start)
	}
	r.play("36 end")
	if len(r.rec.Episodes) > 0 {
		t.Errorf("day 36: got %x, want nothing left", r.rec.Episodes)
	}
	for day, want := range map[string]string{"35": "\x01", "36": ""} {
		r = newRig(t, 0, false)
		r.scripts["A"].baselines = true
		r.play("1 A=w\n5 A=-\n20 A=w\n" + day + " A@20=-")
		if _, baseline := left(r); baseline != want {
			t.Errorf("taken back on day %s: got %q, want %q", day, baseline, want)
		}
	}
	r = newRig(t, 0, false)
	r.scripts["A"].baselines = true
	r.play(`1 A=w
		3 A=c
		5 A@3=w
		6 A=-`)
	if cleared, baseline := left(r); cleared != start+6 || baseline != "\x01" {
		t.Errorf("one level taken back, then cleared: got %q of day %d, want that of day 1, which cleared on day 6", baseline, cleared-start)
	}
	r.play(`10 A=w
		20 A=-`)
	if cleared, baseline := left(r); cleared != start+20 || baseline != "\x01" {
		t.Errorf("cleared again: got %q of day %d, want that of day 1, kept from day 20 on", baseline, cleared-start)
	}
}

func TestAPastDayIsJudgedByItsOwnBaseline(t *testing.T) {
	n := &norm{sign: detectors.Sign{Signal: "N", Inputs: state.InputOrders}, values: map[state.Date]byte{}, frozen: map[state.Date][]string{}}
	r := newRig(t, 0, false)
	judge, err := NewJudge("test", DefaultSLA(), RuleSet{Name: Live, Rules: fixed{{Sign: &n.sign, Detector: n, Mode: detectors.Live}}})
	if err != nil {
		t.Fatal(err)
	}
	r.judge = judge
	n.values[start+1] = 17
	r.step(start+1, state.InputOrders, false, nil)
	r.alarm = 0
	n.values[start+1], n.values[start+2] = 12, 5
	r.step(start+2, state.InputOrders, false, nil)
	if got := n.frozen[start+1]; len(got) != 2 || got[1] != "" {
		t.Errorf("day 1 was judged by baselines %q, want twice by its own", got)
	}
	if last := r.log[len(r.log)-1]; last.Kind != Cleared {
		t.Errorf("got %s, want cleared: 12 is a breach against day 1's own baseline", last.Kind)
	}
}
