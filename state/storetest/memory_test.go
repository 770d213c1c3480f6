package storetest_test

import (
	"testing"

	"tocsin/state"
	"tocsin/state/storetest"
)

func TestMemoryConforms(t *testing.T) {
	storetest.Run(t, func(*testing.T) (state.Store, func() state.Store) {
		m := storetest.NewMemory()
		return m, func() state.Store { return m }
	})
}
