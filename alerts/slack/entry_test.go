package slack

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/alerts/slack/slacktest"
	"tocsin/state"
)

// menuOf is the menu of a message; nil: it has none.
func menuOf(blocks []slack.Block) *slack.OverflowBlockElement {
	for _, b := range blocks {
		if b, is := b.(*slack.ActionBlock); is {
			for _, e := range b.Elements.ElementSet {
				if menu, is := e.(*slack.OverflowBlockElement); is {
					return menu
				}
			}
		}
	}
	return nil
}

// However long a customer's id is, his message can be posted, and what is chosen from its menu says of whom.
func TestAChoiceSaysOfWhomItIs(t *testing.T) {
	for _, customer := range []string{"C-1", "<!here> `*_ 2 3", strings.Repeat("國", 128)} {
		msg := quiet()
		msg.Customer, msg.CaseID, msg.Task = state.CustomerID(customer), strings.Repeat("c", 32), alerts.CaseTask{TaskID: strings.Repeat("t", 32), State: alerts.TaskOpen}
		text, blocks := words{alerts.Chinese, true}.render(msg)
		if err := lint(text, blocks); err != nil {
			t.Errorf("%q: %v", customer, err)
		}
		menu := menuOf(blocks)
		if menu == nil {
			t.Fatalf("%q: there is no menu", customer)
		}
		var names []string
		for _, o := range menu.Options {
			names = append(names, o.Value)
			var call slack.InteractionCallback
			body, _ := json.Marshal(map[string]any{
				"type": "block_actions", "user": map[string]any{"id": "U1"}, "container": map[string]any{"channel_id": "C0", "message_ts": "1.5"},
				"actions": []map[string]any{{"type": "overflow", "action_id": menu.ActionID, "block_id": "a", "action_ts": "1", "selected_option": map[string]any{"value": o.Value}}},
			})
			if err := json.Unmarshal(body, &call); err != nil {
				t.Fatal(err)
			}
			a, ours := pressed(&call)
			if !ours || a.err != nil || a.about.customer != msg.Customer || a.control.action.String() != o.Value || a.place == nil || *a.place != (place{Channel: "C0", Thread: "1.5"}) {
				t.Errorf("%q: %s: got %+v, %v", customer, o.Value, a, ours)
			}
		}
		if want := []string{"contact", "promise", "note", "limit"}; !slices.Equal(names, want) {
			t.Errorf("got the options %q, want %q", names, want)
		}
	}
	msg := quiet()
	msg.Customer, msg.Task = state.CustomerID(strings.Repeat("國", 300)), alerts.CaseTask{TaskID: "t", State: alerts.TaskOpen} // of no contract
	if text, blocks := (words{alerts.English, true}).render(msg); menuOf(blocks) != nil || lint(text, blocks) != nil {
		t.Errorf("for so long an id there is a menu, or %v", lint(text, blocks))
	}
}

