package consumer

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
	"tocsin/state/statetest"
)

// lived is a customer who was stepped through a random history, and its open day.
func lived(t *rapid.T, e *Engine) (*state.Record, state.Day) {
	rec := &state.Record{Customer: state.NewCustomer("C-1")}
	day := state.Day{FirstLimit: statetest.Start - 60, Rates: someRates(t)}
	next := state.Date(0)
	alarms := func(until state.Date) {
		for next != 0 && next <= until {
			day.Date = next
			next = e.Step(rec, Step{Day: day, Alarm: true}, nil).Next
		}
	}
	for _, told := range statetest.History("C-1", 4, 12).Draw(t, "history") {
		alarms(told.Date)
		day.Date = told.Date
		effects := e.Step(rec, Step{Day: day, Events: told.Events, All: true}, make([]state.Outcome, len(told.Events)))
		if effects.Whole {
			next = effects.Next
		}
	}
	last := day.Date + state.Date(rapid.IntRange(0, 40).Draw(t, "days later"))
	alarms(last)
	day.Date = last
	return rec, day
}

// What is told of signals is what the customer record tells, and who asks changes nothing.
func TestSignalsAreExplainedAsTheRecordHasThem(t *testing.T) {
	e := defaultEngine(t)
	rapid.Check(t, func(t *rapid.T) {
		rec, day := lived(t, e)
		if rec.Customer.Fate(day.Date).Gone() {
			return
		}
		before := state.AppendRecord(nil, rec)
		told := e.ExplainSignals(rec, day, "", alerts.English)
		if !slices.Equal(before, state.AppendRecord(nil, rec)) {
			t.Fatal("the record has changed")
		}
		record := e.CustomerRecord(rec, day)
		stands, blind := []SignalRecord{}, []string{}
		for _, s := range told.Signals {
			if s.Level != "none" {
				stands = append(stands, SignalRecord{s.Signal, s.Level, s.Reason, s.Since, s.LevelSince})
			}
			if s.State == SignalNotEvaluable {
				blind = append(blind, s.Signal)
			}
			checkExplanation(t, &s)
		}
		slices.SortFunc(stands, func(a, b SignalRecord) int { return strings.Compare(a.Signal, b.Signal) })
		slices.Sort(blind)
		if !slices.Equal(stands, record.Signals) || !slices.Equal(blind, record.NotEvaluable) {
			t.Fatalf("explained: %v, not evaluable %v\nrecord: %v, %v", stands, blind, record.Signals, record.NotEvaluable)
		}
		if told.CustomerClass != *record.CustomerClass {
			t.Fatalf("class %s, in the record %s", told.CustomerClass, *record.CustomerClass)
		}
	})
}

// checkExplanation holds what is told of a signal against itself.
func checkExplanation(t *rapid.T, s *SignalExplanation) {
	at := slices.IndexFunc(detectors.All(), func(d detectors.Detector) bool { return d.Sign().Signal == s.Signal })
	d := detectors.All()[at]
	_, explains := d.(detectors.Explainer)
	switch {
	case len(s.Settings) != len(d.Params())+2: // mode and hold_days
		t.Fatalf("%s: %d settings", s.Signal, len(s.Settings))
	case s.State == SignalNotEvaluable && explains && len(s.Missing) == 0:
		t.Fatalf("%s is not evaluable, and nothing is missing: %+v", s.Signal, s.Conditions)
	case s.State == SignalSilent && explains && (s.Next == nil || len(s.Next.Lacks) == 0):
		t.Fatalf("%s is silent, and nothing keeps it so: %+v", s.Signal, s.Conditions)
	case s.State == SignalRaised && s.Text == "":
		t.Fatalf("%s stands without a word", s.Signal)
	case s.Next != nil && slices.ContainsFunc(s.Next.Lacks, func(c ConditionExplanation) bool { return c.Holds }):
		t.Fatalf("%s lacks what holds: %+v", s.Signal, s.Next)
	}
}

