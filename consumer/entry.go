package consumer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tocsin/alerts"
	"tocsin/consumer/contract"
	"tocsin/state"
)

// What a person tells of a customer (see [alerts.Entry]) is an event as if a publisher had sent it: a document of the contract, which
// the decoder takes or refuses, applied on the open day by one step and one commit. It came from no partition, so what makes it land
// once is not a position but the request id, and the journal's key tells who was first, as with a decision. It is in the customer's
// journal as an event is: rebuild, explain, a merge and an erasure find it there like any other.
//
// # Why it is not produced to a topic
//
// Then any instance would take it in order, and a backtest over the topics would have it. But the topics are not ours to write to
// (every other reader would take our word for the publisher's), whoever has told it would not learn whether it was taken, and one
// that is lost between Slack and the broker would be nobody's. So topics read back do not have it: what is live equals a backtest of
// the topics and of what people have told, and the journal has both.
//
// # Its ids
//
// The document's id and the event's are made of the request id alone: what comes again after the store has forgotten the request (90
// days) is still the same document at the same revision, and no second one.

// Ground is what an entry of a customer is made on: the ledger's date, and the customer's currency, zero where it is not known.
func (d *Desk) Ground(ctx context.Context, customer state.CustomerID) (today state.Date, currency state.Currency, err error) {
	r, err := stepper(ctx, d.Store, d.Engines, d.Now, d.Hold)
	if err != nil {
		return 0, 0, err
	}
	loaded, err := r.lane.load(ctx, r.day, []state.CustomerID{customer})
	if err != nil {
		return 0, 0, err
	}
	return r.today(), loaded[customer].record.Customer.Currency(r.Engine.Ledger, r.day.Date), nil
}

// today is the ledger's date by the clock. The open day may be an earlier one.
func (r *Runner) today() state.Date { return r.Now().Date(r.Engine.Ledger.Zone) }

// Enter takes what a person tells of a customer into his record. The request id makes a repeat harmless: nothing is taken twice, and
// taken is false of what had come before. The commit that takes it tells of it in the audit. An *alerts.Refusal says why it is not taken.
//
// Its crash story: before the commit nothing has happened, and after it everything has; who asks again under the same request id is told
// that it is done.
func (d *Desk) Enter(ctx context.Context, customer state.CustomerID, e alerts.Entry, request string) (taken bool, err error) {
	if request == "" || e.By == "" {
		return false, &alerts.Refusal{Name: alerts.RefusedNobody, Detail: "it does not say who tells it, and under which request"}
	}
	lost := false // the answer of a commit was
	for range retries {
		err := d.enter(ctx, customer, e, request)
		switch {
		case errors.Is(err, state.ErrRepeated):
			return lost, nil
		case errors.Is(err, state.ErrConflict), errors.Is(err, state.ErrDayClosed), errors.Is(err, state.ErrUnknown), errors.Is(err, state.ErrStale):
			lost = lost || errors.Is(err, state.ErrUnknown)
			continue
		}
		return err == nil, err
	}
	return false, fmt.Errorf("%s of customer %s: given up after %d tries: %w", e.Action, customer, retries, state.ErrConflict)
}

func (d *Desk) enter(ctx context.Context, customer state.CustomerID, e alerts.Entry, request string) error {
	r, err := stepper(ctx, d.Store, d.Engines, d.Now, d.Hold)
	if err != nil {
		return err
	}
	today := r.today()
	if misfits := e.Misfits(today); len(misfits) > 0 {
		return d.unlessLanded(ctx, request, misfit(&misfits[0], e.Currency))
	}
	if before, err := r.lane.load(ctx, r.day, []state.CustomerID{customer}); err != nil {
		return err
	} else if !before[customer].record.Customer.Known() {
		return d.unlessLanded(ctx, request, nobody(customer))
	}
	asked, err := d.answers(ctx, customer, &e)
	if err == nil {
		err = lapsed(&e, today)
	}
	if err != nil {
		return d.unlessLanded(ctx, request, err)
	}
	documents := []document{{e.Action, dataOf(&e, customer, idOf(request), today)}}
	if asked != nil {
		documents = answerDocuments(&e, customer, asked.At.Date(r.Engine.Ledger.Zone), today)
	}
	events, err := d.events(customer, request, documents)
	if err != nil {
		return d.unlessLanded(ctx, request, err)
	}
	var b batch
	for i := range events {
		events[i].KnownAt = min(events[i].KnownAt, (r.day.Date+1).Start(r.Engine.Ledger.Zone)-1) // nothing of a later day is applied on it
		b.arrivals = append(b.arrivals, arrival{day: r.day.Date, event: &events[i]})
	}
	all, work, routed, err := r.computed(ctx, b)
	if errors.Is(err, errPanicked) {
		return fmt.Errorf("%s of customer %s: %w", e.Action, customer, r.lane.suspects[customer])
	}
	if err != nil {
		return err
	}
	switch became := became(&events[0], work, routed.heard); {
	case became.Outcome == RedrivenParked:
		return fmt.Errorf("%s of customer %s: %w", e.Action, customer, ErrQuarantined)
	case became.Outcome == RedrivenNothing, work[0].effects.Is.Gone():
		return d.unlessLanded(ctx, request, nobody(customer))
	case became.Outcome != RedrivenAccepted && asked != nil: // somebody has answered since it was read
		_, err := d.asked(ctx, customer, &e)
		return d.unlessLanded(ctx, request, cmp.Or(err, state.ErrConflict))
	case became.Outcome != RedrivenAccepted:
		return state.ErrRepeated // its id is of this request alone
	}
	c := all[0]
	c.DeadLetters, c.Request = nil, request
	row, err := d.entered(ctx, customer, &e, documents[0].data, c)
	if err != nil {
		return err
	}
	c.Audit = []state.AuditRow{row}
	words, err := d.words(ctx, work[0].kept.record, r.Engine.Ledger, &e, asked, c)
	if err != nil {
		return err
	}
	for _, w := range words {
		m := rowOf(w)
		m.DueAt = c.At
		c.Messages = append(c.Messages, *m)
	}
	return d.Store.Commit(ctx, c)
}

