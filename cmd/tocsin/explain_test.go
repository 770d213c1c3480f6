package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/consumer/kafka"
	"tocsin/state"
)

// explain runs the command and returns what it prints.
func explain(t *testing.T, environ []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(&process{t.Context(), environ, nil, &out, &errs}, append([]string{"explain"}, args...))
	return code, out.String(), errs.String()
}

// told sends events of customer C-1 that become known at noon of a day.
func (l *pipeline) told(t *testing.T, known state.Date, kind state.Kind, body state.Body) {
	t.Helper()
	l.toldOf(t, "C-1", known, kind, body)
}

func (l *pipeline) toldOf(t *testing.T, customer state.CustomerID, known state.Date, kind state.Kind, body state.Body) {
	t.Helper()
	at := known.Start(time.UTC) + state.Instant(12*time.Hour)
	l.send(t, []kafka.Message{l.message(&state.Event{Kind: kind, Customer: customer, Body: body, KnownAt: at, Stamp: state.Stamp{
		Revision: 1, Time: at, ID: body.Key() + "/1", Source: "urn:erp",
	}})}...)
}

// A store tells of signals on each day what a backtest of its events tells, by the rules that it was run by; by others it warns.
func (l *pipeline) explainsSignals(t *testing.T, file string, days ...state.Date) {
	t.Helper()
	rules := `TOCSIN_SEGMENTS=[{when: 'customer_class == "core"', detectors: {overdue: {warning_days: 25}}}]`
	store := []string{"TOCSIN_STORE_URL=" + l.config.StoreURL, rules}
	same := func(args ...string) {
		t.Helper()
		args = append(args, "--customer", "C-1")
		code, want, errs := explain(t, store[1:], append(args, "--events", file)...)
		if code != exitGood {
			t.Fatalf("%q by its events: %d, %s", args, code, errs)
		}
		if code, got, errs := explain(t, store, args...); code != exitGood || got != want || errs != "" {
			t.Errorf("%q: got %d, %s\n%s\nwant\n%s", args, code, errs, got, want)
		}
	}
	for _, day := range days {
		same("--output", "json", "--at", day.String())
	}
	for _, signal := range signalNames() {
		same("--signal", signal)
	}
	if _, _, errs := explain(t, store[:1], "--customer", "C-1"); !strings.Contains(errs, "warning: the store is at configuration sha256:") {
		t.Errorf("by other thresholds than the store's: got %q, want a warning", errs)
	}
}

