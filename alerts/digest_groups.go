package alerts

import (
	"strconv"

	"tocsin/detectors"
	"tocsin/state"
)

// How much of groups a digest names.
const (
	digestGroups  = 10
	digestMembers = 5
)

// DigestGroups are the groups of which several tasks wait for a person, as the store has them when a digest is made.
type DigestGroups struct {
	Count  int
	Groups []DigestGroup // the worst of them
}

// DigestGroup is one of them.
type DigestGroup struct {
	Customer state.CustomerID // who heads it
	Name     string           // empty: no profile is known
	Count    int              // members with such a task
	AtRisk   []state.Money
	Members  []DigestMember // the worst of them
}

// DigestMember is a customer of a group.
type DigestMember struct {
	Customer state.CustomerID
	Name     string
	Severity detectors.Level // of his task
}

// NewDigestGroups is as much of groups as a digest names.
func NewDigestGroups(all []GroupTask) DigestGroups {
	d := DigestGroups{Count: len(all)}
	for i := range all[:min(len(all), digestGroups)] {
		d.Groups = append(d.Groups, all[i].told())
	}
	return d
}

// told is as much of a group as people are told in a line.
func (g *GroupTask) told() DigestGroup {
	told := DigestGroup{Customer: g.Parent, Name: g.Name, Count: len(g.Members), AtRisk: g.AtRisk}
	for i := range g.Members[:min(len(g.Members), digestMembers)] {
		m := &g.Members[i]
		told.Members = append(told.Members, DigestMember{m.Row.Customer, m.Name, m.Task.Severity})
	}
	return told
}

// GroupTask is a group in a line, with its members' tasks; quote marks ids and names.
func (l *Language) GroupTask(g *GroupTask, quote func(string) string) string {
	told := g.told()
	return l.digestGroup(&told, quote)
}

func (d *DigestGroups) named(each func(customer *state.CustomerID, name *string)) {
	for i := range d.Groups {
		g := &d.Groups[i]
		each(&g.Customer, &g.Name)
		for j := range g.Members {
			each(&g.Members[j].Customer, &g.Members[j].Name)
		}
	}
}

// digestGroups are the groups in words, with their members' tasks.
func (l *Language) digestGroups(d *DigestGroups, quote func(string) string) DigestPart {
	p := DigestPart{Title: l.Phrase(PhraseDigestTitle, "title", l.Phrase(PhraseDigestGroups), "count", strconv.Itoa(d.Count))}
	for i := range d.Groups {
		p.Lines = append(p.Lines, l.digestGroup(&d.Groups[i], quote))
	}
	return l.more(p, d.Count-len(d.Groups), quote("tocsin tasks groups"))
}

func (l *Language) digestGroup(g *DigestGroup, quote func(string) string) string {
	var members []string
	for i := range g.Members {
		m := &g.Members[i]
		members = append(members, l.Phrase(PhraseDigestMember, "customer", l.digestName(m.Customer, m.Name, quote), "severity", l.Level(m.Severity)))
	}
	if more := g.Count - len(g.Members); more > 0 {
		members = append(members, l.Phrase(PhraseDigestMore, "count", strconv.Itoa(more)))
	}
	line := l.Phrase(PhraseDigestGroup, "group", l.digestName(g.Customer, g.Name, quote), "count", strconv.Itoa(g.Count), "members", l.Steps(members))
	for _, m := range g.AtRisk {
		line += l.Phrase(PhraseLineAtRisk, "amount", l.Amount(m))
	}
	return line
}

func (d *DigestGroups) append(b []byte, name string) []byte {
	b = appendNumberMember(append(appendMember(b, name), '{'), "count", int64(d.Count))
	return append(appendList(appendMember(b, "groups"), d.Groups, func(b []byte, g *DigestGroup) []byte {
		b = appendStringMember(append(b, '{'), "customer_id", string(g.Customer))
		b = appendOptional(b, "name", g.Name)
		b = appendNumberMember(b, "count", int64(g.Count))
		b = appendSums(appendMember(b, "at_risk"), g.AtRisk)
		return append(appendList(appendMember(b, "members"), g.Members, func(b []byte, m *DigestMember) []byte {
			b = appendStringMember(append(b, '{'), "customer_id", string(m.Customer))
			b = appendOptional(b, "name", m.Name)
			return append(appendLevelMember(b, "severity", m.Severity), '}')
		}), '}')
	}), '}')
}

// digestGroupsWire is the shape in which groups are read.
type digestGroupsWire struct {
	Count  int `json:"count"`
	Groups []struct {
		Customer string      `json:"customer_id"`
		Name     string      `json:"name"`
		Count    int         `json:"count"`
		AtRisk   []moneyWire `json:"at_risk"`
		Members  []struct {
			Customer string    `json:"customer_id"`
			Name     string    `json:"name"`
			Severity levelWire `json:"severity"`
		} `json:"members"`
	} `json:"groups"`
}

func (w *digestGroupsWire) groups() DigestGroups {
	d := DigestGroups{Count: w.Count}
	for i := range w.Groups {
		g := &w.Groups[i]
		told := DigestGroup{Customer: state.CustomerID(g.Customer), Name: g.Name, Count: g.Count}
		for _, m := range g.AtRisk {
			told.AtRisk = append(told.AtRisk, state.Money(m))
		}
		for _, m := range g.Members {
			told.Members = append(told.Members, DigestMember{state.CustomerID(m.Customer), m.Name, detectors.Level(m.Severity)})
		}
		d.Groups = append(d.Groups, told)
	}
	return d
}
