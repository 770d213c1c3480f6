package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"tocsin/alerts"
	"tocsin/alerts/outbox"
	"tocsin/alerts/slack"
	"tocsin/cmd/tocsin/traces"
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
	ahead  time.Duration        // how far behind its event's time a record's may lie; zero: ledger.max_ahead
	watch  consumer.Watcher     // may be nil
	log    *slog.Logger

	trace traces.Start   // nil: no spans
	level *slog.LevelVar // of log, as people set it at run time; nil: they cannot
	ready readiness
	holds atomic.Pointer[holding] // what the open day waits for, as it was seen last
}

// run works until ctx ends, then finishes the batch in hand, leaves the group and returns nil. What it needs of this
// machine it takes before it joins the group.
func (s *service) run(ctx context.Context) error {
	engine, err := s.config.engine()
	if err != nil {
		return err
	}
	listener, err := s.listen(ctx)
	if err != nil {
		return err
	}
	if listener != nil {
		defer listener.Close() //nolint:errcheck // the server has closed it
	}
	meters := newMeters()
	meters.of(s, engine.Config)
	reception := s.reception(engine.Ledger, meters.slack)
	face, err := s.surface(listener, meters.page, reception)
	if err != nil {
		return err
	}
	k := s.config.Kafka
	security, err := kafka.OpenSecurity(k.Security, s.log)
	if err != nil {
		return err
	}
	runner, err := s.runner(engine, meters.consumer)
	if err != nil {
		return err
	}
	publishing := s.tenure(publisherRole, meters)
	publisher, err := s.publisher(meters.clients, security, publishing)
	if err != nil {
		return err
	}
	runner.Publish = publisher.Wake
	group := kafka.Config{
		Brokers: k.Brokers, Group: k.Group, Topics: s.config.inputs(), ClientID: k.ClientID, Instance: k.Instance, Session: k.Session,
		Security: security, Log: s.log, Metrics: meters.clients,
	}
	context.AfterFunc(ctx, func() { s.ready.tell(errDraining) })
	g, ctx := errgroup.WithContext(ctx)
	shown, hide := context.WithCancel(context.WithoutCancel(ctx)) // health and metrics are told until all else has ended
	g.Go(func() error {
		defer hide()
		return s.work(ctx, group, runner, publisher, publishing, meters, reception)
	})
	if listener != nil {
		g.Go(func() error { return face.serve(shown, listener) })
	}
	return g.Wait()
}

// work is all that a run does, but for what it shows.
func (s *service) work(ctx context.Context, group kafka.Config, runner *consumer.Runner, publisher *kafka.Publisher, publishing *tenure,
	meters meters, reception *slack.Reception) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.consume(ctx, group, *runner) })
	if store, waits := s.store.(interface{ WatchLocks(context.Context) error }); waits {
		g.Go(func() error { return store.WatchLocks(ctx) })
	}
	g.Go(func() error { return s.publish(ctx, publisher, publishing) })
	if s.config.CanaryEvery > 0 {
		g.Go(func() error { return s.canary(ctx, publisher, meters) })
	}
	if len(s.config.Notify.Refused) > 0 && s.config.Slack.TokenFile != "" {
		g.Go(func() error { return s.refusals(ctx, meters) })
	}
	if s.config.digests() {
		g.Go(func() error { return s.digests(ctx) })
	}
	g.Go(func() error { return s.deliver(ctx, meters) })
	g.Go(func() error { return s.count(ctx, meters) })
	if s.config.Notify.escalates() || s.config.reminds() {
		g.Go(func() error { return s.escalate(ctx, meters) })
	}
	if reception != nil {
		g.Go(func() error { return ended(ctx, reception.Run(ctx)) })
	}
	return g.Wait()
}

// backlog is how many records have to wait for verdicts to be put off: more than come in while one batch is committed, where the
// consumer keeps up.
const backlog = 2048

