package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"tocsin/consumer/kafka/embedded"
)

const (
	topic    = "credit.invoices.v1"
	childDir = "TOCSIN_TEST_BROKER_DIR" // set: this process is a broker in a directory, to be killed
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		serve(dir)
	}
	goleak.VerifyTestMain(m)
}

// serve runs a broker until the process is killed.
func serve(dir string) {
	broker, err := embedded.Start(configOf(dir))
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	fmt.Println(broker.Address())
	select {}
}

func configOf(dir string) embedded.Config {
	return embedded.Config{Dir: dir, Address: "127.0.0.1:0", Topics: []string{topic}}
}

func start(t *testing.T, config embedded.Config) *embedded.Broker {
	t.Helper()
	broker, err := embedded.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	return broker
}

func stop(t *testing.T, broker *embedded.Broker) {
	t.Helper()
	if err := broker.Close(); err != nil {
		t.Fatal(err)
	}
}

func connect(t *testing.T, address string) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.ConsumeTopics(topic),
		kgo.ConsumeStartOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// read polls so many records.
func read(t *testing.T, client *kgo.Client, count int) []*kgo.Record {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var records []*kgo.Record
	for len(records) < count {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatalf("got %d of %d records: %v", len(records), count, err)
		}
		records = append(records, fetches.Records()...)
	}
	return records
}

// total is how many records the topic holds.
func total(t *testing.T, client *kgo.Client) int64 {
	t.Helper()
	ends, err := kadm.NewClient(client).ListEndOffsets(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	ends.Each(func(o kadm.ListedOffset) { sum += o.Offset })
	return sum
}

// identity is what a store's position is bound to.
func identity(t *testing.T, client *kgo.Client) (cluster, id string, partitions int) {
	t.Helper()
	seen, err := kadm.NewClient(client).Metadata(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	return seen.Cluster, seen.Topics[topic].ID.String(), len(seen.Topics[topic].Partitions)
}

func TestAcknowledgedRecordsSurviveKill(t *testing.T) {
	dir := t.TempDir()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || strings.HasPrefix(line, "error") {
		t.Fatalf("child: %s %v", line, err)
	}
	client := connect(t, strings.TrimSpace(line))
	cluster, id, _ := identity(t, client)

	acknowledged := produceUntilKilled(t, client, child)

	broker := start(t, configOf(dir))
	defer stop(t, broker)
	again := connect(t, broker.Address())
	defer again.Close()
	if c, i, _ := identity(t, again); c != cluster || i != id {
		t.Errorf("identity: got %s %s, want %s %s", c, i, cluster, id)
	}
	seen := make(map[string]int)
	for _, record := range read(t, again, int(total(t, again))) {
		seen[string(record.Value)]++
	}
	for value := range acknowledged {
		if seen[value] != 1 {
			t.Errorf("acknowledged record %s: got it %d times, want once", value, seen[value])
		}
	}
	t.Logf("%d acknowledged before the kill, %d in the log", len(acknowledged), len(seen))
}

// produceUntilKilled kills the broker amid a stream of records and returns the values that it had acknowledged.
func produceUntilKilled(t *testing.T, client *kgo.Client, broker *exec.Cmd) map[string]bool {
	t.Helper()
	var (
		mu           sync.Mutex
		acknowledged = make(map[string]bool)
		enough       = make(chan struct{})
	)
	stream := func(i int) {
		client.Produce(t.Context(), &kgo.Record{Topic: topic, Key: fmt.Append(nil, i%50), Value: fmt.Append(nil, i)}, func(r *kgo.Record, err error) {
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				acknowledged[string(r.Value)] = true
				if len(acknowledged) == 5000 {
					close(enough)
				}
			}
		})
	}
	for i, amid := 0, true; amid; i++ {
		select {
		case <-enough:
			amid = false
		default:
			stream(i)
		}
	}
	if err := broker.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = broker.Wait() // killed
	client.Close()    // fails what is in flight and waits for its callbacks
	mu.Lock()
	defer mu.Unlock()
	return acknowledged
}

func TestACleanRestartKeepsEverything(t *testing.T) {
	dir := t.TempDir()
	known := time.Date(2025, 11, 3, 8, 0, 0, 0, time.UTC) // far behind every default retention
	broker := start(t, configOf(dir))
	client := connect(t, broker.Address())
	if err := client.ProduceSync(t.Context(), &kgo.Record{Topic: topic, Value: []byte("1"), Timestamp: known}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	var commit kadm.Offsets
	commit.AddOffset(topic, 0, 1, -1)
	if err := kadm.NewClient(client).CommitAllOffsets(t.Context(), "tocsin", commit); err != nil {
		t.Fatal(err)
	}
	cluster, id, partitions := identity(t, client)
	if partitions != 4 {
		t.Errorf("got %d partitions, want 4", partitions)
	}
	client.Close()
	stop(t, broker)

	broker = start(t, configOf(dir))
	defer stop(t, broker)
	client = connect(t, broker.Address())
	defer client.Close()
	if c, i, p := identity(t, client); c != cluster || i != id || p != partitions {
		t.Errorf("identity: got %s %s %d, want %s %s %d", c, i, p, cluster, id, partitions)
	}
	if got := read(t, client, 1)[0]; !got.Timestamp.Equal(known) || string(got.Value) != "1" {
		t.Errorf("got %s of %v, want 1 of %v: the producer's timestamp", got.Value, got.Timestamp, known)
	}
	offsets, err := kadm.NewClient(client).FetchOffsets(t.Context(), "tocsin")
	if err != nil {
		t.Fatal(err)
	}
	if at, _ := offsets.Lookup(topic, 0); at.At != 1 {
		t.Errorf("group offset: got %d, want 1", at.At)
	}
}

func TestTwoDirectoriesAreTwoClusters(t *testing.T) {
	var seen []string
	for range 2 {
		broker := start(t, configOf(t.TempDir()))
		client := connect(t, broker.Address())
		cluster, id, _ := identity(t, client)
		seen = append(seen, cluster, id)
		client.Close()
		stop(t, broker)
	}
	if seen[0] == seen[2] || seen[1] == seen[3] {
		t.Errorf("got %v, want ids of their own", seen)
	}
}

func TestRetentionNeverTakesAPlayedPast(t *testing.T) {
	broker := start(t, configOf(t.TempDir()))
	defer stop(t, broker)
	client := connect(t, broker.Address())
	defer client.Close()
	got, err := kadm.NewClient(client).DescribeTopicConfigs(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range got[0].Configs {
		if setting.Key == "retention.ms" && setting.MaybeValue() != "-1" {
			t.Errorf("retention.ms: got %s, want -1", setting.MaybeValue())
		}
	}
}

func TestWhatCannotStartSaysWhy(t *testing.T) {
	dir := t.TempDir()
	broker := start(t, configOf(dir))
	defer stop(t, broker)
	for _, test := range []struct {
		name   string
		config embedded.Config
		want   string
	}{
		{"reachable by others", embedded.Config{Address: "0.0.0.0:9092"}, "0.0.0.0:9092 is not a loopback address"},
		{"a name", embedded.Config{Address: "kafka.example:9092"}, "is not a loopback address"},
		{"no port", embedded.Config{Address: "127.0.0.1"}, "missing port"},
		{"port out of range", embedded.Config{Address: "127.0.0.1:70000"}, "the port is not between"},
		{"port taken", embedded.Config{Address: broker.Address()}, "another broker listens there"},
		{"directory taken", configOf(dir), "is in use by another process"},
	} {
		other, err := embedded.Start(test.config)
		if err == nil {
			err = errors.Join(errors.New("it started"), other.Close())
		}
		if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}
