package detectors

import (
	"slices"

	"tocsin/state"
)

// orderReading is what a customer has ordered, in its currency, and what that is held against.
type orderReading struct {
	*OrderPatternBreak
	in       *Input
	orders   []state.Placed // by date; those that are cancelled are left out
	projects bool           // some are of a project
	norm     orderNorm      // frozen
	frozen   bool
	limit    int64
	limited  bool       // a limit is on file
	since    state.Date // from when on there is a history; 0: none; looked for when it is asked for
	looked   bool
	singly   int8       // what breaksSingly has found; 0: nobody has asked
	until    state.Date // first day on which an order is not one of a new customer; zero: not known
	m        int64      // the smallest material amount
	paid     int64      // what is taken as paid on account today
	foreign  bool       // an order is in another currency than the customer's
	unknown  bool       // an amount needs an exchange rate that is not there
}

// orderFinding is what a day makes of it.
type orderFinding struct {
	reason    string // the first one of a warning; empty: none
	gravely   string // the first one that is critical under stress
	calm      bool   // nothing of it is left, and the orders are back in the habit
	judged    bool   // there is enough of a history
	seasonal  bool   // a season alone decides, which moves from day to day
	sum, long int64  // orders of 30 and of 60 days
	single    *state.Placed
	single2   int64 // twice the median that it is held against
}

func (d *OrderPatternBreak) reading(in *Input) orderReading {
	view := in.View
	r := orderReading{OrderPatternBreak: d, in: in}
	limit := view.Limit()
	ar, known := receivables(view)
	r.limit, r.limited = limit.Effective(), limit.OnFile
	r.unknown = !known || limit.OnFile && !limit.Known
	r.m = in.Materiality.M(ar, view.Currency())
	r.orders = view.Placed(view.Day - memoryDays - bucketDays)
	r.until = d.newTill(view)
	r.norm, r.frozen = decodeOrderNorm(in.Baseline, view.Currency())
	plain := !view.CancelsOrders()
	for i := range r.orders {
		o := &r.orders[i]
		r.foreign = r.foreign || o.Currency != view.Currency()
		r.projects = r.projects || o.Project
		plain = plain && o.Minor <= mostPerBucket
	}
	if r.foreign || !plain {
		r.convert()
	}
	return r
}

// convert leaves out orders that are cancelled, and has amounts in the customer's currency.
func (r *orderReading) convert() {
	placed := r.orders
	r.orders, r.projects = nil, false
	for _, o := range placed {
		if r.in.View.IsCancelled(&o) {
			continue
		}
		amount, known := r.in.View.Worth(state.Money{Minor: o.Minor, Currency: o.Currency})
		r.unknown = r.unknown || !known
		o.Minor = min(amount, mostPerBucket)
		r.projects = r.projects || o.Project
		r.orders = append(r.orders, o)
	}
}

// newTill is the first day on which an order is not one of a new customer; zero where no limit is on file, or it is not known since
// when he is one.
func (d *OrderPatternBreak) newTill(view *state.View) state.Date {
	if p := view.Profile(); p != nil && p.CustomerSince != 0 && view.Limit().OnFile {
		return p.CustomerSince + state.Date(d.OutsizedDays)
	}
	return 0
}

// history is from when on the customer is known to have traded, zero where nothing was ordered.
func (r *orderReading) history() state.Date {
	if !r.looked && len(r.orders) > 0 {
		r.since = r.in.View.TradingSince()
	}
	r.looked = true
	return r.since
}

// on is what a day makes of the orders, be it the view's or a later one on which nothing else has come.
func (r *orderReading) on(day state.Date) orderFinding {
	f := r.find(day, false)
	if f.reason == "" && r.projects {
		with := r.find(day, true)
		if with.reason != "" && with.reason != collapse { // which comes last
			f.reason, f.single, f.single2 = project, with.single, with.single2
		}
		f.seasonal = f.seasonal || with.seasonal
	}
	return f
}

