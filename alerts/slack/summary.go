package slack

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/detectors"
)

// How much of a summary a message shows.
const (
	mostSums   = 6 // currencies
	mostSpoken = 3 // cases that the sentence beside the blocks names
)

// rest is where to see the cases that a summary does not name, and what becomes of all of them.
const rest = "All open cases: `tocsin tasks`. Each alert: the topic `kafka.topics.alerts`. A case gets its own message when something of it changes."

// layoutSummary lays a summary out with the first of its cases.
func layoutSummary(s *alerts.Summary, shown int) []slack.Block {
	m := message{seq: s.Seq}
	m.header("head", "📋 SUMMARY: "+counts(s))
	m.section("why", alerts.SayWhy(s)+".")
	m.fields("facts", label("Critical", strconv.Itoa(s.Critical)), label("Warning", strconv.Itoa(s.Warning)), label("Money at risk", sums(s)))
	for i := range s.Worst[:shown] {
		m.section(fmt.Sprintf("case%d", i), line(&s.Worst[i]))
	}
	if more := s.Cases() - shown; more > 0 {
		m.section("rest", fmt.Sprintf("*And %d more.* %s", more, rest))
	} else {
		m.section("rest", rest)
	}
	m.context("foot", fmt.Sprintf("Summary %s · as of %s, made %s", code(s.SummaryID, idChars), s.To, instant(s.KnownAt)))
	return m.blocks
}

// counts are the open cases by their severity.
func counts(s *alerts.Summary) string {
	noun := "cases"
	if s.Cases() == 1 {
		noun = "case"
	}
	return fmt.Sprintf("%d open %s, %d critical, %d warning", s.Cases(), noun, s.Critical, s.Warning)
}

// sums are the money at risk for each currency.
func sums(s *alerts.Summary) string {
	if len(s.AtRisk) == 0 {
		return "none known"
	}
	var said []string
	for _, m := range s.AtRisk[:min(len(s.AtRisk), mostSums)] {
		said = append(said, alerts.SayAmount(m))
	}
	if more := len(s.AtRisk) - mostSums; more > 0 {
		said = append(said, fmt.Sprintf("and %d more currencies", more))
	}
	return strings.Join(said, ", ")
}

// line is one case: who, how bad, how much, and the worst of its reasons.
func line(c *alerts.SummaryCase) string {
	mark := "🟠"
	if c.Severity == detectors.Critical {
		mark = "🔴"
	}
	head := fmt.Sprintf("%s %s *%s* %s", mark, strings.ToUpper(c.Severity.String()), prose(who(c.Customer, c.Name), nameChars), code(string(c.Customer), idChars))
	if c.MoneyAtRisk.Told() {
		head += " · at risk " + alerts.SayAmount(c.MoneyAtRisk)
	}
	head += " · since " + c.Opened.String()
	if c.Alert.Signal == "" {
		return head
	}
	return head + "\n" + alerts.SayAlert(c.Alert)
}

// overview says the whole summary in one line of running text.
func overview(s *alerts.Summary) string {
	parts := []string{"SUMMARY: " + counts(s), "Money at risk " + sums(s), alerts.SayWhy(s)}
	for i := range s.Worst[:min(len(s.Worst), mostSpoken)] {
		c := &s.Worst[i]
		text := strings.ToUpper(c.Severity.String()) + ": " + named(c.Customer, c.Name)
		if c.Alert.Signal != "" {
			text += ": " + alerts.SayAlert(c.Alert)
		}
		parts = append(parts, text)
	}
	return strings.Join(append(parts, "All open cases: tocsin tasks"), ". ") + "."
}
