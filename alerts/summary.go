package alerts

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// Why messages were withheld.
const (
	WhyFirstLoad = "first_load" // the store was new, and a history has been read into it
	WhyBehind    = "behind"     // the store stood at a past day when the run began: an outage, or a first load that was interrupted
	WhyHold      = "hold"       // notify.hold
	WhyLate      = "late"       // what has come in was older than notify.max_age
	WhyBudget    = "budget"     // their owners, or the channel, have been told of enough on that day: notify.budget
	WhySystemic  = "systemic"   // a person has to let them go: too many customers rose in the same rule on one day
	WhyLetGo     = "let_go"     // people have let them go: WhySystemic, from then on
	WhyFlood     = "flood"      // more came in at once than a channel is to get messages of: notify.flood

	WhyLateTasks = "late_tasks" // nothing was: so many tasks were late at once that a channel is told of them together, notify.late_at_once
)

// worstCases is how many cases a summary names.
const worstCases = 10

// Summary tells of many cases at once, instead of a message of each: what had been withheld, as it stood when it was let go. What
// changes later is told by the cases' own messages, so a summary never changes but when somebody it names is erased.
//
// It counts the cases that it speaks of, and not those that have had nothing to say meanwhile.
//
// What an outbox holds back is told in a summary as well, one for each channel and day, or flood. That one counts on, and what it tells
// of has its own message to come. So does one tell of tasks that are late at once.
type Summary struct {
	SummaryID         string
	Seq               int64 // 1, counted up when somebody is erased from it, and when it counts on
	Why               string
	Channel           string     // of what an outbox holds back; else empty: where summaries go
	From, To          state.Date // the business days about which it tells
	KnownAt           state.Instant
	Critical, Warning int           // open cases
	AtRisk            []state.Money // the sum over them, for each currency, by its code
	Worst             []SummaryCase // by severity, then money at risk, then customer
	// Rules are those in which the cases of [WhySystemic] rose, by day and signal, as people have let them go by then. An earlier program
	// kept none.
	Rules []state.Systemic
}

// SummaryCase is an open case in a line. Amounts in different currencies are ranked by their whole units.
type SummaryCase struct {
	CaseID      string
	Customer    state.CustomerID
	Name        string // empty: no profile is known; Erased: the rest is not told any more
	Severity    detectors.Level
	Opened      state.Date
	MoneyAtRisk state.Money
	Alert       CaseAlert // the worst; without signal where the customer is erased
}

// SummaryID names the summary that is made of messages. No two are made of the same ones, and two processes that make one of the
// same make the same.
func SummaryID(of []state.MessageKey) string {
	hash := sha256.New()
	fmt.Fprint(hash, "summary\x00")
	for _, key := range of {
		fmt.Fprintf(hash, "%s\x00%d\x00", key.Case, key.Seq)
	}
	return hex.EncodeToString(hash.Sum(nil)[:16])
}

// NoticePrefix begins the ids of all summaries of what is held back for a reason in a channel.
func NoticePrefix(why, channel string) string {
	hash := sha256.Sum256([]byte("held back\x00" + why + "\x00" + channel))
	return hex.EncodeToString(hash[:8])
}

// NoticeID names the summary of what is held back from an instant on. Later ones have greater ids.
func NoticeID(why, channel string, begins state.Instant) string {
	return fmt.Sprintf("%s%016x", NoticePrefix(why, channel), uint64(begins))
}

// NewNotice is a summary of what is held back from an instant on, made now, that tells of nothing yet.
func NewNotice(why, channel string, begins, now state.Instant) *Summary {
	return &Summary{SummaryID: NoticeID(why, channel, begins), Seq: 1, Why: why, Channel: channel, KnownAt: now}
}

// Add counts a case in, if it is open. One that nobody has seen a message of has been withheld since it opened.
func (s *Summary) Add(m *CaseMessage, seen bool) {
	if m.State != CaseOpen {
		return
	}
	if m.Severity == detectors.Critical {
		s.Critical++
	} else {
		s.Warning++
	}
	since := m.At
	if !seen {
		since = m.Opened
	}
	if s.From == 0 || since < s.From {
		s.From = since
	}
	s.risk(m.MoneyAtRisk)
	one := SummaryCase{
		CaseID: m.CaseID, Customer: m.Customer, Name: m.Name, Severity: m.Severity, Opened: m.Opened, MoneyAtRisk: m.MoneyAtRisk,
	}
	if len(m.Alerts) > 0 {
		one.Alert = m.Alerts[0]
	}
	at, _ := slices.BinarySearchFunc(s.Worst, one, worse)
	if at < worstCases {
		s.Worst = slices.Insert(s.Worst, at, one)
		s.Worst = s.Worst[:min(len(s.Worst), worstCases)]
	}
}

// Cases is how many open cases it speaks of.
func (s *Summary) Cases() int { return s.Critical + s.Warning }

func (s *Summary) risk(m state.Money) {
	if !m.Told() {
		return
	}
	at, found := slices.BinarySearchFunc(s.AtRisk, m, func(a, b state.Money) int { return cmp.Compare(a.Currency.String(), b.Currency.String()) })
	if !found {
		s.AtRisk = slices.Insert(s.AtRisk, at, m)
		return
	}
	s.AtRisk[at].Minor = state.Sum(s.AtRisk[at].Minor, m.Minor)
}

func worse(a, b SummaryCase) int {
	return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(units(b.MoneyAtRisk), units(a.MoneyAtRisk)), cmp.Compare(a.Customer, b.Customer))
}

// units are the whole units of an amount.
func units(m state.Money) int64 {
	n := m.Minor
	for range m.Currency.Scale() {
		n /= 10
	}
	return n
}

// Unname takes out of a summary what it tells of customers that are erased; as gives the pseudonym of one that is. It tells whether
// there was any.
func (s *Summary) Unname(as func(state.CustomerID) (state.CustomerID, bool)) bool {
	changed := false
	for i := range s.Worst {
		c := &s.Worst[i]
		if pseudonym, gone := as(c.Customer); gone && pseudonym != c.Customer {
			*c = SummaryCase{Customer: pseudonym, Name: Erased, Severity: c.Severity, Opened: c.Opened, MoneyAtRisk: c.MoneyAtRisk}
			changed = true
		}
	}
	if changed {
		s.Seq++
	}
	return changed
}
