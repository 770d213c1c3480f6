package alerts

import "tocsin/state"

// Types of a wish, as the contract names them.
const (
	WishHold    = "tocsin.order.hold.v1"
	WishRelease = "tocsin.order.release.v1"
)

// Wish asks the system that keeps the orders to hold some of a customer's, or to let them go: a person has decided so. Tocsin wishes,
// and that system decides.
type Wish struct {
	Type      string // WishHold or WishRelease
	Customer  state.CustomerID
	Orders    []string // ids; none: all new ones
	Why       []string // ids of the alerts that the decision was about, worst first
	DecidedBy string
	TaskID    string
	At        state.Instant // when it was decided: with TaskID and Orders the key by which a reader drops repeats
}

// wishes are what a decision about a task asks of the system that keeps the orders: one wish for the orders that are open, if any are,
// and one for those to come.
func (w *work) wishes(d *Decision, t *inHand) []Wish {
	wish := Wish{Customer: t.customer, DecidedBy: d.By, TaskID: t.id, At: d.At}
	switch {
	case d.Action != Decide:
		return nil
	case d.Code == "hold_orders":
		wish.Type = WishHold
	case d.Code == "release_with_conditions":
		wish.Type = WishRelease
	default:
		return nil
	}
	for i := range t.alerts {
		wish.Why = append(wish.Why, alertID(Live, t.customer, t.alerts[i].signal, t.alerts[i].raised))
	}
	news, open := wish, wish
	if open.Orders = w.view.OpenOrders(); len(open.Orders) == 0 {
		return []Wish{news}
	}
	return []Wish{open, news}
}

// AppendJSON appends the wish of the contract, without a line end.
func (w *Wish) AppendJSON(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "type", w.Type)
	b = appendStringMember(b, "customer_id", string(w.Customer))
	b = appendTextsMember(b, "order_ids", w.Orders)
	b = appendTextsMember(b, "why", w.Why)
	b = appendStringMember(b, "decided_by", w.DecidedBy)
	b = appendStringMember(b, "task_id", w.TaskID)
	return append(appendStringMember(b, "decided_at", w.At.String()), '}')
}
