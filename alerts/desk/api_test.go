package desk

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/state"
)

func escape(path string) string {
	return url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(path))
}

// example is a path of a route that leads to something.
func example(r route) string {
	return strings.Replace(r.path, "{id}", map[bool]string{true: "T-1", false: "C-1"}[strings.HasPrefix(r.path, "/tasks")], 1)
}

func TestTheDocumentHasEveryRouteAndNoOther(t *testing.T) {
	o := newOffice(t)
	described := 0
	for _, operations := range node(o.document, "paths").(map[string]any) {
		described += len(operations.(map[string]any))
	}
	all := everyRoute()
	if described != len(all) {
		t.Errorf("got %d operations, want %d, one for each route", described, len(all))
	}
	for _, r := range all {
		operation := node(o.document, "paths", r.path, strings.ToLower(r.method))
		if operation == nil {
			t.Errorf("%s %s is not in the document", r.method, r.path)
			continue
		}
		var query []string
		inPath := 0
		parameters, _ := node(operation, "parameters").([]any)
		for _, p := range parameters {
			name := strings.TrimPrefix(node(p, "$ref").(string), "#/components/parameters/")
			p := node(o.document, "components", "parameters", name)
			switch node(p, "in") {
			case "query":
				query = append(query, node(p, "name").(string))
			case "path":
				inPath++
			}
		}
		if slices.Sort(query); !slices.Equal(query, slices.Sorted(slices.Values(r.params))) {
			t.Errorf("%s %s: the document has the parameters %q, want %q", r.method, r.path, query, r.params)
		}
		if want := strings.Count(r.path, "{"); inPath != want {
			t.Errorf("%s %s: the document has %d parameters in the path, want %d", r.method, r.path, inPath, want)
		}
		if got, want := fmt.Sprint(operation.(map[string]any)["security"]), fmt.Sprintf("map[token:[%s]]", r.scope); !strings.Contains(got, want) {
			t.Errorf("%s %s: got security %s, want %s", r.method, r.path, got, want)
		}
	}
}

func TestTheDocumentHasEveryTypeOfProblem(t *testing.T) {
	o := newOffice(t)
	listed := node(o.document, "components", "schemas", "problem", "properties", "type", "enum").([]any)
	if len(listed) != len(kinds) {
		t.Errorf("got %d types, want %d", len(listed), len(kinds))
	}
	for _, k := range kinds {
		if !slices.Contains(listed, any(k.name)) {
			t.Errorf("%s is not in the document", k.name)
		}
	}
}

// Every status that the document promises of a route can be had; that no other is given is checked wherever something is asked.
func TestEveryStatusOfTheDocumentIsGiven(t *testing.T) {
	provoke := map[string]func(*testing.T, *office, route) asked{
		"200": func(t *testing.T, o *office, r route) asked { return o.ask(t, r.method, example(r)) },
		"204": func(t *testing.T, o *office, r route) asked { return o.ask(t, r.method, example(r), "If-Match", `"3"`) },
		"304": func(t *testing.T, o *office, r route) asked {
			return o.ask(t, r.method, example(r), "If-None-Match", `"0", W/"3"`)
		},
		"400": func(t *testing.T, o *office, r route) asked { return o.ask(t, r.method, example(r)+"?sort=name") },
		"401": func(t *testing.T, o *office, r route) asked {
			return o.ask(t, r.method, example(r), "Authorization", "")
		},
		"403": func(t *testing.T, o *office, r route) asked {
			return o.ask(t, r.method, example(r), "Authorization", "Bearer "+otherThan(r.scope))
		},
		"404": func(t *testing.T, o *office, r route) asked {
			return o.ask(t, r.method, strings.Replace(r.path, "{id}", "nobody", 1), "If-Match", `"3"`)
		},
		"405": func(t *testing.T, o *office, r route) asked { return o.ask(t, http.MethodPut, example(r)) },
		"410": func(t *testing.T, o *office, r route) asked {
			return o.ask(t, r.method, strings.Replace(r.path, "{id}", "C-gone", 1))
		},
		"409": func(t *testing.T, o *office, r route) asked {
			return o.ask(t, r.method, strings.Replace(r.path, "{id}", "T-4", 1), "If-Match", `"3"`)
		},
		"412": func(t *testing.T, o *office, r route) asked { return o.ask(t, r.method, example(r), "If-Match", `"2"`) },
		"428": func(t *testing.T, o *office, r route) asked { return o.ask(t, r.method, example(r)) },
		"500": func(t *testing.T, o *office, r route) asked {
			o.fails = errors.New("disk C-secret is on fire")
			return o.ask(t, r.method, example(r), "If-Match", `"3"`)
		},
		"503": func(t *testing.T, o *office, r route) asked {
			if o.fails = fmt.Errorf("load: %w", state.ErrUnavailable); r.path == "/openapi.json" {
				must(t, os.Remove(o.tokenFile))
			}
			return o.ask(t, r.method, example(r), "If-Match", `"3"`)
		},
	}
	for _, r := range routes {
		for status := range node(newOffice(t).document, "paths", r.path, strings.ToLower(r.method), "responses").(map[string]any) {
			t.Run(r.method+r.path+" "+status, func(t *testing.T) {
				ask := provoke[status]
				if ask == nil {
					t.Fatalf("nobody knows how to have status %s", status)
				}
				got := ask(t, newOffice(t), r)
				if fmt.Sprint(got.Code) != status {
					t.Errorf("got %d, %s, want %s", got.Code, got.Body, status)
				}
				if strings.Contains(got.Body.String(), "secret") {
					t.Errorf("got %s: what is in an error is not to be told", got.Body)
				}
			})
		}
	}
}

