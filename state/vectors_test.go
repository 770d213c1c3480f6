package state

import (
	"testing"
)

func TestVirtualFIFO(t *testing.T) { // T-0-1
	l := weekdayLedger(t)
	c := known(invoice("I1", "01-02", "02-03", 60_000), invoice("I2", "01-02", "02-04", 40_000), payment("P1", "03-01", 60_000))
	overdue := int64(0)
	for _, line := range c.View(l, d25("03-10")).DueLines() {
		if line.DaysPastDue(d25("03-10")) > 0 {
			overdue += line.Tested
		}
	}
	if overdue != euros(40_000).Minor {
		t.Errorf("overdue for rules: got %d, want 40,000.00", overdue)
	}
	if a := c.View(l, d25("03-10")).Ageing(); a.Overdue != euros(100_000).Minor {
		t.Errorf("overdue by document: got %d, want 100,000.00", a.Overdue)
	}
}

func TestLateness(t *testing.T) { // T-0-2
	l := weekdayLedger(t)
	c := known(invoice("I1", "01-02", "01-31", 100_000),
		payment("P1", "02-10", 40_000, to("I1", 40_000)), payment("P2", "02-28", 60_000, to("I1", 60_000)))
	got := c.View(l, d25("03-10")).Settlements()
	want := Settlement{Invoice: "I1", Total: euros(100_000), On: d25("02-28"), Late: 21, ByCash: true}
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if early := c.View(l, d25("02-20")).Settlements(); len(early) != 0 {
		t.Errorf("before the second payment: got %+v, want none", early)
	}
}

func TestMedian(t *testing.T) { // T-0-3
	for _, c := range []struct {
		values []int
		want   float64
	}{
		{[]int{3, 2, 95}, 3},
		{[]int{0, 2, 3, 1, 4, 2, 5, 3}, 2.5},
		{[]int{30, 28, 33, 31, 35, 29, 32, 30}, 30.5},
		{nil, 0},
	} {
		if got := Median(c.values); got != c.want {
			t.Errorf("%v: got %v, want %v", c.values, got, c.want)
		}
	}
}

