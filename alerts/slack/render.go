package slack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// How much of a case a message shows. Even when every string is as long as it may be, these keep it within what lint takes.
const (
	nameChars  = 100 // of a customer's name
	idChars    = 40  // of an id that a publisher chose
	mostAlerts = 4
	mostFacts  = 4 // of one alert
	mostWays   = 4 // that clear it
	mostProofs = 3 // documents of it
	mostSteps  = 6 // recommended actions
	mostNews   = 5 // changes
	factChars  = 80

	conditionChars = 200 // of a condition
	pointChars     = 400 // of what a score is made of: a score that does not add up explains nothing
)

// message collects the blocks of one update of a case's message.
type message struct {
	seq    int64
	blocks []slack.Block
}

// render is a message as Slack takes it: the blocks, and the sentence that stands for them where blocks are not shown.
func render(msg alerts.Message) (fallback string, blocks []slack.Block) {
	switch msg := msg.(type) {
	case *alerts.CaseMessage:
		fallback = cut(sentence(msg), maxFallback)
		return fallback, fitting(fallback, min(len(msg.Alerts), mostAlerts), func(shown int) []slack.Block { return layout(msg, shown) })
	case *alerts.Summary:
		fallback = cut(overview(msg), maxFallback)
		return fallback, fitting(fallback, len(msg.Worst), func(shown int) []slack.Block { return layoutSummary(msg, shown) })
	}
	panic(fmt.Sprintf("a %T cannot be shown", msg))
}

// fitting lays out as many parts as Slack takes; none, if it takes not even that.
func fitting(fallback string, parts int, layout func(shown int) []slack.Block) (blocks []slack.Block) {
	for shown := parts; ; shown-- {
		blocks = layout(shown)
		if shown == 0 || lint(fallback, blocks) == nil {
			return blocks
		}
	}
}

// layout lays a case out with the grounds of its first alerts.
func layout(msg *alerts.CaseMessage, shown int) []slack.Block {
	m := message{seq: msg.Seq}
	m.header("head", mark(msg)+" "+severity(msg)+": "+plain(who(msg.Customer, msg.Name), nameChars))
	m.section("why", why(msg))
	m.fields("facts", headline(msg)...)
	m.list("do", "Do", actions(msg.Alerts))
	for i, a := range msg.Alerts[:shown] {
		m.section(fmt.Sprintf("alert%d", i), grounds(a))
	}
	m.list("news", "What changed", news(msg.Changes))
	m.context("foot", footer(msg))
	return m.blocks
}

// who is the customer's name, or its number while there is no name that anybody could see.
func who(customer state.CustomerID, name string) string {
	if clean(name, nameChars) != "" {
		return name
	}
	return string(customer)
}

// mark is the colour of a case. It never stands without the word.
func mark(msg *alerts.CaseMessage) string {
	switch {
	case msg.State == alerts.CaseClosed:
		return "🟢"
	case msg.Severity == detectors.Critical:
		return "🔴"
	default:
		return "🟠"
	}
}

// severity is the word for how bad a case is.
func severity(msg *alerts.CaseMessage) string {
	if msg.State == alerts.CaseClosed {
		return "CLOSED"
	}
	return strings.ToUpper(msg.Severity.String())
}

// why says what is wrong, the worst first and in bold.
func why(msg *alerts.CaseMessage) string {
	if msg.State == alerts.CaseClosed {
		return "*" + alerts.SayClosed(msg.Before) + "*"
	}
	var lines []string
	for i, a := range msg.Alerts[:min(len(msg.Alerts), mostAlerts)] {
		if i == 0 {
			lines = append(lines, "*"+alerts.SayAlert(a)+"*")
		} else {
			lines = append(lines, "Also: "+alerts.SayAlert(a))
		}
	}
	if more := len(msg.Alerts) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("And %d more", more))
	}
	return strings.Join(lines, "\n")
}

