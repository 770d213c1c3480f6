//go:build !control_compare && !control_key && !control_identity && !control_day && !control_tick

package postgres

// Rules of the protocol, as its statements have them. The builds control_compare, control_key, control_identity, control_day and
// control_tick lack one each; the tests of this package must find out.
const (
	unmoved         = `p.next = w.was AND p.epoch = w.epoch` // positions move from where they were read
	nextSeq         = asComputed                             // rows are appended where they were computed for
	lockIdentifiers = ` FOR UPDATE`                          // nobody changes a row between its check and its change
	holdsDay        = true                                   // a close looks when no step is under way
	ticked          = lastRow                                // an alarm goes if what was stepped was the customer's last row
)
