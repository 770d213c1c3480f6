package consumer

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tocsin/state"
	"tocsin/state/storetest"
)

// told publishes an event of anybody.
func (g *rig) told(customer, kind, id string, revision int, data string) {
	g.broker.append(peopleTopic, g.now, fmt.Appendf(nil,
		`{"specversion":"1.0","id":"%s/%d","source":"urn:erp","type":"tocsin.%s.v1","subject":"%s","time":"%s","data":{"customer_id":"%s","revision":%d,%s}}`,
		id, revision, kind, customer, g.now, customer, revision, data))
}

func (g *rig) merge(customer, into string, revision int, on state.Date) {
	g.told(customer, "customer.merged", customer+"-merged", revision, fmt.Sprintf(`"into":"%s","merge_date":"%s"`, into, on))
}

func (g *rig) debt(customer, id, amount string) {
	g.told(customer, "invoice.issued", id, 1, fmt.Sprintf(`"invoice_id":"%s","issue_date":"2026-01-10","due_date":"2026-02-01","total":{"amount":"%s","currency":"EUR"}`, id, amount))
}

// wantNoWord looks for words in all that the store shows.
func (g *rig) wantNoWord(words ...string) {
	g.t.Helper()
	text, err := storetest.Contents(g.t.Context(), g.store)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, word := range words {
		if at := strings.Index(text, word); at >= 0 {
			g.t.Errorf("%q is left in the store: …%.300s", word, text[max(0, at-150):])
		}
	}
}

// Who ends and his heir are erased by one commit, whichever of them comes first.
func TestKinAreErasedTogether(t *testing.T) {
	for name, ends := range map[string]string{"who ends first": "C-Ann", "the heir first": "C-Zoe"} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t, peopleTopic)
			g.debt(ends, "INV-A", "70.00")
			g.debt("C-Mary", "INV-M", "30.00")
			g.merge(ends, "C-Mary", 1, firstDay)
			g.turns(10)
			g.told(ends, "customer.erased", ends+"-erased", 1, `"erase_date":"2026-03-02"`)
			g.told("C-Mary", "customer.erased", "C-Mary-erased", 1, `"erase_date":"2026-03-02"`)
			g.turns(10)
			g.wantNoWord(ends, "C-Mary", "INV-A", "INV-M")
			secret, _ := g.store.Secret(t.Context())
			if got := g.owes(state.NewPseudonyms(secret).Customer("C-Mary")); got != 10_000 {
				t.Errorf("receivables under the heir's pseudonym: got %d, want 10000", got)
			}
		})
	}
}

// A circle of merges loses one of its members.
func TestOneOfACircleIsErased(t *testing.T) {
	g := newRig(t, peopleTopic)
	for at, id := range []string{"C-Ann", "C-Mary", "C-Zoe"} {
		g.debt(id, "INV-"+id, "70.00")
		g.merge(id, []string{"C-Mary", "C-Zoe", "C-Ann"}[at], 1, firstDay)
	}
	g.turns(10)
	g.told("C-Mary", "customer.erased", "C-Mary-erased", 1, `"erase_date":"2026-03-02"`)
	g.turns(10)
	g.wantNoWord("C-Mary")
	if got := g.owes("C-Ann"); got != 7_000 {
		t.Errorf("receivables of one of a circle: got %d, want its own 7000", got)
	}
	g.merge("C-Zoe", "C-9", 2, firstDay) // and opens
	g.turns(10)
	if got := g.owes("C-9"); got != 21_000 {
		t.Errorf("receivables of the heir of all: got %d, want 21000", got)
	}
	g.wantNoWord("C-Mary")
}

// An heir is named by an earlier revision of a merge that never came into effect, which no record tells any more.
func TestAnErasedCustomerIsNamedByNoEarlierMerge(t *testing.T) {
	g := newRig(t, peopleTopic)
	g.debt("C-Ann", "INV-A", "70.00")
	g.merge("C-Ann", "C-Mary", 1, firstDay+30)
	g.turns(10)
	g.merge("C-Ann", "C-9", 2, firstDay+30)
	g.turns(10)
	g.start(g.store)
	g.told("C-Mary", "customer.erased", "C-Mary-erased", 1, `"erase_date":"2026-03-02"`)
	g.turns(10)
	g.wantNoWord("C-Mary")
}

// A child names its parent.
func TestAnErasedCustomerIsNobodysParent(t *testing.T) {
	g := newRig(t, peopleTopic)
	g.told("C-Ann", "customer.profile", "C-Ann", 1, `"name":"Ann","country":"DE","parent_customer_id":"C-Mary","ext":{"of":"C-Mary"}`)
	g.turns(10)
	g.told("C-Mary", "customer.erased", "C-Mary-erased", 1, `"erase_date":"2026-03-02"`)
	g.turns(10)
	g.wantNoWord("C-Mary")
	g.told("C-Ann", "customer.profile", "C-Ann", 2, `"name":"Ann","country":"DE","parent_customer_id":"C-Mary"`)
	g.told("C-Bob", "customer.profile", "C-Bob", 1, `"name":"Bob","country":"DE","parent_customer_id":"C-Mary"`)
	g.turns(10)
	g.wantNoWord("C-Mary")
}

