package alerts

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"tocsin/detectors"
	"tocsin/state"
)

// A week of 2026-04: Friday 3 and Monday 6 are holidays.
func easter(t *testing.T) *state.Ledger {
	t.Helper()
	c, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, []state.Date{state.DateOf(2026, 4, 3), state.DateOf(2026, 4, 6)})
	if err != nil {
		t.Fatal(err)
	}
	return &state.Ledger{Calendar: c, Zone: time.UTC}
}

func TestADigestIsOfABusinessDayThatIsOver(t *testing.T) {
	c := easter(t).Calendar
	for open, want := range map[int]int{1: 31, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 2, 8: 7, 11: 9, 12: 9, 13: 10} {
		day := state.DateOf(2026, 4, want)
		if want == 31 {
			day = state.DateOf(2026, 3, 31)
		}
		if got := DigestDay(c, state.DateOf(2026, 4, open)); got != day {
			t.Errorf("April %d is open: got %s, want %s", open, got, day)
		}
	}
	d, err := NewDigest(easter(t), state.DateOf(2026, 4, 2), nil, nil)
	if err != nil || d.Last != state.DateOf(2026, 4, 6) || !d.Quiet() {
		t.Errorf("got %+v, %v, want a quiet one up to the 6th", d, err)
	}
}

// alertRow is a change of a customer's signal on a day of April.
func alertRow(customer, signal string, day int, from, to detectors.Level, amount string) state.AlertRow {
	money := "null"
	if amount, currency, ok := strings.Cut(amount, " "); ok {
		money = fmt.Sprintf(`{"amount":%q,"currency":%q}`, amount, currency)
	}
	return state.AlertRow{
		ID: customer + signal, Seq: int64(day), Customer: state.CustomerID(customer), RuleSet: Live, Signal: signal, Day: state.DateOf(2026, 4, day),
		From: uint8(from), To: uint8(to), Body: []byte(`{"money_at_risk":` + money + `}`),
	}
}

