//go:build chaos

package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"tocsin/consumer/kafka/kafkatest"
)

// mishapKind is what happens.
type mishapKind int

const (
	killProcess   mishapKind = iota // at once, and a new one is started
	stopProcess                     // for up to 9 s, longer than the group waits for a member
	cutSession                      // one of the store's, at random
	cutSessions                     // all of the store's
	restartStore                    // amid everything, and it was away for a moment
	restartBroker                   // the same
	mishapKinds
)

func (k mishapKind) String() string {
	return [...]string{"kill -9", "SIGSTOP", "a session cut", "all sessions cut", "PostgreSQL restarted", "broker restarted"}[k]
}

// phase is the part of a day in which a fault strikes.
type phase int

const (
	amid    phase = iota // what is published
	evening              // after its end, when it closes
)

// mishap is one that is to come.
type mishap struct {
	kind   mishapKind
	at     int // not before so many records were sent
	phase  phase
	victim uint64        // which process, or session
	after  time.Duration // in the evening: so long after the day's end
	lasts  time.Duration
}

// drawMishaps draws as many of each kind, and when they strike: the last one among the last events, so that it is seen how long
// it takes to get over it.
func drawMishaps(random *rand.Rand, size chaosSize) []mishap {
	mishaps := make([]mishap, size.faults)
	for i := range mishaps {
		f := &mishaps[i]
		f.kind, f.at, f.victim = mishapKind(i%int(mishapKinds)), random.IntN(size.events*95/100), random.Uint64()
		f.phase, f.after = phase(random.IntN(2)), time.Duration(random.IntN(300))*time.Millisecond
		switch f.kind {
		case stopProcess:
			f.lasts = time.Duration(300+random.IntN(8_700)) * time.Millisecond
		case killProcess, restartStore, restartBroker:
			f.lasts = time.Duration(random.IntN(1000)) * time.Millisecond
		}
	}
	if len(mishaps) > 0 {
		mishaps[random.IntN(len(mishaps))].at = size.events * 97 / 100
	}
	slices.SortFunc(mishaps, func(a, b mishap) int { return cmp.Compare(a.at, b.at) })
	return mishaps
}

// strike lets the mishaps happen that are due in a part of the day.
func (c *chaos) strike(t *testing.T, now phase) {
	t.Helper()
	c.supervise(t)
	for i := 0; i < len(c.mishaps) && c.mishaps[i].at <= c.sent; {
		if f := c.mishaps[i]; f.phase == now {
			c.mishaps = slices.Delete(c.mishaps, i, i+1)
			if now == evening {
				time.Sleep(f.after)
			}
			c.do(t, f)
			continue
		}
		i++
	}
}

// do lets a mishap happen. It returns when it is over, but for a process that is stopped: that goes on by itself.
func (c *chaos) do(t *testing.T, f mishap) {
	t.Helper()
	t.Logf("after %d records: %v, %v", c.sent, f.kind, f.lasts)
	c.struck[f.kind]++
	switch f.kind {
	case killProcess:
		if !kafkatest.Apache { // kfake keeps a member for ever that dies while its group is still coming to terms with another's death
			time.Sleep(time.Until(c.killed.Add(6 * time.Second)))
		}
		c.killed = time.Now()
		c.processes[f.victim%uint64(len(c.processes))].kill()
		time.Sleep(f.lasts)
		c.supervise(t)
	case stopProcess:
		p := c.processes[f.victim%uint64(len(c.processes))]
		_ = p.command.Process.Signal(syscall.SIGSTOP)
		c.calm = time.Now().Add(f.lasts)
		c.resumed.Go(func() {
			time.Sleep(f.lasts)
			_ = p.command.Process.Signal(syscall.SIGCONT) // it may have been killed
		})
	case cutSession:
		must(t, c.server.KillSession(t.Context(), f.victim))
	case cutSessions:
		must(t, c.server.KillSessions(t.Context()))
	case restartStore:
		c.countRefused(t)
		c.server.Kill()
		time.Sleep(f.lasts)
		must(t, c.server.Launch())
	case restartBroker:
		c.cluster.Kill()
		time.Sleep(f.lasts)
		c.cluster.Launch(t)
	default:
		panic(fmt.Sprint("mishap ", int(f.kind)))
	}
	if c.calm.Before(time.Now()) {
		c.calm = time.Now()
	}
}
