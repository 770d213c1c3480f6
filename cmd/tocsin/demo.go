package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"tocsin/consumer"
	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/embedded"
	"tocsin/consumer/simulator"
	"tocsin/state"
)

// demoCommand shows a small portfolio deteriorate, with a broker of its own.
type demoCommand struct {
	configFlag
	Dir       string        `default:".demo" help:"Where the demo keeps its broker and store; a second start goes on from there." placeholder:"DIR"`
	Fast      bool          `help:"Play a year at once and end with a summary."`
	Days      int           `help:"Days of past that are played before it goes on live; 120, or 365 with --fast, if not given."`
	Customers int           `default:"40" help:"Customers at the start."`
	Seed      uint64        `default:"1" help:"Another seed is another portfolio."`
	Pause     time.Duration `help:"Time between two days of the past, for whoever watches; 20ms, or none with --fast, if not given."`
	Today     string        `hidden:"" help:"Where the past ends, instead of the wall's date."`
}

// story is what a demo has begun with; a second start goes on with the same.
type story struct {
	Seed      uint64     `json:"seed"`
	First     state.Date `json:"first"`
	Customers int        `json:"customers"`
}

// How much past is played when nobody says, and how slowly.
const (
	pastDays = 120
	yearDays = 365
	dayPause = 20 * time.Millisecond
)

// Run plays the past, and then the present until it is interrupted.
func (c *demoCommand) Run(p *process) (err error) {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Dir, 0o750); err != nil {
		return err
	}
	loaded.StoreURL = "sqlite:" + filepath.Join(c.Dir, "tocsin.db")
	stopped := lastWrite(filepath.Join(c.Dir, "tocsin.db"))
	store, err := loaded.openStore(p.ctx, ownStore)
	if err != nil {
		return ended(p.ctx, err) // told to stop before there was anything to drain
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	d, err := c.prepare(p, loaded, store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	d.stopped = stopped
	return d.run(p)
}

// lastWrite is when a store was last written to, in the file or its log; zero where there is none.
func lastWrite(path string) state.Instant {
	var last state.Instant
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			last = max(last, state.InstantOf(info.ModTime()))
		}
	}
	return last
}

// demo is a running demo.
type demo struct {
	command *demoCommand
	config  *config
	store   state.Store
	zone    *time.Location
	story   story
	resumes state.Date    // the open day of an earlier run; zero: none
	stopped state.Instant // the last sign of life of an earlier run
	today   state.Date
	board   *board
	log     *slog.Logger
	logFile *os.File
	broker  *embedded.Broker
}

// prepare makes ready what a demo needs: its story, its broker, and what an earlier run has left.
func (c *demoCommand) prepare(p *process, loaded *config, store state.Store) (*demo, error) {
	ledger, err := loaded.ledger()
	if err != nil {
		return nil, err
	}
	d := &demo{command: c, config: loaded, store: store, zone: ledger.Zone, board: newBoard(ledger)}
	d.board.wording = loaded.wording
	d.today = wallClock().Date(d.zone)
	if c.Today != "" {
		if d.today, err = dateFlag("--today", c.Today); err != nil {
			return nil, err
		}
	}
	if d.story, err = c.tell(d.today); err != nil {
		return nil, err
	}
	day, found, err := store.Day(p.ctx)
	if err != nil {
		return nil, err
	}
	if found {
		d.resumes = day.Date
	}
	if d.logFile, err = os.OpenFile(filepath.Join(c.Dir, "tocsin.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
		return nil, err
	}
	d.log = slog.New(slog.NewTextHandler(d.logFile, nil))
	topics := loaded.Kafka.Topics
	d.broker, err = embedded.Start(embedded.Config{
		Dir: filepath.Join(c.Dir, "broker"), Address: d.freeAddress("kafka.brokers", embedded.DefaultAddress), Log: d.log,
		Topics: append(topics.inputs(), topics.Alerts, topics.Tasks, topics.DeadLetters),
	})
	if err != nil {
		return nil, errors.Join(err, d.logFile.Close())
	}
	loaded.Kafka.Brokers, loaded.Kafka.Security = []string{d.broker.Address()}, kafka.SecurityConfig{}
	if !loaded.wasGiven("kafka.brokers") && d.broker.Address() != embedded.DefaultAddress {
		fmt.Fprintf(p.stderr, "%s is taken: the demo's broker is on %s\n", embedded.DefaultAddress, d.broker.Address())
	}
	loaded.HTTPListen = d.freeAddress("http.listen", loaded.HTTPListen)
	return d, nil
}

// freeAddress is a loopback address; where it is taken and nobody asked for it, any free one.
func (d *demo) freeAddress(key, address string) string {
	if d.config.wasGiven(key) {
		if key == "kafka.brokers" && len(d.config.Kafka.Brokers) > 0 {
			return d.config.Kafka.Brokers[0]
		}
		return address
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return "127.0.0.1:0"
	}
	l.Close()
	return address
}

// tell reads the story of an earlier start, or begins one.
func (c *demoCommand) tell(today state.Date) (story, error) {
	path := filepath.Join(c.Dir, "story.json")
	body, err := os.ReadFile(path)
	if err == nil {
		var s story
		if err := json.Unmarshal(body, &s); err != nil {
			return s, fmt.Errorf("%s: %w; remove %s to begin anew", path, err, c.Dir)
		}
		return s, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return story{}, err
	}
	days := c.Days
	switch {
	case days > 0:
	case c.Fast:
		days = yearDays
	default:
		days = pastDays
	}
	s := story{Seed: c.Seed, First: today - state.Date(days), Customers: c.Customers}
	if body, err = json.Marshal(s); err != nil {
		return s, err
	}
	return s, os.WriteFile(path, body, 0o600)
}

// run works until the demo has ended or is interrupted.
func (d *demo) run(p *process) error {
	if err := d.greet(p); err != nil {
		return err
	}
	producer, err := kafka.OpenProducer(d.config.Kafka.Brokers)
	if err != nil {
		return err
	}
	defer producer.Close()
	first := max(d.story.First, d.resumes)
	clock := d.clock(first)
	watch, screen := d.watchers(p)
	player := &player{
		portfolio: simulator.New(simulator.Config{Seed: d.story.Seed, First: d.story.First, Customers: d.story.Customers, Zone: d.zone}),
		producer:  producer, topics: d.config.Kafka.Topics, zone: d.zone, clock: clock, closed: watch.closed, delay: d.config.Ledger.CloseDelay,
		pause: d.command.Pause,
	}
	if player.pause == 0 && !d.command.Fast {
		player.pause = dayPause
	}
	s := &service{config: d.config, store: d.store, now: clock.Now, ahead: d.ahead(first), watch: watch, log: d.log}
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.run(ctx) })
	if screen != nil {
		g.Go(func() error { return screen.run(ctx) })
	}
	g.Go(func() error {
		defer stop()
		return ended(ctx, d.play(ctx, s, player, first))
	})
	if err := g.Wait(); err != nil {
		return err
	}
	if d.command.Fast && p.ctx.Err() == nil {
		return d.board.summary(p.stdout)
	}
	return nil
}

