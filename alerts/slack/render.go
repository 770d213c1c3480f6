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

// words are in the language of those who read a message.
type words struct {
	*alerts.Language
	taken bool // somebody takes what buttons say, so there are some
}

// render is a message as Slack takes it: the blocks, and the sentence that stands for them where blocks are not shown.
func (w words) render(msg alerts.Message) (fallback string, blocks []slack.Block) {
	switch msg := msg.(type) {
	case *alerts.CaseMessage:
		if len(msg.MovedTo) > 0 {
			return cut(w.movedSentence(msg), maxFallback), w.moved(msg)
		}
		fallback = cut(w.sentence(msg), maxFallback)
		return fallback, fitting(fallback, min(len(msg.Alerts), mostAlerts), func(shown int) []slack.Block { return w.layout(msg, shown) })
	case *alerts.Summary:
		fallback = cut(w.overview(msg), maxFallback)
		return fallback, fitting(fallback, len(msg.Worst), func(shown int) []slack.Block { return w.layoutSummary(msg, shown) })
	case alerts.Periodical:
		return w.renderDigest(msg)
	case *alerts.Word:
		return w.renderWord(msg)
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
func (w words) layout(msg *alerts.CaseMessage, shown int) []slack.Block {
	m := message{seq: msg.Seq}
	m.header("head", mark(msg)+" "+w.Phrase(alerts.PhraseHead, "severity", w.severity(msg), "customer", plain(who(msg.Customer, msg.Name), nameChars)))
	m.section("why", w.why(msg))
	m.fields("facts", w.headline(msg)...)
	m.list("do", w.Phrase(alerts.PhraseDo), w.actions(msg.Alerts))
	for i, a := range msg.Alerts[:shown] {
		m.section(fmt.Sprintf("alert%d", i), w.grounds(a))
	}
	m.list("news", w.Phrase(alerts.PhraseNews), w.news(msg.Changes))
	w.buttons(&m, msg)
	m.context("foot", w.footer(msg))
	return m.blocks
}

// moved is what a case leaves behind where it does not stand any more.
func (w words) moved(msg *alerts.CaseMessage) []slack.Block {
	m := message{seq: msg.Seq}
	m.header("head", "➡️ "+plain(who(msg.Customer, msg.Name), nameChars))
	channels := make([]string, len(msg.MovedTo))
	for i, c := range msg.MovedTo {
		channels[i] = code(c, nameChars)
	}
	m.section("moved", w.Sentences(w.Phrase(alerts.PhraseMoved, "channels", w.List(channels))))
	m.context("foot", w.footer(msg))
	return m.blocks
}

func (w words) movedSentence(msg *alerts.CaseMessage) string {
	channels := make([]string, len(msg.MovedTo))
	for i, c := range msg.MovedTo {
		channels[i] = prose(c, nameChars)
	}
	return w.Sentences(w.named(msg.Customer, msg.Name), w.Phrase(alerts.PhraseMoved, "channels", w.List(channels)))
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
func (w words) severity(msg *alerts.CaseMessage) string {
	if msg.State == alerts.CaseClosed {
		return strings.ToUpper(w.Phrase(alerts.PhraseClosed))
	}
	return w.loud(msg.Severity)
}

// loud is a level in capitals, where the language has them.
func (w words) loud(level detectors.Level) string { return strings.ToUpper(w.Level(level)) }

// why says what is wrong, the worst first and in bold.
func (w words) why(msg *alerts.CaseMessage) string {
	if msg.State == alerts.CaseClosed {
		return bold(w.Closed(msg.Before))
	}
	var lines []string
	for i, a := range msg.Alerts[:min(len(msg.Alerts), mostAlerts)] {
		if i == 0 {
			lines = append(lines, bold(w.Alert(a)))
		} else {
			lines = append(lines, w.Phrase(alerts.PhraseAlso, "alert", w.Alert(a)))
		}
	}
	if more := len(msg.Alerts) - len(lines); more > 0 {
		lines = append(lines, w.Phrase(alerts.PhraseMore, "count", strconv.Itoa(more)))
	}
	return strings.Join(lines, "\n")
}

// grounds are those of one open alert: what was measured against what, what clears it, and the documents that show it.
func (w words) grounds(a alerts.CaseAlert) string {
	head := w.Phrase(alerts.PhraseSince, "signal", bold(w.Signal(a.Signal)), "level", w.Level(a.Level), "date", w.Date(a.LevelSince))
	if a.Since != a.LevelSince {
		head += w.Phrase(alerts.PhraseRaised, "date", w.Date(a.Since))
	}
	if a.Feedback != "" {
		head += w.Phrase(alerts.PhraseFeedback, "feedback", w.Feedback(a.Feedback))
	}
	lines := []string{head}
	facts := slices.DeleteFunc(slices.Clone(a.Facts), func(f detectors.Fact) bool { return strings.HasPrefix(f.Name, detectors.PointsOf) })
	for _, f := range facts[:min(len(facts), mostFacts)] {
		lines = append(lines, "• "+prose(w.Ground(&a, f), factChars))
	}
	if points := w.Points(&a); points != "" {
		lines = append(lines, "• "+prose(points, pointChars))
	}
	if ways := a.ClearsIf[:min(len(a.ClearsIf), mostWays)]; len(ways) > 0 {
		said := make([]string, len(ways))
		for i, way := range ways {
			said[i] = w.Remedy(way)
			if way.Do == detectors.ByCondition {
				said[i] = w.Phrase(alerts.PhraseCondition, "remedy", said[i], "condition", code(a.Conditions[way.To], conditionChars))
			}
		}
		lines = append(lines, bold(w.Phrase(alerts.PhraseClearsIf))+" "+strings.Join(said, w.Phrase(alerts.PhraseOr))+w.Hold(a))
	}
	if proofs := a.Evidence[:min(len(a.Evidence), mostProofs)]; len(proofs) > 0 {
		said := make([]string, len(proofs))
		for i, id := range proofs {
			said[i] = code(id, idChars)
		}
		lines = append(lines, bold(w.Phrase(alerts.PhraseSee))+" "+strings.Join(said, " "))
	}
	return strings.Join(lines, "\n")
}

// actions are what is recommended for all alerts, most urgent first, each once.
func (w words) actions(all []alerts.CaseAlert) []string {
	var said []string
	seen := map[string]bool{}
	for _, a := range all {
		for _, action := range a.Actions {
			if !seen[action] && len(said) < mostSteps {
				seen[action] = true
				said = append(said, w.Action(action))
			}
		}
	}
	return said
}

func (w words) news(changes []alerts.Change) []string {
	var said []string
	for _, c := range changes[:min(len(changes), mostNews)] {
		said = append(said, w.Change(c))
	}
	if more := len(changes) - mostNews; more > 0 {
		said = append(said, w.Phrase(alerts.PhraseMoreNews, "count", strconv.Itoa(more)))
	}
	return said
}

// footer tells which state of which case the message shows, and how fresh it is.
func (w words) footer(msg *alerts.CaseMessage) string {
	return w.Phrase(alerts.PhraseFoot, "case", code(msg.CaseID, idChars), "opened", w.Date(msg.Opened), "update", strconv.FormatInt(msg.Seq, 10),
		"day", w.Date(msg.At), "known", w.Instant(msg.KnownAt))
}

// named is a customer in running text.
func (w words) named(customer state.CustomerID, name string) string {
	id := prose(string(customer), idChars)
	if seen := prose(name, nameChars); seen != "" {
		return w.Phrase(alerts.PhraseNamed, "name", seen, "id", id)
	}
	return id
}

// sentence says the whole case in one line of running text.
func (w words) sentence(msg *alerts.CaseMessage) string {
	head := w.Phrase(alerts.PhraseHead, "severity", w.severity(msg), "customer", w.named(msg.Customer, msg.Name))
	if msg.State == alerts.CaseClosed {
		return w.Sentences(head, w.Closed(msg.Before))
	}
	if len(msg.Alerts) > 0 {
		head = w.Phrase(alerts.PhraseSpoken, "case", head, "alert", w.Alert(msg.Alerts[0]))
	}
	parts := []string{head}
	if h := msg.Headline; h.Exposure.Told() && h.Limit.Told() {
		parts = append(parts, w.Phrase(alerts.PhraseLimited, "exposure", w.Amount(h.Exposure), "limit", w.Amount(h.Limit)))
	}
	if msg.MoneyAtRisk.Told() {
		parts = append(parts, w.Phrase(alerts.PhraseMoneyAtRisk, "amount", w.Amount(msg.MoneyAtRisk)))
	}
	if do := w.actions(msg.Alerts); len(do) > 0 {
		parts = append(parts, w.Phrase(alerts.PhraseRecommended, "actions", w.Steps(do)))
	}
	return w.Sentences(parts...)
}
