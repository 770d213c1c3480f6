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

// SayCondition is a condition in a few words: what was measured, of which document, and what is needed. Amounts are in a currency.
func SayCondition(c detectors.Condition, currency state.Currency) string {
	return english.condition(&c, currency)
}

// SayGap is how much a condition lacks; empty where it holds or nothing can be counted.
func SayGap(c detectors.Condition, currency state.Currency) string { return english.gap(&c, currency) }

// SayValue is a number of a condition in its unit.
func SayValue(n int64, unit detectors.Unit, currency state.Currency) string {
	switch unit {
	case detectors.UnitMoney:
		return SayAmount(state.Money{Minor: n, Currency: currency})
	case detectors.UnitRatio:
		return SayPercent(state.RatioString(n, 10_000, 3))
	case detectors.UnitHalfDays:
		return strings.TrimSuffix(state.RatioString(n, 2, 1), ".0")
	case detectors.UnitPoints:
		return strings.TrimSuffix(strings.TrimRight(state.RatioString(n, 10_000, 4), "0"), ".")
	default:
		return strconv.FormatInt(n, 10)
	}
}

func (c *catalogue) condition(of *detectors.Condition, currency state.Currency) string {
	if of.Unit == detectors.UnitFlag {
		if texts, ok := c.flags[of.What]; ok {
			return strings.ReplaceAll(texts[of.Value != 0], "{about}", of.About)
		}
	}
	name := cmp.Or(c.conditions[of.What], c.facts[of.What].name, c.features[of.What].name, words(of.What))
	if of.About != "" {
		name = of.About + ": " + name
	}
	if of.Unit == detectors.UnitFlag {
		return name + ": " + c.truths[of.Value != 0]
	}
	needs := strings.ReplaceAll(c.needs[of.Is], "{threshold}", SayValue(of.Threshold, of.Unit, currency))
	return name + " " + SayValue(of.Value, of.Unit, currency) + " (" + needs + ")"
}

func (c *catalogue) gap(of *detectors.Condition, currency state.Currency) string {
	gap := of.Gap()
	if gap == 0 || of.Unit == detectors.UnitFlag {
		return ""
	}
	texts, said := c.gaps[of.Unit], SayValue(max(gap, -gap), of.Unit, currency)
	text, one := texts.more, texts.oneMore
	if gap < 0 {
		text, one = texts.less, texts.oneLess
	}
	if said == "1" && one != "" {
		return one
	}
	return strings.ReplaceAll(text, "{gap}", said)
}

// conditionsOf are what facts tell of the lowest level of a sign that does not say what its levels need: those that have a
// threshold, and words before it that say how the value is held against it.
func (c *catalogue) conditionsOf(sign *detectors.Sign, facts []detectors.Fact, currency state.Currency) []detectors.Condition {
	levels := sign.Levels()
	if len(levels) == 0 {
		return nil
	}
	var list []detectors.Condition
	for i := range facts {
		f := &facts[i]
		m := c.facts[f.Name]
		is, related := c.relations[m.bound]
		condition := detectors.Condition{Level: levels[0], What: f.Name, Is: is, Unit: unitOf(f.Name, m.unit)}
		value, known := numberOf(f.Value, condition.Unit, currency)
		threshold, alsoKnown := numberOf(f.Threshold, condition.Unit, currency)
		if related && known && alsoKnown {
			condition.Value, condition.Threshold = value, threshold
			list = append(list, condition)
		}
	}
	return list
}

// unitOf is what a fact's numbers count.
func unitOf(name string, u unit) detectors.Unit {
	switch {
	case u == asMoney:
		return detectors.UnitMoney
	case u == asPercent:
		return detectors.UnitRatio
	case strings.Contains(name, "days"):
		return detectors.UnitDays
	default:
		return detectors.UnitCount
	}
}

// numberOf reads a fact's value in the smallest step of its unit; false where it is no such number.
func numberOf(text string, unit detectors.Unit, currency state.Currency) (int64, bool) {
	decimals := 0
	switch unit {
	case detectors.UnitMoney:
		if currency == 0 {
			return 0, false
		}
		decimals = currency.Scale()
	case detectors.UnitRatio:
		decimals = 4
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > decimals {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", decimals-len(fraction)), 10, 64)
	return n, err == nil
}
