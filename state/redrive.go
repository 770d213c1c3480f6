package state

import "context"

// Redrive is the note that a refused record has been accepted after all. It is a part of the commit that applies what the record says,
// and its key is the record's place: a record is accepted after all once, however often and by however many it is tried.
type Redrive struct {
	Topic     string
	Partition int32
	Offset    int64
	At        Instant // by the store's clock
	By        string  // who has done it
	Outcome   string  // what became of its event
}

// Refused is a refused record, and what has become of it since.
type Refused struct {
	Row int64 // rises as they were committed
	At  Instant
	DeadLetter
	Redrive *Redrive // nil: it stays refused
}

// Redrives are the refused records for those who look after them.
type Redrives interface {
	// Refused lists up to limit refused records behind a row, in the order in which they were committed.
	Refused(ctx context.Context, after int64, limit int) ([]Refused, error)
}
