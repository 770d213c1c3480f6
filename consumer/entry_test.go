package consumer

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/consumer/contract"
	"tocsin/detectors"
	"tocsin/state"
	"tocsin/state/storetest"
)

var euro, _ = state.ParseCurrency("EUR")

func aContact(day state.Date, channel, outcome string) alerts.Entry {
	return alerts.Entry{Action: alerts.Contact, By: "ana", Day: day, Channel: channel, Outcome: outcome}
}

func aPromise(until state.Date, amount string) alerts.Entry {
	return alerts.Entry{Action: alerts.Promise, By: "ana", Until: until, Amount: amount, Currency: euro}
}

func aLimit(action alerts.Action, until state.Date, amount string) alerts.Entry {
	return alerts.Entry{Action: action, By: "ana", Until: until, Amount: amount, Currency: euro, Text: "a season's peak"}
}

// inArrears is a rig with a customer whose invoice is overdue, and who is told of.
func inArrears(t *testing.T) *rig {
	t.Helper()
	g := newRig(t, peopleTopic)
	g.owe("C-1", "INV-1", "5000.00")
	g.turns(10)
	return g
}

func (g *rig) enter(e alerts.Entry, request string) {
	g.t.Helper()
	if err := g.tries("C-1", e, request); err != nil {
		g.t.Fatalf("%s: %v", request, err)
	}
}

func (g *rig) tries(customer state.CustomerID, e alerts.Entry, request string) error {
	taken, err := g.desk().Enter(g.t.Context(), customer, e, request)
	if taken != (err == nil) {
		g.t.Errorf("%s: taken is %v with %v", request, taken, err)
	}
	return err
}

// until lets days pass, with nothing in them.
func (g *rig) until(day state.Date) {
	g.t.Helper()
	for g.now.Date(time.UTC) < day {
		g.pass(24 * time.Hour)
		for range 100 {
			if g.turns(1); g.open() == g.now.Date(time.UTC) {
				break
			}
		}
		g.wantOpen(g.now.Date(time.UTC))
		g.turns(5)
	}
}

func (g *rig) wantLevel(signal string, want detectors.Level) {
	g.t.Helper()
	if got := g.levels("C-1")[signal]; got != want {
		g.t.Errorf("%v: %s is %v, want %v", g.open(), signal, got, want)
	}
}

// Promises that nobody publishes and nobody keeps raise broken_promise, beside a run that has the customer in its memory.
func TestAPromiseThatIsToldAndNotKeptIsBroken(t *testing.T) {
	g := inArrears(t)
	g.enter(aPromise(firstDay+2, "3000.00"), "first") // Wednesday; until Monday there is grace
	g.until(firstDay + 7)
	g.wantLevel("broken_promise", detectors.None)
	g.until(firstDay + 8)
	g.wantLevel("broken_promise", detectors.Info)
	g.enter(aPromise(firstDay+9, "2000"), "second")
	g.until(firstDay + 15)
	if got := g.levels("C-1")["broken_promise"]; got < detectors.Warning {
		t.Errorf("after two of them: got %v, want a warning at least", got)
	}
	if sum, broken, err := g.rebuild(g.store, false); err != nil || len(broken) > 0 || sum.Customers != 1 {
		t.Errorf("rebuild: got %+v, %v, %v, want one whole customer", sum, broken, err)
	}
}

// Contacts that lead to nothing raise contact_lost, and one that does ends it.
func TestContactsThatAreToldRaiseContactLost(t *testing.T) {
	g := inArrears(t)
	for i, day := range []state.Date{0, 2, 4} { // Monday, Wednesday, Friday
		g.wantLevel("contact_lost", detectors.None)
		g.until(firstDay + day)
		g.enter(aContact(firstDay+day, "phone", "no_answer"), fmt.Sprint("call ", i))
		g.turns(5)
	}
	g.wantLevel("contact_lost", detectors.Warning)
	e := aContact(firstDay+4, "email", "reached")
	e.Inbound = true
	g.enter(e, "an answer")
	g.wantLevel("contact_lost", detectors.None)
}

// A limit that is given adds to the one that stands until it ends, and one that is asked for does nothing.
func TestALimitIsGivenAndNotByAskingForIt(t *testing.T) {
	g := inArrears(t)
	g.say("C-1", "limit.set", "L/1", `"limit_id":"L","kind":"base","amount":{"amount":"1000.00","currency":"EUR"},"valid_from_date":"2026-01-01"`)
	g.turns(10)
	limit := func() int64 {
		return g.record("C-1").Customer.View(g.engine.Ledger, g.open()).Limit().Effective()
	}
	g.enter(aLimit(alerts.AskLimit, firstDay+3, "9000.00"), "ask")
	if got := limit(); got != 100_000 || g.levels("C-1")["terms_request"] != detectors.None {
		t.Errorf("after it was asked for: limit %d, signals %v", got, g.levels("C-1"))
	}
	g.wantLevel("limit_breach", detectors.Critical)
	g.enter(aLimit(alerts.GrantLimit, firstDay+3, "9000.00"), "grant")
	if got := limit(); got != 1_000_000 {
		t.Errorf("after it was given: limit %d, want 1000000", got)
	}
	g.wantLevel("limit_breach", detectors.None)
	g.until(firstDay + 4)
	if got := limit(); got != 100_000 {
		t.Errorf("once it has ended: limit %d, want 100000", got)
	}
}

