package state

import "reflect"

// Footprint estimates how many bytes of memory a record takes. Encoded is about how long its facts are when they are encoded:
// all that differs from fact to fact, texts first of all, is in there, and the rest is counted by kinds. It looks at no fact,
// for a record may have a hundred thousand; what lists beside the facts have room for is counted, not what is in them.
func (r *Record) Footprint(encoded int) int {
	return bytesOf[Record]() + encoded + cap(r.Episodes) + cap(r.Told) + r.Customer.footprint()
}

// footprint is what a customer takes but for the texts of its facts.
func (c *Customer) footprint() int {
	n := bytesOf[Customer]() + factBytes(c.limits, KindLimit) + listBytes(c.tombstones) + listBytes(c.origins)
	for kind := range c.tables {
		n += c.tables[kind].footprint(Kind(kind))
	}
	n += listBytes(c.waiting) + listBytes(c.replacing) + listBytes(c.deposits) + listBytes(c.received)
	if c.conduct != nil {
		n += c.conduct.footprint()
	}
	if c.book != nil {
		n += c.book.footprint() + listBytes(c.view.merged)
	}
	if c.estates != nil { // of which nothing is shared with the whole but texts and bodies
		n += c.estates.own.footprint()
		for _, other := range c.estates.brought {
			n += other.footprint()
		}
	}
	return n
}

func (k *conduct) footprint() int {
	n := bytesOf[conduct]() + listBytes(k.disputing) + listBytes(k.planning)
	n += factBytes(k.promises, KindPromise) + factBytes(k.covers, KindCover) + factBytes(k.erasures, KindErased)
	for i := range k.tables {
		n += k.tables[i].footprint(KindDispute + Kind(i))
	}
	return n
}

func (b *book) footprint() int {
	n := bytesOf[book]() + listBytes(b.balances) + listBytes(b.touched) + listBytes(b.recent)
	for i := range b.balances {
		n += listBytes(b.balances[i].lines)
	}
	for _, plan := range b.plans {
		n += listBytes(plan)
	}
	return n
}

func (t *table) footprint(kind Kind) int {
	n := factBytes(t.facts, kind)
	if t.index != nil {
		n += bytesOf[[]slot]() + listBytes(*t.index)
	}
	return n
}

// factBytes is what facts of a kind take, with their bodies.
func factBytes(all []*fact, kind Kind) int {
	if len(all) == 0 {
		return listBytes(all)
	}
	each := bytesOf[fact]() + bodyBytes[kind]
	if kind == KindRegistry {
		each += bytesOf[rare]()
	}
	return listBytes(all) + len(all)*each
}

// listBytes is what a list has room for.
func listBytes[T any](all []T) int {
	if cap(all) == 0 {
		return 0
	}
	return cap(all) * bytesOf[T]()
}

// bodyBytes is what bodies take but for what their texts and lists hold, which is about as much as it is encoded.
var bodyBytes = [kindCount]int{
	KindOrder:             bytesOf[Order](),
	KindOrderCancelled:    bytesOf[OrderCancelled](),
	KindInvoice:           bytesOf[Invoice](),
	KindInvoiceCredited:   bytesOf[CreditNote](),
	KindInvoiceCancelled:  bytesOf[InvoiceCancelled](),
	KindInvoiceWrittenOff: bytesOf[WriteOff](),
	KindPayment:           bytesOf[Payment](),
	KindPaymentApplied:    bytesOf[Application](),
	KindPaymentReturned:   bytesOf[Return](),
	KindLimit:             bytesOf[LimitRevision](),
	KindProfile:           bytesOf[Profile](),
	KindRegistry:          bytesOf[RegistryFact](),
	KindDispute:           bytesOf[Dispute](),
	KindDisputeClosed:     bytesOf[DisputeClosed](),
	KindPromise:           bytesOf[Promise](),
	KindContact:           bytesOf[Contact](),
	KindTermsRequest:      bytesOf[TermsRequest](),
	KindPayerVerified:     bytesOf[PayerVerified](),
	KindCover:             bytesOf[Cover](),
	KindGradeOverride:     bytesOf[GradeOverride](),
	KindNote:              bytesOf[Note](),
	KindMerged:            bytesOf[Merged](),
	KindErased:            bytesOf[Erased](),
}

// bytesOf is the size of a type.
func bytesOf[T any]() int { return int(reflect.TypeFor[T]().Size()) }
