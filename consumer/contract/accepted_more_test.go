package contract

import (
	"strings"

	"tocsin/state"
)

// Odd but right events about what customers say and do, and what stands of them.
var edgesOfOtherTypes = []probe{
	{edit{"dispute.opened", `["INV-1","INV-2"]`, `[]`}, func(ev *state.Event) any { return len(dispute(ev).InvoiceIDs) }, 0},
	{edit{"dispute.opened", `["INV-1","INV-2"]`, `["INV-1","INV-1"]`}, func(ev *state.Event) any { return len(dispute(ev).InvoiceIDs) }, 2},
	{edit{"dispute.opened", `"amount":"120.00"`, `"amount":"0"`}, func(ev *state.Event) any { return dispute(ev).Amount }, state.Money{Currency: eur}},
	{edit{"dispute.opened", `"reason":"quality"`, `"reason":"colour"`}, func(ev *state.Event) any { return dispute(ev).Reason }, state.DisputeReasonOther},
	{edit{"dispute.opened", `"reason":"quality"`, `"reason":"other"`}, func(ev *state.Event) any { return dispute(ev).Reason }, state.DisputeReasonOther},
	{edit{"dispute.opened", `,"reason":"quality"`, ``}, func(ev *state.Event) any { return dispute(ev).Reason }, state.DisputeReasonUnset},
	{edit{"dispute.closed", `"closed_date":"2026-03-03"`, `"closed_date":"1999-01-01"`}, kindOf, state.KindDisputeClosed},
	{edit{"dispute.closed", `"accepted_amount":{"amount":"60.00","currency":"EUR"}`, `"accepted_amount":null`}, func(ev *state.Event) any { return ev.Body.(*state.DisputeClosed).Accepted }, state.Money{}},
	{edit{"promise.made", `"promised_date":"2026-02-20"`, `"promised_date":"2026-02-01"`}, func(ev *state.Event) any { return ev.Body.(*state.Promise).PromisedDate }, state.DateOf(2026, 2, 1)},
	{edit{"promise.made", `"status":"open"`, `"status":"kept"`}, func(ev *state.Event) any { return ev.Body.(*state.Promise).Status }, state.PromiseStatusOther},
	{edit{"promise.made", `"invoice_ids":["INV-1"],`, ``}, func(ev *state.Event) any { return ev.Body.(*state.Promise).InvoiceIDs == nil }, true},
	{edit{"contact.attempted", `"channel":"phone"`, `"channel":"carrier_pigeon"`}, func(ev *state.Event) any { return ev.Body.(*state.Contact).Channel }, state.ContactChannelOther},
	{edit{"contact.attempted", `"outcome":"no_answer"`, `"outcome":""`}, func(ev *state.Event) any { return ev.Body.(*state.Contact).Outcome }, state.ContactOutcomeOther},
	{edit{"contact.attempted", `"direction":"outbound",`, ``}, func(ev *state.Event) any { return ev.Body.(*state.Contact).Direction }, state.ContactDirectionUnset},
	{edit{"terms.requested", `"requester":"customer"`, `"requester":"insurer"`}, func(ev *state.Event) any { return request(ev).Requester }, state.RequesterOther},
	{edit{"terms.requested", `"status":"accepted"`, `"status":"granted"`}, func(ev *state.Event) any { return request(ev).Status }, state.RequestStatusOther},
	{edit{"terms.requested", `"plan":[`, `"plan":[],"lines":[`}, func(ev *state.Event) any { return len(request(ev).Plan) }, 0},
	{edit{"terms.requested", `{"due_date":"2026-04-01","amount":{"amount":"250.00","currency":"EUR"}}`, `{"due_date":"2026-04-01","amount":{"amount":"250","currency":"JPY"}}`}, func(ev *state.Event) any { return request(ev).Plan[1].Amount.Minor }, int64(250)},
	{edit{"terms.requested", `"due_date":"2026-04-01"`, `"due_date":"2026-03-01"`}, func(ev *state.Event) any { return len(request(ev).Plan) }, 2},
	{edit{"payer.verified", `"kind":"factor"`, `"kind":"uncle"`}, func(ev *state.Event) any { return ev.Body.(*state.PayerVerified).Type }, state.PayerTypeOther},
	{edit{"payer.verified", `"9f86d081"`, `"` + strings.Repeat("9", MaxID) + `"`}, func(ev *state.Event) any { return len(ev.Body.Key()) }, MaxID},
	{edit{"customer.profile", `"status":"active"`, `"status":"insolvent"`}, func(ev *state.Event) any { return ev.Body.(*state.Profile).Status }, state.ProfileStatusOther},
	{edit{"customer.profile", `"kind":"company"`, `"kind":"charity"`}, func(ev *state.Event) any { return ev.Body.(*state.Profile).Type }, state.ProfileTypeOther},
	{edit{"customer.profile", `"Müller & Söhne"`, `""`}, func(ev *state.Event) any { return ev.Body.(*state.Profile).Name }, ""},
	{edit{"customer.merged", `"into":"C-200000"`, `"into":"C-104822"`}, func(ev *state.Event) any { return ev.Body.(*state.Merged).Into }, state.CustomerID("C-104822")},
	{edit{"customer.merged", `"merge_date":"2026-04-01"`, `"merge_date":"2199-12-31"`}, func(ev *state.Event) any { return ev.Body.(*state.Merged).MergeDate }, state.MaxDate},
	{edit{"customer.erased", `"revision":2`, `"name":"who","revision":2`}, kindOf, state.KindErased},
	{edit{"grade.overridden", `"grade":"watch"`, `"grade":"junk"`}, func(ev *state.Event) any { return ev.Body.(*state.GradeOverride).Grade }, state.GradeOther},
	{edit{"grade.overridden", `"reason":"visited the plant"`, `"reason":""`}, func(ev *state.Event) any { return ev.Body.(*state.GradeOverride).Reason }, ""},
	{edit{"note.added", `"sign":"price_dumping"`, `"sign":"ghosts"`}, func(ev *state.Event) any { return ev.Body.(*state.Note).Sign }, state.NoteSignOther},
	{edit{"note.added", `"sell`, `"\n\t漢字 \ud83d\ude00 sell`}, func(ev *state.Event) any {
		return strings.HasPrefix(ev.Body.(*state.Note).Text, "\n\t漢字 😀 sell")
	}, true},
	{edit{"cover.set", `"cover_ratio":"0.9"`, `"cover_ratio":"1.000"`}, func(ev *state.Event) any { return cover(ev).Ratio }, "1.000"},
	{edit{"cover.set", `"cover_ratio":"0.9"`, `"cover_ratio":"0"`}, func(ev *state.Event) any { return cover(ev).Ratio }, "0"},
	{edit{"cover.set", `"mep_days":60`, `"mep_days":0`}, func(ev *state.Event) any { return cover(ev).MEPDays }, int64(0)},
	{edit{"cover.set", `"mep_days":60`, `"mep_days":-0`}, func(ev *state.Event) any { return cover(ev).MEPDays }, int64(0)},
	{edit{"cover.set", `"report_days":90`, `"report_days":3650`}, func(ev *state.Event) any { return cover(ev).ReportDays }, int64(3650)},
	{edit{"cover.set", `"valid_to_date":"2026-12-31"`, `"valid_to_date":"2025-12-31"`}, func(ev *state.Event) any { return cover(ev).ValidTo }, state.DateOf(2025, 12, 31)},
	{edit{"fx.rate", `"rate":"1.0876"`, `"rate":"0.000000000000000000001"`}, func(ev *state.Event) any { return ev.Body.(*state.Rate).Value }, "0.000000000000000000001"},
	{edit{"fx.rate", `"rate":"1.0876"`, `"rate":"1.08760"`}, func(ev *state.Event) any { return ev.Body.(*state.Rate).Value }, "1.08760"},
	{edit{"fx.rate", `"base":"EUR"`, `"base":"KWD"`}, func(ev *state.Event) any { return ev.Body.Key() }, "KWD/USD/2026-02-16"},
	{edit{"fx.rate", `"data":{`, `"subject":"EURUSD","data":{"customer_id":7,`}, func(ev *state.Event) any { return ev.Customer }, state.CustomerID("")},
}

func dispute(ev *state.Event) *state.Dispute      { return ev.Body.(*state.Dispute) }
func request(ev *state.Event) *state.TermsRequest { return ev.Body.(*state.TermsRequest) }
func cover(ev *state.Event) *state.Cover          { return ev.Body.(*state.Cover) }
