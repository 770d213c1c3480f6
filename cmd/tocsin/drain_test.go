package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tocsin/alerts/slack/slacktest"
)

// frozen is a way to a database that can stop carrying anything, as a network or a machine may without a word.
type frozen struct {
	to   string // socket of the database
	hold sync.RWMutex
}

// before lays it before a store's location and returns the location to use.
func (f *frozen) before(t *testing.T, location string) string {
	t.Helper()
	u, err := url.Parse(location)
	must(t, err)
	query, dir := u.Query(), t.TempDir()
	const socket = ".s.PGSQL.5432"
	f.to = filepath.Join(query.Get("host"), socket)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(dir, socket))
	must(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", f.to)
			if err != nil {
				_ = near.Close()
				continue
			}
			go f.carry(near, far)
			go f.carry(far, near)
		}
	}()
	query.Set("host", dir)
	u.RawQuery = query.Encode()
	return u.String()
}

func (f *frozen) carry(to io.WriteCloser, from io.Reader) {
	defer to.Close() //nolint:errcheck // the other end notices
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		f.hold.RLock() // waits while it is frozen
		_, bad := to.Write(buffer[:n])
		f.hold.RUnlock()
		if err != nil || bad != nil {
			return
		}
	}
}

// Neither the database, nor Slack, nor the brokers answer any more, and there is work in hand: who is told to stop stops in time.
func TestADrainEndsInTimeThoughNobodyAnswers(t *testing.T) {
	l, way := newPipeline(t), &frozen{}
	l.config.StoreURL = way.before(t, newDatabase(t))
	workspace := l.withSlack(t)
	l.send(t, l.limit(t, 7, (l.today-366).Start(time.UTC), 1, 10_000_000), l.invoice(t, 7, l.today-20, l.today+10))
	hang := make([]slacktest.Fault, 50)
	for i := range hang {
		hang[i].Hang = time.Minute
	}
	var err error
	l.store, err = l.config.openStore(t.Context(), ownStore)
	must(t, err)
	s := &service{config: l.config, store: l.store, now: l.now, log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx) }()
	l.toldPeople(t, workspace, "the first load")
	before := len(workspace.Calls("chat.postMessage"))
	workspace.Script("chat.postMessage", hang...)
	l.send(t, l.limit(t, 7, l.now(), 2, 100))
	await(t, "a message that hangs", func() bool { return len(workspace.Calls("chat.postMessage")) > before })
	way.hold.Lock()
	defer way.hold.Unlock()
	for n := range 20 {
		l.place(t, n)
	}
	time.Sleep(300 * time.Millisecond) // something is on its way to the database
	l.cut(t)
	began := time.Now()
	cancel()
	select {
	case err := <-ended:
		t.Logf("drained within %v: %v", time.Since(began), err)
	case <-time.After(drainWithin - 2*time.Second): // the rest is for closing the store
		t.Fatalf("not drained after %v", time.Since(began))
	}
}

func TestADrainIsNotWaitedForLongerThanIsSaid(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	never := make(chan struct{})
	defer close(never)
	cancel()
	began := time.Now()
	err := endWithin(ctx, 50*time.Millisecond, func() error { <-never; return nil })
	if !errors.Is(err, errUndrained) || time.Since(began) > 10*time.Second {
		t.Errorf("got %v after %v", err, time.Since(began))
	}
	broken := errors.New("broken")
	if err := endWithin(t.Context(), 0, func() error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v, want what the work says", err)
	}
	if err := endWithin(ctx, time.Minute, func() error { return nil }); err != nil {
		t.Errorf("got %v, want nothing", err)
	}
}
