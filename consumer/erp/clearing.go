package erp

import (
	"tocsin/state"
)

// Cleared is what was on the list of last time and is no longer open as it was.
type Cleared struct {
	Documents int  `json:"documents"` // that have gone from the list
	Reopened  int  `json:"reopened"`  // of which less is settled than last time, and nothing
	Withheld  bool `json:"withheld"`  // nothing is taken for gone: rows were left out that do not tell their document
}

// appendCleared appends what comparing with the list of last time tells: what has gone, and what is open again.
func (i *Import) appendCleared(events []state.Event) []state.Event {
	if i.previous == nil {
		return events
	}
	i.cleared.Withheld = i.list.gap
	on := i.AsOf.Date(i.Zone)
	for _, was := range i.previous.documents {
		at, still := i.list.at[was.register()]
		switch {
		case still:
			if is := i.list.documents[at]; was.paid > 0 && is.paid == 0 && !is.refused {
				i.cleared.Reopened++
				events = append(events, i.settlement(is, 0, on))
			}
		case i.list.gap || i.list.left[item{was.customer, was.document}]:
		default:
			i.cleared.Documents++
			events = append(events, i.gone(was, on))
		}
	}
	return events
}

// gone is what a document becomes that is no longer open: a debit is settled in full, and nothing is left of a credit.
func (i *Import) gone(was *document, on state.Date) state.Event {
	nothing := state.Money{Currency: was.currency}
	switch was.kind {
	case CreditNote:
		return i.event(state.KindInvoiceCredited, was.customer, was.document, was.entity, was.date, 0,
			&state.CreditNote{CreditNoteID: was.document, CreditDate: was.date, Amount: nothing})
	case Payment:
		return i.event(state.KindPayment, was.customer, was.document, was.entity, was.date, 0,
			&state.Payment{PaymentID: was.document, ValueDate: was.date, Amount: nothing})
	default:
		return i.settlement(was, was.amount, on)
	}
}
