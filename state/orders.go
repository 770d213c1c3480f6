package state

// staleAfter is how many days past its requested delivery an open order leaves the exposure: nobody closed it.
const staleAfter = 180

// finishOrder derives what an order adds to the exposure: what is ordered and not delivered, as far as it is due for
// delivery within the horizon and not paid for in advance, and what is delivered and not invoiced.
func (c *Customer) finishOrder(s *settling, body *Order, g *figure) {
	dates := lifetime{day: s.day}
	dates.note(body.OrderDate)
	cancelled := c.orderCancelDate(body.OrderID)
	dates.note(cancelled)
	left := max(0, body.Gross.Minor-body.Delivered.Minor-max(body.Prepaid.Minor, c.deposited(body, g, &dates)))
	if body.Status == OrderStatusClosed || body.CreditHold == FlagTrue {
		left = 0
	}
	if left > 0 && body.RequestedDelivery != 0 {
		begins, ends := body.RequestedDelivery-Date(c.book.ledger.Horizon), body.RequestedDelivery+staleAfter+1
		dates.note(begins)
		dates.note(ends)
		if s.day < begins || s.day >= ends {
			left = 0
		}
	}
	if body.OrderDate <= s.day {
		g.held = max(0, body.Delivered.Minor-body.Invoiced.Minor)
		if cancelled == 0 || cancelled > s.day {
			g.open = left
		}
	}
	if g.open == 0 {
		g.traits &^= unrated // with no deposit there would be as little
	}
	ended := body.Status == OrderStatusClosed || cancelled != 0 && cancelled <= s.day || body.Delivered.Minor >= body.Gross.Minor
	if body.OrderDate <= s.day && ended && g.held == 0 {
		g.traits |= done
	}
	dates.finish(s, g)
}

// deposited is what payments made as deposits for an order amount to, less what came back, in the order's currency. The
// order's figure wants a rate where one of them does.
func (c *Customer) deposited(order *Order, g *figure, dates *lifetime) int64 {
	total := int64(0)
	for _, deposit := range c.deposits.of(order.OrderID) {
		body := deposit.fact.body.(*Payment)
		dates.note(body.ValueDate)
		if body.ValueDate > dates.day {
			continue
		}
		amount := body.Amount.Minor
		if returned := c.returned(body); returned != nil {
			dates.note(returned.ReturnDate)
			if returned.ReturnDate <= dates.day {
				amount -= min(amount, returned.Amount.Minor)
			}
		}
		worth, known := c.inOrder(order, body, amount, dates.day)
		if !known {
			g.traits |= unrated
		}
		total = add(total, worth)
	}
	return total
}

// orderCancelDate is when an order is cancelled; zero: never.
func (c *Customer) orderCancelDate(order string) Date {
	if len(c.tables[KindOrderCancelled].facts) == 0 {
		return 0
	}
	if f := c.tables[KindOrderCancelled].find(order); f != nil {
		return f.body.(*OrderCancelled).CancelDate
	}
	return 0
}
