package outbox

import (
	"context"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/state"
)

// mostKin is of how many cases of one group it is looked at in a pass what they say of it.
const mostKin = 50

// kin is what a turn knows of corporate groups: who belongs to them, and what the cases of each that this pass has met tell.
type kin struct {
	book   *state.Affiliates
	on     state.Date // the open day of the book; 0: there is none yet
	erased int        // how many customers were, as the book has them
	groups map[state.CustomerID]map[string]*alerts.CaseGroup
}

// group has a case tell of its corporate group, and owes those others again that say something else of it.
func (l *loop) group(ctx context.Context, m *alerts.CaseMessage) error {
	if l.kin.groups == nil {
		if err := l.readKin(ctx); err != nil {
			return err
		}
	}
	members := l.kin.book.Group(m.Customer, l.kin.on)
	if members == nil {
		return nil
	}
	told, known := l.kin.groups[members[0]]
	if !known {
		var err error
		if told, err = l.regroup(ctx, members); err != nil {
			return err
		}
		l.kin.groups[members[0]] = told
	}
	if m.State == alerts.CaseOpen {
		m.Group = told[m.CaseID]
	}
	return nil
}

// readKin reads, once in a pass, which day is open, and who belongs together where that may be another one.
func (l *loop) readKin(ctx context.Context) error {
	day, _, err := l.Store.Day(ctx)
	if err != nil {
		return storeError{fmt.Errorf("which day is open: %w", err)}
	}
	if day.Date != l.kin.on || day.Erased != l.kin.erased {
		rows, err := l.Store.Affiliates(ctx)
		if err != nil {
			return storeError{fmt.Errorf("corporate groups: %w", err)}
		}
		l.kin = kin{book: (*state.Affiliates)(nil).With(rows), on: day.Date, erased: day.Erased}
	}
	l.kin.groups = map[state.CustomerID]map[string]*alerts.CaseGroup{}
	return nil
}

// regroup looks up what the cases of a group tell of it, and owes those again of which people have a message that says something else.
func (l *loop) regroup(ctx context.Context, members []state.CustomerID) (map[string]*alerts.CaseGroup, error) {
	rows, err := l.Store.CasesOf(ctx, members)
	if err != nil {
		return nil, storeError{fmt.Errorf("cases of a group: %w", err)}
	}
	var cases []*alerts.CaseMessage
	for i := range rows {
		if m, err := alerts.ParseCaseMessage(rows[i].Body); err == nil && m.State == alerts.CaseOpen {
			cases = append(cases, m)
		}
	}
	alerts.Grouped(cases)
	told := map[string]*alerts.CaseGroup{}
	for _, m := range cases {
		told[m.CaseID] = m.Group
	}
	var again []string
	for _, m := range cases[:min(len(cases), mostKin)] {
		if slices.ContainsFunc(l.owed, func(o state.Message) bool { return o.Case == m.CaseID }) {
			continue
		}
		receipts, err := l.Store.Receipts(ctx, m.CaseID)
		if err != nil {
			return nil, storeError{fmt.Errorf("receipts of case %s: %w", m.CaseID, err)}
		}
		if slices.ContainsFunc(receipts, func(r state.Receipt) bool { return outdated(&r, m) }) {
			again = append(again, m.CaseID)
		}
	}
	if len(again) == 0 {
		return told, nil
	}
	if err := l.Store.Again(ctx, l.lease, l.Clock(), again); err != nil {
		return nil, err
	}
	return told, nil
}

// outdated tells whether a message of a case that stands in a channel says of the group what it would not say now.
func outdated(r *state.Receipt, m *alerts.CaseMessage) bool {
	shown, err := alerts.ParseCaseMessage(r.Body)
	return r.Timestamp != "" && err == nil && len(shown.MovedTo) == 0 && !shown.Group.Same(m.Group)
}
