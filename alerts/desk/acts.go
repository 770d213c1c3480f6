package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"tocsin/alerts"
	"tocsin/state"
)

// Bodies of acts; each is a schema of the document.
type (
	nothing      struct{}
	decisionBody struct {
		Decision   string `json:"decision"`
		ReasonCode string `json:"reason_code"`
		NextReview string `json:"next_review_date"`
	}
	snoozeBody struct {
		Until      string `json:"until_date"`
		Worse      uint   `json:"worse_percent"`
		ReasonCode string `json:"reason_code"`
	}
	ownerBody struct {
		Owner string `json:"owner"`
	}
	feedbackBody struct {
		Alert    string `json:"alert_id"`
		Feedback string `json:"feedback"`
	}
)

// receipt is what became of an act. It is made of the audit, so that it is the same whenever it is asked for.
type receipt struct {
	TaskID   string `json:"task_id"`
	Customer string `json:"customer_id"`
	Action   string `json:"action"`
	By       string `json:"by"`
	At       string `json:"at"`
	Revision *int64 `json:"revision"` // of the task since then; nil: the act has changed nothing of it
}

// Clerk takes what people decide into customers' records.
type Clerk interface {
	// Task is the newest row of a task. A *Problem says that there is none.
	Task(ctx context.Context, id string) (state.TaskRow, error)
	// Decide applies a decision, or says in an *alerts.Refusal or a *Problem why not. A request id that has come before changes nothing
	// and is no error.
	Decide(ctx context.Context, customer state.CustomerID, decision alerts.Decision, request string) error
	// Ground is what something is told of a customer on: the ledger's date, and his currency, zero where it is not known.
	Ground(ctx context.Context, customer state.CustomerID) (today state.Date, currency state.Currency, err error)
	// Enter takes what somebody tells of a customer, or says in an *alerts.Refusal or a *Problem why not; taken is false of what has come
	// before.
	Enter(ctx context.Context, customer state.CustomerID, e alerts.Entry, request string) (taken bool, err error)
	// Forbidden audits that somebody wanted to do something and may not. A request id that has come before changes nothing and is no error.
	Forbidden(ctx context.Context, customer state.CustomerID, attempt alerts.Attempt, request string) error
	// ReleaseSystemic lets go what is withheld for a day and a signal. It fails with [state.ErrNotWithheld] where nothing is.
	ReleaseSystemic(ctx context.Context, on state.Date, signal, by, why, request string) error
	// Deed is what the audit tells of a request; found is false where it tells of none.
	Deed(ctx context.Context, request string) (row state.AuditRow, found bool, err error)
}

// deeds are the routes by which people act on tasks.
var deeds = []route{
	deed(alerts.Acknowledge), deed(alerts.Review), deed(alerts.Decide), deed(alerts.Close), deed(alerts.Snooze), deed(alerts.Wake),
	deed(alerts.Reassign), deed(alerts.Feedback),
}

func deed(action alerts.Action) route {
	serve := func(a *API, r *request) (answer, error) { return a.act(r, action) }
	return route{method: http.MethodPost, path: "/tasks/{id}/" + action.String(), scope: Act, serve: serve, action: action}
}

// act takes what a person does with a task into the customer's record.
func (a *API) act(r *request, action alerts.Action) (answer, error) {
	key, err := readKey(r.Header.Values("Idempotency-Key"))
	if err != nil {
		return answer{}, err
	}
	seen, err := readRevision(r.Header.Values("If-Match"))
	if err != nil {
		return answer{}, err
	}
	decision := alerts.Decision{TaskID: r.PathValue("id"), Action: action, By: r.who.Name, Seen: seen, At: a.Now()}
	if err := r.readDecision(&decision); err != nil {
		return answer{}, err
	}
	task, err := a.Clerk.Task(r.Context(), decision.TaskID)
	if err != nil {
		return answer{}, err
	}
	request := requestOf(r.who.Name, key)
	if err := a.Clerk.Decide(r.Context(), task.Customer, decision, request); err != nil {
		return answer{}, a.refusal(r, &decision, err)
	}
	row, found, err := a.Clerk.Deed(r.Context(), request)
	switch {
	case err != nil:
		return answer{}, err
	case !found: // it has landed, and the audit was redacted since
		return answer{}, NewProblem(KeyReused, "the act was taken once, and its customer was erased")
	}
	return receiptOf(&row, &decision, &task)
}

