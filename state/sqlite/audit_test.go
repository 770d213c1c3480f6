package sqlite_test

import (
	"path/filepath"
	"testing"

	"tocsin/state"
	"tocsin/state/sqlite"
	"tocsin/state/storetest"
)

func TestTamperingWithTheAuditIsCaught(t *testing.T) {
	storetest.Tampering(t, func(t *testing.T) (state.Store, func(string)) {
		path := filepath.Join(t.TempDir(), "tocsin.db")
		s := open(t, path)
		t.Cleanup(func() { _ = s.Close() })
		return s, func(statement string) { harm(t, path, statement) }
	})
}

// Two processes that have the file open decide at once.
func TestTwoProcessesMakeOneChain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	owner := open(t, path)
	defer owner.Close()
	if err := owner.OpenStore(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	beside, err := sqlite.Open(t.Context(), path, sqlite.Options{Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	if err := storetest.RaceDeeds(t.Context(), day, owner, beside); err != nil {
		t.Error(err)
	}
}
