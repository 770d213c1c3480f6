package statetest

import (
	"fmt"

	"pgregory.net/rapid"

	"tocsin/state"
)

func invoice(t *rapid.T) *state.Invoice {
	b := &state.Invoice{InvoiceID: id(t, "I"), IssueDate: date(t), Total: money(t)}
	b.DueDate = b.IssueDate + state.Date(rapid.IntRange(-5, 60).Draw(t, "terms"))
	switch even(t, "shape", 4) {
	case 0:
		b.OriginalDueDate = date(t)
	case 1, 2:
		b.Replaces = id(t, "I")
	case 3:
		b.Factored = state.FactoringWithoutRecourse
	case 4:
		b.Factored = state.FactoringWithRecourse
	case 5:
		b.Retention = state.DueAmount{DueDate: date(t), Amount: state.Money{Minor: amount(t), Currency: b.Total.Currency}}
	case 6:
		for range rapid.IntRange(1, 3).Draw(t, "instalments") {
			b.Instalments = append(b.Instalments, state.DueAmount{
				DueDate: date(t), Amount: state.Money{Minor: amount(t), Currency: b.Total.Currency},
			})
		}
	case 7:
		b.OrderIDs, b.Terms, b.Batch, b.DeliveryDate = []string{id(t, "O")}, "NET30", "B1", b.IssueDate
		b.DiscountUntil = date(t)
	}
	return b
}

func payment(t *rapid.T) *state.Payment {
	b := &state.Payment{PaymentID: id(t, "P"), ValueDate: date(t), Amount: money(t), Allocations: allocations(t)}
	switch even(t, "shape", 3) {
	case 0:
		b.Method, b.Cleared = state.MethodCheque, state.FlagFalse
	case 1:
		b.Method, b.MaturityDate, b.Cleared = state.MethodBill, b.ValueDate+30, seldom(t, "cleared")
		b.BillKind = rapid.SampledFrom([]state.BillKind{state.BillKindUnset, state.BillKindBank, state.BillKindCommercial}).Draw(t, "bill")
	case 2:
		b.DepositForOrder = id(t, "O")
	case 3:
		b.RemittanceRef, b.PayerAccount, b.PayerName, b.EndToEndID = "ref", "hash", "Payer", "e2e"
	}
	return b
}

func order(t *rapid.T) *state.Order {
	b := &state.Order{OrderID: id(t, "O"), OrderDate: date(t), Gross: money(t)}
	part := func() state.Money { return state.Money{Minor: amount(t), Currency: b.Gross.Currency} }
	switch even(t, "shape", 3) {
	case 0:
		b.Delivered = part()
	case 1:
		b.Delivered, b.Invoiced = part(), part()
	case 2:
		b.Prepaid = part()
	case 3:
		b.Status = state.OrderStatusClosed
	case 4:
		b.CreditHold = state.FlagTrue
	}
	if rapid.Bool().Draw(t, "planned") {
		b.RequestedDelivery = b.OrderDate + state.Date(rapid.IntRange(-200, 100).Draw(t, "lead time"))
	}
	return b
}

func limit(t *rapid.T) *state.LimitRevision {
	b := &state.LimitRevision{LimitID: id(t, "L"), Type: state.LimitType(rapid.IntRange(1, 3).Draw(t, "limit kind")), ValidFrom: date(t)}
	if rapid.IntRange(0, 7).Draw(t, "withdrawn") == 0 {
		b.Withdrawn = true
	} else {
		b.Amount = money(t)
	}
	if rapid.Bool().Draw(t, "ends") {
		b.ValidTo = b.ValidFrom + state.Date(rapid.IntRange(0, 60).Draw(t, "length"))
	}
	if rapid.Bool().Draw(t, "to be reviewed") {
		b.ReviewDate = b.ValidFrom + state.Date(rapid.IntRange(0, 60).Draw(t, "review"))
	}
	b.Hard = state.Flag(rapid.IntRange(0, 2).Draw(t, "hard"))
	return b
}

func profile(t *rapid.T, customer state.CustomerID) *state.Profile {
	b := &state.Profile{Customer: customer, Name: "Acme", Country: "DE"}
	for range rapid.IntRange(0, 2).Draw(t, "identifiers") {
		b.Identifiers = append(b.Identifiers, identifier(t))
	}
	if rapid.IntRange(0, 3).Draw(t, "reports") == 0 {
		b.ReportingCurrency = money(t).Currency
	}
	return b
}

func registryFact(t *rapid.T) *state.RegistryFact {
	return &state.RegistryFact{
		Registry: "gb-companies-house", Identifier: identifier(t), Effective: date(t),
		Type:   rapid.SampledFrom([]string{"liquidation", "director_change"}).Draw(t, "type"),
		Status: state.RegistryStatus(rapid.IntRange(0, 2).Draw(t, "status")), Retracts: seldom(t, "retracts"),
	}
}

func identifier(t *rapid.T) state.Identifier {
	return rapid.SampledFrom([]state.Identifier{
		{Scheme: "reg", Value: "1"}, {Scheme: "reg", Value: "1", Country: "DE"}, {Scheme: "reg", Value: "1", Country: "GB"},
		{Scheme: "lei", Value: "2"},
	}).Draw(t, "identifier")
}

func allocations(t *rapid.T) []state.Allocation {
	n := []int{0, 1, 1, 1, 1, 2, 2, 3}[even(t, "allocations", 3)]
	var list []state.Allocation
	for range n {
		list = append(list, state.Allocation{InvoiceID: id(t, "I"), Amount: money(t)})
	}
	return list
}

// id draws one of few ids with a prefix.
func id(t *rapid.T, prefix string) string {
	return fmt.Sprint(prefix, 1+even(t, prefix, 2))
}

func date(t *rapid.T) state.Date {
	return Start + state.Date(even(t, "date", 7)-64)
}

// amount draws minor units; small residues of a round sum are common.
func amount(t *rapid.T) int64 {
	return int64(even(t, "hundreds", 3))*10_000 + []int64{3, 3, 0, 53}[even(t, "rest", 2)]
}

func money(t *rapid.T) state.Money {
	code := "EUR"
	if even(t, "foreign", 4) == 15 {
		code = "USD"
	}
	currency, _ := state.ParseCurrency(code)
	return state.Money{Minor: amount(t), Currency: currency}
}

func seldom(t *rapid.T, label string) state.Flag {
	return rapid.SampledFrom([]state.Flag{state.FlagUnset, state.FlagUnset, state.FlagFalse, state.FlagTrue}).Draw(t, label)
}
