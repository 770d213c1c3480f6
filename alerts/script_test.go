package alerts

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/detectors"
	"tocsin/state"
)

// start is day 1 of the stories: a Monday.
const start = state.Date(20089 - 1)

// script is a detector of which a test says what it finds on which day, as is known at the moment. What is known of a day
// can change later, also of a day that is past: that is a correction.
type script struct {
	sign      detectors.Sign
	known     []finding // by day
	baselines bool      // a verdict brings the day's own baseline along
	frozen    []finding // what is known of days that are judged by a baseline of before; nil: the same
	keeps     bool      // keeps the day on which it first raised anything, until it is above info
	asked     *int      // counts evaluations
	looksBack int       // days before the one judged that count
	risk      int64     // at risk while it raises anything; 0: 100 for each level
	grows     int64     // at risk besides for each day since the start
	figure    int64     // told as a fact with a threshold of 100; 0: no such fact is
	echoes    bool      // raises what the highest of the signals that it reads stands at, if that is more
}

// finding holds from its day until the next one's.
type finding struct {
	from    state.Date
	verdict detectors.Verdict
}

func (s *script) Sign() *detectors.Sign     { return &s.sign }
func (s *script) Params() []detectors.Param { return nil }
func (s *script) LookBack() int             { return s.looksBack }

func (s *script) Evaluate(in *detectors.Input) detectors.Verdict {
	if s.asked != nil {
		*s.asked++
	}
	v := detectors.Verdict{Clear: detectors.AllRungs}
	known := s.known
	if s.frozen != nil && in.Baseline != nil {
		known = s.frozen
	}
	for _, f := range known {
		if f.from <= in.View.Day {
			v = f.verdict
		} else if v.Next == 0 {
			v.Next = f.from
		}
	}
	for _, other := range in.Others {
		if s.echoes && !v.NotEvaluable && other.Level > v.Raise {
			v.Raise, v.Clear = other.Level, v.Clear&^(detectors.Rung(other.Level+1)-1)
		}
	}
	if s.keeps {
		v.Keep = kept(in, v.Raise)
	}
	if s.baselines && v.Raise > detectors.None {
		v.Baseline = []byte{byte(in.View.Day - start)}
	}
	return v
}

func (s *script) Describe(in *detectors.Input, v detectors.Verdict) detectors.Detail {
	minor := int64(v.Raise) * 100
	if s.risk != 0 {
		minor = s.risk
	}
	minor += s.grows * int64(in.View.Day-start)
	facts := []detectors.Fact{{Name: "raise", Value: v.Raise.String(), Threshold: in.Standing.String()}}
	if s.figure != 0 {
		facts = append(facts, detectors.Fact{Name: "figure", Value: strconv.FormatInt(s.figure, 10), Threshold: "100"})
	}
	return detectors.Detail{
		Facts:       facts,
		Actions:     []string{"call_customer"},
		MoneyAtRisk: state.Money{Minor: minor, Currency: euro},
	}
}

// learn makes it known that the verdict is v from a day on.
func (s *script) learn(from state.Date, v detectors.Verdict) {
	s.known = slices.DeleteFunc(s.known, func(f finding) bool { return f.from == from })
	s.known = append(s.known, finding{from, v})
	slices.SortFunc(s.known, func(a, b finding) int { return cmp.Compare(a.from, b.from) })
}

var euro, _ = state.ParseCurrency("EUR")

// verdict reads a verdict: the level raised (i, w, c, - for none, n for not evaluable), then after a slash the levels
// whose clear condition holds (without a slash: all above the level raised, none when it is not evaluable); an
// exclamation mark clears at once, a reason stands in parentheses.
func verdict(text string) detectors.Verdict {
	var v detectors.Verdict
	text, v.Reason, _ = strings.Cut(strings.TrimSuffix(text, ")"), "(")
	text, v.AtOnce = strings.CutSuffix(text, "!")
	raise, clears, told := strings.Cut(text, "/")
	v.Raise, v.NotEvaluable = levelOf(raise), raise == "n"
	if !told && !v.NotEvaluable {
		v.Clear = detectors.AllRungs &^ (detectors.Rung(v.Raise+1) - 1)
	}
	for _, l := range clears {
		v.Clear |= detectors.Rung(levelOf(string(l)))
	}
	return v
}

func levelOf(text string) detectors.Level {
	switch text {
	case "i":
		return detectors.Info
	case "w":
		return detectors.Warning
	case "c":
		return detectors.Critical
	case "-", "n":
		return detectors.None
	}
	panic("no level: " + text)
}

// fixed are rules that are the same for every customer.
type fixed []detectors.Rule

