package kafka_test

import (
	"slices"
	"testing"
	"time"

	"tocsin/consumer/kafka"
	"tocsin/state"
)

func TestAProducedEventCarriesItsKnownAt(t *testing.T) {
	cluster := newCluster(t, 1, invoices)
	producer, err := kafka.OpenProducer(cluster.Addresses())
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	known := state.InstantOf(time.Date(2026, 3, 1, 23, 59, 59, 999e6, time.UTC))
	if err := producer.Send(t.Context(), []kafka.Message{{Topic: invoices, Key: "C-1", Value: []byte("{}"), Timestamp: known}}); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, newPositions(), configOf(cluster, invoices))
	r.until(t, "the event", r.has(1))
	got := r.records[0]
	if got.Timestamp != known || string(got.Key) != "C-1" || string(got.Value) != "{}" {
		t.Errorf("got %s %s at %v, want C-1 {} at %v", got.Key, got.Value, got.Timestamp, known)
	}
	want := state.Header{Key: "content-type", Value: []byte("application/cloudevents+json")}
	if len(got.Headers) != 1 || got.Headers[0].Key != want.Key || !slices.Equal(got.Headers[0].Value, want.Value) {
		t.Errorf("got headers %v, want %v", got.Headers, want)
	}
}
