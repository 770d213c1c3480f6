package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"tocsin/state"
)

const (
	publishBatch = 500                    // rows of one pass
	publishIdle  = 500 * time.Millisecond // between passes when nobody wakes the publisher
	publishPause = 5 * time.Second        // after a pass that could not publish all
	publishWatch = 2 * time.Second        // between looks whether it is our turn
	publishLimit = 10 * time.Second       // how long a record may wait for a broker in one pass
)

// PublisherConfig is where a publisher writes.
type PublisherConfig struct {
	Brokers     []string
	ClientID    string // empty: tocsin-publisher
	Alerts      string // topics
	Tasks       string
	DeadLetters string
	Version     string // of this binary, told with each dead letter

	// Lease takes the lease or keeps it, mostly without asking the store: it is called often. It fails with state.ErrLeased
	// while somebody else publishes. nil: nobody else is there.
	Lease func(context.Context) (state.Lease, error)

	Security *Security    // nil: plain text
	Log      *slog.Logger // nil: silent
	Metrics  *Metrics     // nil: none
}

// Publisher copies committed alert records, task records and dead letters to their topics, at least once and in the order
// of their commits. A row is settled in the store after the broker has acknowledged its copy; if the process dies in
// between, the next one publishes it again. Readers drop repeats of alerts by (alert_id, seq), of tasks by (task_id, seq)
// and of dead letters by their origin.
//
// Of several instances one publishes: who has the lease. It asks before it reads and again before it sends, so a process that was
// frozen, and wakes when somebody else publishes, sends nothing. One that freezes just behind that look repeats what the other
// has sent, as after a crash.
type Publisher struct {
	store   state.Publications
	kafka   *kgo.Client
	config  PublisherConfig
	notices *notices
	awake   chan struct{}
}

// OpenPublisher makes a publisher. It does not wait for a broker.
func OpenPublisher(config PublisherConfig, store state.Publications) (*Publisher, error) {
	if config.ClientID == "" {
		config.ClientID = "tocsin-publisher"
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Lease == nil {
		config.Lease = func(context.Context) (state.Lease, error) { return state.Lease{}, nil }
	}
	if len(config.Brokers) == 0 || config.Alerts == "" || config.Tasks == "" || config.DeadLetters == "" {
		return nil, errors.New("kafka: a publisher needs brokers and the topics for alerts, tasks and dead letters")
	}
	notices := newNotices(config.Log)
	client, err := kgo.NewClient(append(config.Security.options(),
		kgo.SeedBrokers(config.Brokers...),
		kgo.ClientID(config.ClientID),
		kgo.RequiredAcks(kgo.AllISRAcks()), // with the idempotent producer, which is the default
		kgo.RecordDeliveryTimeout(publishLimit),
		kgo.MetadataMinAge(publishIdle), // a retry looks for the leader first, and sees only then that it may be given up
		// Without it a record whose answer was lost cannot be given up, and a drain would wait for a dead broker. What was
		// given up may be in the topic nevertheless; it is published again, as the contract of at least once allows.
		kgo.AllowIdempotentProduceCancellation(),
		kgo.WithHooks(append(config.Metrics.hooks("publisher"), notices)...),
	)...)
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	return &Publisher{store: store, kafka: client, config: config, notices: notices, awake: make(chan struct{}, 1)}, nil
}

// Wake tells the publisher that a commit has left rows to publish. It never waits.
func (p *Publisher) Wake() {
	select {
	case p.awake <- struct{}{}:
	default:
	}
}

// Run publishes until ctx ends, while the lease is ours. What keeps a row from its topic is logged once and tried again, and so is a store that does not
// answer; any other error of the store is returned.
func (p *Publisher) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		done, err := p.Publish(ctx)
		var refused *PublishError
		switch {
		case ctx.Err() != nil: // whatever went wrong, it is the end
		case errors.Is(err, state.ErrLeased):
			p.notices.over("publish")
			sleep(ctx, publishWatch, nil)
		case errors.As(err, &refused), errors.Is(err, state.ErrUnavailable), errors.Is(err, state.ErrUnknown):
			p.notices.say("publish", fmt.Sprintf("waiting to publish: %v", err))
			sleep(ctx, publishPause, nil)
		case err != nil:
			return err
		default:
			p.notices.over("publish")
			if done < publishBatch {
				sleep(ctx, publishIdle, p.awake)
			}
		}
	}
	return nil
}

