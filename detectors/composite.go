package detectors

import (
	"fmt"
	"strconv"
	"strings"

	"tocsin/state"
)

// Composite raises on the grade that all signals of a customer together give.
//
// Each signal has points by its level; groups of signals are capped; warnings in several groups, and large orders beside trouble
// with payments, count extra; a critical signal, an instalment plan, a default and severe news of a register put a floor under the
// sum. The score runs from 0 to 100 and is the sum of the contributions that are shown beside it. It makes the grade: excellent,
// good, fair (info), watch (warning), bad (critical).
//
// A grade falls at once. It rises by one in UpgradeDays, counted from the first day on which the score allows a better one and no
// other signal stands at a warning, without a break. A grade that a person has given stands for 90 days instead, but never hides
// that a customer is insolvent; when it ends the computed one counts at once.
//
// A customer whose score reaches Watch is on the watch list from that day on, and stays on it until a person takes him off, who is
// named and gives a reason. With each grade come a limit, terms, and days until the next review that are suggested: nobody applies
// them but people.
//
// It stays silent on the grades excellent and good, and for customers without any currency. It is never retracted: what stood on
// past days is not kept.
type Composite struct {
	Points                                                     [len(scored)][3]int // at info, warning, critical
	SoftPoints, SoftWarningPoints, SeriousPoints, SeverePoints int                 // of a register's facts
	Caps                                                       [groups]int
	CorroboratedGroups, CorroboratedPoints, BustOutPoints      int
	Good, Fair, Watch, Bad                                     int // scores from which a grade begins
	UpgradeDays                                                int
	ReviewDays                                                 [5]int // by grade, the best first
}

var compositeSign = Sign{
	Signal:    Grading,
	Title:     "Grade of the customer",
	Reasons:   []string{"FAIR", "WATCH", "BAD"},
	Inputs:    state.InputOpinion | moneyInputs,
	ClearedBy: state.InputOpinion,
	Lasting:   true,
	ReadsAll:  true,
}

// NewComposite has the default points and thresholds.
func NewComposite() *Composite { return withDefaults(&Composite{}) }

// Sign is the same for all configurations.
func (c *Composite) Sign() *Sign { return &compositeSign }

// Params are the points, caps and thresholds.
func (c *Composite) Params() []Param {
	var params []Param
	points := func(field *int, name, preset, doc string) {
		params = append(params, whole(field, name, preset, "0", "100", doc))
	}
	for i := range scored {
		for l := Info; l <= Critical; l++ {
			points(&c.Points[i][l-Info], fmt.Sprintf("%s_%s_count", scored[i].signal, l), scored[i].defaults[l-Info],
				fmt.Sprintf("Points while %s stands at %s.", scored[i].signal, l))
		}
	}
	points(&c.SoftPoints, "registry_soft_count", "6", "Points for soft news of a register.")
	points(&c.SoftWarningPoints, "registry_soft_warning_count", "12", "Points for soft news of a register that is a warning.")
	points(&c.SeriousPoints, "registry_serious_count", "25", "Points for serious news of a register.")
	points(&c.SeverePoints, "registry_severe_count", "40", "Points for news of a register that are critical.")
	for g, preset := range [groups]string{"40", "30", "30", "25", "40"} {
		points(&c.Caps[g], capNames[g]+"_count", preset, "Most points that the signals of this group have together.")
	}
	params = append(params, whole(&c.CorroboratedGroups, "corroborated_groups_count", "3", "2", "5", "Groups that must hold a warning to bear each other out."))
	points(&c.CorroboratedPoints, "corroborated_count", "10", "Points more when so many groups hold a warning.")
	points(&c.BustOutPoints, "bust_out_count", "15", "Points more when orders break their pattern beside trouble with payments.")
	points(&c.Good, "good_count", "10", "Score from which the grade is good, no longer excellent.")
	points(&c.Fair, "fair_count", "25", "Score from which the grade is fair.")
	points(&c.Watch, "watch_count", "45", "Score from which the grade is watch; the floor of a critical signal and of an instalment plan.")
	points(&c.Bad, "bad_count", "70", "Score from which the grade is bad; the floor of a default and of severe news of a register.")
	params = append(params, whole(&c.UpgradeDays, "upgrade_days", "30", "0", "365", "Days without a break for which a better grade must be allowed before the grade rises by one."))
	for i, preset := range [...]string{"365", "182", "91", "30", "7"} {
		grade := state.GradeExcellent + state.Grade(i)
		params = append(params, whole(&c.ReviewDays[i], fmt.Sprintf("%s_review_days", grade), preset, "1", "730",
			fmt.Sprintf("Days within which a customer who is graded %s is to be looked at again.", grade)))
	}
	return params
}

