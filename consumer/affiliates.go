package consumer

import (
	"context"
	"fmt"

	"tocsin/detectors"
	"tocsin/state"
)

// Who pays for a customer may be his parent, a sister or a daughter. Their names are their own facts, and a step reads one record. So each
// commit that takes in a profile leaves a row of whom it names as the parent, and of a digest of the name; the rows that are known when a
// day closes are in force from the next one on, whoever came first, and whose group turns with it is judged on it.
//
// # Why
//
// A list of each day, as of core customers, would be one of all groups for every day on which any of them changes, and somebody would have
// to look at all of their records to make it. Handing names to all relatives, as estates are handed to heirs, costs a group of a thousand
// a million rows.

// affiliate adds what a step that has appended a journal row tells of the customer's group.
func (w rows) affiliate(c *state.Commit, g *group) {
	for i := range g.events {
		if g.events[i].Kind != state.KindProfile || g.events[i].Customer != g.customer {
			continue
		}
		if o := g.effects.Outcomes[i]; o != state.Accepted && o != state.ConflictWon {
			continue
		}
		if row, known := g.kept.record.Customer.Affiliate(w.day.Date, detectors.NameDigest); known {
			row.Seq = g.kept.record.Seq
			c.Affiliates = append(c.Affiliates, row)
		}
		return
	}
}

// readAffiliates is the book of all corporate groups that a store knows of.
func readAffiliates(ctx context.Context, store state.Store) (*state.Affiliates, error) {
	rows, err := store.Affiliates(ctx)
	if err != nil {
		return nil, fmt.Errorf("corporate groups: %w", err)
	}
	return (*state.Affiliates)(nil).With(rows), nil
}

// turned are those whose group is another one on the day after the open one. It is asked behind the figures: had a profile come in
// since, the store would refuse the close.
func (r *Runner) turned(ctx context.Context) ([]state.CustomerID, error) {
	all, err := readAffiliates(ctx, r.Store)
	if err != nil {
		return nil, err
	}
	return all.Turned(r.day.Date + 1), nil
}

// affiliatesFor are the corporate groups as a lane reads them that folds under other names.
func (l *lane) affiliatesFor(day *state.Day) *state.Affiliates {
	if len(l.renamed) == 0 {
		return day.Affiliates
	}
	if l.grouped != day.Affiliates || l.regrouped == nil {
		l.grouped, l.regrouped = day.Affiliates, day.Affiliates.Renamed(l.renamed)
	}
	return l.regrouped
}
