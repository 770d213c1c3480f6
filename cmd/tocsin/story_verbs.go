package main

import (
	"strings"

	"tocsin/state"
)

// storyVerb is one thing that a story can tell.
type storyVerb struct {
	words string
	kind  state.Kind
	read  func(*storyReader) state.Body
}

var storyVerbs = []storyVerb{
	{"invoice", state.KindInvoice, (*storyReader).invoice},
	{"payment", state.KindPayment, (*storyReader).payment},
	{"applied", state.KindPaymentApplied, (*storyReader).applied},
	{"return", state.KindPaymentReturned, (*storyReader).returned},
	{"credit note", state.KindInvoiceCredited, (*storyReader).creditNote},
	{"cancel invoice", state.KindInvoiceCancelled, (*storyReader).cancelInvoice},
	{"cancel order", state.KindOrderCancelled, (*storyReader).cancelOrder},
	{"write off", state.KindInvoiceWrittenOff, (*storyReader).writeOff},
	{"order", state.KindOrder, (*storyReader).order},
	{"limit", state.KindLimit, (*storyReader).limit},
	{"temporary limit", state.KindLimit, (*storyReader).temporaryLimit},
	{"profile", state.KindProfile, (*storyReader).profile},
	{"registry", state.KindRegistry, (*storyReader).registry},
	{"rate", state.KindRate, (*storyReader).rate},
	{"dispute", state.KindDispute, (*storyReader).dispute},
	{"close dispute", state.KindDisputeClosed, (*storyReader).closeDispute},
	{"plan", state.KindTermsRequest, (*storyReader).plan},
	{"promise", state.KindPromise, (*storyReader).promise},
	{"contact", state.KindContact, (*storyReader).contact},
	{"request", state.KindTermsRequest, (*storyReader).request},
	{"cover", state.KindCover, (*storyReader).cover},
	{"grade", state.KindGradeOverride, (*storyReader).grade},
	{"note", state.KindNote, (*storyReader).note},
	{"verified", state.KindPayerVerified, (*storyReader).verified},
}

func (r *storyReader) invoice() state.Body {
	b := &state.Invoice{InvoiceID: r.next("an invoice id"), Total: r.amount()}
	for r.more() {
		switch {
		case r.take("due"):
			b.DueDate = r.day()
		case r.take("original due"):
			b.OriginalDueDate = r.day()
		case r.take("discount until"):
			b.DiscountUntil = r.day()
		case r.take("instalment"):
			b.Instalments = append(b.Instalments, r.dueAmount())
		case r.take("retention"):
			b.Retention = r.dueAmount()
		case r.take("delivered"):
			b.DeliveryDate = r.day()
		case r.take("batch"):
			b.Batch = r.next("a batch")
		case r.take("replaces"):
			b.Replaces = r.next("an invoice id")
		case r.take("sold with recourse"):
			b.Factored = state.FactoringWithRecourse
		case r.take("sold"):
			b.Factored = state.FactoringWithoutRecourse
		default:
			r.strange()
		}
	}
	b.IssueDate = r.dated(state.KindInvoice, b.InvoiceID)
	return b
}

func (r *storyReader) dueAmount() state.DueAmount {
	line := state.DueAmount{Amount: r.amount()}
	if !r.take("due") {
		r.fail("a line needs its due date")
	}
	line.DueDate = r.day()
	return line
}

func (r *storyReader) payment() state.Body {
	b := &state.Payment{PaymentID: r.next("a payment id"), Amount: r.amount()}
	for r.more() {
		switch {
		case r.take("for"):
			b.Allocations = append(b.Allocations, r.allocation(b.Amount))
		case r.take("by cheque"):
			b.Method = state.MethodCheque
		case r.take("by direct debit"):
			b.Method = state.MethodDirectDebit
		case r.take("by bill"):
			b.Method, b.BillKind = state.MethodBill, state.BillKindCommercial
		case r.take("by bank bill"):
			b.Method, b.BillKind = state.MethodBill, state.BillKindBank
		case r.take("until"):
			b.MaturityDate = r.day()
		case r.take("uncleared"):
			b.Cleared = state.FlagFalse
		case r.take("as the customer chose"):
			for i := range b.Allocations {
				b.Allocations[i].By = state.AllocatedByCustomer
			}
		case r.take("reference"):
			b.RemittanceRef = r.next("a reference")
		case r.take("from"):
			b.PayerAccount = r.next("an account")
		case r.take("holder"):
			b.PayerName = r.next("a name, in one word")
		case r.take("debit"):
			b.EndToEndID = r.next("an end-to-end id")
		case r.take("deposit for"):
			b.DepositForOrder = r.next("an order id")
		default:
			r.strange()
		}
	}
	b.ValueDate = r.dated(state.KindPayment, b.PaymentID)
	r.amounts[r.register(state.KindPayment, b.PaymentID)] = b.Amount
	return b
}