// What is told is the event that a publisher would have sent: the record is the same, byte by byte.
func TestWhatIsToldIsAnEventLikeAnyOther(t *testing.T) {
	for _, e := range []alerts.Entry{
		aContact(firstDay-1, "letter", "undeliverable"), aPromise(firstDay+3, "10.5"), aLimit(alerts.AskLimit, firstDay+9, "1"),
		aLimit(alerts.GrantLimit, firstDay+9, "0.01"), {Action: alerts.Note, By: "ana", Sign: "rumour", Text: "  <!here> \"the\" 工厂\n\\ "},
	} {
		g := inArrears(t)
		g.enter(e, "request")
		rows, err := g.store.Rows(t.Context(), "C-1")
		if err != nil || len(rows) != 2 {
			t.Fatalf("%v: got %d rows, %v, want two", e.Action, len(rows), err)
		}
		applied, err := state.DecodeApplied(rows[1].Applied)
		if err != nil || len(applied.Events) != 1 || applied.Decision != nil {
			t.Fatalf("%v: got %+v, %v, want one event", e.Action, applied, err)
		}
		other := inArrears(t)
		other.raw(string(contract.Encode(&applied.Events[0])))
		other.turns(10)
		got, want := state.AppendSnapshot(nil, g.record("C-1")), state.AppendSnapshot(nil, other.record("C-1"))
		if !bytes.Equal(got, want) {
			t.Errorf("%v: the record is not what the same event from a topic makes of it", e.Action)
		}
	}
}

// However often it comes, under a store that loses answers, something is told once, with one row in the audit. After the store has
// forgotten the request it is still the same document.
func TestWhatIsToldTwiceIsTakenOnce(t *testing.T) {
	g := inArrears(t)
	for seed := range uint64(20) {
		desk := g.desk()
		desk.Store = &storetest.Unsure{Store: g.store, Random: rand.New(rand.NewPCG(seed, 1))}
		times := 0
		for range 3 {
			taken, err := desk.Enter(t.Context(), "C-1", aContact(firstDay, "phone", "no_answer"), fmt.Sprint("request ", seed))
			if err != nil {
				t.Fatal(err)
			}
			if taken {
				times++
			}
		}
		if times != 1 {
			t.Errorf("seed %d: it says %d times that it was taken", seed, times)
		}
	}
	deeds, at := g.audited(), g.now
	if rows, err := g.store.Rows(t.Context(), "C-1"); err != nil || len(rows) != 21 || len(deeds) != 20 {
		t.Errorf("got %d rows and %d deeds, %v, want one of each contact", len(rows), len(deeds), err)
	}
	if want := `contact by ana via command, "request 0" of "C-1": {"why":{"event":{"channel":"phone","contact_date":"2026-03-02","contact_id":"` +
		idOf("request 0") + `","customer_id":"C-1","direction":"outbound","outcome":"no_answer","revision":1}},"saw":{"config":"test","day":"2026-03-02","alerts":[{"alert_id":`; !strings.HasPrefix(deeds[0], want) {
		t.Errorf("the audit tells\n%s\nwant it to begin\n%s", deeds[0], want)
	}
	g.pass(91 * 24 * time.Hour)
	for g.open() < g.now.Date(time.UTC) {
		g.turns(1)
	}
	last := aContact(at.Date(time.UTC)+1, "phone", "no_answer")
	if landed, err := g.store.Landed(t.Context(), "request 0"); landed || err != nil {
		t.Errorf("after 91 days the request is remembered: %v, %v", landed, err)
	}
	first := g.contactOf(1)
	g.enter(last, "request 0")
	if got := g.contactOf(len(g.rowsOf("C-1")) - 1); got.Key() != first.Key() || got.ContactDate == first.ContactDate {
		t.Errorf("one that the store has forgotten is another document: %+v, not %+v", got, first)
	}
}

// contactOf is the contact that a row of the journal has applied.
func (g *rig) contactOf(row int) *state.Contact {
	g.t.Helper()
	applied, err := state.DecodeApplied(g.rowsOf("C-1")[row].Applied)
	if err != nil || len(applied.Events) != 1 {
		g.t.Fatalf("row %d: got %+v, %v, want a contact", row, applied, err)
	}
	return applied.Events[0].Body.(*state.Contact)
}

func (g *rig) rowsOf(id state.CustomerID) []state.Entry {
	g.t.Helper()
	rows, err := g.store.Rows(g.t.Context(), id)
	if err != nil {
		g.t.Fatal(err)
	}
	return rows
}

