package alerts

import "tocsin/state"

// Posted is a message that a receiver shows, whoever has posted it.
type Posted struct {
	Of       string        // the case or summary that it shows, by its id
	ID       string        // the receiver's id of it
	At       state.Instant // when it was posted, by the receiver's clock
	Answered bool          // it has a thread
}
