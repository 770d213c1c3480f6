package consumer

import (
	"context"

	"tocsin/alerts"
	"tocsin/state"
)

// Agenda calls each with the steps that are to be taken now with the invoices of every customer, by customer. It reads them all.
func (d *Desk) Agenda(ctx context.Context, each func(alerts.WorkItem)) error {
	return d.everybody(ctx, "what is to be done about him is not known", func(engine *Engine, rec *state.Record, day state.Day) {
		for _, item := range engine.agenda(rec, day) {
			each(item)
		}
	})
}

// agenda are the steps of a customer as he stands.
func (e *Engine) agenda(rec *state.Record, day state.Day) []alerts.WorkItem {
	if !Listed(rec, day.Date) {
		return nil
	}
	rec.Customer.Equip(&day)
	rec.Customer.Weigh(day.IsCore(rec.Customer.ID))
	return e.Judge.Agenda(alerts.Input{Record: rec, Ledger: e.Ledger, Day: day.Date, LimitsKnown: day.LimitsKnown(), Waiting: day.Waiting(), All: true})
}
