package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// Names of a form's fields.
const (
	fieldUntil    = "until"
	fieldWorse    = "worse"
	fieldReason   = "reason"
	fieldDecision = "decision"
	fieldReview   = "review"
	fieldTo       = "to"
	fieldAlert    = "alert"
	fieldWorth    = "worth"
)

// What a form proposes, in days from today.
const (
	proposedSnooze = 7
	proposedReview = 30
)

// mostPercent is the most that a snooze can be told of money at risk.
const mostPercent = 1000

// standing is a task with its alerts as a person is shown it.
type standing struct {
	*alerts.TaskChange
	alerts []alertOf
}

// alertOf is an alert of a task.
type alertOf struct {
	id, signal string
	level      detectors.Level
}

// kept is what a form brings back unseen.
type kept struct {
	About  string `json:"about"`
	Answer string `json:"answer"`
	Place  *place `json:"place,omitempty"`
}

// form asks for what an act needs. It shows the task as it stands, so that is what the person decides on: the update of the case that comes
// back with what he fills in is this one, and no longer that of the message.
func (r *Reception) form(a *act, t *standing) slack.ModalViewRequest {
	of := *a
	of.about.seq = t.Seq
	return r.modal(&of, r.words.brief(t, r.Now()), r.fields(a, t)...)
}

// modal is a form that says what it is about, and asks.
func (r *Reception) modal(a *act, brief string, fields ...slack.Block) slack.ModalViewRequest {
	private, _ := json.Marshal(kept{a.about.String(), a.answer, a.place}) // texts have no way to fail
	title := plainText(r.words.Tell(a.control.label))
	blocks := []slack.Block{slack.NewSectionBlock(mrkdwn(brief), nil, nil, slack.SectionBlockOptionBlockID("task"))}
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: title, Submit: title, Close: plainText(r.words.Tell(alerts.SayCancel)), CallbackID: a.control.id(),
		PrivateMetadata: string(private), Blocks: slack.Blocks{BlockSet: append(blocks, fields...)},
	}
}

func (r *Reception) fields(a *act, t *standing) []slack.Block {
	if a.control.tells {
		return r.words.questions(a)
	}
	w, today := r.words, r.Now().Date(utc)
	switch a.control.action {
	case alerts.Snooze:
		return []slack.Block{
			w.date(fieldUntil, alerts.SayUntil, alerts.SayUntilHint, today+proposedSnooze),
			w.percent(fieldWorse, alerts.SayWorse, alerts.SayWorseHint),
			w.choice(fieldReason, alerts.SayReason, choices(alerts.ReasonCodes(), w.ReasonCode)),
		}
	case alerts.Decide:
		why := w.choice(fieldReason, alerts.SayDecisionReason, choices(alerts.ReasonCodes(), w.ReasonCode))
		why.Optional = true
		return []slack.Block{
			w.choice(fieldDecision, alerts.SayDecision, choices(alerts.DecisionCodes(), w.Decision)), why,
			w.date(fieldReview, alerts.SayNextReview, alerts.SayNextReview, today+proposedReview),
		}
	case alerts.Reassign:
		return []slack.Block{w.choice(fieldTo, alerts.SayTo, choices(r.names(), func(name string) string { return name }))}
	case alerts.Feedback:
		of := make([]*slack.OptionBlockObject, len(t.alerts))
		for i, one := range t.alerts {
			of[i] = option(one.id, w.Signal(one.signal)+" · "+w.Level(one.level))
		}
		return []slack.Block{
			w.choice(fieldAlert, alerts.SayAlert, of[:min(len(of), maxOptions)]),
			w.choice(fieldWorth, alerts.SayWorth, choices(alerts.FeedbackCodes(), w.Feedback)),
		}
	}
	return nil
}

// names are those of the people who may act, to whom a task can be handed on.
func (r *Reception) names() []string {
	var all []string
	for _, p := range r.People {
		all = append(all, p.Name)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), maxOptions)]
}

func choices(codes []string, word func(string) string) []*slack.OptionBlockObject {
	all := make([]*slack.OptionBlockObject, len(codes))
	for i, code := range codes {
		all[i] = option(code, word(code))
	}
	return all
}

func option(value, text string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(value, plainText(plain(text, maxLabel)), nil)
}

func (w words) choice(name string, label alerts.Saying, of []*slack.OptionBlockObject) *slack.InputBlock {
	return slack.NewInputBlock(name, plainText(w.Tell(label)), nil, slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, name, of...))
}

// date asks for a day; a hint that is the label itself is none.
func (w words) date(name string, label, hint alerts.Saying, proposed state.Date) *slack.InputBlock {
	picker := slack.NewDatePickerBlockElement(name)
	picker.InitialDate = proposed.String()
	block := slack.NewInputBlock(name, plainText(w.Tell(label)), nil, picker)
	if hint != label {
		block.Hint = plainText(w.Tell(hint))
	}
	return block
}

