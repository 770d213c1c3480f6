package state

import (
	"cmp"
	"slices"
	"strings"
)

// DisputeEntry is a dispute with its closing.
type DisputeEntry struct {
	*Dispute
	Closed *DisputeClosed // nil: it stands
}

// PromiseEntry is a promise with all that was said of it.
type PromiseEntry struct {
	ID        string
	Revisions []*Promise // by revision, at least one; each further one reschedules or withdraws the promise
}

// Plan is an accepted instalment plan of which something named is open.
type Plan struct {
	*TermsRequest
	Open int64 // on the named invoices that are not settled, in minor units of the plan's currency
	Kept bool  // no line is missed: due lines follow the plan
}

// Disputes are the disputes opened by the view's day, by (OpenedDate, id).
func (v *View) Disputes() []DisputeEntry {
	var list []DisputeEntry
	for _, body := range conductOf(v, KindDispute, func(b *Dispute) Date { return b.OpenedDate }) {
		entry := DisputeEntry{Dispute: body, Closed: v.c.disputeClosed(body.DisputeID)}
		if entry.Closed != nil && entry.Closed.ClosedDate > v.Day {
			entry.Closed = nil
		}
		list = append(list, entry)
	}
	return list
}

// Promises are the promises made by the view's day, by id. A revision counts from its ChangedDate on, else from its
// MadeDate on.
func (v *View) Promises() []PromiseEntry {
	var list []PromiseEntry
	for _, f := range v.c.facts(KindPromise) {
		body := f.body.(*Promise)
		if body.SaidOn() > v.Day {
			continue
		}
		if n := len(list); n == 0 || list[n-1].ID != body.PromiseID {
			list = append(list, PromiseEntry{ID: body.PromiseID})
		}
		last := &list[len(list)-1]
		last.Revisions = append(last.Revisions, body)
	}
	return list
}

// EachPromise shows the revisions of promises that count by the view's day, by id and revision, until visit says no.
func (v *View) EachPromise(visit func(*Promise) bool) {
	for _, f := range v.c.facts(KindPromise) {
		if body := f.body.(*Promise); body.SaidOn() <= v.Day && !visit(body) {
			return
		}
	}
}

// Contacts are the contacts by the view's day, by (ContactDate, id).
func (v *View) Contacts() []*Contact {
	return conductOf(v, KindContact, func(b *Contact) Date { return b.ContactDate })
}

// EachContact shows the contacts by the view's day, in the order of their ids, until visit says no.
func (v *View) EachContact(visit func(*Contact) bool) {
	for _, f := range v.c.facts(KindContact) {
		if body := f.body.(*Contact); body.ContactDate <= v.Day && !visit(body) {
			return
		}
	}
}

// HasContacts tells whether there are any.
func (v *View) HasContacts() (has bool) {
	v.EachContact(func(*Contact) bool { has = true; return false })
	return has
}

// ChannelUsed tells whether a contact over a channel, in either direction, came before a day that is no later than the view's,
// and no longer ago than contacts are kept whole.
func (v *View) ChannelUsed(channel ContactChannel, before Date) bool {
	if v.c.conduct == nil {
		return false
	}
	return v.c.conduct.channels>>channel&1 != 0 || slices.ContainsFunc(v.c.facts(KindContact), func(f *fact) bool {
		body := f.body.(*Contact)
		return body.Channel == channel && body.ContactDate < before
	})
}

// Requests are the requests for other terms by the view's day, by (RequestDate, id).
func (v *View) Requests() []*TermsRequest {
	return conductOf(v, KindTermsRequest, func(b *TermsRequest) Date { return b.RequestDate })
}

// Plans are the accepted instalment plans of the view's day of which something named is open, by (RequestDate, id). While
// there is one, the grade has a floor.
func (v *View) Plans() []Plan {
	var list []Plan
	for _, body := range v.Requests() {
		if !body.isPlan() {
			continue
		}
		g := v.c.figureOn(v, v.c.table(KindTermsRequest).find(body.RequestID))
		if g.open > 0 {
			list = append(list, Plan{body, g.open, g.traits&kept != 0})
		}
	}
	return list
}

// figureOn is the figure of a fact on the view's day.
func (c *Customer) figureOn(v *View, f *fact) figure {
	if !v.book.past {
		return f.figure
	}
	s := startSettling(v.Day)
	defer s.release()
	c.gather(s, f)
	c.settle(s)
	return s.figures[0]
}

// VerifiedPayers are the payers known and agreed by the view's day, by (VerifiedDate, account).
func (v *View) VerifiedPayers() []*PayerVerified {
	return conductOf(v, KindPayerVerified, func(b *PayerVerified) Date { return b.VerifiedDate })
}

// Notes are what people saw by the view's day, by (NoteDate, id).
func (v *View) Notes() []*Note {
	return conductOf(v, KindNote, func(b *Note) Date { return b.NoteDate })
}

// GradeOverride is the grade that a person has put in force: of those set less than 90 days ago the one set last, the greater
// id of two set on one day; nil when there is none.
func (v *View) GradeOverride() *GradeOverride {
	set := conductOf(v, KindGradeOverride, func(b *GradeOverride) Date { return b.SetDate })
	if len(set) == 0 || v.Day-set[len(set)-1].SetDate >= GradeOverrideDays {
		return nil
	}
	return set[len(set)-1]
}

// conductOf are the bodies of a kind that are dated up to the view's day, by date and key.
func conductOf[T Body](v *View, kind Kind, date func(T) Date) []T {
	var list []T
	for _, f := range v.c.facts(kind) {
		if body := f.body.(T); date(body) <= v.Day {
			list = append(list, body)
		}
	}
	slices.SortFunc(list, func(a, b T) int { return cmp.Or(cmp.Compare(date(a), date(b)), strings.Compare(a.Key(), b.Key())) })
	return list
}
