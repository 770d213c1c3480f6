//go:build control_tick

package postgres

// Broken on purpose: an alarm is ticked off blindly, whatever the customer's record was that its step has seen.
const (
	unmoved         = `p.next = w.was AND p.epoch = w.epoch`
	nextSeq         = asComputed
	lockIdentifiers = ` FOR UPDATE`
	holdsDay        = true
	ticked          = `true OR ` + lastRow
)
