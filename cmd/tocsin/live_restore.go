package main

import (
	"encoding/json"
	"fmt"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// restore fills the board with what an earlier run has left: the alerts that the store keeps, in order, and the names of
// customers. Amounts come back as customers are stepped.
func (b *board) restore(day state.Date, rows []state.AlertRow, names map[state.CustomerID]string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turn(day)
	for id, name := range names {
		b.customers[id] = &account{name: name}
	}
	for i := range rows {
		t, err := readTransition(&rows[i])
		if err != nil {
			return fmt.Errorf("alert %s/%d: %w", rows[i].ID, rows[i].Seq, err)
		}
		t.Wording = b.wording(t.RuleSet, t.Signal)
		b.take(t)
	}
	b.dirty = true
	return nil
}

// readTransition reads of an alert record what the board shows.
func readTransition(row *state.AlertRow) (alerts.Transition, error) {
	var record struct {
		Reason      string           `json:"reason"`
		Kind        string           `json:"transition"`
		Facts       []detectors.Fact `json:"facts"`
		Actions     []string         `json:"actions"`
		MoneyAtRisk *struct {
			Amount   string `json:"amount"`
			Currency string `json:"currency"`
		} `json:"money_at_risk"`
	}
	if err := json.Unmarshal(row.Body, &record); err != nil {
		return alerts.Transition{}, err
	}
	t := alerts.Transition{
		AlertID: row.ID, Seq: row.Seq, At: row.Day, KnownAt: row.KnownAt, Customer: row.Customer, RuleSet: row.RuleSet,
		Signal: row.Signal, Reason: record.Reason, From: detectors.Level(row.From), To: detectors.Level(row.To), Kind: record.Kind,
		Detail: detectors.Detail{Facts: record.Facts, Actions: record.Actions},
	}
	if m := record.MoneyAtRisk; m != nil {
		t.MoneyAtRisk = parseMoney(m.Amount, m.Currency)
	}
	return t, nil
}

// parseMoney reads an amount that this program wrote; what it cannot read is no money.
func parseMoney(amount, code string) state.Money {
	currency, ok := state.ParseCurrency(code)
	if !ok {
		return state.Money{}
	}
	minor := int64(0)
	for _, c := range amount {
		if c >= '0' && c <= '9' {
			minor = minor*10 + int64(c-'0')
		}
	}
	return state.Money{Minor: minor, Currency: currency}
}
