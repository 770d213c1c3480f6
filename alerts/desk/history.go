package desk

import (
	"fmt"

	"tocsin/alerts"
)

// mostHistory is how many entries a case's history has, of the newest.
const mostHistory = 100

// entryOf is what has become of a case between two states of it, as a thread that had told each of them would.
type entryOf struct {
	Seq      int64        `json:"seq"`
	At       string       `json:"at"`       // the business day
	KnownAt  string       `json:"known_at"` // when it was known
	State    string       `json:"state"`
	Severity string       `json:"severity"`
	Changes  []changeOf   `json:"changes"` // of alerts at warning or above
	Task     *taskInEntry `json:"task"`    // nil: it was as before
}

type changeOf struct {
	AlertID    string `json:"alert_id"`
	Signal     string `json:"signal"`
	Reason     string `json:"reason"`
	From       string `json:"from"`
	To         string `json:"to"`
	Transition string `json:"transition"`
}

type taskInEntry struct {
	State        string  `json:"state"`
	Owner        string  `json:"owner"`
	By           string  `json:"by"`       // who acted last; empty: nobody
	Decision     string  `json:"decision"` // empty: none
	SnoozedUntil *string `json:"snoozed_until"`
	Late         bool    `json:"late"`
}

// history is what has become of a case, the newest last. A state that tells nothing new, as of figures alone, is in the next that does.
func (a *API) history(r *request, id string) ([]entryOf, error) {
	rows, err := a.Rows.CaseHistory(r.Context(), id, mostHistory+1)
	if err != nil {
		return nil, err
	}
	all, before := []entryOf{}, &alerts.CaseMessage{}
	for i := range rows {
		now, err := alerts.ParseCaseMessage(rows[i].Body)
		if err != nil {
			return nil, fmt.Errorf("case %s, seq %d: %w", id, rows[i].Seq, err)
		}
		if n := now.Since(before); n != nil && (i > 0 || len(rows) <= mostHistory) {
			all = append(all, newsOf(n))
		}
		before = now
	}
	return all, nil
}

func newsOf(n *alerts.News) entryOf {
	e := entryOf{
		Seq: n.Seq, At: n.At.String(), KnownAt: n.KnownAt.String(), State: n.State, Severity: n.Severity.String(), Changes: []changeOf{},
	}
	for _, c := range n.Changes {
		e.Changes = append(e.Changes, changeOf{c.AlertID, c.Signal, c.Reason, c.From.String(), c.To.String(), c.Kind})
	}
	if t := n.Task; t != nil {
		e.Task = &taskInEntry{State: t.State, Owner: t.Owner, By: t.By, Decision: t.Decision, Late: n.Late}
		if t.SnoozedUntil != 0 {
			until := t.SnoozedUntil.String()
			e.Task.SnoozedUntil = &until
		}
	}
	return e
}
