package kafka

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/plugin/kprom"
)

// Metrics registers what the Kafka clients count, under the prefix tocsin_kafka: connections, bytes, batches and records
// read and written, by broker and topic, and what is buffered. The label role is source or publisher.
type Metrics struct {
	Registerer prometheus.Registerer
}

// hooks counts for one client. Its metrics leave the registry when the client is closed.
func (m *Metrics) hooks(role string) []kgo.Hook {
	if m == nil {
		return nil
	}
	return []kgo.Hook{kprom.NewMetrics("tocsin_kafka",
		kprom.Registerer(m.Registerer),
		kprom.WithStaticLabel(prometheus.Labels{"role": role}),
		kprom.FetchAndProduceDetail(kprom.ByTopic, kprom.Batches, kprom.Records, kprom.CompressedBytes, kprom.UncompressedBytes),
	)}
}
