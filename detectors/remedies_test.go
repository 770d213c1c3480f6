package detectors

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// Each way out alone brings the signal exactly to its level, and one cent less does not.
func TestWhatClearsIsTrueToTheCent(t *testing.T) {
	rules := Defaults()
	rapid.Check(t, func(t *rapid.T) {
		b := drawBooks(t)
		in := drawInput(t, b)
		for i := range rules {
			checkRemedies(t, &rules[i], b, in.drawStanding(t, &rules[i]))
		}
	})
}

// clearsByTime are the signals whose last way out may be that what they count grows old.
var clearsByTime = map[string]bool{"partial_payment": true, "payer_change": true, "payment_returned": true}

func checkRemedies(t *rapid.T, r *Rule, b *books, in *Input) {
	v := r.Detector.Evaluate(in)
	level := v.Level(in.Standing)
	if level == None || v.NotEvaluable {
		return
	}
	ways := r.Detector.Describe(in, v).ClearsIf
	if !clearsByTime[r.Sign.Signal] && (len(ways) == 0 || ways[len(ways)-1].To != None) {
		t.Fatalf("%s at %v: no way out in %v", r.Sign.Signal, level, ways)
	}
	for _, remedy := range ways {
		if got := levelAfter(in, b, r, v, remedy); got != remedy.To {
			t.Fatalf("%s at %v: %+v leaves it at %v", r.Sign.Signal, level, remedy, got)
		}
		if !remedy.Amount.Told() {
			continue
		}
		remedy.Amount.Minor--
		if got := levelAfter(in, b, r, v, remedy); got <= remedy.To {
			t.Fatalf("%s at %v: %+v, a cent less, leaves it at %v", r.Sign.Signal, level, remedy, got)
		}
	}
}

// levelAfter is where a remedy, done today, leaves an episode that stood as a verdict says when the last day closed.
func levelAfter(in *Input, b *books, r *Rule, v Verdict, remedy Remedy) Level {
	level := v.Level(in.Standing)
	if remedy.Amount.Minor > 0 || !remedy.Amount.Told() {
		b = b.add(done(in, remedy)...)
	}
	after := in.on(b.see(b.customer(), in.View.Day)).stood(level, v.ReasonAt(level, in.Reason))
	if len(after.Baseline) == 0 {
		after.Baseline = v.Baseline
	}
	return r.Detector.Evaluate(after).Level(level)
}

// done is what happens when a remedy is taken on the day of the question.
func done(in *Input, remedy Remedy) []state.Body {
	day, now := in.View.Day, in.View.Limit()
	same := &state.LimitRevision{
		LimitID: now.ID, Type: state.LimitBase, Amount: state.Money{Minor: now.Base, Currency: in.View.Currency()},
		ValidFrom: day, ReviewDate: now.Review, Hard: state.FlagTrue,
	}
	if !now.Hard {
		same.Hard = state.FlagFalse
	}
	cash := &state.Payment{PaymentID: "P-remedy", ValueDate: day, Amount: remedy.Amount}
	switch remedy.Do {
	case returnInError:
		returned := in.View.ReturnedPayments(day - 90)
		back := *returned[0].Return
		for i := range returned {
			if r := NewPaymentReturned().reading(in, returned[i:i+1]); len(r.debits) == 1 {
				back = *returned[i].Return
			}
		}
		back.BookedInError = state.FlagTrue
		return []state.Body{&back}
	case verifyPayers:
		var known []state.Body
		for _, p := range in.View.ReceivedPayments(day - 550) {
			if p.PayerAccount != "" {
				known = append(known, &state.PayerVerified{AccountHash: p.PayerAccount, VerifiedDate: day})
			}
		}
		return known
	case pay, payFromOwn:
		return []state.Body{cash}
	case settlePromised:
		cash.Allocations = settling(in.View, remedy.Amount)
		return []state.Body{cash}
	case resolveDisputes:
		var closed []state.Body
		for _, one := range NewDisputeStall().lateDisputes(in.View) {
			closed = append(closed, &state.DisputeClosed{DisputeID: one.DisputeID, ClosedDate: day, Outcome: state.DisputeRejected})
		}
		return closed
	case reachCustomer:
		return []state.Body{&state.Contact{ContactID: "C-remedy", ContactDate: day, Channel: state.ContactPhone, Outcome: state.ContactReached}}
	case keepPromise:
		ar, _ := receivables(in.View)
		cash.Amount = state.Money{Minor: in.Materiality.M(ar, in.View.Currency()), Currency: in.View.Currency()}
		kept := &state.Promise{PromiseID: "PR-remedy", MadeDate: day, PromisedDate: day, Amount: cash.Amount}
		for _, p := range NewBrokenPromise().promises(in).list {
			if p.outcome == running { // it takes cash first
				cash.Amount.Minor += p.amount.Minor - p.received
			}
		}
		return []state.Body{kept, cash}
	case payInvoices:
		left := remedy.Amount.Minor
		for _, line := range in.View.DueLines() {
			part := state.Money{Minor: min(left, line.Open), Currency: remedy.Amount.Currency}
			left -= part.Minor
			cash.Allocations = append(cash.Allocations, state.Allocation{InvoiceID: line.Invoice, Amount: part})
		}
		return []state.Body{cash}
	case tradeAsBefore:
		return tradedAsBefore(in)
	case payAsBefore, takeDiscount:
		return paidAsBefore(in)
	case raiseLimit:
		same.Amount = remedy.Amount
	case reviewLimit:
		same.ReviewDate = day + 90
	case setLimit:
		same.LimitID = "L-remedy"
	}
	return []state.Body{same}
}

