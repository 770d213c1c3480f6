package state

import (
	"context"
	"errors"
)

// Gaps are what partitions stand before and cannot read. Nothing skips one by itself: that no payment came would be concluded from a
// hole. A person accepts it, and the partition goes on where he says.
type Gaps interface {
	// KeepGap notes a gap, as open. A partition has one open gap at most: one that it meets again while it stands where it stood keeps
	// when it was met first; one that it was past is replaced.
	KeepGap(ctx context.Context, g Gap) error
	// Gaps lists all, accepted ones too, by topic, partition and the order in which they were met.
	Gaps(ctx context.Context) ([]Gap, error)
	// AcceptGap closes the open gap of a partition and moves its position to a.To, both or none. The epoch stays: whoever owns the
	// partition goes on from there. It fails with ErrNoGap where no gap is open, so a repeat changes nothing, and with ErrFenced where
	// the partition does not stand before the gap: what was read before it is not applied yet.
	//
	// Where the partition goes back, or its topic is another one, offsets come a second time. Refused records that have one of them
	// from the log that is gone are kept under [Former] instead of the topic's name.
	//
	// It adds to the audit who has done so.
	AcceptGap(ctx context.Context, topic string, partition int32, a Acceptance, audit ...AuditRow) error
}

// Former is the name under which a log is kept that was the topic's until an acceptance: no topic can have it.
func Former(topic string, a *Acceptance) string { return topic + "#" + a.At.String() }

// Back tells whether offsets come a second time when a gap is passed by an acceptance.
func (g *Gap) Back(a *Acceptance) bool { return g.Foreign || a.To < g.Stands }

// ErrNoGap: no gap of that partition is open.
var ErrNoGap = errors.New("no gap of this partition is open")

// Gap is a range of offsets of a partition that cannot be read.
type Gap struct {
	Topic     string
	Partition int32
	Stands    int64 // position of the partition before the gap; -1: none yet
	From, To  int64 // the offsets that are gone: From and up to To, without To; -1: not known
	// Foreign: the topic, or the whole cluster, is another one than the position is of. With its acceptance the position forgets which
	// one it was of, and becomes that of the next one that is met.
	Foreign  bool
	Reason   string
	Since    Instant // when it was met first, by the store's clock
	Accepted Acceptance
}

// Open tells whether nobody has accepted the gap.
func (g *Gap) Open() bool { return g.Accepted == Acceptance{} }

// Lost is how many offsets are gone, at most as many records; known is false where an end of the gap is not.
func (g *Gap) Lost() (offsets int64, known bool) {
	if g.From < 0 || g.To < g.From {
		return 0, false
	}
	return g.To - g.From, true
}

// Acceptance is a person's word that a gap is passed. The zero one: nobody has said so.
type Acceptance struct {
	To  int64 // offset at which the partition goes on
	At  Instant
	By  string
	Why string
}
