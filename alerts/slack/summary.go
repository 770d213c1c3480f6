package slack

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// How much of a summary a message shows.
const (
	mostSums   = 6 // currencies
	mostSpoken = 3 // cases that the sentence beside the blocks names
	mostRules  = 8 // that are, or were, systemic
)

// Where to see the cases that a summary does not name.
const (
	tasksCommand = "tocsin tasks"
	alertsTopic  = "kafka.topics.alerts"
)

// layoutSummary lays a summary out with the first of its cases.
func (w words) layoutSummary(s *alerts.Summary, shown int) []slack.Block {
	m := message{seq: s.Seq}
	m.header("head", sign(s)+" "+w.summaryHead(s))
	m.section("why", w.Sentences(w.Why(s)))
	m.fields("facts", label(w.Phrase(alerts.PhraseCritical), strconv.Itoa(s.Critical)), label(w.Phrase(alerts.PhraseWarning), strconv.Itoa(s.Warning)),
		label(w.Phrase(alerts.PhraseAtRisk), w.sums(s)))
	for i := range s.Worst[:shown] {
		m.section(fmt.Sprintf("case%d", i), w.line(&s.Worst[i]))
	}
	others := alerts.PhraseRest
	if s.Channel != "" {
		others = alerts.PhraseRestHeld
	}
	rest := w.Phrase(others, "tasks", code(tasksCommand, idChars), "topic", code(alertsTopic, idChars))
	if more := s.Cases() - shown; more > 0 {
		rest = bold(w.Phrase(alerts.PhraseMoreCases, "count", strconv.Itoa(more))) + " " + rest
	}
	m.section("rest", rest)
	if lines := w.rules(s); len(lines) > 0 {
		m.section("rules", strings.Join(lines, "\n"))
	}
	w.release(&m, s)
	m.context("foot", w.Phrase(alerts.PhraseSummaryFoot, "summary", code(s.SummaryID, idChars), "day", w.Date(s.To), "made", w.Instant(s.KnownAt)))
	return m.blocks
}

// rules are what became of each rule of which a summary tells as systemic, those first that are withheld, up to mostRules of them.
func (w words) rules(s *alerts.Summary) (lines []string) {
	all := slices.Clone(s.Rules)
	slices.SortStableFunc(all, func(a, b state.Systemic) int { return cmp.Compare(min(len(a.By), 1), min(len(b.By), 1)) })
	for i := range all[:min(len(all), mostRules)] {
		y, phrase := &all[i], alerts.PhraseDigestSystemic
		if !y.Withheld() {
			phrase = alerts.PhraseLetGo
		}
		lines = append(lines, w.Phrase(phrase, "signal", w.Signal(y.Signal), "date", w.Date(y.Day), "risen", strconv.Itoa(y.Risen),
			"active", strconv.Itoa(y.Active), "who", code(y.By, idChars), "at", w.Instant(y.Released)))
	}
	if more := len(all) - mostRules; more > 0 {
		lines = append(lines, w.Phrase(alerts.PhraseDigestMore, "count", strconv.Itoa(more)))
	}
	return lines
}

// sign is what a summary begins with: what is to be done at once does not look like what is to be read.
func sign(s *alerts.Summary) string {
	if s.Why == alerts.WhyLateTasks {
		return "⏰"
	}
	return "📋"
}

func (w words) summaryHead(s *alerts.Summary) string {
	head := alerts.PhraseSummaryHead
	if s.Why == alerts.WhyLateTasks {
		head = alerts.PhraseLateHead
	}
	return w.Phrase(head, "counts", w.counts(s))
}

// counts are the open cases by their severity.
func (w words) counts(s *alerts.Summary) string {
	phrase := alerts.PhraseCases
	if s.Cases() == 1 {
		phrase = alerts.PhraseOneCase
	}
	return w.Phrase(phrase, "cases", strconv.Itoa(s.Cases()), "critical", strconv.Itoa(s.Critical), "warning", strconv.Itoa(s.Warning))
}

// sums are the money at risk for each currency.
func (w words) sums(s *alerts.Summary) string {
	if len(s.AtRisk) == 0 {
		return w.Phrase(alerts.PhraseNoSum)
	}
	var said []string
	for _, m := range s.AtRisk[:min(len(s.AtRisk), mostSums)] {
		said = append(said, w.Amount(m))
	}
	if more := len(s.AtRisk) - mostSums; more > 0 {
		said = append(said, w.Phrase(alerts.PhraseMoreSums, "count", strconv.Itoa(more)))
	}
	return w.List(said)
}

// line is one case: who, how bad, how much, and the worst of its reasons.
func (w words) line(c *alerts.SummaryCase) string {
	mark := "🟠"
	if c.Severity == detectors.Critical {
		mark = "🔴"
	}
	head := mark + " " + w.Phrase(alerts.PhraseCaseLine, "severity", w.loud(c.Severity), "name", bold(prose(who(c.Customer, w.known(c)), nameChars)),
		"customer", code(string(c.Customer), idChars))
	if c.MoneyAtRisk.Told() {
		head += w.Phrase(alerts.PhraseLineAtRisk, "amount", w.Amount(c.MoneyAtRisk))
	}
	head += w.Phrase(alerts.PhraseLineSince, "date", w.Date(c.Opened))
	if c.Alert.Signal == "" {
		return head
	}
	return head + "\n" + w.Alert(c.Alert)
}

// known is the name of a case's customer, or that it is erased.
func (w words) known(c *alerts.SummaryCase) string {
	if c.Name == alerts.Erased {
		return w.Phrase(alerts.PhraseErased)
	}
	return c.Name
}

// overview says the whole summary in one line of running text.
func (w words) overview(s *alerts.Summary) string {
	parts := []string{
		w.summaryHead(s), w.Phrase(alerts.PhraseMoneyAtRisk, "amount", w.sums(s)), w.Why(s),
	}
	parts = append(parts, w.rules(s)...)
	for i := range s.Worst[:min(len(s.Worst), mostSpoken)] {
		c := &s.Worst[i]
		text := w.Phrase(alerts.PhraseHead, "severity", w.loud(c.Severity), "customer", w.named(c.Customer, w.known(c)))
		if c.Alert.Signal != "" {
			text = w.Phrase(alerts.PhraseSpoken, "case", text, "alert", w.Alert(c.Alert))
		}
		parts = append(parts, text)
	}
	return w.Sentences(append(parts, w.Phrase(alerts.PhraseAllCases, "tasks", tasksCommand))...)
}
