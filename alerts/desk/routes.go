package desk

import (
	_ "embed"
	"encoding/json"
	"net/http"

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
}

// routes are all that there are.
var routes = []route{
	{http.MethodGet, "/openapi.json", Read, nil, (*API).openAPI},
	{http.MethodGet, "/customers", Read, []string{"cursor", "limit"}, (*API).customers},
	{http.MethodGet, "/customers/{id}", Read, nil, (*API).customer},
}

func (a *API) openAPI(*request) (answer, error) { return answer{body: openAPI}, nil }

// customers is a page of customer records.
func (a *API) customers(r *request) (answer, error) {
	limit, problem := r.limit()
	if problem != nil {
		return answer{}, problem
	}
	var after string
	if _, problem := r.cursor(&after); problem != nil {
		return answer{}, problem
	}
	page, err := a.Customers.Customers(r.Context(), state.CustomerID(after), limit)
	if err != nil {
		return answer{}, err
	}
	out := struct {
		Customers  []json.RawMessage  `json:"customers"`
		Unreadable []state.CustomerID `json:"unreadable"`
		Next       *string            `json:"next"`
	}{append([]json.RawMessage{}, page.Records...), append([]state.CustomerID{}, page.Unreadable...), nil}
	if page.More {
		out.Next = cursorOf(string(page.Last))
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

func encoded(value any) (answer, error) {
	body, err := json.Marshal(value)
	return answer{body: body}, err
}