func (f fixed) For(*state.View) detectors.Choice {
	return detectors.Choice{Rules: f, Inputs: state.InputProfile}
}

func (f fixed) ReadsClass() bool { return false }

// Lapses tells that no limit does.
func (f fixed) Lapses() bool { return false }

// rig is a customer with scripted signals A (of orders), B (of receivables) and C (of limits), and the engine's part
// around a judge.
type rig struct {
	scripts map[string]*script
	rules   fixed
	judge   *Judge
	ledger  *state.Ledger
	rec     *state.Record
	day     state.Date
	alarm   state.Date // the earliest that is due; zero: none
	all     bool       // judge everything in each step
	tell    Telling
	waiting state.Inputs
	clock   state.Instant
	log     []Transition
	cases   []CaseMessage
	tasks   []TaskChange
	refused error
}

func inputOf(signal string) state.Inputs {
	return map[string]state.Inputs{"A": state.InputOrders, "B": state.InputReceivables, "C": state.InputLimits}[signal]
}

// failer is a test or a property's case.
type failer interface{ Fatal(args ...any) }

func newRig(t failer, hold int, lasting bool, sets ...RuleSet) *rig {
	r := &rig{scripts: map[string]*script{}, ledger: testLedger, rec: &state.Record{Customer: state.NewCustomer("C-1")}}
	for _, signal := range []string{"A", "B", "C"} {
		s := &script{sign: detectors.Sign{Signal: signal, Title: signal, Inputs: inputOf(signal), ClearedBy: inputOf(signal), ClearHoldDays: hold, Lasting: lasting}}
		r.scripts[signal] = s
		r.rules = append(r.rules, detectors.Rule{Sign: &s.sign, Detector: s, Mode: detectors.Live, HoldDays: hold})
	}
	if sets == nil {
		sets = []RuleSet{{Name: Live, Rules: r.rules}}
	}
	judge, err := NewJudge("test", DefaultSLA(), sets...)
	if err != nil {
		t.Fatal(err)
	}
	r.judge = judge
	return r
}

// echo makes C stand wherever A or B stands.
func (r *rig) echo() {
	r.scripts["C"].echoes, r.scripts["C"].sign.Reads = true, []string{"A", "B"}
}

// opening is the time of day at which steps begin.
const opening = state.Instant(9 * time.Hour)

var testLedger = &state.Ledger{Zone: time.UTC}

// open moves on to a day, running the alarms that come due on the way.
func (r *rig) open(day state.Date) {
	for r.alarm != 0 && r.alarm <= day {
		due := r.alarm
		r.alarm = 0
		r.step(due, 0, true, nil)
	}
	r.promote(day)
}

func (r *rig) promote(day state.Date) {
	if day > r.rec.Day {
		r.rec.Episodes, r.rec.Told = r.judge.Promote(r.rec.Episodes, r.rec.Told, day)
		r.rec.Promote(day)
	}
	r.day = max(r.day, day)
}

// step is one step of the customer on a day.
func (r *rig) step(day state.Date, changed state.Inputs, all bool, decision []byte) Result {
	r.promote(day)
	r.rec.Touched |= changed
	r.clock = max(r.clock+1, day.Start(time.UTC)+opening)
	result := r.judge.Step(Input{
		Record: r.rec, Ledger: r.ledger, Day: day, KnownAt: r.clock, Changed: changed, Applied: r.rec.Touched != 0,
		All: all || r.all, Waiting: r.waiting, Decision: decision, Tell: r.tell,
	})
	if r.alarm = earlier(r.alarm, result.Next); r.alarm != 0 && r.alarm <= day {
		panic("an alarm of a day that is past")
	}
	r.log = append(r.log, result.Transitions...)
	r.tasks = append(r.tasks, result.Tasks...)
	if result.Case != nil {
		r.cases = append(r.cases, *result.Case)
	}
	r.refused = result.Refused
	return result
}

