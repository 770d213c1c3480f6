package consumer

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"tocsin/state"
)

// looked is what a look at a customer has found.
type looked struct {
	rows     int
	snapshot bool           // there is one
	same     bool           // and it is the fold of the whole journal already
	fold     state.Snapshot // of the whole journal; without a body where the journal gives no record
	faults   []string
}

// look folds a customer's journal from its first row.
func (p *rebuilding) look(ctx context.Context, h *state.History) (f looked, err error) {
	rows := h.Rows
	if f.snapshot = h.Snapshot != nil; f.snapshot {
		if rows, err = p.Store.Rows(ctx, h.Customer); err != nil {
			return f, fmt.Errorf("journal of customer %s: %w", h.Customer, err)
		}
	}
	f.rows = len(rows)
	whole := state.History{Customer: h.Customer, Rows: rows}
	if gap := whole.Check(); gap != nil {
		f.faults = append(f.faults, gap.Error())
		return f, nil
	}
	if last := uint64(len(rows)); h.SnapshotSeq > last {
		f.faults = append(f.faults, fmt.Sprintf("the journal ends with row %d, and the snapshot is of row %d", last, h.SnapshotSeq))
		return f, nil
	}
	rec := &state.Record{Customer: state.NewCustomer(h.Customer)}
	for i := range rows {
		if _, err := p.lane.replay(ctx, p.day, rec, &rows[i]); errors.Is(err, state.ErrCorrupt) {
			f.faults = append(f.faults, fmt.Sprintf("journal row %d: %v", rows[i].Seq, err))
			return f, nil
		} else if err != nil {
			return f, fmt.Errorf("journal row %d of customer %s: %w", rows[i].Seq, h.Customer, err)
		}
		if f.snapshot && rows[i].Seq == h.SnapshotSeq {
			if f.faults, err = compareSnapshot(rec, h.Snapshot); err != nil {
				return f, fmt.Errorf("customer %s: %w", h.Customer, err)
			}
		}
	}
	f.fold = state.Snapshot{Customer: h.Customer, Seq: rec.Seq, Body: state.AppendSnapshot(nil, rec)}
	f.same = h.SnapshotSeq == rec.Seq && bytes.Equal(h.Snapshot, f.fold.Body)
	return f, nil
}

// compareSnapshot tells in what a snapshot is not the record that its journal folds to. One that an earlier version wrote is the same
// record in other bytes.
func compareSnapshot(rec *state.Record, snapshot []byte) ([]string, error) {
	fold := state.AppendSnapshot(nil, rec)
	if bytes.Equal(fold, snapshot) {
		return nil, nil
	}
	kept, err := state.DecodeSnapshot(snapshot)
	switch {
	case errors.Is(err, state.ErrNewerVersion):
		return nil, err
	case err != nil:
		return []string{err.Error()}, nil
	}
	faults := state.Differences(rec, kept)
	for i := range faults {
		faults[i] = "snapshot: " + faults[i]
	}
	return faults, nil
}
