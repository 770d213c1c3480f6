package state

import (
	"slices"
	"testing"
)

func placedSince(v *View, since Date) (ids []string) {
	for _, o := range v.Placed(since) {
		id := o.Order().OrderID
		if v.IsCancelled(&o) {
			id += " cancelled"
		}
		ids = append(ids, id)
	}
	return ids
}

func TestOrdersPlacedSinceADay(t *testing.T) {
	c := known(order("O2", "01-10", 200), order("O1", "01-10", 100), order("O3", "02-20", 300), order("O4", "01-15", 400), order("O5", "03-10", 500),
		&OrderCancelled{OrderID: "O4", CancelDate: d25("01-25")})
	for _, row := range []struct {
		name       string
		since, day string
		want       []string
	}{
		{"by date and id", "01-01", "01-20", []string{"O1", "O2", "O4"}},
		{"after the day, and cancelled by then", "01-10", "01-25", []string{"O4 cancelled"}},
		{"the last day counts", "01-09", "02-20", []string{"O1", "O2", "O4 cancelled", "O3"}},
	} {
		if got := placedSince(c.View(weekdayLedger(t), d25(row.day)), d25(row.since)); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
	tell(c, event(2, order("O3", "01-20", 333)))
	v := c.View(weekdayLedger(t), d25("02-20"))
	if got := placedSince(v, d25("01-15")); !slices.Equal(got, []string{"O3"}) || v.Placed(d25("01-15"))[0].Minor != 333_00 {
		t.Errorf("placed on another date: got %v, want that one alone", got)
	}
}

func TestTradingBeginsWithTheFirstOrderOrInvoiceOrAsTheProfileSays(t *testing.T) {
	since := &Profile{Customer: "C-1", CustomerSince: d25("01-05")}
	for _, c := range []struct {
		bodies []Body
		want   string
	}{
		{[]Body{order("O1", "01-10", 100), invoice("I1", "01-12", "02-12", 100)}, "01-10"},
		{[]Body{order("O1", "01-10", 100), invoice("I1", "01-08", "02-12", 100)}, "01-08"},
		{[]Body{order("O1", "01-10", 100), since}, "01-05"},
	} {
		if got := known(c.bodies...).View(weekdayLedger(t), d25("02-20")).TradingSince(); got != d25(c.want) {
			t.Errorf("got %v, want %s", got, c.want)
		}
	}
	if got := known(order("O1", "03-10", 100)).View(weekdayLedger(t), d25("02-20")).TradingSince(); got != 0 {
		t.Errorf("before the first order: got %v, want none", got)
	}
}
