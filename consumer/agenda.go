package consumer

import (
	"context"
	"fmt"

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

// AgendaOf are the steps that are to be taken now with a customer's invoices; none of one who is not known, or is gone.
func (d *Desk) AgendaOf(ctx context.Context, customer state.CustomerID) ([]alerts.WorkItem, error) {
	day, found, err := openDay(ctx, d.Store)
	if err != nil || !found {
		return nil, err
	}
	engine, err := d.Engines(ctx, day.Config)
	if err != nil {
		return nil, err
	}
	l := &lane{engine: engine, engines: d.Engines, store: d.Store, workers: 1}
	loaded, err := l.load(ctx, day, []state.CustomerID{customer})
	if err != nil {
		return nil, err
	}
	if k := loaded[customer]; k.broken == nil {
		return engine.agenda(k.record, day), nil
	}
	return nil, fmt.Errorf("customer %s: %w", customer, ErrQuarantined)
}

// Agenda are the steps that are to be taken now with the invoices of a customer of the standing; none of one who is gone, unknown or broken.
func (s *Standing) Agenda(id state.CustomerID) []alerts.WorkItem {
	if rec := s.Records[id]; rec != nil {
		return s.Engine.agenda(rec, s.Day)
	}
	return nil
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
