package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"path"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// Prefix is where the API begins.
const Prefix = "/api/v1"

// Bounds of answering.
const (
	answerWithin = 20 * time.Second // less than the server gives to write it
	atOnce       = 4                // requests that are worked on beside each other: steps go first
	mostBody     = 64 << 10         // bytes of what is sent
)

// Customers tells of customers as they stand.
type Customers interface {
	// Customers are those whose ids come after one, by id.
	Customers(ctx context.Context, after state.CustomerID, limit int) (CustomerPage, error)
	// Customer is the customer record of the contract. A *Problem says why there is none.
	Customer(ctx context.Context, id state.CustomerID) ([]byte, error)
	// ExplainFigure takes a figure of the customer record apart, as `tocsin explain` does.
	ExplainFigure(ctx context.Context, id state.CustomerID, figure string) ([]byte, error)
	// ExplainSignals tells of one signal, or of all where the name is empty, in a language.
	ExplainSignals(ctx context.Context, id state.CustomerID, signal string, l *alerts.Language) ([]byte, error)
	// Agenda are the steps to take with the invoices of those whose ids come after one, by id.
	Agenda(ctx context.Context, after state.CustomerID, limit int) (AgendaPage, error)
	// Groups are the corporate groups of which several tasks wait for a person, the worst first.
	Groups(ctx context.Context) ([]alerts.GroupTask, error)
	// AgendaOf are those of one customer; none of one who is not known, or is gone.
	AgendaOf(ctx context.Context, id state.CustomerID) (AgendaPage, error)
}

// Rows are what is stored of alerts and tasks. Every store has them.
type Rows interface {
	// Task is the newest row of a task.
	Task(ctx context.Context, id string) (row state.TaskRow, found bool, err error)
	// TaskPage are newest rows of tasks, those first that are due first.
	TaskPage(ctx context.Context, q *state.TaskQuery) ([]state.TaskRow, error)
	// AlertPage are the newest changes of alerts, as they were known.
	AlertPage(ctx context.Context, q *state.AlertQuery) ([]state.AlertRow, error)
	// AlertChanges are changes of a customer's alerts, as they were known.
	AlertChanges(ctx context.Context, customer state.CustomerID, after state.AlertKey, limit int) ([]state.AlertRow, error)
	// Case is the newest message about a case.
	Case(ctx context.Context, id string) (newest state.Message, found bool, err error)
	// CasesOf are the newest messages about the cases of customers.
	CasesOf(ctx context.Context, customers []state.CustomerID) ([]state.Message, error)
	// CasePage are the newest messages about cases after a key.
	CasePage(ctx context.Context, after state.CaseKey, limit int) ([]state.Message, error)
	// CaseHistory are the newest messages about a case, the last one last.
	CaseHistory(ctx context.Context, id string, limit int) ([]state.Message, error)
	// Systemic are the rules in which too many customers rose on one day.
	Systemic(ctx context.Context) ([]state.Systemic, error)
	// Day is the open day.
	Day(ctx context.Context) (day state.Day, found bool, err error)
	// Scores are what came of sources' records on the business days from one to another.
	Scores(ctx context.Context, from, until state.Date) ([]state.Score, error)
	// Receipts are where a case stands, by channel.
	Receipts(ctx context.Context, caseID string) ([]state.Receipt, error)
}

// CustomerPage is a part of all customers.
type CustomerPage struct {
	Records    []json.RawMessage  // customer records of the contract
	Unreadable []state.CustomerID // whose journals give no record
	Last       state.CustomerID   // who was looked at last: there is no record of the merged and erased, so a page may be short
	More       bool               // there are further customers
}

// Config is what an API works with.
type Config struct {
	Customers Customers
	Rows      Rows
	Clerk     Clerk
	Sources   map[string]string    // names of publishers' sources
	Now       func() state.Instant // when people act
	Tokens    *Tokens              // nil: who may ask is everybody on this machine
	Loopback  bool                 // it is reached from this machine alone
	Log       *slog.Logger
}

// API answers on HTTP below [Prefix].
type API struct {
	Config
	mux   *http.ServeMux
	hands chan struct{} // one for each request that is worked on
}

// New is an API of all routes.
func New(c Config) *API {
	a := &API{Config: c, mux: http.NewServeMux(), hands: make(chan struct{}, atOnce)}
	methods := map[string]map[string]route{}
	for _, r := range everyRoute() {
		if methods[r.path] == nil {
			methods[r.path] = map[string]route{}
		}
		methods[r.path][r.method] = r
	}
	for path, each := range methods {
		a.mux.Handle(Prefix+path, a.at(each))
	}
	return a
}

// answer is what a route gives.
type answer struct {
	body []byte // JSON
	etag string // with its quotes; empty: none
}

