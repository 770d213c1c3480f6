package state

import "testing"

// Rows 4 to 8, 21 to 23 and 51 to 56 of DOMAIN.md 6: what payments do.

func TestEdgeCase04PaymentBeforeItsInvoice(t *testing.T) {
	paid := payment("P1", "01-01", 100, to("I1", 100))
	checkBookings(t, []bookingRow{
		{"unapplied until the invoice comes", []Body{paid}, "01-05", "UC 100"},
		{"then booked", []Body{paid, hundred()}, "01-05", ""},
		{"an invoice that is not issued yet", []Body{paid, hundred()}, "01-01", "UC 100"},
	})
	late := payment("P1", "02-10", 100, to("I1", 100))
	got := known(late, hundred()).View(weekdayLedger(t), d25("02-15")).Settlements()
	if len(got) != 1 || got[0].Late != 10 || !got[0].ByCash {
		t.Errorf("got %+v, want one settled 10 days late by its value date", got)
	}
}

func TestEdgeCase05ApplicationToAnUnknownInvoice(t *testing.T) {
	checkBookings(t, []bookingRow{
		{"stays unapplied", []Body{hundred(), payment("P1", "01-10", 60, to("I9", 60))}, "01-15", "AR 100 UC 60 01-31:100(40)"},
	})
}

func TestEdgeCase06ReturnBeforeItsPayment(t *testing.T) {
	checkBookings(t, []bookingRow{
		{"an orphan waits", []Body{hundred(), back(100)}, "01-25", "AR 100 01-31:100"},
		{"and joins", []Body{hundred(), back(100), payment("P1", "01-10", 100, to("I1", 100))}, "01-25", "AR 100 01-31:100"},
	})
}

func TestEdgeCase07PaymentReversedByUs(t *testing.T) {
	reversed := back(100)
	reversed.BookedInError = FlagTrue
	bodies := []Body{hundred(), payment("P1", "01-10", 100, to("I1", 100)), reversed}
	checkBookings(t, []bookingRow{{"the invoice is open again", bodies, "01-25", "AR 100 01-31:100"}})
	if got := known(bodies...).View(weekdayLedger(t), d25("01-25")).Settlements(); len(got) != 0 {
		t.Errorf("got %+v, want no sample of how the customer pays", got)
	}
}

func TestEdgeCase08ReturnedPayment(t *testing.T) {
	paid := payment("P1", "01-10", 100, to("I1", 100))
	both := payment("P1", "01-10", 200, to("I1", 100), to("I2", 100))
	checkBookings(t, []bookingRow{
		{"before the return", []Body{hundred(), back(100), paid}, "01-19", ""},
		{"reopens at the original due date", []Body{hundred(), back(100), paid}, "03-01", "AR 100 01-31:100"},
		{"one allocation", []Body{hundred(), second(), both, back(100, to("I1", 100))}, "01-25", "AR 100 01-31:100"},
		{"a part without allocations: all reopen", []Body{hundred(), paid, back(30)}, "01-25", "AR 100 UC 70 01-31:100(30)"},
		{"more than was paid", []Body{hundred(), paid, back(500)}, "01-25", "AR 100 01-31:100"},
	})
	c := known(hundred(), paid)
	l := weekdayLedger(t)
	if got := c.View(l, d25("01-25")).Settlements(); len(got) != 1 {
		t.Fatalf("before the return is known: got %+v, want one settlement", got)
	}
	tell(c, event(1, back(100)))
	if got := c.View(l, d25("01-25")).Settlements(); len(got) != 0 {
		t.Errorf("returned: got %+v, want its lateness removed", got)
	}
}

func TestEdgeCase21Overpayment(t *testing.T) {
	checkBookings(t, []bookingRow{
		{"the excess is unapplied", []Body{hundred(), payment("P1", "01-10", 130, to("I1", 130))}, "01-15", "UC 30"},
		{"two allocations beyond the payment", []Body{hundred(), second(), payment("P1", "01-10", 130, to("I2", 100), to("I1", 100))},
			"01-15", "AR 70 01-31:70"},
	})
}

func TestEdgeCase22CustomerCreditBalance(t *testing.T) {
	v := known(hundred(), credit("C1", "01-10", 250), base("L1", "01-01", 400)).View(weekdayLedger(t), d25("01-15"))
	if e := v.Exposure(); e.Gross != 0 || e.Unapplied != euros(250).Minor {
		t.Errorf("got gross %d, unapplied %d, want 0 and a liability of 250.00", e.Gross, e.Unapplied)
	}
}