// play acts lines of the form "day event…", where an event is "signal=verdict" (known from that day on),
// "signal@day=verdict" (of another day), "risk:signal=amount" (from now on, so much is at risk), "figure:signal=number" (from now on, it tells that), "silent:signal" (from now on, what clears it is not known; without a signal everything
// is), "alarm", or for decisions "ack", "review", "decide", "accept" (decide that nothing is to be done), "close", "snooze:3d" (for three days), "snooze:50%" (until so much more is
// at risk), "snooze:3d:50%", "wake", "give:person", "late:1" (escalate to a level), "remind", "recount" (people were told just now; "recount:unposted": by a summary), "say:signal=what".
func (r *rig) play(lines string) {
	for line := range strings.Lines(lines) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		day := start + number(fields[0])
		r.open(day)
		changed := state.Inputs(0)
		for _, f := range fields[1:] {
			name, text, event := strings.Cut(f, "=")
			if strings.HasPrefix(f, "say:") {
				event = false
			}
			if silent, says := strings.CutPrefix(f, "silent:"); says {
				r.waiting = inputOf(silent)
				continue
			}
			if !event {
				r.act(day, f)
				continue
			}
			if of, risks := strings.CutPrefix(name, "risk:"); risks {
				r.scripts[of].risk, changed = int64(number(text)), changed|inputOf(of)
				continue
			}
			if of, tells := strings.CutPrefix(name, "figure:"); tells {
				r.scripts[of].figure, changed = int64(number(text)), changed|inputOf(of)
				continue
			}
			name, from, dated := strings.Cut(name, "@")
			since := day
			if dated {
				since = start + number(from)
			}
			r.scripts[name].learn(since, verdict(text))
			changed |= inputOf(name)
		}
		if changed != 0 {
			r.step(day, changed, false, nil)
		}
	}
}

func (r *rig) act(day state.Date, what string) {
	d := Decision{TaskID: r.newestTask(), By: "li.wei", At: max(r.clock, day.Start(time.UTC)+opening) + 1}
	what, how, _ := strings.Cut(what, ":")
	switch what {
	case "snooze":
		d.Action, d.ReasonCode = Snooze, "timing"
		for part := range strings.SplitSeq(how, ":") {
			if days, is := strings.CutSuffix(part, "d"); is {
				d.Until = day + number(days)
			} else {
				d.Worse = uint(number(strings.TrimSuffix(part, "%")))
			}
		}
	case "wake":
		d.Action = Wake
	case "late":
		d = EscalationOf(d.TaskID, uint8(number(how)), []string{"", "boss", "head"}[number(how)], "tocsin", false, d.At)
	case "recount":
		d = RecountOf(d.TaskID, 0, d.At, how == Unposted, "tocsin")
	case "remind":
		d = ReminderOf(d.TaskID, "tocsin", d.At)
	case "give":
		d.Action, d.To = Reassign, how
	case "say":
		var signal string
		signal, d.Code, _ = strings.Cut(how, "=")
		d.Action, d.Alert = Feedback, r.alertOf(signal)
	case "end":
		return
	case "alarm":
		r.step(day, 0, true, nil)
		return
	case "ack":
		d.Action = Acknowledge
	case "review":
		d.Action = Review
	case "decide":
		d.Action, d.Code, d.NextReview = Decide, "call", day+30
	case "accept":
		d.Action, d.Code, d.ReasonCode, d.NextReview = Decide, noAction, "seasonal", day+60
	case "close":
		d.Action = Close
	default:
		panic("no act: " + what)
	}
	r.step(day, 0, false, EncodeDecision(d))
}

// alertOf is the id of the newest alert of a signal.
func (r *rig) alertOf(signal string) string {
	for _, t := range slices.Backward(r.log) {
		if t.Signal == signal && t.RuleSet == Live {
			return t.AlertID
		}
	}
	return ""
}

// newestTask is the id of the newest task, told or not.
func (r *rig) newestTask() string {
	if r.tell != TellAll {
		var m memory
		m.mustDecode(r.rec.Episodes)
		return taskID(r.rec.Customer.ID, m.file.opened)
	}
	if len(r.tasks) == 0 {
		return ""
	}
	return r.tasks[len(r.tasks)-1].TaskID
}

func number(text string) state.Date {
	n := 0
	if _, err := fmt.Sscan(text, &n); err != nil {
		panic(err)
	}
	return state.Date(n)
}

// told are the transitions as the stories write them.
func (r *rig) told() string {
	var b strings.Builder
	for _, t := range r.log {
		fmt.Fprintf(&b, "%d %s", t.At-start, t.Signal)
		if t.RuleSet != Live {
			fmt.Fprintf(&b, " [%s]", t.RuleSet)
		}
		fmt.Fprintf(&b, " %s %s>%s", t.Kind, t.From, t.To)
		if t.Reason != "" {
			fmt.Fprintf(&b, " %s", t.Reason)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// unindent is a story's text without its indentation and empty lines.
func unindent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// kept is what a script that keeps something wants kept.
func kept(in *detectors.Input, raise detectors.Level) []byte {
	switch {
	case raise > detectors.Info:
		return nil
	case raise == detectors.Info && in.Kept == nil:
		return []byte{byte(in.View.Day - start)}
	default:
		return in.Kept
	}
}