// refusal is a refusal of a decision as a problem: of what the person saw, of what he asks for, or of how the task stands. The first goes
// before the others, whatever else there is against the decision: who was not first is told so.
func (a *API) refusal(r *request, d *alerts.Decision, err error) error {
	var why *alerts.Refusal
	if !errors.As(err, &why) {
		return err
	}
	kind, name := Conflict, why.Name
	if d.Seen != 0 {
		task, err := a.Clerk.Task(r.Context(), d.TaskID)
		if err != nil {
			return err
		}
		if task.Seq != d.Seen {
			name = alerts.RefusedChanged
		}
	}
	switch name {
	case alerts.RefusedChanged:
		kind = PreconditionFailed
	case alerts.RefusedCode, alerts.RefusedReason, alerts.RefusedReview, alerts.RefusedUntil, alerts.RefusedWorse, alerts.RefusedOwner,
		alerts.RefusedAlert, alerts.RefusedFeedback:
		kind = NotSensible
	}
	p := NewProblem(kind, why.Detail)
	p.Reason = name
	return p
}

func invalidHeader(format string, args ...any) error {
	return NewProblem(InvalidHeader, fmt.Sprintf(format, args...))
}

func invalidBody(format string, args ...any) error {
	return NewProblem(InvalidBody, fmt.Sprintf(format, args...))
}

// requestOf names the request by a hash of who asks and his key: the store keeps it for longer than the key may be anybody's business.
func requestOf(by, key string) string {
	whole, _ := json.Marshal([]string{by, key}) // texts have no way to fail
	sum := sha256.Sum256(whole)
	return "api/" + hex.EncodeToString(sum[:])
}

// mostKey is how long an Idempotency-Key may be.
const mostKey = 128

func readKey(values []string) (string, error) {
	switch {
	case len(values) == 0:
		return "", invalidHeader("Idempotency-Key is missing: name this act, so that it is taken once however often it is sent")
	case len(values) > 1 || len(values[0]) < 8 || len(values[0]) > mostKey:
		return "", invalidHeader("Idempotency-Key must be 8 to %d characters, once", mostKey)
	}
	return values[0], nil
}

func etag(revision int64) string { return `"` + strconv.FormatInt(revision, 10) + `"` }

// readRevision is the revision that If-Match names; 0: any, for *.
func readRevision(values []string) (int64, error) {
	switch {
	case len(values) == 0:
		return 0, NewProblem(PreconditionRequired, "If-Match is missing: give back the ETag of the task as you saw it, or * for any")
	case len(values) == 1 && values[0] == "*":
		return 0, nil
	case len(values) > 1 || len(values[0]) > 40:
		return 0, invalidHeader("If-Match must be one ETag of the task")
	}
	text, quoted := strings.CutPrefix(values[0], `"`)
	text, closed := strings.CutSuffix(text, `"`)
	n, err := strconv.ParseInt(text, 10, 64)
	if !quoted || !closed || err != nil || n < 1 || etag(n) != values[0] {
		return 0, invalidHeader(`If-Match must be the ETag of the task, as in "3"`)
	}
	return n, nil
}

