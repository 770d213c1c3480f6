package kafka

import (
	"github.com/twmb/franz-go/pkg/kgo"

	"tocsin/consumer"
)

// elsewhere tells whether a record's key lies on another partition than the one that the Java client's default partitioner chooses
// among so many. A record without a key may lie anywhere. Nothing depends on it but speed: a customer whose events come on several
// partitions is locked and loaded by several members. Whoever adds partitions moves keys; what was written before lies elsewhere then.
func elsewhere(record *kgo.Record, partitions int) bool {
	if record.Key == nil || partitions < 2 || record.Attrs.IsControl() {
		return false
	}
	return partitionOf(record.Key, partitions) != record.Partition
}

// partitionOf is the partition of a key among so many.
func partitionOf(key []byte, partitions int) int32 {
	return int32(murmur2(key)&0x7fffffff) % int32(partitions) //nolint:gosec // 31 bits, and a cluster's count
}

// Owns tells whether records with this key come to us, by the first configured topic that is there.
func (c *Client) Owns(key string) bool {
	c.cursors.mu.Lock()
	defer c.cursors.mu.Unlock()
	for _, topic := range c.topics {
		if n := c.cursors.partitions[topic]; n > 0 {
			return c.cursors.own[consumer.Partition{Topic: topic, Number: partitionOf([]byte(key), n)}] != nil
		}
	}
	return false
}

// murmur2 is the hash of org.apache.kafka.common.utils.Utils: Austin Appleby's MurmurHash2 of 32 bits with Kafka's seed.
func murmur2(key []byte) uint32 {
	const m = 0x5bd1e995
	h := 0x9747b28c ^ uint32(len(key)) //nolint:gosec // a key is shorter than 2 GiB
	for ; len(key) >= 4; key = key[4:] {
		k := uint32(key[0]) | uint32(key[1])<<8 | uint32(key[2])<<16 | uint32(key[3])<<24
		k *= m
		k ^= k >> 24
		h = h*m ^ k*m
	}
	if len(key) > 0 {
		for i, b := range key {
			h ^= uint32(b) << (8 * i)
		}
		h *= m
	}
	h ^= h >> 13
	h *= m
	return h ^ h>>15
}
