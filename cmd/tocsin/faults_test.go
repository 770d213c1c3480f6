//go:build faults && kafka

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Bounds of a fault.
const (
	activeWithin = 2 * time.Minute   // from the fault to its alert
	faultLasts   = 130 * time.Second // at least, so that pages that come later are seen too
	healsWithin  = 4 * time.Minute
)

// breakdown is a part that stops, and the alert that is to say so.
type breakdown struct {
	part, alert string
	stop, mend  func(t *testing.T, w *watchedGround)
}

var partsThatStop = []breakdown{
	{"Slack: answers 503", "TocsinSlackFailing",
		func(_ *testing.T, w *watchedGround) { w.slack.set(slackFails) },
		func(_ *testing.T, w *watchedGround) { w.slack.set(slackWorks) }},
	{"Slack: hangs", "TocsinSlackFailing",
		func(_ *testing.T, w *watchedGround) { w.slack.set(slackHangs) },
		func(_ *testing.T, w *watchedGround) { w.slack.set(slackWorks) }},
	{"database", "TocsinStoreUnreachable",
		func(_ *testing.T, w *watchedGround) { w.server.Kill() },
		func(t *testing.T, w *watchedGround) { must(t, w.server.Launch()) }},
	{"one instance of two", "TocsinDown",
		func(_ *testing.T, w *watchedGround) { w.processes[1].kill() },
		func(t *testing.T, w *watchedGround) { w.launch(t, 1) }},
	{"broker", "TocsinBrokersUnreachable",
		func(_ *testing.T, w *watchedGround) { w.cluster.Kill() },
		func(t *testing.T, w *watchedGround) { w.cluster.Launch(t) }},
	{"publisher of payments", "TocsinPublisherStopped",
		func(_ *testing.T, w *watchedGround) { w.load.quiet(w.topics.Payments, true) },
		func(_ *testing.T, w *watchedGround) { w.load.quiet(w.topics.Payments, false) }},
}

// Two processes read what publishers send to Apache Kafka, keep it in PostgreSQL and tell Slack of it, and a Prometheus with the rules and
// the configuration that we ship watches them. While all is well every query of dashboards and rules has data, and nobody is paged. Then
// one part after the other stops: within two minutes the alert of its name is active, and no other page.
//
// FAULTS=broker,database stops those only. What Prometheus has seen is left in .tools/faults, for `make grafana-preview`.
func TestStopAnyPartAndItsAlertSaysSo(t *testing.T) {
	w := newWatchedGround(t)
	w.settleDown(t)
	w.remember(t, "healthy")
	w.wantData(t)
	table := []string{fmt.Sprintf("%-22s %-26s %9s  %s", "part", "alert", "active", "other alerts")}
	for _, f := range partsThatStop {
		if chosen := os.Getenv("FAULTS"); chosen != "" && !slices.ContainsFunc(strings.Split(chosen, ","), func(s string) bool { return strings.Contains(f.part, s) }) {
			continue
		}
		after, others := w.strike(t, f)
		active := "never"
		if after > 0 {
			active = fmt.Sprintf("%d s", int(after.Seconds()))
		}
		table = append(table, fmt.Sprintf("%-22s %-26s %9s  %s", f.part, f.alert, active, others))
		t.Log("\n" + strings.Join(table, "\n"))
		w.load.steady(t)
	}
	must(t, os.WriteFile(filepath.Join(w.keep, "table.txt"), []byte(strings.Join(table, "\n")+"\n"), 0o600))
}

// strike stops a part, and mends it when it has been seen long enough. It returns when its alert became active, 0 for never, and which
// others were meanwhile.
func (w *watchedGround) strike(t *testing.T, f breakdown) (after time.Duration, others string) {
	t.Helper()
	standing := w.prometheus.firing(t)
	began := time.Now()
	f.stop(t, w)
	var seen []string
	for time.Since(began) < faultLasts || after > 0 && time.Since(began) < after+30*time.Second {
		time.Sleep(time.Second)
		for name, severity := range w.prometheus.firing(t) {
			switch {
			case name == f.alert && after == 0:
				after = time.Since(began)
			case name == f.alert || standing[name] != "" || slices.Contains(seen, name+" ("+severity+")"):
			default:
				seen = append(seen, name+" ("+severity+")")
				if severity == page {
					t.Errorf("%s stopped: %s pages too, after %v", f.part, name, time.Since(began).Round(time.Second))
				}
			}
		}
	}
	if after == 0 || after > activeWithin {
		t.Errorf("%s stopped: %s is active after %v (0s: never), want within %v", f.part, f.alert, after, activeWithin)
	}
	w.remember(t, f.part)
	f.mend(t, w)
	w.heal(t, f)
	if others = strings.Join(seen, ", "); others == "" {
		others = "none"
	}
	return after, others
}

// heal waits until the alert has ended, and nobody is paged.
func (w *watchedGround) heal(t *testing.T, f breakdown) {
	t.Helper()
	began, told := time.Now(), make(map[string]bool)
	for {
		time.Sleep(time.Second)
		firing := w.prometheus.firing(t)
		pages := 0
		for name, severity := range firing {
			if severity != page {
				continue
			}
			pages++
			if name != f.alert && !told[name] {
				t.Errorf("%s works again: %s pages", f.part, name)
			}
			told[name] = true
		}
		if pages == 0 && firing[f.alert] == "" {
			return
		}
		if time.Since(began) > healsWithin {
			t.Fatalf("%s works again: still active: %v", f.part, firing)
		}
	}
}

// remember writes down when the dashboards are worth a picture.
func (w *watchedGround) remember(t *testing.T, name string) {
	t.Helper()
	w.moments = append(w.moments, moment{name, time.Now().Unix()})
	text, err := json.MarshalIndent(w.moments, "", "  ")
	must(t, err)
	must(t, os.WriteFile(filepath.Join(w.keep, "moments.json"), append(text, '\n'), 0o600))
}

// wantData asks every query of dashboards and rules.
func (w *watchedGround) wantData(t *testing.T) {
	t.Helper()
	boards, err := filepath.Glob(filepath.Join(deployed, "grafana/*.json"))
	must(t, err)
	args := append([]string{repository + "/.ci/prometheus/ask.py", "--interval=60s", "--empty=" + repository + "/.ci/prometheus/faults-only.txt",
		w.prometheus.url, deployed + "/prometheus/tocsin.rules.yaml"}, boards...)
	out, err := exec.CommandContext(t.Context(), "python3", args...).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Errorf("queries: %v", err)
	}
}
