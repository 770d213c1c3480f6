package desk

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tocsin/state"
)

// Bounds of what is asked.
const (
	usualPage = 50
	mostPage  = 200
	mostID    = 256 // characters of an id in a path
	mostQuery = 4096
)

// params are the parameters of a request's query.
type params struct{ values url.Values }

// readParams refuses parameters that a route does not have: one that is misspelt would be a filter that filters nothing.
func readParams(query string, known []string) (params, *Problem) {
	if len(query) > mostQuery {
		return params{}, Refused("", fmt.Sprintf("the query is longer than %d bytes", mostQuery))
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return params{}, Refused("", "the query cannot be read: "+err.Error())
	}
	for name := range values {
		switch {
		case !slices.Contains(known, name) && len(known) == 0:
			return params{}, Refused(clip(name), "there are no parameters here")
		case !slices.Contains(known, name):
			return params{}, Refused(clip(name), "there is no such parameter here; there are: "+strings.Join(known, ", "))
		case len(values[name]) > 1:
			return params{}, Refused(name, "it is given more than once")
		case !utf8.ValidString(values.Get(name)):
			return params{}, Refused(name, "it is not UTF-8")
		}
	}
	return params{values}, nil
}

// has tells whether a parameter is given, be it empty.
func (p params) has(name string) bool { return p.values.Has(name) }

func (p params) text(name string) string { return p.values.Get(name) }

// limit is how many a page may have.
func (p params) limit() (int, *Problem) {
	if !p.has("limit") {
		return usualPage, nil
	}
	n, err := strconv.Atoi(p.text("limit"))
	if err != nil || n < 1 || n > mostPage {
		return 0, Refused("limit", fmt.Sprintf("%q is not a number from 1 to %d", clip(p.text("limit")), mostPage))
	}
	return n, nil
}

// cursor is the key, of so many words, after which a page begins; nil: it is the first.
func (p params) cursor(words int) ([]string, *Problem) {
	if !p.has("cursor") {
		return nil, nil
	}
	var key []string
	text, err := base64.RawURLEncoding.DecodeString(p.text("cursor"))
	if err == nil {
		err = json.Unmarshal(text, &key)
	}
	if err != nil || len(key) != words {
		return nil, noCursor()
	}
	return key, nil
}

func noCursor() *Problem { return Refused("cursor", "it is none that was given out as next here") }

// page is how many a page may have, and after which key it begins.
func (p params) page(words int) (limit int, after []string, problem *Problem) {
	if limit, problem = p.limit(); problem != nil {
		return 0, nil, problem
	}
	after, problem = p.cursor(words)
	return limit, after, problem
}

// Years of instants that can be asked for.
const (
	firstYear = 1970
	lastYear  = 2261
)

// instant is a point in time; zero: none is given.
func (p params) instant(name string) (state.Instant, *Problem) {
	if !p.has(name) {
		return 0, nil
	}
	at, err := time.Parse(time.RFC3339Nano, p.text(name))
	if year := at.UTC().Year(); err != nil || year < firstYear || year > lastYear {
		return 0, Refused(name, fmt.Sprintf("%q is no time such as 2026-07-01T16:00:00Z", clip(p.text(name))))
	}
	return state.InstantOf(at), nil
}

// date is a day; zero: none is given.
func (p params) date(name string) (state.Date, *Problem) {
	if !p.has(name) {
		return 0, nil
	}
	day, is := state.ParseDate(p.text(name))
	if !is || day < state.MinDate || day > state.MaxDate {
		return 0, Refused(name, fmt.Sprintf("%q is no date such as 2026-07-01", clip(p.text(name))))
	}
	return day, nil
}

// cursorOf is what cursor reads.
func cursorOf(key []string) *string {
	text, _ := json.Marshal(key) // texts have no way to fail
	s := base64.RawURLEncoding.EncodeToString(text)
	return &s
}

// customerIn is a customer's id as a path has it. What can be nobody's is not looked for.
func customerIn(id string) (state.CustomerID, *Problem) {
	if !utf8.ValidString(id) || utf8.RuneCountInString(id) > mostID || strings.ContainsFunc(id, unicode.IsControl) {
		return "", NewProblem(NotFound, "no customer has such an id")
	}
	return state.CustomerID(id), nil
}

// clip is as much of a text as an answer repeats.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
