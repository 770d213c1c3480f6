package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/consumer/kafka"
)

func TestTheConnectionToKafkaIsConfigured(t *testing.T) {
	c := accepted(t, `kafka:
  instance: tocsin-0
  session: 45s
  client_id: credit
  tls: {enabled: true, ca_file: /s/ca.pem, cert_file: /s/tls.crt, key_file: /s/tls.key, server_name: kafka.example}
  sasl: {mechanism: SCRAM-SHA-512, user: tocsin, password_file: /s/password}
`, "TOCSIN_KAFKA_SASL_PASSWORD_FILE=/run/secrets/password")
	want := kafka.SecurityConfig{
		TLS:  kafka.TLSConfig{Enabled: true, CAFile: "/s/ca.pem", CertFile: "/s/tls.crt", KeyFile: "/s/tls.key", ServerName: "kafka.example"},
		SASL: kafka.SASLConfig{Mechanism: kafka.Scram512, User: "tocsin", PasswordFile: "/run/secrets/password"},
	}
	if diff := cmp.Diff(want, c.Kafka.Security); diff != "" {
		t.Errorf("security (-want +got):\n%s", diff)
	}
	if c.Kafka.Instance != "tocsin-0" || c.Kafka.Session != 45*time.Second || c.Kafka.ClientID != "credit" {
		t.Errorf("got %+v, want the member's settings", c.Kafka)
	}
}

func TestSecurityThatCannotWorkIsRefused(t *testing.T) {
	got := refusals(t, `kafka:
  instance: a b
  session: 1h
  client_id: ""
  tls: {ca_file: ca.pem, server_name: kafka}
  sasl: {mechanism: OAUTHBEARER, user: tocsin, password_file: p}
`)
	want := []string{
		`tocsin.yaml:2:13: kafka.instance: "a b" is no instance's name: 1 to 249 letters, digits, dots, underscores and hyphens`,
		`tocsin.yaml:3:12: kafka.session: 1h is not between 1s and 30m`,
		`tocsin.yaml:4:14: kafka.client_id: "" is no client's id: 1 to 200 letters, digits, dots, underscores and hyphens`,
		`tocsin.yaml:5:18: kafka.tls.ca_file: has no effect while kafka.tls.enabled is false`,
		`tocsin.yaml:5:39: kafka.tls.server_name: has no effect while kafka.tls.enabled is false`,
		`tocsin.yaml:6:21: kafka.sasl.mechanism: OAUTHBEARER needs kafka.sasl.token_file`,
		`tocsin.yaml:6:40: kafka.sasl.user: has no effect with the mechanism OAUTHBEARER`,
		`tocsin.yaml:6:63: kafka.sasl.password_file: has no effect with the mechanism OAUTHBEARER`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	for body, want := range map[string]string{
		"kafka: {tls: {enabled: true, cert_file: a}}":                          "kafka.tls.cert_file: needs kafka.tls.key_file",
		"kafka: {tls: {enabled: true, key_file: a}}":                           "kafka.tls.key_file: needs kafka.tls.cert_file",
		"kafka: {tls: {server_name: 'a b'}}":                                   `kafka.tls.server_name: "a b" is no host's name`,
		"kafka: {sasl: {mechanism: PLAIN, user: u}}":                           "kafka.sasl.mechanism: PLAIN needs kafka.sasl.password_file",
		"kafka: {sasl: {mechanism: SCRAM-SHA-256, password_file: p}}":          "kafka.sasl.mechanism: SCRAM-SHA-256 needs kafka.sasl.user",
		"kafka: {sasl: {mechanism: scram-sha-512}}":                            `"scram-sha-512" is not one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER; did you mean "SCRAM-SHA-512"?`,
		"kafka: {sasl: {token_file: t}}":                                       "kafka.sasl.token_file: has no effect without a mechanism",
		"kafka: {sasl: {password: canary}}":                                    `kafka.sasl: unknown key "password"`,
		"kafka: {sasl: {mechanism: PLAIN, user: \"a\\nb\", password_file: p}}": "kafka.sasl.user: is more than a line of text",
	} {
		if got := strings.Join(refusals(t, body), "\n"); !strings.Contains(got, want) || strings.Contains(got, "canary") {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

func TestARunTellsEveryFileOfTheConnectionThatItCannotRead(t *testing.T) {
	config := filepath.Join(t.TempDir(), "tocsin.yaml")
	body := "kafka: {tls: {enabled: true, ca_file: /no/ca}, sasl: {mechanism: PLAIN, user: u, password_file: /no/password}}\nhttp: {listen: ''}\n" +
		"store: {url: 'sqlite:" + filepath.Join(filepath.Dir(config), "tocsin.db") + "'}\n"
	if err := os.WriteFile(config, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	code := run(&process{ctx: t.Context(), stdout: &bytes.Buffer{}, stderr: &stderr}, []string{"run", "--config", config})
	for _, want := range []string{"kafka.tls.ca_file: open /no/ca", "kafka.sasl.password_file: open /no/password"} {
		if code != exitFinding || !strings.Contains(stderr.String(), want) {
			t.Errorf("got code %d and %q, want %d and %q", code, stderr.String(), exitFinding, want)
		}
	}
	loaded := accepted(t, body)
	err := sendEvents(t.Context(), loaded, "erp", nil, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "kafka.tls.ca_file: open /no/ca") {
		t.Errorf("import: got %v, want the file that is missing", err)
	}
}
