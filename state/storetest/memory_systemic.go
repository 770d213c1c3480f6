package storetest

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"tocsin/state"
)

// RisenOn lists signals in which customers rose on a day.
func (m *Memory) RisenOn(_ context.Context, day state.Date, ruleSet string, level uint8) (list []state.Risen, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	type of struct {
		signal   string
		customer state.CustomerID
	}
	rows := slices.DeleteFunc(slices.Clone(m.alerts), func(a state.AlertRow) bool {
		return a.Day != day || a.RuleSet != ruleSet || !slices.ContainsFunc(m.journal[a.Customer], func(e state.Entry) bool { return e.Day < day })
	})
	slices.SortStableFunc(rows, func(a, b state.AlertRow) int {
		return cmp.Or(cmp.Compare(a.KnownAt, b.KnownAt), cmp.Compare(a.Seq, b.Seq))
	})
	was, stands := map[of]uint8{}, map[of]uint8{}
	for _, a := range rows {
		key := of{a.Signal, a.Customer}
		if _, known := was[key]; !known {
			was[key] = a.From
		}
		stands[key] = a.To
	}
	for key := range was {
		if was[key] >= level || stands[key] < level {
			continue
		}
		i := slices.IndexFunc(list, func(r state.Risen) bool { return r.Signal == key.signal })
		if i < 0 {
			i = len(list)
			list = append(list, state.Risen{Signal: key.signal})
		}
		list[i].Customers++
	}
	slices.SortFunc(list, func(a, b state.Risen) int { return cmp.Compare(a.Signal, b.Signal) })
	return list, nil
}

// Systemic lists what closes have kept.
func (m *Memory) Systemic(context.Context) ([]state.Systemic, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.systemic), nil
}

// keepSystemic keeps what a close has found, and what tells of it.
func (m *Memory) keepSystemic(c *state.DayClose) {
	m.systemic = append(m.systemic, c.Systemic...)
	for _, a := range c.Alerts {
		a.Body = bytes.Clone(a.Body)
		m.alerts = append(m.alerts, a)
		m.publish(state.Publication{Alert: &a})
	}
}

// ReleaseSystemic lets go what is withheld.
func (m *Memory) ReleaseSystemic(_ context.Context, of state.Systemic, alert *state.AlertRow, audit ...state.AuditRow) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.systemic, func(y state.Systemic) bool { return y.Day == of.Day && y.Signal == of.Signal && y.Withheld() })
	if i < 0 {
		return state.ErrNotWithheld
	}
	m.systemic[i].Released, m.systemic[i].By = of.Released, of.By
	if alert != nil {
		m.alerts = append(m.alerts, *alert)
		m.publish(state.Publication{Alert: alert})
	}
	m.chain(audit)
	return nil
}
