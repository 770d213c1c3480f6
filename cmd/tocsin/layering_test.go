package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layer is one package: what it may import besides the standard library.
type layer struct {
	internal []string // packages of this module; a trailing /... covers those below too
	external []string // third-party packages by the beginning of their path
}

// layers is the picture of the design as data. A package that is not here does not belong to the project yet.
var layers = map[string]layer{
	"state":                 {},
	"state/sqlite":          {internal: []string{"state"}, external: []string{"modernc.org/sqlite"}},
	"state/postgres":        {internal: []string{"state"}, external: []string{"github.com/jackc/pgx/v5"}},
	"state/postgres/pgtest": {external: []string{"github.com/jackc/pgx/v5"}}, // PostgreSQL itself, for tests
	"state/storetest":       {internal: []string{"state"}},
	"state/statetest":       {internal: []string{"state"}, external: []string{"pgregory.net/rapid"}}, // what tests of several packages draw

	"detectors": {internal: []string{"state"}, external: []string{"github.com/expr-lang/expr"}},

	"alerts":                 {internal: []string{"state", "detectors", "alerts/worktime"}},
	"alerts/worktime":        {internal: []string{"state"}},
	"alerts/routing":         {internal: []string{"state", "detectors", "alerts"}},
	"alerts/outbox":          {internal: []string{"state", "detectors", "alerts", "alerts/worktime"}, external: []string{"golang.org/x/time/rate"}},
	"alerts/desk":            {internal: []string{"state", "alerts", "detectors"}},
	"alerts/slack":           {internal: []string{"state", "alerts", "detectors"}, external: []string{"github.com/slack-go/slack"}},
	"alerts/slack/slacktest": {external: []string{"github.com/gorilla/websocket"}}, // Slack over HTTP and WebSocket, for tests

	"consumer":                 {internal: []string{"state", "detectors", "alerts", "consumer/contract"}, external: []string{"golang.org/x/sync", "github.com/hashicorp/golang-lru/v2/simplelru"}},
	"consumer/contract":        {internal: []string{"state"}, external: []string{"github.com/klauspost/compress"}},
	"consumer/kafka":           {internal: []string{"state", "consumer", "consumer/contract"}, external: []string{"github.com/twmb/franz-go/pkg/k", "github.com/twmb/franz-go/pkg/sasl", "github.com/twmb/franz-go/plugin/kprom"}},
	"consumer/kafka/embedded":  {internal: []string{"state"}, external: []string{"github.com/twmb/franz-go/pkg/k"}},
	"consumer/kafka/kafkatest": {external: []string{"github.com/twmb/franz-go/pkg/k"}}, // kfake or Apache Kafka itself, for tests
	"consumer/erp":             {internal: []string{"state", "consumer/contract"}, external: []string{"golang.org/x/text/encoding"}},
	"consumer/replay":          {internal: []string{"state", "detectors", "alerts", "consumer", "consumer/contract"}, external: []string{"golang.org/x/sync"}},
	"consumer/simulator":       {internal: []string{"state"}},

	"cmd/tocsin/traces": {external: []string{"go.opentelemetry.io/otel"}},

	"deploy/grafana": {},

	"cmd/tocsin": {
		internal: []string{"state/...", "detectors", "alerts/...", "consumer/...", "cmd/tocsin/traces"},
		external: []string{
			"github.com/alecthomas/kong", "go.yaml.in/yaml/v4", "golang.org/x/term", "golang.org/x/sync", "github.com/KimMachineGun/automemlimit",
		},
	},
}

// forTests are the third-party packages that test files may import besides those of their package.
var forTests = []string{
	"pgregory.net/rapid", "go.uber.org/goleak", "github.com/google/go-cmp", "github.com/rogpeppe/go-internal", "github.com/klauspost/compress",
	"github.com/prometheus/client_golang", "golang.org/x/sync", "github.com/santhosh-tekuri/jsonschema", "github.com/go-json-experiment/json",
	"github.com/getkin/kin-openapi",
}

// metricsLayers are the trees whose files named metrics.go may import client_golang.
var metricsLayers = []string{"consumer", "alerts/outbox", "alerts/slack", "alerts/desk", "state/sqlite", "state/postgres", "cmd"}

// adapters are the clients that stand in one tree only, tests included.
var adapters = map[string]string{
	"modernc.org/sqlite":           "state/sqlite",
	"github.com/jackc":             "state/postgres",
	"github.com/slack-go/slack":    "alerts/slack",
	"github.com/gorilla/websocket": "alerts/slack",
	"github.com/twmb/franz-go":     "consumer/kafka",
	"go.opentelemetry.io":          "cmd/tocsin/traces",
}

var forbiddenNames = []string{"common", "util", "utils", "types", "model", "models", "helpers", "misc", "base"}

var topLevel = []string{"cmd", "consumer", "detectors", "alerts", "state", "deploy", "Makefile", "go.mod", "go.sum", "README.md"}

const (
	repository = "../.."
	module     = "tocsin"
)

func TestEveryImportPointsTheRightWay(t *testing.T) {
	fset := token.NewFileSet()
	files := 0
	walkGo(t, func(file string) {
		parsed, err := parser.ParseFile(fset, filepath.Join(repository, file), nil, parser.ImportsOnly)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			return
		}
		files++
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if problem := refusedImport(file, imported); problem != "" {
				t.Errorf("%s: imports %s: %s", file, imported, problem)
			}
		}
	})
	if files < 20 {
		t.Errorf("got %d files, want the whole repository: is the test run elsewhere?", files)
	}
}

func TestNoPackageIsAHeap(t *testing.T) {
	walkGo(t, func(file string) {
		if name := path.Base(path.Dir(file)); slices.Contains(forbiddenNames, name) {
			t.Errorf("%s: a package called %s names nothing", file, name)
		}
	})
}

