package alerts

import (
	"slices"
	"strconv"
	"strings"

	"tocsin/detectors"
	"tocsin/state"
)

// Records hold codes and numbers; a text is made by whoever shows them, from the catalogue of a language. What the Say
// functions return holds nothing that a publisher wrote but numbers and dates, so it needs no escaping; SayFact's does,
// because a value may be a code as sent.

// SayAlert is one alert in a sentence without a full stop: what is wrong, and what was measured against what.
func SayAlert(a CaseAlert) string { return english.alert(&a) }

// SayClosed is what to say of a case that has closed, given the severity that it had.
func SayClosed(before detectors.Level) string { return english.closed(before) }

// SayChange is one change in an alert's life.
func SayChange(c Change) string { return english.change(&c) }

// SayFact is one measured value, with the threshold that it was held against. Amounts are in a currency.
func SayFact(f detectors.Fact, currency state.Currency) string { return english.fact(&f, currency) }

// SayGround is a fact of an alert. What a custom sign holds a value against may be a bound of either side.
func SayGround(a *CaseAlert, f detectors.Fact) string {
	if a.Wording == "" {
		return SayFact(f, a.MoneyAtRisk.Currency)
	}
	m, ok := english.features[f.Name]
	if !ok {
		m.name = words(f.Name)
	}
	m.bound = english.against
	return m.held(&f, a.MoneyAtRisk.Currency)
}

// SayPoints are the facts of an alert that are parts of a score, in one line; empty: none is.
func SayPoints(a *CaseAlert) string {
	var said []string
	for _, f := range a.Facts {
		if part, scored := strings.CutPrefix(f.Name, detectors.PointsOf); scored {
			said = append(said, english.part(part)+" "+f.Value)
		}
	}
	if len(said) == 0 {
		return ""
	}
	return english.points + " " + strings.Join(said, ", ")
}

// SayRemedy is one thing that alone brings an alert down, as the end of a sentence that begins with "clears if".
func SayRemedy(r detectors.Remedy) string { return english.remedy(&r) }

// SayHold is how long what brings an alert down has to stay so, as the end of that sentence; empty: it need not.
func SayHold(a CaseAlert) string { return english.held(&a) }

// SayAction is a recommended action.
func SayAction(code string) string { return say(english.actions, code) }

// SayDecision is what a person decided.
func SayDecision(code string) string { return say(english.decisions, code) }

// SayReasonCode is why a person decided so.
func SayReasonCode(code string) string { return say(english.reasonCodes, code) }

// SayTask is the state of a task.
func SayTask(name string) string { return say(english.tasks, name) }

// SaySignal is a signal's name for people; of a custom one its words.
func SaySignal(signal string) string { return english.signal(signal) }

// SayWhy is why the messages that a summary stands for were withheld, and about which days they were: sentences without the last
// full stop.
func SayWhy(s *Summary) string {
	return strings.NewReplacer("{from}", s.From.String(), "{to}", s.To.String()).Replace(say(english.whys, s.Why))
}

// catalogue is the texts of one language. A test fails when a code lacks its text.
type catalogue struct {
	signals     map[string]string
	alerts      map[string][]wording // by signal, or signal and reason; the first whose facts are all there is taken
	reasons     map[string]string    // of changes: why
	levels      [levels]string
	kinds       map[string]string // of transitions: signal, from, to
	facts       map[string]measure
	points      string             // before what a score is made of
	parts       map[string]string  // of a score, those that are no signal's
	features    map[string]measure // facts of custom signs
	against     string             // before a threshold of one
	unknown     string             // in the place of one that is not known
	undefined   string             // of a fact that has no value, such as a share of nothing
	truths      map[bool]string
	remedies    map[string]string // with {amount}
	down        string            // after a remedy that does not end the alert: to
	hold        string            // after the remedies of an alert that goes only some days later: hold
	footings    map[string]string // after an alert whose figures would not raise it today: level, ends
	over        string            // of a closed case: before
	actions     map[string]string
	decisions   map[string]string
	reasonCodes map[string]string
	tasks       map[string]string
	whys        map[string]string // of summaries: from, to

	conditions map[string]string             // of what is measured and is no fact: its name
	flags      map[string]map[bool]string    // what is so or not
	relations  map[string]detectors.Relation // by the words before a threshold
	needs      map[detectors.Relation]string // with {threshold}
	gaps       map[detectors.Unit]gapWords
}

