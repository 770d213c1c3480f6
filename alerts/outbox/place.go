package outbox

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tocsin/alerts"
	"tocsin/state"
)

// place is a channel in which a case stands, or has to.
type place struct {
	r       state.Receipt
	to      []string   // where the case goes on; nil: here
	arrived bool       // and it stands there
	wait    state.Wait // it is left for later
	late    bool       // nobody has to read the message any more, who has not

	threads bool          // messages have threads here
	thread  state.Receipt // of this one's
}

// round is a message on its way to the channels of its case.
type round struct {
	m     state.Message
	todo  int  // channels that do not show yet what they have to
	tried bool // something was done, or had only to wait for its turn
}

// places are the channels that a message has to reach: first those in which its case has to stand, then those in which people have a
// message of it that goes on elsewhere. What has closed closes wherever people have read of it. There is always one.
func (l *loop) places(ctx context.Context, of string, msg alerts.Message) ([]place, error) {
	known, err := l.Store.Receipts(ctx, of)
	if err != nil {
		return nil, storeError{fmt.Errorf("receipts of case %s: %w", of, err)}
	}
	known, threads := apart(known)
	var here []string
	if closed(msg) {
		for i := range known {
			if r := &known[i]; r.Timestamp != "" || r.Attempt != 0 || len(r.Body) > 0 {
				here = append(here, r.Channel)
			}
		}
	} else if c, is := msg.(*alerts.CaseMessage); is && l.Route != nil {
		here = l.Route(c)
	} else if w, is := msg.(*alerts.Word); is && l.Route != nil {
		here = l.Route(&alerts.CaseMessage{Customer: w.Customer, Segment: w.Segment, State: alerts.CaseOpen, Task: alerts.CaseTask{Owner: w.Owner}})
	} else if sum, is := msg.(*alerts.Summary); is && sum.Channel != "" {
		here = []string{sum.Channel}
	} else if of, is := msg.(*alerts.Refusals); is && of.Channel != "" {
		here = []string{of.Channel}
	} else if of, is := msg.(*alerts.Scorecard); is && of.Channel != "" {
		here = []string{of.Channel}
	}
	if len(here) == 0 {
		here = []string{l.Channel}
	}
	list := make([]place, 0, len(here)+len(known))
	for _, channel := range here {
		r := state.Receipt{Case: of, Channel: channel}
		if i := slices.IndexFunc(known, func(k state.Receipt) bool { return k.Channel == channel }); i >= 0 {
			r = known[i]
		}
		list = append(list, place{r: r})
	}
	for _, r := range known {
		if (r.Timestamp != "" || r.Attempt != 0) && !slices.Contains(here, r.Channel) {
			list = append(list, place{r: r, to: here})
		}
	}
	for i := range list {
		p := &list[i]
		p.late = l.late(msg)
		_, p.threads = l.line(p.r.Channel).sender.(Threader)
		p.thread = state.Receipt{Case: of, Channel: threadOf + p.r.Channel}
		if at := slices.IndexFunc(threads, func(r state.Receipt) bool { return r.Channel == p.thread.Channel }); at >= 0 {
			p.thread = threads[at]
		}
	}
	return list, nil
}

// apart parts the receipts of threads from those of messages.
func apart(all []state.Receipt) (messages, threads []state.Receipt) {
	for _, r := range all {
		if strings.HasPrefix(r.Channel, threadOf) {
			threads = append(threads, r)
		} else {
			messages = append(messages, r)
		}
	}
	return messages, threads
}

// look finds out whether the case stands where it goes on.
func (p *place) look(all []place) {
	p.arrived = !slices.ContainsFunc(all, func(q place) bool { return q.to == nil && (q.r.Timestamp == "" || q.r.Attempt != 0) })
}

// shows is what a message looks like in a place for now. Until the case stands where it goes on, it is shown here.
func (p *place) shows(msg alerts.Message) alerts.Message {
	if p.arrived {
		return p.last(msg)
	}
	return msg
}

// last is what it will look like in the end.
func (p *place) last(msg alerts.Message) alerts.Message {
	c, is := msg.(*alerts.CaseMessage)
	if !is || p.to == nil || closed(msg) {
		return msg
	}
	moved := *c
	moved.MovedTo = p.to
	return &moved
}

// done tells whether a place shows what it has to in the end, or has nothing to show.
func (p *place) done(msg alerts.Message) bool {
	switch {
	case p.r.Attempt != 0:
		return false
	case p.r.Timestamp == "":
		return p.idle(msg)
	}
	return same(p.r.Body, p.last(msg)) && p.thread.Attempt == 0 && p.news(msg) == nil
}

// idle tells whether nothing has to be posted in a place: nobody has read there of a case that is over, or goes on elsewhere; or a
// digest is of the past; or only deadlines are new of a case that a summary has told of.
func (p *place) idle(msg alerts.Message) bool {
	return p.to != nil || p.late || len(p.r.Body) == 0 && closed(msg) || unposted(msg)
}

// why is why a message that every place shows is settled.
func (p *place) why(msg alerts.Message) string {
	switch {
	case p.r.Timestamp != "", unposted(msg):
		return unchanged
	case p.late:
		return late
	}
	return closedBefore
}

// leave lets a case rest in all channels where nothing could be tried in any: in each it is put off, or waits for its channel to work
// again. Where it is put off in all of them the store keeps that, and nobody reads it until its time has come.
func (l *loop) leave(of *round, places []place, msg alerts.Message) {
	all := rest{only: of.m.Seq}
	waits, fails := false, false
	for i := range places {
		p := &places[i]
		if p.done(msg) {
			continue
		}
		if p.wait.Why != 0 {
			waits = true
			continue
		}
		at := l.line(p.r.Channel)
		until := l.rests[spot{of.m.Case, p.r.Channel}].until
		if at.failures > 0 {
			until = max(until, at.until)
		}
		if until <= l.Wall() {
			if p.to == nil {
				return // its turn has not come, and comes soon
			}
			continue // it waits for another channel
		}
		fails = true
		if all.until == 0 || until < all.until {
			all.until = until
		}
	}
	switch {
	case of.tried:
	case fails:
		l.rests[spot{of.m.Case, ""}] = all
	case waits:
		l.putOff(&of.m, places, msg)
	}
}
