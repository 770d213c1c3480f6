package erp

import (
	"cmp"
	"maps"
	"slices"

	"tocsin/state"
)

// mostLargest is how many of the largest customers a summary names.
const mostLargest = 5

// Summary is what was read, in money, to be ticked off against the ERP's own totals.
type Summary struct {
	Counts
	Events    int       `json:"events"`
	Customers int       `json:"customers"`
	Revision  int64     `json:"revision"`
	Kinds     []KindSum `json:"kinds"`
	Open      []OpenSum `json:"open"`
	Largest   []Debtor  `json:"largest"`
	Cleared   *Cleared  `json:"cleared,omitempty"` // nil: there was no list of last time
	Faults    []Fault   `json:"faults,omitempty"`
	AsOf      string    `json:"as_of,omitempty"`
}

// KindSum adds up the documents of one kind in one currency. Amounts are not negative; the kind tells the side.
type KindSum struct {
	Currency string `json:"currency"`
	Kind     Kind   `json:"kind"`
	Count    int    `json:"count"`
	Total    string `json:"total"`
	Open     string `json:"open"` // of a ledger: before payments and credit notes are set against invoices
}

// OpenSum is what all customers owe in one currency, credits taken off.
type OpenSum struct {
	Currency string `json:"currency"`
	Total    string `json:"total"`
}

// Debtor is what a customer owes in one currency, credits taken off.
type Debtor struct {
	Customer state.CustomerID `json:"customer"`
	Name     string           `json:"name,omitempty"`
	Currency string           `json:"currency"`
	Open     string           `json:"open"`
}

// sums adds up documents.
type sums struct {
	kinds     map[kindKey]*kindTotal
	open      map[state.Currency]int64
	customers map[debtorKey]int64
}

type kindKey struct {
	currency state.Currency
	kind     Kind
}

type kindTotal struct {
	count       int
	total, open int64
}

type debtorKey struct {
	customer state.CustomerID
	currency state.Currency
}

// Summary adds up what was read. Call it after Events.
func (i *Import) Summary() Summary {
	s := sums{make(map[kindKey]*kindTotal), make(map[state.Currency]int64), make(map[debtorKey]int64)}
	customers := make(map[state.CustomerID]bool)
	for _, d := range i.list.documents {
		if !d.refused {
			s.add(d)
			customers[d.customer] = true
		}
	}
	out := Summary{
		Counts: i.counts, Events: i.events, Customers: len(customers), Revision: i.Revision, Faults: i.Faults(),
		Kinds: s.kindSums(), Open: s.openSums(), Largest: i.named(s.largest()),
	}
	if i.AsOf != 0 {
		out.AsOf = i.AsOf.Time().In(i.Zone).Format("2006-01-02T15:04")
	}
	if i.previous != nil {
		out.Cleared = &i.cleared
	}
	return out
}

func (s *sums) add(d *document) {
	k := kindKey{d.currency, d.kind}
	total := s.kinds[k]
	if total == nil {
		total = &kindTotal{}
		s.kinds[k] = total
	}
	total.count++
	total.total, total.open = state.Sum(total.total, d.amount), state.Sum(total.open, d.open)
	owed := d.open
	if sides[d.kind] == CreditSide {
		owed = -owed
	}
	s.open[d.currency] = state.Sum(s.open[d.currency], owed)
	who := debtorKey{d.customer, d.currency}
	s.customers[who] = state.Sum(s.customers[who], owed)
}

func (s *sums) kindSums() []KindSum {
	keys := slices.SortedFunc(maps.Keys(s.kinds), func(a, b kindKey) int {
		order := KindNames()
		return cmp.Or(cmp.Compare(a.currency.String(), b.currency.String()),
			cmp.Compare(slices.Index(order, string(a.kind)), slices.Index(order, string(b.kind))))
	})
	list := make([]KindSum, len(keys))
	for n, k := range keys {
		t := s.kinds[k]
		list[n] = KindSum{k.currency.String(), k.kind, t.count, state.FormatMinor(t.total, k.currency.Scale()), state.FormatMinor(t.open, k.currency.Scale())}
	}
	return list
}

func (s *sums) openSums() []OpenSum {
	list := make([]OpenSum, 0, len(s.open))
	for currency, minor := range s.open {
		list = append(list, OpenSum{currency.String(), state.FormatMinor(minor, currency.Scale())})
	}
	slices.SortFunc(list, func(a, b OpenSum) int { return cmp.Compare(a.Currency, b.Currency) })
	return list
}

// largest are the customers that owe most in each currency.
func (s *sums) largest() []Debtor {
	keys := slices.SortedFunc(maps.Keys(s.customers), func(a, b debtorKey) int {
		return cmp.Or(cmp.Compare(a.currency.String(), b.currency.String()), cmp.Compare(s.customers[b], s.customers[a]), cmp.Compare(a.customer, b.customer))
	})
	list := []Debtor{}
	taken := make(map[state.Currency]int)
	for _, k := range keys {
		if owed := s.customers[k]; owed > 0 && taken[k.currency] < mostLargest {
			taken[k.currency]++
			list = append(list, Debtor{Customer: k.customer, Currency: k.currency.String(), Open: state.FormatMinor(owed, k.currency.Scale())})
		}
	}
	return list
}

// named adds the names that the export tells.
func (i *Import) named(list []Debtor) []Debtor {
	for n := range list {
		if c := i.list.of[list[n].Customer]; c != nil && c.profile != nil {
			list[n].Name = c.profile.Name
		}
	}
	return list
}
