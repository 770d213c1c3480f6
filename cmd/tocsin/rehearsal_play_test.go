package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tocsin/consumer"
	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/consumer/simulator"
	"tocsin/state"
)

// clusters gives this package's tests their clusters. What it runs ends with this process.
var clusters = sync.OnceValues(kafkatest.Start)

// rehearsal is a portfolio's past on its way through a cluster and processes of `tocsin run` into PostgreSQL.
type rehearsal struct {
	config    *config
	engine    *consumer.Engine
	file      string // the configuration's
	cluster   *kafkatest.Cluster
	store     state.Store // beside the processes
	clock     clockFile
	today     state.Date
	portfolio *simulator.Portfolio
	customers []string
	producer  *kafka.Producer
	random    *rand.Rand
	processes []*playedProcess
	sent      int  // records that readers of committed ones find
	refused   int  // of them
	delivers  bool // what is owed has a receiver
}

// instances is how many processes of the group there are at once.
const instances = 2

func newRehearsal(t *testing.T, seed uint64) *rehearsal {
	t.Helper()
	topics := defaultConfig().Kafka.Topics
	server, err := clusters()
	if err != nil {
		t.Fatal(err)
	}
	dir, random := t.TempDir(), rand.New(rand.NewPCG(seed, 0))
	wanted := kafkatest.Topics(1+random.Int32N(3), append(topics.inputs(), topics.Alerts, topics.Tasks, topics.DeadLetters)...)
	for i := range wanted {
		if wanted[i].Name == topics.FX { // the past has no rates
			wanted[i].Settings = map[string]string{"message.timestamp.type": "LogAppendTime"}
		}
	}
	r := &rehearsal{
		cluster: server.Cluster(t, wanted...),
		file:    filepath.Join(dir, "tocsin.yaml"), clock: clockFile(filepath.Join(dir, "clock")),
		today: wallClock().Date(time.UTC), random: random,
	}
	// The clock leaps by days, but never by two before the first is closed: whoever is silent meanwhile is not left behind.
	text := fmt.Sprintf("kafka: {brokers: [%s], group: %s}\nstore: {url: %q}\nhttp: {listen: \"\"}\nledger: {max_hold: 24h}\n",
		strings.Join(r.cluster.Addresses(), ", "), "rehearsal", newDatabase(t))
	if err := os.WriteFile(r.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if r.config, _, err = loadConfig(r.file, nil); err != nil {
		t.Fatal(err)
	}
	if r.engine, err = r.config.engine(); err != nil {
		t.Fatal(err)
	}
	if r.store, err = r.config.openStore(t.Context(), ownStore); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	if r.producer, err = kafka.OpenProducer(r.config.Kafka.Brokers); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.producer.Close)
	r.portfolio = simulator.New(simulator.Config{Seed: seed, First: r.today - backlogDays - liveDays, Customers: 40, Zone: r.zone()})
	for _, id := range slices.Sorted(maps.Keys(r.portfolio.Names())) {
		r.customers = append(r.customers, string(id))
	}
	return r
}

func (r *rehearsal) zone() *time.Location { return time.UTC }

// start starts processes until there are as many as there should be.
func (r *rehearsal) start(t *testing.T) {
	t.Helper()
	r.processes = slices.DeleteFunc(r.processes, func(p *playedProcess) bool { return p.over() })
	for len(r.processes) < instances {
		r.processes = append(r.processes, startPlayed(t, r.file, r.clock))
	}
}

