package alerts

import (
	"cmp"
	"math/big"
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// Account is what a customer's account shows on a day, or what many do together, in minor units of one currency.
type Account struct {
	Exposure   int64
	Ageing     [5]int64 // receivables: current, then 1 to 30 days past due, 31 to 60, 61 to 90, and longer
	Undisputed int64    // of what is past due: what tests on overdue amounts read
	Sales      [3]int64 // of the day's month up to the day, after the two months before
}

// Receivables are what is owed.
func (a *Account) Receivables() int64 { return state.Sum(a.Ageing[:]...) }

// Overdue is what is past due.
func (a *Account) Overdue() int64 { return state.Sum(a.Ageing[1:]...) }

// isEmpty tells whether nothing is owed or at stake.
func (a *Account) isEmpty() bool { return a.Exposure == 0 && a.Ageing == [5]int64{} }

func (a *Account) add(b *Account) {
	a.Exposure, a.Undisputed = state.Sum(a.Exposure, b.Exposure), state.Sum(a.Undisputed, b.Undisputed)
	for i := range a.Ageing {
		a.Ageing[i] = state.Sum(a.Ageing[i], b.Ageing[i])
	}
	for i := range a.Sales {
		a.Sales[i] = state.Sum(a.Sales[i], b.Sales[i])
	}
}

// MonthlyAccount is a customer at the end of a month, and of the month before.
type MonthlyAccount struct {
	Customer    state.CustomerID
	Segment     string // empty: no profile names one
	Currency    state.Currency
	Now, Before Account
	Oldest      int // days past due of what is longest past due when the month ends
}

// MonthlyDigest is how the whole portfolio stands when a calendar month ends, against the month before, and what became of cases in it.
// Both months are told as they are known when it is made: what was booked late is in the month that it belongs to.
type MonthlyDigest struct {
	First, Last state.Date    // of the month
	Seq         int64         // 1, counted up when somebody is erased from it
	MadeAt      state.Instant // when it was made

	Books   []MonthlyBook // of each currency, the largest receivables first; of one where the ledger has a base currency
	More    int           // currencies that are not among these
	Unknown int           // customers who are in no book, for they cannot be read, or an exchange rate is missing
	Cases   MonthlyCases
	Decided WeeklyDecisions // of people, in the month
}

// MonthlyBook is the portfolio in one currency.
type MonthlyBook struct {
	Currency    state.Currency
	Now, Before MonthlySums
	Spread      Spread
	Largest     []MonthlyDebtor  // customers with the most exposure, ten at most
	Overdue     []MonthlyDebtor  // those with the most past due, ten at most
	Segments    []MonthlySegment // those with the most receivables, ten at most
	More        int              // segments that are not among these
}

// MonthlySums are all accounts together at the end of a month.
type MonthlySums struct {
	Customers int // with exposure or receivables
	Days      int // of the three months of the sales
	Account
}

// Spread is how exposure is spread over customers (DOMAIN.md 2.4).
type Spread struct {
	Largest, Five int64 // exposure of the largest customer, and of the five largest
	HHI           int64 // Σ share² in ten-thousandths
}

// MonthlyDebtor is a customer among the largest.
type MonthlyDebtor struct {
	Customer          state.CustomerID
	Name              string // empty: no profile is known
	Exposure, Overdue int64
	Days              int // past due, of what is longest past due
}

// MonthlySegment is a segment of customers at the end of the month, and of the month before.
type MonthlySegment struct {
	Segment                    string // empty: customers of whom none is known
	Customers                  int    // with exposure or receivables at the end of the month
	Receivables, Overdue       int64
	WasReceivables, WasOverdue int64
}

// MonthlyCases are cases at warning or above: Before + Opened − Closed = Open.
type MonthlyCases struct {
	Before, Opened, Closed, Open int
}

// How much a monthly digest tells of.
const (
	monthlyBooks    = 4
	monthlyDebtors  = 10
	monthlySegments = 10
)

// hhiPoints is the HHI of a portfolio that is one customer.
const hhiPoints = 10_000

// NewMonthlyDigest makes the digest of the calendar month that a day is in from the accounts of all customers, one each, and all alerts of
// the store, by when they were known.
func NewMonthlyDigest(day state.Date, accounts []MonthlyAccount, rows []state.AlertRow) *MonthlyDigest {
	m := &MonthlyDigest{First: FirstOfMonth(day), Last: day.EndOfMonth(), Seq: 1}
	m.Cases.count(rows, m.First, m.Last)
	books := map[state.Currency][]MonthlyAccount{}
	for i := range accounts {
		if a := &accounts[i]; !a.Now.isEmpty() || !a.Before.isEmpty() || a.Now.Sales != [3]int64{} || a.Before.Sales != [3]int64{} {
			books[a.Currency] = append(books[a.Currency], *a)
		}
	}
	for currency, of := range books {
		m.Books = append(m.Books, bookOf(currency, of, m.First, m.Last))
	}
	slices.SortFunc(m.Books, func(a, b MonthlyBook) int {
		return compareMoney(a.money(a.Now.Receivables()), b.money(b.Now.Receivables()))
	})
	m.More = max(0, len(m.Books)-monthlyBooks)
	m.Books = m.Books[:len(m.Books)-m.More]
	return m
}

// FirstOfMonth is the first day of a day's month.
func FirstOfMonth(day state.Date) state.Date {
	_, _, of := day.Civil()
	return day - state.Date(of-1)
}

func bookOf(currency state.Currency, accounts []MonthlyAccount, first, last state.Date) MonthlyBook {
	b := MonthlyBook{Currency: currency}
	b.Now.Days, b.Before.Days = monthsDays(last), monthsDays(first-1)
	segments := map[string]*MonthlySegment{}
	for i := range accounts {
		a := &accounts[i]
		b.Now.take(&a.Now)
		b.Before.take(&a.Before)
		s := segments[a.Segment]
		if s == nil {
			s = &MonthlySegment{Segment: a.Segment}
			segments[a.Segment] = s
		}
		if !a.Now.isEmpty() {
			s.Customers++
		}
		s.Receivables, s.Overdue = state.Sum(s.Receivables, a.Now.Receivables()), state.Sum(s.Overdue, a.Now.Overdue())
		s.WasReceivables, s.WasOverdue = state.Sum(s.WasReceivables, a.Before.Receivables()), state.Sum(s.WasOverdue, a.Before.Overdue())
	}
	b.Largest = largest(accounts, func(d *MonthlyDebtor) int64 { return d.Exposure })
	b.Overdue = largest(accounts, func(d *MonthlyDebtor) int64 { return d.Overdue })
	b.Spread = spreadOf(accounts, b.Now.Exposure)
	for _, s := range segments {
		b.Segments = append(b.Segments, *s)
	}
	slices.SortFunc(b.Segments, func(a, b MonthlySegment) int {
		return cmp.Or(cmp.Compare(b.Receivables, a.Receivables), cmp.Compare(a.Segment, b.Segment))
	})
	b.More = max(0, len(b.Segments)-monthlySegments)
	b.Segments = b.Segments[:len(b.Segments)-b.More]
	return b
}

// monthsDays is how many days the month that ends with a day and the two before have.
func monthsDays(last state.Date) int { return int(last - FirstOfMonth(last).AddMonths(-2) + 1) }

func (s *MonthlySums) take(a *Account) {
	s.add(a)
	if !a.isEmpty() {
		s.Customers++
	}
}

// largest are the customers with the most of something.
func largest(accounts []MonthlyAccount, of func(*MonthlyDebtor) int64) (all []MonthlyDebtor) {
	for i := range accounts {
		a := &accounts[i]
		d := MonthlyDebtor{Customer: a.Customer, Exposure: a.Now.Exposure, Overdue: a.Now.Overdue(), Days: a.Oldest}
		if of(&d) > 0 {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b MonthlyDebtor) int {
		return cmp.Or(cmp.Compare(of(&b), of(&a)), cmp.Compare(a.Customer, b.Customer))
	})
	return all[:min(len(all), monthlyDebtors)]
}

// spreadOf is how a whole exposure is spread.
func spreadOf(accounts []MonthlyAccount, whole int64) (s Spread) {
	if whole <= 0 {
		return s
	}
	parts, squares := make([]int64, len(accounts)), new(big.Int)
	for i := range accounts {
		parts[i] = accounts[i].Now.Exposure
		part := big.NewInt(parts[i])
		squares.Add(squares, part.Mul(part, part))
	}
	square := big.NewInt(whole)
	square.Mul(square, square)
	squares.Mul(squares, big.NewInt(2*hhiPoints)).Add(squares, square) // to round half up
	s.HHI = squares.Div(squares, square.Lsh(square, 1)).Int64()
	slices.SortFunc(parts, func(a, b int64) int { return cmp.Compare(b, a) })
	s.Largest, s.Five = parts[0], state.Sum(parts[:min(5, len(parts))]...)
	return s
}

// money is an amount of the book.
func (k *MonthlyBook) money(minor int64) state.Money {
	return state.Money{Minor: minor, Currency: k.Currency}
}

// OverdueRatio is what is past due and undisputed over what is owed (DOMAIN.md 2.3); nil where nothing is owed.
func (s *MonthlySums) OverdueRatio() *big.Rat { return ratioOf(s.Undisputed, s.Receivables()) }

// DSO is days sales outstanding by the period average over three months (DOMAIN.md 2.6), and how many of them are past due; nil where the
// sales are not above zero.
func (s *MonthlySums) DSO() (days, late *big.Rat) {
	sales := state.Sum(s.Sales[:]...)
	if sales <= 0 {
		return nil, nil
	}
	of := func(amount int64) *big.Rat {
		r := big.NewRat(amount, sales)
		return r.Mul(r, new(big.Rat).SetInt64(int64(s.Days)))
	}
	return of(s.Receivables()), of(s.Overdue())
}

// Collected is the collection effectiveness index of the month as a ratio (DOMAIN.md 2.7); nil where there was nothing to collect.
func (k *MonthlyBook) Collected() *big.Rat {
	due := state.Sum(k.Before.Receivables(), k.Now.Sales[len(k.Now.Sales)-1])
	return ratioOf(state.Sum(due, -k.Now.Receivables()), state.Sum(due, -k.Now.Ageing[0]))
}

// ratioOf is part over whole; nil where the whole is not above zero.
func ratioOf(part, whole int64) *big.Rat {
	if whole <= 0 {
		return nil
	}
	return big.NewRat(part, whole)
}

// count counts cases by how each day ended: who has a live alert at warning or above then has one.
func (c *MonthlyCases) count(rows []state.AlertRow, first, last state.Date) {
	type file struct {
		live map[string]bool  // his signals
		seqs map[string]int64 // of their last changes, by alert
		day  state.Date       // of the last one
		had  bool             // a case when the day before it ended
	}
	end := func(f *file) {
		has := len(f.live) > 0
		switch {
		case f.day < first || has == f.had:
		case has:
			c.Opened++
		default:
			c.Closed++
		}
		f.had = has
	}
	files := map[state.CustomerID]*file{}
	for i := range rows {
		row := &rows[i]
		if row.RuleSet != Live || row.Customer == Everybody || row.Day > last {
			continue
		}
		f := files[row.Customer]
		if f == nil {
			f = &file{live: map[string]bool{}, seqs: map[string]int64{}}
			files[row.Customer] = f
		}
		if row.Day != f.day {
			end(f)
			f.day = row.Day
		}
		if f.seqs[row.ID] > row.Seq {
			continue // known at the same instant
		}
		if f.seqs[row.ID] = row.Seq; detectors.Level(row.To) >= detectors.Warning {
			f.live[row.Signal] = true
		} else {
			delete(f.live, row.Signal)
		}
	}
	for _, f := range files {
		if end(f); f.had {
			c.Open++
		}
	}
	c.Before = c.Open - c.Opened + c.Closed
}

// Quiet tells whether there is nothing to say.
func (m *MonthlyDigest) Quiet() bool {
	return len(m.Books) == 0 && m.Unknown == 0 && m.Cases == MonthlyCases{} && m.Decided.Count == 0
}

// Named calls each with every customer that the digest names, and where his name goes.
func (m *MonthlyDigest) Named(each func(customer state.CustomerID, name *string)) {
	m.named(func(customer *state.CustomerID, name *string) { each(*customer, name) })
}

func (m *MonthlyDigest) named(each func(customer *state.CustomerID, name *string)) {
	for i := range m.Books {
		for _, list := range [][]MonthlyDebtor{m.Books[i].Largest, m.Books[i].Overdue} {
			for j := range list {
				each(&list[j].Customer, &list[j].Name)
			}
		}
	}
	m.Decided.named(each)
}

// Unname takes out of it who is erased, as that of a [Digest] does.
func (m *MonthlyDigest) Unname(as func(state.CustomerID) (state.CustomerID, bool)) bool {
	if !unname(m.named, as) {
		return false
	}
	m.Seq++
	return true
}