// headline is the customer in numbers, each with its threshold, and who has to act until when.
func headline(msg *alerts.CaseMessage) []string {
	h := msg.Headline
	out := []string{label("Customer", code(string(msg.Customer), idChars))}
	if h.Exposure.Told() {
		exposure := alerts.SayAmount(h.Exposure)
		switch {
		case h.Utilisation != "":
			exposure += " of " + alerts.SayAmount(h.Limit) + " limit (" + alerts.SayPercent(h.Utilisation) + ")"
		case h.Limit.Told():
			exposure += " of " + alerts.SayAmount(h.Limit) + " limit"
		default:
			exposure += ", no limit on file"
		}
		out = append(out, label("Exposure", exposure))
	}
	if h.Overdue.Told() {
		overdue := alerts.SayAmount(h.Overdue)
		if h.DaysPastDue > 0 {
			overdue += ", worst " + days(h.DaysPastDue)
			if slices.ContainsFunc(msg.Alerts, func(a alerts.CaseAlert) bool { return differs(a, "days_past_due", h.DaysPastDue) }) {
				overdue += ", small and disputed ones too"
			}
		}
		out = append(out, label("Overdue", overdue))
	}
	if msg.MoneyAtRisk.Told() && msg.State != alerts.CaseClosed {
		out = append(out, label("Money at risk", alerts.SayAmount(msg.MoneyAtRisk)))
	}
	if h.Grade != 0 {
		out = append(out, label("Score", standing(&h)))
	}
	return append(out, label("Task", task(msg.Task, msg.KnownAt)), label("Owner", owner(msg.Task)))
}

