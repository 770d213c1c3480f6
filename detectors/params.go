package detectors

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Param is one threshold: declared once with its name, default, bounds and meaning, bound to the field it sets. Names end
// in the unit: days, ratio (a decimal number), amount (major units of the customer's currency), count, points (of a sum that
// makes a level); or policy, which is one word of a closed list. That of a list of words is named after what they are.
type Param struct {
	Name              string
	Doc               string
	Default, Min, Max string
	Words             []string // of a policy, which has neither Min nor Max
	List              *List    // of a list of words, which has neither Min nor Max; else nil
	decimals          int      // that the value may have
	get               func() int64
	set               func(int64)
}

// String is the present value as the configuration writes it.
func (p Param) String() string {
	if p.List != nil {
		return p.List.String()
	}
	if p.Words != nil {
		return p.Words[p.get()]
	}
	return formatFixed(p.get(), p.decimals)
}

// Preset is the default as the configuration writes it.
func (p Param) Preset() string {
	if p.List != nil {
		return p.Default
	}
	if p.Words != nil {
		return p.Default
	}
	return formatFixed(p.bound(p.Default), p.decimals)
}

// Set takes a value as the configuration writes it. The error says what would be right; it does not name the parameter,
// which the caller knows better: 400 is not between 0 and 180.
func (p Param) Set(text string) error {
	if p.List != nil {
		return p.List.set(text)
	}
	if p.Words != nil {
		n := slices.Index(p.Words, text)
		if n < 0 {
			return fmt.Errorf("%q is not one of %s", text, strings.Join(p.Words, ", "))
		}
		p.set(int64(n))
		return nil
	}
	n, err := parseFixed(text, p.decimals)
	if err != nil {
		return err
	}
	if n < p.bound(p.Min) || n > p.bound(p.Max) {
		return fmt.Errorf("%s is not between %s and %s", text, p.Min, p.Max)
	}
	p.set(n)
	return nil
}

// bound reads a bound or default of the declaration.
func (p Param) bound(text string) int64 {
	n, err := parseFixed(text, p.decimals)
	if err != nil {
		panic("detectors: parameter " + p.Name + ": " + err.Error())
	}
	return n
}

// Checker is a detector whose thresholds bound each other.
type Checker interface {
	// Check returns nil or a *ParamError that names the parameter at fault.
	Check() error
}

// ParamError is a value that does not fit the other values of its detector.
type ParamError struct {
	Param   string
	Problem string
}

func (e *ParamError) Error() string { return e.Param + ": " + e.Problem }

// ascending refuses values that fall in the order given: a ladder whose higher rung is reached first.
func ascending(params ...Param) error {
	for i := 1; i < len(params); i++ {
		low, high := params[i-1], params[i]
		if high.get() < low.get() {
			return &ParamError{high.Name, fmt.Sprintf("%s is below %s, which is %s", high, low.Name, low)}
		}
	}
	return nil
}

// ascendingNamed is ascending for parameters of a detector given by name.
func ascendingNamed(d Detector, names ...string) error {
	params := make([]Param, 0, len(names))
	for _, name := range names {
		for _, p := range d.Params() {
			if p.Name == name {
				params = append(params, p)
			}
		}
	}
	return ascending(params...)
}

// withDefaults sets every parameter of a new detector to its default.
func withDefaults[D Detector](d D) D {
	for _, p := range d.Params() {
		if err := p.Set(p.Default); err != nil {
			panic("detectors: parameter " + p.Name + ": " + err.Error())
		}
	}
	return d
}

// whole declares a parameter of days, a count or an amount in major units.
func whole[T ~int | ~int64](field *T, name, preset, least, most, doc string) Param {
	return Param{
		Name: name, Doc: doc, Default: preset, Min: least, Max: most,
		get: func() int64 { return int64(*field) },
		set: func(n int64) { *field = T(n) },
	}
}

// ratio declares a parameter that is a share.
func ratio(field *Ratio, name, preset, least, most, doc string) Param {
	p := whole(field, name, preset, least, most, doc)
	p.decimals = ratioDecimals
	return p
}

// oneOf declares a parameter that is one of a few words, the default first. The field counts them from 0.
func oneOf[T ~uint8](field *T, name, doc string, words ...string) Param {
	return Param{
		Name: name, Doc: doc, Default: words[0], Words: words,
		get: func() int64 { return int64(*field) },
		set: func(n int64) { *field = T(n) },
	}
}

// parseFixed reads a decimal number with at most so many decimals as a whole number of its last place.
func parseFixed(text string, decimals int) (int64, error) {
	digits, fraction, point := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	if !allDigits(digits) || point && !allDigits(fraction) {
		return 0, fmt.Errorf("%q is not a %s", text, numberWord(decimals))
	}
	if len(fraction) > decimals {
		if decimals == 0 {
			return 0, fmt.Errorf("%s is not a whole number", text)
		}
		return 0, fmt.Errorf("%s has more than %d decimals", text, decimals)
	}
	n, err := strconv.ParseInt(digits+fraction+strings.Repeat("0", decimals-len(fraction)), 10, 64)
	if err != nil {
		n = math.MaxInt64 // beyond every bound
	}
	if strings.HasPrefix(text, "-") {
		n = -n
	}
	return n, nil
}

func numberWord(decimals int) string {
	if decimals == 0 {
		return "whole number"
	}
	return "decimal number"
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// formatFixed is the shortest form that parseFixed reads, with at least two decimals for ratios: 0.80, 0.0125, 30.
func formatFixed(n int64, decimals int) string {
	if decimals == 0 {
		return strconv.FormatInt(n, 10)
	}
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := fmt.Sprintf("%0*d", decimals+1, n)
	whole, fraction := digits[:len(digits)-decimals], digits[len(digits)-decimals:]
	for len(fraction) > 2 && strings.HasSuffix(fraction, "0") {
		fraction = fraction[:len(fraction)-1]
	}
	return sign + whole + "." + fraction
}
