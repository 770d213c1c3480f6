package state

import (
	"cmp"
	"maps"
	"slices"
)

// AffiliateRow is one row of what a store knows of corporate groups: what a customer's profile says of his, as of the row of his
// journal that took it in.
type AffiliateRow struct {
	Customer CustomerID
	Seq      uint64 // the journal row
	Known    Date   // its open day
	Parent   CustomerID
	Name     uint64 // digest of the name as names are compared; zero: there is nothing to compare
}

func (r *AffiliateRow) compare(other *AffiliateRow) int {
	return cmp.Or(cmp.Compare(r.Customer, other.Customer), cmp.Compare(r.Seq, other.Seq))
}

// says tells whether a row says the same as another one.
func (r *AffiliateRow) says(other *AffiliateRow) bool {
	return r.Parent == other.Parent && r.Name == other.Name
}

// Affiliates is who belongs to whose corporate group, and what each is called, with the days on which that was known. Nobody
// changes it: what is known later is another book.
//
// As with exchange rates only what was known when the day before closed is in force on a day, so one book serves all days. The nil
// book knows no group.
type Affiliates struct {
	rows     map[CustomerID][]AffiliateRow // by seq, and so by the day on which they were known
	children map[CustomerID][]CustomerID   // all who ever named the customer as their parent, sorted
}

// With is the book with further rows, which come after those that it has of their customers.
func (a *Affiliates) With(rows []AffiliateRow) *Affiliates {
	if len(rows) == 0 {
		return a
	}
	with := &Affiliates{rows: make(map[CustomerID][]AffiliateRow), children: make(map[CustomerID][]CustomerID)}
	if a != nil {
		with.rows, with.children = maps.Clone(a.rows), maps.Clone(a.children)
	}
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b AffiliateRow) int { return a.compare(&b) })
	for _, r := range rows {
		known := with.rows[r.Customer]
		with.rows[r.Customer] = append(slices.Clip(known), r)
		if r.Parent == "" || r.Parent == r.Customer {
			continue
		}
		children := with.children[r.Parent]
		if at, found := slices.BinarySearch(children, r.Customer); !found {
			with.children[r.Parent] = slices.Insert(slices.Clone(children), at, r.Customer)
		}
	}
	return with
}

// Renamed is the book with other names for some customers.
func (a *Affiliates) Renamed(names map[CustomerID]CustomerID) *Affiliates {
	if a == nil || len(names) == 0 {
		return a
	}
	var rows []AffiliateRow
	for _, known := range a.rows {
		for _, r := range known {
			r.Customer, r.Parent = cmp.Or(names[r.Customer], r.Customer), cmp.Or(names[r.Parent], r.Parent)
			rows = append(rows, r)
		}
	}
	return (*Affiliates)(nil).With(rows)
}

// Says tells whether the newest row of a customer says what r does.
func (a *Affiliates) Says(r *AffiliateRow) bool {
	if a == nil || len(a.rows[r.Customer]) == 0 {
		return r.Parent == "" && r.Name == 0
	}
	known := a.rows[r.Customer]
	return known[len(known)-1].says(r)
}

// on is what a customer's profile said when the day before one closed; nil: nothing.
func (a *Affiliates) on(id CustomerID, day Date) *AffiliateRow {
	rows := a.rows[id]
	for i := len(rows) - 1; i >= 0; i-- {
		if rows[i].Known < day {
			return &rows[i]
		}
	}
	return nil
}

// of calls f for the parent, the sisters and the daughters of a customer on a day, until it returns true. Somebody may come twice.
func (a *Affiliates) of(id CustomerID, day Date, f func(*AffiliateRow) bool) bool {
	if a == nil {
		return false
	}
	with := func(parent CustomerID) bool {
		for _, child := range a.children[parent] {
			if r := a.on(child, day); child != id && r != nil && r.Parent == parent && f(r) {
				return true
			}
		}
		return false
	}
	if own := a.on(id, day); own != nil && own.Parent != "" && own.Parent != id {
		if r := a.on(own.Parent, day); r != nil && f(r) || with(own.Parent) {
			return true
		}
	}
	return with(id)
}

// Top is who heads the corporate group of a customer on a day: the last of his parents of whom a profile is known, himself where he
// names none. Of those who name each other in a circle it is the first by id.
func (a *Affiliates) Top(id CustomerID, day Date) CustomerID {
	if a == nil {
		return id
	}
	path := []CustomerID{id}
	for {
		r := a.on(path[len(path)-1], day)
		if r == nil || r.Parent == "" || r.Parent == r.Customer || a.on(r.Parent, day) == nil {
			return path[len(path)-1]
		}
		if at := slices.Index(path, r.Parent); at >= 0 {
			return slices.Min(path[at:])
		}
		path = append(path, r.Parent)
	}
}

// Group are all customers of the corporate group of one on a day, himself among them, sorted; nil: he is alone, as far as profiles tell.
func (a *Affiliates) Group(id CustomerID, day Date) []CustomerID {
	if a == nil {
		return nil
	}
	top := a.Top(id, day)
	seen := map[CustomerID]bool{id: true, top: true}
	for below := slices.Collect(maps.Keys(seen)); len(below) > 0; below = below[1:] {
		for _, child := range a.children[below[0]] {
			if !seen[child] && a.Top(child, day) == top {
				seen[child] = true
				below = append(below, child)
			}
		}
	}
	if len(seen) == 1 {
		return nil
	}
	return slices.Sorted(maps.Keys(seen))
}

// Turned are the customers whose group, or a name in it, is another one on a day than on the day before, as far as their profiles are known;
// sorted.
func (a *Affiliates) Turned(day Date) []CustomerID {
	if a == nil {
		return nil
	}
	all := make(map[CustomerID]bool)
	add := func(r *AffiliateRow) bool {
		all[r.Customer] = true
		return false
	}
	for id, rows := range a.rows {
		if !slices.ContainsFunc(rows, func(r AffiliateRow) bool { return r.Known == day-1 }) {
			continue
		}
		all[id] = true
		a.of(id, day-1, add)
		a.of(id, day, add)
	}
	return slices.Sorted(maps.Keys(all))
}

// HasAffiliate tells whether one of the customer's parent, sisters and daughters has a name of this digest on the view's day.
func (v *View) HasAffiliate(name uint64) bool {
	return name != 0 && v.c.affiliates.of(v.c.ID, v.Day, func(r *AffiliateRow) bool { return r.Name == name })
}

// Affiliate is what the customer's own profile says of its group, with a digest of its name; false where there is none, or the
// customer is erased.
func (c *Customer) Affiliate(day Date, digest func(name string) uint64) (r AffiliateRow, known bool) {
	own := c
	if c.estates != nil {
		own = c.estates.own
	}
	p := own.profile()
	if p == nil || c.Fate(day).Erased {
		return r, false
	}
	return AffiliateRow{Customer: c.ID, Known: day, Parent: p.Parent, Name: digest(p.Name)}, true
}
