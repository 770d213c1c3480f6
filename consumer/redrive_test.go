package consumer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tocsin/consumer/contract"
	"tocsin/state"
	"tocsin/state/storetest"
)

// foreign are events as a publisher calls them, before anybody has told Tocsin what they mean.
func (g *rig) foreign(kind, customer, id string, revision int, data string) {
	g.broker.append(invoices, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"%s/%d","source":"urn:erp","type":"acme.%s","subject":"%s",
		"time":"%s","data":{"customer_id":"%s","revision":%d,%s}}`, id, revision, kind, customer, g.now, customer, revision, data))
}

func anInvoice(id, amount string) string {
	return fmt.Sprintf(`"invoice_id":"%s","issue_date":"2025-10-01","due_date":"2025-11-01","total":{"amount":"%s","currency":"EUR"}`, id, amount)
}

// mended is what knows the publisher's names.
func mended(t *testing.T) *contract.Decoder {
	t.Helper()
	decoder, err := contract.NewDecoder(contract.Options{Types: map[string]string{
		"acme.invoice": "tocsin.invoice.issued.v1", "acme.profile": "tocsin.customer.profile.v1", "acme.rate": "tocsin.fx.rate.v1",
		"acme.beat": "tocsin.heartbeat.v1", "acme.erased": "tocsin.customer.erased.v1",
	}})
	if err != nil {
		t.Fatal(err)
	}
	return decoder
}

func (g *rig) redrive(store state.Store, write bool) *Redrive {
	return &Redrive{
		Store: store, Engines: g.engines, Decoder: mended(g.t), Now: func() state.Instant { return g.now }, By: "l.wei", Write: write,
	}
}

// refusedSome is a rig whose publisher has sent what nobody understood, and its letters.
func refusedSome(t *testing.T) *rig {
	t.Helper()
	g := newRig(t, invoices)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.foreign("invoice", "C-1", "I-1", 2, anInvoice("I-1", "90000.00"))
	g.foreign("invoice", "C-1", "I-1", 1, anInvoice("I-1", "80000.00"))
	g.foreign("profile", "C-2", "P", 1, `"name":"Two Ltd","country":"GB","identifiers":[{"scheme":"vat","value":"GB1"}]`)
	g.foreign("rate", "", "FX", 1, `"base":"EUR","quote":"USD","rate":"1.08","rate_date":"2026-03-01"`)
	g.broker.append(invoices, g.now, []byte(`{"specversion":`))
	g.turns(20)
	return g
}

func (g *rig) letters() []state.Refused {
	g.t.Helper()
	all, err := g.store.Refused(g.t.Context(), 0, 1000)
	if err != nil {
		g.t.Fatal(err)
	}
	return all
}

// try gives every refused record another try, as a command does, and tells what became of each.
func (g *rig) try(d *Redrive) string {
	g.t.Helper()
	var told []string
	for _, letter := range g.letters() {
		result, err := d.Try(g.t.Context(), &letter)
		switch {
		case err != nil:
			g.t.Fatal(err)
		case result.Reject != nil:
			told = append(told, string(result.Reject.Code))
		case result.Before:
			told = append(told, "before: "+result.Outcome)
		default:
			told = append(told, result.Outcome)
		}
	}
	return strings.Join(told, ", ")
}

func (g *rig) shows() string {
	g.t.Helper()
	text, err := storetest.Contents(g.t.Context(), g.store)
	if err != nil {
		g.t.Fatal(err)
	}
	return text
}

func TestARefusedRecordIsAcceptedAfterAllAndOnce(t *testing.T) {
	g := refusedSome(t)
	before := g.shows()
	if got, want := g.try(g.redrive(g.store, false)), "accepted, accepted, accepted, accepted, json"; got != want {
		t.Errorf("dry: got %s, want %s", got, want)
	}
	if g.shows() != before {
		t.Error("a dry run has changed the store")
	}
	if got, want := g.try(g.redrive(g.store, true)), "accepted, stale, accepted, accepted, json"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if g.owes("C-1") != 90000_00 {
		t.Errorf("C-1 owes %d, want the invoice", g.owes("C-1"))
	}
	alerts, err := g.store.Alerts(t.Context(), "C-1")
	if err != nil || len(alerts) == 0 {
		t.Errorf("got %d alerts, %v, want those of an invoice that is months overdue", len(alerts), err)
	}
	once := g.shows()
	if got, want := g.try(g.redrive(g.store, true)), "before: accepted, before: stale, before: accepted, before: accepted, json"; got != want {
		t.Errorf("again: got %s, want %s", got, want)
	}
	if g.shows() != once {
		t.Error("a second try has changed the store")
	}
	g.turns(20) // the run beside it goes on, from records that it had in memory
	g.order(invoices, g.now, "C-1", "SO-2")
	g.turns(20)
	if g.owes("C-1") != 90000_00 || g.runner.in.partitions[invoices].next != 7 {
		t.Errorf("C-1 owes %d at %d, want the invoice and all read", g.owes("C-1"), g.runner.in.partitions[invoices].next)
	}
}

// Somebody else's try with the letters as they were before changes nothing, and says so.
func TestTwoWhoTryTheSameRecordsAtOnceDoItOnce(t *testing.T) {
	g := refusedSome(t)
	letters := g.letters()
	g.try(g.redrive(g.store, true))
	once := g.shows()
	second := g.redrive(g.store, true)
	for _, letter := range letters[:4] {
		if result, err := second.Try(t.Context(), &letter); err != nil || !result.Before {
			t.Errorf("%s: got %+v, %v, want told that it was accepted before", placeOf(&letter.DeadLetter), result, err)
		}
	}
	if g.shows() != once {
		t.Error("the second has changed the store")
	}
}

// A record that its publisher has sent again meanwhile, as the contract wants it, repeats nothing.
func TestARecordThatCameAgainMeanwhileRepeatsNothing(t *testing.T) {
	g := refusedSome(t)
	g.broker.append(invoices, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"I-1/2","source":"urn:erp","type":"tocsin.invoice.issued.v1","subject":"C-1","time":"%s",
		"data":{"customer_id":"C-1","revision":2,%s}}`, g.now, anInvoice("I-1", "90000.00")))
	g.turns(20)
	rows, err := g.store.Rows(t.Context(), "C-1")
	if err != nil {
		t.Fatal(err)
	}
	if got := g.try(g.redrive(g.store, true)); !strings.HasPrefix(got, "duplicate, stale, ") {
		t.Errorf("got %s, want a duplicate and a stale revision", got)
	}
	after, err := g.store.Rows(t.Context(), "C-1")
	if err != nil || len(after) > len(rows)+1 { // the stale one tells the first due date
		t.Errorf("got %d rows, %v, want no row of the duplicate after %d", len(after), err, len(rows))
	}
}

