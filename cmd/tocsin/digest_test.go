package main

import (
	"strings"
	"testing"
	"time"

	"tocsin/alerts/worktime"
	"tocsin/state"
)

// The digest is told beside a run, in words of either language and as JSON.
func TestTheDigestBesideARun(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	l := newPipeline(t)
	l.told(t, l.today-5, state.KindProfile, &state.Profile{Name: "Nord\u2028wind\x1b[31m", Country: "DE"})
	l.told(t, l.today-5, state.KindInvoice, &state.Invoice{InvoiceID: "INV-1", IssueDate: l.today - 100, DueDate: l.today - 70, Total: state.Money{Minor: 20_000_00, Currency: euro}})
	stop := l.start(t)
	defer stop()
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	l.says(t, exitGood, "digest", "DIGEST of 2026-06-29\n")
	l.says(t, exitGood, "digest", "C-1")
	l.says(t, exitGood, "digest --day 2026-06-25", "New cases: 1 · at risk EUR 20,000.00\n- critical: Nord·wind·[31m (C-1): ")
	l.says(t, exitGood, "digest --day 2026-06-25 --language zh", "新案件：1 · 风险金额")
	l.says(t, exitGood, "digest --day 2026-06-25 --output json", `"day":"2026-06-25","last":"2026-06-25","new":{"count":1,"at_risk":[{"amount":"20000.00","currency":"EUR"}],`)
	l.says(t, exitGood, "digest --day 2026-06-24", "Nothing new; customers watched: 1; ")
	l.says(t, exitFinding, "digest --day 2026-06-27", "2026-06-27 has no digest: it is no business day, or not over; the last one that is is 2026-06-29")
	l.says(t, exitFinding, "digest --day 2026-06-30", "2026-06-30 has no digest")
	l.says(t, exitGood, "digest --day 2026-06-25 --slack", `"text": "DIGEST of 2026-06-25. New cases: 1 · at risk EUR 20,000.00."`)
	l.says(t, exitGood, "digest --period weekly", "WEEKLY DIGEST of 2026-06-23 to 2026-06-29\n\nOpen cases, the worst first: 1 · at risk EUR 20,000.00\n- critical: Nord·wind·[31m (C-1): ")
	l.says(t, exitGood, "digest --period weekly", "Tasks that wait for somebody: 1\n- nobody named: 1; ")
	l.says(t, exitGood, "digest --period weekly --day 2026-06-24 --language zh", "没有未关闭案件")
	l.says(t, exitGood, "digest --period weekly --output json", `"first":"2026-06-23","last":"2026-06-29","info":{`)
	l.says(t, exitGood, "digest --period monthly", "MONTHLY DIGEST of 2026-05-01 to 2026-05-31\n\nOwed: EUR 20,000.00 (unchanged on the month before)\n- not due: EUR 0.00")
	l.says(t, exitGood, "digest --period monthly --day 2026-04-10", "1 to 30 days past due: EUR 20,000.00 · 100.0 % · up EUR 20,000.00")
	l.says(t, exitGood, "digest --period monthly --day 2026-04-10 --language zh", "应收账款：20,000.00 EUR")
	l.says(t, exitGood, "digest --period monthly --day 2026-02-10", "Nobody owes anything")
	l.says(t, exitGood, "digest --period monthly --output json", `"days_31_60":{"amount":"20000.00","currency":"EUR"}`)
	l.says(t, exitGood, "digest --period monthly --slack", `"text": "MONTHLY DIGEST of 2026-05-01 to 2026-05-31. Owed: EUR 20,000.00`)
	l.says(t, exitFinding, "digest --period monthly --day 2026-06-10", "the month up to 2026-06-30 has no digest: it is not over; the last one that is ended on 2026-05-31")
	l.says(t, exitUsage, "digest --period yearly", "--period")
	l.says(t, exitUsage, "digest --slack --output json", "--slack is a form of its own")
	l.says(t, exitUsage, "digest --day yesterday", "--day")
	l.says(t, exitUsage, "digest --language fr", "--language")
}