// allocation reads an invoice id and an amount, which is the whole where none is told.
func (r *storyReader) allocation(whole state.Money) state.Allocation {
	a := state.Allocation{InvoiceID: r.next("an invoice id"), Amount: whole}
	if r.isAmount() {
		a.Amount = r.amount()
	}
	return a
}

func (r *storyReader) applied() state.Body {
	b := &state.Application{PaymentID: r.next("a payment id"), Allocations: []state.Allocation{}}
	whole := r.amounts[r.register(state.KindPayment, b.PaymentID)]
	for r.more() {
		switch last := len(b.Allocations) - 1; {
		case r.take("for"):
			b.Allocations = append(b.Allocations, r.allocation(whole))
		case last >= 0 && r.take("less retention"):
			b.Allocations[last].Residual = state.ResidualRetention
		case last >= 0 && r.take("less tax"):
			b.Allocations[last].Residual = state.ResidualWithholdingTax
		case last >= 0 && r.take("less fee"):
			b.Allocations[last].Residual = state.ResidualBankFee
		case last >= 0 && r.take("less exchange"):
			b.Allocations[last].Residual = state.ResidualFX
		case last >= 0 && r.take("less instalments"):
			b.Allocations[last].Residual = state.ResidualAgreedInstalment
		default:
			r.strange()
		}
	}
	b.AppliedDate = r.dated(state.KindPaymentApplied, b.PaymentID)
	return b
}

func (r *storyReader) returned() state.Body {
	b := &state.Return{PaymentID: r.next("a payment id"), Amount: r.amount()}
	for r.more() {
		switch {
		case r.take("for"):
			b.Allocations = append(b.Allocations, r.allocation(b.Amount))
		case r.take("in error"):
			b.BookedInError = state.FlagTrue
		case b.ReasonCode == "":
			b.ReasonCode = r.next("a reason code")
		default:
			r.strange()
		}
	}
	b.ReturnDate = r.dated(state.KindPaymentReturned, b.PaymentID)
	return b
}

func (r *storyReader) creditNote() state.Body {
	b := &state.CreditNote{CreditNoteID: r.next("a credit note id"), Amount: r.amount()}
	for r.more() {
		switch {
		case r.take("for"):
			b.Allocations = append(b.Allocations, r.allocation(b.Amount))
		case r.take("withdrawn"):
			b.Cancelled = state.FlagTrue
		default:
			r.strange()
		}
	}
	b.CreditDate = r.dated(state.KindInvoiceCredited, b.CreditNoteID)
	return b
}

func (r *storyReader) cancelInvoice() state.Body {
	id := r.next("an invoice id")
	r.done()
	return &state.InvoiceCancelled{InvoiceID: id, CancelDate: r.dated(state.KindInvoiceCancelled, id)}
}

func (r *storyReader) cancelOrder() state.Body {
	id := r.next("an order id")
	r.done()
	return &state.OrderCancelled{OrderID: id, CancelDate: r.dated(state.KindOrderCancelled, id)}
}

func (r *storyReader) writeOff() state.Body {
	b := &state.WriteOff{InvoiceID: r.next("an invoice id"), Amount: r.amount()}
	r.done()
	b.WriteOffDate = r.dated(state.KindInvoiceWrittenOff, b.InvoiceID)
	return b
}

func (r *storyReader) order() state.Body {
	b := &state.Order{OrderID: r.next("an order id"), Gross: r.amount()}
	for r.more() {
		switch {
		case r.take("deliver"):
			b.RequestedDelivery = r.day()
		case r.take("delivered"):
			b.Delivered = r.amount()
		case r.take("invoiced"):
			b.Invoiced = r.amount()
		case r.take("prepaid"):
			b.Prepaid = r.amount()
		case r.take("held"):
			b.CreditHold = state.FlagTrue
		case r.take("project"):
			b.Project = state.FlagTrue
		case r.take("closed"):
			b.Status = state.OrderStatusClosed
		default:
			r.strange()
		}
	}
	b.OrderDate = r.dated(state.KindOrder, b.OrderID)
	return b
}

