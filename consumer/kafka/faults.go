package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"tocsin/consumer"
)

// fault is a range of a partition that cannot be read, on its way to become a gap.
type fault struct {
	part     consumer.Partition
	from, to int64 // to -1: not known
	outside  bool  // the position lies outside the log: from and to are asked for
	foreign  bool  // the topic or the cluster is not the position's
	reason   string
}

// refusals are answers that no waiting changes.
var refusals = []error{
	kerr.TopicAuthorizationFailed, kerr.GroupAuthorizationFailed, kerr.ClusterAuthorizationFailed,
	kerr.InvalidGroupID, kerr.InconsistentGroupProtocol, kerr.InvalidTopicException, kerr.InvalidSessionTimeout, kerr.UnsupportedVersion,
	kerr.FencedInstanceID,
}

// judge sorts what a poll has brought besides records: an error to return, a fault of a partition, or a trouble that is
// logged once and waited out, which the client does by itself.
func (c *Client) judge(failed kgo.FetchError, faults *[]fault) error {
	part := consumer.Partition{Topic: failed.Topic, Number: failed.Partition}
	var (
		lost    *kgo.ErrDataLoss
		large   *kgo.ErrDecompressTooLarge
		session *kgo.ErrGroupSession
		err     = failed.Err
	)
	for _, refusal := range refusals {
		if errors.Is(err, refusal) {
			return fmt.Errorf("kafka: %s: %w", place(part), err)
		}
	}
	if explained, final := c.enter.refused(err, time.Now()); final {
		return fmt.Errorf("kafka: %w", explained)
	} else if explained != nil {
		c.notices.say("acquire", fmt.Sprintf("waiting to read: %v", explained))
		return nil
	}
	switch {
	case errors.Is(err, kgo.ErrClientClosed):
		return fmt.Errorf("kafka: %w", err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
	case errors.As(err, &session), part.Topic == "":
		c.notices.say("acquire", fmt.Sprintf("waiting to read: %v", err))
	case errors.As(err, &lost):
		*faults = append(*faults, fault{part: part, from: lost.ResetTo, to: lost.ConsumedTo,
			reason: fmt.Sprintf("the log was cut back to offset %d after %d had been read", lost.ResetTo, lost.ConsumedTo-1)})
	case errors.As(err, &large):
		*faults = append(*faults, fault{part: part, from: large.Offset, to: large.NextOffset,
			reason: fmt.Sprintf("a batch decompresses to more than %d bytes", decompressedBytes)})
	case errors.Is(err, kerr.OffsetOutOfRange):
		*faults = append(*faults, fault{part: part, outside: true})
	case errors.Is(err, kerr.UnknownTopicID):
		*faults = append(*faults, fault{part: part, from: c.cursors.next(part), to: -1, foreign: true,
			reason: "the topic was created anew while it was read"})
	case kerr.IsRetriable(err):
		c.notices.say("read "+place(part), fmt.Sprintf("waiting to read %s: %v", place(part), err))
	default:
		*faults = append(*faults, fault{part: part, from: c.cursors.next(part), to: -1, reason: fmt.Sprintf("cannot be decoded: %v", err)})
	}
	return nil
}

// stop halts the partitions of faults and turns each into a gap, one a partition and assignment.
func (c *Client) stop(ctx context.Context, faults []fault) []consumer.Gap {
	var gaps []consumer.Gap
	for _, f := range faults {
		position, own := c.cursors.halt(f.part, f.foreign)
		if !own {
			continue
		}
		c.kafka.PauseFetchPartitions(byTopic([]consumer.Partition{f.part}))
		if f.outside {
			f = c.locate(ctx, f, position)
		}
		c.notices.log.Error("a partition stopped at a gap",
			"topic", f.part.Topic, "partition", f.part.Number, "from", f.from, "to", f.to, "reason", f.reason)
		gaps = append(gaps, consumer.Gap{
			Partition: f.part, Stands: position, From: f.from, To: f.to, Foreign: f.foreign, Reason: f.reason,
		})
	}
	return gaps
}

// locate asks on which side of the log a position lies.
func (c *Client) locate(ctx context.Context, f fault, position int64) fault {
	ctx, cancel := context.WithTimeout(ctx, closeLimit)
	defer cancel()
	parts := []consumer.Partition{f.part}
	start, haveStart := c.offsets(ctx, parts, earliest)[f.part]
	end, haveEnd := c.offsets(ctx, parts, latest)[f.part]
	f.from, f.to = position, -1
	switch {
	case haveStart && position < start:
		f.to = start
		f.reason = fmt.Sprintf("retention has removed offsets %d to %d before they were read", position, start-1)
	case haveEnd && position > end:
		f.from, f.to = end, position
		f.reason = fmt.Sprintf("the position %d lies behind the end %d: the broker has lost records", position, end)
	default:
		f.reason = fmt.Sprintf("the position %d lies outside the log", position)
	}
	return f
}

// next is the offset that the caller gets next of a partition; -1 if it is not known.
func (c *cursors) next(part consumer.Partition) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cur := c.own[part]; cur != nil {
		return cur.next
	}
	return -1
}

// halt ends the handing out of a partition's records. It says where the partition stands and whether it is ours and not
// known to be behind a gap already.
func (c *cursors) halt(part consumer.Partition, foreign bool) (next int64, first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cur := c.own[part]
	if cur == nil || cur.told {
		return -1, false
	}
	cur.halted, cur.told, cur.foreign = true, true, foreign
	return cur.next, true
}

// Restart goes on with a partition that has stopped at a gap. A topic that was created anew is read by a client that is opened anew
// alone: this one holds on to the one that it has met first.
func (c *Client) Restart(part consumer.Partition, next int64) bool {
	if !c.cursors.restart(part, next) {
		return false
	}
	parts := byTopic([]consumer.Partition{part})
	c.kafka.SetOffsets(map[string]map[int32]kgo.EpochOffset{part.Topic: {part.Number: {Epoch: -1, Offset: next}}})
	c.kafka.ResumeFetchPartitions(parts)
	return true
}

// restart lets records of a partition be handed out again, from next on.
func (c *cursors) restart(part consumer.Partition, next int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	cur := c.own[part]
	if cur == nil || cur.foreign {
		return false
	}
	cur.next, cur.halted, cur.told = next, false, false
	return true
}

func place(part consumer.Partition) string {
	if part.Topic == "" {
		return "the group"
	}
	return fmt.Sprintf("%s-%d", part.Topic, part.Number)
}
