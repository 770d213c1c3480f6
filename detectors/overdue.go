package detectors

import (
	"strconv"

	"tocsin/state"
)

// Overdue raises when a material due line of an invoice stays unpaid past its due date.
//
// It looks at the worst such line, after cash and credit that are not yet applied have been set against the oldest ones:
// a customer who has paid but whose payment is not yet matched is not overdue. What is disputed is left out for as long as
// dispute_shield_days says. Instalments and retentions are lines of their own, and while an agreed instalment plan is kept its
// lines count. Days count from the original due date, rolled to a business day; a later extension does not turn them back.
//
// A level is left on the day on which no line is above its band any more. Beyond DefaultDays the customer counts as in
// default, which is told among the facts.
//
// It stays silent on lines below the materiality test, on which many small ones are for overdue_ratio to catch, on the
// residue of invoices that are settled within their tolerance, and where the receivables cannot be summed up for want of
// an exchange rate (not evaluable).
type Overdue struct {
	InfoDays     int // more than this many days past due
	WarningDays  int
	CriticalDays int
	DefaultDays  int
}

var overdueSign = Sign{
	Signal:    "overdue",
	Title:     "Invoice overdue",
	Inputs:    moneyInputs,
	ClearedBy: state.InputReceivables,
}

// moneyInputs are what exposure, receivables and the customer's currency are computed from.
const moneyInputs = state.InputOrders | state.InputReceivables | state.InputLimits | state.InputProfile

// exposureInputs are those whose news lowers an exposure beside its limit.
const exposureInputs = state.InputOrders | state.InputReceivables | state.InputLimits | state.InputRates

// NewOverdue has the default thresholds.
func NewOverdue() *Overdue { return withDefaults(&Overdue{}) }

// Sign is the same for all configurations.
func (d *Overdue) Sign() *Sign { return &overdueSign }

// Params are the thresholds.
func (d *Overdue) Params() []Param {
	return []Param{
		whole(&d.InfoDays, "info_days", "5", "0", "180", "Raises info when a material line is more than this many days past due."),
		whole(&d.WarningDays, "warning_days", "30", "0", "180", "Raises a warning when a material line is more than this many days past due."),
		whole(&d.CriticalDays, "critical_days", "60", "0", "365", "Raises critical when a material line is more than this many days past due."),
		whole(&d.DefaultDays, "default_days", "90", "0", "730", "Counts the customer as in default when a material line is more than this many days past due."),
	}
}

// Check keeps the ladder in order.
func (d *Overdue) Check() error {
	return ascendingNamed(d, "info_days", "warning_days", "critical_days", "default_days")
}

// Evaluate finds the oldest material line; all others are less overdue.
func (d *Overdue) Evaluate(in *Input) Verdict {
	ar, known := receivables(in.View)
	if !known {
		return Verdict{NotEvaluable: true, Next: in.View.NextChange()}
	}
	v := Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	worst := worstLine(in, ar)
	if worst == nil {
		return v
	}
	v.Raise = d.level(worst.DaysPastDue(in.View.Day))
	v.Clear = above(v.Raise)
	for l := v.Raise + 1; l <= Critical; l++ {
		v.Next = sooner(v.Next, worst.Effective+state.Date(d.limit(l))+1)
	}
	return v
}

// Default90 tells whether a material line is more than DefaultDays past due: the record's default_90.
func (d *Overdue) Default90(in *Input) Default {
	ar, known := receivables(in.View)
	if !known {
		return Default{}
	}
	worst := worstLine(in, ar)
	switch {
	case worst == nil:
		return Default{}
	case worst.DaysPastDue(in.View.Day) > d.DefaultDays:
		return Default{Is: true}
	default:
		return Default{Next: worst.Effective + state.Date(d.DefaultDays) + 1}
	}
}

// worstLine is the first material line by due date, nil when there is none.
func worstLine(in *Input, ar int64) *state.DueLine {
	lines := in.View.DueLines()
	if len(lines) == 0 {
		return nil
	}
	m := in.Materiality.M(ar, in.View.Currency())
	for i := range lines {
		if l := &lines[i]; l.Tested >= m && !l.Settled {
			return l
		}
	}
	return nil
}

// limit is the number of days that a level lets pass.
func (d *Overdue) limit(l Level) int {
	return [...]int{None: 0, Info: d.InfoDays, Warning: d.WarningDays, Critical: d.CriticalDays}[l]
}

func (d *Overdue) level(days int) Level {
	for l := Critical; l > None; l-- {
		if days > d.limit(l) {
			return l
		}
	}
	return None
}

// Describe tells of the lines that hold the level.
func (d *Overdue) Describe(in *Input, v Verdict) Detail {
	ar, _ := receivables(in.View)
	currency := in.View.Currency()
	level := v.Level(in.Standing)
	m := in.Materiality.M(ar, currency)
	lines := in.View.DueLines()
	out := Detail{MoneyAtRisk: state.Money{Currency: currency}}
	worst := worstLine(in, ar)
	if worst == nil {
		return out
	}
	days := worst.DaysPastDue(in.View.Day)
	out.Facts = []Fact{
		{"days_past_due", strconv.Itoa(days), strconv.Itoa(d.limit(max(level, Info)))},
		{"open_amount", money(worst.Tested, currency), money(m, currency)},
	}
	if level == None {
		return out
	}
	kind := ""
	if days > d.DefaultDays {
		kind = reasonDefault
		out.Facts = append(out.Facts, Fact{"default_90", strconv.Itoa(days), strconv.Itoa(d.DefaultDays)})
	}
	for _, l := range lines {
		if l.Settled || l.Tested < m || l.DaysPastDue(in.View.Day) <= d.limit(level) {
			continue
		}
		out.MoneyAtRisk.Minor += l.Tested
		out.Evidence = cite(out.Evidence, l.Invoice)
	}
	out.Actions = actions(overdueSign.Signal, level, kind)
	out.ClearsIf = remedies(pay, currency, level, sumTested(lines), func(paid int64) Level { return d.after(in, m, paid) })
	return out
}

// after is the level once an amount is paid on account today: it is set against the oldest lines.
func (d *Overdue) after(in *Input, m, paid int64) Level {
	for _, l := range in.View.DueLines() {
		left := max(0, l.Tested-paid)
		paid -= l.Tested - left
		if left >= m && !l.Settled {
			return d.level(l.DaysPastDue(in.View.Day))
		}
	}
	return None
}
