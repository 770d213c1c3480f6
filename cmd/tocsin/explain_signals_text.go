package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/detectors"
	"tocsin/state"
)

// signalsTold puts into words what explains the signals of a customer.
type signalsTold struct {
	*alerts.Language
	e *consumer.SignalsExplanation
}

// all is all signals in a line each.
func (t signalsTold) all() string {
	var b strings.Builder
	b.WriteString(t.Label(alerts.LabelSignalsOf, "customer", t.customer()) + "\n")
	writeStale(&b, t.Language, t.e.Stale)
	var table [][]string
	for _, title := range []alerts.Label{alerts.LabelSignal, alerts.LabelStands, alerts.LabelSince, alerts.LabelByTime, alerts.LabelWhy} {
		table = append(table, []string{t.Label(title)})
	}
	for i := range t.e.Signals {
		s := &t.e.Signals[i]
		stands := t.level(s.Level)
		if s.State == consumer.SignalOff || s.Mode == detectors.Shadow.String() {
			if stands = t.Explained(s.Mode); s.Level != detectors.None.String() {
				stands += " " + t.level(s.Level)
			}
		}
		for column, cell := range []string{s.Signal, stands, t.day(s.LevelSince), t.byTime(s.ByTime), printable(t.why(s))} {
			table[column] = append(table[column], cell)
		}
	}
	b.WriteString("\n")
	for i := range table[0] {
		writeCells(&b, table, make([]bool, len(table)), i)
	}
	b.WriteString("\n" + t.Label(alerts.LabelOneOfThem, "flag", "--signal NAME") + "\n")
	return b.String()
}

// level is a level by its code.
func (t signalsTold) level(code string) string {
	for l := detectors.None; l <= detectors.Critical; l++ {
		if l.String() == code {
			return t.Level(l)
		}
	}
	return printable(code)
}

// day is a day as this language writes it; nothing of none.
func (t signalsTold) day(text string) string {
	if d, ok := state.ParseDate(text); ok {
		return t.Date(d)
	}
	return text
}

// count is how many of a thing there are.
func (t signalsTold) count(n int, one, several alerts.Label) string {
	if n == 1 {
		return t.Label(one)
	}
	return t.Label(several, "count", strconv.Itoa(n))
}

// customer is who is explained, and by which rules.
func (t signalsTold) customer() string {
	parts := []string{t.Label(alerts.LabelAsOf, "customer", printable(string(t.e.CustomerID)), "date", t.day(t.e.AsOf))}
	if t.e.Currency != nil {
		parts = append(parts, t.Label(alerts.LabelCurrency, "currency", *t.e.Currency))
	}
	parts = append(parts, t.Label(alerts.LabelClass, "class", t.Explained(t.e.CustomerClass)))
	if t.e.Kind != "" {
		parts = append(parts, t.Label(alerts.LabelKind, "kind", t.Explained(t.e.Kind)))
	}
	if t.e.Segment != nil {
		parts = append(parts, t.Label(alerts.LabelSegment, t.segment()...))
	}
	return t.List(parts)
}

func (t signalsTold) segment() []string {
	return []string{"number", strconv.Itoa(t.e.Segment.Number), "when", printable(t.e.Segment.When)}
}

// byTime is what time alone will do, in a cell.
func (t signalsTold) byTime(next *consumer.ByTime) string {
	if next == nil {
		return ""
	}
	return t.day(next.On) + " " + t.level(next.To)
}

// why is a signal's state in a clause.
func (t signalsTold) why(s *consumer.SignalExplanation) string {
	switch s.State {
	case consumer.SignalOff:
		return t.off(s)
	case consumer.SignalNotEvaluable:
		text := t.Label(alerts.LabelUnjudgeable, "missing", t.missing(s, alerts.LabelTooLittle))
		if s.Text != "" {
			text = t.Label(alerts.LabelToday, "text", s.Text, "why", text)
		}
		return text
	case consumer.SignalWaiting:
		return t.Label(alerts.LabelWaitsInput)
	case consumer.SignalHeld:
		return t.Label(alerts.LabelNotRaised, "text", s.Text)
	case consumer.SignalRaised:
		return s.Text
	}
	if s.Next == nil {
		return t.silent(s)
	}
	text := t.withGap(&s.Next.Lacks[0])
	if more := len(s.Next.Lacks) - 1; more > 0 {
		text = t.Steps([]string{text, t.Label(alerts.LabelMore, "conditions", t.count(more, alerts.LabelOneCondition, alerts.LabelConditions))})
	}
	return text
}

// missing is what a signal that cannot be judged lacks, or another text where that is not known.
func (t signalsTold) missing(s *consumer.SignalExplanation, other alerts.Label) string {
	if len(s.Missing) == 0 {
		return t.Label(other)
	}
	return t.Steps(s.Missing)
}

