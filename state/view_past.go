package state

// Then shows the customer as of a day to judge, which must not keep the view. Of an earlier day than the last step's it
// costs less than a view: the book is turned back for the while, and nothing is copied.
func (c *Customer) Then(l *Ledger, day Date, judge func(*View)) {
	b := c.book
	if b == nil || b.ledger != l || day >= b.day || len(b.touched) > 0 {
		judge(c.View(l, day))
		return
	}
	outer, between := b.turned, b.day
	if outer != nil { // somebody who judges a past day looks further back: a book turns from its own day alone
		b.turnBack(outer, b.today)
	}
	s := startSettling(day)
	defer s.release()
	c.gatherLater(s, b)
	today := b.day
	b.turn(s, day)
	b.turned, b.today = s, today
	s.view.look(c, b, l, day)
	judge(&s.view)
	b.turnBack(s, today)
	if b.turned = outer; outer != nil {
		outer.seat() // the other settling has used the places of the same facts
		b.turn(outer, between)
	}
}

// seat gives the facts of a settling their places in it again.
func (s *settling) seat() {
	for i, f := range s.facts {
		f.slot = int32(i)
	}
}

// On shows the customer as of a day that is no later than the view's to judge, which must not keep that view: the facts with a
// business date up to then, as they are known now. It tells false, and shows nothing, where the day is ahead of the view's, or
// so far back that documents which stood then may not be kept whole any more. What the view has lent, due lines above all, is to be
// asked for anew afterwards: the book was another one meanwhile.
func (v *View) On(day Date, judge func(*View)) bool {
	if day > v.Day || v.Day-day > keepDays {
		return false
	}
	v.c.Then(v.Ledger, day, func(then *View) {
		if v.lapsing {
			then = then.Lapsing()
		}
		judge(then)
	})
	return true
}
