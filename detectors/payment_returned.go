package detectors

import (
	"strconv"

	"tocsin/state"
)

// PaymentReturned raises when a payment comes back: the bank says that there was no money.
//
// One returned payment that counts is a warning. It is critical when CriticalCount of them came back within WindowDays, when
// one came back for good (an account closed or blocked, a bill dishonoured), or when one was not replaced: cleared cash since
// the return is below ReplacedRatio of it once ReplaceDays business days have passed. A receipt replaces one return only, and
// late replacement ends that.
//
// A debit that is presented again counts once: it bears the same end-to-end id, or where that is not told is of the same
// amount within RepresentDays business days. A payment that comes back reopens its invoices with their original due dates.
//
// It stays silent on technical returns (a wrong account number, a duplicate), on what the seller had booked in error, and on
// amounts below the materiality test as of the day of the return, unless they came back for good. An unknown code counts as
// lack of funds. Where an amount needs an exchange rate that is not known, it is not evaluable.
type PaymentReturned struct {
	WindowDays    int
	WarningCount  int
	CriticalCount int
	ReplaceDays   int // business days
	ReplacedRatio Ratio
	RepresentDays int // business days
}

var paymentReturnedSign = Sign{
	Signal:        "payment_returned",
	Title:         "Payment returned",
	Inputs:        moneyInputs,
	ClearedBy:     state.InputReceivables,
	ClearHoldDays: 14,
}

// NewPaymentReturned has the default thresholds.
func NewPaymentReturned() *PaymentReturned { return withDefaults(&PaymentReturned{}) }

// Sign is the same for all configurations.
func (d *PaymentReturned) Sign() *Sign { return &paymentReturnedSign }

// Params are the thresholds.
func (d *PaymentReturned) Params() []Param {
	return []Param{
		whole(&d.WindowDays, "window_days", "90", "1", "365", "Days for which a returned payment counts."),
		whole(&d.WarningCount, "warning_count", "1", "1", "100", "Raises a warning from this many returned payments on."),
		whole(&d.CriticalCount, "critical_count", "2", "1", "100", "Raises critical from this many returned payments on."),
		whole(&d.ReplaceDays, "replace_days", "5", "0", "90", "Business days after a return within which it is to be replaced."),
		ratio(&d.ReplacedRatio, "replaced_ratio", "0.95", "0", "1", "Share of a return from which on cash since then has replaced it."),
		whole(&d.RepresentDays, "represent_days", "10", "0", "90", "Business days after a return within which one of the same amount is the same debit presented again."),
	}
}

// Check keeps the ladder in order.
func (d *PaymentReturned) Check() error { return ascendingNamed(d, "warning_count", "critical_count") }

// Evaluate counts the debits that came back in the window.
func (d *PaymentReturned) Evaluate(in *Input) Verdict {
	v := Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	returned := in.View.ReturnedPayments(in.View.Day - state.Date(d.WindowDays))
	if len(returned) == 0 {
		return v
	}
	r := d.reading(in, returned)
	v.Next = sooner(v.Next, r.next())
	v.Raise = r.level()
	switch {
	case v.Raise < Critical && r.unknown:
		return Verdict{NotEvaluable: true, Next: v.Next}
	case len(r.debits) > 0:
		v.Clear = above(max(v.Raise, Warning))
	}
	return v
}

// Describe tells of the debit that weighs most.
func (d *PaymentReturned) Describe(in *Input, v Verdict) Detail {
	level := v.Level(in.Standing)
	r := d.reading(in, in.View.ReturnedPayments(in.View.Day-state.Date(d.WindowDays)))
	count := d.WarningCount
	if level == Critical {
		count = d.CriticalCount
	}
	out := Detail{
		Facts:       []Fact{{"returned_payments", strconv.Itoa(len(r.debits)), strconv.Itoa(count)}},
		MoneyAtRisk: exposureAtRisk(in.View),
	}
	if len(r.debits) > 0 {
		out.Facts = append(out.Facts, r.facts(r.gravest())...)
	}
	if level == None {
		return out
	}
	kind := ""
	if r.hard() {
		kind = reasonHard
	}
	out.Actions = actions(paymentReturnedSign.Signal, level, kind)
	out.Evidence = r.evidence()
	out.ClearsIf = r.remedies(level)
	return out
}
