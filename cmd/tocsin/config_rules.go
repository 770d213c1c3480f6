package main

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// ruleConfig is what decides which signs are raised: thresholds, materiality, and segments that judge differently.
type ruleConfig struct {
	Base             []detectors.Rule
	Materiality      detectors.Materiality
	AmountByCurrency map[string]string // currency: major units
	Segments         []segmentConfig
	Signs            []signConfig
	Sets             []setConfig // beside the live one

	signNames []string // of Signs, known before anything else is read
}

func defaultRules() ruleConfig {
	return ruleConfig{
		Base: detectors.Defaults(), Materiality: detectors.DefaultMateriality(), AmountByCurrency: map[string]string{},
		Segments: []segmentConfig{}, Signs: []signConfig{}, Sets: []setConfig{},
	}
}

// ruleSettings are the blocks of the detectors, materiality and the segments.
func ruleSettings(c *ruleConfig) []setting {
	list := detectorSettings(c.Base)
	for _, p := range c.Materiality.Params() {
		list = append(list, setting{key: "materiality." + p.Name, doc: p.Doc, verdict: true, value: threshold(p)})
	}
	return append(list,
		setting{key: "materiality.amount_by_currency", verdict: true,
			value: table{&c.AmountByCurrency, "currency: amount", checkCurrency, amountText},
			doc:   "That amount for customers of a currency in which it means little or much, such as {JPY: 80000}."},
		setting{key: "segments", verdict: true, value: segments{&c.Segments, &c.signNames},
			doc: "Groups of customers that are judged differently; the first whose condition holds wins. A condition sees " +
				"segment, country, kind, status, customer_class, credit_manager, account_owner and customer_since_days: " +
				`{when: 'segment == "key_account"', detectors: {overdue: {warning_days: 45}}}.`},
		setting{key: "custom_signs", verdict: true, value: signs{&c.Signs}, doc: signsDoc()},
		setting{key: "rule_sets", verdict: true, value: sets{&c.Sets, &c.signNames},
			doc: "Rule sets beside the live one, each that with changes: keys of detectors on top of its own, segments and custom_signs of those " +
				"names instead of its own. They are judged on the same facts in the same pass. What they find is recorded under their " +
				"name and counted, and nobody is told: strict: {detectors: {overdue: {warning_days: 20}}}. Signals in mode shadow are not judged in them."})
}

// detectorSettings are the keys of every signal's block, bound to the rules.
func detectorSettings(rules []detectors.Rule) []setting {
	var list []setting
	for i := range rules {
		r := &rules[i]
		block := "detectors." + r.Sign.Signal + "."
		list = append(list, setting{key: block + "mode", value: mode{r}, verdict: true, of: r.Detector})
		for _, p := range r.Params() {
			list = append(list, setting{key: block + p.Name, doc: p.Doc, verdict: true, value: threshold(p)})
		}
	}
	return list
}

// firstParagraph is the beginning of a doc comment on one line.
func firstParagraph(doc string) string {
	paragraph, _, _ := strings.Cut(doc, "\n\n")
	return strings.Join(strings.Fields(paragraph), " ")
}

// threshold binds a detector's parameter.
func threshold(p detectors.Param) value {
	if p.List != nil {
		return wordList{p}
	}
	if p.Words != nil {
		return scalar{
			kind: "text", tags: textTags, allowed: strings.Join(p.Words, ", "),
			set: func(s string) error {
				if !slices.Contains(p.Words, s) {
					return notOneOf(s, p.Words)
				}
				return p.Set(s)
			},
			get: func() string { return quote(p.String()) },
		}
	}
	return scalar{kind: "a number", tags: "!!int !!float", allowed: p.Min + " to " + p.Max, set: p.Set, get: p.String}
}

// wordList binds a detector's list of words.
type wordList struct{ detectors.Param }

// take reads with the binding of a list and sets the parameter.
func (l wordList) take(read func(value)) {
	var words []string
	list := texts{&words, "", detectors.CheckWord}
	read(list)
	_ = l.Set(list.show()) // each word was checked, or is among the faults
}

