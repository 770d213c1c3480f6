package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"tocsin/state"
)

// mostReason is how many characters a reason in somebody's own words has.
const mostReason = 500

// withheld is a rule in which too many customers rose on one day.
type withheld struct {
	Day        string  `json:"day"`
	Signal     string  `json:"signal"`
	Risen      int     `json:"risen"`  // customers
	Active     int     `json:"active"` // of so many
	Withheld   bool    `json:"withheld"`
	ReleasedAt *string `json:"released_at"`
	ReleasedBy *string `json:"released_by"`
}

type reasonBody struct {
	Reason string `json:"reason"`
}

// letGo is what became of a release. Like a receipt it is made of the audit.
type letGo struct {
	Day    string `json:"day"`
	Signal string `json:"signal"`
	By     string `json:"by"`
	At     string `json:"at"`
}

// releaseSystemic names what whoever lets messages go does.
const releaseSystemic = "systemic_release"

// releases are the routes by which people let messages go.
var releases = []route{{method: http.MethodPost, path: "/systemic/{day}/{signal}/release", scope: Act, serve: (*API).release, deed: releaseSystemic}}

// systemic are the rules whose messages are withheld; with all=true those that were let go, too.
func (a *API) systemic(r *request) (answer, error) {
	if all := r.text("all"); r.has("all") && all != "true" && all != "false" {
		return answer{}, Refused("all", fmt.Sprintf("%q is neither true nor false", clip(all)))
	}
	rules, err := a.Rows.Systemic(r.Context())
	if err != nil {
		return answer{}, err
	}
	out := []withheld{}
	for i := range rules {
		y := &rules[i]
		if !y.Withheld() && r.text("all") != "true" {
			continue
		}
		w := withheld{Day: y.Day.String(), Signal: y.Signal, Risen: y.Risen, Active: y.Active, Withheld: y.Withheld()}
		if !y.Withheld() {
			at := y.Released.String()
			w.ReleasedAt, w.ReleasedBy = &at, &y.By
		}
		out = append(out, w)
	}
	return encoded(map[string]any{"systemic": out})
}

// release lets go what is withheld for a day and a signal.
func (a *API) release(r *request) (answer, error) {
	key, err := readKey(r.Header.Values("Idempotency-Key"))
	if err != nil {
		return answer{}, err
	}
	var b reasonBody
	if err := r.readBody(&b, true); err != nil {
		return answer{}, err
	}
	reason := strings.TrimSpace(b.Reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > mostReason {
		return answer{}, NewProblem(NotSensible, fmt.Sprintf("reason: some words, and at most %d characters", mostReason))
	}
	signal := r.PathValue("signal")
	day, is := state.ParseDate(r.PathValue("day"))
	if !is || !utf8.ValidString(signal) {
		return answer{}, NewProblem(NotFound, "nothing is systemic on such a day")
	}
	request := requestOf(r.who.Name, key)
	err = a.Clerk.ReleaseSystemic(r.Context(), day, signal, r.who.Name, reason, request)
	if err != nil && !errors.Is(err, state.ErrNotWithheld) {
		return answer{}, err
	}
	row, found, deedErr := a.Clerk.Deed(r.Context(), request)
	switch {
	case deedErr != nil:
		return answer{}, deedErr
	case !found:
		return answer{}, NewProblem(NotFound, "nothing is withheld for it: GET /systemic?all=true tells who let it go")
	}
	var was struct {
		Why reasonBody `json:"why"`
		Saw struct {
			Systemic string `json:"systemic"`
		} `json:"saw"`
	}
	if err := json.Unmarshal(row.Body, &was); err != nil {
		return answer{}, fmt.Errorf("audit row %d: %w", row.Seq, err)
	}
	if row.Deed != releaseSystemic || row.By != r.who.Name || was.Saw.Systemic != day.String()+" "+signal || was.Why.Reason != reason {
		return answer{}, NewProblem(KeyReused, "give each act a key of its own: this one was used before, to "+row.Deed)
	}
	return encoded(letGo{day.String(), signal, row.By, row.At.String()})
}