func otherThan(s Scope) string {
	if s == Act {
		return reads
	}
	return acts
}

// The matrix of who may ask what, of all routes.
func TestWhoMayAskWhat(t *testing.T) {
	headers := []struct {
		name, header string
		scope        Scope
	}{
		{"no header", "", 0},
		{"another scheme", "Basic " + reads, 0},
		{"no token", "Bearer ", 0},
		{"an unknown token", "Bearer " + reads + "x", 0},
		{"the beginning of a token", "Bearer " + reads[:5], 0},
		{"the hash of a token", fmt.Sprintf("Bearer %x", sha256.Sum256([]byte(reads))), 0},
		{"who reads", "Bearer " + reads, Read},
		{"who reads, by a scheme in small letters", "bearer " + reads, Read},
		{"who acts", "Bearer " + acts, Act},
		{"who does both", "Bearer " + both, Read | Act},
	}
	for _, r := range routes {
		for _, h := range headers {
			t.Run(r.method+r.path+" "+h.name, func(t *testing.T) {
				got := newOffice(t).ask(t, r.method, example(r), "Authorization", h.header, "If-Match", `"3"`)
				challenge := got.Header().Get("WWW-Authenticate")
				switch {
				case h.scope == 0:
					if got.Code != http.StatusUnauthorized || !strings.HasPrefix(challenge, "Bearer ") {
						t.Errorf("got %d, %q, want 401 with a challenge", got.Code, challenge)
					}
				case h.scope&r.scope == 0:
					if got.Code != http.StatusForbidden || !strings.Contains(challenge, `error="insufficient_scope", scope="`+r.scope.String()) {
						t.Errorf("got %d, %q, want 403 with the scope", got.Code, challenge)
					}
				case got.Code/100 != 2 || challenge != "":
					t.Errorf("got %d, %q, want an answer", got.Code, challenge)
				}
			})
		}
	}
}

// Without tokens this machine alone may look, and a page of the web that has a name of its own lead here may not.
func TestWithoutTokensThisMachineReads(t *testing.T) {
	tests := []struct {
		host     string
		loopback bool
		want     bool
	}{
		{"127.0.0.1:9464", true, true},
		{"localhost:9464", true, true},
		{"[::1]:9464", true, true},
		{"127.0.0.1", true, true},
		{"evil.example:9464", true, false},
		{"localhost.evil.example", true, false},
		{"", true, false},
		{"127.0.0.1:9464", false, false}, // a listener that others reach, too
		{"10.0.0.7:9464", false, false},
	}
	for _, tt := range tests {
		for _, r := range routes {
			o := newOffice(t)
			o.Tokens, o.Loopback = nil, tt.loopback
			request := httptest.NewRequest(r.method, Prefix+example(r), nil)
			request.Host = tt.host
			w := httptest.NewRecorder()
			o.ServeHTTP(w, request)
			o.check(t, asked{w, request})
			if want := tt.want && r.scope == Read; (w.Code == http.StatusOK) != want {
				t.Errorf("%s %s of %q, loopback %v: got %d, %s, want an answer: %v", r.method, r.path, tt.host, tt.loopback, w.Code, w.Body, want)
			}
			if r.scope == Act && tt.want && !strings.Contains(w.Body.String(), "http.tokens_file") {
				t.Errorf("%s %s: got %s, want it told what gives the scope", r.method, r.path, w.Body)
			}
			if !tt.want && !strings.Contains(w.Body.String(), "http.tokens_file") {
				t.Errorf("%q: got %s, want it told what to configure", tt.host, w.Body)
			}
		}
	}
}

