package state

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// RateRow is one row of what a store knows of exchange rates: an event, and the open day on which it was known.
type RateRow struct {
	Seq   int64 // 1, 2, 3 … within the event's register (base, quote, rate_date), of which each row displaces the one before
	Known Date
	Event Event // of KindRate
}

// Compare orders rows by register and seq, which is their key.
func (r *RateRow) Compare(other *RateRow) int {
	return cmp.Or(strings.Compare(r.Event.Body.Key(), other.Event.Body.Key()), cmp.Compare(r.Seq, other.Seq))
}

// Rates is everything that is known of exchange rates, with the day on which it was known. Nobody changes it: what is known
// later is another book.
//
// On a day only those rates count that were known when the day before closed, so a book may hold rows of later days without
// their being seen: one book serves all days of a journal, and two that differ in such rows only say the same. The nil book
// knows no rate.
type Rates struct {
	pairs map[pair][]rateDate // by date
}

// pair names a rate: what one unit of base is worth in quote.
type pair struct{ base, quote Currency }

// rateDate is one register of a pair.
type rateDate struct {
	date Date
	rows []knownRate // by seq, and so by the day on which they were known
}

type knownRate struct {
	RateRow
	worth factor // in major units; zero where the value is no rate
}

// With is the book with further rows. Rows that it has already are left.
func (r *Rates) With(rows []RateRow) *Rates {
	if len(rows) == 0 {
		return r
	}
	with := &Rates{pairs: make(map[pair][]rateDate)}
	if r != nil {
		with.pairs = maps.Clone(r.pairs)
	}
	own := make(map[pair]bool) // series that are no longer the old book's
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b RateRow) int { return cmp.Compare(a.Seq, b.Seq) })
	for i := range sorted {
		p, date := pairOf(&sorted[i].Event)
		series := with.pairs[p]
		if !own[p] {
			series, own[p] = slices.Clone(series), true
		}
		with.pairs[p] = insertRate(series, date, sorted[i])
	}
	return with
}

func pairOf(ev *Event) (pair, Date) {
	body := ev.Body.(*Rate)
	return pair{body.Base, body.Quote}, body.RateDate
}

func insertRate(series []rateDate, date Date, row RateRow) []rateDate {
	at, found := searchDate(series, date)
	if !found {
		series = slices.Insert(series, at, rateDate{date: date})
	}
	rows := series[at].rows
	if n := len(rows); n > 0 && rows[n-1].Seq >= row.Seq {
		return series
	}
	k := knownRate{RateRow: row}
	k.worth, _ = parseFactor(row.Event.Body.(*Rate).Value)
	series[at].rows = append(slices.Clip(rows), k)
	return series
}

func searchDate(series []rateDate, date Date) (int, bool) {
	return slices.BinarySearchFunc(series, date, func(r rateDate, date Date) int { return cmp.Compare(r.date, date) })
}

// standing is the last row of an event's register, nil where there is none.
func (r *Rates) standing(ev *Event) *RateRow {
	if r == nil {
		return nil
	}
	p, date := pairOf(ev)
	at, found := searchDate(r.pairs[p], date)
	if !found {
		return nil
	}
	rows := r.pairs[p][at].rows
	return &rows[len(rows)-1].RateRow
}

// newest is the rate of a pair with the newest date up to asOf, of those that were known before a day.
func (r *Rates) newest(p pair, day, asOf Date) (worth factor, date Date) {
	series := r.pairs[p]
	at, found := searchDate(series, asOf)
	if found {
		at++
	}
	for _, register := range slices.Backward(series[:at]) {
		for _, row := range slices.Backward(register.rows) {
			if row.Known < day {
				if row.worth != (factor{}) {
					return row.worth, register.date
				}
				break
			}
		}
	}
	return factor{}, 0
}

// RateIntake takes rate events in, one after the other.
type RateIntake struct {
	Rates *Rates    // what is known already
	Rows  []RateRow // what the events tell besides; in the order in which they came
	last  map[string]int
}

// Take takes an event that becomes known on a day, and returns what it is to those known before: as with the facts of a
// customer the highest revision stands, and of equal ones the later time, then the greater id, source and data. An event
// that displaces what stands becomes a row; so does a repeat that goes before what it repeats, for it decides conflicts with
// a third.
func (t *RateIntake) Take(day Date, ev *Event) Outcome {
	key := ev.Body.Key()
	stands := t.Rates.standing(ev)
	if at, found := t.last[key]; found {
		stands = &t.Rows[at]
	}
	outcome, displaces := displace(stands, ev)
	if !displaces {
		return outcome
	}
	row := RateRow{Seq: 1, Known: day, Event: *ev}
	if stands != nil {
		row.Seq = stands.Seq + 1
	}
	if t.last == nil {
		t.last = make(map[string]int)
	}
	t.last[key] = len(t.Rows)
	t.Rows = append(t.Rows, row)
	return outcome
}

func displace(stands *RateRow, ev *Event) (outcome Outcome, displaces bool) {
	switch {
	case stands == nil || ev.Revision > stands.Event.Revision:
		return Accepted, true
	case ev.Revision < stands.Event.Revision:
		return Stale, false
	}
	displaces = ev.Outranks(&stands.Event)
	switch {
	case ev.Repeats(&stands.Event):
		return Duplicate, displaces
	case displaces:
		return ConflictWon, true
	}
	return ConflictLost, false
}
