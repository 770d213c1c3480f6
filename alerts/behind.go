package alerts

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"tocsin/state"
)

// Behind tells people on a day that the digest they wait for is not there yet, since the ledger's day is behind the clock: where it stands, since
// when, and what it waits for. The digest itself follows under its own name when the day has closed.
type Behind struct {
	Day     state.Date    // of the clock, on which it is told
	Stands  state.Date    // the open day of the ledger
	Since   state.Instant // when that was over
	MadeAt  state.Instant
	Sources []HeldSource // that hold it, as far as that is known: the longest first; HeldSources of them
	More    int          // those that are not among these
}

// HeldSource is a partition that holds the open day: it has neither delivered nor confirmed its end.
type HeldSource struct {
	Topic     string
	Partition int32
	Since     state.Instant // when it was seen to move last
}

// heldSources is how many a message names.
const heldSources = 10

// The kind of such a message's body, and the version of its members, as of a summary's.
const (
	behindKind    = "behind"
	behindVersion = 1
)

// Hold puts the sources in their order, and leaves those that are named.
func (d *Behind) Hold(sources []HeldSource) {
	d.Sources = slices.SortedFunc(slices.Values(sources), func(a, b HeldSource) int {
		return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	d.More = max(0, len(d.Sources)-heldSources)
	d.Sources = d.Sources[:len(d.Sources)-d.More]
}

// Key names the day on which it is told.
func (d *Behind) Key() state.MessageKey {
	return state.MessageKey{Case: behindKind + "/" + d.Day.String(), Seq: 1}
}

// Digest tells one from the next.
func (d *Behind) Digest() string { return d.Key().Case }

// Made is when it was made.
func (d *Behind) Made() state.Instant { return d.MadeAt }

// Quiet is false: that there is no digest is news.
func (d *Behind) Quiet() bool { return false }

// Named calls nobody: it names no customer.
func (d *Behind) Named(func(state.CustomerID, *string)) {}

func (d *Behind) words(l *Language, quote func(string) string) (head string, parts []DigestPart) {
	part := DigestPart{Title: l.Phrase(PhraseBehindSince, "day", l.Date(d.Stands), "since", l.Instant(d.Since))}
	for _, s := range d.Sources {
		part.Lines = append(part.Lines, l.Phrase(PhraseBehindSource, "source", quote(s.Topic+"/"+strconv.Itoa(int(s.Partition))), "since", l.Instant(s.Since)))
	}
	if part = l.more(part, d.More, quote("tocsin doctor")); len(part.Lines) == 0 {
		part.Lines = []string{l.Phrase(PhraseBehindUnknown)}
	}
	return l.Phrase(PhraseBehindHead, "day", l.Date(d.Stands)), []DigestPart{part}
}

// AppendJSON appends the message as one JSON object without a line end, as the outbox keeps it.
func (d *Behind) AppendJSON(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "kind", behindKind)
	b = appendNumberMember(b, "version", behindVersion)
	b = appendDateMember(b, "day", d.Day)
	b = appendDateMember(b, "stands", d.Stands)
	b = appendInstantMember(b, "since", d.Since)
	b = appendInstantMember(b, "made_at", d.MadeAt)
	b = appendList(appendMember(b, "sources"), d.Sources, func(b []byte, s *HeldSource) []byte {
		b = appendNumberMember(appendStringMember(append(b, '{'), "topic", s.Topic), "partition", int64(s.Partition))
		return append(appendInstantMember(b, "since", s.Since), '}')
	})
	return append(appendNumberMember(b, "more_sources", int64(d.More)), '}')
}

// ParseBehind reads what AppendJSON wrote.
func ParseBehind(body []byte) (*Behind, error) {
	var w struct {
		Version int
		Day     dateWire
		Stands  dateWire
		Since   instantWire
		MadeAt  instantWire `json:"made_at"`
		Sources []struct {
			Topic     string
			Partition int32
			Since     instantWire
		}
		More int `json:"more_sources"`
	}
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("behind: %w", err)
	}
	if w.Version != behindVersion || w.Day == 0 {
		return nil, fmt.Errorf("behind of version %d, on %q: %w", w.Version, state.Date(w.Day), errEncoding)
	}
	d := &Behind{Day: state.Date(w.Day), Stands: state.Date(w.Stands), Since: state.Instant(w.Since), MadeAt: state.Instant(w.MadeAt), More: w.More}
	for _, s := range w.Sources {
		d.Sources = append(d.Sources, HeldSource{s.Topic, s.Partition, state.Instant(s.Since)})
	}
	return d, nil
}
