package main

import (
	"sync"

	"tocsin/state"
)

// playedClock is the store's clock of a demo: it is set by whoever plays the past, and runs with the wall's clock from
// when the past has reached it. With the wall's clock from the start, every past day would close as soon as the reader
// had caught up with the writer.
type playedClock struct {
	mu   sync.Mutex
	at   state.Instant
	live bool
}

// Now is the played instant, or the wall's.
func (c *playedClock) Now() state.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.live {
		return wallClock()
	}
	return c.at
}

// set moves the clock forward to an instant of the past that is played.
func (c *playedClock) set(at state.Instant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = max(c.at, at)
}

// run lets the clock go with the wall's from now on.
func (c *playedClock) run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live = true
}
