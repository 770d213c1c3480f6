package consumer

import (
	"strings"

	"tocsin/detectors"
	"tocsin/state"
)

// share is what one customer adds to the portfolio's gauges.
type share struct {
	listed            bool // there is a customer record of him; else he adds nothing
	level             detectors.Level
	grade             state.Grade
	currency          state.Currency
	exposure, overdue int64  // minor units
	missing, stale    bool   // exchange rates
	standing          string // live signals that stand, each with its level
}

// The states of exchange rates that operators are told of.
const (
	rateMissing = "missing"
	rateStale   = "stale"
)

// share is what a customer adds to the portfolio as its record stands on a day. One who is not listed adds nothing.
func (e *Engine) share(rec *state.Record, day state.Date) share {
	day = max(day, rec.Day)
	if !Listed(rec, day) {
		return share{}
	}
	view := rec.Customer.View(e.Ledger, day)
	s := share{listed: true, currency: view.Currency()}
	signals, grade := e.Judge.Stands(rec.Episodes)
	s.grade = grade
	for _, signal := range signals {
		s.level = max(s.level, signal.Level)
		s.standing += signal.Name + "=" + signal.Level.String() + " "
	}
	if e := view.Exposure(); e.Known {
		s.exposure = e.Gross
	}
	if a := view.Ageing(); a.Known {
		s.overdue = a.Overdue
	}
	s.missing, s.stale = view.Exposure().Foreign != 0 || !view.Limit().Known, len(view.StaleRates()) > 0
	return s
}

// count replaces a customer's share in the portfolio's gauges.
func (m *Metrics) count(id state.CustomerID, now share) {
	old := m.shares[id]
	if now == old {
		return
	}
	m.add(old, -1)
	m.add(now, 1)
	if now.listed {
		m.shares[id] = now
	} else {
		delete(m.shares, id)
	}
}

// forget drops customers who are gone.
func (m *Metrics) forget(gone func(state.CustomerID) bool) {
	for id, s := range m.shares {
		if gone(id) {
			m.add(s, -1)
			delete(m.shares, id)
		}
	}
}

func (m *Metrics) add(s share, sign float64) {
	if !s.listed {
		return
	}
	level := s.level.String()
	m.customers.WithLabelValues(level).Add(sign)
	m.graded.WithLabelValues(s.grade.String()).Add(sign)
	for one := range strings.FieldsSeq(s.standing) {
		signal, at, _ := strings.Cut(one, "=")
		m.open.WithLabelValues(signal, at).Add(sign)
	}
	if s.missing {
		m.rates.WithLabelValues(rateMissing).Add(sign)
	}
	if s.stale {
		m.rates.WithLabelValues(rateStale).Add(sign)
	}
	if s.currency == 0 {
		return
	}
	code, major := s.currency.String(), float64(s.currency.Major(1))
	m.exposure.WithLabelValues(level, code).Add(sign * float64(s.exposure) / major)
	m.overdue.WithLabelValues(level, code).Add(sign * float64(s.overdue) / major)
}
