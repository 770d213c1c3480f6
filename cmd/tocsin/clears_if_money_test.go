package main

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"tocsin/detectors"
	"tocsin/state"
)

// cash is money of an amount on account; nil where that is 0.
func (c *clearing) cash(m state.Money) *state.Payment {
	if m.Minor == 0 {
		return nil
	}
	return &state.Payment{PaymentID: "way", ValueDate: c.day, Amount: m}
}

func (c *clearing) pay(short bool) []state.Body {
	if cash := c.cash(c.amount(short)); cash != nil {
		return []state.Body{cash}
	}
	return nil
}

// payInvoices books the amount on the open invoices, the oldest line first.
func (c *clearing) payInvoices(short bool) []state.Body {
	return c.booked(short, func(book func(id string, most int64)) {
		for _, line := range c.view.DueLines() {
			book(line.Invoice, line.Open)
		}
	})
}

// settlePromised books the amount on the invoices of the promises that the alert names, on each what settles it.
func (c *clearing) settlePromised(short bool) []state.Body {
	return c.booked(short, func(book func(id string, most int64)) {
		for _, p := range bodiesOf[*state.Promise](c.situation) {
			if !slices.Contains(c.alert.Evidence, p.PromiseID) {
				continue
			}
			for _, id := range c.promised(p) {
				if invoice, _ := c.view.InvoiceState(id); !invoice.Over {
					book(id, invoice.ToSettle())
				}
			}
		}
	})
}

// booked is the amount in cash, booked on invoices: each once, and no more than is told of it.
func (c *clearing) booked(short bool, each func(book func(id string, most int64))) []state.Body {
	cash := c.cash(c.amount(short))
	if cash == nil {
		return nil
	}
	left, seen := cash.Amount.Minor, map[string]bool{}
	each(func(id string, most int64) {
		if part := min(left, most); part > 0 && !seen[id] {
			seen[id], left = true, left-part
			cash.Allocations = append(cash.Allocations, state.Allocation{InvoiceID: id, Amount: c.money(part)})
		}
	})
	return []state.Body{cash}
}

// promised are the invoices that a promise is about: those that it names, or all that were past due when it was made.
func (c *clearing) promised(p *state.Promise) (ids []string) {
	if len(p.InvoiceIDs) > 0 {
		return p.InvoiceIDs
	}
	for _, line := range c.view.DueLines() {
		if line.Effective < p.MadeDate {
			ids = append(ids, line.Invoice)
		}
	}
	return ids
}

// payFromOwnAccount pays on account, from the account that the customer used first.
func (c *clearing) payFromOwnAccount(short bool) []state.Body {
	cash := c.cash(c.amount(short))
	if cash == nil {
		return nil
	}
	for _, p := range bodiesOf[*state.Payment](c.situation) {
		if p.PayerAccount != "" {
			cash.PayerAccount = p.PayerAccount
			break
		}
	}
	return []state.Body{cash}
}

// takeDiscount pays the next invoice on the last day of its discount, or on the day after.
func (c *clearing) takeDiscount(short bool) []state.Body {
	next := c.sale("way", c.day+30)
	if next.DiscountUntil = c.day; short {
		next.DiscountUntil--
	}
	return []state.Body{next, c.settling(next)}
}

// sale is a small invoice of today. It may be due before that: then it is late today, and was not there before.
func (c *clearing) sale(id string, due state.Date) *state.Invoice {
	return &state.Invoice{InvoiceID: id, IssueDate: c.day, DueDate: due, Total: c.money(10_000)}
}

// settling is cash of today that pays an invoice.
func (c *clearing) settling(i *state.Invoice) *state.Payment {
	return &state.Payment{PaymentID: i.InvoiceID, ValueDate: c.day, Amount: i.Total, Allocations: []state.Allocation{{InvoiceID: i.InvoiceID, Amount: i.Total}}}
}

// payAsBefore pays all that is late, and more invoices than the alert rests on, each on the last day on which that is still as before,
// or on the day after.
func (c *clearing) payAsBefore(short bool) []state.Body {
	late := int64(0)
	for _, line := range c.view.DueLines() {
		late += line.Tested
	}
	var bodies []state.Body
	if cash := c.cash(c.money(late)); cash != nil {
		bodies = append(bodies, cash)
	}
	days := c.daysAsBefore()
	if short {
		days++
	}
	count, _ := strconv.Atoi(c.alert.fact("recent_count"))
	for i := range count + 1 {
		next := c.sale(fmt.Sprint("way-", i), c.day-days)
		bodies = append(bodies, next, c.settling(next))
	}
	return bodies
}

// daysAsBefore are the most days after its due date on which an invoice is paid as before.
func (s *situation) daysAsBefore() state.Date {
	d := detectors.NewPaymentSlowdown()
	norm, told := new(big.Rat).SetString(s.alert.fact("baseline_median_days"))
	if !told {
		return state.Date(d.ColdWarningDays - 1)
	}
	least := norm.Add(norm, big.NewRat(int64(d.ClearDays), 1)) // that is too late
	days := new(big.Int).Div(least.Num(), least.Denom()).Int64()
	if least.IsInt() {
		days--
	}
	return state.Date(days)
}

// fallsDueAsBefore tells whether what is paid on a day so many days late, and one day more, fell due on a business day: else nothing
// is so late on that day.
func (s *situation) fallsDueAsBefore(day state.Date) bool {
	due := day - s.daysAsBefore()
	calendar := s.p.engine.Ledger.Calendar
	return calendar.Roll(due) == due && calendar.Roll(due-1) == due-1
}

// tradeAsBefore sells for cash, or credits, what turnover lacks to the usual one. Who falls short does nothing.
func (c *clearing) tradeAsBefore(short bool) []state.Body {
	if short {
		return nil
	}
	number := func(name string) *big.Rat {
		n, _ := new(big.Rat).SetString(c.alert.fact(name))
		return n
	}
	owed := number("receivables")
	owed.Add(owed, number("receivables_before"))
	sales := number("turnover_base")
	sales.Mul(sales, owed).Mul(sales, number("turnover_window_days")).Mul(sales, big.NewRat(1, 2*365))
	sales.Sub(sales, number("window_sales")).Mul(sales, big.NewRat(c.view.Currency().Major(1), 1))
	lacking := new(big.Int).Div(sales.Num(), sales.Denom()).Int64()
	if lacking < 0 {
		return []state.Body{&state.CreditNote{CreditNoteID: "way", CreditDate: c.day, Amount: c.money(-lacking)}}
	}
	sale := c.sale("way", c.day+30)
	sale.Total = c.money(lacking)
	return []state.Body{sale, c.settling(sale)}
}
