package desk

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"tocsin/alerts"
	"tocsin/state"
)

// Bodies of what people tell of a customer; each is a schema of the document.
type (
	amountBody struct {
		Amount   string `json:"amount"`
		Currency string `json:"currency"`
	}
	contactBody struct {
		Day       string `json:"contact_date"`
		Channel   string `json:"channel"`
		Outcome   string `json:"outcome"`
		Direction string `json:"direction"`
	}
	promiseBody struct {
		Until  string     `json:"promised_date"`
		Amount amountBody `json:"amount"`
	}
	noteBody struct {
		Text string `json:"text"`
		Sign string `json:"sign"`
	}
	answerBody struct {
		Ask    string `json:"ask_id"`
		Reason string `json:"reason"`
	}
	limitBody struct {
		Until  string     `json:"until_date"`
		Amount amountBody `json:"amount"`
		Reason string     `json:"reason"`
	}
)

// noted is what became of what somebody told. Like a receipt it is made of the audit.
type noted struct {
	Customer string `json:"customer_id"`
	Action   string `json:"action"`
	ID       string `json:"id"` // of the document that it became
	By       string `json:"by"`
	At       string `json:"at"`
}

// entries are the routes by which people tell what no publisher has.
var entries = []route{
	entry(alerts.Contact, Act), entry(alerts.Promise, Act), entry(alerts.Note, Act), entry(alerts.AskLimit, Act), entry(alerts.GrantLimit, Grant),
	entry(alerts.ApproveLimit, Grant), entry(alerts.DeclineLimit, Grant),
}

func entry(action alerts.Action, scope Scope) route {
	serve := func(a *API, r *request) (answer, error) { return a.enter(r, action) }
	return route{method: http.MethodPost, path: "/customers/{id}/" + action.String(), scope: scope, serve: serve, action: action}
}

// enter takes what somebody tells into the customer's record. What has landed under its key before is answered as it was then, before it
// is held against a day and a currency that may have changed since.
func (a *API) enter(r *request, action alerts.Action) (answer, error) {
	key, err := readKey(r.Header.Values("Idempotency-Key"))
	if err != nil {
		return answer{}, err
	}
	e := alerts.Entry{Action: action, By: r.who.Name}
	if err := r.readEntry(&e); err != nil {
		return answer{}, err
	}
	customer, problem := customerIn(r.PathValue("id"))
	if problem != nil {
		return answer{}, problem
	}
	request := requestOf(r.who.Name, key)
	row, found, err := a.Clerk.Deed(r.Context(), request)
	if err != nil {
		return answer{}, err
	}
	if !found {
		if row, err = a.entered(r, customer, &e, request); err != nil {
			return answer{}, err
		}
	}
	return notedOf(&row, customer, &e)
}

// entered takes what somebody tells, and returns what the audit has of it.
func (a *API) entered(r *request, customer state.CustomerID, e *alerts.Entry, request string) (row state.AuditRow, err error) {
	today, currency, err := a.Clerk.Ground(r.Context(), customer)
	if err != nil {
		return row, err
	}
	for _, m := range e.Misfits(today) {
		return row, unfit(e.Action, m.Field, alerts.English.Tell(m.Why, "days", strconv.Itoa(m.Days), "currency", e.Currency.String()))
	}
	if e.Currency != 0 && currency != 0 && e.Currency != currency {
		return row, unfit(e.Action, alerts.FieldAmount, fmt.Sprintf("the customer's currency is %s, not %s", currency, e.Currency))
	}
	_, err = a.Clerk.Enter(r.Context(), customer, *e, request)
	var why *alerts.Refusal
	switch {
	case errors.As(err, &why) && why.Name == alerts.RefusedGone:
		if _, err := a.Customers.Customer(r.Context(), customer); err != nil {
			return row, err // which tells into whom he was merged
		}
		return row, NewProblem(NotFound, why.Detail)
	case errors.As(err, &why):
		kind := NotSensible
		if why.Name == alerts.RefusedAnswered {
			kind = Conflict
		}
		p := NewProblem(kind, why.Detail)
		p.Reason = why.Name
		return row, p
	case err != nil:
		return row, err
	}
	row, found, err := a.Clerk.Deed(r.Context(), request)
	if err == nil && !found { // it has landed, and the audit was redacted since
		err = NewProblem(KeyReused, "it was taken once, and its customer was erased")
	}
	return row, err
}

// members are the fields of an entry as bodies name them, where they are not named as in [alerts.Entry].
func memberOf(action alerts.Action, field string) string {
	switch {
	case field == alerts.FieldDay:
		return "contact_date"
	case field == alerts.FieldUntil && action == alerts.Promise:
		return "promised_date"
	case field == alerts.FieldUntil:
		return "until_date"
	case field == alerts.FieldText && action != alerts.Note:
		return "reason"
	case field == alerts.FieldAsk:
		return "ask_id"
	}
	return field
}

