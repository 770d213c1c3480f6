package main

import "tocsin/state"

// readGrade is a grade as it is held: 0 is excellent, 4 bad. Since is the first day, without a break, on which a better one is
// allowed; zero: none is.
type readGrade struct {
	grade int
	since state.Date
}

// level is that of `composite`.
func (g readGrade) level() int { return [...]int{0, 0, 1, 2, 3}[g.grade] }

// readPoints are those of a signal at info, warning and critical, and its group.
var readPoints = map[string]struct {
	group  string
	points [4]int
}{
	"broken_promise":   {"conduct", [4]int{0, 4, 12, 20}},
	"contact_lost":     {"conduct", [4]int{0, 0, 10, 18}},
	"overdue":          {"paying", [4]int{0, 4, 12, 20}},
	"overdue_ratio":    {"paying", [4]int{0, 0, 6, 12}},
	"partial_payment":  {"paying", [4]int{0, 0, 10, 16}},
	"turnover_swing":   {"paying", [4]int{0, 0, 4, 8}},
	"payment_slowdown": {"paying", [4]int{0, 0, 12, 20}},
	"payment_returned": {"liquidity", [4]int{0, 0, 18, 30}},
	"payer_change":     {"liquidity", [4]int{0, 0, 6, 15}},
	"terms_request":    {"liquidity", [4]int{0, 3, 8, 16}},

	"order_pattern_break": {"exposure", [4]int{0, 0, 8, 15}},
}

var (
	readLimitPoints = [4]int{0, 4, 8, 15}
	readCaps        = map[string]int{"paying": 40, "conduct": 30, "liquidity": 30, "exposure": 25}
)

// score adds up the levels that stand. Nobody looks into a register here, and there is no plan.
func (r *reading) score(levels map[string]int, b *readBook, day state.Date) int {
	sums, warned, limit, floor := map[string]int{}, map[string]bool{}, 0, 0
	for signal, level := range levels {
		row, ok := readPoints[signal]
		if !ok { // a limit's
			limit = max(limit, readLimitPoints[level])
			warned["exposure"] = warned["exposure"] || level >= 2 && signal != "limit_missing"
			continue
		}
		sums[row.group] += row.points[level]
		warned[row.group] = warned[row.group] || level >= 2
		if level == 3 {
			floor = 45
		}
	}
	sums["exposure"] += limit
	score, groups := 0, 0
	for group, sum := range sums {
		score += min(sum, readCaps[group])
		if warned[group] {
			groups++
		}
	}
	if groups >= 3 {
		score += 10
	}
	if levels["order_pattern_break"] >= 2 && max(levels["payment_slowdown"], levels["broken_promise"], levels["payment_returned"], levels["overdue"]) >= 2 {
		score += 15
	}
	for _, line := range b.lines {
		if b.material(line.tested) && day-line.effective > 90 {
			floor = 70
		}
	}
	return max(min(score, 100), floor)
}

// graded is the grade that is held on a day, given that of the last close.
func (g readGrade) graded(score int, levels map[string]int, day state.Date) readGrade {
	computed := 0
	for _, from := range []int{10, 25, 45, 70} {
		if score >= from {
			computed++
		}
	}
	if computed >= g.grade {
		return readGrade{grade: computed}
	}
	for _, level := range levels {
		if level >= 2 {
			return readGrade{grade: g.grade}
		}
	}
	if g.since == 0 {
		g.since = day
	}
	if day-g.since == 30 {
		g.grade--
		g.since = day
	}
	if g.grade == computed {
		g.since = 0
	}
	return g
}
