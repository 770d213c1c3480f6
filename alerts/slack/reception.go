package slack

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/state"
)

// How much a Reception has in hand.
const (
	clerks    = 8                // who work beside each other: one that waits for Slack holds nobody up
	mostWait  = 64               // acts that wait for one; what comes then is not taken, and Slack tells the person so
	timeToAct = 20 * time.Second // for one act, with its answers
	timeToEnd = 2 * time.Second  // for those in hand when the context of Run ends
)

// Desk takes what people decide into customers' records, or says in an *alerts.Refusal why not. A request id that has come before
// changes nothing and is no error.
type Desk interface {
	Decide(ctx context.Context, customer state.CustomerID, decision alerts.Decision, request string) error
}

// Tasks tells where review tasks stand. Every store does.
type Tasks interface {
	Tasks(ctx context.Context) ([]state.TaskRow, error)
}

// ReceptionConfig is what a Reception works with.
type ReceptionConfig struct {
	AppTokenFile string            // file with the token for Socket Mode; read again for each connection
	APIURL       string            // root of the Web API; empty: Slack's own
	Language     *alerts.Language  // nil: English
	People       map[string]Person // who may act, by Slack's id of them
	Desk         Desk
	Tasks        Tasks
	Now          func() state.Instant
	Log          *slog.Logger
}

// Reception takes what people do in Slack to the desk, and tells them alone what became of it. What the message of a case shows afterwards
// is not its matter: the commit makes a new one, which goes through the outbox.
//
// # What happens when
//
// Slack is told within 3 s that an act has come in, and only then is it worked on. Slack may bring an act again, if that answer is lost or
// the connection breaks: it has the same request id, and so is one decision. A process that dies in between loses what was not worked
// on yet; the person gets no answer then, and the message does not change.
type Reception struct {
	ReceptionConfig
	words words
	http  *http.Client

	mu    sync.Mutex
	ended bool // guarded by mu
	queue chan act
}

// act is one thing that a person does in Slack.
type act struct {
	user    string // Slack's id of the person
	control control
	about   subject
	request string // a name of the act that is the same whenever it comes
	answer  string // where he alone is answered, for half an hour
	err     error  // it cannot be read: all else but user and answer means nothing
}

// NewReception is a Reception. It calls nobody yet.
func NewReception(c ReceptionConfig) *Reception {
	return &Reception{ReceptionConfig: c, words: words{Language: cmp.Or(c.Language, alerts.English)}, http: newClient(), queue: make(chan act, mostWait)}
}

// Run takes what people do until ctx ends, and finishes what it has in hand.
func (r *Reception) Run(ctx context.Context) error {
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(timeToEnd, stop) })()
	var staff sync.WaitGroup
	for range clerks {
		staff.Go(func() {
			for a := range r.queue {
				r.work(working, a)
			}
		})
	}
	r.listen(ctx)
	r.end()
	staff.Wait()
	return ctx.Err()
}

// offer takes an act, if there is room for it.
func (r *Reception) offer(a act) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return false
	}
	select {
	case r.queue <- a:
		return true
	default:
		return false
	}
}

func (r *Reception) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	close(r.queue)
}

// pressed is the act that the press of a button is; false: it is none of Tocsin's.
func pressed(call *slack.InteractionCallback) (act, bool) {
	for _, b := range call.ActionCallback.BlockActions {
		if !strings.HasPrefix(b.ActionID, ofButtons) {
			continue
		}
		a := act{user: call.User.ID, answer: call.ResponseURL, request: requestOf(call.User.ID, b.ActionID, b.Value, b.ActionTs)}
		if a.control, a.err = controlOf(b.ActionID); a.err == nil {
			a.about, a.err = parseSubject(b.Value)
		}
		return a, true
	}
	return act{}, false
}

// requestOf names a request after what makes it the one it is. By a hash: the store keeps it for longer than who acted, if the customer is
// erased.
func requestOf(parts ...string) string {
	whole, _ := json.Marshal(parts) // texts have no way to fail
	sum := sha256.Sum256(whole)
	return "slack/" + hex.EncodeToString(sum[:])
}

// work does what a person asked for, and tells him what became of it.
func (r *Reception) work(ctx context.Context, a act) {
	ctx, cancel := context.WithTimeout(ctx, timeToAct)
	defer cancel()
	text := r.do(ctx, &a)
	if err := r.tell(ctx, a.answer, text); err != nil {
		r.Log.Warn("an answer in Slack is lost", "user", a.user, "error", err)
	}
}

// do does it, and returns the answer.
func (r *Reception) do(ctx context.Context, a *act) string {
	w := r.words
	person, known := r.People[a.user]
	action := a.control.action
	switch {
	case !known:
		return w.Tell(alerts.SayStranger, "id", code(a.user, idChars))
	case a.err != nil:
		return w.Tell(alerts.SayOldButton)
	case !person.may(action):
		return w.Tell(alerts.SayForbidden, "who", code(person.Name, idChars), "action", w.Tell(a.control.label))
	}
	d := alerts.Decision{TaskID: a.about.task, Action: action, By: person.Name, At: r.Now()}
	err := r.Desk.Decide(ctx, a.about.customer, d, a.request)
	customer := code(string(a.about.customer), idChars)
	var refused *alerts.Refusal
	switch {
	case err == nil:
		return w.Tell(alerts.SayAcknowledged, "customer", customer)
	case errors.As(err, &refused):
		return r.refuse(ctx, &d, a.about.customer, refused)
	}
	r.Log.Error("what somebody did in Slack is not done", "by", person.Name, "action", action.String(), "error", err)
	return w.Tell(alerts.SayFailed, "customer", customer)
}

// refuse says why a decision changed nothing, and who was first, if somebody was.
func (r *Reception) refuse(ctx context.Context, d *alerts.Decision, customer state.CustomerID, why *alerts.Refusal) string {
	w, named := r.words, code(string(customer), idChars)
	switch why.Name {
	case alerts.RefusedNoTask, alerts.RefusedOtherTask:
		return w.Tell(alerts.SayOver, "customer", named)
	case alerts.RefusedChanged:
		return w.Tell(alerts.SayChanged, "customer", named)
	case alerts.RefusedState:
	default:
		return w.Tell(alerts.SayRefused, "customer", named)
	}
	task, err := r.task(ctx, d.TaskID)
	switch {
	case err != nil || task.State == alerts.TaskClosed:
		return w.Tell(alerts.SayOver, "customer", named)
	case task.By == "" || task.By == d.By:
		return w.Tell(alerts.SayUnfitting, "customer", named, "task", w.Task(task.State))
	}
	return w.Tell(alerts.SayFirst, "customer", named, "task", w.Task(task.State), "who", code(task.By, idChars))
}

// taskRecord is what answers tell of the contract's task record.
type taskRecord struct {
	State string `json:"state"`
	By    string `json:"by"`
}

func (r *Reception) task(ctx context.Context, id string) (record taskRecord, err error) {
	rows, err := r.Tasks.Tasks(ctx)
	if err != nil {
		return record, err
	}
	for _, row := range rows {
		if row.ID == id {
			return record, json.Unmarshal(row.Body, &record)
		}
	}
	return record, fmt.Errorf("task %q is not known", id)
}

// tell answers one person, whom alone it is shown to.
func (r *Reception) tell(ctx context.Context, url, text string) error {
	return slack.PostWebhookCustomHTTPContext(ctx, url, r.http, &slack.WebhookMessage{Text: text, ResponseType: slack.ResponseTypeEphemeral})
}