// settling is an amount booked on the invoices of the promises that count, on each no more than what settles it.
func settling(view *state.View, amount state.Money) (to []state.Allocation) {
	b := NewBrokenPromise().promises(&Input{View: view, Materiality: DefaultMateriality()})
	run, _ := b.run(NewBrokenPromise().WindowDays)
	seen := map[string]bool{}
	for _, p := range run {
		for _, id := range p.concerned {
			if invoice, _ := view.InvoiceState(id); !invoice.Over && !seen[id] {
				seen[id] = true
				part := state.Money{Minor: min(invoice.ToSettle(), amount.Minor), Currency: amount.Currency}
				amount.Minor -= part.Minor
				to = append(to, state.Allocation{InvoiceID: id, Amount: part})
			}
		}
	}
	return to
}

// tradedAsBefore is an invoice, paid at once, or a credit note, that brings turnover to its base.
func tradedAsBefore(in *Input) []state.Body {
	day := in.View.Day
	_, s := NewTurnoverSwing().read(in)
	usual := s.base.rat()
	usual.Mul(usual, big.NewRat(s.owed, 1)).Sub(usual, big.NewRat(s.sold, 1))
	lacking := state.Money{Minor: new(big.Int).Div(usual.Num(), usual.Denom()).Int64(), Currency: in.View.Currency()}
	if lacking.Minor < 0 {
		lacking.Minor = -lacking.Minor
		return []state.Body{&state.CreditNote{CreditNoteID: "N-remedy", CreditDate: day, Amount: lacking}}
	}
	return []state.Body{
		&state.Invoice{InvoiceID: "I-remedy", IssueDate: day, DueDate: day, Total: lacking},
		&state.Payment{PaymentID: "P-remedy", ValueDate: day, Amount: lacking, Allocations: []state.Allocation{{InvoiceID: "I-remedy", Amount: lacking}}},
	}
}

// paidAsBefore is all that is open paid on account, and as many invoices settled as the baseline was, discounts taken, as outnumber
// what is recent.
func paidAsBefore(in *Input) []state.Body {
	day, currency := in.View.Day, in.View.Currency()
	p := payerOf(in, nil)
	d := NewPaymentSlowdown()
	pace := d.pace(&p, day)
	norm := pace.norm // which is frozen
	if !pace.known || pace.cold {
		norm, _ = d.normOf(&p, day-state.Date(d.RecentDays)) // which counts when so many have been paid
	}
	open := state.Money{Minor: sumTested(in.View.DueLines()), Currency: currency}
	bodies := []state.Body{&state.Payment{PaymentID: "P-remedy", ValueDate: day, Amount: open}}
	if open.Minor == 0 {
		bodies = nil
	}
	for i := range 3*pace.count + 10 {
		total := state.Money{Minor: 1000, Currency: currency}
		id := fmt.Sprintf("REMEDY-%d", i)
		bodies = append(bodies, &state.Invoice{InvoiceID: id, IssueDate: day - 1, DueDate: day - state.Date(norm.twice/2), DiscountUntil: day, Total: total},
			&state.Payment{PaymentID: id, ValueDate: day, Amount: total, Allocations: []state.Allocation{{InvoiceID: id, Amount: total}}})
	}
	return bodies
}