func (r *storyReader) limit() state.Body {
	b := &state.LimitRevision{LimitID: "limit", Type: state.LimitBase}
	r.limitAmount(b)
	for r.more() {
		switch {
		case r.take("id"):
			b.LimitID = r.next("a limit id")
		case r.take("until"):
			b.ValidTo = r.day()
		case r.take("review"):
			b.ReviewDate = r.day()
		case r.take("soft"):
			b.Hard = state.FlagFalse
		default:
			r.strange()
		}
	}
	b.ValidFrom = r.limitBegins()
	return b
}

func (r *storyReader) temporaryLimit() state.Body {
	b := &state.LimitRevision{LimitID: r.next("a limit id"), Type: state.LimitTemporary}
	r.limitAmount(b)
	for r.more() {
		if !r.take("until") {
			r.strange()
			break
		}
		b.ValidTo = r.day()
	}
	b.ValidFrom = r.limitBegins()
	return b
}

func (r *storyReader) limitAmount(b *state.LimitRevision) {
	if b.Withdrawn = r.take("withdrawn"); !b.Withdrawn {
		b.Amount = r.amount()
	}
}

// limitBegins is from when a revision of a limit or cover is in force: each has a day of its own.
func (r *storyReader) limitBegins() state.Date {
	if r.own != 0 {
		return r.own
	}
	return r.date
}

// storyCountry is where customers and their registers are.
const storyCountry = "GB"

func (r *storyReader) profile() state.Body {
	b := &state.Profile{Customer: r.customer, Name: string(r.customer), Country: storyCountry}
	number := string(r.customer)
	for r.more() {
		switch {
		case r.take("kind company"):
			b.Type = state.ProfileCompany
		case r.take("kind public_body"):
			b.Type = state.ProfilePublicBody
		case r.take("kind intercompany"):
			b.Type = state.ProfileIntercompany
		case r.take("kind person"):
			b.Type = state.ProfilePerson
		case r.take("name"):
			b.Name = r.next("a name, in one word")
		case r.take("parent"):
			b.Parent = state.CustomerID(r.next("a customer"))
		case r.take("segment"):
			b.Segment = r.next("a segment")
		case r.take("country"):
			b.Country = r.next("a country")
		case r.take("currency"):
			code := r.next("a currency")
			var ok bool
			if b.ReportingCurrency, ok = state.ParseCurrency(code); !ok {
				r.fail("%q is no currency", code)
			}
		case r.take("number"):
			number = r.next("a register number")
		case r.take("manager"):
			b.CreditManager = r.next("a name")
		case r.take("since"):
			b.CustomerSince = r.day()
		default:
			r.strange()
		}
	}
	b.Identifiers = []state.Identifier{{Scheme: "reg", Value: number}}
	return b
}

func (r *storyReader) registry() state.Body {
	b := &state.RegistryFact{Registry: "gb-companies-house", Type: r.next("a kind of news"), SubjectID: r.next("a subject or -")}
	if b.SubjectID == "-" {
		b.SubjectID = ""
	}
	number := string(r.customer)
	for r.more() {
		switch {
		case r.take("ended"):
			b.Status = state.RegistryEnded
		case r.take("retracted"):
			b.Retracts = state.FlagTrue
		case r.take("amount"):
			b.Amount = r.amount()
		case r.take("of"):
			number = r.next("a register number")
		case r.take("detail"):
			b.Detail = r.next("a detail")
		case r.take("share"):
			b.Share = r.next("a share")
		case r.take("notches"):
			b.Rating.Notches = r.integer()
		default:
			r.strange()
		}
	}
	b.Identifier = state.Identifier{Scheme: "reg", Value: number, Country: storyCountry}
	b.Effective = r.dated(state.KindRegistry, number+" "+b.Type+" "+b.SubjectID)
	return b
}

func (r *storyReader) rate() state.Body {
	pair := r.next("a pair of currencies")
	base, quote, _ := strings.Cut(pair, "/")
	b := &state.Rate{Value: r.next("a rate")}
	var known, quoted bool
	b.Base, known = state.ParseCurrency(base)
	b.Quote, quoted = state.ParseCurrency(quote)
	if !known || !quoted {
		r.fail("%q is no pair of currencies such as EUR/USD", pair)
	}
	for r.more() {
		r.strange()
	}
	if b.RateDate = r.own; b.RateDate == 0 {
		b.RateDate = r.date
	}
	return b
}
