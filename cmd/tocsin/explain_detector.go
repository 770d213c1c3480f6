package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tocsin/detectors"
)

// detectorText is what a detector is, for programs.
type detectorText struct {
	Signal     string          `json:"signal"`
	Title      string          `json:"title"`
	Doc        string          `json:"doc"`
	Levels     []string        `json:"levels"`
	Reasons    []string        `json:"reasons"`
	Inputs     []string        `json:"inputs"`     // what it reads
	ClearedBy  []string        `json:"cleared_by"` // whose news clears it in the ordinary course
	Reads      []string        `json:"reads"`      // signals whose levels it reads
	Retracted  bool            `json:"retracted"`  // by a correction; else it only clears
	Parameters []parameterText `json:"parameters"`

	custom bool
}

// parameterText is one of its parameters.
type parameterText struct {
	Key     string   `json:"key"`
	Value   string   `json:"value"` // by the configuration, for a customer in no segment
	Default string   `json:"default"`
	Min     string   `json:"min,omitempty"`
	Max     string   `json:"max,omitempty"`
	Words   []string `json:"words,omitempty"`
	Meaning string   `json:"meaning"`
}

// signalNames are the signals in the order in which they are judged.
func signalNames() []string {
	var names []string
	for _, d := range detectors.All() {
		names = append(names, d.Sign().Signal)
	}
	return names
}

// knownSignal refuses a name that no signal has.
func (c *config) knownSignal(flag, name string) error {
	known := signalNames()
	for i := range c.Rules.Signs {
		known = append(known, c.Rules.Signs[i].Signal)
	}
	if slices.Contains(known, name) {
		return nil
	}
	return usageError{fmt.Sprintf("%s: no signal is called %q%s\nThere are: %s", flag, name, didYouMean(name, known), strings.Join(known, ", "))}
}

// detector prints what a detector looks for and the parameters that tune it.
func (c *explainCommand) detector(p *process) error {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	if err := loaded.knownSignal("--detector", c.Detector); err != nil {
		return err
	}
	rules := loaded.rules()
	at := slices.IndexFunc(rules, func(r detectors.Rule) bool { return r.Sign.Signal == c.Detector })
	text := describeRule(&rules[at])
	if c.json() {
		return json.NewEncoder(p.stdout).Encode(text)
	}
	_, err = p.stdout.Write([]byte(text.String()))
	return err
}

func describeRule(r *detectors.Rule) detectorText {
	sign := r.Sign
	out := detectorText{
		Signal: sign.Signal, Title: sign.Title, Doc: detectors.Doc(r.Detector), Levels: []string{}, Reasons: append([]string{}, sign.Reasons...),
		Inputs: sign.Inputs.Names(), ClearedBy: sign.ClearedBy.Names(), Reads: append([]string{}, sign.Reads...), Retracted: !sign.Lasting,
	}
	_, out.custom = r.Detector.(*detectors.Custom)
	for _, l := range sign.Levels() {
		out.Levels = append(out.Levels, l.String())
	}
	for _, param := range r.Settings() {
		out.Parameters = append(out.Parameters, parameterText{
			param.Name, param.String(), param.Preset(), param.Min, param.Max, param.Words, param.Doc,
		})
	}
	return out
}

// String is the text for people.
func (d *detectorText) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n%s\n\n", d.Signal, d.Title, d.Doc)
	line := func(name string, list []string) {
		if len(list) > 0 {
			fmt.Fprintf(&b, "%-10s  %s\n", name, strings.Join(list, ", "))
		}
	}
	line("levels", d.Levels)
	line("reasons", d.Reasons)
	line("reads", append(slices.Clone(d.Inputs), d.Reads...))
	line("cleared by", d.ClearedBy)
	table := [][]string{{"parameter"}, {"value"}, {"default"}, {"bounds"}}
	for _, p := range d.Parameters {
		bounds := strings.Join(p.Words, ", ")
		switch {
		case p.Min == "" && p.Words == nil:
			bounds = "a list"
		case p.Words == nil:
			bounds = p.Min + " to " + p.Max
		}
		for i, cell := range []string{p.Key, p.Value, p.Default, bounds} {
			table[i] = append(table[i], cell)
		}
	}
	b.WriteString("\n")
	for i := range table[0] {
		writeCells(&b, table, []bool{false, true, true, false}, i)
		if i > 0 {
			for _, text := range wrap(d.Parameters[i-1].Meaning, 110) {
				fmt.Fprintf(&b, "    %s\n", text)
			}
		}
	}
	if d.custom {
		fmt.Fprintf(&b, "\nSet them under custom_signs.%s, or in a segment under detectors.%s.\n", d.Signal, d.Signal)
	} else {
		fmt.Fprintf(&b, "\nSet them under detectors.%s, for all customers or in a segment.\n", d.Signal)
	}
	return b.String()
}

// mostTabled is how many parameters of a signal the table names.
const mostTabled = 10

// signalTable is the README's table of all signals.
func signalTable() string {
	var b strings.Builder
	b.WriteString("| signal | raises | levels | parameters and their defaults |\n|---|---|---|---|\n")
	for _, rule := range detectors.Defaults() {
		d := describeRule(&rule)
		var params []string
		for _, p := range d.Parameters {
			if p.Key != "mode" && (p.Key != "hold_days" || p.Default != "0") {
				params = append(params, fmt.Sprintf("`%s` %s", p.Key, p.Default))
			}
		}
		if more := len(params) - mostTabled; more > 1 {
			params = append(params[:mostTabled], fmt.Sprintf("and %d more", more))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", d.Signal, whatItRaises(d.Doc), strings.Join(d.Levels, ", "), strings.Join(params, ", "))
	}
	return b.String()
}

// whatItRaises is the first sentence of a doc comment, from behind its verb.
func whatItRaises(doc string) string {
	sentence, _, _ := strings.Cut(firstParagraph(doc), ". ")
	_, what, _ := strings.Cut(strings.TrimSuffix(sentence, "."), " raises ")
	return what
}