func unfit(action alerts.Action, field, why string) error {
	p := NewProblem(NotSensible, memberOf(action, field)+": "+why)
	p.Reason = alerts.RefusedEntry
	return p
}

// readEntry fills in what the body of a request tells of a customer.
func (r *request) readEntry(e *alerts.Entry) (err error) {
	switch e.Action {
	case alerts.Contact:
		var b contactBody
		if err = r.readBody(&b, true); err != nil {
			return err
		}
		e.Channel, e.Outcome = b.Channel, b.Outcome
		if e.Inbound = b.Direction == "inbound"; !e.Inbound && b.Direction != "" && b.Direction != "outbound" {
			return invalidBody("direction must be one of %q", alerts.ContactDirections())
		}
		e.Day, err = dateMember("contact_date", b.Day)
	case alerts.Promise:
		var b promiseBody
		if err = r.readBody(&b, true); err != nil {
			return err
		}
		if e.Until, err = dateMember("promised_date", b.Until); err == nil {
			err = b.Amount.into(e)
		}
	case alerts.Note:
		var b noteBody
		err = r.readBody(&b, true)
		e.Text, e.Sign = b.Text, b.Sign
	case alerts.ApproveLimit, alerts.DeclineLimit:
		var b answerBody
		err = r.readBody(&b, true)
		e.Ask, e.Text = b.Ask, b.Reason
	case alerts.AskLimit, alerts.GrantLimit:
		var b limitBody
		if err = r.readBody(&b, true); err != nil {
			return err
		}
		e.Text = b.Reason
		if e.Until, err = dateMember("until_date", b.Until); err == nil {
			err = b.Amount.into(e)
		}
	}
	return err
}

func (b *amountBody) into(e *alerts.Entry) error {
	currency, known := state.ParseCurrency(b.Currency)
	if !known {
		return invalidBody(`amount must be an object such as {"amount":"18420.50","currency":"EUR"}`)
	}
	e.Amount, e.Currency = b.Amount, currency
	return nil
}

// wasTold is what an audit row tells of an entry: the members of its body that consumer writes.
type wasTold struct {
	Why struct {
		Amount amountBody `json:"amount"`
		Until  string     `json:"until_date"`
		Reason string     `json:"reason"`
		Event  struct {
			ContactID  string     `json:"contact_id"`
			Day        string     `json:"contact_date"`
			Direction  string     `json:"direction"`
			Channel    string     `json:"channel"`
			Outcome    string     `json:"outcome"`
			PromiseID  string     `json:"promise_id"`
			PromisedBy string     `json:"promised_date"`
			NoteID     string     `json:"note_id"`
			Text       string     `json:"text"`
			Sign       string     `json:"sign"`
			RequestID  string     `json:"request_id"`
			LimitID    string     `json:"limit_id"`
			Amount     amountBody `json:"amount"`
		} `json:"event"`
	} `json:"why"`
}

// entry is what was told, without who told it.
func (w *wasTold) entry(action alerts.Action) alerts.Entry {
	event, amount := &w.Why.Event, w.Why.Event.Amount
	if action.Answers() { // the rest is of what it answers
		return alerts.Entry{Action: action, Ask: event.RequestID, Text: w.Why.Reason}
	}
	if action == alerts.AskLimit || action == alerts.GrantLimit {
		amount = w.Why.Amount
	}
	day, _ := state.ParseDate(event.Day)
	until, _ := state.ParseDate(cmp.Or(event.PromisedBy, w.Why.Until))
	currency, _ := state.ParseCurrency(amount.Currency)
	return alerts.Entry{
		Action: action, Day: day, Until: until, Amount: amount.Amount, Currency: currency, Channel: event.Channel, Outcome: event.Outcome,
		Inbound: event.Direction == "inbound", Sign: event.Sign, Text: cmp.Or(event.Text, w.Why.Reason),
	}
}

// notedOf is the answer to an entry, from what the audit tells of it. Another one under the same key is refused.
func notedOf(row *state.AuditRow, customer state.CustomerID, e *alerts.Entry) (answer, error) {
	var was wasTold
	if err := json.Unmarshal(row.Body, &was); err != nil {
		return answer{}, fmt.Errorf("audit row %d: %w", row.Seq, err)
	}
	same := *e
	same.By, same.Text = "", strings.TrimSpace(e.Text)
	if row.Customer != customer || row.By != e.By || row.Deed != e.Action.String() || was.entry(e.Action) != same {
		return answer{}, NewProblem(KeyReused, "give each act a key of its own: this one was used before, to "+row.Deed)
	}
	event := &was.Why.Event
	id := cmp.Or(event.ContactID, event.PromiseID, event.NoteID, event.RequestID, event.LimitID)
	return encoded(noted{string(customer), row.Deed, id, row.By, row.At.String()})
}
