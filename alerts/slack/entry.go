package slack

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/state"
)

// ofMenu begins the id of the menu of what can be told; behind it is what a button has as its value, for an option has no room for it.
const ofMenu = ofButtons + "log "

// What a form proposes, in days from today.
const (
	proposedPromise = 7
	proposedLimit   = 30
)

const amountChars = 24 // of an amount, as it is typed

// place is where something was asked for, and on what: the thread that shows it, and the ledger's date and the customer's currency then.
type place struct {
	Channel  string `json:"channel"`
	Thread   string `json:"thread"`
	Today    string `json:"today"`
	Currency string `json:"currency"`
}

// menu is what can be told of the customer; nil: he has so long an id that there is no room.
func (w words) menu(about string) *slack.OverflowBlockElement {
	id := ofMenu + about
	if within("id", id, maxActionID) != nil {
		return nil
	}
	var options []*slack.OptionBlockObject
	for _, c := range []control{contact, promise, note, grantLimit} {
		options = append(options, option(c.action.String(), w.Tell(c.label)))
	}
	return slack.NewOverflowBlockElement(id, options...)
}

// choose makes a the choice of an option of the menu.
func (a *act) choose(call *slack.InteractionCallback, option, about string) {
	if a.control, a.err = controlOf(ofButtons + option); a.err == nil {
		a.about, a.err = parseSubject(about)
	}
	a.request = requestOf(a.request, option)
	a.place = &place{Channel: call.Container.ChannelID, Thread: call.Container.MessageTs}
}

// lessen makes of a limit that a person may not give one that he may ask for.
func (a *act) lessen(person *Person) {
	if a.control == grantLimit && !a.filled && !person.may(alerts.GrantLimit) && person.may(alerts.AskLimit) {
		a.control = askLimit
	}
}

// grounds finds out on what something is told of the customer, or returns an answer where nothing can be.
func (r *Reception) grounds(ctx context.Context, a *act, t *standing, customer string) string {
	if t.State == alerts.TaskClosed || a.place == nil {
		return r.words.Tell(alerts.SayOver, "customer", customer)
	}
	today, currency, err := r.Desk.Ground(ctx, a.about.customer)
	if err != nil {
		r.Log.Error("a form in Slack cannot be filled", "action", a.control.action.String(), "error", err)
		return r.failed(a, customer)
	}
	if currency == 0 && a.control != contact && a.control != note {
		return r.words.Tell(alerts.SayNoCurrency, "customer", customer)
	}
	a.place.Today, a.place.Currency = today.String(), ""
	if currency != 0 {
		a.place.Currency = currency.String()
	}
	return ""
}

// questions are what is asked of who tells something.
func (w words) questions(a *act) []slack.Block {
	today, _ := state.ParseDate(a.place.Today) // which it was made of
	amount := func(label, hint alerts.Saying) *slack.InputBlock {
		return slack.NewInputBlock(alerts.FieldAmount, plainText(w.Tell(label, "currency", a.place.Currency)), plainText(w.Tell(hint)), typed(alerts.FieldAmount, amountChars))
	}
	date := func(name string, label alerts.Saying, day state.Date) *slack.InputBlock {
		return w.date(name, label, label, day)
	}
	text := func(label alerts.Saying) *slack.InputBlock {
		field := typed(alerts.FieldText, alerts.MostText)
		field.Multiline = true
		return slack.NewInputBlock(alerts.FieldText, plainText(w.Tell(label)), nil, field)
	}
	switch a.control.action {
	case alerts.Contact:
		return []slack.Block{
			date(alerts.FieldDay, alerts.SayContactDay, today),
			w.choice(alerts.FieldChannel, alerts.SayChannel, choices(alerts.ContactChannels(), w.Entry)),
			w.choice(alerts.FieldOutcome, alerts.SayOutcome, choices(alerts.ContactOutcomes(), w.Entry)),
			optional(w.choice(alerts.FieldDirection, alerts.SayDirection, choices(alerts.ContactDirections(), w.Entry))),
		}
	case alerts.Promise:
		return []slack.Block{amount(alerts.SayAmount, alerts.SayAmountHint), date(alerts.FieldUntil, alerts.SayPromisedDay, today+proposedPromise)}
	case alerts.Note:
		return []slack.Block{
			text(alerts.SayNoteText), optional(w.choice(alerts.FieldSign, alerts.SaySign, choices(alerts.NoteSigns(), w.Entry))),
		}
	case alerts.AskLimit, alerts.GrantLimit:
		return []slack.Block{
			amount(alerts.SayLimitAmount, alerts.SayLimitHint), date(alerts.FieldUntil, alerts.SayLimitUntil, today+proposedLimit), text(alerts.SayWhy),
		}
	}
	return nil
}

func typed(name string, chars int) *slack.PlainTextInputBlockElement {
	field := slack.NewPlainTextInputBlockElement(nil, name)
	field.MaxLength = chars
	return field
}

