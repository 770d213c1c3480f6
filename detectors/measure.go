package detectors

// Measure is what a feature, or a part of a formula, is measured in.
type Measure uint8

const (
	InMoney Measure = iota + 1 // major units of the customer's currency
	InRatio                    // 1 is all of it
	InDays
	InCount
	InTruth
	InWord

	inPlain // a number that a formula writes: it is of the unit of what it stands beside
)

// String is the unit as the table of features has it.
func (u Measure) String() string {
	return [...]string{
		InMoney: "money", InRatio: "ratio", InDays: "days", InCount: "count", InTruth: "yes or no", InWord: "word",
		inPlain: "a number",
	}[u]
}

// IsNumber tells whether values of the unit are numbers.
func (u Measure) IsNumber() bool { return u != InTruth && u != InWord }

// beside is the unit of two numbers that are added or compared; false where they are not of one unit.
func (u Measure) beside(v Measure) (Measure, bool) {
	switch {
	case !u.IsNumber() || !v.IsNumber():
		return 0, false
	case u == inPlain:
		return v, true
	case v == inPlain || u == v:
		return u, true
	}
	return 0, false
}

// bare tells whether a number says how many times: it was written so, or is a ratio.
func (u Measure) bare() bool { return u == inPlain || u == InRatio }

// times is the unit of a product; false where it would be one that nothing is measured in.
func (u Measure) times(v Measure) (Measure, bool) {
	switch {
	case !u.IsNumber() || !v.IsNumber():
		return 0, false
	case u == inPlain || u == InRatio && v != inPlain && v.IsNumber():
		return v, true
	case v.bare():
		return u, true
	}
	return 0, false
}

// over is the unit of a quotient; false where it would be one that nothing is measured in.
func (u Measure) over(v Measure) (Measure, bool) {
	switch {
	case !u.IsNumber() || !v.IsNumber():
		return 0, false
	case v == inPlain:
		return u, true
	case u == v:
		return InRatio, true
	case v == InRatio && u != inPlain:
		return u, true
	}
	return 0, false
}
