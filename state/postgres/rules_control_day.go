//go:build control_day

package postgres

// Broken on purpose: a close looks while steps are under way.
const (
	unmoved         = `p.next = w.was AND p.epoch = w.epoch`
	nextSeq         = asComputed
	lockIdentifiers = ` FOR UPDATE`
	holdsDay        = false
	ticked          = lastRow
)
