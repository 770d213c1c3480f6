package main

import (
	"errors"

	"go.yaml.in/yaml/v4"

	"tocsin/detectors"
)

// checkRules compiles the rules and lays each fault where it was written.
func checkRules(r *reader, c *config) {
	_, wrong := c.ruleSet()
	if len(wrong) == 0 {
		checkSets(r, c)
	}
	base := c.overrides()
	for _, f := range wrong {
		switch {
		case f.Signal != "":
			refuseSign(r, c.Rules.Signs, "custom_signs", f)
		case f.Segment < 0:
			refuseBase(r, c, base[f.Override], f.Err)
		default:
			refuseSegment(r, c.Rules.Segments[f.Segment], indexed("segments", f.Segment), f)
		}
	}
}

// refuseBase lays a fault of the base to the parameter that it names, if that was given, else to the override.
func refuseBase(r *reader, c *config, o detectors.Override, err error) {
	block := "detectors." + o.Signal + "."
	param := new(detectors.ParamError)
	if errors.As(err, &param) && c.given[block+param.Param] {
		r.refuseKey(block+param.Param, "%s", param.Problem)
		return
	}
	r.refuseKey(block+o.Key, "%v", err)
}

// refuseSegment lays a fault of a segment to its condition or to one of its overrides.
func refuseSegment(r *reader, s segmentConfig, key string, f detectors.Fault) {
	switch {
	case f.Override >= 0:
		r.refuseAt(s.places[f.Override], key+"."+s.Overrides[f.Override].Signal, "%v", f.Err)
	case s.When != "": // an empty one was refused when it was read
		r.refuseAt(insideText(s.when, f.Err), key+".when", "%s", conditionProblem(f.Err))
	}
}

// conditionProblem is what is wrong with a condition, without the place inside it.
func conditionProblem(err error) string {
	if c := new(detectors.ConditionError); errors.As(err, &c) {
		if c.Unknown != "" {
			return c.Problem + didYouMean(c.Unknown, detectors.FeatureNames())
		}
		return c.Problem
	}
	return err.Error()
}

// insideText is the place of a fault within a condition where the condition stands on one line, else its beginning.
func insideText(at place, err error) place {
	c := new(detectors.ConditionError)
	if !errors.As(err, &c) || c.Line != 1 || at.node.Kind != yaml.ScalarNode {
		return at
	}
	if at.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return at
	}
	column := at.node.Column + c.Column - 1
	if at.node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		column++
	}
	at.node = &yaml.Node{Line: at.node.Line, Column: column}
	return at
}
