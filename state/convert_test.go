package state

import (
	"fmt"
	"slices"
	"testing"
)

// in is an amount of minor units.
func in(code string, minor int64) Money { return Money{minor, currency(code)} }

// foreignInvoice is an invoice in another currency.
func foreignInvoice(id, issued, due string, total Money) *Invoice {
	body := invoice(id, issued, due, 0)
	body.Total = total
	return body
}

func foreignPayment(id, valued string, amount Money, allocations ...Allocation) *Payment {
	body := payment(id, valued, 0, allocations...)
	body.Amount = amount
	return body
}

// converted is a customer of whom bodies are known, in euros unless the documents say otherwise, at these rates.
func converted(rates *Rates, bodies ...Body) *Customer {
	c := known(append(bodies, &Profile{Customer: "C-1", Name: "A", Country: "DE", ReportingCurrency: currency("EUR")})...)
	c.Convert(rates)
	return c
}

func TestEdgeCase24PaymentInAnotherCurrencyThanItsInvoice(t *testing.T) {
	rates := dailyRates(t, rate("EUR/USD", "01-02", "1.10"), rate("EUR/USD", "01-09", "1.20"), rate("EUR/USD", "01-13", "1.25"))
	i1, i2 := invoice("I1", "01-02", "01-31", 100), invoice("I2", "01-02", "02-28", 100)
	dollars := func(valued string, cents int64, allocations ...Allocation) *Payment {
		return foreignPayment("P1", valued, in("USD", cents), allocations...)
	}
	cheque := dollars("01-10", 12_000, to("I1", 100))
	cheque.Method, cheque.Cleared = MethodCheque, FlagFalse
	deposit := dollars("01-10", 6_000)
	deposit.DepositForOrder = "O1"
	sold := invoice("I1", "01-02", "01-31", 100)
	sold.Factored = FactoringWithoutRecourse
	credited := credit("C1", "01-10", 0, to("I1", 60))
	credited.Amount = in("USD", 7_200)
	back := &Return{PaymentID: "P1", ReturnDate: d25("01-20"), Amount: in("USD", 12_000)}
	partly := &Return{PaymentID: "P1", ReturnDate: d25("01-20"), Amount: in("USD", 6_000), Allocations: []Allocation{to("I1", 50)}}
	for _, row := range []struct {
		name   string
		bodies []Body
		day    string
		want   string
	}{
		{"at the rate of its value date", []Body{i1, dollars("01-10", 12_000, to("I1", 100))}, "01-20", ""},
		{"what is left is worth today's rate", []Body{i1, dollars("01-10", 18_000, to("I1", 100))}, "01-20", "UC 48"},
		{"a value date before the newer rate", []Body{i1, dollars("01-08", 12_000, to("I1", 100))}, "01-20", "UC 8"},
		{"it does not go far enough", []Body{i1, dollars("01-10", 6_000, to("I1", 100))}, "01-20", "AR 50 01-31:50"},
		{"to two invoices", []Body{i1, i2, dollars("01-10", 18_000, to("I2", 100), to("I1", 100))}, "01-20", "AR 50 01-31:50"},
		{"a residue is within the tolerance", []Body{i1, dollars("01-10", 11_950, to("I1", 100))}, "02-10", "AR 0.42 01-31:0.42(0)"},
		{"the other way round", []Body{foreignInvoice("I1", "01-02", "01-31", in("USD", 12_000)),
			payment("P1", "01-10", 100, Allocation{InvoiceID: "I1", Amount: in("USD", 9_000)})}, "01-20", "AR 24 UC 25 01-31:24"},
		{"an allocation in the payment's currency is not booked", []Body{i1, dollars("01-10", 12_000, Allocation{InvoiceID: "I1", Amount: in("USD", 12_000)})},
			"01-20", "AR 100 UC 96 01-31:100"},
		{"no rate by its value date", []Body{i1, dollars("01-01", 12_000, to("I1", 100))}, "01-20", "AR 100 UC 96 01-31:100 foreign"},
		{"no rate at all", []Body{i1, dollars("01-10", 12_000, to("I1", 100))}, "01-02", "AR 100 01-31:100"},
		{"a return reopens it", []Body{i1, dollars("01-10", 12_000, to("I1", 100)), back}, "01-25", "AR 100 01-31:100"},
		{"a return of a part", []Body{i1, dollars("01-10", 12_000, to("I1", 100)), partly}, "01-25", "AR 50 01-31:50"},
		{"a cheque stays exposure at today's rate", []Body{i1, cheque}, "01-20", "UNCL 96"},
		{"but not on what was sold", []Body{sold, cheque}, "01-20", ""},
		{"a credit note", []Body{i1, credited}, "01-20", "AR 40 01-31:40"},
		{"a deposit", []Body{order("O1", "01-02", 100), deposit}, "01-20", "OO 50"},
		{"cash is set against lines in its currency alone", []Body{i1, foreignInvoice("I2", "01-02", "02-28", in("USD", 12_500)), dollars("01-10", 6_250)},
			"01-20", "AR 200 UC 50 01-31:100 02-28:100(50)"},
	} {
		if got := pictureOf(converted(rates, row.bodies...).View(weekdayLedger(t), d25(row.day))); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

// A correction of a rate is in force from the day after it is known, also for what was booked by the old one.
func TestABookingFollowsItsRate(t *testing.T) {
	l := weekdayLedger(t)
	rates := ratesOf(t, told{"01-09", rateEvent(1, rate("EUR/USD", "01-09", "1.20"))}, told{"02-03", rateEvent(2, rate("EUR/USD", "01-09", "1.25"))})
	c := converted(rates, invoice("I1", "01-02", "01-31", 100), foreignPayment("P1", "01-10", in("USD", 12_000), to("I1", 100)))
	for _, row := range []struct{ day, want string }{
		{"01-09", "AR 100 01-31:100"}, {"01-10", ""}, {"02-03", ""}, {"02-04", "AR 4 01-31:4"}, {"02-03", ""}, {"03-01", "AR 4 01-31:4"},
	} {
		v := c.View(l, d25(row.day))
		if got := pictureOf(v); got != row.want {
			t.Errorf("%s: got %q, want %q", row.day, got, row.want)
		}
		if want := d25(row.day) + 1; v.NextChange() != want {
			t.Errorf("%s: next change: got %v, want %v", row.day, v.NextChange(), want)
		}
	}
}

func TestEdgeCases25And26ZeroAndThreeDecimals(t *testing.T) {
	l := weekdayLedger(t)
	rates := dailyRates(t, rate("EUR/JPY", "01-02", "160"), rate("KWD/EUR", "01-02", "3"), rate("BHD/EUR", "01-02", "2.4545"))
	bodies := []Body{
		foreignInvoice("I1", "01-02", "01-31", in("JPY", 1000)), // 6.25
		foreignInvoice("I2", "01-02", "01-31", in("KWD", 1234)), // 3.702
		foreignInvoice("I3", "01-02", "01-31", in("BHD", 1234)), // 3.028853
	}
	for _, row := range []struct {
		reporting string
		want      int64
	}{
		{"EUR", 625 + 370 + 303},
		{"JPY", 1000}, {"KWD", 1234}, {"BHD", 1234}, // the others have no rate with it
	} {
		c := known(bodies...)
		tell(c, event(1, &Profile{Customer: "C-1", Name: "A", Country: "DE", ReportingCurrency: currency(row.reporting)}))
		if row.reporting == "EUR" {
			c.Convert(rates)
		}
		e := c.View(l, d25("01-10")).Exposure()
		if e.Receivables != row.want || e.Known != (row.reporting == "EUR") {
			t.Errorf("%s: got %d, known: %v, want %d", row.reporting, e.Receivables, e.Known, row.want)
		}
	}
	yen := *l
	yen.Base = currency("JPY")
	c := known(bodies...)
	c.Convert(dailyRates(t, rate("KWD/JPY", "01-02", "480.55"), rate("BHD/JPY", "01-02", "392.8")))
	if got, want := c.View(&yen, d25("01-10")).Exposure().Receivables, int64(1000+593+485); got != want { // 592.9987 and 484.7152
		t.Errorf("in yen: got %d, want %d", got, want)
	}
}

func TestEdgeCase28MissingAndStaleRates(t *testing.T) {
	l := weekdayLedger(t)
	rates := dailyRates(t, rate("EUR/USD", "01-10", "1.25"), rate("EUR/GBP", "01-13", "0.5")) // a Friday, a Monday
	c := converted(rates, invoice("I0", "01-02", "01-31", 100), foreignInvoice("I1", "01-02", "01-31", in("USD", 12_500)),
		foreignInvoice("I2", "01-12", "01-31", in("GBP", 5_000)))
	for _, row := range []struct {
		day     string
		foreign Components
		stale   string
		sum     int64
	}{
		{"01-10", Receivables, "", 100_00}, // not known before today
		{"01-11", 0, "", 200_00},
		{"01-13", Receivables, "", 200_00}, // pounds have come, their rate is of today
		{"01-14", 0, "", 300_00},
		{"01-15", 0, "", 300_00}, // the third business day after the Friday
		{"01-16", 0, "[USD]", 300_00},
		{"01-17", 0, "[GBP USD]", 300_00},
	} {
		v := c.View(l, d25(row.day))
		e, a := v.Exposure(), v.Ageing()
		stale := ""
		if all := v.StaleRates(); len(all) > 0 {
			slices.SortFunc(all, func(a, b Currency) int { return int(a) - int(b) })
			stale = fmt.Sprint(all)
		}
		if e.Foreign != row.foreign || e.Known != (row.foreign == 0) || a.Known != e.Known || stale != row.stale || e.Receivables != row.sum {
			t.Errorf("%s: got %b, ageing known: %v, stale %s, receivables %d, want %+v", row.day, e.Foreign, a.Known, stale, e.Receivables, row)
		}
		if want := d25(row.day) + 1; v.NextChange() != want {
			t.Errorf("%s: next change: got %v, want %v", row.day, v.NextChange(), want)
		}
	}
}

func TestEdgeCase34LimitInAnotherCurrency(t *testing.T) {
	l := weekdayLedger(t)
	dollars, raised := base("L1", "01-01", 0), temporary("T1", "01-01", "12-31", 0)
	dollars.Amount, raised.Amount = in("USD", 10_000), in("JPY", 1_000)
	rates := dailyRates(t, rate("EUR/USD", "01-02", "1.25"), rate("EUR/JPY", "01-02", "200"), rate("EUR/USD", "01-06", "1.60"))
	c := converted(rates, dollars, raised)
	for _, row := range []struct {
		day             string
		base, temporary int64
		known           bool
	}{
		{"01-02", 0, 0, false}, {"01-03", 80_00, 5_00, true}, {"01-06", 80_00, 5_00, true}, {"01-07", 62_50, 5_00, true},
	} {
		v := c.View(l, d25(row.day))
		got := v.Limit()
		if !got.OnFile || got.Base != row.base || got.Temporary != row.temporary || got.Known != row.known || v.NextChange() != d25(row.day)+1 {
			t.Errorf("%s: got %+v, next change %v, want %+v", row.day, got, v.NextChange(), row)
		}
	}
}

// Each sum of a currency is rounded once, and the buckets add up.
func TestBucketsAndComponentsAddUp(t *testing.T) {
	l := weekdayLedger(t)
	rates := dailyRates(t, rate("USD/EUR", "01-02", "0.5"))
	c := converted(rates, invoice("I0", "01-02", "04-30", 1),
		foreignInvoice("I1", "01-02", "01-31", in("USD", 301)), foreignInvoice("I2", "01-02", "02-28", in("USD", 301)),
		foreignInvoice("I3", "01-02", "03-03", in("USD", 301)), foreignInvoice("I4", "01-02", "04-30", in("USD", 301)),
		foreignPayment("P1", "01-10", in("USD", 101)))
	v := c.View(l, d25("03-31"))
	e, a := v.Exposure(), v.Ageing()
	if want := (Exposure{Receivables: 100 + 602, Unapplied: 51, Gross: 702 - 51, Known: true}); e != want {
		t.Errorf("got %+v, want %+v", e, want)
	}
	// 28 days: 3.01; 31 days: 3.01; 59 days: 3.01; each bucket alone is 1.505 or 3.01, current takes the difference
	if want := (Ageing{
		Current: 702 - 151 - 301, Days1to30: 151, Days31to60: 301, Overdue: 452, MaxDaysPastDue: 59, OpenCount: 5, Known: true,
		WeightedDays: (301*28 + 301*31 + 301*59) / 2,
	}); a != want {
		t.Errorf("got %+v, want %+v", a, want)
	}
	if ids := fmt.Sprint(v.OpenInvoiceIDs()); ids != "[I1 I2 I3 I4 I0]" {
		t.Errorf("open invoices: got %s", ids)
	}
}

// What moved the exposure is told apart: what the customer did at today's rates, and what the rates did to what stood.
func TestRevaluationIsToldFromWhatTheCustomerDid(t *testing.T) {
	l := weekdayLedger(t)
	dollars := base("L1", "01-01", 0)
	dollars.Amount = in("USD", 20_000)
	rates := dailyRates(t, rate("USD/EUR", "01-02", "0.5"), rate("USD/EUR", "01-06", "0.8"))
	bodies := []Body{dollars, invoice("I0", "01-02", "01-31", 10), foreignInvoice("I1", "01-02", "01-31", in("USD", 10_000)), foreignPayment("P1", "01-03", in("USD", 3_000))}
	closed := converted(rates, bodies...).View(l, d25("01-06")).Parts()
	for _, row := range []struct {
		name  string
		day   string
		rates *Rates
		more  []Body
		want  Changes
	}{
		{"nothing", "01-05", rates, nil, Changes{}},
		{"the rate", "01-07", rates, nil, Changes{Revaluation: 30_00 - 60_00}}, // the limit has grown by more
		{"a document", "01-06", rates, []Body{foreignInvoice("I2", "01-06", "01-31", in("USD", 2_000))}, Changes{Documents: 10_00}},
		{"both", "01-07", rates, []Body{foreignInvoice("I2", "01-06", "01-31", in("USD", 2_000))}, Changes{Documents: 16_00, Revaluation: -30_00}},
		{"a rate where there was none", "01-03", dailyRates(t, rate("USD/EUR", "01-02", "0.5")), nil, Changes{Revaluation: 50_00 - 100_00}},
		{"no rate", "01-07", nil, nil, Changes{}},
	} {
		if got := converted(row.rates, append(bodies, row.more...)...).View(l, d25(row.day)).Since(closed); got != row.want {
			t.Errorf("%s: got %+v, want %+v", row.name, got, row.want)
		}
	}
}

// Three yen are no cent: such an invoice has no weight among what was paid, and alone it is no experience.
func TestWhatConvertsToNothingWeighsNothing(t *testing.T) {
	rates := dailyRates(t, rate("EUR/JPY", "01-02", "700"))
	yen := foreignInvoice("Y", "01-02", "02-01", in("JPY", 3))
	paid := foreignPayment("PY", "03-03", in("JPY", 3), Allocation{InvoiceID: "Y", Amount: in("JPY", 3)})
	alone := converted(rates, yen, paid)
	if index, experiences := alone.View(weekdayLedger(t), d25("03-10")).TocsinPay(); index != nil || len(experiences) > 0 {
		t.Errorf("alone: got %v of %d experiences, want null", index, len(experiences))
	}
	beside := converted(rates, yen, paid, invoice("E", "01-02", "02-03", 100), payment("PE", "02-03", 100, to("E", 100)))
	if index, _ := beside.View(weekdayLedger(t), d25("03-10")).TocsinPay(); said(index, 2) != "80.00" {
		t.Errorf("beside one that was paid to the day: got %v, want 80", index)
	}
}
