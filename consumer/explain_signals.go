package consumer

import (
	"cmp"
	"encoding/base64"
	"slices"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// SignalsExplanation tells of signals of a customer how they stand and why.
type SignalsExplanation struct {
	CustomerID    state.CustomerID    `json:"customer_id"`
	AsOf          string              `json:"as_of"`
	Currency      *string             `json:"currency"` // of all amounts
	CustomerClass string              `json:"customer_class"`
	Config        string              `json:"config"`            // version of the configuration that judges here
	Kind          string              `json:"kind,omitempty"`    // of customer, where it brings thresholds with it
	Segment       *SegmentExplanation `json:"segment,omitempty"` // whose thresholds hold; nil: none
	FXStale       []string            `json:"fx_stale,omitempty"`
	Stale         []StaleInput        `json:"stale_inputs,omitempty"`
	Signals       []SignalExplanation `json:"signals"`
}

// SegmentExplanation is the first segment whose condition the customer fulfils.
type SegmentExplanation struct {
	Number int    `json:"number"` // counted from 1
	When   string `json:"when"`
}

// States of a signal.
const (
	SignalOff          = "off"           // not judged
	SignalNotEvaluable = "not_evaluable" // Missing says why; what stands stays, unless that counts as clear (Leaves)
	SignalRaised       = "raised"        // the level that stands has its ground today
	SignalHeld         = "held"          // it stands, and nothing raises it today: its way out is narrower or takes days
	SignalWaiting      = "waiting"       // it would stand higher but for an input without which the day was opened
	SignalSilent       = "silent"
)

// SignalExplanation is how one signal stands, and what its verdict rests on. Texts are for people; everything that they say is
// there for programs too.
type SignalExplanation struct {
	Signal     string `json:"signal"`
	Title      string `json:"title"`
	Mode       string `json:"mode"`
	RuleSet    string `json:"rule_set"`
	State      string `json:"state"`
	Level      string `json:"level"` // that stands
	Reason     string `json:"reason,omitempty"`
	Text       string `json:"text,omitempty"` // of what stands
	Since      string `json:"since,omitempty"`
	LevelSince string `json:"level_since,omitempty"`
	Raises     string `json:"raises"`                // the highest level that has its ground today
	MutedUntil string `json:"muted_until,omitempty"` // what rises of it before joins no case, unless it is worse than a person accepted

	Missing    []string               `json:"missing,omitempty"`    // what a signal that is not evaluable lacks
	Next       *NextLevel             `json:"next_level,omitempty"` // what keeps it from the next higher level, of several the first whose distance can be told
	Lacks      []NextLevel            `json:"lacks,omitempty"`      // what keeps it from each higher level
	ByTime     *ByTime                `json:"by_time,omitempty"`    // what time alone makes of it; nil: nothing within a year
	Facts      []FactExplanation      `json:"facts"`
	Conditions []ConditionExplanation `json:"conditions"`
	Baseline   *BaselineExplanation   `json:"baseline,omitempty"`
	Leaves     []LeavingExplanation   `json:"leaves,omitempty"`
	HoldDays   int                    `json:"hold_days"`
	ClearsIf   []RemedyExplanation    `json:"clears_if,omitempty"`
	Actions    []string               `json:"actions,omitempty"`
	Evidence   []string               `json:"evidence,omitempty"`
	AtRisk     *AmountExplanation     `json:"money_at_risk,omitempty"`
	Settings   []SettingExplanation   `json:"settings"`
	Doc        string                 `json:"doc"`              // what it looks for, and when it keeps silent
	Inputs     []Row                  `json:"inputs,omitempty"` // documents and other facts that it reads; only where one signal is asked for
}

// NextLevel is a level above what stands or has its ground today, and what it lacks.
type NextLevel struct {
	Level string                 `json:"level"`
	Lacks []ConditionExplanation `json:"lacks"`
}

// ByTime is the next change of level, if nothing more becomes known.
type ByTime struct {
	On   string `json:"on"`
	Days int    `json:"days"` // until then
	To   string `json:"to"`
}

// FactExplanation is a fact that was measured, beside the threshold that it was held against.
type FactExplanation struct {
	detectors.Fact
	Text string `json:"text"`
}

// ConditionExplanation is one thing that a level needs. Of several ways to a level one is enough.
type ConditionExplanation struct {
	Level     string `json:"level"` // none: without it nothing can be judged
	Way       int    `json:"way"`
	What      string `json:"what"`
	About     string `json:"about,omitempty"`
	Unit      string `json:"unit"`
	Value     string `json:"value"`
	Is        string `json:"is"`
	Threshold string `json:"threshold"`
	Holds     bool   `json:"holds"`
	Gap       string `json:"gap"` // the least change of the value after which it holds
	Text      string `json:"text"`
	GapText   string `json:"gap_text,omitempty"`
}

// BaselineExplanation is what was frozen when the episode began.
type BaselineExplanation struct {
	Facts     []FactExplanation `json:"facts,omitempty"`
	Encoded   string            `json:"encoded"`              // the detector's own bytes, in base64
	ClearedOn string            `json:"cleared_on,omitempty"` // the episode is over, and the baseline goes on judging
	Until     string            `json:"until,omitempty"`      // the last day on which it does
}

// LeavingExplanation is a level whose clear condition holds and that its hold keeps.
type LeavingExplanation struct {
	Level string `json:"level"`
	From  string `json:"from"`
	On    string `json:"on"`
}

// RemedyExplanation is one thing that alone brings the signal to a level.
type RemedyExplanation struct {
	Do        string             `json:"do"`
	Condition string             `json:"condition,omitempty"` // that has to hold
	Amount    *AmountExplanation `json:"amount,omitempty"`
	To        string             `json:"to"`
	Text      string             `json:"text"`
}

// AmountExplanation is an amount as alert records have it.
type AmountExplanation struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
	Text     string `json:"text"`
}

