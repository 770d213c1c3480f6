//go:build control_compare

package postgres

// Broken on purpose: positions move wherever they stand, and whoever's they are.
const (
	unmoved         = `true`
	nextSeq         = `w.seq`
	lockIdentifiers = ` FOR UPDATE`
	holdsDay        = true
	ticked          = lastRow
)
