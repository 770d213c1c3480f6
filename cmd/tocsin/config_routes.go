package main

import (
	"fmt"
	"math/big"
	"strings"

	"go.yaml.in/yaml/v4"

	"tocsin/alerts"
	"tocsin/alerts/routing"
	"tocsin/detectors"
	"tocsin/state"
)

const (
	maxRoutes   = 100
	maxChannels = 10 // of a route
)

// routeSettings are where a case is told, and who is away.
func routeSettings(n *notifyConfig, signs *[]string) []setting {
	return []setting{
		{key: "notify.routes", value: routes{&n.Routes, signs},
			doc: "Where cases are told, each by the first route whose conditions it fulfils: its customer's segment, its owner and one of its " +
				"signals are in the lists, it is at least so severe, and so much is at risk in that currency. A case without a route is " +
				"told in slack.channel. It has one message in each channel of its route; where it goes on elsewhere, because it got worse or " +
				"its owner changed, the old message says so. The summary of many cases is in slack.channel."},
		{key: "notify.absences", value: absences{&n.Absences},
			doc: "When owners are away, both days inclusive, and who stands in for them. Messages that are sent meanwhile name the deputy. " +
				"Of managers and the head of credit the deputy is told of late tasks."},
	}
}

// routes binds the list of routes.
type routes struct {
	to    *[]routing.Route
	signs *[]string // names of the custom signs
}

func (l routes) read(r *reader, key string, n *yaml.Node) {
	got := []routing.Route{}
	r.items(n, key, maxRoutes, func(i int, v *yaml.Node) {
		var one routing.Route
		before := len(r.faults)
		known := l.conditions(r, indexed(key, i), &one)
		known["channels"] = func(v *yaml.Node) {
			words(r, indexed(key, i)+".channels", v, maxChannels, &one.Channels, checkChannel)
		}
		r.block(v, indexed(key, i), known)
		if len(one.Channels) == 0 && len(r.faults) == before {
			r.refuse(v, indexed(key, i), "leads nowhere: channels is missing")
		}
		got = append(got, one)
	})
	*l.to = got
}

// conditions are what a route may ask for.
func (l routes) conditions(r *reader, key string, one *routing.Route) map[string]func(*yaml.Node) {
	list := func(name string, to *[]string, check func(string) error) func(*yaml.Node) {
		return func(v *yaml.Node) { words(r, joined(key, name), v, maxEntries, to, check) }
	}
	return map[string]func(*yaml.Node){
		"segment": list("segment", &one.Segments, checkName),
		"owner":   list("owner", &one.Owners, checkName),
		"signal":  list("signal", &one.Signals, l.checkSignal),
		"severity": func(v *yaml.Node) {
			var word string
			oneOf(&word, detectors.Warning.String(), detectors.Critical.String()).read(r, joined(key, "severity"), v)
			one.Severity = levelOf(word)
		},
		"at_risk": func(v *yaml.Node) {
			scalar{kind: "an amount with its currency, such as 100000 EUR", tags: textTags, set: func(s string) (err error) {
				one.AtRisk, err = readMoney(s)
				return err
			}}.read(r, joined(key, "at_risk"), v)
		},
	}
}

func (l routes) checkSignal(s string) error {
	known := sortedKeys(treeOf(detectorSettings(rulesFor(*l.signs))).children["detectors"].children)
	for _, name := range known {
		if s == name {
			return nil
		}
	}
	return notOneOf(s, known)
}

func (l routes) readText(r *reader, key, text string) {
	*l.to = []routing.Route{}
	if n := r.parse([]byte(text)); n != nil {
		l.read(r, key, n)
	}
}