// words are what the threads of the customer's case are owed of an entry; asked is what it answers.
func (d *Desk) words(ctx context.Context, rec *state.Record, ledger *state.Ledger, e *alerts.Entry, asked *alerts.Word, c *state.Commit) ([]*alerts.Word, error) {
	if asked != nil {
		switch again, err := d.asked(ctx, rec.Customer.ID, e); { // as it is behind the step: who has answered meanwhile has moved the journal on
		case err != nil:
			return nil, d.unlessLanded(ctx, c.Request, err)
		case again.Seq != asked.Seq:
			return nil, state.ErrConflict
		}
		return d.answerWords(e, asked, c), nil
	}
	of, task := alerts.CaseOf(rec)
	if of == "" && e.Action != alerts.AskLimit { // which is answered with or without a case
		return nil, nil
	}
	w := &alerts.Word{
		WordID: alerts.WordID(idOf(c.Request), c.Day.Date), Seq: 1, Customer: rec.Customer.ID, CaseID: of, Via: cmp.Or(d.Via, state.ViaCommand), At: c.At, Entry: *e,
	}
	if p := rec.Customer.View(ledger, c.Day.Date).Profile(); of == "" && p != nil {
		w.Owner, w.Segment = p.CreditManager, p.Segment
	}
	row, found, err := d.Store.Task(ctx, task)
	if err != nil {
		return nil, fmt.Errorf("task %s: %w", task, err)
	}
	if found {
		t, err := alerts.ParseTaskRecord(row.Body)
		if err != nil {
			return nil, err
		}
		w.Owner = t.Owner
	}
	return []*alerts.Word{w}, nil
}

func nobody(customer state.CustomerID) error {
	return &alerts.Refusal{Name: alerts.RefusedGone, Detail: fmt.Sprintf(
		"customer %s: he is not known, or was merged into another one or erased; it is for that other one to be told of", customer)}
}

func misfit(m *alerts.Misfit, currency state.Currency) error {
	return &alerts.Refusal{Name: alerts.RefusedEntry, Detail: strings.TrimSpace(m.Field + ": " + alerts.English.Tell(m.Why, "days", strconv.Itoa(m.Days), "currency", currency.String()))}
}

// idOf is the id of a document that comes from a request.
func idOf(request string) string {
	sum := sha256.Sum256([]byte(request))
	return "tocsin-" + hex.EncodeToString(sum[:8])
}

// document is what an entry becomes: the data of an event of the type of an action.
type document struct {
	of   alerts.Action
	data map[string]any
}

// events are an entry's events, if the contract takes them.
func (d *Desk) events(customer state.CustomerID, request string, documents []document) ([]state.Event, error) {
	decoder, err := contract.NewDecoder(contract.Options{})
	if err != nil {
		return nil, err
	}
	at := d.Now()
	events := make([]state.Event, len(documents))
	for i := range documents {
		text, err := json.Marshal(map[string]any{
			"specversion": "1.0", "id": fmt.Sprintf("%s/%d", idOf(request), i+1), "source": "urn:tocsin:" + cmp.Or(d.Via, state.ViaCommand),
			"type": typeOf(documents[i].of), "subject": customer, "time": at.String(), "datacontenttype": "application/json", "data": documents[i].data,
		})
		if err != nil {
			return nil, err
		}
		if reject := decoder.Decode(text, at, &events[i]); reject != nil {
			return nil, &alerts.Refusal{Name: alerts.RefusedEntry, Detail: reject.Error()}
		}
	}
	return events, nil
}
