package detectors

import (
	"strings"

	"tocsin/state"
)

// glanceAccounts is how many accounts are told apart at a glance.
const glanceAccounts = 4

// asEver is the verdict on a customer whose money comes from where it always came, which is true of most: by cash, from accounts that are
// not new, and from nobody else. One look at each payment tells it; false where it does not. Where payments have come back, those do
// not tell that an account is old, and no account may be new.
func (d *PayerChange) asEver(in *Input) (v Verdict, calm bool) {
	returns := in.View.ReturnsPayments()
	var own, other string // the customer's name, and another spelling of it
	if p := in.View.Profile(); p != nil {
		own, other = p.Name, p.Name
	}
	var seen [glanceAccounts]struct {
		hash  string
		first state.Date
		kept  state.Date // the first that did not come back; zero: none
	}
	day, known := in.View.Day, 0
	for p := range in.View.Payments() {
		if p.ValueDate > day || p.ValueDate <= day-state.PayingDays {
			continue
		}
		if p.ValueDate > day-state.Date(d.RecentDays) {
			if p.Deferred() {
				return v, false
			}
			if name := p.PayerName; name != "" && name != own && name != other {
				if !strings.EqualFold(name, own) {
					if plain := plainName(name); plain == "" || plain != plainName(own) {
						return v, false
					}
				}
				other = name
			}
		}
		if p.PayerAccount == "" {
			continue
		}
		at := 0
		for at < known && seen[at].hash != p.PayerAccount {
			at++
		}
		switch {
		case at == glanceAccounts:
			return v, false
		case at == known:
			seen[at].hash, seen[at].first = p.PayerAccount, p.ValueDate
			known++
		default:
			seen[at].first = min(seen[at].first, p.ValueDate)
		}
		if !returns || !in.View.IsReturned(p) {
			seen[at].kept = sooner(seen[at].kept, p.ValueDate)
		}
	}
	v.Clear, v.Next = AllRungs, in.View.NextChange()
	fresh := 0
	for i := range seen[:known] {
		if seen[i].kept == 0 || seen[i].kept > day-state.Date(d.NewDays) {
			fresh++
		}
		if returns || known >= d.WarningCount { // an account whose first payment is forgotten may be new again
			v.Next = sooner(v.Next, seen[i].first+state.PayingDays)
		}
	}
	return v, fresh == 0 || !returns && fresh < d.WarningCount
}
