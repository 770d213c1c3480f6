package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/consumer/contract"
	"tocsin/consumer/replay"
	"tocsin/detectors"
	"tocsin/state"
)

// play tells what comes out: the same story, with what it wants rewritten. Its events go the way of all events, as
// documents of the contract through decoder and engine.
func (s *tale) play(ctx context.Context) (*tale, error) {
	config, engine, script, err := s.read()
	if err != nil {
		return nil, err
	}
	out := &tale{name: s.name, sections: slices.Clone(s.sections)}
	for i := range out.sections {
		section := &out.sections[i]
		date, isState := strings.CutPrefix(section.title, stateSection)
		switch {
		case section.title == wantSection:
			section.text, err = s.transitions(ctx, config, engine, script)
		case isState:
			section.text, err = s.figures(ctx, engine, script, date, section)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// read reads the story's configuration and its events.
func (s *tale) read() (*config, *consumer.Engine, *storyScript, error) {
	settings := s.section(configSection)
	config, _, err := parseConfig(s.name, []byte(strings.Repeat("\n", settings.line)+settings.text), nil)
	if err != nil {
		return nil, nil, nil, err
	}
	engine, err := config.engine()
	if err != nil {
		return nil, nil, nil, err
	}
	events := s.section(eventsSection)
	script, err := readScript(engine.Ledger.Zone, fmt.Sprintf("%s:%%d: ", s.name), events.line, events.text)
	return config, engine, script, err
}

// backtest plays the script up to and with a day.
func (s *tale) backtest(ctx context.Context, test replay.Backtest, script *storyScript) error {
	var lines, rejects bytes.Buffer
	for i := range script.events {
		lines.Write(append(contract.Encode(&script.events[i]), '\n'))
	}
	test.Inputs, test.Stdin, test.Workers, test.Rejects = []string{"-"}, &lines, 1, &rejects
	if _, err := test.Run(ctx); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	if rejects.Len() == 0 {
		return nil
	}
	var reject struct {
		Line                   int
		Code, Pointer, Message string
	}
	if err := json.NewDecoder(&rejects).Decode(&reject); err != nil {
		return err
	}
	return fmt.Errorf("%s:%d: the contract refuses it: %s: %s (%s)",
		s.name, script.lines[reject.Line-1], reject.Pointer, reject.Message, reject.Code)
}

// taleTransition is what a story tells of an alert record.
type taleTransition struct {
	At          string           `json:"at"`
	Customer    string           `json:"customer_id"`
	Signal      string           `json:"signal"`
	Reason      string           `json:"reason"`
	From        string           `json:"from"`
	To          string           `json:"to"`
	Kind        string           `json:"transition"`
	RuleSet     string           `json:"rule_set"`
	Facts       []detectors.Fact `json:"facts"`
	Evidence    []string         `json:"evidence"`
	MoneyAtRisk *struct {
		Currency string `json:"currency"`
	} `json:"money_at_risk"`

	wording string // of a custom sign
}

// transitions are the lines of the section want.
func (s *tale) transitions(ctx context.Context, config *config, engine *consumer.Engine, script *storyScript) (string, error) {
	var records bytes.Buffer
	if err := s.backtest(ctx, replay.Backtest{Engine: engine, Until: script.end, Alerts: &records}, script); err != nil {
		return "", err
	}
	var heads, sentences []string
	widest := 0
	for decoder := json.NewDecoder(&records); decoder.More(); {
		var t taleTransition
		if err := decoder.Decode(&t); err != nil {
			return "", err
		}
		t.wording = config.wording(t.RuleSet, t.Signal)
		heads, sentences = append(heads, t.head()), append(sentences, t.sentence())
		widest = max(widest, len(heads[len(heads)-1]))
	}
	var b strings.Builder
	for i := range heads {
		fmt.Fprintf(&b, "%-*s  %s\n", widest, heads[i], sentences[i])
	}
	return b.String(), nil
}

func (t *taleTransition) head() string {
	who := ""
	if t.Customer != storyCustomer {
		who = t.Customer + ": "
	}
	if t.RuleSet != alerts.Live {
		who += t.RuleSet + ": "
	}
	return fmt.Sprintf("%s %s%s %s -> %s", t.At, who, t.Signal, t.From, t.To)
}

// sentence is the reason in the words that people are told, after the documents that it rests on.
func (t *taleTransition) sentence() string {
	from, to := levelNamed(t.From), levelNamed(t.To)
	if to == detectors.None {
		return alerts.English.Change(alerts.Change{Signal: t.Signal, Reason: t.Reason, From: from, To: to, Kind: t.Kind})
	}
	alert := alerts.CaseAlert{Signal: t.Signal, Level: to, Reason: t.Reason, Detail: detectors.Detail{Facts: t.Facts, Wording: t.wording}}
	if t.MoneyAtRisk != nil {
		alert.MoneyAtRisk.Currency, _ = state.ParseCurrency(t.MoneyAtRisk.Currency)
	}
	said := alerts.English.Alert(alert)
	if len(t.Evidence) > 0 {
		said = strings.Join(t.Evidence[:min(3, len(t.Evidence))], ", ") + ": " + said
	}
	return said
}

func levelNamed(name string) detectors.Level {
	for _, l := range []detectors.Level{detectors.Info, detectors.Warning, detectors.Critical} {
		if l.String() == name {
			return l
		}
	}
	return detectors.None
}

// figures are the lines of a section state: for each line its customer and the path of a member of the customer record,
// followed by the value that it has on the day.
func (s *tale) figures(ctx context.Context, engine *consumer.Engine, script *storyScript, date string, section *taleSection) (string, error) {
	day, ok := state.ParseDate(date)
	if !ok {
		return "", fmt.Errorf("%s:%d: %q is not a date such as 2026-03-31", s.name, section.line, date)
	}
	var records bytes.Buffer
	if err := s.backtest(ctx, replay.Backtest{Engine: engine, Until: day, State: &records}, script); err != nil {
		return "", err
	}
	known := map[string]map[string]any{}
	for decoder := json.NewDecoder(&records); decoder.More(); {
		var record map[string]any
		if err := decoder.Decode(&record); err != nil {
			return "", err
		}
		known[fmt.Sprint(record["customer_id"])] = record
	}
	var b strings.Builder
	for line := range strings.Lines(section.text) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0][0] == '#' {
			b.WriteString(line)
			continue
		}
		customer, prefix := storyCustomer, ""
		if name, isCustomer := strings.CutSuffix(words[0], ":"); isCustomer && len(words) > 1 {
			customer, prefix, words = name, words[0]+" ", words[1:]
		}
		fmt.Fprintf(&b, "%s%s %s\n", prefix, words[0], figure(known[customer], words[0]))
	}
	return b.String(), nil
}

// figure is a member of a customer record by its path, such as ageing.1_30.
func figure(record map[string]any, path string) string {
	var value any = record
	for name := range strings.SplitSeq(path, ".") {
		object, _ := value.(map[string]any) // what is no object has no members
		member, ok := object[name]
		if !ok {
			return "is no figure"
		}
		value = member
	}
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
