package state

import "time"

// Ledger is how the seller's books count days and money. One value serves all customers; nobody changes it.
type Ledger struct {
	Calendar Calendar
	Zone     *time.Location // turns instants into business dates
	Base     Currency       // ledger.base_currency; zero: none
	Horizon  int            // days ahead that an open order counts into the exposure; 60

	DisputeShield int // days from an invoice's first dispute on during which its disputed amount is not tested; 45
}

// View is a customer as of one day: the facts with a business date up to then, as they are known now. It is what
// detectors read. A view is valid until the customer's facts change or a view of a later day is taken.
type View struct {
	Day    Date
	Ledger *Ledger
	c      *Customer // nil: no view
	book   *book

	lapsing bool // see Lapsing

	// Figures that several detectors ask for.
	limits   limitsInForce
	currency Currency
	limit    Limit
	exposure Exposure
	next     Date
	merged   []DueLine // of all currencies, in the customer's; empty until somebody asks
}

// View returns the customer as of a day. The day may be earlier than the last step's: facts known today are then
// evaluated as of that day. The view of the latest day costs what has changed since the last one; that of an earlier day
// costs a look at every document.
func (c *Customer) View(l *Ledger, day Date) *View {
	if c.view.c != nil && c.view.Day == day && c.view.Ledger == l {
		return &c.view
	}
	if c.estates != nil && c.estates.undated {
		c.estates.undated = false
		c.resettle(day)
	}
	book, v := c.bookOn(l, day), &c.view
	if book.past {
		v = new(View)
	}
	v.look(c, book, l, day)
	return v
}

// look fills the view in.
func (v *View) look(c *Customer, b *book, l *Ledger, day Date) {
	v.Day, v.Ledger, v.c, v.book, v.lapsing = day, l, c, b, false
	v.limits = c.limitsOn(day)
	v.currency = c.currencyOn(l, day, &v.limits)
	v.limit = v.limits.limit(v.exchange(), v.currency)
	v.exposure = b.exposure(v.exchange(), v.currency)
	v.merged = v.merged[:0]
	if v.next = c.nextChange(b, day); v.IsForeign() {
		v.next = day + 1 // another rate may be in force then
	}
}

// Exposure is what the seller stands to lose, by component, in minor units of the customer's currency.
//
//	Gross = OpenOrders + DeliveredNotInvoiced + Receivables + Bills + Uncleared − Unapplied, at least 0
type Exposure struct {
	OpenOrders, DeliveredNotInvoiced, Receivables, Bills, Uncleared, Unapplied, Gross int64
	Known                                                                             bool       // false: a component needs an exchange rate that is not there
	Foreign                                                                           Components // which do
}

// Components is a set of parts of the exposure.
type Components uint8

const (
	OpenOrders Components = 1 << iota
	DeliveredNotInvoiced
	Receivables
	Bills
	Uncleared
	Unapplied
)

// Limit is the credit limit in force on a day.
type Limit struct {
	OnFile    bool   // a base limit is in force
	ID        string // of the base limit
	Base      int64  // minor units of the customer's currency
	Temporary int64  // sum of the temporary increases in force; they are no limit on file alone
	Hard      bool
	Review    Date // review_date of the base limit; zero: none
	Lapsed    bool // its review is overdue, and in this view it is worth nothing then; see [View.Lapsing]
	Increases []TemporaryLimit
	Known     bool // false: a limit is in a currency without exchange rate
}

// Effective is what the customer may owe in all.
func (l Limit) Effective() int64 {
	if l.Lapsed {
		return 0
	}
	return l.Agreed()
}

// Agreed is the sum of what was set, whatever it is worth today.
func (l Limit) Agreed() int64 { return add(l.Base, l.Temporary) }

// TemporaryLimit is one increase in force.
type TemporaryLimit struct {
	ID       string
	Amount   int64
	From, To Date // To is inclusive; zero: for ever
}

// DueLine is what of an invoice falls due on one date: an instalment, a retention, the rest of the invoice, or its part in a
// line of an instalment plan. Amounts are in minor units of the customer's currency; where they are converted, each is rounded
// for itself.
type DueLine struct {
	Invoice    string
	Due        Date  // original due date as written; of a plan's line that one's
	Effective  Date  // Due rolled forward to a business day
	Open       int64 // by document; 0 on a date that only a plan names
	Scheduled  int64 // what overdue tests expect on the date: Open, but where a kept plan has other dates
	Disputed   int64 // of Scheduled, what a dispute shields from overdue tests
	Tested     int64 // what is left of Scheduled - Disputed after cash and credit that is not yet applied was set against the oldest lines
	Settled    bool  // the invoice is within its settlement tolerance: only residue is left, which no test on days reads
	Discounted bool  // what is left is no more than the discount for early payment, which was taken
}

// DaysPastDue is max(0, day − Effective).
func (l DueLine) DaysPastDue(day Date) int { return max(0, int(day-l.Effective)) }

// Ageing is the receivables by days past due, by document, before virtual FIFO. Minor units of the customer's currency.
type Ageing struct {
	Current, Days1to30, Days31to60, Days61to90, Days91plus int64
	Overdue                                                int64
	WeightedDays                                           int64 // Σ open × days past due over overdue lines; over Overdue it is the weighted days late
	MaxDaysPastDue                                         int   // in any currency, of invoices that are not settled
	OpenCount                                              int   // in any currency: unsettled invoices with something open
	Known                                                  bool  // false: needs an exchange rate that is not there
}

// RegistryEntry is a registry fact with what Tocsin knows of its history.
type RegistryEntry struct {
	*RegistryFact
	FirstKnown Date // business day on which it was first known
	EndedKnown Date // business day on which `status: ended` was first known; zero: not ended
	EventID    string
}
