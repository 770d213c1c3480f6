package consumer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/state"
)

// NotClosedError: the digest of a day cannot be told, for the next business day has not begun, or the day is no business day.
type NotClosedError struct{ Day, Last state.Date }

func (e *NotClosedError) Error() string {
	return fmt.Sprintf("%s has no digest: it is no business day, or not over; the last one that is is %s", e.Day, e.Last)
}

// Digest is the digest of a business day, of the last one that is over where day is zero. Names are those of now. Tasks, messages and
// sources are told with the last one only, for how they stood earlier is not kept. Where there is no other news it asks every customer
// when his last event came.
func (d *Desk) Digest(ctx context.Context, ledger *state.Ledger, day state.Date) (*alerts.Digest, error) {
	open, found, err := openDay(ctx, d.Store)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNoDay
	}
	return d.digest(ctx, ledger, open, day)
}

// Periods of digests.
const (
	Daily   = "daily"
	Weekly  = "weekly"
	Monthly = "monthly"
)

// Periodical is the digest of a period that ends with a business day and the days off after it, or of the calendar month that a day is in; of
// the last one that is over where day is zero. It panics over a period that is none.
func (d *Desk) Periodical(ctx context.Context, ledger *state.Ledger, period string, day state.Date) (alerts.Periodical, error) {
	open, found, err := openDay(ctx, d.Store)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNoDay
	}
	return d.periodical(ctx, ledger, period, open, day)
}

// LastDigest is the digest of the last period that is over, for who waits for it: of a month as people were told of it, if they were, for it
// takes a look at every customer to make it once more, else as it is made now; of a day without the steps with invoices, for the same reason.
func (d *Desk) LastDigest(ctx context.Context, ledger *state.Ledger, period string) (alerts.Periodical, error) {
	if period == Monthly {
		open, found, err := openDay(ctx, d.Store)
		if err != nil || !found {
			return nil, cmp.Or(err, ErrNoDay)
		}
		if told, err := d.owed(ctx, lastCase(ledger, period, open.Date)); told != nil || err != nil {
			return told, err
		}
	}
	if period == Daily {
		told, err := d.Digest(ctx, ledger, 0)
		if err != nil {
			return nil, err
		}
		return told, nil
	}
	return d.Periodical(ctx, ledger, period, 0)
}

func (d *Desk) periodical(ctx context.Context, ledger *state.Ledger, period string, open state.Day, day state.Date) (told alerts.Periodical, err error) {
	switch period {
	case Daily:
		told, err = d.daily(ctx, ledger, open, day)
	case Weekly:
		told, err = d.weekly(ctx, ledger, open, day)
	case Monthly:
		told, err = d.monthly(ctx, ledger, open, day)
	default:
		panic("no period of digests: " + period)
	}
	if err != nil {
		return nil, err
	}
	return told, nil
}

// OweDigest owes people the digest of a period up to the last business day that is over, unless it was owed before, and tells whether it is
// by now. That it is not to be yet is no error: it is owed on business days alone, and not before all earlier days are closed, so who was
// away for long is told of the last period and not of each.
func (d *Desk) OweDigest(ctx context.Context, ledger *state.Ledger, period string) (owed bool, err error) {
	open, found, err := openDay(ctx, d.Store)
	if err != nil || !found || open.Date < d.Now().Date(ledger.Zone) || !ledger.Calendar.IsBusiness(open.Date) {
		return false, err
	}
	if told, err := d.owed(ctx, lastCase(ledger, period, open.Date)); told != nil || err != nil {
		return told != nil, err // it may take a look at every customer to make it once more
	}
	digest, err := d.periodical(ctx, ledger, period, open, 0)
	if err != nil {
		return false, err
	}
	_, err = d.Store.Owe(ctx, digest.Made(), *rowOf(digest), open.Erased)
	return err == nil, err
}

