package detectors

import (
	"strconv"
	"strings"

	"tocsin/state"
)

// BrokenPromise raises when a customer breaks its promises to pay, one after the other.
//
// A promise is due on the day promised and GraceDays business days. Cash that is cleared, with a value date between the day on
// which it was made and then, is counted for it: what went to the invoices it names and what is not applied yet, each cent for
// one promise only, the one promised for earlier first. From KeptRatio of the amount on it is kept; from PartialRatio on it is
// partly kept and weighs PartialWeight; below that it is broken and weighs 1. The first reschedule in time takes the former date
// back; each further one of the same promise breaks it. The weights of those not kept, back to the last one kept and no further
// than WindowDays, are the run. Where the run is a warning and a material invoice is more than CriticalDays past due, it
// is critical.
//
// A promise that is kept ends the run at once, and one whose invoices are settled leaves it: those it names, or all that were
// overdue when it was made. A payment that is booked late with a value date in time keeps its promise after all.
//
// It stays silent on promises below the materiality test of the day on which they were made, on those withdrawn in time, and
// while all that a promise names is disputed and shielded. It is not evaluable where the receivables or a promise need an
// exchange rate that is not known.
type BrokenPromise struct {
	InfoCount     int
	WarningCount  int
	CriticalCount int
	CriticalDays  int
	KeptRatio     Ratio
	PartialRatio  Ratio
	PartialWeight Ratio
	GraceDays     int
	WindowDays    int
}

var brokenPromiseSign = Sign{
	Signal:    "broken_promise",
	Title:     "Broken promises to pay",
	Inputs:    moneyInputs | state.InputConduct,
	ClearedBy: state.InputReceivables | state.InputConduct,
}

// NewBrokenPromise has the default thresholds.
func NewBrokenPromise() *BrokenPromise { return withDefaults(&BrokenPromise{}) }

// Sign is the same for all configurations.
func (d *BrokenPromise) Sign() *Sign { return &brokenPromiseSign }

// Params are the thresholds.
func (d *BrokenPromise) Params() []Param {
	return []Param{
		whole(&d.InfoCount, "info_count", "1", "1", "20", "Raises info from this run of promises not kept on."),
		whole(&d.WarningCount, "warning_count", "2", "1", "20", "Raises a warning from this run of promises not kept on."),
		whole(&d.CriticalCount, "critical_count", "3", "1", "20", "Raises critical from this run of promises not kept on."),
		whole(&d.CriticalDays, "critical_days", "30", "0", "365", "Raises critical at warning_count when a material line is more than this many days past due."),
		ratio(&d.KeptRatio, "kept_ratio", "0.95", "0.01", "1", "Share of the amount promised from which on a promise is kept."),
		ratio(&d.PartialRatio, "partial_ratio", "0.50", "0", "1", "Share of the amount promised from which on a promise is partly kept."),
		ratio(&d.PartialWeight, "partial_weight_ratio", "0.50", "0", "1", "What a promise that is partly kept adds to the run."),
		whole(&d.GraceDays, "grace_days", "3", "0", "30", "Business days after the day promised on which a promise may still be kept."),
		whole(&d.WindowDays, "window_days", "180", "1", "500", "Days for which a promise not kept counts."),
	}
}

// Check keeps the ladder in order, and a promise that is kept above one that is partly.
func (d *BrokenPromise) Check() error {
	if err := ascendingNamed(d, "info_count", "warning_count", "critical_count"); err != nil {
		return err
	}
	return ascendingNamed(d, "partial_ratio", "kept_ratio")
}

// Evaluate weighs the latest promises.
func (d *BrokenPromise) Evaluate(in *Input) Verdict {
	v := Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	if next, idle := d.idle(in.View); idle {
		v.Next = sooner(v.Next, next)
		return v
	}
	return d.inFull(in)
}

// inFull weighs them whatever they are.
func (d *BrokenPromise) inFull(in *Input) Verdict {
	v := Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	b := d.promises(in)
	if b == nil {
		return v
	}
	ar, known := receivables(in.View)
	v.Next = sooner(v.Next, b.next(d.WindowDays))
	run, unknown := b.run(d.WindowDays)
	if !known || unknown {
		return Verdict{NotEvaluable: true, Next: v.Next}
	}
	days := 0
	if worst := worstLine(in, ar); worst != nil {
		days = worst.DaysPastDue(in.View.Day)
		if days <= d.CriticalDays {
			v.Next = sooner(v.Next, worst.Effective+state.Date(d.CriticalDays)+1)
		}
	}
	v.Raise = d.level(d.weight(run), days)
	v.Clear = above(v.Raise)
	return v
}

