package alerts

import (
	"cmp"
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// Everybody stands for the portfolio where a customer is named.
const Everybody state.CustomerID = "*"

// SignalSystemic is the signal of rules in which too many customers rose on one day: see [Systemic].
const SignalSystemic = "systemic"

// When a rule is systemic.
const (
	systemicCustomers = 20 // active ones at least
	systemicPercent   = 30 // of them: more
)

// MayBeSystemic tells whether so many customers who rose in a rule may be too many where at least so many are active: then it is worth while
// to count on who is.
func MayBeSystemic(risen, active int) bool {
	return risen*100 > max(active, systemicCustomers)*systemicPercent
}

// Systemic are the rules in which more than 30 % of the customers rose to warning or above on a day, of 20 active ones at least, by
// signal: the cause is likely to be the seller's own, as late invoices or a system's cut-over.
func Systemic(day state.Date, risen []state.Risen, active int) (all []state.Systemic) {
	if active < systemicCustomers {
		return nil
	}
	for _, r := range risen {
		if r.Customers*100 > active*systemicPercent {
			all = append(all, state.Systemic{Day: day, Signal: r.Signal, Risen: r.Customers, Active: active})
		}
	}
	return all
}

// SystemicRaised is the alert of a day with systemic rules, known at its end.
func SystemicRaised(of []state.Systemic, at state.Instant, config string) *Transition {
	t := ofEverybody(SignalSystemic, of[0].Day)
	t.Seq, t.At, t.KnownAt, t.To, t.Kind, t.Config = 1, of[0].Day, at, detectors.Warning, Raised, config
	for _, y := range of {
		t.Facts = append(t.Facts, detectors.Fact{
			Name: y.Signal, Value: state.RatioString(int64(y.Risen), int64(y.Active), 3), Threshold: state.RatioString(systemicPercent, 100, 3),
		})
	}
	return t
}

// SystemicCleared ends it on a day, when a person has let everything go.
func SystemicCleared(raised, on state.Date, at state.Instant, config string) *Transition {
	t := ofEverybody(SignalSystemic, raised)
	t.Seq, t.At, t.KnownAt, t.From, t.Kind, t.Config = 2, on, at, detectors.Warning, Cleared, config
	return t
}

// RoseOn tells whether an open case has nothing to tell but what rose on a day: when that closes it may turn out to be systemic.
func (m *CaseMessage) RoseOn(day state.Date) bool {
	for i := range m.Alerts {
		if a := &m.Alerts[i]; a.Since != day && a.LevelSince != day {
			return false
		}
	}
	return len(m.Alerts) > 0 && m.State == CaseOpen
}

// IsSystemic tells whether a case has nothing to tell but what rose in systemic rules, each on its day.
func (m *CaseMessage) IsSystemic(of []state.Systemic) bool {
	for i := range m.Alerts {
		if !slices.ContainsFunc(of, m.Alerts[i].roseIn) {
			return false
		}
	}
	return len(m.Alerts) > 0 && m.State == CaseOpen
}

// roseIn tells whether an alert is of a rule, and rose on its day.
func (a *CaseAlert) roseIn(y state.Systemic) bool {
	return y.Signal == a.Signal && (y.Day == a.Since || y.Day == a.LevelSince)
}

// Withhold keeps with a summary in which of the rules that are withheld a case rose that it counts.
func (s *Summary) Withhold(m *CaseMessage, of []state.Systemic) {
	for i := range m.Alerts {
		for _, y := range of {
			at, known := slices.BinarySearchFunc(s.Rules, y, byRule)
			if m.Alerts[i].roseIn(y) && !known {
				s.Rules = slices.Insert(s.Rules, at, y)
			}
		}
	}
}

// Amend has a summary say of its rules what people have let go by now, as all lists them. It tells whether that is another wording.
func (s *Summary) Amend(all []state.Systemic, now state.Instant) bool {
	changed := false
	for i := range s.Rules {
		y := &s.Rules[i]
		at := slices.IndexFunc(all, func(other state.Systemic) bool { return byRule(other, *y) == 0 })
		if at >= 0 && y.Withheld() && !all[at].Withheld() {
			*y, changed = all[at], true
		}
	}
	if changed {
		s.Seq, s.KnownAt = s.Seq+1, now
	}
	return changed
}

// LetGo tells whether people have let go all that a summary tells of as systemic.
func (s *Summary) LetGo() bool {
	return len(s.Rules) > 0 && !slices.ContainsFunc(s.Rules, func(y state.Systemic) bool { return y.Withheld() })
}

func byRule(a, b state.Systemic) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Signal, b.Signal))
}
