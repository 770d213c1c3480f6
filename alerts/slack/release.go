package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/state"
)

// fieldRule names what is to be let go in a form.
const fieldRule = "rule"

// noTask stands for a task in the value of a button that is about none.
const noTask = "-"

// rule is what is withheld for a signal on a day.
type rule struct {
	day    state.Date
	signal string
}

func (y rule) String() string { return y.day.String() + " " + y.signal }

// parseRule reads what String wrote.
func parseRule(text string) (rule, error) {
	day, signal, _ := strings.Cut(text, " ")
	on, is := state.ParseDate(day)
	if !is || signal == "" {
		return rule{}, fmt.Errorf("rule %q: %w", text, errForm)
	}
	return rule{on, signal}, nil
}

// release is the button of the message that tells what is withheld as systemic, until all of it is let go.
func (w words) release(m *message, s *alerts.Summary) {
	if !w.taken || s.Why != alerts.WhySystemic || s.LetGo() {
		return
	}
	about := subject{s.Seq, s.SummaryID, noTask, alerts.Everybody}.String()
	b := slack.NewButtonBlockElement(letGo.id(), about, plainText(w.Tell(letGo.label)))
	m.blocks = append(m.blocks, slack.NewActionBlock(m.id("act"), b))
}

// withheld are the rules of which messages are withheld, the latest first, and the one that was let go last; nil: none was.
func (r *Reception) withheld(ctx context.Context) (all []state.Systemic, last *state.Systemic, err error) {
	kept, err := r.Records.Systemic(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("what is systemic: %w", err)
	}
	slices.SortStableFunc(kept, func(a, b state.Systemic) int { return cmp.Compare(b.Day, a.Day) })
	for i := range kept {
		y := &kept[i]
		switch {
		case y.Withheld():
			all = append(all, *y)
		case last == nil || y.Released > last.Released:
			last = y
		}
	}
	return all, last, nil
}

// askRelease is the form of what is to be let go, and why; it answers instead where nothing is withheld any more.
func (r *Reception) askRelease(ctx context.Context, a *act, _ *Person) (form slack.ModalViewRequest, answer string, err error) {
	all, last, err := r.withheld(ctx)
	switch {
	case err != nil:
		return form, "", err
	case len(all) > 0:
		return r.releaseForm(a, all), "", nil
	}
	a.result = actRefused
	if last == nil {
		return form, r.words.Tell(alerts.SayNothingWithheld), nil
	}
	return form, r.first(last), nil
}

// releaseForm asks which of the rules is let go, and why.
func (r *Reception) releaseForm(a *act, all []state.Systemic) slack.ModalViewRequest {
	w := r.words
	options := make([]*slack.OptionBlockObject, min(len(all), maxOptions))
	for i := range options {
		y := &all[i]
		options[i] = option(rule{y.Day, y.Signal}.String(), w.Tell(alerts.SayRuleOf, "signal", w.Signal(y.Signal), "date", w.Date(y.Day),
			"risen", strconv.Itoa(y.Risen), "active", strconv.Itoa(y.Active)))
	}
	why := typed(fieldReason, alerts.MostText)
	why.Multiline = true
	return r.modal(a, w.Tell(alerts.SayLetGoHint), w.choice(fieldRule, alerts.SayRule, options), slack.NewInputBlock(fieldReason, plainText(w.Tell(alerts.SayWhy)), nil, why))
}

// releases makes a the act of who has filled in what is to be let go. It is named after that form alone, as what is told is.
func (a *act) releases(view *slack.View, back *kept) {
	a.place, a.request = back.Place, requestOf("form", view.TeamID, view.ID)
	if a.err == nil && back.Place == nil {
		a.err = fmt.Errorf("form %q: %w", view.CallbackID, errForm)
	}
	if a.err == nil {
		a.rule, a.err = parseRule(view.State.Values[fieldRule][fieldRule].SelectedOption.Value)
	}
	a.reason = strings.TrimSpace(view.State.Values[fieldReason][fieldReason].Value)
}

// letGo lets go what is withheld for a rule, or says who was first.
func (r *Reception) letGo(ctx context.Context, a *act, person *Person) string {
	w := r.words
	named := []string{"signal", w.Signal(a.rule.signal), "date", w.Date(a.rule.day)}
	if a.reason == "" || len([]rune(a.reason)) > alerts.MostText {
		a.result = actRefused
		return w.Tell(alerts.SayNoReason, named...)
	}
	err := r.Desk.ReleaseSystemic(ctx, a.rule.day, a.rule.signal, person.Name, a.reason, a.request)
	switch {
	case err == nil:
		a.news, a.entry.By = true, person.Name
		return w.Tell(alerts.SayLetGone, named...)
	case !errors.Is(err, state.ErrNotWithheld):
		r.Log.Error("what is systemic is not let go", "by", person.Name, "day", a.rule.day.String(), "signal", a.rule.signal, "error", err)
		return r.failed(a, w.Signal(a.rule.signal))
	}
	all, err := r.Records.Systemic(ctx)
	at := slices.IndexFunc(all, func(y state.Systemic) bool { return y.Day == a.rule.day && y.Signal == a.rule.signal })
	switch {
	case err != nil:
		r.Log.Error("who let go what is systemic is not known", "by", person.Name, "error", err)
		return r.failed(a, w.Signal(a.rule.signal))
	case at < 0:
		a.result = actRefused
		return w.Tell(alerts.SayNothingWithheld)
	case all[at].By == person.Name: // it came before
		return w.Tell(alerts.SayLetGone, named...)
	}
	a.result = actRefused
	return r.first(&all[at])
}

// first says who has let something go.
func (r *Reception) first(y *state.Systemic) string {
	w := r.words
	return w.Tell(alerts.SayFirstLetGo, "signal", w.Signal(y.Signal), "date", w.Date(y.Day), "who", code(y.By, idChars), "at", w.Instant(y.Released))
}

// announceRelease tells in the message's thread what was let go. The message is of no case, so no commit owes it: if this process dies
// before, the audit has it.
func (r *Reception) announceRelease(ctx context.Context, a *act) {
	client, err := r.open()
	if err == nil {
		_, _, err = client.PostMessageContext(ctx, a.place.Channel, slack.MsgOptionText(r.toldRelease(a), false), slack.MsgOptionTS(a.place.Thread))
	}
	if err != nil {
		r.Log.Warn("what somebody let go is not in the message's thread", "by", a.entry.By, "error", err)
	}
}

// toldRelease is what all who read the message are told in its thread.
func (r *Reception) toldRelease(a *act) string {
	w := r.words
	return w.Tell(alerts.SayToldLetGo, "signal", w.Signal(a.rule.signal), "date", w.Date(a.rule.day), "who", code(a.entry.By, idChars), "text", prose(a.reason, alerts.MostText))
}