// runner is what each membership of the group starts from; only the source is its own.
func (s *service) runner(engine *consumer.Engine, metrics *consumer.Metrics) (*consumer.Runner, error) {
	n, l := s.config.Notify, s.config.Ledger
	decoder, err := contract.NewDecoder(contract.Options{Types: s.config.Types, Ahead: cmp.Or(s.ahead, l.MaxAhead)})
	if err != nil {
		return nil, err
	}
	return &consumer.Runner{
		Store: s.store, Engine: engine, Engines: earlierEngines(s.store), Decoder: decoder, Now: s.now,
		Hold: consumer.Hold{Settle: n.Settle, MaxAge: n.MaxAge, All: n.Hold}, Day: consumer.DayPolicy{CloseDelay: l.CloseDelay, MaxHold: l.MaxHold}, Clears: s.config.clears(),
		Backlog: backlog, Workers: processors(), Cache: s.config.StoreCacheMiB << 20, Metrics: metrics, Watch: s.watch, Ready: s.ready.tell, Holding: s.hold, Trace: s.trace, By: actor(""), Log: s.log,
		Canary: s.config.Slack.TokenFile != "", Sources: s.config.Sources,
	}, nil
}

func (s *service) publisher(clients *kafka.Metrics, security *kafka.Security, turn *tenure) (*kafka.Publisher, error) {
	topics := s.config.Kafka.Topics
	return kafka.OpenPublisher(kafka.PublisherConfig{
		Brokers: s.config.Kafka.Brokers, ClientID: s.config.Kafka.ClientID + "-publisher", Security: security, Alerts: topics.Alerts, Tasks: topics.Tasks, DeadLetters: topics.DeadLetters,
		Version: version(), Lease: turn.take, Log: s.log, Metrics: clients,
	}, s.store)
}

// publish copies committed rows to their topics while it is this instance's turn, and once more at the end what the last batch has
// left.
func (s *service) publish(ctx context.Context, p *kafka.Publisher, turn *tenure) error {
	defer p.Close()
	defer turn.drop(ctx)
	err := ended(ctx, p.Run(ctx))
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if _, lastErr := p.Publish(last); lastErr != nil && !errors.Is(lastErr, state.ErrLeased) {
		s.log.Warn("some records are not published yet; the next start goes on", "error", lastErr)
	}
	return err
}

// deliver sends what is owed while it is this instance's turn.
func (s *service) deliver(ctx context.Context, meters meters) error {
	turn := s.tenure(outboxRole, meters)
	defer turn.drop(ctx)
	awake, err := s.config.awake()
	if err != nil {
		return err
	}
	o := s.outbox(meters, turn)
	ledger, err := s.config.ledger()
	if err != nil {
		return err
	}
	o.Books = ledger.Zone
	o.Awake = awake
	if o.Zone, err = s.config.readers(); err != nil {
		return err
	}
	if o.Route, err = s.config.route(s.now); err != nil {
		return err
	}
	return ended(ctx, o.Run(ctx))
}

func (s *service) outbox(meters meters, turn *tenure) outbox.Outbox {
	c := s.config.Slack
	pace := outbox.DefaultPace()
	pace.Post, pace.Edit = slack.PostEvery, slack.EditEvery
	language, _ := alerts.LanguageOf(s.config.Notify.Language) // checked with the configuration
	open := func(channel string) outbox.Sender {
		sender := slack.New(slack.Config{TokenFile: c.TokenFile, APIURL: c.APIURL, Channel: channel, Language: language, Buttons: c.interactive(), Metrics: meters.slack, Mentions: c.mentions()})
		if s.trace != nil {
			return &tracedSender{sender, s.trace, channel}
		}
		return sender
	}
	var sender outbox.Sender // without a token nobody is told
	if c.TokenFile != "" {
		sender = open(c.Channel)
	}
	return outbox.Outbox{
		Store: s.store, Lease: turn.take, Sender: sender, Channel: c.Channel, Open: open,
		Clock: s.now, Wall: wallClock, Chance: rand.Float64, Pace: pace, Metrics: meters.outbox,
		Closes: s.config.Ledger.CloseDelay + cmp.Or(s.config.Ledger.MaxHold, 15*time.Minute) + time.Minute,
		Budget: s.config.Notify.Budget, Flood: outbox.Flood(s.config.Notify.Flood), Cool: s.config.Notify.CoolDown,
		Report: func(err error) {
			if err != nil {
				s.log.Error("messages wait", "channel", c.Channel, "error", err)
				return
			}
			s.log.Info("messages go out again", "channel", c.Channel)
		},
	}
}

