package detectors

import (
	"cmp"
	"slices"
	"testing"

	"tocsin/state"
)

func TestScore(t *testing.T) {
	const w, c = Warning, Critical
	for name, test := range map[string]struct {
		standing Findings
		is       Circumstances
		want     []Contribution
		score    int
		grade    state.Grade
	}{
		"T-CMP-1": {
			standing: Findings{{"limit_breach", w, "HIGH"}, {"order_pattern_break", w, "SURGE"}, {"overdue", w, ""}, {"payment_slowdown", w, ""}, {"broken_promise", w, ""}},
			want: []Contribution{
				{"overdue", w, 12}, {"payment_slowdown", w, 12}, {"broken_promise", w, 12}, {"limit_breach", w, 8}, {"order_pattern_break", w, 8},
				{"corroborated", None, 10}, {"bust_out", None, 15},
			},
			score: 77, grade: state.GradeBad,
		},
		"T-CMP-2": {
			standing: Findings{{"payer_change", w, ""}},
			want:     []Contribution{{"payer_change", w, 6}},
			score:    6, grade: state.GradeExcellent,
		},
		"T-CMP-3": {
			standing: Findings{{"overdue", c, ""}, {"overdue_ratio", c, ""}, {"partial_payment", c, ""}, {"payment_slowdown", c, ""}},
			want: []Contribution{
				{"overdue", c, 20}, {"overdue_ratio", c, 12}, {"partial_payment", c, 16}, {"payment_slowdown", c, 20}, {"cap_paying", None, -28}, {"floor_critical", None, 5},
			},
			score: 45, grade: state.GradeWatch,
		},
		"T-CMP-4": {
			standing: Findings{{"adverse_registry", c, "CLASS_A"}},
			want:     []Contribution{{"adverse_registry", c, 40}, {"floor_class_a", None, 60}},
			score:    100, grade: state.GradeBad,
		},
		"T-CMP-5": {
			standing: Findings{{"limit_breach", c, "ORDER"}},
			want:     []Contribution{{"limit_breach", c, 15}},
			score:    15, grade: state.GradeGood,
		},
		"nothing stands": {grade: state.GradeExcellent},
		"of limit signals the worst counts": {
			standing: Findings{{"limit_breach", Info, "NEAR"}, {"limit_missing", w, ""}, {"limit_review_due", w, ""}},
			want:     []Contribution{{"limit_missing", w, 8}},
			score:    8, grade: state.GradeExcellent,
		},
		"a missing limit bears nobody out": {
			standing: Findings{{"limit_missing", w, ""}, {"overdue", w, ""}, {"broken_promise", w, ""}},
			want:     []Contribution{{"overdue", w, 12}, {"broken_promise", w, 12}, {"limit_missing", w, 8}},
			score:    32, grade: state.GradeFair,
		},
		"two signals of one group are one group": {
			standing: Findings{{"broken_promise", w, ""}, {"contact_lost", w, ""}, {"overdue", w, ""}},
			want:     []Contribution{{"overdue", w, 12}, {"broken_promise", w, 12}, {"contact_lost", w, 10}},
			score:    34, grade: state.GradeFair,
		},
		"infos bear nobody out": {
			standing: Findings{{"overdue", Info, ""}, {"broken_promise", Info, ""}, {"terms_request", Info, ""}, {"limit_breach", Info, ""}},
			want:     []Contribution{{"overdue", Info, 4}, {"broken_promise", Info, 4}, {"terms_request", Info, 3}, {"limit_breach", Info, 4}},
			score:    15, grade: state.GradeGood,
		},
		"large orders alone are good news": {
			standing: Findings{{"order_pattern_break", c, "SURGE"}, {"payment_slowdown", Info, ""}},
			want:     []Contribution{{"order_pattern_break", c, 15}, {"floor_critical", None, 30}},
			score:    45, grade: state.GradeWatch,
		},
		"an instalment plan": {is: Circumstances{Plan: true}, want: []Contribution{{"floor_plan", None, 45}}, score: 45, grade: state.GradeWatch},
		"a default": {
			standing: Findings{{"overdue", c, ""}}, is: Circumstances{Plan: true, Default: true},
			want:  []Contribution{{"overdue", c, 20}, {"floor_default", None, 50}},
			score: 70, grade: state.GradeBad,
		},
		"soft news":             {standing: Findings{{"adverse_registry", Info, "C"}}, want: []Contribution{{"adverse_registry", Info, 6}}, score: 6, grade: state.GradeExcellent},
		"soft news, a warning":  {standing: Findings{{"adverse_registry", w, "CORROBORATED"}}, want: []Contribution{{"adverse_registry", w, 12}}, score: 12, grade: state.GradeGood},
		"serious news":          {standing: Findings{{"adverse_registry", w, "B2"}}, want: []Contribution{{"adverse_registry", w, 25}}, score: 25, grade: state.GradeFair},
		"serious news, of two":  {standing: Findings{{"adverse_registry", c, "B2"}}, want: []Contribution{{"adverse_registry", c, 40}, {"floor_critical", None, 5}}, score: 45, grade: state.GradeWatch},
		"severe news":           {standing: Findings{{"adverse_registry", c, "B1"}}, want: []Contribution{{"adverse_registry", c, 40}, {"floor_severe", None, 30}}, score: 70, grade: state.GradeBad},
		"a signal of no points": {standing: Findings{{"house_rule", w, ""}}, grade: state.GradeExcellent},
		"everything": {
			standing: Findings{
				{"adverse_registry", c, "B1"}, {"broken_promise", c, ""}, {"contact_lost", c, ""}, {"overdue", c, ""}, {"payment_slowdown", c, ""}, {"payment_returned", c, ""},
				{"order_pattern_break", c, ""}, {"limit_breach", c, ""},
			},
			want: []Contribution{
				{"overdue", c, 20}, {"payment_slowdown", c, 20}, {"broken_promise", c, 20}, {"contact_lost", c, 18}, {"cap_conduct", None, -8}, {"payment_returned", c, 30},
				{"order_pattern_break", c, 15}, {"limit_breach", c, 15}, {"cap_exposure", None, -5}, {"adverse_registry", c, 40}, {"corroborated", None, 10}, {"bust_out", None, 15},
				{"cap_all", None, -90},
			},
			score: 100, grade: state.GradeBad,
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := NewComposite()
			got := d.Score(test.standing, test.is)
			if got.Points != test.score || d.gradeOf(got.Points) != test.grade || !slices.Equal(got.Parts, test.want) {
				t.Errorf("got %d, grade %d, %v, want %d, grade %d, %v", got.Points, d.gradeOf(got.Points), got.Parts, test.score, test.grade, test.want)
			}
			if want := map[state.Grade]string{state.GradeFair: LightAmber, state.GradeWatch: LightAmber, state.GradeBad: LightRed}[test.grade]; lightOf(test.grade) != cmp.Or(want, LightGreen) {
				t.Errorf("%v is %s", test.grade, lightOf(test.grade))
			}
			sum := 0
			for _, part := range got.Parts {
				sum += part.Points
			}
			if sum != got.Points {
				t.Errorf("parts add up to %d, the score is %d", sum, got.Points)
			}
		})
	}
}

