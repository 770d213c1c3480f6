//go:build control_identity

package postgres

// Broken on purpose: identifiers may change between their check and their change.
const (
	unmoved         = `p.next = w.was AND p.epoch = w.epoch`
	nextSeq         = asComputed
	lockIdentifiers = ``
	holdsDay        = true
	ticked          = lastRow
)
