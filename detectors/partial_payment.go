package detectors

import (
	"strconv"

	"tocsin/state"
)

// PartialPayment raises when a customer rations cash: pays in parts, pays new and small ones before old and large ones, or sends
// round sums that fit no invoice.
//
// PARTIAL: of the invoices on which cash came in the last WindowDays on or after a due date, the share by total that was paid in
// parts. That is one of which something due is left open without a reason, or a line that took two late payments on different
// days. It is held against the customer's own habit in the BaselineDays before, or BaselineRatio where fewer than BaselineCount
// invoices tell it; the habit is frozen while the alert stands. CHERRY_PICKING: of the cash that the customer directed, the share
// that went to invoices due more than SkippedDays after the oldest overdue one that is large for this customer. ROUND_SUMS: receipts
// without a reference, of a large round amount that fits neither an invoice nor those that it was booked on, while a material
// amount is overdue.
//
// It is critical when CriticalCount invoices and CriticalRatio of the total are paid in parts, or when both the first two hold.
//
// It stays silent on payments before the due date, on what is not yet due or in a kept instalment plan, on retention, withholding
// tax, agreed instalments, accepted disputes, small bank fees and differences of exchange, and on what the seller's own booking
// chose. Credit notes are no payments.
type PartialPayment struct {
	WindowDays    int
	WarningCount  int
	CriticalCount int
	WarningRatio  Ratio
	CriticalRatio Ratio
	HabitRatio    Ratio // above the habit
	ClearRatio    Ratio
	BaselineDays  int
	BaselineCount int
	BaselineRatio Ratio
	FeeAmount     int // major units
	FXRatio       Ratio

	CherryRatio      Ratio
	CherryClearRatio Ratio
	CherryCount      int
	SkippedDays      int
	SkippedTimes     int // of the median total

	RoundCount int
	RoundTimes int // of the material amount
	RoundSteps int // in the least round sum
}

const (
	partialReason = "PARTIAL"
	cherryPicking = "CHERRY_PICKING"
	roundSums     = "ROUND_SUMS"
)

var partialPaymentSign = Sign{
	Signal:        "partial_payment",
	Title:         "Paid in parts",
	Reasons:       []string{partialReason, cherryPicking, roundSums},
	Inputs:        moneyInputs,
	ClearedBy:     state.InputReceivables,
	ClearHoldDays: 14,
}

// NewPartialPayment has the default thresholds.
func NewPartialPayment() *PartialPayment { return withDefaults(&PartialPayment{}) }

// Sign is the same for all configurations.
func (d *PartialPayment) Sign() *Sign { return &partialPaymentSign }

