package kafka_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"tocsin/consumer/kafka"
)

func TestMetricsOfReaderAndPublisherStandSideBySide(t *testing.T) {
	cluster := newCluster(t, 1, invoices)
	registry := prometheus.NewRegistry()
	metrics := &kafka.Metrics{Registerer: registry}
	config := configOf(cluster, invoices)
	config.Metrics = metrics
	produce(t, newWriter(t, cluster), numbered(invoices, 0, 0, 5)...)
	publisher, err := kafka.OpenPublisher(kafka.PublisherConfig{
		Brokers: cluster.Addresses(), Alerts: "a", Tasks: "t", DeadLetters: "d", Metrics: metrics,
	}, &unpublished{})
	if err != nil {
		t.Fatal(err)
	}
	defer publisher.Close()
	r := openReader(t, newPositions(), config)
	r.until(t, "five records", r.has(5))

	if got := sum(t, registry, "tocsin_kafka_fetch_records_total", "source"); got != 5 {
		t.Errorf("records fetched: got %v, want 5", got)
	}
	if err := r.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := sum(t, registry, "tocsin_kafka_fetch_records_total", "source"); got != 0 {
		t.Errorf("after close: got %v, want the metrics gone", got)
	}
}

// sum adds the samples of one role of a counter.
func sum(t *testing.T, registry *prometheus.Registry, name, role string) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	total := 0.0
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, sample := range family.GetMetric() {
			if strings.Contains(sample.String(), role) {
				total += sample.GetCounter().GetValue()
			}
		}
	}
	return total
}
