package alerts

import (
	"cmp"
	"strings"

	"tocsin/state"
)

// WorkItemRecord is a work item as programs are told of it.
type WorkItemRecord struct {
	CustomerID string `json:"customer_id"`
	Step       string `json:"step"`
	Role       string `json:"role"`
	Person     string `json:"person,omitempty"`
	InvoiceID  string `json:"invoice_id"`
	Due        string `json:"due_date"`
	On         string `json:"on"`
	By         string `json:"by"`
	Missed     bool   `json:"missed"`
	Amount     string `json:"amount"`
	Currency   string `json:"currency"`
}

// Record is the item as programs are told of it.
func (i *WorkItem) Record() WorkItemRecord {
	return WorkItemRecord{
		string(i.Customer), i.Step, i.Role, i.Person, i.Invoice, i.Due.String(), i.On.String(), i.By.String(), i.Missed, i.Amount.String(), i.Amount.Currency.String(),
	}
}

// AgendaQuery says which items of an agenda are asked for; the zero one: all.
type AgendaQuery struct {
	Customer state.CustomerID // of him only; empty: of all
	Step     string           // one of [Steps]; empty: any
	Role     string           // one of [Roles]; empty: any
	Missed   bool             // missed ones only
}

// Fits tells whether an item is asked for.
func (q *AgendaQuery) Fits(i *WorkItem) bool {
	return (q.Customer == "" || q.Customer == i.Customer) && (q.Step == "" || q.Step == i.Step) && (q.Role == "" || q.Role == i.Role) && (!q.Missed || i.Missed)
}

// WorkItemKey is where an item stands in the agenda of its customer.
type WorkItemKey struct {
	By, Due state.Date
	Invoice string
}

// Key is where the item stands.
func (i *WorkItem) Key() WorkItemKey { return WorkItemKey{i.By, i.Due, i.Invoice} }

// Compare orders items of a customer.
func (k WorkItemKey) Compare(o WorkItemKey) int {
	return cmp.Or(cmp.Compare(k.By, o.By), cmp.Compare(k.Due, o.Due), strings.Compare(k.Invoice, o.Invoice))
}
