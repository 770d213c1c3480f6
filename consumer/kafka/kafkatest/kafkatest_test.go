package kafkatest_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"tocsin/consumer/kafka/kafkatest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if server, err := server(); err == nil {
		if err := server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

var server = sync.OnceValues(kafkatest.Start)

func cluster(t *testing.T, topics ...kafkatest.Topic) *kafkatest.Cluster {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	return s.Cluster(t, topics...)
}

func client(t *testing.T, c *kafkatest.Cluster, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append(options, kgo.SeedBrokers(c.Addresses()...))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// values reads so many records of a topic.
func values(t *testing.T, c *kafkatest.Cluster, topic string, count int) (values []string) {
	t.Helper()
	reader := client(t, c, kgo.ConsumeTopics(topic))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for len(values) < count {
		fetches := reader.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatalf("got %v of %d: %v", values, count, err)
		}
		for _, r := range fetches.Records() {
			values = append(values, string(r.Value))
		}
	}
	return values
}

func TestWhatIsAcknowledgedOutlivesTheBroker(t *testing.T) {
	c := cluster(t, kafkatest.Topics(1, "letters")...)
	writer := client(t, c, kgo.DefaultProduceTopic("letters"))
	for n := range 2 {
		if err := writer.ProduceSync(t.Context(), kgo.StringRecord(fmt.Sprint(n))).FirstErr(); err != nil {
			t.Fatal(err)
		}
		c.Kill()
		c.Launch(t)
	}
	if got := fmt.Sprint(values(t, c, "letters", 2)); got != "[0 1]" {
		t.Errorf("got %s, want [0 1]", got)
	}
}

// A topic of the same name is another one in the next test, and empty; one that grows has its new partitions at once.
func TestAClusterHasNothingOfTheOneBefore(t *testing.T) {
	for n := range 2 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			c := cluster(t, kafkatest.Topics(1, "letters")...)
			c.Grow(t, "letters", 2)
			writer := client(t, c, kgo.DefaultProduceTopic("letters"), kgo.RecordPartitioner(kgo.ManualPartitioner()))
			for partition := range int32(2) {
				if err := writer.ProduceSync(t.Context(), &kgo.Record{Partition: partition, Value: fmt.Append(nil, n)}).FirstErr(); err != nil {
					t.Fatal(err)
				}
			}
			if got, want := fmt.Sprint(values(t, c, "letters", 2)), fmt.Sprintf("[%d %d]", n, n); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}
