package consumer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/state"
)

// learn publishes one fact of a kind about a customer.
func (g *rig) learn(customer, kind, data string) { g.told(customer, kind, customer+"-"+kind, 1, data) }

func (g *rig) watchList() (list []string) {
	g.t.Helper()
	err := g.desk().Watched(g.t.Context(), func(w Watched) {
		list = append(list, fmt.Sprint(w.Customer, " ", w.Name, " since ", w.Since, " ", w.Score, " ", w.Grade, " ", w.Stays))
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return list
}

// refused wants a decision refused for a reason.
func refused(t *testing.T, err error, name string) {
	t.Helper()
	var refusal *alerts.Refusal
	if !errors.As(err, &refusal) || refusal.Name != name {
		t.Errorf("got %v, want %s", err, name)
	}
}

// Who has once been near a loss stays on the watch list until a person takes him off; the journal keeps who that was.
func TestTheWatchListOfAStore(t *testing.T) {
	g := newRig(t, peopleTopic)
	if err := g.desk().Watched(t.Context(), func(Watched) {}); !errors.Is(err, ErrNoDay) {
		t.Errorf("before the first day: got %v, want %v", err, ErrNoDay)
	}
	old := `"invoice_id":"INV-1","issue_date":"2025-11-03","due_date":"%s","total":{"amount":"20000.00","currency":"EUR"}`
	for customer, due := range map[string]string{"C-1": "2025-12-01", "C-2": "2025-12-31", "C-3": "2026-03-31"} {
		g.learn(customer, "customer.profile", fmt.Sprintf(`"name":"%s plc","country":"GB"`, customer))
		g.learn(customer, "invoice.issued", fmt.Sprintf(old, due))
	}
	g.turns(40)
	want := []string{"C-1 C-1 plc since 2026-03-02 70 bad true", "C-2 C-2 plc since 2026-03-02 45 watch true"}
	if got := g.watchList(); !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	decision := alerts.Decision{Action: alerts.Unwatch, By: "l.wei", ReasonCode: "paid_down", At: g.now}
	refused(t, g.desk().Decide(t.Context(), "C-2", decision, "first"), alerts.RefusedScore)
	refused(t, g.desk().Decide(t.Context(), "C-3", decision, "second"), alerts.RefusedNotWatched)
	g.learn("C-2", "payment.received", `"payment_id":"P-1","value_date":"2026-03-02","amount":{"amount":"20000.00","currency":"EUR"},"allocations":[{"invoice_id":"INV-1","amount":{"amount":"20000.00","currency":"EUR"}}]`)
	g.turns(40)
	if got := g.watchList(); len(got) != 1 || got[0] != want[0] {
		t.Fatalf("raised and paid on one day: got %q, want only %q: what a day closes without leaves no trace", got, want[0])
	}
	refused(t, g.desk().Decide(t.Context(), "C-2", decision, "third"), alerts.RefusedNotWatched)
}

// A removal counts once, be its answer lost or be it asked for again, is kept by the run beside it, and the journal tells of it again.
func TestARemovalFromTheWatchListIsKept(t *testing.T) {
	g := newRig(t, peopleTopic)
	g.learn("C-1", "invoice.issued", `"invoice_id":"INV-1","issue_date":"2025-11-03","due_date":"2025-12-31","total":{"amount":"20000.00","currency":"EUR"}`)
	g.turns(40)
	g.nextDay()
	g.learn("C-1", "payment.received", `"payment_id":"P-1","value_date":"2026-03-03","amount":{"amount":"20000.00","currency":"EUR"},"allocations":[{"invoice_id":"INV-1","amount":{"amount":"20000.00","currency":"EUR"}}]`)
	g.turns(40)
	if got, want := g.watchList(), []string{"C-1  since 2026-03-02 0 watch false"}; !slices.Equal(got, want) {
		t.Fatalf("paid the day after: got %q, want %q", got, want)
	}
	decision := alerts.Decision{Action: alerts.Unwatch, By: "l.wei", ReasonCode: "paid_down", At: g.now}
	unsure := g.desk()
	unsure.Store = &lossyStore{Store: g.store, commit: func(c *state.Commit) error {
		return errors.Join(g.store.Commit(t.Context(), c), state.ErrUnknown)
	}}
	if err := unsure.Decide(t.Context(), "C-1", decision, "request"); err != nil {
		t.Fatalf("the commit landed and its answer was lost: %v", err)
	}
	if err := g.desk().Decide(t.Context(), "C-1", decision, "request"); err != nil {
		t.Fatalf("asked for again: %v", err)
	}
	refused(t, g.desk().Decide(t.Context(), "C-1", decision, "another"), alerts.RefusedNotWatched)
	if told := g.audited(); len(told) != 1 || !strings.HasPrefix(told[0], `unwatch by l.wei via command, "request" of "C-1": {"why":{"reason_code":"paid_down"},"saw":{"config":"test","day":"2026-03-03","alerts":[{"alert_id":"`) ||
		!strings.HasSuffix(told[0], `","signal":"composite","level":"warning"}],"score":0,"grade":"watch"}}`) {
		t.Errorf("the audit tells %q", told)
	}
	g.learn("C-1", "order.placed", `"order_id":"SO-1","order_date":"2026-03-03","gross":{"amount":"10.00","currency":"EUR"}`)
	g.turns(40)
	rec, day, err := RecordAt(t.Context(), g.store, g.engines, "C-1", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, on := g.engine.watched(rec, day); on || len(g.watchList()) > 0 {
		t.Error("he is on the list again")
	}
	rows, err := g.store.Rows(t.Context(), "C-1")
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, row := range rows {
		applied, err := state.DecodeApplied(row.Applied)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := alerts.DecodeDecision(applied.Decision); err == nil && got == decision {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the journal tells of it %d times, want once", told)
	}
}
