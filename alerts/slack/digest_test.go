package slack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// digestOf is a digest in which every list is as long as it may be, and everybody has a name.
func digestOf(name string, signals ...string) *alerts.Digest {
	day := state.DateOf(2026, 11, 20)
	news := alerts.DigestNews{Count: 10_000, AtRisk: []state.Money{euros(28512050)}}
	tasks := alerts.DigestTasks{Count: 10_000, More: 4}
	for i := range 10 {
		customer := state.CustomerID(fmt.Sprintf("<!here>*`_C-%d_`*", i))
		news.Cases = append(news.Cases, alerts.DigestCase{Customer: customer, Name: name, Severity: detectors.Critical, Signals: signals, MoneyAtRisk: euros(int64(9-i) * 100)})
		task := alerts.DigestTask{TaskID: "t", Customer: customer, Name: name, Due: day.Start(time.UTC), MoneyAtRisk: euros(100)}
		tasks.Owners = append(tasks.Owners, alerts.DigestOwner{Owner: name, Count: 20 - i, Tasks: []alerts.DigestTask{task, task, task}})
	}
	agenda := alerts.DigestAgenda{Count: 10_000, Missed: 9, More: 7}
	for i := range news.Cases {
		agenda.Owners = append(agenda.Owners, alerts.DigestSteps{Person: name, Role: alerts.RoleClerk, Count: 20, Missed: 3, Customer: news.Cases[i].Customer, Name: name, Largest: euros(100),
			Steps: []alerts.DigestStep{{Step: alerts.StepReminder, Count: 12}, {Step: alerts.StepFirstCall, Count: 8}}})
	}
	return &alerts.Digest{Agenda: agenda,
		Day: day, Last: day + 2, Seq: 1, New: news, Worse: news, Better: news, Closed: news, Overdue: tasks, Today: tasks, Withheld: 3,
		Stale: []state.StaleInput{{Topic: name, Partition: 7, Since: day - 3}}, Customers: 10_000,
	}
}

// weekOf is a week's.
func weekOf(name string, signals ...string) *alerts.WeeklyDigest {
	d := digestOf(name, signals...)
	w := &alerts.WeeklyDigest{First: d.Day - 4, Last: d.Last, Seq: 1, Info: d.New, Worst: d.New, Open: alerts.WeeklyTasks{Count: 10_000, More: 3},
		Decided: alerts.WeeklyDecisions{Count: 10_000, Codes: []alerts.WeeklyCode{{Code: "call", Count: 10_000}}}}
	for i, c := range d.New.Cases {
		w.Decided.Last = append(w.Decided.Last, alerts.WeeklyDecision{Customer: c.Customer, Name: name, Code: "call", By: name, At: d.Day.Start(time.UTC)})
		w.Open.Owners = append(w.Open.Owners, alerts.WeeklyOwner{Owner: name, Count: 20 - i, Ages: [4]int{9, 6, 3, 2 - i}, Oldest: 31, Of: c.Customer, Name: name})
	}
	return w
}

// monthOf is a month's, in so many currencies.
func monthOf(name string, currencies ...string) *alerts.MonthlyDigest {
	week := weekOf(name)
	m := &alerts.MonthlyDigest{First: week.First, Last: week.Last, Seq: 1, More: 3, Unknown: 4, Cases: alerts.MonthlyCases{Before: 9, Opened: 8, Closed: 7, Open: 10}, Decided: week.Decided}
	for i, code := range currencies {
		currency, _ := state.ParseCurrency(code)
		b := alerts.MonthlyBook{Currency: currency, More: 2, Spread: alerts.Spread{Largest: 44, Five: 100, HHI: 2880}}
		b.Now = alerts.MonthlySums{Customers: 412, Days: 91, Account: alerts.Account{Exposure: 100, Ageing: [5]int64{28512050, 5, 4, 3, 2}, Undisputed: 9, Sales: [3]int64{40000000, 1, 2}}}
		for j, c := range week.Info.Cases {
			d := alerts.MonthlyDebtor{Customer: c.Customer, Name: name, Exposure: 1000 - int64(i*j), Overdue: 99 - int64(j), Days: 31}
			b.Largest, b.Overdue = append(b.Largest, d), append(b.Overdue, d)
			b.Segments = append(b.Segments, alerts.MonthlySegment{Segment: name, Customers: 9, Receivables: 700, Overdue: 70, WasReceivables: 800})
		}
		m.Books = append(m.Books, b)
	}
	return m
}

