package state

import (
	"context"
	"fmt"
)

// Parking keeps what comes of customers who are quarantined, until somebody releases them.
type Parking interface {
	// Quarantined lists who is quarantined, by customer.
	Quarantined(ctx context.Context) ([]Quarantine, error)
	// Parked lists the first rows that wait of a customer and come after one of them (0: the first), in order. It lists up to
	// limit.
	Parked(ctx context.Context, customer CustomerID, after int64, limit int) ([]Parked, error)
}

// Quarantine is a customer whose step panics, or whose journal cannot be folded. His record stays as it was; what comes of him
// is parked, and his alarms are ticked off, for his release judges everything anew.
//
// A commit that quarantines somebody, or ends that, counts [Day.Quarantined] up while nobody else's is under way. So nobody
// steps who is quarantined, and nobody parks who is not.
type Quarantine struct {
	Customer CustomerID
	Since    Date    // the open day
	At       Instant // the store's clock
	Reason   string  // what the panic said; empty once the customer is erased, for it may have quoted him
	Stack    string  // where it was: its first frames, one a line
	Waiting  int     // rows that are parked; a store counts them when it is asked
}

// Parked is what a step of a customer would have applied.
type Parked struct {
	ID       int64 // given by the store, rising as rows are parked; 0 before
	Customer CustomerID
	Day      Date   // open when it was parked
	Applied  []byte // an encoded Applied: what the journal row would have had
	Records  []byte // the records that the events came as, should one of them be refused after all; the consumer's own encoding
}

// Release takes parked rows away because the same commit's entries have applied them.
type Release struct {
	Customer CustomerID
	UpTo     int64 // the last row that is taken; 0: none is
	Rows     int   // how many there are up to it: another number is ErrConflict
	Closes   bool  // the quarantine ends: ErrConflict where rows are left, or there is none
}

// Alone tells whether the commit must be the only one under way, since it changes who is erased or quarantined.
func (c *Commit) Alone() bool { return len(c.Rewrites) > 0 || c.Quarantining() > 0 }

// Quarantining is by how much a commit counts [Day.Quarantined] up.
func (c *Commit) Quarantining() int {
	n := len(c.Quarantines)
	for i := range c.Releases {
		if c.Releases[i].Closes {
			n++
		}
	}
	return n
}

func (c *Commit) checkParked() error {
	for i := range c.Parked {
		if p := &c.Parked[i]; p.ID != 0 || p.Day != c.Day.Date {
			return fmt.Errorf("commit: what is parked of customer %s is row %d of day %v", p.Customer, p.ID, p.Day)
		}
	}
	return nil
}
