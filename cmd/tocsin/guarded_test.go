package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state"
)

// The reader, the publisher and the import are let in by what the configuration says.
func TestARunWorksWithBrokersThatAskWhoItIs(t *testing.T) {
	l := newPipeline(t)
	dir := t.TempDir()
	authority, err := kafkatest.NewAuthority(dir)
	if err != nil {
		t.Fatal(err)
	}
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte(kafkatest.DoorsPassword), 0o600); err != nil {
		t.Fatal(err)
	}
	topics := l.config.Kafka.Topics
	l.config.Kafka.Brokers = kafkatest.Guarded(t, authority, append(topics.inputs(), topics.Alerts, topics.Tasks, topics.DeadLetters)...)
	l.config.Kafka.Security = kafka.SecurityConfig{
		TLS:  kafka.TLSConfig{Enabled: true, CAFile: authority.File},
		SASL: kafka.SASLConfig{Mechanism: kafka.Scram512, User: kafkatest.DoorsUser, PasswordFile: password},
	}
	stop := l.start(t)
	defer stop()
	now := l.now()
	overdue := state.Event{
		Kind: state.KindInvoice, Customer: "C-1", KnownAt: now, Stamp: state.Stamp{Revision: 1, Time: now, ID: "1/1", Source: "urn:t"},
		Body: &state.Invoice{InvoiceID: "1", IssueDate: l.today - 200, DueDate: l.today - 150, Total: state.Money{Minor: 9_000_000, Currency: eur(t)}},
	}
	if err := sendEvents(t.Context(), l.config, "erp", []state.Event{overdue}, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	await(t, "an alert that is published", func() bool {
		alerts, err := l.store.Alerts(t.Context(), "C-1")
		if err != nil || len(alerts) == 0 {
			return false
		}
		left, err := l.store.Unpublished(t.Context(), 10)
		return err == nil && len(left) == 0
	})
}
