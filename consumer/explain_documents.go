package consumer

import (
	"math/big"

	"tocsin/state"
)

// documentFigures are sums over documents.
func documentFigures() []explained {
	return []explained{
		{"open_orders", "what is ordered and not yet delivered, less what was paid ahead, as far as it is to be delivered within the horizon", component(state.OpenOrders)},
		{"delivered_not_invoiced", "what is delivered and not yet invoiced", component(state.DeliveredNotInvoiced)},
		{"receivables", "what is open of invoices and debit notes, disputed ones included", component(state.Receivables)},
		{"bills", "bills that are not yet due", component(state.Bills)},
		{"uncleared", "cheques and direct debits that can still come back", component(state.Uncleared)},
		{"unapplied", "cash and credit notes that are booked on no invoice", component(state.Unapplied)},
	}
}

// component takes a component of the exposure apart.
func component(of state.Components) func(*explainer) {
	return func(x *explainer) {
		x.component(of)
		x.sum()
	}
}

func (x *explainer) component(of state.Components) {
	var list []amount
	for _, d := range x.view.Documents() {
		if part := d.Part(of); part != 0 {
			list = append(list, amount{row: documentRow(&d), minor: part, currency: d.Whole.Currency})
		}
	}
	x.amounts(list)
	if x.view.Exposure().Foreign&of != 0 {
		x.unknown(noRate) // also inside, where a payment is in another currency than its invoice
	}
}

func documentRow(d *state.Document) Row {
	kind := ""
	switch d.Kind {
	case state.KindOrder:
		kind = "order"
	case state.KindInvoice:
		kind = "invoice"
	case state.KindInvoiceCredited:
		kind = "credit_note"
	case state.KindPayment:
		kind = "payment"
	}
	return Row{Kind: kind, ID: d.ID, Date: d.Date.String(), Due: d.Due.String()}
}

// standingFigures are the exposure and the limit that it is held against.
func standingFigures() []explained {
	return []explained{
		{"exposure", "what the seller stands to lose, by component; at least 0", explainExposure},
		{"net_exposure", "the exposure less collateral and insurance; at least 0", explainNetExposure},
		{"limit", "the base limit in force with its temporary increases", explainLimit},
		{"utilisation", "the exposure over the limit", explainUtilisation},
	}
}

// noRate is why a figure is null whose amounts are in several currencies.
const noRate = "an amount in another currency needs an exchange rate that is not in force"

func explainExposure(x *explainer) {
	x.exposure()
	x.floor()
	x.sum()
}

func (x *explainer) exposure() {
	e := x.view.Exposure()
	if !e.Known {
		x.unknown(noRate)
	}
	for _, part := range []struct {
		name  string
		minor int64
	}{
		{"open_orders", e.OpenOrders}, {"delivered_not_invoiced", e.DeliveredNotInvoiced}, {"receivables", e.Receivables},
		{"bills", e.Bills}, {"uncleared", e.Uncleared}, {"unapplied", -e.Unapplied},
	} {
		x.row(Row{Kind: part.name}, part.minor)
	}
}

// floor lifts a sum below zero to it.
func (x *explainer) floor() {
	if x.total.Sign() < 0 {
		lift := new(big.Rat).Neg(x.total)
		x.total.SetInt64(0)
		x.out.Rows = append(x.out.Rows, Row{Kind: "floor", Part: decimal(lift.Quo(lift, x.unit()), x.currency.Scale())})
	}
}

func explainNetExposure(x *explainer) {
	x.row(Row{Kind: "exposure"}, x.view.Exposure().Gross)
	covered, known := x.view.Covered()
	if !known || !x.view.Exposure().Known {
		x.unknown(noRate)
	}
	for _, part := range covered {
		kind := "collateral"
		if part.Type == state.CoverInsurance {
			kind = "insurance"
		}
		r := Row{Kind: kind, ID: part.CoverID, Date: part.ValidFrom.String(), Due: part.ValidTo.String()}
		x.weighted(r, part.Counts, new(big.Rat).Neg(part.Share))
	}
	x.floor()
	x.sum()
}

func explainLimit(x *explainer) {
	limit := x.view.Limit()
	switch {
	case !limit.Known:
		x.unknown(noRate)
	case !limit.OnFile:
		x.unknown("no base limit is on file")
	}
	if limit.OnFile {
		x.row(Row{Kind: "base_limit", ID: limit.ID}, limit.Base)
	}
	for _, increase := range limit.Increases {
		x.row(Row{Kind: "temporary_limit", ID: increase.ID, Date: increase.From.String(), Due: increase.To.String()}, increase.Amount)
	}
	if limit.Lapsed {
		x.row(Row{Kind: "review_overdue", ID: limit.ID, Due: limit.Review.String()}, -limit.Agreed())
	}
	x.sum()
}

func explainUtilisation(x *explainer) {
	e, limit := x.view.Exposure(), x.view.Limit()
	switch {
	case !e.Known || !limit.Known:
		x.unknown(noRate)
	case !limit.OnFile:
		x.unknown("no base limit is on file")
	case limit.Effective() <= 0:
		x.unknown("the limit is 0")
	}
	x.row(Row{Kind: "exposure"}, e.Gross)
	x.quotient(1, limit.Effective(), 3)
}