// OweBehind owes people word on a day, by the clock of those who read it, that the ledger's day is behind it, and what held it last, unless it was
// owed before. It tells whether the ledger is behind: else nothing is owed.
func (d *Desk) OweBehind(ctx context.Context, ledger *state.Ledger, today state.Date, held func(day state.Date) []alerts.HeldSource) (behind bool, err error) {
	open, behind, err := d.behind(ctx, ledger)
	if err != nil || !behind {
		return false, err
	}
	told := &alerts.Behind{Day: today, Stands: open.Date, Since: (open.Date + 1).Start(ledger.Zone), MadeAt: d.Now()}
	told.Hold(held(open.Date))
	_, err = d.Store.Owe(ctx, told.MadeAt, *rowOf(told), open.Erased)
	return true, err
}

// behind is the open day, and whether it is over by the clock.
func (d *Desk) behind(ctx context.Context, ledger *state.Ledger) (open state.Day, is bool, err error) {
	open, found, err := openDay(ctx, d.Store)
	return open, found && open.Date < d.Now().Date(ledger.Zone), err
}

// Behind tells whether the ledger's day is behind the clock.
func (d *Desk) Behind(ctx context.Context, ledger *state.Ledger) (bool, error) {
	_, is, err := d.behind(ctx, ledger)
	return is, err
}

// lastCase is the case of the digest of the last period that is over while a day is open.
func lastCase(ledger *state.Ledger, period string, open state.Date) string {
	day := alerts.DigestDay(ledger.Calendar, open)
	switch period {
	case Weekly:
		return alerts.WeeklyCase(ledger.Calendar.AddBusinessDays(day, 1) - 1)
	case Monthly:
		return alerts.MonthlyCase(lastMonth(open))
	}
	return alerts.DailyCase(day)
}

// digested is what a digest is made of.
type digested struct {
	day   state.Date      // the last business day of it
	last  bool            // it is the last one that is over, so things are told as they stand
	tasks []state.TaskRow // that are not closed, with the last one only
}

// digested reads it, of the last business day that is over where day is zero.
func (d *Desk) digested(ctx context.Context, ledger *state.Ledger, open state.Day, day state.Date) (of digested, err error) {
	last := alerts.DigestDay(ledger.Calendar, open.Date)
	if day == 0 {
		day = last
	}
	if day > last || !ledger.Calendar.IsBusiness(day) {
		return of, &NotClosedError{day, last}
	}
	of.day, of.last = day, day == last
	if !of.last {
		return of, nil
	}
	for row, err := range state.AllTasks(ctx, d.Store, state.TaskQuery{}) {
		if err != nil {
			return of, fmt.Errorf("tasks: %w", err)
		}
		of.tasks = append(of.tasks, row)
	}
	return of, nil
}

// daily is the digest of a business day, with the steps that are to be taken with invoices if it is the last one that is over. It reads every
// customer then.
func (d *Desk) daily(ctx context.Context, ledger *state.Ledger, open state.Day, day state.Date) (*alerts.Digest, error) {
	digest, err := d.digest(ctx, ledger, open, day)
	if err != nil || digest.Day != alerts.DigestDay(ledger.Calendar, open.Date) {
		return digest, err
	}
	var items []alerts.WorkItem
	err = d.visit(ctx, open, func(engine *Engine, _ state.CustomerID, rec *state.Record) {
		if rec != nil {
			items = append(items, engine.agenda(rec, open)...)
		}
	})
	if err != nil {
		return nil, err
	}
	digest.Agenda = alerts.NewDigestAgenda(items)
	return digest, d.named(ctx, open, digest)
}

