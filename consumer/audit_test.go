package consumer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/state"
)

// audited are the rows of the chain, one a line, which must be whole.
func (g *rig) audited() (told []string) {
	g.t.Helper()
	if _, err := state.VerifyAudit(g.t.Context(), g.store); err != nil {
		g.t.Error(err)
	}
	rows, err := g.store.Audit(g.t.Context(), 0, 1000)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, r := range rows {
		if r.At != g.now && r.Deed != DeedConfiguration {
			g.t.Errorf("%s: got %v, want the store's clock", r.Deed, r.At)
		}
		told = append(told, fmt.Sprintf("%s by %s via %s, %q of %q: %s", r.Deed, r.By, r.Via, r.Request, r.Customer, r.Body))
	}
	return told
}

func (g *rig) wantAudit(want ...string) {
	g.t.Helper()
	if got, want := strings.Join(g.audited(), "\n"), strings.Join(want, "\n"); got != want {
		g.t.Errorf("the audit tells\n%s\nwant\n%s", got, want)
	}
}

// overLimit is a rig with a customer far over the limit, and his task.
func overLimit(t *testing.T) (*rig, string) {
	t.Helper()
	g := newRig(t, invoices)
	g.broker.append(invoices, g.now, []byte(`{"specversion":"1.0","id":"L/1","source":"urn:t","type":"tocsin.limit.set.v1","subject":"C-1","time":"2026-03-02T08:00:00Z",
		"data":{"customer_id":"C-1","revision":1,"limit_id":"L","kind":"base","amount":{"amount":"10.00","currency":"EUR"},"valid_from_date":"2026-01-01"}}`))
	for i := range 20 {
		g.order(invoices, g.now, "C-1", fmt.Sprint("SO-", i))
	}
	g.turns(40)
	tasks, err := g.store.Tasks(t.Context())
	if err != nil || len(tasks) != 1 {
		t.Fatalf("got %d tasks, %v, want one", len(tasks), err)
	}
	return g, tasks[0].ID
}