func (w words) percent(name string, label, hint alerts.Saying) *slack.InputBlock {
	number := slack.NewNumberInputBlockElement(nil, name, false)
	number.MinValue, number.MaxValue = "1", strconv.Itoa(mostPercent)
	block := slack.NewInputBlock(name, plainText(w.Tell(label)), plainText(w.Tell(hint)), number)
	block.Optional = true
	return block
}

// submitted is the act that a form which was filled in is; false: it is none of Tocsin's.
func submitted(call *slack.InteractionCallback) (act, bool) {
	view := &call.View
	if call.Type != slack.InteractionTypeViewSubmission || view.State == nil {
		return act{}, false
	}
	c, err := controlOf(view.CallbackID)
	if err != nil || !c.asks {
		return act{}, false
	}
	a := act{user: call.User.ID, control: c, filled: true}
	var back kept
	if a.err = json.Unmarshal([]byte(view.PrivateMetadata), &back); a.err == nil {
		a.answer = back.Answer
		a.about, a.err = parseSubject(back.About)
	}
	switch {
	case c == letGo:
		a.releases(view, &back)
		return a, true
	case c.tells:
		a.tells(view, &back)
		return a, true
	}
	if a.err == nil {
		a.said, a.err = said(view.State.Values)
	}
	values, _ := json.Marshal(view.State.Values) // it came as JSON
	a.request = requestOf(a.user, view.CallbackID, view.ID, back.About, string(values))
	return a, true
}

// said is what a person has filled in.
func said(values map[string]map[string]slack.BlockAction) (d alerts.Decision, err error) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		v := values[name][name]
		choice := v.SelectedOption.Value
		switch name {
		case fieldUntil:
			d.Until, err = dateOf(v.SelectedDate)
		case fieldReview:
			d.NextReview, err = dateOf(v.SelectedDate)
		case fieldWorse:
			d.Worse, err = percentOf(v.Value)
		case fieldReason:
			d.ReasonCode = choice
		case fieldDecision, fieldWorth:
			d.Code = choice
		case fieldTo:
			d.To = choice
		case fieldAlert:
			d.Alert = choice
		default:
			err = fmt.Errorf("field %q: %w", name, errForm)
		}
		if err != nil {
			return alerts.Decision{}, err
		}
	}
	return d, nil
}

func dateOf(text string) (state.Date, error) {
	if text == "" {
		return 0, nil
	}
	day, ok := state.ParseDate(text)
	if !ok {
		return 0, fmt.Errorf("date %q: %w", text, errForm)
	}
	return day, nil
}

func percentOf(text string) (uint, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("percentage %q: %w", text, errForm)
	}
	return uint(n), nil
}

// ask opens the form of an act, and returns an answer where there is none to open. The person has 3 s from his press.
func (r *Reception) ask(ctx context.Context, a *act, person *Person) string {
	prepare, what := r.askTask, code(string(a.about.customer), idChars)
	if a.control == letGo {
		prepare, what = r.askRelease, r.words.Signal(alerts.SignalSystemic)
	}
	view, answer, err := prepare(ctx, a, person)
	if err != nil {
		r.Log.Error("a form in Slack cannot be filled", "by", person.Name, "action", a.control.action.String(), "error", err)
		return r.failed(a, what)
	}
	if answer != "" {
		return answer
	}
	if err := lintForm(&view); err != nil {
		r.Log.Error("a form is not one that Slack takes", "action", a.control.action.String(), "error", err)
		return r.failed(a, what)
	}
	client, err := r.open()
	if err == nil {
		_, err = client.OpenViewContext(ctx, a.trigger, view)
	}
	if err != nil {
		r.Log.Error("a form in Slack is not opened", "by", person.Name, "action", a.control.action.String(), "error", err)
		return r.failed(a, what)
	}
	a.result = actForm
	return ""
}

// askTask is the form of what is done with a task; it answers instead where that cannot be done any more.
func (r *Reception) askTask(ctx context.Context, a *act, person *Person) (form slack.ModalViewRequest, answer string, err error) {
	customer := code(string(a.about.customer), idChars)
	t, err := r.standing(ctx, a.about.task)
	if err != nil {
		return form, "", err
	}
	if t == nil {
		a.result = actRefused
		return form, r.words.Tell(alerts.SayOver, "customer", customer), nil
	}
	now := t.Case()
	if a.control.tells {
		if text := r.grounds(ctx, a, t, customer); text != "" {
			a.result = cmp.Or(a.result, actRefused)
			return form, text, nil
		}
	} else if !slices.Contains(controls(&now, len(t.alerts) > 0), a.control) {
		a.result = actRefused
		return form, r.overtaken(t, person.Name, customer), nil
	}
	return r.form(a, t), "", nil
}
