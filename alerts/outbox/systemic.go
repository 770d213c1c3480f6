package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/state"
)

// readSystemic reads which day is open and what nobody has let go. What was let go since the last look is not put off any more, and what
// waits for a close waits no longer than for that. The day is read first: a close writes what is systemic with the next one.
func (l *loop) readSystemic(ctx context.Context) error {
	if err := l.readDay(ctx); err != nil {
		return err
	}
	all, err := l.Store.Systemic(ctx)
	if err != nil {
		return storeError{fmt.Errorf("what is systemic: %w", err)}
	}
	withheld := slices.DeleteFunc(slices.Clone(all), func(y state.Systemic) bool { return !y.Withheld() })
	if slices.ContainsFunc(l.systemic, func(y state.Systemic) bool { return !slices.Contains(withheld, y) }) {
		l.amended = false
		if err := l.Store.Recall(ctx, l.lease, state.WaitsOf{Why: state.WaitHuman}, 1<<30); err != nil {
			return err
		}
	}
	l.systemic = withheld
	return l.amend(ctx, all)
}

// amend owes the messages anew that tell of what is systemic, and do not say yet who has let it go. It is done when it finds none: an erasure
// that comes in between words them as it has read them.
func (l *loop) amend(ctx context.Context, all []state.Systemic) error {
	if l.amended {
		return nil
	}
	var tell []state.Message
	if slices.ContainsFunc(all, func(y state.Systemic) bool { return !y.Withheld() }) {
		kept, err := l.Store.Summaries(ctx)
		if err != nil {
			return storeError{fmt.Errorf("what tells of what is systemic: %w", err)}
		}
		for i := range kept {
			msg, err := alerts.ParseMessage(kept[i].Body)
			if sum, is := msg.(*alerts.Summary); err == nil && is && sum.Amend(all, l.Clock()) {
				tell = append(tell, l.wording(sum))
			}
		}
	}
	if l.amended = len(tell) == 0; l.amended {
		return nil
	}
	if err := l.Store.Postpone(ctx, l.lease, nil, tell); err != nil && !errors.Is(err, state.ErrConflict) { // or it is worded by somebody else meanwhile
		return err
	}
	return nil
}

// readDay reads which day of the ledger is open, and whether its close is waited for. One that is not over is not asked for again.
func (l *loop) readDay(ctx context.Context) error {
	if l.Closes == 0 || l.Books == nil || l.open != 0 && l.Clock() < (l.open+1).Start(l.Books) {
		return nil
	}
	day, found, err := l.Store.Day(ctx)
	if err != nil {
		return storeError{fmt.Errorf("which day is open: %w", err)}
	}
	if !found {
		return nil
	}
	waited := l.awaited != 0 && day.Date != l.open
	if day.Date != l.open {
		l.open, l.awaited = day.Date, 0
	}
	if now := l.Clock(); l.awaited == 0 && now >= (day.Date+1).Start(l.Books) {
		l.awaited = later(now, l.Closes)
	}
	if !waited {
		return nil
	}
	return l.Store.Recall(ctx, l.lease, state.WaitsOf{Why: state.WaitQuiet}, 1<<30)
}
