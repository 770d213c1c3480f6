package state

import "testing"

// Rows 47 to 49 of DOMAIN.md 6: disputes and instalment plans.

func dispute(id, opened string, amount float64, invoices ...string) *Dispute {
	return &Dispute{DisputeID: id, OpenedDate: d25(opened), InvoiceIDs: invoices, Amount: euros(amount)}
}

func closed(id, on string) *DisputeClosed {
	return &DisputeClosed{DisputeID: id, ClosedDate: d25(on), Outcome: DisputeRejected}
}

func plan(id, requested string, lines []DueAmount, invoices ...string) *TermsRequest {
	return &TermsRequest{
		RequestID: id, RequestDate: d25(requested), Type: RequestInstalmentPlan, Status: RequestAccepted, InvoiceIDs: invoices, Plan: lines,
	}
}

// halves are two lines of 60 at the ends of April and May.
func halves() []DueAmount { return []DueAmount{{d25("05-31"), euros(60)}, {d25("04-30"), euros(60)}} }

func TestEdgeCase47DisputedInvoice(t *testing.T) {
	parts := invoice("I1", "01-02", "03-31", 100)
	parts.Instalments = []DueAmount{{d25("01-31"), euros(40)}}
	dollars := dispute("D1", "02-01", 0, "I1")
	dollars.Amount = Money{10_000, currency("USD")}
	whole := dispute("D1", "02-01", 100, "I1")
	checkBookings(t, []bookingRow{
		{"not opened yet", []Body{hundred(), whole}, "01-31", "AR 100 01-31:100"},
		{"shielded", []Body{hundred(), whole}, "02-01", "AR 100 01-31:100!100(0)"},
		{"on the last day", []Body{hundred(), whole}, "03-17", "AR 100 01-31:100!100(0)"},
		{"45 days later", []Body{hundred(), whole}, "03-18", "AR 100 01-31:100"},
		{"closed", []Body{hundred(), whole, closed("D1", "02-10")}, "02-10", "AR 100 01-31:100"},
		{"not closed yet", []Body{hundred(), whole, closed("D1", "02-10")}, "02-09", "AR 100 01-31:100!100(0)"},
		{"closed before it is opened", []Body{hundred(), closed("D1", "01-05"), whole}, "02-01", "AR 100 01-31:100"},
		{"a part", []Body{hundred(), dispute("D1", "02-01", 30, "I1")}, "02-01", "AR 100 01-31:100!30(70)"},
		{"a second dispute counts from the first", []Body{hundred(), dispute("D1", "02-01", 30, "I1"), closed("D1", "02-05"), dispute("D2", "03-10", 30, "I1")},
			"03-18", "AR 100 01-31:100"},
		{"two add", []Body{hundred(), dispute("D1", "02-01", 30, "I1"), dispute("D2", "02-02", 50, "I1")}, "02-02", "AR 100 01-31:100!80(20)"},
		{"two no more than is open", []Body{hundred(), dispute("D1", "02-01", 70, "I1"), dispute("D2", "02-02", 50, "I1")},
			"02-02", "AR 100 01-31:100!100(0)"},
		{"in the order listed", []Body{hundred(), second(), dispute("D1", "02-01", 130, "I2", "I9", "I1")}, "02-01",
			"AR 200 01-31:100!30(70) 02-28:100!100(0)"},
		{"up to what is open", []Body{hundred(), second(), payment("P1", "01-10", 60, to("I1", 60)), dispute("D1", "02-01", 130, "I1", "I2")}, "02-01",
			"AR 140 01-31:40!40(0) 02-28:100!90(10)"},
		{"an invoice named twice", []Body{hundred(), second(), dispute("D1", "02-01", 130, "I1", "I1", "I2")}, "02-01",
			"AR 200 01-31:100!100(0) 02-28:100!30(70)"},
		{"the earliest line first", []Body{parts, dispute("D1", "02-01", 50, "I1")}, "02-01", "AR 100 01-31:40!40(0) 03-31:60!10(50)"},
		{"cash is set against what is undisputed", []Body{hundred(), second(), dispute("D1", "02-01", 70, "I1"), payment("P1", "02-01", 50)}, "02-01",
			"AR 200 UC 50 01-31:100!70(0) 02-28:100(80)"},
		{"an amount in another currency shields nothing", []Body{hundred(), dollars}, "02-01", "AR 100 01-31:100"},
	})
	v := known(hundred(), whole).View(weekdayLedger(t), d25("02-10"))
	if got, want := v.NextChange(), d25("03-18"); got != want {
		t.Errorf("next change: got %v, want %v", got, want)
	}
	if a := v.Ageing(); a.Overdue != euros(100).Minor {
		t.Errorf("the ageing shows what is disputed: got %d overdue, want 100.00", a.Overdue)
	}
}

