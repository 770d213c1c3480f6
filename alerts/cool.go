package alerts

import (
	"tocsin/detectors"
	"tocsin/state"
)

// coolPercent is how much more money has to be at risk for a case to be news in spite of what people were told before.
const coolPercent = 10

// Told is what people were told of a customer lately: how grave each signal was, and how much was at risk.
type Told struct {
	levels map[string]detectors.Level
	risk   []state.Money
	Until  state.Instant // when the last case closed, as far as it did
}

// Add takes a message of an earlier case in. Those of a case come in their order.
func (t *Told) Add(m *CaseMessage) {
	if t.levels == nil {
		t.levels = map[string]detectors.Level{}
	}
	for i := range m.Alerts {
		a := &m.Alerts[i]
		t.levels[a.Signal] = max(t.levels[a.Signal], a.Level)
	}
	if m.MoneyAtRisk.Told() {
		t.risk = append(t.risk, m.MoneyAtRisk)
	}
	if m.State == CaseClosed {
		t.Until = max(t.Until, m.KnownAt)
	}
}

// Knows tells whether a case says nothing new to whoever was told so: its signals have been as grave, and at most a tenth more is at risk.
func (t *Told) Knows(m *CaseMessage) bool {
	for i := range m.Alerts {
		if a := &m.Alerts[i]; t.levels[a.Signal] < a.Level {
			return false
		}
	}
	if !m.MoneyAtRisk.Told() {
		return t.Until != 0
	}
	for _, r := range t.risk {
		if r.Currency == m.MoneyAtRisk.Currency && state.CompareProducts(m.MoneyAtRisk.Minor, 100, r.Minor, 100+coolPercent) <= 0 {
			return t.Until != 0
		}
	}
	return false
}
