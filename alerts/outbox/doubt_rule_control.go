//go:build control_doubt

package outbox

import (
	"context"

	"tocsin/state"
)

// read is broken on purpose: what nobody knows to be there is taken not to be.
func read(context.Context, Sender, string, state.Instant) (timestamp string, found bool, err error) {
	return "", false, nil
}

// readReply is broken in the same way.
func readReply(context.Context, Threader, string, state.MessageKey, state.Instant) (found bool, err error) {
	return false, nil
}

// readSaid is broken in the same way.
func readSaid(context.Context, Threader, string, string, state.Instant) (id string, found bool, err error) {
	return "", false, nil
}
