package alerts

import (
	"encoding/json"
	"fmt"

	"tocsin/state"
)

// Canary is a message to nobody. An outbox settles it where it would send another, and so shows how long one takes to get there: no sender
// ever gets it.
type Canary struct {
	Seq       int64
	Published state.Instant // the event that it is owed for
}

// CanaryCase is the id under which canaries are owed, where others have that of a case.
const CanaryCase = canaryKind

// The kind of a canary's body, and the version of its members, as of a summary's.
const (
	canaryKind    = "canary"
	canaryVersion = 1
)

// Key names the canary, of which there is one, and its state.
func (c *Canary) Key() state.MessageKey { return state.MessageKey{Case: CanaryCase, Seq: c.Seq} }

// Digest tells one canary from the next.
func (c *Canary) Digest() string { return fmt.Sprintf("%s %d", canaryKind, c.Seq) }

// AppendJSON appends the canary as the outbox keeps it.
func (c *Canary) AppendJSON(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "kind", canaryKind)
	b = appendNumberMember(b, "version", canaryVersion)
	b = appendNumberMember(b, "seq", c.Seq)
	return append(appendNumberMember(b, "published_ns", int64(c.Published)), '}')
}

// ParseCanary reads what AppendJSON wrote.
func ParseCanary(body []byte) (*Canary, error) {
	var w struct {
		Version   int   `json:"version"`
		Seq       int64 `json:"seq"`
		Published int64 `json:"published_ns"`
	}
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("canary: %w", err)
	}
	if w.Version != canaryVersion || w.Seq < 1 {
		return nil, fmt.Errorf("canary of version %d, state %d: %w", w.Version, w.Seq, errEncoding)
	}
	return &Canary{Seq: w.Seq, Published: state.Instant(w.Published)}, nil
}
