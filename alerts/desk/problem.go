package desk

import (
	"encoding/json"
	"net/http"

	"tocsin/state"
)

// Problem is an answer that is none: RFC 9457. As an error it says that a request cannot be answered and what would be right.
type Problem struct {
	Type   string `json:"type"` // one of those below, closed: a program may go by it
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`

	Parameter  string           `json:"parameter,omitempty"`   // of invalid_parameter: which
	CustomerID state.CustomerID `json:"customer_id,omitempty"` // of gone: into whom the customer was merged
	Reason     string           `json:"reason,omitempty"`      // of conflict, precondition_failed and not_sensible: one of the Refused names of alerts

	Allow string `json:"-"` // of method_not_allowed: what is
	Scope Scope  `json:"-"` // of insufficient_scope: what is needed
	cause error  // of what is not told: for the log
}

func (p *Problem) Error() string { return p.Type + ": " + p.Detail }

// Types of problems.
const (
	typePrefix = "urn:tocsin:problem:"

	InvalidParameter     = typePrefix + "invalid_parameter"
	Unauthorized         = typePrefix + "unauthorized"
	InsufficientScope    = typePrefix + "insufficient_scope"
	NoTokens             = typePrefix + "no_tokens"
	NotFound             = typePrefix + "not_found"
	MethodNotAllowed     = typePrefix + "method_not_allowed"
	Conflict             = typePrefix + "conflict"
	Gone                 = typePrefix + "gone"
	PreconditionFailed   = typePrefix + "precondition_failed"
	PreconditionRequired = typePrefix + "precondition_required"
	Internal             = typePrefix + "internal"
	Unreadable           = typePrefix + "unreadable"
	NotReady             = typePrefix + "not_ready"
	Unavailable          = typePrefix + "unavailable"
	InvalidHeader        = typePrefix + "invalid_header"
	InvalidBody          = typePrefix + "invalid_body"
	TooLarge             = typePrefix + "too_large"
	UnsupportedType      = typePrefix + "unsupported_type"
	NotSensible          = typePrefix + "not_sensible"
	KeyReused            = typePrefix + "key_reused"
)

// kinds are all types of problems, each with its status and title.
var kinds = []struct {
	name   string
	status int
	title  string
}{
	{InvalidParameter, http.StatusBadRequest, "A parameter is not one that this takes"},
	{Unauthorized, http.StatusUnauthorized, "Who asks is not known"},
	{InsufficientScope, http.StatusForbidden, "The token may not do this"},
	{NoTokens, http.StatusForbidden, "No tokens are configured, so only this machine is answered"},
	{NotFound, http.StatusNotFound, "There is nothing here"},
	{MethodNotAllowed, http.StatusMethodNotAllowed, "There is no such method here"},
	{Conflict, http.StatusConflict, "The task is not one with which this can be done"},
	{Gone, http.StatusGone, "The customer has no record any more"},
	{PreconditionFailed, http.StatusPreconditionFailed, "The task is not as it was seen"},
	{PreconditionRequired, http.StatusPreconditionRequired, "It must be said how the task was seen"},
	{Internal, http.StatusInternalServerError, "Tocsin is at fault"},
	{Unreadable, http.StatusInternalServerError, "The customer's journal gives no record"},
	{NotReady, http.StatusServiceUnavailable, "Nothing was consumed into the store yet"},
	{Unavailable, http.StatusServiceUnavailable, "Not just now"},
	{InvalidHeader, http.StatusBadRequest, "A header is missing or not one that this takes"},
	{InvalidBody, http.StatusBadRequest, "The body is not what this takes"},
	{TooLarge, http.StatusRequestEntityTooLarge, "The body is too large"},
	{UnsupportedType, http.StatusUnsupportedMediaType, "The body is no JSON"},
	{NotSensible, http.StatusUnprocessableEntity, "What is asked for cannot be"},
	{KeyReused, http.StatusUnprocessableEntity, "The Idempotency-Key was used for another act"},
}

// NewProblem is a problem of a type.
func NewProblem(name, detail string) *Problem {
	for _, k := range kinds {
		if k.name == name {
			return &Problem{Type: name, Title: k.title, Status: k.status, Detail: detail}
		}
	}
	panic("no type of problem is called " + name)
}

// Refused is a parameter that is not taken.
func Refused(parameter, detail string) *Problem {
	p := NewProblem(InvalidParameter, detail)
	p.Parameter = parameter
	return p
}

// write answers with the problem.
func (p *Problem) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Del("ETag")
	switch p.Type {
	case Unauthorized:
		challenge := `Bearer realm="tocsin"`
		if p.Detail == wrongToken {
			challenge += `, error="invalid_token"`
		}
		h.Set("WWW-Authenticate", challenge)
	case InsufficientScope:
		h.Set("WWW-Authenticate", `Bearer realm="tocsin", error="insufficient_scope", scope="`+p.Scope.String()+`"`)
	case NoTokens:
		h.Set("WWW-Authenticate", `Bearer realm="tocsin"`)
	case MethodNotAllowed:
		h.Set("Allow", p.Allow)
	case Unavailable, NotReady:
		h.Set("Retry-After", "1")
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // whoever asked may be gone
}
