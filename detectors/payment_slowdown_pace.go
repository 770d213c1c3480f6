package detectors

import (
	"cmp"
	"slices"

	"tocsin/state"
)

// payer is what is read of a customer's payments.
type payer struct {
	settled []state.Settled
	lines   []lateLine // that are open and undisputed, by the day from which they count; due or not
	norm    norm       // frozen for the episode
	frozen  bool       // there is one
}

// lateLine is a due line that is not paid.
type lateLine struct {
	invoice   string
	effective state.Date
}

// payerOf reads a customer's payments, the lines into room.
func payerOf(in *Input, room []lateLine) payer {
	p := payer{settled: in.View.Settled(), lines: room}
	in.View.EachTested(func(line *state.DueLine, _ state.Currency) bool {
		p.lines = append(p.lines, lateLine{line.Invoice, line.Effective})
		return true
	})
	byDay := func(a, b lateLine) int { return cmp.Compare(a.effective, b.effective) }
	if !slices.IsSortedFunc(p.lines, byDay) { // lines of another currency
		slices.SortStableFunc(p.lines, byDay)
	}
	p.norm, p.frozen = decodeNorm(in.Baseline)
	return p
}

// since are the invoices settled after a day.
func (p *payer) since(day state.Date) []state.Settled {
	return p.settled[p.after(day):]
}

// after is the place of the first invoice settled after a day.
func (p *payer) after(day state.Date) int {
	from, to := 0, len(p.settled)
	for from < to {
		if at := int(uint(from+to) >> 1); p.settled[at].On > day {
			to = at
		} else {
			from = at + 1
		}
	}
	return from
}

// between are the invoices settled after one day and up to another.
func (p *payer) between(after, until state.Date) []state.Settled {
	from := p.after(after)
	return p.settled[from:max(from, p.after(until))]
}

// inCash counts the invoices of a list that were paid.
func inCash(list []state.Settled) (n int) {
	for i := range list {
		if list[i].ByCash() {
			n++
		}
	}
	return n
}

// pace is how late a customer pays as of a day. Medians are told twice, so that they are whole.
type pace struct {
	day    state.Date
	known  bool // at least as many recent payments as are needed
	cold   bool // without a baseline
	window int  // days that count as recent
	count  int  // recent payments
	twice  int  // their median, twice
	norm   norm // of the window, or frozen
}

// slower is how much later than the norm the customer pays, in half days.
func (p *pace) slower() int { return p.twice - p.norm.twice }

// pace measures by the smallest window that has enough payments.
func (d *PaymentSlowdown) pace(p *payer, day state.Date) pace {
	m := pace{day: day}
	for _, m.window = range [...]int{d.RecentDays, d.LongerDays, d.LongestDays} {
		var room [32]int
		values := room[:0]
		recent := p.since(day - state.Date(m.window))
		for i := range recent {
			if recent[i].ByCash() {
				values = append(values, int(recent[i].Late))
			}
		}
		if len(values)+len(p.lines) < d.RecentCount {
			continue // whatever the norm
		}
		m.norm, m.cold = d.normOf(p, day-state.Date(m.window))
		for i := range p.lines {
			if late := int(day - p.lines[i].effective); late > 0 && m.later(late) {
				values = append(values, late)
			}
		}
		if m.count = len(values); m.count >= d.RecentCount {
			m.known, m.twice = true, twiceMedian(values)
			return m
		}
	}
	m.norm, m.cold = p.norm, !p.frozen // of what is open alone
	return m
}

// normOf is the norm of the payments up to a day, and whether they are too few for one.
func (d *PaymentSlowdown) normOf(p *payer, until state.Date) (n norm, cold bool) {
	if p.frozen {
		return p.norm, false
	}
	var s spread
	s.take(d.baseline(p, until))
	if s.n < d.BaselineCount {
		return norm{count: s.n}, true
	}
	return s.norm(), false
}

// baseline are the payments of the baseline up to a day.
func (d *PaymentSlowdown) baseline(p *payer, until state.Date) []state.Settled {
	return p.between(until-state.Date(d.BaselineDays), until)
}

// later tells whether an open line counts as recent: it is later than the norm.
func (p *pace) later(days int) bool { return p.cold || 2*days > p.norm.twice }

