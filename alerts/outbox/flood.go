package outbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// Flood is from when on a channel gets one message of many cases instead of one of each. The zero Flood: never.
type Flood struct {
	Cases  int           // more than so many new ones
	Within time.Duration // come in so short a time
}

// drained is how many cases of a flood that is over are let go at once: each pass looks at few of them, and at everything else.
const drained = 25

// stranded is after what time a case of a flood is looked at again, though nobody has let it go: its channels may be others by now.
const stranded = 24 * time.Hour

// floods puts off what would be one message too many in a channel, and tells whether it did. What waits for a budget, or was let
// go, has its own measure.
func (l *loop) floods(ctx context.Context, m *state.Message, p *place) (bool, error) {
	if l.Flood.Cases == 0 || m.Wait.Why == state.WaitBudget || m.Wait.Why == state.WaitHuman || m.Wait.Why == state.WaitCool {
		return false, nil
	}
	at := l.line(p.r.Channel)
	on, err := l.flooded(ctx, p.r.Channel)
	if err != nil {
		return false, err
	}
	if !on {
		if !slices.Contains(m.Wait.In, p.r.Channel) {
			return false, nil
		}
		if at.drained < drained {
			at.drained++
			return false, nil
		}
	}
	p.wait = state.Wait{Why: state.WaitFlood, Until: later(l.Clock(), stranded)}
	return true, nil
}

// flooded tells whether more new cases have come for a channel lately than it is to get messages of, those of this pass among them.
func (l *loop) flooded(ctx context.Context, channel string) (bool, error) {
	if l.Flood.Cases == 0 {
		return false, nil // also where another setting has put cases off
	}
	if on, known := l.flooding[channel]; known {
		return on, nil
	}
	came := 0
	for _, why := range []int{0, state.WaitFlood} {
		some, err := l.came(ctx, channel, why)
		if err != nil {
			return false, err
		}
		came += some
	}
	if came <= l.Flood.Cases && came+len(l.owed) > l.Flood.Cases {
		if err := l.look(ctx); err != nil {
			return false, err
		}
		came += l.fresh[channel]
	}
	on := came > l.Flood.Cases
	l.flooding[channel] = on
	return on, nil
}

// came is how many new cases have come for a channel lately, and were posted, or put off for a flood.
func (l *loop) came(ctx context.Context, channel string, why int) (came int, err error) {
	since := later(l.Clock(), -l.Flood.Within)
	if why == 0 {
		return l.heard(ctx, state.HeardOf{Channel: channel, Since: since})
	}
	if came, err = l.Store.WaitCount(ctx, state.WaitsOf{Why: why, In: channel, Since: since}); err != nil {
		err = storeError{fmt.Errorf("count what waits: %w", err)}
	}
	return came, err
}

// look counts, once in a pass, what it would post in each channel that was not put off before.
func (l *loop) look(ctx context.Context) error {
	if l.fresh != nil {
		return nil
	}
	l.fresh = map[string]int{}
	for i := range l.owed {
		m := &l.owed[i]
		if m.Wait.Why >= state.WaitBudget || l.rested(spot{m.Case, ""}, m.Seq) {
			continue
		}
		msg, err := alerts.ParseMessage(m.Body)
		if err != nil || l.sleeps(msg) != 0 {
			continue
		}
		if _, is := msg.(*alerts.CaseMessage); !is {
			continue
		}
		places, err := l.places(ctx, m.Case, msg)
		if err != nil {
			return err
		}
		for j := range places {
			if p := &places[j]; p.r.Timestamp == "" && p.r.Attempt == 0 && !p.idle(msg) {
				l.fresh[p.r.Channel]++
			}
		}
	}
	return nil
}

// drain lets cases of floods go that are over, not more at once than a pass looks at.
func (l *loop) drain(ctx context.Context) error {
	channels, err := l.Store.Flooded(ctx)
	if err != nil {
		return storeError{fmt.Errorf("list what is flooded: %w", err)}
	}
	for _, channel := range channels {
		at := l.line(channel)
		few := drained - at.drained
		at.drained = 0
		on, err := l.flooded(ctx, channel)
		if err != nil {
			return err
		}
		delete(l.flooding, channel) // of this pass nothing was known yet
		if on || few <= 0 {
			continue
		}
		if err := l.Store.Recall(ctx, l.lease, state.WaitsOf{Why: state.WaitFlood, In: channel, Until: l.Clock()}, few); err != nil {
			return err
		}
	}
	return nil
}