func TestEdgeCase48DisputeResolvedForTheCustomer(t *testing.T) {
	accepted := closed("D1", "02-20")
	accepted.Outcome = DisputeAccepted
	bodies := []Body{hundred(), dispute("D1", "02-01", 100, "I1"), accepted, credit("C1", "02-20", 100, to("I1", 100))}
	checkBookings(t, []bookingRow{{"nothing is left to pay", bodies, "02-20", ""}})
	got := known(bodies...).View(weekdayLedger(t), d25("02-20")).Settlements()
	if len(got) != 1 || got[0].ByCash {
		t.Errorf("got %+v, want a settlement that says nothing of paying", got)
	}
}

func TestEdgeCase49InstalmentPlan(t *testing.T) {
	agreed := plan("R1", "03-01", halves(), "I1", "I2")
	paid := payment("P1", "05-05", 60, to("I2", 60))
	late := payment("P1", "05-06", 60, to("I1", 60))
	refused := plan("R1", "03-01", halves(), "I1", "I2")
	refused.Status = RequestWithdrawn
	parts := invoice("I1", "01-02", "02-28", 100)
	parts.Instalments = []DueAmount{{d25("01-31"), euros(40)}}
	checkBookings(t, []bookingRow{
		{"before the request", []Body{hundred(), second(), agreed}, "02-28", "AR 200 01-31:100 02-28:100"},
		{"the lines count, the rest keeps its date", []Body{hundred(), second(), agreed}, "03-01",
			"AR 200 01-31:100=0 02-28:100=80 04-30:0=60 05-31:0=40 05-31:0=20"},
		{"not accepted", []Body{hundred(), second(), refused}, "03-01", "AR 200 01-31:100 02-28:100"},
		{"five days of grace", []Body{hundred(), second(), agreed}, "05-05", "AR 200 01-31:100=0 02-28:100=80 04-30:0=60 05-31:0=40 05-31:0=20"},
		{"a missed line revives the original dates", []Body{hundred(), second(), agreed}, "05-06", "AR 200 01-31:100 02-28:100"},
		{"paid within the days of grace", []Body{hundred(), second(), agreed, paid}, "05-06", "AR 140 01-31:100=40 02-28:40 05-31:0=60"},
		{"paid too late", []Body{hundred(), second(), agreed, late}, "05-07", "AR 140 01-31:40 02-28:100"},
		{"cash in advance pays the earliest line", []Body{hundred(), second(), agreed, payment("P1", "04-01", 90, to("I1", 90))}, "05-06",
			"AR 110 01-31:10=0 02-28:100=80 05-31:0=10 05-31:0=20"},
		{"cash before the request pays no line", []Body{hundred(), second(), agreed, payment("P1", "02-28", 60, to("I1", 60))}, "05-06",
			"AR 140 01-31:40 02-28:100"},
		{"a credit note pays a line", []Body{hundred(), second(), agreed, credit("C1", "04-10", 60, to("I1", 60))}, "05-06",
			"AR 140 01-31:40=0 02-28:100=80 05-31:0=40 05-31:0=20"},
		{"so does a write-off", []Body{hundred(), second(), agreed, &WriteOff{InvoiceID: "I1", WriteOffDate: d25("04-10"), Amount: euros(60)}}, "05-06",
			"AR 140 01-31:40=0 02-28:100=80 05-31:0=40 05-31:0=20"},
		{"cash that is not applied pays none", []Body{hundred(), second(), agreed, payment("P1", "04-10", 60)}, "05-06",
			"AR 200 UC 60 01-31:100(40) 02-28:100"},
		{"a payment that comes back misses its line", []Body{hundred(), second(), agreed, paid,
			&Return{PaymentID: "P1", ReturnDate: d25("05-20"), Amount: euros(60)}}, "05-20", "AR 200 01-31:100 02-28:100"},
		{"a line within the tolerance is paid", []Body{hundred(), second(), agreed, payment("P1", "04-30", 59.5, to("I1", 59.5))}, "05-06",
			"AR 140.50 01-31:40.50=0 02-28:100=80 04-30:0=0.50 05-31:0=40 05-31:0=20"},
		{"no line asks for more than there is", []Body{hundred(), plan("R1", "03-01", []DueAmount{{d25("04-30"), euros(500)}}, "I1"),
			payment("P1", "04-30", 100, to("I1", 100))}, "06-30", ""},
		{"after an invoice's own earliest line", []Body{parts, plan("R1", "01-15", []DueAmount{{d25("04-30"), euros(50)}}, "I1")}, "02-01",
			"AR 100 01-31:40=0 02-28:60=50 04-30:0=50"},
		{"disputed lines of a plan", []Body{hundred(), plan("R1", "03-01", []DueAmount{{d25("04-30"), euros(100)}}, "I1"), dispute("D1", "03-05", 30, "I1")},
			"03-10", "AR 100 01-31:100=0 04-30:0=100!30(70)"},
		{"the newer of two plans goes first", []Body{hundred(), plan("R1", "03-01", []DueAmount{{d25("04-30"), euros(70)}}, "I1"),
			plan("R2", "03-02", []DueAmount{{d25("05-30"), euros(60)}}, "I1")}, "03-10", "AR 100 01-31:100=0 04-30:0=40 05-30:0=60"},
	})
}

