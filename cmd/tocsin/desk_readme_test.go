package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"tocsin/alerts/desk"
)

// exampleRequest is the request that a curl command line sends.
func exampleRequest(t *testing.T, command string) *http.Request {
	t.Helper()
	command = strings.NewReplacer("$TASK", "T-1", "$TOKEN", "secret", "$(uuidgen)", "7b1e4c52-5f0e-4a7e-9d5c-1f1b7f6f6f0a").Replace(command)
	method, body, address := http.MethodGet, "", regexp.MustCompile(`https?://[^\s"]+`).FindString(command)
	if strings.Contains(command, " -X POST ") {
		method = http.MethodPost
	}
	if data := regexp.MustCompile(`-d '([^']*)'`).FindStringSubmatch(command); data != nil {
		body = data[1]
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	must(t, err)
	for _, h := range regexp.MustCompile(`-H (?:"([^"]*)"|'([^']*)')`).FindAllStringSubmatch(command, -1) {
		name, value, _ := strings.Cut(h[1]+h[2], ": ")
		request.Header.Set(name, value)
	}
	return request
}

// operationAt is the operation of the document that a request asks.
func operationAt(doc *openapi3.T, r *http.Request) *openapi3filter.RequestValidationInput {
	path := strings.TrimPrefix(r.URL.Path, desk.Prefix)
	for template, item := range doc.Paths.Map() {
		of := regexp.MustCompile("^" + regexp.MustCompile(`\{\w+\}`).ReplaceAllString(template, "([^/]+)") + "$").FindStringSubmatch(path)
		if of == nil || item.GetOperation(r.Method) == nil {
			continue
		}
		in := &openapi3filter.RequestValidationInput{
			Request: r, PathParams: map[string]string{}, QueryParams: r.URL.Query(),
			Route:   &routers.Route{Spec: doc, Path: template, PathItem: item, Method: r.Method, Operation: item.GetOperation(r.Method)},
			Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
		}
		if len(of) > 1 {
			in.PathParams["id"] = of[1]
		}
		return in
	}
	return nil
}

// The README of the API sends what the document takes, and names each type of problem that there is and no other.
func TestTheReadmeOfTheAPIIsAsTheDocumentSays(t *testing.T) {
	readme := readRepository(t, "deploy/api/README.md")
	doc, err := openapi3.NewLoader().LoadFromData([]byte(readRepository(t, "alerts/desk/openapi.json")))
	must(t, err)
	examples := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(readme, -1) {
		for command := range strings.Lines(strings.ReplaceAll(block[1], "\\\n", " ")) {
			if !strings.HasPrefix(command, "curl ") {
				continue
			}
			examples++
			in := operationAt(doc, exampleRequest(t, command))
			if in == nil {
				t.Errorf("%s: the document has no such operation", command)
			} else if err := openapi3filter.ValidateRequest(t.Context(), in); err != nil {
				t.Errorf("%s: %v", command, err)
			}
		}
	}
	if examples < 4 {
		t.Errorf("got %d examples, want 4 at least", examples)
	}
	listed := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| (`[a-z_`, ]+) \\| [0-9, ]+ \\|").FindAllStringSubmatch(readme, -1) {
		for name := range strings.SplitSeq(strings.ReplaceAll(row[1], "`", ""), ", ") {
			listed["urn:tocsin:problem:"+name] = true
		}
	}
	types := doc.Components.Schemas["problem"].Value.Properties["type"].Value.Enum
	for _, name := range types {
		if !listed[name.(string)] {
			t.Errorf("the README does not list %s", name)
		}
	}
	if len(listed) != len(types) {
		t.Errorf("the README lists %d types of problems, want %d", len(listed), len(types))
	}
	for _, path := range regexp.MustCompile("`GET (/[^?`]*)[?`]").FindAllStringSubmatch(readme, -1) {
		if doc.Paths.Value(strings.TrimPrefix(path[1], desk.Prefix)) == nil {
			t.Errorf("%s: the document has no such path", path[1])
		}
	}
	for path, item := range doc.Paths.Map() {
		if item.Post != nil && !strings.Contains(readme, "`POST "+path+"`") {
			t.Errorf("the README does not tell of %s", path)
		}
	}
}