func (d *Desk) digest(ctx context.Context, ledger *state.Ledger, open state.Day, day state.Date) (*alerts.Digest, error) {
	of, err := d.digested(ctx, ledger, open, day)
	if err != nil {
		return nil, err
	}
	rows, err := d.Store.AlertsMoved(ctx, of.day, ledger.Calendar.AddBusinessDays(of.day, 1)-1) // of all others there is no news
	if err != nil {
		return nil, fmt.Errorf("alerts: %w", err)
	}
	digest, err := alerts.NewDigest(ledger, of.day, rows, of.tasks)
	if err != nil {
		return nil, err
	}
	digest.MadeAt = d.Now()
	if of.last {
		if _, digest.Withheld, err = d.Store.OwedCount(ctx); err != nil {
			return nil, fmt.Errorf("withheld messages: %w", err)
		}
		for _, why := range []int{state.WaitBudget, state.WaitFlood, state.WaitHuman, state.WaitCool} {
			waiting, err := d.Store.WaitCount(ctx, state.WaitsOf{Why: why})
			if err != nil {
				return nil, fmt.Errorf("messages put off: %w", err)
			}
			digest.Withheld += waiting
		}
		digest.Stale = open.Stale
		groups, err := d.groups(ctx, open, of.tasks)
		if err != nil {
			return nil, err
		}
		digest.Groups = alerts.NewDigestGroups(groups)
		if digest.Systemic, err = d.withheld(ctx); err != nil {
			return nil, err
		}
	}
	ids, err := d.Store.Customers(ctx)
	if err != nil {
		return nil, fmt.Errorf("list customers: %w", err)
	}
	ids = slices.DeleteFunc(ids, func(id state.CustomerID) bool { return id == Canary })
	digest.Customers = len(ids)
	if digest.Quiet() {
		digest.LastEvent, err = d.lastEvent(ctx, ids, digest.Last)
		return digest, err
	}
	return digest, d.named(ctx, open, digest)
}

// withheld is what is systemic and nobody has let go.
func (d *Desk) withheld(ctx context.Context) ([]state.Systemic, error) {
	all, err := d.Store.Systemic(ctx)
	if err != nil {
		return nil, fmt.Errorf("what is systemic: %w", err)
	}
	return slices.DeleteFunc(all, func(y state.Systemic) bool { return !y.Withheld() }), nil
}

// named looks up what the customers of a digest are called. Who cannot be folded goes by his number.
func (d *Desk) named(ctx context.Context, day state.Day, digest interface {
	Named(each func(customer state.CustomerID, name *string))
}) error {
	var ids []state.CustomerID
	digest.Named(func(id state.CustomerID, _ *string) { ids = append(ids, id) })
	slices.Sort(ids)
	engine, err := d.Engines(ctx, day.Config)
	if err != nil {
		return err
	}
	l := &lane{engine: engine, engines: d.Engines, store: d.Store, workers: 1}
	loaded, err := l.load(ctx, day, slices.Compact(ids))
	if err != nil {
		return err
	}
	digest.Named(func(id state.CustomerID, name *string) {
		k := loaded[id]
		if k.broken != nil {
			return
		}
		k.record.Customer.Equip(&day)
		if p := k.record.Customer.View(engine.Ledger, day.Date).Profile(); p != nil {
			*name = p.Name
		}
	})
	return nil
}

// lastEvent is when the last event up to a day came. It reads the rows after each customer's snapshot, and all of his where none of
// these has an event of such a day.
func (d *Desk) lastEvent(ctx context.Context, ids []state.CustomerID, until state.Date) (last state.Instant, err error) {
	look := func(rows []state.Entry) (found bool, err error) {
		for _, row := range slices.Backward(rows) {
			if row.Day > until {
				continue
			}
			applied, err := state.DecodeApplied(row.Applied)
			if err != nil {
				return false, fmt.Errorf("customer %s, row %d: %w", row.Customer, row.Seq, err)
			}
			if len(applied.Events) > 0 {
				last = max(last, applied.KnownAt)
				return true, nil
			}
		}
		return false, nil
	}
	for some := range slices.Chunk(ids, watchedAtOnce) {
		histories, err := d.Store.Load(ctx, some)
		if err != nil {
			return 0, fmt.Errorf("load %d customers: %w", len(some), err)
		}
		for i := range histories {
			h := &histories[i]
			found, err := look(h.Rows)
			if err == nil && !found && h.SnapshotSeq > 0 {
				var all []state.Entry
				if all, err = d.Store.Rows(ctx, h.Customer); err == nil {
					_, err = look(all)
				}
			}
			if err != nil {
				return 0, errors.Join(fmt.Errorf("customer %s: when his last event came", h.Customer), err)
			}
		}
	}
	return last, nil
}
