package state

import (
	"maps"
	"slices"
)

// A batch that so many customers have disputed within so many days, the day of the close among them, is a common cause.
const (
	CauseCustomers = 5
	causeDays      = 30
)

// Causes are the batches that many customers dispute, so that the goods are at fault and no customer, each with the day from which on
// that is in force. They are no customer's fact: whoever closes a day finds them, and they stay for ever, whatever becomes known
// later. Nobody changes a set of them; that of a later day holds those of all earlier ones, and a view does not see those that came
// after its day. So one set serves all days of a journal.
type Causes map[string]Date

// Found are the batches that so many customers dispute when a day closes, besides those that are known, sorted. Each customer's are
// those of [View.DisputedBatches].
func (c Causes) Found(disputed [][]string) (found []string) {
	customers := make(map[string]int)
	for _, batches := range disputed {
		for _, batch := range batches {
			if customers[batch]++; customers[batch] != CauseCustomers {
				continue
			}
			if _, known := c[batch]; !known {
				found = append(found, batch)
			}
		}
	}
	slices.Sort(found)
	return found
}

// With is the set with batches that are in force from a day on.
func (c Causes) With(found []string, from Date) Causes {
	if len(found) == 0 {
		return c
	}
	with := maps.Clone(c)
	if with == nil {
		with = make(Causes)
	}
	for _, batch := range found {
		with[batch] = from
	}
	return with
}

// CommonCause tells whether a batch is disputed by many customers, as it was known on the view's day.
func (v *View) CommonCause(batch string) bool {
	from, known := v.c.causes[batch]
	return known && batch != "" && from <= v.Day
}

// DisputedBatches are the batches of invoices that the customer disputes by what it opened in the days that count for a common cause on
// the view's day, late or not, and whatever came of it; sorted. An invoice that is cancelled is disputed no more.
func (v *View) DisputedBatches() (batches []string) {
	for _, one := range v.Disputes() {
		if one.OpenedDate <= v.Day-causeDays {
			continue
		}
		for _, id := range one.InvoiceIDs {
			if invoice, known := v.InvoiceState(id); known && invoice.Batch != "" && !invoice.Cancelled {
				batches = append(batches, invoice.Batch)
			}
		}
	}
	slices.Sort(batches)
	return slices.Compact(batches)
}

// Disputant is a customer who may have a part in a common cause at the closes up to a day.
type Disputant struct {
	Customer CustomerID
	Until    Date
}

// DisputesUntil is the last day at whose close what the customer disputes, by the facts as they are, can make a common cause; zero: none
// of its disputes names an invoice of a batch. It may be later than that, and is never earlier.
func (c *Customer) DisputesUntil() (until Date) {
	for _, f := range c.facts(KindDispute) {
		body := f.body.(*Dispute)
		if last := body.CountsUntil(); last > until && slices.ContainsFunc(body.InvoiceIDs, c.ofBatch) {
			until = last
		}
	}
	return until
}

// CountsUntil is the last day at whose close a dispute can make a common cause.
func (b *Dispute) CountsUntil() Date { return b.OpenedDate + causeDays - 1 }

func (c *Customer) ofBatch(id string) bool {
	f := c.tables[KindInvoice].find(id)
	return f != nil && f.body.(*Invoice).Batch != ""
}