// A grade falls at once and rises by one a month.
func TestAGradeRisesSlowly(t *testing.T) {
	const bad, watch, fair, good, excellent = state.GradeBad, state.GradeWatch, state.GradeFair, state.GradeGood, state.GradeExcellent
	type day struct {
		on       state.Date
		computed state.Grade
		calm     bool
		want     state.Grade
		next     state.Date
	}
	for name, days := range map[string][]day{
		"a month for each grade": {
			{10, bad, false, bad, 0}, {20, excellent, true, bad, 50}, {49, excellent, true, bad, 50}, {50, excellent, true, watch, 80}, {80, excellent, true, fair, 110},
			{110, excellent, true, good, 140}, {139, excellent, true, good, 140}, {140, excellent, true, excellent, 0}, {141, excellent, true, excellent, 0},
		},
		"falls at once":              {{10, good, true, good, 0}, {11, bad, false, bad, 0}},
		"a warning breaks the month": {{10, watch, false, watch, 0}, {20, good, true, watch, 50}, {49, good, false, watch, 0}, {50, good, true, watch, 80}, {80, good, true, fair, 110}},
		"so does the score":          {{10, watch, false, watch, 0}, {20, good, true, watch, 50}, {40, watch, true, watch, 0}, {60, good, true, watch, 90}},
		"a worse grade on the way":   {{10, bad, false, bad, 0}, {20, good, true, bad, 50}, {50, good, true, watch, 80}, {60, fair, true, watch, 80}, {80, fair, true, fair, 0}},
		"nobody looked for long":     {{10, bad, false, bad, 0}, {20, excellent, true, bad, 50}, {115, excellent, true, good, 140}},
	} {
		t.Run(name, func(t *testing.T) {
			d, held := NewComposite(), Held{Grade: excellent}
			for _, at := range days {
				now, next := d.Hold(held, at.on, at.computed, at.calm)
				if again, _ := d.Hold(held, at.on, at.computed, at.calm); again != now {
					t.Errorf("day %d: got %v, and %v when asked again", at.on, now, again)
				}
				if held = now; now.Grade != at.want || next != at.next {
					t.Errorf("day %d: got grade %d until %d, want %d until %d", at.on, now.Grade, next, at.want, at.next)
				}
			}
		})
	}
}

func TestAHeldGradeTellsFromWhichScoreAWorseOneBegins(t *testing.T) {
	d := NewComposite()
	in := newBooks().at(firstDay + 100)
	kept := graded{held: Held{Grade: state.GradeWatch}}
	in.Kept = kept.keep()
	in.Others = Findings{{Signal: "overdue", Level: Warning}}
	want := []Condition{
		{Level: Info, What: "grade_held", Unit: UnitFlag, Value: 1, Is: AtLeast, Threshold: 1, About: "watch"},
		{Level: Warning, What: "grade_held", Unit: UnitFlag, Value: 1, Is: AtLeast, Threshold: 1, About: "watch"},
		{Level: Critical, What: "score", Unit: UnitCount, Value: 12, Is: AtLeast, Threshold: 70},
	}
	if got := d.Explain(in); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAGradeRisesAtOnceWhereNothingIsToBeWaitedFor(t *testing.T) {
	d := NewComposite()
	d.UpgradeDays = 0
	if now, next := d.Hold(Held{Grade: state.GradeBad}, 10, state.GradeGood, true); now.Grade != state.GradeGood || next != 0 {
		t.Errorf("got grade %d until %d, want good", now.Grade, next)
	}
}
