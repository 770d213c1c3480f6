package state

import (
	"slices"
	"testing"
)

// withDiscount is an invoice with a discount up to 2025-01-20.
func withDiscount() *Invoice {
	i := invoice("I1", "01-10", "02-10", 1000)
	i.DiscountUntil = d25("01-20")
	return i
}

func TestADiscountTakenSettlesItsInvoiceForTestsOnDays(t *testing.T) {
	for _, c := range []struct {
		name    string
		bodies  []Body
		settled bool
		took    bool
		on      string
		late    int16
	}{
		{"95 % on the last day", []Body{payment("P1", "01-20", 950, to("I1", 950))}, true, true, "01-20", -21},
		{"a cent less", []Body{payment("P1", "01-20", 949.99, to("I1", 949.99))}, false, false, "", 0},
		{"a day late", []Body{payment("P1", "01-21", 950, to("I1", 950))}, false, false, "", 0},
		{"a day late, whole", []Body{payment("P1", "01-21", 1000, to("I1", 1000))}, true, false, "01-21", -20},
		{"in two parts", []Body{payment("P1", "01-15", 500, to("I1", 500)), payment("P2", "01-19", 470, to("I1", 470))}, true, true, "01-19", -24},
		{"the rest of it long after", []Body{payment("P1", "01-15", 980, to("I1", 980)), payment("P2", "03-01", 20, to("I1", 20))}, true, true, "01-15", -25},
		{"by a credit note, which is no cash", []Body{credit("N1", "01-15", 980, to("I1", 980))}, false, false, "", 0},
		{"with the discount as a credit note", []Body{payment("P1", "01-15", 980, to("I1", 980)), credit("N1", "01-30", 20, to("I1", 20))}, true, true, "01-15", -26},
	} {
		v := known(append(c.bodies, withDiscount())...).View(weekdayLedger(t), d25("03-10"))
		list := v.Settled()
		if len(list) == 1 != c.settled {
			t.Errorf("%s: got %d settled invoices, want %v", c.name, len(list), c.settled)
			continue
		}
		tested := 0
		v.EachTested(func(*DueLine, Currency) bool { tested++; return true })
		if tested == 1 == c.settled {
			t.Errorf("%s: %d lines are tested, want them only where it is not settled", c.name, tested)
		}
		if !c.settled {
			continue
		}
		if s := &list[0]; s.Took() != c.took || !s.Offered() || s.On != d25(c.on) || s.Late != c.late || !s.ByCash() {
			t.Errorf("%s: got took %v on %v, %d late, want %v on %s, %d late", c.name, s.Took(), s.On, s.Late, c.took, c.on, c.late)
		}
	}
}

func TestADiscountTakenStaysInTheBooks(t *testing.T) {
	v := known(withDiscount(), payment("P1", "01-15", 980, to("I1", 980))).View(weekdayLedger(t), d25("03-10"))
	if e, a := v.Exposure(), v.Ageing(); e.Receivables != euros(20).Minor || a.Overdue != euros(20).Minor || a.OpenCount != 1 || len(v.Settlements()) != 0 {
		t.Errorf("got receivables %d, overdue %d, %d open and %d settled, want the 20.00 open and overdue", e.Receivables, a.Overdue, a.OpenCount, len(v.Settlements()))
	}
}

func TestSettledInvoicesAreThoseOfTheDay(t *testing.T) {
	l := weekdayLedger(t)
	c := known(
		invoice("I1", "01-02", "01-31", 100), payment("P1", "02-10", 100, to("I1", 100)),
		invoice("I2", "01-02", "01-31", 100), payment("P2", "02-05", 100, to("I2", 100)),
		invoice("I3", "01-02", "01-31", 100), payment("P3", "02-20", 100, to("I3", 100)),
		&Return{PaymentID: "P2", ReturnDate: d25("02-15"), Amount: euros(100)},
	)
	for _, look := range []struct {
		day  string
		want []string
	}{
		{"02-20", []string{"I1", "I3"}}, {"02-04", nil}, {"02-10", []string{"I2", "I1"}}, {"02-15", []string{"I1"}}, {"02-20", []string{"I1", "I3"}},
	} {
		c.View(l, d25("02-20"))
		for name, at := range map[string]func(func(*View)){
			"view": func(judge func(*View)) { judge(c.View(l, d25(look.day))) },
			"then": func(judge func(*View)) { c.Then(l, d25(look.day), judge) },
		} {
			at(func(v *View) {
				var got []string
				for i := range v.Settled() {
					got = append(got, v.Settled()[i].Invoice().InvoiceID)
				}
				if !slices.Equal(got, look.want) {
					t.Errorf("%s of %s: got %v, want %v", name, look.day, got, look.want)
				}
			})
		}
	}
}
