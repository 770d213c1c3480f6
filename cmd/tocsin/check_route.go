package main

import (
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"tocsin/alerts"
	"tocsin/alerts/routing"
	"tocsin/state"
)

// routeCase tells where a case is told that is described in the words of a route.
func (c *config) routeCase(p *process, described string) error {
	r := &reader{source: "--route", places: map[string]place{}}
	var of routing.Route
	on := wallClock().Date(time.UTC)
	root := r.parse([]byte("{" + described + "}"))
	if root != nil {
		known := routes{signs: &c.Rules.signNames}.conditions(r, "", &of)
		known["on"] = func(v *yaml.Node) {
			scalar{kind: "a date", tags: wordTags, set: func(s string) error {
				if err := checkDate(s); err != nil {
					return err
				}
				on, _ = state.ParseDate(s)
				return nil
			}}.read(r, "on", v)
		}
		r.block(root, "", known)
	}
	if err := r.faults.asError(); err != nil {
		return usageError{err.Error()}
	}
	first := func(list []string) string { return strings.Join(list[:min(1, len(list))], "") }
	m := &alerts.CaseMessage{Segment: first(of.Segments), State: alerts.CaseOpen, Severity: of.Severity, MoneyAtRisk: of.AtRisk, Task: alerts.CaseTask{Owner: first(of.Owners)}}
	for _, signal := range of.Signals {
		m.Alerts = append(m.Alerts, alerts.CaseAlert{Signal: signal, Level: of.Severity})
	}
	table := c.routing()
	by := "no route, slack.channel"
	if i := table.Of(m); i != routing.Default {
		by = indexed("notify.routes", i) + " " + showRoute(&table.Routes[i])
	}
	fmt.Fprintf(p.stdout, "told in   %s\nby        %s\n", strings.Join(table.Channels(m), ", "), by)
	if deputy := table.Deputy(m.Task.Owner, on); deputy != "" {
		fmt.Fprintf(p.stdout, "owner     %s, who is away on %s; %s stands in\n", m.Task.Owner, on, deputy)
	}
	return nil
}