func TestExposureAgainstLimit(t *testing.T) { // T-LIM-1 but for cover
	delivered := order("O2", "01-02", 40_000)
	delivered.Delivered = euros(40_000)
	draft := payment("P1", "01-10", 50_000)
	draft.Method, draft.MaturityDate, draft.Allocations = MethodBill, d25("04-10"), []Allocation{to("I1", 50_000)}
	c := known(order("O1", "01-02", 120_000), delivered, invoice("I1", "01-02", "02-03", 310_000), draft,
		payment("P2", "01-11", 30_000), base("L1", "01-01", 400_000))
	v := c.View(weekdayLedger(t), d25("01-20"))
	want := Exposure{
		OpenOrders: euros(120_000).Minor, DeliveredNotInvoiced: euros(40_000).Minor, Receivables: euros(260_000).Minor,
		Bills: euros(50_000).Minor, Unapplied: euros(30_000).Minor, Gross: euros(440_000).Minor, Known: true,
	}
	if got := v.Exposure(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := RatioString(v.Exposure().Gross, v.Limit().Effective(), 2); got != "1.10" {
		t.Errorf("utilisation: got %s, want 1.10", got)
	}
}

func TestTemporaryLimitEnds(t *testing.T) { // T-LIM-3
	l := weekdayLedger(t)
	c := known(base("L1", "01-01", 400_000), temporary("T1", "04-01", "04-30", 100_000), invoice("I1", "01-02", "06-30", 450_000))
	for _, row := range []struct {
		day         string
		limit       float64
		utilisation string
	}{
		{"03-31", 400_000, "1.125"}, {"04-01", 500_000, "0.900"}, {"04-23", 500_000, "0.900"}, {"04-30", 500_000, "0.900"},
		{"05-01", 400_000, "1.125"},
	} {
		v := c.View(l, d25(row.day))
		if got := v.Limit().Effective(); got != euros(row.limit).Minor {
			t.Errorf("%s: got %d, want %.0f", row.day, got, row.limit)
		}
		if got := RatioString(v.Exposure().Gross, v.Limit().Effective(), 3); got != row.utilisation {
			t.Errorf("%s: got %s, want %s", row.day, got, row.utilisation)
		}
	}
	if got := c.View(l, d25("04-23")).NextChange(); got != d25("05-01") {
		t.Errorf("next change: got %v, want 2025-05-01", got)
	}
}

func TestAgeingBuckets(t *testing.T) { // T-OD-1
	l := weekdayLedger(t)
	l.Calendar = Calendar{}
	for _, row := range []struct {
		late int
		want Ageing
	}{
		{0, Ageing{Current: 100}},
		{1, Ageing{Days1to30: 100}},
		{30, Ageing{Days1to30: 100}},
		{31, Ageing{Days31to60: 100}},
		{60, Ageing{Days31to60: 100}},
		{61, Ageing{Days61to90: 100}},
		{90, Ageing{Days61to90: 100}},
		{91, Ageing{Days91plus: 100}},
	} {
		body := invoice("I1", "01-02", "03-10", 1)
		body.Total = Money{100, currency("JPY")}
		got := known(body).View(l, d25("03-10")+Date(row.late)).Ageing()
		row.want.Known, row.want.OpenCount, row.want.MaxDaysPastDue = true, 1, row.late
		row.want.Overdue, row.want.WeightedDays = 100-row.want.Current, (100-row.want.Current)*int64(row.late)
		if got != row.want {
			t.Errorf("%d days past due: got %+v, want %+v", row.late, got, row.want)
		}
	}
}

func TestWeightedDaysLate(t *testing.T) { // T-OD-2
	l := weekdayLedger(t)
	l.Calendar = Calendar{}
	day := d25("06-30")
	var bodies []Body
	for i, row := range []struct {
		open float64
		late Date
	}{{100, 12}, {50, 45}, {30, 70}, {1000, -5}} {
		body := invoice(string(rune('A'+i)), "01-02", "01-03", row.open)
		body.DueDate = day - row.late
		bodies = append(bodies, body)
	}
	a := known(bodies...).View(l, day).Ageing()
	if got := RatioString(a.WeightedDays, a.Overdue, 2); got != "30.83" {
		t.Errorf("got %s, want 30.83", got)
	}
}

// The settlement tolerance is one major unit, whatever a major unit is.
func TestToleranceByCurrency(t *testing.T) { // edge cases 25, 26, 52
	l := weekdayLedger(t)
	for _, row := range []struct {
		code        string
		total, paid int64
		settled     bool
	}{
		{"EUR", 10_000, 9_900, true},
		{"EUR", 10_000, 9_899, false},
		{"EUR", 1_000_000, 995_000, true},
		{"EUR", 1_000_000, 994_999, false},
		{"JPY", 100, 99, true},
		{"JPY", 100, 98, false},
		{"KWD", 10_000, 9_000, true},
		{"KWD", 10_000, 8_999, false},
		{"BHD", 10_000, 9_000, true},
		{"EUR", 50, 0, false}, // nothing is booked
	} {
		body := invoice("I1", "01-02", "01-31", 1)
		body.Total = Money{row.total, currency(row.code)}
		c := known(body)
		if row.paid > 0 {
			paid := Money{row.paid, currency(row.code)}
			tell(c, event(1, &Payment{PaymentID: "P1", ValueDate: d25("01-20"), Amount: paid, Allocations: []Allocation{{InvoiceID: "I1", Amount: paid}}}))
		}
		a := c.View(l, d25("06-30")).Ageing()
		if got := a.OpenCount == 0; got != row.settled {
			t.Errorf("%s %d of %d: got settled %v, want %v", row.code, row.paid, row.total, got, row.settled)
		}
		if a.Overdue != row.total-row.paid {
			t.Errorf("%s: the residue stays in the ageing: got %d, want %d", row.code, a.Overdue, row.total-row.paid)
		}
	}
}
