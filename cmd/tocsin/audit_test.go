package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"tocsin/state"
	"tocsin/state/postgres/pgtest"
)

// overdue are customers of whom each has an overdue invoice, and so a task.
func (l *pipeline) overdue(t *testing.T, customers int) (tasks []taskRecord) {
	t.Helper()
	euro, _ := state.ParseCurrency("EUR")
	for n := range customers {
		id := state.CustomerID(fmt.Sprint("C-", n+1))
		l.toldOf(t, id, l.today-5, state.KindInvoice, &state.Invoice{
			InvoiceID: fmt.Sprint("INV-", n+1), IssueDate: l.today - 100, DueDate: l.today - 70, Total: state.Money{Minor: 20_000_00, Currency: euro},
		})
	}
	stop := l.start(t)
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	stop()
	_, out := l.by(t, "tasks --output json")
	for line := range strings.Lines(out) {
		var task taskRecord
		if err := json.Unmarshal([]byte(line), &task); err != nil {
			t.Fatal(err)
		}
		tasks = append(tasks, task)
	}
	if len(tasks) != customers {
		t.Fatalf("got %d tasks of %d customers: %s", len(tasks), customers, out)
	}
	return tasks
}

// What people do by the command line, several at once, is one chain that tells who, why and what they saw; and who cuts it is found out.
func TestTheAuditTellsWhatPeopleHaveDone(t *testing.T) {
	for name, location := range map[string]func(t testing.TB) string{"file": nil, "PostgreSQL": newDatabase} {
		t.Run(name, func(t *testing.T) {
			l := newPipeline(t)
			if location != nil {
				l.config.StoreURL = location(t)
			}
			tasks := l.overdue(t, 4)
			var deciding sync.WaitGroup
			for _, task := range tasks {
				deciding.Go(func() {
					for range 2 { // the second finds it acknowledged
						l.by(t, "tasks ack "+task.TaskID+" --by li.wei")
					}
				})
			}
			deciding.Wait()
			l.says(t, exitGood, "tasks decide "+tasks[0].TaskID+" --by m.ono --decision no_action --reason timing --next-review 2026-09-01", "")
			l.says(t, exitGood, "audit verify", "whole: 6 rows, 0 of them of customers who are erased\nhead 6:")
			customer := tasks[0].Customer
			l.says(t, exitGood, "audit show", "configuration by ", " via process  -  configuration sha256:", "acknowledge by li.wei via command")
			l.says(t, exitGood, "audit show --customer "+customer+" --since 2026-01-01", "decide by m.ono via command  "+customer+
				"  no_action; reason timing; next review 2026-09-01; saw task "+tasks[0].TaskID+" at change ", "; alert overdue ")
			if _, out := l.by(t, "audit show --since 2090-01-01"); out != "" {
				t.Errorf("since the year 2090: got %s", out)
			}
			_, out := l.by(t, "audit show --output json --customer "+customer)
			var last auditRecord
			if err := json.Unmarshal([]byte(out[strings.LastIndexByte(strings.TrimSpace(out), '\n')+1:]), &last); err != nil {
				t.Fatal(err)
			}
			if strings.Count(out, "\n") != 2 || last.Seq != 6 || last.By != "m.ono" || *last.Customer != customer ||
				string(last.Why) != `{"decision":"no_action","reason_code":"timing","next_review_date":"2026-09-01"}` || !strings.Contains(string(last.Saw), `"severity":`) {
				t.Errorf("got %s, want two rows, the last one the decision", out)
			}
			head := fmt.Sprintf("%d:%s", last.Seq, last.Hash)
			l.says(t, exitGood, "audit verify --output json --head "+head, `{"whole":true,"rows":6,"erased":0,"head":"`+head+`"}`)
			l.says(t, exitUsage, "audit verify --head 6:abc", "is no head of an audit chain")
			l.says(t, exitFinding, "audit verify --head 7"+head[1:], "broken at row 7: is missing")
			if location == nil {
				return
			}
			l.says(t, exitGood, "audit verify --head "+head, "whole")
			pgtest.Exec(t, l.config.StoreURL, `DELETE FROM audit WHERE seq > 4; UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)`)
			l.says(t, exitFinding, "audit verify --head "+head, "broken at row 5: is missing: the chain ends before it, and its head is row 6\n4 rows before it are whole")
			pgtest.Exec(t, l.config.StoreURL, `UPDATE audit SET by = 'nobody' WHERE seq = 2`)
			l.says(t, exitFinding, "audit verify --output json", `"whole":false,"rows":1,`, `"breaks_at":2,"why":"it, or the row before it, is not as it was chained"`)
		})
	}
}

// A user without a name is told by number: nobody acts nameless.
func TestAnActorHasAName(t *testing.T) {
	if got := actor("li.wei"); got != "li.wei" {
		t.Errorf("got %q", got)
	}
	if got := actor(""); got == "" || strings.HasPrefix(got, "uid ") && got != fmt.Sprint("uid ", os.Getuid()) {
		t.Errorf("got %q, want this user", got)
	}
}
