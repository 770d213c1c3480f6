package state

import (
	"fmt"
	"testing"
)

// paidBits is how an invoice was paid: "line before amount" of each bit of cash, then what is left of each line.
func paidBits(one *PaidInvoice) string {
	out := one.InvoiceID + ":"
	for _, c := range one.Cash {
		out += fmt.Sprintf(" %s/%d line %d %d-%d", c.Payment.PaymentID, c.Position, c.Line, c.Before, c.Amount)
	}
	out += " left"
	for _, line := range one.Lines {
		out += fmt.Sprintf(" %d", line.Left)
	}
	return out + fmt.Sprintf(" due %d settled %v; ", one.Residual, one.Settled)
}

func TestPaidInvoicesTellLineByLine(t *testing.T) {
	lines := invoice("I1", "01-10", "03-10", 100)
	lines.Instalments = []DueAmount{{d25("02-10"), euros(40)}}
	sold := invoice("I3", "01-10", "02-10", 100)
	sold.Factored = FactoringWithoutRecourse
	c := known(lines, invoice("I2", "01-10", "02-10", 50), sold,
		payment("P1", "02-12", 60, to("I1", 60)), payment("P2", "02-20", 90, to("I1", 30), to("I2", 40), to("I3", 20)),
		came("P2", "03-20", 90), credit("N1", "02-15", 5, to("I1", 5)),
		&WriteOff{InvoiceID: "I2", WriteOffDate: d25("03-01"), Amount: euros(10)})
	l := weekdayLedger(t)
	for _, row := range []struct{ since, day, want string }{
		{"01-01", "02-12", "I1: P1/0 line 0 4000-4000 P1/0 line 1 6000-2000 left 0 4000 due 0 settled false; "},
		{"02-12", "02-20", "I1: P1/0 line 0 4000-4000 P1/0 line 1 6000-2000 P2/0 line 1 3500-3000 left 0 500 due 0 settled false; " +
			"I2: P2/1 line 0 5000-4000 left 1000 due 1000 settled false; "},
		{"02-20", "02-28", ""},
		{"02-12", "03-10", "I1: P1/0 line 0 4000-4000 P1/0 line 1 6000-2000 P2/0 line 1 3500-3000 left 0 500 due 500 settled false; " +
			"I2: P2/1 line 0 5000-4000 left 0 due 0 settled true; "},
		{"02-12", "03-20", ""},
	} {
		for name, view := range map[string]*View{"that day's": c.View(l, d25(row.day)), "a later": c.View(l, d25("05-30"))} {
			got := ""
			paid := view.PaidInvoices(d25(row.since), d25(row.day))
			for i := range paid {
				got += paidBits(&paid[i])
			}
			if got != row.want {
				t.Errorf("(%s, %s], asked by %s view:\ngot  %s\nwant %s", row.since, row.day, name, got, row.want)
			}
		}
	}
}

func TestPaidInvoicesTellWhatExplainsARest(t *testing.T) {
	plan := &TermsRequest{RequestID: "R1", RequestDate: d25("02-11"), Type: RequestInstalmentPlan, Status: RequestAccepted,
		InvoiceIDs: []string{"I2"}, Plan: []DueAmount{{d25("04-30"), euros(70)}}}
	partly := closed("D2", "02-15")
	partly.Outcome, partly.Accepted = DisputePartly, euros(7)
	accepted := closed("D1", "02-15")
	accepted.Outcome = DisputeAccepted
	chosen := payment("P1", "02-12", 100, to("I1", 60), to("I2", 40))
	chosen.Allocations[0].By = AllocatedByCustomer
	c := known(invoice("I1", "01-10", "02-10", 100), invoice("I2", "01-10", "02-10", 100), chosen, plan,
		dispute("D1", "01-20", 50, "I1", "I2"), accepted, dispute("D2", "01-20", 30, "I2"), partly)
	l := weekdayLedger(t)
	paid := c.View(l, d25("02-14")).PaidInvoices(d25("01-01"), d25("02-14"))
	if paid[0].Accepted != 0 || paid[0].Cash[0].By != AllocatedByCustomer || paid[0].Planned || !paid[1].Planned {
		t.Errorf("before the disputes close: got %+v", paid)
	}
	paid = c.View(l, d25("02-15")).PaidInvoices(d25("01-01"), d25("02-15"))
	if paid[0].Accepted != 4000 || paid[1].Accepted != 1700 || paid[1].Residual != 3000 {
		t.Errorf("accepted: got %d and %d, open beyond the plan %d, want 4000, 10 of the first and 7 of the second, 3000", paid[0].Accepted, paid[1].Accepted, paid[1].Residual)
	}
	applied := &Application{PaymentID: "P1", AppliedDate: d25("02-20"), Allocations: []Allocation{{InvoiceID: "I1", Amount: euros(80), Residual: ResidualRetention}}}
	tell(c, event(1, applied))
	paid = c.View(l, d25("02-20")).PaidInvoices(d25("01-01"), d25("02-20"))
	if len(paid) != 1 || paid[0].Cash[0].Reason != ResidualRetention || paid[0].Cash[0].By != AllocatedByUnset {
		t.Errorf("applied by the seller: got %+v", paid)
	}
	if paid = c.View(l, d25("05-06")).PaidInvoices(d25("01-01"), d25("02-19")); !paid[1].Planned {
		t.Error("the plan was kept on the day asked for, though it is missed by now")
	}
}
