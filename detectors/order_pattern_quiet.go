package detectors

import (
	"slices"

	"tocsin/state"
)

const quietDays = 8 // of which quiet tells at once, where they are looked at together

// isAlone tells whether the short way of quiet can be gone: no episode stands and none is just over, and all orders are plain
// ones in the customer's currency.
func (r *orderReading) isAlone() bool {
	return r.in.Standing == None && !r.frozen && len(r.in.Baseline) == 0 && !r.foreign && !r.projects
}

// quiet tells whether nothing can be raised on any of some days from one on, and all of them are judged or none is. False: it may
// be so all the same.
//
// Orders only get older. So what is in the 30 days on the first day is the most that is in them, and what of a bucket does not
// leave it in so few days is the least that is in it. That is one look at the orders for all the days, where each of them would
// take one, and puts nothing in order but twelve sums.
func (r *orderReading) quiet(from, days state.Date) (quiet, judged bool) {
	core := bucketDays - int(days) + 1 // days of a bucket that stay in it on all of them
	var parts [2 * (buckets + 2)]int64 // of each 30 days those who stay, then those who leave
	for i := len(r.orders) - 1; i >= 0; i-- {
		age := int(from - r.orders[i].Date)
		if age >= bucketDays*(buckets+2) {
			break
		}
		at := age / bucketDays * 2
		if age%bucketDays >= core {
			at++
		}
		parts[at] = min(parts[at]+r.orders[i].Minor, mostPerBucket)
	}
	last := from + days - 1
	if r.forgets(from, last) {
		return false, false
	}
	var least [buckets]int64
	filledLeast, filledMost := 0, 0
	for k := range least {
		least[k] = parts[2*k+2]
		filledLeast += int(sign(least[k]))
		filledMost += int(sign(parts[2*k+1] | parts[2*k+2] | parts[2*k+3]))
	}
	var most [longBuckets]int64
	longLeast, longMost := 0, 0
	for k := range most {
		staying := parts[4*k+4] + parts[4*k+5] + parts[4*k+6]
		most[k] = min(parts[4*k+3]+staying+parts[4*k+7], mostPerBucket)
		longLeast += int(sign(staying))
		longMost += int(sign(most[k]))
	}
	isHabit := filledLeast >= r.MinBucketsCount
	switch {
	case filledMost >= r.MinBucketsCount && r.maySurge(min(parts[0]+parts[1], mostPerBucket), least[:r.known(last, bucketDays, buckets)]):
		return false, false
	case longMost >= r.CollapseBuckets && r.material(last, 0) && (r.mayCollapse(parts[0]+parts[1]+parts[2], most[:r.known(from, longDays, longBuckets)]) ||
		r.mayCollapse(parts[0]+parts[1]+parts[2], most[:r.known(last, longDays, longBuckets)])):
		return false, false
	case !isHabit && r.breaksSingly():
		return false, false
	case isHabit || longLeast >= r.CollapseBuckets || r.hasPriors(last) || last < r.until+bucketDays:
		return true, true
	}
	return filledMost < r.MinBucketsCount && longMost < r.CollapseBuckets && !r.hasPriors(from) && from >= r.until+bucketDays, false
}

// forgets tells whether the first order is forgotten within some days.
func (r *orderReading) forgets(from, last state.Date) bool {
	return slices.ContainsFunc(r.orders, func(o state.Placed) bool { return o.Date+memoryDays >= from && o.Date+memoryDays <= last })
}

// maySurge tells whether a sum of 30 days may be a surge beside buckets of which the least is known.
func (r *orderReading) maySurge(sum int64, least []int64) bool {
	if sum == 0 || r.SurgeRatio.isBelow(2*sum, least) {
		return false
	}
	median := median2(least)
	return r.SurgeRatio.compare(2*sum, median) >= 0 &&
		(!r.limited || state.CompareProducts(2*sum-median, ratioUnit, 2*int64(r.SurgeLimitRatio), r.limit) >= 0)
}

// mayCollapse tells whether a sum of 60 days may be a collapse beside buckets of which the most is known.
func (r *orderReading) mayCollapse(sum int64, most []int64) bool {
	sum = min(sum, mostPerBucket)
	return !r.CollapseRatio.isAbove(2*sum, most) && r.CollapseRatio.compare(2*sum, median2(most)) <= 0
}

// isBelow tells at a glance that a part of twice the median of some amounts is below a ratio: it is so of more than half of them,
// doubled. False: it may be so all the same.
func (r Ratio) isBelow(part int64, amounts []int64) bool {
	count := 0
	for _, amount := range amounts {
		if r.compare(part, 2*amount) < 0 {
			count++
		}
	}
	return 2*count > len(amounts)
}

// isAbove is the same of a part that is above it.
func (r Ratio) isAbove(part int64, amounts []int64) bool {
	count := 0
	for _, amount := range amounts {
		if r.compare(part, 2*amount) > 0 {
			count++
		}
	}
	return 2*count > len(amounts)
}

// breaksSingly tells whether any order of the 30 days up to the view's breaks the pattern by itself. On later days no other one
// does.
func (r *orderReading) breaksSingly() bool {
	if r.singly == 0 {
		var f orderFinding
		r.lookForSingles(&f, r.in.View.Day, false)
		if r.singly = -1; f.reason != "" {
			r.singly = 1
		}
	}
	return r.singly > 0
}
