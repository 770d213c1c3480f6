package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// transactionLimit is how long a transaction may be open before the brokers end it. What others write to the same partitions
// meanwhile waits behind it, so it should not be long; brokers allow 15 minutes unless they are told otherwise.
const transactionLimit = 10 * time.Minute

// Transaction sends messages that readers of committed records, Tocsin among them, see all at once or never: a past that is
// loaded into a running Tocsin.
type Transaction struct {
	kafka *kgo.Client
}

// TransactionConfig is where a transaction writes.
type TransactionConfig struct {
	Brokers  []string
	ClientID string    // empty: tocsin-import
	Security *Security // nil: plain text
}

// answerLimit is how long the first broker may take to answer.
const answerLimit = 10 * time.Second

// OpenTransaction begins a transaction once a broker answers. The id names who sends: what an earlier process of the same id
// has left open is given up, and one that is still at work is cut off.
//
// Records bear old timestamps, from which the client would count how long they have been waiting; so it has no limit for
// that, and ctx bounds what sending may take.
func OpenTransaction(ctx context.Context, config TransactionConfig, id string) (*Transaction, error) {
	client, err := kgo.NewClient(append(config.Security.options(),
		kgo.SeedBrokers(config.Brokers...), kgo.ClientID(cmp.Or(config.ClientID, "tocsin-import")), kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.TransactionalID(id), kgo.TransactionTimeout(transactionLimit))...)
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	asked, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	if err := client.Ping(asked); err != nil {
		client.Close()
		err, _ = config.Security.explain(err)
		return nil, fmt.Errorf("kafka: no answer from %s: %w", strings.Join(config.Brokers, ", "), err)
	}
	if err := client.BeginTransaction(); err != nil {
		client.Close()
		return nil, fmt.Errorf("kafka: begin a transaction: %w", err)
	}
	return &Transaction{client}, nil
}

// Send returns when all messages are acknowledged. After an error nothing but Abort is left to do.
func (t *Transaction) Send(ctx context.Context, messages []Message) error {
	return send(ctx, t.kafka, messages)
}

// Commit shows what was sent, and lets the transaction go.
func (t *Transaction) Commit(ctx context.Context) error { return t.end(ctx, kgo.TryCommit) }

// Abort throws away what was sent, and lets the transaction go.
func (t *Transaction) Abort(ctx context.Context) error {
	err := t.kafka.AbortBufferedRecords(ctx)
	return errors.Join(err, t.end(ctx, kgo.TryAbort))
}

func (t *Transaction) end(ctx context.Context, how kgo.TransactionEndTry) error {
	defer t.kafka.Close()
	if err := t.kafka.EndTransaction(ctx, how); err != nil {
		return fmt.Errorf("kafka: end a transaction: %w", err)
	}
	return nil
}
