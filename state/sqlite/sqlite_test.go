package sqlite_test

import (
	"path/filepath"
	"testing"

	"tocsin/state"
	"tocsin/state/sqlite"
	"tocsin/state/storetest"
)

func TestStoreConforms(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (state.Store, func() state.Store) {
		path := filepath.Join(t.TempDir(), "tocsin.db")
		return open(t, path), func() state.Store { return open(t, path) }
	})
}

// open opens a store, which the caller closes.
func open(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), "sqlite:"+path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
