package state

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

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
	c.Equip(&Day{Causes: Causes{"B-7": d25("02-03"), "": d25("01-01")}})
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

// A batch is disputed for 30 days, by whatever dispute names an invoice of it that is known and not cancelled.
func TestTheBatchesThatACustomerDisputes(t *testing.T) {
	of := func(id, batch string) *Invoice {
		i := invoice(id, "01-02", "06-30", 100)
		i.Batch = batch
		return i
	}
	sold := of("I5", "B-5")
	sold.Factored = FactoringWithoutRecourse
	c := known(
		of("I1", "B-1"), of("I2", "B-2"), of("I3", "B-3"), of("I4", ""), sold, of("I6", "B-2"),
		dispute("D1", "03-01", 100, "I1", "I9"), dispute("D2", "03-10", 100, "I2", "I6", "I4", "I3"), dispute("D3", "04-15", 100, "I5"),
		&InvoiceCancelled{InvoiceID: "I3", CancelDate: d25("03-12")}, &DisputeClosed{DisputeID: "D1", ClosedDate: d25("03-02"), Outcome: DisputeAccepted},
	)
	l := weekdayLedger(t)
	for _, row := range []struct{ day, want string }{
		{"02-28", ""}, {"03-01", "B-1"}, {"03-10", "B-1 B-2 B-3"}, {"03-12", "B-1 B-2"}, {"03-30", "B-1 B-2"}, {"03-31", "B-2"},
		{"04-08", "B-2"}, {"04-09", ""}, {"04-15", "B-5"}, {"05-14", "B-5"}, {"05-15", ""},
	} {
		if got := strings.Join(c.View(l, d25(row.day)).DisputedBatches(), " "); got != row.want {
			t.Errorf("%s: got %q, want %q", row.day, got, row.want)
		}
	}
}

func TestACustomerIsLookedAtAsLongAsItsDisputesCount(t *testing.T) {
	batch := invoice("I1", "01-02", "06-30", 100)
	batch.Batch = "B-1"
	for name, row := range map[string]struct {
		bodies []Body
		until  Date
	}{
		"nothing is disputed":              {[]Body{batch}, 0},
		"an invoice that is not yet known": {[]Body{dispute("D1", "03-01", 100, "I1")}, 0},
		"an invoice of no batch":           {[]Body{invoice("I2", "01-02", "06-30", 100), dispute("D1", "03-01", 100, "I2")}, 0},
		"a batch":                          {[]Body{dispute("D1", "03-01", 100, "I1"), batch}, d25("03-30")},
		"and once more":                    {[]Body{batch, dispute("D1", "03-01", 100, "I1"), dispute("D2", "03-21", 100, "I1"), dispute("D3", "03-11", 100, "I1")}, d25("04-19")},
	} {
		if got := known(row.bodies...).DisputesUntil(); got != row.until {
			t.Errorf("%s: got %v, want %v", name, got, row.until)
		}
	}
}

// The fifth customer makes a batch a common cause, once and for ever.
func TestACommonCauseTakesFiveCustomers(t *testing.T) {
	disputed := [][]string{{"B-1", "B-2"}, {"B-1", "B-2", "B-3"}, {"B-2"}, nil, {"B-1", "B-2"}, {"B-1", "B-3"}}
	var none Causes
	if got := none.Found(disputed); got != nil {
		t.Errorf("by four customers: got %q", got)
	}
	disputed = append(disputed, []string{"B-0", "B-2", "B-1"})
	if got, want := none.Found(disputed), []string{"B-1", "B-2"}; !slices.Equal(got, want) {
		t.Errorf("by five: got %q, want %q", got, want)
	}
	first := none.With([]string{"B-2"}, d25("03-02"))
	if got, want := first.Found(disputed), []string{"B-1"}; !slices.Equal(got, want) {
		t.Errorf("one is known: got %q, want %q", got, want)
	}
	both := first.With([]string{"B-1"}, d25("03-05"))
	if want := (Causes{"B-1": d25("03-05"), "B-2": d25("03-02")}); !reflect.DeepEqual(both, want) || len(first) != 1 || both.Found(disputed) != nil {
		t.Errorf("got %v after %v, want %v", both, first, want)
	}
}
