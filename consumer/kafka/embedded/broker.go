// Package embedded is a Kafka broker in the process, for the demo and for trying Tocsin without a cluster. Any Kafka
// client can produce into it and consume from it.
//
// It is kfake: one goroutine, one node, no replication, no access control. So it listens on loopback only, and whoever
// wants more runs Kafka.
//
// # What it keeps
//
// With a directory it keeps topics (and their ids), records, group offsets and producer ids, and is the same cluster at
// every start: the cluster's id is drawn once and kept with the data. A store's positions are those of this directory;
// keep the two together. If one is deleted without the other, the ids differ and the reader stops instead of skipping.
//
// An acknowledged record survives kill -9 of the process, for it has been written to its file. Without [Config].Sync the
// file is left to the operating system, so that a crash of the machine can lose the last seconds; a reader whose position
// then lies behind the end stops at the gap. With Sync every batch is flushed to the disk first, at a cost.
//
// Nothing is ever deleted: retention is off, because it goes by the records' timestamps, and a played past would be gone
// at once.
//
// # Timestamps
//
// A record keeps the timestamp that its producer gives it; the topic setting message.timestamp.type is stored and not
// obeyed. Whoever plays a past sets each record's timestamp to the instant at which it became known. Producers that set
// none, kcat among them, stamp the present.
package embedded

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// DefaultAddress is where Kafka clients look first.
const DefaultAddress = "127.0.0.1:9092"

const (
	defaultPartitions = 4
	startLimit        = 30 * time.Second // for creating the topics
)

// Config is what a broker starts with.
type Config struct {
	Dir        string   // where data is kept, made if it is not there; empty: in memory, gone at Close
	Address    string   // loopback host and port; port 0 takes a free one; empty: DefaultAddress
	Topics     []string // made if they are not there
	Partitions int32    // of each new topic; zero: 4
	Sync       bool     // flush each batch to the disk before it is acknowledged
	Log        *slog.Logger
}

// Broker is a running broker.
type Broker struct {
	cluster *kfake.Cluster
	lock    *os.File
	address string
}

// Start opens the directory and listens. When it returns, the topics are there.
func Start(config Config) (*Broker, error) {
	address, err := loopback(config.Address)
	if err != nil {
		return nil, err
	}
	broker := &Broker{}
	if config.Dir != "" {
		if broker.lock, err = claim(config.Dir); err != nil {
			return nil, err
		}
	}
	if broker.cluster, err = kfake.NewCluster(options(config, address)...); err != nil {
		return nil, errors.Join(fmt.Errorf("embedded broker on %s: %w", address, hint(err)), broker.release())
	}
	broker.address = broker.cluster.ListenAddrs()[0]
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	if err := broker.create(ctx, config); err != nil {
		return nil, errors.Join(err, broker.Close())
	}
	return broker, nil
}

// Address is the host and port to connect to.
func (b *Broker) Address() string { return b.address }

// Close writes what a quick start needs and stops. Clients that are still connected are cut off.
func (b *Broker) Close() error {
	b.cluster.Close()
	return b.release()
}

func (b *Broker) release() error {
	if b.lock == nil {
		return nil
	}
	return b.lock.Close()
}

func options(config Config, address string) []kfake.Opt {
	opts := []kfake.Opt{
		kfake.NumBrokers(1),
		kfake.ClusterID(newClusterID()),
		kfake.BrokerConfigs(map[string]string{"log.retention.ms": "-1"}),
		// The listener's own address is what the broker tells its clients.
		kfake.ListenFn(func(network, _ string) (net.Listener, error) { return net.Listen(network, address) }),
	}
	if config.Dir != "" {
		opts = append(opts, kfake.DataDir(config.Dir))
	}
	if config.Sync {
		opts = append(opts, kfake.SyncWrites())
	}
	if config.Log != nil {
		opts = append(opts, kfake.WithLogger(logger{config.Log}))
	}
	return opts
}

// create makes the topics that are not there.
func (b *Broker) create(ctx context.Context, config Config) error {
	if len(config.Topics) == 0 {
		return nil
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(b.address))
	if err != nil {
		return fmt.Errorf("embedded broker: %w", err)
	}
	defer client.Close()
	request := kmsg.NewPtrCreateTopicsRequest()
	for _, name := range config.Topics {
		request.Topics = append(request.Topics, newTopic(name, config.Partitions))
	}
	response, err := request.RequestWith(ctx, client)
	if err != nil {
		return fmt.Errorf("embedded broker: create topics: %w", err)
	}
	for _, t := range response.Topics {
		if err := kerr.ErrorForCode(t.ErrorCode); err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
			return fmt.Errorf("embedded broker: create topic %s: %w", t.Topic, err)
		}
	}
	return nil
}

func newTopic(name string, partitions int32) kmsg.CreateTopicsRequestTopic {
	topic := kmsg.NewCreateTopicsRequestTopic()
	topic.Topic, topic.NumPartitions, topic.ReplicationFactor = name, partitions, 1
	if partitions == 0 {
		topic.NumPartitions = defaultPartitions
	}
	setting := kmsg.NewCreateTopicsRequestTopicConfig()
	setting.Name, setting.Value = "retention.ms", kmsg.StringPtr("-1")
	topic.Configs = append(topic.Configs, setting)
	return topic
}

// loopback refuses every address that others could reach.
func loopback(address string) (string, error) {
	if address == "" {
		address = DefaultAddress
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("embedded broker: %w", err)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return "", fmt.Errorf("embedded broker: %s is not a loopback address: it has no access control, so others must not reach it", address)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", fmt.Errorf("embedded broker: %s: the port is not between 0 and 65535", address)
	}
	return net.JoinHostPort(host, port), nil
}

// claim takes the directory for this process, until it ends or closes.
func claim(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	if err := lock(file); err != nil {
		return nil, errors.Join(fmt.Errorf("embedded broker: %s is in use by another process: %w", dir, err), file.Close())
	}
	return file, nil
}

// newClusterID draws an identity as Kafka does; a directory that has one keeps it.
func newClusterID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(id[:])
}

func hint(err error) error {
	if strings.Contains(err.Error(), "address already in use") {
		return fmt.Errorf("%w: another broker listens there; stop it or choose another port", err)
	}
	return err
}

// logger passes on what goes wrong in the broker.
type logger struct{ log *slog.Logger }

func (l logger) Logf(level kfake.LogLevel, format string, args ...any) {
	switch level {
	case kfake.LogLevelError:
		l.log.Error("embedded broker: " + fmt.Sprintf(format, args...))
	case kfake.LogLevelWarn:
		l.log.Warn("embedded broker: " + fmt.Sprintf(format, args...))
	}
}