// readDecision fills in what the body of a request says of a decision.
func (r *request) readDecision(d *alerts.Decision) (err error) {
	switch d.Action {
	case alerts.Decide:
		var b decisionBody
		if err = r.readBody(&b, true); err == nil {
			d.Code, d.ReasonCode = b.Decision, b.ReasonCode
			d.NextReview, err = dateMember("next_review_date", b.NextReview)
		}
	case alerts.Snooze:
		var b snoozeBody
		if err = r.readBody(&b, true); err == nil {
			d.ReasonCode, d.Worse = b.ReasonCode, b.Worse
			d.Until, err = dateMember("until_date", b.Until)
		}
	case alerts.Reassign:
		var b ownerBody
		err = r.readBody(&b, true)
		d.To = b.Owner
	case alerts.Feedback:
		var b feedbackBody
		err = r.readBody(&b, true)
		d.Alert, d.Code = b.Alert, b.Feedback
	default:
		err = r.readBody(&nothing{}, false)
	}
	return err
}

func dateMember(name, text string) (state.Date, error) {
	if text == "" {
		return 0, nil
	}
	d, ok := state.ParseDate(text)
	if !ok {
		return 0, invalidBody("%s must be a day, as in 2026-11-20", name)
	}
	return d, nil
}

// readBody reads one JSON object without members that nobody knows.
func (r *request) readBody(into any, needed bool) error {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return bodyProblem(err)
	}
	switch {
	case len(text) == 0 && needed:
		return invalidBody("the body is missing")
	case len(text) == 0:
		return nil
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset, told := params["charset"]; err != nil || kind != "application/json" || told && !strings.EqualFold(charset, "utf-8") {
		return NewProblem(UnsupportedType, "send Content-Type: application/json")
	}
	body := json.NewDecoder(strings.NewReader(string(text)))
	body.DisallowUnknownFields()
	if err := body.Decode(into); err != nil {
		return bodyProblem(err)
	}
	if _, err := body.Token(); !errors.Is(err, io.EOF) || strings.TrimSpace(string(text))[0] != '{' {
		return invalidBody("the body must be one JSON object")
	}
	return nil
}

// bodyProblem is what is wrong with a body that cannot be read.
func bodyProblem(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return NewProblem(TooLarge, fmt.Sprintf("at most %d bytes are read", mostBody))
	}
	return invalidBody("%s", strings.TrimPrefix(err.Error(), "json: "))
}

// done is what an audit row tells of an act: the members of its body that consumer writes.
type done struct {
	Why struct {
		Decision   string `json:"decision"`
		ReasonCode string `json:"reason_code"`
		NextReview string `json:"next_review_date"`
		Until      string `json:"until_date"`
		Worse      uint   `json:"worse_percent"`
		Owner      string `json:"owner"`
		Alert      string `json:"alert_id"`
	} `json:"why"`
	Saw struct {
		Task *struct {
			ID  string `json:"task_id"`
			Seq int64  `json:"seq"`
		} `json:"task"`
	} `json:"saw"`
}

// receiptOf is the answer to an act, from what the audit tells of it. Another act under the same key is refused.
func receiptOf(row *state.AuditRow, d *alerts.Decision, task *state.TaskRow) (answer, error) {
	var was done
	if err := json.Unmarshal(row.Body, &was); err != nil {
		return answer{}, fmt.Errorf("audit row %d: %w", row.Seq, err)
	}
	why, saw := &was.Why, was.Saw.Task
	if row.Customer != task.Customer || row.By != d.By || row.Deed != d.Action.String() || saw != nil && saw.ID != d.TaskID ||
		why.Decision != d.Code || why.ReasonCode != d.ReasonCode || why.NextReview != d.NextReview.String() ||
		why.Until != d.Until.String() || why.Worse != d.Worse || why.Owner != d.To || why.Alert != d.Alert {
		return answer{}, NewProblem(KeyReused, "give each act a key of its own: this one was used before, to "+row.Deed)
	}
	out := receipt{TaskID: d.TaskID, Customer: string(task.Customer), Action: row.Deed, By: row.By, At: row.At.String()}
	if saw == nil {
		return encoded(out)
	}
	since := saw.Seq + 1
	out.Revision = &since
	told, err := encoded(out)
	told.etag = etag(since)
	return told, err
}
