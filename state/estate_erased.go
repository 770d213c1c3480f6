package state

import "slices"

// Whoever is erased stands under a pseudonym, and so do his documents: an heir who is not erased names them otherwise. Payments of
// the heir on an invoice of his, or one that the heir has been billed anew, must find each other all the same. An id has one
// pseudonym, so where the store's names are known, what is told in clear tells which pseudonym stands for it, and the parts are
// united under it.

// pseudonymous tells whether a part that counts stands under a pseudonym.
func (e *estates) pseudonymous() bool {
	return IsPseudonym(e.own.ID) || slices.ContainsFunc(e.counted, IsPseudonym)
}

// clearIDs are ids of documents and accounts by their pseudonyms; nil: none.
type clearIDs map[string]string

// clear are the ids that parts tell in clear, if others of them stand under pseudonyms.
func (c *Customer) clear(parts []*Customer) clearIDs {
	if c.names == nil || !c.estates.pseudonymous() {
		return nil
	}
	clear := make(clearIDs)
	note := renaming(func(id string) string {
		clear[c.names.document(id)] = id
		return id
	})
	for _, part := range parts {
		if IsPseudonym(part.ID) {
			continue
		}
		for kind := range kindCount {
			if !united(kind) {
				continue
			}
			for _, f := range part.facts(kind) {
				note.body(f.body)
				if first := f.firstSeen(); first != nil {
					note.body(first.Body)
				}
			}
		}
	}
	return clear
}

// body is a body of a part with ids in clear where they are known.
func (clear clearIDs) body(part *Customer, body Body) Body {
	if len(clear) == 0 || !IsPseudonym(part.ID) || !united(kindOf(body)) {
		return body
	}
	return renaming(func(id string) string {
		if known, is := clear[id]; is {
			return known
		}
		return id
	}).body(body)
}

// tombstonesAs are a part's tombstones; of documents whose ids are told in clear, under these.
func (c *Customer) tombstonesAs(clear clearIDs) []tombstone {
	if len(clear) == 0 || len(c.tombstones) == 0 || !IsPseudonym(c.ID) {
		return c.tombstones
	}
	stones := slices.Clone(c.tombstones)
	for pseudonym, id := range clear {
		for kind := range kindCount {
			if at, found := c.searchTombstone(hashKey(kind, pseudonym)); found {
				stones[at].hash = hashKey(kind, id)
			}
		}
	}
	return stones
}
