// Package pgtest runs a PostgreSQL server for tests: the real one, in a directory of its own, on a socket that nobody else
// knows. A machine without it is told how to get it; no test passes for one that did not run.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a server with its data, running but between Kill and Launch.
type Server struct {
	bin, dir string
	settings []string            // besides those that every server of tests has
	run      *syscall.Credential // whom it runs as; nil: as this process
	command  *exec.Cmd
	exited   chan struct{}
	guard    *exec.Cmd
	alive    io.Closer // the guard's standard input
	schemas  atomic.Int64
}

// Start makes a server with an empty database. Whoever starts it stops it; where the test's process dies first, a guard does.
func Start() (*Server, error) { return StartWith() }

// StartWith is Start with settings, such as fsync=on, that go before those of tests.
func StartWith(settings ...string) (*Server, error) {
	bin, err := installed()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "tocsin-pg-*")
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir, settings: settings}
	if err := errors.Join(s.watch(), s.make()); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	if err := s.Launch(); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// watch starts the guard. Its standard input ends with this process, whatever that dies of: then it ends the server and removes
// the data.
func (s *Server) watch() (err error) {
	const script = `read -r _; pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" && sleep 1; rm -rf "$1"`
	s.guard = exec.Command("sh", "-c", script, "sh", s.dir)   //nolint:gosec // of tests
	s.guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt from the keyboard is not for it
	if s.alive, err = s.guard.StdinPipe(); err != nil {
		return err
	}
	return s.guard.Start()
}

// make initialises the data directory. The server refuses to run as root, so then it runs as the user that the package
// made for it.
func (s *Server) make() error {
	if os.Geteuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return fmt.Errorf("PostgreSQL does not run as root: %w", err)
		}
		uid, _ := strconv.Atoi(u.Uid) // numbers on every system that has them
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(s.dir, uid, gid); err != nil {
			return err
		}
		s.run = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	init := s.program("initdb", "-D", s.data(), "-U", "tocsin", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	if out, err := init.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) program(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.bin, name), args...) //nolint:gosec // of tests
	c.Dir = s.dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.run, Setpgid: true}
	return c
}

// Launch starts the server on its data and waits until it answers. What is committed survives a killed server; nothing is
// synced unless its settings say so, so not a killed machine.
func (s *Server) Launch() error {
	args := []string{
		"-D", s.data(), "-k", s.dir, "-c", "listen_addresses=",
		"-c", "fsync=off", "-c", "max_connections=200", "-c", "deadlock_timeout=100ms", "-c", "log_min_messages=warning", "-c", "log_checkpoints=off",
	}
	for _, setting := range s.settings {
		args = append(args, "-c", setting)
	}
	s.command = s.program("postgres", args...)
	var log strings.Builder
	s.command.Stdout, s.command.Stderr = &log, &log
	if err := s.command.Start(); err != nil {
		s.command = nil
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	s.exited = make(chan struct{})
	command, exited := s.command, s.exited
	go func() {
		defer close(exited)
		_ = command.Wait() // its log says more than its exit code
	}()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		conn, err := pgx.Connect(context.Background(), s.url("").String())
		if err == nil {
			return conn.Close(context.Background())
		}
		select {
		case <-exited:
			s.command = nil
			return fmt.Errorf("PostgreSQL ended: %s", log.String())
		default:
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		}
	}
}

// Kill ends the server at once and amid everything, as the death of its machine would for all but the disk.
func (s *Server) Kill() { s.signal(syscall.SIGQUIT) }

// KillSessions ends every session but its own, and leaves the server running.
func (s *Server) KillSessions(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.url("").String())
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`)
	return errors.Join(err, conn.Close(ctx))
}

// KillSession ends one session, the nth of those that there are, counted round, and leaves the server running.
func (s *Server) KillSession(ctx context.Context, nth uint64) error {
	conn, err := pgx.Connect(ctx, s.url("").String())
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `WITH others AS (SELECT pid, row_number() OVER (ORDER BY pid) - 1 AS place, count(*) OVER () AS number
			FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())
		SELECT pg_terminate_backend(pid) FROM others WHERE place = $1 % number`, int64(nth>>1))
	return errors.Join(err, conn.Close(ctx))
}

// Stop ends the server and removes its data.
func (s *Server) Stop() error {
	s.signal(syscall.SIGINT)
	if s.alive == nil {
		return os.RemoveAll(s.dir)
	}
	return errors.Join(s.alive.Close(), s.guard.Wait(), os.RemoveAll(s.dir))
}

func (s *Server) signal(signal syscall.Signal) {
	if s.command == nil {
		return
	}
	_ = s.command.Process.Signal(signal) // it may have ended by itself
	<-s.exited
	s.command = nil
}

// NewSchema is the location of a new, empty store.
func (s *Server) NewSchema(tb testing.TB) string {
	tb.Helper()
	return s.url(fmt.Sprintf("store_%d", s.schemas.Add(1))).String()
}

// Exec runs SQL at a location, as whoever owns everything.
func Exec(tb testing.TB, location, sql string) {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), location)
	if err == nil {
		_, err = conn.Exec(tb.Context(), sql)
		err = errors.Join(err, conn.Close(context.Background()))
	}
	if err != nil {
		tb.Fatalf("%.200s: %v", sql, err)
	}
}

// Texts are the first column of a query, which must be a text that is not null.
func Texts(tb testing.TB, location, query string) []string {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), location)
	if err != nil {
		tb.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // it has only read
	rows, err := conn.Query(tb.Context(), query)
	if err != nil {
		tb.Fatalf("%.200s: %v", query, err)
	}
	texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		tb.Fatalf("%.200s: %v", query, err)
	}
	return texts
}

func (s *Server) url(schema string) *url.URL {
	query := url.Values{"host": {s.dir}, "sslmode": {"disable"}}
	if schema != "" {
		query.Set("search_path", schema)
	}
	return &url.URL{Scheme: "postgres", User: url.User("tocsin"), Path: "/postgres", RawQuery: query.Encode()}
}
