package consumer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// lateNews is what an Escalator knows of the tasks that were late at once today. All of it follows from the audit, so whoever looks first
// makes it anew.
type lateNews struct {
	began  state.Instant // of the readers' day
	erased int           // customers by then: one more, and what is known may name him
	behind int64         // the last row of the audit that was looked at
	tasks  []lateRow     // in their order
	told   int           // of them, whose channels are told
}

// lateRow is a task that was late among many, as the audit has it.
type lateRow struct {
	seq      int64
	customer state.CustomerID
	task     string
}

const (
	auditAtOnce = 500         // rows that are read at once
	auditSlack  = time.Minute // by how much a row of the audit may be earlier than the one before it
)

// together owes each channel one line of the tasks that were late at once today, instead of one of each task: how many there are, and the
// most urgent. It is edited when more come. Its state is the row of the audit that came last, so it does not matter who looks, when, and
// how often.
func (e *Escalator) together(ctx context.Context, day state.Day) error {
	if e.Channels == nil {
		return nil
	}
	head, begun, err := e.Desk.Store.AuditHead(ctx)
	if err != nil || !begun {
		return err
	}
	if err := e.hear(ctx, head.Seq, day.Erased); err != nil {
		return fmt.Errorf("what was late today: %w", err)
	}
	if e.late.told == len(e.late.tasks) {
		return nil
	}
	sums, last, err := e.lines(ctx, day)
	if err != nil {
		return err
	}
	for _, channel := range slices.Sorted(maps.Keys(sums)) {
		err := e.owe(ctx, sums[channel], last[channel], day.Erased)
		if errors.Is(err, state.ErrConflict) { // somebody was erased meanwhile
			e.late = lateNews{}
			return nil
		}
		if err != nil {
			return fmt.Errorf("tell %s of late tasks: %w", channel, err)
		}
	}
	e.late.told = len(e.late.tasks)
	return nil
}

// hear reads on in the audit, up to its end.
func (e *Escalator) hear(ctx context.Context, end int64, erased int) error {
	zone := e.Zone
	if zone == nil {
		zone = time.UTC
	}
	began := e.Desk.Now().Date(zone).Start(zone)
	if l := &e.late; l.began != began || l.erased != erased {
		first, err := e.auditFrom(ctx, began-state.Instant(auditSlack), end)
		if err != nil {
			return err
		}
		*l = lateNews{began: began, erased: erased, behind: first}
	}
	for e.late.behind < end {
		rows, err := e.Desk.Store.Audit(ctx, e.late.behind, auditAtOnce)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		for i := range rows {
			e.late.add(&rows[i])
		}
	}
	return nil
}

// add notes a row, if it tells of a task that was late among many.
func (l *lateNews) add(row *state.AuditRow) {
	l.behind = row.Seq
	if row.At < l.began || row.Deed != alerts.Escalate.String() || row.Erased() {
		return
	}
	var body AuditBody
	if json.Unmarshal(row.Body, &body) != nil || body.Why.ReasonCode != alerts.AmongMany || body.Saw.Task == nil {
		return
	}
	l.tasks = append(l.tasks, lateRow{row.Seq, row.Customer, body.Saw.Task.ID})
}

// auditFrom is a row before all of an instant and later, by halves.
func (e *Escalator) auditFrom(ctx context.Context, from state.Instant, end int64) (int64, error) {
	low, high := int64(0), end
	for low < high {
		middle := low + (high-low)/2
		rows, err := e.Desk.Store.Audit(ctx, middle, 1)
		if err != nil {
			return 0, err
		}
		if len(rows) > 0 && rows[0].At < from {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, nil
}

// lines are what each channel is told, and the row of the audit that came last for it.
func (e *Escalator) lines(ctx context.Context, day state.Day) (sums map[string]*alerts.Summary, last map[string]int64, err error) {
	sums, last = map[string]*alerts.Summary{}, map[string]int64{}
	counted := map[string]bool{}
	for some := range slices.Chunk(e.late.tasks, auditAtOnce) {
		cases, err := e.casesOf(ctx, some)
		if err != nil {
			return nil, nil, err
		}
		for _, of := range some {
			m := cases[of.task]
			if m == nil || m.State != alerts.CaseOpen {
				continue
			}
			for _, channel := range e.Channels(m) {
				last[channel] = of.seq
				if counted[of.task] {
					continue
				}
				if sums[channel] == nil {
					sums[channel] = alerts.NewNotice(alerts.WhyLateTasks, channel, e.late.began, e.Desk.Now())
				}
				sums[channel].Add(m, false)
				sums[channel].To = day.Date
			}
			counted[of.task] = true
		}
	}
	return sums, last, nil
}

// casesOf are the cases of tasks as they stand.
func (e *Escalator) casesOf(ctx context.Context, of []lateRow) (map[string]*alerts.CaseMessage, error) {
	ids := make([]state.CustomerID, len(of))
	for i := range of {
		ids[i] = of[i].customer
	}
	slices.Sort(ids)
	rows, err := e.Desk.Store.CasesOf(ctx, slices.Compact(ids))
	if err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	cases := map[string]*alerts.CaseMessage{}
	for i := range rows {
		m, err := alerts.ParseCaseMessage(rows[i].Body)
		if err != nil {
			return nil, fmt.Errorf("case %s: %w", rows[i].Case, err)
		}
		if had := cases[m.Task.TaskID]; had == nil || had.KnownAt < m.KnownAt {
			cases[m.Task.TaskID] = m
		}
	}
	return cases, nil
}

// owe owes a channel its line as it stands after a row of the audit, unless it was owed before.
func (e *Escalator) owe(ctx context.Context, sum *alerts.Summary, after int64, erased int) error {
	newest, found, err := e.Desk.Store.Last(ctx, alerts.NoticePrefix(sum.Why, sum.Channel))
	if err != nil || found && newest.Case == sum.SummaryID && newest.Seq >= after {
		return err
	}
	sum.Seq = after
	_, err = e.Desk.Store.Owe(ctx, sum.KnownAt, *rowOf(sum), erased)
	return err
}
