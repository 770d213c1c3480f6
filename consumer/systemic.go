package consumer

import (
	"context"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// systemic are the rules in which too many customers rose on the open day, and the alert of it, as the day closes. It looks at customers until so
// many are active that there is no such rule: at three or four for each who rose, and at all only where there is one. While a past is being read there is none: one summary tells of
// that, and nothing is sent of each case. What somebody is told of who came on the day itself is no rise.
func (r *Runner) systemic(ctx context.Context) ([]state.Systemic, []state.AlertRow, error) {
	if r.firstLoad {
		return nil, nil, nil
	}
	risen, err := r.Store.RisenOn(ctx, r.day.Date, alerts.Live, uint8(detectors.Warning))
	if err != nil {
		return nil, nil, fmt.Errorf("who rose: %w", err)
	}
	most := 0
	for _, y := range risen {
		most = max(most, y.Customers)
	}
	active, after := 0, state.CustomerID("")
	for more := true; more; {
		if !alerts.MayBeSystemic(most, active) {
			return nil, nil, nil
		}
		ids, err := r.Store.CustomersAfter(ctx, after, surveyed)
		if err != nil {
			return nil, nil, fmt.Errorf("customers: %w", err)
		}
		err = r.visit(ctx, ids, func(rec *state.Record) {
			if Listed(rec, r.day.Date) && rec.Customer.View(r.Engine.Ledger, r.day.Date).Active() {
				active++
			}
		})
		if err != nil {
			return nil, nil, err
		}
		if more = len(ids) == surveyed; more {
			after = ids[len(ids)-1]
		}
	}
	all := alerts.Systemic(r.day.Date, risen, active)
	if len(all) == 0 {
		return nil, nil, nil
	}
	ends := (r.day.Date + 1).Start(r.Engine.Ledger.Zone)
	return all, []state.AlertRow{alertRow(alerts.SystemicRaised(all, ends, r.day.Config))}, nil
}

// alertRow is a transition that no step has made.
func alertRow(t *alerts.Transition) state.AlertRow {
	return state.AlertRow{
		ID: t.AlertID, Seq: t.Seq, Customer: t.Customer, RuleSet: t.RuleSet, Signal: t.Signal, Day: t.At, KnownAt: t.KnownAt,
		From: uint8(t.From), To: uint8(t.To), Body: t.AppendJSON(nil),
	}
}

// DeedSystemicRelease is the deed of who lets go what is withheld as systemic.
const DeedSystemicRelease = "systemic_release"

// ReleaseSystemic lets go what is withheld for a day and a signal, by somebody's word and for a reason in his own words. When nothing is
// withheld for the day any more its alert clears. It fails with [state.ErrNotWithheld] where nothing is: the audit tells by the request
// id, which may be empty, whether it was this request that let it go.
func (d *Desk) ReleaseSystemic(ctx context.Context, on state.Date, signal, by, why, request string) error {
	day, found, err := openDay(ctx, d.Store)
	if err != nil {
		return err
	}
	if !found {
		return ErrNoDay
	}
	all, err := d.Store.Systemic(ctx)
	if err != nil {
		return fmt.Errorf("what is systemic: %w", err)
	}
	left := slices.ContainsFunc(all, func(y state.Systemic) bool { return y.Day == on && y.Signal != signal && y.Withheld() })
	at := d.Now()
	var over *state.AlertRow
	if !left {
		row := alertRow(alerts.SystemicCleared(on, day.Date, at, day.Config))
		over = &row
	}
	body := AuditBody{Why: AuditWhy{Reason: why}, Saw: AuditSaw{Config: day.Config, Day: day.Date.String(), Systemic: on.String() + " " + signal}}
	return d.Store.ReleaseSystemic(ctx, state.Systemic{Day: on, Signal: signal, Released: at, By: by}, over,
		d.row(at, by, DeedSystemicRelease, request, "", body))
}
