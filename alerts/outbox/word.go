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

// How long what a person has told is left alone while the message of its case is not there: a quarter of its age, within these.
const (
	soonestWord = time.Second
	latestWord  = 5 * time.Minute
)

// hearing is a thread in which a word has to stand.
type hearing struct {
	r     state.Receipt // of the word
	under string        // the message whose thread it is
}

// done tells whether a thread shows a word as it is, or need not.
func (h *hearing) done(w *alerts.Word) bool {
	if h.r.Attempt != 0 {
		return false
	}
	return h.r.Timestamp == "" && w.Gone || h.r.Timestamp != "" && same(h.r.Body, w)
}

// say brings what a person has told into the threads of its case. It is a message of its own, with a receipt for each channel, so its crash
// story is that of any other.
func (l *loop) say(ctx context.Context, m state.Message, w *alerts.Word) error {
	hears, missing, err := l.hearings(ctx, m.Case, w)
	if err != nil {
		return err
	}
	last := state.Receipt{Case: m.Case, Channel: l.Channel}
	if len(hears) > 0 {
		last = hears[0].r
	}
	hears = slices.DeleteFunc(hears, func(h hearing) bool { return h.done(w) })
	if len(hears) == 0 && !missing {
		return l.settle(ctx, last, m, unchanged)
	}
	if until := l.sleeps(w); until != 0 {
		l.held.waits = append(l.held.waits, state.Waiting{MessageKey: m.Key(), Wait: state.Wait{Why: state.WaitQuiet, Since: l.Clock(), Until: until}})
		return nil
	}
	left := len(hears)
	for i := range hears {
		h := &hears[i]
		if l.rested(spot{m.Case, h.r.Channel}, m.Seq) || l.Wall() < l.line(h.r.Channel).until {
			continue
		}
		err := l.sayIn(ctx, w, h)
		if errors.Is(err, state.ErrLeased) {
			return err
		}
		if err != nil {
			l.fail(ctx, spot{m.Case, h.r.Channel}, m.Seq, err)
			continue
		}
		if h.done(w) {
			left--
		}
	}
	switch {
	case left > 0:
		return nil
	case missing:
		age := time.Duration(l.Clock() - w.At)
		l.rests[spot{m.Case, ""}] = rest{until: later(l.Wall(), min(max(age/4, soonestWord), latestWord))}
		return nil
	}
	return l.settle(ctx, hears[0].r, m, unchanged)
}

// hearings are the threads in which a word has to stand: in each channel in which its case does, or has stood until it closed. Missing
// tells that the case's message is still to come in some channel. A word whose customer is erased stands where it was told.
func (l *loop) hearings(ctx context.Context, id string, w *alerts.Word) (all []hearing, missing bool, err error) {
	own, err := l.Store.Receipts(ctx, id)
	if err != nil {
		return nil, false, storeError{fmt.Errorf("receipts of %s: %w", id, err)}
	}
	receipt := func(channel string) state.Receipt {
		if i := slices.IndexFunc(own, func(r state.Receipt) bool { return r.Channel == channel }); i >= 0 {
			return own[i]
		}
		return state.Receipt{Case: id, Channel: channel}
	}
	newest, found, err := l.Store.Case(ctx, w.CaseID)
	if err != nil {
		return nil, false, storeError{fmt.Errorf("case %s: %w", w.CaseID, err)}
	}
	msg, unreadable := alerts.ParseMessage(newest.Body)
	if !found || unreadable != nil || w.Gone {
		heads, err := l.Store.Receipts(ctx, w.CaseID)
		if err != nil {
			return nil, false, storeError{fmt.Errorf("receipts of case %s: %w", w.CaseID, err)}
		}
		for _, r := range own {
			i := slices.IndexFunc(heads, func(head state.Receipt) bool { return head.Channel == r.Channel && head.Timestamp != "" })
			switch {
			case r.Attempt != 0 && i >= 0:
				all = append(all, hearing{r, heads[i].Timestamp})
			case r.Timestamp != "":
				all = append(all, hearing{r: r})
			}
		}
		return all, false, nil
	}
	places, err := l.places(ctx, w.CaseID, msg)
	if err != nil {
		return nil, false, err
	}
	for i := range places {
		p := &places[i]
		switch {
		case !p.threads || p.to != nil:
		case p.r.Timestamp != "":
			all = append(all, hearing{receipt(p.r.Channel), p.r.Timestamp})
		case !closed(msg):
			missing = true
		}
	}
	return all, missing, nil
}

// sayIn makes one thread show a word.
func (l *loop) sayIn(ctx context.Context, w *alerts.Word, h *hearing) error {
	at := l.line(h.r.Channel)
	sender := at.sender.(Threader)
	if h.r.Attempt != 0 {
		if known, err := l.lookUpWord(ctx, at, sender, h, w); err != nil || !known {
			return err
		}
	}
	switch {
	case h.r.Timestamp != "":
		return l.resay(ctx, at, h, w)
	case w.Gone || !l.turn(at, at.posts):
		return nil
	}
	r := h.r
	r.Attempt = l.Wall()
	if err := l.keep(ctx, r); err != nil {
		return err
	}
	if err := l.mine(ctx); err != nil {
		return err
	}
	id, err := sender.Say(ctx, h.under, w)
	if err = l.called("reply", r, err); err != nil {
		if outcomeOf(err) == unknown {
			return err
		}
		r.Attempt = 0
		return errors.Join(err, l.keep(ctx, r))
	}
	r.Timestamp, r.Attempt, r.Body = id, 0, w.AppendJSON(nil)
	return l.kept(ctx, h, r)
}

// resay makes an entry show a word as it is now.
func (l *loop) resay(ctx context.Context, at *line, h *hearing, w *alerts.Word) error {
	if h.done(w) || !l.turn(at, l.edits) {
		return nil
	}
	if err := l.mine(ctx); err != nil {
		return err
	}
	r := h.r
	err := l.called("edit", r, at.sender.Edit(ctx, r.Timestamp, w))
	if err != nil && outcomeOf(err) != Gone { // what somebody has taken away says nothing any more
		return err
	}
	r.Body = w.AppendJSON(nil)
	return l.kept(ctx, h, r)
}

// lookUpWord ends the doubt about an entry, if it is old enough: known tells whether it did.
func (l *loop) lookUpWord(ctx context.Context, at *line, sender Threader, h *hearing, w *alerts.Word) (known bool, err error) {
	if ripe := later(h.r.Attempt, l.Pace.Doubt); l.Wall() < ripe {
		l.rests[spot{h.r.Case, h.r.Channel}] = rest{until: ripe}
		return false, nil
	}
	if !l.turn(at, l.edits) {
		return false, nil
	}
	id, found, err := readSaid(ctx, sender, h.under, w.WordID, later(h.r.Attempt, -skew))
	if err = l.called("find", h.r, err); err != nil {
		return false, err
	}
	r := h.r
	if r.Attempt = 0; found {
		r.Timestamp = id // which state it shows is not known, so it will be edited
	}
	return true, l.kept(ctx, h, r)
}

// kept stores where a word stands in a thread.
func (l *loop) kept(ctx context.Context, h *hearing, r state.Receipt) error {
	if err := l.keep(ctx, r); err != nil {
		return err
	}
	h.r = r
	return nil
}
