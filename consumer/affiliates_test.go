package consumer

import (
	"fmt"
	"slices"
	"testing"

	"tocsin/detectors"
	"tocsin/state"
)

// pays publishes three payments of a thousand that somebody makes for a customer.
func (g *rig) pays(customer, holder string) {
	for i := range 3 {
		id := fmt.Sprint("PAY-", holder, "-", i)
		g.told(customer, "payment.received", id, 1, fmt.Sprintf(`"payment_id":"%s","value_date":"%s","amount":{"amount":"1000.00","currency":"EUR"},"payer":{"name":"%s"}`,
			id, g.open(), holder))
	}
}

// strangers is whether the customer's payers are strangers, by its record and what is in force on the open day.
func (g *rig) strangers(id state.CustomerID) bool {
	g.t.Helper()
	rec, day, err := RecordAt(g.t.Context(), g.store, g.engines, id, 0)
	if err != nil {
		g.t.Fatal(err)
	}
	rec.Customer.Equip(&day)
	in := &detectors.Input{View: rec.Customer.View(g.engine.Ledger, day.Date), Materiality: detectors.DefaultMateriality()}
	return detectors.NewPayerChange().Evaluate(in).Raise > detectors.None
}

// payerLevel is the level at which payer_change stands.
func (g *rig) payerLevel(id state.CustomerID) detectors.Level {
	g.t.Helper()
	rec, _, err := RecordAt(g.t.Context(), g.store, g.engines, id, 0)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, s := range g.engine.Judge.Signals(rec.Episodes) {
		if s.Name == "payer_change" {
			return s.Level
		}
	}
	return detectors.None
}

// rows counts a customer's journal rows.
func (g *rig) rows(id state.CustomerID) int {
	g.t.Helper()
	rows, err := g.store.Rows(g.t.Context(), id)
	if err != nil {
		g.t.Fatal(err)
	}
	return len(rows)
}

func groupRig(t *testing.T) *rig {
	g := newRig(t, peopleTopic)
	g.turns(5)
	g.told("C-1", "customer.profile", "C-1", 1, `"name":"Acme","country":"DE","parent_customer_id":"C-9"`)
	g.told("C-2", "customer.profile", "C-2", 1, `"name":"Beta Ltd","country":"DE","parent_customer_id":"C-9"`)
	g.told("C-3", "customer.profile", "C-3", 1, `"name":"Gamma","country":"DE"`)
	g.turns(10)
	return g
}

func TestNamesOfAGroupAreInForceFromTheNextDayOn(t *testing.T) {
	g := groupRig(t)
	g.pays("C-1", "BETA LIMITED")
	g.turns(10)
	if !g.strangers("C-1") || g.payerLevel("C-1") != detectors.Warning {
		t.Error("on the day on which the sister's profile is known: got no stranger, want one")
	}
	rows := g.rows("C-1")
	g.nextDay()
	if g.strangers("C-1") {
		t.Error("on the next day: got a stranger, want none")
	}
	if g.rows("C-1") == rows {
		t.Error("the customer was not judged as the day turned")
	}
	for range 13 {
		g.nextDay()
	}
	if got := g.payerLevel("C-1"); got != detectors.Warning {
		t.Errorf("13 days later: got %v, want the warning to be held", got)
	}
	g.nextDay()
	if got := g.payerLevel("C-1"); got != detectors.None {
		t.Errorf("14 days later: got %v, want none", got)
	}
	g.start(g.store) // a new process knows the groups, too
	g.turns(5)
	g.pays("C-1", "Gamma")
	g.turns(10)
	if got := g.payerLevel("C-1"); got != detectors.Warning {
		t.Errorf("a payer who is of no group: got %v, want a warning", got)
	}
	g.told("C-3", "customer.profile", "C-3", 2, `"name":"Gamma","country":"DE","parent_customer_id":"C-1"`)
	g.turns(10)
	g.nextDay()
	if g.strangers("C-1") {
		t.Error("a daughter: got a stranger, want none")
	}
	if _, broken, err := g.rebuild(g.store, false); err != nil || len(broken) > 0 {
		t.Errorf("rebuild: got %v, %v, want nothing wrong", broken, err)
	}
}

// What was concluded from a name goes on to stand when its bearer is erased, and the fold of the customer's journal still says so.
func TestAGroupOutlivesAnErasure(t *testing.T) {
	g := groupRig(t)
	g.nextDay()
	g.pays("C-1", "Beta")
	g.turns(10)
	if got := g.payerLevel("C-1"); got != detectors.None {
		t.Errorf("got %v, want none", got)
	}
	g.told("C-2", "customer.erased", "C-2-erased", 1, fmt.Sprintf(`"erase_date":"%s"`, g.open()))
	g.told("C-9", "customer.erased", "C-9-erased", 1, fmt.Sprintf(`"erase_date":"%s"`, g.open()))
	g.turns(10)
	g.nextDay()
	g.pays("C-1", "BETA")
	g.turns(10)
	if got := g.payerLevel("C-1"); got != detectors.None {
		t.Errorf("after the erasure: got %v, want none", got)
	}
	g.wantNoWord("C-2", "C-9", "Beta Ltd")
	if _, broken, err := g.rebuild(g.store, false); err != nil || len(broken) > 0 {
		t.Errorf("rebuild: got %v, %v, want nothing wrong", broken, err)
	}
	rows, err := g.store.Affiliates(t.Context())
	if err != nil || len(rows) < 2 || !slices.ContainsFunc(rows, func(r state.AffiliateRow) bool { return r.Name == detectors.NameDigest("Beta") }) {
		t.Errorf("got %v, %v, want the sister's digest under a pseudonym", rows, err)
	}
}
