package replay

import (
	"strings"

	"tocsin/state"
)

// oracleGrade is a grade by number, 0 is excellent and 4 bad, and how many days in a row a better one has been allowed.
type oracleGrade struct{ grade, allowed int }

// level is that of the composite signal.
func (g oracleGrade) level() int { return max(0, g.grade-1) }

// oracleScore adds up the points of the levels that stand. Nobody promises, asks or is in a register here.
func oracleScore(level map[string]int, b oracleBook, day state.Date) (score int) {
	of := func(signal string, info, warning, critical int) int {
		return []int{0, info, warning, critical}[level[signal]]
	}
	paying := min(40, of("overdue", 4, 12, 20)+of("overdue_ratio", 0, 6, 12)+of("partial_payment", 0, 10, 16)+of("payment_slowdown", 0, 12, 20)+of("turnover_swing", 0, 4, 8))
	liquidity := min(30, of("payment_returned", 0, 18, 30)+of("terms_request", 3, 8, 16)+of("payer_change", 0, 6, 15))
	exposure, floor := 0, 0
	for signal, l := range level {
		if strings.HasPrefix(signal, "limit_") {
			exposure = max(exposure, of(signal, 4, 8, 15))
		} else if l == 3 {
			floor = 45
		}
	}
	score = paying + liquidity + min(25, exposure+of("order_pattern_break", 0, 8, 15))
	if max(level["overdue"], level["overdue_ratio"], level["partial_payment"], level["payment_slowdown"]) >= 2 && max(level["payment_returned"], level["terms_request"], level["payer_change"]) >= 2 &&
		max(level["limit_breach"], level["limit_review_due"], level["limit_temporary_expiry"], level["order_pattern_break"]) >= 2 {
		score += 10
	}
	if level["order_pattern_break"] >= 2 && max(level["overdue"], level["payment_slowdown"], level["payment_returned"]) >= 2 {
		score += 15
	}
	for _, line := range b.tested {
		if line.cents >= 50_000 && 100*line.cents >= b.receivables && day-line.due > 90 {
			floor = 70
		}
	}
	return max(min(score, 100), floor)
}

// now is the grade of a day, given that of the last close: it falls at once, and rises by one when a better one has been allowed
// on 30 closes.
func (g oracleGrade) now(score int, level map[string]int) oracleGrade {
	computed, warned := 0, false
	for _, from := range []int{10, 25, 45, 70} {
		if score >= from {
			computed++
		}
	}
	for _, l := range level {
		warned = warned || l >= 2
	}
	switch {
	case computed >= g.grade:
		return oracleGrade{computed, 0}
	case warned:
		return oracleGrade{g.grade, 0}
	case g.allowed >= 30 && g.grade-1 > computed:
		return oracleGrade{g.grade - 1, 1}
	case g.allowed >= 30:
		return oracleGrade{computed, 0}
	}
	return oracleGrade{g.grade, g.allowed + 1}
}
