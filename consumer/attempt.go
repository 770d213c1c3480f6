package consumer

import (
	"context"
	"errors"

	"tocsin/alerts"
	"tocsin/state"
)

// deedRefused is behind the name of an [alerts.Action] in audit rows of what somebody may not do.
const deedRefused = "_refused"

// Forbidden adds to the audit that somebody wanted to do something with a customer and may not, and why. Nothing else changes. A request
// id that has come before changes nothing, and is no error. Of whom nothing is on record nothing is told either: he may be erased, and
// what named him still hang in a channel. Where there is no customer it is about none.
func (d *Desk) Forbidden(ctx context.Context, customer state.CustomerID, a alerts.Attempt, request string) error {
	if customer == "" {
		return d.refusedDeed(ctx, "", &a, AuditSaw{}, request)
	}
	r, err := stepper(ctx, d.Store, d.Engines, d.Now, d.Hold)
	if err != nil {
		return err
	}
	loaded, err := r.lane.load(ctx, r.day, []state.CustomerID{customer})
	if err != nil || !loaded[customer].record.Customer.Known() {
		return err
	}
	saw, err := d.saw(ctx, customer, a.TaskID, a.Seen, &r.day)
	if err != nil {
		return err
	}
	return d.refusedDeed(ctx, customer, &a, saw, request)
}

func (d *Desk) refusedDeed(ctx context.Context, customer state.CustomerID, a *alerts.Attempt, saw AuditSaw, request string) error {
	day, found, err := openDay(ctx, d.Store)
	switch {
	case err != nil:
		return err
	case !found:
		return ErrNoDay
	}
	saw.Config, saw.Day = day.Config, day.Date.String()
	c := &state.Commit{Day: day, At: d.Now(), Request: request}
	c.Audit = []state.AuditRow{d.row(c.At, a.By, a.Name()+deedRefused, request, customer, AuditBody{Why: AuditWhy{Reason: a.Why}, Saw: saw})}
	if err = d.Store.Commit(ctx, c); errors.Is(err, state.ErrRepeated) {
		return nil
	}
	return err
}
