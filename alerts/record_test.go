package alerts

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"tocsin/detectors"
	"tocsin/state"
)

func eur(minor int64) state.Money { return state.Money{Minor: minor, Currency: euro} }

// theContracts is the alert record that CONTRACT.md shows, without score and grade, which are not built.
const theContracts = `{"alert_id":"…","seq":2,"at":"2026-11-20","known_at":"2026-11-20T09:14:03.271Z","customer_id":"C-104822","signal":"limit_breach","reason":"ORDER",` +
	`"from":"warning","to":"critical","transition":"escalated","rule_set":"live","facts":[{"name":"utilisation","value":"1.140","threshold":"1.010"}],` +
	`"money_at_risk":{"amount":"285120.50","currency":"EUR"},` +
	`"clears_if":[{"do":"pay","amount":{"amount":"47620.50","currency":"EUR"},"to":"warning"},{"do":"raise_limit","amount":{"amount":"300126.85","currency":"EUR"},"to":"warning"}],` +
	`"actions":["hold_orders"],"evidence":["SO-991822","INV-184102"],"score":null,"grade":null,"config":"sha256:…"}`

func contractTransition() Transition {
	return Transition{
		AlertID: "…", Seq: 2, At: state.DateOf(2026, 11, 20), KnownAt: 1795166043271000000, Customer: "C-104822", RuleSet: Live,
		Signal: "limit_breach", Reason: "ORDER", From: detectors.Warning, To: detectors.Critical, Kind: Escalated, Config: "sha256:…",
		Detail: detectors.Detail{
			Facts:       []detectors.Fact{{Name: "utilisation", Value: "1.140", Threshold: "1.010"}},
			MoneyAtRisk: eur(28512050),
			ClearsIf: []detectors.Remedy{
				{Do: "pay", Amount: eur(4762050), To: detectors.Warning}, {Do: "raise_limit", Amount: eur(30012685), To: detectors.Warning},
			},
			Actions: []string{"hold_orders"}, Evidence: []string{"SO-991822", "INV-184102"},
		},
	}
}

func TestAnAlertRecordIsTheContracts(t *testing.T) {
	tr := contractTransition()
	if got := string(tr.AppendJSON(nil)); got != theContracts {
		t.Errorf("got\n%s\nwant\n%s", got, theContracts)
	}
}

