package state

// Date is a calendar date of the selling entity, counted in days: 1970-01-01 is day 1, and the zero Date is "none".
type Date int32

// Instant is a point in time in nanoseconds since 1970-01-01T00:00:00Z.
type Instant int64

// String is the date as YYYY-MM-DD.
func (d Date) String() string { return "" }

// Calendar tells business days.
type Calendar struct{}
