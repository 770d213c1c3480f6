package detectors

import "tocsin/state"

// lookForSurge finds that the orders of 30 days are far above the habit, and above that of last year.
func (r *orderReading) lookForSurge(f *orderFinding, day state.Date, n *orderNorm, with bool) {
	above := 2*f.sum - n.median2 // twice
	if r.SurgeRatio.compare(2*f.sum, n.median2) < 0 ||
		r.limited && state.CompareProducts(above, ratioUnit, 2*int64(r.SurgeLimitRatio), r.limit) < 0 {
		return
	}
	r.complete(n, day, with)
	if !r.deviates(above, n) || !r.isLargeOrMany(day, n, with) {
		return
	}
	f.seasonal = true
	if r.inSeason(f.sum, day, with) {
		return
	}
	f.add(surge, r.SurgeCriticalRatio.compare(2*f.sum, n.median2) >= 0)
}

// isLargeOrMany tells whether one order of 30 days is large, or there are many.
func (r *orderReading) isLargeOrMany(day state.Date, n *orderNorm, with bool) bool {
	count, window := int64(0), r.window(day)
	for i := range window {
		o := &window[i]
		if o.Project && !with {
			continue
		}
		if count++; r.SurgeOrderRatio.compare(2*o.Minor, n.order2) >= 0 {
			return true
		}
	}
	return 2*count >= n.orders2+max(2*int64(r.SurgeOrders), n.orders2)
}

// deviates tells whether twice what is above the median is enough robust standard deviations.
func (r *orderReading) deviates(above2 int64, n *orderNorm) bool {
	byDeviation := state.CompareProducts(above2, 2*ratioUnit*ratioUnit, n.deviation4, int64(r.SurgeDeviations)*madScale)
	byFloor := state.CompareProducts(above2, ratioUnit*ratioUnit, n.median2, int64(r.SurgeDeviations)*int64(r.SurgeFloorRatio))
	return byDeviation >= 0 && byFloor >= 0
}

// inSeason tells whether a sum of 30 days is not enough above the most that 30 days had about a year ago. It is where no
// history reaches so far, or nothing was ordered then.
func (r *orderReading) inSeason(sum int64, day state.Date, with bool) bool {
	if since := r.history(); since == 0 || day-since < yearDays+seasonDays+bucketDays {
		return false
	}
	most := int64(0)
	for end := day - yearDays - seasonDays; end <= day-yearDays+seasonDays; end++ {
		most = max(most, r.between(end-bucketDays, end, with))
	}
	return most > 0 && r.SeasonRatio.compare(sum, most) < 0
}

// between is what was ordered after a day, up to another one, with or without the orders of projects.
func (r *orderReading) between(after, until state.Date, with bool) (sum int64) {
	for i := range r.orders {
		if o := &r.orders[i]; o.Date > after && o.Date <= until && (with || !o.Project) {
			sum = min(state.Sum(sum, o.Minor), mostPerBucket)
		}
	}
	return sum
}

// lookForSingles judges each order of 30 days by those before it, or as one of a new customer. Of the orders of one date, which
// are held against the same ones, the largest is looked at.
func (r *orderReading) lookForSingles(f *orderFinding, day state.Date, with bool) {
	isLumpy, isNew, gravely := false, false, false
	for rest := r.window(day); len(rest) > 0; {
		var o *state.Placed
		if o, rest = r.largest(rest, with); o == nil {
			continue
		}
		before2, found := r.lumpyBy(o, with)
		if found {
			isLumpy = true
			gravely = gravely || r.LumpyCriticalRatio.compare(2*o.Minor, before2) >= 0
			f.note(o, before2)
		}
		if o.Date < r.until && r.OutsizedLimitRatio.compare(o.Minor, r.limit) >= 0 {
			isNew = true
			if !found {
				before2, _ = r.before(o, with)
			}
			f.note(o, before2)
		}
	}
	if isLumpy {
		f.add(lumpy, gravely)
	}
	if isNew {
		f.add(newOutsized, false)
	}
	f.calm = !isLumpy && !isNew
}

// lumpyBy tells whether an order is outsized by twice the median of those before it. Half of these must be small beside it: that is
// asked first, which needs no order among them.
func (r *orderReading) lumpyBy(o *state.Placed, with bool) (before2 int64, found bool) {
	if r.limited && r.LumpyLimitRatio.compare(o.Minor, r.limit) < 0 {
		return 0, false
	}
	count, small := 0, 0
	for i := range r.orders {
		p := &r.orders[i]
		if p.Date >= o.Date {
			break
		}
		if p.Date > o.Date-memoryDays && (with || !p.Project) {
			if count++; r.LumpyRatio.compare(o.Minor, p.Minor) >= 0 {
				small++
			}
		}
	}
	if count < r.LumpyOrders || 2*small < count {
		return 0, false
	}
	before2, _ = r.before(o, with)
	return before2, r.LumpyRatio.compare(2*o.Minor, before2) >= 0
}

// before is twice the median of the orders with an earlier date than one, and how many they are.
func (r *orderReading) before(one *state.Placed, with bool) (double int64, count int) {
	var room [64]int64
	amounts := room[:0]
	for i := range r.orders {
		if o := &r.orders[i]; o.Date < one.Date && o.Date > one.Date-memoryDays && (with || !o.Project) {
			amounts = append(amounts, o.Minor)
		}
	}
	return median2(amounts), len(amounts)
}

// lookForCollapse finds that the orders of 60 days are far below the habit, and below those of last year.
func (r *orderReading) lookForCollapse(f *orderFinding, day state.Date, n *orderNorm, with bool) {
	recovered := r.CollapseClearRatio.compare(2*f.long, n.long2) >= 0
	fallen := r.CollapseRatio.compare(2*f.long, n.long2) <= 0
	if recovered && !fallen {
		return
	}
	overdue := r.material(day, 0)
	f.calm = f.calm && (recovered || !overdue)
	if !fallen || !overdue {
		return
	}
	f.seasonal = true
	if since := r.history(); since != 0 && day-since >= yearDays+longDays-1 {
		lastYear := r.between(day-yearDays-longDays, day-yearDays, with)
		if state.CompareProducts(f.long, ratioUnit, int64(r.CollapseSeasonRatio), lastYear) > 0 {
			return
		}
	}
	f.add(collapse, false)
}