// wording is a sentence with facts in braces: {name} is the value, {name^} the threshold, {-name} how far a value is below 0, which
// another one is not.
type wording string

// unit is how a fact's value is written.
type unit uint8

const (
	asNumber unit = iota
	asMoney
	asPercent
	asCode
	asText
)

// measure is how a fact is told: its name, its unit, and the words before its threshold.
type measure struct {
	name  string
	unit  unit
	bound string
}

// say is the text of a code. One that is not in the catalogue comes from a newer version: its words are shown.
func say(texts map[string]string, code string) string {
	if text, ok := texts[code]; ok {
		return text
	}
	return words(code)
}

// words turns a code into words. What is no code is not shown.
func words(code string) string {
	for _, r := range code {
		if r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return "unknown"
		}
	}
	return strings.ToLower(strings.ReplaceAll(code, "_", " "))
}

func (c *catalogue) alert(a *CaseAlert) string { return c.footed(c.finding(a), a) }

// finding is what was found, with what was measured.
func (c *catalogue) finding(a *CaseAlert) string {
	if a.Wording != "" {
		return c.custom(a)
	}
	wordings, ok := c.alerts[a.Signal+" "+a.Reason]
	if !ok {
		wordings = c.alerts[a.Signal]
	}
	for _, w := range wordings {
		if text, whole := c.fill(string(w), a); whole {
			return text
		}
	}
	return c.signal(a.Signal)
}

// signal is a signal's name. That of a custom sign is made of its words.
func (c *catalogue) signal(signal string) string {
	if name, ok := c.signals[signal]; ok {
		return name
	}
	text := words(signal)
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// custom is the sentence of a custom sign. A value that is not known is told so, since the rest is still worth saying.
func (c *catalogue) custom(a *CaseAlert) string {
	var b strings.Builder
	for rest := a.Wording; ; {
		before, after, found := strings.Cut(rest, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, more, _ := strings.Cut(after, "}")
		if value := valueOf(a.Facts, name, false); isNumber(value) {
			b.WriteString(write(value, c.features[name].unit, a.MoneyAtRisk.Currency))
			more = numbered(value, more)
		} else {
			b.WriteString(c.unknown)
		}
		rest = more
	}
}

// numbered is what follows a number in a sentence: one of days is a day.
func numbered(value, after string) string {
	if rest, days := strings.CutPrefix(after, " days"); days && value == "1" {
		return " day" + rest
	}
	return after
}

// isNumber tells whether a value is a number or a date.
func isNumber(value string) bool { return value != "" && strings.Trim(value, "0123456789.-") == "" }

// fill puts facts into a wording; one of days is a day. It tells whether all were there and numbers or dates.
func (c *catalogue) fill(text string, a *CaseAlert) (string, bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String(), true
		}
		name, after, _ := strings.Cut(rest, "}")
		name, below := strings.CutPrefix(name, "-")
		name, threshold := strings.CutSuffix(name, "^")
		value := valueOf(a.Facts, name, threshold)
		value, negative := strings.CutPrefix(value, "-")
		switch {
		case !isNumber(value) || below && !negative:
			return "", false
		case negative && !below:
			value = "-" + value
		}
		written := write(value, c.facts[name].unit, a.MoneyAtRisk.Currency)
		b.WriteString(written)
		text = numbered(written, after)
	}
}

func valueOf(facts []detectors.Fact, name string, threshold bool) string {
	for i := range facts {
		if facts[i].Name == name {
			if threshold {
				return facts[i].Threshold
			}
			return facts[i].Value
		}
	}
	return ""
}

