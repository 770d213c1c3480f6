package alerts

import (
	"strconv"
	"strings"

	"tocsin/detectors"
	"tocsin/state"
)

// conditionsOf are what facts tell of the lowest level of a sign that does not say what its levels need: those whose threshold is a
// bound of the value.
func conditionsOf(sign *detectors.Sign, facts []detectors.Fact, currency state.Currency) []detectors.Condition {
	levels := sign.Levels()
	if len(levels) == 0 {
		return nil
	}
	var list []detectors.Condition
	for i := range facts {
		f := &facts[i]
		m := factMeasures[f.Name]
		is, related := relations[m.bound]
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
