package detectors

import (
	"encoding/binary"
	"slices"

	"tocsin/state"
)

// norm is how late a customer used to pay: median, median absolute deviation, and of how many payments. The median is told
// twice and the deviation four times, so that they are whole.
type norm struct {
	twice int
	mad4  int
	count int
}

// encode is the norm as an episode keeps it.
func (n norm) encode() []byte {
	b := binary.AppendVarint(nil, int64(n.twice))
	b = binary.AppendVarint(b, int64(n.mad4))
	return binary.AppendVarint(b, int64(n.count))
}

// decodeNorm reads what encode wrote; false for none.
func decodeNorm(b []byte) (n norm, ok bool) {
	for _, field := range [...]*int{&n.twice, &n.mad4, &n.count} {
		value, size := binary.Varint(b)
		if size <= 0 {
			return norm{}, false
		}
		*field, b = int(value), b[size:]
	}
	return n, true
}

// The bounds of how late a settled invoice counts as paid.
const (
	leastLate = -30
	mostLate  = 180
)

// spread counts payments by days late: what medians are read from without sorting.
type spread struct {
	n     int
	count [mostLate - leastLate + 1]int32
}

func (s *spread) add(late int) {
	s.count[late-leastLate]++
	s.n++
}

// take counts those of a list that were paid.
func (s *spread) take(list []state.Settled) {
	for i := range list {
		if one := &list[i]; one.ByCash() {
			s.add(int(one.Late))
		}
	}
}

// at is the value at a place in rising order, counted from 0.
func (s *spread) at(place int) int {
	for i, n := range s.count {
		if place -= int(n); place < 0 {
			return i + leastLate
		}
	}
	return mostLate
}

// norm is the median and its deviation, for at least one payment.
func (s *spread) norm() norm {
	twice := s.at((s.n-1)/2) + s.at(s.n/2)
	return norm{twice, s.deviation((s.n-1)/2, twice) + s.deviation(s.n/2, twice), s.n}
}

// deviation is the distance from the median at a place in rising order, counted from 0: twice.
func (s *spread) deviation(place, twice int) int {
	for below, above := twice>>1, twice>>1+1; ; {
		near, far := twice-2*below, 2*above-twice
		if near <= far {
			place -= s.with(below)
			below--
		} else {
			place -= s.with(above)
			above++
		}
		if place < 0 {
			return min(near, far)
		}
	}
}

// with is how many payments were so late.
func (s *spread) with(late int) int {
	if late < leastLate || late > mostLate {
		return 0
	}
	return int(s.count[late-leastLate])
}

// twiceMedian is twice the middle value, of an even number the sum of the two in the middle. The values are sorted.
func twiceMedian(values []int) int {
	slices.Sort(values)
	return values[(len(values)-1)/2] + values[len(values)/2]
}