// A profile that came too late to count has named an identifier all the same; what a register tells of it later is nobody's.
func TestALateProfileDoesNotBringAnErasedCustomerBack(t *testing.T) {
	g := newRig(t, peopleTopic)
	profile := func(revision int, vat string) {
		g.told("C-Mary", "customer.profile", "C-Mary", revision, `"name":"Mary","country":"DE","identifiers":[{"scheme":"vat","value":"`+vat+`","country":"DE"}]`)
	}
	profile(2, "DE2")
	g.turns(10)
	profile(1, "DE1")
	g.turns(10)
	g.told("C-Mary", "customer.erased", "C-Mary-erased", 1, `"erase_date":"2026-03-02"`)
	g.turns(10)
	g.raw(`{"specversion":"1.0","id":"n","source":"urn:r","type":"tocsin.registry.event.v1","time":"` + g.now.String() + `","data":{"revision":1,"registry":"gb-gazette","identifier":{"scheme":"vat","value":"DE1","country":"DE"},"kind":"liquidation","effective_date":"2026-03-01"}}`)
	g.turns(10)
	g.wantNoWord("C-Mary")
	rows, err := g.store.Identities(t.Context(), []state.Identifier{{Scheme: "vat", Value: "DE1"}, {Scheme: "vat", Value: "DE2"}})
	if err != nil || len(rows[0].Customers)+len(rows[1].Customers) > 0 {
		t.Errorf("got %+v, %v, want nobody's identifiers", rows, err)
	}
}

// A process beside ours erases: what we hold in memory of an heir is of yesterday, though its journal has not grown.
func TestAnErasureBySomebodyElseEmptiesTheMemory(t *testing.T) {
	g := newRig(t, peopleTopic)
	g.debt("C-Mary", "INV-M", "70.00")
	g.merge("C-Mary", "C-9", 1, firstDay)
	g.debt("C-Ann", "INV-A", "70.00")
	g.turns(10)
	ours := g.runner
	g.start(g.store)
	g.told("C-Mary", "customer.erased", "C-Mary-erased", 1, `"erase_date":"2026-03-02"`)
	g.told("C-Ann", "customer.erased", "C-Ann-erased", 1, `"erase_date":"2026-03-02"`)
	g.turns(10)
	g.seen = append(g.seen, "C-Ann")
	if err := ours.reload(t.Context()); err != nil { // as when a day has closed
		t.Fatal(err)
	}
	if kept := ours.lane.cache.get("C-9"); kept != nil {
		t.Errorf("the heir is still in memory, with estates of %v", kept.record.Customer.Brought())
	}
	if _, known := ours.Metrics.shares["C-Ann"]; known || slices.Contains(g.seen, "C-Ann") {
		t.Errorf("metrics still count her (%v), or she is still among those seen, %v", known, g.seen)
	}
}

// What somebody owes must not go out of sight unseen because his heir has no record any more.
func TestWhoIsMergedIntoAnErasedCustomerIsTold(t *testing.T) {
	for name, prepare := range map[string]func(*rig){
		"after the erasure": func(g *rig) {
			g.told("C-Mary", "customer.erased", "C-Mary-erased", 1, `"erase_date":"2026-03-02"`)
			g.turns(10)
			g.merge("C-Ann", "C-Mary", 1, firstDay)
		},
		"before it": func(g *rig) {
			g.merge("C-Ann", "C-Mary", 1, firstDay)
			g.turns(10)
			g.told("C-Mary", "customer.erased", "C-Mary-erased", 1, `"erase_date":"2026-03-02"`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t, peopleTopic)
			g.debt("C-Ann", "INV-A", "700.00")
			g.turns(10)
			prepare(g)
			g.turns(10)
			if !strings.Contains(g.log.String(), "customers=[C-Ann]") {
				t.Errorf("got no word of it in the log:\n%s", g.log.String())
			}
			if strings.Contains(g.log.String(), "C-Mary") {
				t.Errorf("the log names who is erased:\n%s", g.log.String())
			}
			g.merge("C-Ann", "C-Ann", 2, firstDay)
			g.turns(10)
			if rec := g.record("C-Ann"); !Listed(rec, g.open()) || g.owes("C-Ann") != 70_000 || g.levels("C-Ann")["overdue"] == 0 {
				t.Errorf("once the merge is taken back: got %+v, owing %d, signals %v, want him back", rec.Customer.Fate(g.open()), g.owes("C-Ann"), g.levels("C-Ann"))
			}
		})
	}
}

// An invoice that both were billed is owed once, and what the heir pays on an invoice of who ended settles it: before that one is
// erased and after it.
func TestDocumentsOfAnErasedCustomerAreStillTheHeirs(t *testing.T) {
	g := newRig(t, peopleTopic)
	pays := func(invoice, amount string) {
		g.told("C-9", "payment.received", "PAY-"+invoice, 1, fmt.Sprintf(`"payment_id":"PAY-%s","value_date":"2026-03-01","amount":{"amount":"%s","currency":"EUR"},"allocations":[{"invoice_id":"%s","amount":{"amount":"%s","currency":"EUR"}}]`, invoice, amount, invoice, amount))
	}
	owes := func(when string, want int64) {
		t.Helper()
		g.turns(10)
		if got := g.owes("C-9"); got != want {
			t.Errorf("%s: the heir owes %d, want %d", when, got, want)
		}
	}
	g.debt("C-Ann", "INV-A", "70.00")
	g.debt("C-Ann", "INV-B", "20.00")
	g.debt("C-Ann", "INV-C", "5.00")
	g.debt("C-9", "INV-A", "70.00")
	g.merge("C-Ann", "C-9", 1, firstDay)
	owes("merged", 9_500)
	pays("INV-B", "20.00")
	owes("paid by the heir", 7_500)
	g.told("C-Ann", "customer.erased", "C-Ann-erased", 1, `"erase_date":"2026-03-02"`)
	owes("erased", 7_500)
	g.wantNoWord("C-Ann", "INV-C")
	g.start(g.store)
	owes("loaded anew", 7_500)
	pays("INV-C", "5.00")
	owes("paid after the erasure", 7_000)
	g.debt("C-Ann", "INV-A", "70.00") // the ERP publishes it again
	owes("published again", 7_000)
}
