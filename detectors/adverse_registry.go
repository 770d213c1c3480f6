package detectors

import (
	"slices"
	"strconv"

	"tocsin/state"
)

// AdverseRegistry raises critical when a public register says that a customer is insolvent, or near it.
//
// Class A is terminal: liquidation, administration, receivership, an arrangement with creditors, insolvency abroad,
// dissolution. It stands until the register says that the case has ended or the company is restored. Class B1 is severe:
// a winding-up petition, a moratorium, a compulsory strike-off, an entry in a list of dishonest debtors or of serious
// violations, a closed case that could not be enforced, a credit insurer's cancelled limit; and enforcement for at least
// EnforcementRatio of the limit, or EnforcementCount of them within EnforcementDays. It stands for SevereDays from its
// effective date, or until the register says that it is over. What the register takes back never was.
//
// A fact counts from its effective date or the day on which it became known, whichever is later.
//
// It stays silent on softer news, on facts of other companies than those whose identifiers the customer's profile carries,
// and for public bodies, which pay late but do not fail.
type AdverseRegistry struct {
	SevereDays       int
	EnforcementRatio Ratio
	EnforcementCount int
	EnforcementDays  int
}

const (
	classA = "CLASS_A"
	classB = "B1"
)

var adverseRegistrySign = Sign{
	Signal:    "adverse_registry",
	Title:     "Adverse registry news",
	Reasons:   []string{classA, classB},
	Inputs:    state.InputRegistry | state.InputProfile | state.InputLimits,
	ClearedBy: state.InputRegistry,
	Moneyless: true,
}

// NewAdverseRegistry has the default thresholds.
func NewAdverseRegistry() *AdverseRegistry { return withDefaults(&AdverseRegistry{}) }

// Sign is the same for all configurations.
func (d *AdverseRegistry) Sign() *Sign { return &adverseRegistrySign }

// Params are the thresholds.
func (d *AdverseRegistry) Params() []Param {
	return []Param{
		whole(&d.SevereDays, "severe_days", "365", "1", "3650", "Days from its effective date for which a fact of class B1 stands."),
		ratio(&d.EnforcementRatio, "enforcement_ratio", "0.05", "0", "10", "Enforcement is of class B1 from this share of the limit on."),
		whole(&d.EnforcementCount, "enforcement_count", "3", "2", "100", "Enforcement is of class B1 when there are this many within enforcement_days."),
		whole(&d.EnforcementDays, "enforcement_days", "180", "1", "3650", "Days between effective dates within which enforcements count together."),
	}
}

// Evaluate looks for a fact of class A or B1 that stands.
func (d *AdverseRegistry) Evaluate(in *Input) Verdict {
	v := Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	facts := in.View.RegistryFacts()
	if len(facts) == 0 {
		return v
	}
	r := d.reading(in.View, facts)
	for i := range facts {
		v.Next = sooner(v.Next, r.next(i))
		class, ok := r.stands(i)
		if !ok {
			continue
		}
		v.Raise, v.Clear = Critical, 0
		if class == terminal {
			v.Reason = classA
		} else if v.Reason == "" {
			v.Reason = classB
		}
	}
	v.Reasons[v.Raise] = v.Reason
	return v
}

// Describe tells of the gravest fact and cites all that stand.
func (d *AdverseRegistry) Describe(in *Input, v Verdict) Detail {
	out := Detail{MoneyAtRisk: exposureAtRisk(in.View)}
	facts := in.View.RegistryFacts()
	r := d.reading(in.View, facts)
	standing := r.standing()
	if len(standing) == 0 {
		return out
	}
	gravest := facts[standing[0]]
	reason := v.ReasonAt(Critical, in.Reason)
	out.Facts = []Fact{
		{"registry_event", gravest.Type, ""},
		{"class", reason, ""},
		{"effective_date", gravest.Effective.String(), ""},
		{"first_known_date", gravest.FirstKnown.String(), ""},
		{"registry_events", strconv.Itoa(len(standing)), "1"},
	}
	out.Actions = actions(adverseRegistrySign.Signal, Critical, reason)
	for _, i := range standing {
		out.Evidence = cite(out.Evidence, facts[i].EventID)
	}
	if len(standing) == 1 {
		out.ClearsIf = []Remedy{{Do: endRegistry, To: None}}
	}
	return out
}

// standing are the facts of class A, then those of class B1, newest first.
func (r *registryReading) standing() []int {
	var severe, terminals []int
	for i := range slices.Backward(r.facts) {
		switch class, ok := r.stands(i); {
		case ok && class == terminal:
			terminals = append(terminals, i)
		case ok:
			severe = append(severe, i)
		}
	}
	return append(terminals, severe...)
}
