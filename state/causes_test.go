package state

import "testing"

func TestFallenDueIsCountedByTheRolledDueDate(t *testing.T) {
	sold := invoice("I5", "01-02", "02-03", 100)
	sold.Factored = FactoringWithoutRecourse
	moved := invoice("I4", "01-02", "02-28", 100)
	moved.OriginalDueDate = d25("02-04")
	c := known(
		invoice("I1", "01-02", "02-01", 100), payment("P1", "01-20", 100, to("I1", 100)), // a Saturday
		invoice("I2", "01-02", "02-03", 100), &InvoiceCancelled{InvoiceID: "I2", CancelDate: d25("02-10")},
		invoice("I3", "02-06", "02-05", 100), moved, sold,
	)
	l := weekdayLedger(t)
	for _, row := range []struct {
		day, since, until string
		want              int
	}{
		{"02-05", "02-02", "02-03", 2}, {"02-05", "02-03", "02-05", 1}, {"02-05", "01-01", "02-05", 3},
		{"02-06", "01-01", "02-06", 4}, {"02-10", "01-01", "02-10", 3},
	} {
		if got := c.View(l, d25(row.day)).FellDue(d25(row.since), d25(row.until)); got != row.want {
			t.Errorf("%s: after %s up to %s: got %d, want %d", row.day, row.since, row.until, got, row.want)
		}
	}
}

func TestACommonCauseIsInForceFromItsDayOn(t *testing.T) {
	c := known(invoice("I1", "01-02", "02-01", 100))
	c.Excuse(Causes{"B-7": d25("02-03"), "": d25("01-01")})
	l := weekdayLedger(t)
	for _, row := range []struct {
		day, batch string
		want       bool
	}{{"02-02", "B-7", false}, {"02-03", "B-7", true}, {"12-31", "B-7", true}, {"12-31", "B-8", false}, {"12-31", "", false}} {
		if got := c.View(l, d25(row.day)).CommonCause(row.batch); got != row.want {
			t.Errorf("%s on %s: got %v, want %v", row.batch, row.day, got, row.want)
		}
	}
}
