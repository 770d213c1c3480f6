package kafka

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Bounds of what a fetch may hold in memory: at most maxFetches × fetchBytes compressed, each batch up to
// decompressedBytes more while it is decoded.
const (
	maxFetches        = 4
	fetchBytes        = 8 << 20
	fetchPartition    = 1 << 20
	decompressedBytes = 64 << 20
)

// Config is how a client finds its topics.
type Config struct {
	Brokers  []string // host:port of some brokers
	Group    string   // consumer group
	Topics   []string // input topics; one that does not exist yet is picked up when it is created
	ClientID string   // name in the brokers' logs; empty: tocsin

	// Instance makes the member static: it does not leave when it is closed, and whoever joins under this name within Session gets its
	// partitions back as they were, without a rebalance, be it after a drain or a kill. What is gone for longer than Session loses them,
	// and until then nobody reads them. Of two members of one name the older is refused for good. Empty: each start is a new member.
	Instance string
	Session  time.Duration // silence after which the group gives the partitions away; zero: 10 s
	Refresh  time.Duration // how often topics and partitions are asked for; zero: 10 s

	Security *Security    // nil: plain text
	Log      *slog.Logger // nil: silent
	Metrics  *Metrics     // nil: none
}

// validate names every fault of the configuration at once.
func (c Config) validate() error {
	seen := make(map[string]bool, len(c.Topics))
	var twice string
	for _, topic := range c.Topics {
		if seen[topic] {
			twice = topic
		}
		seen[topic] = true
	}
	var faults []error
	for _, check := range []struct {
		fault bool
		text  string
	}{
		{len(c.Brokers) == 0, "no brokers"},
		{c.Group == "", "no consumer group"},
		{len(c.Topics) == 0, "no topics"},
		{seen[""], "a topic without name"},
		{twice != "", fmt.Sprintf("topic %s is listed twice", twice)},
		{c.Session < 0 || c.Refresh < 0, "a negative duration"},
	} {
		if check.fault {
			faults = append(faults, errors.New("kafka: "+check.text))
		}
	}
	return errors.Join(faults...)
}

// withDefaults fills what was left open.
func (c Config) withDefaults() Config {
	if c.ClientID == "" {
		c.ClientID = "tocsin"
	}
	if c.Session == 0 {
		c.Session = 10 * time.Second
	}
	if c.Refresh == 0 {
		c.Refresh = 10 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// options are the client's settings but for its callbacks.
func (c Config) options() []kgo.Opt {
	options := []kgo.Opt{
		kgo.SeedBrokers(c.Brokers...),
		kgo.ClientID(c.ClientID),
		kgo.ConsumerGroup(c.Group),
		kgo.ConsumeTopics(c.Topics...),
		// By ranges, so that partitions of one number go to one member, of each topic: a customer's events then come to one.
		kgo.Balancers(kgo.RangeBalancer()),
		kgo.SessionTimeout(c.Session),
		kgo.HeartbeatInterval(c.Session * 3 / 10),
		kgo.RebalanceTimeout(3 * c.Session),
		kgo.DisableAutoCommit(),
		kgo.BlockRebalanceOnPoll(),
		kgo.ConsumeStartOffset(kgo.NewOffset().AtStart()),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.KeepControlRecords(),
		kgo.MaxConcurrentFetches(maxFetches),
		kgo.FetchMaxBytes(fetchBytes),
		kgo.FetchMaxPartitionBytes(fetchPartition),
		kgo.MaxDecompressBatchBytes(decompressedBytes),
		// Resuming a partition does not interrupt a fetch that waits for the others, so it must not wait long.
		kgo.FetchMaxWait(500 * time.Millisecond),
		kgo.MetadataMaxAge(c.Refresh),
		kgo.MetadataMinAge(min(c.Refresh, 2500*time.Millisecond)),
	}
	if c.Instance != "" {
		options = append(options, kgo.InstanceID(c.Instance))
	}
	return append(options, c.Security.options()...)
}
