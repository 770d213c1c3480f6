package state

// activeDays is for how long a fact makes a customer one that is active.
const activeDays = 365

// Active tells whether somebody is at work with the customer: one of the facts is of the last 365 days, and the profile does not say
// that he is dormant or blocked.
func (v *View) Active() bool {
	active, _ := v.c.Active(v.Ledger, v.Day)
	return active
}

// Active tells whether somebody is at work with the customer on a day (see [View.Active]), and the first later day on which time alone may
// change that; 0: never. Of many facts it looks at the newest ones first and no further than at one of the last half year, so that day may
// be earlier than it need be.
func (c *Customer) Active(l *Ledger, day Date) (active bool, next Date) {
	if p := c.profile(); p != nil && (p.Status == ProfileDormant || p.Status == ProfileBlocked) {
		return false, 0
	}
	const lately = activeDays / 2
	fresh, until := (day - lately).Start(l.Zone), (day + 1).Start(l.Zone)
	var newest, ahead Instant
	for kind := range kindCount {
		facts := c.facts(kind)
		for i := len(facts) - 1; i >= 0; i-- {
			switch at := facts[i].time; {
			case at >= until:
				if ahead == 0 || at < ahead {
					ahead = at
				}
			case at >= fresh:
				return true, day - lately + activeDays
			default:
				newest = max(newest, at)
			}
		}
	}
	if last := newest.Date(l.Zone) + activeDays; newest != 0 && last > day {
		return true, last
	}
	if ahead == 0 {
		return false, 0
	}
	return false, ahead.Date(l.Zone)
}
