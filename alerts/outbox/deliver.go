package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// skew is how far our clock may run ahead of the receiver's when an attempt is looked up. It also covers the attempt before.
const skew = time.Minute

// keepTime is how long storing a receipt may take.
const keepTime = 5 * time.Second

// deliver brings one case's newest message before people, or settles it if there is nothing to tell. It may return
// without having done so because it is not the time yet.
func (l *loop) deliver(ctx context.Context, m state.Message) error {
	msg, err := alerts.ParseMessage(m.Body)
	if err != nil {
		return unreadable{m.ID, err}
	}
	r, err := l.Store.Receipt(ctx, m.Case, l.Channel)
	if err != nil {
		return storeError{fmt.Errorf("receipt of case %s: %w", m.Case, err)}
	}
	r.Case, r.Channel = m.Case, l.Channel
	if r.Attempt != 0 {
		if known, err := l.lookUp(ctx, &r); err != nil || !known {
			return err
		}
	}
	switch {
	case r.Timestamp == "" && len(r.Body) == 0 && closed(msg):
		return l.settle(ctx, r, m, "closed") // and no summary has named it
	case r.Timestamp == "" && l.sleeps(m, msg):
		return nil
	case r.Timestamp == "":
		return l.post(ctx, r, m, msg)
	case same(r.Body, msg):
		return l.settle(ctx, r, m, "unchanged")
	default:
		return l.edit(ctx, r, m, msg)
	}
}

// lookUp ends the doubt about an attempt, if it is old enough: known tells whether it did. A message that is found becomes
// the receipt's; what it shows is not known, so it will be edited.
func (l *loop) lookUp(ctx context.Context, r *state.Receipt) (known bool, err error) {
	if ripe := later(r.Attempt, l.Pace.Doubt); l.Wall() < ripe {
		l.rests[r.Case] = rest{until: ripe}
		return false, nil
	}
	if !l.turn(l.edits) {
		return false, nil
	}
	timestamp, found, err := l.Sender.Find(ctx, r.Case, later(r.Attempt, -skew))
	if err = l.called("find", r.Case, err); err != nil {
		return false, err
	}
	if !found {
		return true, nil
	}
	r.Timestamp, r.Body, r.Attempt = timestamp, nil, 0
	return true, l.keep(ctx, *r)
}

// post makes the case's message appear, between the two writes of the crash story.
func (l *loop) post(ctx context.Context, r state.Receipt, m state.Message, msg alerts.Message) error {
	if !l.turn(l.posts) {
		return nil
	}
	r.Attempt = l.Wall()
	if err := l.keep(ctx, r); err != nil {
		return err
	}
	if err := l.mine(ctx); err != nil {
		return err // the attempt that was not made is a doubt, for whoever has the lease
	}
	timestamp, err := l.Sender.Post(ctx, msg)
	if err = l.called("post", m.Case, err); err != nil {
		if outcomeOf(err) == unknown {
			return err
		}
		r.Attempt = 0
		return errors.Join(err, l.keep(ctx, r))
	}
	r.Timestamp, r.Seq, r.Body, r.Attempt = timestamp, m.Seq, m.Body, 0
	return l.shown(ctx, r, msg)
}

// edit makes the posted message show the case as it is now. A message that somebody removed is forgotten, so that the next
// pass posts it anew.
func (l *loop) edit(ctx context.Context, r state.Receipt, m state.Message, msg alerts.Message) error {
	if !l.turn(l.edits) {
		return nil
	}
	if len(r.Body) > 0 {
		r.Body = nil
		if err := l.keep(ctx, r); err != nil {
			return err
		}
	}
	if err := l.mine(ctx); err != nil {
		return err
	}
	err := l.called("edit", m.Case, l.Sender.Edit(ctx, r.Timestamp, msg))
	if outcomeOf(err) == Gone {
		r.Timestamp = ""
		return errors.Join(err, l.keep(ctx, r))
	}
	if err != nil {
		return err
	}
	r.Seq, r.Body = m.Seq, m.Body
	return l.shown(ctx, r, msg)
}

// shown keeps what people see now. If its customer was erased while the call was under way, it is taken back at once, for no
// receipt tells of it any more.
func (l *loop) shown(ctx context.Context, r state.Receipt, msg alerts.Message) error {
	if sum, is := msg.(*alerts.Summary); is {
		if err := l.named(ctx, sum); err != nil {
			return err // and the next one finds the summary, edits it and gets here again
		}
	}
	err := l.keep(ctx, r)
	of, is := msg.(*alerts.CaseMessage)
	if !is || !errors.Is(err, state.ErrCaseGone) {
		return err // a summary keeps its id, and has a new wording owed
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	return l.called("edit", r.Case, l.Sender.Edit(ctx, r.Timestamp, of.Nameless(r.Case, alerts.Erased)))
}

// named keeps with each case that a summary names, and of which nothing was posted, that it does: whoever has read there that a case
// is open is to hear of its end, also when that is all there is to tell. The summary itself is not kept with them, for it names others.
func (l *loop) named(ctx context.Context, sum *alerts.Summary) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	mark := (&alerts.Summary{SummaryID: sum.SummaryID, Seq: sum.Seq}).AppendJSON(nil)
	for i := range sum.Worst {
		id := sum.Worst[i].CaseID
		r, err := l.Store.Receipt(ctx, id, l.Channel)
		if err != nil {
			return storeError{fmt.Errorf("receipt of case %s: %w", id, err)}
		}
		if id == "" || r.Case != "" { // its customer is erased, or it has a message of its own
			continue
		}
		if err := l.keep(ctx, state.Receipt{Case: id, Channel: l.Channel, Body: mark}); err != nil && !errors.Is(err, state.ErrCaseGone) {
			return err
		}
	}
	return nil
}

// settle marks a message as done without sending it.
func (l *loop) settle(ctx context.Context, r state.Receipt, m state.Message, why string) error {
	r.Seq, r.Attempt = m.Seq, 0
	if err := l.keep(ctx, r); err != nil {
		return err
	}
	delete(l.rests, m.Case)
	l.Metrics.settle(why)
	return nil
}

// keep stores a receipt under the lease, also while stopping: what the sender has just done must not become a doubt.
func (l *loop) keep(ctx context.Context, r state.Receipt) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	if err := l.Store.Deliver(ctx, l.lease, r); err != nil {
		return storeError{fmt.Errorf("keep receipt of case %s: %w", r.Case, err)}
	}
	return nil
}

// called counts a call of the sender and names the case in its error.
func (l *loop) called(kind, caseID string, err error) error {
	if err == nil {
		l.Metrics.call(kind, "ok")
		delete(l.rests, caseID)
		l.works()
		return nil
	}
	l.Metrics.call(kind, outcomeOf(err))
	return fmt.Errorf("%s message of case %s: %w", kind, caseID, err)
}
