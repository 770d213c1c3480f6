package detectors

import "tocsin/state"

// PayerChange raises when the money comes from elsewhere than before: new accounts, strangers who pay, or bills where there was
// cash. Banks are changed when credit lines are cut; owners and friends pay when the accounts are blocked.
//
// An account is new for NewDays from its first payment on, which came more than RelationDays after the customer's own first
// payment and first trade: the earliest of what the profile says, the first order and the first invoice. It counts once one
// payment from it was material on its value date. WarningCount of them are a warning, CriticalCount critical, and so is one that
// came up to ReturnDays after a payment that came back for good. One new account is normal life.
//
// A stranger is a holder whose name is neither the customer's nor that of its parent, a sister or a daughter, as their profiles were
// known when the day before closed. Strangers' share of the money of the last RecentDays is a warning from WarningThirdRatio on, and
// critical from CriticalThirdRatio on if what is past due is material. Names are compared whole, without case, punctuation and legal
// forms. A payment without a name is no stranger's, but belongs to the whole. Bills and cheques dated ahead are a warning from
// DeferredRatio of the money of those days on, if they were no more than DeferredBeforeRatio of that of the BeforeDays before. Shares
// need ReceiptsCount payments, and leave out what came back.
//
// It clears when fewer than WarningCount accounts are new, strangers have less than ClearThirdRatio and bills are not what raised it.
//
// It stays silent on payers who are known and agreed: whom a payer.verified names, and accounts and holders of Allow, such as a
// factor, a payment service or a payment factory. Where the customer's own name is not known there are no strangers, and if nothing
// else stands it is not evaluable; nor is it where an amount needs an exchange rate that is not known. An account that was last used
// a year and a half ago is forgotten.
type PayerChange struct {
	Allow               List
	NewDays             int
	RelationDays        int
	WarningCount        int // accounts
	CriticalCount       int
	ReturnDays          int
	RecentDays          int
	BeforeDays          int
	ReceiptsCount       int
	WarningThirdRatio   Ratio
	CriticalThirdRatio  Ratio
	ClearThirdRatio     Ratio
	DeferredRatio       Ratio
	DeferredBeforeRatio Ratio
}

const (
	newAccounts = "NEW_ACCOUNTS"
	thirdParty  = "THIRD_PARTY"
	deferred    = "DEFERRED"
	afterReturn = "AFTER_RETURN"
)

var payerChangeSign = Sign{
	Signal:        "payer_change",
	Title:         "Payer changes",
	Reasons:       []string{newAccounts, thirdParty, deferred, afterReturn},
	Inputs:        moneyInputs | state.InputConduct,
	ClearedBy:     state.InputReceivables | state.InputConduct,
	ClearHoldDays: 14,
}

// NewPayerChange has the default thresholds.
func NewPayerChange() *PayerChange { return withDefaults(&PayerChange{}) }

// Sign is the same for all configurations.
func (d *PayerChange) Sign() *Sign { return &payerChangeSign }

// Params are the thresholds, and who may pay.
func (d *PayerChange) Params() []Param {
	return []Param{
		listOf(&d.Allow, "allow", "Accounts, as payers' account_hash has them, and names of holders who may pay for any customer, such as factors and payment services."),
		whole(&d.NewDays, "new_days", "180", "1", "365", "Days for which an account is new."),
		whole(&d.RelationDays, "relation_days", "90", "0", "180", "Days after the customer's first payment and first trade in which no account is new."),
		whole(&d.WarningCount, "warning_count", "2", "1", "100", "Raises a warning from this many new accounts on."),
		whole(&d.CriticalCount, "critical_count", "3", "1", "100", "Raises critical from this many new accounts on."),
		whole(&d.ReturnDays, "return_days", "30", "0", "90", "Days after a payment that came back for good within which one new account is critical."),
		whole(&d.RecentDays, "recent_days", "60", "1", "180", "Days of which the money is looked at."),
		whole(&d.BeforeDays, "before_days", "365", "1", "365", "Days before these, of which bills and dated cheques were the habit."),
		whole(&d.ReceiptsCount, "receipts_count", "3", "1", "100", "Payments that a share needs."),
		ratio(&d.WarningThirdRatio, "warning_third_ratio", "0.20", "0.0001", "1", "Raises a warning from this share of strangers on."),
		ratio(&d.CriticalThirdRatio, "critical_third_ratio", "0.50", "0.0001", "1", "Raises critical from this share of strangers on, if something material is past due."),
		ratio(&d.ClearThirdRatio, "clear_third_ratio", "0.10", "0.0001", "1", "Strangers must have less than this share for the alert to clear."),
		ratio(&d.DeferredRatio, "deferred_ratio", "0.50", "0.0001", "1", "Raises a warning from this share of bills and dated cheques on."),
		ratio(&d.DeferredBeforeRatio, "deferred_before_ratio", "0.10", "0", "1", "Share of them before, up to which they are a change."),
	}
}

// Check keeps the ladders in order.
func (d *PayerChange) Check() error {
	if err := ascendingNamed(d, "warning_count", "critical_count"); err != nil {
		return err
	}
	return ascendingNamed(d, "clear_third_ratio", "warning_third_ratio", "critical_third_ratio")
}

// Evaluate looks at who has paid and how.
func (d *PayerChange) Evaluate(in *Input) Verdict {
	v := Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	if !in.View.TellsPayers() {
		return v
	}
	if v, calm := d.asEver(in); calm {
		return v
	}
	r := d.reading(in)
	v.Next = sooner(v.Next, r.next())
	raised := r.raised()
	v.Raise, v.Reason, v.Reasons = raised.level, raised.reasons[raised.level], raised.reasons
	switch {
	case v.Raise < Critical && r.unknown:
		v.Clear, v.NotEvaluable = 0, v.Raise == None
	case v.Raise > None || !r.calm():
		v.Clear = above(max(v.Raise, Warning))
	}
	v.NotEvaluable = v.NotEvaluable || v.Raise == None && r.nameless
	return v
}