// What cannot be is refused by name, and leaves no trace.
func TestWhatCannotBeToldIsRefused(t *testing.T) {
	g := inArrears(t)
	before, err := storetest.Contents(t.Context(), g.store)
	if err != nil {
		t.Fatal(err)
	}
	note := alerts.Entry{Action: alerts.Note, By: "ana"}
	for _, e := range []alerts.Entry{
		aContact(firstDay+1, "phone", "reached"), aContact(firstDay-91, "phone", "reached"), aContact(firstDay, "pigeon", "reached"),
		aContact(firstDay, "phone", "other"), aPromise(firstDay-1, "1"), aPromise(firstDay+367, "1"), aPromise(firstDay, "0.00"),
		aPromise(firstDay, "1.005"), aPromise(firstDay, "1,5"), aPromise(firstDay, "-1"), aPromise(firstDay, "1e3"), aPromise(firstDay, "99999999999999.00"+"0"),
		{Action: alerts.Promise, By: "ana", Until: firstDay, Amount: "1"}, aLimit(alerts.GrantLimit, firstDay+91, "1"),
		aLimit(alerts.AskLimit, firstDay-1, "1"), note, {Action: alerts.Note, By: "ana", Text: strings.Repeat("字", 501)},
		{Action: alerts.Note, By: "ana", Text: "x\x00"}, {Action: alerts.Note, By: "ana", Text: "\xff"}, {Action: alerts.Decide, By: "ana"},
	} {
		refused(t, g.tries("C-1", e, "request"), alerts.RefusedEntry)
	}
	if err := g.tries("C-1", aPromise(firstDay-1, "1"), "request"); err == nil || err.Error() != "until: Today or later, at most 366 days ahead." {
		t.Errorf("got %q, want it to say what would be right", err)
	}
	note.Text = "seen"
	refused(t, g.tries("C-unknown", note, "request"), alerts.RefusedGone)
	refused(t, g.tries("C-1", note, ""), alerts.RefusedNobody)
	note.By = ""
	refused(t, g.tries("C-1", note, "request"), alerts.RefusedNobody)
	if after, err := storetest.Contents(t.Context(), g.store); err != nil || after != before {
		t.Errorf("the store has changed, %v:\n%s\nbefore\n%s", err, after, before)
	}
}

// Of who is quarantined nothing is taken, of who was merged neither; and of who is erased, what was told of her goes with her.
func TestOfWhoIsNotThereNothingIsTold(t *testing.T) {
	g, _ := poisoned(t, false)
	if err := g.tries("C-1", aContact(firstDay, "phone", "reached"), "request"); !errors.Is(err, ErrQuarantined) {
		t.Errorf("got %v, want %v", err, ErrQuarantined)
	}
	g.say("C-2", "customer.merged", "m", `"into":"C-3","merge_date":"2026-03-02"`)
	g.turns(10)
	refused(t, g.tries("C-2", aContact(firstDay, "phone", "reached"), "request"), alerts.RefusedGone)

	g = aPerson(t)
	note := alerts.Entry{Action: alerts.Note, By: "li.wei", Text: "Jane Doe was on the phone"}
	if err := g.tries(jane, note, "request"); err != nil {
		t.Fatal(err)
	}
	g.erase(firstDay)
	g.turns(10)
	g.wantNothingPersonal()
	refused(t, g.tries(jane, note, "another"), alerts.RefusedGone)
	if err := g.desk().Forbidden(t.Context(), jane, alerts.Attempt{Action: alerts.Note, By: "cy"}, "a third"); err != nil {
		t.Error(err)
	}
	g.wantNothingPersonal()
}

// That somebody wanted to and may not is known with the reason, once however often it is told, and nothing else changes.
func TestWhoMayNotActIsAudited(t *testing.T) {
	g := inArrears(t)
	before := len(g.rowsOf("C-1"))
	tasks, err := g.store.Tasks(t.Context())
	if err != nil || len(tasks) != 1 {
		t.Fatal(tasks, err)
	}
	for _, a := range []alerts.Attempt{{Action: alerts.GrantLimit, By: "cy", Why: "not on the list"}, {Action: alerts.Decide, By: "cy", TaskID: tasks[0].ID, Seen: 1}} {
		for range 2 {
			if err := g.desk().Forbidden(t.Context(), "C-1", a, "request "+a.Action.String()); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := g.audited()
	if len(got) != 2 || len(g.rowsOf("C-1")) != before ||
		!strings.HasPrefix(got[0], `limit_refused by cy via command, "request limit" of "C-1": {"why":{"reason":"not on the list"},"saw":{"config":"test"`) ||
		!strings.HasPrefix(got[1], `decide_refused by cy via command, "request decide" of "C-1"`) || !strings.Contains(got[1], `"task":{"task_id":"`+tasks[0].ID+`","seq":1,`) {
		t.Errorf("got %q, and %d rows", got, len(g.rowsOf("C-1")))
	}
}