// clock is the store's clock for a demo that goes on at a day. An earlier run may have left records of any hour of that
// day, so it stands at the day's end: none of them is ahead of it, and nothing closes the day.
func (d *demo) clock(first state.Date) *playedClock {
	clock := &playedClock{}
	if first >= d.today && !d.command.Fast {
		clock.run()
	} else if d.resumes != 0 {
		clock.set((first + 1).Start(d.zone) - 1)
	}
	clock.set(first.Start(d.zone))
	return clock
}

// ahead lets others publish what happens today while the past is still played: to the store's clock it is of the future.
func (d *demo) ahead(first state.Date) time.Duration {
	const usual = 24 * time.Hour
	return usual + max(0, time.Duration(wallClock()-first.Start(d.zone)))
}

// play is the past, and then the present.
func (d *demo) play(ctx context.Context, s *service, p *player, first state.Date) error {
	d.board.setPhase("playing the past")
	if err := p.past(ctx, first, d.today); err != nil {
		return err
	}
	if d.command.Fast {
		return d.delivered(ctx, s)
	}
	d.board.setPhase("live")
	p.clock.run()
	return p.present(ctx, d.today.Start(d.zone), d.stopped)
}

// delivered waits until the board knows all customers, also where no day was left to play, and until everybody has been told
// what is owed, if there is somebody to tell.
func (d *demo) delivered(ctx context.Context, s *service) error {
	for s.Ready() != nil {
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	for d.config.Slack.TokenFile != "" {
		owed, _, err := d.store.OwedCount(ctx)
		if err != nil || owed == 0 {
			return err
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// greet says where an earlier run is gone on from, and shows again what stood then.
func (d *demo) greet(p *process) error {
	if d.resumes == 0 {
		return nil
	}
	if _, err := fmt.Fprintf(p.stdout, "resuming at %s\n", d.resumes); err != nil {
		return err
	}
	rows, err := d.store.Alerts(p.ctx, "")
	if err != nil {
		return err
	}
	names := simulator.New(simulator.Config{Seed: d.story.Seed, First: d.story.First, Customers: d.story.Customers, Zone: d.zone}).Names()
	return d.board.restore(d.resumes, rows, names)
}

// watchers are who is told of commits: the board, through a screen or line by line, and the player.
func (d *demo) watchers(p *process) (*dayFeed, *screen) {
	if screen := screenOf(p, d.board); screen != nil {
		return newDayFeed(d.board), screen
	}
	return newDayFeed(&lineWatcher{board: d.board, to: p.stdout}), nil
}

func (d *demo) close() error {
	return errors.Join(d.broker.Close(), d.logFile.Close())
}

// dayFeed passes on what a runner tells, and hands the newest closed day to a player.
type dayFeed struct {
	consumer.Watcher
	closed chan state.Date
}

func newDayFeed(w consumer.Watcher) *dayFeed { return &dayFeed{w, make(chan state.Date, 1)} }

// Closed never blocks: what nobody has fetched gives way to what is newer.
func (f *dayFeed) Closed(day state.Date) {
	f.Watcher.Closed(day)
	select {
	case <-f.closed:
	default:
	}
	f.closed <- day
}
