package alerts

import (
	"strings"

	"tocsin/detectors"
	"tocsin/state"
)

// wording is a sentence with facts in braces: {name} is the value, {name^} the threshold, {-name} how far a value is below 0, which
// another one is not.
type wording string

// say is the text of a code. One that is not in the catalogue comes from a newer version: its words are shown.
func (l *Language) say(texts map[string]string, code string) string {
	if text, ok := texts[code]; ok {
		return text
	}
	return l.words(code)
}

// words turns a code into words. What is no code is not shown.
func (l *Language) words(code string) string {
	for _, r := range code {
		if r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return l.strange
		}
	}
	return plainly(code)
}

// plainly is a code in small letters, with its words apart.
func plainly(code string) string { return strings.ToLower(strings.ReplaceAll(code, "_", " ")) }

// finding is what was found, with what was measured.
func (l *Language) finding(a *CaseAlert) string {
	if a.Wording != "" {
		return l.custom(a)
	}
	wordings, ok := l.alerts[a.Signal+" "+a.Reason]
	if !ok {
		wordings = l.alerts[a.Signal]
	}
	for _, w := range wordings {
		if text, whole := l.fill(string(w), a); whole {
			return text
		}
	}
	return l.Signal(a.Signal)
}

// custom is the sentence of a custom sign. A value that is not known is told so, since the rest is still worth saying.
func (l *Language) custom(a *CaseAlert) string {
	var b strings.Builder
	for rest := a.Wording; ; {
		before, after, found := strings.Cut(rest, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, more, _ := strings.Cut(after, "}")
		if value := valueOf(a.Facts, name, false); isNumber(value) {
			b.WriteString(l.write(value, featureUnits[name], a.MoneyAtRisk.Currency))
			more = numbered(value, more)
		} else {
			b.WriteString(l.unknown)
		}
		rest = more
	}
}

// numbered is what follows a number in a sentence: in English one of days is a day.
func numbered(value, after string) string {
	for _, one := range []string{" day", " record"} {
		if rest, many := strings.CutPrefix(after, one+"s"); many && value == "1" {
			return one + rest
		}
	}
	return after
}

// isNumber tells whether a value is a number or a date.
func isNumber(value string) bool { return value != "" && strings.Trim(value, "0123456789.-") == "" }

// fill puts facts into a wording. It tells whether all were there and numbers or dates.
func (l *Language) fill(text string, a *CaseAlert) (string, bool) {
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
		written := l.write(value, factMeasures[name].unit, a.MoneyAtRisk.Currency)
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

// part is what a score's points are given for.
func (l *Language) part(name string) string {
	if text, ok := l.parts[name]; ok {
		return text
	}
	return l.Signal(name)
}

// held is a fact with its threshold. Where there are no words for that it is left out.
func (l *Language) held(name string, m measure, f *detectors.Fact, currency state.Currency) string {
	text := name + " " + l.write(f.Value, m.unit, currency)
	if f.Threshold != "" && m.bound != noBound {
		text += l.aside(strings.ReplaceAll(l.bounds[m.bound], "{threshold}", l.write(f.Threshold, m.unit, currency)))
	}
	return text
}

// aside is what stands beside a value.
func (l *Language) aside(text string) string { return strings.ReplaceAll(l.beside, "{bound}", text) }

// capital is a text with its first letter large.
func capital(text string) string {
	if text == "" {
		return text
	}
	first := []rune(text)[:1]
	return strings.ToUpper(string(first)) + text[len(string(first)):]
}
