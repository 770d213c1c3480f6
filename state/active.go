package state

// activeDays is for how long a fact makes a customer one that is active.
const activeDays = 365

// Active tells whether somebody is at work with the customer: one of the facts is of the last 365 days, and the profile does not say
// that he is dormant or blocked.
func (v *View) Active() bool {
	if p := v.Profile(); p != nil && (p.Status == ProfileDormant || p.Status == ProfileBlocked) {
		return false
	}
	since, until := (v.Day - activeDays + 1).Start(v.Ledger.Zone), (v.Day + 1).Start(v.Ledger.Zone)
	for kind := range v.c.tables {
		for _, f := range v.c.tables[kind].facts {
			if f.time >= since && f.time < until {
				return true
			}
		}
	}
	return false
}
