package consumer

import (
	"fmt"
	"math/big"
	"slices"

	"tocsin/state"
)

// Explanation takes one figure of a customer record apart: Value is Σ parts of Rows × Times / Over, rounded once; or the
// largest of the parts.
type Explanation struct {
	CustomerID state.CustomerID `json:"customer_id"`
	AsOf       string           `json:"as_of"`
	Figure     string           `json:"figure"`
	Meaning    string           `json:"meaning"`
	Currency   *string          `json:"currency"` // of amounts that name none
	Rows       []Row            `json:"rows"`
	Months     []SalesMonth     `json:"months,omitempty"` // the sales that the figure is weighed by
	Sum        string           `json:"sum,omitempty"`    // of the parts, where it is not the value yet
	Times      string           `json:"times,omitempty"`  // factor of the sum
	Over       string           `json:"over,omitempty"`   // divisor of the sum
	Largest    bool             `json:"largest,omitempty"`
	FXStale    []string         `json:"fx_stale,omitempty"` // currencies that are converted at a rate older than three business days
	Stale      []StaleInput     `json:"stale_inputs,omitempty"`
	Value      *string          `json:"value"` // as the record has it; nil: it cannot be computed, Why says why
	Why        string           `json:"why,omitempty"`
}

// StaleInput is a partition without which the day was opened: what it holds is not in the figure as far as nobody has read it yet,
// and signals wait for it.
type StaleInput struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Since     string `json:"since"` // the first day that closed without it
}

// Row is one thing that a figure is made of. Its part is Amount × Times / Over, as far as these are told.
type Row struct {
	Kind     string `json:"kind"` // of document, or what else it is
	ID       string `json:"id,omitempty"`
	Date     string `json:"date,omitempty"`
	Due      string `json:"due,omitempty"`  // of an order: requested delivery; of a bill: maturity; of a limit or cover: its last day
	Days     *int   `json:"days,omitempty"` // past due
	Amount   string `json:"amount,omitempty"`
	Currency string `json:"currency,omitempty"` // of the amount, where it is not the customer's: a row of kind "converted" has the part
	Times    string `json:"times,omitempty"`
	Over     string `json:"over,omitempty"`
	Late     string `json:"late,omitempty"` // days late, weighted by amount
	Part     string `json:"part,omitempty"` // rounded for reading; empty: none of its own
}

// SalesMonth is a month of sales that a figure is weighed by.
type SalesMonth struct {
	Month string `json:"month"`
	Days  int    `json:"days"`
	Sales string `json:"sales"`
}

// explained is a figure that can be taken apart.
type explained struct {
	name, meaning string
	explain       func(*explainer)
}

// figures are those of the customer record that are more than a reading of one fact, in its order, and TocsinPay, which is
// not in it.
func figures() []explained {
	return slices.Concat(documentFigures(), standingFigures(), lineFigures(), salesFigures(), payFigures())
}

// Figures are the names of the figures that can be explained.
func Figures() []string {
	var names []string
	for _, f := range figures() {
		names = append(names, f.name)
	}
	return names
}

// Explain takes a figure of a customer apart as of a day. It is an error if there is no such figure.
func (e *Engine) Explain(rec *state.Record, day state.Day, figure string) (Explanation, error) {
	known := figures()
	at := slices.IndexFunc(known, func(f explained) bool { return f.name == figure })
	if at < 0 {
		return Explanation{}, fmt.Errorf("no figure is called %q", figure)
	}
	rec.Customer.Equip(&day)
	view := e.Judge.View(rec.Customer.View(e.Ledger, day.Date))
	x := &explainer{view: view, currency: view.Currency(), total: new(big.Rat)}
	x.out = Explanation{
		CustomerID: rec.Customer.ID, AsOf: day.Date.String(), Figure: figure, Meaning: known[at].meaning, Rows: []Row{},
	}
	if x.currency == 0 && !known[at].moneyless() {
		x.unknown("the customer has no currency: no profile, limit or document names one")
		return x.out, nil
	}
	if x.currency != 0 {
		code := x.currency.String()
		x.out.Currency = &code
	}
	for _, currency := range view.StaleRates() {
		x.out.FXStale = append(x.out.FXStale, currency.String())
	}
	for _, s := range day.Stale {
		x.out.Stale = append(x.out.Stale, StaleInput{s.Topic, s.Partition, s.Since.String()})
	}
	known[at].explain(x)
	return x.out, nil
}

// moneyless tells whether a figure is known of a customer without a currency.
func (f *explained) moneyless() bool { return f.name == "open_count" || f.name == "max_days_past_due" }
