package detectors

// LookBacker is a detector that judges a day by what was closed before it, too. A past day can be judged anew only while that is
// kept whole.
type LookBacker interface {
	// LookBack is for how many days before the one that is judged closed documents count.
	LookBack() int
}

// LookBack is that of its windows.
func (d *BrokenPromise) LookBack() int { return d.WindowDays + 2*d.GraceDays }

// LookBack is that of its windows.
func (d *ContactLost) LookBack() int { return d.WindowDays }

// LookBack is that of its windows.
func (d *DisputeStall) LookBack() int { return d.WindowDays + d.BaselineDays }

// LookBack is that of its windows.
func (d *OrderPatternBreak) LookBack() int { return memoryDays }

// LookBack is that of its windows.
func (d *PartialPayment) LookBack() int { return d.WindowDays + d.BaselineDays }

// LookBack is that of its windows. That an account was used before them is not counted in: what is forgotten of that makes an account
// new, which takes nothing back.
func (d *PayerChange) LookBack() int { return max(d.NewDays+d.ReturnDays, d.RecentDays+d.BeforeDays) }

// LookBack is that of its windows.
func (d *PaymentReturned) LookBack() int { return d.WindowDays + 2*max(d.ReplaceDays, d.RepresentDays) }

// LookBack is that of its windows.
func (d *PaymentSlowdown) LookBack() int {
	return max(d.RecentDays, d.LongerDays, d.LongestDays) + d.BaselineDays
}

// LookBack is that of its windows. Whether payment had slowed down on the day of a request is not counted in: it would leave no day
// that could be judged anew.
func (d *TermsRequest) LookBack() int { return max(d.WindowDays, d.SilentDays) }

// LookBack is that of its windows.
func (d *TurnoverSwing) LookBack() int { return turnoverWindows * d.WindowDays }
