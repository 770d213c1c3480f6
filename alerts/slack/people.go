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
		all = append(all, c.action)
	}
	return all
}

func (p *Person) may(action alerts.Action) bool {
	return p.May == nil || slices.Contains(p.May, action)
}
