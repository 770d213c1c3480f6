package desk

import (
	"fmt"

	"tocsin/alerts"
	"tocsin/state"
)

// sources tells how good what each source publishes is, over some business days.
func (a *API) sources(r *request) (answer, error) {
	from, problem := r.date("from")
	if problem != nil {
		return answer{}, problem
	}
	until, problem := r.date("until")
	if problem != nil {
		return answer{}, problem
	}
	if until == 0 {
		day, found, err := a.Rows.Day(r.Context())
		if err != nil {
			return answer{}, err
		}
		if !found {
			return answer{}, NewProblem(NotReady, "no day is open: nothing was read yet")
		}
		until = day.Date
	}
	if from == 0 {
		from = until - state.ScoreWeek + 1
	}
	if from > until {
		return answer{}, Refused("from", fmt.Sprintf("%s comes after %s, the last day that is asked for", from, until))
	}
	scores, err := a.Rows.Scores(r.Context(), from, until)
	if err != nil {
		return answer{}, err
	}
	return answer{body: alerts.AppendScorecard(nil, from, until, state.ScoresBySource(scores), a.Sources)}, nil
}
