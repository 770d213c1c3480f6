package desk

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"

	"tocsin/alerts"
	"tocsin/state"
)

// Pages have all steps that are asked for, and all customers of whom nobody can tell, each once and in order, whatever a page's size is and
// however many customers without any lie between.
func TestPagesAreTheWholeAgenda(t *testing.T) {
	o, random := newOffice(t), rand.New(rand.NewPCG(1, 2))
	euro, _ := state.ParseCurrency("EUR")
	o.agendas, o.broken, o.records = map[state.CustomerID][]alerts.WorkItem{}, map[state.CustomerID]bool{}, map[state.CustomerID]string{}
	var all []alerts.WorkItem
	var broken []string
	for i := range 2500 {
		id := state.CustomerID(fmt.Sprintf("D-%04d", i))
		o.records[id] = record(id)
		switch {
		case i%500 == 3:
			o.broken[id], broken = true, append(broken, string(id))
		case i%300 < 3:
			for j := range random.IntN(9) {
				o.agendas[id] = append(o.agendas[id], alerts.WorkItem{
					Customer: id, Step: alerts.Steps()[random.IntN(7)], Role: alerts.Roles()[random.IntN(4)], Invoice: fmt.Sprint("I-", j/2),
					Due: 20_600 + state.Date(j%2), On: 20_601, By: 20_602 + state.Date(random.IntN(3)), Missed: random.IntN(2) == 1, Amount: state.Money{Minor: 100, Currency: euro},
				})
			}
			slices.SortFunc(o.agendas[id], func(a, b alerts.WorkItem) int { return a.Key().Compare(b.Key()) })
			all = append(all, o.agendas[id]...)
		}
	}
	for query, asked := range map[string]alerts.AgendaQuery{
		"": {}, "&missed=false": {}, "&missed=true": {Missed: true}, "&step=legal": {Step: "legal"}, "&role=account_clerk&missed=true": {Role: "account_clerk", Missed: true},
		"&customer=D-0301": {Customer: "D-0301"}, "&customer=nobody": {Customer: "nobody"}, "&customer=D-0003": {Customer: "D-0003"},
	} {
		var want []string
		for i := range all {
			if asked.Fits(&all[i]) {
				line, err := json.Marshal(all[i].Record())
				must(t, err)
				want = append(want, string(line))
			}
		}
		wantBroken := broken
		if asked.Customer != "" {
			wantBroken = slices.DeleteFunc(slices.Clone(broken), func(id string) bool { return id != string(asked.Customer) })
		}
		for _, limit := range []int{1, 2, 3, 7, 200} {
			var got, unreadable []string
			for next := ""; ; {
				var page struct {
					Items      []json.RawMessage
					Unreadable []string
					Next       *string
				}
				answer := o.ask(t, http.MethodGet, fmt.Sprintf("/agenda?limit=%d%s%s", limit, query, next))
				must(t, json.Unmarshal(answer.Body.Bytes(), &page))
				if len(page.Items) > limit {
					t.Fatalf("%s: got %d items on a page of %d", query, len(page.Items), limit)
				}
				for _, item := range page.Items {
					got = append(got, string(item))
				}
				if unreadable = append(unreadable, page.Unreadable...); page.Next == nil {
					break
				}
				next = "&cursor=" + *page.Next
			}
			if !slices.Equal(got, want) || !slices.Equal(unreadable, wantBroken) {
				t.Errorf("%q in pages of %d: got %d items and %q, want %d and %q", query, limit, len(got), unreadable, len(want), wantBroken)
			}
		}
	}
	for query, parameter := range map[string]string{"step=firstcall": "step", "role=boss": "role", "missed=1": "missed", "customer=": "customer", "cursor=eA": "cursor",
		"cursor=" + *cursorOf([]string{"C", "x", "y", "z"}): "cursor"} {
		if p := o.ask(t, http.MethodGet, "/agenda?"+query).problem(t); p.Parameter != parameter {
			t.Errorf("%s: got %+v", query, p)
		}
	}
}
