package state

// Earlier shows the customer as of a day no later than the view's, by the facts that are known now, to a function that must not
// keep that view nor look at this one. What DueLines returned before is not to be read any more afterwards; ask again.
//
// From the view of the latest day it costs what [Customer.Then] costs. From one of a day past, of which the book is turned
// already, the earlier book is derived from scratch.
func (v *View) Earlier(day Date, judge func(*View)) {
	switch {
	case day >= v.Day:
		judge(v)
	case !v.book.past:
		v.c.Then(v.Ledger, day, judge)
	default:
		v.c.afresh(v.Ledger, day, judge)
	}
}

// afresh shows the customer as of a day by a book of its own.
func (c *Customer) afresh(l *Ledger, day Date, judge func(*View)) {
	s := startSettling(day)
	defer s.release()
	c.eachDocument(func(f *fact) { c.gather(s, f) })
	c.settle(s)
	c.listSettled(s)
	b := &book{ledger: l, day: day, past: true, next: s.next, settled: insertSettled(nil, s.settled)}
	for i, f := range s.facts {
		b.add(f, &s.figures[i], s.planOf(i), 1)
	}
	s.view.look(c, b, l, day)
	judge(&s.view)
}