// explainAmount is nil of an amount that is not told.
func explainAmount(l *alerts.Language, m state.Money) *AmountExplanation {
	if !m.Told() {
		return nil
	}
	return &AmountExplanation{m.String(), m.Currency.String(), l.Amount(m)}
}

// SettingExplanation is one key of the signal's block, as it judges this customer, and what sets it.
type SettingExplanation struct {
	Key     string `json:"key"`
	Value   string `json:"value"`
	Default string `json:"default"`
	From    string `json:"from"` // default, configuration, kind or segment
	Meaning string `json:"meaning"`
}

// ExplainSignals tells of the signals of a customer as of a day, in a language; with a name of that one alone, with all that it reads. It
// is empty of signals if there is no such signal. What analysts wrote, and the docs of parameters, stay as they are.
func (e *Engine) ExplainSignals(rec *state.Record, day state.Day, signal string, l *alerts.Language) SignalsExplanation {
	coming := e.byTime(rec, day)
	rec.Customer.Equip(&day)
	rec.Customer.Weigh(day.IsCore(rec.Customer.ID))
	view := rec.Customer.View(e.Ledger, day.Date)
	explained := e.Judge.Explain(alerts.Input{
		Record: rec, View: view, Ledger: e.Ledger, Day: day.Date, LimitsKnown: day.LimitsKnown(), Waiting: day.Waiting(), All: true,
	})
	out := SignalsExplanation{
		CustomerID: rec.Customer.ID, AsOf: day.Date.String(), CustomerClass: view.Class().String(), Config: e.Config,
		Kind: explained.Trace.Kind, Signals: []SignalExplanation{},
	}
	if explained.Trace.Segment > 0 {
		out.Segment = &SegmentExplanation{explained.Trace.Segment, explained.Trace.When}
	}
	if currency := view.Currency(); currency != 0 {
		code := currency.String()
		out.Currency = &code
	}
	for _, currency := range view.StaleRates() {
		out.FXStale = append(out.FXStale, currency.String())
	}
	for _, s := range day.Stale {
		out.Stale = append(out.Stale, StaleInput{s.Topic, s.Partition, s.Since.String()})
	}
	for i := range explained.Signals {
		x := &explained.Signals[i]
		if name := x.Rule.Sign.Signal; signal == "" || name == signal {
			told := explainSignal(l, x, view.Currency())
			told.ByTime = coming[signalKey{x.RuleSet, name}]
			if signal != "" && x.Judged {
				told.Inputs = inputRows(e.Judge.View(view), x.Rule.Sign.Inputs)
			}
			out.Signals = append(out.Signals, told)
		}
	}
	return out
}