// Check keeps grades in order.
func (c *Composite) Check() error {
	return ascendingNamed(c, "good_count", "fair_count", "watch_count", "bad_count")
}

// Evaluate raises on the grade in force.
func (c *Composite) Evaluate(in *Input) Verdict {
	g := c.Grade(in)
	v := Verdict{Raise: levelOfGrade(g.Grade), Next: g.next, Keep: g.kept.keep()}
	v.Clear = above(v.Raise)
	if v.Raise > None {
		v.Reason = strings.ToUpper(g.Grade.String())
	}
	return v
}

// levelOfGrade is how serious a grade is.
func levelOfGrade(g state.Grade) Level {
	switch g {
	case state.GradeBad:
		return Critical
	case state.GradeWatch:
		return Warning
	case state.GradeFair:
		return Info
	default:
		return None
	}
}

// Describe tells of the score and what it is made of, most points first.
func (c *Composite) Describe(in *Input, v Verdict) Detail {
	g := c.Grade(in)
	level := v.Level(in.Standing)
	score := Fact{Name: "score", Value: strconv.Itoa(g.Points)}
	if g.Override == nil && g.Grade == c.gradeOf(g.Points) {
		score.Threshold = c.threshold(level)
	}
	out := Detail{Facts: []Fact{score, {"grade", g.Grade.String(), ""}}}
	if g.Override != nil {
		out.Facts = append(out.Facts, givenBy(g.Override)...)
		out.Evidence = cite(out.Evidence, g.Override.OverrideID)
	}
	policy := c.PolicyOf(g.Grade, in.View)
	out.Facts = append(out.Facts, policy.facts()...)
	if byScore := c.gradeOf(g.Points); byScore != g.Grade {
		out.Facts = append(out.Facts, Fact{"grade_by_score", byScore.String(), ""})
	}
	if g.kept.held.Since != 0 {
		out.Facts = append(out.Facts, Fact{"upgrade_date", (g.kept.held.Since + state.Date(c.UpgradeDays)).String(), ""})
	}
	if g.Watched != 0 {
		out.Facts = append(out.Facts, Fact{"watch_list_since", g.Watched.String(), ""})
	}
	out.Facts = append(out.Facts, Fact{"score_30_days_ago", strconv.Itoa(g.Before.Score), ""}, Fact{"grade_30_days_ago", g.Before.Grade.String(), ""})
	for _, part := range g.Parts {
		out.Facts = append(out.Facts, Fact{PointsOf + part.Name, strconv.Itoa(part.Points), ""})
	}
	if sum, known := receivables(in.View); known && level > None {
		out.MoneyAtRisk = state.Money{Minor: sum, Currency: in.View.Currency()}
	}
	out.Actions = actions(compositeSign.Signal, level, "")
	return out
}

// givenBy tells of a grade that a person has put in force: who, why, and for how long.
func givenBy(o *state.GradeOverride) []Fact {
	facts := []Fact{{"grade_given", o.SetDate.String(), ""}, {"grade_given_until", (o.SetDate + state.GradeOverrideDays - 1).String(), ""}}
	if o.By != "" {
		facts = append(facts, Fact{"grade_given_by", o.By, ""})
	}
	if o.Reason != "" {
		facts = append(facts, Fact{"grade_given_reason", o.Reason, ""})
	}
	return facts
}

// threshold is the score from which the grade of a level begins.
func (c *Composite) threshold(l Level) string {
	if l == None {
		return ""
	}
	return strconv.Itoa([...]int{Info: c.Fair, Warning: c.Watch, Critical: c.Bad}[l])
}
