package consumer

import (
	"context"
	"fmt"

	"tocsin/alerts"
	"tocsin/state"
)

// Groups are the corporate groups of which two customers or more have a task that waits for a person, with those: the worst first. Who belongs
// together is what was known when the open day began. Names are those of now.
func (d *Desk) Groups(ctx context.Context) ([]alerts.GroupTask, error) {
	open, found, err := openDay(ctx, d.Store)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, ErrNoDay
	}
	rows, err := d.Store.Tasks(ctx)
	if err != nil {
		return nil, fmt.Errorf("tasks: %w", err)
	}
	all, err := d.groups(ctx, open, rows)
	if err != nil {
		return nil, err
	}
	return all, d.named(ctx, open, groupNames(all))
}

// groups are those of tasks.
func (d *Desk) groups(ctx context.Context, open state.Day, rows []state.TaskRow) ([]alerts.GroupTask, error) {
	book, err := readAffiliates(ctx, d.Store)
	if err != nil {
		return nil, err
	}
	return alerts.GroupTasks(rows, func(id state.CustomerID) state.CustomerID { return book.Top(id, open.Date) })
}

// groupNames is where the names of groups go.
type groupNames []alerts.GroupTask

// Named calls each with every customer of the groups, and where his name goes.
func (all groupNames) Named(each func(customer state.CustomerID, name *string)) {
	for i := range all {
		each(all[i].Parent, &all[i].Name)
		for j := range all[i].Members {
			m := &all[i].Members[j]
			each(m.Row.Customer, &m.Name)
		}
	}
}
