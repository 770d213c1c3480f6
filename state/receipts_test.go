package state

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Receipts are cleared cash by value date, as it is booked on the day.
func TestReceiptsAreClearedCashAsItIsBooked(t *testing.T) {
	cheque := payment("P4", "02-05", 40)
	cheque.Cleared = FlagFalse
	deposit := payment("P5", "02-05", 40)
	deposit.DepositForOrder = "SO1"
	bill := payment("P6", "02-05", 40)
	bill.Method, bill.MaturityDate = MethodBill, d25("03-10")
	c := known(
		invoice("I1", "01-02", "02-01", 100), invoice("I2", "01-02", "02-01", 100),
		payment("P2", "02-03", 130, to("I1", 120)), payment("P1", "02-03", 50), payment("P3", "02-04", 70), payment("P0", "01-31", 10),
		&Application{PaymentID: "P1", AppliedDate: d25("02-20"), Allocations: []Allocation{to("I2", 50)}},
		&Return{PaymentID: "P3", ReturnDate: d25("02-10"), Amount: euros(70)},
		cheque, deposit, bill,
	)
	l := weekdayLedger(t)
	part := func(invoice string, amount float64) CashPart { return CashPart{invoice, euros(amount)} }
	for _, row := range []struct {
		day  string
		want []CashReceipt
	}{
		{"02-02", nil},
		{"02-04", []CashReceipt{
			{"P1", d25("02-03"), []CashPart{part("", 50)}}, {"P2", d25("02-03"), []CashPart{part("I1", 100), part("", 30)}}, {"P3", d25("02-04"), []CashPart{part("", 70)}},
		}},
		{"02-20", []CashReceipt{{"P1", d25("02-03"), []CashPart{part("I2", 50)}}, {"P2", d25("02-03"), []CashPart{part("I1", 100), part("", 30)}}}},
		{"03-11", []CashReceipt{
			{"P1", d25("02-03"), []CashPart{part("I2", 50)}}, {"P2", d25("02-03"), []CashPart{part("I1", 100), part("", 30)}}, {"P6", d25("02-05"), []CashPart{part("", 40)}},
		}},
	} {
		if diff := cmp.Diff(row.want, c.View(l, d25(row.day)).Receipts(d25("02-01"))); diff != "" {
			t.Errorf("%s: want -, got +\n%s", row.day, diff)
		}
	}
}

func TestInvoiceStates(t *testing.T) {
	sold := invoice("I4", "01-02", "02-01", 100)
	sold.Factored = FactoringWithoutRecourse
	c := known(
		invoice("I1", "01-02", "02-01", 100), payment("P1", "02-03", 98.99, to("I1", 98.99)), payment("P2", "02-04", 0.01, to("I1", 0.01)),
		invoice("I2", "01-02", "02-01", 100), &InvoiceCancelled{InvoiceID: "I2", CancelDate: d25("02-05")},
		invoice("I3", "01-02", "02-01", 100), &WriteOff{InvoiceID: "I3", WriteOffDate: d25("02-06"), Amount: euros(100)}, sold,
		invoice("I5", "01-02", "02-01", 100), dispute("D1", "02-03", 99, "I5"), dispute("D2", "02-04", 1, "I5"),
	)
	l := weekdayLedger(t)
	for _, row := range []struct {
		id, day        string
		over, shielded bool
		open, toSettle float64
	}{
		{"I1", "02-02", false, false, 100, 99}, {"I1", "02-03", false, false, 1.01, 0.01}, {"I1", "02-04", true, false, 1, 0.01},
		{"I2", "02-04", false, false, 100, 99}, {"I2", "02-05", true, false, 0, 0.01},
		{"I3", "02-05", false, false, 100, 99}, {"I3", "02-06", true, false, 0, 0.01},
		{"I4", "02-02", true, false, 100, 99},
		{"I5", "02-03", false, false, 100, 99}, {"I5", "02-04", false, true, 100, 99}, {"I5", "03-20", false, false, 100, 99},
	} {
		got, found := c.View(l, d25(row.day)).InvoiceState(row.id)
		if !found || got.Over != row.over || got.Shielded != row.shielded || got.Open != euros(row.open).Minor || got.ToSettle() != euros(row.toSettle).Minor {
			t.Errorf("%s on %s: got %+v, %v, to settle %d, want %+v", row.id, row.day, got, found, got.ToSettle(), row)
		}
	}
	for id, day := range map[string]string{"I9": "02-02", "I1": "01-01"} {
		if _, found := c.View(l, d25(day)).InvoiceState(id); found {
			t.Errorf("%s on %s: found", id, day)
		}
	}
}
