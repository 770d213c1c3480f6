package detectors

import (
	"strings"

	"tocsin/state"
)

// returnClass is what a return says of the customer.
type returnClass uint8

const (
	fundsReturn     returnClass = iota // there was no money
	refusalReturn                      // the customer would not pay
	hardReturn                         // there will be none: the account is closed or blocked, a bill is dishonoured
	technicalReturn                    // nothing
)

// String is the class as facts write it.
func (c returnClass) String() string {
	return [...]string{"funds", "refusal", "hard", "technical"}[c]
}

// returnCodes are the codes of ISO 20022 (external return reasons), NACHA (R..) and NACH (India, bare numbers) whose class is
// told apart. All others, and none, are of class funds.
var returnCodes = map[string]returnClass{
	"AM04": fundsReturn, // insufficient funds
	"AM06": fundsReturn, // too low an amount: used by some banks for lack of funds
	"R01":  fundsReturn, // insufficient funds
	"R09":  fundsReturn, // uncollected funds
	"04":   fundsReturn, // balance insufficient

	"MS02": refusalReturn, // refused by the debtor without a reason
	"MD06": refusalReturn, // refund asked for by the debtor
	"R08":  refusalReturn, // payment stopped

	"AC04": hardReturn, // account closed
	"AC06": hardReturn, // account blocked
	"R02":  hardReturn, // account closed
	"R16":  hardReturn, // account frozen, by a court or an authority

	"AC01": technicalReturn, // wrong account number
	"R03":  technicalReturn, // no such account
	"R04":  technicalReturn, // invalid account number
	"AM05": technicalReturn, // duplicate
	"TECH": technicalReturn, // technical problem
	"RR03": technicalReturn, // name or address missing
}

// classOf is what a return says. A bill that comes back is dishonoured, whatever the code.
func classOf(r *state.ReturnedPayment) returnClass {
	if r.Payment.Method == state.MethodBill {
		return hardReturn
	}
	return returnCodes[strings.ToUpper(strings.TrimSpace(r.ReasonCode))]
}
