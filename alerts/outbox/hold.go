package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// held is what a pass has put off, to be kept at its end: see keepWaits.
type held struct {
	waits []state.Waiting
	tell  map[heldIn][]*alerts.CaseMessage // what is counted for the first time
}

// heldIn names a summary of what is put off: why, and in which channel.
type heldIn struct {
	why     int
	channel string
}

// exempt tells whether a message goes out whatever its owner has been told of: a critical one, and one with the gravest kind of news
// of a register.
func exempt(msg alerts.Message) bool {
	m, is := msg.(*alerts.CaseMessage)
	return !is || m.Severity == detectors.Critical || m.Grave()
}

// account is on whose budget a message goes: that of who reads it for the owner, or the channel's where nobody is named.
func account(msg alerts.Message, channel string) string {
	m, is := msg.(*alerts.CaseMessage)
	if !is {
		return ""
	}
	return cmp.Or(m.Task.Deputy, m.Task.Owner, "in "+channel)
}

// today is when the readers' day began and when the next one begins to be told of things.
func (l *loop) today() (began, next state.Instant) {
	zone := l.Zone
	if zone == nil {
		zone = time.UTC
	}
	day := l.Clock().Date(zone)
	next = (day + 1).Start(zone)
	if l.Awake != nil {
		next = l.Awake.Next(next)
	}
	return day.Start(zone), next
}

// holds puts off a message that would be new in a place, and tells whether it did: until a person lets it go, until the morning, until a flood is over, or until its
// owner or its customer has another day.
func (l *loop) holds(ctx context.Context, m *state.Message, p *place, msg alerts.Message) (bool, error) {
	of, is := msg.(*alerts.CaseMessage)
	if is && of.IsSystemic(l.systemic) {
		p.wait = state.Wait{Why: state.WaitHuman, Until: math.MaxInt64}
		return true, nil
	}
	if is && l.awaited > l.Clock() && of.RoseOn(l.open) {
		p.wait = state.Wait{Why: state.WaitQuiet, Until: l.awaited}
		return true, nil
	}
	if until := l.sleeps(msg); until != 0 {
		p.wait = state.Wait{Why: state.WaitQuiet, Until: until}
		return true, nil
	}
	if !is {
		return false, nil
	}
	if floods, err := l.floods(ctx, m, p); err != nil || floods {
		return floods, err
	}
	if exempt(msg) {
		return false, nil
	}
	if until, err := l.cools(ctx, m, of); err != nil {
		return false, err
	} else if until > l.Clock() {
		p.wait = state.Wait{Why: state.WaitCool, Until: until}
		return true, nil
	}
	began, next := l.today()
	who := account(msg, p.r.Channel)
	spent, err := l.spent(ctx, m, who, began)
	if err == nil && !spent {
		spent, err = l.enough(ctx, m, began)
	}
	if err != nil || !spent {
		return false, err
	}
	p.wait = state.Wait{Why: state.WaitBudget, Until: next, Who: who}
	return true, nil
}

// cools is until when a case is no news, since people were told of the like; 0: it is.
func (l *loop) cools(ctx context.Context, m *state.Message, of *alerts.CaseMessage) (state.Instant, error) {
	if l.Cool == 0 || m.Customer == "" {
		return 0, nil
	}
	rows, err := l.Store.ToldOf(ctx, m.Customer, m.Case, later(l.Clock(), -4*l.Cool), batch)
	if err != nil {
		return 0, storeError{fmt.Errorf("what was told of customer %s: %w", m.Customer, err)}
	}
	var told alerts.Told
	for i := range rows {
		if c, err := alerts.ParseCaseMessage(rows[i].Body); err == nil {
			told.Add(c)
		}
	}
	if !told.Knows(of) {
		return 0, nil
	}
	return later(told.Until, l.Cool), nil
}

// spent tells whether somebody has been told of as much today as the budget allows, besides this message.
func (l *loop) spent(ctx context.Context, m *state.Message, who string, today state.Instant) (bool, error) {
	if l.Budget == 0 {
		return false, nil
	}
	heard, err := l.heard(ctx, state.HeardOf{Since: today, Who: who, But: m.Key()})
	return heard >= l.Budget, err
}

// enough tells whether channels have heard as often of a customer today as they are to, besides this message.
func (l *loop) enough(ctx context.Context, m *state.Message, today state.Instant) (bool, error) {
	if m.Customer == "" {
		return false, nil
	}
	heard, err := l.heard(ctx, state.HeardOf{Since: today, Customer: m.Customer, But: m.Key()})
	return heard >= mostAloud, err
}

func (l *loop) heard(ctx context.Context, of state.HeardOf) (int, error) {
	heard, err := l.Store.HeardCount(ctx, of)
	if err != nil {
		return 0, storeError{fmt.Errorf("count what was heard: %w", err)}
	}
	return heard, nil
}

