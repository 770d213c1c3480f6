package state

// shieldDisputed derives what of each invoice a dispute shields from overdue tests (DOMAIN.md 0.4): for as long as the
// dispute is not closed, but no longer than the ledger's DisputeShield days from the invoice's first dispute on, or a dispute
// would hide a default for ever. An amount over several invoices goes to them in the order listed, up to what is open on
// each.
func (c *Customer) shieldDisputed(s *settling) {
	for i, f := range s.facts {
		body, ok := f.body.(*Dispute)
		if !ok || !c.disputes(body, s.day) {
			continue
		}
		left := body.Amount.Minor
		c.eachNamed(s, i, body.InvoiceIDs, body.Amount.Currency, func(id string, slot int32) {
			g := &s.figures[slot]
			part := min(left, g.open)
			left -= part
			if s.day < c.shieldEnds(id) {
				g.held = min(g.open, add(g.held, part))
			}
		})
	}
}

// eachNamed calls do with each invoice named by the fact at a place of the settling: once, and only if tests read it and it
// is in the currency.
func (c *Customer) eachNamed(s *settling, by int, invoices []string, currency Currency, do func(id string, slot int32)) {
	for _, id := range invoices {
		f := c.tables[KindInvoice].find(id)
		if f == nil || f.body.(*Invoice).Total.Currency != currency {
			continue
		}
		g := &s.figures[f.slot]
		if g.traits&receivable == 0 || g.slot == int32(by)+1 {
			continue
		}
		g.slot = int32(by) + 1 // seen
		do(id, f.slot)
	}
}

// disputes tells whether a dispute stands on a day.
func (c *Customer) disputes(body *Dispute, day Date) bool {
	closed := c.disputeClosed(body.DisputeID)
	return body.OpenedDate <= day && (closed == nil || closed.ClosedDate > day)
}

// disputeClosed is the closing of a dispute, nil when there is none.
func (c *Customer) disputeClosed(dispute string) *DisputeClosed {
	if f := c.table(KindDisputeClosed).find(dispute); f != nil {
		return f.body.(*DisputeClosed)
	}
	return nil
}

// shieldEnds is the first day on which no dispute of an invoice shields it any more.
func (c *Customer) shieldEnds(invoice string) Date {
	first := Date(0)
	for _, r := range c.conduct.disputing.of(invoice) {
		first = earlier(first, r.fact.body.(*Dispute).OpenedDate)
	}
	return first + Date(c.book.ledger.DisputeShield)
}

// noteDispute notes the days on which a dispute changes what is tested. Only a known invoice relates it to other disputes.
func (c *Customer) noteDispute(body *Dispute, dates *lifetime) {
	dates.note(body.OpenedDate)
	if closed := c.disputeClosed(body.DisputeID); closed != nil {
		dates.note(closed.ClosedDate)
	}
	for _, id := range body.InvoiceIDs {
		if c.tables[KindInvoice].find(id) != nil {
			dates.note(c.shieldEnds(id))
		}
	}
}
