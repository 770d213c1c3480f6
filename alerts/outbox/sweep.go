package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// Sweeper is a Sender that can list what its channel shows, and remove what it has posted itself.
type Sweeper interface {
	// Standing are the messages of cases and summaries posted since an instant, newest first; not all, if they are very many.
	Standing(ctx context.Context, since state.Instant) ([]alerts.Posted, error)
	// Remove takes a message away.
	Remove(ctx context.Context, timestamp string) error
}

// foreign is how much older than its case's own message one is that this store did not have posted: another store sends to the channel.
const foreign = 10 * time.Minute

// firstLook is how far back a channel is listed that was not yet.
const firstLook = time.Hour

// double is a message of which no receipt tells, though one tells of another of its case.
type double struct {
	alerts.Posted
	beside bool // the other one was seen in the same list
}

// sweeping is what is remembered of looking for doubles in a channel.
type sweeping struct {
	next    state.Instant // when to look again
	posted  state.Instant // the last post
	until   state.Instant // up to which was looked; zero: never
	doubles []double      // found, and not yet removed
}

// posted has a channel looked at some time after a post.
func (l *loop) posted(at *line) {
	at.sweep.posted = l.Wall()
	at.sweep.next = min(at.sweep.next, later(at.sweep.posted, l.Pace.Sweep))
}

// sweep looks for doubles in one channel whose turn it is, or removes one that was found. What fails is tried again later, and keeps
// nobody waiting. It fails with ErrLeased only.
func (l *loop) sweep(ctx context.Context) error {
	if l.Pace.Sweep <= 0 || ctx.Err() != nil {
		return nil
	}
	l.line(l.Channel)
	for channel, at := range l.lines {
		sender, can := at.sender.(Sweeper)
		if !can || at.failures > 0 && l.Wall() < at.until || l.Wall() < at.sweep.next && len(at.sweep.doubles) == 0 {
			continue
		}
		if !l.turn(at, l.edits) {
			return nil
		}
		err := l.sweepOne(ctx, channel, at, sender)
		if errors.Is(err, state.ErrLeased) {
			return err
		}
		if err != nil {
			l.unswept(at, err)
		}
		return nil
	}
	return nil
}

// sweepOne removes the first double that a channel is known to have, or looks for some.
func (l *loop) sweepOne(ctx context.Context, channel string, at *line, sender Sweeper) error {
	if s := &at.sweep; len(s.doubles) > 0 {
		if err := l.remove(ctx, channel, at, sender, s.doubles[0]); err != nil {
			return err
		}
		s.doubles = s.doubles[1:]
		return nil
	}
	now, since := l.Wall(), later(l.Wall(), -firstLook)
	if at.sweep.until > 0 {
		since = later(at.sweep.until, -l.Pace.Sweep-l.Pace.Doubt-skew)
	}
	all, err := sender.Standing(ctx, since)
	if err = l.called("list", state.Receipt{Channel: channel}, err); err != nil {
		return err
	}
	for _, p := range all {
		known, err := l.known(ctx, channel, p)
		if err != nil {
			return err
		}
		if known == "" {
			continue
		}
		own := slices.IndexFunc(all, func(o alerts.Posted) bool { return o.ID == known })
		if own < 0 || p.At >= later(all[own].At, -foreign) {
			at.sweep.doubles = append(at.sweep.doubles, double{p, own >= 0})
		}
	}
	at.sweep.until, at.sweep.next = now, later(now, l.Pace.Resweep)
	if soon := later(at.sweep.posted, l.Pace.Sweep); soon > now {
		at.sweep.next = soon
	}
	return nil
}

// known is the message that a case has in a channel beside one of which no receipt tells; empty: there is none, or nobody can tell yet.
func (l *loop) known(ctx context.Context, channel string, p alerts.Posted) (timestamp string, err error) {
	r, err := l.beside(ctx, channel, p)
	return r.Timestamp, err
}

// beside is the receipt of that message.
func (l *loop) beside(ctx context.Context, channel string, p alerts.Posted) (state.Receipt, error) {
	all, err := l.Store.Receipts(ctx, p.Of)
	if err != nil {
		return state.Receipt{}, storeError{fmt.Errorf("receipts of case %s: %w", p.Of, err)}
	}
	if slices.ContainsFunc(all, func(r state.Receipt) bool { return r.Timestamp == p.ID }) {
		return state.Receipt{}, nil
	}
	i := slices.IndexFunc(all, func(r state.Receipt) bool { return r.Channel == channel && r.Timestamp != "" && r.Attempt == 0 })
	if i < 0 {
		return state.Receipt{}, nil
	}
	return all[i], nil
}

// remove takes a double away, if it is still one and the message that is no double can be seen. If that one is gone, the double takes its place.
// One under which people have written stays, and says where the case goes on.
func (l *loop) remove(ctx context.Context, channel string, at *line, sender Sweeper, d double) error {
	r, err := l.beside(ctx, channel, d.Posted)
	if err != nil || r.Timestamp == "" {
		return err
	}
	if err := l.mine(ctx); err != nil {
		return err
	}
	msg, unreadable := alerts.ParseMessage(r.Body)
	if !d.beside || d.Answered {
		if unreadable != nil {
			return nil // it is about to be edited: the next sweep finds the double again
		}
	}
	if !d.beside {
		err := l.called("edit", r, at.sender.Edit(ctx, r.Timestamp, msg)) // shows nothing new, but fails if it is gone
		if outcomeOf(err) == Gone {
			if err := l.called("edit", r, at.sender.Edit(ctx, d.ID, msg)); err != nil {
				return err
			}
			r.Timestamp = d.ID
			return l.keep(ctx, r)
		}
		if err != nil {
			return err
		}
	}
	of, is := msg.(*alerts.CaseMessage)
	switch {
	case !d.Answered:
		err = l.called("remove", r, sender.Remove(ctx, d.ID))
	case is:
		moved := *of
		moved.MovedTo = []string{channel}
		err = l.called("edit", r, at.sender.Edit(ctx, d.ID, &moved))
	}
	if outcomeOf(err) == Gone {
		return nil
	}
	return err
}

// takeBack removes what was posted when the lease was gone already, if its case has another message by now. It is the sweep's matter else.
func (l *loop) takeBack(ctx context.Context, at *line, r state.Receipt) {
	sender, can := at.sender.(Sweeper)
	if !can {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*keepTime)
	defer cancel()
	if known, err := l.known(ctx, r.Channel, alerts.Posted{Of: r.Case, ID: r.Timestamp}); err != nil || known == "" {
		return
	}
	_ = l.called("remove", r, sender.Remove(ctx, r.Timestamp)) // counted; who has the lease sweeps
}

// unswept decides when to look again after a failure. A double that cannot be removed is found again then.
func (l *loop) unswept(at *line, err error) {
	now := l.Wall()
	at.sweep.doubles = nil
	switch outcomeOf(err) {
	case Busy:
		at.until = later(now, max(askedBy(err), l.Pace.Backoff))
		at.sweep.next = at.until
	case Refused, Unfit:
		at.sweep.next = later(now, l.Pace.Resweep)
	default:
		at.sweep.next = later(now, l.Pace.Sweep)
	}
}
