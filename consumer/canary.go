package consumer

import (
	"fmt"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// Canary is the customer whom Tocsin sends events to itself about, so that metrics tell when one has last come through: from the broker
// into a commit, and by the outbox to where a message would be sent.
//
// # How it is kept apart
//
// Its events come on a topic of their own and are not counted with those of publishers. They are notes without a sign, which raise
// nothing: it has no alert, case or task, and so no record on any topic that Tocsin writes. It has no document and no profile: it shares
// nothing with another customer, neither an identifier nor a group nor a rate, and is nobody's peer. It is not [Listed]: no figure counts
// it, no list, digest or record has it. What is owed for it is an [alerts.Canary], which no sender gets. So each other customer's record,
// and what is told of him, are what they are without it, and a backtest of the publishers' events has to give the same.
//
// Each event is a revision of one note: the customer's record does not grow. His journal does, by a row each time.
const Canary state.CustomerID = "tocsin:canary"

// CanaryEvent is the event published at an instant: its key, and its value as the contract has it. Of two the later one is the higher
// revision, to the millisecond.
func CanaryEvent(now state.Instant) (key string, value []byte) {
	at := time.Unix(0, int64(now)).UTC()
	return string(Canary), fmt.Appendf(nil, `{"specversion":"1.0","id":"canary/%[1]d","source":"urn:tocsin:canary","type":"tocsin.note.added.v1","subject":%[2]q,`+
		`"time":%[3]q,"data":{"customer_id":%[2]q,"revision":%[1]d,"note_id":"canary","note_date":%[4]q,"text":%[3]q}}`,
		at.UnixMilli(), Canary, at.Format(time.RFC3339Nano), at.Format(time.DateOnly))
}

// canaries are the messages owed for the canary's steps.
func (r *Runner) canaries(work []*group) (owed []state.Message) {
	if !r.Canary {
		return nil
	}
	for _, g := range work {
		if g.customer != Canary || g.waits || !g.effects.Changed || len(g.events) == 0 {
			continue
		}
		m := alerts.Canary{Seq: int64(g.kept.record.Seq), Published: g.published()}
		key := m.Key()
		owed = append(owed, state.Message{ID: fmt.Sprintf("%s/%d", key.Case, key.Seq), Case: key.Case, Seq: key.Seq, DueAt: r.Now(), Body: m.AppendJSON(nil)})
	}
	return owed
}

// published is when the youngest of the group's events was, by its own word.
func (g *group) published() (at state.Instant) {
	for i := range g.events {
		at = max(at, g.events[i].Time)
	}
	return at
}
