package consumer

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// NoMonthError: the digest of a calendar month cannot be told, for the month is not over, or so long ago that not all is known of it any more.
type NoMonthError struct{ Month, First, Last state.Date } // last days of months: the one asked for, and the first and last that can be told

func (e *NoMonthError) Error() string {
	if e.Month < e.First {
		return fmt.Sprintf("the month up to %s has no digest any more: documents that were closed since are not kept; the first one that is ended on %s", e.Month, e.First)
	}
	return fmt.Sprintf("the month up to %s has no digest: it is not over; the last one that is ended on %s", e.Month, e.Last)
}

// lastMonth is the last day of the last month that is over while a day is open.
func lastMonth(open state.Date) state.Date { return alerts.FirstOfMonth(open) - 1 }

// firstMonth is the last day of the first month of which everything is known while a day is open, and of the month before it.
func firstMonth(open state.Date) state.Date {
	return ((open - state.KeptDays).EndOfMonth() + 1).EndOfMonth()
}

// owed is the digest that is kept under a case; nil: there is none.
func (d *Desk) owed(ctx context.Context, id string) (alerts.Periodical, error) {
	all, err := d.Store.Summaries(ctx)
	if err != nil {
		return nil, fmt.Errorf("summaries: %w", err)
	}
	at := slices.IndexFunc(all, func(m state.Message) bool { return m.Case == id })
	if at < 0 {
		return nil, nil
	}
	m, err := alerts.ParseMessage(all[at].Body)
	if err != nil {
		return nil, fmt.Errorf("message %s: %w", all[at].ID, err)
	}
	told, is := m.(alerts.Periodical)
	if !is {
		return nil, fmt.Errorf("message %s is no digest", all[at].ID)
	}
	return told, nil
}

// monthly is the digest of the calendar month that a day is in. It reads every customer, and looks at his documents as of the ends of two
// months, by what is known of them now. Names are those of now.
func (d *Desk) monthly(ctx context.Context, ledger *state.Ledger, open state.Day, day state.Date) (*alerts.MonthlyDigest, error) {
	first, last := firstMonth(open.Date), lastMonth(open.Date)
	if day = cmp.Or(day, last).EndOfMonth(); day > last || day < first {
		return nil, &NoMonthError{day, first, last}
	}
	accounts, unknown, err := d.accounts(ctx, open, day)
	if err != nil {
		return nil, err
	}
	rows, err := d.Store.Alerts(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("alerts: %w", err)
	}
	month := alerts.NewMonthlyDigest(day, accounts, rows)
	month.MadeAt, month.Unknown = d.Now(), unknown
	if month.Decided, err = d.decisions(ctx, ledger, month.First, month.Last); err != nil {
		return nil, err
	}
	return month, d.named(ctx, open, month)
}

// accounts are those of all customers at the end of a month and of the month before, and how many are not known.
func (d *Desk) accounts(ctx context.Context, open state.Day, last state.Date) (accounts []alerts.MonthlyAccount, unknown int, err error) {
	err = d.visit(ctx, open, func(engine *Engine, _ state.CustomerID, rec *state.Record) {
		if rec == nil {
			unknown++
			return
		}
		switch account, known, listed := engine.account(rec, open, last); {
		case !listed:
		case !known:
			unknown++
		default:
			accounts = append(accounts, account)
		}
	})
	return accounts, unknown, err
}

// account is a customer's at the end of a month and of the month before; known is false where an amount of either cannot be told in the
// currency of the book. Who has no currency has no amounts.
func (e *Engine) account(rec *state.Record, open state.Day, last state.Date) (a alerts.MonthlyAccount, known, listed bool) {
	if !Listed(rec, last) {
		return a, false, false
	}
	rec.Customer.Equip(&open)
	a, known = alerts.MonthlyAccount{Customer: rec.Customer.ID}, true
	now := rec.Customer.View(e.Ledger, open.Date)
	if a.Currency = cmp.Or(e.Ledger.Base, now.Currency()); now.Currency() == 0 {
		return a, false, false
	}
	if p := now.Profile(); p != nil {
		a.Segment = p.Segment
	}
	for _, end := range []struct {
		day state.Date
		of  *alerts.Account
	}{{alerts.FirstOfMonth(last) - 1, &a.Before}, {last, &a.Now}} {
		view := e.Judge.View(rec.Customer.View(e.Ledger, end.day))
		if view.Currency() == 0 {
			continue
		}
		a.Oldest = view.Ageing().MaxDaysPastDue
		known = accountOf(view, a.Currency, end.of) && known
	}
	return a, known, true
}

// accountOf fills in an account in a currency; false where an exchange rate is missing.
func accountOf(view *state.View, in state.Currency, of *alerts.Account) (known bool) {
	exposure, ageing, trading := view.Exposure(), view.Ageing(), view.Trading()
	known = exposure.Known && ageing.Known && trading.Known
	worth := func(minor int64) int64 {
		amount, can := view.WorthIn(state.Money{Minor: minor, Currency: view.Currency()}, in)
		known = known && can
		return amount
	}
	of.Exposure, of.Undisputed = worth(exposure.Gross), worth(detectors.PastDue(view))
	overdue := int64(0)
	for i, bucket := range []int64{ageing.Days1to30, ageing.Days31to60, ageing.Days61to90, ageing.Days91plus} {
		of.Ageing[i+1] = worth(bucket)
		overdue = state.Sum(overdue, of.Ageing[i+1])
	}
	of.Ageing[0] = state.Sum(worth(exposure.Receivables), -overdue)
	for i := range min(len(trading.Months), len(of.Sales)) {
		of.Sales[len(of.Sales)-1-i] = worth(trading.Months[len(trading.Months)-1-i].Sales)
	}
	return known
}
