package statetest

import (
	"pgregory.net/rapid"

	"tocsin/state"
)

// conductKinds are the kinds that few customers have.
var conductKinds = []state.Kind{
	state.KindDispute, state.KindDispute, state.KindDispute, state.KindDisputeClosed, state.KindTermsRequest, state.KindTermsRequest,
	state.KindTermsRequest, state.KindPromise, state.KindPromise, state.KindContact, state.KindPayerVerified, state.KindCover, state.KindCover,
	state.KindGradeOverride, state.KindNote, state.KindMerged, state.KindErased,
}

// conduct draws a body of one of conductKinds.
func conduct(t *rapid.T) (state.Kind, state.Body) {
	kind := conductKinds[even(t, "conduct", 5)%len(conductKinds)]
	switch kind {
	case state.KindDispute:
		return kind, &state.Dispute{
			DisputeID: id(t, "D"), OpenedDate: date(t), InvoiceIDs: ids(t, "I"), Amount: money(t), Reason: enum(t, "reason", state.DisputeReasonOther),
		}
	case state.KindDisputeClosed:
		return kind, &state.DisputeClosed{
			DisputeID: id(t, "D"), ClosedDate: date(t), Outcome: 1 + enum(t, "outcome", state.DisputeWithdrawn-1),
		}
	case state.KindTermsRequest:
		return kind, request(t)
	case state.KindPromise:
		return kind, promise(t)
	case state.KindContact:
		return kind, &state.Contact{
			ContactID: id(t, "CT"), ContactDate: date(t), Direction: enum(t, "direction", state.ContactDirectionOther),
			Channel: 1 + enum(t, "channel", state.ContactChannelOther-1), Outcome: 1 + enum(t, "outcome", state.ContactOutcomeOther-1),
		}
	case state.KindPayerVerified:
		return kind, &state.PayerVerified{AccountHash: id(t, "hash"), VerifiedDate: date(t), Type: enum(t, "payer", state.PayerTypeOther)}
	case state.KindCover:
		return kind, cover(t)
	case state.KindGradeOverride:
		return kind, &state.GradeOverride{
			OverrideID: id(t, "G"), Grade: 1 + enum(t, "grade", state.GradeOther-1), SetDate: date(t), Reason: "visit",
		}
	case state.KindNote:
		return kind, &state.Note{NoteID: id(t, "N"), NoteDate: date(t), Sign: enum(t, "sign", state.NoteSignOther), Text: "heard"}
	case state.KindMerged:
		return kind, &state.Merged{Into: "C-9", MergeDate: date(t)}
	default:
		return state.KindErased, &state.Erased{EraseDate: date(t)}
	}
}

// request draws a request, most often an accepted plan.
func request(t *rapid.T) *state.TermsRequest {
	b := &state.TermsRequest{RequestID: id(t, "R"), RequestDate: date(t), InvoiceIDs: ids(t, "I")}
	if even(t, "plain", 2) == 0 {
		b.Type = 1 + enum(t, "request", state.RequestOrderRelease-1)
		b.Status, b.Requester = enum(t, "status", state.RequestStatusOther), enum(t, "requester", state.RequesterOther)
		return b
	}
	b.Type, b.Status = state.RequestInstalmentPlan, state.RequestAccepted
	due := b.RequestDate
	for range 1 + even(t, "lines", 2) {
		due += state.Date(even(t, "days", 5))
		b.Plan = append(b.Plan, state.DueAmount{DueDate: due, Amount: money(t)})
	}
	return b
}

func promise(t *rapid.T) *state.Promise {
	b := &state.Promise{PromiseID: id(t, "PR"), MadeDate: date(t), Amount: money(t), InvoiceIDs: ids(t, "I")}
	b.PromisedDate = b.MadeDate + state.Date(even(t, "days", 5))
	b.Status = enum(t, "status", state.PromiseStatusOther)
	if rapid.Bool().Draw(t, "changed") {
		b.ChangedDate = b.MadeDate + state.Date(even(t, "days", 4))
	}
	return b
}

func cover(t *rapid.T) *state.Cover {
	b := &state.Cover{CoverID: id(t, "CV"), Type: 1 + enum(t, "cover", state.CoverCollateral-1), Amount: money(t), ValidFrom: date(t)}
	b.Ratio = rapid.SampledFrom([]string{"", "", "0.5", "0.955"}).Draw(t, "ratio")
	if rapid.Bool().Draw(t, "ends") {
		b.ValidTo = b.ValidFrom + state.Date(even(t, "length", 6))
	}
	return b
}

// ids draws up to three ids with a prefix, one of them perhaps twice.
func ids(t *rapid.T, prefix string) []string {
	var list []string
	for range even(t, "ids", 2) {
		list = append(list, id(t, prefix))
	}
	return list
}

// enum draws a number up to the last one.
func enum[T ~uint8](t *rapid.T, label string, last T) T {
	return T(rapid.IntRange(0, int(last)).Draw(t, label))
}