// It is told in Slack on the next business day from its hour on, once, however often the service is started.
func TestTheDigestIsToldOnceADay(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	l := newPipeline(t)
	workspace := l.withSlack(t)
	run := func(daily worktime.Minute) {
		t.Helper()
		l.config.Notify.Digest = daily
		stop := l.start(t)
		defer stop()
		await(t, "all is read and told", func() bool {
			due, held, err := l.store.OwedCount(t.Context())
			must(t, err)
			told := daily > 12*60 || len(digestsOf(workspace.Messages())) > 0
			return l.caughtUp(t) && due+held == 0 && told
		})
	}
	l.told(t, l.today-5, state.KindInvoice, &state.Invoice{InvoiceID: "INV-1", IssueDate: l.today - 100, DueDate: l.today - 70, Total: state.Money{Minor: 20_000_00, Currency: euro}})
	run(14 * 60)
	if got := digestsOf(workspace.Messages()); len(got) > 0 {
		t.Fatalf("it is told before its hour: %q", got)
	}
	for range 3 {
		run(11 * 60)
		if got := digestsOf(workspace.Messages()); len(got) != 1 || !strings.HasPrefix(got[0], "DIGEST of 2026-06-29.") {
			t.Fatalf("got %q, want the digest of the day before, once", got)
		}
	}
}

// On the day of the week that is configured, the week is told beside the day.
func TestTheWeekIsTold(t *testing.T) {
	l := newPipeline(t)
	workspace := l.withSlack(t)
	l.config.Notify.Weekly = "tuesday" // it is one
	l.told(t, l.today-5, state.KindProfile, &state.Profile{Name: "Nordwind", Country: "DE"})
	for range 2 {
		stop := l.start(t)
		await(t, "the week is told", func() bool { return l.caughtUp(t) && len(digestsOf(workspace.Messages())) > 0 })
		stop()
	}
	if got := digestsOf(workspace.Messages()); len(got) != 1 || !strings.HasPrefix(got[0], "WEEKLY DIGEST of 2026-06-23 to 2026-06-29. No case is open") {
		t.Errorf("got %q, want the week, once", got)
	}
}

// On the working day of the month that is configured, or one of the next two, the month is told beside the day, once.
func TestTheMonthIsTold(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	l := newPipeline(t)
	workspace := l.withSlack(t)
	l.config.Notify.Weekly, l.config.Notify.Monthly, l.config.Notify.Digest = "", 21, worktime.EndOfDay // it is the 22nd
	l.told(t, l.today-5, state.KindInvoice, &state.Invoice{InvoiceID: "INV-1", IssueDate: l.today - 100, DueDate: l.today - 70, Total: state.Money{Minor: 20_000_00, Currency: euro}})
	for range 2 {
		stop := l.start(t)
		await(t, "the month is told", func() bool { return l.caughtUp(t) && len(digestsOf(workspace.Messages())) > 0 })
		stop()
	}
	if got := digestsOf(workspace.Messages()); len(got) != 1 || !strings.HasPrefix(got[0], "MONTHLY DIGEST of 2026-05-01 to 2026-05-31. Owed: EUR 20,000.00") {
		t.Errorf("got %q, want the month, once", got)
	}
}

// The ledger has Easter off, from Friday the 3rd to Monday the 6th of April 2026, and the readers Wednesday the 15th.
func TestATimetable(t *testing.T) {
	c := accepted(t, "ledger: {holidays: [2026-04-03, 2026-04-06], time_zone: UTC}\nnotify: {digest: {daily: '08:00', weekly: wednesday, monthly: 2}, quiet: {holidays: [2026-04-15]}}")
	ledger, err := c.ledger()
	must(t, err)
	table, err := c.timetable(ledger.Calendar)
	must(t, err)
	c.Notify.Weekly, c.Notify.Monthly, c.Notify.Digest = "monday", 0, worktime.EndOfDay
	weekly, err := c.timetable(ledger.Calendar)
	must(t, err)
	for _, tt := range []struct {
		day, hour     int
		want, onlyOne string
	}{
		{1, 7, "", ""}, {1, 8, "daily weekly", ""}, {1, 23, "daily weekly", ""}, {2, 9, "daily monthly", ""}, {3, 9, "", ""}, {4, 9, "", ""}, {6, 9, "", ""}, {7, 8, "daily monthly", ""},
		{7, 9, "daily monthly", "weekly"}, {8, 9, "daily weekly monthly", ""}, {9, 9, "daily", ""}, {13, 9, "daily", "weekly"}, {14, 9, "daily", ""}, {15, 9, "", ""}, {16, 9, "daily weekly", ""}, {17, 9, "daily", ""},
	} {
		at := state.DateOf(2026, 4, tt.day).Start(time.UTC) + state.Instant(tt.hour)*state.Instant(time.Hour)
		if got := strings.Join(table.due(at), " "); got != tt.want {
			t.Errorf("%s: got %q, want %q", at, got, tt.want)
		}
		if got := strings.Join(weekly.due(at), " "); got != tt.onlyOne {
			t.Errorf("%s: got %q without daily ones, want %q", at, got, tt.onlyOne)
		}
	}
}
