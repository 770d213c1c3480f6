package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"tocsin/state/postgres"
)

const deployed = repository + "/deploy"

// described is a test's view of all metrics that a process may show, by name.
func described(t *testing.T) map[string]bool {
	t.Helper()
	m := newMeters()
	m.of(&service{}, "v1")
	(&postgres.Store{}).Meter(m.registry)
	m.clients.Unlike()
	descriptions := make(chan *prometheus.Desc)
	go func() {
		defer close(descriptions)
		m.registry.Describe(descriptions)
	}()
	named, names := regexp.MustCompile(`fqName: "([^"]+)"`), map[string]bool{}
	for d := range descriptions {
		names[named.FindStringSubmatch(d.String())[1]] = true
	}
	return names
}

var ofMetric = regexp.MustCompile(`\b(tocsin|go|process)_[a-z0-9_]+`)

// missing are the metrics that a text names and no process shows. Those of the Kafka client are registered with it only: they are looked
// at where a real Prometheus does.
func missing(text string, known map[string]bool) (names []string) {
	for _, name := range ofMetric.FindAllString(text, -1) {
		plain := name
		for _, part := range []string{"_bucket", "_sum", "_count"} {
			if cut, is := strings.CutSuffix(name, part); is && known[cut] {
				plain = cut
			}
		}
		if !known[plain] && !strings.HasPrefix(name, "tocsin_kafka_") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func TestRulesNameMetricsThatThereAre(t *testing.T) {
	rules, err := os.ReadFile(filepath.Join(deployed, "prometheus/tocsin.rules.yaml"))
	must(t, err)
	known := described(t)
	if names := missing(string(rules), known); len(names) > 0 {
		t.Errorf("rules name metrics that there are not: %v", names)
	}
	if names := missing("rate(tocsin_events_totl[5m]) + tocsin_batch_records_sum", known); !slices.Equal(names, []string{"tocsin_events_totl"}) {
		t.Errorf("a misspelt name: got %v", names)
	}
}

func TestEveryAlertHasARunbookAndIsTestedBothWays(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(deployed, name))
		must(t, err)
		return string(text)
	}
	rules := read("prometheus/tocsin.rules.yaml")
	tests := read("prometheus/tocsin.rules_test.yaml") + read("prometheus/tocsin.slow_test.yaml")
	known, alerts := described(t), map[string]bool{}
	for _, alert := range strings.Split(rules, "- alert: ")[1:] {
		name, rest, _ := strings.Cut(alert, "\n")
		alerts[name] = true
		for _, part := range []string{"severity: ", "summary: ", "description: ", "runbook_url: deploy/runbooks/" + name + ".md"} {
			if !strings.Contains(rest, part) {
				t.Errorf("%s: has no %s", name, part)
			}
		}
		for _, test := range []string{name + " fires\n", name + " stays silent\n"} {
			if strings.HasSuffix(test, "silent\n") && strings.Contains(rest, "severity: none") {
				continue // a dead-man's switch, which never is
			}
			if !strings.Contains(tests, "- name: "+test) {
				t.Errorf("there is no test %q", test)
			}
		}
		book := read("runbooks/" + name + ".md")
		for _, part := range []string{"# " + name, "## Meaning", "## Impact", "## Diagnosis", "## Mitigation"} {
			if _, text, found := strings.Cut(book, part+"\n\n"); !found || len(text) < 20 {
				t.Errorf("runbooks/%s.md: has no %s", name, part)
			}
		}
		if names := missing(book, known); len(names) > 0 {
			t.Errorf("runbooks/%s.md names metrics that there are not: %v", name, names)
		}
	}
	if len(alerts) < 25 {
		t.Errorf("got %d alerts: are the rules read?", len(alerts))
	}
	books, err := filepath.Glob(filepath.Join(deployed, "runbooks/*.md"))
	must(t, err)
	for _, book := range books {
		if name := strings.TrimSuffix(filepath.Base(book), ".md"); !alerts[name] {
			t.Errorf("runbooks/%s.md: there is no such alert", name)
		}
	}
}

func TestEveryMetricIsOnADashboardAndEveryPanelsMetricExists(t *testing.T) {
	known := described(t)
	files, err := filepath.Glob(filepath.Join(deployed, "grafana/*.json"))
	must(t, err)
	var shown strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		if names := missing(string(text), known); len(names) > 0 {
			t.Errorf("%s names metrics that there are not: %v", filepath.Base(file), names)
		}
		shown.Write(text)
	}
	if len(files) != 5 {
		t.Errorf("got %d dashboards, want 5", len(files))
	}
	for name := range known {
		if strings.HasPrefix(name, "tocsin_") && !regexp.MustCompile(`\b`+name+`(_bucket|_sum|_count)?\b`).MatchString(shown.String()) {
			t.Errorf("%s is on no dashboard", name)
		}
	}
}