func TestDigestsLookAsAgreed(t *testing.T) {
	short := digestOf("<!channel> *Acme* `rm`\n\u202eevil & <@U1>", "overdue", "limit_breach")
	for _, n := range []*alerts.DigestNews{&short.New, &short.Worse, &short.Better, &short.Closed} {
		n.Count, n.Cases = 1, n.Cases[:1]
	}
	short.Agenda.More, short.Agenda.Owners = 0, short.Agenda.Owners[:1]
	for _, n := range []*alerts.DigestTasks{&short.Overdue, &short.Today} {
		n.Count, n.More, n.Owners = 20, 0, n.Owners[:1]
	}
	quiet := &alerts.Digest{Day: short.Day, Last: short.Last, Seq: 1, Customers: 412, LastEvent: short.Day.Start(time.UTC)}
	week := weekOf(short.New.Cases[0].Name, "overdue", "limit_breach")
	week.Worst, week.Info, week.Decided.Count, week.Decided.Last = short.New, short.New, 1, week.Decided.Last[:1]
	week.Open.Count, week.Open.Owners, week.Open.More = 20, week.Open.Owners[:1], 0
	scorecard := &alerts.Scorecard{Channel: "#erp", First: week.First, Last: week.Last, Score: state.Score{
		Source: "erp", Accepted: 12_340, Duplicate: 7, Stale: 2, Refused: 5, Conflicts: 3, Late: 4, UnknownFields: 6, UnknownValues: 8, Misrouted: 9, Misplaced: 10,
		Delay: 12_340 * 90_000, Longest: 26 * time.Hour, Codes: []state.ScoreCode{{Code: "json", Count: 1}, {Code: "money_scale", Count: 4}},
	}}
	week.Sources = []state.Score{scorecard.Score, {Source: "bank", Accepted: 3}}
	month := monthOf(short.New.Cases[0].Name, "EUR")
	month.More, month.Decided, month.Books[0].More = 0, week.Decided, 0
	month.Books[0].Largest, month.Books[0].Overdue, month.Books[0].Segments = month.Books[0].Largest[:1], month.Books[0].Overdue[:1], month.Books[0].Segments[:1]
	behind := &alerts.Behind{Day: short.Day + 3, Stands: short.Day, Since: (short.Day + 1).Start(time.UTC)}
	behind.Hold([]alerts.HeldSource{{Topic: "credit.payments.v1", Partition: 3, Since: behind.Since}})
	for name, d := range map[string]alerts.Periodical{"digest_behind": behind, "digest": short, "digest_quiet": quiet, "digest_weekly": week, "digest_monthly": month, "scorecard": scorecard} {
		for file, l := range map[string]*alerts.Language{name + ".json": alerts.English, name + "_zh.json": alerts.Chinese} {
			got, err := PreviewDigest(d, l)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", file)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s is another message now (-want +got):\n%s", path, diff)
			}
		}
	}
}

// However many cases there are and whatever they are called, a digest fits, and no name is more than text.
func TestHostileDigestsFit(t *testing.T) {
	for _, name := range append(slices.Clone(hostileNames), strings.Repeat("&", 128)) {
		for _, l := range []*alerts.Language{alerts.English, alerts.Chinese} {
			signals := []string{"overdue", "limit_breach", "insolvency"}
			for whole, d := range map[int]alerts.Periodical{9: digestOf(name, signals...), 5: weekOf(name, signals...), 20: monthOf(name, "EUR", "USD", "CNY", "JPY")} {
				text, blocks := words{l, false}.renderDigest(d)
				if err := lint(text, blocks); err != nil {
					t.Errorf("%q: %v", name, err)
				}
				if first := slices.DeleteFunc(slices.Clone(blocks), func(b slack.Block) bool { return strings.Contains(b.ID(), "_") }); len(first) != whole {
					t.Errorf("%q: got %d blocks besides what parts go on in, want the head and all parts, %d", name, len(first), whole)
				}
				markup, verbatim := texts(text, blocks)
				for _, shown := range slices.Concat(markup, verbatim) {
					if strings.ContainsAny(ownMoment.ReplaceAllString(shown, ""), "<>\u202e\u2028\u2029") || strings.Count(shown, "`")%2 != 0 {
						t.Errorf("%q: %q holds more than text", name, shown)
					}
				}
			}
		}
	}
}

