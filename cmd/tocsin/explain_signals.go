package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/detectors"
)

// signals prints how the customer's signals stand and why: one with all that it reads, or all in a line each.
func (c *explainCommand) signals(p *process) error {
	at, err := dateFlag("--at", c.At)
	if err != nil {
		return err
	}
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	language, known := alerts.LanguageOf(c.Language)
	if !known {
		return usageError{"--language: " + notOneOf(c.Language, alerts.Languages()).Error()}
	}
	if c.Signal != "" {
		if err := loaded.knownSignal("--signal", c.Signal); err != nil {
			return err
		}
	}
	engine, err := loaded.engine()
	if err != nil {
		return err
	}
	record, day, err := c.record(p, loaded, engine, at)
	if err != nil {
		return err
	}
	if day.Config != "" && day.Config != engine.Config {
		fmt.Fprintf(p.stderr, "tocsin: warning: the store is at configuration %s, and this explains by %s: thresholds may differ from those in force\n", day.Config, engine.Config)
	}
	explained := engine.ExplainSignals(record, day, c.Signal, language)
	if c.json() {
		return json.NewEncoder(p.stdout).Encode(explained)
	}
	text := signalsText(&explained)
	if c.Signal != "" {
		text = signalText(&explained, language)
	}
	_, err = p.stdout.Write([]byte(text))
	return err
}

// signalsText is all signals in a line each.
func signalsText(e *consumer.SignalsExplanation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Signals of %s\n", customerLine(e))
	writeStale(&b, e.Stale)
	table := [][]string{{"signal"}, {"stands"}, {"since"}, {"by time"}, {"why"}}
	for i := range e.Signals {
		s := &e.Signals[i]
		stands := s.Level
		if s.State == consumer.SignalOff || s.Mode == detectors.Shadow.String() {
			stands = strings.TrimSuffix(s.Mode+" "+s.Level, " none")
		}
		for column, cell := range []string{s.Signal, stands, s.LevelSince, byTime(s.ByTime), printable(whyText(e, s))} {
			table[column] = append(table[column], cell)
		}
	}
	b.WriteString("\n")
	for i := range table[0] {
		writeCells(&b, table, make([]bool, len(table)), i)
	}
	b.WriteString("\nOne of them with all that it rests on: --signal NAME.\n")
	return b.String()
}

// customerLine is who is explained, and by which rules.
func customerLine(e *consumer.SignalsExplanation) string {
	text := fmt.Sprintf("%s as of %s", printable(string(e.CustomerID)), e.AsOf)
	if e.Currency != nil {
		text += ", " + *e.Currency
	}
	text += ", customer class " + e.CustomerClass
	if e.Kind != "" {
		text += ", kind " + e.Kind
	}
	if e.Segment != nil {
		text += fmt.Sprintf(", segment %d (%s)", e.Segment.Number, printable(e.Segment.When))
	}
	return text
}

// byTime is what time alone will do, in a cell.
func byTime(next *consumer.ByTime) string {
	if next == nil {
		return ""
	}
	return next.On + " " + next.To
}

// whyText is a signal's state in a clause.
func whyText(e *consumer.SignalsExplanation, s *consumer.SignalExplanation) string {
	switch s.State {
	case consumer.SignalOff:
		return offBecause(e, s)
	case consumer.SignalNotEvaluable:
		text := "cannot be judged: " + orElse(strings.Join(s.Missing, "; "), "too little is known")
		if s.Text != "" {
			text = s.Text + "; today it " + text
		}
		return text
	case consumer.SignalWaiting:
		return "waits for an input without which the day was opened"
	case consumer.SignalHeld:
		return s.Text + "; today it would not be raised"
	case consumer.SignalRaised:
		return s.Text
	}
	if s.Next == nil {
		return silentBecause(s)
	}
	text := withGap(&s.Next.Lacks[0])
	if more := len(s.Next.Lacks) - 1; more > 0 {
		text += fmt.Sprintf("; %s more", counted(more, "condition"))
	}
	return text
}

