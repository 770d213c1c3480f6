//go:build control_cache

package consumer

// forgets is broken on purpose: records in memory are trusted, whatever became of the store.
const forgets = false

func (r *Runner) parked(_ batch, cause error) error { return cause }
