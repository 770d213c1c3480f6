package consumer

import (
	"context"
	"fmt"
	"slices"

	"tocsin/state"
)

// figures are what the close of the open day writes for people who query the store by SQL: the customer records, as of the close, of
// those who were stepped since it was written last. A store that keeps none gets none, and a past that is caught up with writes none
// at its closes: they would be displaced at once. The close that catches up writes those of all.
//
// Nobody holds the day meanwhile. A row that comes in after it was read makes the close refuse the figures, and they are computed anew.
func (r *Runner) figures(ctx context.Context) (*state.Figures, error) {
	model, keeps := r.Store.(state.ReadModel)
	if !keeps || r.day.Date+1 < r.Now().Date(r.Engine.Ledger.Zone) {
		return nil, nil
	}
	touched, err := model.Touched(ctx, r.day.Date)
	if err != nil {
		return nil, fmt.Errorf("customers of whom there are new rows: %w", err)
	}
	figures := &state.Figures{Rows: touched.Rows}
	for chunk := range slices.Chunk(touched.Customers, surveyed) {
		if err := r.figure(ctx, figures, chunk); err != nil {
			return nil, fmt.Errorf("figures: %w", err)
		}
	}
	return figures, nil
}

// figure adds the figures of some customers.
func (r *Runner) figure(ctx context.Context, figures *state.Figures, touched []state.TouchedCustomer) error {
	ids, last := make([]state.CustomerID, len(touched)), make(map[state.CustomerID]uint64, len(touched))
	for i, t := range touched {
		ids[i], last[t.Customer] = t.Customer, t.Seq
	}
	records, err := r.lane.current(ctx, r.day, ids, last)
	if err != nil {
		return err
	}
	for _, id := range ids {
		rec := records[id]
		if !Listed(rec, r.day.Date) {
			figures.Gone = append(figures.Gone, id)
			continue
		}
		row, err := r.Engine.figureRow(rec, r.day)
		if err != nil {
			return fmt.Errorf("customer %s: %w", id, err)
		}
		figures.Listed = append(figures.Listed, row)
	}
	return nil
}

func (e *Engine) figureRow(rec *state.Record, day state.Day) (row state.FigureRow, err error) {
	record := e.CustomerRecord(rec, day)
	row.Customer = rec.Customer.ID
	if record.Currency != nil {
		currency, _ := state.ParseCurrency(*record.Currency) // it was one
		row.Digits = currency.Scale()
	}
	row.Body, err = record.AppendJSON(nil)
	return row, err
}
