package detectors

import "tocsin/state"

// What alone brings a signal down. The codes are those of `clears_if`.
const (
	pay         = "pay"            // on account, with today's value date
	raiseLimit  = "raise_limit"    // a base limit of that amount from today on
	setLimit    = "set_limit"      // a base limit, of whatever amount
	reviewLimit = "review_limit"   // a later review date
	endRegistry = "registry_ended" // the register says that the one fact is over

	payAsBefore  = "pay_as_before" // what is late, and the next invoices as the customer used to
	takeDiscount = "take_discount" // for early payment, on the next invoice that offers one

	payInvoices   = "pay_invoices"    // booked on open invoices, with today's value date
	tradeAsBefore = "trade_as_before" // sales, and what is owed of them, as they used to be

	returnInError = "return_booked_in_error" // the one returned payment had come back by the seller's own error

	verifyPayers = "verify_payers"        // the payers of the new accounts, and the strangers, turn out to be known and agreed
	payFromOwn   = "pay_from_own_account" // on account, with today's value date, from one that is not new

	// ByCondition is that what Detail.Conditions says of the level comes to hold: of a custom sign, of which it is not known what anybody
	// has to do for it.
	ByCondition = "condition"

	keepPromise     = "keep_promise"     // a new material promise, kept
	resolveDisputes = "resolve_disputes" // all late disputes are closed
	reachCustomer   = "reach_customer"   // somebody is reached, or the customer gets in touch
	settlePromised  = "settle_promised"  // booked on the invoices promised, on each what settles it
)

// AtOnce tells whether the remedy brings an alert down without its hold.
func (r Remedy) AtOnce() bool { return r.Do == setLimit }

// remedies are, for each level below the present one that can be reached exactly, the least amount of up to most that
// reaches it. after is the level that an amount leaves; it never rises with the amount. Amounts take the level as having
// stood when a day closed: what rose today may go for less.
func remedies(do string, currency state.Currency, present Level, most int64, after func(int64) Level) []Remedy {
	var out []Remedy
	for to := present; to > None; {
		to--
		amount := least(most, func(amount int64) bool { return after(amount) <= to })
		if amount <= most && after(amount) == to {
			out = append(out, Remedy{do, state.Money{Minor: amount, Currency: currency}, to})
		}
	}
	return out
}

// least is the smallest n of 1 to most that is enough, most+1 when none is; enough stays true once it is.
func least(most int64, enough func(int64) bool) int64 {
	low, high := int64(1), most+1
	for low < high {
		mid := low + (high-low)/2
		if enough(mid) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// cite adds a document to the evidence unless it is there already or the list is full.
func cite(evidence []string, id string) []string {
	const most = 10
	if id == "" || len(evidence) == most {
		return evidence
	}
	for _, known := range evidence {
		if known == id {
			return evidence
		}
	}
	return append(evidence, id)
}
