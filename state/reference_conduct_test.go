package state_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/statetest"
)

// plainLine is what tests expect of an invoice on a date, and what of it is disputed.
type plainLine struct{ scheduled, disputed int64 }

// paidOn is what was paid on an invoice on a date: cash by its value date.
type paidOn struct {
	date   state.Date
	amount int64
}

// account is an invoice in the receivables, after everything is booked.
type account struct {
	body *state.Invoice
	open int64
	paid []paidOn
	plan map[state.Date]int64
}

func (a *account) settled() bool {
	return a.open < a.body.Total.Minor && a.open <= max(a.body.Total.Minor/200, 100)
}

// accounts books everything and returns what is left of each source.
func (r *reference) accounts() (all map[string]*account, sources map[string]int64) {
	all = map[string]*account{}
	for id, body := range r.invoices {
		if r.exists(id) {
			all[id] = &account{body: body, open: body.Total.Minor, plan: map[state.Date]int64{}}
		}
	}
	list, sources := r.bookings()
	for _, b := range list {
		a, source := all[b.invoice], fmt.Sprint(b.rank, b.id)
		rate := r.rate(b)
		if a == nil || rate == nil {
			continue
		}
		booked := min(b.amount.Minor, a.open)
		taken := rounded(rate, booked)
		if taken > sources[source] {
			taken = sources[source]
			booked = min(booked, rounded(new(big.Rat).Inv(rate), taken))
		}
		if booked == 0 {
			continue
		}
		sources[source] -= taken
		a.open -= booked
		date := b.date
		if payment, ok := find[*state.Payment](r, state.KindPayment, b.id); ok && b.rank == 1 {
			date = payment.ValueDate
		}
		a.paid = append(a.paid, paidOn{date, booked})
	}
	for id, a := range all {
		w, ok := find[*state.WriteOff](r, state.KindInvoiceWrittenOff, id)
		if ok && w.WriteOffDate <= r.day && w.Amount.Currency == a.body.Total.Currency {
			taken := min(a.open, w.Amount.Minor)
			a.open -= taken
			a.paid = append(a.paid, paidOn{w.WriteOffDate, taken})
		}
	}
	maps.DeleteFunc(all, func(_ string, a *account) bool { return a.body.Factored == state.FactoringWithoutRecourse })
	return all, sources
}

// named are the accounts that ids name, each once, in a currency.
func named(all map[string]*account, ids []string, currency state.Currency) (list []*account) {
	for i, id := range ids {
		if a := all[id]; a != nil && a.body.Total.Currency == currency && !slices.Contains(ids[:i], id) {
			list = append(list, a)
		}
	}
	return list
}

// disputed is what is shielded of each invoice.
func (r *reference) disputed(all map[string]*account) map[string]int64 {
	first, shielded := map[string]state.Date{}, map[string]int64{}
	var standing []*state.Dispute
	for _, body := range r.bodies {
		b, ok := body.(*state.Dispute)
		if !ok {
			continue
		}
		for _, id := range b.InvoiceIDs {
			if at, known := first[id]; !known || b.OpenedDate < at {
				first[id] = b.OpenedDate
			}
		}
		closed, is := find[*state.DisputeClosed](r, state.KindDisputeClosed, b.DisputeID)
		if b.OpenedDate <= r.day && !(is && closed.ClosedDate <= r.day) {
			standing = append(standing, b)
		}
	}
	for _, b := range standing {
		left := b.Amount.Minor
		for _, a := range named(all, b.InvoiceIDs, b.Amount.Currency) {
			part := min(left, a.open)
			left -= part
			if id := a.body.InvoiceID; r.day-first[id] < 45 {
				shielded[id] = min(a.open, shielded[id]+part)
			}
		}
	}
	return shielded
}

// plans moves what kept plans name to their dates, the newest plan first.
func (r *reference) plans(all map[string]*account) {
	var list []*state.TermsRequest
	for _, body := range r.bodies {
		if b, ok := body.(*state.TermsRequest); ok && b.RequestDate <= r.day && b.Type == state.RequestInstalmentPlan &&
			b.Status == state.RequestAccepted && len(b.Plan) > 0 {
			list = append(list, b)
		}
	}
	slices.SortFunc(list, func(a, b *state.TermsRequest) int {
		return -cmp.Or(cmp.Compare(a.RequestDate, b.RequestDate), cmp.Compare(a.RequestID, b.RequestID))
	})
	for _, b := range list {
		r.plan(b, named(all, b.InvoiceIDs, b.Plan[0].Amount.Currency))
	}
}

