package postgres_test

import (
	"testing"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
	"tocsin/state/storetest"
)

func TestTamperingWithTheAuditIsCaught(t *testing.T) {
	storetest.Tampering(t, func(t *testing.T) (state.Store, func(string)) {
		location := newStore(t)
		s := open(t, location)
		t.Cleanup(func() { _ = s.Close() })
		return s, func(statement string) { pgtest.Exec(t, location, statement) }
	})
}

func TestTwoProcessesMakeOneChain(t *testing.T) {
	one, location := opened(t, postgres.Options{})
	other := open(t, location)
	defer other.Close()
	if err := storetest.RaceDeeds(t.Context(), today, one, other); err != nil {
		t.Error(err)
	}
}