// A proxy on this machine asks for others.
func TestWhatAProxyHandsOnTakesAToken(t *testing.T) {
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"} {
		o := newOffice(t)
		o.Tokens, o.Loopback = nil, true
		request := httptest.NewRequest(http.MethodGet, Prefix+"/customers", nil)
		request.Host = "127.0.0.1:9464"
		request.Header.Set(header, "203.0.113.7")
		w := httptest.NewRecorder()
		if o.ServeHTTP(w, request); w.Code != http.StatusForbidden {
			t.Errorf("%s: got %d, %s, want 403", header, w.Code, w.Body)
		}
	}
}

func TestPathsThatAreNoneAreProblems(t *testing.T) {
	for _, target := range []string{"", "/", "/nothing", "/customers/", "//customers", "/customers/../customers", "/customers/C-1/", "/customers/C-1/nothing", "/./customers"} {
		got := newOffice(t).ask(t, http.MethodGet, target)
		if got.Code != http.StatusNotFound || got.problem(t).Type != NotFound {
			t.Errorf("%q: got %d, %s, want that there is nothing", target, got.Code, got.Body)
		}
	}
}

func TestAnotherMethodIsTold(t *testing.T) {
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, http.MethodTrace, "BREW"} {
		got := newOffice(t).ask(t, method, "/customers/C-1")
		if got.Code != http.StatusMethodNotAllowed || got.Header().Get("Allow") != "GET" {
			t.Errorf("%s: got %d, Allow %q, want 405 with GET", method, got.Code, got.Header().Get("Allow"))
		}
	}
	if got := newOffice(t).ask(t, http.MethodHead, "/customers/C-1"); got.Code != http.StatusOK {
		t.Errorf("HEAD: got %d, want 200", got.Code)
	}
}

// Customers' ids come from outside and may hold anything.
func TestHostileIDsAreIDs(t *testing.T) {
	for _, id := range []string{"..", ".", "a/b", "a/../b", "50%", "a b?c#d", "客户", "<script>", `";--`, "{id}", "%2e%2e", "+"} {
		o := newOffice(t)
		o.records[state.CustomerID(id)] = record(state.CustomerID(id))
		target := "/customers/" + strings.ReplaceAll(url.PathEscape(id), ".", "%2E")
		got := o.ask(t, http.MethodGet, target)
		var told struct {
			ID string `json:"customer_id"`
		}
		if err := json.Unmarshal(got.Body.Bytes(), &told); err != nil || got.Code != http.StatusOK || told.ID != id {
			t.Errorf("%q by %s: got %d, %s, want its record", id, target, got.Code, got.Body)
		}
	}
	for _, target := range []string{"/customers/%00", "/customers/%FF%FE", "/customers/a%0Ab", "/customers/" + strings.Repeat("x", 300)} {
		o := newOffice(t)
		o.panics = true // a store need not know what to do with them
		if got := o.ask(t, http.MethodGet, target); got.Code != http.StatusNotFound {
			t.Errorf("%s: got %d, %s, want 404", target, got.Code, got.Body)
		}
	}
}

// Pages, one after the other, are all customers, each once, whatever a page's size is, be it that new ones come in between.
func TestPagesAreAllCustomers(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 7, 8, 200} {
		o := newOffice(t)
		var got []string
		for target := fmt.Sprint("/customers?limit=", limit); target != ""; {
			var page struct {
				Customers []struct {
					ID string `json:"customer_id"`
				} `json:"customers"`
				Next *string `json:"next"`
			}
			must(t, json.Unmarshal(o.ask(t, http.MethodGet, target).Body.Bytes(), &page))
			if len(page.Customers) > limit {
				t.Fatalf("got %d customers, want at most %d", len(page.Customers), limit)
			}
			for _, c := range page.Customers {
				got = append(got, c.ID)
			}
			target = ""
			if page.Next != nil {
				target = fmt.Sprintf("/customers?limit=%d&cursor=%s", limit, *page.Next)
			}
			o.records["A-new"] = record("A-new") // before all that were seen
		}
		if want := "C-1 C-2 C-3 C-4 C-5 C-6 C-7"; strings.Join(got, " ") != want {
			t.Errorf("limit %d: got %q, want %s", limit, got, want)
		}
	}
}