func (r *reference) plan(b *state.TermsRequest, invoices []*account) {
	lines := slices.DeleteFunc(slices.Clone(b.Plan), func(l state.DueAmount) bool { return l.Amount.Currency != b.Plan[0].Amount.Currency })
	slices.SortStableFunc(lines, func(x, y state.DueAmount) int { return cmp.Compare(x.DueDate, y.DueDate) })
	paidBy := func(last state.Date) (total int64) {
		for _, a := range invoices {
			for _, p := range a.paid {
				if p.date >= b.RequestDate && p.date <= last {
					total += p.amount
				}
			}
		}
		return total
	}
	owed := paidBy(r.day)
	for _, a := range invoices {
		if !a.settled() {
			owed += a.open
		}
	}
	asked := int64(0)
	for _, line := range lines {
		asked += line.Amount.Minor
		if last := line.DueDate + 5; last < r.day && paidBy(last)+max(line.Amount.Minor/200, 100) < min(asked, owed) {
			return // missed
		}
	}
	paid := paidBy(r.day)
	for _, line := range lines {
		left := line.Amount.Minor
		taken := min(left, paid)
		left, paid = left-taken, paid-taken
		for _, a := range invoices {
			room := a.open
			for _, amount := range a.plan {
				room -= amount
			}
			if part := min(left, room); part > 0 && !a.settled() {
				a.plan[line.DueDate] += part
				left -= part
			}
		}
	}
}

// lines are what tests expect of an unsettled invoice, which is due as a whole on a date unless a plan says otherwise.
func (a *account) lines(due state.Date, shielded int64) map[state.Date]plainLine {
	scheduled := map[state.Date]int64{due: a.open}
	for date, amount := range a.plan {
		scheduled[due] -= amount
		scheduled[date] += amount
	}
	all := map[state.Date]plainLine{}
	for _, date := range slices.Sorted(maps.Keys(scheduled)) {
		part := min(shielded, scheduled[date])
		shielded -= part
		all[date] = plainLine{scheduled[date], part}
	}
	return all
}

// What plans make due and disputes shield is what a plain reading gives.
func TestDueLinesEqualAPlainReading(t *testing.T) {
	l := ledger(t)
	rapid.Check(t, func(t *rapid.T) {
		events := withoutTies(statetest.Events(customer, 20).Draw(t, "events"))
		for _, ev := range events {
			if body, ok := ev.Body.(*state.Invoice); ok {
				body.Instalments, body.Retention = nil, state.DueAmount{}
			}
		}
		c := state.NewCustomer(customer)
		c.Apply(statetest.Start, events, make([]state.Outcome, len(events)))
		day := statetest.Start + state.Date(rapid.IntRange(-40, 90).Draw(t, "day"))
		r := newReference(day, events)
		all, _ := r.accounts()
		r.plans(all)
		shielded := r.disputed(all)
		for _, code := range []string{"EUR", "USD"} {
			own := *l
			own.Base, _ = state.ParseCurrency(code)
			due, got := map[string]state.Date{}, map[string]map[state.Date]plainLine{}
			for _, line := range c.View(&own, day).DueLines() {
				if line.Settled {
					continue
				}
				if line.Open > 0 {
					due[line.Invoice] = line.Due
				}
				if got[line.Invoice] == nil {
					got[line.Invoice] = map[state.Date]plainLine{}
				}
				got[line.Invoice][line.Due] = plainLine{line.Scheduled, line.Disputed}
			}
			want := map[string]map[state.Date]plainLine{}
			for id, a := range all {
				if a.body.Total.Currency == own.Base && a.open > 0 && !a.settled() {
					want[id] = a.lines(due[id], shielded[id])
				}
			}
			if diff := difference(want, got); diff != "" {
				t.Fatalf("%v %s: want (-), got (+)\n%s", day, code, diff)
			}
		}
	})
}
