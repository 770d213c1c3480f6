package state

// Customer is the facts of one customer.
type Customer struct {
	ID CustomerID
}

// NewCustomer is a customer of whom nothing is known.
func NewCustomer(id CustomerID) *Customer { return &Customer{ID: id} }

// Outcome is what became of an event.
type Outcome uint8

const (
	Accepted     Outcome = iota + 1 // it is the register's content now
	Duplicate                       // same register, revision and content as what is known
	Stale                           // a higher revision is known; what it alone can tell is kept
	ConflictWon                     // another content at the same revision is known; this one stands now
	ConflictLost                    // another content at the same revision is known and stays
)

// Inputs are the parts of a customer that detectors depend on.
type Inputs uint16

const (
	InputOrders      Inputs = 1 << iota
	InputReceivables        // invoices, credit notes, payments and what books them
	InputLimits
	InputProfile
	InputRegistry
)

// Apply takes events known on the open day into the facts. It writes what became of each into outcomes, which is as long
// as events, and returns which inputs changed. The facts afterwards do not depend on the order of events.
//
// Registry facts are kept for the identifiers that the profile carries when all events are in; others are forgotten.
func (c *Customer) Apply(day Date, events []Event, outcomes []Outcome) Inputs { return 0 }
