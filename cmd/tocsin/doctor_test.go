package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/alerts/slack/slacktest"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state/postgres/pgtest"
)

// patient is all that a run needs, and everything is as it should be.
type patient struct {
	cluster *kafkatest.Cluster
	slack   *slacktest.Slack
	file    string // the configuration's
	token   string // file of Slack's
	store   string
}

func newPatient(t *testing.T) *patient {
	t.Helper()
	server, err := clusters()
	must(t, err)
	topics := defaultConfig().Kafka.Topics
	p := &patient{cluster: server.Cluster(t)}
	for _, name := range topics.inputs() {
		p.cluster.Create(t, kafkatest.Topic{Name: name, Partitions: 3, Settings: map[string]string{"message.timestamp.type": "LogAppendTime"}})
	}
	p.cluster.Create(t, kafkatest.Topics(1, topics.Alerts, topics.Tasks, topics.DeadLetters)...)
	database, err := pgtest.StartWith("fsync=on")
	must(t, err)
	t.Cleanup(func() { _ = database.Stop() })
	p.store = database.NewSchema(t)
	p.slack, err = slacktest.New("")
	must(t, err)
	t.Cleanup(func() { _ = p.slack.Close() })
	p.slack.SetToken("xoxb-planted-secret")
	dir := t.TempDir()
	p.token = filepath.Join(dir, "slack")
	must(t, os.WriteFile(p.token, []byte("xoxb-planted-secret\n"), 0o600))
	p.file = filepath.Join(dir, "tocsin.yaml")
	must(t, os.WriteFile(p.file, fmt.Appendf(nil, "kafka: {brokers: [%s]}\nstore: {url: %q}\nslack: {token_file: %s, api_url: %q}\n",
		strings.Join(p.cluster.Addresses(), ", "), p.store, p.token, p.slack.URL), 0o600))
	if code, out := p.command(t, nil, "migrate", "up"); code != exitGood {
		t.Fatal(out)
	}
	return p
}

func (p *patient) command(t *testing.T, environ []string, args ...string) (code int, out string) {
	t.Helper()
	var text bytes.Buffer
	code = run(&process{t.Context(), environ, nil, &text, &text}, append(args, "--config", p.file))
	if strings.Contains(text.String(), "planted-secret") {
		t.Errorf("a secret is printed: %s", text.String())
	}
	return code, text.String()
}

