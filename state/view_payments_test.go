package state

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Where the quick looks tell that there is nothing there is nothing.
func TestQuickLooksMissNothing(t *testing.T) {
	l := weekdayLedger(t)
	chosen := func(id, valued string, amount float64, allocations ...Allocation) *Payment {
		p := payment(id, valued, amount, allocations...)
		for i := range p.Allocations {
			p.Allocations[i].By = AllocatedByCustomer
		}
		return p
	}
	whole := known(invoice("I1", "01-10", "02-10", 100), payment("P1", "02-12", 100, to("I1", 100)))
	view := whole.View(l, d25("02-20"))
	if view.PaidInParts(d25("01-01")) || !view.PaidSince(d25("02-11")) || view.PaidSince(d25("02-12")) {
		t.Error("one payment of one invoice: want no parts, one payment on 02-12")
	}
	if view.DirectedSince(d25("01-01")) || view.PaidWithoutReference(d25("01-01"), func(m Money) bool { return m.Minor > 9_999 }) != 1 {
		t.Error("directed: want no; without a reference: want one")
	}
	parts := known(invoice("I1", "01-10", "02-10", 100), payment("P1", "02-12", 50, to("I1", 50)), payment("P2", "02-14", 50, to("I1", 50)))
	if !parts.View(l, d25("02-20")).PaidInParts(d25("02-12")) {
		t.Error("two payments of one invoice: want parts")
	}

	passing := []Body{invoice("I1", "01-10", "02-10", 100), invoice("I2", "01-20", "02-27", 50), chosen("P1", "02-28", 50, to("I2", 50))}
	for _, c := range []struct {
		name string
		more []Body
		days int
		want bool
	}{
		{"17 days newer", nil, 16, true},
		{"no more than 17", nil, 17, false},
		{"the older one is paid on that day", []Body{payment("P2", "02-28", 100, to("I1", 100))}, 16, false},
		{"a day later", []Body{payment("P2", "03-01", 100, to("I1", 100))}, 16, true},
		{"cancelled later", []Body{&InvoiceCancelled{InvoiceID: "I1", CancelDate: d25("03-01")}}, 16, true},
		{"written off in part, paid later", []Body{&WriteOff{InvoiceID: "I1", WriteOffDate: d25("02-20"), Amount: euros(60)}, payment("P2", "03-05", 40, to("I1", 40))}, 16, true},
		{"came back later", []Body{payment("P2", "02-14", 100, to("I1", 100)), came("P2", "03-02", 100)}, 16, true},
		{"directed by the seller", []Body{payment("P1", "02-28", 50, to("I2", 50))}, 16, false},
	} {
		told := known(passing...)
		for i, body := range c.more {
			tell(told, event(int64(2+i), body))
		}
		if got := told.View(l, d25("03-10")).MayPassOver(d25("02-01"), c.days); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	if known(passing...).View(l, d25("03-10")).MayPassOver(d25("02-28"), 0) {
		t.Error("nothing was paid since: want nothing passed over")
	}

	passing = append(passing, chosen("P2", "03-02", 40, to("I1", 40), to("I2", 0.5)), payment("P3", "03-03", 10, to("I1", 10)))
	got := ""
	known(passing...).View(l, d25("03-10")).EachDirected(d25("02-27"), func(on, due Date) bool {
		got += fmt.Sprintf("%v until %v, ", on, due)
		return true
	})
	if want := "2025-03-02 until 2025-02-27, 2025-02-28 until 2025-02-27, "; got != want {
		t.Errorf("each that was directed: got %q, want %q", got, want)
	}
}

func TestPaysWhole(t *testing.T) {
	l := weekdayLedger(t)
	i1, p1 := invoice("I1", "01-10", "02-10", 100), payment("P1", "02-12", 100, to("I1", 100))
	for _, c := range []struct {
		name string
		more Body
		want bool
	}{
		{"alone", order("O1", "01-01", 5), true},
		{"a credit note names it too", credit("N1", "02-15", 5, to("I1", 5)), false},
		{"of less", payment("P1", "02-12", 99, to("I1", 99)), false},
		{"before the invoice", payment("P1", "01-09", 100, to("I1", 100)), false},
		{"applied by the seller", &Application{PaymentID: "P1", AppliedDate: d25("02-20"), Allocations: []Allocation{to("I1", 100)}}, false},
		{"cancelled", &InvoiceCancelled{InvoiceID: "I1", CancelDate: d25("03-01")}, false},
		{"written off", &WriteOff{InvoiceID: "I1", WriteOffDate: d25("02-20"), Amount: euros(60)}, false},
	} {
		c1 := known(i1, p1)
		tell(c1, event(2, c.more))
		p := c1.tables[KindPayment].find("P1").body.(*Payment)
		if got := c1.View(l, d25("03-10")).PaysWhole(p); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// What was owed on past days is what the views of those days show, wherever it is told from the present one.
func TestPastSinceIsWhatThoseDaysShow(t *testing.T) {
	l := weekdayLedger(t)
	told := 0
	rapid.Check(t, func(t *rapid.T) {
		c, last := drawTrade(t)
		since := d25("01-01") + Date(rapid.IntRange(-5, 90).Draw(t, "since"))
		view := c.View(l, max(last, since))
		past, plain := view.PastSince(since)
		if !plain {
			return
		}
		told++
		for day := since + 1; day <= view.Day; day++ {
			got, want := []string{}, []string{}
			for i := range past.Invoices {
				if one := &past.Invoices[i]; one.Open(day) {
					got = append(got, fmt.Sprint(one.Due, one.InvoiceID, one.Total.Minor))
				}
			}
			view.On(day, func(then *View) {
				for _, line := range then.DueLines() {
					if !line.Settled && !line.Discounted && line.Tested > 0 {
						want = append(want, fmt.Sprint(line.Effective, line.Invoice, then.InvoiceOf(line.Invoice).Total.Minor))
					}
				}
				if ar := then.Exposure().Receivables; ar > past.Most {
					t.Errorf("%v: receivables of %d, at most %d", day, ar, past.Most)
				}
			})
			if !slices.Equal(got, want) {
				t.Errorf("%v, from %v:\ngot  %v\nwant %v", day, view.Day, got, want)
			}
		}
	})
	if told == 0 {
		t.Error("of no customer the past was told from the present")
	}
}

// drawTrade draws a customer of some months, most of whom trade plainly.
func drawTrade(t *rapid.T) (c *Customer, last Date) {
	c = NewCustomer("C-1")
	some := func(name string, few ...int) int { return rapid.SampledFrom(few).Draw(t, name) }
	day := func(name string) Date { return d25("01-01") + Date(rapid.IntRange(0, 90).Draw(t, name)) }
	revision := int64(0)
	add := func(body Body) { revision++; tell(c, event(revision, body)) }
	odd := some("odd", 0, 0, 0, 1)
	type issued struct {
		id string
		at Date
	}
	var all []issued
	for n := range rapid.IntRange(1, 7).Draw(t, "invoices") {
		i := &Invoice{InvoiceID: fmt.Sprint("I", n), IssueDate: day("issued"), Total: euros(float64(some("total", 1, 100, 500, 4000)))}
		i.DueDate = i.IssueDate + Date(some("term", 0, 7, 30))
		if odd == 1 && some("discount", 0, 0, 1) == 1 {
			i.DiscountUntil = i.IssueDate + 10
		}
		add(i)
		all = append(all, issued{i.InvoiceID, i.IssueDate})
		last = max(last, i.IssueDate)
	}
	for n := range rapid.IntRange(0, 8).Draw(t, "payments") {
		of := rapid.SampledFrom(all).Draw(t, "of")
		on := of.at + Date(some("after", 0, 3, 20, 45))
		if odd == 1 {
			on = day("paid")
		}
		body := c.tables[KindInvoice].find(of.id).body.(*Invoice)
		amount := Money{body.Total.Minor * int64(some("percent", 100, 100, 100, 99, 40)) / 100, body.Total.Currency}
		if some("credit", 0, 0, 0, 0, 1) == 1 {
			add(&CreditNote{CreditNoteID: fmt.Sprint("N", n), CreditDate: on, Amount: amount, Allocations: []Allocation{{InvoiceID: of.id, Amount: amount}}})
		} else {
			add(&Payment{PaymentID: fmt.Sprint("P", n), ValueDate: on, Amount: amount, Allocations: []Allocation{{InvoiceID: of.id, Amount: amount}}})
		}
		last = max(last, on)
		switch {
		case odd == 0:
		case some("returned", 0, 0, 1) == 1:
			add(&Return{PaymentID: fmt.Sprint("P", n), ReturnDate: on + 3, Amount: amount})
		case some("applied", 0, 0, 1) == 1:
			add(&Application{PaymentID: fmt.Sprint("P", n), AppliedDate: on + 5, Allocations: []Allocation{{InvoiceID: all[0].id, Amount: amount}}})
		case some("written off", 0, 0, 0, 1) == 1:
			add(&WriteOff{InvoiceID: of.id, WriteOffDate: day("off"), Amount: amount})
		case some("cancelled", 0, 0, 0, 1) == 1:
			add(&InvoiceCancelled{InvoiceID: of.id, CancelDate: day("gone")})
		case some("disputed", 0, 0, 1) == 1:
			add(&Dispute{DisputeID: fmt.Sprint("D", n), OpenedDate: day("disputed"), InvoiceIDs: []string{of.id}, Amount: amount})
		}
	}
	return c, last
}
