package state_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/statetest"
)

// figures are what a view derives from the whole history, as far as comparing goes.
type figures struct {
	Trading  state.Trading
	DSO      [4]string
	Pay      string
	Class    state.Class
	Next     state.Date
	InEuros  state.Share
	InDollar state.Share
}

func figuresOf(v *state.View) figures {
	d := v.DSO()
	f := figures{Trading: v.Trading(), Class: v.Class(), Next: v.NextClass()}
	for i, r := range []*big.Rat{d.Average, d.CountBack, d.Ageing, d.ADD} {
		f.DSO[i] = exact(r)
	}
	index, _ := v.TocsinPay()
	f.Pay = exact(index)
	euro, _ := state.ParseCurrency("EUR")
	dollar, _ := state.ParseCurrency("USD")
	f.InEuros, f.InDollar = v.Share(euro), v.Share(dollar)
	return f
}

func exact(r *big.Rat) string {
	if r == nil {
		return "null"
	}
	return r.String()
}

// Figures of the book as it is kept are those of one derived from scratch, on the day itself and on days past; and the months
// add up: what is open of them is the receivables.
func TestFiguresAreThoseFromScratch(t *testing.T) {
	l := ledger(t)
	rapid.Check(t, func(t *rapid.T) {
		days := statetest.History(customer, 4, 8).Draw(t, "history")
		c := state.NewCustomer(customer)
		for _, day := range days {
			c.Shrink(l, day.Date)
			c.View(l, day.Date)
			applyInBatches(t, c, day.Date, day.Events)
			for _, on := range []state.Date{day.Date, day.Date - state.Date(rapid.IntRange(1, 90).Draw(t, "days back"))} {
				scratch := figuresOf(reload(t, c).View(l, on))
				v := c.View(l, on)
				if diff := difference(scratch, figuresOf(v)); diff != "" {
					t.Fatalf("%v: from scratch (-), kept (+)\n%s", on, diff)
				}
				open := int64(0)
				for _, m := range scratch.Trading.Months {
					open += m.Open
				}
				if e := v.Exposure(); scratch.Trading.Known && open != e.Receivables {
					t.Fatalf("%v: %d open by month, receivables of %d", on, open, e.Receivables)
				}
			}
		}
	})
}

// When documents shrink, neither their sales nor the settled invoices are forgotten.
func TestShrinkingKeepsSalesAndClass(t *testing.T) {
	l := ledger(t)
	rapid.Check(t, func(t *rapid.T) {
		events := statetest.Events(customer, 20).Draw(t, "events")
		c := state.NewCustomer(customer)
		c.Apply(statetest.Start, events, make([]state.Outcome, len(events)))
		day := statetest.Start + state.Date(rapid.IntRange(1, 1500).Draw(t, "days"))
		before := figuresOf(c.View(l, day))
		c.Shrink(l, day)
		after := figuresOf(c.View(l, day))
		after.Next, before.Next = 0, 0 // of a customer who stays new
		if diff := difference(before, after); diff != "" {
			t.Fatalf("%v: before (-), after (+)\n%s", day, diff)
		}
	})
}

// Until the day that NextChange or NextClass names the class is the same.
func TestTheClassChangesOnlyOnItsDay(t *testing.T) {
	l := ledger(t)
	euro, _ := state.ParseCurrency("EUR")
	hundred := state.Money{Minor: 100_00, Currency: euro}
	rapid.Check(t, func(t *rapid.T) {
		c := state.NewCustomer(customer)
		date := func(label string) state.Date {
			return statetest.Start + state.Date(rapid.IntRange(0, 200).Draw(t, label))
		}
		tell := func(kind state.Kind, body state.Body) {
			c.Apply(statetest.Start, []state.Event{{Kind: kind, Customer: customer, Body: body, Stamp: state.Stamp{Revision: 1}}}, make([]state.Outcome, 1))
		}
		for i := range rapid.IntRange(5, 9).Draw(t, "invoices") {
			id := fmt.Sprint("I", i)
			issued := date("issued")
			tell(state.KindInvoice, &state.Invoice{InvoiceID: id, IssueDate: issued, DueDate: issued, Total: hundred})
			switch rapid.IntRange(0, 9).Draw(t, "fate") {
			case 0:
				tell(state.KindInvoiceCancelled, &state.InvoiceCancelled{InvoiceID: id, CancelDate: date("cancelled")})
			case 1:
			default:
				tell(state.KindPayment, &state.Payment{
					PaymentID: id, ValueDate: date("paid"), Amount: hundred, Allocations: []state.Allocation{{InvoiceID: id, Amount: hundred}},
				})
			}
		}
		day := date("day")
		v := c.View(l, day)
		class, next := v.Class(), v.NextChange()
		if own := v.NextClass(); next == 0 || own != 0 && own < next {
			next = own
		}
		quiet := day + state.Date(rapid.IntRange(1, 300).Draw(t, "later"))
		if next != 0 && quiet >= next {
			quiet = next - 1
		}
		if got := c.View(l, quiet).Class(); got != class {
			t.Fatalf("%v: %v, %v: %v, next change %v", day, class, quiet, got, next)
		}
	})
}
