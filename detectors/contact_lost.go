package detectors

import (
	"strconv"

	"tocsin/state"
)

// ContactLost raises when a customer who owes money past its due date can no longer be reached.
//
// It counts the attempts that came to nothing since the customer was last heard of, within WindowDays and at most one for each
// channel and day. No answer, voicemail, no reply and a refusal weigh 1; a number that is disconnected, a mailbox that is gone
// and a letter that comes back weigh 2. An e-mail or letter counts as without reply after ReplyDays business days. Weight,
// days and the business days between the first and the last attempt make the levels, and critical takes two channels; so do
// undeliverable attempts over UndeliverableCount channels alone.
//
// The customer is heard of when somebody is reached, when he gets in touch himself, when he keeps a promise, and when at least
// ResetRatio of what was past due on the day of the first attempt has come in since. Then the count starts anew and the alert
// clears at once; it also does when what is past due is no longer material. That attempts grow old clears nothing, until
// they are forgotten after a year and a half.
//
// It stays silent on attempts of days on which nothing material was past due, on an undeliverable attempt over a channel that
// was never used before (then the address is wrong), and on outcomes that it does not know. It is not evaluable where the
// receivables need an exchange rate that is not known.
type ContactLost struct {
	WarningCount          int // weight of attempts
	CriticalCount         int
	WarningAttemptDays    int
	WarningSpanDays       int // business days
	CriticalSpanDays      int // business days
	CriticalChannelsCount int
	UndeliverableCount    int // channels
	UndeliverableWeight   int
	ResetRatio            Ratio
	ReplyDays             int // business days
	WindowDays            int
}

const (
	silent        = "SILENT"
	undeliverable = "UNDELIVERABLE"
)

var contactLostSign = Sign{
	Signal:    "contact_lost",
	Title:     "Contact lost",
	Reasons:   []string{silent, undeliverable},
	Inputs:    moneyInputs | state.InputConduct,
	ClearedBy: state.InputReceivables | state.InputConduct,
}

// NewContactLost has the default thresholds.
func NewContactLost() *ContactLost { return withDefaults(&ContactLost{}) }

// Sign is the same for all configurations.
func (d *ContactLost) Sign() *Sign { return &contactLostSign }

// Params are the thresholds.
func (d *ContactLost) Params() []Param {
	return []Param{
		whole(&d.WarningCount, "warning_count", "3", "1", "100", "Raises a warning from this weight of attempts on, given warning_attempt_days and warning_span_days."),
		whole(&d.CriticalCount, "critical_count", "5", "1", "100", "Raises critical from this weight of attempts on, given critical_channels_count and critical_span_days."),
		whole(&d.WarningAttemptDays, "warning_attempt_days", "3", "1", "45", "Days with an attempt that a warning takes."),
		whole(&d.WarningSpanDays, "warning_span_days", "5", "1", "90", "Business days from the first attempt to the last, both counted, that a warning takes."),
		whole(&d.CriticalSpanDays, "critical_span_days", "10", "1", "90", "Business days from the first attempt to the last, both counted, that critical takes."),
		whole(&d.CriticalChannelsCount, "critical_channels_count", "2", "1", "5", "Channels that critical takes."),
		whole(&d.UndeliverableCount, "undeliverable_count", "2", "1", "5", "Raises critical from this many channels with an undeliverable attempt on."),
		whole(&d.UndeliverableWeight, "undeliverable_weight_count", "2", "1", "10", "What an undeliverable attempt weighs."),
		ratio(&d.ResetRatio, "reset_ratio", "0.50", "0.01", "1", "Share of what was past due on the day of the first attempt from which on cash since then starts the count anew."),
		whole(&d.ReplyDays, "reply_days", "3", "0", "30", "Business days after which an e-mail or letter counts as without reply."),
		whole(&d.WindowDays, "window_days", "45", "1", "180", "Days for which an attempt counts."),
	}
}

// Check keeps the ladder in order.
func (d *ContactLost) Check() error {
	if err := ascendingNamed(d, "warning_count", "critical_count"); err != nil {
		return err
	}
	return ascendingNamed(d, "warning_span_days", "critical_span_days")
}

