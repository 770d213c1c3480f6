package detectors

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tocsin/state"
)

// Describe tells of the accounts, the strangers and the instruments that the alert is about.
func (d *PayerChange) Describe(in *Input, v Verdict) Detail {
	level := v.Level(in.Standing)
	reason := v.ReasonAt(level, in.Reason)
	r := d.reading(in)
	r.count()
	out := Detail{MoneyAtRisk: exposureAtRisk(in.View)}
	switch reason {
	case thirdParty:
		out.Facts = slices.Concat(r.thirdFacts(level), r.accountFacts(level))
	case deferred:
		out.Facts = slices.Concat(r.deferredFacts(), r.accountFacts(level))
	case afterReturn:
		out.Facts = slices.Concat(r.returnFacts(), r.accountFacts(level))
	default:
		out.Facts = r.accountFacts(level)
		if r.recent.hasStrangers {
			out.Facts = append(out.Facts, r.thirdFacts(level)...)
		}
	}
	out.Facts = append(out.Facts, Fact{"methods", r.methods(), ""})
	if level == None {
		return out
	}
	out.Actions = actions(payerChangeSign.Signal, level, reason)
	out.Evidence = r.evidence(reason)
	out.ClearsIf = r.remedies(level)
	return out
}

// accountFacts tell of the new accounts, the newest first. What is told of an account is the end of its hash.
func (r *payerReading) accountFacts(level Level) []Fact {
	threshold := r.WarningCount
	if level == Critical {
		threshold = r.CriticalCount
	}
	facts := []Fact{{"new_accounts", strconv.Itoa(r.newCount()), strconv.Itoa(threshold)}}
	told := 0
	for _, a := range slices.Backward(r.fresh) {
		if told == 3 {
			break
		}
		if a.counts {
			told++
			n := strconv.Itoa(told)
			facts = append(facts, Fact{"account_" + n, masked(a.Hash), ""},
				Fact{"account_" + n + "_first_date", a.First().String(), ""}, Fact{"account_" + n + "_last_date", a.Last().String(), ""})
		}
	}
	return facts
}

// masked is the end of an account's hash, never half of it: enough to tell it from the customer's others.
func masked(hash string) string {
	const shown = 4
	letters := []rune(hash)
	return "…" + string(letters[max(len(letters)-shown, min(len(letters), len(letters)/2+1)):])
}

// thirdFacts tell of the strangers, and who of them has paid most.
func (r *payerReading) thirdFacts(level Level) []Fact {
	threshold := r.WarningThirdRatio
	if level == Critical {
		threshold = r.CriticalThirdRatio
	}
	currency := r.in.View.Currency()
	facts := []Fact{
		{"third_party_ratio", shareText(r.recent.third, r.recent.total), state.RatioString(int64(threshold), ratioUnit, 3)},
		{"third_party_amount", money(r.recent.third, currency), ""},
		{"receipts_amount", money(r.recent.total, currency), ""},
		{"receipts", strconv.Itoa(len(r.recent.receipts)), strconv.Itoa(r.ReceiptsCount)},
	}
	if holder := r.largestStranger(); holder != "" {
		facts = append(facts, Fact{"holder", holder, ""})
	}
	return append(facts, Fact{"overdue", money(r.overdue, currency), money(r.material, currency)})
}

// largestStranger is the name of the stranger who has paid most, as it was told last, on one line.
func (r *payerReading) largestStranger() string {
	sums := map[string]int64{}
	best, name := "", ""
	for _, at := range r.recent.strangers {
		p := &r.recent.receipts[at]
		plain := plainName(p.PayerName)
		worth, _ := r.in.View.Worth(state.Money{Minor: p.Cash, Currency: p.Amount.Currency})
		if sums[plain] = state.Sum(sums[plain], worth); best == "" || plain == best || sums[plain] > sums[best] {
			best, name = plain, p.PayerName
		}
	}
	const most = 60
	letters := []rune(strings.Join(strings.Fields(name), " "))
	return string(letters[:min(len(letters), most)])
}

// deferredFacts tell of bills and dated cheques, now and before.
func (r *payerReading) deferredFacts() []Fact {
	return []Fact{
		{"deferred_ratio", shareText(r.recent.deferred, r.recent.total), state.RatioString(int64(r.DeferredRatio), ratioUnit, 3)},
		{"deferred_before_ratio", shareText(r.before.deferred, r.before.total), state.RatioString(int64(r.DeferredBeforeRatio), ratioUnit, 3)},
		{"receipts", strconv.Itoa(len(r.recent.receipts)), strconv.Itoa(r.ReceiptsCount)},
	}
}

// returnFacts tell of the newest account that followed a return.
func (r *payerReading) returnFacts() []Fact {
	for _, a := range slices.Backward(r.fresh) {
		if a.counts && a.hard != 0 {
			return []Fact{
				{"hard_return_date", a.hard.String(), ""}, {"new_account_date", a.First().String(), ""},
				{"days_after_return", strconv.Itoa(int(a.First() - a.hard)), strconv.Itoa(r.ReturnDays)},
			}
		}
	}
	return nil
}

// shareText is a share as facts write it; of nothing it is nothing.
func shareText(part, of int64) string {
	if of == 0 {
		return "0.000"
	}
	return state.RatioString(part, of, 3)
}

