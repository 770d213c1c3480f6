package alerts

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/state"
)

// Scorecard tells the owner of a source what became of its records in a week.
type Scorecard struct {
	Channel     string     // where its owner reads
	First, Last state.Date // seven days
	MadeAt      state.Instant
	Score       state.Score // its Source is the name in the configuration
}

// The kind of such a message's body, and the version of its members.
const (
	scorecardKind    = "scorecard"
	scorecardVersion = 1
)

// Key names the source and the week. There is one wording of it, for no day of a week that is over changes.
func (s *Scorecard) Key() state.MessageKey {
	return state.MessageKey{Case: fmt.Sprintf("%s/%s/%s", scorecardKind, s.Score.Source, s.Last), Seq: 1}
}

// Digest tells one week from another.
func (s *Scorecard) Digest() string { return fmt.Sprintf("%s %s", scorecardKind, s.Last) }

// Made is when it was made.
func (s *Scorecard) Made() state.Instant { return s.MadeAt }

// Quiet is false: somebody's records came.
func (s *Scorecard) Quiet() bool { return false }

// Named calls nobody: it names no customer.
func (s *Scorecard) Named(func(state.CustomerID, *string)) {}

func (s *Scorecard) words(l *Language, quote func(string) string) (head string, parts []DigestPart) {
	c := &s.Score
	days := l.Phrase(PhraseDigestSpan, "first", l.Date(s.First), "last", l.Date(s.Last))
	head = l.Phrase(PhraseScorecard, "source", c.Source, "days", days, "count", count(c.Records()))
	became := DigestPart{Title: l.Phrase(PhraseScoreBecame)}
	became.Lines = append(became.Lines, l.Phrase(PhraseScoreResults, "accepted", count(c.Accepted),
		"duplicate", count(c.Duplicate), "stale", count(c.Stale),
		"refused", count(c.Refused), "parked", count(c.Parked)))
	if c.Accepted > 0 {
		became.Lines = append(became.Lines, l.Phrase(PhraseScoreDelay, "mean", onClock(c.Mean()), "longest", onClock(c.Longest)))
	}
	mend := DigestPart{Title: l.Phrase(PhraseScoreMend)}
	if c.Refused > 0 {
		mend.Lines = append(mend.Lines, l.Phrase(PhraseScoreRefused, "count", count(c.Refused), "codes", l.scoreCodes(c.Codes, quote)))
	}
	for _, line := range []struct {
		phrase Phrase
		n      int64
	}{
		{PhraseScoreConflicts, c.Conflicts}, {PhraseScoreLate, c.Late}, {PhraseScoreFields, c.UnknownFields}, {PhraseScoreValues, c.UnknownValues},
		{PhraseScoreKeys, c.Misrouted}, {PhraseScorePlaces, c.Misplaced},
	} {
		if line.n > 0 {
			mend.Lines = append(mend.Lines, l.Phrase(line.phrase, "count", count(line.n), "setting", quote("partitioner=murmur2_random")))
		}
	}
	if len(mend.Lines) == 0 {
		mend.Lines = []string{l.Phrase(PhraseScoreWell)}
	}
	return head, []DigestPart{became, mend}
}

// scoreCodes are the reasons why records were refused, the most frequent first.
func (l *Language) scoreCodes(codes []state.ScoreCode, quote func(string) string) string {
	codes = slices.Clone(codes)
	slices.SortStableFunc(codes, func(a, b state.ScoreCode) int { return cmp.Compare(b.Count, a.Count) })
	texts := make([]string, len(codes))
	for i, c := range codes {
		texts[i] = quote(c.Code) + " " + count(c.Count)
	}
	return l.List(texts)
}

// count is a number as people read it.
func count(n int64) string { return thousands(strconv.FormatInt(n, 10)) }

// onClock is a time as hours, minutes and seconds.
func onClock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%s:%02d:%02d", count(s/3600), s/60%60, s%60)
}

// weeklySources tells of sources how good what they published is, those first that have most to mend.
func (l *Language) weeklySources(all []state.Score, quote func(string) string) DigestPart {
	p := DigestPart{Title: l.Phrase(PhraseWeeklySources)}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b state.Score) int { return cmp.Compare(b.Flaws(), a.Flaws()) })
	for i := range all[:min(len(all), digestCases)] {
		c := &all[i]
		line := l.Phrase(PhraseWeeklySource, "source", quote(c.Source), "count", count(c.Records()))
		if c.Flaws() == 0 {
			line += l.Phrase(PhraseListStop) + l.Phrase(PhraseScoreWell)
		}
		for _, flaw := range []struct {
			phrase Phrase
			n      int64
		}{
			{PhraseWeeklyRefused, c.Refused}, {PhraseWeeklyConflicts, c.Conflicts}, {PhraseWeeklyLate, c.Late},
			{PhraseWeeklyUnknown, c.UnknownFields + c.UnknownValues}, {PhraseWeeklyKeys, c.Misrouted + c.Misplaced},
		} {
			if flaw.n > 0 {
				line += l.Phrase(PhraseListStop) + l.Phrase(flaw.phrase, "count", count(flaw.n))
			}
		}
		p.Lines = append(p.Lines, line)
	}
	return l.more(p, max(0, len(all)-digestCases), quote("tocsin sources"))
}

// AppendJSON appends the message as one JSON object without a line end, as the outbox keeps it.
func (s *Scorecard) AppendJSON(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "kind", scorecardKind)
	b = appendNumberMember(b, "version", scorecardVersion)
	b = appendInstantMember(b, "made_at", s.MadeAt)
	b = appendStringMember(b, "channel", s.Channel)
	b = appendDateMember(b, "first", s.First)
	b = appendDateMember(b, "last", s.Last)
	return append(appendScore(appendStringMember(b, "name", s.Score.Source), &s.Score), '}')
}

// ParseScorecard reads what AppendJSON wrote.
func ParseScorecard(body []byte) (*Scorecard, error) {
	var w struct {
		Version int
		MadeAt  instantWire `json:"made_at"`
		Channel string
		First   dateWire
		Last    dateWire
		scoreWire
	}
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("scorecard: %w", err)
	}
	if w.Version != scorecardVersion || w.Last == 0 || strings.TrimSpace(w.Name) == "" {
		return nil, fmt.Errorf("scorecard of version %d, name %q: %w", w.Version, w.Name, errEncoding)
	}
	return &Scorecard{w.Channel, state.Date(w.First), state.Date(w.Last), state.Instant(w.MadeAt), w.score()}, nil
}