// find looks for each break, with or without the orders of projects.
func (r *orderReading) find(day state.Date, with bool) (f orderFinding) {
	n := r.norm
	if !r.frozen || with {
		n = r.normOn(day, with)
	}
	f.sum, f.long = r.lately(day, bucketDays, with), r.lately(day, longDays, with)
	f.calm = true
	if n.filled >= int64(r.MinBucketsCount) {
		f.judged = true
		f.calm = r.SurgeClearRatio.compare(2*f.sum, n.median2) <= 0
		r.lookForSurge(&f, day, &n, with)
	} else {
		f.judged = r.hasPriors(day) || day < r.until+bucketDays
		r.lookForSingles(&f, day, with)
	}
	if n.longFilled >= int64(r.CollapseBuckets) {
		f.judged = true
		r.lookForCollapse(&f, day, &n, with)
	}
	return f
}

// lately is what was ordered in the days up to one.
func (r *orderReading) lately(day, days state.Date, with bool) (sum int64) {
	for i := len(r.orders) - 1; i >= 0 && day-r.orders[i].Date < days; i-- {
		if o := &r.orders[i]; with || !o.Project {
			sum = min(state.Sum(sum, o.Minor), mostPerBucket)
		}
	}
	return sum
}

// window are the orders of the 30 days up to one.
func (r *orderReading) window(day state.Date) []state.Placed {
	i := len(r.orders)
	for i > 0 && day-r.orders[i-1].Date < bucketDays {
		i--
	}
	return r.orders[i:]
}

// hasPriors tells whether there are enough orders to hold a single one against.
func (r *orderReading) hasPriors(day state.Date) bool {
	i := len(r.orders) - r.LumpyOrders
	return i >= 0 && r.orders[i].Date > day-memoryDays
}

func (f *orderFinding) add(reason string, gravely bool) {
	if f.reason == "" {
		f.reason = reason
	}
	if gravely && f.gravely == "" {
		f.gravely = reason
	}
}

// note keeps the largest single order that breaks the pattern.
func (f *orderFinding) note(o *state.Placed, median2 int64) {
	if f.single == nil || o.Minor > f.single.Minor {
		f.single, f.single2 = o, median2
	}
}

// level is the rung of a finding, and why.
func (r *orderReading) level(f *orderFinding) (Level, string) {
	switch {
	case f.reason == "":
		return None, ""
	case f.gravely != "" && r.stress(r.in.View.Day) != "":
		return Critical, f.gravely
	case f.reason == project || r.isMuted(r.in.View.Day):
		return Info, f.reason
	}
	return Warning, f.reason
}

// stress is what a surge stands beside; empty: nothing.
func (r *orderReading) stress(day state.Date) string {
	for _, signal := range stressSigns {
		if r.in.Others.Of(signal) >= Warning {
			return signal
		}
	}
	e := r.in.View.Exposure()
	switch {
	case r.material(day, r.StressDays):
		return "overdue"
	case r.limited && r.limit > 0 && e.Known && r.StressLimitRatio.compare(e.Gross, r.limit) >= 0:
		return "limit_breach"
	}
	return ""
}

// material tells whether what is more than some days past due on a day, and not disputed, is material.
func (r *orderReading) material(day state.Date, days int) bool {
	sum, paid := int64(0), r.paid
	for _, line := range r.in.View.DueLines() {
		if line.Effective >= day-state.Date(days) {
			break
		}
		left := max(0, line.Tested-paid)
		paid -= line.Tested - left
		if !line.Settled && !line.Discounted {
			sum = state.Sum(sum, left)
		}
	}
	return sum >= r.m
}

// materialFrom is the day from which on what is past due, and not disputed, is material; zero: never by time alone.
func (r *orderReading) materialFrom() state.Date {
	sum := int64(0)
	for _, line := range r.in.View.DueLines() {
		if !line.Settled && !line.Discounted {
			sum = state.Sum(sum, line.Tested)
		}
		if sum >= r.m {
			return line.Effective + 1
		}
	}
	return 0
}

// largest is the largest of the orders of one date, counted or not as with says, and where those of the next date begin.
func (r *orderReading) largest(orders []state.Placed, with bool) (largest *state.Placed, rest []state.Placed) {
	i := slices.IndexFunc(orders, func(o state.Placed) bool { return o.Date != orders[0].Date })
	if i < 0 {
		i = len(orders)
	}
	for k := range orders[:i] {
		if o := &orders[k]; (with || !o.Project) && (largest == nil || o.Minor > largest.Minor) {
			largest = o
		}
	}
	return largest, orders[i:]
}
