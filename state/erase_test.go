package state_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"tocsin/state"
	"tocsin/state/statetest"
)

var erasing = state.Erasure{Pseudonyms: state.NewPseudonyms([]byte("secret")), Customer: customer}

// personal is what the events of this test tell of people.
var personal = []string{"C-1", "Jane", "DE123", "li.wei", "acct", "e2e-7", "rent", "heard", "angry", "lot 9", "NET30", "INV-7", "SO-7", "PAY-7", "5299"}

// people are events of a person, of which everything is to be erased but amounts, dates and what is one of few.
func people() []state.Event {
	day, amount := statetest.Start, state.Money{Minor: 12345, Currency: eur}
	allocations := []state.Allocation{{InvoiceID: "INV-7", Amount: amount}}
	bodies := map[state.Kind]state.Body{
		state.KindOrder:             &state.Order{OrderID: "SO-7", OrderDate: day, Gross: amount},
		state.KindOrderCancelled:    &state.OrderCancelled{OrderID: "SO-7", CancelDate: day, Reason: "angry"},
		state.KindInvoice:           &state.Invoice{InvoiceID: "INV-7", IssueDate: day, DueDate: day, Total: amount, OrderIDs: []string{"SO-7"}, Replaces: "INV-7", Terms: "NET30", Batch: "lot 9"},
		state.KindInvoiceCredited:   &state.CreditNote{CreditNoteID: "Jane-CN", CreditDate: day, Amount: amount, Allocations: allocations, Reason: "angry"},
		state.KindInvoiceCancelled:  &state.InvoiceCancelled{InvoiceID: "INV-7", CancelDate: day},
		state.KindInvoiceWrittenOff: &state.WriteOff{InvoiceID: "INV-7", WriteOffDate: day, Amount: amount},
		state.KindPayment:           &state.Payment{PaymentID: "PAY-7", ValueDate: day, Amount: amount, PayerAccount: "acct", PayerName: "Jane", EndToEndID: "e2e-7", RemittanceRef: "rent", Allocations: allocations, DepositForOrder: "SO-7"},
		state.KindPaymentApplied:    &state.Application{PaymentID: "PAY-7", AppliedDate: day, Allocations: allocations},
		state.KindPaymentReturned:   &state.Return{PaymentID: "PAY-7", ReturnDate: day, Amount: amount, ReasonCode: "AM04", Allocations: allocations},
		state.KindLimit:             &state.LimitRevision{LimitID: "Jane-L", Type: state.LimitBase, Amount: amount, ValidFrom: day},
		state.KindProfile:           &state.Profile{Customer: customer, Name: "Jane", Country: "DE", Identifiers: []state.Identifier{{Scheme: "vat", Value: "DE123"}}, Parent: "C-1", CreditManager: "li.wei", AccountOwner: "li.wei", ReportingCurrency: eur},
		state.KindRegistry:          &state.RegistryFact{Registry: "r", Identifier: state.Identifier{Scheme: "lei", Value: "5299"}, Type: "liquidation", Effective: day},
		state.KindDispute:           &state.Dispute{DisputeID: "Jane-D", OpenedDate: day, InvoiceIDs: []string{"INV-7"}, Amount: amount},
		state.KindDisputeClosed:     &state.DisputeClosed{DisputeID: "Jane-D", ClosedDate: day, Outcome: state.DisputeRejected},
		state.KindPromise:           &state.Promise{PromiseID: "Jane-P", MadeDate: day, PromisedDate: day, Amount: amount, InvoiceIDs: []string{"INV-7"}},
		state.KindContact:           &state.Contact{ContactID: "Jane-C", ContactDate: day, Channel: state.ContactPhone, Outcome: state.ContactReached},
		state.KindTermsRequest:      &state.TermsRequest{RequestID: "Jane-R", RequestDate: day, Type: state.RequestLongerTerms, InvoiceIDs: []string{"INV-7"}},
		state.KindPayerVerified:     &state.PayerVerified{AccountHash: "acct", VerifiedDate: day},
		state.KindCover:             &state.Cover{CoverID: "Jane-CV", Type: state.CoverInsurance, Amount: amount, ValidFrom: day},
		state.KindGradeOverride:     &state.GradeOverride{OverrideID: "Jane-G", Grade: state.GradeBad, SetDate: day, Reason: "angry", By: "li.wei"},
		state.KindNote:              &state.Note{NoteID: "Jane-N", NoteDate: day, Text: "heard"},
		state.KindMerged:            &state.Merged{Into: "C-9", MergeDate: day},
		state.KindErased:            &state.Erased{EraseDate: day},
	}
	var events []state.Event
	for kind, body := range bodies {
		events = append(events, state.Event{Kind: kind, Customer: customer, Body: body, Stamp: state.Stamp{
			Revision: 2, ID: "C-1/" + body.Key() + "/2", Source: "urn:erp", Ext: `{"rep":"Jane"}`, Canonical: `{"name":"Jane"}`,
		}})
	}
	return events
}

