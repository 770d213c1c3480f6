package slack

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/state"
)

// ofButtons begins the ids of Tocsin's own buttons, before the action's name.
const ofButtons = "tocsin."

// subject is what a button is about: the task of a case as the message showed it. Slack brings it back as the button's value.
type subject struct {
	seq      int64 // of the message
	caseID   string
	task     string
	customer state.CustomerID
}

const subjectForm = "1" // of a value: form, seq, case, task, customer; the last may hold anything

func (s subject) String() string {
	return strings.Join([]string{subjectForm, strconv.FormatInt(s.seq, 10), s.caseID, s.task, string(s.customer)}, " ")
}

var errForm = errors.New("not a button's value of this version")

// parseSubject reads what String wrote.
func parseSubject(value string) (subject, error) {
	parts := strings.SplitN(value, " ", 5)
	if len(parts) < 5 || parts[0] != subjectForm {
		return subject{}, errForm
	}
	seq, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || seq < 1 || parts[2] == "" || parts[3] == "" || parts[4] == "" {
		return subject{}, errForm
	}
	return subject{seq, parts[2], parts[3], state.CustomerID(parts[4])}, nil
}

// control is one button of a case's message.
type control struct {
	action alerts.Action
	label  alerts.Saying
	style  slack.Style
}

var acknowledge = control{alerts.Acknowledge, alerts.SayAcknowledge, slack.StylePrimary}

// controls are the buttons that make sense where a task stands, the most likely first.
func controls(t *alerts.CaseTask) []control {
	switch t.State {
	case alerts.TaskOpen:
		return []control{acknowledge}
	default:
		return nil
	}
}

// buttons are what can be done with the case's task, if anything.
func (w words) buttons(m *message, msg *alerts.CaseMessage) {
	if !w.taken || msg.Task.TaskID == "" {
		return
	}
	about := subject{msg.Seq, msg.CaseID, msg.Task.TaskID, msg.Customer}.String()
	var elements []slack.BlockElement
	for _, c := range controls(&msg.Task) {
		b := slack.NewButtonBlockElement(ofButtons+c.action.String(), about, plainText(w.Tell(c.label)))
		elements = append(elements, b.WithStyle(c.style))
	}
	if len(elements) > 0 {
		m.blocks = append(m.blocks, slack.NewActionBlock(m.id("act"), elements...))
	}
}

// controlOf is the button that has an action's id.
func controlOf(id string) (control, error) {
	for _, c := range []control{acknowledge} {
		if ofButtons+c.action.String() == id {
			return c, nil
		}
	}
	return control{}, fmt.Errorf("button %q: %w", id, errForm)
}