// silent is what there is to say of a silent signal whose detector does not tell what its levels need.
func (t signalsTold) silent(s *consumer.SignalExplanation) string {
	if len(s.Facts) == 0 {
		return t.Label(alerts.LabelNoneKnown)
	}
	return t.Label(alerts.LabelNoLevel, "fact", s.Facts[0].Text)
}

// off is why no rule judges a signal.
func (t signalsTold) off(s *consumer.SignalExplanation) string {
	mode := s.Settings[slices.IndexFunc(s.Settings, func(s consumer.SettingExplanation) bool { return s.Key == "mode" })]
	if s.Mode != detectors.Off.String() {
		return t.Label(alerts.LabelNoCurrency)
	}
	return t.Label(alerts.LabelNotJudged, "source", t.source(mode.From))
}

// source is what sets a setting.
func (t signalsTold) source(from string) string {
	switch from {
	case detectors.ByKind.String():
		return t.Label(alerts.LabelByKind, "kind", t.Explained(t.e.Kind))
	case detectors.BySegment.String():
		return t.Label(alerts.LabelBySegment, t.segment()...)
	}
	return t.Explained(from)
}

// one is one signal with all that it rests on.
func (t signalsTold) one() string {
	s := &t.e.Signals[0]
	var b strings.Builder
	b.WriteString(t.Label(alerts.LabelSignalOf, "signal", s.Signal, "title", s.Title, "customer", t.customer()) + "\n\n")
	writeStale(&b, t.Language, t.e.Stale)
	part := func(title alerts.Label, lines ...string) {
		name := t.Label(title)
		for _, line := range lines {
			b.WriteString(name + strings.Repeat(" ", max(0, titleWidth-width(name))) + " " + printable(line) + "\n")
			name = ""
		}
	}
	part(alerts.LabelState, t.state(s)...)
	if s.MutedUntil != "" {
		part(alerts.LabelMuted, t.Label(alerts.LabelMutedUntil, "date", t.day(s.MutedUntil)))
	}
	part(alerts.LabelByTimeAlone, t.time(s.ByTime))
	part(alerts.LabelLacks, t.lacking(s)...)
	part(alerts.LabelMeasured, factLines(s.Facts)...)
	part(alerts.LabelNeeded, t.conditions(s)...)
	part(alerts.LabelBaseline, t.baseline(s.Baseline)...)
	part(alerts.LabelClearsIf, t.clears(s)...)
	if s.AtRisk != nil {
		part(alerts.LabelAtRisk, s.AtRisk.Text)
	}
	part(alerts.LabelEvidence, t.oneLine(s.Evidence)...)
	part(alerts.LabelToDo, t.oneLine(t.actions(s.Actions))...)
	b.WriteString("\n")
	t.writeSettings(&b, s)
	if len(s.Inputs) > 0 {
		b.WriteString("\n" + t.Label(alerts.LabelReads) + "\n")
		rows, more := newestOfEach(s.Inputs)
		writeRows(&b, t.Language, rows)
		if more > 0 {
			b.WriteString(t.Label(alerts.LabelOlder, "count", strconv.Itoa(more), "flag", "--output json") + "\n")
		}
	}
	fmt.Fprintf(&b, "\n%s\n", s.Doc)
	return b.String()
}

// titleWidth is how wide the titles of parts are.
const titleWidth = 15

// mostInputs is how many rows of a kind are shown to people.
const mostInputs = 15

// newestOfEach are the last rows of each kind, which stand together, and how many are left out.
func newestOfEach(rows []consumer.Row) (shown []consumer.Row, more int) {
	for first := 0; first < len(rows); {
		end := first
		for end < len(rows) && rows[end].Kind == rows[first].Kind {
			end++
		}
		from := max(first, end-mostInputs)
		shown, more, first = append(shown, rows[from:end]...), more+from-first, end
	}
	return shown, more
}

// oneLine is a list in one line; none of an empty one.
func (t signalsTold) oneLine(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return []string{t.List(list)}
}

func (t signalsTold) actions(codes []string) []string {
	var list []string
	for _, code := range codes {
		list = append(list, t.Action(code))
	}
	return list
}

// state is what stands, and what today's verdict is.
func (t signalsTold) state(s *consumer.SignalExplanation) []string {
	var lines []string
	if s.Level != detectors.None.String() {
		text := t.Label(alerts.LabelStandsSince, "level", t.level(s.Level), "date", t.day(s.LevelSince))
		if s.Since != s.LevelSince {
			text += t.Label(alerts.LabelRaisedOn, "date", t.day(s.Since))
		}
		lines = append(lines, t.Label(alerts.LabelColon, "name", text, "text", s.Text))
	}
	switch s.State {
	case consumer.SignalOff:
		return append(lines, t.off(s))
	case consumer.SignalNotEvaluable:
		switch {
		case len(s.Leaves) > 0:
			return append(lines, t.Label(alerts.LabelCountsAsClear))
		case len(lines) > 0:
			return append(lines, t.Label(alerts.LabelStandsStays))
		}
		return append(lines, t.Label(alerts.LabelNoJudgement))
	case consumer.SignalWaiting:
		return append(lines, t.Label(alerts.LabelWaiting, "level", t.level(s.Raises)))
	case consumer.SignalHeld:
		return append(lines, t.Label(alerts.LabelHeld, "level", t.level(s.Raises)))
	case consumer.SignalSilent:
		return append(lines, t.Label(alerts.LabelSilent))
	}
	return lines
}

