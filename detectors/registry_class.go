package detectors

import (
	"math/big"

	"tocsin/state"
)

// class is that of the fact's kind, or a graver one by what is told of it. Where nothing is told, it is the lower one.
func (r *registryReading) class(i int) class {
	f := &r.facts[i]
	c := registryTypes[f.Type].class
	switch {
	case f.Type == enforcement && (r.large(i, r.EnforcementRatio) || r.oneOfMany(i, enforced, r.EnforcementCount, r.EnforcementDays)):
		return severe
	case c == soft && r.isSerious(i):
		return serious
	}
	return c
}

// isSerious tells whether what is told of a soft fact makes it a serious one.
func (r *registryReading) isSerious(i int) bool {
	f := &r.facts[i]
	switch f.Type {
	case "abnormal_list":
		return f.Detail == "unreachable" || f.Detail == "false_information"
	case "accounts_overdue":
		return r.day >= r.since(i, r.AccountsDays)
	case "capital_reduced":
		return reaches(f.Share, r.CapitalRatio)
	case directorChange:
		return left(f) && r.oneOfMany(i, left, r.LeaversCount, r.LeaversDays)
	case "lawsuit_defendant":
		return f.Detail == "supplier_claim" || r.large(i, r.ClaimRatio)
	case "owner_change":
		return reaches(f.Share, r.ControlRatio)
	case "rating_down", "score_down":
		return max(f.Rating.Notches, -f.Rating.Notches) >= int64(r.NotchesCount)
	}
	return false
}

// kind is what a soft fact counts as: all kinds that are not known better are one.
func (r *registryReading) kind(i int) string {
	kind := r.facts[i].Type
	if _, known := registryTypes[kind]; !known {
		return otherKind
	}
	return kind
}

// noteKinds are the kinds that notes count as; a note without a sign counts for nothing.
var noteKinds = map[state.NoteSign]string{
	state.NotePriceDumping:    "price_dumping",
	state.NoteLayoffs:         "layoffs",
	state.NoteLostKeyCustomer: "lost_key_customer",
	state.NoteRumour:          "rumour",
	state.NotePremises:        "premises",
	state.NoteDisaster:        "disaster",
	state.NoteNoAccounts:      "no_accounts",
	state.NoteSignOther:       "other_note",
}

func enforced(f *state.RegistryEntry) bool { return f.Type == enforcement }

// left tells whether a fact is that a manager has left.
func left(f *state.RegistryEntry) bool { return f.Type == directorChange && f.Detail == "left" }

// large tells whether an amount reaches its share of the limit. Where one of them is not known, it does not.
func (r *registryReading) large(i int, share Ratio) bool {
	amount, known := r.view.Worth(r.facts[i].Amount)
	if !r.limit.OnFile || !r.limit.Known || amount == 0 || !known {
		return false
	}
	return share.compare(amount, r.limit.Effective()) >= 0
}

// reaches tells whether a share as the register writes it reaches a ratio.
func reaches(share string, ratio Ratio) bool {
	told, ok := new(big.Rat).SetString(share)
	return ok && told.Cmp(big.NewRat(int64(ratio), ratioUnit)) >= 0
}

// oneOfMany tells whether a fact belongs to enough of its like with effective dates less than some days apart. Facts stand by
// effective date. Of enforcements all count that stand, of others those that became known while they were new.
func (r *registryReading) oneOfMany(i int, like func(*state.RegistryEntry) bool, count, days int) bool {
	var dates []state.Date
	for j := range r.facts {
		if like(&r.facts[j]) && r.live(j) && !r.ended(j) && (enforced(&r.facts[j]) || r.news(j)) {
			dates = append(dates, r.facts[j].Effective)
		}
	}
	own := r.facts[i].Effective
	for first := 0; first+count <= len(dates); first++ {
		last := first + count - 1
		if dates[last]-dates[first] < state.Date(days) && dates[first] <= own && own <= dates[last] {
			return true
		}
	}
	return false
}

// joined tells whether a serious fact is one with a later one: managers who leave together are one fact, of the later date.
func (r *registryReading) joined(i int) bool {
	if !left(&r.facts[i]) {
		return false
	}
	for j := i + 1; j < len(r.facts); j++ {
		if r.facts[j].Effective-r.facts[i].Effective >= state.Date(r.LeaversDays) {
			return false
		}
		if left(&r.facts[j]) && r.live(j) && r.news(j) && r.isSerious(j) {
			return true
		}
	}
	return false
}
