package replay

import "tocsin/state"

// payers are the rungs of payer_change where no account is ever told: strangers among those who paid in 60 days, and cheques that are
// dated ahead, against those of the year before.
func (f oracleFacts) payers(day state.Date, overdue bool) []oracleRung {
	returned := f.standing("payment.returned", day)
	profile, named := f.standing("customer.profile", day)[""]
	daughter := profile.joins != 0 && profile.joins < day && (profile.leaves == 0 || day <= profile.leaves)
	var count, before int
	var sum, strange, later, sumBefore, laterBefore int64
	for id, p := range f.standing("payment.received", day) {
		cents := p.cents - returned[id].cents
		switch {
		case cents <= 0 || p.date <= day-425:
		case p.date > day-60:
			count, sum = count+1, sum+cents
			if named && !daughter && p.payer == "Beta" {
				strange += cents
			}
			if p.matures != 0 {
				later += cents
			}
		default:
			before, sumBefore = before+1, sumBefore+cents
			if p.matures != 0 {
				laterBefore += cents
			}
		}
	}
	enough := count >= 3
	delta := enough && before >= 3 && 100*later >= 50*sum && 100*laterBefore <= 10*sumBefore
	critical := enough && 100*strange >= 50*sum && overdue
	return []oracleRung{
		{2, enough && 100*strange >= 20*sum || delta, !(enough && 100*strange >= 10*sum) && !delta, 14},
		{3, critical, !critical, 14},
	}
}
