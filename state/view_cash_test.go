package state

import (
	"fmt"
	"testing"
)

func came(payment, on string, amount float64, allocations ...Allocation) *Return {
	return &Return{PaymentID: payment, ReturnDate: d25(on), Amount: euros(amount), Allocations: allocations}
}

func TestReceivedPaymentsTellWhatHasComeInForGood(t *testing.T) {
	bill := payment("P2", "03-04", 50)
	bill.Method, bill.MaturityDate = MethodBill, d25("03-20")
	cheque := payment("P3", "03-04", 70)
	cheque.Cleared = FlagFalse
	c := known(payment("P1", "03-04", 100), came("P1", "03-10", 30), bill, cheque, payment("P0", "03-01", 5), payment("P4", "04-01", 9))
	l := weekdayLedger(t)
	for _, row := range []struct{ day, want string }{
		{"03-03", ""},
		{"03-09", "P1 10000 true, P2 5000 false, P3 7000 false, "},
		{"03-10", "P1 7000 true, P2 5000 false, P3 7000 false, "},
		{"03-21", "P1 7000 true, P2 5000 true, P3 7000 false, "},
		{"04-01", "P1 7000 true, P2 5000 true, P3 7000 false, P4 900 true, "},
	} {
		got := ""
		for _, r := range c.View(l, d25(row.day)).ReceivedPayments(d25("03-01")) {
			got += fmt.Sprintf("%s %d %v, ", r.PaymentID, r.Cash, r.Final)
		}
		if got != row.want {
			t.Errorf("%s: got %q, want %q", row.day, got, row.want)
		}
	}
}

func TestReturnedPaymentsWaitForTheirPayments(t *testing.T) {
	dollars := came("P2", "03-10", 10)
	dollars.Amount.Currency = currency("USD")
	c := known(
		payment("P1", "03-04", 100, to("I1", 60), to("I2", 40)), came("P1", "03-10", 130),
		payment("P2", "03-04", 10), dollars,
		came("P3", "03-10", 20),
		payment("P4", "03-12", 20), came("P4", "03-10", 20),
	)
	applied := &Application{PaymentID: "P1", AppliedDate: d25("03-11"), Allocations: []Allocation{to("I3", 100)}}
	tell(c, event(1, applied))
	l := weekdayLedger(t)
	for _, row := range []struct{ day, want string }{
		{"03-09", ""}, {"03-10", "P1 10000 [I1 I2], "}, {"03-12", "P1 10000 [I1 I2], P4 2000 [], "},
	} {
		view, got := c.View(l, d25(row.day)), ""
		for _, r := range view.ReturnedPayments(d25("03-09")) {
			got += fmt.Sprintf("%s %d %v, ", r.PaymentID, r.Back.Minor, view.Reopened(r))
		}
		if got != row.want {
			t.Errorf("%s: got %q, want %q", row.day, got, row.want)
		}
	}
	if got := c.View(l, d25("03-12")).ReturnedPayments(d25("03-10")); len(got) != 0 {
		t.Errorf("after the day of the returns: got %v, want none", got)
	}
}

// ReceivablesOn is what a view of that day shows, also from a day that is judged as of the past.
func TestReceivablesOnIsThatDaysView(t *testing.T) {
	c := known(
		invoice("I1", "01-10", "02-10", 100), invoice("I2", "02-20", "03-10", 50.5), payment("P1", "02-15", 60, to("I1", 60)), came("P1", "03-01", 60),
		credit("N1", "03-05", 10, to("I2", 10)), &InvoiceCancelled{InvoiceID: "I1", CancelDate: d25("03-20")},
	)
	l := weekdayLedger(t)
	for row := d25("01-10"); row <= d25("03-31"); row++ {
		want := c.View(l, row).Exposure().Receivables
		for _, from := range []Date{row, row + 7, d25("04-10")} {
			c.View(l, d25("04-10"))
			c.Then(l, from, func(v *View) {
				if got, known := v.ReceivablesOn(row); got != want || !known {
					t.Errorf("%v, asked on %v: got %d, %v, want %d", row, from, got, known, want)
				}
			})
			if got, known := c.View(l, from).ReceivablesOn(row); got != want || !known {
				t.Errorf("%v, asked by a view of %v: got %d, %v, want %d", row, from, got, known, want)
			}
		}
	}
}

func TestAmountsOfAPastDayHaveItsRates(t *testing.T) {
	c := known(invoice("I1", "01-10", "02-10", 100))
	l := weekdayLedger(t)
	dollars := Money{10_000, currency("USD")}
	rate := func(day, value string) RateRow {
		return RateRow{Seq: 1, Known: d25(day), Event: event(1, &Rate{Base: currency("EUR"), Quote: currency("USD"), Value: value, RateDate: d25(day)})}
	}
	var none *Rates
	c.Convert(none.With([]RateRow{rate("02-01", "1.25"), rate("03-01", "2.00")}))
	view := c.View(l, d25("03-10"))
	for day, want := range map[string]int64{"02-02": 8000, "03-01": 8000, "03-02": 5000, "12-31": 5000} {
		if got, known := view.ValueOn(dollars, d25(day)); got != want || !known {
			t.Errorf("%s: got %d, %v, want %d", day, got, known, want)
		}
	}
	if got, known := view.ValueOn(dollars, d25("02-01")); known {
		t.Errorf("before any rate was in force: got %d, want none", got)
	}
	if got, known := view.Converted(dollars, currency("EUR"), d25("02-28")); got != 8000 || !known {
		t.Errorf("by the date of the rate: got %d, %v, want 8000", got, known)
	}
	foreign := invoice("I2", "01-10", "02-10", 100)
	foreign.Total.Currency = currency("USD")
	tell(c, event(1, foreign))
	for day, want := range map[string]int64{"02-02": 18000, "03-05": 15000} {
		if got, known := c.View(l, d25("03-10")).ReceivablesOn(d25(day)); got != want || !known {
			t.Errorf("receivables on %s: got %d, %v, want %d", day, got, known, want)
		}
	}
	if got, known := c.View(l, d25("03-10")).ReceivablesOn(d25("01-31")); known {
		t.Errorf("receivables without a rate: got %d, want not known", got)
	}
}
