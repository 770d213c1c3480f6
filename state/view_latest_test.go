package state

import (
	"fmt"
	"testing"
)

func TestTheLatestOfSomethingIsForgottenAfterAWhile(t *testing.T) {
	reached, inbound, missed := contact("C1", "03-05", ContactPhone), contact("C2", "03-20", ContactEmail), contact("C3", "04-02", ContactPhone)
	reached.Outcome, inbound.Outcome, missed.Outcome = ContactReached, ContactNoReply, ContactNoAnswer
	inbound.Direction = ContactInbound
	c := known(
		payment("P1", "03-04", 100), payment("P2", "03-10", 50), came("P2", "03-12", 50), payment("P3", "06-01", 5),
		&Order{OrderID: "O1", OrderDate: d25("03-02"), Gross: euros(10)}, &Order{OrderID: "O2", OrderDate: d25("03-15"), Gross: euros(10)},
		&OrderCancelled{OrderID: "O2", CancelDate: d25("03-25")},
		reached, inbound, missed,
	)
	l := weekdayLedger(t)
	show := func(at Latest) string {
		if at.On == 0 {
			return "-"
		}
		if at.Lost != at.On+550 {
			t.Errorf("seen on %v: is lost on %v", at.On, at.Lost)
		}
		return at.On.String()[5:]
	}
	for _, row := range []struct {
		day  Date
		want string
	}{
		{d25("03-01"), "- - -"},
		{d25("03-04"), "03-04 03-02 -"},
		{d25("03-10"), "03-10 03-02 03-05"},
		{d25("03-24"), "03-10 03-15 03-20"},
		{d25("03-25"), "03-10 03-02 03-20"},
		{d25("05-31"), "03-10 03-02 03-20"},
		{d25("06-01"), "06-01 03-02 03-20"},
		{d25("03-02") + 549, "06-01 03-02 03-20"},
		{d25("03-02") + 550, "06-01 - 03-20"},
		{d25("03-20") + 550, "06-01 - -"},
	} {
		v := c.View(l, row.day)
		if got := fmt.Sprint(show(v.LatestPayment()), " ", show(v.LatestOrder()), " ", show(v.LatestReached())); got != row.want {
			t.Errorf("%v: got payment, order, contact on %s, want %s", row.day, got, row.want)
		}
	}
}

func TestSalesOfDaysGoneBy(t *testing.T) {
	c := known(
		invoice("I1", "01-10", "02-10", 100), invoice("I2", "02-10", "03-10", 40), invoice("I3", "02-20", "03-20", 1000),
		&InvoiceCancelled{InvoiceID: "I3", CancelDate: d25("03-01")},
		&CreditNote{CreditNoteID: "N1", CreditDate: d25("02-15"), Amount: euros(5)},
	)
	l := weekdayLedger(t)
	for _, row := range []struct {
		day         string
		after, upTo int
		want        string
	}{
		{"01-10", 30, 0, "10000 02-09"},
		{"02-08", 30, 0, "10000 02-09"},
		{"02-09", 30, 0, "0 -"}, // what lies ahead is told by NextChange
		{"02-10", 30, 0, "4000 03-12"},
		{"02-20", 30, 0, "103500 03-12"},
		{"03-01", 30, 0, "3500 03-12"},
		{"03-12", 30, 0, "-500 03-17"},
		{"03-17", 30, 0, "0 -"},
		{"02-10", 60, 30, "10000 03-11"},
		{"02-10", 60, 32, "0 02-11"},
		{"03-11", 60, 30, "0 03-12"},
		{"03-12", 60, 30, "4000 03-17"},
	} {
		sold, next, told := c.View(l, d25(row.day)).Sales(row.after, row.upTo)
		date := "-"
		if next != 0 {
			date = next.String()[5:]
		}
		if got := fmt.Sprint(sold, " ", date); got != row.want || !told {
			t.Errorf("%s, days %d to %d ago: got %s (known: %v), want %s", row.day, row.after, row.upTo, got, told, row.want)
		}
	}
	foreign := known(invoice("I1", "01-10", "02-10", 100), &Invoice{InvoiceID: "I2", IssueDate: d25("01-10"), DueDate: d25("02-10"), Total: Money{100, currency("USD")}})
	if _, _, told := foreign.View(l, d25("01-20")).Sales(30, 0); told {
		t.Error("sales in a currency without a rate are known")
	}
}

func TestTheFirstInvoiceIsThatOfThoseNotCancelled(t *testing.T) {
	c := known(
		&Order{OrderID: "SO-1", OrderDate: d25("01-02"), Gross: euros(1)},
		invoice("I1", "01-10", "02-10", 100), invoice("I2", "02-20", "03-10", 50),
		&InvoiceCancelled{InvoiceID: "I1", CancelDate: d25("03-20")},
	)
	l := weekdayLedger(t)
	for _, row := range []struct {
		day, want string
	}{{"01-09", ""}, {"01-10", "2025-01-10"}, {"03-19", "2025-01-10"}, {"03-20", "2025-02-20"}} {
		v, got := c.View(l, d25(row.day)), ""
		if first := v.FirstInvoice(0); first != 0 {
			got = first.String()
		}
		if got != row.want || v.NoDocumentBefore() != d25("01-02") {
			t.Errorf("%s: got %q and no document before %v, want %q and 2025-01-02", row.day, got, v.NoDocumentBefore(), row.want)
		}
	}
}
