package detectors

import (
	"slices"

	"tocsin/state"
)

// Feature is something about a customer that a custom sign can read: declared once, with how it is read and when it moves.
// The table in README.md is made from the declarations.
type Feature struct {
	Name    string
	Unit    Measure
	Meaning string
	Inputs  state.Inputs // an event of none of these leaves it as it is
	News    state.Inputs // whose news moves it in the ordinary course
	Undated bool         // of days past it cannot be told as it was then: a sign that reads it is never retracted

	read func(in *Input) reading
	// What moves it as time goes by, beside what [state.View.NextChange] tells: the first later day, and a count of days.
	next  func(in *Input) state.Date // nil: nothing
	clock func(in *Input) clock      // nil: it counts none
	proof func(in *Input) []string   // documents that show it; nil: none do
}

// clock tells of a count of days: on a day it is the days since its origin, or those until it. Where it cannot be negative, or
// is not known before its origin, it stands still until then.
type clock struct {
	origin state.Date
	slope  int // 1: since, -1: until, 0: it does not run
}

// Features are all features, by unit and then as they are declared.
func Features() []Feature {
	return slices.Concat(moneyFeatures, ratioFeatures, dayFeatures, countFeatures, truthFeatures, wordFeatures)
}

// FeatureNames are the names of all features, in that order.
func FeatureNames() []string {
	var names []string
	for _, f := range Features() {
		names = append(names, f.Name)
	}
	return names
}

// featureNamed is a feature by its name, nil when there is none.
func featureNamed(name string) *Feature {
	for _, list := range [][]Feature{moneyFeatures, ratioFeatures, dayFeatures, countFeatures, truthFeatures, wordFeatures} {
		for i := range list {
			if list[i].Name == name {
				return &list[i]
			}
		}
	}
	return nil
}

// moves is the first later day on which the feature may be another by time alone, beside NextChange; zero: never.
func (f *Feature) moves(in *Input) state.Date {
	first := state.Date(0)
	if f.next != nil {
		first = f.next(in)
	}
	if f.clock != nil {
		if c := f.clock(in); c.slope != 0 {
			first = sooner(first, max(in.View.Day+1, c.runsFrom()))
		}
	}
	return first
}

// runsFrom is the first day on which the count may be another than on the day before.
func (c clock) runsFrom() state.Date {
	if c.slope < 0 {
		return 0
	}
	return c.origin
}

// reaches is the first later day on which the feature, held against a number, may stand to it otherwise by time alone.
func (f *Feature) reaches(in *Input, against number) state.Date {
	first := state.Date(0)
	if f.next != nil {
		first = f.next(in)
	}
	c := f.clock(in)
	if c.slope == 0 {
		return first
	}
	even := c.origin + state.Date(int64(c.slope)*against.floor())
	for _, day := range [...]state.Date{c.origin, c.origin + 1, even, even + 1} {
		if day > in.View.Day {
			first = sooner(first, day)
		}
	}
	return first
}

// write is a value of the feature's unit as facts have it; empty where it is not known.
func (f *Feature) write(in *Input, r reading) string {
	switch {
	case !r.known:
		return ""
	case f.Unit == InMoney:
		scale := in.View.Currency().Scale()
		return r.number.short(max(scale, 4), scale)
	case f.Unit == InRatio:
		return r.number.text(3)
	case f.Unit == InTruth && r.yes:
		return "yes"
	case f.Unit == InTruth:
		return "no"
	case f.Unit == InWord:
		return r.word
	default:
		return r.number.short(2, 0)
	}
}

// money is an amount in minor units of the customer's currency.
func (in *Input) money(minor int64, known bool) reading {
	currency := in.View.Currency()
	if !known || currency == 0 {
		return reading{}
	}
	return amount(share(minor, currency.Major(1)))
}

func days(n int) reading { return amount(integer(int64(n))) }

// daysSince is what a clock of days gone by shows; not known before it runs.
func daysSince(in *Input, c clock) reading {
	if c.slope == 0 || in.View.Day < c.origin {
		return reading{}
	}
	return days(int(in.View.Day - c.origin))
}
