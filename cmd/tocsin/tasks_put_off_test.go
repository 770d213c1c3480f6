package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tocsin/alerts/slack/slacktest"
	"tocsin/state"
)

// task is the record of the one task of a pipeline.
func (l *pipeline) task(t *testing.T) (record struct {
	taskRecord
	Alerts []string `json:"alerts"`
	By     string   `json:"by"`
	Reason string   `json:"reason_code"`
}) {
	t.Helper()
	code, out := l.by(t, "tasks --all --output json")
	if code != exitGood || strings.Count(out, "\n") != 1 {
		t.Fatalf("got %d, %s, want one task", code, out)
	}
	checkRecord(t, publishedSchema(t, "task"), out)
	if err := json.Unmarshal([]byte(out), &record); err != nil {
		t.Fatal(err)
	}
	return record
}

// People put tasks off and hand them on beside a run, which brings them back.
func TestTasksArePutOffAndHandedOnBesideARun(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	for name, location := range map[string]func(t testing.TB) string{"file": nil, "PostgreSQL": newDatabase} {
		t.Run(name, func(t *testing.T) {
			l := newPipeline(t)
			if location != nil {
				l.config.StoreURL = location(t)
			}
			invoice := func(id string, minor int64, due state.Date) *state.Invoice {
				return &state.Invoice{InvoiceID: id, IssueDate: due - 30, DueDate: due, Total: state.Money{Minor: minor, Currency: euro}}
			}
			l.told(t, l.today-5, state.KindProfile, &state.Profile{Name: "Nordwind Handels GmbH", Country: "DE", CreditManager: "ana"})
			l.told(t, l.today-5, state.KindInvoice, invoice("INV-1", 20_000_00, l.today-70))
			stop := l.start(t)
			await(t, "all is read", func() bool { return l.caughtUp(t) })
			task := l.task(t)
			if task.Owner != "ana" || task.Snoozed != "" || len(task.Alerts) == 0 {
				t.Fatalf("got %+v", task)
			}
			on := func(act string) string {
				return "tasks " + strings.Replace(act, "TASK", task.TaskID, 1) + " --by li.wei"
			}
			l.says(t, exitUsage, on("snooze TASK --until 2026-07-02"), "--reason")
			l.says(t, exitUsage, on("snooze TASK --until soon --reason timing"), `--until: "soon" is not a date`)
			l.says(t, exitUsage, on("snooze TASK --worse -5 --reason timing"), "--worse")
			l.says(t, exitFinding, on("snooze TASK --reason timing"), "it needs an end: a day after 2026-06-30 and at the latest 2026-07-14, or by how much more at risk")
			l.says(t, exitFinding, on("snooze TASK --until 2026-07-15 --reason timing"), "it must be back on a day after 2026-06-30 and at the latest 2026-07-14, 14 days ahead")
			l.says(t, exitFinding, on("snooze TASK --until 2026-07-02 --reason tired"), `reason "tired" is not one of seasonal,`)
			l.says(t, exitFinding, on("wake TASK"), "it is not snoozed")
			l.says(t, exitFinding, "tasks snooze T-9 --until 2026-07-02 --reason timing", `task "T-9" is not known; tocsin tasks lists them`)

			l.says(t, exitGood, on("snooze TASK --worse 50 --reason timing"), "")
			l.says(t, exitGood, "tasks", "  C-1  open, snoozed until 2026-07-14  ")
			if got := l.task(t); got.Snoozed != "2026-07-14" || got.By != "li.wei" || got.Reason != "timing" || got.Owner != "ana" {
				t.Errorf("put off: got %+v", got)
			}
			l.says(t, exitGood, on("wake TASK"), "")
			l.says(t, exitUsage, on("reassign TASK"), "--to")
			l.says(t, exitGood, on("reassign TASK --to bo"), "")
			l.says(t, exitGood, on("snooze TASK --until 2026-07-02 --reason seasonal"), "")
			l.says(t, exitGood, "tasks", "  C-1  open, snoozed until 2026-07-02  ", "  bo  ")
			l.says(t, exitFinding, on("feedback TASK --alert A-9 --feedback known"), `feedback on alert "A-9": no such alert stands`)
			l.says(t, exitFinding, on("feedback TASK --feedback great --alert "+task.Alerts[0]), `feedback "great" is not one of useful, data_wrong, known, rule_wrong`)
			l.says(t, exitGood, on("feedback TASK --feedback known --alert "+task.Alerts[0]), "")
			stop()

			now := l.now
			l.today, l.now = l.today+2, func() state.Instant { return now() + 2*state.Instant(24*time.Hour) }
			stop = l.start(t)
			await(t, "the day on which the task is back", func() bool { return l.caughtUp(t) && l.task(t).Snoozed == "" })
			stop()
			if got := l.task(t); got.Snoozed != "" || got.Owner != "bo" || got.By != "li.wei" || got.Reason != "" || got.State != "open" {
				t.Errorf("back: got %+v", got)
			}
			l.says(t, exitGood, "rebuild --check", "each is the fold of its journal")
			l.says(t, exitGood, "tasks snooze --help", "Reasons: seasonal, our_error,", "at most 14 days ahead")
		})
	}
}

// Two hours of work before a task is to be decided its owner is called upon in the thread of its case, once, and the channel hears nothing.
func TestAnOwnerIsReminded(t *testing.T) {
	o := newOffice(t)
	end := func() {
		o.stop()
		o.stop = func() {}
	}
	defer end()
	m := o.Messages()[0]
	o.fills(t, o.opens(t, "U0ANA", "reassign"), "to", "bo")
	o.answered(t, 1, "U0ANA")
	reminders := func() (all []slacktest.Message) {
		for _, r := range o.Replies(m.Timestamp) {
			if strings.Contains(r.Text, "Reminder for") {
				all = append(all, r)
			}
		}
		return all
	}
	end()
	noon := o.now()
	for _, passed := range []time.Duration{100 * time.Minute, 150 * time.Minute} { // a core customer's, told at noon, to be decided at 16:00
		at := noon + state.Instant(passed)
		began := time.Now()
		o.now = func() state.Instant { return at + state.Instant(time.Since(began)) }
		for range 2 {
			o.stop = o.start(t)
			await(t, "all is looked at", func() bool {
				clocks, err := o.store.DueClocks(t.Context(), at, 9)
				must(t, err)
				due, held, err := o.store.OwedCount(t.Context())
				must(t, err)
				return o.caughtUp(t) && len(clocks) == 0 && due+held == 0
			})
			end()
		}
		if passed < 2*time.Hour && len(reminders()) > 0 {
			t.Fatalf("after %s: got %+v, want nobody reminded", passed, reminders())
		}
	}
	all := reminders()
	if len(all) != 1 || all[0].Broadcast || !strings.Contains(string(all[0].Blocks), "<@U0BO>") && !strings.Contains(string(all[0].Blocks), `\u003c@U0BO\u003e`) {
		t.Errorf("got %+v, want one reminder for bo, that the channel does not hear", all)
	}
}