// affected tells whether so late a payment counts into the affected amount.
func (d *PaymentSlowdown) affected(p *pace, days int) bool {
	if p.cold {
		return days > d.AffectedDays
	}
	return 2*days >= p.norm.twice+2*d.AffectedDays
}

// beyond tells whether the pace is so many spreads slower than the norm, without division. The spread is the greater of the
// floor and 1.4826 times the median absolute deviation.
func (d *PaymentSlowdown) beyond(p *pace, sigmas Ratio) bool {
	const scale = 10_000 // of 1.4826
	slower, k := int64(p.slower()), int64(sigmas)
	return slower*ratioUnit >= 2*k*int64(d.SigmaFloorDays) &&
		slower*2*ratioUnit*scale >= k*robustScale*int64(p.norm.mad4)
}

// robustScale makes of a median absolute deviation what would be a standard deviation, were lateness normal: in ten-thousandths.
const robustScale = 14_826

// lateOpen tells whether something is open that counts into the affected amount.
func (d *PaymentSlowdown) lateOpen(p *payer, m *pace) bool {
	return len(p.lines) > 0 && d.affectedLine(p, m, 0)
}

// affectedLine tells whether the line at a place counts into the affected amount.
func (d *PaymentSlowdown) affectedLine(p *payer, m *pace, at int) bool {
	late := int(m.day - p.lines[at].effective)
	return late > 0 && m.later(late) && d.affected(m, late)
}

// material tells whether the affected amount counts, and whether it can be summed up.
func (d *PaymentSlowdown) material(in *Input, p *payer, m *pace) (material, known bool) {
	ar, known := receivables(in.View)
	if !known {
		return false, false
	}
	amount, known := d.affectedAmount(in.View, p, m)
	return known && in.Materiality.Material(amount, ar, in.View.Currency()), known
}

// affectedAmount sums the totals of the affected invoices, each once; false where that needs an exchange rate that is not there.
func (d *PaymentSlowdown) affectedAmount(view *state.View, p *payer, m *pace) (sum int64, known bool) {
	var room [4]state.Money
	totals := room[:0]
	recent := p.since(m.day - state.Date(m.window))
	for i := range recent {
		if s := &recent[i]; s.ByCash() && d.affected(m, int(s.Late)) {
			totals = addTotal(totals, s.Invoice().Total)
		}
	}
	for i, line := range p.lines {
		counted := slices.ContainsFunc(p.lines[:i], func(before lateLine) bool { return before.invoice == line.invoice })
		if !counted && d.affectedLine(p, m, i) { // of its lines the earliest comes first
			totals = addTotal(totals, view.InvoiceOf(line.invoice).Total)
		}
	}
	known = true
	for _, t := range totals {
		amount, ok := view.Worth(t)
		sum, known = state.Sum(sum, amount), known && ok
	}
	return sum, known
}

// addTotal adds an amount to those of its currency.
func addTotal(totals []state.Money, m state.Money) []state.Money {
	for i := range totals {
		if totals[i].Currency == m.Currency {
			totals[i].Minor = state.Sum(totals[i].Minor, m.Minor)
			return totals
		}
	}
	return append(totals, m)
}

// affectedInvoice is an invoice that is or was paid so late that it counts into the affected amount.
type affectedInvoice struct {
	id   string
	late int
	open bool
}

// affectedInvoices are worst first.
func (d *PaymentSlowdown) affectedInvoices(p *payer, m *pace) []affectedInvoice {
	var list []affectedInvoice
	recent := p.since(m.day - state.Date(m.window))
	for i := range recent {
		if s := &recent[i]; s.ByCash() && d.affected(m, int(s.Late)) {
			list = append(list, affectedInvoice{s.Invoice().InvoiceID, int(s.Late), false})
		}
	}
	for i, line := range p.lines {
		known := slices.ContainsFunc(list, func(a affectedInvoice) bool { return a.id == line.invoice })
		if !known && d.affectedLine(p, m, i) { // of its lines the earliest comes first
			list = append(list, affectedInvoice{line.invoice, int(m.day - line.effective), true})
		}
	}
	slices.SortFunc(list, func(a, b affectedInvoice) int { return cmp.Or(b.late-a.late, cmp.Compare(a.id, b.id)) })
	return list
}
