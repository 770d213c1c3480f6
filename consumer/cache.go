package consumer

import (
	"math"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"tocsin/state"
)

// cache keeps decoded records between commits, as many as fit its bound in bytes; who was stepped least recently goes first. Whoever
// steps one takes it, and puts it back when its commit has landed: until then it has its place, and is not there for anybody, for only
// committed records are. It is used by one goroutine. A nil cache keeps nothing.
//
// The snapshots of those who have gone wait here for the next commit: see [kept.worthSnapshot].
//
// # Why it is emptied and not mended
//
// After a lost answer, a database that came back, an erasure or a day that others moved, some records may not be what the store has,
// and which ones is not known. The journal's key would find each of them, one refused commit at a time.
type cache struct {
	records *simplelru.LRU[state.CustomerID, *kept] // without a bound of its own: what counts is bytes
	bound   int                                     // bytes that records may take
	bytes   int                                     // that they take, as they are estimated
	least   int                                     // rows since its snapshot of a record that leaves one
	owed    []state.Snapshot                        // of those who have gone
	owing   int                                     // bytes of owed
	metrics *cacheMetrics                           // may be nil
}

// newCache is a cache of so many bytes.
func newCache(bound int, metrics *cacheMetrics) *cache {
	records, err := simplelru.NewLRU[state.CustomerID, *kept](math.MaxInt, nil)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	c := &cache{records: records, bound: bound, least: leavingRows, metrics: metrics}
	c.tell()
	return c
}

// len is how many records there are.
func (c *cache) len() int {
	if c == nil {
		return 0
	}
	return c.records.Len()
}

// get looks at a record that stays where it is, nil if it is not there. Whoever looks must change nothing that a snapshot tells.
func (c *cache) get(id state.CustomerID) *kept {
	if c == nil {
		return nil
	}
	if k, _ := c.records.Peek(id); k != nil && !k.taken {
		return k
	}
	return nil
}

// take takes a record to be stepped, nil if it is not there. One that is never put back is as good as gone.
func (c *cache) take(id state.CustomerID) *kept {
	if c == nil {
		return nil
	}
	k := c.get(id)
	c.metrics.lookup(k != nil)
	if k != nil {
		k.taken = true
	}
	return k
}

// put puts a record in, or back, as the one used last. Others leave where there is no room, and those whose rows since their
// snapshot are worth it leave one to be written.
func (c *cache) put(id state.CustomerID, k *kept) {
	if c == nil {
		return
	}
	if k.broken != nil {
		c.remove(id)
		return
	}
	was, _ := c.records.Get(id)
	if was != nil {
		c.bytes -= was.size
	}
	if was != k {
		c.records.Add(id, k)
	}
	k.taken, k.size = false, k.footprint()
	c.bytes += k.size
	for c.bytes > c.bound {
		id, k, _ := c.records.RemoveOldest()
		c.bytes -= k.size
		c.metrics.evicted()
		c.owe(id, k)
	}
	c.tell()
}

// offer puts a record in if nobody has to leave for it.
func (c *cache) offer(id state.CustomerID, k *kept) {
	if c != nil && c.bytes+k.footprint() <= c.bound {
		c.put(id, k)
	}
}

// drop forgets a record, and the snapshot that it may have left.
func (c *cache) drop(id state.CustomerID) {
	if c == nil {
		return
	}
	c.remove(id)
	for i := range c.owed {
		if c.owed[i].Customer == id {
			c.owing -= len(c.owed[i].Body)
			c.owed = append(c.owed[:i], c.owed[i+1:]...)
			break
		}
	}
}

// clear forgets everything: it may be of commits that the store does not have.
func (c *cache) clear() {
	if c == nil || !forgets {
		return
	}
	c.records.Purge()
	c.bytes = 0
	c.owed, c.owing = nil, 0
	c.tell()
}

// remove forgets a record, be it taken.
func (c *cache) remove(id state.CustomerID) {
	if k, _ := c.records.Peek(id); k != nil {
		c.records.Remove(id)
		c.bytes -= k.size
		c.tell()
	}
}

// owe keeps the snapshot of a record that leaves, if it is worth one and there is room for it.
func (c *cache) owe(id state.CustomerID, k *kept) {
	if k.taken || c.owing >= snapshotsAtOnce || k.rows() < c.least || !k.worthSnapshot() {
		return
	}
	s := k.encode(id)
	c.owed, c.owing = append(c.owed, s), c.owing+len(s.Body)
}

// settled is told that so many of what was owed have been committed, those that were owed first.
func (c *cache) settled(snapshots int) {
	if c == nil {
		return
	}
	done := c.owed[:min(snapshots, len(c.owed))]
	for i := range done {
		c.owing -= len(done[i].Body)
	}
	c.owed = c.owed[len(done):]
}

func (c *cache) tell() { c.metrics.holds(c.records.Len(), c.bytes) }
