//go:build !control_abandon && !control_cache

package consumer

// forgets tells that records in memory are given up where the store may not have them.
const forgets = true

// parked leaves a batch that could not be committed where it waits: its records are not polled again. The build control_abandon
// drops it, and control_cache trusts what is in memory; tests must catch both.
func (r *Runner) parked(_ batch, cause error) error { return cause }
