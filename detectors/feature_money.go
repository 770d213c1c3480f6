package detectors

import "tocsin/state"

// documentInputs are what the sums of documents in the customer's currency are computed from.
const documentInputs = moneyInputs

// moneyFeatures are amounts. The names that the customer record has too mean the same here.
var moneyFeatures = []Feature{
	component("open_orders", "Open orders that count into the exposure.", state.OpenOrders, state.InputOrders,
		func(e *state.Exposure) int64 { return e.OpenOrders }),
	component("delivered_not_invoiced", "Delivered and not invoiced yet.", state.DeliveredNotInvoiced, state.InputOrders,
		func(e *state.Exposure) int64 { return e.DeliveredNotInvoiced }),
	component("receivables", "Open on invoices.", state.Receivables, state.InputReceivables,
		func(e *state.Exposure) int64 { return e.Receivables }),
	component("bills", "Bills of exchange that have not matured.", state.Bills, state.InputReceivables,
		func(e *state.Exposure) int64 { return e.Bills }),
	component("uncleared", "Payments that may still come back.", state.Uncleared, state.InputReceivables,
		func(e *state.Exposure) int64 { return e.Uncleared }),
	component("unapplied", "Cash and credit that is not set against an invoice yet.", state.Unapplied, state.InputReceivables,
		func(e *state.Exposure) int64 { return e.Unapplied }),
	{
		Name: "exposure", Unit: InMoney, Meaning: "What the seller stands to lose: the sum of the above less what is unapplied, at least 0.",
		Inputs: documentInputs, News: exposureInputs, Undated: true, proof: openDocuments,
		read: func(in *Input) reading {
			e := in.View.Exposure()
			return in.money(e.Gross, e.Known)
		},
	},
	{
		Name: "net_exposure", Unit: InMoney, Meaning: "The exposure less what collateral and insurance cover.",
		Inputs: documentInputs | state.InputCover, News: exposureInputs | state.InputCover, Undated: true, proof: openDocuments,
		read: func(in *Input) reading { return in.money(in.View.NetExposure()) },
	},
	{
		Name: "limit", Unit: InMoney, Meaning: "The credit limit in force, temporary increases included. Not known without one on file.",
		Inputs: documentInputs, News: state.InputLimits,
		read: func(in *Input) reading {
			l := in.View.Limit()
			return in.money(l.Effective(), l.OnFile && l.Known)
		},
	},
	overdueBy("overdue", "Past due by document.", 0),
	overdueBy("overdue_31_plus", "More than 30 days past due by document.", 30),
	overdueBy("overdue_61_plus", "More than 60 days past due by document.", 60),
	overdueBy("overdue_91_plus", "More than 90 days past due by document.", 90),
	{
		Name: "undisputed_overdue", Unit: InMoney,
		Meaning: "Past due after unapplied cash is set against the oldest invoices, without what a dispute shields, by the lines of plans that are kept.",
		Inputs:  documentInputs, News: state.InputReceivables, proof: linesPastDue,
		read: func(in *Input) reading { return in.money(undisputedOverdue(in.View)) },
		next: nextLine(func(l *state.DueLine) bool { return !l.Settled && l.Tested != 0 }, 0),
	},
	{
		Name: "disputed", Unit: InMoney, Meaning: "Open and shielded by a dispute from tests on what is overdue.",
		Inputs: documentInputs, News: state.InputConduct, proof: disputes,
		read: func(in *Input) reading {
			sum := int64(0)
			for _, l := range in.View.DueLines() {
				sum = state.Sum(sum, l.Disputed)
			}
			_, known := receivables(in.View)
			return in.money(sum, known)
		},
	},
	{
		Name: "material_amount", Unit: InMoney, Meaning: "The smallest amount that counts by `materiality`.",
		Inputs: documentInputs, News: state.InputReceivables,
		read: func(in *Input) reading {
			ar, known := receivables(in.View)
			return in.money(in.Materiality.M(ar, in.View.Currency()), known)
		},
	},
	sales("sales_90_days", "Invoiced in the last 90 days, less credit notes dated in them.", 90, 0),
	sales("sales_91_to_180_days", "Invoiced in the 90 days before those, less credit notes dated in them.", 180, 90),
	sales("sales_365_days", "Invoiced in the last 365 days, less credit notes dated in them.", 365, 0),
}

// component is a part of the exposure. What is ordered is not kept by date.
func component(name, meaning string, of state.Components, news state.Inputs, part func(*state.Exposure) int64) Feature {
	return Feature{
		Name: name, Unit: InMoney, Meaning: meaning, Inputs: documentInputs, News: news, proof: openDocuments,
		Undated: of == state.OpenOrders || of == state.DeliveredNotInvoiced,
		read: func(in *Input) reading {
			e := in.View.Exposure()
			return in.money(part(&e), e.Foreign&of == 0)
		},
	}
}

// overdueBy is what is more than so many days past due.
func overdueBy(name, meaning string, more int) Feature {
	return Feature{
		Name: name, Unit: InMoney, Meaning: meaning, Inputs: documentInputs, News: state.InputReceivables, proof: linesPastDue,
		read: func(in *Input) reading {
			a := in.View.Ageing()
			sum := a.Days91plus
			for _, b := range [...]struct {
				beyond int
				amount int64
			}{{60, a.Days61to90}, {30, a.Days31to60}, {0, a.Days1to30}} {
				if more <= b.beyond {
					sum = state.Sum(sum, b.amount)
				}
			}
			return in.money(sum, a.Known)
		},
		next: nextLine(func(l *state.DueLine) bool { return l.Open != 0 }, more),
	}
}

// nextLine is the day on which the first of some lines that are not more than so many days past due will be.
func nextLine(counts func(*state.DueLine) bool, more int) func(*Input) state.Date {
	return func(in *Input) state.Date {
		lines := in.View.DueLines()
		for i := range lines {
			if day := lines[i].Effective + state.Date(more) + 1; day > in.View.Day && counts(&lines[i]) {
				return day
			}
		}
		return 0
	}
}

// undisputedOverdue is what overdue_ratio weighs by the receivables.
func undisputedOverdue(v *state.View) (int64, bool) {
	sum, _ := pastDue(v)
	_, known := receivables(v)
	return sum, known
}

// sales is what was sold in a window of days.
func sales(name, meaning string, after, upTo int) Feature {
	return Feature{
		Name: name, Unit: InMoney, Meaning: meaning, Inputs: documentInputs, News: state.InputReceivables,
		read: func(in *Input) reading {
			sold, _, known := in.View.Sales(after, upTo)
			return in.money(sold, known)
		},
		next: func(in *Input) state.Date {
			_, next, _ := in.View.Sales(after, upTo)
			return next
		},
	}
}

// openDocuments are the invoices with something open, then the orders.
func openDocuments(in *Input) []string {
	return append(in.View.OpenInvoiceIDs(), in.View.OpenOrderIDs()...)
}

// linesPastDue are the invoices with something past due, oldest first.
func linesPastDue(in *Input) []string {
	var ids []string
	for _, l := range in.View.DueLines() {
		if !l.Settled && l.Open > 0 && l.Effective < in.View.Day {
			ids = append(ids, l.Invoice)
		}
	}
	return ids
}

func disputes(in *Input) []string {
	var ids []string
	for _, d := range in.View.Disputes() {
		if d.Closed == nil {
			ids = append(ids, d.DisputeID)
		}
	}
	return ids
}
