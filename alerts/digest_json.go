package alerts

import (
	"fmt"

	"tocsin/state"
)

// The kind of a digest's body, and the version of its members, as of a summary's.
const (
	digestKind    = "digest"
	digestVersion = 1
)

// DailyCase is the case under which the digest of a business day is kept.
func DailyCase(day state.Date) string { return digestKind + "/" + day.String() }

// Key names the digest and its wording.
func (d *Digest) Key() state.MessageKey {
	return state.MessageKey{Case: DailyCase(d.Day), Seq: d.Seq}
}

// Digest tells a digest's wordings apart.
func (d *Digest) Digest() string { return fmt.Sprintf("digest %s %d", d.Day, d.Seq) }

// Made is when it was made.
func (d *Digest) Made() state.Instant { return d.MadeAt }

// AppendJSON appends the digest as one JSON object without a line end, as the outbox keeps it.
func (d *Digest) AppendJSON(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "kind", digestKind)
	b = appendNumberMember(b, "version", digestVersion)
	b = appendNumberMember(b, "seq", d.Seq)
	b = appendInstantMember(b, "made_at", d.MadeAt)
	b = appendDateMember(b, "day", d.Day)
	b = appendDateMember(b, "last", d.Last)
	b = d.New.append(b, "new")
	b = d.Worse.append(b, "worse")
	b = d.Better.append(b, "better")
	b = d.Closed.append(b, "closed")
	b = d.Overdue.append(b, "tasks_overdue")
	b = d.Today.append(b, "tasks_due_today")
	b = appendNumberMember(b, "withheld", int64(d.Withheld))
	b = appendList(appendMember(b, "stale"), d.Stale, func(b []byte, s *state.StaleInput) []byte {
		b = appendStringMember(append(b, '{'), "topic", s.Topic)
		b = appendNumberMember(b, "partition", int64(s.Partition))
		return append(appendDateMember(b, "since", s.Since), '}')
	})
	if d.Agenda.Count > 0 {
		b = d.Agenda.append(b, "agenda")
	}
	if d.Groups.Count > 0 {
		b = d.Groups.append(b, "groups")
	}
	if len(d.Systemic) > 0 {
		b = appendList(appendMember(b, "systemic"), d.Systemic, func(b []byte, y *state.Systemic) []byte {
			return append(appendSystemic(b, y), '}')
		})
	}
	b = appendNumberMember(b, "customers", int64(d.Customers))
	return append(appendInstantMember(b, "last_event", d.LastEvent), '}')
}

func (n *DigestNews) append(b []byte, name string) []byte {
	b = appendNumberMember(append(appendMember(b, name), '{'), "count", int64(n.Count))
	b = appendSums(appendMember(b, "at_risk"), n.AtRisk)
	return append(appendList(appendMember(b, "cases"), n.Cases, func(b []byte, c *DigestCase) []byte {
		b = appendStringMember(append(b, '{'), "customer_id", string(c.Customer))
		b = appendOptional(b, "name", c.Name)
		b = appendLevelMember(b, "severity", c.Severity)
		b = appendTextsMember(b, "signals", c.Signals)
		return append(appendMoneyMember(b, "money_at_risk", c.MoneyAtRisk), '}')
	}), '}')
}

func (t *DigestTasks) append(b []byte, name string) []byte {
	b = appendNumberMember(append(appendMember(b, name), '{'), "count", int64(t.Count))
	b = appendList(appendMember(b, "owners"), t.Owners, func(b []byte, o *DigestOwner) []byte {
		b = appendOptional(append(b, '{'), "owner", o.Owner)
		b = appendNumberMember(b, "count", int64(o.Count))
		return append(appendList(appendMember(b, "tasks"), o.Tasks, func(b []byte, t *DigestTask) []byte {
			b = appendStringMember(append(b, '{'), "task_id", t.TaskID)
			b = appendStringMember(b, "customer_id", string(t.Customer))
			b = appendOptional(b, "name", t.Name)
			b = appendInstantMember(b, "due", t.Due)
			return append(appendMoneyMember(b, "money_at_risk", t.MoneyAtRisk), '}')
		}), '}')
	})
	return append(appendNumberMember(b, "more_owners", int64(t.More)), '}')
}
