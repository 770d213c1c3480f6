package consumer

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/statetest"
	"tocsin/state/storetest"
)

// Whoever is quarantined and released before the day closes stands at the close as if nothing had been, and so does everybody
// else, whatever fails on the way: commits, answers, the process, those of the release too.
func TestWhatStandsAfterReleasesIsWhatStandsWithoutPanics(t *testing.T) {
	t.Parallel()
	sick, cure := poisonousEngine(t, 1)
	released := 0
	rapid.Check(t, func(t *rapid.T) {
		days := drawDays(t)
		day := days[0]
		for _, more := range days[1:] {
			for _, ev := range more.Events {
				ev.KnownAt = day.Date.Start(time.UTC) + ev.KnownAt%state.Instant(24*time.Hour)
				day.Events = append(day.Events, ev)
			}
		}
		day.Events = slices.DeleteFunc(day.Events, func(ev state.Event) bool { return ev.Kind == state.KindErased }) // else journals are judged in other words, which may panic
		day = statetest.WithoutConflicts([]statetest.Day{day})[0]
		cure.Store(true)
		plain := playDay(t, sick, day, way{seed: 1, order: 1}, nil)
		cure.Store(false)
		w := way{seed: rapid.Uint64().Draw(t, "seed"), order: rapid.Uint64().Draw(t, "order"), faults: rapid.Bool().Draw(t, "faults"), ahead: rapid.Bool().Draw(t, "ahead"),
			beside: rapid.IntRange(0, 1).Draw(t, "further instances"), memory: rapid.SampledFrom([]int{0, 8 << 10, 1 << 30}).Draw(t, "bytes of cache")}
		other := playDay(t, sick, day, w, func(p *played, random *rand.Rand) {
			cure.Store(true)
			released += p.releaseAll(random)
		})
		if !slices.Equal(plain.closes, other.closes) {
			t.Fatalf("they part:\nplain %v\nother %v", plain.closes, other.closes)
		}
	})
	t.Logf("%d releases", released)
	if released == 0 {
		t.Error("nobody was ever quarantined")
	}
}

// playDay plays one day, with something done before it closes.
func playDay(t *rapid.T, engine *Engine, day statetest.Day, w way, before func(*played, *rand.Rand)) *played {
	p := &played{t: t, engine: engine, store: storetest.NewMemory(), way: w, last: make(map[state.CustomerID]string)}
	p.random = rand.New(rand.NewPCG(w.seed, w.order))
	partitions := []Partition{{"a", 0}, {"a", 1}, {"b", 0}}
	p.now = (day.Date + 1).Start(time.UTC) - 1
	p.begin(partitions)
	logs := p.instances[0].broker.logs
	publish(p.instances[0].broker, day, partitions, w.order)
	atEnd := func() bool {
		due, _ := p.store.DueAlarms(context.Background(), day.Date, 1)
		positions, _ := p.store.AllPositions(context.Background())
		return len(due) == 0 && len(positions) == len(partitions) && !slices.ContainsFunc(positions, func(pos state.Position) bool {
			return max(0, pos.Next) < int64(len(logs[Partition{pos.Topic, pos.Partition}]))
		})
	}
	turns := func() {
		for !atEnd() {
			in := p.any()
			if w.faults && p.random.IntN(20) == 0 {
				p.start(in)
			}
			p.turn(in)
		}
	}
	turns()
	if before != nil {
		before(p, p.random)
		turns()
	}
	p.now = (day.Date + 1).Start(time.UTC) + state.Instant(time.Minute)
	for p.open() <= day.Date {
		p.turn(p.any())
	}
	p.checkChains()
	p.checkRecords()
	return p
}

// releaseAll releases whoever is quarantined and tells how many that were; a release dies now and then, and is given again.
func (p *played) releaseAll(random *rand.Rand) (released int) {
	desk := &Desk{Store: &storetest.Unsure{Store: p.store, Random: random}, Engines: p.engines, Now: func() state.Instant { return 0 }}
	for {
		all, err := p.store.Quarantined(context.Background())
		if err != nil {
			p.t.Fatal(err)
		}
		if len(all) == 0 {
			return released
		}
		r := release{Desk: desk, by: "l.wei", sum: Released{Customer: all[random.IntN(len(all))].Customer}}
		for range random.IntN(4) { // and then it dies
			done, err := r.some(context.Background())
			if done {
				released++
			}
			if done || err != nil {
				break
			}
		}
		p.moved = true
	}
}
