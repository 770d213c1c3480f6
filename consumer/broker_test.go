package consumer

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"tocsin/state"
)

// modelBroker is the source of the tests: partitions in memory, handed out in an order that a seed decides. It acquires
// positions from the store as the real one does.
type modelBroker struct {
	store   state.Store
	now     func() state.Instant
	random  *rand.Rand
	logs    map[Partition][]Record
	fetched map[Partition]int64
	paused  map[Partition]bool
	order   []Partition // whose records it hands out
	all     []Partition // of the topics, its own and others'
	started bool

	dead    bool               // nobody answers for ends
	slow    time.Duration      // before an answer
	silent  map[Partition]bool // no broker tells their end
	foreign map[Partition]bool // read only by a source that is opened anew
	missing []string
	news    []func() Polled    // what the next polls hand out, before records
	lost    map[Partition]bool // taken away; nothing of them is handed out
	asked   int                // how often for ends
}

func newModelBroker(store state.Store, now func() state.Instant, seed uint64, partitions []Partition) *modelBroker {
	return &modelBroker{
		store: store, now: now, random: rand.New(rand.NewPCG(seed, seed)), order: slices.Clone(partitions), all: partitions,
		logs: make(map[Partition][]Record), fetched: make(map[Partition]int64), paused: make(map[Partition]bool), lost: make(map[Partition]bool),
	}
}

// append adds a record at the end of a partition.
func (b *modelBroker) append(id Partition, timestamp state.Instant, value []byte) {
	b.logs[id] = append(b.logs[id], Record{Partition: id, Offset: int64(len(b.logs[id])), Timestamp: timestamp, Value: value})
}

// tell has the next poll hand out news.
func (b *modelBroker) tell(news Polled) {
	b.news = append(b.news, func() Polled { return news })
}

// restart forgets what a dead process had read.
func (b *modelBroker) restart() {
	b.started, b.news = false, nil
	clear(b.paused)
	clear(b.lost)
}

// Poll hands out the next few records of one partition that the seed picks.
func (b *modelBroker) Poll(ctx context.Context, limit int) (Polled, error) {
	var polled Polled
	if !b.started {
		b.started = true
		var wanted []state.Position
		for _, id := range b.order {
			wanted = append(wanted, state.Position{Topic: id.Topic, Partition: id.Number})
		}
		acquired, err := b.store.Acquire(ctx, wanted)
		if err != nil {
			return polled, err
		}
		polled.Assigned = acquired
		for _, pos := range acquired {
			b.fetched[Partition{pos.Topic, pos.Partition}] = max(0, pos.Next)
		}
		return polled, nil
	}
	if len(b.news) > 0 {
		polled, b.news = b.news[0](), b.news[1:]
		return polled, nil
	}
	if len(b.order) == 0 {
		return polled, nil
	}
	id := b.order[b.random.IntN(len(b.order))]
	if b.paused[id] || b.lost[id] {
		return polled, nil
	}
	log, from := b.logs[id], b.fetched[id]
	n := min(limit, len(log)-int(from), 1+b.random.IntN(5))
	polled.Records = log[from : int(from)+n]
	b.fetched[id] += int64(n)
	return polled, nil
}

func (b *modelBroker) Pause(parts []Partition) {
	for _, id := range parts {
		b.paused[id] = true
	}
}

func (b *modelBroker) Resume(parts []Partition) {
	for _, id := range parts {
		b.paused[id] = false
	}
}

func (b *modelBroker) Restart(id Partition, next int64) bool {
	if b.foreign[id] {
		return false
	}
	b.fetched[id], b.paused[id] = next, false
	return true
}

func (b *modelBroker) Owns(key string) bool {
	return slices.Contains(b.order, b.all[len(key)*int(key[len(key)-1])%len(b.all)])
}

func (b *modelBroker) Ends(ctx context.Context) (Ends, error) {
	b.asked++
	ends := Ends{At: b.now(), Next: make(map[Partition]int64), Start: make(map[Partition]int64), Missing: b.missing}
	if b.slow > 0 {
		select {
		case <-time.After(b.slow):
		case <-ctx.Done():
			return Ends{}, ctx.Err()
		}
	}
	if b.dead {
		return Ends{}, errors.New("no broker answers")
	}
	for _, id := range b.all {
		if b.silent[id] {
			ends.Unknown = append(ends.Unknown, id)
			continue
		}
		ends.Next[id], ends.Start[id] = int64(len(b.logs[id])), 0
	}
	return ends, nil
}

func (b *modelBroker) Mirror(context.Context, map[Partition]int64) {}

func (b *modelBroker) Close(context.Context) error { return nil }
