//go:build faults && kafka

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// page is the severity that wakes somebody.
const page = "critical"

func hasPage(firing map[string]string) bool {
	for _, severity := range firing {
		if severity == page {
			return true
		}
	}
	return false
}

// prometheusServer is a Prometheus with the configuration and the rules that we ship, but for whom it asks.
type prometheusServer struct{ url string }

// startPrometheus starts one that keeps its data in a folder that outlives the test.
func startPrometheus(t *testing.T, targets []string, keep string) *prometheusServer {
	t.Helper()
	shipped, err := os.ReadFile(deployed + "/prometheus/prometheus.yaml")
	must(t, err)
	rules, err := filepath.Abs(deployed + "/prometheus/tocsin.rules.yaml")
	must(t, err)
	text := string(shipped)
	for was, is := range map[string]string{`"127.0.0.1:9464"`: `"` + strings.Join(targets, `","`) + `"`, "[tocsin.rules.yaml]": "[" + rules + "]"} {
		if !strings.Contains(text, was) {
			t.Fatalf("the configuration has no %s", was)
		}
		text = strings.Replace(text, was, is, 1)
	}
	config := filepath.Join(t.TempDir(), "prometheus.yaml")
	must(t, os.WriteFile(config, []byte(text), 0o600))
	address := unusedAddress(t)
	p := startProcess(t, exec.Command("prometheus", "--config.file="+config, "--storage.tsdb.path="+filepath.Join(keep, "data"),
		"--web.listen-address="+address, "--log.level=warn"))
	t.Cleanup(func() { _ = p.command.Process.Signal(os.Interrupt); <-p.exited }) // before it is killed: it writes what it has seen
	s := &prometheusServer{"http://" + address}
	await(t, "Prometheus answers", func() bool { return s.ask(t, "query?query=1", nil) == nil })
	return s
}

// ask asks the API.
func (s *prometheusServer) ask(t *testing.T, what string, into any) error {
	t.Helper()
	client := http.Client{Timeout: 20 * time.Second}
	answer, err := client.Get(s.url + "/api/v1/" + what)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", what, answer.Status)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// has tells whether a query has an answer now.
func (s *prometheusServer) has(t *testing.T, query string) bool {
	t.Helper()
	var answer struct{ Data struct{ Result []any } }
	must(t, s.ask(t, "query?query="+url.QueryEscape(query), &answer))
	return len(answer.Data.Result) > 0
}

// firing are the alerts that are active and no longer pending, with their severities.
func (s *prometheusServer) firing(t *testing.T) map[string]string {
	t.Helper()
	var answer struct {
		Data struct {
			Alerts []struct {
				State  string
				Labels map[string]string
			}
		}
	}
	must(t, s.ask(t, "alerts", &answer))
	firing := make(map[string]string)
	for _, a := range answer.Data.Alerts {
		if a.State == "firing" {
			firing[a.Labels["alertname"]] = a.Labels["severity"]
		}
	}
	return firing
}
