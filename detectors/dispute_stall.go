package detectors

import (
	"strconv"

	"tocsin/state"
)

// DisputeStall raises when a customer disputes invoices late: genuine complaints are prompt.
//
// A dispute of an invoice is late when it is opened after the due date, within ContactDays business days after somebody got in
// touch with the customer, or more than DeliveryDays after the delivery. One that the seller has accepted, or of which he has accepted at
// least AcceptedRatio, is none from its closing on. Counted are the invoices with a late dispute opened within WindowDays, each
// once, and held against those that fell due in that time, if they are at least MinDueCount: a warning takes WarningCount of
// them and MultipleCount times the share of the BaselineDays before, of which at least FloorRatio is taken for granted. Critical are
// CriticalCount of them when what is late-disputed is material and at least DisputedRatio of all that is overdue.
//
// It clears when fewer than WarningCount are left in the window, or all late disputes are closed, and that has stood for
// the hold days.
//
// It stays silent on disputes that are raised before the due date and without any prompting, and on invoices of a batch that is known
// as a common cause: then the goods are at fault. One is found when five customers have disputed a batch within 30 days, the day that
// closes among them, and is in force from the next day on, for ever. It is not evaluable where critical takes an exchange rate that is
// not known.
type DisputeStall struct {
	WarningCount  int // invoices
	CriticalCount int
	MultipleCount int
	FloorRatio    Ratio
	MinDueCount   int
	DisputedRatio Ratio
	AcceptedRatio Ratio
	ContactDays   int // business days
	DeliveryDays  int
	WindowDays    int
	BaselineDays  int
}

var disputeStallSign = Sign{
	Signal:        "dispute_stall",
	Title:         "Late disputes",
	Inputs:        moneyInputs | state.InputConduct,
	ClearedBy:     state.InputReceivables | state.InputConduct,
	ClearHoldDays: 14,
}

// NewDisputeStall has the default thresholds.
func NewDisputeStall() *DisputeStall { return withDefaults(&DisputeStall{}) }

// Sign is the same for all configurations.
func (d *DisputeStall) Sign() *Sign { return &disputeStallSign }

// Params are the thresholds.
func (d *DisputeStall) Params() []Param {
	return []Param{
		whole(&d.WarningCount, "warning_count", "2", "1", "100", "Raises a warning from this many invoices disputed late on, given their share of those that fell due."),
		whole(&d.CriticalCount, "critical_count", "3", "1", "100", "Raises critical from this many invoices disputed late on, given disputed_ratio."),
		whole(&d.MultipleCount, "multiple_count", "2", "1", "100", "How many times the share of the time before a warning takes."),
		ratio(&d.FloorRatio, "floor_ratio", "0.02", "0", "1", "Share of invoices disputed late that is taken for granted."),
		whole(&d.MinDueCount, "min_due_count", "5", "1", "1000", "Invoices that fell due below which no share is judged."),
		ratio(&d.DisputedRatio, "disputed_ratio", "0.50", "0.01", "1", "Raises critical from this share of what is overdue on that is disputed late."),
		ratio(&d.AcceptedRatio, "accepted_ratio", "0.50", "0.01", "1", "Share of a dispute from which on it counts as accepted."),
		whole(&d.ContactDays, "contact_days", "3", "0", "30", "Business days after a contact within which a dispute is late."),
		whole(&d.DeliveryDays, "delivery_days", "30", "0", "365", "Days after the delivery beyond which a dispute is late."),
		whole(&d.WindowDays, "window_days", "60", "1", "180", "Days for which a late dispute counts."),
		whole(&d.BaselineDays, "baseline_days", "365", "30", "365", "Days before that of which the share is what is usual."),
	}
}

// Check keeps the ladder in order.
func (d *DisputeStall) Check() error { return ascendingNamed(d, "warning_count", "critical_count") }

// Evaluate counts late disputes; what fell due and what is blocked only where they may be enough.
func (d *DisputeStall) Evaluate(in *Input) Verdict {
	v := Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	list := d.lateDisputes(in.View)
	if len(list) == 0 {
		return v
	}
	recent := d.recent(list, in.View.Day)
	if recent < d.WarningCount || !stillStand(list) {
		return v
	}
	v.Next = in.View.Day + 1 // invoices fall due, and others leave the window
	ar, known := receivables(in.View)
	if recent >= d.CriticalCount && !known {
		return Verdict{NotEvaluable: true, Next: v.Next}
	}
	v.Clear = Rung(Critical)
	switch blocked, overdue := d.blocked(in.View, list); {
	case recent >= d.CriticalCount && in.Materiality.Material(blocked, ar, in.View.Currency()) && d.DisputedRatio.compare(blocked, overdue) >= 0:
		v.Raise, v.Clear = Critical, 0
	case d.unusual(d.share(in.View, list)):
		v.Raise = Warning
	}
	return v
}

// unusual tells whether the share of invoices disputed late, of those that fell due, is a multiple of what it was before.
func (d *DisputeStall) unusual(s disputeShare) bool {
	if s.due < d.MinDueCount || d.FloorRatio.compare(int64(s.recent), int64(d.MultipleCount*s.due)) < 0 {
		return false
	}
	return s.dueBefore < d.MinDueCount || s.recent*s.dueBefore >= d.MultipleCount*s.before*s.due
}

// Describe tells of the late disputes, newest first.
func (d *DisputeStall) Describe(in *Input, v Verdict) Detail {
	view, currency := in.View, in.View.Currency()
	level := v.Level(in.Standing)
	list := d.lateDisputes(view)
	share := d.share(view, list)
	blocked, overdue := d.blocked(view, list)
	threshold := d.WarningCount
	if level == Critical {
		threshold = d.CriticalCount
	}
	out := Detail{
		MoneyAtRisk: state.Money{Minor: blocked, Currency: currency},
		Facts: []Fact{
			{"late_disputes", strconv.Itoa(share.recent), strconv.Itoa(threshold)},
			{"invoices_fallen_due", strconv.Itoa(share.due), strconv.Itoa(d.MinDueCount)},
			{"late_disputes_before", strconv.Itoa(share.before), ""},
			{"invoices_fallen_due_before", strconv.Itoa(share.dueBefore), ""},
			{"blocked_amount", money(blocked, currency), ""},
		},
	}
	if overdue > 0 {
		ratio := Fact{"blocked_ratio", state.RatioString(blocked, overdue, 3), ""}
		if level == Critical {
			ratio.Threshold = state.RatioString(int64(d.DisputedRatio), ratioUnit, 3)
		}
		out.Facts = append(out.Facts, ratio)
	}
	if accepted, closed := d.acceptance(view); closed > 0 {
		out.Facts = append(out.Facts, Fact{"disputes_accepted_ratio", state.RatioString(int64(accepted), int64(closed), 3), ""})
	}
	if len(list) > 0 {
		out.Facts = append(out.Facts, list[len(list)-1].facts()...)
	}
	if level == None {
		return out
	}
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].OpenedDate > view.Day-state.Date(d.WindowDays) || list[i].Closed == nil {
			out.Evidence = cite(cite(out.Evidence, list[i].DisputeID), list[i].invoice.InvoiceID)
		}
	}
	out.Actions = actions(disputeStallSign.Signal, level, "")
	out.ClearsIf = []Remedy{{Do: resolveDisputes, To: None}}
	return out
}
