package state

import (
	"math/big"
	"testing"
)

// said is a figure with so many decimals; "null" where it cannot be computed.
func said(r *big.Rat, decimals int) string {
	if r == nil {
		return "null"
	}
	return r.FloatString(decimals)
}

// tradedDSO is the customer of T-DSO-1: sales of 400 in June, 300 in May and 350 in April, of which 380, 150 and 70 are open.
func tradedDSO() []Body {
	return []Body{
		invoice("A", "04-10", "05-10", 350), invoice("M", "05-05", "06-05", 300), invoice("J1", "06-03", "07-03", 250),
		invoice("J2", "06-20", "07-20", 170), credit("C1", "06-25", 20, to("J1", 20)),
		payment("P1", "05-12", 280, to("A", 280)), payment("P2", "06-10", 150, to("M", 150)), payment("P3", "06-28", 20, to("J1", 20)),
	}
}

func TestDaysSalesOutstanding(t *testing.T) { // T-DSO-1, with the best possible DSO and ADD of DOMAIN.md 2.6
	l := weekdayLedger(t)
	l.Calendar = Calendar{}
	v := known(tradedDSO()...).View(l, d25("06-30"))
	if got := v.Exposure().Receivables; got != euros(600).Minor {
		t.Fatalf("receivables: got %d, want 600.00", got)
	}
	d := v.DSO()
	for _, row := range []struct {
		name string
		got  *big.Rat
		want string
	}{{"average", d.Average, "52.00"}, {"count-back", d.CountBack, "50.67"}, {"ageing", d.Ageing, "50.00"}} {
		if got := said(row.got, 2); got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
	}
	if d.Exhausted {
		t.Error("the count-back is exhausted")
	}
	// 180 are overdue where the vector has them: moved by due dates alone, so that 420 are current.
	bodies := tradedDSO()
	bodies[0].(*Invoice).DueDate = d25("07-10")
	bodies = append(bodies, &Invoice{InvoiceID: "X", IssueDate: d25("06-29"), DueDate: d25("06-29"), Total: euros(30)})
	bodies[2] = invoice("J1", "06-03", "07-03", 220)
	v = known(bodies...).View(l, d25("06-30"))
	if a := v.Ageing(); a.Current != euros(420).Minor || a.Overdue != euros(180).Minor {
		t.Fatalf("got %d current and %d overdue, want 420.00 and 180.00", a.Current, a.Overdue)
	}
	if got := said(v.DSO().ADD, 2); got != "15.60" {
		t.Errorf("ADD: got %s, want 15.60", got)
	}
	current := v.Ageing().Current
	if got := said(periodAverage(current, v.DSO().Period), 2); got != "36.40" {
		t.Errorf("best possible DSO: got %s, want 36.40", got)
	}
}

func TestCountBackOverAMonthWithoutSales(t *testing.T) { // DOMAIN.md 2.6: AR 500, June 0, May 400, April 300
	v := known(
		invoice("F", "02-10", "03-10", 100), payment("P", "03-10", 100, to("F", 100)),
		invoice("A", "04-10", "05-10", 300), invoice("M", "05-05", "06-05", 400), payment("P2", "06-01", 200, to("A", 200)),
	).View(weekdayLedger(t), d25("06-30"))
	d := v.DSO()
	if got := said(d.CountBack, 2); got != "71.00" || d.Exhausted {
		t.Errorf("got %s, exhausted %v, want 71.00", got, d.Exhausted)
	}
}

