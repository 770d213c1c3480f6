package state

import (
	"cmp"
	"slices"
	"strings"
)

// revisions are all revisions of some facts, by key and revision. They are kept of limits and covers, of which a lower
// revision is in force until the higher one begins, of promises, whose earlier dates count as well, and of erasures, of which
// the earliest date does.
type revisions []*fact

// takeRevision takes an event whose lower revisions are kept.
func (c *Customer) takeRevision(kept *revisions, ev *Event) (Outcome, bool) {
	key := ev.Body.Key()
	at, found := kept.search(key, ev.Revision)
	outcome, changed := Accepted, true
	if found {
		outcome, changed = c.settleTie((*kept)[at], ev)
	} else {
		if outcome, changed, buried := c.bury(ev); buried {
			return outcome, changed
		}
		f := c.newFact(ev)
		*kept = slices.Insert(*kept, at, f)
		c.arrive(f)
	}
	if !kept.isHighest(at) {
		return Stale, changed
	}
	return outcome, changed
}

// search is the place of a key's revision, and whether it is there.
func (r revisions) search(key string, revision int64) (int, bool) {
	return slices.BinarySearchFunc(r, key, func(f *fact, key string) int {
		return cmp.Or(strings.Compare(f.body.Key(), key), cmp.Compare(f.revision, revision))
	})
}

// isHighest tells whether the fact at a place is the highest revision of its key.
func (r revisions) isHighest(at int) bool {
	return at+1 == len(r) || r[at+1].body.Key() != r[at].body.Key()
}

func keepsRevisions(kind Kind) bool {
	return kind == KindLimit || kind == KindPromise || kind == KindCover || kind == KindErased
}
