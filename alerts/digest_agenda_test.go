package alerts

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

// agendaItems are steps of two people and of a role in which nobody is named.
func agendaItems() []WorkItem {
	item := func(customer, person, role, step string, cents int64, missed bool) WorkItem {
		return WorkItem{Customer: state.CustomerID(customer), Person: person, Role: role, Step: step, Amount: eur(cents), Missed: missed}
	}
	return []WorkItem{
		item("C-1", "li.wei", RoleManager, StepFinalDemand, 500, false), item("C-2", "li.wei", RoleAnalyst, StepStopSupply, 900, true),
		item("C-3", "bo", RoleClerk, StepReminder, 100, false), item("C-3", "bo", RoleClerk, StepFirstCall, 100, false), item("C-4", "bo", RoleClerk, StepReminder, 100, false),
		item("C-5", "", RoleHead, StepLegal, 7000, true), item("C-6", "", RoleClerk, StepReminder, 50, false),
	}
}

func TestADigestTellsWhatIsToBeDoneAboutInvoices(t *testing.T) {
	d := &Digest{Day: state.DateOf(2026, 4, 2), Last: state.DateOf(2026, 4, 2), Seq: 1, Agenda: NewDigestAgenda(agendaItems()), Customers: 7}
	d.Named(func(id state.CustomerID, name *string) {
		if id == "C-2" {
			*name = "Jane"
		}
	})
	want := map[*Language]string{
		English: `Steps to take with invoices: 7, missed: 2
 li.wei: stop supply 1, final demand 1; missed: 1; the largest: Jane (C-2), EUR 9.00
 head of credit: legal 1; missed: 1; the largest: C-5, EUR 70.00
 bo: reminder 2, first call 1; missed: 0; the largest: C-3, EUR 1.00
 account clerk: reminder 1; missed: 0; the largest: C-6, EUR 0.50`,
		Chinese: `待办催收步骤：7，已错过：2
 li.wei：停止供货决定与上门 1、最后催告 1；已错过：1；最大一笔：Jane（C-2），9.00 EUR
 信用总监：法律、代理或保险索赔 1；已错过：1；最大一笔：C-5，70.00 EUR
 bo：到期前提醒 2、首次电话 1；已错过：0；最大一笔：C-3，1.00 EUR
 应收账款专员：到期前提醒 1；已错过：0；最大一笔：C-6，0.50 EUR`,
	}
	for l, want := range want {
		_, parts := l.Digest(d, func(s string) string { return s })
		last := parts[len(parts)-1]
		if got := last.Title + "\n " + strings.Join(last.Lines, "\n "); got != want {
			t.Errorf("%s (-want +got):\n%s", l.tag, cmp.Diff(want, got))
		}
		if len(parts) != 2 || !d.Quiet() {
			t.Errorf("%s: got %d parts, want that Tocsin lives before it", l.tag, len(parts))
		}
	}
	gone := func(id state.CustomerID) (state.CustomerID, bool) { return "erased-1", id == "C-2" }
	if !d.Unname(gone) || strings.Contains(string(d.AppendJSON(nil)), "Jane") {
		t.Errorf("who is erased is named: %s", d.AppendJSON(nil))
	}
}

// Of many owners those are told who have missed most.
func TestALargeAgendaIsCut(t *testing.T) {
	var items []WorkItem
	for i := range 30 {
		items = append(items, WorkItem{Customer: "C", Person: fmt.Sprintf("p%02d", i), Role: RoleClerk, Step: StepReminder, Amount: eur(1), Missed: i%2 == 1})
	}
	a := NewDigestAgenda(items)
	if a.Count != 30 || a.Missed != 15 || len(a.Owners) != digestOwners || a.More != 20 || a.Owners[0].Person != "p01" || a.Owners[9].Missed != 1 {
		t.Errorf("got %+v", a)
	}
}
