package consumer

import (
	"context"
	"fmt"
	"slices"

	"tocsin/state"
)

// deedsAtOnce is how many audit rows are searched together.
const deedsAtOnce = 500

// Deed is the newest row of the audit that tells of a request; found is false where none does, be it that its customer was erased. It
// searches from the end: who asks of a request that is long past waits for the whole audit.
func (d *Desk) Deed(ctx context.Context, request string) (row state.AuditRow, found bool, err error) {
	head, _, err := d.Store.AuditHead(ctx)
	if err != nil {
		return row, false, fmt.Errorf("audit: %w", err)
	}
	for end := head.Seq; end > 0; end -= deedsAtOnce {
		after := max(0, end-deedsAtOnce)
		rows, err := d.Store.Audit(ctx, after, int(end-after))
		if err != nil {
			return row, false, fmt.Errorf("audit: %w", err)
		}
		for i := range slices.Backward(rows) {
			if rows[i].Request == request {
				return rows[i], true, nil
			}
		}
	}
	return row, false, nil
}
