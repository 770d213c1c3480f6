package replay

import (
	"tocsin/state"
)

// Common causes are found by what customers of all lanes dispute when a day closes, and count from the next day on. So a chapter ends
// with a day at whose close there may be one: enough customers have opened disputes not long ago, and there are invoices that
// name a batch at all. Which batches are disputed is for the records to say.

// disputants are the customers who may have a part in a common cause, by their events, each with the last day on which.
type disputants struct {
	batches bool // an invoice names one
	until   map[state.CustomerID]state.Date
}

// note takes notice of a customer's event.
func (d *disputants) note(ev *state.Event) {
	switch body := ev.Body.(type) {
	case *state.Invoice:
		d.batches = d.batches || body.Batch != ""
	case *state.Dispute:
		if d.until == nil {
			d.until = make(map[state.CustomerID]state.Date)
		}
		d.until[ev.Customer] = max(d.until[ev.Customer], body.CountsUntil())
	}
}

// on are those of a day; none if they are too few. Those of earlier days are forgotten.
func (d *disputants) on(day state.Date) (ids []state.CustomerID) {
	if !d.batches || len(d.until) < state.CauseCustomers {
		return nil
	}
	for id, until := range d.until {
		if until < day {
			delete(d.until, id)
		} else {
			ids = append(ids, id)
		}
	}
	if len(ids) < state.CauseCustomers {
		return nil
	}
	return ids
}

// disputed are the batches that each of the lane's customers disputes at the close of the chapter's last day, of those who are asked
// about and whom merges relate to them.
func (l *lane) disputed() (all [][]string) {
	day, seen := l.chapter.day(l.chapter.last), make(map[*entry]bool)
	for _, id := range l.chapter.disputants {
		e := l.records[id]
		if e == nil {
			continue
		}
		related := []*entry{e}
		if e.kin != nil {
			related = e.kin.members
		}
		for _, e := range related {
			if !seen[e] {
				seen[e] = true
				all = append(all, l.engine.DisputedBatches(&e.record, day))
			}
		}
	}
	return all
}
