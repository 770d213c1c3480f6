package statetest

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
)

// Disputes adds to a few histories customers "D-1", "D-2" and so on who owe for a batch and dispute it late, so that it becomes a
// common cause on the way, or nearly so, now and then by a dispute that is known before it is opened.
func Disputes(t *rapid.T, days []Day) {
	if rapid.IntRange(0, 3).Draw(t, "a batch is disputed") != 3 {
		return
	}
	euro, _ := state.ParseCurrency("EUR")
	for c := range rapid.IntRange(4, 7).Draw(t, "customers who dispute") {
		tell := func(day *Day, kind state.Kind, body state.Body) {
			day.Events = append(day.Events, state.Event{
				Kind: kind, Customer: state.CustomerID(fmt.Sprint("D-", c+1)), Body: body,
				Stamp:   state.Stamp{Revision: 1, Time: state.Instant(Start) * 86400e9, ID: body.Key() + "/1", Source: "urn:erp"},
				KnownAt: day.Date.Start(time.UTC) + state.Instant(rapid.IntRange(0, 86399).Draw(t, "second"))*1e9,
			})
		}
		owed := state.Money{Minor: 1000_00, Currency: euro}
		for i := range 5 {
			tell(&days[0], state.KindInvoice, &state.Invoice{
				InvoiceID: fmt.Sprint("I-", i), Type: state.InvoiceTypeInvoice, IssueDate: days[0].Date - 40, DueDate: days[0].Date - 10, Total: owed,
				Batch: rapid.SampledFrom([]string{"B-1", "B-1", "B-1", "B-2", ""}).Draw(t, "batch"),
			})
		}
		for d := range rapid.IntRange(1, 3).Draw(t, "disputes") {
			day := &days[rapid.IntRange(0, len(days)-1).Draw(t, "disputed on")]
			tell(day, state.KindDispute, &state.Dispute{
				DisputeID: fmt.Sprint("D-", d), OpenedDate: day.Date - state.Date(rapid.SampledFrom([]int{0, 0, 0, 1, 5, -1, -2}).Draw(t, "opened")),
				InvoiceIDs: []string{fmt.Sprint("I-", rapid.IntRange(0, 4).Draw(t, "of"))}, Amount: owed,
			})
		}
	}
	Merges(t, days, 1, "D-1", "D-2", "D-3")
}