// explainSignal puts into words and decimal numbers what the judge tells of a signal.
func explainSignal(l *alerts.Language, x *alerts.Explained, currency state.Currency) SignalExplanation {
	sign := x.Rule.Sign
	out := SignalExplanation{
		Signal: sign.Signal, Title: titleOf(l, sign), Mode: x.Rule.Mode.String(), RuleSet: x.RuleSet, State: stateOf(x),
		Level: x.Level.String(), Reason: x.Reason, Raises: x.Verdict.Raise.String(), HoldDays: x.Rule.HoldDays,
		Actions: x.Detail.Actions, Evidence: x.Detail.Evidence, Doc: detectors.Doc(x.Rule.Detector),
		Facts: explainFacts(l, x.Detail.Facts, x.Detail.Wording, currency), Conditions: explainConditions(l, x.Conditions, currency), Settings: []SettingExplanation{},
	}
	if x.Level > detectors.None {
		out.Since, out.LevelSince = x.Since.String(), x.LevelSince.String()
		out.Text = l.Alert(alerts.CaseAlert{Signal: sign.Signal, Level: x.Level, Reason: x.Reason, Detail: x.Detail})
	}
	if x.MutedUntil != 0 {
		out.MutedUntil = x.MutedUntil.String()
	}
	for _, s := range x.Settings {
		out.Settings = append(out.Settings, SettingExplanation{s.Name, s.String(), s.Preset(), s.From.String(), s.Doc})
	}
	for _, at := range x.Leaves {
		out.Leaves = append(out.Leaves, LeavingExplanation{at.Level.String(), at.From.String(), at.On.String()})
	}
	if len(x.Baseline) > 0 {
		out.Baseline = &BaselineExplanation{
			Facts: explainFacts(l, x.BaselineFacts, "", currency), Encoded: base64.StdEncoding.EncodeToString(x.Baseline),
			ClearedOn: x.Cleared.String(), Until: x.Remembered.String(),
		}
	}
	for _, r := range x.Detail.ClearsIf {
		way := RemedyExplanation{r.Do, "", explainAmount(l, r.Amount), r.To.String(), l.Remedy(r)}
		if r.Do == detectors.ByCondition {
			way.Condition = x.Detail.Conditions[r.To]
			way.Text += ": " + way.Condition
		}
		out.ClearsIf = append(out.ClearsIf, way)
	}
	if x.Level > detectors.None {
		out.AtRisk = explainAmount(l, x.Detail.MoneyAtRisk)
	}
	if out.State == SignalNotEvaluable {
		out.Missing = missing(l, x, currency)
	} else if x.Judged {
		out.Lacks, out.Next = higherLevels(l, x, currency)
	}
	return out
}

// titleOf is a signal's title: English has one for who explains, and every other language the name that messages give it.
func titleOf(l *alerts.Language, sign *detectors.Sign) string {
	if l == alerts.English {
		return sign.Title
	}
	return l.Signal(sign.Signal)
}

// stateOf is how a signal stands in a word.
func stateOf(x *alerts.Explained) string {
	switch {
	case !x.Judged:
		return SignalOff
	case x.Verdict.NotEvaluable:
		return SignalNotEvaluable
	case x.Waits:
		return SignalWaiting
	case x.Level == detectors.None:
		return SignalSilent
	case x.Verdict.Raise < x.Level:
		return SignalHeld
	default:
		return SignalRaised
	}
}

// missing is why a signal cannot be judged: the conditions of every judgement that do not hold. A detector that does not tell them
// has its doc to say it.
func missing(l *alerts.Language, x *alerts.Explained, currency state.Currency) []string {
	var list []string
	for _, c := range x.Conditions {
		if c.Level == detectors.None && !c.Holds() {
			list = append(list, l.Condition(c, currency))
		}
	}
	return list
}

