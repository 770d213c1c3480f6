package postgres_test

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
	"tocsin/state/storetest"
)

var server *pgtest.Server // of this package's tests, set before they run

func TestMain(m *testing.M) {
	var err error
	if server, err = pgtest.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func TestStoreConforms(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (state.Store, func() state.Store) {
		location := newStore(t)
		return open(t, location), func() state.Store { return open(t, location) }
	})
}

func TestTwoProcessesThatNameOneIdentifierNeverMissEachOther(t *testing.T) {
	location := newStore(t)
	a, b := open(t, location), open(t, location)
	defer a.Close()
	defer b.Close()
	if err := errors.Join(a.OpenStore(t.Context(), today), storetest.Race(t.Context(), a, b, today)); err != nil {
		t.Fatal(err)
	}
}

// newServer is one that a test may do anything to.
func newServer(t testing.TB) *pgtest.Server {
	t.Helper()
	s, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// today is the open day of the tests' stores.
var today = state.Day{Date: 20_000, Config: "sha256:first"}

// newStore is the location of an empty store.
func newStore(t testing.TB) string {
	t.Helper()
	location := server.NewSchema(t)
	if err := postgres.Migrate(t.Context(), location); err != nil {
		t.Fatal(err)
	}
	return location
}

// open opens a store, which the caller closes.
func open(t testing.TB, location string) *postgres.Store {
	t.Helper()
	return openWith(t, location, postgres.Options{})
}

func openWith(t testing.TB, location string, o postgres.Options) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), location, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
