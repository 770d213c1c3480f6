package state

import (
	"bytes"
	"fmt"
	"slices"
)

// differencesNamed is how many facts [Differences] names before it only counts.
const differencesNamed = 3

// Differences tells in words in what two records of one customer differ, counters included: nothing exactly when they are
// encoded alike.
func Differences(want, got *Record) []string {
	var all []string
	tell := func(same bool, format string, args ...any) {
		if !same {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	tell(want.Seq == got.Seq, "row %d, not %d", got.Seq, want.Seq)
	tell(want.Day == got.Day, "day %v, not %v", got.Day, want.Day)
	tell(want.Now.Equal(&got.Now), "the sums that stand")
	tell(want.Closed.Equal(&got.Closed), "the sums of the last close")
	tell(want.Touched == got.Touched, "what the day has changed")
	tell(bytes.Equal(want.Episodes, got.Episodes), "episodes")
	tell(bytes.Equal(want.Told, got.Told), "what was told")
	tell(want.Unjudged == got.Unjudged, "what waits for a verdict")
	facts := want.Customer.differences(got.Customer)
	all = append(all, facts...)
	tell(len(facts) > 0 || bytes.Equal(want.Customer.appendFacts(nil), got.Customer.appendFacts(nil)), "what is kept of documents that have shrunk, or of estates")
	return all
}

// differences names the facts that only one of two customers has, or has in another way.
func (c *Customer) differences(other *Customer) (all []string) {
	if c.ID != other.ID {
		all = append(all, fmt.Sprintf("customer %q", other.ID))
	}
	var keys []string
	for kind := range kindCount {
		a, b := c.encodedFacts(kind), other.encodedFacts(kind)
		for key, body := range a {
			if b[key] != body {
				keys = append(keys, key)
			}
		}
		for key := range b {
			if _, both := a[key]; !both {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	for _, key := range keys[:min(len(keys), differencesNamed)] {
		all = append(all, fmt.Sprintf("fact %q", key))
	}
	if more := len(keys) - differencesNamed; more > 0 {
		all = append(all, fmt.Sprintf("%d more facts", more))
	}
	return all
}

// encodedFacts are the facts of a kind by key, all revisions that are kept of it in one.
func (c *Customer) encodedFacts(kind Kind) map[string]string {
	sorted := c.sorted(kind)
	if len(sorted) == 0 {
		return nil
	}
	facts := make(map[string]string, len(sorted))
	for _, f := range sorted {
		// An origin's place among the customer's others is no part of the fact.
		key := f.body.Key()
		facts[key] += string(f.append([]byte(f.origin.source+"\x00"+f.origin.entity+"\x00"), []*origin{f.origin}))
	}
	return facts
}