func TestEdgeCase49PlanTurnsOutToBeKept(t *testing.T) {
	l := weekdayLedger(t)
	c := known(hundred(), second(), plan("R1", "03-01", halves(), "I1", "I2"), payment("P1", "05-02", 60))
	day := d25("05-10")
	look := func(kept bool, overdue float64) {
		t.Helper()
		v := c.View(l, day)
		sum := int64(0)
		for _, line := range v.DueLines() {
			if line.DaysPastDue(day) > 0 {
				sum += line.Tested
			}
		}
		if plans := v.Plans(); len(plans) != 1 || plans[0].Kept != kept || sum != euros(overdue).Minor {
			t.Errorf("got %+v and %d overdue, want one plan kept %v and %.2f", plans, sum, kept, overdue)
		}
	}
	look(false, 140)
	tell(c, event(1, &Application{PaymentID: "P1", AppliedDate: d25("05-09"), Allocations: []Allocation{to("I1", 60)}}))
	look(true, 80)
	if a := c.View(l, day).Ageing(); a.Overdue != euros(140).Minor || a.MaxDaysPastDue != int(day-d25("01-31")) {
		t.Errorf("the ageing keeps the original dates: got %+v", a)
	}
}

// A plan stands until nothing named is open or it is not accepted any more, kept or not.
func TestEdgeCase49PlanStands(t *testing.T) {
	l := weekdayLedger(t)
	completed := plan("R1", "03-01", halves(), "I1")
	completed.Status = RequestCompleted
	for _, row := range []struct {
		name   string
		bodies []Body
		day    string
		want   bool
	}{
		{"before the request", []Body{hundred(), plan("R1", "03-01", halves(), "I1")}, "02-28", false},
		{"kept", []Body{hundred(), plan("R1", "03-01", halves(), "I1")}, "03-01", true},
		{"missed", []Body{hundred(), plan("R1", "03-01", halves(), "I1")}, "08-01", true},
		{"completed", []Body{hundred(), completed}, "03-01", false},
		{"nothing named is open", []Body{hundred(), second(), plan("R1", "03-01", halves(), "I1"), payment("P1", "03-05", 100, to("I1", 100))}, "03-05", false},
		{"nothing is named", []Body{hundred(), plan("R1", "03-01", halves())}, "03-01", false},
	} {
		c := known(row.bodies...)
		for _, look := range []func() int{
			func() int { return len(c.View(l, d25(row.day)).Plans()) },
			func() int { c.View(l, d25("12-31")); return len(c.View(l, d25(row.day)).Plans()) }, // back from a later day
		} {
			if got := look() > 0; got != row.want {
				t.Errorf("%s: got %v, want %v", row.name, got, row.want)
			}
		}
	}
}
