package detectors

import (
	"strconv"

	"tocsin/state"
)

// Terms are what a grade suggests to agree on with a customer.
const (
	TermsAsAgreed   = "as_agreed"         // limit and terms as they are
	TermsNoIncrease = "no_increase"       // the limit is not raised
	TermsToExposure = "limit_to_exposure" // the limit is no more than what the customer owes now
	TermsPrepayment = "prepayment"        // nothing is delivered on credit
)

// Lights are what a grade is shown as where there is room for a colour only.
const (
	LightGreen = "green"
	LightAmber = "amber"
	LightRed   = "red"
)

// Policy is what a grade suggests. Nobody applies it but a person: no order is held and no limit set by it.
type Policy struct {
	Light      string
	Terms      string
	Limit      state.Money // no currency: none is on file, or the exposure that it follows from is not known
	ReviewDays int         // until the customer is to be looked at again
}

// PolicyOf is what a grade suggests for a customer.
func (c *Composite) PolicyOf(grade state.Grade, view *state.View) Policy {
	p := Policy{ReviewDays: c.ReviewDays[grade-state.GradeExcellent], Light: lightOf(grade)}
	limit, exposure := view.Limit(), view.Exposure()
	onFile := limit.OnFile && limit.Known
	amount, known := limit.Effective(), onFile
	switch grade {
	case state.GradeBad:
		p.Terms, amount, known = TermsPrepayment, 0, true
	case state.GradeWatch:
		p.Terms = TermsToExposure
		if known = exposure.Known && (onFile || !limit.OnFile); !onFile || exposure.Gross < amount {
			amount = exposure.Gross
		}
	case state.GradeFair:
		p.Terms = TermsNoIncrease
	default:
		p.Terms = TermsAsAgreed
	}
	if known && view.Currency() != 0 {
		p.Limit = state.Money{Minor: amount, Currency: view.Currency()}
	}
	return p
}

func lightOf(grade state.Grade) string {
	switch grade {
	case state.GradeBad:
		return LightRed
	case state.GradeWatch, state.GradeFair:
		return LightAmber
	default:
		return LightGreen
	}
}

// facts are what the policy suggests.
func (p *Policy) facts() []Fact {
	var facts []Fact
	if p.Limit.Told() {
		facts = append(facts, Fact{"suggested_limit", p.Limit.String(), ""})
	}
	return append(facts, Fact{"suggested_terms", p.Terms, ""}, Fact{"review_within_days", strconv.Itoa(p.ReviewDays), ""}, Fact{"light", p.Light, ""})
}