func optional(b *slack.InputBlock) *slack.InputBlock {
	b.Optional = true
	return b
}

// tells makes a the act of who has filled a form in. It is named after that form alone: one is taken once, whatever comes with it again.
func (a *act) tells(view *slack.View, back *kept) {
	a.place, a.request = back.Place, requestOf("form", view.TeamID, view.ID)
	if a.err == nil && back.Place == nil {
		a.err = fmt.Errorf("form %q: %w", view.CallbackID, errForm)
	}
	if a.err == nil {
		a.entry, a.err = entryOf(view.State.Values)
	}
	a.entry.Action, a.entry.TaskID, a.entry.Seen = a.control.action, a.about.task, a.about.seq
	if a.place != nil && a.place.Currency != "" && a.err == nil {
		known := false
		if a.entry.Currency, known = state.ParseCurrency(a.place.Currency); !known {
			a.err = fmt.Errorf("currency %q: %w", a.place.Currency, errForm)
		}
	}
}

// entryOf is what a person has filled in of a customer.
func entryOf(values map[string]map[string]slack.BlockAction) (e alerts.Entry, err error) {
	for name := range values {
		v := values[name][name]
		choice := v.SelectedOption.Value
		var wrong error
		switch name {
		case alerts.FieldDay:
			e.Day, wrong = dateOf(v.SelectedDate)
		case alerts.FieldUntil:
			e.Until, wrong = dateOf(v.SelectedDate)
		case alerts.FieldAmount:
			e.Amount = v.Value
		case alerts.FieldChannel:
			e.Channel = choice
		case alerts.FieldOutcome:
			e.Outcome = choice
		case alerts.FieldDirection:
			e.Inbound = choice == "inbound"
		case alerts.FieldSign:
			e.Sign = choice
		case alerts.FieldText:
			e.Text = v.Value
		default:
			wrong = fmt.Errorf("field %q: %w", name, errForm)
		}
		err = errors.Join(err, wrong)
	}
	return e, err
}

// misfits are what Slack is to show beside the fields of a form that stays open; none: it fits, or nothing was told.
func (r *Reception) misfits(a *act) map[string]string {
	if !a.filled || !a.control.tells || a.err != nil {
		return nil
	}
	today, _ := state.ParseDate(a.place.Today)
	wrong := map[string]string{}
	for _, m := range a.entry.Misfits(today) {
		wrong[m.Field] = r.words.Tell(m.Why, "days", strconv.Itoa(m.Days), "currency", a.place.Currency)
	}
	return wrong
}

// forbidden audits what somebody may not do: once, however often he presses a button of the same message.
func (r *Reception) forbidden(ctx context.Context, a *act, by, why string) {
	if a.asked || a.err != nil {
		return // who only asks, or has pressed what is none of ours any more
	}
	attempt, customer := alerts.Attempt{Action: a.control.action, By: by, TaskID: a.about.task, Seen: a.about.seq, Why: why}, a.about.customer
	request := requestOf("forbidden", a.user, attempt.Action.String(), string(customer), a.about.task, strconv.FormatInt(a.about.seq, 10))
	if a.control == letGo { // of no customer
		request = requestOf("forbidden", a.user, attempt.Action.String(), a.about.caseID)
		attempt.TaskID, attempt.Seen, customer = "", 0, ""
	}
	if err := r.Desk.Forbidden(ctx, customer, attempt, request); err != nil {
		r.Log.Error("that somebody may not do something is not audited", "by", by, "action", attempt.Action.String(), "error", err)
	}
}

// enter takes what is told to the desk, whose commit owes it to everybody who reads the case, in its threads.
func (r *Reception) enter(ctx context.Context, a *act, person *Person) string {
	w, customer := r.words, code(string(a.about.customer), idChars)
	a.entry.By = person.Name
	_, err := r.Desk.Enter(ctx, a.about.customer, a.entry, a.request)
	var refused *alerts.Refusal
	switch {
	case errors.As(err, &refused) && refused.Name == alerts.RefusedGone:
		a.result = actRefused
		return w.Tell(alerts.SayGone, "customer", customer)
	case errors.As(err, &refused):
		a.result = actRefused
		says := map[string]alerts.Saying{alerts.RefusedOwn: alerts.SayOwnAsk, alerts.RefusedAsk: alerts.SayNoAsk, alerts.RefusedAnswered: alerts.SayAnswered}
		if says, known := says[refused.Name]; known {
			return w.Tell(says, "customer", customer, "who", code(refused.By, idChars))
		}
		return w.Tell(alerts.SayBadEntry, "customer", customer)
	case err != nil:
		r.Log.Error("what somebody told in Slack is not taken", "by", person.Name, "action", a.entry.Action.String(), "error", err)
		return r.failed(a, customer)
	}
	return w.Tell(alerts.SayNoted, "customer", customer)
}
