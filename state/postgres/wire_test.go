package postgres_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/state"
	"tocsin/state/postgres"
)

// wire is the way to a server, which can be cut when the client sends a word.
type wire struct {
	location string
	cut      atomic.Pointer[cut]
}

// cut is where the wire goes dead: with the message of the client that has the word, or with the server's answer to it.
type cut struct {
	word  string
	after bool
}

func newWire(t *testing.T, location string) *wire {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	socket := query.Get("host") + "/.s.PGSQL.5432"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	query.Del("host")
	u.RawQuery, u.Host = query.Encode(), listener.Addr().String()
	w := &wire{location: u.String()}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return // the test is over
			}
			go w.carry(client, socket)
		}
	}()
	return w
}

// carry carries bytes both ways until either end has had enough, or the wire is cut.
func (w *wire) carry(client net.Conn, socket string) {
	defer client.Close()
	server, err := net.Dial("unix", socket)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(client, server)
		_ = client.Close()
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if c := w.cut.Load(); c != nil && bytes.Contains(buffer[:n], []byte(c.word)) && w.cut.CompareAndSwap(c, nil) {
			if c.after {
				_ = client.Close() // the answer goes nowhere
				_, _ = server.Write(buffer[:n])
				time.Sleep(100 * time.Millisecond)
			}
			return
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// What is told of a lost connection depends on whether COMMIT was sent, and on nothing else.
func TestAnOutcomeIsUnknownOnlyFromCommitOn(t *testing.T) {
	for _, test := range []struct {
		name   string
		cut    cut
		want   error
		landed bool
	}{
		{"begin is not sent", cut{word: "begin"}, state.ErrUnavailable, false},
		{"the answer to begin is lost", cut{word: "begin", after: true}, state.ErrUnavailable, false},
		{"the rows are not sent", cut{word: "C-0"}, state.ErrUnavailable, false},
		{"the answer to the rows is lost", cut{word: "C-0", after: true}, state.ErrUnavailable, false},
		{"commit is not delivered", cut{word: "commit"}, state.ErrUnknown, false},
		{"the answer to commit is lost", cut{word: "commit", after: true}, state.ErrUnknown, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWire(t, newStore(t))
			s := openWith(t, w.location, postgres.Options{})
			defer s.Close()
			if err := s.OpenStore(t.Context(), today); err != nil {
				t.Fatal(err)
			}
			w.cut.Store(&test.cut)
			if err := s.Commit(t.Context(), nthCommit(today, 0)); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			err := s.Commit(t.Context(), nthCommit(today, 0))
			if landed := errors.Is(err, state.ErrRepeated); landed != test.landed || !landed && err != nil {
				t.Errorf("the same again: got %v, want it to have landed %v", err, test.landed)
			}
			checkWhole(t, s, 1)
		})
	}
}

func TestAReadOverALostConnectionSaysSo(t *testing.T) {
	w := newWire(t, newStore(t))
	s := openWith(t, w.location, postgres.Options{})
	defer s.Close()
	w.cut.Store(&cut{word: "C-7"})
	if _, err := s.Load(t.Context(), []state.CustomerID{"C-7"}); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("got %v, want %v", err, state.ErrUnavailable)
	}
	if _, err := s.Load(t.Context(), []state.CustomerID{"C-7"}); err != nil {
		t.Errorf("once more: %v", err)
	}
}
