//go:build !control_order

package postgres

import "slices"

// sorted is a copy in the order in which rows are locked. The build control_order locks them as they come; the hammer must
// find its deadlocks.
func sorted[R any](rows []R, compare func(a, b R) int) []R {
	return slices.SortedStableFunc(slices.Values(rows), compare)
}
