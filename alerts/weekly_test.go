package alerts

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/detectors"
	"tocsin/state"
)

// fullWeek is one in which everything is told.
func fullWeek() *WeeklyDigest {
	euro, _ := state.ParseCurrency("EUR")
	day := state.DateOf(2026, 11, 20)
	news := func(name string) DigestNews {
		n := DigestNews{Count: 12, AtRisk: []state.Money{{Minor: 500, Currency: euro}}}
		n.Cases = []DigestCase{{Customer: state.CustomerID("C-" + name), Name: name, Severity: detectors.Critical, Signals: []string{"overdue"}, MoneyAtRisk: n.AtRisk[0]}}
		return n
	}
	return &WeeklyDigest{
		First: day - 4, Last: day + 2, Seq: 1, MadeAt: day.Start(time.UTC), Info: news("Ann"), Worst: news("Jane"),
		Decided: WeeklyDecisions{Count: 2, Codes: []WeeklyCode{{"call", 2}}, Last: []WeeklyDecision{{"C-Jane", "Jane", "call", "ana", day.Start(time.UTC)}}},
		Open:    WeeklyTasks{Count: 1, Owners: []WeeklyOwner{{"li.wei", 1, [4]int{0, 1}, 9, "C-Jane", "Jane"}}, More: 2},
		Sources: []state.Score{someScore()},
	}
}

func TestAWeekIsReadAsItWasWritten(t *testing.T) {
	week := fullWeek()
	body := week.AppendJSON(nil)
	got, err := ParseMessage(body)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Message(week), got); diff != "" {
		t.Errorf("got another one (-want +got):\n%s", diff)
	}
	for _, strange := range []string{strings.Replace(string(body), `"version":1`, `"version":2`, 1), strings.Replace(string(body), `"seq":1`, `"seq":0`, 1)} {
		if _, err := ParseMessage([]byte(strange)); err == nil {
			t.Errorf("%s is taken", strange)
		}
	}
}

// Whoever is erased is taken out wherever he is named, and so is who is named because of him alone.
func TestAWeekForgets(t *testing.T) {
	week := fullWeek()
	gone := func(id state.CustomerID) (state.CustomerID, bool) {
		return "erased-1", id == "C-Jane" || id == "erased-1"
	}
	if !week.Unname(gone) || week.Unname(gone) || week.Seq != 2 {
		t.Errorf("got wording %d, want one more, once", week.Seq)
	}
	text := string(week.AppendJSON(nil))
	for _, l := range []*Language{English, Chinese} {
		head, parts := l.Digest(week, func(s string) string { return s })
		text += head + fmt.Sprint(parts)
	}
	for name, left := range map[string]bool{"Jane": false, "li.wei": false, "Ann": true} {
		if strings.Contains(text, name) != left {
			t.Errorf("%s: got %s, want that left: %v", name, text, left)
		}
	}
}

func TestAWeekTellsWhatIsOpenAndNew(t *testing.T) {
	const none, info, warning, critical = detectors.None, detectors.Info, detectors.Warning, detectors.Critical
	rows := []state.AlertRow{
		alertRow("A", "overdue", 1, none, warning, "5.00 EUR"), alertRow("B", "overdue", 2, none, critical, "4.00 EUR"), alertRow("B", "order_pattern_break", 7, none, info, "3.00 USD"),
		alertRow("C", "overdue", 5, none, info, ""), alertRow("D", "overdue", 5, none, info, ""), alertRow("D", "overdue", 6, info, none, ""),
		alertRow("E", "overdue", 8, none, info, ""), alertRow("F", "overdue", 13, none, warning, ""),
	}
	task := func(customer, owner, state_, snoozed string, day int) state.TaskRow {
		body := fmt.Sprintf(`{"owner":%q,"alerts":[%q],"snoozed_until":%s}`, owner, customer+"overdue", snoozed)
		return state.TaskRow{ID: fmt.Sprint(customer, day), Customer: state.CustomerID(customer), State: state_, Body: []byte(body)}
	}
	tasks := []state.TaskRow{
		task("A", "ana", TaskOpen, "null", 1), task("B", "ana", TaskInReview, "null", 2), task("E", "", TaskOpen, "null", 3), task("A", "bo", TaskClosed, "null", 4),
		task("A", "bo", TaskDecided, "null", 5), task("A", "bo", TaskOpen, `"2026-04-20"`, 6),
	}
	w, err := NewWeeklyDigest(state.DateOf(2026, 4, 12), rows, tasks)
	if err != nil {
		t.Fatal(err)
	}
	w.Decided.Decide(WeeklyDecision{Customer: "B", Code: "call", By: "ana", At: state.DateOf(2026, 4, 7).Start(time.UTC)})
	w.Decided.Decide(WeeklyDecision{Customer: "", Code: "call", By: "bo", At: state.DateOf(2026, 4, 6).Start(time.UTC)})
	var got strings.Builder
	head, parts := English.Digest(w, func(s string) string { return "[" + s + "]" })
	fmt.Fprintln(&got, head)
	for _, p := range parts {
		fmt.Fprintln(&got, p.Title+"\n "+strings.Join(p.Lines, "\n "))
	}
	if want := weekly; got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

const weekly = `WEEKLY DIGEST of 2026-04-06 to 2026-04-12
Open cases, the worst first: 2 · at risk EUR 9.00
 critical: [B]: Invoice overdue · at risk EUR 4.00
 warning: [A]: Invoice overdue · at risk EUR 5.00
For information: customers with new signals: 2 · at risk USD 3.00
 info: [B]: Orders break the pattern · at risk USD 3.00
 info: [E]: Invoice overdue
Decided: 2
 call: 2
 [B]: call, by [ana] at 2026-04-07 00:00 UTC
 erased: call, by [bo] at 2026-04-06 00:00 UTC
Tasks that wait for somebody: 3
 [ana]: 2; open up to 7 days: 0; up to 14: 2; up to 28: 0; longer: 0; the oldest: [A], 11 days
 nobody named: 1; open up to 7 days: 1; up to 14: 0; up to 28: 0; longer: 0; the oldest: [E], 4 days
`
