package alerts

import (
	"cmp"
	"strconv"
	"strings"

	"tocsin/detectors"
	"tocsin/state"
)

// gapWords are how far a value is from what it needs to be: more or less of it with {gap}, and of one thing where that has words of
// its own.
type gapWords struct{ more, less, oneMore, oneLess string }

// Condition is a condition in a few words: what was measured, of which document, and what is needed. Amounts are in a currency.
func (l *Language) Condition(c detectors.Condition, currency state.Currency) string {
	if c.Unit == detectors.UnitFlag {
		if texts, ok := l.flags[c.What]; ok {
			return strings.ReplaceAll(texts[c.Value != 0], "{about}", l.code(c.About))
		}
	}
	name := cmp.Or(l.conditions[c.What], l.facts[c.What], l.features[c.What], l.words(c.What))
	if c.About != "" {
		name = strings.NewReplacer("{about}", c.About, "{name}", name).Replace(l.about)
	}
	if c.Unit == detectors.UnitFlag {
		return strings.NewReplacer("{name}", name, "{truth}", l.truths[c.Value != 0]).Replace(l.flagged)
	}
	needs := strings.ReplaceAll(l.needs[c.Is], "{threshold}", l.Value(c.Threshold, c.Unit, currency))
	return name + " " + l.Value(c.Value, c.Unit, currency) + l.aside(needs)
}

// Gap is how much a condition lacks; empty where it holds or nothing can be counted.
func (l *Language) Gap(c detectors.Condition, currency state.Currency) string {
	gap := c.Gap()
	if gap == 0 || c.Unit == detectors.UnitFlag {
		return ""
	}
	texts, said := l.gaps[c.Unit], l.Value(max(gap, -gap), c.Unit, currency)
	text, one := texts.more, texts.oneMore
	if gap < 0 {
		text, one = texts.less, texts.oneLess
	}
	if said == "1" && one != "" {
		return one
	}
	return strings.ReplaceAll(text, "{gap}", said)
}

// Value is a number of a condition in its unit.
func (l *Language) Value(n int64, unit detectors.Unit, currency state.Currency) string {
	switch unit {
	case detectors.UnitMoney:
		return l.Amount(state.Money{Minor: n, Currency: currency})
	case detectors.UnitRatio:
		return l.Percent(state.RatioString(n, 10_000, 3))
	case detectors.UnitHalfDays:
		return strings.TrimSuffix(state.RatioString(n, 2, 1), ".0")
	case detectors.UnitPoints:
		return strings.TrimSuffix(strings.TrimRight(state.RatioString(n, 10_000, 4), "0"), ".")
	default:
		return strconv.FormatInt(n, 10)
	}
}
