package consumer

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"tocsin/alerts"
	"tocsin/state"
)

// fewestSummed is from how many open cases on, of which nobody has seen a message, one summary is owed instead of their messages.
// Fewer are no flood, and each message says more than its line of a summary would.
const fewestSummed = 5

// withheldPage is how many withheld messages are read at once.
const withheldPage = 1000

// letGo lets go what was withheld, in one transaction, and returns how many cases had something. Where people have a message of a
// case already, it is edited, which wakes nobody. The other open cases are told of by one summary, or each by its own message where
// they are few. What the summary stands for is never sent: a case is posted when something of it changes.
//
// Its crash story: up to the transaction nothing has happened, and the next look finds the same. After it nothing is withheld, and
// the summary is owed like any message; whoever posts it and dies is read after. Of two instances one does it, for the other finds
// something else withheld than it has read.
func (r *Runner) letGo(ctx context.Context) (cases int, err error) {
	l := state.LettingGo{At: r.Now()}
	sum := &alerts.Summary{Seq: 1, Why: cmp.Or(r.why, alerts.WhyLate), To: r.day.Date, KnownAt: l.At}
	news := 0
	for after := ""; ; {
		page, err := r.Store.Withheld(ctx, after, withheldPage)
		if err != nil {
			return 0, fmt.Errorf("list them: %w", err)
		}
		if len(page) == 0 {
			break
		}
		for i := range page {
			w := &page[i]
			m, err := alerts.ParseCaseMessage(w.Body)
			if err != nil || w.Seen {
				l.Go = append(l.Go, w.Key()) // what cannot be read is the outbox's to tell
			} else {
				l.Settled = append(l.Settled, w.Key())
			}
			if err == nil {
				sum.Add(m, w.Seen)
			}
			if err == nil && !w.Seen && m.State == alerts.CaseOpen {
				news++
			}
		}
		after = page[len(page)-1].Case
	}
	cases = len(l.Go) + len(l.Settled)
	if news < fewestSummed {
		l.Go, l.Settled = append(l.Go, l.Settled...), nil
	} else {
		sum.SummaryID = alerts.SummaryID(l.Settled)
		l.Summary = rowOf(sum)
	}
	return cases, r.Store.Release(ctx, l)
}

// rowOf is a message of nobody in particular as the outbox keeps it.
func rowOf(m alerts.Message) *state.Message {
	key := m.Key()
	row := &state.Message{ID: fmt.Sprintf("%s/%d", key.Case, key.Seq), Case: key.Case, Seq: key.Seq, Body: m.AppendJSON(nil)}
	if w, is := m.(*alerts.Word); is {
		row.About = w.Customer
	}
	return row
}

// release lets go what is withheld, and says so. Where somebody else was first, or something was withheld meanwhile, there is another
// look.
func (r *Runner) release(ctx context.Context) {
	cases, err := r.letGo(ctx)
	switch {
	case errors.Is(err, state.ErrConflict):
		return
	case err != nil:
		r.Log.Error("withheld messages stay withheld", "error", err)
		return
	}
	r.withheld, r.why = false, ""
	if cases == 0 {
		return
	}
	r.Log.Info("caught up with the brokers: withheld messages go out", "cases", cases)
}

// reword takes those who are erased out of all summaries and digests, and what people have told of those who are erased now out of all words.
func (l *lane) reword(ctx context.Context, known *forgotten, gone []state.CustomerID) (*state.Rewording, error) {
	rows, err := l.store.Summaries(ctx)
	if err != nil {
		return nil, fmt.Errorf("summaries: %w", err)
	}
	anew := &state.Rewording{Known: len(rows)}
	words, err := l.store.Words(ctx, gone)
	if err != nil {
		return nil, fmt.Errorf("words: %w", err)
	}
	rows = append(rows, words...)
	for i := range rows {
		m, err := alerts.ParseMessage(rows[i].Body)
		if err != nil {
			return nil, fmt.Errorf("message %s: %w", rows[i].ID, err)
		}
		if named, is := m.(interface {
			Unname(as func(state.CustomerID) (state.CustomerID, bool)) bool
		}); is && named.Unname(known.has) {
			anew.Messages = append(anew.Messages, *rowOf(m))
		}
	}
	return anew, nil
}
