package alerts

import (
	"cmp"
	"strconv"
	"time"

	"tocsin/state"
)

// OtherSource is the name of all sources that the configuration does not name. What a publisher writes there is his own.
const OtherSource = "other"

// SourceName is the name that the configuration gives a source.
func SourceName(source string, names map[string]string) string {
	return cmp.Or(names[source], OtherSource)
}

// AppendScorecard appends what sources published from one day to another as one JSON object without a line end. Names are those that the
// configuration gives sources; one that it named and does not name any more has the name other.
func AppendScorecard(b []byte, from, until state.Date, scores []state.Score, names map[string]string) []byte {
	b = appendDateMember(append(b, '{'), "from", from)
	b = appendDateMember(b, "until", until)
	b = appendList(appendMember(b, "sources"), scores, func(b []byte, s *state.Score) []byte {
		b = appendOptional(append(b, '{'), "source", s.Source)
		return append(appendScore(appendStringMember(b, "name", SourceName(s.Source, names)), s), '}')
	})
	return append(b, '}')
}

// appendScore appends the members of a score.
func appendScore(b []byte, s *state.Score) []byte {
	b = appendNumberMember(b, "records", s.Records())
	b = appendNumberMember(b, "accepted", s.Accepted)
	b = appendNumberMember(b, "duplicate", s.Duplicate)
	b = appendNumberMember(b, "stale", s.Stale)
	b = appendNumberMember(b, "refused", s.Refused)
	b = appendNumberMember(b, "parked", s.Parked)
	b = appendNumberMember(b, "conflicts", s.Conflicts)
	b = appendNumberMember(b, "late", s.Late)
	b = appendNumberMember(b, "unknown_fields", s.UnknownFields)
	b = appendNumberMember(b, "unknown_values", s.UnknownValues)
	b = appendNumberMember(b, "wrong_key", s.Misrouted)
	b = appendNumberMember(b, "wrong_partition", s.Misplaced)
	if s.Accepted > 0 {
		b = appendSecondsMember(b, "mean_delay_seconds", s.Mean())
		b = appendSecondsMember(b, "longest_delay_seconds", s.Longest)
	} else {
		b = appendOptional(b, "mean_delay_seconds", "")
		b = appendOptional(b, "longest_delay_seconds", "")
	}
	b = appendInstantMember(b, "last_known_at", s.Last)
	return appendList(appendMember(b, "refused_by"), s.Codes, func(b []byte, c *state.ScoreCode) []byte {
		return append(appendNumberMember(appendStringMember(append(b, '{'), "code", c.Code), "count", c.Count), '}')
	})
}

// appendSecondsMember appends a time in seconds, to the millisecond.
func appendSecondsMember(b []byte, name string, d time.Duration) []byte {
	return strconv.AppendFloat(appendMember(b, name), d.Seconds(), 'f', 3, 64)
}
