package slack

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
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
	clerks       = 8                      // who work beside each other: one that waits for Slack holds nobody up
	readers      = 2                      // who answer commands, and may have much to read
	mostWait     = 64                     // acts that wait for one of either; what comes then is not taken, and Slack tells the person so
	timeToAct    = 20 * time.Second       // for one act, with its answers
	timeToAnswer = 2 * time.Minute        // for one command
	timeToCount  = 2 * time.Second        // after which whoever waits for an answer is told that it comes
	timeToEnd    = 2 * time.Second        // for those in hand when the context of Run ends
	timeToSay    = 100 * time.Millisecond // and for telling Slack of them
	timeToFail   = time.Second            // for telling a person that there is no answer
)

// Desk takes what people decide into customers' records, or says in an *alerts.Refusal why not. A request id that has come before
// changes nothing and is no error.
type Desk interface {
	Decide(ctx context.Context, customer state.CustomerID, decision alerts.Decision, request string) error

	// Enter takes what somebody tells of a customer; taken is false of what has come before.
	Enter(ctx context.Context, customer state.CustomerID, e alerts.Entry, request string) (taken bool, err error)
	// Ground is what that is told on: the ledger's date, and the customer's currency, zero where it is not known.
	Ground(ctx context.Context, customer state.CustomerID) (today state.Date, currency state.Currency, err error)
	// ReleaseSystemic lets go what is withheld for a day and a signal. It fails with [state.ErrNotWithheld] where nothing is.
	ReleaseSystemic(ctx context.Context, on state.Date, signal, by, why, request string) error
	// Forbidden audits that somebody wanted to do something and may not. A request id that has come before changes nothing and is no error.
	Forbidden(ctx context.Context, customer state.CustomerID, attempt alerts.Attempt, request string) error
}

// ReceptionConfig is what a Reception works with.
type ReceptionConfig struct {
	TokenFile    string            // file with the bot token, with which forms are opened; read again when it changes
	AppTokenFile string            // file with the token for Socket Mode; read again for each connection. Empty: acts come to ServeHTTP
	SecretFile   string            // file with the secret by which requests are known as Slack's; read again for each
	APIURL       string            // root of the Web API; empty: Slack's own
	Language     *alerts.Language  // nil: English
	People       map[string]Person // who may act, by Slack's id of them
	Desk         Desk
	Records      Records
	Digest       func(ctx context.Context, period string) (alerts.Periodical, error) // the last one of PeriodDay, PeriodWeek or PeriodMonth
	Agenda       func(context.Context, state.CustomerID) ([]alerts.WorkItem, error)  // steps to take with a customer's invoices; nil: nobody tells
	Groups       func(context.Context) ([]alerts.GroupTask, error)                   // of which several tasks wait for a person, the worst first; nil: nobody tells
	Now          func() state.Instant
	Log          *slog.Logger
	Metrics      *Metrics // nil: none
}

// Reception takes what people do in Slack to the desk, and tells them alone what became of it. What the message of a case shows afterwards
// is not its matter: the commit makes a new one, which goes through the outbox.
//
// # What happens when
//
// An act is worked on first: what it decides is committed, or its form opened. Only then is Slack told that it has come in, and the person
// what became of it. Slack waits 3 s for that. If it hears of it later, or never because the process has died, it tells the person that
// it did not work, and may bring the act again, as it may if the connection breaks. That has the same request id, and so is one decision. So
// nothing is lost without somebody being told.
//
// A command of somebody who is known changes nothing, and of a large ledger takes longer than Slack waits. So Slack is told first, the person
// if it takes longer that the answer comes, and then that, or that there is none. If the process dies he has no answer, and asks again.
type Reception struct {
	ReceptionConfig
	words words
	http  *http.Client

	mu     sync.Mutex
	ended  bool                 // guarded by mu
	inHand int                  // guarded by mu: acts that came in and are not done
	token  tokenFile            // guarded by mu
	came   map[string]time.Time // guarded by mu: signatures of requests, and when they came
	queue  chan arrival
	asked  chan arrival // commands
}

