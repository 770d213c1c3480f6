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

// ofButtons begins the ids of Tocsin's own buttons and forms, before the action's name.
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

// control is one thing that can be done, but for letGo with the task of a case.
type control struct {
	action alerts.Action
	label  alerts.Saying
	style  slack.Style
	asks   bool // its button opens a form, and that is what is acted on
	tells  bool // it is of the menu: what is filled in is told of the customer, and decides nothing
}

// Controls, in the order in which a task goes through its life.
var (
	acknowledge = control{action: alerts.Acknowledge, label: alerts.SayAcknowledge, style: slack.StylePrimary}
	review      = control{action: alerts.Review, label: alerts.SayReview}
	decide      = control{action: alerts.Decide, label: alerts.SayDecide, style: slack.StylePrimary, asks: true}
	closing     = control{action: alerts.Close, label: alerts.SayClose}
	snooze      = control{action: alerts.Snooze, label: alerts.SaySnooze, asks: true}
	wake        = control{action: alerts.Wake, label: alerts.SayWake}
	reassign    = control{action: alerts.Reassign, label: alerts.SayReassign, asks: true}
	feedback    = control{action: alerts.Feedback, label: alerts.SayFeedback, asks: true}

	contact    = control{action: alerts.Contact, label: alerts.SayContact, asks: true, tells: true}
	promise    = control{action: alerts.Promise, label: alerts.SayPromise, asks: true, tells: true}
	note       = control{action: alerts.Note, label: alerts.SayNote, asks: true, tells: true}
	askLimit   = control{action: alerts.AskLimit, label: alerts.SayAskLimit, asks: true, tells: true}
	grantLimit = control{action: alerts.GrantLimit, label: alerts.SayGrantLimit, asks: true, tells: true}

	approveLimit = control{action: alerts.ApproveLimit, label: alerts.SayApproveLimit, style: slack.StylePrimary, tells: true} // of what somebody asks for, as
	declineLimit = control{action: alerts.DeclineLimit, label: alerts.SayDeclineLimit, tells: true}                            // its entry in a thread has it

	letGo = control{action: alerts.LetGo, label: alerts.SayLetGo, asks: true} // of no task: see release
)

func everyControl() []control {
	return []control{acknowledge, review, decide, closing, snooze, wake, reassign, feedback, contact, promise, note, askLimit, grantLimit, approveLimit, declineLimit, letGo}
}

// controls are those that make sense where a task stands, the most likely first; stand is whether alerts of its case do.
func controls(t *alerts.CaseTask, stand bool) (all []control) {
	putOff := snooze
	if t.SnoozedUntil != 0 {
		putOff = wake
	}
	switch t.State {
	case alerts.TaskOpen:
		all = []control{acknowledge, putOff, reassign}
	case alerts.TaskAcknowledged:
		all = []control{decide, review, putOff, reassign}
	case alerts.TaskInReview:
		all = []control{decide, putOff, reassign}
	case alerts.TaskDecided:
		all = []control{closing, reassign}
	default:
		return nil
	}
	if !stand && t.State != alerts.TaskDecided {
		all = append(all, closing) // what has cleared by itself needs no decision
	}
	if stand {
		all = append(all, feedback)
	}
	return all
}

// buttons are what can be done with the case's task, if anything.
func (w words) buttons(m *message, msg *alerts.CaseMessage) {
	if !w.taken || msg.Task.TaskID == "" {
		return
	}
	about := subject{msg.Seq, msg.CaseID, msg.Task.TaskID, msg.Customer}.String()
	var elements []slack.BlockElement
	for _, c := range controls(&msg.Task, len(msg.Alerts) > 0) {
		b := slack.NewButtonBlockElement(c.id(), about, plainText(w.Tell(c.label)))
		elements = append(elements, b.WithStyle(c.style))
	}
	if menu := w.menu(about); len(elements) > 0 && menu != nil {
		elements = append(elements, menu)
	}
	if len(elements) > 0 {
		m.blocks = append(m.blocks, slack.NewActionBlock(m.id("act"), elements...))
	}
}

// controlOf is the control of a button or a form that has an id.
func controlOf(id string) (control, error) {
	for _, c := range everyControl() {
		if c.id() == id {
			return c, nil
		}
	}
	return control{}, fmt.Errorf("control %q: %w", id, errForm)
}

func (c *control) id() string { return ofButtons + c.action.String() }
