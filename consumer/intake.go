package consumer

import (
	"cmp"
	"slices"

	"tocsin/consumer/contract"
	"tocsin/state"
)

// arrival is one polled record and, when its batch has been taken, an event, or the reason why it is refused, or neither (a control
// record, a heartbeat).
type arrival struct {
	record  Record
	event   *state.Event
	reject  *contract.Reject
	knownAt state.Instant
	encoded bool // nobody has decoded the record yet
	unknown contract.Unknown
	// day is the ledger date of known_at. A control record has none and goes with the open day, whichever that is: brokers stamp
	// it when a transaction ends, and what lies behind it may be of a past that is only now being published.
	day state.Date
}

// partition is a source partition that is ours: where it stands in the store, and what was polled of it and is not yet
// applied. What was polled is never dropped while the partition is ours, because the fetch position has moved on.
type partition struct {
	id      Partition
	epoch   int64
	next    int64 // committed position; -1: none yet
	waiting []arrival
	room    []arrival // the array that waiting is a part of
	bytes   int       // of the keys and values that wait
	paused  bool
	gap     bool  // retention overtook us; stays until a person accepts it
	told    stand // what others were told last of where the partition stands
	// accepted: a person has, and only a source that is opened anew can go on.
	accepted bool
}

// Bounds, in bytes, of what may wait of a partition: an equal part of what may in all, within these. Above it, it is paused, and below
// half of that resumed. So much should be there when it is a partition's turn that a batch of it is worth the while.
const leastWaiting, mostWaiting = 1 << 20, 96 << 20

// add puts an arrival behind those that wait, which move up where settled ones have left most of the array.
func (p *partition) add(a arrival) {
	full := len(p.waiting) == cap(p.waiting)
	if full && cap(p.waiting) < cap(p.room)/2 {
		p.waiting, full = append(p.room[:0], p.waiting...), false
	}
	p.waiting = append(p.waiting, a)
	if full {
		p.room = p.waiting
	}
	p.bytes += a.size()
}

// size is what the record keeps in memory.
func (a *arrival) size() int {
	const itself = 160
	size := itself + len(a.record.Key) + len(a.record.Value)
	for _, h := range a.record.Headers {
		size += len(h.Key) + len(h.Value)
	}
	return size
}

// stand is where the partition stands.
func (p *partition) stand() stand {
	at := stand{next: p.next}
	if i := slices.IndexFunc(p.waiting, func(a arrival) bool { return !a.record.Control }); i >= 0 {
		at.front = p.waiting[i].day
	}
	return at
}

// ready is how many of those that wait come first and belong to day.
func ready(waiting []arrival, day state.Date) int {
	n := 0
	for n < len(waiting) && waiting[n].day <= day {
		n++
	}
	return n
}

// behind is what waits of the partition behind a batch that has not landed yet, and the position that it leaves.
func (p *partition) behind(b batch) (waiting []arrival, next int64) {
	for _, a := range b.advances {
		if p.id == (Partition{a.Topic, a.Partition}) {
			n, _ := slices.BinarySearchFunc(p.waiting, a.To, func(w arrival, to int64) int { return cmp.Compare(w.record.Offset, to) })
			return p.waiting[n:], a.To
		}
	}
	return p.waiting, p.next
}

// read is the offset behind everything that was polled of the partition; -1: nothing was, ever.
func (p *partition) read() int64 {
	if n := len(p.waiting); n > 0 {
		return p.waiting[n-1].record.Offset + 1
	}
	return p.next
}

// intake holds the partitions of this instance.
type intake struct {
	partitions map[Partition]*partition
	order      []*partition // by topic and number
	turn       Partition    // whose turn it was in the batch settled last
	room       int          // bytes that may wait of all partitions
	decode     func([]arrival)
}

func newIntake(room int, decode func([]arrival)) *intake {
	return &intake{partitions: make(map[Partition]*partition), room: room, decode: decode}
}

// high tells whether so much waits of a partition that no more of it should be fetched; low whether it may be again.
func (in *intake) high(p *partition) bool { return p.bytes > in.each() }
func (in *intake) low(p *partition) bool  { return p.bytes < in.each()/2 }

func (in *intake) each() int {
	return min(max(leastWaiting, in.room/max(1, len(in.order))), mostWaiting)
}

func (in *intake) assign(pos state.Position) {
	id := Partition{pos.Topic, pos.Partition}
	in.partitions[id] = &partition{id: id, epoch: pos.Epoch, next: pos.Next}
	in.sort()
}

func (in *intake) revoke(id Partition) {
	delete(in.partitions, id)
	in.sort()
}

func (in *intake) sort() {
	in.order = in.order[:0]
	for _, p := range in.partitions {
		in.order = append(in.order, p)
	}
	slices.SortFunc(in.order, func(a, b *partition) int { return comparePartitions(a.id, b.id) })
}

func comparePartitions(a, b Partition) int {
	return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Number, b.Number))
}

// waits tells whether records of day wait.
func (in *intake) waits(day state.Date) bool {
	return slices.ContainsFunc(in.order, func(p *partition) bool { return len(p.waiting) > 0 && p.waiting[0].day <= day })
}

// batch is records of the open day, from several partitions, with the positions they move; or alarms of that day.
type batch struct {
	due      []state.Alarm // then it has nothing of the following
	arrivals []arrival
	advances []state.Advance // sorted by topic and partition
	turn     Partition       // whose turn it was
	behind   int             // records of the day that wait behind it
	ahead    *ahead          // what is computed of it already; nil: nothing
}

