//go:build control_abandon

package consumer

import "tocsin/state"

const forgets = true

// parked is broken on purpose: a batch that could not be committed is abandoned, as if its records came again.
func (r *Runner) parked(b batch, cause error) error {
	if cause == nil {
		return nil
	}
	for _, a := range b.advances {
		r.in.settle(batch{advances: []state.Advance{a}})
		if p := r.in.partitions[Partition{a.Topic, a.Partition}]; p != nil {
			p.next = a.From
		}
	}
	return cause
}