// A store tells of each day what a backtest of its events tells, whichever figure is asked for.
func TestAStoreExplainsWhatItsEventsDo(t *testing.T) {
	l := newPipeline(t)
	euro, _ := state.ParseCurrency("EUR")
	hundred := state.Money{Minor: 100_00, Currency: euro}
	first := l.today - 20
	l.told(t, first, state.KindInvoice, &state.Invoice{InvoiceID: "INV-1", IssueDate: first - 60, DueDate: first - 30, Total: hundred})
	l.told(t, first, state.KindLimit, &state.LimitRevision{LimitID: "L", Type: state.LimitBase, Amount: hundred, ValidFrom: first})
	l.told(t, first+5, state.KindInvoice, &state.Invoice{InvoiceID: "INV-2", IssueDate: first - 30, DueDate: first + 10, Total: hundred})
	l.told(t, first+9, state.KindInvoice, &state.Invoice{InvoiceID: "INV-3", IssueDate: first + 9, DueDate: first + 40, Total: hundred})
	l.told(t, l.today, state.KindPayment, &state.Payment{
		PaymentID: "PAY-1", ValueDate: l.today, Amount: hundred, Allocations: []state.Allocation{{InvoiceID: "INV-1", Amount: hundred}},
	})
	stop := l.start(t)
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	stop()
	file := filepath.Join(t.TempDir(), "events.ndjson")
	if err := os.WriteFile(file, l.lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	store := []string{"TOCSIN_STORE_URL=" + l.config.StoreURL}
	for _, day := range []state.Date{first, first + 5, first + 12, l.today} {
		for _, figure := range consumer.Figures() {
			code, want, errs := explain(t, nil, "--customer", "C-1", "--figure", figure, "--at", day.String(), "--events", file)
			if code != exitGood {
				t.Fatalf("%s by its events: %d, %s", figure, code, errs)
			}
			code, got, errs := explain(t, store, "--customer", "C-1", "--figure", figure, "--at", day.String())
			if code != exitGood || got != want {
				t.Errorf("%s as of %s: got %d, %s\n%s\nwant\n%s", figure, day, code, errs, got, want)
			}
		}
	}
	l.explainsSignals(t, file, first, first+5, first+12, l.today)
	if _, open, _ := explain(t, store, "--customer", "C-1", "--figure", "receivables"); !strings.HasPrefix(open, "receivables of C-1 as of 2026-06-30, EUR\n") {
		t.Errorf("without a day: got\n%s\nwant the open day", open)
	}
	for _, row := range []struct{ customer, at, want string }{
		{"C-2", "", `tocsin: customer "C-2" is not known as of 2026-06-30` + "\n"},
		{"C-1", "2026-06-01", `tocsin: customer "C-1" is not known as of 2026-06-01` + "\n"},
		{"C-1", "2026-07-01", "tocsin: 2026-07-01 has not come: the open day is 2026-06-30\n"},
	} {
		args := []string{"--customer", row.customer, "--figure", "receivables"}
		if row.at != "" {
			args = append(args, "--at", row.at)
		}
		if code, _, got := explain(t, store, args...); code != exitFinding || got != row.want {
			t.Errorf("%s at %q: got %d %q, want %d %q", row.customer, row.at, code, got, exitFinding, row.want)
		}
	}
}

func TestPeopleAreShownTheNewestInputsOfEachKind(t *testing.T) {
	var rows []consumer.Row
	for i := range mostInputs + 3 {
		rows = append(rows, consumer.Row{Kind: "due_line", ID: strconv.Itoa(i)})
	}
	rows = append(rows, consumer.Row{Kind: "settled", ID: "INV-1"})
	shown, more := newestOfEach(rows)
	if len(shown) != mostInputs+1 || more != 3 || shown[0].ID != "3" || shown[mostInputs].ID != "INV-1" {
		t.Errorf("got %d rows from %v on, %d left out", len(shown), shown[0], more)
	}
}

// A detector that does not say what its levels need is told by its facts, and where it has none as knowing nothing.
func TestASilentSignalWithoutConditionsIsToldByItsFacts(t *testing.T) {
	e := signalsTold{alerts.English, &consumer.SignalsExplanation{}}
	s := &consumer.SignalExplanation{Signal: "of_later", State: consumer.SignalSilent, Level: "none"}
	if got, want := e.why(s), "nothing that it looks for is known"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s.Facts = []consumer.FactExplanation{{Text: "Orders of 30 days 3"}}
	if got, want := e.why(s), "what it measures makes no level: Orders of 30 days 3"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	first := consumer.ConditionExplanation{Text: "Orders 3 (needs at least 5)", GapText: "2 more"}
	s.Next = &consumer.NextLevel{Level: "warning", Lacks: []consumer.ConditionExplanation{first, first, first}}
	if got, want := e.why(s), "Orders 3 (needs at least 5): 2 more; 2 conditions more"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s.State = consumer.SignalNotEvaluable
	if got, want := e.why(s), "cannot be judged: too little is known"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What stands although today cannot be judged is told with what it stands for, and not as if it stayed when it is about to go.
func TestWhatStandsUnjudgedIsToldWithWhatBecomesOfIt(t *testing.T) {
	e := signalsTold{alerts.English, &consumer.SignalsExplanation{}}
	s := &consumer.SignalExplanation{
		Signal: "overdue_ratio", State: consumer.SignalNotEvaluable, Level: "critical", Since: "2019-02-13", LevelSince: "2019-02-13",
		Text: "60.4 % of the receivables are past due", Missing: []string{"Open invoices 2 (needs at least 3)"},
	}
	if got, want := e.why(s), "60.4 % of the receivables are past due; today it cannot be judged: Open invoices 2 (needs at least 3)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for want, leaves := range map[string][]consumer.LeavingExplanation{
		"it cannot be judged today, and what stands stays": nil,
		"it cannot be judged today, which counts as clear": {{Level: "critical", From: "2019-03-29", On: "2019-04-12"}},
	} {
		s.Leaves = leaves
		lines := e.state(s)
		if got := lines[len(lines)-1]; len(lines) != 2 || got != want {
			t.Errorf("got %q, want as the last %q", lines, want)
		}
	}
	s.Level, s.Leaves = "none", nil
	if got := e.state(s); len(got) != 1 || got[0] != "it cannot be judged today" {
		t.Errorf("silent: got %q", got)
	}
}
