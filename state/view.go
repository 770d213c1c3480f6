package state

import "time"

// Ledger is how the seller's books count days and money. One value serves all customers; nobody changes it.
type Ledger struct {
	Calendar Calendar
	Zone     *time.Location // turns instants into business dates
	Base     Currency       // ledger.base_currency; zero: none
	Horizon  int            // days ahead that an open order counts into the exposure; 60
}

// View is a customer as of one day: the facts with a business date up to then, as they are known now. It is what
// detectors read. A view is valid until the customer's facts change.
type View struct {
	Day    Date
	Ledger *Ledger
	c      *Customer
}

// View returns the customer as of a day. The day may be earlier than the last step's: facts known today are then
// evaluated as of that day.
func (c *Customer) View(l *Ledger, day Date) *View { return &View{Day: day, Ledger: l, c: c} }

// Exposure is what the seller stands to lose, by component, in minor units of the customer's currency.
//
//	Gross = OpenOrders + DeliveredNotInvoiced + Receivables + Bills + Uncleared − Unapplied, at least 0
type Exposure struct {
	OpenOrders, DeliveredNotInvoiced, Receivables, Bills, Uncleared, Unapplied, Gross int64
	Known                                                                             bool // false: a component needs an exchange rate that is not there
}

// Limit is the credit limit in force on a day.
type Limit struct {
	OnFile    bool   // a base limit is in force
	ID        string // of the base limit
	Base      int64  // minor units of the customer's currency
	Temporary int64  // sum of the temporary increases in force; they are no limit on file alone
	Hard      bool
	Review    Date // review_date of the base limit; zero: none
	Increases []TemporaryLimit
	Known     bool // false: a limit is in a currency without exchange rate
}

// Effective is what the customer may owe in all.
func (l Limit) Effective() int64 { return l.Base + l.Temporary }

// TemporaryLimit is one increase in force.
type TemporaryLimit struct {
	ID       string
	Amount   int64
	From, To Date // To is inclusive; zero: for ever
}

// DueLine is what of an invoice falls due on one date: an instalment, a retention, or the rest of the invoice.
type DueLine struct {
	Invoice   string
	Due       Date  // original due date as written
	Effective Date  // Due rolled forward to a business day
	Open      int64 // minor units of the customer's currency, by document
	Tested    int64 // what is left for overdue tests after cash and credit that is not yet applied was set against the oldest lines
	Settled   bool  // the invoice is within its settlement tolerance: only residue is left, which no test on days reads
}

// DaysPastDue is max(0, day − Effective).
func (l DueLine) DaysPastDue(day Date) int { return max(0, int(day-l.Effective)) }

// Ageing is the receivables by days past due, by document, before virtual FIFO. Minor units of the customer's currency.
type Ageing struct {
	Current, Days1to30, Days31to60, Days61to90, Days91plus int64
	Overdue                                                int64
	MaxDaysPastDue                                         int
	OpenCount                                              int  // unsettled invoices with something open
	Known                                                  bool // false: needs an exchange rate that is not there
}

// RegistryEntry is a registry fact with what Tocsin knows of its history.
type RegistryEntry struct {
	*RegistryFact
	FirstKnown Date // business day on which it was first known
	EndedKnown Date // business day on which `status: ended` was first known; zero: not ended
	EventID    string
}

// Currency is the customer's currency as CONTRACT.md 4 has it; zero when it has none at all.
func (v *View) Currency() Currency { return 0 }

// Exposure is DOMAIN.md 2.1 without cover and groups.
func (v *View) Exposure() Exposure { return Exposure{} }

// Limit is the limit in force on the view's day.
func (v *View) Limit() Limit { return v.LimitOn(v.Day) }

// LimitOn is the limit in force on another day, from the limits whose valid_from is that day or earlier.
func (v *View) LimitOn(day Date) Limit { return Limit{} }

// DueLines are the open lines of all invoices by (Effective, Invoice, Due).
func (v *View) DueLines() []DueLine { return nil }

// Ageing is the receivables by days past due.
func (v *View) Ageing() Ageing { return Ageing{} }

// OpenOrderIDs are the orders that count in OpenOrders, largest first.
func (v *View) OpenOrderIDs() []string { return nil }

// RegistryFacts are the facts of the identifiers that the profile carries, retracted ones left out, by (Effective, key).
func (v *View) RegistryFacts() []RegistryEntry { return nil }

// Profile is the customer's profile, nil when none is known.
func (v *View) Profile() *Profile { return nil }

// Parts are the sums that explain a breach.
func (v *View) Parts() Parts { return Parts{} }

// NextChange is the first later day on which the exposure, a limit or the set of facts changes by time alone: an order
// enters the horizon or grows stale, a limit begins or ends, a bill matures, a fact's date comes. Zero: never. Days past
// due are not counted here.
func (v *View) NextChange() Date { return 0 }
