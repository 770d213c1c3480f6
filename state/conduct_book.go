package state

// GradeOverrideDays is how long a person's grade is in force.
const GradeOverrideDays = 90

// eachConduct calls do with every fact of conduct that has dates of its own.
func (c *Customer) eachConduct(do func(*fact)) {
	if c.conduct == nil {
		return
	}
	for i := range c.conduct.tables {
		for _, f := range c.conduct.tables[i].facts {
			do(f)
		}
	}
	for _, f := range c.conduct.promises {
		do(f)
	}
}

// arriveConduct is arrive for conduct.
func (c *Customer) arriveConduct(f *fact) {
	switch body := f.body.(type) {
	case *Dispute:
		for _, id := range body.InvoiceIDs {
			c.conduct.disputing.add(id, f)
		}
		c.touch(f)
	case *DisputeClosed:
		c.touch(c.table(KindDispute).find(body.DisputeID))
	case *TermsRequest:
		if body.isPlan() {
			for _, id := range body.InvoiceIDs {
				c.conduct.planning.add(id, f)
			}
		}
		c.touch(f)
	case *Promise, *Contact, *PayerVerified, *GradeOverride, *Note, *Merged, *Erased:
		c.touch(f)
	}
}

// leaveConduct is leave for conduct.
func (c *Customer) leaveConduct(f *fact) {
	switch body := f.body.(type) {
	case *Dispute:
		c.unname(&c.conduct.disputing, body.InvoiceIDs, f)
	case *TermsRequest:
		c.unname(&c.conduct.planning, body.InvoiceIDs, f)
	}
}

// unname takes a fact off the invoices that it names.
func (c *Customer) unname(by *index, invoices []string, f *fact) {
	for _, id := range invoices {
		by.drop(id, f)
		c.touch(c.tables[KindInvoice].find(id))
	}
}

// gatherConduct takes in what conduct is related to.
func (c *Customer) gatherConduct(s *settling, body Body) {
	switch b := body.(type) {
	case *Dispute:
		c.gatherNamed(s, b.InvoiceIDs)
	case *TermsRequest:
		if b.isPlan() {
			c.gatherNamed(s, b.InvoiceIDs)
		}
	case *Promise: // its revisions shrink together
		for at, _ := c.conduct.promises.search(b.PromiseID, 0); at < len(c.conduct.promises); at++ {
			f := c.conduct.promises[at]
			if f.body.Key() != b.PromiseID {
				break
			}
			s.note(f)
		}
	}
}

func (c *Customer) gatherNamed(s *settling, invoices []string) {
	for _, id := range invoices {
		if f := c.tables[KindInvoice].find(id); f != nil {
			s.note(f)
		}
	}
}

// gatherNaming takes in what names an invoice.
func (k *conduct) gatherNaming(s *settling, invoice string) {
	for _, dispute := range k.disputing.of(invoice) {
		s.note(dispute.fact)
	}
	for _, plan := range k.planning.of(invoice) {
		s.note(plan.fact)
	}
}

// finishConduct derives the dates on which conduct changes what a view shows, and whether it is over.
func (c *Customer) finishConduct(s *settling, body Body, g *figure) {
	dates := lifetime{day: s.day}
	begins, closes := Date(0), true
	switch b := body.(type) {
	case *Dispute:
		begins = b.OpenedDate
		c.noteDispute(b, &dates)
	case *TermsRequest:
		begins = b.RequestDate
		if b.isPlan() {
			b.notePlan(&dates)
		}
	case *Promise:
		begins = b.SaidOn()
		dates.note(b.MadeDate)
		dates.note(b.PromisedDate)
	case *Contact:
		begins = b.ContactDate
	case *GradeOverride:
		begins = b.SetDate
		dates.note(b.SetDate + GradeOverrideDays)
	case *Note:
		begins = b.NoteDate
	case *PayerVerified:
		begins, closes = b.VerifiedDate, false // a payer is known for ever
	case *Merged:
		begins, closes = b.MergeDate, false
	case *Erased:
		begins, closes = b.EraseDate, false
	}
	dates.note(begins)
	if closes && begins <= s.day {
		g.traits |= done
	}
	dates.finish(s, g)
}

// SaidOn is the date of a promise's revision.
func (b *Promise) SaidOn() Date {
	if b.ChangedDate != 0 {
		return b.ChangedDate
	}
	return b.MadeDate
}

// entombConduct takes the marked facts of conduct out.
func (c *Customer) entombConduct() {
	k := c.conduct
	if k == nil {
		return
	}
	for i := range k.tables {
		c.entombMarked(&k.tables[i])
	}
	c.entombPromises()
	k.disputing.forgetShrinking()
	k.planning.forgetShrinking()
}

// entombPromises takes the marked promises out, each with all its revisions.
func (c *Customer) entombPromises() {
	promises := c.conduct.promises
	standing := promises[:0]
	for at, f := range promises {
		switch {
		case f.traits&shrinking == 0:
			standing = append(standing, f)
		case promises.isHighest(at):
			c.entomb(f)
			c.shrunk.noteEarliest(f.body.(*Promise).document())
		}
	}
	clear(promises[len(standing):])
	c.conduct.promises = standing
}