// await waits until a day is open.
func (r *rehearsal) await(t *testing.T, day state.Date) {
	t.Helper()
	for end := time.Now().Add(90 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		open, _, err := r.store.Day(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if open.Date >= day {
			return
		}
		for _, p := range r.processes {
			if p.over() {
				t.Fatalf("a process ended by itself while %s was open", open.Date)
			}
		}
		if time.Now().After(end) {
			t.Fatalf("%s is still open, want %s", open.Date, day)
		}
	}
}

// settle waits until everybody is judged on the open day and no topic is owed anything: what one process commits as it stops is
// published by whoever starts next, if the other one has stopped before.
func (r *rehearsal) settle(t *testing.T) {
	t.Helper()
	await(t, "everybody is judged and everything published", func() bool {
		day, _, err := r.store.Day(t.Context())
		must(t, err)
		due, err := r.store.DueAlarms(t.Context(), day.Date, 1)
		must(t, err)
		owed, err := r.store.Unpublished(t.Context(), 1)
		must(t, err)
		return len(due) == 0 && len(owed) == 0
	})
}

// drain tells the processes to stop, and wants them to have done so in good order and in time.
func (r *rehearsal) drain(t *testing.T) {
	t.Helper()
	began := time.Now()
	for _, p := range r.processes {
		_ = p.command.Process.Signal(syscall.SIGTERM)
	}
	for _, p := range r.processes {
		<-p.exited
		if code := p.command.ProcessState.ExitCode(); code != 0 {
			t.Errorf("a process that was told to stop ended with %d", code)
		}
	}
	if took := time.Since(began); took > 25*time.Second {
		t.Errorf("stopping took %v, want at most 25 s", took)
	}
}

// playedProcess is a process of `tocsin run` under a played clock: this test's own binary.
type playedProcess struct {
	command *exec.Cmd
	exited  chan struct{}
	log     bytes.Buffer // to be read when it has exited
}

// playedRun is the name under which this binary is `tocsin run` under a played clock.
const playedRun = "tocsin-run-played"

func startPlayed(t *testing.T, config string, clock clockFile) *playedProcess {
	t.Helper()
	return startProcess(t, exec.Command(playedRun, config, string(clock)))
}

// startProcess starts a process that ends with the test, and with this process if that is killed.
func startProcess(t *testing.T, command *exec.Cmd) *playedProcess {
	t.Helper()
	p := &playedProcess{command: command, exited: make(chan struct{})}
	p.command.Stderr = &p.log
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	guard, err := guarded(p.command.Process.Pid)
	if err != nil {
		_ = p.command.Process.Kill()
		t.Fatal(err)
	}
	go func() {
		defer close(p.exited)
		_ = p.command.Wait() // the exit code tells
		_ = guard.Close()    // it may have gone with what it guarded
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("process %d: %v\n%s", p.command.Process.Pid, p.command.ProcessState, p.end())
		}
	})
	return p
}

// end is the end of what a process that has exited has said.
func (p *playedProcess) end() string {
	text := p.log.String()
	return text[max(0, len(text)-4000):]
}

// over tells whether the process has ended.
func (p *playedProcess) over() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

func (p *playedProcess) kill() {
	_ = p.command.Process.Kill() // it may have ended
	<-p.exited
}

// runPlayed is the command of such a process: the configuration's file and the clock's are its arguments.
func runPlayed() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	p := &process{ctx, os.Environ(), os.Stdin, os.Stdout, os.Stderr}
	command := &runCommand{configFlag: configFlag{Config: os.Args[1]}, LogLevel: "info", now: clockFile(os.Args[2]).now}
	err := command.Run(p)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitFinding)
	}
	os.Exit(exitGood)
}

// clockFile is a clock that a test moves for every process that reads the file. It stands still in between.
type clockFile string

func (f clockFile) now() state.Instant {
	text, err := os.ReadFile(string(f))
	if err != nil {
		panic(err)
	}
	at, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		panic(err)
	}
	return state.Instant(at)
}

// set moves the clock, never back.
func (f clockFile) set(t *testing.T, at state.Instant) {
	t.Helper()
	if _, err := os.Stat(string(f)); err == nil {
		at = max(at, f.now())
	} else if !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	next := string(f) + ".next"
	if err := os.WriteFile(next, strconv.AppendInt(nil, int64(at), 10), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, string(f)); err != nil {
		t.Fatal(err)
	}
}
