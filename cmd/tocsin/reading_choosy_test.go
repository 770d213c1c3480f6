package main

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
)

// Customers who say what they pay, and pay new and small invoices before old and large ones, come out as the rules read: the other
// random stories hardly ever hold three such payments.
func TestRandomStoriesOfChoosyCustomersReadAsTheRulesDo(t *testing.T) {
	calendar, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		readsAsTheRulesDo(t, calendar, "A choosy customer.\n\n-- events --\n"+drawChoosy(t)+"-- want --\n")
	})
}

func drawChoosy(t *rapid.T) string {
	w := &teller{T: t}
	var invoices []string
	issue := func(id string, issued, due int, amount string) {
		w.tell(issued, "invoice %s %s due %s", id, amount, readDay(due))
		invoices = append(invoices, id)
	}
	oldest := w.number("oldest due", 4, 12)
	for i := range w.number("old ones", 1, 2) {
		issue(fmt.Sprintf("old-%d", i), 0, oldest+i*w.number("later", 0, 9), w.pick("large", "499.99", "500.00", "1999.99", "2000.00", "2000.00", "5000.00"))
	}
	for i := range w.number("new ones", 2, 5) {
		issue(fmt.Sprintf("inv-%d", i), w.number("issued", 0, 20), oldest+w.number("newer", 13, 22), w.pick("small", "400.00", "1000.00", "1000.00", "1000.01", "2000.00"))
	}
	for i := range w.number("payments", 3, 7) {
		id, on := fmt.Sprintf("pay-%d", i), w.number("paid", 10, 70)
		of := rapid.SampledFrom(invoices).Draw(w.T, "of")
		amount := w.pick("paid", "400.00", "1000.00", "1000.00", "2000.00")
		text := ""
		if other := rapid.SampledFrom(invoices).Draw(w.T, "and"); other != of && w.number("of two", 0, 2) == 0 {
			text = " for " + other + " 200.00"
			of += " 200.00"
		}
		w.tell(on, "payment %s %s for %s%s%s", id, amount, of, text, w.pick("chosen", " as the customer chose", " as the customer chose", ""))
		switch w.pick("then", "", "", "", "", "returned", "applied") {
		case "returned":
			w.tell(on+w.number("days", 0, 9), "return %s %s", id, amount)
		case "applied":
			w.tell(on+w.number("days", 0, 9), "applied %s for %s", id, rapid.SampledFrom(invoices).Draw(w.T, "rather"))
		}
	}
	switch w.pick("more", "", "", "", "", "credit", "cancelled", "account", "written off") {
	case "credit":
		w.tell(w.number("credited", 10, 70), "credit note cn-0 %s for %s", w.pick("credit", "400.00", "1000.00"), invoices[w.number("of", 0, len(invoices)-1)])
	case "cancelled":
		w.tell(w.number("cancelled", 10, 70), "cancel invoice old-0")
	case "account":
		w.tell(w.number("on account", 10, 70), "payment pay-9 %s", w.pick("sum", "500.00", "1999.99", "2000.00", "5000.00"))
	case "written off":
		w.tell(w.number("written off", 10, 70), "write off old-0 %s", w.pick("off", "100.00", "499.99"))
	}
	fmt.Fprintf(&w.b, "%s end\n", readDay(readDays+60))
	return w.b.String()
}
