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

// deliver brings one case's newest message before people in each channel where it has to stand, or settles it if there is nothing to
// tell. It may return without having done so because it is not the time yet. Only ErrLeased is the caller's to handle.
func (l *loop) deliver(ctx context.Context, m state.Message) error {
	msg, err := alerts.ParseMessage(m.Body)
	if err != nil {
		l.fail(ctx, spot{m.Case, ""}, m.Seq, unreadable{m.ID, err})
		return nil
	}
	if c, is := msg.(*alerts.Canary); is {
		return l.leased(ctx, m, l.through(ctx, m, c))
	}
	if w, is := msg.(*alerts.Word); is && !w.Alone() {
		return l.leased(ctx, m, l.say(ctx, m, w))
	}
	if c, is := msg.(*alerts.CaseMessage); is {
		if err := l.group(ctx, c); errors.Is(err, state.ErrLeased) {
			return err
		} else if err != nil {
			l.fail(ctx, spot{m.Case, ""}, m.Seq, err)
			return nil
		}
	}
	places, err := l.places(ctx, m.Case, msg)
	if err != nil {
		l.fail(ctx, spot{m.Case, ""}, m.Seq, err)
		return nil
	}
	todo := 0 // channels that do not show the message yet
	for i := range places {
		if !places[i].done(msg) {
			todo++
		}
	}
	if todo == 0 {
		return l.leased(ctx, m, l.settle(ctx, places[0].r, m, places[0].why(msg)))
	}
	round := round{m: m, todo: todo}
	for i := range places {
		p := &places[i]
		if p.done(msg) {
			continue
		}
		p.look(places)
		err := l.bring(ctx, &round, p, msg)
		if errors.Is(err, state.ErrLeased) {
			return err
		}
		if err != nil {
			l.fail(ctx, spot{m.Case, p.r.Channel}, m.Seq, err)
			round.tried = true
		}
	}
	l.leave(&round, places, msg)
	return nil
}

// leased hands on that the lease is gone, and takes care of any other error of a case.
func (l *loop) leased(ctx context.Context, m state.Message, err error) error {
	if err == nil || errors.Is(err, state.ErrLeased) {
		return err
	}
	l.fail(ctx, spot{m.Case, l.Channel}, m.Seq, err)
	return nil
}

// bring makes a channel show a message, or puts it off there.
func (l *loop) bring(ctx context.Context, round *round, p *place, msg alerts.Message) error {
	before := round.tried
	err := l.try(ctx, round, p, msg)
	if p.wait.Why != 0 {
		round.tried = before
	}
	return err
}

func (l *loop) try(ctx context.Context, round *round, p *place, msg alerts.Message) error {
	at, r, m := l.line(p.r.Channel), &p.r, round.m
	if l.rested(spot{m.Case, r.Channel}, m.Seq) {
		return nil
	}
	if r.Timestamp == "" && r.Attempt == 0 && !p.idle(msg) { // also while it is not its channel's turn: what floods that must not wait in line
		if holds, err := l.holds(ctx, &m, p, msg); err != nil || holds {
			return err
		}
	}
	if l.Wall() < at.until {
		return nil
	}
	round.tried = true
	if r.Attempt != 0 {
		if known, err := l.lookUp(ctx, at, r); err != nil || !known {
			return err
		}
		if r.Timestamp == "" && !p.idle(msg) {
			if holds, err := l.holds(ctx, &m, p, msg); err != nil || holds {
				return err
			}
		}
	}
	switch {
	case r.Timestamp == "" && p.idle(msg): // and no summary has named it
		round.todo--
		r.Attempt = 0
		if round.todo == 0 {
			return l.settle(ctx, *r, m, p.why(msg))
		}
		return l.keep(ctx, *r)
	case r.Timestamp == "":
		return l.post(ctx, round, p, msg)
	case same(r.Body, p.shows(msg)):
	default:
		if edited, err := l.edit(ctx, round, p, p.shows(msg)); err != nil || !edited {
			return err
		}
	}
	if p.to != nil || p.done(msg) {
		return nil // it goes on elsewhere, and may not be there yet
	}
	return l.tell(ctx, round, p, msg)
}

// lookUp ends the doubt about an attempt, if it is old enough: known tells whether it did. A message that is found becomes
// the receipt's; what it shows is not known, so it will be edited.
func (l *loop) lookUp(ctx context.Context, at *line, r *state.Receipt) (known bool, err error) {
	if ripe := later(r.Attempt, l.Pace.Doubt); l.Wall() < ripe {
		l.rests[spot{r.Case, r.Channel}] = rest{until: ripe}
		return false, nil
	}
	if !l.turn(at, l.edits) {
		return false, nil
	}
	timestamp, found, err := read(ctx, at.sender, r.Case, later(r.Attempt, -skew))
	if err = l.called("find", *r, err); err != nil {
		return false, err
	}
	if !found {
		return true, nil
	}
	r.Timestamp, r.Body, r.Attempt = timestamp, nil, 0
	return true, l.keep(ctx, *r)
}