// differs tells whether an alert has a fact of that name whose value is another number.
func differs(a alerts.CaseAlert, name string, than int) bool {
	return slices.ContainsFunc(a.Facts, func(f detectors.Fact) bool { return f.Name == name && f.Value != strconv.Itoa(than) })
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// standing is the customer's score and grade now and 30 days ago.
func standing(h *alerts.Headline) string {
	text := fmt.Sprintf("%d of 100, %s; 30 days ago %d, %s", h.Score, h.Grade, h.Before.Score, h.Before.Grade)
	if h.Watched != 0 {
		text += "; on the watch list since " + h.Watched.String()
	}
	return text
}

// task is where the review task stands, and when something is due, or was when it was told of.
func task(t alerts.CaseTask, told state.Instant) string {
	if t.TaskID == "" {
		return "none"
	}
	text := alerts.SayTask(t.State)
	if t.Decision != "" {
		text += ": " + alerts.SayDecision(t.Decision)
		if t.ReasonCode != "" {
			text += " (" + alerts.SayReasonCode(t.ReasonCode) + ")"
		}
	}
	if t.By != "" {
		text += " by " + code(t.By, idChars)
	}
	if t.Acknowledge != 0 {
		by := ", acknowledge by "
		if t.Acknowledge < told {
			by = ", was to be acknowledged by "
		}
		text += by + moment(t.Acknowledge)
	}
	if t.Due != 0 && t.State != alerts.TaskClosed {
		due := ", due "
		if t.Due < told {
			due = ", was due "
		}
		text += due + moment(t.Due)
	}
	if t.NextReview != 0 {
		text += ", next review " + t.NextReview.String()
	}
	return text
}

func owner(t alerts.CaseTask) string {
	if t.Owner == "" {
		return "nobody named"
	}
	return code(t.Owner, idChars)
}

// grounds are those of one open alert: what was measured against what, what clears it, and the documents that show it.
func grounds(a alerts.CaseAlert) string {
	head := fmt.Sprintf("*%s*: %s since %s", alerts.SaySignal(a.Signal), a.Level, a.LevelSince)
	if a.Since != a.LevelSince {
		head += fmt.Sprintf(", raised %s", a.Since)
	}
	lines := []string{head}
	facts := slices.DeleteFunc(slices.Clone(a.Facts), func(f detectors.Fact) bool { return strings.HasPrefix(f.Name, detectors.PointsOf) })
	for _, f := range facts[:min(len(facts), mostFacts)] {
		lines = append(lines, "• "+prose(alerts.SayGround(&a, f), factChars))
	}
	if points := alerts.SayPoints(&a); points != "" {
		lines = append(lines, "• "+prose(points, pointChars))
	}
	if ways := a.ClearsIf[:min(len(a.ClearsIf), mostWays)]; len(ways) > 0 {
		said := make([]string, len(ways))
		for i, way := range ways {
			said[i] = alerts.SayRemedy(way)
			if way.Do == detectors.ByCondition {
				said[i] += ": " + code(a.Conditions[way.To], conditionChars)
			}
		}
		lines = append(lines, "*Clears if* "+strings.Join(said, ", or ")+alerts.SayHold(a))
	}
	if proofs := a.Evidence[:min(len(a.Evidence), mostProofs)]; len(proofs) > 0 {
		said := make([]string, len(proofs))
		for i, id := range proofs {
			said[i] = code(id, idChars)
		}
		lines = append(lines, "*See* "+strings.Join(said, " "))
	}
	return strings.Join(lines, "\n")
}

// actions are what is recommended for all alerts, most urgent first, each once.
func actions(all []alerts.CaseAlert) []string {
	var said []string
	seen := map[string]bool{}
	for _, a := range all {
		for _, action := range a.Actions {
			if !seen[action] && len(said) < mostSteps {
				seen[action] = true
				said = append(said, alerts.SayAction(action))
			}
		}
	}
	return said
}

func news(changes []alerts.Change) []string {
	var said []string
	for _, c := range changes[:min(len(changes), mostNews)] {
		said = append(said, alerts.SayChange(c))
	}
	if more := len(changes) - mostNews; more > 0 {
		said = append(said, fmt.Sprintf("and %d more", more))
	}
	return said
}

// footer tells which state of which case the message shows, and how fresh it is.
func footer(msg *alerts.CaseMessage) string {
	return fmt.Sprintf("Case %s · opened %s · update %d · as of %s, facts known up to %s",
		code(msg.CaseID, idChars), msg.Opened, msg.Seq, msg.At, instant(msg.KnownAt))
}

func instant(at state.Instant) string { return at.Time().Format("2006-01-02 15:04") + " UTC" }

// moment is an instant on the clocks of whoever reads it.
func moment(at state.Instant) string {
	return fmt.Sprintf("<!date^%d^{date_short_pretty} {time}|%s>", at/1e9, instant(at))
}

// named is a customer in running text.
func named(customer state.CustomerID, name string) string {
	id := prose(string(customer), idChars)
	if seen := prose(name, nameChars); seen != "" {
		return seen + " (" + id + ")"
	}
	return id
}

// sentence says the whole case in one line of running text.
func sentence(msg *alerts.CaseMessage) string {
	name := named(msg.Customer, msg.Name)
	if msg.State == alerts.CaseClosed {
		return severity(msg) + ": " + name + ". " + alerts.SayClosed(msg.Before) + "."
	}
	parts := []string{severity(msg) + ": " + name}
	if len(msg.Alerts) > 0 {
		parts[0] += ": " + alerts.SayAlert(msg.Alerts[0])
	}
	if h := msg.Headline; h.Exposure.Told() && h.Limit.Told() {
		parts = append(parts, "Exposure "+alerts.SayAmount(h.Exposure)+", limit "+alerts.SayAmount(h.Limit))
	}
	if msg.MoneyAtRisk.Told() {
		parts = append(parts, "Money at risk "+alerts.SayAmount(msg.MoneyAtRisk))
	}
	if do := actions(msg.Alerts); len(do) > 0 {
		parts = append(parts, "Recommended: "+strings.Join(do, "; "))
	}
	return strings.Join(parts, ". ") + "."
}