func TestTheTopLevelHoldsNothingElse(t *testing.T) {
	entries, err := os.ReadDir(repository)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) && !ignored(t, name) {
			t.Errorf("%s: is no top-level entry of this project", name)
		}
	}
}

// ignored tells whether a top-level name is one that builds leave behind and git ignores.
func ignored(t *testing.T, name string) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		pattern := strings.Trim(strings.TrimSpace(line), "/")
		if matched, _ := path.Match(pattern, name); matched {
			return true
		}
	}
	return false
}

// The rules themselves are held by examples, for a layering test that lets everything through looks like a clean house.
func TestTheRulesRefuseWhatTheyShould(t *testing.T) {
	tests := []struct {
		file, imported string
		refused        bool
	}{
		{"state/view.go", "time", false},
		{"state/view.go", "tocsin/detectors", true},
		{"state/view.go", "github.com/google/go-cmp/cmp", true},
		{"state/view_test.go", "github.com/google/go-cmp/cmp", false},
		{"state/view_test.go", "tocsin/state/statetest", false},
		{"state/view_test.go", "tocsin/cmd/tocsin", true},
		{"detectors/overdue.go", "tocsin/alerts", true},
		{"detectors/overdue.go", "github.com/expr-lang/expr/vm", false},
		{"alerts/judge.go", "tocsin/alerts/slack", true},
		{"alerts/slack/sender.go", "tocsin/alerts/outbox", true},
		{"alerts/outbox/sender.go", "github.com/slack-go/slack", true},
		{"alerts/outbox/sender_test.go", "github.com/slack-go/slack", true},
		{"alerts/outbox/metrics.go", "github.com/prometheus/client_golang/prometheus", false},
		{"alerts/outbox/sender.go", "github.com/prometheus/client_golang/prometheus", true},
		{"alerts/metrics.go", "github.com/prometheus/client_golang/prometheus", true},
		{"consumer/kafka/client.go", "github.com/twmb/franz-go/pkg/kgo", false},
		{"consumer/runner.go", "github.com/twmb/franz-go/pkg/kgo", true},
		{"consumer/runner.go", "tocsin/consumer/kafka", true},
		{"cmd/tocsin/run.go", "tocsin/consumer/kafka/embedded", false},
		{"cmd/tocsin/run.go", "modernc.org/sqlite", true},
		{"cmd/tocsin/run.go", "github.com/jackc/pgx/v5", true},
		{"state/postgres/store.go", "github.com/jackc/pgx/v5/pgxpool", false},
		{"state/postgres/pgtest/server.go", "tocsin/state/postgres", true},
		{"consumer/sorting/sort.go", "sort", true}, // a package that is not in the table
		{"consumer/lane.go", "C", true},
		{"consumer/lane.go", "unsafe", true},
	}
	for _, tt := range tests {
		if problem := refusedImport(tt.file, tt.imported); (problem != "") != tt.refused {
			t.Errorf("%s imports %s: got refusal %q, want refused %v", tt.file, tt.imported, problem, tt.refused)
		}
	}
}

// walkGo calls each for every Go file below the repository, by its path from there.
func walkGo(t *testing.T, each func(file string)) {
	t.Helper()
	err := filepath.WalkDir(repository, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != repository && (strings.HasPrefix(base, ".") || base == "testdata" || base == "bin") {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(name, ".go") {
			relative, err := filepath.Rel(repository, name)
			if err != nil {
				return err
			}
			each(filepath.ToSlash(relative))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// refusedImport is why a file may not import a package; empty when it may.
func refusedImport(file, imported string) string {
	dir := path.Dir(file)
	l, known := layers[dir]
	if !known {
		return "package " + dir + " is not in the table of layers"
	}
	test := strings.HasSuffix(file, "_test.go")
	first, _, _ := strings.Cut(imported, "/")
	switch {
	case first == module:
		return refusedInternal(l, dir, strings.TrimPrefix(imported, module+"/"), test)
	case imported == "C" || imported == "unsafe":
		return "this project is plain Go"
	case !strings.Contains(first, "."):
		return ""
	case strings.HasPrefix(imported, "github.com/prometheus/client_golang") && !test:
		return refusedMetrics(file)
	default:
		return refusedExternal(l, dir, imported, test)
	}
}

// refusedInternal lets tests reach for whatever is not a command: what they lean on is no part of the product.
func refusedInternal(l layer, dir, imported string, test bool) string {
	if imported == dir || test && !under(imported, "cmd") {
		return ""
	}
	for _, allowed := range l.internal {
		if tree, all := strings.CutSuffix(allowed, "/..."); imported == allowed || all && under(imported, tree) {
			return ""
		}
	}
	return "the arrow points the wrong way"
}

func refusedMetrics(file string) string {
	if path.Base(file) != "metrics.go" || !slices.ContainsFunc(metricsLayers, func(tree string) bool { return under(file, tree) }) {
		return "metrics live in files named metrics.go of consumer, the adapters and cmd"
	}
	return ""
}

func refusedExternal(l layer, dir, imported string, test bool) string {
	for client, home := range adapters {
		if under(imported, client) && !under(dir, home) {
			return "this client belongs to " + home + " alone"
		}
	}
	allowed := l.external
	if test {
		allowed = slices.Concat(allowed, forTests)
	}
	if slices.ContainsFunc(allowed, func(prefix string) bool { return strings.HasPrefix(imported, prefix) }) {
		return ""
	}
	return "this dependency is not one of the package's"
}

// under tells whether a path is a tree or lies in it.
func under(name, tree string) bool { return name == tree || strings.HasPrefix(name, tree+"/") }
