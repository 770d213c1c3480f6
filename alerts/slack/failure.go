package slack

import (
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/slack-go/slack"
)

// failure is an error of which Slack has said what became of the call. Any other error leaves that unknown: a timeout, a
// reset connection, an answer that is no JSON; and so does a [fault].
type failure struct {
	err     error
	outcome string
	wait    time.Duration
}

func (f failure) Error() string             { return f.err.Error() }
func (f failure) Unwrap() error             { return f.err }
func (f failure) Outcome() string           { return f.outcome }
func (f failure) RetryAfter() time.Duration { return f.wait }

// fault is an error of which Slack has said that it is its own. What became of the call is as unknown as without an answer: a proxy says 503 of
// a call whose answer it has lost, too.
type fault struct{ error }

func (f fault) Unwrap() error { return f.error }
func (f fault) Failed() bool  { return true }

// What package outbox calls the outcomes. Slack did nothing in any of them.
const (
	busy    = "busy"    // later
	refused = "refused" // not until a person acts
	unfit   = "unfit"   // not this message
	gone    = "gone"    // the message to edit is not there or not ours
)

// outcomes by the code of an answer with ok=false. Codes that are not listed are refusals: Slack did nothing, and somebody
// should look. internal_error and fatal_error are missing on purpose (see classify).
var outcomes = map[string]string{
	"ratelimited":             busy,
	"rate_limited":            busy,
	"service_unavailable":     busy,
	"team_added_to_org":       busy,
	"accesslimited":           busy,
	"message_limit_exceeded":  busy,
	"msg_too_long":            unfit,
	"msg_blocks_too_long":     unfit,
	"no_text":                 unfit,
	"invalid_blocks":          unfit,
	"invalid_blocks_format":   unfit,
	"invalid_metadata_format": unfit,
	"invalid_metadata_schema": unfit,
	"metadata_too_large":      unfit,
	"message_not_found":       gone,
	"thread_not_found":        gone,
	"cant_update_message":     gone,
	"edit_window_closed":      gone,
}

// classify gives an error of the client library its outcome, where Slack told one.
func classify(err error) error {
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return failure{err: err, outcome: busy, wait: limited.RetryAfter}
	}
	var network *net.OpError
	if errors.As(err, &network) && network.Op == "dial" {
		return failure{err: err, outcome: busy} // nothing was sent
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		switch {
		case status.Code >= http.StatusInternalServerError:
			return fault{err}
		case status.Code == http.StatusTooManyRequests:
			return failure{err: err, outcome: busy}
		}
		return failure{err: err, outcome: refused}
	}
	var answer slack.SlackErrorResponse
	if !errors.As(err, &answer) {
		return err
	}
	if answer.Err == "internal_error" || answer.Err == "fatal_error" {
		return fault{err} // Slack says that part of the work may have been done
	}
	outcome, listed := outcomes[answer.Err]
	if !listed {
		outcome = refused
	}
	return failure{err: err, outcome: outcome}
}
