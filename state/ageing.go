package state

import "slices"

// DueLines are the open lines of all invoices by (Effective, Invoice, Due). Virtual FIFO sets cash and credit of a currency
// against lines in it; then each line is converted for itself. Lines without a rate are left out; that there are some shows
// in Ageing, which is then not known. Nobody changes the slice.
func (v *View) DueLines() []DueLine {
	own := v.own()
	own.test()
	others := 0
	for i := range v.book.balances {
		if b := &v.book.balances[i]; b.currency != v.currency {
			others += len(b.lines)
		}
	}
	if others == 0 {
		return own.lines
	}
	if len(v.merged) == 0 {
		v.mergeLines(own)
	}
	return v.merged
}

// mergeLines brings the lines of all currencies together.
func (v *View) mergeLines(own *balance) {
	v.merged = append(v.merged, own.lines...)
	x := v.exchange()
	for i := range v.book.balances {
		b := &v.book.balances[i]
		if b.currency == v.currency {
			continue
		}
		f, date := x.rate(b.currency, v.currency, v.Day)
		if date == 0 {
			continue
		}
		b.test()
		for _, line := range b.lines {
			line.Open, line.Scheduled = f.of(line.Open), f.of(line.Scheduled)
			line.Disputed = f.of(line.Disputed)
			line.Tested = min(f.of(line.Tested), line.Scheduled-line.Disputed)
			if line.Open > 0 || line.Scheduled > 0 { // less than half a minor unit is nothing
				v.merged = append(v.merged, line)
			}
		}
	}
	slices.SortFunc(v.merged, func(a, b DueLine) int { return compareLines(&a, &b) })
}

// OpenInvoices counts the unsettled invoices with something open, in all currencies: Ageing's OpenCount.
func (v *View) OpenInvoices() int { return v.book.open }

// Ageing is the receivables by days past due. Each bucket of each other currency is converted once; the buckets add up to the
// receivables, since Current takes the difference. What needs no rate (days, count) is over all currencies.
func (v *View) Ageing() Ageing {
	a := Ageing{OpenCount: v.book.open, Known: v.currency != 0 && v.exposure.Foreign&Receivables == 0}
	for i := range v.book.balances {
		b := &v.book.balances[i]
		if b.currency == v.currency {
			a.add(b, v.Day, unity)
			continue
		}
		if len(b.lines) > 0 {
			f, date := v.exchange().rate(b.currency, v.currency, v.Day)
			if date == 0 {
				f = factor{den: 1} // the sums are not known
			}
			a.add(b, v.Day, f)
		}
	}
	a.Overdue = Sum(a.Days1to30, a.Days31to60, a.Days61to90, a.Days91plus)
	a.Current = add(v.exposure.Receivables, -a.Overdue)
	return a
}

// add adds the overdue lines of one currency at a rate.
func (a *Ageing) add(b *balance, day Date, f factor) {
	var buckets [4]wide
	var weighted wide
	for i := range b.lines {
		line := &b.lines[i]
		late := line.DaysPastDue(day)
		if late == 0 {
			break // lines are sorted by the day from which they count
		}
		if !line.Settled && line.Open > 0 {
			a.MaxDaysPastDue = max(a.MaxDaysPastDue, late)
		}
		buckets[min((late-1)/30, len(buckets)-1)].add(line.Open)
		weighted.addProduct(line.Open, int64(late))
	}
	for i, bucket := range [...]*int64{&a.Days1to30, &a.Days31to60, &a.Days61to90, &a.Days91plus} {
		*bucket = add(*bucket, f.of(buckets[i].int64()))
	}
	a.WeightedDays = add(a.WeightedDays, f.of(weighted.int64()))
}