// submission is what Slack sends of a form that is filled in.
func submission(t *testing.T, form *slack.ModalViewRequest, filled map[string]string) *slack.InteractionCallback {
	t.Helper()
	values := map[string]any{}
	for _, b := range form.Blocks.BlockSet {
		input, asks := b.(*slack.InputBlock)
		if !asks {
			continue
		}
		text, one := filled[input.BlockID], map[string]any{}
		switch e := input.Element.(type) {
		case *slack.DatePickerBlockElement:
			if text == "" {
				text = e.InitialDate
			}
			one["selected_date"] = text
		case *slack.SelectBlockElement:
			if text != "" {
				one["selected_option"] = map[string]any{"value": text}
			}
		default:
			one["value"] = text
		}
		values[input.BlockID] = map[string]any{input.BlockID: one}
	}
	body, err := json.Marshal(map[string]any{
		"type": "view_submission", "user": map[string]any{"id": "UA"},
		"view": map[string]any{
			"id": "V1", "team_id": "T1", "callback_id": form.CallbackID, "private_metadata": form.PrivateMetadata, "state": map[string]any{"values": values},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var call slack.InteractionCallback
	if err := json.Unmarshal(body, &call); err != nil {
		t.Fatal(err)
	}
	return &call
}

var someEuros, _ = state.ParseCurrency("EUR")

// What is filled in comes to the desk as it was typed; what cannot be is shown beside its field, in the reader's language, and the form
// stays open.
func TestWhatIsToldIsHeldAgainstItsBounds(t *testing.T) {
	today := state.DateOf(2026, 11, 20)
	for _, tt := range []struct {
		control control
		filled  map[string]string
		want    alerts.Entry
		wrong   string // fields
	}{
		{contact, map[string]string{"channel": "phone", "outcome": "no_answer"}, alerts.Entry{Day: today, Channel: "phone", Outcome: "no_answer"}, ""},
		{contact, map[string]string{"day": "2026-11-21", "channel": "visit", "outcome": "reached", "direction": "inbound"},
			alerts.Entry{Day: today + 1, Channel: "visit", Outcome: "reached", Inbound: true}, "day"},
		{contact, map[string]string{"channel": "pigeon"}, alerts.Entry{Day: today, Channel: "pigeon"}, "channel outcome"},
		{promise, map[string]string{"amount": "18420.50"}, alerts.Entry{Until: today + 7, Amount: "18420.50"}, ""},
		{promise, map[string]string{"amount": "18,420.50", "until": "2026-11-19"}, alerts.Entry{Until: today - 1, Amount: "18,420.50"}, "amount until"},
		{promise, map[string]string{"amount": "1.005"}, alerts.Entry{Until: today + 7, Amount: "1.005"}, "amount"},
		{note, map[string]string{"text": "<!here> \u202e*x*"}, alerts.Entry{Text: "<!here> \u202e*x*"}, ""},
		{note, map[string]string{"text": " ", "sign": "rumour"}, alerts.Entry{Text: " ", Sign: "rumour"}, "text"},
		{askLimit, map[string]string{"amount": "5000", "text": "peak"}, alerts.Entry{Until: today + 30, Amount: "5000", Text: "peak"}, ""},
		{grantLimit, map[string]string{"amount": "0", "text": "", "until": "2027-11-20"}, alerts.Entry{Until: today + 365, Amount: "0"}, "amount text until"},
	} {
		for _, language := range []*alerts.Language{alerts.English, alerts.Chinese} {
			r := lobby(language, "ana")
			a, task := pressing(tt.control, "C-104822", "overdue")
			form := r.form(a, task)
			got, ours := submitted(submission(t, &form, tt.filled))
			want := tt.want
			want.Action, want.TaskID, want.Seen, want.Currency = tt.control.action, strings.Repeat("t", 32), 3, someEuros
			if !ours || got.err != nil || got.entry != want {
				t.Errorf("%v: got %+v, %v, want %+v", tt.control.action, got.entry, got.err, want)
			}
			wrong := r.misfits(&got)
			fields := make([]string, 0, len(wrong))
			for field, text := range wrong {
				if fields = append(fields, field); text == "" || strings.Contains(text, "{") || strings.Contains(text, "须") == (language == alerts.English) && field != "channel" && field != "outcome" && field != "text" {
					t.Errorf("%v: %s is refused with %q", tt.control.action, field, text)
				}
			}
			if slices.Sort(fields); strings.Join(fields, " ") != tt.wrong {
				t.Errorf("%v: got %q refused, want %q", tt.control.action, fields, tt.wrong)
			}
		}
	}
}

// A form is one act, whatever is filled in when it comes again; another form is another.
func TestAFormIsOneAct(t *testing.T) {
	r := lobby(alerts.English, "ana")
	a, task := pressing(note, "C-1", "overdue")
	form := r.form(a, task)
	first, _ := submitted(submission(t, &form, map[string]string{"text": "a"}))
	again, _ := submitted(submission(t, &form, map[string]string{"text": "b"}))
	call := submission(t, &form, map[string]string{"text": "a"})
	call.View.ID = "V2"
	if other, _ := submitted(call); first.request != again.request || first.request == other.request {
		t.Errorf("got %s, again %s, another form %s", first.request, again.request, other.request)
	}
	for _, metadata := range []string{"", "{}", `{"about":"1 3 c t C-1","answer":"x"}`, strings.Replace(form.PrivateMetadata, "EUR", "XXX", 1)} {
		call := submission(t, &form, map[string]string{"text": "a"})
		call.View.PrivateMetadata = metadata
		if got, ours := submitted(call); !ours || got.err == nil || len(r.misfits(&got)) > 0 {
			t.Errorf("%q: got %+v, want it unreadable", metadata, got)
		}
	}
}

// Over HTTP, too, the form stays open with what does not fit, and nothing is done.
func TestAFormThatDoesNotFitIsAnsweredOverHTTP(t *testing.T) {
	d := newDoor(t)
	a, task := pressing(promise, "C-1", "overdue")
	form := lobby(alerts.English, "ana").form(a, task)
	call := submission(t, &form, map[string]string{"amount": "1,5"})
	body, err := json.Marshal(map[string]any{
		"type": "view_submission", "user": map[string]any{"id": "U0ANA"},
		"view": map[string]any{"id": "V1", "callback_id": form.CallbackID, "private_metadata": form.PrivateMetadata, "state": map[string]any{"values": call.View.State.Values}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, d.request(t, d.secret, time.Now(), slacktest.Envelope{Type: "interactive", Payload: body}))
	if got := w.Body.String(); w.Code != 200 || !strings.HasPrefix(got, `{"response_action":"errors","errors":{"amount":"More than 0, in EUR`) {
		t.Errorf("got %d, %s", w.Code, got)
	}
}

// clerkDesk takes what is told, or says why not.
type clerkDesk struct {
	countingDesk
	err       error
	forbidden *[]string
}

func (d clerkDesk) Enter(context.Context, state.CustomerID, alerts.Entry, string) (bool, error) {
	return false, d.err
}

func (d clerkDesk) Forbidden(_ context.Context, customer state.CustomerID, a alerts.Attempt, request string) error {
	*d.forbidden = append(*d.forbidden, strings.Join([]string{a.By, a.Action.String(), string(customer), a.TaskID[:min(1, len(a.TaskID))], a.Why, request[:6]}, ", "))
	return nil
}

func TestWhoTellsIsAnswered(t *testing.T) {
	var forbidden []string
	for _, tt := range []struct {
		err  error
		may  []alerts.Action
		want string
	}{
		{nil, nil, "thank you, that is noted"},
		{&alerts.Refusal{Name: alerts.RefusedGone}, nil, "not known any more"},
		{&alerts.Refusal{Name: alerts.RefusedEntry}, nil, "does not fit any more"},
		{errors.New("down"), nil, "could not do it"},
		{nil, []alerts.Action{alerts.AskLimit, alerts.Note}, "does not let `ana` do this (Temporary limit)"},
	} {
		r := lobby(alerts.English, "ana")
		r.Log, r.Desk = slog.New(slog.DiscardHandler), clerkDesk{err: tt.err, forbidden: &forbidden}
		r.People["UA"] = Person{Name: "ana", May: tt.may}
		a, task := pressing(grantLimit, "C-1", "overdue")
		form := r.form(a, task)
		got, _ := submitted(submission(t, &form, map[string]string{"amount": "5", "text": "x"}))
		got.request = "request"
		if answer := r.do(t.Context(), &got); !strings.Contains(answer, tt.want) {
			t.Errorf("%v: got %q, want it to say %q", tt.err, answer, tt.want)
		}
	}
	if want := []string{"ana, limit, C-1, t, slack.people does not let him, slack/"}; !slices.Equal(forbidden, want) {
		t.Errorf("got %q audited, want %q", forbidden, want)
	}
}
