package main

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"tocsin/consumer/kafka/kafkatest"
)

// outsider is a publisher that is none of ours. It reads a record a line on its standard input.
type outsider struct {
	name    string
	command *exec.Cmd
	line    func(customer, number string) string // an invoice as it wants it
}

// outsiders publish to Apache Kafka; a machine that runs it has them.
func (r *rehearsal) outsiders(t *testing.T, topic string) []outsider {
	t.Helper()
	if !kafkatest.Apache {
		return nil
	}
	brokers := r.config.Kafka.Brokers[0]
	kcat := func(name string, args ...string) outsider {
		args = append([]string{"-P", "-b", brokers, "-t", topic, "-K", "\t", "-H", "content-type=application/cloudevents+json"}, args...)
		return outsider{name, exec.CommandContext(t.Context(), "kcat", args...), func(customer, number string) string {
			return customer + "\t" + invoiceOf(customer, number, 300_000, wallClock())
		}}
	}
	console, err := kafkatest.Tool(t.Context(), "org.apache.kafka.tools.ConsoleProducer", "--bootstrap-server", brokers, "--topic", topic,
		"--property", "parse.key=true", "--property", "parse.headers=true", "--property", "headers.key.separator==")
	if err != nil {
		t.Fatal(err)
	}
	return []outsider{
		kcat("kcat-as-Java", "-X", "partitioner=murmur2_random"),
		kcat("kcat-as-it-comes"),
		{"Java", console, func(customer, number string) string { // in binary mode
			at := wallClock()
			headers := fmt.Sprintf("ce_specversion=1.0,ce_id=%s/1,ce_source=urn:acme:billing,ce_type=tocsin.invoice.issued.v1,ce_subject=%s,ce_time=%s,content-type=application/json",
				number, customer, at)
			return headers + "\t" + customer + "\t" + invoiceData(customer, number, 300_000, at)
		}},
	}
}

// publish has an outsider send an invoice to each of some customers and returns how many.
func (o outsider) publish(t *testing.T, r *rehearsal) int {
	t.Helper()
	customers := r.customers[:12]
	var lines strings.Builder
	for _, customer := range customers {
		fmt.Fprintln(&lines, o.line(customer, o.name+"-"+customer))
	}
	o.command.Stdin = strings.NewReader(lines.String())
	if out, err := o.command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", o.name, err, out)
	}
	return len(customers)
}
