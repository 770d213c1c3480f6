package alerts

import (
	"fmt"
	"strings"
	"testing"

	"tocsin/detectors"
	"tocsin/state"

	"pgregory.net/rapid"
)

// ledgerOf is a customer whose facts are known: an invoice of 1,000.00 that is due on Monday the 10th of March 2025, and more.
func ledgerOf(bodies ...state.Body) *state.Customer {
	kinds := map[string]state.Kind{
		"*state.Invoice": state.KindInvoice, "*state.Dispute": state.KindDispute, "*state.Payment": state.KindPayment, "*state.Contact": state.KindContact,
		"*state.Promise": state.KindPromise, "*state.TermsRequest": state.KindTermsRequest,
	}
	c := state.NewCustomer("C-1")
	for i, body := range append([]state.Body{bill("INV-1", 1000, state.DateOf(2025, 3, 10))}, bodies...) {
		ev := state.Event{
			Kind: kinds[fmt.Sprintf("%T", body)], Customer: "C-1", Body: body, Stamp: state.Stamp{Revision: int64(i + 1), ID: fmt.Sprint(i), Source: "urn:test"},
		}
		c.Apply(1, []state.Event{ev}, make([]state.Outcome, 1))
	}
	return c
}

func bill(id string, major int64, due state.Date) *state.Invoice {
	return &state.Invoice{InvoiceID: id, IssueDate: due - 30, DueDate: due, Total: eur(major * 100)}
}

func contact(on state.Date, channel state.ContactChannel, outcome state.ContactOutcome) *state.Contact {
	return &state.Contact{ContactID: "K-" + on.String(), ContactDate: on, Direction: state.ContactOutbound, Channel: channel, Outcome: outcome}
}

// agendaOn is what is to be done on a day: steps with whose they are, and how many of them are missed.
func agendaOn(t *testing.T, c *state.Customer, day state.Date, grade state.Grade) string {
	t.Helper()
	var said []string
	ledger := onWeekdays(t)
	ledger.DisputeShield = 45
	for _, i := range Agenda(c.View(ledger, day), grade, detectors.DefaultMateriality()) {
		one := i.Invoice + " " + i.Step + " " + i.Role + " by " + i.By.String()
		if i.Missed {
			one += " missed"
		}
		said = append(said, one)
	}
	return strings.Join(said, "; ")
}

// DOMAIN.md 2.10, 2.11 and 2.13: each step on its day and no day before, in the hands of whose age of debt it is.
func TestTheCalendarOfAnInvoice(t *testing.T) {
	due := state.DateOf(2025, 3, 10)
	c := ledgerOf()
	for _, tt := range []struct {
		days        int // past due
		grade       state.Grade
		step, whose string
		by          state.Date
	}{
		{-30, 0, "", "", 0}, {-8, 0, "", "", 0}, {-7, 0, StepReminder, RoleClerk, due - 7 + 2}, {0, 0, StepReminder, RoleClerk, due - 5},
		{-15, state.GradeWatch, "", "", 0}, {-14, state.GradeWatch, StepReminder, RoleClerk, due - 5}, {-14, state.GradeBad, StepReminder, RoleClerk, due - 5},
		{-14, state.GradeFair, "", "", 0},
		{1, 0, StepFirstCall, RoleClerk, due + 3}, {7, 0, StepFirstCall, RoleClerk, due + 3},
		{8, 0, StepReminderLetter, RoleClerk, due + 10}, {15, 0, StepReminderLetter, RoleClerk, due + 10},
		{16, 0, StepFormalLetter, RoleClerk, due + 18}, {30, 0, StepFormalLetter, RoleClerk, due + 18},
		{31, 0, StepStopSupply, RoleAnalyst, due + 31 + 4}, {60, 0, StepStopSupply, RoleAnalyst, due + 35}, // a Thursday: two business days later is Monday
		{61, 0, StepFinalDemand, RoleManager, due + 61 + 3}, {89, 0, StepFinalDemand, RoleManager, due + 64}, // a Saturday: Tuesday
		{90, 0, StepLegal, RoleManager, due + 90 + 2}, {91, 0, StepLegal, RoleHead, due + 92}, {400, 0, StepLegal, RoleHead, due + 92}, // a Sunday
	} {
		want := ""
		if day := due + state.Date(tt.days); tt.step != "" {
			want = "INV-1 " + tt.step + " " + tt.whose + " by " + onWeekdays(t).Calendar.AddBusinessDays(tt.by, 0).String()
			if day > tt.by {
				want += " missed"
			}
		}
		if got := agendaOn(t, c, due+state.Date(tt.days), tt.grade); got != want {
			t.Errorf("%d days past due, graded %d: got %q, want %q", tt.days, tt.grade, got, want)
		}
	}
}