// A batch gives this part of its room to partitions of which little waits, so that what comes in on one does not wait for the backlogs of
// others. All else it gives to the one whose turn it is: a customer has his events in one partition, and what a batch has of him makes one
// step and one row of the journal. Two million events of 200,000 customers in eight partitions leave 0.8 million rows so, with those of
// verdicts; where each batch had the same of all of them they left 1.8. What is half full has no other's backlog, so that the next batch is of other customers and all of
// it is computed while this one is written.
const sharedPart = 16

// take lifts up to limit records of day off the fronts, and decodes them: what a batch is computed of is ready while the one before is
// written, and not before. They stay where they are until settled.
func (in *intake) take(day state.Date, limit int) batch {
	return in.takeBehind(batch{turn: in.turn}, day, limit)
}

// takeBehind is what take will lift when before has landed.
func (in *intake) takeBehind(before batch, day state.Date, limit int) batch {
	fronts, most := in.fronts(before, day)
	if len(fronts) == 0 {
		return batch{}
	}
	share, room := max(1, limit/(sharedPart*len(fronts))), min(limit, most)
	few := 0 // records of partitions that have no more than their share
	for i := range fronts {
		if n := fronts[i].ready(share+1, day); n <= share {
			few += n
		}
	}
	few = min(few, limit/2)
	b := batch{arrivals: make([]arrival, 0, room)}
	for _, f := range fronts {
		n := f.ready(share+1, day)
		switch {
		case n <= share:
			few, n = max(0, few-n), min(n, room)
		case len(b.arrivals) <= limit/2:
			if n = f.ready(room-few, day); n > 0 {
				b.turn = cmp.Or(b.turn, f.id)
			}
		default:
			n = 0
		}
		if n < len(f.waiting) && f.waiting[n].day <= day {
			b.behind += len(f.waiting) - n
		}
		if n == 0 {
			continue
		}
		in.decode(f.waiting[:n])
		room -= n
		b.arrivals = append(b.arrivals, f.waiting[:n]...)
		b.advances = append(b.advances, state.Advance{
			Topic: f.id.Topic, Partition: f.id.Number, Epoch: f.epoch, From: f.next, To: f.waiting[n-1].record.Offset + 1,
		})
	}
	b.turn = cmp.Or(b.turn, fronts[0].id)
	slices.SortFunc(b.advances, func(a, b state.Advance) int {
		return comparePartitions(Partition{a.Topic, a.Partition}, Partition{b.Topic, b.Partition})
	})
	return b
}

// front is what waits of a partition behind a batch.
type front struct {
	*partition
	waiting []arrival
	next    int64 // the position there
}

// ready is how many of up to so many records belong to day.
func (f *front) ready(limit int, day state.Date) int {
	return ready(f.waiting[:max(0, min(len(f.waiting), limit))], day)
}

// fronts are the partitions with records of day behind a batch, in the order of their turns: from the one behind that whose turn it was.
// Most is how many records wait there.
func (in *intake) fronts(before batch, day state.Date) (fronts []front, most int) {
	i, found := slices.BinarySearchFunc(in.order, before.turn, func(p *partition, id Partition) int { return comparePartitions(p.id, id) })
	if found {
		i++
	}
	for n := range in.order {
		p := in.order[(i+n)%len(in.order)]
		f := front{partition: p}
		if f.waiting, f.next = p.behind(before); f.ready(1, day) > 0 {
			fronts, most = append(fronts, f), most+len(f.waiting)
		}
	}
	return fronts, most
}

// plenty tells whether so many records wait, or all that may.
func (in *intake) plenty(records int) bool {
	fetched := false
	for _, p := range in.order {
		records -= len(p.waiting)
		fetched = fetched || !p.paused
	}
	return records <= 0 || !fetched
}

// heldBack tells whether more of a partition is at the broker than may wait here, behind records of day.
func (in *intake) heldBack(day state.Date) bool {
	return slices.ContainsFunc(in.order, func(p *partition) bool { return p.paused && !p.gap && ready(p.waiting, day) == len(p.waiting) })
}

// follows tells whether a batch that was taken comes next: its partitions are ours as they were, and stand where it begins.
func (in *intake) follows(b batch) bool {
	return len(b.arrivals) > 0 && !slices.ContainsFunc(b.advances, func(a state.Advance) bool {
		p := in.partitions[Partition{a.Topic, a.Partition}]
		return p == nil || p.epoch != a.Epoch || p.next != a.From
	})
}

// settle removes a committed batch.
func (in *intake) settle(b batch) {
	in.turn = b.turn
	for _, a := range b.advances {
		p := in.partitions[Partition{a.Topic, a.Partition}]
		if p == nil {
			continue
		}
		n := 0
		for n < len(p.waiting) && p.waiting[n].record.Offset < a.To {
			p.bytes -= p.waiting[n].size()
			n++
		}
		clear(p.waiting[:n])
		p.waiting = p.waiting[n:]
		p.next = a.To
	}
}

// positions are the committed positions, for the mirror.
func (in *intake) positions() map[Partition]int64 {
	next := make(map[Partition]int64, len(in.order))
	for _, p := range in.order {
		if p.next >= 0 {
			next[p.id] = p.next
		}
	}
	return next
}
