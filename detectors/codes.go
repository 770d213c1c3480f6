package detectors

import (
	"maps"
	"slices"

	"tocsin/state"
)

// RemedyCodes are what can bring a signal down, sorted.
func RemedyCodes() []string {
	codes := []string{
		pay, raiseLimit, setLimit, reviewLimit, endRegistry, payAsBefore, takeDiscount, payInvoices, tradeAsBefore, returnInError,
		verifyPayers, payFromOwn, ByCondition, keepPromise, resolveDisputes, reachCustomer, settlePromised,
	}
	slices.Sort(codes)
	return codes
}

// FactCodes are the words of closed lists that stand as values of facts, but for names of signals and levels, sorted. Other words in
// facts are a publisher's.
func FactCodes() []string {
	codes := []string{classA, classB1, classB2, classC}
	codes = slices.AppendSeq(codes, maps.Keys(registryTypes))
	codes = slices.AppendSeq(codes, maps.Values(noteKinds))
	codes = slices.AppendSeq(codes, maps.Values(requestTypes))
	codes = slices.AppendSeq(codes, maps.Values(methodNames))
	codes = append(codes, reasonOf[:]...)
	for c := fundsReturn; c <= technicalReturn; c++ {
		codes = append(codes, c.String())
	}
	for g := state.GradeExcellent; g <= state.GradeOther; g++ {
		codes = append(codes, g.String())
	}
	for c := state.ClassNew; c <= state.ClassCore; c++ {
		codes = append(codes, c.String())
	}
	codes = append(codes, TermsAsAgreed, TermsNoIncrease, TermsToExposure, TermsPrepayment, LightGreen, LightAmber, LightRed)
	slices.Sort(codes)
	return slices.DeleteFunc(slices.Compact(codes), func(code string) bool { return code == "" })
}
