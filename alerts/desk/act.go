package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"tocsin/alerts"
	"tocsin/state"
)

// Desk takes what people decide into customers' records, or says in an *alerts.Refusal why not. A request id that has come before
// changes nothing and is no error.
type Desk interface {
	Decide(ctx context.Context, customer state.CustomerID, decision alerts.Decision, request string) error
}

// mostKey is how many bytes an Idempotency-Key may have.
const mostKey = 255

// acknowledge takes a task in hand, if it still is as whoever asks has seen it.
func (a *API) acknowledge(r *request) (answer, error) {
	return a.act(r, alerts.Decision{Action: alerts.Acknowledge})
}

// act does something with the task that a path names. The answer says nothing but the tag that the task has by it, so that it is the same
// whenever the request is repeated, whatever has become of the task since.
func (a *API) act(r *request, d alerts.Decision) (answer, error) {
	seen, problem := seenBy(r.Request)
	if problem != nil {
		return answer{}, problem
	}
	key := r.Header.Get("Idempotency-Key")
	if len(key) > mostKey || len(r.Header.Values("Idempotency-Key")) > 1 {
		return answer{}, Refused("Idempotency-Key", fmt.Sprintf("it is not one of up to %d bytes", mostKey))
	}
	if problem := noBody(r.Request); problem != nil {
		return answer{}, problem
	}
	row, err := a.findTask(r)
	if err != nil {
		return answer{}, err
	}
	d.TaskID, d.By, d.At, d.SeenTask = row.ID, r.who.Name, a.Now(), seen
	err = a.Desk.Decide(r.Context(), row.Customer, d, requestOf(r.who.Name, d.Action.String(), row.ID, tagOf(seen), key))
	var refused *alerts.Refusal
	if errors.As(err, &refused) {
		return answer{}, a.outrun(r, seen, refused)
	}
	return answer{status: http.StatusNoContent, etag: tagOf(seen + 1)}, err
}

// outrun tells why an act was refused: because the task is not as it was seen, or for what it is.
func (a *API) outrun(r *request, seen int64, refused *alerts.Refusal) error {
	row, err := a.findTask(r)
	if err != nil {
		return err
	}
	if row.Seq == seen {
		return NewProblem(Conflict, refused.Detail)
	}
	var now struct {
		By string `json:"by"`
	}
	_ = json.Unmarshal(row.Body, &now) // who it was is an extra
	detail := fmt.Sprintf("the task is at %s and %s now", tagOf(row.Seq), row.State)
	if now.By != "" {
		detail += "; who acted last is " + now.By
	}
	return NewProblem(PreconditionFailed, detail)
}

// seenBy is the seq of the task that whoever asks has seen. A tag that is none of ours is that of no task.
func seenBy(r *http.Request) (int64, *Problem) {
	tags := r.Header.Values("If-Match")
	if len(tags) != 1 || tags[0] == "" || strings.ContainsAny(tags[0], ",*") {
		return 0, NewProblem(PreconditionRequired, "send the header If-Match with the ETag of the task as you have seen it, and no other")
	}
	seq, err := strconv.ParseInt(strings.Trim(strings.TrimSpace(tags[0]), `"`), 10, 64)
	if err != nil || seq < 1 || tagOf(seq) != strings.TrimSpace(tags[0]) {
		return 0, NewProblem(PreconditionFailed, "If-Match is no tag that a task here has")
	}
	return seq, nil
}

// noBody refuses a body that would say something.
func noBody(r *http.Request) *Problem {
	body, err := io.ReadAll(r.Body)
	if body = bytes.TrimSpace(body); err != nil || len(body) > 0 && string(body) != "{}" {
		return Refused("", "this takes no body")
	}
	return nil
}

// requestOf names an act so that its repeat is known. By a hash: the store keeps it for longer than who acted, if the customer is erased.
func requestOf(parts ...string) string {
	whole, _ := json.Marshal(parts) // texts have no way to fail
	sum := sha256.Sum256(whole)
	return "api/" + hex.EncodeToString(sum[:])
}