func (t signalsTold) time(next *consumer.ByTime) string {
	if next == nil {
		return t.Label(alerts.LabelNothingSoon)
	}
	return t.Label(alerts.LabelChanges, "level", t.level(next.To), "date", t.day(next.On), "days", t.count(next.Days, alerts.LabelOneDay, alerts.LabelDays))
}

// lacking is what keeps the signal from each higher level, or from being judged.
func (t signalsTold) lacking(s *consumer.SignalExplanation) []string {
	switch {
	case s.State == consumer.SignalOff:
		return nil
	case s.State == consumer.SignalNotEvaluable:
		return []string{t.Label(alerts.LabelToBeJudged, "missing", t.missing(s, alerts.LabelSeeEvaluable))}
	case s.State == consumer.SignalSilent && len(s.Lacks) == 0:
		return []string{t.Label(alerts.LabelSeeSilent, "text", t.silent(s))}
	}
	var lines []string
	for _, level := range s.Lacks {
		var lacks []string
		for i := range level.Lacks {
			lacks = append(lacks, t.withGap(&level.Lacks[i]))
		}
		lines = append(lines, t.Label(alerts.LabelForLacks, "level", t.level(level.Level), "lacks", t.Steps(lacks)))
	}
	return lines
}

func factLines(facts []consumer.FactExplanation) []string {
	var lines []string
	for _, f := range facts {
		lines = append(lines, f.Text)
	}
	return lines
}

// conditions are what each level needs, the lowest first, and of several ways to it one after the other.
func (t signalsTold) conditions(s *consumer.SignalExplanation) []string {
	var lines []string
	for l := detectors.None; l <= detectors.Critical; l++ {
		name, way := t.Label(alerts.LabelFor, "level", t.Level(l)), 0
		if l == detectors.None {
			name = t.Label(alerts.LabelJudging)
		}
		for i := range s.Conditions {
			c := &s.Conditions[i]
			if c.Level != l.String() {
				continue
			}
			if c.Way != way {
				name, way = t.Label(alerts.LabelOr), c.Way
			}
			mark := t.Label(alerts.LabelNo)
			if c.Holds {
				mark = t.Label(alerts.LabelYes)
			}
			lines = append(lines, name+strings.Repeat(" ", max(0, 12-width(name)))+" "+mark+"  "+t.withGap(c))
			name = t.Label(alerts.LabelAnd)
		}
	}
	return lines
}

// withGap is a condition with what it lacks.
func (t signalsTold) withGap(c *consumer.ConditionExplanation) string {
	if c.GapText == "" {
		return c.Text
	}
	return t.Label(alerts.LabelColon, "name", c.Text, "text", c.GapText)
}

func (t signalsTold) baseline(baseline *consumer.BaselineExplanation) []string {
	if baseline == nil {
		return nil
	}
	text := t.Label(alerts.LabelFrozen)
	if baseline.ClearedOn != "" {
		text = t.Label(alerts.LabelFormer, "date", t.day(baseline.ClearedOn), "until", t.day(baseline.Until))
	}
	if len(baseline.Facts) == 0 {
		text += t.Label(alerts.LabelEncoded, "bytes", baseline.Encoded)
	}
	return append([]string{text}, factLines(baseline.Facts)...)
}

// clears is what would clear the signal, and what its hold keeps.
func (t signalsTold) clears(s *consumer.SignalExplanation) []string {
	var lines []string
	for _, r := range s.ClearsIf {
		lines = append(lines, r.Text)
	}
	for _, l := range slices.Backward(s.Leaves) {
		lines = append(lines, t.Label(alerts.LabelLeaves, "level", t.level(l.Level), "date", t.day(l.On), "since", t.day(l.From)))
	}
	if len(lines) > 0 && s.HoldDays > 0 {
		lines = append(lines, t.Label(alerts.LabelHoldsFor, "closes", t.count(s.HoldDays, alerts.LabelOneClose, alerts.LabelCloses)))
	}
	return lines
}

// writeSettings is the table of the signal's settings with what sets each.
func (t signalsTold) writeSettings(b *strings.Builder, s *consumer.SignalExplanation) {
	var table [][]string
	for _, title := range []alerts.Label{alerts.LabelParameter, alerts.LabelValue, alerts.LabelDefault, alerts.LabelSetBy} {
		table = append(table, []string{t.Label(title)})
	}
	for _, setting := range s.Settings {
		for i, cell := range []string{setting.Key, setting.Value, setting.Default, t.source(setting.From)} {
			table[i] = append(table[i], cell)
		}
	}
	for i := range table[0] {
		writeCells(b, table, []bool{false, true, true, false}, i)
	}
}