func (l wordList) read(r *reader, key string, n *yaml.Node) {
	l.take(func(v value) { v.read(r, key, n) })
}

func (l wordList) readText(r *reader, key, text string) {
	if strings.HasPrefix(strings.TrimSpace(text), "[") { // as in the file: a name may have commas
		if n := r.parse([]byte(text)); n != nil {
			l.read(r, key, n)
		}
		return
	}
	l.take(func(v value) { v.readText(r, key, text) })
}

func (l wordList) show() string { return l.String() }

func (wordList) bounds() string { return "a list of accounts and names" }

// mode binds how much is made of what a detector finds.
type mode struct{ *detectors.Rule }

func (m mode) word(s *string) value {
	*s = m.Mode.String()
	return oneOf(s, detectors.Live.String(), detectors.Shadow.String(), detectors.Off.String())
}

// take reads with the binding of a word and sets the rule.
func (m mode) take(read func(value)) {
	var s string
	read(m.word(&s))
	m.Mode, _ = detectors.ParseMode(s) // one of the words
}

func (m mode) read(r *reader, key string, n *yaml.Node) {
	m.take(func(v value) { v.read(r, key, n) })
}

func (m mode) readText(r *reader, key, text string) {
	m.take(func(v value) { v.readText(r, key, text) })
}

func (m mode) show() string { return quote(m.Mode.String()) }

func (m mode) bounds() string { return "live, shadow, off" }

// amountText binds an amount of major units that is kept as text.
func amountText(p *string) value {
	var amount int64
	bound := detectors.AmountParam(&amount)
	_ = bound.Set(*p) // empty on the first reading, else read before
	v := threshold(bound).(scalar)
	v.set = func(s string) error {
		err := bound.Set(s)
		*p = bound.String()
		return err
	}
	return v
}

// overrides are the keys of the detectors that were given.
func (c *config) overrides() []detectors.Override {
	var list []detectors.Override
	for _, s := range detectorSettings(c.Rules.Base) {
		if c.given[s.key] {
			list = append(list, overrideOf(s))
		}
	}
	return list
}

// overrideOf is a detector's setting as it stands.
func overrideOf(s setting) detectors.Override {
	words := strings.Split(s.key, ".")
	return detectors.Override{Signal: words[1], Key: words[2], Value: strings.Trim(s.value.show(), `"`)} // a list ends in brackets
}

// liveRules are the rules that people are told by, as the detectors take them.
func (c *config) liveRules() detectors.Config {
	return detectors.Config{
		Signs: customSigns(c.Rules.Signs), Overrides: c.overrides(), Segments: segmentsOf(c.Rules.Segments), Mutes: c.mutes(),
	}
}

// mutes are the seasons in which a break of order patterns is expected. Their dates were checked when they were read.
func (c *config) mutes() (list []detectors.Mute) {
	for _, m := range c.SeasonMute {
		from, _ := state.ParseDate(m.From)
		to, _ := state.ParseDate(m.To)
		list = append(list, detectors.Mute{From: from, To: to})
	}
	return list
}

// ruleSet compiles the rules that people are told by.
func (c *config) ruleSet() (alerts.RuleSet, []detectors.Fault) {
	set, faults := detectors.NewSet(c.liveRules())
	return alerts.RuleSet{Name: alerts.Live, Rules: set, Materiality: c.materiality()}, faults
}

// materiality tells which amounts count.
func (c *config) materiality() detectors.Materiality {
	m := c.Rules.Materiality
	m.AmountByCurrency = make(map[state.Currency]int64, len(c.Rules.AmountByCurrency))
	for code, text := range c.Rules.AmountByCurrency {
		currency, _ := state.ParseCurrency(code)
		var amount int64
		_ = detectors.AmountParam(&amount).Set(text) // checked when read
		m.AmountByCurrency[currency] = amount
	}
	return m
}