// act is one thing that a person does in Slack.
type act struct {
	user    string // Slack's id of the person
	control control
	about   subject
	filled  bool            // a form was, with what is said
	said    alerts.Decision // what the form asks for, and nothing else
	entry   alerts.Entry    // what is told of the customer, if that is what it asks for
	place   *place          // where that, or letting something go, was asked for; nil: it was not
	rule    rule            // what is let go
	reason  string          // and why
	news    bool            // something was let go, and the thread is to tell of it
	typed   string          // of a command
	asked   bool            // it is one
	trigger string          // lets a form be opened, for 3 s
	request string          // a name of the act that is the same whenever it comes
	answer  string          // where he alone is answered, for half an hour
	err     error           // it cannot be read: all else but user and answer means nothing
	result  string          // what became of it, for Metrics; empty: done
}

// arrival is an act that has come in.
type arrival struct {
	act
	taken func() // tells Slack that it has; for when it is worked on
}

// NewReception is a Reception. It calls nobody yet.
func NewReception(c ReceptionConfig) *Reception {
	client := newClient(c.Metrics)
	return &Reception{
		ReceptionConfig: c, words: words{Language: cmp.Or(c.Language, alerts.English)}, http: client, queue: make(chan arrival, mostWait), asked: make(chan arrival, mostWait), came: map[string]time.Time{},
		token: tokenFile{path: c.TokenFile, options: apiOptions(client, c.APIURL)},
	}
}

// Run takes what people do until ctx ends, and finishes what it has in hand.
func (r *Reception) Run(ctx context.Context) error {
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(timeToEnd, stop) })()
	var staff sync.WaitGroup
	employ := func(many int, queue chan arrival, work func(context.Context, *arrival)) {
		for range many {
			staff.Go(func() {
				for a := range queue {
					work(working, &a)
					r.done()
				}
			})
		}
	}
	employ(clerks, r.queue, r.work)
	employ(readers, r.asked, r.answer)
	listening, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	hungUp := make(chan struct{})
	go func() {
		defer close(hungUp)
		r.listen(listening)
	}()
	<-ctx.Done()
	if r.end() {
		staff.Wait()
		time.Sleep(timeToSay) // over the connection, that they have come in
	}
	staff.Wait()
	hangUp()
	<-hungUp
	return ctx.Err()
}

// offer takes an act, if there is room for it. Of a command that is answered Slack is told at once.
func (r *Reception) offer(a act, taken func()) bool {
	if _, known := r.People[a.user]; !a.asked || !known {
		return r.queues(r.queue, arrival{a, taken})
	}
	if !r.queues(r.asked, arrival{a, func() {}}) {
		return false
	}
	taken()
	return true
}

// queues has an arrival wait in a queue, if there is room for it.
func (r *Reception) queues(queue chan arrival, a arrival) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return false
	}
	select {
	case queue <- a:
		r.inHand++
		return true
	default:
		a.result = actNoRoom
		r.Metrics.acted(&a.act)
		return false
	}
}

// end lets nothing more come in, and tells whether there is something in hand.
func (r *Reception) end() (busy bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	close(r.queue)
	close(r.asked)
	return r.inHand > 0
}

// done counts one act that is.
func (r *Reception) done() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inHand--
}

// actOf is what a person has done; false: nothing with Tocsin.
func actOf(call *slack.InteractionCallback) (act, bool) {
	if a, ours := submitted(call); ours {
		return a, true
	}
	return pressed(call)
}

