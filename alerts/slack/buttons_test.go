package slack

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/state"
)

// What a button is about comes back as it was, whatever a publisher's ids hold.
func TestAButtonsValueComesBackAsItWas(t *testing.T) {
	for _, customer := range []string{"C-1", "<!here> `*_ 2 3", " ", "客户", strings.Repeat("國", 128)} {
		want := subject{seq: 7, caseID: strings.Repeat("a", 32), task: strings.Repeat("b", 32), customer: state.CustomerID(customer)}
		got, err := parseSubject(want.String())
		if err != nil || got != want {
			t.Errorf("%q: got %+v, %v", customer, got, err)
		}
	}
	for _, value := range []string{"", "1", "2 1 a b c", "1 x a b c", "1 0 a b c", "1 -1 a b c", "1 1  b c", "1 1 a  c", "1 1 a b ", "1 1 a b"} {
		if got, err := parseSubject(value); !errors.Is(err, errForm) {
			t.Errorf("%q: got %+v, %v, want it refused", value, got, err)
		}
	}
}

// actions are the ids of the buttons of a message.
func actions(blocks []slack.Block) (ids []string) {
	for _, b := range blocks {
		if b, is := b.(*slack.ActionBlock); is {
			for _, e := range b.Elements.ElementSet {
				if _, is := e.(*slack.OverflowBlockElement); is {
					ids = append(ids, "menu")
					continue
				}
				ids = append(ids, strings.TrimPrefix(e.(*slack.ButtonBlockElement).ActionID, ofButtons))
			}
		}
	}
	return ids
}

func TestButtonsAreWhatATaskCanTake(t *testing.T) {
	for _, tt := range []struct {
		name  string
		taken bool
		task  alerts.CaseTask
		want  string
	}{
		{"open", true, alerts.CaseTask{TaskID: "t", State: alerts.TaskOpen}, "acknowledge snooze reassign feedback menu"},
		{"put off", true, alerts.CaseTask{TaskID: "t", State: alerts.TaskOpen, SnoozedUntil: 9}, "acknowledge wake reassign feedback menu"},
		{"acknowledged", true, alerts.CaseTask{TaskID: "t", State: alerts.TaskAcknowledged}, "decide review snooze reassign feedback menu"},
		{"in review", true, alerts.CaseTask{TaskID: "t", State: alerts.TaskInReview}, "decide snooze reassign feedback menu"},
		{"decided", true, alerts.CaseTask{TaskID: "t", State: alerts.TaskDecided}, "close reassign feedback menu"},
		{"settled in hand", true, alerts.CaseTask{TaskID: "settled", State: alerts.TaskAcknowledged}, "decide review snooze reassign close menu"},
		{"settled and decided", true, alerts.CaseTask{TaskID: "settled", State: alerts.TaskDecided}, "close reassign menu"},
		{"nobody takes them", false, alerts.CaseTask{TaskID: "t", State: alerts.TaskOpen}, ""},
		{"no task", true, alerts.CaseTask{}, ""},
		{"closed", true, alerts.CaseTask{TaskID: "t", State: alerts.TaskClosed}, ""},
		{"of a newer version", true, alerts.CaseTask{TaskID: "t", State: "parked"}, ""},
	} {
		msg := quiet()
		if msg.Task = tt.task; tt.task.TaskID == "settled" {
			msg.Alerts = nil
		}
		_, blocks := words{alerts.English, tt.taken}.render(msg)
		if got := strings.Join(actions(blocks), " "); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Every button that a message can have is known when it is pressed, and is one that people can be allowed.
func TestEveryButtonIsKnown(t *testing.T) {
	for _, stage := range []string{alerts.TaskOpen, alerts.TaskAcknowledged, alerts.TaskInReview, alerts.TaskDecided, alerts.TaskClosed} {
		for _, c := range controls(&alerts.CaseTask{TaskID: "t", State: stage}, true) {
			if got, err := controlOf(ofButtons + c.action.String()); err != nil || got != c {
				t.Errorf("%s: %v: got %+v, %v", stage, c.action, got, err)
			}
			if !slices.Contains(Acts(), c.action) {
				t.Errorf("nobody can be allowed to %v", c.action)
			}
		}
	}
}

// The same press has one name, another one another, and what is no button of ours is left.
func TestAPressIsNamedAfterWhatItIs(t *testing.T) {
	call := func(user, id, value, at string) *slack.InteractionCallback {
		var c slack.InteractionCallback
		body, _ := json.Marshal(map[string]any{
			"type": "block_actions", "user": map[string]any{"id": user},
			"actions": []map[string]any{{"type": "button", "block_id": "act.1", "action_id": id, "value": value, "action_ts": at}},
		})
		if err := json.Unmarshal(body, &c); err != nil {
			t.Fatal(err)
		}
		return &c
	}
	about := subject{1, "c", "t", "C-1"}.String()
	first, ours := pressed(call("U1", "tocsin.acknowledge", about, "1.1"))
	if !ours || first.err != nil || first.about.customer != "C-1" || first.control != acknowledge {
		t.Fatalf("got %+v, %v", first, ours)
	}
	if again, _ := pressed(call("U1", "tocsin.acknowledge", about, "1.1")); again != first {
		t.Errorf("again: got %+v, want %+v", again, first)
	}
	for name, other := range map[string]*slack.InteractionCallback{
		"by another": call("U2", "tocsin.acknowledge", about, "1.1"), "later": call("U1", "tocsin.acknowledge", about, "1.2"),
		"of another customer": call("U1", "tocsin.acknowledge", about+"2", "1.1"),
	} {
		if a, _ := pressed(other); a.request == first.request {
			t.Errorf("%s: has the same name", name)
		}
	}
	if a, ours := pressed(call("U1", "tocsin.dance", about, "1.1")); !ours || !errors.Is(a.err, errForm) {
		t.Errorf("of a newer version: got %+v, %v", a, ours)
	}
	if a, ours := pressed(call("U1", "acknowledge", about, "1.1")); ours {
		t.Errorf("another app's: got %+v", a)
	}
}
