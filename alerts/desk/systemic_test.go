package desk

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestWhatIsSystemicIsListed(t *testing.T) {
	const (
		gone = `{"day":"2026-06-12","signal":"overdue","risen":9,"active":20,"withheld":false,"released_at":"1970-01-01T00:00:00.000000001Z","released_by":"ana"}`
		is   = `{"day":"2026-06-29","signal":"limit_breach","risen":7,"active":22,"withheld":true,"released_at":null,"released_by":null}`
	)
	for query, want := range map[string]string{"": is, "?all=false": is, "?all=true": gone + "," + is} {
		got := newOffice(t).ask(t, http.MethodGet, "/systemic"+query)
		if body := strings.TrimSpace(got.Body.String()); body != `{"systemic":[`+want+`]}` {
			t.Errorf("%q: got %s", query, body)
		}
	}
	if p := newOffice(t).ask(t, http.MethodGet, "/systemic?all=1").problem(t); p.Parameter != "all" {
		t.Errorf("got %+v", p)
	}
}

// What is withheld is let go once, by its day and signal; whoever was first is told so again, and nobody else.
func TestWhatIsSystemicIsLetGo(t *testing.T) {
	f, a := newFront(t), goodAct(releases[0])
	want := `{"day":"2026-06-29","signal":"limit_breach","by":"bot","at":"1970-01-01T00:00:00.000000001Z"}`
	for range 2 {
		if w, wrong := f.send(t, a); w.Code != 200 || wrong != nil || strings.TrimSpace(w.Body.String()) != want {
			t.Errorf("got %d %s, %v, want %s", w.Code, w.Body, wrong, want)
		}
	}
	other := goodAct(releases[0])
	other.token = both
	if w, _ := f.send(t, other); w.Code != 404 || typeOf(w) != "not_found" {
		t.Errorf("another one: got %d %s", w.Code, w.Body)
	}
	given := map[string]bool{"200": true}
	for name, how := range map[string]struct {
		spoil   func(*front, *act)
		problem string
	}{
		"another reason under its key": {func(f *front, a *act) { b := *a; b.body = `{"reason":"x"}`; f.ask(nil, &b) }, KeyReused},
		"no reason":                    {func(_ *front, a *act) { a.body = `{"reason":" "}` }, NotSensible},
		"a long reason":                {func(_ *front, a *act) { a.body = `{"reason":"` + strings.Repeat("字", 501) + `"}` }, NotSensible},
		"no body":                      {func(_ *front, a *act) { a.body = "" }, InvalidBody},
		"too much":                     {func(_ *front, a *act) { a.body = `{"reason":"` + strings.Repeat("x", mostBody) + `"}` }, TooLarge},
		"no JSON":                      {func(_ *front, a *act) { a.headers["Content-Type"] = "text/plain" }, UnsupportedType},
		"no key":                       {func(_ *front, a *act) { delete(a.headers, "Idempotency-Key") }, InvalidHeader},
		"a parameter":                  {func(_ *front, a *act) { a.path += "?x=1" }, InvalidParameter},
		"no day":                       {func(_ *front, a *act) { a.path = strings.Replace(a.path, "2026-06-29", "monday", 1) }, NotFound},
		"another day":                  {func(_ *front, a *act) { a.path = strings.Replace(a.path, "-29", "-28", 1) }, NotFound},
		"another signal":               {func(_ *front, a *act) { a.path = strings.Replace(a.path, "limit_breach", "overdue", 1) }, NotFound},
		"nobody":                       {func(_ *front, a *act) { a.token = "x" }, Unauthorized},
		"who may not":                  {func(_ *front, a *act) { a.token = reads }, InsufficientScope},
		"another method":               {func(_ *front, a *act) { a.method = "DELETE" }, MethodNotAllowed},
		"a fault":                      {func(f *front, _ *act) { f.clerk.fails = errors.New("disk C-secret is on fire") }, Internal},
		"no store":                     {func(f *front, _ *act) { f.clerk.refusal = NewProblem(NotReady, "nothing was read") }, NotReady},
	} {
		f, a := newFront(t), goodAct(releases[0])
		how.spoil(f, a)
		w, _ := f.send(t, a)
		if want := NewProblem(how.problem, ""); w.Code != want.Status || typePrefix+typeOf(w) != how.problem || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: got %d %s", name, w.Code, w.Body)
		}
		if f.clerk.released != (how.problem == KeyReused) {
			t.Errorf("%s: it is let go: %v", name, f.clerk.released)
		}
		given[fmt.Sprint(NewProblem(how.problem, "").Status)] = true
	}
	for status := range f.doc.Paths.Value(releases[0].path).Post.Responses.Map() {
		if !given[status] {
			t.Errorf("nothing gives %s, which is in the document", status)
		}
	}
}
