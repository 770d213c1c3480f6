package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Examination is what a cluster says of itself, as far as this user may see it.
type Examination struct {
	Cluster string // its id
	Brokers int
	Topics  []TopicState // in the order in which they were asked for
	Group   GroupState
}

// TopicState is a topic as its brokers have it.
type TopicState struct {
	Name       string
	Err        error // it cannot be looked at
	Exists     bool
	Partitions int
	Leaderless int // partitions that nobody leads now

	Rights   []string // operations that this user may do, in lower case
	Told     bool     // the brokers tell rights
	Settings map[string]string
	Unseen   error     // why the settings are not known
	Newest   time.Time // the greatest timestamp of its records; zero: it has none, or it is not known

	Looked, Elsewhere int // newest records with a key that were looked at, and how many lie where the Java client would not put them
}

// May tells whether the user may do an operation: read, write, describe. It is true as well where the brokers do not tell.
func (t *TopicState) May(operation string) bool {
	return !t.Told || slices.Contains(t.Rights, operation) || slices.Contains(t.Rights, "all")
}

// GroupState is the consumer group.
type GroupState struct {
	Err     error
	Absent  bool // no broker coordinates it
	Members int
	Rights  []string
	Told    bool
}

// May is as that of a topic.
func (g *GroupState) May(operation string) bool {
	return !g.Told || slices.Contains(g.Rights, operation) || slices.Contains(g.Rights, "all")
}

// answersWithin is how long brokers are given to answer a question.
const answersWithin = 10 * time.Second

// Examine asks the brokers for topics, their settings, what this user may do, and the group. It joins nothing and changes nothing. The
// error says that no broker answers, or that all refuse this user.
func Examine(ctx context.Context, c Config, topics ...string) (*Examination, error) {
	c = c.withDefaults()
	options := append([]kgo.Opt{kgo.SeedBrokers(c.Brokers...), kgo.ClientID(c.ClientID), kgo.RetryTimeout(answersWithin), kgo.RequestRetries(2)}, c.Security.options()...)
	client, err := kgo.NewClient(options...)
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, 3*answersWithin)
	defer cancel()
	admin := kadm.NewClient(client)
	seen, err := ask(ctx, client, topics)
	if err != nil {
		if explained, _ := c.Security.refused(err, time.Now()); explained != nil {
			err = explained
		}
		return nil, fmt.Errorf("kafka: %w", err)
	}
	e := &Examination{Brokers: len(seen.Brokers), Group: groupState(ctx, admin, c.Group)}
	if seen.ClusterID != nil {
		e.Cluster = *seen.ClusterID
	}
	for _, name := range topics {
		e.Topics = append(e.Topics, topicState(name, seen.Topics))
	}
	e.settings(ctx, admin)
	e.newest(ctx, admin)
	return e, e.look(ctx, options, c.Topics)
}

// Bounds of what is looked at of each partition.
const (
	lookedAt  = 100 // records
	looksUpTo = 2 * time.Second
)

