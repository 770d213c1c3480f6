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

// Acts are what people can do in Slack, in the order in which a task goes through its life.
func Acts() []alerts.Action {
	return []alerts.Action{alerts.Acknowledge}
}

func (p *Person) may(action alerts.Action) bool {
	return p.May == nil || slices.Contains(p.May, action)
}
