package kafka

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"tocsin/state"
)

// Producer sends contract events to their topics, each for itself: the demo's portfolio.
type Producer struct {
	kafka *kgo.Client
}

// Message is one event on its way to a topic. Its timestamp is what a reader takes for known_at where the topic does not
// stamp records itself.
type Message struct {
	Topic     string
	Key       string
	Value     []byte
	Timestamp state.Instant
}

// contentType marks a structured CloudEvents document.
var contentType = kgo.RecordHeader{Key: "content-type", Value: []byte("application/cloudevents+json")}

// OpenProducer makes a producer. It does not wait for a broker.
func OpenProducer(brokers []string) (*Producer, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.ClientID("tocsin-producer"), kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.AllowIdempotentProduceCancellation())
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	return &Producer{kafka: client}, nil
}

// Send returns when all messages are acknowledged. After an error some of them may be in their topics; sending all again
// does no harm, since a repeated event changes nothing.
func (p *Producer) Send(ctx context.Context, messages []Message) error {
	return send(ctx, p.kafka, messages)
}

// send produces messages and waits until all are acknowledged.
func send(ctx context.Context, client *kgo.Client, messages []Message) error {
	records := make([]*kgo.Record, len(messages))
	for i, m := range messages {
		records[i] = &kgo.Record{
			Topic: m.Topic, Key: []byte(m.Key), Value: m.Value, Headers: []kgo.RecordHeader{contentType}, Timestamp: time.Unix(0, int64(m.Timestamp)),
		}
	}
	if err := client.ProduceSync(ctx, records...).FirstErr(); err != nil {
		return fmt.Errorf("produce %d records: %w", len(records), err)
	}
	return nil
}

// Close lets the producer go.
func (p *Producer) Close() { p.kafka.Close() }
