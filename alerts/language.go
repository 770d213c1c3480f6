package alerts

import (
	"slices"

	"tocsin/detectors"
)

// Language is one of those in which people are told: the texts of every code, and the forms of numbers and dates. A test fails when
// a code lacks its text in one of them. Nobody changes a Language.
//
// Records hold codes and numbers; a text is made by whoever shows them. What the methods return holds nothing that a publisher wrote
// but numbers and dates, so it needs no escaping; Fact's and Ground's does, because a value may be a code as sent, and Alert's of a
// custom sign holds what an analyst wrote.
type Language struct {
	tag string // BCP 47

	signals     map[string]string
	alerts      map[string][]wording // by signal, or signal and reason; the first whose facts are all there is taken
	reasons     map[string]string    // of changes: why
	levels      [levels]string
	kinds       map[string]string // of transitions: signal, from, to
	why         string            // of a transition: what it is, why
	facts       map[string]string // names
	features    map[string]string // names of facts of custom signs
	codes       map[string]string // values that are one of a closed list; where there is none it is shown as its words
	bounds      [boundCount]string
	beside      string            // after a value: what it is held against
	points      string            // what a score is made of: parts
	parts       map[string]string // of a score, those that are no signal's
	unknown     string            // in the place of a value that is not known
	undefined   string            // of a fact that has no value, such as a share of nothing
	strange     string            // in the place of what is no code
	truths      map[bool]string
	remedies    map[string]string // with {amount}
	down        string            // after a remedy that does not end the alert: to
	hold        string            // after the remedies of an alert that goes only some days later: hold
	footings    map[string]string // after an alert whose figures would not raise it today: level, ends
	over        string            // of a closed case: before
	actions     map[string]string
	decisions   map[string]string
	reasonCodes map[string]string
	feedback    map[string]string // what a person says of an alert
	entries     map[string]string // codes of what a person tells of a customer
	tasks       map[string]string
	whys        map[string]string // of summaries: from, to
	phrases     [phraseCount]string
	sayings     [sayingCount]string
	labels      [labelCount]string
	explained   map[string]string // codes of explanations

	conditions map[string]string             // of what is measured and is no fact: its name
	flags      map[string]map[bool]string    // what is so or not
	about      string                        // before what is measured: about
	flagged    string                        // one without words of its own: name, truth
	needs      map[detectors.Relation]string // with {threshold}
	gaps       map[detectors.Unit]gapWords

	forms forms
}

// forms are how numbers and dates are written.
type forms struct {
	amount  string // currency, number
	percent string // number
	date    string // layout of package time
	instant string // of one in UTC
}

// Tag is the language's name in a configuration.
func (l *Language) Tag() string { return l.tag }

// Languages are the tags of all languages, the default one first.
func Languages() []string { return []string{English.tag, Chinese.tag} }

// LanguageOf is the language of a tag; false: there is none.
func LanguageOf(tag string) (*Language, bool) {
	all := []*Language{English, Chinese}
	i := slices.IndexFunc(all, func(l *Language) bool { return l.tag == tag })
	if i < 0 {
		return nil, false
	}
	return all[i], true
}