func (c *catalogue) closed(before detectors.Level) string {
	return strings.ReplaceAll(c.over, "{before}", c.level(before))
}

func (c *catalogue) level(l detectors.Level) string { return c.levels[min(l, detectors.Critical)] }

func (c *catalogue) change(ch *Change) string {
	text := strings.NewReplacer("{signal}", c.signal(ch.Signal), "{from}", c.level(ch.From), "{to}", c.level(ch.To)).
		Replace(say(c.kinds, ch.Kind))
	if why := c.reasons[ch.Reason]; why != "" && ch.To > ch.From {
		text += ": " + why
	}
	return text
}

func (c *catalogue) fact(f *detectors.Fact, currency state.Currency) string {
	m, ok := c.facts[f.Name]
	if part, scored := strings.CutPrefix(f.Name, detectors.PointsOf); scored {
		m = measure{name: c.points + " " + c.part(part)}
	} else if !ok {
		m = measure{name: words(f.Name), bound: "threshold"}
	}
	return m.held(f, currency)
}

// part is what a score's points are given for.
func (c *catalogue) part(name string) string {
	if text, ok := c.parts[name]; ok {
		return text
	}
	return c.signal(name)
}

// held is a fact with its threshold. Where there are no words for that it is left out.
func (m *measure) held(f *detectors.Fact, currency state.Currency) string {
	text := m.name + " " + write(f.Value, m.unit, currency)
	if f.Threshold != "" && m.bound != "" {
		text += " (" + m.bound + " " + write(f.Threshold, m.unit, currency) + ")"
	}
	return text
}

func (c *catalogue) held(a *CaseAlert) string {
	if a.HoldDays == 0 || !slices.ContainsFunc(a.ClearsIf, func(r detectors.Remedy) bool { return !r.AtOnce() }) {
		return ""
	}
	before, after, _ := strings.Cut(c.hold, "{hold}")
	days := strconv.Itoa(a.HoldDays)
	return before + days + numbered(days, after)
}

func (c *catalogue) remedy(r *detectors.Remedy) string {
	text := strings.ReplaceAll(say(c.remedies, r.Do), "{amount}", SayAmount(r.Amount))
	if r.To > detectors.None {
		text += strings.ReplaceAll(c.down, "{to}", c.level(r.To))
	}
	return text
}

// write is a fact's value as people read it.
func write(value string, u unit, currency state.Currency) string {
	if value == "" {
		return english.undefined
	}
	switch u {
	case asMoney:
		if currency != 0 {
			return currency.String() + " " + thousands(value)
		}
		return thousands(value)
	case asPercent:
		return SayPercent(value)
	case asCode:
		return strings.ToLower(strings.ReplaceAll(value, "_", " "))
	case asNumber:
		return whole(value)
	default:
		return value
	}
}

// whole is a number without its decimal, where that is 0.
func whole(number string) string {
	if at := len(number) - 2; at > 0 && number[at:] == ".0" {
		return number[:at]
	}
	return number
}

// SayAmount is money as people read it, "EUR 285,120.50"; empty for none.
func SayAmount(m state.Money) string {
	if !m.Told() {
		return ""
	}
	return write(m.String(), asMoney, m.Currency)
}

// thousands sets commas into the digits before the point of a decimal number.
func thousands(decimal string) string {
	digits, negative := strings.CutPrefix(decimal, "-")
	whole, rest, point := strings.Cut(digits, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if point {
		whole += "." + rest
	}
	if negative {
		whole = "-" + whole
	}
	return whole
}

// SayPercent is a ratio with three decimals as a percentage with one: 1.140 is 114.0 %.
func SayPercent(ratio string) string {
	positive, negative := strings.CutPrefix(ratio, "-")
	whole, rest, _ := strings.Cut(positive, ".")
	if len(rest) != 3 {
		return ratio
	}
	digits := strings.TrimLeft(whole+rest[:2], "0")
	if digits == "" {
		digits = "0"
	}
	if negative {
		digits = "-" + digits
	}
	return digits + "." + rest[2:] + " %"
}
