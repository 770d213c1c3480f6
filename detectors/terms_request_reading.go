package detectors

import (
	"tocsin/state"
)

// requestReading is what a day makes of what a customer has asked for.
type requestReading struct {
	*TermsRequest
	in       *Input
	requests []weighedRequest // of the window that have points, oldest first
	moved    []state.Extension
	movedSum int64
	silent   int        // points
	unknown  bool       // whether the silent version has points needs an exchange rate
	kept     Rungs      // that a plan keeps
	next     state.Date // first later day on which something of it changes by time alone; zero: none
}

type weighedRequest struct {
	*state.TermsRequest
	points int
	leaves state.Date // first day on which it counts no more
}

func (d *TermsRequest) reading(in *Input) *requestReading {
	r := &requestReading{TermsRequest: d, in: in}
	for _, request := range in.View.Requests() {
		leaves := request.RequestDate + state.Date(d.WindowDays)
		if leaves <= in.View.Day {
			continue
		}
		if points := r.weigh(request); points > 0 {
			r.requests = append(r.requests, weighedRequest{request, points, leaves})
			r.next = sooner(r.next, leaves)
		}
	}
	r.lookForSilence()
	for _, plan := range in.View.Plans() {
		r.kept |= Rung(Info) | Rung(Warning)
		if !plan.Kept {
			r.kept |= Rung(Critical)
		}
	}
	return r
}

// points are those of the requests.
func (r *requestReading) points() (sum int) {
	for _, request := range r.requests {
		sum += request.points
	}
	return sum
}

// weigh is the points of a request, by the books of the day on which it was made.
func (r *requestReading) weigh(request *state.TermsRequest) (points int) {
	if request.Requester == state.RequesterSeller {
		return 0
	}
	r.in.View.On(request.RequestDate, func(then *state.View) {
		overdue, undisputed := then.Overdue()
		switch request.Type {
		case state.RequestMoratorium, state.RequestComposition:
			points = r.MoratoriumPoints
		case state.RequestInstalmentPlan:
			points = r.PlanPoints
		case state.RequestDueDateExtension:
			if points = r.ExtensionPoints; overdue {
				points = r.ExtensionOverduePoints
			}
		case state.RequestLongerTerms:
			if points = r.TermsPoints; r.slow(then) {
				points = r.TermsSlowPoints
			}
		case state.RequestLimitIncrease:
			if undisputed || r.newOwner(then) {
				points = r.LimitPoints
			}
		case state.RequestOrderRelease:
			if undisputed {
				points = r.LimitPoints
			}
		}
	})
	return points
}

// slow tells whether payment had slowed down on a day: whether the rule had ground by what is known now.
func (r *requestReading) slow(then *state.View) bool {
	if r.slowdown == nil {
		return false
	}
	v := r.slowdown.Evaluate(&Input{View: then, Materiality: r.in.Materiality, LimitsKnown: r.in.LimitsKnown, LevelOnly: true})
	return !v.NotEvaluable && v.Raise > None
}

// newOwner tells whether owners had changed shortly before a day.
func (r *requestReading) newOwner(then *state.View) bool {
	for _, f := range then.RegistryFacts() {
		if f.Type == "owner_change" && then.Day-f.Effective <= state.Date(r.OwnerDays) {
			return true
		}
	}
	return false
}

// lookForSilence finds the due dates that were moved, and whether that has points.
func (r *requestReading) lookForSilence() {
	day := r.in.View.Day
	var open []state.Money
	for _, e := range r.in.View.Extensions() {
		ends := e.Changed + state.Date(r.SilentDays)
		if e.Current-e.Original < state.Date(r.SilentMoveDays) || ends <= day {
			continue
		}
		if e.Changed > day {
			r.next = sooner(r.next, e.Changed)
			continue
		}
		r.next = sooner(r.next, ends)
		r.moved, open = append(r.moved, e), append(open, e.Open)
	}
	if len(r.moved) < r.SilentCount {
		return
	}
	ar, known := receivables(r.in.View)
	sum, rated := r.in.View.Total(open)
	if !known || !rated {
		r.unknown = true
		return
	}
	if r.movedSum = sum; r.SilentRatio.compare(sum, ar) >= 0 {
		r.silent = r.SilentPoints
	}
}
