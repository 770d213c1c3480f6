package desk

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"tocsin/alerts"
	"tocsin/state"
)

//go:embed openapi.json
var openAPI []byte

// route is one thing that can be asked. The document openapi.json describes each, which tests hold it to.
type route struct {
	method, path string // the path after [Prefix], as http.ServeMux reads it
	scope        Scope
	params       []string // of the query
	serve        func(*API, *request) (answer, error)
	action       alerts.Action // that it takes; 0: none
	deed         string        // that it does, where that is no action
}

// everyRoute are all that there are.
func everyRoute() []route { return slices.Concat(routes, deeds, entries, releases) }

// routes are those that read.
var routes = []route{
	{http.MethodGet, "/openapi.json", Read, nil, (*API).openAPI, 0, ""},
	{http.MethodGet, "/agenda", Read, []string{"customer", "step", "role", "missed", "cursor", "limit"}, (*API).agenda, 0, ""},
	{http.MethodGet, "/customers", Read, []string{"cursor", "limit"}, (*API).customers, 0, ""},
	{http.MethodGet, "/customers/{id}", Read, nil, (*API).customer, 0, ""},
	{http.MethodGet, "/customers/{id}/alerts", Read, []string{"cursor", "limit"}, (*API).changes, 0, ""},
	{http.MethodGet, "/customers/{id}/explain", Read, []string{"signal", "figure", "language"}, (*API).explain, 0, ""},
	{http.MethodGet, "/alerts", Read, []string{"open", "signal", "level", "customer", "since", "cursor", "limit"}, (*API).alerts, 0, ""},
	{http.MethodGet, "/cases", Read, []string{"state", "severity", "owner", "customer", "cursor", "limit"}, (*API).cases, 0, ""},
	{http.MethodGet, "/cases/{id}", Read, nil, (*API).oneCase, 0, ""},
	{http.MethodGet, "/groups", Read, nil, (*API).groups, 0, ""},
	{http.MethodGet, "/queue", Read, []string{"owner", "cursor", "limit"}, (*API).queue, 0, ""},
	{http.MethodGet, "/sources", Read, []string{"from", "until"}, (*API).sources, 0, ""},
	{http.MethodGet, "/systemic", Read, []string{"all"}, (*API).systemic, 0, ""},
	{http.MethodGet, "/tasks", Read, []string{"state", "owner", "severity", "customer", "due_before", "cursor", "limit"}, (*API).tasks, 0, ""},
	{http.MethodGet, "/tasks/{id}", Read, nil, (*API).task, 0, ""},
}

func (a *API) openAPI(*request) (answer, error) { return answer{body: openAPI}, nil }

// customers is a page of customer records.
func (a *API) customers(r *request) (answer, error) {
	limit, problem := r.limit()
	if problem != nil {
		return answer{}, problem
	}
	after, problem := r.cursor(1)
	if problem != nil {
		return answer{}, problem
	}
	page, err := a.Customers.Customers(r.Context(), state.CustomerID(strings.Join(after, "")), limit)
	if err != nil {
		return answer{}, err
	}
	out := struct {
		Customers  []json.RawMessage  `json:"customers"`
		Unreadable []state.CustomerID `json:"unreadable"`
		Next       *string            `json:"next"`
	}{append([]json.RawMessage{}, page.Records...), append([]state.CustomerID{}, page.Unreadable...), nil}
	if page.More {
		out.Next = cursorOf([]string{string(page.Last)})
	}
	return encoded(out)
}

// customer is a customer record.
func (a *API) customer(r *request) (answer, error) {
	id, problem := customerIn(r.PathValue("id"))
	if problem != nil {
		return answer{}, problem
	}
	body, err := a.Customers.Customer(r.Context(), id)
	return answer{body: body}, err
}

// explain tells what a figure or signals of a customer rest on.
func (a *API) explain(r *request) (answer, error) {
	id, problem := customerIn(r.PathValue("id"))
	if problem != nil {
		return answer{}, problem
	}
	if r.has("signal") && r.has("figure") {
		return answer{}, Refused("figure", "a figure and a signal are two questions: ask one")
	}
	for _, name := range []string{"signal", "figure"} {
		if r.has(name) && r.text(name) == "" {
			return answer{}, Refused(name, "it is empty")
		}
	}
	language, known := alerts.LanguageOf(cmp.Or(r.text("language"), alerts.English.Tag()))
	switch {
	case !known || r.has("language") && r.text("language") == "":
		return answer{}, Refused("language", fmt.Sprintf("%q is not one of %q", clip(r.text("language")), alerts.Languages()))
	case r.has("language") && r.has("figure"):
		return answer{}, Refused("language", "it is of signals: figures are told in English")
	}
	if r.has("figure") {
		body, err := a.Customers.ExplainFigure(r.Context(), id, r.text("figure"))
		return answer{body: body}, err
	}
	body, err := a.Customers.ExplainSignals(r.Context(), id, r.text("signal"), language)
	return answer{body: body}, err
}

// encoded is a value with the records that it holds as they are.
func encoded(value any) (answer, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return answer{body: body.Bytes()}, err
}
