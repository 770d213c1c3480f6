package sqlite_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"tocsin/state"
	"tocsin/state/sqlite"
)

// A role is the owner's. One that was killed keeps nobody waiting: its leases went with it.
func TestTheOwnerOfTheFileHasEveryRole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	take := func(s *sqlite.Store, holder string) error {
		_, err := s.TakeLease(t.Context(), "outbox", holder, time.Hour)
		return err
	}
	owner := open(t, path)
	for _, opts := range []sqlite.Options{{Beside: true}, {ReadOnly: true}} {
		other, err := sqlite.Open(t.Context(), path, opts)
		if err != nil {
			t.Fatal(err)
		}
		if err := take(other, "b"); !errors.Is(err, state.ErrLeased) {
			t.Errorf("%+v: got %v, want %v", opts, err, state.ErrLeased)
		}
		if err := errors.Join(other.DropLease(t.Context(), state.Lease{Role: "outbox", Holder: "b", Turn: 1}), other.Close()); err != nil {
			t.Errorf("%+v: %v", opts, err)
		}
	}
	if err := errors.Join(take(owner, "a"), owner.Close()); err != nil {
		t.Fatal(err)
	}
	next := open(t, path)
	if err := errors.Join(take(next, "b"), next.Close()); err != nil {
		t.Errorf("the next owner: %v", err)
	}
}
