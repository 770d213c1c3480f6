package state

import "encoding/binary"

// appendConduct is appendBody for the kinds from dispute.opened on.
func appendConduct(buf []byte, body Body) []byte {
	switch b := body.(type) {
	case *Dispute:
		buf = appendString(buf, b.DisputeID)
		buf = appendDate(buf, b.OpenedDate)
		buf = appendStrings(buf, b.InvoiceIDs)
		buf = appendMoney(buf, b.Amount)
		buf = append(buf, byte(b.Reason))
	case *DisputeClosed:
		buf = appendString(buf, b.DisputeID)
		buf = appendDate(buf, b.ClosedDate)
		buf = append(buf, byte(b.Outcome))
		buf = appendMoney(buf, b.Accepted)
	case *Promise:
		buf = appendString(buf, b.PromiseID)
		buf = appendDate(buf, b.MadeDate)
		buf = appendDate(buf, b.PromisedDate)
		buf = appendMoney(buf, b.Amount)
		buf = appendStrings(buf, b.InvoiceIDs)
		buf = append(buf, byte(b.Status))
		buf = appendDate(buf, b.ChangedDate)
	case *Contact:
		buf = appendString(buf, b.ContactID)
		buf = appendDate(buf, b.ContactDate)
		buf = append(buf, byte(b.Direction), byte(b.Channel), byte(b.Outcome))
	case *TermsRequest:
		buf = appendString(buf, b.RequestID)
		buf = appendDate(buf, b.RequestDate)
		buf = append(buf, byte(b.Type), byte(b.Requester), byte(b.Status))
		buf = appendStrings(buf, b.InvoiceIDs)
		buf = appendDueAmounts(buf, b.Plan)
	case *PayerVerified:
		buf = appendString(buf, b.AccountHash)
		buf = appendDate(buf, b.VerifiedDate)
		buf = append(buf, byte(b.Type))
	default:
		buf = appendStanding(buf, body)
	}
	return buf
}

// appendStanding is appendBody for what people and insurers say of a customer.
func appendStanding(buf []byte, body Body) []byte {
	switch b := body.(type) {
	case *Cover:
		buf = appendString(buf, b.CoverID)
		buf = append(buf, byte(b.Type))
		buf = appendMoney(buf, b.Amount)
		buf = appendString(buf, b.Ratio)
		buf = appendDate(buf, b.ValidFrom)
		buf = appendDate(buf, b.ValidTo)
		for _, days := range [...]int64{b.MEPDays, b.ReportDays, b.TransferDays} {
			buf = binary.AppendVarint(buf, days)
		}
	case *GradeOverride:
		buf = appendString(buf, b.OverrideID)
		buf = append(buf, byte(b.Grade))
		buf = appendDate(buf, b.SetDate)
		buf = appendString(buf, b.Reason)
		buf = appendString(buf, b.By)
	case *Note:
		buf = appendString(buf, b.NoteID)
		buf = appendDate(buf, b.NoteDate)
		buf = append(buf, byte(b.Sign))
		buf = appendString(buf, b.Text)
	case *Merged:
		buf = appendString(buf, string(b.Into))
		buf = appendDate(buf, b.MergeDate)
	case *Erased:
		buf = appendDate(buf, b.EraseDate)
	case *Rate:
		buf = binary.AppendUvarint(buf, uint64(b.Base))
		buf = binary.AppendUvarint(buf, uint64(b.Quote))
		buf = appendString(buf, b.Value)
		buf = appendDate(buf, b.RateDate)
	}
	return buf
}

// readConduct reads what appendConduct wrote; nil where the kind has no body.
func readConduct(r *reader, kind Kind) Body {
	switch kind {
	case KindDispute:
		return &Dispute{
			DisputeID: r.string(), OpenedDate: r.date(), InvoiceIDs: readStrings(r), Amount: r.money(), Reason: enum(r, DisputeReasonOther),
		}
	case KindDisputeClosed:
		return &DisputeClosed{DisputeID: r.string(), ClosedDate: r.date(), Outcome: enum(r, DisputeWithdrawn), Accepted: r.money()}
	case KindPromise:
		return &Promise{
			PromiseID: r.string(), MadeDate: r.date(), PromisedDate: r.date(), Amount: r.money(), InvoiceIDs: readStrings(r),
			Status: enum(r, PromiseStatusOther), ChangedDate: r.date(),
		}
	case KindContact:
		return &Contact{
			ContactID: r.string(), ContactDate: r.date(), Direction: enum(r, ContactDirectionOther), Channel: enum(r, ContactChannelOther),
			Outcome: enum(r, ContactOutcomeOther),
		}
	case KindTermsRequest:
		return &TermsRequest{
			RequestID: r.string(), RequestDate: r.date(), Type: enum(r, RequestOrderRelease), Requester: enum(r, RequesterOther),
			Status: enum(r, RequestStatusOther), InvoiceIDs: readStrings(r), Plan: readDueAmounts(r),
		}
	case KindPayerVerified:
		return &PayerVerified{AccountHash: r.string(), VerifiedDate: r.date(), Type: enum(r, PayerTypeOther)}
	}
	return readStanding(r, kind)
}

func readStanding(r *reader, kind Kind) Body {
	switch kind {
	case KindCover:
		return &Cover{
			CoverID: r.string(), Type: enum(r, CoverCollateral), Amount: r.money(), Ratio: r.string(), ValidFrom: r.date(), ValidTo: r.date(),
			MEPDays: r.varint(), ReportDays: r.varint(), TransferDays: r.varint(),
		}
	case KindGradeOverride:
		return &GradeOverride{OverrideID: r.string(), Grade: enum(r, GradeOther), SetDate: r.date(), Reason: r.string(), By: r.string()}
	case KindNote:
		return &Note{NoteID: r.string(), NoteDate: r.date(), Sign: enum(r, NoteSignOther), Text: r.string()}
	case KindMerged:
		return &Merged{Into: CustomerID(r.string()), MergeDate: r.date()}
	case KindErased:
		return &Erased{EraseDate: r.date()}
	case KindRate:
		return &Rate{Base: r.currency(), Quote: r.currency(), Value: r.string(), RateDate: r.date()}
	}
	return nil
}

func appendStrings(buf []byte, values []string) []byte {
	buf = binary.AppendUvarint(buf, uint64(len(values)))
	for _, s := range values {
		buf = appendString(buf, s)
	}
	return buf
}

func readStrings(r *reader) []string {
	n := r.count(1)
	if n == 0 {
		return nil
	}
	values := make([]string, n)
	for i := range values {
		values[i] = r.string()
	}
	return values
}

func appendDueAmounts(buf []byte, lines []DueAmount) []byte {
	buf = binary.AppendUvarint(buf, uint64(len(lines)))
	for _, line := range lines {
		buf = appendMoney(appendDate(buf, line.DueDate), line.Amount)
	}
	return buf
}

func readDueAmounts(r *reader) []DueAmount {
	n := r.count(3)
	if n == 0 {
		return nil
	}
	lines := make([]DueAmount, n)
	for i := range lines {
		lines[i] = DueAmount{DueDate: r.date(), Amount: r.money()}
	}
	return lines
}
