package state

import (
	"context"
	"fmt"
	"time"
)

// Clocks tell of which review tasks the time is over that people were given, without a look at those of which it is not.
type Clocks interface {
	// DueClocks lists up to limit clocks whose Look is not after now, by (Look, Customer), but for those whose case is withheld, or is put
	// off before anybody was told of it (see Waits): of what nobody could know nothing is late. What was put off is told when a receipt
	// with a timestamp is stored; people were told then when a channel heard of it last.
	DueClocks(ctx context.Context, now Instant, limit int) ([]Clock, error)
	// PutOffClock has a clock that DueClocks has listed looked at again at until. One that was set anew meanwhile is left. It is no
	// commit: done twice it is the same, and not done it costs another look.
	PutOffClock(ctx context.Context, seen *Clock, until Instant) error
	// ToldClocks lists up to limit clocks after a customer, by customer, whose time runs from a second or more before people were told:
	// those of which Told is later than From, but for those that DueClocks leaves out. There are none while a program may work on the
	// store that could not read how that is put right.
	ToldClocks(ctx context.Context, after CustomerID, limit int) ([]Clock, error)
	// Unheard tells whether nothing is owed about a case, and no channel has a message of it, as far as anybody knows.
	Unheard(ctx context.Context, caseID string) (bool, error)
}

// Clock is until when somebody is to take the next step with a customer's review task, of which there is never more than one.
type Clock struct {
	Customer CustomerID
	Task     string        // its id; empty in a commit: there is nothing to wait for any more
	Seq      int64         // of the task's change that set it
	Owner    string        // whose the task is; empty: nobody's
	Level    uint8         // how often others were told already that it is late
	From     Instant       // since when the time runs that is over first
	Due      Instant       // when it is over
	Shortest time.Duration // of working time, of all that run; of no meaning once it was set anew since Told
	Held     bool          // the message of what made it run is withheld
	Known    bool          // somebody has the task in hand, so he knows of it; or people were told of what had been put off
	Remind   Instant       // when the owner is to be reminded of the task's deadline; zero: not at all

	Told Instant // when a message that was withheld was let go, or one put off was told, after which time can begin; zero: none was. The store's to set
	Off  bool    // people are not told yet, for that is put off. The store's to set
	Look Instant // when somebody is to look. The store's to set: Due, or Remind where that comes before, until it is put off
}

// After is the clock as the store keeps it once a commit has set it, given what stood before; At is the commit's.
func (c Clock) After(before *Clock, at Instant) Clock {
	c.Look, c.Told, c.Off = c.First(), 0, false
	if before == nil || before.Task != c.Task {
		return c
	}
	c.Known = c.Known || before.Known
	c.Off = before.Off && !c.Known
	if c.Told = before.Told; c.Told != 0 {
		c.Shortest = 0 // what runs may have begun since
	}
	if before.Held && !c.Held {
		c.Told = at
	}
	return c
}

// First is when somebody is to look at a clock that was set.
func (c *Clock) First() Instant {
	if c.Remind != 0 {
		return min(c.Remind, c.Due)
	}
	return c.Due
}

func (c *Commit) checkClocks() error {
	for i := range c.Clocks {
		k := &c.Clocks[i]
		if k.Customer == "" || k.Task != "" && k.Due == 0 || k.Told != 0 || k.Look != 0 || k.Off || i > 0 && c.Clocks[i-1].Customer >= k.Customer {
			return fmt.Errorf("commit: the clock of customer %s says what only a store does, or is out of order", k.Customer)
		}
	}
	return nil
}
