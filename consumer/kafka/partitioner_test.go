package kafka_test

import (
	"fmt"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kgo"

	"tocsin/consumer/kafka"
)

func TestKeysThatLieElsewhereThanJavaPutsThemAreCounted(t *testing.T) {
	cluster := newCluster(t, 3, invoices, payments)
	registry := prometheus.NewRegistry()
	config := configOf(cluster, invoices, payments)
	config.Metrics = &kafka.Metrics{Registerer: registry}

	like := newWriter(t, cluster, kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil))) // as the Java client does
	var records []*kgo.Record
	for n := range 300 {
		records = append(records, &kgo.Record{Topic: invoices, Key: []byte("ключ-" + fmt.Sprint(n*n*n))[:n%12], Value: []byte("{}")})
	}
	produce(t, like, records...)
	unlike := newWriter(t, cluster)
	// Where Utils.murmur2 of Apache Kafka puts these keys among three: the vectors of its own test.
	for key, partition := range map[string]int32{
		"21": (-973932308 & 0x7fffffff) % 3, "foobar": (-790332482 & 0x7fffffff) % 3, "a-little-bit-long-string": (-985981536 & 0x7fffffff) % 3, "abc": 479470107 % 3,
	} {
		produce(t, unlike, &kgo.Record{Topic: invoices, Partition: partition, Key: []byte(key), Value: []byte("{}")})
		produce(t, unlike, &kgo.Record{Topic: payments, Partition: (partition + 1) % 3, Key: []byte(key), Value: []byte("{}")})
	}
	for partition := range int32(3) {
		produce(t, unlike, &kgo.Record{Topic: payments, Partition: partition, Value: []byte("{}")}) // without a key
	}
	r := openReader(t, newPositions(), config)
	r.until(t, "every record", r.has(300+4+4+3))
	elsewhere := map[string]int{}
	for _, record := range r.records {
		if record.Elsewhere {
			elsewhere[record.Topic]++
		}
	}
	if elsewhere[invoices] != 0 || elsewhere[payments] != 4 {
		t.Errorf("records that say so: got %v, want four of %s", elsewhere, payments)
	}
	if got := sum(t, registry, "tocsin_key_partitioned_unlike_java_total", invoices); got != 0 {
		t.Errorf("partitioned like Java: got %v, want none counted", got)
	}
	if got := sum(t, registry, "tocsin_key_partitioned_unlike_java_total", payments); got != 4 {
		t.Errorf("partitioned otherwise: got %v, want 4", got)
	}
}