// hush takes from news that the whole channel is to hear of them, where it has heard enough of the customer today, or the owner of
// everything. Who follows the thread reads them all the same.
func (l *loop) hush(ctx context.Context, m *state.Message, n *alerts.News, msg alerts.Message, channel string) error {
	if !n.Aloud {
		return nil
	}
	began, _ := l.today()
	silent, err := l.enough(ctx, m, began)
	if err == nil && !silent && !exempt(msg) {
		silent, err = l.spent(ctx, m, account(msg, channel), began)
	}
	n.Aloud = !silent
	return err
}

// count has a case counted in a summary of what is put off.
func (l *loop) count(in heldIn, m *alerts.CaseMessage) {
	if l.held.tell == nil {
		l.held.tell = map[heldIn][]*alerts.CaseMessage{}
	}
	l.held.tell[in] = append(l.held.tell[in], m)
}

// putOff leaves a message for later in all places where nothing can be done now, and has it counted in each where it is so for the first
// time, or by a budget on another day.
func (l *loop) putOff(m *state.Message, places []place, msg alerts.Message) {
	all := state.Wait{Since: l.Clock(), In: slices.Clone(m.Wait.In)}
	began, _ := l.today()
	for i := range places {
		w, channel := &places[i].wait, places[i].r.Channel
		if w.Why == 0 {
			continue
		}
		all.Why = max(all.Why, w.Why)
		if all.Until == 0 || w.Until < all.Until {
			all.Until = w.Until
		}
		all.Who = cmp.Or(all.Who, w.Who)
		counts := (w.Why == state.WaitBudget || w.Why == state.WaitHuman) && m.Wait.Why != w.Why || w.Why == state.WaitBudget && m.Wait.Since < began
		if w.Why == state.WaitFlood && !slices.Contains(all.In, channel) {
			all.In, counts = append(all.In, channel), true
		}
		if of, is := msg.(*alerts.CaseMessage); is && counts {
			l.count(heldIn{w.Why, channel}, of)
		}
	}
	slices.Sort(all.In)
	if all.Why == state.WaitFlood && m.Wait.Why == state.WaitFlood {
		all.Since = m.Wait.Since // it has been counted as one that came in
	}
	l.held.waits = append(l.held.waits, state.Waiting{MessageKey: m.Key(), Wait: all})
}

// keepWaits stores what a pass has put off, with what tells of it. It fails with ErrLeased only; whatever else is in the way is looked
// at anew in the next pass.
func (l *loop) keepWaits(ctx context.Context) error {
	off := l.held
	l.held = held{}
	if len(off.waits) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	var tell []state.Message
	for in, of := range off.tell {
		sum, err := l.tells(ctx, in)
		if err != nil {
			l.reportStore(err)
			return nil
		}
		for _, m := range of {
			sum.Add(m, false)
			if in.why == state.WaitHuman {
				sum.Withhold(m, l.systemic)
			}
			sum.To = max(sum.To, m.At)
		}
		tell = append(tell, l.wording(sum))
	}
	err := l.Store.Postpone(ctx, l.lease, off.waits, tell)
	switch {
	case err == nil, errors.Is(err, state.ErrCaseGone), errors.Is(err, state.ErrConflict): // somebody was erased meanwhile
		return nil
	case errors.Is(err, state.ErrLeased):
		return state.ErrLeased
	}
	l.reportStore(storeError{err})
	return nil
}

// wording is a summary as it is owed now.
func (l *loop) wording(sum *alerts.Summary) state.Message {
	return state.Message{
		ID: fmt.Sprintf("%s/%d", sum.SummaryID, sum.Seq), Case: sum.SummaryID, Seq: sum.Seq, DueAt: l.Clock(), Body: sum.AppendJSON(nil),
	}
}

// tells is the summary of what is put off in a channel, in its next wording: of a budget that of the day, of a flood the one that goes on.
func (l *loop) tells(ctx context.Context, in heldIn) (*alerts.Summary, error) {
	now := l.Clock()
	began, _ := l.today()
	why, begins := alerts.WhyBudget, began
	switch in.why {
	case state.WaitFlood:
		why, begins = alerts.WhyFlood, now
	case state.WaitHuman:
		why = alerts.WhySystemic
	}
	last, found, err := l.Store.Last(ctx, alerts.NoticePrefix(why, in.channel))
	if err != nil {
		return nil, storeError{fmt.Errorf("last summary of what waits: %w", err)}
	}
	goes := found && last.Case == alerts.NoticeID(why, in.channel, begins)
	if found && in.why == state.WaitFlood {
		came, err := l.came(ctx, in.channel, state.WaitFlood)
		if err != nil {
			return nil, err
		}
		goes = came > 0
	}
	if goes {
		if sum, err := alerts.ParseSummary(last.Body); err == nil {
			sum.Seq, sum.KnownAt = last.Seq+1, now
			return sum, nil
		}
		begins++ // by a later program
	}
	return alerts.NewNotice(why, in.channel, begins, now), nil
}