func TestAnAlertRecordOmitsNothing(t *testing.T) {
	tr := Transition{Detail: detectors.Detail{
		Facts:    []detectors.Fact{{Name: "class", Value: "A"}},
		ClearsIf: []detectors.Remedy{{Do: "set_limit"}},
	}}
	want := `{"alert_id":"","seq":0,"at":null,"known_at":"1970-01-01T00:00:00Z","customer_id":"","signal":"","reason":"","from":"none","to":"none","transition":"","rule_set":"",` +
		`"facts":[{"name":"class","value":"A"}],"money_at_risk":null,"clears_if":[{"do":"set_limit","amount":null,"to":"none"}],"actions":[],"evidence":[],"score":null,"grade":null,"config":""}`
	if got := string(tr.AppendJSON(nil)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	empty := Transition{}
	if got := string(empty.AppendJSON(nil)); !strings.Contains(got, `"facts":[],"money_at_risk":null,"clears_if":[],"actions":[],"evidence":[]`) {
		t.Errorf("got %s, want empty lists", got)
	}
}

func TestATaskRecordIsTheContracts(t *testing.T) {
	tests := []struct {
		task TaskChange
		want string
	}{
		{
			TaskChange{
				TaskID: "T-1", Seq: 3, Customer: "C-1", State: TaskDecided, Severity: detectors.Critical, Owner: "li.wei",
				Acknowledge: 1795422600000000000, Due: 1795438800000000000, Alerts: []string{"a", "b"}, Recommended: []string{"hold_orders"}, MoneyAtRisk: eur(100), Priority: eur(77),
				Decision: "no_action", ReasonCode: "timing", NextReview: state.DateOf(2026, 12, 1), By: "li.wei", ChangedAt: 1795166043271000000,
			},
			`{"task_id":"T-1","seq":3,"customer_id":"C-1","state":"decided","snoozed_until":null,"escalated":false,"severity":"critical","owner":"li.wei","acknowledge_by":"2026-11-23T08:30:00Z","due":"2026-11-23T13:00:00Z",` +
				`"alerts":["a","b"],"recommended":["hold_orders"],"money_at_risk":{"amount":"1.00","currency":"EUR"},"priority":{"amount":"0.77","currency":"EUR"},"decision":"no_action","reason_code":"timing",` +
				`"next_review_date":"2026-12-01","by":"li.wei","changed_at":"2026-11-20T09:14:03.271Z"}`,
		},
		{
			TaskChange{
				TaskID: "T-1", Seq: 2, Customer: "C-1", State: TaskOpen, Severity: detectors.Warning, Owner: "ana", ReasonCode: "timing", By: "li.wei",
				ChangedAt: 1795166043271000000, SnoozedUntil: state.DateOf(2026, 12, 1), Worse: 20,
			},
			`{"task_id":"T-1","seq":2,"customer_id":"C-1","state":"open","snoozed_until":"2026-12-01","escalated":false,"severity":"warning","owner":"ana","acknowledge_by":null,"due":null,` +
				`"alerts":[],"recommended":[],"money_at_risk":null,"priority":null,"decision":null,"reason_code":"timing","next_review_date":null,"by":"li.wei","changed_at":"2026-11-20T09:14:03.271Z"}`,
		},
		{
			TaskChange{TaskID: "T-1", Seq: 1, Customer: "C-1", State: TaskClosed},
			`{"task_id":"T-1","seq":1,"customer_id":"C-1","state":"closed","snoozed_until":null,"escalated":false,"severity":"none","owner":null,"acknowledge_by":null,"due":null,` +
				`"alerts":[],"recommended":[],"money_at_risk":null,"priority":null,"decision":null,"reason_code":null,"next_review_date":null,"by":null,"changed_at":"1970-01-01T00:00:00Z"}`,
		},
	}
	for _, tt := range tests {
		if got := string(tt.task.AppendJSON(nil)); got != tt.want {
			t.Errorf("got\n%s\nwant\n%s", got, tt.want)
		}
		read, err := ParseTaskRecord([]byte(tt.want))
		if tt.task.ChangedAt = 0; err != nil || string(read.AppendJSON(nil)) != string(tt.task.AppendJSON(nil)) {
			t.Errorf("%v: read again: got %+v, want %+v", err, read, tt.task)
		}
	}
	for _, body := range []string{"", "{}", `{"task_id":"T-1"}`, `{"task_id":"T-1","seq":1,"severity":"loud"}`} {
		if got, err := ParseTaskRecord([]byte(body)); err == nil {
			t.Errorf("%s: got %+v, want an error", body, got)
		}
	}
}

func TestHostileTextsStayTexts(t *testing.T) {
	for _, text := range []string{"", `"\`, "line\nbreak\r\t\x00\x1f\x7f", "</script>&", "客户 \U0001F514\u2028", "bad \xff byte"} {
		var got string
		encoded := appendText(nil, text)
		if err := json.Unmarshal(encoded, &got); err != nil {
			t.Errorf("%q: %s: %v", text, encoded, err)
		}
		if want := strings.ToValidUTF8(text, "\uFFFD"); got != want {
			t.Errorf("%s: got %q, want %q", encoded, got, want)
		}
	}
}

func wholeMessage() *CaseMessage {
	return &CaseMessage{
		CaseID: "case", Seq: 7, Customer: "C-1", Name: "Müller <@here> \"&\" *Sons*", State: CaseOpen,
		Severity: detectors.Critical, Before: detectors.Warning, Opened: state.DateOf(2026, 11, 1), At: state.DateOf(2026, 11, 20),
		KnownAt: 1795166043271000001,
		Headline: Headline{
			Exposure: eur(100), Limit: eur(90), Utilisation: "1.111", Overdue: eur(0), DaysPastDue: 12,
			Score: 77, Grade: state.GradeBad, Before: detectors.Standing{Score: 52, Grade: state.GradeWatch}, Watched: state.DateOf(2026, 10, 2),
		},
		MoneyAtRisk: eur(100),
		Alerts: []CaseAlert{
			{
				AlertID: "a", Signal: "limit_breach", Level: detectors.Critical, Reason: "ORDER",
				Since: state.DateOf(2026, 11, 2), LevelSince: state.DateOf(2026, 11, 20), Detail: contractTransition().Detail,
			},
			{AlertID: "b", Signal: "limit_missing", Level: detectors.Warning, Since: 5, LevelSince: 6, Footing: OnHold, Ends: 9, HoldDays: 14,
				Detail: detectors.Detail{ClearsIf: []detectors.Remedy{{Do: "set_limit"}}, MoneyAtRisk: state.Money{Minor: -5, Currency: yen}}},
			{AlertID: "c", Signal: "growing_debt", Level: detectors.Warning, Since: 5, LevelSince: 6, Footing: Unjudged,
				Detail: detectors.Detail{ClearsIf: []detectors.Remedy{{Do: "condition"}}, Conditions: [detectors.Critical]string{"receivables < 4"}, Wording: `Owes {receivables}, "客户"`, Facts: []detectors.Fact{{Name: "receivables", Value: "5.00", Threshold: "4.00"}}}},
		},
		Changes: []Change{{AlertID: "a", Signal: "limit_breach", Reason: "ORDER", From: detectors.Warning, To: detectors.Critical, Kind: Escalated}},
		Task: CaseTask{
			TaskID: "T", State: TaskDecided, Owner: "li.wei", Acknowledge: 1795422600000000000, Due: 1795438800000000000, By: "li.wei", Decision: "call", ReasonCode: "timing", NextReview: 9,
		},
	}
}

var yen, _ = state.ParseCurrency("JPY")

func TestACaseMessageIsReadAsItWasWritten(t *testing.T) {
	bare := &CaseMessage{CaseID: "case", Seq: 1, State: CaseClosed, Task: CaseTask{State: TaskClosed}}
	unwatched, snoozed := wholeMessage(), wholeMessage()
	unwatched.Headline.Watched = 0
	snoozed.Task.SnoozedUntil, snoozed.Task.Worse, snoozed.Alerts[0].Feedback = 12, 20, "known"
	routed := wholeMessage()
	routed.Segment, routed.Task.Deputy, routed.MovedTo = "key_account", "bo", []string{"#a", "#\"b\""}
	for _, want := range []*CaseMessage{wholeMessage(), bare, unwatched, snoozed, routed} {
		got, err := ParseCaseMessage(want.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got\n%+v\nwant\n%+v", got, want)
		}
		if got.Digest() != want.Digest() {
			t.Errorf("digest: got %q, want %q", got.Digest(), want.Digest())
		}
	}
}

// An earlier program told the day on which a task is due.
func TestADueDateOfAnEarlierProgramIsRead(t *testing.T) {
	text := strings.Replace(string(wholeMessage().AppendJSON(nil)), `"due":"2026-11-23T13:00:00Z"`, `"due":"2026-11-23"`, 1)
	got, err := ParseCaseMessage([]byte(text))
	if want := state.DateOf(2026, 11, 24).Start(time.UTC); err != nil || got.Task.Due != want {
		t.Errorf("got %s, %v, want the end of the day", got.Task.Due, err)
	}
}

func TestACaseMessageThatIsNoneIsRefused(t *testing.T) {
	good := string(wholeMessage().AppendJSON(nil))
	tests := []struct{ name, old, new string }{
		{"no JSON", "{", ""},
		{"no case", `"case_id":"case"`, `"case_id":""`},
		{"no seq", `"seq":7`, `"seq":0`},
		{"unknown level", `"severity":"critical"`, `"severity":"grave"`},
		{"no date", `"2026-11-20"`, `"20 November"`},
		{"no instant", `"2026-11-23T13:00:00Z"`, `"23 November"`},
		{"an instant that none can be", `"2026-11-23T13:00:00Z"`, `"2400-11-23T13:00:00Z"`},
		{"a grade and none before", `,"grade_30_days_ago":"`, `,"grade_31_days_ago":"`},
		{"no currency", `"EUR"`, `"ABC"`},
		{"no amount", `"285120.50"`, `"285120.5"`},
		{"letters for an amount", `"285120.50"`, `"2851x0.50"`},
	}
	for _, tt := range tests {
		if _, err := ParseCaseMessage([]byte(strings.Replace(good, tt.old, tt.new, 1))); err == nil {
			t.Errorf("%s: got no error", tt.name)
		}
	}
}

func FuzzParseCaseMessage(f *testing.F) {
	f.Add(wholeMessage().AppendJSON(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseCaseMessage(b)
		if err != nil {
			return
		}
		again, err := ParseCaseMessage(m.AppendJSON(nil))
		if err != nil || again.Digest() != m.Digest() {
			t.Errorf("got %+v, %v, want %+v", again, err, m)
		}
	})
}