// A part that is longer than a section goes on in further ones, with all of its lines in their order; where all is more than a message takes, each
// part that is cut says how many of its lines are not shown, and what shows them.
func TestALongDigestIsOnSeveralPages(t *testing.T) {
	for name, whole := range map[string]bool{"Nordwind Handels GmbH": true, strings.Repeat("Nordwind & Söhne ", 6): true, strings.Repeat("<", 100): false} {
		d := digestOf(name, "overdue", "limit_breach", "insolvency", "payment_slowdown", "broken_promise", "contact_lost", "adverse_registry", "limit_group", "overdue_ratio", "limit_missing")
		if whole {
			d = &alerts.Digest{Day: d.Day, Last: d.Last, Seq: 1, New: d.New}
		}
		w := words{alerts.English, false}
		text, blocks := w.renderDigest(d)
		if err := lint(text, blocks); err != nil {
			t.Fatal(err)
		}
		var shown []string
		var cut int
		for _, b := range blocks[1:] {
			lines := strings.Split(b.(*slack.SectionBlock).Text.Text, "\n")
			if !strings.Contains(b.ID(), "_") {
				lines = lines[1:] // the title
			}
			for _, line := range lines {
				var left int
				if n, _ := fmt.Sscanf(line, "• and %d more:", &left); n == 1 && strings.HasSuffix(line, ": `tocsin digest`") {
					cut += left
				} else {
					shown = append(shown, strings.TrimPrefix(line, "• "))
				}
			}
		}
		var want []string
		_, parts := w.Digest(d, func(s string) string { return code(s, nameChars) })
		for _, p := range parts {
			want = append(want, p.Lines...)
		}
		if whole && name != "Nordwind Handels GmbH" && len(blocks) < 3 {
			t.Errorf("%.20s: got %d blocks, want a part on two pages", name, len(blocks))
		}
		if len(shown)+cut != len(want) || (cut == 0) != whole || whole && !slices.Equal(shown, want) {
			t.Errorf("%.20s: got %d lines and word of %d more of %d, in %d blocks", name, len(shown), cut, len(want), len(blocks))
		}
	}
	m := message{seq: 1}
	m.pages("part", "Title", []string{strings.Repeat("a", 1500), strings.Repeat("b", 1400), strings.Repeat("c", 2900), "d"})
	if got := len(m.blocks); got != 2 && got != 3 {
		t.Errorf("got %d sections", got)
	}
	for _, b := range m.blocks {
		if _, err := lintBlock(b); err != nil {
			t.Error(err)
		}
	}
}

// As the answer to a command it is a text that Slack takes whole, and says where the rest is.
func TestADigestAsAnAnswerIsCut(t *testing.T) {
	for _, language := range []*alerts.Language{alerts.English, alerts.Chinese} {
		w := words{language, false}
		long := w.digestText(digestOf(strings.Repeat("<", 200), "overdue"))
		if n := len([]rune(long)); n > 4000 || !strings.Contains(long, "`tocsin digest`") {
			t.Errorf("%s: got %d characters: %.200s", language.Tag(), n, long)
		}
		if strings.Contains(long, "<!here>") {
			t.Errorf("%s: a name calls everybody", language.Tag())
		}
		if short := w.digestText(&alerts.Digest{Day: 20_000, Customers: 3}); strings.Contains(short, "tocsin digest") {
			t.Errorf("%s: got %q, want it whole", language.Tag(), short)
		}
	}
}