// higherLevels are those above what stands or has its ground today, the lowest first, with what each lacks, as far as the detector
// tells it; and the one to tell of alone: the lowest whose distance can be counted.
func higherLevels(l *alerts.Language, x *alerts.Explained, currency state.Currency) (list []NextLevel, next *NextLevel) {
	countable := -1
	for level := max(x.Level, x.Verdict.Raise) + 1; level <= detectors.Critical; level++ {
		lacking, found := detectors.Lacking(x.Conditions, level)
		if !found || len(lacking) == 0 {
			continue
		}
		flagged := slices.ContainsFunc(lacking, func(c detectors.Condition) bool { return c.Unit == detectors.UnitFlag })
		if list = append(list, NextLevel{level.String(), explainConditions(l, lacking, currency)}); countable < 0 && !flagged {
			countable = len(list) - 1
		}
	}
	if len(list) > 0 {
		next = &list[max(countable, 0)]
	}
	return list, next
}

// explainFacts are facts that a sign tells; of a custom one with its wording.
func explainFacts(l *alerts.Language, facts []detectors.Fact, wording string, currency state.Currency) []FactExplanation {
	list := []FactExplanation{}
	of := alerts.CaseAlert{Detail: detectors.Detail{Wording: wording, MoneyAtRisk: state.Money{Currency: currency}}}
	for _, f := range facts {
		list = append(list, FactExplanation{f, l.Ground(&of, f)})
	}
	return list
}

func explainConditions(l *alerts.Language, conditions []detectors.Condition, currency state.Currency) []ConditionExplanation {
	list := []ConditionExplanation{}
	for _, c := range conditions {
		list = append(list, ConditionExplanation{
			Level: c.Level.String(), Way: c.Way, What: c.What, About: c.About, Unit: c.Unit.String(), Is: c.Is.String(),
			Value: c.Write(c.Value, currency), Threshold: c.Write(c.Threshold, currency), Holds: c.Holds(), Gap: c.Write(c.Gap(), currency),
			Text: l.Condition(c, currency), GapText: l.Gap(c, currency),
		})
	}
	return list
}

// signalKey names a signal of a rule set.
type signalKey struct{ set, signal string }

// foreseen is how far ahead it is played what time alone does.
const foreseen = 366

// byTime is the first change of each signal's level that comes by time alone: a copy of the record is stepped from alarm to alarm.
func (e *Engine) byTime(rec *state.Record, day state.Day) map[signalKey]*ByTime {
	first := map[signalKey]*ByTime{}
	ahead, err := state.DecodeRecord(state.AppendRecord(nil, rec))
	if err != nil {
		return first // of a record that no store could hold nothing is foreseen
	}
	last := day.Date
	day.Stale = nil // it is read by then
	for at := day.Date + 1; at != 0 && at <= last+foreseen; {
		day.Date = at
		effects, panicked := e.TryStep(ahead, Step{Day: day, KnownAt: at.Start(e.Ledger.Zone), Alarm: true}, nil)
		if panicked != nil {
			break
		}
		for i := range effects.Transitions {
			t := &effects.Transitions[i]
			key := signalKey{t.RuleSet, t.Signal}
			if first[key] == nil {
				first[key] = &ByTime{at.String(), int(at - last), t.To.String()}
			}
		}
		at = effects.Next
	}
	return first
}

// inputRows are the documents and other facts of the kinds that a detector reads, as far as they count on the view's day.
func inputRows(view *state.View, of state.Inputs) []Row {
	rows := []Row{}
	for _, kind := range []struct {
		input state.Inputs
		rows  func(*state.View) []Row
	}{
		{state.InputOrders, orderRows}, {state.InputReceivables, receivableRows}, {state.InputLimits, limitRows}, {state.InputRegistry, registryRows},
		{state.InputConduct, conductRows}, {state.InputCover, coverRows}, {state.InputOpinion, opinionRows},
	} {
		if of&kind.input != 0 {
			rows = append(rows, kind.rows(view)...)
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.Kind, b.Kind) })
	return rows
}
