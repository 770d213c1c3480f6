//go:build control_compare

package postgres

// Broken on purpose: positions move wherever they stand, and whoever's they are.
const (
	unmoved         = `true`
	nextSeq         = asComputed
	lockIdentifiers = ` FOR UPDATE`
	holdsDay        = true
	ticked          = lastRow
)
