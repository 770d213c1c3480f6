package state

import (
	"context"
	"errors"
)

// ErrNotWithheld: nothing is withheld as systemic on that day for that signal.
var ErrNotWithheld = errors.New("nothing is withheld for it")

// Risen is how many customers rose to a level in a signal on a day, from below it to it as the day stood in the end.
type Risen struct {
	Signal    string
	Customers int
}

// Systemic is a rule in which so many customers rose on one day that the cause is likely to be the seller's own. What was not sent of
// it by the close of that day is withheld until a person lets it go. It changes no verdict.
type Systemic struct {
	Day      Date
	Signal   string
	Risen    int // customers
	Active   int // of so many
	Released Instant
	By       string // who let it go; empty: nobody yet
}

// Withheld tells whether nobody has let it go.
func (s *Systemic) Withheld() bool { return s.By == "" }

// Systemics are kept by the close of the day.
type Systemics interface {
	// RisenOn lists, by signal, those in which customers rose to a level or above on a day in a rule set. Whoever has no journal row of
	// an earlier day is not counted.
	RisenOn(ctx context.Context, day Date, ruleSet string, level uint8) ([]Risen, error)
	// Systemic lists what closes have kept, by day and signal.
	Systemic(ctx context.Context) ([]Systemic, error)
	// ReleaseSystemic lets go what is withheld for a day and a signal, with an alert's row where there is one, and what tells of it in
	// the audit. It fails with ErrNotWithheld where nothing is.
	ReleaseSystemic(ctx context.Context, of Systemic, alert *AlertRow, audit ...AuditRow) error
}