// examined is what the doctor finds, besides what is ok.
func (p *patient) examined(t *testing.T, environ ...string) (code int, found remarks) {
	t.Helper()
	code, out := p.command(t, environ, "doctor", "--output", "json")
	var report struct {
		OK       bool
		Findings remarks
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || report.OK != (code == exitGood) {
		t.Fatalf("exit %d, %v: %s", code, err, out)
	}
	for _, r := range report.Findings {
		if r.State == wrong && r.Mend == "" {
			t.Errorf("%s is wrong, and nothing mends it: %s", r.Check, r.Found)
		}
	}
	return code, slices.DeleteFunc(report.Findings, func(r remark) bool { return r.State == fine })
}

// wants what is wrong, each as "check: part of what was found -> part of what mends it".
func (p *patient) wants(t *testing.T, what string, environ []string, want ...string) {
	t.Helper()
	code, found := p.examined(t, environ...)
	found = slices.DeleteFunc(found, func(r remark) bool { return r.State != wrong })
	if (code == exitFinding) != (len(want) > 0) || len(found) != len(want) {
		t.Errorf("%s: exit %d with %+v, want %d findings", what, code, found, len(want))
		return
	}
	for i, w := range want {
		check, rest, _ := strings.Cut(w, ": ")
		part, mend, _ := strings.Cut(rest, " -> ")
		if r := found[i]; r.Check != check || !strings.Contains(r.Found, part) || !strings.Contains(r.Mend, mend) {
			t.Errorf("%s: got %+v, want %s", what, r, w)
		}
	}
}

// OverACluster: Apache Kafka tells what kfake does not, such as what we may do.
func TestADoctorOverAClusterFindsWhatIsWrong(t *testing.T) {
	p := newPatient(t)
	code, found := p.examined(t)
	if code != exitGood {
		t.Errorf("all is well: exit %d with %+v", code, found)
	}
	for _, r := range found {
		if want := []string{"store rights", "store standby"}; !slices.Contains(want, r.Check) {
			t.Errorf("all is well: got %+v, want notes of %v alone", r, want)
		}
	}
	_, text := p.command(t, nil, "doctor")
	for _, line := range []string{"ok     kafka: cluster ", "ok     kafka topic credit.orders.v1: 3 partitions", "ok     kafka group tocsin: 0 members", "ok     store: postgres://",
		"ok     store durability: fsync and full_page_writes are on", "ok     slack: tocsin in Acme", "ok     slack channel #credit-alerts: the app is a member",
		"note   store rights: tocsin may do more than a run needs", "ok     http.listen: 127.0.0.1:9464, for this machine alone"} {
		if !strings.Contains(text, "\n"+line) && !strings.HasPrefix(text, line) {
			t.Errorf("got\n%s\nwithout %q", text, line)
		}
	}

	brokers := strings.Join(p.cluster.Addresses(), ",")
	p.cluster.Create(t, kafkatest.Topic{Name: "squeezed", Partitions: 3, Settings: map[string]string{"cleanup.policy": "compact", "message.timestamp.type": "CreateTime"}})
	p.cluster.Create(t, kafkatest.Topic{Name: "narrow", Partitions: 1, Settings: map[string]string{"message.timestamp.type": "LogAppendTime"}})
	p.wants(t, "topics", []string{"TOCSIN_KAFKA_TOPICS_ORDERS=squeezed", "TOCSIN_KAFKA_TOPICS_FX=nowhere", "TOCSIN_KAFKA_TOPICS_TASKS=none-of-these"},
		"kafka topic nowhere: it does not exist -> kafka-topics.sh --bootstrap-server "+brokers+" --create --topic nowhere --partitions 12 --replication-factor 3 --config message.timestamp.type=LogAppendTime",
		"kafka topic squeezed: message.timestamp.type is CreateTime -> kafka-configs.sh --bootstrap-server "+brokers+" --alter --entity-type topics --entity-name squeezed --add-config message.timestamp.type=LogAppendTime",
		"kafka topic squeezed: cleanup.policy is compact -> --add-config cleanup.policy=delete",
		"kafka topic none-of-these: it does not exist -> --create --topic none-of-these")
	if _, found := p.examined(t, "TOCSIN_KAFKA_TOPICS_FX=narrow"); !slices.ContainsFunc(found, func(r remark) bool {
		return r.Check == "kafka partitions" && r.State == noted && strings.Contains(r.Found, "narrow: 1 partition, where others have 3") && strings.Contains(r.Mend, "--alter --partitions 3 --topic narrow")
	}) {
		t.Errorf("a topic with fewer partitions is not noted: %+v", found)
	}

	p.wants(t, "a store that is empty", []string{"TOCSIN_STORE_URL=" + strings.Replace(p.store, "search_path=", "search_path=pg_temp,", 1)}, "store schema: there is no store yet -> tocsin migrate up")
	p.wants(t, "a key that is misspelt", []string{"TOCSIN_LEDGER_CLOSE_DELAY=soon"}, "configuration: soon -> tocsin check --print-defaults")

	p.slack.AddForeignChannel("C0KEY", "key")
	p.slack.Grant("chat:write", "channels:read", "channels:history", "groups:read")
	p.wants(t, "Slack's scopes and channels", []string{`TOCSIN_NOTIFY_ROUTES=[{severity: critical, channels: ["#key", "#nowhere"]}]`},
		"slack scopes: the app lacks groups:history -> tocsin slack manifest",
		"slack channel #key: the app is no member -> /invite @tocsin",
		"slack channel #nowhere: there is none that the app can see -> /invite @tocsin")
	must(t, os.WriteFile(p.token, []byte("xoxb-another-planted-secret\n"), 0o644))
	must(t, os.Chmod(p.token, 0o644))
	p.wants(t, "a wrong token that everybody reads", nil, "slack.token_file "+p.token+": every user of this machine can read it -> chmod o-r "+p.token, "slack: invalid_auth -> xoxb-")
}

func TestADoctorFindsWhoDoesNotAnswer(t *testing.T) {
	dir := t.TempDir()
	p := &patient{file: filepath.Join(dir, "tocsin.yaml"), token: filepath.Join(dir, "slack")}
	must(t, os.WriteFile(p.token, []byte("xoxb-planted-secret"), 0o600))
	nobody := unusedAddress(t)
	must(t, os.WriteFile(p.file, fmt.Appendf(nil, "kafka: {brokers: [%[1]s]}\nstore: {url: 'postgres://tocsin:planted-secret@%[1]s/credit?connect_timeout=2'}\nslack: {token_file: %[2]s, api_url: 'http://%[1]s/api/'}\n",
		nobody, p.token), 0o600))
	p.wants(t, "nobody answers", nil, "store: refused -> psql", "kafka: refused -> kafka-broker-api-versions.sh --bootstrap-server "+nobody, "slack: refused -> tocsin slack manifest")
	p.wants(t, "and files are not there", []string{"TOCSIN_SLACK_TOKEN_FILE=" + dir + "/none", "TOCSIN_KAFKA_SASL_MECHANISM=PLAIN", "TOCSIN_KAFKA_SASL_USER=tocsin", "TOCSIN_KAFKA_SASL_PASSWORD_FILE=" + dir + "/no-password",
		"TOCSIN_HTTP_TLS_CERT_FILE=" + dir + "/cert", "TOCSIN_HTTP_TLS_KEY_FILE=" + dir + "/key", "TOCSIN_HTTP_TOKENS_FILE=" + dir + "/tokens", "TOCSIN_STORE_URL=sqlite:" + dir + "/nowhere/tocsin.db"},
		"kafka.sasl.password_file "+dir+"/no-password: no such file -> create it", "slack.token_file "+dir+"/none: no such file -> create it", "http.tls.key_file "+dir+"/key: no such file -> create it",
		"http.tls: cert -> issue", "http.tokens_file: tokens -> sha256sum", "disk: does not exist -> mkdir -p "+dir+"/nowhere", "kafka: no-password -> deploy/kafka/README.md", "slack: no such file -> xoxb-")
}

func TestADoctorLooksAtAStoreInAFile(t *testing.T) {
	dir := t.TempDir()
	c := defaultConfig()
	c.StoreURL = "sqlite:" + filepath.Join(dir, "tocsin.db")
	if f := c.examineFile(t.Context()); !f.sound() || len(f) != 2 {
		t.Errorf("before the first run: %+v", f)
	}
	store, err := c.openStore(t.Context(), ownStore)
	must(t, err)
	must(t, store.Close())
	if f := c.examineFile(t.Context()); !f.sound() || !strings.Contains(f.text(), "ok     store schema: it has schema ") {
		t.Errorf("after it: %+v", f)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".tocsin-doctor-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}