func TestADecisionTellsTheAuditWhyAndWhatWasSeen(t *testing.T) {
	g, task := overLimit(t)
	rows, err := g.store.Alerts(t.Context(), "C-1")
	if err != nil || len(rows) != 1 {
		t.Fatalf("got %d alerts, %v, want one", len(rows), err)
	}
	saw := func(seq int) string {
		return fmt.Sprintf(`"saw":{"config":"test","day":"2026-03-02","task":{"task_id":"%s","seq":%d,"severity":"critical","money_at_risk":{"amount":"2000.00","currency":"EUR"},"alerts":["%s"]},`+
			`"alerts":[{"alert_id":"%s","signal":"limit_breach","level":"critical"}]}`, task, seq, rows[0].ID, rows[0].ID)
	}
	ack := alerts.Decision{TaskID: task, Action: alerts.Acknowledge, By: "l.wei", At: g.now}
	snooze := alerts.Decision{TaskID: task, Action: alerts.Snooze, By: "l.wei", ReasonCode: "timing", Until: firstDay + 3, Worse: 20, At: g.now}
	reassign := alerts.Decision{TaskID: task, Action: alerts.Reassign, By: "l.wei", To: "m.ono", At: g.now}
	feedback := alerts.Decision{TaskID: task, Action: alerts.Feedback, By: "l.wei", Code: "useful", Alert: rows[0].ID, At: g.now}
	decide := alerts.Decision{TaskID: task, Action: alerts.Decide, By: "m.ono", Code: "hold_orders", ReasonCode: "timing", NextReview: firstDay + 7, At: g.now}
	for i, d := range []alerts.Decision{ack, snooze, reassign, feedback, decide} {
		if err := g.desk().Decide(t.Context(), "C-1", d, fmt.Sprint("request ", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.desk().Decide(t.Context(), "C-1", ack, "request 0"); err != nil { // neither this, given twice, nor what is refused leaves a row
		t.Error(err)
	}
	if got := g.wished(); len(got) != 2 || !strings.HasPrefix(got[0], `tocsin.order.hold.v1 ["SO-0","SO-1","SO-10",`) || got[1] != `tocsin.order.hold.v1 [] by m.ono` {
		t.Errorf("got wishes %q, want the open orders held, and all new ones", got)
	}
	refused(t, g.desk().Decide(t.Context(), "C-1", ack, "another"), alerts.RefusedState)
	tasks, err := g.store.Tasks(t.Context())
	if err != nil || tasks[0].State != alerts.TaskDecided {
		t.Fatalf("got %+v, %v, want it decided", tasks, err)
	}
	told := g.audited()
	for i, want := range []string{
		`acknowledge by l.wei via command, "request 0" of "C-1": {` + saw(1) + `}`,
		`snooze by l.wei via command, "request 1" of "C-1": {"why":{"reason_code":"timing","until_date":"2026-03-05","worse_percent":20},` + saw(2) + `}`,
		`reassign by l.wei via command, "request 2" of "C-1": {"why":{"owner":"m.ono"},`,
		`feedback by l.wei via command, "request 3" of "C-1": {"why":{"decision":"useful","alert_id":"` + rows[0].ID + `"},`,
		`decide by m.ono via command, "request 4" of "C-1": {"why":{"decision":"hold_orders","reason_code":"timing","next_review_date":"2026-03-09"},`,
	} {
		if len(told) != 5 || !strings.HasPrefix(told[i], want) {
			t.Fatalf("row %d of %d: got\n%s\nwant\n%s", i+1, len(told), strings.Join(told, "\n"), want)
		}
	}
}

// wished are the wishes that are not published yet.
func (g *rig) wished() (list []string) {
	g.t.Helper()
	owed, err := g.store.Unpublished(g.t.Context(), 1000)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, p := range owed {
		if p.Wish == nil {
			continue
		}
		var wish struct {
			Type   string          `json:"type"`
			Orders json.RawMessage `json:"order_ids"`
			By     string          `json:"decided_by"`
		}
		if err := json.Unmarshal(p.Wish.Body, &wish); err != nil {
			g.t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%s %s by %s", wish.Type, wish.Orders, wish.By))
	}
	return list
}

// dying is a store whose process dies as it begins to commit.
type dying struct{ state.Store }

var errDied = errors.New("the process is dead")

func (d dying) Commit(context.Context, *state.Commit) error { return errDied }

func TestAProcessThatDiesBeforeItsCommitHasDecidedAndToldNothing(t *testing.T) {
	g, task := overLimit(t)
	decision := alerts.Decision{TaskID: task, Action: alerts.Acknowledge, By: "l.wei", At: g.now}
	desk := g.desk()
	desk.Store = dying{g.store}
	if err := desk.Decide(t.Context(), "C-1", decision, "first"); !errors.Is(err, errDied) {
		t.Fatalf("got %v, want %v", err, errDied)
	}
	if tasks, err := g.store.Tasks(t.Context()); err != nil || tasks[0].State != alerts.TaskOpen {
		t.Errorf("got %+v, %v, want the task as it was", tasks, err)
	}
	g.wantAudit()
	if err := g.desk().Decide(t.Context(), "C-1", decision, "first"); err != nil {
		t.Fatal(err)
	}
	if got := len(g.audited()); got != 1 {
		t.Errorf("got %d rows, want one", got)
	}
}

func TestAReleaseAndAGapAreAudited(t *testing.T) {
	g, cure := poisoned(t, false)
	if _, err := g.desk().Release(t.Context(), "C-1", "l.wei", "a new version"); err == nil {
		t.Fatal("it still panics: got no error")
	}
	g.wantAudit()
	cure.Store(true)
	if _, err := g.desk().Release(t.Context(), "C-1", "l.wei", "a new version"); err != nil {
		t.Fatal(err)
	}
	positions, err := g.store.AllPositions(t.Context())
	if err != nil || len(positions) == 0 {
		t.Fatalf("got positions %v, %v", positions, err)
	}
	p := positions[0]
	seen := state.Gap{Topic: p.Topic, Partition: p.Partition, Stands: p.Next, From: 90, To: 95, Reason: "retention", Since: g.now}
	word := state.Acceptance{To: 95, At: g.now, By: "m.ono", Why: "archived"}
	if err := errors.Join(g.store.KeepGap(t.Context(), seen), g.desk().AcceptGap(t.Context(), &seen, word)); err != nil {
		t.Fatal(err)
	}
	if err := g.desk().AcceptGap(t.Context(), &seen, word); !errors.Is(err, state.ErrNoGap) {
		t.Errorf("once more: got %v, want %v", err, state.ErrNoGap)
	}
	told := g.audited()
	if len(told) != 2 || !strings.HasPrefix(told[0], `quarantine_release by l.wei via command, "" of "C-1": {"why":{"reason":"a new version"},"saw":{"config":"test","day":"2026-03-02","parked":2,"panic":"`) {
		t.Fatalf("got %q", told)
	}
	if want := fmt.Sprintf(`gap_accept by m.ono via command, "" of "": {"why":{"reason":"archived","to":95},"saw":{"gap":{"partition":"%s/0","stands":%d,"from":90,"to":95,"reason":"retention","since":"%v"}}}`,
		p.Topic, seen.Stands, g.now); told[1] != want {
		t.Errorf("got\n%s\nwant\n%s", told[1], want)
	}
}

func TestARefusedRecordThatIsAcceptedIsAudited(t *testing.T) {
	g := refusedSome(t)
	g.try(g.redrive(g.store, false))
	g.wantAudit()
	g.try(g.redrive(g.store, true))
	g.try(g.redrive(g.store, true))
	told := g.audited()
	if len(told) != 4 {
		t.Fatalf("got %q, want the four that are accepted", told)
	}
	for i, want := range []string{
		`dlq_replay by l.wei via command, "dlq/invoices/0@1" of "C-1": {"why":{"outcome":"accepted"},"saw":{"config":"test","day":"2026-03-02","record":"invoices/0@1","code":"`,
		`dlq_replay by l.wei via command, "dlq/invoices/0@2" of "C-1": {"why":{"outcome":"stale"}`,
		`dlq_replay by l.wei via command, "dlq/invoices/0@3" of "C-2": {"why":{"outcome":"accepted"}`,
		`dlq_replay by l.wei via command, "dlq/invoices/0@4" of "": {"why":{"outcome":"accepted"}`,
	} {
		if !strings.HasPrefix(told[i], want) {
			t.Errorf("got %s, want %s…", told[i], want)
		}
	}
}

// Who runs a process that puts another configuration in force is told once, be it the first or a later one.
func TestAConfigurationThatComesIntoForceIsAudited(t *testing.T) {
	g := newRig(t, invoices)
	g.runner.By = "ops"
	g.order(invoices, g.now, "C-1", "SO-1")
	g.turns(10)
	g.wantAudit(`configuration by ops via process, "" of "": {"saw":{"config":"test"}}`)
	start := func(config, by string) {
		t.Helper()
		engine := *g.engine
		engine.Config = config
		runner := &Runner{Source: g.broker, Store: g.store, Engine: &engine, Engines: g.engines, Now: g.runner.Now, Workers: 1, Cache: 1 << 20,
			Metrics: g.runner.Metrics, Log: g.runner.Log, By: by}
		if err := runner.start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	start("test", "ops")
	start("another", "l.wei")
	start("another", "m.ono")
	start("simulated", "")
	g.wantAudit(`configuration by ops via process, "" of "": {"saw":{"config":"test"}}`, `configuration by l.wei via process, "" of "": {"saw":{"config":"another"}}`)
}

// What the audit has of somebody who is erased goes with the erasure. Who has acted, when and what stays, and the chain is whole.
func TestAnErasureLeavesTheChainWhole(t *testing.T) {
	g := aPerson(t)
	if got := g.audited(); len(got) != 1 || !strings.Contains(got[0], `of "C-Jane"`) {
		t.Fatalf("got %q, want what was decided about her", got)
	}
	g.erase(firstDay)
	g.turns(30)
	v, err := state.VerifyAudit(t.Context(), g.store)
	if err != nil || v.Rows != 1 || v.Erased != 1 {
		t.Errorf("got %+v, %v, want her one row, erased", v, err)
	}
	g.wantAudit(`acknowledge by li.wei via command, "" of "": `)
	g.wantNothingPersonal()
}

// A decision about a case that has changed since the person saw it is refused; the same decision, sent again, is not.
func TestADecisionAboutACaseThatHasChangedIsRefused(t *testing.T) {
	g, task := overLimit(t)
	snooze := alerts.Decision{TaskID: task, Action: alerts.Snooze, By: "l.wei", ReasonCode: "timing", Until: firstDay + 3, At: g.now, Seen: 1}
	for range 2 {
		if err := g.desk().Decide(t.Context(), "C-1", snooze, "first"); err != nil {
			t.Fatal(err)
		}
	}
	snooze.By, snooze.Until = "m.ono", firstDay+4
	refused(t, g.desk().Decide(t.Context(), "C-1", snooze, "second"), alerts.RefusedChanged)
	snooze.Seen = 2
	if err := g.desk().Decide(t.Context(), "C-1", snooze, "third"); err != nil {
		t.Errorf("as it stands: %v", err)
	}
	if told := g.audited(); len(told) != 2 {
		t.Errorf("got %d rows, want those of two decisions: %q", len(told), told)
	}
}

// So is one about a task that has changed, be it one that could be done with the task as it is.
func TestADecisionAboutATaskThatHasChangedIsRefused(t *testing.T) {
	g, task := overLimit(t)
	decision := alerts.Decision{TaskID: task, Action: alerts.Reassign, By: "l.wei", To: "m.ono", At: g.now, Seen: 1}
	for range 2 {
		if err := g.desk().Decide(t.Context(), "C-1", decision, "first"); err != nil {
			t.Fatal(err)
		}
	}
	decision.To = "ana"
	refused(t, g.desk().Decide(t.Context(), "C-1", decision, "second"), alerts.RefusedChanged)
	decision.Seen = 2
	if err := g.desk().Decide(t.Context(), "C-1", decision, "third"); err != nil {
		t.Errorf("as it stands: %v", err)
	}
	if told := g.audited(); len(told) != 2 {
		t.Errorf("got %d rows, want those of two decisions: %q", len(told), told)
	}
}