// Steps with a customer's invoices are cut where there are many, and no id of an invoice is more than text.
func TestStepsAreShown(t *testing.T) {
	for _, l := range []*alerts.Language{alerts.English, alerts.Chinese} {
		r := NewReception(ReceptionConfig{Language: l})
		if got, err := r.steps(t.Context(), "C-1"); got != "" || err != nil {
			t.Errorf("nobody tells: got %q, %v", got, err)
		}
		items := make([]alerts.WorkItem, mostQueued+3)
		for i := range items {
			items[i] = alerts.WorkItem{Customer: "C-1", Step: alerts.StepFirstCall, Invoice: "<!here>*`_I_`*", By: 20_000, Missed: i%2 == 0, Amount: euros(100)}
		}
		for n, lines := range map[int]int{0: 1, 1: 3, mostQueued: mostQueued + 2, len(items): mostQueued + 3} {
			r.Agenda = func(context.Context, state.CustomerID) ([]alerts.WorkItem, error) { return items[:n], nil }
			got, err := r.steps(t.Context(), "C-1")
			if err != nil || strings.Count(got, "\n")+1 != lines || strings.Contains(got, "<!") || strings.Count(got, "`")%2 != 0 || len(got) > maxAnswer {
				t.Errorf("%s: %d steps: got %v, %q, want %d lines", l.Tag(), n, err, got, lines)
			}
		}
		r.Agenda = func(context.Context, state.CustomerID) ([]alerts.WorkItem, error) { return nil, errors.New("no store") }
		if _, err := r.steps(t.Context(), "C-1"); err == nil {
			t.Errorf("%s: got no error", l.Tag())
		}
	}
}

// A group is told of to who has a task in it, and on the card of each of its members, with when the first of its tasks is due; what does not fit
// is counted.
func TestAGroupIsTold(t *testing.T) {
	for _, l := range []*alerts.Language{alerts.English, alerts.Chinese} {
		r := NewReception(ReceptionConfig{Language: l})
		mine := func(m *alerts.GroupMember) bool { return m.Task.Owner == "ana" }
		if got, err := r.groups(t.Context(), maxAnswer, mine); got != "" || err != nil {
			t.Errorf("nobody tells: got %q, %v", got, err)
		}
		member := func(customer, owner string) alerts.GroupMember {
			return alerts.GroupMember{Name: "<!here>*`", Row: state.TaskRow{Customer: state.CustomerID(customer)}, Task: alerts.TaskChange{Owner: owner, Severity: detectors.Critical}}
		}
		var all []alerts.GroupTask
		for i := range 40 {
			all = append(all, alerts.GroupTask{Parent: state.CustomerID(fmt.Sprint("P-", i)), Name: strings.Repeat("<", 200), Due: 1795449600000000000,
				AtRisk: []state.Money{euros(28512050)}, Members: []alerts.GroupMember{member("C-1", "ana"), member("C-2", "bo")}})
		}
		all = append(all, alerts.GroupTask{Parent: "P-other", Members: []alerts.GroupMember{member("C-3", "bo"), member("C-4", "bo")}})
		for n, lines := range map[int]int{0: 1, 1: 4, 2: 5} {
			r.Groups = func(context.Context) ([]alerts.GroupTask, error) { return all[40-n:], nil }
			got, err := r.groups(t.Context(), maxAnswer, mine)
			if err != nil || strings.Count(got, "\n")+1 != lines || strings.Contains(got, "<!here") || strings.Contains(got, "P-other") {
				t.Errorf("%s: %d groups: got %v, %q, want %d lines", l.Tag(), n, err, got, lines)
			}
			if n > 0 && (!strings.Contains(got, "P-39") || !strings.Contains(got, "C-2") || !strings.Contains(got, l.Amount(euros(28512050))) || !strings.Contains(got, "<!date^1795449600^")) {
				t.Errorf("%s: got %q, want who heads it, whom it has, what is at risk and when it is due", l.Tag(), got)
			}
		}
		r.Groups = func(context.Context) ([]alerts.GroupTask, error) { return all, nil }
		got, err := r.groups(t.Context(), maxAnswer, mine)
		if err != nil || len(got) > maxAnswer || !strings.Contains(got, "tocsin tasks groups") || !strings.Contains(got, "P-0") {
			t.Errorf("%s: of many: got %d bytes, %v, %q", l.Tag(), len(got), err, got)
		}
		r.Groups = func(context.Context) ([]alerts.GroupTask, error) { return nil, errors.New("no store") }
		if _, err := r.groups(t.Context(), maxAnswer, mine); err == nil {
			t.Errorf("%s: got no error", l.Tag())
		}
	}
}
