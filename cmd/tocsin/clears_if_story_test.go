package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/consumer/replay"
	"tocsin/detectors"
	"tocsin/state"
)

// toldAlert is an alert record as far as its ways out, and what is said of it, go.
type toldAlert struct {
	At         string           `json:"at"`
	Transition string           `json:"transition"`
	KnownAt    time.Time        `json:"known_at"`
	Customer   string           `json:"customer_id"`
	Signal     string           `json:"signal"`
	Reason     string           `json:"reason"`
	RuleSet    string           `json:"rule_set"`
	To         string           `json:"to"`
	Facts      []detectors.Fact `json:"facts"`
	Evidence   []string         `json:"evidence"`
	ClearsIf   []toldWay        `json:"clears_if"`
	Actions    []string         `json:"actions"`
	AtRisk     *toldAmount      `json:"money_at_risk"`
}

// toldWay is one entry of clears_if.
type toldWay struct {
	Do        string      `json:"do"`
	Condition string      `json:"condition"`
	Amount    *toldAmount `json:"amount"`
	To        string      `json:"to"`
}

type toldAmount struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

func (a *toldAlert) String() string {
	return fmt.Sprintf("%s %s %s: %s %s", a.At, a.RuleSet, a.Customer, a.Signal, a.To)
}

// leading is the alert with a level that a way out of it names.
func (a *toldAlert) leading(to string) string { return a.String() + " (to " + to + ")" }

func (w *toldWay) String() string {
	text := w.Do
	if w.Amount != nil {
		text += " " + w.Amount.Amount + " " + w.Amount.Currency
	}
	return text + " (to " + w.To + ")"
}

func (a *toldAlert) day() state.Date {
	day, _ := state.ParseDate(a.At)
	return day
}

// fact is the value of a fact that the alert tells; empty: it does not.
func (a *toldAlert) fact(name string) string {
	for _, f := range a.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// levelOn is where the alert's signal stands when a day closes, as records tell it.
func (a *toldAlert) levelOn(told []toldAlert, day state.Date) detectors.Level {
	level := detectors.None
	for i := range told {
		if b := &told[i]; b.Customer == a.Customer && b.Signal == a.Signal && b.RuleSet == a.RuleSet && b.day() <= day {
			level = levelNamed(b.To)
		}
	}
	return level
}

// playedTale is a story, what it takes to play it, and what it tells.
type playedTale struct {
	*tale
	config *config
	engine *consumer.Engine
	script *storyScript
	told   []toldAlert
}

func playTale(t *testing.T, name string) *playedTale {
	t.Helper()
	s, err := readStory(name)
	if err != nil {
		t.Fatal(err)
	}
	settings, events := s.section(configSection), s.section(eventsSection)
	p := &playedTale{tale: s}
	if p.config, _, err = parseConfig(s.name, []byte(settings.text), nil); err != nil {
		t.Fatal(err)
	}
	if p.engine, err = p.config.engine(); err != nil {
		t.Fatal(err)
	}
	if p.script, err = readScript(p.engine.Ledger.Zone, s.name+":%d: ", events.line, events.text); err != nil {
		t.Fatal(err)
	}
	p.told = p.alerts(t, p.script.events, p.script.end)
	return p
}

func (p *playedTale) title() string { return strings.TrimSuffix(filepath.Base(p.name), ".txtar") }

// play plays events the way of all events, up to and with a day.
func (p *playedTale) play(t *testing.T, test replay.Backtest, events []state.Event) {
	t.Helper()
	test.Engine = p.engine
	if err := p.backtest(t.Context(), test, &storyScript{events: events, lines: make([]int, len(events))}); err != nil {
		t.Fatal(err)
	}
}

// alerts are the alert records of events, up to and with a day.
func (p *playedTale) alerts(t *testing.T, events []state.Event, until state.Date) (told []toldAlert) {
	t.Helper()
	var records bytes.Buffer
	p.play(t, replay.Backtest{Until: until, Alerts: &records}, events)
	for decoder := json.NewDecoder(&records); decoder.More(); {
		var a toldAlert
		if err := decoder.Decode(&a); err != nil {
			t.Fatal(err)
		}
		told = append(told, a)
	}
	return told
}

// situation is an alert on a day on which nothing was heard of after it was told.
type situation struct {
	p         *playedTale
	alert     *toldAlert
	day       state.Date
	at        state.Instant // of that day, when something is done
	events    []state.Event // known when the alert was told
	view      *state.View   // of the customer
	explained consumer.SignalExplanation
}

func (p *playedTale) situation(t *testing.T, a *toldAlert, day state.Date, at state.Instant) *situation {
	t.Helper()
	s := &situation{p: p, alert: a, day: day, at: at}
	for _, ev := range p.script.events {
		if ev.KnownAt <= state.InstantOf(a.KnownAt) {
			s.events = append(s.events, ev)
		}
	}
	look := func(last state.Day, rec *state.Record) {
		for _, x := range p.engine.ExplainSignals(rec, last, a.Signal, alerts.English).Signals {
			if x.RuleSet == a.RuleSet {
				s.explained = x
			}
		}
		s.view = p.engine.Judge.View(rec.Customer.View(p.engine.Ledger, last.Date))
	}
	p.play(t, replay.Backtest{Until: day, Of: state.CustomerID(a.Customer), Look: look}, s.events)
	if s.view == nil {
		t.Fatalf("%s: nobody is called %s", a, a.Customer)
	}
	return s
}
