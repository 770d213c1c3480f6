// Package routing says where a case is told: in which channels, and who stands in for an owner who is away.
//
// It is pure: a case message and a day go in, names come out. What channels are, and how people are addressed in them, is for whoever
// sends to know.
//
// # Why lists and not expressions
//
// A route is read by those whom it sends messages to. What it can ask for is what a message shows: a segment, an owner, a signal, how
// grave, and how much. A condition over all figures of a customer would need the customer, and a case would be told elsewhere from one
// day to the next for reasons that no message shows.
package routing

import (
	"slices"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// Table is all that is configured.
type Table struct {
	Routes   []Route // the first that a case fulfils is its route
	Absences []Absence
	Channel  string // of cases without a route
}

// Route sends the cases that fulfil all of its conditions to channels. What is empty asks for nothing.
type Route struct {
	Segments []string        // the customer is in one of them
	Owners   []string        // the task is one of theirs, whoever stands in for them
	Signals  []string        // one of them has an alert in the case
	Severity detectors.Level // the case is at least as grave
	AtRisk   state.Money     // at least so much is at risk, in this currency; an amount in another one is not compared
	Channels []string        // at least one
}

// Absence is when somebody is away, both days inclusive, and who stands in.
type Absence struct {
	Who, Deputy string
	From, Until state.Date
}

// Default is the number of the route of a case that fulfils none.
const Default = -1

// Of is the number of a case's route, counted from 0, or Default.
func (t *Table) Of(m *alerts.CaseMessage) int {
	return slices.IndexFunc(t.Routes, func(r Route) bool { return r.fits(m) })
}

// Channels are those in which a case is told.
func (t *Table) Channels(m *alerts.CaseMessage) []string {
	if i := t.Of(m); i != Default {
		return t.Routes[i].Channels
	}
	return []string{t.Channel}
}

// Deputy is who stands in for somebody on a day; empty: who is there, and whoever has nobody that is.
func (t *Table) Deputy(who string, on state.Date) string {
	asked, deputy := []string{who}, who
	for {
		i := slices.IndexFunc(t.Absences, func(a Absence) bool { return a.Who == deputy && a.From <= on && on <= a.Until })
		if i < 0 {
			break
		}
		deputy = t.Absences[i].Deputy
		if slices.Contains(asked, deputy) {
			return "" // each stands in for the other, and all are away
		}
		asked = append(asked, deputy)
	}
	if deputy == who {
		return ""
	}
	return deputy
}

func (r *Route) fits(m *alerts.CaseMessage) bool {
	return among(r.Segments, m.Segment) && among(r.Owners, m.Task.Owner) && m.Severity >= r.Severity && r.enough(m.MoneyAtRisk) &&
		(len(r.Signals) == 0 || slices.ContainsFunc(m.Alerts, func(a alerts.CaseAlert) bool { return slices.Contains(r.Signals, a.Signal) }))
}

func among(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }

func (r *Route) enough(m state.Money) bool {
	return !r.AtRisk.Told() || m.Currency == r.AtRisk.Currency && m.Minor >= r.AtRisk.Minor
}
