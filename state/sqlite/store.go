package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"tocsin/state"
)

// Options say how to open a store.
type Options struct {
	// ReadOnly opens an existing store beside the process that owns it. Every writing method fails with ErrReadOnly.
	ReadOnly bool
	// Beside opens an existing store beside the process that owns it, to take single decisions. SQLite lets one process
	// write at a time, and the journal's key tells whoever was second: the owner steps the customer anew.
	Beside bool
}

// ErrReadOnly: the store was opened for reading only.
var ErrReadOnly = errors.New("the store is open for reading only")

// Store is a store in one file. Its methods may be called from any number of goroutines.
type Store struct {
	changes []state.SchemaChange // that this program knows
	readers *sql.DB
	db      *sql.DB          // of the one writing connection; nil when read-only
	writer  chan *tx         // holds the writing connection while nobody writes
	leases  state.LeaseTable // whoever holds the writing connection may use it
	lock    *os.File         // held as long as the store is open; nil when read-only
	closing sync.Once
	closed  error // what closing found
}

var _ state.Store = (*Store)(nil)

const (
	// readPragmas are in force on every connection. A reader of another process may hold the file for a moment while it
	// recovers or truncates the log: wait for it, in milliseconds.
	readPragmas = "_pragma=busy_timeout(5000)&_pragma=cache_size(-16384)"
	// writePragmas: the log is copied into the database every 4,000 pages (16 MB), so that bulk commits do not write each
	// page twice; at most 64 MB of pages are kept in memory. What is deleted is overwritten: nothing of a customer who is
	// erased stays in pages that are free.
	writePragmas = "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(1)" +
		"&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-65536)"
	// maxReaders bounds the connections that read at the same time.
	maxReaders = 4
)

// Open opens the store in a file, "sqlite:tocsin.db" or a bare path. It makes the file where there is none, for its owner
// alone to read, and brings an older schema up to date.
func Open(ctx context.Context, location string, opts Options) (*Store, error) {
	changes, err := Changes()
	if err != nil {
		return nil, err
	}
	return open(ctx, location, opts, changes)
}

func open(ctx context.Context, location string, opts Options, changes []state.SchemaChange) (*Store, error) {
	path, err := pathOf(location)
	if err != nil {
		return nil, err
	}
	s := &Store{changes: changes, leases: state.LeaseTable{}}
	switch {
	case opts.ReadOnly:
		err = s.openToRead(ctx, path)
	case opts.Beside:
		err = s.openBeside(ctx, path)
	default:
		err = s.openAlone(ctx, path)
	}
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, errors.Join(err, s.Close()))
	}
	return s, nil
}

func pathOf(location string) (string, error) {
	path := strings.TrimPrefix(location, "sqlite:")
	if path == "" {
		return "", fmt.Errorf("store %q names no file", location)
	}
	return filepath.Abs(path)
}

// openAlone makes this process the owner of the file.
func (s *Store) openAlone(ctx context.Context, path string) (err error) {
	if s.lock, err = lock(path + ".lock"); err != nil {
		return err
	}
	if err := create(path); err != nil {
		return err
	}
	if err := s.openWriter(ctx, path); err != nil {
		return err
	}
	if err := s.alone(func(conn *sql.Conn) error { return migrate(ctx, conn, s.changes) }); err != nil {
		return err
	}
	return s.openReaders(path)
}

// alone runs do on the writing connection.
func (s *Store) alone(do func(conn *sql.Conn) error) error {
	t := <-s.writer
	defer func() { s.writer <- t }()
	return do(t.conn)
}

func (s *Store) openWriter(ctx context.Context, path string) (err error) {
	if s.db, err = sql.Open("sqlite", dsn(path, writePragmas)); err != nil {
		return err
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	s.writer = make(chan *tx, 1)
	s.writer <- &tx{conn: conn, prepared: map[string]*sql.Stmt{}, known: len(s.changes)}
	return nil
}

// openBeside reads and writes a file that another process owns.
func (s *Store) openBeside(ctx context.Context, path string) error {
	if err := s.openToRead(ctx, path); err != nil {
		return err
	}
	return s.openWriter(ctx, path)
}

// openToRead reads a file that another process may own.
func (s *Store) openToRead(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	if err := s.openReaders(path); err != nil {
		return err
	}
	schema, err := readSchema(ctx, s.readers, len(s.changes))
	if err != nil {
		return err
	}
	return schema.Fits()
}

func (s *Store) openReaders(path string) (err error) {
	if s.readers, err = sql.Open("sqlite", dsn(path, readPragmas+"&_pragma=query_only(1)")); err != nil {
		return err
	}
	s.readers.SetMaxOpenConns(maxReaders)
	s.readers.SetMaxIdleConns(maxReaders)
	return nil
}

// create makes an empty file that only its owner may read; SQLite gives its side files the same mode.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func dsn(path, pragmas string) string {
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: pragmas}).String()
}

// Close waits for the write that is under way, copies the log into the file and lets other processes in. Later calls of
// other methods fail.
func (s *Store) Close() error {
	s.closing.Do(func() { s.closed = s.close() })
	return s.closed
}

func (s *Store) close() error {
	var errs []error
	if s.readers != nil {
		errs = append(errs, s.readers.Close())
	}
	if s.writer != nil {
		t := <-s.writer
		errs = append(errs, t.close())
		s.writer <- t // so that a late writer finds a closed connection and does not wait
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}