func TestADigestTellsWhatBecameOfCustomers(t *testing.T) {
	const none, info, warning, critical = detectors.None, detectors.Info, detectors.Warning, detectors.Critical
	for name, c := range map[string]struct {
		rows []state.AlertRow
		want string
	}{
		"new on the day":       {[]state.AlertRow{alertRow("C", "overdue", 2, none, warning, "5.00 EUR")}, "new C warning overdue EUR 5.00"},
		"new on a day off":     {[]state.AlertRow{alertRow("C", "overdue", 5, none, critical, "")}, "new C critical overdue"},
		"the day before":       {[]state.AlertRow{alertRow("C", "overdue", 1, none, critical, "")}, ""},
		"the next day":         {[]state.AlertRow{alertRow("C", "overdue", 7, none, critical, "")}, ""},
		"information":          {[]state.AlertRow{alertRow("C", "overdue", 2, none, info, "")}, ""},
		"come and gone":        {[]state.AlertRow{alertRow("C", "overdue", 2, none, warning, ""), alertRow("C", "overdue", 3, warning, none, "")}, ""},
		"up":                   {[]state.AlertRow{alertRow("C", "overdue", 1, none, warning, ""), alertRow("C", "overdue", 2, warning, critical, "7.00 USD")}, "worse C critical overdue USD 7.00"},
		"one more":             {[]state.AlertRow{alertRow("C", "overdue", 1, none, warning, ""), alertRow("C", "insolvency", 2, none, warning, "")}, "worse C warning insolvency,overdue"},
		"down":                 {[]state.AlertRow{alertRow("C", "overdue", 1, none, critical, ""), alertRow("C", "overdue", 2, critical, warning, "")}, "better C warning overdue"},
		"one less":             {[]state.AlertRow{alertRow("C", "overdue", 1, none, critical, ""), alertRow("C", "insolvency", 1, none, warning, ""), alertRow("C", "insolvency", 2, warning, info, "")}, "better C critical overdue"},
		"closed, as it was":    {[]state.AlertRow{alertRow("C", "overdue", 1, none, critical, "9.00 EUR"), alertRow("C", "overdue", 2, critical, none, "")}, "closed C critical overdue EUR 9.00"},
		"and back again later": {[]state.AlertRow{alertRow("C", "overdue", 1, none, critical, ""), alertRow("C", "overdue", 2, critical, none, ""), alertRow("C", "overdue", 7, none, critical, "")}, "closed C critical overdue"},
	} {
		shadow := c.rows[0]
		shadow.RuleSet, shadow.Customer = Shadow, "S"
		d, err := NewDigest(easter(t), state.DateOf(2026, 4, 2), append(c.rows, shadow), nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for kind, n := range map[string]DigestNews{"new": d.New, "worse": d.Worse, "better": d.Better, "closed": d.Closed} {
			for _, one := range n.Cases {
				got = append(got, strings.TrimSpace(fmt.Sprintln(kind, one.Customer, one.Severity, strings.Join(one.Signals, ","), English.Amount(one.MoneyAtRisk))))
			}
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// Amounts are summed for each currency, the largest come first, and what is not named is counted.
func TestADigestNamesTheLargest(t *testing.T) {
	var rows []state.AlertRow
	for i := range 13 {
		rows = append(rows, alertRow(fmt.Sprintf("C-%02d", i), "overdue", 2, detectors.None, detectors.Warning, fmt.Sprintf("%d.00 %s", 100+i, []string{"EUR", "USD"}[i%2])))
	}
	d, err := NewDigest(easter(t), state.DateOf(2026, 4, 2), rows, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d.New.Count != 13 || len(d.New.Cases) != 10 || d.New.Cases[0].Customer != "C-12" || d.New.Cases[9].Customer != "C-03" {
		t.Errorf("got %+v", d.New)
	}
	_, parts := English.Digest(d, strings.ToUpper)
	if want := "New cases: 13 · at risk EUR 742.00; USD 636.00"; parts[0].Title != want {
		t.Errorf("got %q, want %q", parts[0].Title, want)
	}
	if got := parts[0].Lines[10]; got != "and 3 more: TOCSIN TASKS --ALL" {
		t.Errorf("got %q, want the rest counted", got)
	}
}

func TestADigestTellsWhatIsDue(t *testing.T) {
	task := func(id, owner, ack, due, snoozed, state_ string) state.TaskRow {
		body, _ := json.Marshal(map[string]any{"owner": owner, "acknowledge_by": null(ack), "due": null(due), "snoozed_until": null(snoozed),
			"money_at_risk": map[string]string{"amount": id + ".00", "currency": "EUR"}})
		return state.TaskRow{ID: id, Customer: state.CustomerID("C-" + id), State: state_, Body: body}
	}
	// The next business day is Tuesday the 7th.
	tasks := []state.TaskRow{
		task("1", "<!channel>", "", "2026-04-06T23:59:59Z", "", TaskOpen), task("2", "<!channel>", "2026-04-02T09:00:00Z", "2026-04-30T09:00:00Z", "", TaskOpen),
		task("3", "<!channel>", "", "2026-04-02T09:00:00Z", "", TaskDecided), task("4", "<!channel>", "", "2026-04-02T09:00:00Z", "2026-04-07", TaskInReview),
		task("5", "", "", "2026-04-07T00:00:00Z", "", TaskOpen), task("6", "", "", "2026-04-08T00:00:00Z", "", TaskOpen),
		task("7", "", "", "2026-04-02T09:00:00Z", "2026-04-08", TaskOpen), task("8", "", "", "2026-04-02T09:00:00Z", "", TaskClosed), task("9", "", "", "", "", TaskDecided),
	}
	d, err := NewDigest(easter(t), state.DateOf(2026, 4, 2), nil, tasks)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	_, parts := English.Digest(d, func(s string) string { return "[" + s + "]" })
	for _, p := range parts {
		fmt.Fprintln(&got, p.Title, p.Lines)
	}
	want := "Overdue tasks: 4 [[<!channel>]: 4: [C-4], due 2026-04-02 09:00 UTC · at risk EUR 4.00; [C-3], due 2026-04-02 09:00 UTC · at risk EUR 3.00; " +
		"[C-2], due 2026-04-02 09:00 UTC · at risk EUR 2.00; and 1 more]\nTasks due today: 1 [nobody named: 1: [C-5], due 2026-04-07 00:00 UTC · at risk EUR 5.00]\n"
	if got.String() != want {
		t.Errorf("got  %s\nwant %s", got.String(), want)
	}
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Silence tells that Tocsin lives, and what it does not hear, in each language.
func TestAQuietDigestTellsThatItLives(t *testing.T) {
	d := &Digest{Day: state.DateOf(2026, 4, 2), Last: state.DateOf(2026, 4, 6), Seq: 2, MadeAt: state.DateOf(2026, 4, 7).Start(time.UTC) + state.Instant(510*time.Minute), Customers: 7, Withheld: 2, LastEvent: state.DateOf(2026, 4, 2).Start(time.UTC),
		Stale:    []state.StaleInput{{Topic: "in\nvoices", Partition: 3, Since: state.DateOf(2026, 4, 1)}},
		Systemic: []state.Systemic{{Day: state.DateOf(2026, 4, 1), Signal: "limit_breach", Risen: 8, Active: 22}}}
	quote := func(s string) string { return strings.ReplaceAll(s, "\n", "·") }
	for l, want := range map[*Language]string{
		English: "DIGEST of 2026-04-02 to 2026-04-06 [{Tocsin itself [Nothing new; customers watched: 7; the last event came at 2026-04-02 00:00 UTC " +
			"Cases whose messages are held back: 2 " +
			"Withheld until somebody lets it go: Credit limit of 2026-04-01, in which 8 of 22 customers rose on one day Source in·voices/3 says nothing: days have closed without it since 2026-04-01]}]",
		Chinese: "日报：2026年4月2日 至 2026年4月6日 [{Tocsin 自身状态 [无新情况；监控客户数：7；最后一个事件到达于 2026年4月2日 00:00（UTC） " +
			"消息被暂缓发送的案件：2 待人工放行：信用额度（2026年4月1日），同日 22 家客户中有 8 家升级 数据源 in·voices/3 无响应：自 2026年4月1日 起日结不含其数据]}]",
	} {
		head, parts := l.Digest(d, quote)
		if got := fmt.Sprint(head, " ", parts); got != want {
			t.Errorf("%s: got  %s\nwant %s", l.tag, got, want)
		}
	}
	want := `{"kind":"digest","version":1,"seq":2,"made_at":"2026-04-07T08:30:00Z","day":"2026-04-02","last":"2026-04-06","new":{"count":0,"at_risk":[],"cases":[]},"worse":{"count":0,"at_risk":[],"cases":[]},` +
		`"better":{"count":0,"at_risk":[],"cases":[]},"closed":{"count":0,"at_risk":[],"cases":[]},"tasks_overdue":{"count":0,"owners":[],"more_owners":0},` +
		`"tasks_due_today":{"count":0,"owners":[],"more_owners":0},"withheld":2,"stale":[{"topic":"in\nvoices","partition":3,"since":"2026-04-01"}],` +
		`"systemic":[{"day":"2026-04-01","signal":"limit_breach","risen":8,"active":22}],"customers":7,"last_event":"2026-04-02T00:00:00Z"}`
	if got := string(d.AppendJSON(nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// fullDigest has something of everything.
func fullDigest() *Digest {
	day := state.DateOf(2026, 4, 2)
	euros := state.Money{Minor: 500, Currency: must(state.ParseCurrency("EUR"))}
	news := DigestNews{Count: 3, AtRisk: []state.Money{euros}, Cases: []DigestCase{
		{Customer: "C-1", Name: "Acme \"1\"\n<!channel>", Severity: detectors.Critical, Signals: []string{"overdue", "limit_breach"}, MoneyAtRisk: euros},
		{Customer: "C-2", Severity: detectors.Warning, Signals: []string{"overdue"}},
	}}
	tasks := DigestTasks{Count: 2, More: 1, Owners: []DigestOwner{{Owner: "li.wei", Count: 2, Tasks: []DigestTask{
		{TaskID: "T-1", Customer: "C-1", Name: "Acme", Due: day.Start(time.UTC), MoneyAtRisk: euros}, {TaskID: "T-2", Customer: "C-3", Due: 7},
	}}}}
	return &Digest{
		Day: day, Last: day + 4, Seq: 1, MadeAt: 1_775_000_000_000_000_000, New: news, Worse: news, Better: news, Closed: news, Overdue: tasks, Today: tasks,
		Withheld: 4, Stale: []state.StaleInput{{Topic: "payments", Partition: 3, Since: day}}, Customers: 9, LastEvent: 5,
		Systemic: []state.Systemic{{Day: day, Signal: "overdue", Risen: 8, Active: 22}},
		Agenda: DigestAgenda{Count: 3, Missed: 1, More: 2, Owners: []DigestSteps{{Person: "bo", Role: RoleClerk, Count: 2, Missed: 1, Customer: "C-1", Name: "Acme", Largest: euros,
			Steps: []DigestStep{{StepReminder, 1}, {StepFirstCall, 1}}}}},
	}
}

func must[T any](value T, ok bool) T {
	if !ok {
		panic("not ok")
	}
	return value
}

func TestADigestIsReadAsItWasWritten(t *testing.T) {
	want := fullDigest()
	got, err := ParseMessage(want.AppendJSON(nil))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if key := want.Key(); key != (state.MessageKey{Case: "digest/2026-04-02", Seq: 1}) {
		t.Errorf("got key %v", key)
	}
	for _, body := range []string{`{"kind":"digest"}`, `{"kind":"digest","version":2,"seq":1,"day":"2026-04-02"}`, `{"kind":"digest","version":1,"seq":0,"day":"2026-04-02"}`,
		`{"kind":"digest","version":1,"seq":1,"day":null}`} {
		if got, err := ParseMessage([]byte(body)); err == nil {
			t.Errorf("%s: got %+v, want an error", body, got)
		}
	}
}

func TestNobodyWhoIsErasedIsNamedInADigest(t *testing.T) {
	d := fullDigest()
	gone := func(id state.CustomerID) (state.CustomerID, bool) { return "erased-1", id == "C-1" || id == "erased-1" }
	if !d.Unname(gone) || d.Seq != 2 {
		t.Errorf("got seq %d, want another wording", d.Seq)
	}
	if body := string(d.AppendJSON(nil)); strings.Contains(body, "C-1") || strings.Contains(body, "Acme") || !strings.Contains(body, "C-3") {
		t.Errorf("got %s", body)
	}
	if d.Unname(gone) || d.Seq != 2 {
		t.Errorf("once more: got seq %d, want nothing changed", d.Seq)
	}
}

func FuzzParseDigest(f *testing.F) {
	f.Add(fullDigest().AppendJSON(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ParseDigest(b)
		if err != nil {
			return
		}
		again, err := ParseDigest(d.AppendJSON(nil))
		if err != nil || again.Digest() != d.Digest() {
			t.Errorf("got %+v, %v, want %+v", again, err, d)
		}
	})
}
