//go:build !control_doubt

package outbox

import (
	"context"

	"tocsin/state"
)

// read looks for what an attempt may have posted, since shortly before it. The build control_doubt takes it not to be there; whoever kills a
// process between a post and its receipt must see it.
func read(ctx context.Context, sender Sender, caseID string, since state.Instant) (timestamp string, found bool, err error) {
	return sender.Find(ctx, caseID, since)
}

// readReply is the same of an entry in a thread.
func readReply(ctx context.Context, sender Threader, under string, of state.MessageKey, since state.Instant) (found bool, err error) {
	return sender.FindReply(ctx, under, of, since)
}

// readSaid is the same of what a person has told.
func readSaid(ctx context.Context, sender Threader, under, word string, since state.Instant) (id string, found bool, err error) {
	return sender.FindSaid(ctx, under, word, since)
}
