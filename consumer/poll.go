package consumer

import (
	"context"
	"fmt"
	"time"

	"tocsin/consumer/contract"
	"tocsin/state"
)

// futureSkew is how far ahead of the store's clock a record may be stamped; one further ahead gets the store's clock.
const futureSkew = 5 * time.Minute

// firstStamp is the earliest timestamp that is believed. What has none stands at 0 or before it, and seconds that were
// written where milliseconds belong end up in January 1970: neither may open a store in 1970, and as known_at it would
// refuse every event as one of the future. Such a record gets the store's clock, too.
var firstStamp = state.InstantOf(time.Date(1971, 1, 1, 0, 0, 0, 0, time.UTC))

// polledBatches is how many batches a poll brings at most, and how many should wait amid a backlog.
const polledBatches = 2

// poll waits for records, or not at all while there is other work, and sorts them into their partitions. Amid a backlog what is on its
// way is waited for: a batch that has nothing behind it would have verdicts given in the middle, for nothing.
func (r *Runner) poll(ctx context.Context, busy bool) error {
	wait := idle
	if busy && (!r.backlog || r.in.plenty(polledBatches*r.limit)) {
		wait = time.Millisecond
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	polled, err := r.Source.Poll(ctx, polledBatches*r.largest())
	if err != nil {
		return fmt.Errorf("poll: %w", err)
	}
	if len(polled.Revoked) > 0 {
		r.tellLanded() // or what is shown of a partition that is ours no longer would be shown again
	}
	for _, id := range polled.Revoked {
		r.in.revoke(id)
		r.Metrics.revoked(id)
	}
	for _, pos := range polled.Assigned {
		r.in.assign(pos)
	}
	if len(polled.Revoked)+len(polled.Assigned) > 0 {
		r.ready()
	}
	if len(polled.Assigned) > 0 && !r.inquiry.told.IsZero() {
		r.withheld, r.withheldAt = true, r.Now() // whoever had them may have withheld messages, and died
	}
	for _, gap := range polled.Gaps {
		r.gap(gap)
	}
	if len(polled.Records) > 0 {
		r.Metrics.heard()
	}
	r.brought = len(polled.Records)
	for i := range polled.Records {
		r.arrive(&polled.Records[i])
	}
	for _, p := range r.in.order {
		if !p.paused && r.in.high(p) {
			p.paused = true
			r.Source.Pause([]Partition{p.id})
		}
	}
	return nil
}

// arrive puts a record into its partition's queue.
func (r *Runner) arrive(rec *Record) {
	p := r.in.partitions[rec.Partition]
	if p == nil {
		return // revoked meanwhile: its new owner reads it
	}
	a := arrival{record: *rec}
	if !rec.Control {
		a.knownAt, a.encoded = r.knownAt(rec), true
		a.day = a.knownAt.Date(r.Engine.Ledger.Zone)
	}
	p.add(a)
	delete(r.silent, p.id)
}

// decode reads what has arrived, each record once.
func (r *Runner) decode(arrivals []arrival) {
	if len(r.decoders) == 0 {
		r.decoders = append(r.decoders, r.Decoder)
	}
	for len(r.decoders) < r.Workers {
		r.decoders = append(r.decoders, r.Decoder.Beside())
	}
	spread(r.Workers, len(arrivals), func(worker, from, to int) { decodeWith(r.decoders[worker], arrivals[from:to]) })
}

func decodeWith(decoder *contract.Decoder, arrivals []arrival) {
	events := make([]state.Event, len(arrivals))
	for i := range arrivals {
		a, ev := &arrivals[i], &events[i]
		if !a.encoded {
			continue
		}
		a.encoded = false
		if a.reject = decoder.DecodeRecord(a.record.Headers, a.record.Value, a.knownAt, ev); a.reject == nil && ev.Kind != state.KindHeartbeat {
			a.event, a.unknown = ev, decoder.Unknown()
		}
	}
}

// knownAt is when a record became known: its timestamp, or the store's clock where that cannot be.
func (r *Runner) knownAt(rec *Record) state.Instant {
	now := r.Now()
	switch {
	case rec.Timestamp > now+state.Instant(futureSkew):
		r.Metrics.skewed(rec.Topic, "ahead")
	case rec.Timestamp < firstStamp:
		r.Metrics.skewed(rec.Topic, "none")
	default:
		return rec.Timestamp
	}
	return now
}