// request is what a route is asked.
type request struct {
	*http.Request
	params
	who Token
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	defer func() {
		if p := recover(); p != nil {
			a.Log.Error("the API panicked", "method", r.Method, "panic", p, "stack", string(debug.Stack()))
			NewProblem(Internal, "what happened is in the log").write(w)
		}
	}()
	ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
	defer cancel()
	r = r.WithContext(ctx)
	r.Body = http.MaxBytesReader(w, r.Body, mostBody)
	who, problem := a.authenticate(r)
	if problem != nil {
		a.refuse(w, r, problem)
		return
	}
	// A path that is not clean is nobody's: the multiplexer would lead elsewhere.
	if escaped := r.URL.EscapedPath(); path.Clean(escaped) != escaped || !a.routed(r) {
		a.refuse(w, r, NewProblem(NotFound, "no path of the API is so; "+Prefix+"/openapi.json has all"))
		return
	}
	a.mux.ServeHTTP(w, r.WithContext(context.WithValue(ctx, whoKey{}, who)))
}

// routed tells whether there is something at a request's path.
func (a *API) routed(r *http.Request) bool {
	_, pattern := a.mux.Handler(r)
	return pattern != ""
}

// whoKey is under which a request carries who asks.
type whoKey struct{}

// at answers at one path.
func (a *API) at(methods map[string]route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		route, known := methods[method]
		if !known {
			p := NewProblem(MethodNotAllowed, "")
			p.Allow = strings.Join(slices.Sorted(maps.Keys(methods)), ", ")
			p.Detail = "there is: " + p.Allow
			a.refuse(w, r, p)
			return
		}
		out, err := a.serve(r, route)
		if err != nil {
			a.refuse(w, r, a.problemOf(r, err))
			return
		}
		out.write(w, r)
	})
}

// serve asks a route, if who asks may.
func (a *API) serve(r *http.Request, route route) (answer, error) {
	who, _ := r.Context().Value(whoKey{}).(Token)
	if who.Scope&route.scope == 0 {
		a.forbidden(r, route, &who)
		p := NewProblem(InsufficientScope, "it takes the scope "+route.scope.String()+", which http.tokens_file gives")
		p.Scope = route.scope
		return answer{}, p
	}
	params, problem := readParams(r.URL.RawQuery, route.params)
	if problem != nil {
		return answer{}, problem
	}
	select {
	case a.hands <- struct{}{}:
		defer func() { <-a.hands }()
	case <-r.Context().Done():
		return answer{}, r.Context().Err()
	}
	return route.serve(a, &request{r, params, who})
}

// problemOf is what is told of an error. What is none of ours to tell is in the log.
func (a *API) problemOf(r *http.Request, err error) *Problem {
	var told *Problem
	switch {
	case errors.As(err, &told):
		return told
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return NewProblem(Unavailable, "too much else is asked; ask again later, or for a shorter page")
	case errors.Is(err, state.ErrUnavailable):
		told = NewProblem(Unavailable, "the store does not answer; ask again later")
	default:
		told = NewProblem(Internal, "what happened is in the log")
	}
	told.cause = err
	return told
}

func (a *API) refuse(w http.ResponseWriter, r *http.Request, p *Problem) {
	if p.cause != nil {
		a.Log.Error("the API cannot answer", "method", r.Method, "type", p.Type, "error", p.cause)
	}
	p.write(w)
}

func (out answer) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if out.etag != "" {
		h.Set("ETag", out.etag)
		if r.Method != http.MethodPost && sameTag(r.Header.Get("If-None-Match"), out.etag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	body := append(bytes.TrimRight(out.body, "\n"), '\n')
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // whoever asked may be gone
}

// sameTag tells whether a list of entity tags has one.
func sameTag(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
			return true
		}
	}
	return false
}

// What is told of tokens.
const (
	noToken    = "send the header Authorization: Bearer TOKEN, of a token that http.tokens_file lists"
	wrongToken = "the token is none of those that http.tokens_file lists" //nolint:gosec // no credential
)

// authenticate tells who asks.
func (a *API) authenticate(r *http.Request) (Token, *Problem) {
	if a.Tokens == nil {
		return a.local(r)
	}
	list, err := a.Tokens.current()
	if err != nil {
		p := NewProblem(Unavailable, "who may ask cannot be read")
		p.cause = err
		return Token{}, p
	}
	scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || text == "" {
		return Token{}, NewProblem(Unauthorized, noToken)
	}
	who, found := find(list, strings.TrimSpace(text))
	if !found {
		return Token{}, NewProblem(Unauthorized, wrongToken)
	}
	return who, nil
}

// local lets this machine read where there are no tokens. The name by which it was asked must be one of this machine, too: else a page
// of the web could have a name of its own lead here, and a browser would take our answers for the page's own.
// What a proxy on this machine hands on is not this machine's, either.
func (a *API) local(r *http.Request) (Token, *Problem) {
	if !a.Loopback || !loopbackName(r.Host) || handedOn(r.Header) {
		return Token{}, NewProblem(NoTokens, "set http.tokens_file to a file of tokens, or http.listen to an address such as 127.0.0.1:9464 "+
			"and ask by that address or localhost")
	}
	return Token{Name: "local", Scope: Read}, nil
}

// handedOn tells whether a proxy says that somebody else asks.
func handedOn(h http.Header) bool {
	return slices.ContainsFunc([]string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"}, func(name string) bool { return h.Get(name) != "" })
}

func loopbackName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
