package detectors

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CustomSign is the definition of a sign as the configuration writes it.
type CustomSign struct {
	Signal   string
	When     [Critical + 1]string // by level, the condition to raise it; empty: it has no such level
	Clear    string               // empty: the absence of the lowest level's condition
	HoldDays int
	Mode     Mode
	Text     string // for people, with features in braces
	Actions  []string
}

// Parts of a custom sign that can be at fault, beside the names of its levels.
const (
	PartName    = "name"
	PartLevels  = "levels"
	PartClear   = "clear"
	PartHold    = "hold_days"
	PartText    = "text"
	PartActions = "actions"
)

// MostHoldDays bounds hold_days.
const MostHoldDays = 90

const (
	mostTextRunes = 200
	mostNameBytes = 40
)

// reserved are the names of signals that Tocsin has or keeps for itself.
var reserved = wordSet(`payment_slowdown broken_promise contact_lost payment_returned partial_payment terms_request order_pattern_break
	dispute_stall payer_change adverse_registry limit_breach limit_temporary_expiry limit_review_due limit_missing limit_group cover_cut
	overdue overdue_ratio turnover_swing cover_overdue_near cover_stop_shipment cover_report_due cover_transfer_due composite
	cover_notify_due concentration delinquency_days collection_effectiveness receivables_control portfolio_overdue_ratio bad_debt_ratio
	systemic stale_input`)

// signFault is a fault in one part of a custom sign.
type signFault struct {
	part string
	err  error
}

// compileSign makes a rule of a definition. The rule is there in spite of faults, so that what is said about it elsewhere can be
// checked too.
func compileSign(c *CustomSign) (Rule, []signFault) {
	d := &Custom{sign: Sign{Signal: c.Signal, Title: titleOf(c.Signal), ClearHoldDays: c.HoldDays}, wording: c.Text, actions: c.Actions, source: c}
	var faults []signFault
	fault := func(part string, err error) {
		if err != nil {
			faults = append(faults, signFault{part, err})
		}
	}
	fault(PartName, checkSignName(c.Signal))
	fault(PartLevels, d.compileLevels(c, fault))
	if c.Clear != "" {
		clear, err := compileFormula(c.Clear)
		d.clear = clear
		fault(PartClear, err)
	}
	if c.HoldDays < 0 || c.HoldDays > MostHoldDays {
		fault(PartHold, fmt.Errorf("%d is not between 0 and %d", c.HoldDays, MostHoldDays))
	}
	told, err := checkWording(c.Text)
	d.told = told
	fault(PartText, err)
	for _, code := range c.Actions {
		if !slices.Contains(Actions(), code) {
			fault(PartActions, fmt.Errorf("%q is no action", code))
		}
	}
	all := []*formula{d.when[Info], d.when[Warning], d.when[Critical], d.clear}
	d.all = slices.DeleteFunc(all, func(f *formula) bool { return f == nil })
	for _, f := range d.all {
		all, news := f.inputs()
		d.sign.Inputs, d.sign.ClearedBy = d.sign.Inputs|all, d.sign.ClearedBy|news
		d.sign.Lasting = d.sign.Lasting || slices.ContainsFunc(f.features, func(one *Feature) bool { return one.Undated })
	}
	return Rule{Sign: &d.sign, Detector: d, Mode: c.Mode, HoldDays: c.HoldDays}, faults
}

func (d *Custom) compileLevels(c *CustomSign, fault func(part string, err error)) error {
	given := false
	for l := Info; l <= Critical; l++ {
		if c.When[l] == "" {
			continue
		}
		given = true
		d.sign.levels = append(d.sign.levels, l)
		when, err := compileFormula(c.When[l])
		d.when[l] = when
		fault(l.String(), err)
	}
	if !given {
		return errors.New("has no condition")
	}
	return nil
}

func checkSignName(name string) error {
	switch {
	case !snake.MatchString(name) || len(name) > mostNameBytes:
		return fmt.Errorf("%q is no name of a sign: lower case letters and digits with underscores between, at most %d", name, mostNameBytes)
	case reserved[name]:
		return fmt.Errorf("%q is a signal of Tocsin's own", name)
	}
	return nil
}

// titleOf makes a few words of a name.
func titleOf(name string) string {
	text := strings.ReplaceAll(name, "_", " ")
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// checkWording takes a text for people. It names features in braces whose values are numbers: what a publisher wrote is no part
// of a sentence, and the signs that mark a mention, a link or bold type are none either.
func checkWording(text string) (told []*Feature, err error) {
	switch {
	case text == "":
		return nil, errors.New("has no text for people")
	case utf8.RuneCountInString(text) > mostTextRunes:
		return nil, fmt.Errorf("is longer than %d characters", mostTextRunes)
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune("<>&*~`", r) }):
		return nil, errors.New("must be one line without <, >, &, *, ~ and `")
	}
	for rest := text; ; {
		before, after, found := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return nil, errors.New("has a } without its {")
		}
		if !found {
			return told, nil
		}
		name, more, closed := strings.Cut(after, "}")
		f := featureNamed(name)
		switch {
		case !closed:
			return nil, errors.New("has a { without its }")
		case f == nil:
			return nil, &ConditionError{Line: 1, Column: utf8.RuneCountInString(text[:len(text)-len(after)]) + 1, Problem: "unknown feature " + name, Unknown: name}
		case !f.Unit.IsNumber():
			return nil, fmt.Errorf("{%s} is a %s, and a text tells numbers", name, f.Unit)
		case !slices.Contains(told, f):
			told = append(told, f)
		}
		rest = more
	}
}

// compileSigns makes rules of definitions, sorted by name.
func compileSigns(list []CustomSign) ([]Rule, []Fault) {
	var rules []Rule
	var faults []Fault
	seen := map[string]bool{}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b CustomSign) int { return strings.Compare(a.Signal, b.Signal) })
	for i := range sorted {
		rule, wrong := compileSign(&sorted[i])
		if seen[rule.Sign.Signal] {
			wrong = append(wrong, signFault{PartName, errors.New("stands twice")})
		}
		seen[rule.Sign.Signal] = true
		for _, f := range wrong {
			faults = append(faults, Fault{Segment: -1, Override: -1, Signal: rule.Sign.Signal, Part: f.part, Err: f.err})
		}
		rules = append(rules, rule)
	}
	return rules, faults
}
