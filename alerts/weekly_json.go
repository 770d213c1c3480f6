package alerts

import (
	"encoding/json"
	"fmt"

	"tocsin/state"
)

// The kind of a weekly digest's body, and the version of its members.
const (
	weeklyKind    = "weekly_digest"
	weeklyVersion = 1
)

// WeeklyCase is the case under which the digest of a week that ends with a day is kept.
func WeeklyCase(last state.Date) string { return digestKind + "/week/" + last.String() }

// Key names the digest and its wording.
func (w *WeeklyDigest) Key() state.MessageKey {
	return state.MessageKey{Case: WeeklyCase(w.Last), Seq: w.Seq}
}

// Digest tells its wordings apart.
func (w *WeeklyDigest) Digest() string { return fmt.Sprintf("week %s %d", w.Last, w.Seq) }

// Made is when it was made.
func (w *WeeklyDigest) Made() state.Instant { return w.MadeAt }

// AppendJSON appends the digest as one JSON object without a line end, as the outbox keeps it.
func (w *WeeklyDigest) AppendJSON(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "kind", weeklyKind)
	b = appendNumberMember(b, "version", weeklyVersion)
	b = appendNumberMember(b, "seq", w.Seq)
	b = appendInstantMember(b, "made_at", w.MadeAt)
	b = appendDateMember(b, "first", w.First)
	b = appendDateMember(b, "last", w.Last)
	b = w.Info.append(b, "info")
	b = w.Worst.append(b, "worst")
	b = w.Decided.append(b, "decided")
	b = appendNumberMember(append(appendMember(b, "tasks_open"), '{'), "count", int64(w.Open.Count))
	b = appendList(appendMember(b, "owners"), w.Open.Owners, func(b []byte, o *WeeklyOwner) []byte {
		b = appendNumberMember(appendOptional(append(b, '{'), "owner", o.Owner), "count", int64(o.Count))
		b = appendList(appendMember(b, "by_age"), o.Ages[:], func(b []byte, n *int) []byte { return fmt.Append(b, *n) })
		b = appendNumberMember(b, "oldest_days", int64(o.Oldest))
		b = appendStringMember(b, "oldest_customer_id", string(o.Of))
		return append(appendOptional(b, "oldest_name", o.Name), '}')
	})
	b = append(appendNumberMember(b, "more_owners", int64(w.Open.More)), '}')
	b = appendList(appendMember(b, "sources"), w.Sources, func(b []byte, s *state.Score) []byte {
		return append(appendScore(appendStringMember(append(b, '{'), "name", s.Source), s), '}')
	})
	return append(b, '}')
}

func (d *WeeklyDecisions) append(b []byte, name string) []byte {
	b = appendNumberMember(append(appendMember(b, name), '{'), "count", int64(d.Count))
	b = appendList(appendMember(b, "codes"), d.Codes, func(b []byte, c *WeeklyCode) []byte {
		return append(appendNumberMember(appendStringMember(append(b, '{'), "decision", c.Code), "count", int64(c.Count)), '}')
	})
	b = appendList(appendMember(b, "last"), d.Last, func(b []byte, one *WeeklyDecision) []byte {
		b = appendOptional(append(b, '{'), "customer_id", string(one.Customer))
		b = appendOptional(b, "name", one.Name)
		b = appendStringMember(appendStringMember(b, "decision", one.Code), "by", one.By)
		return append(appendInstantMember(b, "at", one.At), '}')
	})
	return append(b, '}')
}

// weeklyWire is the shape in which it is read.
type weeklyWire struct {
	Version     int         `json:"version"`
	Seq         int64       `json:"seq"`
	MadeAt      instantWire `json:"made_at"`
	First       dateWire    `json:"first"`
	Last        dateWire    `json:"last"`
	Info, Worst digestNewsWire
	Decided     decisionsWire
	Open        struct {
		Count  int
		Owners []struct {
			Owner  string
			Count  int
			Ages   [4]int `json:"by_age"`
			Oldest int    `json:"oldest_days"`
			Of     string `json:"oldest_customer_id"`
			Name   string `json:"oldest_name"`
		}
		More int `json:"more_owners"`
	} `json:"tasks_open"`
	Sources []scoreWire // an earlier program did not tell
}

// decisionsWire is the shape in which decisions are read.
type decisionsWire struct {
	Count int
	Codes []struct {
		Code  string `json:"decision"`
		Count int
	}
	Last []struct {
		Customer string `json:"customer_id"`
		Name     string
		Code     string `json:"decision"`
		By       string
		At       instantWire
	}
}

func (w *decisionsWire) decisions() WeeklyDecisions {
	d := WeeklyDecisions{Count: w.Count}
	for _, c := range w.Codes {
		d.Codes = append(d.Codes, WeeklyCode(c))
	}
	for _, c := range w.Last {
		d.Last = append(d.Last, WeeklyDecision{state.CustomerID(c.Customer), c.Name, c.Code, c.By, state.Instant(c.At)})
	}
	return d
}

// ParseWeeklyDigest reads what AppendJSON wrote.
func ParseWeeklyDigest(body []byte) (*WeeklyDigest, error) {
	var w weeklyWire
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("weekly digest: %w", err)
	}
	if w.Version != weeklyVersion || w.Last == 0 || w.Seq < 1 {
		return nil, fmt.Errorf("weekly digest of version %d, up to %q: %w", w.Version, state.Date(w.Last), errEncoding)
	}
	d := &WeeklyDigest{
		First: state.Date(w.First), Last: state.Date(w.Last), Seq: w.Seq, MadeAt: state.Instant(w.MadeAt), Info: w.Info.news(), Worst: w.Worst.news(),
		Decided: w.Decided.decisions(), Open: WeeklyTasks{Count: w.Open.Count, More: w.Open.More},
	}
	for _, o := range w.Open.Owners {
		d.Open.Owners = append(d.Open.Owners, WeeklyOwner{o.Owner, o.Count, o.Ages, o.Oldest, state.CustomerID(o.Of), o.Name})
	}
	for i := range w.Sources {
		d.Sources = append(d.Sources, w.Sources[i].score())
	}
	return d, nil
}
