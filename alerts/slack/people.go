package slack

import (
	"slices"

	"tocsin/alerts"
)

// Person is who acts when a Slack user does.
type Person struct {
	Name string          // by which tasks and the audit know him
	May  []alerts.Action // nil: all of [Acts]
}

// Acts are what people can do in Slack.
func Acts() (all []alerts.Action) {
	for _, c := range everyControl() {
		if !c.action.Answers() {
			all = append(all, c.action)
		}
	}
	return all
}

// may tells whether he may do something. Who gives limits answers those who ask for them, too.
func (p *Person) may(action alerts.Action) bool {
	if action.Answers() {
		action = alerts.GrantLimit
	}
	return p.May == nil || slices.Contains(p.May, action)
}