// Evaluate weighs the attempts since the customer was last heard of.
func (d *ContactLost) Evaluate(in *Input) Verdict {
	v := Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	attempted := hasAttempts(in.View)
	if !attempted && !in.View.HasContacts() {
		return v
	}
	ar, known := receivables(in.View)
	if !known {
		return Verdict{NotEvaluable: true, Next: v.Next}
	}
	if !attempted {
		return v
	}
	overdue, nextDue := pastDue(in.View)
	v.Next = sooner(v.Next, nextDue)
	if !in.Materiality.Material(overdue, ar, in.View.Currency()) {
		return v
	}
	s := d.silence(in, in.View.Contacts())
	v.Next = sooner(v.Next, s.next())
	since := s.since(0)
	if s.unknown {
		return Verdict{NotEvaluable: true, Next: v.Next}
	}
	v.Raise, v.Reason = d.level(s.tally(since, in.View.Day))
	v.Clear = above(s.highest(since))
	if v.Raise > None {
		v.Reasons[Warning] = silent
		v.Reasons[v.Raise] = v.Reason
	}
	return v
}

// level is the rung of attempts, and its reason.
func (d *ContactLost) level(t attemptTally) (Level, string) {
	switch {
	case t.weight >= d.CriticalCount && t.channels >= d.CriticalChannelsCount && t.span >= d.CriticalSpanDays:
		return Critical, silent
	case t.undeliverable >= d.UndeliverableCount:
		return Critical, undeliverable
	case t.weight >= d.WarningCount && t.days >= d.WarningAttemptDays && t.span >= d.WarningSpanDays:
		return Warning, silent
	default:
		return None, ""
	}
}

// Describe tells of the attempts, newest first.
func (d *ContactLost) Describe(in *Input, v Verdict) Detail {
	view, currency := in.View, in.View.Currency()
	overdue, _ := pastDue(view)
	ar, _ := receivables(view)
	m := in.Materiality.M(ar, currency)
	level := v.Level(in.Standing)
	s := d.silence(in, view.Contacts())
	since := s.since(0)
	t := s.tally(since, view.Day)
	out := Detail{MoneyAtRisk: state.Money{Minor: overdue, Currency: currency}}
	out.Facts = d.facts(v.ReasonAt(level, in.Reason), level, t)
	out.Facts = append(out.Facts, Fact{"overdue", money(overdue, currency), money(m, currency)})
	if heard := s.lastHeard(); heard != 0 {
		out.Facts = append(out.Facts, Fact{"last_heard_date", heard.String(), ""})
	}
	if moved := addressChange(view); moved != 0 {
		out.Facts = append(out.Facts, Fact{"address_change_date", moved.String(), ""})
	}
	if level == None {
		return out
	}
	out.Evidence = s.evidence(since)
	out.Actions = actions(contactLostSign.Signal, level, "")
	out.ClearsIf = remedies(pay, currency, level, sumTested(view.DueLines()), func(paid int64) Level {
		if pastDueAfter(view, paid) < m || s.since(paid) == view.Day {
			return None
		}
		return level
	})
	out.ClearsIf = append(out.ClearsIf, Remedy{Do: reachCustomer, To: None})
	return out
}

// facts are what was counted beside what the level takes.
func (d *ContactLost) facts(reason string, level Level, t attemptTally) []Fact {
	if reason == undeliverable {
		return []Fact{{"undeliverable_channels", strconv.Itoa(t.undeliverable), strconv.Itoa(d.UndeliverableCount)}}
	}
	weight, span := d.WarningCount, d.WarningSpanDays
	if level == Critical {
		weight, span = d.CriticalCount, d.CriticalSpanDays
	}
	facts := []Fact{
		{"attempt_weight", strconv.Itoa(t.weight), strconv.Itoa(weight)},
		{"attempt_span_days", strconv.Itoa(t.span), strconv.Itoa(span)},
	}
	if level == Critical {
		return append(facts, Fact{"attempt_channels", strconv.Itoa(t.channels), strconv.Itoa(d.CriticalChannelsCount)})
	}
	return append(facts, Fact{"attempt_days", strconv.Itoa(t.days), strconv.Itoa(d.WarningAttemptDays)})
}

// addressChangeDays is for how long a move of the registered office is told beside a lost contact.
const addressChangeDays = 365

// addressChange is the date of the latest move of the registered office; zero: none of late.
func addressChange(view *state.View) (latest state.Date) {
	for _, fact := range view.RegistryFacts() {
		if fact.Type == "address_change" && fact.Effective <= view.Day && view.Day-fact.Effective < addressChangeDays {
			latest = max(latest, fact.Effective)
		}
	}
	return latest
}
