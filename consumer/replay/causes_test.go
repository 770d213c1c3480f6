package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/consumer/contract"
	"tocsin/state"
)

// Five customers make a batch a common cause, the fifth by a dispute that was announced for a day on which nothing comes in. It counts
// from the day after, however the days are cut into chapters and whoever plays which customer.
func TestACommonCauseIsInForceFromTheDayAfter(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	owed := state.Money{Minor: 1000_00, Currency: euro}
	first := state.DateOf(2026, 3, 2)
	var lines [][]byte
	tell := func(day state.Date, customer int, kind state.Kind, body state.Body) {
		at := day.Start(time.UTC) + state.Instant(9*time.Hour)
		lines = append(lines, contract.Encode(&state.Event{
			Kind: kind, Customer: state.CustomerID(fmt.Sprint("C-", customer)), Body: body, KnownAt: at,
			Stamp: state.Stamp{Revision: 1, Time: at, ID: fmt.Sprint(customer, "/", body.Key()), Source: "urn:erp"},
		}))
	}
	for customer := 1; customer <= 7; customer++ {
		for i := range 6 {
			body := &state.Invoice{InvoiceID: fmt.Sprint("I-", i), Type: state.InvoiceTypeInvoice, IssueDate: first - 40, DueDate: first - 10, Total: owed, Batch: "lot-7"}
			if customer == 7 {
				body.Batch = "lot-8"
			}
			tell(first, customer, state.KindInvoice, body)
		}
	}
	disputes := func(known state.Date, customer int, opened state.Date) {
		tell(known, customer, state.KindDispute, &state.Dispute{DisputeID: "D-1", OpenedDate: opened, InvoiceIDs: []string{"I-0", "I-1"}, Amount: owed})
	}
	for customer := 1; customer <= 4; customer++ {
		disputes(first+state.Date(customer), customer, first+state.Date(customer))
	}
	disputes(first+5, 5, first+8)
	disputes(first+12, 6, first+12)
	disputes(first+12, 7, first+12)
	path := writeLedger(t, lines)

	want := []string{
		"2026-03-03 C-1 warning", "2026-03-04 C-2 warning", "2026-03-05 C-3 warning", "2026-03-06 C-4 warning", "2026-03-10 C-5 warning", "2026-03-14 C-7 warning",
		"2026-03-25 C-1 none", "2026-03-25 C-2 none", "2026-03-25 C-3 none", "2026-03-25 C-4 none", "2026-03-25 C-5 none",
	}
	all := ""
	for _, workers := range []int{1, 2, 5} {
		for _, chapter := range []int{1, 20, 0} {
			var out, standing bytes.Buffer
			_, err := (&Backtest{
				Engine: engine(t), Inputs: []string{path}, Workers: workers, chapter: chapter, Until: first + 30, Alerts: &out, State: &standing,
			}).Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for line := range strings.Lines(out.String()) {
				var change struct {
					Signal   string `json:"signal"`
					At       string `json:"at"`
					Customer string `json:"customer_id"`
					To       string `json:"to"`
				}
				if err := json.Unmarshal([]byte(line), &change); err != nil {
					t.Fatal(err)
				}
				if change.Signal == "dispute_stall" {
					got = append(got, fmt.Sprint(change.At, " ", change.Customer, " ", change.To))
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d workers, chapters of %d: got\n%s\nwant\n%s", workers, chapter, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if all == "" {
				all = out.String() + standing.String()
			}
			if out.String()+standing.String() != all {
				t.Errorf("%d workers, chapters of %d: the output is not that of one worker", workers, chapter)
			}
		}
	}
}