// Params are the thresholds.
func (d *PartialPayment) Params() []Param {
	return []Param{
		whole(&d.WindowDays, "window_days", "60", "1", "120", "Days of payments that are looked at."),
		whole(&d.WarningCount, "warning_count", "2", "1", "100", "Raises a warning from this many invoices paid in parts on."),
		whole(&d.CriticalCount, "critical_count", "3", "1", "100", "Raises critical from this many invoices paid in parts on."),
		ratio(&d.WarningRatio, "warning_ratio", "0.30", "0", "1", "Raises a warning from this share of the invoices paid on or after a due date on."),
		ratio(&d.CriticalRatio, "critical_ratio", "0.50", "0", "1", "Raises critical from this share of them on."),
		ratio(&d.HabitRatio, "above_habit_ratio", "0.20", "0", "1", "By how much the share must be above the customer's own habit."),
		ratio(&d.ClearRatio, "clear_ratio", "0.15", "0", "1", "Clears below this share."),
		whole(&d.BaselineDays, "baseline_days", "365", "30", "365", "Days before those looked at that tell the customer's habit."),
		whole(&d.BaselineCount, "baseline_count", "6", "1", "100", "Invoices that tell a habit."),
		ratio(&d.BaselineRatio, "baseline_ratio", "0.10", "0", "1", "Habit of a customer with fewer of them."),
		whole(&d.FeeAmount, "fee_amount", "50", "0", "100000", "Major units up to which a bank fee or a difference of exchange explains what is left open."),
		ratio(&d.FXRatio, "fx_ratio", "0.01", "0", "1", "Share of the total up to which a difference of exchange explains what is left open."),
		ratio(&d.CherryRatio, "cherry_ratio", "0.50", "0.01", "1", "Raises a warning from this share of directed cash for newer invoices on."),
		ratio(&d.CherryClearRatio, "cherry_clear_ratio", "0.25", "0", "1", "Clears below this share."),
		whole(&d.CherryCount, "cherry_count", "3", "1", "100", "Directed payments of invoices below which the share is 0."),
		whole(&d.SkippedDays, "skipped_days", "15", "0", "180", "An invoice is newer when it is due more than this many days after the one passed over."),
		whole(&d.SkippedTimes, "skipped_count", "2", "0", "100", "An invoice is large from this many times the median total of those paid on."),
		whole(&d.RoundCount, "round_count", "2", "1", "100", "Raises a warning from this many round sums on."),
		whole(&d.RoundTimes, "round_times_count", "10", "1", "1000", "A round sum is at least this many times the material amount of its currency."),
		whole(&d.RoundSteps, "round_steps_count", "5", "1", "1000", "A round sum is a multiple of the least one divided by this."),
	}
}

// Check keeps the ladders in order.
func (d *PartialPayment) Check() error {
	for _, pair := range [...][2]string{{"warning_count", "critical_count"}, {"warning_ratio", "critical_ratio"},
		{"clear_ratio", "warning_ratio"}, {"cherry_clear_ratio", "cherry_ratio"}} {
		if err := ascendingNamed(d, pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

// Evaluate measures the three ways of rationing.
func (d *PartialPayment) Evaluate(in *Input) Verdict {
	v := Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	if !in.View.PaidSince(in.View.Day - state.Date(d.WindowDays)) {
		return v
	}
	r := rationing{PartialPayment: d, in: in}
	r.read()
	v.Next = sooner(v.Next, r.next)
	if r.unknown {
		return Verdict{NotEvaluable: true, Next: in.View.Day + 1}
	}
	v.Raise, v.Reason = r.level()
	switch {
	case v.Raise > None:
		v.Clear, v.Baseline = above(v.Raise), r.baseline.encode()
	case !r.clear():
		v.Clear = above(Warning)
	}
	return v
}

// Describe tells of each way that has ground, the first one's evidence first.
func (d *PartialPayment) Describe(in *Input, v Verdict) Detail {
	level := v.Level(in.Standing)
	r := d.reading(in)
	ratio, count := d.WarningRatio, d.WarningCount
	if level == Critical {
		ratio, count = d.CriticalRatio, d.CriticalCount
	}
	out := Detail{MoneyAtRisk: exposureAtRisk(in.View)}
	out.Facts = append(out.Facts, Fact{"partial_ratio", state.RatioString(r.partial.part, max(1, r.partial.of), 3), state.RatioString(int64(ratio), ratioUnit, 3)},
		Fact{"partial_invoices", strconv.Itoa(r.count), strconv.Itoa(count)})
	if r.count > 0 {
		out.Facts = append(out.Facts, r.baseline.usual())
	}
	out.Facts = append(out.Facts, r.cherryFacts()...)
	if len(r.rounds) > 0 {
		out.Facts = append(out.Facts, Fact{"round_receipts", strconv.Itoa(len(r.rounds)), strconv.Itoa(d.RoundCount)})
	}
	if level == None {
		return out
	}
	out.Actions = actions(partialPaymentSign.Signal, level, "")
	out.Evidence = r.evidence(v.ReasonAt(level, in.Reason))
	if r.isRound() && !r.isPartial() && !r.isCherry() {
		most := sumTested(in.View.DueLines())
		out.ClearsIf = remedies(pay, in.View.Currency(), level, most, r.afterPaying)
	}
	return out
}
