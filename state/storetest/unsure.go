package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"

	"tocsin/state"
)

// Unsure is a store whose writer is now and then told that somebody else was first, or is told nothing, be it that the
// commit has landed or that it has not.
type Unsure struct {
	state.Store
	Random *rand.Rand
}

// Commit refuses one commit in four in some way.
func (s *Unsure) Commit(ctx context.Context, c *state.Commit) error {
	switch s.Random.IntN(12) {
	case 0:
		return fmt.Errorf("injected: %w", state.ErrUnknown)
	case 1:
		if err := s.Store.Commit(ctx, c); err != nil {
			return err
		}
		return fmt.Errorf("injected after the commit: %w", state.ErrUnknown)
	case 2:
		return fmt.Errorf("injected: %w", state.ErrConflict)
	}
	return s.Store.Commit(ctx, c)
}

// CloseDay loses one answer in four.
func (s *Unsure) CloseDay(ctx context.Context, c *state.DayClose) error {
	switch s.Random.IntN(8) {
	case 0:
		return fmt.Errorf("injected: %w", state.ErrUnknown)
	case 1:
		if err := s.Store.CloseDay(ctx, c); err != nil {
			return err
		}
		return fmt.Errorf("injected after the close: %w", state.ErrUnknown)
	}
	return s.Store.CloseDay(ctx, c)
}