func TestParametersThatAreNoneAreRefused(t *testing.T) {
	for target, want := range map[string]string{
		"/customers?limit=0": "limit", "/customers?limit=201": "limit", "/customers?limit=many": "limit", "/customers?limit=": "limit",
		"/customers?cursor=C-1": "cursor", "/customers?cursor=%21": "cursor", "/customers?cursor=W10": "cursor", "/customers?cursor=": "cursor",
		"/customers?Limit=5": "Limit", "/customers?limit=5&limit=6": "limit", "/customers/C-1?limit=5": "limit", "/customers?cursor=%FF": "cursor",
		"/customers?limit=5;cursor=6": "", "/customers?x=" + strings.Repeat("y", mostQuery): "",
	} {
		got := newOffice(t).ask(t, http.MethodGet, target)
		if p := got.problem(t); p.Type != InvalidParameter || p.Parameter != want {
			t.Errorf("%s: got %+v, want the parameter %q refused", clip(target), p, want)
		}
	}
}

func TestWhoWasMergedNamesTheHeir(t *testing.T) {
	if p := newOffice(t).ask(t, http.MethodGet, "/customers/C-gone").problem(t); p.Type != Gone || p.CustomerID != "C-1" {
		t.Errorf("got %+v, want it gone into C-1", p)
	}
}

func TestAPanicIsAProblem(t *testing.T) {
	o := newOffice(t)
	o.panics = true
	if got := o.ask(t, http.MethodGet, "/customers/C-1"); got.Code != http.StatusInternalServerError || strings.Contains(got.Body.String(), "shown") {
		t.Errorf("got %d, %s, want a fault that is not told", got.Code, got.Body)
	}
	o.panics = false
	for range 2 * atOnce { // none holds a hand
		if got := o.ask(t, http.MethodGet, "/customers/C-1"); got.Code != http.StatusOK {
			t.Fatalf("got %d, %s afterwards", got.Code, got.Body)
		}
	}
}

func TestTokensAreReadAgain(t *testing.T) {
	o := newOffice(t)
	must(t, os.WriteFile(o.tokenFile, fmt.Appendf(nil, "new %x read,act\n", sha256.Sum256([]byte("another"))), 0o600))
	if got := o.ask(t, http.MethodGet, "/customers"); got.Code != http.StatusUnauthorized {
		t.Errorf("the old token: got %d, want 401", got.Code)
	}
	if got := o.ask(t, http.MethodGet, "/customers", "Authorization", "Bearer another"); got.Code != http.StatusOK {
		t.Errorf("the new token: got %d, want 200", got.Code)
	}
	must(t, os.WriteFile(o.tokenFile, []byte("new\n"), 0o600))
	if got := o.ask(t, http.MethodGet, "/customers", "Authorization", "Bearer another"); got.Code != http.StatusServiceUnavailable {
		t.Errorf("a file that cannot be read: got %d, want that nobody is let in", got.Code)
	}
}

func TestAFileOfTokensThatIsWrongIsRefused(t *testing.T) {
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte("a")))
	for text, want := range map[string]string{
		"":                            "there is no token",
		"# nothing\n":                 "there is no token",
		"erp\n":                       "1: 1 words",
		"\nerp secret read\n":         "2: erp: the second word is no SHA-256",
		"erp " + hash[1:] + " read\n": "no SHA-256",
		"erp " + hash + " write\n":    `scope "write"`,
		"erp " + hash + " read,\n":    `scope ""`,
		"a\x01 " + hash + " read\n":   "the name",
		"a " + hash + " read\na b c":  "2: a: the second word",
		"a " + hash + " read\nb " + hash + " act\n": "2: b: the name or the token",
		strings.Repeat("x", 1<<20+1):                "larger than",
	} {
		path := filepath.Join(t.TempDir(), "tokens")
		must(t, os.WriteFile(path, []byte(text), 0o600))
		if _, err := OpenTokens(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", clip(text), err, want)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v: what may be a token by mistake is not to be told", err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