func TestEdgeCase23Deposit(t *testing.T) {
	deposit := payment("P1", "01-10", 30)
	deposit.DepositForOrder = "O1"
	ordered := order("O1", "01-02", 100)
	checkBookings(t, []bookingRow{
		{"reduces its order alone", []Body{ordered, hundred(), deposit}, "01-15", "OO 70 AR 100 01-31:100"},
		{"refundable on cancel, not set against lines",
			[]Body{ordered, hundred(), deposit, &OrderCancelled{OrderID: "O1", CancelDate: d25("01-12")}}, "01-15", "AR 100 UC 30 01-31:100"},
	})
}

func TestEdgeCase51BankFee(t *testing.T) {
	short := to("I1", 99.5)
	short.Residual = ResidualBankFee
	v := known(hundred(), payment("P1", "01-10", 99.5), &Application{PaymentID: "P1", AppliedDate: d25("01-11"), Allocations: []Allocation{short}}).
		View(weekdayLedger(t), d25("03-01"))
	if got := v.OpenInvoices(); got != 0 {
		t.Errorf("got %d open invoices, want none: the fee is within the tolerance", got)
	}
}

func TestEdgeCase52SmallResidue(t *testing.T) {
	bodies := []Body{hundred(), payment("P1", "01-10", 99.97, to("I1", 99.97))}
	checkBookings(t, []bookingRow{{"stays to the cent, in no test", bodies, "03-01", "AR 0.03 01-31:0.03(0)"}})
	if a := known(bodies...).View(weekdayLedger(t), d25("03-01")).Ageing(); a.OpenCount != 0 || a.MaxDaysPastDue != 0 || a.Days1to30 != 3 {
		t.Errorf("got %+v, want a residue of 3 cents and no open invoice", a)
	}
}

func TestEdgeCase53BillOfExchange(t *testing.T) {
	bill := func(kind BillKind, cleared Flag) *Payment {
		p := payment("P1", "01-10", 100, to("I1", 100))
		p.Method, p.MaturityDate, p.BillKind, p.Cleared = MethodBill, d25("02-10"), kind, cleared
		return p
	}
	checkBookings(t, []bookingRow{
		{"exposure is unchanged", []Body{hundred(), bill(BillKindCommercial, FlagUnset)}, "02-10", "BE 100"},
		{"at maturity it is cash", []Body{hundred(), bill(BillKindCommercial, FlagUnset)}, "02-11", ""},
		{"or uncleared", []Body{hundred(), bill(BillKindCommercial, FlagFalse)}, "02-11", "UNCL 100"},
		{"a bank's bill counts nothing", []Body{hundred(), bill(BillKindBank, FlagUnset)}, "02-10", ""},
	})
}

func TestEdgeCase54DirectDebit(t *testing.T) {
	checkBookings(t, []bookingRow{
		{"uncleared until final", []Body{hundred(), cheque(to("I1", 80))}, "01-15", "AR 20 UNCL 100 UC 20 01-31:20"},
		{"is not set against lines", []Body{hundred(), cheque()}, "01-15", "AR 100 UNCL 100 UC 100 01-31:100"},
	})
}

func TestEdgeCase55SoldReceivable(t *testing.T) {
	sold, recourse := hundred(), hundred()
	sold.Factored, recourse.Factored = FactoringWithoutRecourse, FactoringWithRecourse
	checkBookings(t, []bookingRow{
		{"without recourse", []Body{sold, payment("P1", "01-10", 60, to("I1", 60))}, "01-15", ""},
		{"a cheque on it is no exposure", []Body{sold, cheque(to("I1", 100))}, "01-15", ""},
		{"with recourse", []Body{recourse}, "01-15", "AR 100 01-31:100"},
	})
}

func TestEdgeCase56WriteOff(t *testing.T) {
	off := &WriteOff{InvoiceID: "I1", WriteOffDate: d25("01-20"), Amount: euros(100)}
	early := &WriteOff{InvoiceID: "I1", WriteOffDate: d25("01-05"), Amount: euros(100)}
	checkBookings(t, []bookingRow{
		{"takes what cash leaves", []Body{hundred(), payment("P1", "01-10", 30, to("I1", 30)), off}, "01-25", ""},
		{"before it", []Body{hundred(), payment("P1", "01-10", 30, to("I1", 30)), off}, "01-15", "AR 70 01-31:70"},
		{"recovery is not unapplied", []Body{hundred(), off, payment("P1", "02-10", 30, to("I1", 30))}, "02-15", ""},
		{"nor is a cheque exposure", []Body{hundred(), cheque(to("I1", 100)), early}, "01-15", ""},
		{"a cheque before it is", []Body{hundred(), cheque(to("I1", 100)), off}, "01-25", "UNCL 100"},
	})
}
