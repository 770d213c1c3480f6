package alerts

import (
	"slices"
	"strconv"
	"strings"

	"tocsin/detectors"
	"tocsin/state"
)

// Alert is one alert in a sentence without a full stop: what is wrong, and what was measured against what.
func (l *Language) Alert(a CaseAlert) string { return l.footed(l.finding(&a), &a) }

// Closed is what to say of a case that has closed, given the severity that it had.
func (l *Language) Closed(before detectors.Level) string {
	return strings.ReplaceAll(l.over, "{before}", l.Level(before))
}

// Level is the word for how bad something is.
func (l *Language) Level(level detectors.Level) string {
	return l.levels[min(level, detectors.Critical)]
}

// Change is one change in an alert's life.
func (l *Language) Change(c Change) string {
	text := strings.NewReplacer("{signal}", l.Signal(c.Signal), "{from}", l.Level(c.From), "{to}", l.Level(c.To)).
		Replace(l.say(l.kinds, c.Kind))
	if why := l.reasons[c.Reason]; why != "" && c.To > c.From {
		text = strings.NewReplacer("{change}", text, "{why}", why).Replace(l.why)
	}
	return text
}

// Fact is one measured value, with the threshold that it was held against. Amounts are in a currency.
func (l *Language) Fact(f detectors.Fact, currency state.Currency) string {
	name, ok := l.facts[f.Name]
	if part, scored := strings.CutPrefix(f.Name, detectors.PointsOf); scored {
		name = strings.ReplaceAll(l.points, "{parts}", l.part(part))
	} else if !ok {
		name = l.words(f.Name)
	}
	return l.held(name, measureOf(f.Name), &f, currency)
}

// Ground is a fact of an alert. What a custom sign holds a value against may be a bound of either side. What is systemic names rules, each with
// the share of the customers who rose in it.
func (l *Language) Ground(a *CaseAlert, f detectors.Fact) string {
	if a.Signal == SignalSystemic {
		return l.held(l.Signal(f.Name), measure{unit: asPercent, bound: boundMoreThan}, &f, a.MoneyAtRisk.Currency)
	}
	if a.Wording == "" {
		return l.Fact(f, a.MoneyAtRisk.Currency)
	}
	name, ok := l.features[f.Name]
	if !ok {
		name = l.words(f.Name)
	}
	return l.held(name, measure{unit: featureUnits[f.Name], bound: boundAgainst}, &f, a.MoneyAtRisk.Currency)
}

// Points are the facts of an alert that are parts of a score, in one line; empty: none is.
func (l *Language) Points(a *CaseAlert) string {
	var said []string
	for _, f := range a.Facts {
		if part, scored := strings.CutPrefix(f.Name, detectors.PointsOf); scored {
			said = append(said, l.part(part)+" "+f.Value)
		}
	}
	if len(said) == 0 {
		return ""
	}
	return strings.ReplaceAll(l.points, "{parts}", l.List(said))
}

// Remedy is one thing that alone brings an alert down, as the end of a sentence that begins with "clears if".
func (l *Language) Remedy(r detectors.Remedy) string {
	text := strings.ReplaceAll(l.say(l.remedies, r.Do), "{amount}", l.Amount(r.Amount))
	if r.To > detectors.None {
		text += strings.ReplaceAll(l.down, "{to}", l.Level(r.To))
	}
	return text
}

// Hold is how long what brings an alert down has to stay so, as the end of that sentence; empty: it need not.
func (l *Language) Hold(a CaseAlert) string {
	if a.HoldDays == 0 || !slices.ContainsFunc(a.ClearsIf, func(r detectors.Remedy) bool { return !r.AtOnce() }) {
		return ""
	}
	before, after, _ := strings.Cut(l.hold, "{hold}")
	days := strconv.Itoa(a.HoldDays)
	return before + days + numbered(days, after)
}

// Action is a recommended action.
func (l *Language) Action(code string) string { return l.say(l.actions, code) }

// Decision is what a person decided.
func (l *Language) Decision(code string) string { return l.say(l.decisions, code) }

// Feedback is what a person says of an alert.
func (l *Language) Feedback(code string) string { return l.say(l.feedback, code) }

// Entry is a code of what a person tells of a customer: a channel, an outcome, a sign, or who made a contact.
func (l *Language) Entry(code string) string { return l.say(l.entries, code) }

// ReasonCode is why a person decided so, or put a task off.
func (l *Language) ReasonCode(code string) string { return l.say(l.reasonCodes, code) }

// Task is the state of a task.
func (l *Language) Task(name string) string { return l.say(l.tasks, name) }

// Signal is a signal's name for people; of a custom one its words.
func (l *Language) Signal(signal string) string {
	if name, ok := l.signals[signal]; ok {
		return name
	}
	return capital(l.words(signal))
}

// Grade is a customer's grade.
func (l *Language) Grade(g state.Grade) string { return l.code(g.String()) }

// Why is why the messages that a summary stands for were withheld, and about which days they were: sentences without the last full
// stop.
func (l *Language) Why(s *Summary) string {
	why := s.Why
	if s.LetGo() {
		why = WhyLetGo
	}
	return strings.NewReplacer("{from}", l.Date(s.From), "{to}", l.Date(s.To), "{cases}", strconv.Itoa(s.Cases())).Replace(l.say(l.whys, why))
}