// look reads the newest records of topics that are consumed, for where they lie. It is no member of the group.
func (e *Examination) look(ctx context.Context, options []kgo.Opt, inputs []string) error {
	from, topics := map[string]map[int32]kgo.Offset{}, map[string]*TopicState{}
	for i := range e.Topics {
		t := &e.Topics[i]
		if !slices.Contains(inputs, t.Name) || !t.Exists || t.Err != nil || t.Partitions < 2 || t.Newest.IsZero() || !t.May("read") {
			continue
		}
		topics[t.Name], from[t.Name] = t, map[int32]kgo.Offset{}
		for p := range int32(t.Partitions) { //nolint:gosec // a cluster's count
			from[t.Name][p] = kgo.NewOffset().Relative(-lookedAt).AtEnd()
		}
	}
	if len(from) == 0 {
		return nil
	}
	client, err := kgo.NewClient(append(slices.Clone(options), kgo.ConsumePartitions(from), kgo.FetchMaxWait(200*time.Millisecond))...)
	if err != nil {
		return fmt.Errorf("kafka: %w", err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, looksUpTo)
	defer cancel()
	for ctx.Err() == nil {
		client.PollFetches(ctx).EachRecord(func(r *kgo.Record) {
			t := topics[r.Topic]
			if r.Key == nil || r.Attrs.IsControl() {
				return
			}
			t.Looked++
			if elsewhere(r, t.Partitions) {
				t.Elsewhere++
			}
		})
	}
	return nil
}

// ask is for topics and what we may do with them. What is said of one topic is no error of the others.
func ask(ctx context.Context, client *kgo.Client, topics []string) (*kmsg.MetadataResponse, error) {
	request := kmsg.NewPtrMetadataRequest()
	request.IncludeTopicAuthorizedOperations = true
	for _, topic := range topics {
		t := kmsg.NewMetadataRequestTopic()
		t.Topic = kmsg.StringPtr(topic)
		request.Topics = append(request.Topics, t)
	}
	return request.RequestWith(ctx, client)
}

func topicState(name string, told []kmsg.MetadataResponseTopic) TopicState {
	t := TopicState{Name: name}
	at := slices.IndexFunc(told, func(d kmsg.MetadataResponseTopic) bool { return d.Topic != nil && *d.Topic == name })
	if at < 0 {
		return t
	}
	d := told[at]
	t.Partitions, t.Rights = len(d.Partitions), operations(kadm.DecodeACLOperations(d.AuthorizedOperations))
	t.Told = len(t.Rights) > 0
	switch err := kerr.ErrorForCode(d.ErrorCode); {
	case errors.Is(err, kerr.UnknownTopicOrPartition):
	case err != nil && len(d.Partitions) == 0:
		t.Err = err
	default:
		t.Exists = len(d.Partitions) > 0
	}
	for _, p := range d.Partitions {
		if p.Leader < 0 {
			t.Leaderless++
		}
	}
	return t
}

func operations(all []kadm.ACLOperation) (words []string) {
	for _, o := range all {
		words = append(words, strings.ToLower(strings.ReplaceAll(o.String(), "_", "")))
	}
	return words
}

// there are the names of topics that can be asked more of.
func (e *Examination) there() (names []string) {
	for i := range e.Topics {
		if t := &e.Topics[i]; t.Exists && t.Err == nil {
			names = append(names, t.Name)
		}
	}
	return names
}

func (e *Examination) settings(ctx context.Context, admin *kadm.Client) {
	names := e.there()
	if len(names) == 0 {
		return
	}
	configs, err := admin.DescribeTopicConfigs(ctx, names...)
	for i := range e.Topics {
		t := &e.Topics[i]
		if !slices.Contains(names, t.Name) {
			continue
		}
		one, bad := configs.On(t.Name, nil)
		if t.Unseen = errors.Join(bad, one.Err); t.Unseen != nil {
			if err != nil {
				t.Unseen = err
			}
			continue
		}
		t.Settings = map[string]string{}
		for _, c := range one.Configs {
			t.Settings[c.Key] = c.MaybeValue()
		}
	}
}

// newest looks for the greatest timestamps; what cannot be told stays zero.
func (e *Examination) newest(ctx context.Context, admin *kadm.Client) {
	names := e.there()
	if len(names) == 0 {
		return
	}
	listed, err := admin.ListMaxTimestampOffsets(ctx, names...)
	if err != nil {
		return
	}
	for i := range e.Topics {
		for _, o := range listed[e.Topics[i].Name] {
			if o.Err == nil && o.Timestamp > 0 {
				if at := time.UnixMilli(o.Timestamp); at.After(e.Topics[i].Newest) {
					e.Topics[i].Newest = at
				}
			}
		}
	}
}

// groupState waits for a coordinator for a while: the first who asks for one in a new cluster has it made.
func groupState(ctx context.Context, admin *kadm.Client, group string) GroupState {
	described, err := admin.DescribeGroups(ctx, group)
	for end := time.Now().Add(answersWithin); errors.Is(err, kerr.CoordinatorNotAvailable) && time.Now().Before(end) && ctx.Err() == nil; {
		time.Sleep(200 * time.Millisecond)
		described, err = admin.DescribeGroups(ctx, group)
	}
	if err != nil {
		return GroupState{Err: err, Absent: errors.Is(err, kerr.CoordinatorNotAvailable)}
	}
	one, found := described[group]
	switch {
	case !found:
		return GroupState{}
	case errors.Is(one.Err, kerr.GroupIDNotFound):
		one.Err = nil
	}
	return GroupState{Err: one.Err, Members: len(one.Members), Rights: operations(one.AuthorizedOperations), Told: len(one.AuthorizedOperations) > 0}
}
