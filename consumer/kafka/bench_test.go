package kafka_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"tocsin/consumer/kafka"
)

// BenchmarkPoll reads a backlog of events of 400 bytes in four partitions, broker and reader sharing the machine.
func BenchmarkPoll(b *testing.B) {
	const events = 200_000
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(4, invoices))
	if err != nil {
		b.Fatal(err)
	}
	defer cluster.Close()
	writer, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.DefaultProduceTopic(invoices))
	if err != nil {
		b.Fatal(err)
	}
	defer writer.Close()
	for i := range events {
		writer.Produce(b.Context(), &kgo.Record{
			Key:     fmt.Appendf(nil, "C-%d", i%5000),
			Value:   fmt.Appendf(nil, "%0400d", i),
			Headers: []kgo.RecordHeader{{Key: "content-type", Value: []byte("application/cloudevents+json")}},
		}, nil)
	}
	if err := writer.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	group := 0
	for b.Loop() {
		b.StopTimer()
		group++
		client, err := kafka.Open(kafka.Config{Brokers: cluster.ListenAddrs(), Group: fmt.Sprint(group), Topics: []string{invoices}}, newPositions(), wall)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := client.Poll(b.Context(), 1); err != nil { // the group is joined
			b.Fatal(err)
		}
		b.StartTimer()
		for read := 0; read < events-1; {
			polled, err := client.Poll(b.Context(), 5000)
			if err != nil {
				b.Fatal(err)
			}
			read += len(polled.Records)
		}
		b.StopTimer()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_ = client.Close(ctx)
		cancel()
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N)*events/b.Elapsed().Seconds(), "records/s")
}
