package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"tocsin/alerts/outbox"
	"tocsin/alerts/slack"
	"tocsin/consumer"
	"tocsin/consumer/contract"
	"tocsin/consumer/kafka"
	"tocsin/state"
)

// service is Tocsin at work: it consumes a cluster into a store, copies what the store owes to topics and to Slack, and
// answers on HTTP. `run` and `demo` differ in what they put in.
type service struct {
	config *config
	store  state.Store
	now    func() state.Instant // the store's clock
	watch  consumer.Watcher     // may be nil
	log    *slog.Logger

	ready atomic.Bool
}

// leaveWithin is how long stopping may take, of the 25 s that a drain has in all.
const leaveWithin = 8 * time.Second

// run works until ctx ends, then finishes the batch in hand, leaves the group and returns nil.
func (s *service) run(ctx context.Context) error {
	engine, err := s.config.engine()
	if err != nil {
		return err
	}
	meters := newMeters()
	source, err := kafka.Open(kafka.Config{
		Brokers: s.config.Kafka.Brokers, Group: s.config.Kafka.Group, Topics: s.config.Kafka.Topics.inputs(), Log: s.log, Metrics: meters.clients,
	}, s.store, s.now)
	if err != nil {
		return err
	}
	publisher, err := s.publisher(meters.clients)
	if err != nil {
		return errors.Join(err, source.Close(ctx))
	}
	runner, err := s.runner(engine, source, meters.consumer)
	if err != nil {
		return errors.Join(err, source.Close(ctx))
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		err := runner.Run(ctx)
		leave, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveWithin)
		defer cancel()
		return errors.Join(err, source.Close(leave))
	})
	g.Go(func() error { return s.publish(ctx, publisher) })
	if s.config.Slack.TokenFile != "" {
		g.Go(func() error { return ended(ctx, s.outbox(meters.outbox).Run(ctx)) })
	}
	if err := s.listen(ctx, g, meters.page); err != nil {
		g.Go(func() error { return err })
	}
	return g.Wait()
}

func (s *service) runner(engine *consumer.Engine, source consumer.Source, metrics *consumer.Metrics) (*consumer.Runner, error) {
	decoder, err := contract.NewDecoder(contract.Options{Types: s.config.Types})
	if err != nil {
		return nil, err
	}
	n, l := s.config.Notify, s.config.Ledger
	return &consumer.Runner{
		Source: source, Store: s.store, Engine: engine, Engines: earlierEngines(s.store), Decoder: decoder, Now: s.now,
		Hold: consumer.Hold{Settle: n.Settle, MaxAge: n.MaxAge, All: n.Hold}, Day: consumer.DayPolicy{CloseDelay: l.CloseDelay, MaxHold: l.MaxHold},
		Workers: runtime.GOMAXPROCS(0), Metrics: metrics, Watch: s.watch, Ready: s.ready.Store, Log: s.log,
	}, nil
}

func (s *service) publisher(clients *kafka.Metrics) (*kafka.Publisher, error) {
	topics := s.config.Kafka.Topics
	return kafka.OpenPublisher(kafka.PublisherConfig{
		Brokers: s.config.Kafka.Brokers, Alerts: topics.Alerts, Tasks: topics.Tasks, DeadLetters: topics.DeadLetters,
		Version: version(), Log: s.log, Metrics: clients,
	}, s.store)
}

// publish copies committed rows to their topics, and once more at the end what the last batch has left.
func (s *service) publish(ctx context.Context, p *kafka.Publisher) error {
	defer p.Close()
	err := ended(ctx, p.Run(ctx))
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if _, lastErr := p.Publish(last); lastErr != nil {
		s.log.Warn("some records are not published yet; the next start goes on", "error", lastErr)
	}
	return err
}

func (s *service) outbox(metrics *outbox.Metrics) outbox.Outbox {
	c := s.config.Slack
	pace := outbox.DefaultPace()
	pace.Post, pace.Edit = slack.PostEvery, slack.EditEvery
	return outbox.Outbox{
		Store: s.store, Sender: slack.New(slack.Config{TokenFile: c.TokenFile, APIURL: c.APIURL, Channel: c.Channel}), Channel: c.Channel,
		Clock: s.now, Wall: wallClock, Chance: rand.Float64, Pace: pace, Metrics: metrics,
		Report: func(err error) {
			if err != nil {
				s.log.Error("messages wait", "channel", c.Channel, "error", err)
				return
			}
			s.log.Info("messages go out again", "channel", c.Channel)
		},
	}
}

// listen serves HTTP in the group, if there is an address for it.
func (s *service) listen(ctx context.Context, g *errgroup.Group, metrics http.Handler) error {
	if s.config.HTTPListen == "" {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.config.HTTPListen)
	if err != nil {
		return fmt.Errorf("http.listen: %w", err)
	}
	g.Go(func() error { return serveHTTP(ctx, listener, metrics, s) })
	return nil
}

// Ready is nil once the open day is known.
func (s *service) Ready() error {
	if !s.ready.Load() {
		return errors.New("waiting for the first records of all partitions")
	}
	return nil
}

// inputs are the topics that are consumed.
func (t topicConfig) inputs() []string {
	return []string{t.Orders, t.Invoices, t.Payments, t.Registry, t.Customers, t.FX}
}

// ended turns the end of ctx into no error.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func wallClock() state.Instant { return state.Instant(time.Now().UnixNano()) }
