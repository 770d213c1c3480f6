package detectors

import (
	"errors"
	"fmt"
	"regexp"
)

// Rule is a detector as configured for some customers.
type Rule struct {
	Sign     *Sign
	Detector Detector
	Mode     Mode
	HoldDays int    // closes on which a clear condition must have stood before the level is left; 0: at once
	Asked    *Tally // how often steps have asked the detector, with all rules of its signal and set; nil: nobody counts
}

// All are the signs that Tocsin looks for, in the order in which they are judged, with their defaults: who reads the levels of
// others comes after them. Each call makes new detectors: whoever asks may set their parameters.
func All() []Detector {
	return []Detector{
		NewLimitBreach(),
		NewLimitMissing(),
		NewLimitReviewDue(),
		NewLimitTemporaryExpiry(),
		NewOverdue(),
		NewOverdueRatio(),
		NewTurnoverSwing(),
		NewPaymentReturned(),
		NewBrokenPromise(),
		NewPaymentSlowdown(),
		NewTermsRequest(),
		NewContactLost(),
		NewPartialPayment(),
		NewPayerChange(),
		NewDisputeStall(),
		NewAdverseRegistry(),
		NewOrderPatternBreak(),
		NewComposite(),
	}
}

// Defaults are all rules as they stand without a configuration: live.
func Defaults() []Rule {
	all := All()
	rules := make([]Rule, len(all))
	for i, d := range all {
		rules[i] = Rule{Sign: d.Sign(), Detector: d, Mode: Live, HoldDays: d.Sign().ClearHoldDays}
	}
	consult(rules)
	return rules
}

// consulting is a detector that asks others what they find on a past day. It is told the rules of the customers that it judges.
type consulting interface{ consult(rules []Rule) }

// consult tells those that ask others which rules there are.
func consult(rules []Rule) {
	for i := range rules {
		if d, ok := rules[i].Detector.(consulting); ok {
			d.consult(rules)
		}
	}
}

// findLive is the detector of a live rule, nil when there is none.
func findLive(rules []Rule, signal string) Detector {
	if r := find(rules, signal); r != nil && r.Mode == Live {
		return r.Detector
	}
	return nil
}

// Params are the detector's parameters and those that every rule has. They set this rule alone.
func (r *Rule) Params() []Param {
	hold := whole(&r.HoldDays, "hold_days", fmt.Sprint(r.Sign.ClearHoldDays), "0", "90",
		"Closes of the day on which the condition for leaving a level must have stood before it is left. 0: at once.")
	return append(r.Detector.Params(), hold)
}

// ErrUnknownKey is what Set returns for a name that is neither `mode` nor a parameter.
var ErrUnknownKey = errors.New("unknown key")

// Set takes one key of the signal's block: `mode` or a parameter.
func (r *Rule) Set(key, value string) error {
	if key == "mode" {
		mode, err := ParseMode(value)
		if err == nil {
			r.Mode = mode
		}
		return err
	}
	for _, p := range r.Params() {
		if p.Name == key {
			return p.Set(value)
		}
	}
	return ErrUnknownKey
}

// Check tells whether the parameters fit each other: nil or a *ParamError.
func (r *Rule) Check() error {
	if c, ok := r.Detector.(Checker); ok {
		return c.Check()
	}
	return nil
}

var snake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// Validate checks a list of rules for a programmer's errors: names, bounds and texts that users see.
func Validate(rules []Rule) error {
	seen := map[string]bool{}
	for i := range rules {
		sign := rules[i].Sign
		if !snake.MatchString(sign.Signal) || seen[sign.Signal] || sign.Title == "" || sign.Inputs == 0 || sign.ClearedBy == 0 {
			return fmt.Errorf("sign %q: needs a name of its own, a title, inputs and what clears it", sign.Signal)
		}
		seen[sign.Signal] = true
		for _, later := range rules[i:] {
			if sign.Heeds(later.Sign.Signal) {
				return fmt.Errorf("sign %q: reads the level of %s, which is not judged before it", sign.Signal, later.Sign.Signal)
			}
		}
		if err := validateParams(&rules[i]); err != nil {
			return fmt.Errorf("sign %q: %w", sign.Signal, err)
		}
	}
	return nil
}

func validateParams(r *Rule) error {
	seen := map[string]bool{"mode": true}
	for _, p := range r.Params() {
		if !snake.MatchString(p.Name) || seen[p.Name] || p.Doc == "" {
			return fmt.Errorf("parameter %q: needs a name of its own and a meaning", p.Name)
		}
		seen[p.Name] = true
		if p.Words != nil || p.List != nil {
			continue
		}
		if least, preset, most := p.bound(p.Min), p.bound(p.Default), p.bound(p.Max); preset < least || preset > most {
			return fmt.Errorf("parameter %q: default %s is not between %s and %s", p.Name, p.Default, p.Min, p.Max)
		}
	}
	return r.Check()
}
