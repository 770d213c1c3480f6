package simulator

import (
	"fmt"
	"time"

	"tocsin/state"
)

// Pace is the time between two live events.
const Pace = 10 * time.Second

const (
	longest  = 5 * time.Minute // a longer time than this has a pulse in its last minutes only
	lifetime = 12              // beats that an order of the pulse stays open
	drama    = 12              // every so many beats an order goes over a limit
)

// Pulse is what goes on right now, besides what is scheduled: every few seconds somebody places an order or collects
// one, and now and then an order goes over its limit and is cancelled two minutes later. The events are those that
// become known after one instant and up to another; the same instants always have the same events. Of a time of more
// than five minutes only the last five have events: nobody was watching.
func (p *Portfolio) Pulse(after, upTo state.Instant) []state.Event {
	after = max(after, upTo-state.Instant(longest))
	var events []state.Event
	for beat := int64(after)/int64(Pace) + 1; beat <= int64(upTo)/int64(Pace); beat++ {
		if beat%2 == 0 {
			events = append(events, p.placed(beat))
		} else {
			events = append(events, p.ended(beat-lifetime-1, beat))
		}
	}
	return events
}

// Settled ends the orders of the pulse that were open when a demo stopped, as of the instant at which it goes on.
func (p *Portfolio) Settled(stopped, now state.Instant) []state.Event {
	var events []state.Event
	last := int64(stopped) / int64(Pace)
	for beat := last - lifetime; beat <= last; beat++ {
		if beat%2 == 0 {
			e := p.ended(beat, beat+lifetime+1)
			e.Time, e.KnownAt = now, now
			events = append(events, e)
		}
	}
	return events
}

// evening is how a customer stands when a day has been lived: what the pulse of that day goes by, so that it does not
// depend on which later days were asked for.
type evening struct {
	id       state.CustomerID
	limit    int64
	room     int64 // an order that takes the customer just over its limit
	ordinary bool  // sound, and in no story: it may be heard of
}

func (p *Portfolio) evening() []evening {
	list := make([]evening, p.config.Customers)
	for i := range list {
		c := p.customers[i]
		list[i] = evening{
			id: c.id, limit: c.limit, room: c.roomAnd(6), ordinary: c.temper == sound && !c.closed && !c.busy,
		}
	}
	return list
}

// beatOf is who orders at a beat, how much, and whether that is too much.
func (p *Portfolio) beatOf(beat int64) (id state.CustomerID, amount int64, over bool) {
	d := max(p.instant(beat).Date(p.config.Zone), p.config.First)
	p.liveUntil(d)
	list := p.evenings[d-p.config.First]
	random := newRandom(p.config.Seed, uint64(beat))
	first := random.IntN(len(list))
	who := list[first]
	for i := 1; i < len(list) && !who.ordinary; i++ {
		who = list[(first+i)%len(list)]
	}
	if beat%drama == 0 {
		return who.id, who.room, true
	}
	amount = who.limit/200 + random.Int64N(who.limit/100+1)
	return who.id, amount - amount%50, false
}

// placed is the order of an even beat.
func (p *Portfolio) placed(beat int64) state.Event {
	id, amount, _ := p.beatOf(beat)
	return p.pulseOrder(id, beat, beat, &state.Order{Gross: p.cents(amount), Status: state.OrderStatusOpen})
}

// ended is the end of an order, at a later beat: collected and paid, or cancelled if it was too large.
func (p *Portfolio) ended(beat, at int64) state.Event {
	id, amount, over := p.beatOf(beat)
	if !over {
		gross := p.cents(amount)
		return p.pulseOrder(id, beat, at, &state.Order{Gross: gross, Delivered: gross, Invoiced: gross, Status: state.OrderStatusClosed})
	}
	e := event(state.KindOrderCancelled, id, sourceERP, pulseID(beat)+"-cancelled", 1, &state.OrderCancelled{
		OrderID: pulseID(beat), CancelDate: p.instant(at).Date(p.config.Zone), Reason: "not released",
	})
	e.Time, e.KnownAt = p.instant(at), p.instant(at)
	return e
}

// pulseOrder is an order of the pulse as it stands at a beat.
func (p *Portfolio) pulseOrder(id state.CustomerID, beat, at int64, body *state.Order) state.Event {
	body.OrderID, body.OrderDate = pulseID(beat), p.instant(beat).Date(p.config.Zone)
	revision := int64(1)
	if at > beat {
		revision = 2
	}
	e := event(state.KindOrder, id, sourceERP, body.OrderID, revision, body)
	e.Time, e.KnownAt = p.instant(at), p.instant(at)
	return e
}

func pulseID(beat int64) string { return fmt.Sprintf("SO-W%d", beat) }

func (p *Portfolio) instant(beat int64) state.Instant { return state.Instant(beat * int64(Pace)) }

func (p *Portfolio) cents(n int64) state.Money { return state.Money{Minor: n, Currency: p.currency} }
