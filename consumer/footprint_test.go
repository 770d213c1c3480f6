package consumer

import (
	"runtime"
	"testing"

	"tocsin/state"
)

// heap is how many bytes of memory are in use.
func heap() int {
	runtime.GC()
	runtime.GC() // what the first one has left in pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// What the cache takes records for is about what the heap grows by, be they decoded or stepped.
func TestAFootprintIsAboutWhatTheHeapGrowsBy(t *testing.T) {
	e := defaultEngine(t)
	bodies, day := portfolioSnapshots(e, 24, 250)
	before := heap()
	var records []*state.Record
	decoded, stepped := 0, 0
	for range 25 {
		for _, body := range bodies {
			rec, err := state.DecodeSnapshot(body)
			if err != nil {
				t.Fatal(err)
			}
			records = append(records, rec)
			decoded += rec.Footprint(len(body))
		}
	}
	about(t, "decoded", decoded, heap()-before)
	for i, rec := range records {
		e.Step(rec, Step{Day: day, Alarm: true}, nil)
		stepped += rec.Footprint(len(bodies[i%len(bodies)]))
	}
	about(t, "stepped", stepped, heap()-before)
	runtime.KeepAlive(records)
}

// about checks that an estimate is not off by more than half.
func about(t *testing.T, what string, estimate, grown int) {
	t.Helper()
	if estimate > grown*3/2 || estimate < grown*2/3 {
		t.Errorf("%s: estimated %d bytes, the heap has grown by %d", what, estimate, grown)
	}
	t.Logf("%s: estimated %d bytes, the heap has grown by %d", what, estimate, grown)
}

// portfolioSnapshots are the records of a portfolio after its first days, and the day after them.
func portfolioSnapshots(e *Engine, customers, days int) (bodies [][]byte, next state.Day) {
	steps, events := portfolioSteps(customers, days)
	outcomes := make([]state.Outcome, events)
	records := make(map[state.CustomerID]*state.Record)
	var order []*state.Record
	for _, s := range steps {
		id := s.Events[0].Customer
		if records[id] == nil {
			records[id] = &state.Record{Customer: state.NewCustomer(id)}
			order = append(order, records[id])
		}
		e.Step(records[id], s, outcomes)
		next = s.Day
	}
	for _, rec := range order {
		bodies = append(bodies, state.AppendSnapshot(nil, rec))
	}
	next.Date++
	return bodies, next
}
