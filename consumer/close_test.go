package consumer

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/state"
)

func TestNoDayOpensBeforeATopicExists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t)
		g.broker.missing = []string{"invoices"}
		g.turns(5)
		g.wantOpen(0)
		if n := strings.Count(g.log.String(), "do not exist"); n != 1 {
			t.Errorf("people were told %d times, want once:\n%s", n, g.log.String())
		}
	})
}

// A broker has said that nothing is there; then a past is published and time goes on, before anybody asks again.
func TestNoLaterDayOpensThanTheOneOnWhichABrokerSaidThatNothingIsThere(t *testing.T) {
	g := newRig(t, invoices)
	g.turns(1)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.pass(48 * time.Hour)
	g.turns(1)
	g.wantOpen(firstDay)
}

func TestAPartitionBehindAGapDoesNotHoldTheOpening(t *testing.T) {
	other := Partition{"payments", 0}
	g := newRig(t, invoices, other)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.broker.silent[other] = true
	g.turns(10)
	g.wantOpen(0)
	g.broker.tell(Polled{Gaps: []Gap{{Partition: other, From: 0, To: 9}}})
	g.turns(10)
	g.wantOpen(firstDay)
}

func TestWhatHoldsADay(t *testing.T) {
	other := Partition{"payments", 0}
	over := 12*time.Hour + time.Minute // until the first day is over, from its noon
	for _, test := range []struct {
		name string
		play func(g *rig)
		want state.Date
	}{
		{"nothing: the brokers say after its end that there is no more", func(g *rig) { g.pass(over) }, firstDay + 1},
		{"it is not over", func(g *rig) { g.pass(11 * time.Hour) }, firstDay},
		{"no broker answers, however long", func(g *rig) { g.broker.dead = true; g.pass(over); g.turns(5); g.pass(48 * time.Hour) }, firstDay},
		{"a partition without an answer", func(g *rig) { g.broker.silent[other] = true; g.pass(over); g.turns(5); g.pass(14 * time.Minute) }, firstDay},
		{"the same, for no longer than max_hold", func(g *rig) { g.broker.silent[other] = true; g.pass(over); g.turns(5); g.pass(16 * time.Minute) }, firstDay + 1},
		{"a partition of another instance that stands at its end", func(g *rig) { g.giveAway(other); g.pass(over) }, firstDay + 1},
		{"one that does not", func(g *rig) {
			g.giveAway(other)
			g.order(other, g.now, "C-2", "SO-2")
			g.pass(over)
		}, firstDay},
		{"one that stands before a later day", func(g *rig) {
			stands := g.giveAway(other)
			g.pass(over)
			g.order(other, g.now, "C-2", "SO-2")
			stands.Front = firstDay + 1
			g.keepFront(stands)
		}, firstDay + 1},
		{"one that stood there", func(g *rig) {
			stands := g.giveAway(other)
			stands.Front = firstDay + 1
			g.keepFront(stands)
			g.order(other, g.now, "C-2", "SO-2")
			g.giveAway(other)
			g.pass(over)
		}, firstDay},
		{"one that nobody has", func(g *rig) {
			g.broker.all = append(g.broker.all, Partition{"payments", 1})
			g.order(Partition{"payments", 1}, g.now, "C-2", "SO-2")
			g.pass(over)
		}, firstDay},
		{"one that still delivers, however long", func(g *rig) {
			g.pass(over)
			g.broker.silent[other] = true
			for i := range 5 {
				g.turns(6)
				g.pass(10 * time.Minute)
				g.order(other, firstDay.Start(time.UTC), "C-2", fmt.Sprint("SO-", i))
				for g.runner.in.partitions[other].next <= int64(i) {
					g.turns(1)
				}
			}
		}, firstDay},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newRig(t, invoices, other)
				g.order(invoices, g.now, "C-1", "SO-1")
				g.turns(10)
				g.wantOpen(firstDay)
				test.play(g)
				time.Sleep(2 * askEvery) // what the brokers said before is no answer any more
				g.turns(5)
				g.wantOpen(test.want)
			})
		})
	}
}

// A partition that has been silent for days holds the past that is caught up with no longer than once.
func TestASilentPartitionHoldsAPastOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		other := Partition{"payments", 0}
		g := newRig(t, invoices, other)
		g.order(invoices, g.now, "C-1", "SO-1")
		g.turns(10)
		g.broker.silent[other] = true
		g.pass(20 * 24 * time.Hour)
		time.Sleep(2 * askEvery)
		g.turns(20)
		g.wantOpen(firstDay)
		g.pass(16 * time.Minute)
		time.Sleep(2 * askEvery)
		g.turns(60)
		g.wantOpen(firstDay + 20)
	})
}

func TestACloseWhoseAnswerIsLostIsToldOnce(t *testing.T) {
	g := newRig(t, invoices)
	g.start(&lossyStore{Store: g.store, close: state.ErrUnknown})
	g.turns(5)
	g.pass(13 * time.Hour)
	g.turns(5)
	g.wantOpen(firstDay + 1)
	if len(g.closed) != 1 || g.closed[0] != firstDay {
		t.Errorf("told of the closing of %v, want of %v once", g.closed, firstDay)
	}
}

func TestDeadAndSlowBrokersAreAskedSeldom(t *testing.T) {
	for _, test := range []struct {
		name string
		set  func(b *modelBroker)
		most int // questions in a minute
	}{
		{"all is well", func(*modelBroker) {}, 301},
		{"no broker", func(b *modelBroker) { b.dead = true }, 301},
		{"three seconds for an answer", func(b *modelBroker) { b.slow = 3 * time.Second }, 4},
		{"no answer in time", func(b *modelBroker) { b.slow = time.Hour }, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newRig(t)
				test.set(g.broker)
				q := inquiry{source: g.broker}
				for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
					q.ends(t.Context(), 0)
				}
				if g.broker.asked == 0 || g.broker.asked > test.most {
					t.Errorf("asked %d times in a minute, want at most %d", g.broker.asked, test.most)
				}
			})
		})
	}
}

func TestOneAnswerClosesManyDaysOfThePast(t *testing.T) {
	g := newRig(t, invoices)
	g.order(invoices, g.now-300*86400e9, "C-1", "SO-1")
	for g.open() < firstDay {
		g.turns(1)
	}
	if g.broker.asked > 30 {
		t.Errorf("the brokers were asked %d times for 300 days, want few questions", g.broker.asked)
	}
}

// giveAway makes a partition another instance's, and tells where it stands.
func (g *rig) giveAway(id Partition) state.Position {
	g.t.Helper()
	g.broker.tell(Polled{Revoked: []Partition{id}})
	g.turns(3)
	acquired, err := g.store.Acquire(g.t.Context(), []state.Position{{Topic: id.Topic, Partition: id.Number}})
	if err != nil {
		g.t.Fatal(err)
	}
	return acquired[0]
}

// keepFront tells what a partition of another instance stands before.
func (g *rig) keepFront(stands state.Position) {
	g.t.Helper()
	if err := g.store.KeepFronts(g.t.Context(), []state.Position{stands}); err != nil {
		g.t.Fatal(err)
	}
}
