package main

import "tocsin/state"

func (r *storyReader) dispute() state.Body {
	b := &state.Dispute{DisputeID: r.next("a dispute id"), Amount: r.amount()}
	for r.more() {
		if !r.take("of") {
			r.strange()
			break
		}
		b.InvoiceIDs = append(b.InvoiceIDs, r.next("an invoice id"))
	}
	b.OpenedDate = r.dated(state.KindDispute, b.DisputeID)
	return b
}

func (r *storyReader) closeDispute() state.Body {
	b := &state.DisputeClosed{DisputeID: r.next("a dispute id"), Outcome: state.DisputeRejected}
	if r.take("accepted") {
		if b.Outcome = state.DisputeAccepted; r.isAmount() {
			b.Outcome, b.Accepted = state.DisputePartly, r.amount()
		}
	}
	r.done()
	b.ClosedDate = r.dated(state.KindDisputeClosed, b.DisputeID)
	return b
}

// plan reads an instalment plan, which is accepted unless it says otherwise.
func (r *storyReader) plan() state.Body {
	b := &state.TermsRequest{RequestID: r.next("a request id"), Type: state.RequestInstalmentPlan, Status: state.RequestAccepted}
	for r.more() {
		switch {
		case r.take("of"):
			b.InvoiceIDs = append(b.InvoiceIDs, r.next("an invoice id"))
		case r.take("line"):
			b.Plan = append(b.Plan, r.dueAmount())
		case r.take("asked"):
			b.Status = state.RequestOpen
		case r.take("completed"):
			b.Status = state.RequestCompleted
		default:
			r.strange()
		}
	}
	b.RequestDate = r.dated(state.KindTermsRequest, b.RequestID)
	return b
}

// promise reads a promise to pay; one that is told again is changed on the date of the line.
func (r *storyReader) promise() state.Body {
	b := &state.Promise{PromiseID: r.next("a promise id"), Amount: r.amount(), Status: state.PromiseOpen}
	for r.more() {
		switch {
		case r.take("by"):
			b.PromisedDate = r.day()
		case r.take("of"):
			b.InvoiceIDs = append(b.InvoiceIDs, r.next("an invoice id"))
		case r.take("changed"):
			b.ChangedDate = r.day()
		case r.take("withdrawn"):
			b.Status = state.PromiseWithdrawn
		default:
			r.strange()
		}
	}
	again := r.dates[r.register(state.KindPromise, b.PromiseID)] != 0
	b.MadeDate = r.dated(state.KindPromise, b.PromiseID)
	if again && b.ChangedDate == 0 {
		b.ChangedDate = r.date
	}
	return b
}

// storyChannels and storyOutcomes are the words for a contact, as the contract has them.
var (
	storyChannels = map[string]state.ContactChannel{
		"phone": state.ContactPhone, "email": state.ContactEmail, "letter": state.ContactLetter, "visit": state.ContactVisit, "portal": state.ContactPortal,
	}
	storyOutcomes = map[string]state.ContactOutcome{
		"reached": state.ContactReached, "no_answer": state.ContactNoAnswer, "voicemail": state.ContactVoicemail,
		"no_reply": state.ContactNoReply, "refused": state.ContactRefused, "undeliverable": state.ContactUndeliverable,
	}
)

// contact reads a contact, which is outbound unless it says otherwise.
func (r *storyReader) contact() state.Body {
	b := &state.Contact{ContactID: r.next("a contact id"), Direction: state.ContactOutbound}
	var known bool
	if b.Channel, known = storyChannels[r.peek()]; !known {
		r.fail("%q is no channel of a contact", r.peek())
	}
	r.next("a channel")
	if b.Outcome, known = storyOutcomes[r.peek()]; !known {
		r.fail("%q is no outcome of a contact", r.peek())
	}
	r.next("an outcome")
	for r.more() {
		if !r.take("inbound") {
			r.strange()
			break
		}
		b.Direction = state.ContactInbound
	}
	b.ContactDate = r.dated(state.KindContact, b.ContactID)
	return b
}

// requestTypes are what can be asked for, as a story writes it.
var requestTypes = map[string]state.RequestType{
	"moratorium": state.RequestMoratorium, "composition": state.RequestComposition, "instalment_plan": state.RequestInstalmentPlan,
	"due_date_extension": state.RequestDueDateExtension, "longer_terms": state.RequestLongerTerms,
	"limit_increase": state.RequestLimitIncrease, "order_release": state.RequestOrderRelease,
}

func (r *storyReader) request() state.Body {
	b := &state.TermsRequest{RequestID: r.next("a request id"), Requester: state.RequesterCustomer, Status: state.RequestOpen}
	what := r.next("what is asked for")
	if b.Type = requestTypes[what]; b.Type == 0 {
		r.fail("%q is nothing that can be asked for", what)
	}
	for r.more() {
		if !r.take("by seller") {
			r.strange()
			break
		}
		b.Requester = state.RequesterSeller
	}
	b.RequestDate = r.dated(state.KindTermsRequest, b.RequestID)
	return b
}

func (r *storyReader) cover() state.Body {
	b := &state.Cover{CoverID: r.next("a cover id"), Type: state.CoverInsurance, Amount: r.amount()}
	for r.more() {
		switch {
		case r.take("collateral"):
			b.Type = state.CoverCollateral
		case r.take("ratio"):
			b.Ratio = r.next("a ratio")
		case r.take("until"):
			b.ValidTo = r.day()
		default:
			r.strange()
		}
	}
	b.ValidFrom = r.limitBegins()
	return b
}

func (r *storyReader) grade() state.Body {
	b := &state.GradeOverride{OverrideID: r.next("an override id")}
	for g := state.GradeExcellent; g <= state.GradeBad; g++ {
		if r.take(g.String()) {
			b.Grade = g
		}
	}
	r.done()
	b.SetDate = r.dated(state.KindGradeOverride, b.OverrideID)
	return b
}

// noteSigns are the signs of notes as a story writes them.
var noteSigns = map[string]state.NoteSign{
	"price_dumping": state.NotePriceDumping, "layoffs": state.NoteLayoffs, "lost_key_customer": state.NoteLostKeyCustomer,
	"rumour": state.NoteRumour, "premises": state.NotePremises, "disaster": state.NoteDisaster, "no_accounts": state.NoteNoAccounts,
	"other": state.NoteSignOther,
}

func (r *storyReader) note() state.Body {
	b := &state.Note{NoteID: r.next("a note id")}
	sign, known := noteSigns[r.peek()]
	if b.Sign = sign; known {
		r.next("a sign")
	}
	r.done()
	b.NoteDate = r.dated(state.KindNote, b.NoteID)
	return b
}

// verified reads that the payer of an account is known and agreed.
func (r *storyReader) verified() state.Body {
	b := &state.PayerVerified{AccountHash: r.next("an account")}
	r.done()
	b.VerifiedDate = r.dated(state.KindPayerVerified, b.AccountHash)
	return b
}