func TestWhatIsNotOnTheAgenda(t *testing.T) {
	due := state.DateOf(2025, 3, 10)
	plan := &state.TermsRequest{RequestID: "R-1", RequestDate: due - 10, Type: state.RequestInstalmentPlan, Status: state.RequestAccepted, InvoiceIDs: []string{"INV-1"},
		Plan: []state.DueAmount{{DueDate: due + 60, Amount: eur(100_000)}}}
	cash := &state.Payment{PaymentID: "P-1", ValueDate: due - 9, Amount: eur(100_000)}
	promise := func(made, on state.Date, status state.PromiseStatus, invoices ...string) *state.Promise {
		return &state.Promise{PromiseID: "Q-1", MadeDate: made, PromisedDate: on, Amount: eur(100_000), InvoiceIDs: invoices, Status: status}
	}
	const reminder, call, letter = "INV-1 reminder account_clerk by 2025-03-05", "INV-1 first_call account_clerk by 2025-03-13", "INV-1 reminder_letter account_clerk by 2025-03-20"
	for _, tt := range []struct {
		name  string
		facts []state.Body
		days  int
		want  string
	}{
		{"disputed", []state.Body{&state.Dispute{DisputeID: "D-1", OpenedDate: due - 9, InvoiceIDs: []string{"INV-1"}, Amount: eur(100_000)}}, -7, ""},
		{"disputed in part: no reminder", []state.Body{&state.Dispute{DisputeID: "D-1", OpenedDate: due - 9, InvoiceIDs: []string{"INV-1"}, Amount: eur(20_000)}}, -7, ""},
		{"disputed in part: the rest is called for", []state.Body{&state.Dispute{DisputeID: "D-1", OpenedDate: due - 9, InvoiceIDs: []string{"INV-1"}, Amount: eur(20_000)}}, 1, call},
		{"long disputed, and shielded no more", []state.Body{&state.Dispute{DisputeID: "D-1", OpenedDate: due - 60, InvoiceIDs: []string{"INV-1"}, Amount: eur(100_000)}}, -7, ""},
		{"long disputed, and past due", []state.Body{&state.Dispute{DisputeID: "D-1", OpenedDate: due - 60, InvoiceIDs: []string{"INV-1"}, Amount: eur(100_000)}}, 1, call},
		{"issued for payment within five days", []state.Body{&state.Invoice{InvoiceID: "INV-2", IssueDate: due - 5, DueDate: due, Total: eur(60_000)}}, -5,
			reminder + "; INV-2 reminder account_clerk by 2025-03-07"},
		{"on a plan", []state.Body{plan}, -7, ""},
		{"on a plan that is kept", []state.Body{plan}, 20, ""},
		{"covered by cash that is not applied", []state.Body{cash}, -7, ""},
		{"covered, and past due", []state.Body{cash}, 3, ""},
		{"less than material", []state.Body{bill("INV-2", 499, due)}, -7, reminder},
		{"less than material, past due", []state.Body{bill("INV-2", 499, due)}, 1, call + "; " + strings.Replace(call, "INV-1", "INV-2", 1)},
		{"reminded", []state.Body{contact(due-6, state.ContactEmail, state.ContactNoReply)}, -5, ""},
		{"written to before it was time", []state.Body{contact(due-8, state.ContactEmail, state.ContactNoReply)}, -7, reminder},
		{"called, nobody answers", []state.Body{contact(due+1, state.ContactPhone, state.ContactNoAnswer)}, 2, ""},
		{"written to instead of called", []state.Body{contact(due+1, state.ContactEmail, state.ContactNoReply)}, 2, call},
		{"called, and a week later", []state.Body{contact(due+1, state.ContactPhone, state.ContactNoAnswer)}, 8, letter},
		{"written to", []state.Body{contact(due+8, state.ContactLetter, state.ContactNoReply)}, 9, ""},
		{"called instead of written to", []state.Body{contact(due+8, state.ContactPhone, state.ContactReached)}, 9, letter},
		{"visited", []state.Body{contact(due+32, state.ContactVisit, state.ContactReached)}, 40, ""},
		{"promised", []state.Body{promise(due+1, due+20, state.PromiseOpen)}, 9, letter},
		{"promised since", []state.Body{promise(due+8, due+20, state.PromiseOpen, "INV-1")}, 9, ""},
		{"promised, of another invoice", []state.Body{promise(due+8, due+20, state.PromiseOpen, "INV-7")}, 9, letter},
		{"promised and withdrawn", []state.Body{promise(due+8, due+20, state.PromiseOpen), promise(due+8, due+20, state.PromiseWithdrawn)}, 9, letter},
		{"promised, before it goes to legal", []state.Body{promise(due+90, due+99, state.PromiseOpen)}, 92, "INV-1 legal head_of_credit by 2025-06-10"},
		{"promised and not kept", []state.Body{promise(due+8, due+9, state.PromiseOpen)}, 10, letter},
	} {
		if got := agendaOn(t, ledgerOf(tt.facts...), due+state.Date(tt.days), 0); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Whatever a customer's facts are, no line is asked for twice, none of an invoice that is not open, and the agenda of a past day is that
// which it had.
func TestAgendasAreOfOpenLines(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		due := state.DateOf(2025, 3, 10)
		var bodies []state.Body
		for i := range rapid.IntRange(0, 6).Draw(r, "invoices") {
			bodies = append(bodies, bill(fmt.Sprint("INV-", i+2), rapid.Int64Range(1, 2000).Draw(r, "major"), due+state.Date(rapid.IntRange(-90, 30).Draw(r, "due"))))
		}
		for i := range rapid.IntRange(0, 3).Draw(r, "payments") {
			bodies = append(bodies, &state.Payment{PaymentID: fmt.Sprint("P-", i), ValueDate: due + state.Date(rapid.IntRange(-90, 0).Draw(r, "paid")), Amount: eur(rapid.Int64Range(1, 200_000).Draw(r, "cents"))})
		}
		day := due + state.Date(rapid.IntRange(-20, 120).Draw(r, "day"))
		c := ledgerOf(bodies...)
		view := c.View(onWeekdays(t), day)
		seen, sum := map[string]bool{}, int64(0)
		for _, i := range Agenda(view, 0, detectors.DefaultMateriality()) {
			if seen[i.Invoice] || i.On > day || i.Amount.Minor <= 0 || i.Missed != (day > i.By) {
				r.Fatalf("%s: got %+v", day, i)
			}
			seen[i.Invoice] = true
			sum += i.Amount.Minor
		}
		if sum > view.Exposure().Receivables {
			r.Fatalf("%s: %d is asked for, %d is owed", day, sum, view.Exposure().Receivables)
		}
		before := agendaOn(t, c, day, 0)
		agendaOn(t, c, day+40, 0)
		if after := agendaOn(t, c, day, 0); after != before {
			r.Fatalf("%s: got %q, and %q after another day was looked at", day, before, after)
		}
	})
}
