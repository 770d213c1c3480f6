//go:build control_key

package postgres

// Broken on purpose: rows go behind what is there, whatever they were computed from.
const (
	unmoved         = `p.next = w.was AND p.epoch = w.epoch`
	nextSeq         = `w.seq + greatest(0, 1 - w.seq + (SELECT coalesce(max(j.seq), 0) FROM journal AS j WHERE j.customer = w.customer COLLATE "C"))`
	lockIdentifiers = ` FOR UPDATE`
	holdsDay        = true
	ticked          = lastRow
)
