//go:build examples

package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tocsin/consumer"
	"tocsin/consumer/contract"
	"tocsin/consumer/kafka"
)

// publisher is one of the examples for publishers.
type publisher struct {
	client  string
	command []string // without its argument, the brokers
}

// publishers are all of them, with what deploy/examples/publishers/install.sh has put below .tools.
func publishers(t *testing.T) []publisher {
	t.Helper()
	examples, tools := absolute(t, "deploy/examples/publishers"), absolute(t, ".tools/publishers")
	return []publisher{
		{"kcat", []string{filepath.Join(examples, "kcat/publish.sh")}},
		{"Python", []string{filepath.Join(tools, "python/bin/python"), filepath.Join(examples, "python/publish.py")}},
		{"Java", []string{"java", "-cp", filepath.Join(tools, "java", "*"), filepath.Join(examples, "java/Publish.java")}},
	}
}

func absolute(t *testing.T, inRepository string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(repository, inRepository))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// run runs a publisher and returns what it prints.
func (p publisher) run(t *testing.T, brokers string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), p.command[0], append(p.command[1:], brokers)...)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", p.client, err, out, stderrOf(err))
	}
	return out
}

func stderrOf(err error) []byte {
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.Stderr
	}
	return nil
}

// Each example's invoice is accepted, twice sent is once known, and its record is what Tocsin's own producer would have sent:
// the customer's id as the key, that key's partition, and the header. The customer is one whose partition other
// partitioners would choose differently.
func TestWhatTheExamplesPublishIsAccepted(t *testing.T) {
	const customer = "C-104822"
	l := newPipeline(t)
	l.now, l.today = wallClock, wallClock().Date(time.UTC)
	invoices := l.config.Kafka.Topics.Invoices
	l.send(t, kafka.Message{Topic: invoices, Key: customer, Timestamp: l.now(), Value: []byte(
		`{"specversion":"1.0","id":"beat/1","source":"urn:t","type":"tocsin.heartbeat.v1","time":"2026-01-05T08:00:00Z","data":{}}`)})
	defer l.start(t)()
	for _, p := range publishers(t) {
		p.run(t, l.config.Kafka.Brokers[0])
		p.run(t, l.config.Kafka.Brokers[0])
		l.sent += 2
	}
	await(t, "read what was published", func() bool { return l.caughtUp(t) })

	rec, day, err := consumer.RecordAt(t.Context(), l.store, earlierEngines(l.store), customer, 0)
	if err != nil || rec == nil {
		t.Fatalf("customer %s: %v, %v", customer, rec, err)
	}
	record := l.engine.CustomerRecord(rec, day)
	if *record.OpenCount != 3 || *record.Receivables != "31930.50" || *record.Currency != "EUR" {
		t.Errorf("got %d open invoices of %s %s, want 3 of EUR 31930.50", *record.OpenCount, *record.Currency, *record.Receivables)
	}
	if n, err := l.store.DeadLetterCount(t.Context()); n > 0 || err != nil {
		t.Errorf("%d dead letters, %v", n, err)
	}
	records := l.read(t, invoices, 7)
	for _, r := range records {
		if string(r.Key) != customer || r.Number != records[0].Number {
			t.Errorf("%s: key %s in partition %d, want %s in %d", r.Value, r.Key, r.Number, customer, records[0].Number)
		}
		if len(r.Headers) != 1 || r.Headers[0].Key != "content-type" || string(r.Headers[0].Value) != "application/cloudevents+json" {
			t.Errorf("%s: headers %v", r.Value, r.Headers)
		}
	}
	if len(records) != 7 {
		t.Errorf("%d records in %s, want 7", len(records), invoices)
	}
}

// Without a broker each example prints its event.
func TestWhatTheExamplesPrintSatisfiesTheContract(t *testing.T) {
	for _, p := range publishers(t) {
		faults, err := contract.Check(p.client, bytes.NewReader(p.run(t, "-")), contract.Options{}, func(_ int, fault contract.Reject) {
			t.Errorf("%s: %v", p.client, &fault)
		})
		if err != nil || faults > 0 {
			t.Errorf("%s: %d faults, %v", p.client, faults, err)
		}
	}
}
