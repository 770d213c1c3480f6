// Package kafkatest gives tests a Kafka cluster. It is kfake, in the process, or with the build tag kafka the real one: Apache
// Kafka in KRaft mode, a process with data of its own. A test is written once and runs on either; `make test` takes kfake and
// `make test-kafka` takes Apache Kafka. A machine without that is told how to get it; no test passes for one that did not run.
//
// # Why
//
// Both are needed. kfake costs nothing, so every run has it, and it can be told to misbehave. But it is our client's author's
// own reading of the protocol: where both err in the same way, only the brokers that people run can tell.
//
// Apache Kafka takes two seconds to start, so a package's tests share one and each begins with its topics and groups deleted.
// They do not run beside each other.
package kafkatest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Topic is a topic as a test wants it.
type Topic struct {
	Name       string
	Partitions int32
	Settings   map[string]string // besides the broker's
}

// Topics are topics of one size without settings.
func Topics(partitions int32, names ...string) []Topic {
	topics := make([]Topic, len(names))
	for i, name := range names {
		topics[i] = Topic{Name: name, Partitions: partitions}
	}
	return topics
}

// Server gives a package's tests their clusters.
type Server struct {
	apache *apache // nil: each cluster is a kfake
}

// Start starts what the build tag asks for. Whoever starts it stops it; where the test's process dies first, a guard does.
func Start() (*Server, error) {
	if !Apache {
		return &Server{}, nil
	}
	a, err := startApache()
	if err != nil {
		return nil, err
	}
	return &Server{a}, nil
}

// Stop ends what Start has started.
func (s *Server) Stop() error {
	if s.apache == nil {
		return nil
	}
	return s.apache.stop()
}

// Cluster is a cluster with these topics and nothing else, until the test ends.
func (s *Server) Cluster(tb testing.TB, topics ...Topic) *Cluster {
	tb.Helper()
	c := &Cluster{}
	if s.apache != nil {
		c.process, c.addresses = s.apache, []string{s.apache.address()}
		c.clear(tb)
	} else {
		fake, err := startFake(tb)
		if err != nil {
			tb.Fatal(err)
		}
		c.process, c.addresses = fake, fake.addresses()
		tb.Cleanup(fake.kill)
	}
	c.Create(tb, topics...)
	return c
}

// process is what runs a cluster's brokers.
type process interface {
	kill()
	launch() error
}

// Cluster is a running cluster, but between Kill and Launch.
type Cluster struct {
	process   process
	addresses []string
}

// Addresses are where clients find the cluster.
func (c *Cluster) Addresses() []string { return c.addresses }

// Kill ends the brokers: Apache Kafka at once and amid everything, as the death of its machine would for all but the disk.
func (c *Cluster) Kill() { c.process.kill() }

// Launch starts them on their data, at the same addresses, and waits until they answer.
func (c *Cluster) Launch(tb testing.TB) {
	tb.Helper()
	if err := c.process.launch(); err != nil {
		tb.Fatal(err)
	}
}

// patience is how long a cluster may take for what it is asked.
const patience = 30 * time.Second

// ask lets a test ask the cluster for something as its administrator.
func (c *Cluster) ask(tb testing.TB, question func(context.Context, *kadm.Client) error) {
	tb.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(c.addresses...), kgo.MetadataMinAge(10*time.Millisecond))
	if err != nil {
		tb.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	if err := question(ctx, kadm.NewClient(client)); err != nil {
		tb.Fatalf("the test's cluster: %v", err)
	}
}

// Create makes topics, and returns when every broker knows them.
func (c *Cluster) Create(tb testing.TB, topics ...Topic) {
	tb.Helper()
	c.ask(tb, func(ctx context.Context, admin *kadm.Client) error {
		for _, topic := range topics {
			settings := make(map[string]*string, len(topic.Settings))
			for key, value := range topic.Settings {
				settings[key] = &value
			}
			made, err := admin.CreateTopic(ctx, topic.Partitions, 1, settings, topic.Name)
			if err != nil {
				return fmt.Errorf("create topic %s: %w", topic.Name, err)
			}
			if err := known(ctx, admin, topic, made.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// Grow adds partitions to a topic, so that it has as many as are named.
func (c *Cluster) Grow(tb testing.TB, topic string, partitions int32) {
	tb.Helper()
	c.ask(tb, func(ctx context.Context, admin *kadm.Client) error {
		grown, err := admin.UpdatePartitions(ctx, int(partitions), topic)
		if err == nil {
			err = grown.Error()
		}
		if err != nil {
			return fmt.Errorf("add partitions to %s: %w", topic, err)
		}
		return known(ctx, admin, Topic{Name: topic, Partitions: partitions}, kadm.TopicID{})
	})
}

// known waits until the cluster tells of a topic with all its partitions and their leaders. Apache Kafka answers a change before
// its brokers have heard of it. A topic that was deleted a moment ago has another id.
func known(ctx context.Context, admin *kadm.Client, topic Topic, id kadm.TopicID) error {
	for {
		listed, err := admin.ListTopics(ctx, topic.Name)
		if err != nil {
			return fmt.Errorf("ask for topic %s: %w", topic.Name, err)
		}
		told := listed[topic.Name]
		if told.Err == nil && (id == kadm.TopicID{} || told.ID == id) && led(told.Partitions) == int(topic.Partitions) {
			return nil
		}
		if err := pause(ctx); err != nil {
			return fmt.Errorf("topic %s does not come: %w", topic.Name, err)
		}
	}
}

func led(partitions kadm.PartitionDetails) (count int) {
	for _, p := range partitions {
		if p.Err == nil && p.Leader >= 0 {
			count++
		}
	}
	return count
}

// clear deletes the topics and groups of earlier tests. A group whose member was killed stays until the broker has missed him.
func (c *Cluster) clear(tb testing.TB) {
	tb.Helper()
	c.ask(tb, func(ctx context.Context, admin *kadm.Client) error {
		topics, err := admin.ListTopics(ctx)
		if err != nil {
			return fmt.Errorf("list topics: %w", err)
		}
		if names := topics.Names(); len(names) > 0 {
			if _, err := admin.DeleteTopics(ctx, names...); err != nil {
				return fmt.Errorf("delete topics: %w", err)
			}
		}
		for {
			groups, err := admin.ListGroups(ctx)
			if err != nil {
				return fmt.Errorf("list groups: %w", err)
			}
			if len(groups) == 0 {
				return nil
			}
			if _, err := admin.DeleteGroups(ctx, groups.Groups()...); err != nil {
				return fmt.Errorf("delete groups: %w", err)
			}
			if err := pause(ctx); err != nil {
				return fmt.Errorf("groups of an earlier test stay: %v: %w", groups.Groups(), err)
			}
		}
	})
}

// pause waits a moment, or returns why it is not to go on.
func pause(ctx context.Context) error {
	select {
	case <-time.After(10 * time.Millisecond):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