// Another content of a revision that is known loses and stays refused, also when it is tried again.
func TestARecordThatLosesAConflictStaysRefused(t *testing.T) {
	g := newRig(t, invoices)
	g.foreign("invoice", "C-1", "I-1", 1, anInvoice("I-1", "80000.00"))
	later := g.now + 1e9
	g.turns(10)
	g.broker.append(invoices, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"I-1/1","source":"urn:erp","type":"tocsin.invoice.issued.v1","subject":"C-1",
		"time":"%s","data":{"customer_id":"C-1","revision":1,%s}}`, later, anInvoice("I-1", "70000.00")))
	g.turns(10)
	for range 2 {
		if got := g.try(g.redrive(g.store, true)); got != "revision_conflict" {
			t.Errorf("got %s, want it refused for what goes before it", got)
		}
	}
	if g.owes("C-1") != 70000_00 {
		t.Errorf("owes %d, want what won", g.owes("C-1"))
	}
}

// The facts are those that there were if the records had been accepted at once.
func TestFactsAreAsIfTheRecordsHadBeenAcceptedAtOnce(t *testing.T) {
	play := func(decoder *contract.Decoder) *rig {
		g := newRig(t, invoices)
		if decoder != nil {
			g.runner.Decoder = decoder
		}
		g.order(invoices, g.now, "C-1", "SO-1")
		g.foreign("invoice", "C-1", "I-1", 2, anInvoice("I-1", "90000.00"))
		g.foreign("invoice", "C-1", "I-1", 1, anInvoice("I-1", "80000.00"))
		g.turns(20)
		return g
	}
	at, after := play(mended(t)), play(nil)
	after.try(after.redrive(after.store, true))
	facts := func(g *rig) []byte {
		return state.AppendSnapshot(nil, &state.Record{Customer: g.record("C-1").Customer})
	}
	if want, got := facts(at), facts(after); !bytes.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// mortal ends the process at the nth commit, before it or after it.
type mortal struct {
	state.Store
	left  int
	after bool
}

var errKilled = errors.New("killed")

func (m *mortal) Commit(ctx context.Context, c *state.Commit) error {
	m.left--
	if m.left > 0 {
		return m.Store.Commit(ctx, c)
	}
	if m.after {
		if err := m.Store.Commit(ctx, c); err != nil {
			return err
		}
	}
	return errKilled
}

func TestATryThatIsKilledIsBegunAgain(t *testing.T) {
	undisturbed := refusedSome(t)
	undisturbed.try(undisturbed.redrive(undisturbed.store, true))
	want := undisturbed.shows()
	for kill := range 6 {
		g := refusedSome(t)
		d := g.redrive(&mortal{Store: g.store, left: kill/2 + 1, after: kill%2 == 1}, true)
		killed := slices.ContainsFunc(g.letters(), func(letter state.Refused) bool {
			_, err := d.Try(t.Context(), &letter)
			return errors.Is(err, errKilled)
		})
		if !killed {
			t.Fatalf("kill %d: it came to its end", kill)
		}
		g.try(g.redrive(g.store, true))
		if got := g.shows(); got != want {
			t.Errorf("kill %d: the store is not as after an undisturbed one:\n%s\nwant\n%s", kill, got, want)
		}
	}
}

func TestATryWhoseAnswersAreLostEndsAsAnUndisturbedOne(t *testing.T) {
	undisturbed := refusedSome(t)
	undisturbed.try(undisturbed.redrive(undisturbed.store, true))
	want := undisturbed.shows()
	for seed := range uint64(20) {
		g := refusedSome(t)
		unsure := &storetest.Unsure{Store: g.store, Random: rand.New(rand.NewPCG(seed, 1))}
		if got := g.try(g.redrive(unsure, true)); got != "accepted, stale, accepted, accepted, json" {
			t.Errorf("seed %d: got %s", seed, got)
		}
		if got := g.shows(); got != want {
			t.Errorf("seed %d: the store is not as after an undisturbed one:\n%s\nwant\n%s", seed, got, want)
		}
	}
}

func TestNothingIsTriedBeforeADayIsOpen(t *testing.T) {
	g := newRig(t, invoices)
	if _, err := g.redrive(g.store, true).Try(t.Context(), &state.Refused{}); !errors.Is(err, ErrNoDay) {
		t.Errorf("got %v, want told that no day is open", err)
	}
}

// An erasure that was refused erases when it is accepted: what else was refused of the customer has no content any more, and says so.
func TestAnErasureThatWasRefusedErases(t *testing.T) {
	g := refusedSome(t)
	g.foreign("beat", "", "B", 1, `"x":1`)
	g.foreign("erased", "C-1", "E", 1, `"erase_date":"2026-03-01"`)
	g.turns(10)
	letters := g.letters()
	d := g.redrive(g.store, true)
	if result, err := d.Try(t.Context(), &letters[5]); err != nil || result.Outcome != RedrivenNothing {
		t.Errorf("a heartbeat: got %+v, %v, want it accepted for nobody", result, err)
	}
	if result, err := d.Try(t.Context(), &letters[6]); err != nil || result.Outcome != RedrivenAccepted {
		t.Errorf("an erasure: got %+v, %v, want it accepted", result, err)
	}
	if got := g.try(d); got != "json, json, accepted, accepted, json, before: nothing, before: accepted" {
		t.Errorf("got %s, want nothing left of the customer's records", got)
	}
	if text := g.shows(); strings.Contains(text, "C-1") {
		t.Errorf("the store still names the customer:\n%s", text)
	}
}
