package detectors

import "tocsin/state"

// rationing is what a day makes of how a customer pays.
type rationing struct {
	*PartialPayment
	in       *Input
	partial  portion
	count    int
	parts    parts
	baseline portion
	cherry   cherries
	directed int // payments of invoices that the customer chose, as far as they were counted
	rounds   []*state.Payment
	overdue  int64 // tested, past due
	material int64 // the least material amount
	unknown  bool
	next     state.Date // first later day on which any of it may be another one; zero: never

	whole   bool // all of it is read, and not only what decides; unknown is then also what decides nothing
	turning bool // what was passed over is looked up on each day; otherwise what is open now tells most of it
}

// reading is the day with all of it read.
func (d *PartialPayment) reading(in *Input) *rationing {
	r := &rationing{PartialPayment: d, in: in, whole: true}
	r.read()
	return r
}

// read measures the day.
func (r *rationing) read() {
	d, in, view := r.PartialPayment, r.in, r.in.View
	since := view.Day - state.Date(d.WindowDays)
	directed := r.readDirected(since)
	round := r.round(since)
	inParts := view.PaidInParts(since)
	if !r.whole && !inParts && len(directed) == 0 && len(round) < d.RoundCount {
		return
	}
	ar, known := receivables(view)
	if !known {
		r.unknown = true
		return
	}
	r.material = in.Materiality.M(ar, view.Currency())
	if inParts {
		r.readParts(since)
	}
	if len(directed) > 0 {
		r.cherry = r.pick(directed)
		r.unknown = r.unknown || r.cherry.unknown
		if r.cherry.part > 0 || r.cherry.rest > 0 {
			r.next = sooner(r.next, directed[0].Payment.ValueDate+state.Date(d.WindowDays))
		}
	}
	if r.whole || len(round) >= d.RoundCount {
		r.readRounds(round)
	}
	r.readHabit()
}

// readParts reads what was paid in parts. With nothing of it, only another due date can change that by time alone; with little, a
// payment that leaves the window too.
func (r *rationing) readParts(since state.Date) {
	r.parts = r.partsOn(r.in, since, r.in.View.Day)
	r.count = r.parts.count
	if r.count == 0 {
		r.next = sooner(r.next, r.parts.nextDue)
		return
	}
	r.partial = r.parts.portion
	r.unknown = r.unknown || r.parts.unknown
	r.next = sooner(sooner(r.next, r.parts.nextDue), r.parts.leaves+state.Date(r.WindowDays))
	if r.parts.foreign {
		r.next = r.in.View.Day + 1
	}
}

// readHabit reads the habit that counts: the frozen one, else that of the day, which is another one tomorrow. Below the least count
// nobody asks for it.
func (r *rationing) readHabit() {
	if frozen, ok := frozenPortion(r.in.Baseline); ok {
		r.baseline = frozen
		return
	}
	r.baseline = portion{int64(r.BaselineRatio), ratioUnit}
	many := r.count >= r.WarningCount && r.partial.atLeast(r.WarningRatio)
	if many || r.isCherry() || r.isRound() || r.whole {
		var known bool
		r.baseline, known = r.habit(r.in)
		r.unknown = r.unknown || !known
		r.next = r.in.View.Day + 1
	}
}

func (r *rationing) isPartial() bool {
	return r.count >= r.WarningCount && r.partial.atLeast(r.WarningRatio) && r.partial.aboveBy(r.HabitRatio, r.baseline)
}

func (r *rationing) isCherry() bool { return r.cherry.of > 0 && r.cherry.atLeast(r.CherryRatio) }

func (r *rationing) isRound() bool { return len(r.rounds) >= r.RoundCount && r.overdue >= r.material }

// level is the rung raised and its reason: of several the first in order.
func (r *rationing) level() (Level, string) {
	partial, cherry := r.isPartial(), r.isCherry()
	many := r.count >= r.CriticalCount && r.partial.atLeast(r.CriticalRatio)
	switch {
	case partial && (many || cherry):
		return Critical, partialReason
	case partial:
		return Warning, partialReason
	case cherry:
		return Warning, cherryPicking
	case r.isRound():
		return Warning, roundSums
	default:
		return None, ""
	}
}

// clear tells whether the lowest level may be left.
func (r *rationing) clear() bool {
	return !r.partial.atLeast(r.ClearRatio) && !(r.cherry.of > 0 && r.cherry.atLeast(r.CherryClearRatio)) && !r.isRound()
}

// afterPaying is the level once an amount is paid on account today, where only round sums hold it: it is set against the oldest
// lines.
func (r *rationing) afterPaying(paid int64) Level {
	after := *r
	after.overdue = max(0, r.overdue-paid)
	switch {
	case after.isRound() || !after.clear():
		return Warning
	default:
		return None
	}
}
