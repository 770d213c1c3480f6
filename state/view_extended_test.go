package state

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// dueLater is a revision of an invoice by which it is due later.
func dueLater(id, due, changed string) *Invoice {
	i := invoice(id, "01-02", due, 100)
	if changed != "" {
		i.ChangedDate = d25(changed)
	}
	return i
}

func TestExtensionsAreOpenInvoicesThatAreDueLaterThanTheyWere(t *testing.T) {
	c := known(
		invoice("I1", "01-02", "01-31", 100), invoice("I2", "01-02", "01-31", 100), invoice("I3", "01-02", "01-31", 100),
		invoice("I4", "01-02", "01-31", 100), invoice("I5", "01-02", "01-31", 100),
	)
	undated := event(2, dueLater("I5", "03-05", ""))
	undated.Time = InstantOf(time.Date(2025, 2, 6, 23, 30, 0, 0, time.UTC))
	tell(c,
		event(2, dueLater("I1", "02-28", "02-10")), event(2, dueLater("I2", "01-30", "02-10")), event(2, dueLater("I3", "02-28", "02-08")),
		event(2, dueLater("I4", "02-28", "02-10")), undated, event(1, payment("P1", "02-12", 100, to("I4", 100))), event(1, payment("P2", "02-12", 40, to("I3", 40))),
	)
	l := weekdayLedger(t)
	l.Zone = time.FixedZone("UTC+1", 3600)
	want := []Extension{
		{"I5", d25("01-31"), d25("03-05"), d25("02-07"), euros(100)},
		{"I3", d25("01-31"), d25("02-28"), d25("02-08"), euros(60)},
		{"I1", d25("01-31"), d25("02-28"), d25("02-10"), euros(100)},
	}
	if diff := cmp.Diff(want, c.View(l, d25("02-20")).Extensions()); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	c.Then(l, d25("02-11"), func(v *View) { // before the payments
		var ids []string
		for _, e := range v.Extensions() {
			ids = append(ids, e.Invoice)
		}
		if want := []string{"I5", "I3", "I1", "I4"}; !slices.Equal(ids, want) {
			t.Errorf("then: got %v, want %v", ids, want)
		}
	})
}

func TestOverdueNeedsNoRate(t *testing.T) {
	dollars := invoice("I1", "01-02", "01-31", 100) // a Friday
	dollars.Total.Currency = currency("USD")
	for _, c := range []struct {
		name               string
		bodies             []Body
		day                string
		either, undisputed bool
	}{
		{"on the due date", []Body{hundred(), dollars}, "01-31", false, false},
		{"the day after, in another currency than the customer's", []Body{dollars, invoice("I2", "01-02", "12-31", 100)}, "02-01", true, true},
		{"disputed", []Body{hundred(), dispute("D1", "01-10", 100, "I1")}, "02-03", true, false},
		{"disputed in part", []Body{hundred(), dispute("D1", "01-10", 99.99, "I1")}, "02-03", true, true},
		{"paid on account", []Body{hundred(), payment("P1", "01-10", 100)}, "02-03", false, false},
		{"but for a residue", []Body{hundred(), payment("P1", "01-10", 99.50, to("I1", 99.50))}, "02-03", false, false},
	} {
		either, undisputed := known(c.bodies...).View(weekdayLedger(t), d25(c.day)).Overdue()
		if either != c.either || undisputed != c.undisputed {
			t.Errorf("%s: got %v, %v, want %v, %v", c.name, either, undisputed, c.either, c.undisputed)
		}
	}
}

func TestATotalConvertsEachCurrencyOnce(t *testing.T) {
	yen := func(n int64) Money { return Money{n, currency("JPY")} }
	c := known(hundred())
	v := c.View(weekdayLedger(t), d25("02-03"))
	if got, ok := v.Total([]Money{euros(1), euros(2)}); got != 300 || !ok {
		t.Errorf("got %d, %v, want 3.00", got, ok)
	}
	if _, ok := v.Total([]Money{euros(1), yen(100)}); ok {
		t.Error("an amount without a rate is said to be known")
	}
}
