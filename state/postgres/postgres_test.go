package postgres_test

import (
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
		location := server.NewSchema(t)
		if err := postgres.Migrate(t.Context(), location); err != nil {
			t.Fatal(err)
		}
		return open(t, location), func() state.Store { return open(t, location) }
	})
}

// open opens a store, which the caller closes.
func open(t testing.TB, location string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), location, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
