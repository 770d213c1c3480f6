package state

import "testing"

func insured(id, from string, amount float64) *Cover {
	return &Cover{CoverID: id, Type: CoverInsurance, Amount: euros(amount), ValidFrom: d25(from)}
}

func TestNetExposure(t *testing.T) { // T-LIM-1's insured part, and DOMAIN.md 2.1
	delivered := order("O2", "01-02", 40_000)
	delivered.Delivered = euros(40_000)
	draft := payment("P1", "01-10", 50_000)
	draft.Method, draft.MaturityDate, draft.Allocations = MethodBill, d25("04-10"), []Allocation{to("I1", 50_000)}
	portfolio := []Body{
		order("O1", "01-02", 120_000), delivered, invoice("I1", "01-02", "02-03", 310_000), draft, payment("P2", "01-11", 30_000),
	}
	with := func(c *Cover, change func(*Cover)) *Cover {
		change(c)
		return c
	}
	for _, row := range []struct {
		name   string
		covers []Body
		want   float64
	}{
		{"none", nil, 440_000},
		{"T-LIM-1", []Body{insured("V1", "01-01", 300_000)}, 170_000},
		{"no more than what is delivered", []Body{insured("V1", "01-01", 900_000)}, 170_000},
		{"less than what is delivered", []Body{insured("V1", "01-01", 100_000)}, 350_000},
		{"a ratio that is told", []Body{with(insured("V1", "01-01", 100_000), func(c *Cover) { c.Ratio = "0.955" })}, 344_500},
		{"two insurers add", []Body{insured("V1", "01-01", 100_000), insured("V2", "01-01", 50_000)}, 305_000},
		{"collateral counts whole, orders too", []Body{&Cover{CoverID: "V1", Type: CoverCollateral, Amount: euros(400_000), ValidFrom: d25("01-01")}}, 40_000},
		{"no less than nothing", []Body{&Cover{CoverID: "V1", Type: CoverCollateral, Amount: euros(900_000), ValidFrom: d25("01-01")}}, 0},
		{"not yet valid", []Body{insured("V1", "01-21", 300_000)}, 440_000},
		{"on its last day", []Body{with(insured("V1", "01-01", 300_000), func(c *Cover) { c.ValidTo = d25("01-20") })}, 170_000},
		{"over", []Body{with(insured("V1", "01-01", 300_000), func(c *Cover) { c.ValidTo = d25("01-19") })}, 440_000},
		{"rounded once, half away from zero", []Body{
			with(insured("V1", "01-01", 0.01), func(c *Cover) { c.Ratio = "0.25" }), with(insured("V2", "01-01", 0.01), func(c *Cover) { c.Ratio = "0.25" }),
		}, 440_000},
	} {
		v := known(append(row.covers, portfolio...)...).View(weekdayLedger(t), d25("01-20"))
		if got, known := v.NetExposure(); !known || got != euros(row.want).Minor {
			t.Errorf("%s: got %d %v, want %.2f", row.name, got, known, row.want)
		}
	}
	dollars := insured("V1", "01-01", 0)
	dollars.Amount = Money{100, currency("USD")}
	if got, known := known(append(portfolio, dollars)...).View(weekdayLedger(t), d25("01-20")).NetExposure(); known {
		t.Errorf("a cover in another currency: got %d, want not known", got)
	}
}

// Of each cover the highest revision that has begun counts, as of limits.
func TestCoversInForce(t *testing.T) {
	l := weekdayLedger(t)
	c := NewCustomer("C-1")
	ended := insured("V1", "04-01", 50)
	ended.ValidTo = d25("04-30")
	tell(c, event(2, insured("V1", "03-01", 80)), event(3, ended), event(1, insured("V1", "01-01", 100)), event(1, insured("V2", "02-01", 10)))
	for _, row := range []struct {
		day  string
		want int64 // in all
		next string
	}{
		{"01-01", 100, "02-01"}, {"02-28", 110, "03-01"}, {"03-01", 90, "04-01"}, {"04-01", 60, "05-01"}, {"05-01", 10, ""},
	} {
		total := int64(0)
		v := c.View(l, d25(row.day))
		for _, cover := range v.CoversOn(v.Day) {
			total += cover.Amount.Minor / 100
		}
		next := Date(0)
		if row.next != "" {
			next = d25(row.next)
		}
		if total != row.want || v.NextChange() != next {
			t.Errorf("%s: got %d until %v, want %d until %v", row.day, total, v.NextChange(), row.want, next)
		}
	}
}
