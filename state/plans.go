package state

import (
	"cmp"
	"slices"
	"strings"
)

// graceDays is how many calendar days after its date a line of a plan may be paid and is still kept.
const graceDays = 5

// instalment is what of an invoice is due on a date by a line of a plan, in the invoice's currency.
type instalment struct {
	due    Date
	amount int64
}

// planned is an instalment of the invoice at a place of a settling.
type planned struct {
	invoice int32
	instalment
}

// isPlan tells whether a request is an instalment plan that was agreed.
func (b *TermsRequest) isPlan() bool {
	return b.Type == RequestInstalmentPlan && b.Status == RequestAccepted && len(b.Plan) > 0
}

// schedulePlans derives which plans are kept, and which lines of those the named invoices have. Where two plans name an
// invoice the newer one goes first.
//
// A plan is kept while each line is paid within graceDays of its date: by cash, credit notes and write-offs on the named
// invoices from the request on, which go to the earliest line first. What is then left of the lines falls on what is open on
// the invoices in the order in which they are named.
func (c *Customer) schedulePlans(s *settling) {
	var plans []int
	for i, f := range s.facts {
		if body, ok := f.body.(*TermsRequest); ok && body.isPlan() && body.RequestDate <= s.day {
			plans = append(plans, i)
		}
	}
	slices.SortFunc(plans, func(a, b int) int {
		newer, older := s.facts[b].body.(*TermsRequest), s.facts[a].body.(*TermsRequest)
		return cmp.Or(cmp.Compare(newer.RequestDate, older.RequestDate), strings.Compare(newer.RequestID, older.RequestID))
	})
	for _, i := range plans {
		p := c.standingPlan(s, i)
		g := &s.figures[i]
		if g.open = p.open; p.keeps(s.day) {
			g.traits |= kept
			s.schedule(p)
		}
	}
}

// standingPlan is a plan with what has been paid on it.
type standingPlan struct {
	currency Currency
	lines    []instalment // by date
	paid     []instalment // what was paid on the named invoices, and when
	total    int64        // of that
	open     int64        // on the named invoices that are not settled
	invoices []int32      // those, in the order in which they are named
}

func (c *Customer) standingPlan(s *settling, at int) *standingPlan {
	body := s.facts[at].body.(*TermsRequest)
	p := &standingPlan{currency: body.Plan[0].Amount.Currency}
	for _, line := range body.Plan {
		if line.Amount.Currency == p.currency {
			p.lines = append(p.lines, instalment{line.DueDate, line.Amount.Minor})
		}
	}
	slices.SortStableFunc(p.lines, func(a, b instalment) int { return cmp.Compare(a.due, b.due) })
	var named []int32
	left := map[int32]int64{} // of those, before write-offs
	c.eachNamed(s, at, body.InvoiceIDs, p.currency, func(_ string, slot int32) {
		named = append(named, slot)
		left[slot] = amountOf(s.facts[slot].body).Minor
		if g := &s.figures[slot]; g.traits&settled == 0 {
			p.open = add(p.open, g.open)
			p.invoices = append(p.invoices, slot)
		}
	})
	for i := range s.bookings {
		b := &s.bookings[i]
		if _, is := left[b.invoice]; is {
			left[b.invoice] -= b.amount
			p.pay(body, b.paidOn(s), b.amount)
		}
	}
	for _, slot := range named {
		if off := left[slot] - s.figures[slot].open; off > 0 {
			p.pay(body, c.writeOff(s.facts[slot].body.(*Invoice)).WriteOffDate, off)
		}
	}
	return p
}

// paidOn is the date by which a booking counts as paid: of cash the value date.
func (b *booking) paidOn(s *settling) Date {
	if payment, ok := s.facts[b.source].body.(*Payment); ok {
		return payment.ValueDate
	}
	return b.date
}

// pay counts what has lowered a named invoice since the request.
func (p *standingPlan) pay(body *TermsRequest, on Date, amount int64) {
	if on >= body.RequestDate {
		p.paid = append(p.paid, instalment{on, amount})
		p.total = add(p.total, amount)
	}
}

// keeps tells whether no line is missed on a day. No line asks for more than there was to pay, and a residue within the
// settlement tolerance of a line is no miss.
func (p *standingPlan) keeps(day Date) bool {
	asked, all := int64(0), add(p.open, p.total)
	for _, line := range p.lines {
		last := line.due + graceDays
		if day <= last {
			return true
		}
		asked = min(all, add(asked, line.amount))
		paid := tolerance(Money{line.amount, p.currency})
		for _, part := range p.paid {
			if part.due <= last {
				paid = add(paid, part.amount)
			}
		}
		if paid < asked {
			return false
		}
	}
	return true
}

// schedule gives the invoices of a kept plan what is left of its lines.
func (s *settling) schedule(p *standingPlan) {
	paid, at, room := p.total, 0, int64(0)
	for _, line := range p.lines {
		done := min(paid, line.amount)
		paid -= done
		for left := line.amount - done; left > 0; {
			if room == 0 {
				if at == len(p.invoices) {
					return
				}
				room = s.unplanned(p.invoices[at])
				at++
				continue
			}
			part := min(left, room)
			left, room = left-part, room-part
			s.plans = append(s.plans, planned{p.invoices[at-1], instalment{line.due, part}})
			s.figures[p.invoices[at-1]].traits |= inPlan
		}
	}
}

// unplanned is what is open on an invoice beyond the plans that have been scheduled.
func (s *settling) unplanned(invoice int32) int64 {
	left := s.figures[invoice].open
	for _, p := range s.plans {
		if p.invoice == invoice {
			left -= p.amount
		}
	}
	return left
}

// planOf is what of the invoice at a place is due by plans.
func (s *settling) planOf(at int) []instalment {
	if s.figures[at].traits&inPlan == 0 {
		return nil
	}
	var plan []instalment
	for _, p := range s.plans {
		if int(p.invoice) == at {
			plan = append(plan, p.instalment)
		}
	}
	return plan
}

// planOf is what of an invoice is due by plans, as it counts in the book.
func (b *book) planOf(f *fact) []instalment {
	if f.traits&inPlan == 0 {
		return nil
	}
	return b.plans[f]
}

// keepPlan keeps what of an invoice is due by plans.
func (b *book) keepPlan(f *fact, plan []instalment) {
	switch {
	case len(plan) == 0:
		delete(b.plans, f)
	case b.plans == nil:
		b.plans = map[*fact][]instalment{f: plan}
	default:
		b.plans[f] = plan
	}
}

// reschedule moves what plans name from an invoice's earliest lines to the plans' dates.
func reschedule(lines []DueLine, plan []instalment) []DueLine {
	moved := int64(0)
	for _, part := range plan {
		moved += part.amount
	}
	for i := range lines {
		taken := min(moved, lines[i].Scheduled)
		lines[i].Scheduled -= taken
		moved -= taken
	}
	for _, part := range plan {
		at := slices.IndexFunc(lines, func(l DueLine) bool { return l.Due == part.due })
		if at < 0 {
			lines = append(lines, DueLine{Invoice: lines[0].Invoice, Due: part.due})
			at = len(lines) - 1
		}
		lines[at].Scheduled += part.amount
	}
	slices.SortFunc(lines, func(a, b DueLine) int { return cmp.Compare(a.Due, b.Due) })
	return lines
}

// notePlan notes the days on which a line is missed unless it is paid.
func (b *TermsRequest) notePlan(dates *lifetime) {
	for _, line := range b.Plan {
		dates.note(line.DueDate + graceDays + 1)
	}
}
