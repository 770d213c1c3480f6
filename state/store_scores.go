package state

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// ScoreDays is for how many business days' dates scores are kept. The close of a day drops what is older.
const ScoreDays = 400

// ScoreWeek is over how many days scores are told where nobody says.
const ScoreWeek = 7

// LateAfter is how long after an event happened in the business it counts as late when it becomes known.
const LateAfter = 24 * time.Hour

// Scores tell how good what publishers send is. They decide nothing.
type Scores interface {
	// Scores are what came of sources' records on the business days from one to another, by day and source.
	Scores(ctx context.Context, from, until Date) ([]Score, error)
}

// Score is what came of a source's records on a business day: the one that was open when they were committed. What the configuration names no
// source stands under the empty one. Each record counts once, in the commit that moves its position.
type Score struct {
	Day    Date   // zero in a commit, which says it
	Source string // as the configuration has it

	// What became of records. These add up to all of them, but for those that are nobody's.
	Accepted  int64
	Duplicate int64
	Stale     int64 // a later revision was known
	Refused   int64
	Parked    int64 // of customers who are quarantined

	Conflicts     int64 // that had another content than what was known of the same revision: refused or accepted, by which of both stands
	Late          int64 // accepted, and known more than LateAfter after it happened
	UnknownFields int64 // members that the contract does not have
	UnknownValues int64 // of open enums, taken as other
	Misrouted     int64 // whose key is not their customer
	Misplaced     int64 // whose key lies on another partition than the Java client's partitioner chooses

	Delay   int64         // milliseconds from when accepted events happened until they were known, of all of them together
	Longest time.Duration // of one of them
	Last    Instant       // when the youngest record became known

	Codes []ScoreCode // of Refused, by code
}

// ScoreCode is how many records were refused for one reason.
type ScoreCode struct {
	Code  string
	Count int64
}

// Records is how many there were.
func (s *Score) Records() int64 { return s.Accepted + s.Duplicate + s.Stale + s.Refused + s.Parked }

// Mean is how long it took on average until an accepted event was known; 0: none was accepted.
func (s *Score) Mean() time.Duration {
	return time.Duration(s.Delay/max(1, s.Accepted)) * time.Millisecond
}

// Flaws are how many things a publisher has to mend. A record may have several.
func (s *Score) Flaws() int64 {
	return s.Refused + s.Conflicts + s.Late + s.UnknownFields + s.UnknownValues + s.Misrouted + s.Misplaced
}

// Refuse counts a record that is refused for a reason.
func (s *Score) Refuse(code string) {
	s.Refused++
	s.refused(code, 1)
}

func (s *Score) refused(code string, n int64) {
	at, found := slices.BinarySearchFunc(s.Codes, code, func(c ScoreCode, code string) int { return cmp.Compare(c.Code, code) })
	if !found {
		s.Codes = slices.Insert(s.Codes, at, ScoreCode{Code: code})
	}
	s.Codes[at].Count += n
}

// Accept counts an event that is accepted.
func (s *Score) Accept(ev *Event) {
	s.Accepted++
	late := max(0, time.Duration(ev.KnownAt-ev.Time))
	if late > LateAfter {
		s.Late++
	}
	s.Delay += late.Milliseconds()
	s.Longest = max(s.Longest, late)
}

// Add counts in what another score of the source says. Day and Source stay.
func (s *Score) Add(o *Score) {
	s.Accepted += o.Accepted
	s.Duplicate += o.Duplicate
	s.Stale += o.Stale
	s.Refused += o.Refused
	s.Parked += o.Parked
	s.Conflicts += o.Conflicts
	s.Late += o.Late
	s.UnknownFields += o.UnknownFields
	s.UnknownValues += o.UnknownValues
	s.Misrouted += o.Misrouted
	s.Misplaced += o.Misplaced
	s.Delay += o.Delay
	s.Longest = max(s.Longest, o.Longest)
	s.Last = max(s.Last, o.Last)
	s.Codes = slices.Clone(s.Codes)
	for _, c := range o.Codes {
		s.refused(c.Code, c.Count)
	}
}

// SumScores adds up scores that have the same day and name, by both. A name is of the source, and may be that of many.
func SumScores(scores []Score, name func(*Score) (Date, string)) (sums []Score) {
	for i := range scores {
		day, source := name(&scores[i])
		at, found := slices.BinarySearchFunc(sums, Score{Day: day, Source: source}, func(a, b Score) int { return a.compare(&b) })
		if !found {
			sums = slices.Insert(sums, at, Score{Day: day, Source: source})
		}
		sums[at].Add(&scores[i])
	}
	return sums
}

// ScoresBySource adds up scores of days.
func ScoresBySource(scores []Score) []Score {
	return SumScores(scores, func(s *Score) (Date, string) { return 0, s.Source })
}

func (s *Score) compare(o *Score) int {
	return cmp.Or(cmp.Compare(s.Day, o.Day), cmp.Compare(s.Source, o.Source))
}

// ScorePart names the rows to which a commit adds its scores: those of the first partition that it moves, which nobody else has meanwhile,
// so that no two commits wait for each other because of them.
func (c *Commit) ScorePart() string {
	if len(c.Positions) == 0 {
		return ""
	}
	return fmt.Sprintf("%s/%d", c.Positions[0].Topic, c.Positions[0].Partition)
}

func (c *Commit) checkScores() error {
	for i := range c.Scores {
		if s := &c.Scores[i]; s.Day != 0 || i > 0 && c.Scores[i-1].compare(s) >= 0 {
			return fmt.Errorf("commit: the score of source %q says its day, or is out of order", s.Source)
		}
	}
	return nil
}