// methods is how the recent payments were made, the most frequent first.
func (r *payerReading) methods() string {
	counts := map[state.Method]int{}
	var order []state.Method
	for i := range r.recent.receipts {
		m := r.recent.receipts[i].Method
		if counts[m] == 0 {
			order = append(order, m)
		}
		counts[m]++
	}
	slices.SortFunc(order, func(a, b state.Method) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	words := make([]string, len(order))
	for i, m := range order {
		words[i] = fmt.Sprintf("%s %d", methodNames[m], counts[m])
	}
	return strings.Join(words, ", ")
}

var methodNames = map[state.Method]string{
	state.MethodUnset: "unknown", state.MethodCreditTransfer: "credit_transfer", state.MethodDirectDebit: "direct_debit", state.MethodCard: "card",
	state.MethodCheque: "cheque", state.MethodBill: "bill", state.MethodCash: "cash", state.MethodNetting: "netting", state.MethodOther: "other",
}

// evidence is payments, the newest first: what the reason is about, then the rest.
func (r *payerReading) evidence(reason string) (out []string) {
	accounts := func() {
		for _, a := range slices.Backward(r.fresh) {
			if a.counts {
				out = cite(out, a.Payments[0].PaymentID)
			}
		}
	}
	strangers := func() {
		for _, at := range slices.Backward(r.recent.strangers) {
			out = cite(out, r.recent.receipts[at].PaymentID)
		}
	}
	bills := func() {
		for _, p := range slices.Backward(r.recent.receipts) {
			if p.Deferred() {
				out = cite(out, p.PaymentID)
			}
		}
	}
	first := map[string]func(){thirdParty: strangers, deferred: bills}[reason]
	if first == nil {
		first = accounts
	}
	for _, kind := range []func(){first, accounts, strangers} {
		kind()
	}
	return out
}

// remedies are that the payers turn out to be known and agreed, and money from the customer's own account.
func (r *payerReading) remedies(level Level) (out []Remedy) {
	if r.unknown {
		return nil
	}
	var accounts []string
	for i := range r.fresh {
		accounts = append(accounts, r.fresh[i].Hash)
	}
	for _, at := range r.recent.strangers {
		if account := r.recent.receipts[at].PayerAccount; account != "" { // one that is not told cannot be vouched for
			accounts = append(accounts, account)
		}
	}
	if verified := r.PayerChange.reading(r.in, accounts...); len(accounts) > 0 && !verified.unknown {
		if to := verified.stays(); to < level {
			out = append(out, Remedy{Do: verifyPayers, To: to})
		}
	}
	most := state.Sum(sumTested(r.in.View.DueLines()), 1)
	most = state.Sum(most, state.MulDiv(r.recent.third, ratioUnit, int64(r.ClearThirdRatio)))
	most = state.Sum(most, state.MulDiv(r.recent.deferred, ratioUnit, int64(r.DeferredRatio)))
	own := remedies(payFromOwn, r.in.View.Currency(), level, most, func(paid int64) Level {
		after := *r
		after.overdue = pastDueAfter(r.in.View, paid)
		after.recent.total = state.Sum(r.recent.total, paid)
		after.recent.receipts = append(slices.Clone(r.recent.receipts), state.ReceivedPayment{})
		return after.stays()
	})
	return append(out, own...)
}

// stays is the level of an alert that stood when the last day closed, each level left that may be.
func (r *payerReading) stays() Level {
	if level := r.raised().level; level > None || r.calm() {
		return level
	}
	return Warning
}

// Explain tells how far the new accounts, the strangers and the bills are from what each level needs.
func (d *PayerChange) Explain(in *Input) []Condition {
	r := d.reading(in)
	level := r.raised().level
	unknown := r.unknown
	r.count()
	third, before := partOf(r.recent.third, r.recent.total), partOf(r.before.deferred, r.before.total)
	if state.CompareProducts(r.before.deferred, ratioUnit, before, r.before.total) > 0 {
		before++ // at most is asked of it
	}
	least := func(l Level, way int, what string, unit Unit, value, threshold int64) Condition {
		return Condition{Level: l, Way: way, What: what, Unit: unit, Value: value, Is: AtLeast, Threshold: threshold}
	}
	receipts := func(l Level, way int) Condition {
		return least(l, way, "receipts", UnitCount, int64(len(r.recent.receipts)), int64(d.ReceiptsCount))
	}
	habit := least(Warning, 2, "deferred_before_ratio", UnitRatio, before, int64(d.DeferredBeforeRatio))
	habit.Is = AtMost
	return []Condition{
		flag(None, hasRates, !unknown || level > None, true),
		flag(None, "payers_comparable", !r.nameless || level > None, true),
		least(Warning, 0, "new_accounts", UnitCount, int64(r.newCount()), int64(d.WarningCount)),
		least(Warning, 1, "third_party_ratio", UnitRatio, third, int64(d.WarningThirdRatio)), receipts(Warning, 1),
		least(Warning, 2, "deferred_ratio", UnitRatio, partOf(r.recent.deferred, r.recent.total), int64(d.DeferredRatio)), receipts(Warning, 2),
		habit, least(Warning, 2, "receipts_before", UnitCount, int64(len(r.before.receipts)), int64(d.ReceiptsCount)),
		least(Critical, 0, "new_accounts", UnitCount, int64(r.newCount()), int64(d.CriticalCount)),
		least(Critical, 1, "third_party_ratio", UnitRatio, third, int64(d.CriticalThirdRatio)), receipts(Critical, 1),
		least(Critical, 1, "overdue", UnitMoney, r.overdue, r.material),
		least(Critical, 2, "accounts_after_return", UnitCount, int64(r.returnedFirst()), 1),
	}
}

// partOf is wholeShare where a share of nothing is nothing.
func partOf(part, of int64) int64 {
	if of == 0 {
		return 0
	}
	return wholeShare(part, of)
}
