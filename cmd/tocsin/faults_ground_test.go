//go:build faults && kafka

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/alerts/slack/slacktest"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state/postgres/pgtest"
)

// watchedGround is all that may stop, and who watches it.
type watchedGround struct {
	topics     topicConfig
	cluster    *kafkatest.Cluster
	server     *pgtest.Server
	slack      *slackDoor
	binary     string
	file       string // the configuration's
	zone       string // the folder of its time zone
	addresses  []string
	processes  []*playedProcess
	load       *load
	prometheus *prometheusServer
	midnight   time.Time
	keep       string // what outlives the test
	moments    []moment
}

// moment is one of which dashboards are drawn.
type moment struct {
	Name string `json:"name"`
	At   int64  `json:"at"` // seconds since 1970
}

// untilMidnight is so long after the start that a day ends: what its close shows is to be seen too.
const untilMidnight = 2 * time.Minute

func newWatchedGround(t *testing.T) *watchedGround {
	t.Helper()
	w := &watchedGround{topics: defaultConfig().Kafka.Topics, midnight: time.Now().Add(untilMidnight).Truncate(time.Second)}
	var err error
	w.keep, err = filepath.Abs(repository + "/.tools/faults")
	must(t, err)
	must(t, os.RemoveAll(w.keep))
	must(t, os.MkdirAll(w.keep, 0o700))
	w.binary = buildTocsin(t, "")
	clusters, err := clusters()
	must(t, err)
	w.cluster = clusters.Cluster(t, kafkatest.Topics(3, append(w.topics.inputs(), w.topics.Canary, w.topics.Alerts, w.topics.Tasks, w.topics.DeadLetters)...)...)
	w.server, err = pgtest.Start()
	must(t, err)
	t.Cleanup(func() { _ = w.server.Stop() })
	w.slack = newSlackDoor(t)
	w.configure(t)
	for n := range instances {
		w.addresses = append(w.addresses, unusedAddress(t))
		w.processes = append(w.processes, nil)
		w.launch(t, n)
	}
	w.prometheus = startPrometheus(t, w.addresses, w.keep)
	w.load = startLoad(t, w)
	return w
}

// configure writes the configuration, and a time zone in which a day ends soon.
func (w *watchedGround) configure(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	w.zone = dir
	must(t, os.WriteFile(filepath.Join(dir, "Soon"), zoneFile(w.offset()), 0o600))
	token := filepath.Join(dir, "token")
	must(t, os.WriteFile(token, []byte("xoxb-test\n"), 0o600))
	w.file = filepath.Join(dir, "tocsin.yaml")
	text := fmt.Sprintf("kafka: {brokers: [%s], group: faults}\nstore: {url: %q}\nledger: {time_zone: Soon}\n"+
		"notify: {settle: 2s, budget: 0, cool_down: 0s, digest: {daily: \"24:00\", weekly: \"\"}, flood: {cases: 0}}\nslack: {token_file: %q, api_url: %q}\n"+
		"canary: {every: 1m}\nsources: {\"urn:t\": erp}\nrule_sets: {strict: {detectors: {overdue: {warning_days: 5}}}}\n",
		strings.Join(w.cluster.Addresses(), ", "), w.server.NewSchema(t), token, w.slack.url)
	must(t, os.WriteFile(w.file, []byte(text), 0o600))
}

// offset is how far east of Greenwich it is midnight then.
func (w *watchedGround) offset() time.Duration {
	utc := w.midnight.UTC()
	since := utc.Sub(utc.Truncate(24 * time.Hour))
	if since > 12*time.Hour {
		return 24*time.Hour - since
	}
	return -since
}

// zoneFile is a time zone as the time zone database writes one that never changes: RFC 8536.
func zoneFile(offset time.Duration) []byte {
	var b bytes.Buffer
	b.WriteString("TZif")
	b.Write(make([]byte, 16)) // version 1
	for _, count := range []uint32{0, 0, 0, 0, 1, 5} {
		_ = binary.Write(&b, binary.BigEndian, count) // into memory
	}
	_ = binary.Write(&b, binary.BigEndian, int32(offset.Seconds()))
	b.WriteString("\x00\x00SOON\x00")
	return b.Bytes()
}

// launch starts an instance of Tocsin.
func (w *watchedGround) launch(t *testing.T, n int) {
	t.Helper()
	command := exec.Command(w.binary, "run", "--config", w.file, "--log-level", "warn")
	command.Env = append(os.Environ(), "TOCSIN_HTTP_LISTEN="+w.addresses[n], "ZONEINFO="+w.zone, "GOMAXPROCS=1")
	w.processes[n] = startProcess(t, command)
}

// settleDown waits until the day has ended and closed, everything is caught up with, and Prometheus has written what it writes every five
// minutes.
func (w *watchedGround) settleDown(t *testing.T) {
	t.Helper()
	end := w.midnight.Add(7 * time.Minute)
	for time.Now().Before(end) && !w.prometheus.has(t, "tocsin:days_late:ratio_increase30d >= 0") {
		time.Sleep(time.Second)
	}
	w.load.steady(t)
	if firing := w.prometheus.firing(t); hasPage(firing) {
		t.Errorf("nothing has happened, and there are pages: %v", firing)
	}
}

// What Slack does.
const (
	slackWorks int32 = iota
	slackFails
	slackHangs
)

// slackDoor is the way to a Slack, which can be shut.
type slackDoor struct {
	url  string
	does atomic.Int32
}

func (s *slackDoor) set(does int32) { s.does.Store(does) }

func newSlackDoor(t *testing.T) *slackDoor {
	t.Helper()
	workspace, err := slacktest.New("")
	must(t, err)
	t.Cleanup(func() { _ = workspace.Close() })
	to, err := url.Parse(workspace.URL)
	must(t, err)
	s, behind := &slackDoor{}, httputil.NewSingleHostReverseProxy(&url.URL{Scheme: to.Scheme, Host: to.Host})
	closing := make(chan struct{})
	door := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		switch s.does.Load() {
		case slackFails:
			http.Error(out, "no server is available", http.StatusServiceUnavailable)
		case slackHangs:
			select {
			case <-in.Context().Done():
			case <-closing:
			}
		default:
			behind.ServeHTTP(out, in)
		}
	}))
	t.Cleanup(func() { close(closing); door.Close() })
	s.url = door.URL + to.Path
	return s
}