func TestWhenDaysSalesOutstandingSayNothing(t *testing.T) {
	l := weekdayLedger(t)
	three := []Body{invoice("A", "04-10", "05-10", 300), invoice("M", "05-05", "06-05", 300), invoice("J", "06-05", "07-05", 300)}
	dollar := &Invoice{InvoiceID: "D", IssueDate: d25("06-05"), DueDate: d25("07-05"), Total: Money{100, currency("USD")}}
	for _, row := range []struct {
		name                       string
		bodies                     []Body
		day                        string
		average, countBack, ageing string
	}{
		{"two months of sales", three[:2], "06-30", "null", "null", "null"},
		{"three", three, "06-30", "91.00", "91.00", "91.00"},
		{"three, nothing open", append(three[:3:3], payment("P", "06-29", 900, to("A", 300), to("M", 300), to("J", 300))), "06-30", "0.00", "0.00", "0.00"},
		{"three, long ago", three, "10-31", "null", "214.00", "91.00"},
		{"more credited than sold in a month with open items", append(three[:3:3], credit("C", "05-20", 310), invoice("L", "02-03", "03-03", 40)), "06-30", "144.98", "150.00", "null"},
		{"credit beyond the average's sales", append(three[:3:3], credit("C", "07-01", 700)), "08-31", "null", "153.00", "91.00"},
		{"an amount without rate", append(three[:3:3], dollar), "06-30", "null", "null", "null"},
		{"a cancelled invoice is no sale", append(three[:3:3], &InvoiceCancelled{InvoiceID: "M", CancelDate: d25("05-30")}), "06-30", "null", "null", "null"},
	} {
		d := known(row.bodies...).View(l, d25(row.day)).DSO()
		got := [3]string{said(d.Average, 2), said(d.CountBack, 2), said(d.Ageing, 2)}
		if want := [3]string{row.average, row.countBack, row.ageing}; got != want {
			t.Errorf("%s: got %v, want %v", row.name, got, want)
		}
	}
}

func TestDaysBeyondTerms(t *testing.T) { // T-DBT-1
	a := Ageing{Current: 420, Days1to30: 100, Days31to60: 50, Days61to90: 20, Days91plus: 10, Overdue: 180, Known: true}
	if got := said(a.DBT(), 1); got != "10.5" {
		t.Errorf("got %s, want 10.5", got)
	}
	for name, none := range map[string]Ageing{"no receivables": {Known: true}, "an amount without rate": {Current: 1}} {
		if got := none.DBT(); got != nil {
			t.Errorf("%s: got %v, want null", name, got)
		}
	}
}

func TestPayIndex(t *testing.T) { // T-PDX-1
	for _, row := range []struct {
		days *big.Rat
		want string
	}{
		{big.NewRat(15, 2), "75.00"}, {big.NewRat(21, 2), "73.00"}, {big.NewRat(18, 1), "65.71"}, {big.NewRat(25, 1), "56.25"},
		{big.NewRat(45, 1), "45.00"}, {big.NewRat(105, 1), "25.00"}, {big.NewRat(120, 1), "20.00"}, {big.NewRat(241, 2), "19.00"},
		{big.NewRat(0, 1), "80.00"}, {big.NewRat(-20, 1), "90.00"}, {big.NewRat(-45, 1), "100.00"},
	} {
		if got := said(payIndex(row.days), 2); got != row.want {
			t.Errorf("%v days: got %s, want %s", row.days, got, row.want)
		}
	}
}

func TestPayIndexWeighsExperiences(t *testing.T) { // T-PDX-1: 60,000 at 80, 25,000 at 70, 15,000 at 50
	l := weekdayLedger(t)
	l.Calendar = Calendar{}
	c := NewCustomer("C-1")
	for _, row := range []struct {
		entity, id, paid string
		total            float64
	}{
		{"DE", "A", "02-01", 40_000}, {"DE", "B", "02-01", 20_000}, {"FR", "C", "02-16", 25_000}, {"IT", "D", "03-03", 15_000},
	} {
		issued := event(1, invoice(row.id, "01-02", "02-01", row.total))
		issued.Entity = row.entity
		tell(c, issued, event(1, payment("P"+row.id, row.paid, row.total, to(row.id, row.total))))
	}
	credited := invoice("E", "01-02", "02-01", 90_000) // says nothing of paying
	tell(c, event(1, credited), event(1, credit("CN", "03-01", 90_000, to("E", 90_000))))
	index, experiences := c.View(l, d25("03-10")).TocsinPay()
	if got := said(index, 2); got != "73.00" || len(experiences) != 3 {
		t.Errorf("got %s of %d experiences, want 73.00 of 3", got, len(experiences))
	}
	if index, _ := c.View(l, DateOf(2026, 3, 4)).TocsinPay(); index != nil {
		t.Errorf("a year after the last settlement: got %v, want null", index)
	}
}

func TestExpectedCreditLoss(t *testing.T) { // T-ECL-1
	a := Ageing{Current: 15_000_000, Days1to30: 7_500_000, Days31to60: 4_000_000, Days61to90: 2_500_000, Days91plus: 1_000_000, Known: true}
	if got := a.ECL(); got != 580_000 {
		t.Errorf("got %d, want 580,000", got)
	}
	if half := (&Ageing{Current: 500, Known: true}).ECL(); half != 2 {
		t.Errorf("1.5 minor units: got %d, want 2", half)
	}
}
