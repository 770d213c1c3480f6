package main

import (
	"testing"

	"tocsin/state"
)

// The watch list is left by a person only, beside a run; review tasks are listed by how much they press.
func TestTheWatchListBesideARun(t *testing.T) {
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
			l.told(t, l.today-5, state.KindProfile, &state.Profile{Name: "Nordwind Handels GmbH", Country: "DE"})
			l.told(t, l.today-5, state.KindInvoice, invoice("INV-1", 20_000_00, l.today-70))
			stop := l.start(t)
			defer stop()
			await(t, "all is read", func() bool { return l.caughtUp(t) })
			l.says(t, exitGood, "watch", "C-1  since 2026-06-25  score 45  watch  stays by the score  Nordwind Handels GmbH\n")
			l.says(t, exitGood, "tasks", "  critical  C-1  open  priority EUR 9000.00  acknowledge by ")
			l.says(t, exitFinding, "watch remove C-1 --by li.wei --reason paid_down", "customer C-1 stays on the watch list: the score is 45")
			l.says(t, exitFinding, "watch remove C-9 --by li.wei --reason paid_down", `customer "C-9" is not known`)
			l.says(t, exitUsage, "watch remove C-1 --by li.wei", "--reason")
			l.told(t, l.today, state.KindPayment, &state.Payment{PaymentID: "P-1", ValueDate: l.today, Amount: state.Money{Minor: 20_000_00, Currency: euro},
				Allocations: []state.Allocation{{InvoiceID: "INV-1", Amount: state.Money{Minor: 20_000_00, Currency: euro}}}})
			await(t, "the payment is read", func() bool { return l.caughtUp(t) })
			l.says(t, exitGood, "watch list", "C-1  since 2026-06-25  score 0  watch  may be taken off  Nordwind Handels GmbH\n")
			l.says(t, exitGood, "watch list --output json", `{"customer_id":"C-1","since":"2026-06-25","score":0,"grade":"watch","stays":false}`)
			l.says(t, exitFinding, "watch remove C-1 --by li.wei --reason because", `reason "because" is not one of recovered, secured, paid_down,`)
			l.says(t, exitGood, "watch remove C-1 --by li.wei --reason paid_down", "")
			l.says(t, exitFinding, "watch remove C-1 --by li.wei --reason paid_down", "customer C-1 is not on the watch list")
			if code, out := l.by(t, "watch"); code != exitGood || out != "" {
				t.Errorf("taken off: got %d, %q, want an empty list", code, out)
			}
			l.says(t, exitGood, "rebuild --check", "each is the fold of its journal")
		})
	}
}

func TestTasksArePlacedByTheirPriority(t *testing.T) {
	presses := func(amount string) int64 {
		var task taskRecord
		if amount != "" {
			task.Priority = &moneyRecord{amount, "EUR"}
		}
		return task.presses()
	}
	for i, pair := range [][2]string{{"9000.00", "8999.99"}, {"10000", "9999.99"}, {"0.00", ""}, {"1.00", "0.99"}} {
		if presses(pair[0]) <= presses(pair[1]) {
			t.Errorf("%d: %q does not come before %q", i, pair[0], pair[1])
		}
	}
}
