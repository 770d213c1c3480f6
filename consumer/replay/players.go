package replay

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"tocsin/consumer"
	"tocsin/state"
)

// players are the lanes with their goroutines, and the one that merges what they say of each day.
type players struct {
	lanes   []*lane
	work    []chan *chapter
	results []chan result
	records [][]consumer.CustomerRecord
	look    func(last state.Day)
	state   bool // customers' records are asked for
	playing sync.WaitGroup
	merged  chan mergeResult
}

type mergeResult struct {
	result
	err error
}

// ahead is how many chapters a lane may be behind the sequencer.
const ahead = 1

func newPlayers(b *Backtest) *players {
	p := &players{records: make([][]consumer.CustomerRecord, b.Workers), merged: make(chan mergeResult, 1), look: func(state.Day) {}, state: b.State != nil}
	if b.Look != nil {
		p.look = func(last state.Day) {
			for _, rec := range p.standing(b.Of) {
				b.Look(last, rec)
			}
		}
	}
	for i := range b.Workers {
		p.lanes = append(p.lanes, newLane(i, b))
		p.work = append(p.work, make(chan *chapter, ahead))
		p.results = append(p.results, make(chan result, ahead))
	}
	for i, l := range p.lanes {
		p.playing.Go(func() {
			defer close(p.results[i])
			for c := range p.work[i] {
				p.results[i] <- l.play(c, c.items[i])
				c.done()
			}
		})
	}
	go p.merge(b)
	return p
}

// play hands a chapter to every lane, those without items too: their customers may have alarms.
func (p *players) play(c *chapter) {
	c.playing.Store(int32(len(p.work)))
	for _, work := range p.work {
		work <- c
	}
}

// finish ends the lanes and returns the customers' records by id, if they are asked for.
func (p *players) finish(last state.Day, whole bool) ([]consumer.CustomerRecord, result, error) {
	for _, w := range p.work {
		close(w)
	}
	p.playing.Wait()
	merged := <-p.merged
	if !whole {
		return nil, merged.result, merged.err
	}
	p.look(last)
	if !p.state {
		return nil, merged.result, merged.err
	}
	var wg sync.WaitGroup
	for i, l := range p.lanes {
		wg.Go(func() { p.records[i] = l.close(last) })
	}
	wg.Wait()
	records := slices.Concat(p.records...)
	slices.SortFunc(records, func(a, b consumer.CustomerRecord) int { return cmp.Compare(a.CustomerID, b.CustomerID) })
	return records, merged.result, merged.err
}

// customers is of how many there is a customer record on a day.
func (p *players) customers(day state.Date) int {
	n := 0
	for _, l := range p.lanes {
		for _, e := range l.records {
			if consumer.Listed(&e.record, day) {
				n++
			}
		}
	}
	return n
}

// standing are the records of a customer, or of all customers by id.
func (p *players) standing(of state.CustomerID) (records []*state.Record) {
	for _, l := range p.lanes {
		for id, e := range l.records {
			if of == "" || of == id {
				records = append(records, &e.record)
			}
		}
	}
	slices.SortFunc(records, func(a, b *state.Record) int { return cmp.Compare(a.Customer.ID, b.Customer.ID) })
	return records
}

// merge writes the transitions of each chapter in their one order, and adds up what the lanes counted.
func (p *players) merge(b *Backtest) {
	var total mergeResult
	var all portfolio
	var out *bufio.Writer
	if b.Alerts != nil {
		out = bufio.NewWriterSize(b.Alerts, 1<<16)
	}
	for {
		var lanes []result
		for _, results := range p.results {
			if r, more := <-results; more {
				lanes = append(lanes, r)
			}
		}
		chapter, systemic := all.closes(b, lanes)
		total.counts.add(systemic)
		for _, r := range lanes {
			chapter = append(chapter, r.transitions...)
			total.conflicts = append(total.conflicts, r.conflicts...)
			total.panicked = append(total.panicked, r.panicked...)
			total.counts.add(r.counts)
		}
		if out != nil && total.err == nil {
			total.err = writeTransitions(out, chapter)
		}
		if len(lanes) == 0 {
			break
		}
	}
	if out != nil && total.err == nil {
		total.err = out.Flush()
	}
	if total.err != nil {
		total.err = fmt.Errorf("write the alerts: %w", total.err)
	}
	p.merged <- total
}

// writeTransitions writes transitions by when they were known: that the days follow each other, too.
func writeTransitions(out *bufio.Writer, list []transition) error {
	slices.SortFunc(list, func(a, b transition) int {
		return cmp.Or(cmp.Compare(a.knownAt, b.knownAt), cmp.Compare(a.customer, b.customer), strings.Compare(a.signal, b.signal),
			strings.Compare(a.ruleSet, b.ruleSet), cmp.Compare(a.seq, b.seq))
	})
	for i := range list {
		if _, err := out.Write(append(list[i].body, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func writeState(w io.Writer, records []consumer.CustomerRecord) error {
	out := bufio.NewWriterSize(w, 1<<16)
	var line []byte
	for i := range records {
		var err error
		if line, err = records[i].AppendJSON(line[:0]); err != nil {
			return err
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return out.Flush()
}
