package alerts

import (
	"encoding/json"
	"fmt"

	"tocsin/detectors"
	"tocsin/state"
)

// Message is what a sender shows in one post that it can edit later: a [*CaseMessage], a [*Summary], a
// [*Digest], a [*WeeklyDigest], a [*MonthlyDigest], a [*Behind] or [*Refusals]. A [*Canary] is one that no sender gets.
type Message interface {
	// Key names what the message is about, by which a sender finds it again, and its state there.
	Key() state.MessageKey
	// Digest tells two states of it apart as far as people have to be told.
	Digest() string
	// AppendJSON appends the message as the outbox keeps it.
	AppendJSON(b []byte) []byte
}

// Key names the case and its state.
func (m *CaseMessage) Key() state.MessageKey { return state.MessageKey{Case: m.CaseID, Seq: m.Seq} }

// Key names the summary and its wording.
func (s *Summary) Key() state.MessageKey { return state.MessageKey{Case: s.SummaryID, Seq: s.Seq} }

// Digest tells a summary's wordings apart.
func (s *Summary) Digest() string { return fmt.Sprintf("summary %d", s.Seq) }

// A summary's body begins with what it is, which a case's does not have, and with the version of its members: an earlier program
// leaves one that it does not know to a later one.
const (
	summaryKind    = "summary"
	summaryVersion = 1
	noticeVersion  = 2 // of a summary that has a channel
	rulesVersion   = 3 // and rules
)

// ParseMessage reads what the AppendJSON of a message wrote.
func ParseMessage(body []byte) (Message, error) {
	var what struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(body, &what); err != nil {
		return nil, fmt.Errorf("message: %w", err)
	}
	switch what.Kind {
	case "":
		return ParseCaseMessage(body)
	case summaryKind:
		return ParseSummary(body)
	case weeklyKind:
		return ParseWeeklyDigest(body)
	case monthlyKind:
		return ParseMonthlyDigest(body)
	case digestKind:
		return ParseDigest(body)
	case behindKind:
		return ParseBehind(body)
	case refusalsKind:
		return ParseRefusals(body)
	case scorecardKind:
		return ParseScorecard(body)
	case canaryKind:
		return ParseCanary(body)
	case wordKind:
		return ParseWord(body)
	}
	return nil, fmt.Errorf("message of kind %q: %w", what.Kind, errEncoding)
}

// AppendJSON appends the summary as the outbox keeps it.
func (s *Summary) AppendJSON(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "kind", summaryKind)
	b = appendNumberMember(b, "version", s.version())
	b = appendOptional(b, "channel", s.Channel)
	b = appendStringMember(b, "summary_id", s.SummaryID)
	b = appendNumberMember(b, "seq", s.Seq)
	b = appendStringMember(b, "why", s.Why)
	b = appendDateMember(b, "from", s.From)
	b = appendDateMember(b, "to", s.To)
	b = appendNumberMember(b, "known_at_ns", int64(s.KnownAt))
	b = appendNumberMember(b, "critical", int64(s.Critical))
	b = appendNumberMember(b, "warning", int64(s.Warning))
	b = appendMember(b, "at_risk")
	b = appendList(b, s.AtRisk, func(b []byte, m *state.Money) []byte {
		return append(appendMoneyMember(append(b, '{'), "sum", *m), '}')
	})
	b = appendList(appendMember(b, "worst"), s.Worst, appendSummaryCase)
	if len(s.Rules) > 0 {
		b = appendList(appendMember(b, "rules"), s.Rules, appendRule)
	}
	return append(b, '}')
}

// version is that of the body: the earliest that has all its members.
func (s *Summary) version() int64 {
	switch {
	case len(s.Rules) > 0:
		return rulesVersion
	case s.Channel != "":
		return noticeVersion
	}
	return summaryVersion
}

func appendRule(b []byte, y *state.Systemic) []byte {
	b = appendSystemic(b, y)
	if !y.Withheld() {
		b = appendStringMember(appendNumberMember(b, "released_ns", int64(y.Released)), "released_by", y.By)
	}
	return append(b, '}')
}

// appendSystemic begins an object with what a close has found.
func appendSystemic(b []byte, y *state.Systemic) []byte {
	b = appendStringMember(appendDateMember(append(b, '{'), "day", y.Day), "signal", y.Signal)
	return appendNumberMember(appendNumberMember(b, "risen", int64(y.Risen)), "active", int64(y.Active))
}

func appendSummaryCase(b []byte, c *SummaryCase) []byte {
	b = appendStringMember(append(b, '{'), "case_id", c.CaseID)
	b = appendStringMember(b, "customer_id", string(c.Customer))
	b = appendStringMember(b, "name", c.Name)
	b = appendLevelMember(b, "severity", c.Severity)
	b = appendDateMember(b, "opened", c.Opened)
	b = appendMoneyMember(b, "money_at_risk", c.MoneyAtRisk)
	return append(appendCaseAlert(appendMember(b, "alert"), &c.Alert), '}')
}

// The shapes in which a summary is read.
type (
	summaryWire struct {
		Version   int    `json:"version"`
		Channel   string `json:"channel"`
		SummaryID string `json:"summary_id"`
		Seq       int64  `json:"seq"`
		Why       string `json:"why"`
		From      dateWire
		To        dateWire
		KnownAt   int64 `json:"known_at_ns"`
		Critical  int
		Warning   int
		AtRisk    []struct{ Sum moneyWire } `json:"at_risk"`
		Worst     []summaryCaseWire
		Rules     []struct {
			systemicWire
			Released int64  `json:"released_ns"`
			By       string `json:"released_by"`
		}
	}
	summaryCaseWire struct {
		CaseID      string `json:"case_id"`
		Customer    string `json:"customer_id"`
		Name        string
		Severity    levelWire
		Opened      dateWire
		MoneyAtRisk moneyWire `json:"money_at_risk"`
		Alert       alertWire
	}
)

// ParseSummary reads what AppendJSON wrote.
func ParseSummary(body []byte) (*Summary, error) {
	var w summaryWire
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("summary: %w", err)
	}
	told := w.Version == summaryVersion || w.Version == noticeVersion && w.Channel != "" || w.Version == rulesVersion && len(w.Rules) > 0
	if !told || w.SummaryID == "" || w.Seq < 1 {
		return nil, fmt.Errorf("summary of version %d, id %q: %w", w.Version, w.SummaryID, errEncoding)
	}
	s := &Summary{
		SummaryID: w.SummaryID, Seq: w.Seq, Why: w.Why, Channel: w.Channel, From: state.Date(w.From), To: state.Date(w.To), KnownAt: state.Instant(w.KnownAt),
		Critical: w.Critical, Warning: w.Warning,
	}
	for _, sum := range w.AtRisk {
		s.AtRisk = append(s.AtRisk, state.Money(sum.Sum))
	}
	for i := range w.Worst {
		c := &w.Worst[i]
		s.Worst = append(s.Worst, SummaryCase{
			CaseID: c.CaseID, Customer: state.CustomerID(c.Customer), Name: c.Name, Severity: detectors.Level(c.Severity),
			Opened: state.Date(c.Opened), MoneyAtRisk: state.Money(c.MoneyAtRisk), Alert: c.Alert.alert(),
		})
	}
	for i := range w.Rules {
		y := &w.Rules[i]
		rule := y.systemic()
		rule.Released, rule.By = state.Instant(y.Released), y.By
		s.Rules = append(s.Rules, rule)
	}
	return s, nil
}