// weight is the sum of a run's weights, in ratio units.
func (d *BrokenPromise) weight(run []*pledge) int64 {
	sum := int64(0)
	for _, p := range run {
		if p.outcome == partly {
			sum += int64(d.PartialWeight)
		} else {
			sum += ratioUnit
		}
	}
	return sum
}

// level is the rung of a run with the days past due of the worst material line.
func (d *BrokenPromise) level(run int64, days int) Level {
	reaches := func(count int) bool { return run >= int64(count)*ratioUnit }
	switch {
	case reaches(d.CriticalCount), reaches(d.WarningCount) && days > d.CriticalDays:
		return Critical
	case reaches(d.WarningCount):
		return Warning
	case reaches(d.InfoCount):
		return Info
	default:
		return None
	}
}

// count is the run at which a level begins.
func (d *BrokenPromise) count(l Level) int {
	return [...]int{None: d.InfoCount, Info: d.InfoCount, Warning: d.WarningCount, Critical: d.CriticalCount}[l]
}

// Describe tells of the run and its latest promise.
func (d *BrokenPromise) Describe(in *Input, v Verdict) Detail {
	view, currency := in.View, in.View.Currency()
	out := Detail{MoneyAtRisk: state.Money{Currency: currency}}
	level := v.Level(in.Standing)
	b := d.promises(in)
	if b == nil {
		return out
	}
	run, _ := b.run(d.WindowDays)
	ar, _ := receivables(view)
	weight, threshold, days := d.weight(run), strconv.Itoa(d.count(level)), 0
	if worst := worstLine(in, ar); worst != nil {
		days = worst.DaysPastDue(view.Day)
	}
	byDays := level == Critical && weight < int64(d.CriticalCount)*ratioUnit
	if byDays {
		threshold = strconv.Itoa(d.WarningCount)
	}
	out.Facts = []Fact{{"promise_run", strings.TrimSuffix(state.RatioString(weight, ratioUnit, 1), ".0"), threshold}}
	if len(run) > 0 {
		out.Facts = append(out.Facts, run[0].facts(view, d.KeptRatio)...)
	}
	if byDays {
		out.Facts = append(out.Facts, Fact{"days_past_due", strconv.Itoa(days), strconv.Itoa(d.CriticalDays)})
	}
	if level == None {
		return out
	}
	for _, p := range run {
		out.Evidence = cite(out.Evidence, p.id)
	}
	out.Actions = actions(brokenPromiseSign.Signal, level, "")
	out.MoneyAtRisk.Minor = b.atRisk(run)
	out.ClearsIf = d.waysOut(in, b, level, ar)
	return out
}

// waysOut are what ends the run: cash for a promise that still runs; where none does, that the invoices promised are settled, or
// that a new promise is kept.
func (d *BrokenPromise) waysOut(in *Input, b *promiseBook, level Level, ar int64) []Remedy {
	view, currency := in.View, in.View.Currency()
	m := in.Materiality.M(ar, currency)
	after := func(paid int64) Level {
		b.resolve(d, state.Money{Minor: paid, Currency: currency})
		run, _ := b.run(d.WindowDays)
		return d.level(d.weight(run), daysAfter(view, m, paid))
	}
	out := remedies(pay, currency, level, state.Sum(sumTested(view.DueLines()), b.promised()), after)
	b.resolve(d, state.Money{})
	if len(out) > 0 && out[len(out)-1].To == None {
		return out
	}
	if settle := b.toSettle(d); settle.Told() {
		out = append(out, Remedy{settlePromised, settle, None})
	}
	return append(out, Remedy{Do: keepPromise, To: None})
}

// daysAfter is how many days the worst material line is past due once an amount is paid on account.
func daysAfter(view *state.View, m, paid int64) int {
	for _, l := range view.DueLines() {
		left := max(0, l.Tested-paid)
		paid -= l.Tested - left
		if left >= m && !l.Settled {
			return l.DaysPastDue(view.Day)
		}
	}
	return 0
}
