package contract

import (
	"time"

	"tocsin/state"
)

// The limits of the contract. Characters are Unicode code points.
const (
	MaxValue  = 64 << 10 // bytes of a document
	MaxDepth  = 8        // nesting; the document itself is 1, arrays count
	MaxArray  = 1000     // elements
	MaxString = 512      // characters of any string, member names and unknown members too
	MaxID     = 128      // characters of an id, which has at least one
)

// DefaultAhead is how far an event's time may lie after the instant at which it was known.
const DefaultAhead = 24 * time.Hour

// The years a date or an instant may lie in.
const (
	firstYear = 1970
	lastYear  = 2199
)

// Options are what a configuration can change about decoding. The zero value is the contract as it stands.
type Options struct {
	Types map[string]string // a publisher's own type name: a type of the contract
	Ahead time.Duration     // how far time may lie after known_at; zero: DefaultAhead
}

func (o Options) ahead() state.Instant {
	if o.Ahead == 0 {
		return state.Instant(DefaultAhead)
	}
	return state.Instant(o.Ahead)
}
