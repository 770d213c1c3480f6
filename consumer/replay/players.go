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
	work    []chan dayWork
	results []chan dayResult
	records [][]consumer.CustomerRecord
	playing sync.WaitGroup
	merged  chan mergeResult
}

type dayWork struct {
	day   state.Day
	items []*item
}

type mergeResult struct {
	dayResult
	err error
}

// ahead is how many days a lane may be behind the sequencer.
const ahead = 16

func newPlayers(b *Backtest) *players {
	p := &players{records: make([][]consumer.CustomerRecord, b.Workers), merged: make(chan mergeResult, 1)}
	for range b.Workers {
		p.lanes = append(p.lanes, newLane(b.Engine, b.From, b.Alerts != nil))
		p.work = append(p.work, make(chan dayWork, ahead))
		p.results = append(p.results, make(chan dayResult, ahead))
	}
	for i, l := range p.lanes {
		p.playing.Go(func() {
			defer close(p.results[i])
			for w := range p.work[i] {
				p.results[i] <- l.play(w.day, w.items)
			}
		})
	}
	go p.merge(b.Alerts)
	return p
}

// play hands a day to every lane, those without items too: their customers may have alarms.
func (p *players) play(day state.Day, buffers [][]*item) {
	for i := range p.work {
		p.work[i] <- dayWork{day, buffers[i]}
	}
}

// finish plays up to and with the last day, ends the lanes, and returns the customers' records by id.
func (p *players) finish(last state.Day, whole bool) ([]consumer.CustomerRecord, dayResult, error) {
	if whole && last.Date != 0 {
		p.play(last, make([][]*item, len(p.work)))
	}
	for _, w := range p.work {
		close(w)
	}
	p.playing.Wait()
	merged := <-p.merged
	if !whole {
		return nil, merged.dayResult, merged.err
	}
	var wg sync.WaitGroup
	for i, l := range p.lanes {
		wg.Go(func() { p.records[i] = l.close(last) })
	}
	wg.Wait()
	records := slices.Concat(p.records...)
	slices.SortFunc(records, func(a, b consumer.CustomerRecord) int { return cmp.Compare(a.CustomerID, b.CustomerID) })
	return records, merged.dayResult, merged.err
}

// merge writes the transitions of each day in their one order, and adds up what the lanes counted.
func (p *players) merge(w io.Writer) {
	var total mergeResult
	var out *bufio.Writer
	if w != nil {
		out = bufio.NewWriterSize(w, 1<<16)
	}
	for {
		var day []transition
		open := 0
		for _, results := range p.results {
			if r, more := <-results; more {
				open++
				day = append(day, r.transitions...)
				total.conflicts = append(total.conflicts, r.conflicts...)
				total.counts.add(r.counts)
			}
		}
		if open == 0 {
			break
		}
		if out != nil && total.err == nil {
			total.err = writeTransitions(out, day)
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

func writeTransitions(out *bufio.Writer, day []transition) error {
	slices.SortFunc(day, func(a, b transition) int {
		return cmp.Or(cmp.Compare(a.knownAt, b.knownAt), cmp.Compare(a.customer, b.customer), strings.Compare(a.signal, b.signal),
			strings.Compare(a.ruleSet, b.ruleSet), cmp.Compare(a.seq, b.seq))
	})
	for i := range day {
		if _, err := out.Write(append(day[i].body, '\n')); err != nil {
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
