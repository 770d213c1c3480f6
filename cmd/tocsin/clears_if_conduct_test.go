package main

import (
	"slices"

	"tocsin/state"
)

// base is the base limit in force.
func (c *clearing) base() state.LimitRevision {
	for _, l := range bodiesOf[*state.LimitRevision](c.situation) {
		if l.LimitID == c.view.Limit().ID && l.Type == state.LimitBase {
			return *l
		}
	}
	return state.LimitRevision{}
}

func (c *clearing) raiseLimit(short bool) []state.Body {
	l := c.base()
	l.Amount, l.ValidFrom = c.amount(short), c.day
	return []state.Body{&l}
}

// setLimit sets the least limit that there is. Nothing is less.
func (c *clearing) setLimit(short bool) []state.Body {
	if short {
		return nil
	}
	return []state.Body{&state.LimitRevision{LimitID: "way", Type: state.LimitBase, Amount: c.money(0), ValidFrom: c.day}}
}

// reviewLimit is a review whose next one is due today, or was yesterday.
func (c *clearing) reviewLimit(short bool) []state.Body {
	l := c.base()
	if l.ReviewDate = c.day; short {
		l.ReviewDate--
	}
	return []state.Body{&l}
}

// endRegistry is that the register says of the first of the facts that it is over.
func (c *clearing) endRegistry(short bool) []state.Body {
	for i := range c.events {
		ev := &c.events[i]
		fact, isNews := ev.Body.(*state.RegistryFact)
		if !isNews || short || ev.Stamp.ID != c.alert.Evidence[0] {
			continue
		}
		for _, own := range c.view.Profile().Identifiers {
			if own.Value == fact.Identifier.Value {
				ended := *fact
				ended.Status = state.RegistryEnded
				return []state.Body{&ended}
			}
		}
	}
	return nil
}

func (c *clearing) returnInError(short bool) []state.Body {
	for _, r := range bodiesOf[*state.Return](c.situation) {
		if r.PaymentID == c.alert.Evidence[0] && !short {
			back := *r
			back.BookedInError = state.FlagTrue
			return []state.Body{&back}
		}
	}
	return nil
}

// reachCustomer is a call, which nobody takes if it falls short.
func (c *clearing) reachCustomer(short bool) []state.Body {
	call := &state.Contact{ContactID: "way", ContactDate: c.day, Channel: state.ContactPhone, Outcome: state.ContactReached}
	if short {
		call.Outcome = state.ContactNoAnswer
	}
	return []state.Body{call}
}

// resolveDisputes rejects all disputes that are open, or all but the last.
func (c *clearing) resolveDisputes(short bool) (closed []state.Body) {
	over := map[string]bool{}
	for _, d := range bodiesOf[*state.DisputeClosed](c.situation) {
		over[d.DisputeID] = true
	}
	for _, d := range bodiesOf[*state.Dispute](c.situation) {
		if !over[d.DisputeID] {
			closed = append(closed, &state.DisputeClosed{DisputeID: d.DisputeID, ClosedDate: c.day, Outcome: state.DisputeRejected})
		}
	}
	if short {
		return closed[:len(closed)-1]
	}
	return closed
}

// verifyPayers agrees to the payers of the payments that the alert names.
func (c *clearing) verifyPayers(short bool) (known []state.Body) {
	for _, p := range bodiesOf[*state.Payment](c.situation) {
		if p.PayerAccount != "" && slices.Contains(c.alert.Evidence, p.PaymentID) && !short {
			known = append(known, &state.PayerVerified{AccountHash: p.PayerAccount, VerifiedDate: c.day})
		}
	}
	return known
}

// keepPromise is a new promise for the oldest open invoice, of the least amount that is material, and kept on the spot as far as a
// promise must be. It falls short if a cent is missing.
func (c *clearing) keepPromise(short bool) []state.Body {
	promised := c.p.config.materiality().M(c.view.Exposure().Receivables, c.view.Currency())
	paid := (95*promised + 99) / 100
	if short {
		paid--
	}
	promise := &state.Promise{PromiseID: "way", MadeDate: c.day, PromisedDate: c.day, Amount: c.money(promised)}
	for _, line := range c.view.DueLines() {
		if !line.Settled && line.Disputed == 0 {
			promise.InvoiceIDs = []string{line.Invoice}
			break
		}
	}
	return []state.Body{promise, c.cash(c.money(paid))}
}