// post makes the case's message appear, between the two writes of the crash story.
func (l *loop) post(ctx context.Context, round *round, p *place, msg alerts.Message) error {
	at, r := l.line(p.r.Channel), p.r
	if !l.turn(at, at.posts) {
		return nil
	}
	r.Attempt = l.Wall()
	heard := state.Heard{
		Channel: r.Channel, Seq: round.m.Seq, At: l.Clock(), Who: account(msg, r.Channel), Fresh: round.m.Wait.Why < state.WaitBudget,
	}
	if err := l.speak(ctx, r, heard); err != nil {
		return err
	}
	if err := l.mine(ctx); err != nil {
		return err // the attempt that was not made is a doubt, for whoever has the lease
	}
	timestamp, err := at.sender.Post(ctx, msg)
	if err = l.called("post", r, err); err != nil {
		if outcomeOf(err) == unknown {
			return err
		}
		r.Attempt, heard.At = 0, 0
		return errors.Join(err, l.speak(ctx, r, heard))
	}
	r.Timestamp, r.Attempt = timestamp, 0
	l.posted(at)
	if err = l.shown(ctx, round, p, r, msg); errors.Is(err, state.ErrLeased) {
		l.takeBack(ctx, at, r)
	}
	return err
}

// edit makes the posted message show the case as it is now. A message that somebody removed is forgotten, so that the next
// pass posts it anew.
func (l *loop) edit(ctx context.Context, round *round, p *place, msg alerts.Message) (edited bool, err error) {
	at, r := l.line(p.r.Channel), p.r
	if !l.turn(at, l.edits) {
		return false, nil
	}
	if len(r.Body) > 0 {
		r.Body = nil
		if err := l.keep(ctx, r); err != nil {
			return false, err
		}
		p.r = r
	}
	if err := l.mine(ctx); err != nil {
		return false, err
	}
	err = l.called("edit", r, at.sender.Edit(ctx, r.Timestamp, msg))
	if outcomeOf(err) == Gone {
		r.Timestamp = ""
		return false, errors.Join(err, l.keep(ctx, r))
	}
	if err != nil {
		return false, err
	}
	return true, l.shown(ctx, round, p, r, msg)
}

// shown keeps what people see now. If its customer was erased while the call was under way, it is taken back at once, for no
// receipt tells of it any more.
//
// The receipt settles the message where it is the last of its channels.
func (l *loop) shown(ctx context.Context, round *round, p *place, r state.Receipt, msg alerts.Message) error {
	posted, before := p.r.Timestamp == "", p.r.Seq
	if err := l.begin(ctx, p, posted, msg); err != nil && !errors.Is(err, state.ErrCaseGone) {
		return err
	}
	r.Body = msg.AppendJSON(nil)
	after := *p
	if after.r = r; round.todo == 1 && after.done(msg) {
		r.Seq = round.m.Seq
	}
	if sum, is := msg.(*alerts.Summary); is && sum.Channel == "" { // else what it names has a message of its own to come
		if err := l.named(ctx, sum); err != nil {
			return err // and the next one finds the summary, edits it and gets here again
		}
	}
	err := l.keep(ctx, r)
	if err == nil {
		p.r = r
		if p.done(msg) {
			round.todo--
		}
	}
	of, is := msg.(*alerts.CaseMessage)
	if is && err == nil && p.to == nil {
		l.Metrics.told(of, !posted || before != 0, round.m.Wait, l.Books, l.Clock())
	}
	if !is || !errors.Is(err, state.ErrCaseGone) {
		return err // a summary keeps its id, and has a new wording owed
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	return l.called("edit", r, l.line(r.Channel).sender.Edit(ctx, r.Timestamp, of.Nameless(r.Case, alerts.Erased)))
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

// through settles a canary, which has come as far as a message comes before it is sent.
func (l *loop) through(ctx context.Context, m state.Message, c *alerts.Canary) error {
	if err := l.keep(ctx, state.Receipt{Case: m.Case, Channel: l.Channel, Seq: m.Seq}); err != nil {
		return err
	}
	l.Metrics.through(c, l.Clock())
	return nil
}

// settle marks a message as done without sending it.
func (l *loop) settle(ctx context.Context, r state.Receipt, m state.Message, why string) error {
	r.Seq, r.Attempt = m.Seq, 0
	if err := l.keep(ctx, r); err != nil {
		return err
	}
	delete(l.rests, spot{m.Case, ""})
	delete(l.rests, spot{m.Case, r.Channel})
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

// speak stores a receipt as keep does, with what a channel hears.
func (l *loop) speak(ctx context.Context, r state.Receipt, h state.Heard) error {
	if h.Who == "" {
		return l.keep(ctx, r) // a summary is on nobody's budget
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	if err := l.Store.Speak(ctx, l.lease, r, h); err != nil {
		return storeError{fmt.Errorf("keep receipt of case %s: %w", r.Case, err)}
	}
	return nil
}

// called counts a call of the sender and names the case and its channel in its error.
func (l *loop) called(kind string, r state.Receipt, err error) error {
	if err == nil {
		l.Metrics.call(kind, "ok")
		delete(l.rests, spot{r.Case, ""})
		delete(l.rests, spot{r.Case, r.Channel})
		l.works(l.line(r.Channel))
		return nil
	}
	l.Metrics.call(kind, resultOf(err))
	return fmt.Errorf("%s message of case %s in %s: %w", kind, r.Case, r.Channel, err)
}
