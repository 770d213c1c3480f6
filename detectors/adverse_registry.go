package detectors

import (
	"tocsin/state"
)

// AdverseRegistry raises by what public registers say of a customer, from soft news to insolvency.
//
// Class A is terminal and critical: liquidation, administration, receivership, an arrangement with creditors, insolvency
// abroad, dissolution. It stands until the register says that the case has ended or the company is restored; cash does not end
// it. Class B1 is severe and critical: a winding-up petition, a moratorium, a compulsory strike-off, an entry in a list of
// dishonest debtors or of serious violations, a closed case that could not be enforced, a credit insurer's cancelled limit; and
// enforcement for at least EnforcementRatio of the limit, or EnforcementCount of them within EnforcementDays. Class B2 is
// serious: one fact is a warning, PairCount of them within PairDays are critical. It holds, among others, solvent liquidation,
// a voluntary strike-off, tax arrears and a charge on all assets; and of what is else soft a change of control, managers who
// leave together, accounts that stay overdue, a supplier's claim and a fall of the rating by NotchesCount. Severe and serious
// facts stand for SevereDays and SeriousDays from their effective date, or until the register says that they are over.
//
// Class C is soft: other changes of managers, owners, name or address, single charges, penalties, whatever is not known
// better, and what people put down in notes. Within SoftDays one kind is an info, SoftCount kinds are a warning, and so is one
// while a signal of the customer's own conduct stands at a warning: slower payment, a broken promise, lost contact, a returned
// payment, partial payment, a request for terms.
//
// A fact counts from its effective date or the day on which it became known, whichever is later. What the register takes back
// never was. A repeat of a fact is no second one.
//
// It stays silent on serious and soft facts that were more than NewsDays old when they became known, on facts of other
// companies than those whose identifiers the customer's profile carries, on good news, which only ends what it speaks of, and
// for public bodies, which pay late but do not fail.
type AdverseRegistry struct {
	SevereDays   int
	SeriousDays  int
	PairCount    int
	PairDays     int
	SoftDays     int
	SoftCount    int
	NewsDays     int
	AccountsDays int
	LeaversCount int
	LeaversDays  int
	NotchesCount int
	ControlRatio Ratio
	CapitalRatio Ratio
	ClaimRatio   Ratio

	EnforcementRatio Ratio
	EnforcementCount int
	EnforcementDays  int
}

const (
	classA       = "CLASS_A"
	classB1      = "B1"
	classB2      = "B2"
	classC       = "C"
	corroborated = "CORROBORATED"
)

// conductSigns are the signs of a customer's own conduct: D01 to D06.
var conductSigns = []string{"payment_slowdown", "broken_promise", "contact_lost", "payment_returned", "partial_payment", "terms_request"}

var adverseRegistrySign = Sign{
	Signal:    "adverse_registry",
	Title:     "Adverse registry news",
	Reasons:   []string{classA, classB1, classB2, classC, corroborated},
	Inputs:    state.InputRegistry | state.InputProfile | state.InputLimits | state.InputOpinion,
	ClearedBy: state.InputRegistry,
	Moneyless: true,
	Reads:     conductSigns,
}

// NewAdverseRegistry has the default thresholds.
func NewAdverseRegistry() *AdverseRegistry { return withDefaults(&AdverseRegistry{}) }

// Sign is the same for all configurations.
func (d *AdverseRegistry) Sign() *Sign { return &adverseRegistrySign }

// Params are the thresholds.
func (d *AdverseRegistry) Params() []Param {
	return []Param{
		whole(&d.SevereDays, "severe_days", "365", "1", "3650", "Days from its effective date for which a fact of class B1 stands."),
		whole(&d.SeriousDays, "serious_days", "365", "1", "3650", "Days from its effective date for which a fact of class B2 stands."),
		whole(&d.PairCount, "pair_count", "2", "2", "100", "Facts of class B2 are critical when there are this many within pair_days."),
		whole(&d.PairDays, "pair_days", "180", "1", "3650", "Days between effective dates within which facts of class B2 count together."),
		whole(&d.SoftDays, "soft_days", "90", "1", "3650", "Days from its date for which a fact of class C, or a note, stands."),
		whole(&d.SoftCount, "soft_count", "2", "2", "100", "Kinds of class C from which on they are a warning."),
		whole(&d.NewsDays, "news_days", "60", "0", "3650", "Days from its effective date within which a fact of class B2 or C must become known to count."),
		whole(&d.AccountsDays, "accounts_days", "90", "1", "3650", "Days from which on overdue accounts are of class B2."),
		whole(&d.LeaversCount, "leavers_count", "2", "2", "100", "Managers who leave within leavers_days from which on that is of class B2."),
		whole(&d.LeaversDays, "leavers_days", "30", "1", "3650", "Days between effective dates within which managers leave together."),
		whole(&d.NotchesCount, "notches_count", "2", "1", "100", "Notches from which on the fall of a rating or score is of class B2."),
		ratio(&d.ControlRatio, "control_ratio", "0.75", "0", "1", "Share of control from which on a change of owner is of class B2."),
		ratio(&d.CapitalRatio, "capital_ratio", "0.50", "0", "1", "Share of the capital from which on its reduction is of class B2."),
		ratio(&d.ClaimRatio, "claim_ratio", "0.05", "0", "10", "A lawsuit is of class B2 from this share of the limit on."),
		ratio(&d.EnforcementRatio, "enforcement_ratio", "0.05", "0", "10", "Enforcement is of class B1 from this share of the limit on."),
		whole(&d.EnforcementCount, "enforcement_count", "3", "2", "100", "Enforcement is of class B1 when there are this many within enforcement_days."),
		whole(&d.EnforcementDays, "enforcement_days", "180", "1", "3650", "Days between effective dates within which enforcements count together."),
	}
}

// Evaluate weighs the facts that stand.
func (d *AdverseRegistry) Evaluate(in *Input) Verdict {
	v := Verdict{Next: in.View.NextChange()}
	facts, notes := in.View.RegistryFacts(), in.View.Notes()
	if len(facts) == 0 && len(notes) == 0 {
		v.Clear = AllRungs
		return v
	}
	r := d.reading(in.View, facts, notes)
	v.Raise, v.Reason = d.level(r.weigh(), d.corroborator(in) != "")
	v.Clear = above(v.Raise)
	v.Reasons[v.Raise] = v.Reason
	v.Next = sooner(v.Next, r.next())
	return v
}

// level is the rung of what stands, and why.
func (d *AdverseRegistry) level(w registryWeight, trouble bool) (Level, string) {
	switch {
	case len(w.terminal) > 0:
		return Critical, classA
	case len(w.severe) > 0:
		return Critical, classB1
	case w.together >= d.PairCount:
		return Critical, classB2
	case len(w.serious) > 0:
		return Warning, classB2
	case len(w.kinds) >= d.SoftCount:
		return Warning, classC
	case len(w.kinds) > 0 && trouble:
		return Warning, corroborated
	case len(w.kinds) > 0:
		return Info, classC
	}
	return None, ""
}

// corroborator is the first signal of the customer's conduct that stands at a warning; empty: there is none.
func (d *AdverseRegistry) corroborator(in *Input) string {
	for _, signal := range conductSigns {
		if in.Others.Of(signal) >= Warning {
			return signal
		}
	}
	return ""
}
