package alerts

import (
	"cmp"
	"math"
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

// scoreWire is the shape in which a score is read. Of delays it tells the mean, to the millisecond.
type scoreWire struct {
	Name          string
	Accepted      int64
	Duplicate     int64
	Stale         int64
	Refused       int64
	Parked        int64
	Conflicts     int64
	Late          int64
	UnknownFields int64       `json:"unknown_fields"`
	UnknownValues int64       `json:"unknown_values"`
	Misrouted     int64       `json:"wrong_key"`
	Misplaced     int64       `json:"wrong_partition"`
	Mean          float64     `json:"mean_delay_seconds"`
	Longest       float64     `json:"longest_delay_seconds"`
	Last          instantWire `json:"last_known_at"`
	Codes         []struct {
		Code  string
		Count int64
	} `json:"refused_by"`
}

func (w *scoreWire) score() state.Score {
	told := func(seconds float64) time.Duration { return time.Duration(math.Round(seconds*1000)) * time.Millisecond }
	s := state.Score{
		Source: w.Name, Accepted: w.Accepted, Duplicate: w.Duplicate, Stale: w.Stale, Refused: w.Refused, Parked: w.Parked,
		Conflicts: w.Conflicts, Late: w.Late,
		UnknownFields: w.UnknownFields, UnknownValues: w.UnknownValues, Misrouted: w.Misrouted, Misplaced: w.Misplaced,
		Delay: told(w.Mean).Milliseconds() * w.Accepted, Longest: told(w.Longest), Last: state.Instant(w.Last),
	}
	for _, c := range w.Codes {
		s.Codes = append(s.Codes, state.ScoreCode(c))
	}
	return s
}