func (l routes) show() string {
	list := make([]string, len(*l.to))
	for i := range *l.to {
		list[i] = showRoute(&(*l.to)[i])
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func showRoute(one *routing.Route) string {
	var parts []string
	list := func(name string, of []string) {
		if len(of) > 0 {
			parts = append(parts, quote(name)+": "+texts{to: &of}.show())
		}
	}
	list("segment", one.Segments)
	list("owner", one.Owners)
	list("signal", one.Signals)
	if one.Severity != detectors.None {
		parts = append(parts, `"severity": `+quote(one.Severity.String()))
	}
	if one.AtRisk.Told() {
		parts = append(parts, `"at_risk": `+quote(one.AtRisk.String()+" "+one.AtRisk.Currency.String()))
	}
	list("channels", one.Channels)
	return "{" + strings.Join(parts, ", ") + "}"
}

func (routes) bounds() string {
	return "a list of {segment: [NAME], owner: [NAME], signal: [SIGNAL], severity: warning or critical, at_risk: AMOUNT CURRENCY, channels: [CHANNEL]}, " +
		"at most 100, all but channels optional"
}

// absences binds the list of absences.
type absences struct{ to *[]routing.Absence }

func (l absences) read(r *reader, key string, n *yaml.Node) {
	got := []routing.Absence{}
	r.items(n, key, maxEntries, func(i int, v *yaml.Node) {
		var one routing.Absence
		l.readOne(r, indexed(key, i), v, &one)
		got = append(got, one)
	})
	*l.to = got
}

func (absences) readOne(r *reader, key string, n *yaml.Node, one *routing.Absence) {
	var from, until string
	word := func(p *string, name, kind string, check func(string) error) func(*yaml.Node) {
		return func(v *yaml.Node) {
			scalar{kind: kind, tags: wordTags, set: checked(p, check)}.read(r, key+"."+name, v)
		}
	}
	before := len(r.faults)
	r.block(n, key, map[string]func(*yaml.Node){
		"who": word(&one.Who, "who", "text", checkName), "deputy": word(&one.Deputy, "deputy", "text", checkName),
		"from": word(&from, "from", "a date", checkDate), "until": word(&until, "until", "a date", checkDate),
	})
	if len(r.faults) > before {
		return
	}
	one.From, _ = state.ParseDate(from)
	one.Until, _ = state.ParseDate(until)
	switch {
	case one.Who == "" || one.Deputy == "" || from == "" || until == "":
		r.refuse(n, key, "needs who, from, until and deputy")
	case one.Until < one.From:
		r.refuse(n, key, "ends on %s, before it begins on %s", until, from)
	case one.Who == one.Deputy:
		r.refuse(n, key, "%q cannot stand in for himself", clip(one.Who))
	}
}

func (l absences) readText(r *reader, key, text string) {
	*l.to = []routing.Absence{}
	if n := r.parse([]byte(text)); n != nil {
		l.read(r, key, n)
	}
}

func (l absences) show() string {
	list := make([]string, len(*l.to))
	for i, a := range *l.to {
		list[i] = fmt.Sprintf(`{"who": %s, "from": %q, "until": %q, "deputy": %s}`, quote(a.Who), a.From, a.Until, quote(a.Deputy))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func (absences) bounds() string {
	return "a list of {who: NAME, from: DATE, until: DATE, deputy: NAME}, at most 1000"
}

// words reads a list of words, or one word, without repeats.
func words(r *reader, key string, n *yaml.Node, most int, to *[]string, check func(string) error) {
	if n = resolve(n); n.Kind == yaml.ScalarNode {
		n = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}, Line: n.Line, Column: n.Column}
	}
	if len(n.Content) > most {
		r.refuse(n, key, "has %d entries, more than %d", len(n.Content), most)
		return
	}
	texts{to: to, check: check}.read(r, key, n)
}

func checkName(s string) error {
	if s == "" {
		return errEmpty
	}
	return nil
}

// levelOf is a level by its name; None for any other word.
func levelOf(word string) detectors.Level {
	for l := detectors.Info; l <= detectors.Critical; l++ {
		if word == l.String() {
			return l
		}
	}
	return detectors.None
}

// readMoney reads an amount with its currency, in whole minor units.
func readMoney(s string) (state.Money, error) {
	bad := fmt.Errorf("%q is not an amount with its currency, such as 100000 EUR", clip(s))
	amount, code, _ := strings.Cut(s, " ")
	currency, known := state.ParseCurrency(code)
	number, err := parseDecimal(amount)
	if err != nil || !known {
		return state.Money{}, bad
	}
	minor := new(big.Rat).Mul(number.rat(), new(big.Rat).SetInt64(currency.Major(1)))
	if !minor.IsInt() || !minor.Num().IsInt64() {
		return state.Money{}, bad
	}
	return state.Money{Minor: minor.Num().Int64(), Currency: currency}, nil
}

// routing is the table of all routes and absences.
func (c *config) routing() *routing.Table {
	return &routing.Table{Routes: c.Notify.Routes, Absences: c.Notify.Absences, Channel: c.Slack.Channel}
}

// route directs cases as they are sent: to their channels, and to the owner's deputy, on the ledger's day at that time.
func (c *config) route(now func() state.Instant) (func(*alerts.CaseMessage) []string, error) {
	ledger, err := c.ledger()
	if err != nil {
		return nil, err
	}
	table := c.routing()
	return func(m *alerts.CaseMessage) []string {
		channels := table.Channels(m)
		m.Task.Deputy = table.Deputy(m.Task.Owner, now().Date(ledger.Zone))
		return channels
	}, nil
}
