package kafka

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/plugin/kprom"
)

// Metrics registers what the Kafka clients count, under the prefix tocsin_kafka: connections, bytes, batches and records
// read and written, by broker and topic, and what is buffered. The label role is source or publisher. Besides, as
// tocsin_key_partitioned_unlike_java_total, the records of each topic whose key lies elsewhere than the Java client puts it.
type Metrics struct {
	Registerer prometheus.Registerer

	once   sync.Once
	unlike *prometheus.CounterVec // once it is asked for; outlives the clients
}

// elsewhere counts records of a topic whose keys were partitioned unlike the Java client's.
func (m *Metrics) elsewhere(topic string, records int) {
	if m != nil {
		m.Unlike()
		m.unlike.WithLabelValues(topic).Add(float64(records))
	}
}

// Unlike registers what no client does.
func (m *Metrics) Unlike() {
	m.once.Do(func() {
		m.unlike = prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tocsin_key_partitioned_unlike_java_total",
			Help: "Records whose key lies on another partition than the Java client's default partitioner chooses.",
		}, []string{"topic"})
		m.Registerer.MustRegister(m.unlike)
	})
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
