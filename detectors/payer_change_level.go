package detectors

import "tocsin/state"

// payerLevel is what stands on a day, with the first reason of each level.
type payerLevel struct {
	level   Level
	reasons [4]string
}

func (l *payerLevel) add(level Level, reason string, stands bool) {
	if !stands {
		return
	}
	l.level = max(l.level, level)
	if l.reasons[level] == "" {
		l.reasons[level] = reason
	}
}

// raised are the levels, each reason in the order in which the rules tell them.
func (r *payerReading) raised() (l payerLevel) {
	count := r.newCount()
	l.add(Warning, newAccounts, count >= r.WarningCount)
	l.add(Warning, thirdParty, r.third(r.WarningThirdRatio))
	l.add(Warning, deferred, r.deferring())
	l.add(Critical, newAccounts, count >= r.CriticalCount)
	l.add(Critical, thirdParty, r.third(r.CriticalThirdRatio) && r.overdue >= r.material)
	l.add(Critical, afterReturn, r.returnedFirst() > 0)
	return l
}

// calm tells whether nothing keeps an alert.
func (r *payerReading) calm() bool {
	return r.newCount() < r.WarningCount && !r.third(r.ClearThirdRatio) && !r.deferring()
}

func (r *payerReading) newCount() (count int) {
	for i := range r.fresh {
		if r.fresh[i].counts {
			count++
		}
	}
	return count
}

// returnedFirst counts the accounts that were first used shortly after a payment had come back for good.
func (r *payerReading) returnedFirst() (count int) {
	for i := range r.fresh {
		if r.fresh[i].counts && r.fresh[i].hard != 0 {
			count++
		}
	}
	return count
}

// third tells whether strangers have a share of the money of late.
func (r *payerReading) third(share Ratio) bool {
	return r.enough(&r.recent) && share.compare(r.recent.third, r.recent.total) >= 0
}

// deferring tells whether bills have taken the place of cash.
func (r *payerReading) deferring() bool {
	return r.enough(&r.recent) && r.DeferredRatio.compare(r.recent.deferred, r.recent.total) >= 0 &&
		r.enough(&r.before) && r.DeferredBeforeRatio.compare(r.before.deferred, r.before.total) <= 0
}

// enough tells whether shares of a mix can be asked for.
func (r *payerReading) enough(m *cashMix) bool {
	return len(m.receipts) >= r.ReceiptsCount && m.total > 0
}

// next is the first later day on which an account is new no more, money leaves a window, something falls due where that counts, or
// another rate may be in force.
func (r *payerReading) next() state.Date {
	next := r.lapses
	if r.foreign || r.unknown {
		next = r.in.View.Day + 1
	}
	for i := range r.fresh {
		next = sooner(next, r.fresh[i].First()+state.Date(r.NewDays))
	}
	if len(r.recent.strangers) > 0 || r.recent.hasDeferred || r.nameless {
		next = sooner(next, r.recent.receipts[0].ValueDate+state.Date(r.RecentDays))
	}
	if r.recent.hasDeferred && len(r.before.receipts) > 0 {
		next = sooner(next, r.before.receipts[0].ValueDate+state.Date(r.RecentDays+r.BeforeDays))
	}
	if r.third(r.CriticalThirdRatio) {
		next = sooner(next, r.nextDue)
	}
	return next
}
