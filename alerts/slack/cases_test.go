package slack

import (
	"fmt"
	"slices"
	"time"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

var eur, _ = state.ParseCurrency("EUR")

func euros(minor int64) state.Money { return state.Money{Minor: minor, Currency: eur} }

// breach is a case after its second change: an order broke the limit, and invoices are overdue.
func breach() *alerts.CaseMessage {
	at := state.DateOf(2026, 11, 20)
	return &alerts.CaseMessage{
		CaseID: "3f1c0a5be2d84d7f9a60c1b2d3e4f506", Seq: 2, Customer: "C-104822", Name: "Nordwind Handels GmbH",
		State: alerts.CaseOpen, Severity: detectors.Critical, Before: detectors.Warning,
		Opened: state.DateOf(2026, 11, 18), At: at, KnownAt: 1795166043271000000,
		Headline: alerts.Headline{
			Exposure: euros(28512050), Limit: euros(25000000), Utilisation: "1.140", Overdue: euros(6140000), DaysPastDue: 38,
			Score: 77, Grade: state.GradeBad, Before: detectors.Standing{Score: 52, Grade: state.GradeWatch}, Watched: state.DateOf(2026, 10, 30),
		},
		MoneyAtRisk: euros(28512050),
		Alerts: []alerts.CaseAlert{
			{
				AlertID: "a1", Signal: "limit_breach", Level: detectors.Critical, Reason: "ORDER",
				Since: state.DateOf(2026, 11, 18), LevelSince: at,
				Detail: detectors.Detail{
					Facts: []detectors.Fact{
						{Name: "utilisation", Value: "1.140", Threshold: "1.010"},
						{Name: "exposure", Value: "285120.50", Threshold: "250000.00"},
					},
					MoneyAtRisk: euros(28512050),
					ClearsIf: []detectors.Remedy{
						{Do: "pay", Amount: euros(4762050), To: detectors.Warning},
						{Do: "raise_limit", Amount: euros(30012685), To: detectors.Warning},
					},
					Actions:  []string{"hold_orders", "release_or_deny_held_orders"},
					Evidence: []string{"SO-991822", "INV-184102"},
				},
			},
			{
				AlertID: "a2", Signal: "overdue", Level: detectors.Warning,
				Since: state.DateOf(2026, 11, 18), LevelSince: state.DateOf(2026, 11, 18),
				Detail: detectors.Detail{
					Facts: []detectors.Fact{
						{Name: "days_past_due", Value: "38", Threshold: "30"},
						{Name: "open_amount", Value: "61400.00", Threshold: "2500.00"},
					},
					MoneyAtRisk: euros(6140000),
					ClearsIf:    []detectors.Remedy{{Do: "pay", Amount: euros(6140000), To: detectors.None}},
					Actions:     []string{"formal_letter", "hold_orders"},
					Evidence:    []string{"INV-184102"},
				},
			},
		},
		Changes: []alerts.Change{{
			AlertID: "a1", Signal: "limit_breach", Reason: "ORDER", From: detectors.Warning, To: detectors.Critical, Kind: alerts.Escalated,
		}},
		Task: alerts.CaseTask{TaskID: "t1", State: alerts.TaskAcknowledged, Owner: "li.wei", By: "ana", Due: 1795449600000000000},
	}
}

// quiet is the least that a case can say: no profile, no money, nobody named.
func quiet() *alerts.CaseMessage {
	at := state.DateOf(2026, 11, 20)
	return &alerts.CaseMessage{
		CaseID: "77", Seq: 1, Customer: "C-7", State: alerts.CaseOpen, Severity: detectors.Warning, Opened: at, At: at,
		KnownAt: at.Start(time.UTC),
		Alerts: []alerts.CaseAlert{{
			AlertID: "a1", Signal: "limit_missing", Level: detectors.Warning, Since: at, LevelSince: at,
			Detail: detectors.Detail{Actions: []string{"set_limit"}, ClearsIf: []detectors.Remedy{{Do: "set_limit"}}},
		}},
		Changes: []alerts.Change{{AlertID: "a1", Signal: "limit_missing", To: detectors.Warning, Kind: alerts.Raised}},
		Task:    alerts.CaseTask{TaskID: "t7", State: alerts.TaskOpen, Acknowledge: 1795176000000000000, Due: 1795449600000000000},
	}
}

// lapsing is a case of much that needs a word: a share that has fallen below its threshold, a grade that a floor makes, a task that
// was due, and an invoice too small to count.
func lapsing() *alerts.CaseMessage {
	msg := breach()
	msg.Severity, msg.Headline.DaysPastDue, msg.Headline.Overdue = detectors.Critical, 107, euros(1530000)
	msg.Alerts = []alerts.CaseAlert{
		{
			AlertID: "a1", Signal: "overdue_ratio", Level: detectors.Critical, Since: msg.Opened, LevelSince: msg.Opened,
			Footing: alerts.OnHold, Ends: state.DateOf(2026, 11, 30), HoldDays: 14,
			Detail: detectors.Detail{
				Facts: []detectors.Fact{
					{Name: "overdue_ratio", Value: "0.153", Threshold: "0.250"}, {Name: "overdue", Value: "15300.00", Threshold: "1000.00"},
					{Name: "receivables", Value: "100000.00"}, {Name: "open_invoices", Value: "7", Threshold: "3"},
				},
				MoneyAtRisk: euros(1530000), Actions: []string{"formal_letter"}, Evidence: []string{"INV-184102"},
			},
		},
		{
			AlertID: "a2", Signal: "composite", Reason: "WATCH", Level: detectors.Warning, Since: msg.Opened, LevelSince: msg.Opened,
			Detail: detectors.Detail{
				Facts: []detectors.Fact{
					{Name: "score", Value: "45", Threshold: "45"}, {Name: "grade", Value: "watch"}, {Name: "points_overdue_ratio", Value: "12"},
					{Name: "points_payment_slowdown", Value: "20"}, {Name: "points_floor_critical", Value: "13"},
				},
				MoneyAtRisk: euros(10000000), Actions: []string{"put_on_watch_list"},
			},
		},
		{
			AlertID: "a3", Signal: "payment_slowdown", Level: detectors.Warning, Since: msg.At, LevelSince: msg.At, HoldDays: 14,
			Detail: detectors.Detail{
				Facts:    []detectors.Fact{{Name: "days_slower", Value: "11.0", Threshold: "10"}},
				ClearsIf: []detectors.Remedy{{Do: "pay", Amount: euros(1530000), To: detectors.None}}, Actions: []string{"call_customer"},
			},
		},
	}
	msg.Alerts = append(msg.Alerts, alerts.CaseAlert{
		AlertID: "a4", Signal: "overdue", Level: detectors.Warning, Since: msg.At, LevelSince: msg.At,
		Detail: detectors.Detail{Facts: []detectors.Fact{{Name: "days_past_due", Value: "31", Threshold: "30"}}},
	})
	msg.Changes = []alerts.Change{{AlertID: "a3", Signal: "payment_slowdown", To: detectors.Warning, Kind: alerts.Raised}}
	msg.Task.Due = msg.KnownAt - state.Instant(72*time.Hour)
	return msg
}

// snoozed is the breach put off by somebody who says of an alert that it was known.
func snoozed() *alerts.CaseMessage {
	msg := breach()
	msg.Task.State, msg.Task.ReasonCode, msg.Task.SnoozedUntil, msg.Task.Worse = alerts.TaskOpen, "timing", state.DateOf(2026, 12, 4), 25
	msg.Alerts[1].Feedback = "known"
	return msg
}

// handed is the quiet case, which nobody has in hand though it was given to somebody and is put off.
func handed() *alerts.CaseMessage {
	msg := quiet()
	msg.Task.Owner, msg.Task.By, msg.Task.SnoozedUntil, msg.Task.ReasonCode = "bo", "ana", state.DateOf(2026, 11, 23), "seasonal"
	return msg
}

// covered is the breach while its owner is away.
func covered() *alerts.CaseMessage {
	msg := breach()
	msg.Task.Deputy = "bo"
	return msg
}

// grouped is the breach of a customer whose group has other tasks that wait.
func grouped() *alerts.CaseMessage {
	msg := breach()
	msg.Group = &alerts.CaseGroup{Tasks: 3, Severity: detectors.Critical, AtRisk: []state.Money{euros(51240000)}}
	return msg
}

// moved is what the breach leaves behind where it is told no more.
func moved(msg *alerts.CaseMessage, to ...string) *alerts.CaseMessage {
	msg.MovedTo = to
	return msg
}

// settled is the breach when all is paid.
func settled() *alerts.CaseMessage {
	msg := breach()
	msg.Seq, msg.State, msg.Severity, msg.Before = 3, alerts.CaseClosed, detectors.None, detectors.Critical
	msg.At = state.DateOf(2026, 11, 25)
	msg.Headline = alerts.Headline{Exposure: euros(17650000), Limit: euros(25000000), Utilisation: "0.706", Overdue: euros(0)}
	msg.MoneyAtRisk, msg.Alerts = state.Money{}, nil
	msg.Changes = []alerts.Change{
		{AlertID: "a1", Signal: "limit_breach", Reason: "ORDER", From: detectors.Critical, Kind: alerts.Cleared},
		{AlertID: "a2", Signal: "overdue", From: detectors.Warning, Kind: alerts.Cleared},
	}
	msg.Task.State, msg.Task.Due, msg.Task.Decision = alerts.TaskDecided, 0, "no_action"
	msg.Task.ReasonCode, msg.Task.NextReview = "timing", state.DateOf(2026, 12, 20)
	return msg
}

// inReview is the breach while somebody looks into it.
func inReview() *alerts.CaseMessage {
	msg := breach()
	msg.Seq, msg.Task.State = 3, alerts.TaskInReview
	return msg
}

// decided is the breach when it is decided what is to be done, and its alerts stand.
func decided() *alerts.CaseMessage {
	msg := breach()
	msg.Seq, msg.Task.State, msg.Task.Due = 4, alerts.TaskDecided, 0
	msg.Task.Decision, msg.Task.NextReview = "hold_orders", state.DateOf(2026, 12, 4)
	return msg
}

// retracted is the breach of which an alert was none: what it went by was corrected.
func retracted() *alerts.CaseMessage {
	msg := breach()
	msg.Seq, msg.Severity, msg.Before, msg.Alerts = 3, detectors.Warning, detectors.Critical, msg.Alerts[1:]
	msg.MoneyAtRisk = euros(6140000)
	msg.Changes = []alerts.Change{
		{AlertID: "a1", Signal: "limit_breach", Reason: "ORDER", From: detectors.Critical, Kind: alerts.Retracted},
	}
	return msg
}

// over is the breach when all of it is retracted and its task closed by itself.
func over() *alerts.CaseMessage {
	msg := settled()
	for i := range msg.Changes {
		msg.Changes[i].Kind = alerts.Retracted
	}
	msg.Task = alerts.CaseTask{TaskID: "t1", State: alerts.TaskClosed}
	return msg
}

// manyCases is a summary of so many cases, of which a few are worse than the others.
func manyCases(why string, n int) *alerts.Summary {
	s := &alerts.Summary{
		SummaryID: "9d1c0a5be2d84d7f9a60c1b2d3e4f5aa", Seq: 1, Why: why, To: state.DateOf(2026, 11, 20), KnownAt: 1795166043271000000,
	}
	for i := range n {
		m := breach()
		m.Customer = state.CustomerID(fmt.Sprintf("C-%d", 104822+i))
		m.CaseID, m.Name = fmt.Sprintf("%032x", i), fmt.Sprintf("Nordwind %d GmbH", i)
		m.MoneyAtRisk.Minor += int64(i) * 100
		if i%20 > 0 {
			m.Severity, m.Alerts = detectors.Warning, m.Alerts[1:]
		}
		m.Opened -= state.Date(i)
		s.Add(m, false)
	}
	return s
}

// heldBack is a summary of what an outbox holds back in a channel.
func heldBack(why string, n int) *alerts.Summary {
	s := manyCases(why, n)
	s.Channel, s.Seq = "#credit-alerts", 4
	return s
}

// letGoOf is a summary of what is systemic in two rules, of which people have let some go.
func letGoOf(n int) *alerts.Summary {
	s := heldBack(alerts.WhySystemic, 30)
	s.Rules = tooMany()
	for i := range s.Rules[:n] {
		s.Rules[i].By, s.Rules[i].Released = []string{"ana", "bo"}[i], 1795166043271000000
	}
	return s
}

// erasedOf is a summary of which the first is erased.
func erasedOf(s *alerts.Summary) *alerts.Summary {
	first := s.Worst[0].Customer
	s.Unname(func(id state.CustomerID) (state.CustomerID, bool) {
		return "erased-4685f0fb3f1e5bd5f4e380029ad610bf", id == first
	})
	return s
}

// hostileSummary is a summary in which every string of a publisher means harm.
func hostileSummary(name string) *alerts.Summary {
	s := manyCases(alerts.WhyLate, 40)
	for i := range s.Worst {
		s.Worst[i].Name, s.Worst[i].Customer = name, "<!here>*`_C-1_`*"
	}
	s.Rules = slices.Repeat([]state.Systemic{{Day: s.To, Signal: "overdue", Risen: 9, Active: 20, Released: s.KnownAt, By: name}, tooMany()[0]}, 12)
	return s
}

// ofCustomSign is a case of a sign that the configuration defines.
func ofCustomSign() *alerts.CaseMessage {
	msg := quiet()
	msg.Alerts = []alerts.CaseAlert{{
		AlertID: "A-1", Signal: "growing_debt", Level: detectors.Warning, Since: msg.Opened, LevelSince: msg.Opened,
		Detail: detectors.Detail{
			Wording: "Owes {receivables}, {max_days_past_due} days past due",
			Facts: []detectors.Fact{
				{Name: "receivables", Value: "51200.00", Threshold: "50000.00"}, {Name: "max_days_past_due", Value: "12", Threshold: "10"},
				{Name: "segment", Value: "key <@here>", Threshold: "key"},
			},
			MoneyAtRisk: euros(5120000), Evidence: []string{"INV-1"}, Actions: []string{"call_customer"},
		},
	}}
	msg.Changes[0].Signal = "growing_debt"
	return msg
}
