package state

// Inputs are the parts of a customer that detectors depend on.
type Inputs uint16

const (
	InputOrders      Inputs = 1 << iota
	InputReceivables        // invoices, credit notes, payments and what books them; deposits too, which lower open orders; disputes and plans, which tell what of it is tested when; promises, which may tell the customer's currency
	InputLimits
	InputProfile
	InputRegistry
	InputConduct // disputes, promises, contacts, requests, verified payers
	InputCover
	InputOpinion // what people put down: notes, overridden grades
	InputRates   // exchange rates: no customer's fact, and in force from the day after
)

// AllInputs is every one of them.
const AllInputs = InputRates<<1 - 1

// Names are the inputs as records write them, in the order of their bits.
func (i Inputs) Names() []string {
	names := [...]string{"orders", "receivables", "limits", "profile", "registry", "conduct", "cover", "opinion", "rates"}
	list := []string{}
	for bit, name := range names {
		if i&(1<<bit) != 0 {
			list = append(list, name)
		}
	}
	return list
}

// inputsOf are what facts of a kind bear on; a kind without any is no customer's fact. It depends on the kind alone, so that
// what a day's events changed in all does not depend on their order.
var inputsOf = [kindCount]Inputs{
	KindOrder:             InputOrders,
	KindOrderCancelled:    InputOrders,
	KindInvoice:           InputReceivables,
	KindInvoiceCredited:   InputReceivables,
	KindInvoiceCancelled:  InputReceivables,
	KindInvoiceWrittenOff: InputReceivables,
	KindPayment:           InputReceivables,
	KindPaymentApplied:    InputReceivables,
	KindPaymentReturned:   InputReceivables,
	KindLimit:             InputLimits,
	KindProfile:           InputProfile | InputRegistry, // which identifiers concern the customer
	KindRegistry:          InputRegistry,
	KindDispute:           InputConduct | InputReceivables,
	KindDisputeClosed:     InputConduct | InputReceivables,
	KindPromise:           InputConduct | InputReceivables,
	KindContact:           InputConduct,
	KindTermsRequest:      InputConduct | InputReceivables,
	KindPayerVerified:     InputConduct,
	KindCover:             InputCover,
	KindGradeOverride:     InputOpinion,
	KindNote:              InputOpinion,
	KindMerged:            InputProfile,
	KindErased:            InputProfile,
}
