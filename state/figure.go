package state

import "context"

// ReadModel is what a store keeps for people who query it by SQL, where it keeps anything: figures of customers as they stood at a
// close. Nothing that Tocsin decides rests on it.
type ReadModel interface {
	// Touched lists the customers with a journal row that the figures do not tell of yet, up to the open day.
	Touched(ctx context.Context, day Date) (Touched, error)
}

// Touched are the customers whose figures are to be written.
type Touched struct {
	Customers []TouchedCustomer // sorted
	Rows      int               // of the open day, in all journals
}

// TouchedCustomer is a customer with his last journal row.
type TouchedCustomer struct {
	Customer CustomerID
	Seq      uint64
}

// Figures are written by the close of a day, in its transaction, in place of those of an earlier one.
type Figures struct {
	Rows   int          // of the day's journals, as they were computed from; ErrNotIdle where there are others
	Listed []FigureRow  // sorted by customer
	Gone   []CustomerID // merged or erased: they have none
}

// FigureRow is one customer's record as of a close.
type FigureRow struct {
	Customer CustomerID
	Digits   int    // decimals of its currency
	Body     []byte // the customer record of the contract as JSON
}