// pressed is the act that the press of a button is; false: it is none of Tocsin's.
func pressed(call *slack.InteractionCallback) (act, bool) {
	for _, b := range call.ActionCallback.BlockActions {
		if !strings.HasPrefix(b.ActionID, ofButtons) {
			continue
		}
		a := act{user: call.User.ID, answer: call.ResponseURL, trigger: call.TriggerID, request: requestOf(call.User.ID, b.ActionID, b.Value, b.ActionTs)}
		if about, chosen := strings.CutPrefix(b.ActionID, ofMenu); chosen {
			a.choose(call, b.SelectedOption.Value, about)
			return a, true
		}
		if a.control, a.err = controlOf(b.ActionID); a.err == nil {
			a.about, a.err = parseSubject(b.Value)
		}
		if a.control.action.Answers() {
			a.entry = alerts.Entry{Action: a.control.action, Ask: a.about.caseID}
		}
		if a.control == letGo {
			a.place = &place{Channel: call.Container.ChannelID, Thread: call.Container.MessageTs}
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

// work does what a person asked for, lets Slack know, and tells him what became of it. If it has no time left, it is not known what did.
func (r *Reception) work(ctx context.Context, a *arrival) {
	ctx, cancel := context.WithTimeout(ctx, timeToAct)
	defer cancel()
	text := r.do(ctx, &a.act)
	if ctx.Err() != nil {
		a.result = actLate
	}
	r.Metrics.acted(&a.act)
	if ctx.Err() != nil {
		r.Log.Warn("what somebody does in Slack is not done in time; Slack tells him", "user", a.user)
		return
	}
	a.taken()
	if a.news {
		r.announceRelease(ctx, &a.act)
	}
	if text == "" {
		return // a form is open
	}
	if err := r.tell(ctx, a.answer, text); err != nil {
		r.Log.Warn("an answer in Slack is lost", "user", a.user, "error", err)
	}
}

// answer answers a command of somebody who is known.
func (r *Reception) answer(ctx context.Context, a *arrival) {
	reading, cancel := context.WithTimeout(ctx, timeToAnswer)
	defer cancel()
	said := r.sayThatItComes(reading, a)
	text := r.do(reading, &a.act)
	said()
	if reading.Err() != nil {
		text = r.failed(&a.act, code(command+" "+a.typed, idChars))
		a.result = actLate
	}
	r.Metrics.acted(&a.act)
	telling, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeToFail)
	defer cancel()
	if reading.Err() == nil {
		telling = reading
	}
	if err := r.tell(telling, a.answer, text); err != nil {
		r.Log.Warn("an answer in Slack is lost", "user", a.user, "error", err)
	}
}

// sayThatItComes tells whoever has asked that the answer comes, if it takes long. What it returns is called when there is one.
func (r *Reception) sayThatItComes(ctx context.Context, a *arrival) (answered func()) {
	there, said := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(said)
		select {
		case <-there:
		case <-ctx.Done():
		case <-time.After(timeToCount):
			if err := r.tell(ctx, a.answer, r.words.Tell(alerts.SayCounting, "command", code(command+" "+a.typed, idChars))); err != nil {
				r.Log.Warn("whoever asks in Slack is not told that the answer comes", "user", a.user, "error", err)
			}
		}
	}()
	return func() {
		close(there)
		<-said
	}
}

// do does it, and returns the answer; empty: there is a form before it is done.
func (r *Reception) do(ctx context.Context, a *act) string {
	w := r.words
	person, known := r.People[a.user]
	a.lessen(&person)
	action := a.control.action
	switch {
	case !known:
		a.result = actStranger
		r.forbidden(ctx, a, a.user, "slack.people does not name whoever has this id in Slack")
		return w.Tell(alerts.SayStranger, "id", code(a.user, idChars))
	case a.asked:
		return r.reply(ctx, a, &person)
	case a.err != nil:
		a.result = actOld
		return w.Tell(alerts.SayOldButton)
	case !person.may(action):
		a.result = actForbidden
		r.forbidden(ctx, a, person.Name, "slack.people does not let him")
		return w.Tell(alerts.SayForbidden, "who", code(person.Name, idChars), "action", w.Tell(a.control.label))
	case a.control.asks && !a.filled:
		return r.ask(ctx, a, &person)
	case a.control == letGo:
		return r.letGo(ctx, a, &person)
	case a.control.tells:
		return r.enter(ctx, a, &person)
	}
	d := a.said
	d.TaskID, d.Action, d.By, d.At = a.about.task, action, person.Name, r.Now()
	if action == alerts.Decide || action == alerts.Snooze {
		d.Seen = a.about.seq // these judge what the form has shown
	}
	customer := code(string(a.about.customer), idChars)
	err := r.Desk.Decide(ctx, a.about.customer, d, a.request)
	var refused *alerts.Refusal
	switch {
	case err == nil:
		return w.done(&d, customer)
	case errors.As(err, &refused):
		a.result = actRefused
		return r.refuse(ctx, &d, customer, refused)
	}
	r.Log.Error("what somebody did in Slack is not done", "by", person.Name, "action", action.String(), "error", err)
	return r.failed(a, customer)
}

// failed is the answer to what could not be done.
func (r *Reception) failed(a *act, what string) string {
	a.result = actFailed
	return r.words.Tell(alerts.SayFailed, "customer", what)
}

// done says what is done.
func (w words) done(d *alerts.Decision, customer string) string {
	says := map[alerts.Action]alerts.Saying{
		alerts.Acknowledge: alerts.SayAcknowledged, alerts.Review: alerts.SayReviewing, alerts.Decide: alerts.SayDecided, alerts.Close: alerts.SayClosed,
		alerts.Snooze: alerts.SaySnoozed, alerts.Wake: alerts.SayWoken, alerts.Reassign: alerts.SayReassigned, alerts.Feedback: alerts.SayNoted,
	}
	return w.Tell(says[d.Action], "customer", customer, "decision", w.Decision(d.Code), "date", w.Date(d.NextReview), "who", code(d.To, idChars))
}

// refuse says why a decision changed nothing, and who was first, if somebody was.
func (r *Reception) refuse(ctx context.Context, d *alerts.Decision, customer string, why *alerts.Refusal) string {
	says := map[string]alerts.Saying{
		alerts.RefusedNoTask: alerts.SayOver, alerts.RefusedOtherTask: alerts.SayOver, alerts.RefusedChanged: alerts.SayChanged,
		alerts.RefusedUntil: alerts.SayBadUntil, alerts.RefusedWorse: alerts.SayBadWorse, alerts.RefusedReason: alerts.SayBadReason,
		alerts.RefusedReview: alerts.SayBadReview, alerts.RefusedAwake: alerts.SayAwake, alerts.RefusedAlert: alerts.SayNoAlert,
	}
	if says, known := says[why.Name]; known {
		return r.words.Tell(says, "customer", customer)
	}
	if why.Name != alerts.RefusedState && why.Name != alerts.RefusedOpenSignals {
		return r.words.Tell(alerts.SayRefused, "customer", customer)
	}
	t, err := r.standing(ctx, d.TaskID)
	if err != nil || t == nil {
		return r.words.Tell(alerts.SayRefused, "customer", customer)
	}
	return r.overtaken(t, d.By, customer)
}

// overtaken says that a task is not where somebody took it to be, and who was first, if somebody else was.
func (r *Reception) overtaken(t *standing, by, customer string) string {
	w := r.words
	switch {
	case t.State == alerts.TaskClosed:
		return w.Tell(alerts.SayOver, "customer", customer)
	case t.By == "" || t.By == by:
		return w.Tell(alerts.SayUnfitting, "customer", customer, "task", w.Task(t.State))
	}
	return w.Tell(alerts.SayFirst, "customer", customer, "task", w.Task(t.State), "who", code(t.By, idChars))
}

// open is a client with the bot token.
func (r *Reception) open() (*slack.Client, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.token.open()
}

// tell answers one person, whom alone it is shown to.
func (r *Reception) tell(ctx context.Context, url, text string) error {
	return slack.PostWebhookCustomHTTPContext(ctx, url, r.http, &slack.WebhookMessage{Text: text, ResponseType: slack.ResponseTypeEphemeral})
}