// Every kind of the contract is in the test above, so that a new one is not forgotten.
func TestNothingPersonalIsLeftOfAnErasedEvent(t *testing.T) {
	events := people()
	if got, want := len(events), int(state.KindRate)-2; got != want { // none, heartbeat and rate are no customer's
		t.Fatalf("got %d kinds, want %d", got, want)
	}
	for _, ev := range events {
		erased, left := erasing.Event(ev)
		if left != (ev.Kind != state.KindRegistry) {
			t.Errorf("kind %d: left is %v", ev.Kind, left)
		}
		text := string(state.AppendEvent(nil, &erased))
		for _, word := range personal {
			if strings.Contains(text, word) {
				t.Errorf("kind %d: %q is left in %q", ev.Kind, word, text)
			}
		}
		if again, _ := erasing.Event(ev); string(state.AppendEvent(nil, &again)) != text {
			t.Errorf("kind %d: erased twice, got two contents", ev.Kind)
		}
		if before := string(state.AppendEvent(nil, &ev)); !strings.Contains(before, "C-1") {
			t.Errorf("kind %d: the event has nothing to erase: %q", ev.Kind, before)
		}
	}
}

// Who is merged into the customer names it; that name goes, and others' facts stay as they are.
func TestOnlyTheIdIsErasedFromOthers(t *testing.T) {
	into := merged("C-0", customer, 1, statetest.Start)
	got, left := erasing.Event(into)
	want := erasing.Pseudonym()
	if body := got.Body.(*state.Merged); !left || got.Customer != "C-0" || body.Into != want || body.MergeDate != statetest.Start {
		t.Errorf("got %+v of %s, want it to name %s", body, got.Customer, want)
	}
	other := order("C-0", "SO-1", 1)
	if got, _ := erasing.Event(other); got != other {
		t.Errorf("another's order: got %+v, want %+v", got, other)
	}
}

// Amounts stay, to the cent and the day, and what books on what.
func TestAmountsStayWhenACustomerIsErased(t *testing.T) {
	l, day := ledger(t), statetest.Start+20
	money := func(minor int64) state.Money { return state.Money{Minor: minor, Currency: eur} }
	was, is := state.NewCustomer(customer), state.NewCustomer(erasing.Pseudonym())
	for _, ev := range []state.Event{
		order(customer, "SO-1", 1),
		{Kind: state.KindInvoice, Customer: customer, Body: &state.Invoice{InvoiceID: "INV-1", IssueDate: day - 15, DueDate: day - 10, Total: money(12345)}},
		{Kind: state.KindInvoice, Customer: customer, Body: &state.Invoice{InvoiceID: "INV-2", IssueDate: day - 5, DueDate: day + 10, Total: money(700)}},
		{Kind: state.KindPayment, Customer: customer, Body: &state.Payment{PaymentID: "PAY-1", ValueDate: day - 2, Amount: money(2345), Allocations: []state.Allocation{{InvoiceID: "INV-1", Amount: money(2000)}}}},
		{Kind: state.KindDispute, Customer: customer, Body: &state.Dispute{DisputeID: "D-1", OpenedDate: day - 1, InvoiceIDs: []string{"INV-2"}, Amount: money(700)}},
		{Kind: state.KindLimit, Customer: customer, Body: &state.LimitRevision{LimitID: "L-1", Type: state.LimitBase, Amount: money(9000), ValidFrom: day - 30}},
	} {
		erased, _ := erasing.Event(ev)
		apply(was, day, ev)
		apply(is, day, erased)
	}
	before, after := was.View(l, day), is.View(l, day)
	if diff := difference(before.Exposure(), after.Exposure()); diff != "" {
		t.Errorf("exposure: %s", diff)
	}
	if diff := difference(before.Ageing(), after.Ageing()); diff != "" {
		t.Errorf("ageing: %s", diff)
	}
	if got, want := after.Limit().Effective(), before.Limit().Effective(); got != want {
		t.Errorf("limit: got %d, want %d", got, want)
	}
}

// An estate that was handed on before is erased as its events are, tombstones and all.
func TestAnEstateIsErasedAsItsEventsAre(t *testing.T) {
	day := statetest.Start
	ends := state.NewCustomer(customer)
	events := slices.DeleteFunc(people(), func(ev state.Event) bool { return ev.Kind == state.KindRegistry })
	apply(ends, day, events...)
	want := state.NewCustomer(erasing.Pseudonym())
	for _, ev := range events {
		erased, _ := erasing.Event(ev)
		apply(want, day, erased)
	}
	got := erasing.Applied(state.Applied{Estates: estates(ends)})
	if !bytes.Equal(got.Estates[0], estates(want)[0]) {
		t.Errorf("got %q, want %q", got.Estates[0], estates(want)[0])
	}
}