// sleep waits for the pause, a wake, or the end of ctx.
func sleep(ctx context.Context, pause time.Duration, awake <-chan struct{}) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-awake:
	case <-timer.C:
	}
}

// PublishError says that a topic has not taken a record. The row stays unsettled.
type PublishError struct {
	Topic string
	Err   error
}

// Error names the topic and, where it is known, the remedy.
func (e *PublishError) Error() string {
	if errors.Is(e.Err, kerr.UnknownTopicOrPartition) {
		return fmt.Sprintf("topic %s does not exist: create it", e.Topic)
	}
	return fmt.Sprintf("topic %s: %v", e.Topic, e.Err)
}

// Unwrap is the Kafka client's error.
func (e *PublishError) Unwrap() error { return e.Err }

// Publish makes one pass: it copies what is unpublished, up to a batch, and settles what was acknowledged. It returns how
// many rows it settled. A drain calls it once more after the last commit. It fails with state.ErrLeased where it is not our turn.
func (p *Publisher) Publish(ctx context.Context) (int, error) {
	lease, err := p.config.Lease(ctx)
	if err != nil {
		return 0, fmt.Errorf("look whose turn it is to publish: %w", err)
	}
	rows, err := p.store.Unpublished(ctx, publishBatch)
	if err != nil {
		return 0, fmt.Errorf("list what is to be published: %w", err)
	}
	if still, err := p.config.Lease(ctx); err != nil || still != lease {
		return 0, fmt.Errorf("look whose turn it is to publish: %w", cmp.Or(err, state.ErrLeased)) // the rows may be published by now
	}
	settled, refused := p.send(ctx, rows)
	if len(settled) > 0 {
		if err := p.store.Published(ctx, settled); err != nil {
			return 0, fmt.Errorf("settle what was published: %w", err)
		}
	}
	return len(settled), refused
}

// send produces all rows at once and waits for the answers, which come back in the order of each partition.
func (p *Publisher) send(ctx context.Context, rows []state.Publication) (settled []int64, refused error) {
	var (
		waiting sync.WaitGroup
		errs    = make([]error, len(rows))
		records = make([]*kgo.Record, len(rows))
	)
	for i, row := range rows {
		records[i] = p.record(row)
		waiting.Add(1)
		p.kafka.Produce(ctx, records[i], func(_ *kgo.Record, err error) {
			errs[i] = err
			waiting.Done()
		})
	}
	waiting.Wait()
	for i, row := range rows {
		if errors.Is(errs[i], kerr.MessageTooLarge) && row.DeadLetter != nil {
			errs[i] = p.kafka.ProduceSync(ctx, withoutValue(records[i])).FirstErr()
		}
		if errs[i] == nil {
			settled = append(settled, row.ID)
		} else if refused == nil {
			err, _ := p.config.Security.explain(errs[i])
			refused = &PublishError{Topic: records[i].Topic, Err: err}
		}
	}
	return settled, refused
}

// Send produces a message that is no row of the store, and returns when its topic has taken it. It fails with a [*PublishError].
func (p *Publisher) Send(ctx context.Context, m Message) error {
	if err := send(ctx, p.kafka, []Message{m}); err != nil {
		err, _ := p.config.Security.explain(err)
		return &PublishError{Topic: m.Topic, Err: err}
	}
	return nil
}

// record is a row as its topic takes it.
func (p *Publisher) record(row state.Publication) *kgo.Record {
	json := []kgo.RecordHeader{{Key: "content-type", Value: []byte("application/json")}}
	switch {
	case row.Alert != nil:
		return &kgo.Record{Topic: p.config.Alerts, Key: []byte(row.Alert.Customer), Value: row.Alert.Body, Headers: json}
	case row.Task != nil:
		return &kgo.Record{Topic: p.config.Tasks, Key: []byte(row.Task.ID), Value: row.Task.Body, Headers: json}
	case row.Wish != nil:
		return &kgo.Record{Topic: p.config.Tasks, Key: []byte(row.Wish.Customer), Value: row.Wish.Body, Headers: json}
	case row.DeadLetter != nil:
		return deadLetter(p.config.DeadLetters, p.config.Version, row.DeadLetter)
	}
	panic("publication " + strconv.FormatInt(row.ID, 10) + " is of no kind")
}

// Close gives up what is on its way; it stays unsettled.
func (p *Publisher) Close() { p.kafka.Close() }
