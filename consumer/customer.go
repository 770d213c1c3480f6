package consumer

import (
	"encoding/json"
	"math/big"

	"tocsin/alerts"
	"tocsin/state"
)

// CustomerRecord is a customer as outsiders see it (CONTRACT.md 4). Amounts are decimal strings in the customer's
// currency; what cannot be computed is nil, never 0.
type CustomerRecord struct {
	CustomerID           state.CustomerID `json:"customer_id"`
	AsOf                 string           `json:"as_of"`
	Currency             *string          `json:"currency"`
	OpenOrders           *string          `json:"open_orders"`
	DeliveredNotInvoiced *string          `json:"delivered_not_invoiced"`
	Receivables          *string          `json:"receivables"`
	Bills                *string          `json:"bills"`
	Uncleared            *string          `json:"uncleared"`
	Unapplied            *string          `json:"unapplied"`
	Exposure             *string          `json:"exposure"`
	NetExposure          *string          `json:"net_exposure"`
	Limit                *string          `json:"limit"`
	Utilisation          *string          `json:"utilisation"`
	Ageing               AgeingRecord     `json:"ageing"`
	Overdue              *string          `json:"overdue"`
	MaxDaysPastDue       *int             `json:"max_days_past_due"`
	OpenCount            *int             `json:"open_count"`
	Default90            *bool            `json:"default_90"`
	WeightedDaysLate     *string          `json:"weighted_days_late"`
	DBT                  *string          `json:"dbt"`
	DSO                  DSORecord        `json:"dso"`
	ADD                  *string          `json:"add"`
	ECL                  *string          `json:"ecl"`
	Score                *int             `json:"score"`
	Grade                *string          `json:"grade"`
	CustomerClass        *string          `json:"customer_class"`
	Signals              []SignalRecord   `json:"signals"`
	NotEvaluable         []string         `json:"not_evaluable"`
}

// SignalRecord is a live signal that stands.
type SignalRecord struct {
	Signal     string `json:"signal"`
	Level      string `json:"level"`
	Reason     string `json:"reason"`
	Since      string `json:"since"`       // the day it was raised
	LevelSince string `json:"level_since"` // the day of its present level
}

// AgeingRecord is the receivables by days past due.
type AgeingRecord struct {
	Current    *string `json:"current"`
	Days1to30  *string `json:"1_30"`
	Days31to60 *string `json:"31_60"`
	Days61to90 *string `json:"61_90"`
	Days91plus *string `json:"91_plus"`
}

// DSORecord holds days sales outstanding by three methods.
type DSORecord struct {
	Average   *string `json:"average"`
	CountBack *string `json:"count_back"`
	Ageing    *string `json:"ageing"`
}

// Listed tells whether there is a customer record of a record: of those who were merged into another customer or erased there
// is none, nor of those of whom nothing is known, nor of the [Canary].
func Listed(rec *state.Record, day state.Date) bool {
	return rec.Customer.Known() && rec.Customer.ID != Canary && !rec.Customer.Fate(day).Gone()
}

// CustomerRecord is a record as of a day, seen from outside.
func (e *Engine) CustomerRecord(rec *state.Record, day state.Day) CustomerRecord {
	rec.Customer.Equip(&day)
	rec.Customer.Weigh(day.IsCore(rec.Customer.ID))
	view := e.Judge.View(rec.Customer.View(e.Ledger, day.Date))
	out := CustomerRecord{CustomerID: rec.Customer.ID, AsOf: day.Date.String(), Signals: []SignalRecord{}, NotEvaluable: []string{}}
	for _, s := range e.Judge.Signals(rec.Episodes) {
		out.Signals = append(out.Signals, SignalRecord{s.Name, s.Level.String(), s.Reason, s.Since.String(), s.LevelSince.String()})
	}
	in := alerts.Input{Record: rec, View: view, Ledger: e.Ledger, Day: day.Date, LimitsKnown: day.LimitsKnown(), Waiting: day.Waiting(), All: true}
	out.NotEvaluable = append(out.NotEvaluable, e.Judge.NotEvaluable(in)...)
	if g := e.Judge.Grade(in); g.Grade != 0 {
		grade := g.Grade.String()
		out.Score, out.Grade = &g.Score, &grade
	}
	ageing := view.Ageing()
	out.MaxDaysPastDue, out.OpenCount = &ageing.MaxDaysPastDue, &ageing.OpenCount
	class := view.Class().String()
	out.CustomerClass = &class
	currency := view.Currency()
	if currency == 0 {
		return out
	}
	code := currency.String()
	out.Currency = &code
	money := func(minor int64) *string {
		s := state.FormatMinor(minor, currency.Scale())
		return &s
	}
	out.exposure(view, money)
	out.ageing(&ageing, money)
	out.sales(view.DSO())
	if ageing.Known {
		defaulted := e.Judge.InDefault(in)
		out.Default90 = &defaulted
	}
	return out
}

// sales are the figures that weigh what is owed by what is sold.
func (out *CustomerRecord) sales(d state.DSO) {
	out.DSO = DSORecord{ratio(d.Average, 2), ratio(d.CountBack, 2), ratio(d.Ageing, 2)}
	out.ADD = ratio(d.ADD, 2)
}

// ratio is a figure as a decimal string, rounded half away from zero; nil where it cannot be computed.
func ratio(r *big.Rat, decimals int) *string {
	if r == nil {
		return nil
	}
	s := r.FloatString(decimals)
	return &s
}

func (out *CustomerRecord) exposure(view *state.View, money func(int64) *string) {
	exposure, limit := view.Exposure(), view.Limit()
	sum := func(amount int64, parts state.Components) *string {
		if exposure.Foreign&parts != 0 {
			return nil
		}
		return money(amount)
	}
	out.OpenOrders = sum(exposure.OpenOrders, state.OpenOrders)
	out.DeliveredNotInvoiced = sum(exposure.DeliveredNotInvoiced, state.DeliveredNotInvoiced)
	out.Receivables = sum(exposure.Receivables, state.Receivables)
	out.Bills = sum(exposure.Bills, state.Bills)
	out.Uncleared = sum(exposure.Uncleared, state.Uncleared)
	out.Unapplied = sum(exposure.Unapplied, state.Unapplied)
	out.Exposure = sum(exposure.Gross, exposure.Foreign)
	if net, known := view.NetExposure(); known {
		out.NetExposure = money(net)
	}
	if !limit.Known || !limit.OnFile {
		return
	}
	out.Limit = money(limit.Effective())
	if exposure.Known && limit.Effective() > 0 {
		u := state.RatioString(exposure.Gross, limit.Effective(), 3)
		out.Utilisation = &u
	}
}

func (out *CustomerRecord) ageing(a *state.Ageing, money func(int64) *string) {
	if !a.Known {
		return
	}
	out.Ageing = AgeingRecord{money(a.Current), money(a.Days1to30), money(a.Days31to60), money(a.Days61to90), money(a.Days91plus)}
	out.Overdue = money(a.Overdue)
	out.WeightedDaysLate = ratio(a.WeightedDaysLate(), 2)
	out.DBT = ratio(a.DBT(), 1)
	out.ECL = money(a.ECL())
}

// AppendJSON appends the record as one line without its end.
func (out *CustomerRecord) AppendJSON(buf []byte) ([]byte, error) {
	line, err := json.Marshal(out)
	return append(buf, line...), err
}
