package main

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/detectors"
	"tocsin/state"
)

// clearing is a way out that is taken.
type clearing struct {
	*situation
	way   *toldWay
	stood detectors.Level // at the last close
}

// taking is what one does who takes a way, or falls short of it by a minor unit or a day. Where there is nothing less the one who falls
// short does nothing, or not all of it.
type taking struct {
	do func(c *clearing, short bool) []state.Body
	on func(s *situation, day state.Date) bool // whether it can be done to the day on a day; nil: on any
}

// takenBy are the ways by the codes of clears_if.
var takenBy = map[string]taking{
	"pay":                    {do: (*clearing).pay},
	"pay_invoices":           {do: (*clearing).payInvoices},
	"pay_from_own_account":   {do: (*clearing).payFromOwnAccount},
	"settle_promised":        {do: (*clearing).settlePromised},
	"raise_limit":            {do: (*clearing).raiseLimit},
	"set_limit":              {do: (*clearing).setLimit},
	"review_limit":           {do: (*clearing).reviewLimit},
	"registry_ended":         {do: (*clearing).endRegistry},
	"return_booked_in_error": {do: (*clearing).returnInError},
	"reach_customer":         {do: (*clearing).reachCustomer},
	"resolve_disputes":       {do: (*clearing).resolveDisputes},
	"verify_payers":          {do: (*clearing).verifyPayers},
	"keep_promise":           {do: (*clearing).keepPromise},
	"take_discount":          {do: (*clearing).takeDiscount},
	"pay_as_before":          {do: (*clearing).payAsBefore, on: (*situation).fallsDueAsBefore},
	"trade_as_before":        {do: (*clearing).tradeAsBefore},
	"condition":              {do: nil}, // in the words of stories: conditionsMet
}

// with are the events known until then, and those by which the way is taken or not quite. Up to the day on which
// the level is due to fall it stays so.
func (c *clearing) with(t *testing.T, short bool, due state.Date) []state.Event {
	t.Helper()
	events := slices.Clone(c.events)
	switch take, known := takenBy[c.way.Do]; {
	case !known:
		t.Fatalf("%s: nobody knows how to %s", c.alert, c.way)
	case take.do == nil:
		events = append(events, c.meetCondition(t, short)...)
	default:
		for _, body := range take.do(c, short) {
			events = append(events, c.event(t, body, c.at))
		}
	}
	if due > c.day && fallsDueMeanwhile[c.alert.Signal] {
		for _, body := range c.payInTime(due) {
			events = append(events, c.event(t, body, body.ValueDate.Start(c.p.engine.Ledger.Zone)+state.Instant(9*time.Hour)))
		}
	}
	return events
}

// fallsDueMeanwhile are the signals whose hold would be broken by what falls due in it. Whoever takes a way out of one pays that in time.
var fallsDueMeanwhile = map[string]bool{"overdue_ratio": true, "payment_slowdown": true}

// payInTime pays each line that falls due up to a day on its day.
func (c *clearing) payInTime(until state.Date) (paid []*state.Payment) {
	for _, line := range c.view.DueLines() {
		if line.Effective >= c.day && line.Effective <= until && !line.Settled {
			paid = append(paid, &state.Payment{
				PaymentID: "in time " + line.Invoice, ValueDate: line.Effective, Amount: c.money(line.Open),
				Allocations: []state.Allocation{{InvoiceID: line.Invoice, Amount: c.money(line.Open)}},
			})
		}
	}
	return paid
}

// event is a body as the next revision of its register.
func (c *clearing) event(t *testing.T, body state.Body, at state.Instant) state.Event {
	t.Helper()
	kind, customer, revision := registerKind(t, body), state.CustomerID(c.alert.Customer), int64(1)
	if kind == state.KindRegistry {
		customer = ""
	}
	for i := range c.events {
		if ev := &c.events[i]; ev.Kind == kind && ev.Customer == customer && ev.Body.Key() == body.Key() {
			revision = max(revision, ev.Stamp.Revision+1)
		}
	}
	return state.Event{Kind: kind, Customer: customer, KnownAt: at, Body: body, Stamp: state.Stamp{
		Revision: revision, Time: at, ID: strings.ReplaceAll(body.Key(), "\x00", " ") + "/way/" + strconv.FormatInt(revision, 10), Source: "urn:story",
	}}
}

func registerKind(t *testing.T, body state.Body) state.Kind {
	t.Helper()
	switch body.(type) {
	case *state.Payment:
		return state.KindPayment
	case *state.Return:
		return state.KindPaymentReturned
	case *state.LimitRevision:
		return state.KindLimit
	case *state.RegistryFact:
		return state.KindRegistry
	case *state.PayerVerified:
		return state.KindPayerVerified
	case *state.Promise:
		return state.KindPromise
	case *state.DisputeClosed:
		return state.KindDisputeClosed
	case *state.Contact:
		return state.KindContact
	case *state.Invoice:
		return state.KindInvoice
	case *state.CreditNote:
		return state.KindInvoiceCredited
	}
	t.Fatalf("%T is of no register", body)
	return 0
}

// bodiesOf are the customer's documents of a kind as they were told last, in the order in which they were told first.
func bodiesOf[T state.Body](s *situation) (list []T) {
	at := map[string]int{}
	for i := range s.events {
		ev := &s.events[i]
		body, ok := ev.Body.(T)
		if !ok || string(ev.Customer) != s.alert.Customer {
			continue
		}
		if n, again := at[body.Key()]; again {
			list[n] = body
			continue
		}
		at[body.Key()] = len(list)
		list = append(list, body)
	}
	return list
}

// money is an amount in the customer's currency.
func (c *clearing) money(minor int64) state.Money {
	return state.Money{Minor: minor, Currency: c.view.Currency()}
}

// amount is that of the way, a minor unit less for one who falls short.
func (c *clearing) amount(short bool) state.Money {
	words := storyWords{words: []string{c.way.Amount.Amount, c.way.Amount.Currency}}
	m := words.amount()
	if short {
		m.Minor--
	}
	return m
}