// silentBecause is what there is to say of a silent signal whose detector does not tell what its levels need.
func silentBecause(s *consumer.SignalExplanation) string {
	if len(s.Facts) == 0 {
		return "nothing that it looks for is known"
	}
	return "what it measures makes no level: " + s.Facts[0].Text
}

// lacks are the conditions that a level does not fulfil, with what is lacking.
func lacks(conditions []consumer.ConditionExplanation) string {
	var list []string
	for _, c := range conditions {
		list = append(list, withGap(&c))
	}
	return strings.Join(list, "; ")
}

// offBecause is why no rule judges a signal.
func offBecause(e *consumer.SignalsExplanation, s *consumer.SignalExplanation) string {
	mode := s.Settings[slices.IndexFunc(s.Settings, func(s consumer.SettingExplanation) bool { return s.Key == "mode" })]
	if s.Mode != detectors.Off.String() {
		return "not judged: the customer has no currency"
	}
	return "not judged: " + sourceText(e, mode.From)
}

// sourceText is what sets a setting.
func sourceText(e *consumer.SignalsExplanation, from string) string {
	switch from {
	case detectors.ByKind.String():
		return "kind " + e.Kind
	case detectors.BySegment.String():
		return fmt.Sprintf("segment %d: %s", e.Segment.Number, printable(e.Segment.When))
	}
	return from
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// signalText is one signal with all that it rests on.
func signalText(e *consumer.SignalsExplanation, l *alerts.Language) string {
	s := &e.Signals[0]
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s) of %s\n\n", s.Signal, s.Title, customerLine(e))
	writeStale(&b, e.Stale)
	part := func(title string, lines ...string) {
		for i, line := range lines {
			if i > 0 {
				title = ""
			}
			fmt.Fprintf(&b, "%-15s %s\n", title, printable(line))
		}
	}
	part("state", stateLines(e, s)...)
	if s.MutedUntil != "" {
		part("muted", "until "+s.MutedUntil+", by the decision that nothing is to be done: what rises joins no case, unless it is worse than what was decided about")
	}
	part("by time alone", timeLine(s.ByTime))
	part("what it lacks", lackingLines(s)...)
	part("measured", factLines(s.Facts)...)
	part("needed", conditionLines(s)...)
	part("baseline", baselineLines(s.Baseline)...)
	part("clears if", clearLines(s)...)
	if s.AtRisk != nil {
		part("at risk", s.AtRisk.Text)
	}
	part("evidence", oneLine(s.Evidence)...)
	part("to do", oneLine(actionTexts(l, s.Actions))...)
	b.WriteString("\n")
	writeSettings(&b, e, s)
	if len(s.Inputs) > 0 {
		b.WriteString("\nWhat it reads:\n")
		rows, more := newestOfEach(s.Inputs)
		writeRows(&b, rows)
		if more > 0 {
			fmt.Fprintf(&b, "and %d older; --output json has them all\n", more)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", s.Doc)
	return b.String()
}

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
func oneLine(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return []string{strings.Join(list, ", ")}
}

func actionTexts(l *alerts.Language, codes []string) []string {
	var list []string
	for _, code := range codes {
		list = append(list, l.Action(code))
	}
	return list
}

// stateLines are what stands, and what today's verdict is.
func stateLines(e *consumer.SignalsExplanation, s *consumer.SignalExplanation) []string {
	var lines []string
	if s.Level != detectors.None.String() {
		text := s.Level + " since " + s.LevelSince
		if s.Since != s.LevelSince {
			text += ", raised on " + s.Since
		}
		lines = append(lines, text+": "+s.Text)
	}
	switch s.State {
	case consumer.SignalOff:
		return append(lines, offBecause(e, s))
	case consumer.SignalNotEvaluable:
		switch {
		case len(s.Leaves) > 0:
			return append(lines, "it cannot be judged today, which counts as clear")
		case len(lines) > 0:
			return append(lines, "it cannot be judged today, and what stands stays")
		}
		return append(lines, "it cannot be judged today")
	case consumer.SignalWaiting:
		return append(lines, "today's facts make it "+s.Raises+", and it waits for an input without which the day was opened")
	case consumer.SignalHeld:
		return append(lines, "today's facts make it "+s.Raises+"; its way out is narrower than its way in, or takes days")
	case consumer.SignalSilent:
		return append(lines, "silent")
	}
	return lines
}

func timeLine(next *consumer.ByTime) string {
	if next == nil {
		return "nothing changes within a year"
	}
	return fmt.Sprintf("%s on %s, in %s", next.To, next.On, counted(next.Days, "day"))
}

// lackingLines are what keeps the signal from each higher level, or from being judged.
func lackingLines(s *consumer.SignalExplanation) []string {
	switch {
	case s.State == consumer.SignalOff:
		return nil
	case s.State == consumer.SignalNotEvaluable:
		return []string{"to be judged: " + orElse(strings.Join(s.Missing, "; "), "see below when it is not evaluable")}
	case s.State == consumer.SignalSilent && len(s.Lacks) == 0:
		return []string{silentBecause(s) + "; see below when it stays silent"}
	}
	var lines []string
	for _, level := range s.Lacks {
		lines = append(lines, "for "+level.Level+": "+lacks(level.Lacks))
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

// conditionLines are what each level needs, the lowest first, and of several ways to it one after the other.
func conditionLines(s *consumer.SignalExplanation) []string {
	var lines []string
	for _, l := range []detectors.Level{detectors.None, detectors.Info, detectors.Warning, detectors.Critical} {
		name, way := "for "+l.String(), 0
		if l == detectors.None {
			name = "to be judged"
		}
		for _, c := range s.Conditions {
			if c.Level != l.String() {
				continue
			}
			if c.Way != way {
				name, way = "  or", c.Way
			}
			mark := "no "
			if c.Holds {
				mark = "yes"
			}
			lines = append(lines, fmt.Sprintf("%-12s %s  %s", name, mark, withGap(&c)))
			name = "  and"
		}
	}
	return lines
}

// withGap is a condition with what it lacks.
func withGap(c *consumer.ConditionExplanation) string {
	if c.GapText == "" {
		return c.Text
	}
	return c.Text + ": " + c.GapText
}

func baselineLines(baseline *consumer.BaselineExplanation) []string {
	if baseline == nil {
		return nil
	}
	text := "frozen for this episode"
	if baseline.ClearedOn != "" {
		text = fmt.Sprintf("of the episode that cleared on %s; goes on judging until %s", baseline.ClearedOn, baseline.Until)
	}
	if len(baseline.Facts) == 0 {
		text += ", as encoded: " + baseline.Encoded
	}
	return append([]string{text}, factLines(baseline.Facts)...)
}

// clearLines are what would clear the signal, and what its hold keeps.
func clearLines(s *consumer.SignalExplanation) []string {
	var lines []string
	for _, r := range s.ClearsIf {
		lines = append(lines, r.Text)
	}
	for _, l := range slices.Backward(s.Leaves) {
		lines = append(lines, fmt.Sprintf("nothing comes in between: %s goes on %s, its condition being clear since %s", l.Level, l.On, l.From))
	}
	if len(lines) > 0 && s.HoldDays > 0 {
		lines = append(lines, fmt.Sprintf("it must have been clear at %s of the day before a level goes", counted(s.HoldDays, "close")))
	}
	return lines
}

// writeSettings is the table of the signal's settings with what sets each.
func writeSettings(b *strings.Builder, e *consumer.SignalsExplanation, s *consumer.SignalExplanation) {
	table := [][]string{{"parameter"}, {"value"}, {"default"}, {"set by"}}
	for _, setting := range s.Settings {
		for i, cell := range []string{setting.Key, setting.Value, setting.Default, sourceText(e, setting.From)} {
			table[i] = append(table[i], cell)
		}
	}
	for i := range table[0] {
		writeCells(b, table, []bool{false, true, true, false}, i)
	}
}
