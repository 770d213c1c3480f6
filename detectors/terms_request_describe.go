package detectors

import (
	"slices"
	"strconv"

	"tocsin/state"
)

// requestTypes are the codes of what can be asked for.
var requestTypes = map[state.RequestType]string{
	state.RequestMoratorium:       "moratorium",
	state.RequestComposition:      "composition",
	state.RequestInstalmentPlan:   "instalment_plan",
	state.RequestDueDateExtension: "due_date_extension",
	state.RequestLongerTerms:      "longer_terms",
	state.RequestLimitIncrease:    "limit_increase",
	state.RequestOrderRelease:     "order_release",
}

// Describe tells of the points and what has them, and from when on they will have gone.
func (d *TermsRequest) Describe(in *Input, v Verdict) Detail {
	r := d.reading(in)
	level := v.Level(in.Standing)
	out := Detail{MoneyAtRisk: exposureAtRisk(in.View)}
	points := r.points() + r.silent
	out.Facts = []Fact{{"points", strconv.Itoa(points), strconv.Itoa(d.threshold(level))}}
	gravest := r.gravest()
	if gravest != nil {
		out.Facts = append(out.Facts,
			Fact{"request", requestTypes[gravest.Type], ""},
			Fact{"request_date", gravest.RequestDate.String(), ""},
			Fact{"requests", strconv.Itoa(len(r.requests)), ""},
		)
	}
	if len(r.moved) > 0 && !r.unknown {
		ar, _ := receivables(in.View)
		out.Facts = append(out.Facts,
			Fact{"moved_invoices", strconv.Itoa(len(r.moved)), strconv.Itoa(d.SilentCount)},
			Fact{"moved_share", state.RatioString(r.movedSum, ar, 3), state.RatioString(int64(d.SilentRatio), ratioUnit, 3)},
			Fact{"moved_days", strconv.Itoa(r.longestMove()), strconv.Itoa(d.SilentMoveDays)},
		)
	}
	if level == None {
		return out
	}
	if from := r.belowFrom(level); from != 0 {
		out.Facts = append(out.Facts, Fact{"below_from", from.String(), ""})
	}
	out.Facts = append(out.Facts, planFacts(in.View)...)
	out.Actions = actions(termsRequestSign.Signal, level, v.ReasonAt(level, in.Reason))
	for _, request := range slices.Backward(r.requests) {
		out.Evidence = cite(out.Evidence, request.RequestID)
	}
	for _, plan := range in.View.Plans() {
		out.Evidence = cite(out.Evidence, plan.RequestID)
	}
	for _, e := range r.moved {
		out.Evidence = cite(out.Evidence, e.Invoice)
	}
	return out
}

// planFacts tell of the plans that keep a level.
func planFacts(view *state.View) []Fact {
	plans := view.Plans()
	missed := 0
	for _, plan := range plans {
		if !plan.Kept {
			missed++
		}
	}
	if len(plans) == 0 {
		return nil
	}
	return []Fact{{"open_plans", strconv.Itoa(len(plans)), ""}, {"missed_plans", strconv.Itoa(missed), ""}}
}

// gravest is the request with the most points, of several the newest; nil: none has any.
func (r *requestReading) gravest() (most *weighedRequest) {
	for i := range r.requests {
		if request := &r.requests[i]; most == nil || request.points >= most.points {
			most = request
		}
	}
	return most
}

func (r *requestReading) longestMove() (days int) {
	for _, e := range r.moved {
		days = max(days, int(e.Current-e.Original))
	}
	return days
}

// belowFrom is the day from which on the points that are there now are too few for a level; zero: they are already, or the
// due dates that were moved cannot be judged.
func (r *requestReading) belowFrom(level Level) state.Date {
	if r.unknown || r.points()+r.silent < r.threshold(level) {
		return 0
	}
	silentUntil := state.Date(0)
	if over := len(r.moved) - r.SilentCount; r.silent > 0 {
		silentUntil = r.moved[over].Changed + state.Date(r.SilentDays)
	}
	days := []state.Date{silentUntil}
	for _, request := range r.requests {
		days = append(days, request.leaves)
	}
	slices.Sort(days)
	for _, day := range days {
		left := 0
		for _, request := range r.requests {
			if request.leaves > day {
				left += request.points
			}
		}
		if silentUntil > day {
			left += r.silent
		}
		if left < r.threshold(level) {
			return day
		}
	}
	return 0
}