// What time alone will do is what happens to a customer who is judged anew on each day.
func TestTimeAloneDoesWhatIsForetold(t *testing.T) {
	e := defaultEngine(t)
	rapid.Check(t, func(t *rapid.T) {
		rec, day := lived(t, e)
		if rec.Customer.Fate(day.Date).Gone() {
			return
		}
		told := e.ExplainSignals(rec, day, "", alerts.English)
		daily, err := state.DecodeRecord(state.AppendRecord(nil, rec))
		if err != nil {
			t.Fatal(err)
		}
		first := map[string]ByTime{}
		ahead := day
		for n := range 120 {
			ahead.Date = day.Date + state.Date(n) + 1
			for _, transition := range e.Step(daily, Step{Day: ahead, Alarm: true}, nil).Transitions {
				if _, known := first[transition.Signal]; !known {
					first[transition.Signal] = ByTime{ahead.Date.String(), n + 1, transition.To.String()}
				}
			}
		}
		for _, s := range told.Signals {
			want, changes := first[s.Signal]
			switch {
			case changes && (s.ByTime == nil || *s.ByTime != want):
				t.Fatalf("%s: foretold %+v, came %+v", s.Signal, s.ByTime, want)
			case !changes && s.ByTime != nil && s.ByTime.Days <= 120:
				t.Fatalf("%s: foretold %+v, and nothing came", s.Signal, s.ByTime)
			}
		}
	})
}

// Where one signal is asked for, all that it reads is told.
func TestOneSignalIsExplainedWithWhatItReads(t *testing.T) {
	e := defaultEngine(t)
	euro, _ := state.ParseCurrency("EUR")
	eur := func(major int64) state.Money { return state.Money{Minor: euro.Major(major), Currency: euro} }
	rec := &state.Record{Customer: state.NewCustomer("C-1")}
	day := state.Day{Date: statetest.Start}
	var events []state.Event
	for i, body := range []struct {
		kind state.Kind
		body state.Body
	}{
		{state.KindInvoice, &state.Invoice{InvoiceID: "INV-1", IssueDate: day.Date - 60, DueDate: day.Date - 30, Total: eur(1000)}},
		{state.KindInvoice, &state.Invoice{InvoiceID: "INV-2", IssueDate: day.Date - 90, DueDate: day.Date - 60, Total: eur(700)}},
		{state.KindPayment, &state.Payment{PaymentID: "PAY-1", ValueDate: day.Date - 50, Amount: eur(700), Allocations: []state.Allocation{{InvoiceID: "INV-2", Amount: eur(700)}}}},
		{state.KindPayment, &state.Payment{PaymentID: "PAY-2", ValueDate: day.Date - 1, Amount: eur(100)}},
		{state.KindOrder, &state.Order{OrderID: "SO-1", OrderDate: day.Date - 3, Gross: eur(250)}},
		{state.KindLimit, &state.LimitRevision{LimitID: "L-1", Type: state.LimitBase, Amount: eur(5000), ValidFrom: day.Date - 100}},
	} {
		events = append(events, state.Event{Kind: body.kind, Customer: "C-1", Body: body.body, Stamp: state.Stamp{Revision: int64(i + 1), ID: body.body.Key()}})
	}
	e.Step(rec, Step{Day: day, Events: events, All: true}, make([]state.Outcome, len(events)))
	told := e.ExplainSignals(rec, day, "overdue", alerts.English)
	if len(told.Signals) != 1 {
		t.Fatalf("got %d signals, want one", len(told.Signals))
	}
	got := ""
	for _, r := range told.Signals[0].Inputs {
		got += r.Kind + " " + r.ID + " " + r.Amount + " " + r.Part + " " + r.Late + "\n"
	}
	want := "base_limit L-1 5000.00  \ndue_line INV-1 1000.00 900.00 \norder SO-1 250.00 250.00 \npayment PAY-2 100.00 -100.00 \nsettled INV-2 700.00  9\n" // its due date is a Sunday
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if s := told.Signals[0]; s.State != SignalRaised || s.Level != "info" || s.Next == nil || s.Next.Level != "warning" || s.Next.Lacks[0].Gap != "1" {
		t.Errorf("got %s at %s, next %+v", s.State, s.Level, s.Next)
	}
	if all := e.ExplainSignals(rec, day, "", alerts.English); len(all.Signals) != len(detectors.All()) || all.Signals[0].Inputs != nil {
		t.Errorf("without a name: got %d signals, want all, and without what they read", len(all.Signals))
	}
}
