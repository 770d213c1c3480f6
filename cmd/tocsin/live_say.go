package main

import (
	"slices"
	"strings"

	"tocsin/alerts"
	"tocsin/detectors"
)

// sayAlert is an alert as a sentence for people.
func sayAlert(t *alerts.Transition) string {
	if t.To == detectors.None {
		return alerts.English.Change(alerts.Change{
			AlertID: t.AlertID, Signal: t.Signal, Reason: t.Reason, From: t.From, To: t.To, Kind: t.Kind,
		})
	}
	return alerts.English.Alert(alerts.CaseAlert{
		AlertID: t.AlertID, Signal: t.Signal, Level: t.To, Reason: t.Reason, Since: t.At, LevelSince: t.At, Detail: t.Detail,
	})
}

// sayActions is what to do about a case: the actions of its alerts, most urgent first, each once, at most three.
func sayActions(list []alerts.Transition) string {
	var said []string
	for i := range list {
		for _, code := range list[i].Actions {
			if action := alerts.English.Action(code); !slices.Contains(said, action) && len(said) < 3 {
				said = append(said, action)
			}
		}
	}
	return strings.Join(said, "; ")
}