// peoplesDesk takes what people do into customers' records, however it comes in.
func (s *service) peoplesDesk(via string) *consumer.Desk {
	hold := consumer.Hold{Settle: s.config.Notify.Settle, All: s.config.Notify.Hold}
	return &consumer.Desk{Store: s.store, Engines: earlierEngines(s.store), Now: s.now, Via: via, Hold: hold, Sources: s.config.Sources}
}

// reception takes what people do in Slack to the desk; nil where nobody takes it.
func (s *service) reception(ledger *state.Ledger, metrics *slack.Metrics) *slack.Reception {
	c := s.config.Slack
	if !c.interactive() {
		return nil
	}
	language, _ := alerts.LanguageOf(s.config.Notify.Language) // checked with the configuration
	desk := s.peoplesDesk(state.ViaSlack)
	return slack.NewReception(slack.ReceptionConfig{
		TokenFile: c.TokenFile, AppTokenFile: c.AppTokenFile, SecretFile: c.SecretFile, APIURL: c.APIURL, Language: language, People: c.People, Now: s.now, Log: s.log, Records: s.store, Metrics: metrics,
		Desk:   desk,
		Agenda: desk.AgendaOf,
		Groups: func(ctx context.Context) ([]alerts.GroupTask, error) {
			all, err := desk.Groups(ctx)
			if errors.Is(err, consumer.ErrNoDay) {
				return nil, nil // nobody is known
			}
			return all, err
		},
		Digest: func(ctx context.Context, period string) (alerts.Periodical, error) {
			of := map[string]string{slack.PeriodDay: consumer.Daily, slack.PeriodWeek: consumer.Weekly, slack.PeriodMonth: consumer.Monthly}
			return desk.LastDigest(ctx, ledger, of[period])
		},
	})
}

// surface is what is shown on a listener; nil where there is none.
func (s *service) surface(listener net.Listener, metrics http.Handler, reception *slack.Reception) (*surface, error) {
	if listener == nil {
		return nil, nil
	}
	api, err := s.api(listener)
	if err != nil {
		return nil, err
	}
	face := &surface{metrics: metrics, api: api, level: s.level, health: s, guard: api, log: s.log}
	if reception != nil && s.config.Slack.SecretFile != "" {
		face.acts = reception
	}
	face.tls, err = openCertificate(s.config.HTTP, s.log)
	return face, err
}

// listen takes the address for HTTP; nil where none is wanted.
func (s *service) listen(ctx context.Context) (net.Listener, error) {
	if s.config.HTTPListen == "" {
		return nil, nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.config.HTTPListen)
	if err != nil {
		return nil, fmt.Errorf("http.listen: %w", err)
	}
	return listener, nil
}

// inputs are the topics that are consumed.
func (t topicConfig) inputs() []string {
	return []string{t.Orders, t.Invoices, t.Payments, t.Registry, t.Customers, t.FX}
}

// clears is what news of each topic may clear. Several of the contract's may have one name.
func (t topicConfig) clears() map[string]state.Inputs {
	names, all := t.names(), make(map[string]state.Inputs)
	for _, topic := range contract.Topics() {
		all[names[topic.Setting]] |= topic.Inputs
	}
	return all
}

// ended turns the end of ctx into no error.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func wallClock() state.Instant { return state.Instant(time.Now().UnixNano()) }
