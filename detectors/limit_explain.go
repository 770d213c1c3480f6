package detectors

import "tocsin/state"

// What conditions on limits are about.
const (
	limitOnFile = "limit_on_file"
	limitsKnown = "limits_known"
)

// Explain tells for each rung from which exposure on it is reached.
func (d *LimitBreach) Explain(in *Input) []Condition {
	limit, p, v := in.View.Limit(), standing{}, Verdict{}
	out := []Condition{flag(None, limitOnFile, limit.OnFile, true)}
	if !limit.OnFile {
		return out
	}
	p, v = d.stand(in)
	out = append(out, flag(None, hasRates, !v.NotEvaluable, true))
	if v.NotEvaluable {
		return out
	}
	exposure := func(l Level, is Relation, threshold int64) {
		out = append(out, Condition{Level: l, What: "exposure", Unit: UnitMoney, Value: p.exposure, Is: is, Threshold: threshold})
	}
	if p.limit == 0 {
		exposure(Critical, MoreThan, 0)
		return out
	}
	exposure(Info, AtLeast, max(d.NearRatio.atLeast(p.limit), 1))
	if p.hard {
		exposure(Warning, AtLeast, max(d.HighRatio.atLeast(p.limit), 1))
	} else {
		exposure(Critical, MoreThan, d.SoftCriticalRatio.of(p.limit))
	}
	exposure(p.breachLevel(), MoreThan, d.breachAbove(p))
	return out
}

// Explain tells whether there is something to limit, and no limit.
func (d *LimitMissing) Explain(in *Input) []Condition {
	limit := in.View.Limit()
	out := []Condition{flag(Warning, limitsKnown, in.LimitsKnown, true), flag(Warning, limitOnFile, limit.OnFile, false)}
	if !in.LimitsKnown || limit.OnFile {
		return out
	}
	exposure := in.View.Exposure()
	out = append(out, flag(None, hasRates, exposure.Known, true))
	if exposure.Known {
		out = append(out, Condition{Level: Warning, What: "exposure", Unit: UnitMoney, Value: exposure.Gross, Is: MoreThan})
	}
	return out
}

// Explain counts the days since the review date, or until it.
func (d *LimitReviewDue) Explain(in *Input) []Condition {
	limit := in.View.Limit()
	var out []Condition
	for _, l := range []Level{Warning, Critical} {
		out = append(out, flag(l, limitOnFile, limit.OnFile, true))
		if !limit.OnFile {
			continue
		}
		out = append(out, flag(l, "review_date", limit.Review != 0, true))
		if limit.Review == 0 {
			continue
		}
		late := Condition{Level: l, What: "days_late", About: limit.ID, Unit: UnitDays, Value: int64(in.View.Day - limit.Review), Is: MoreThan}
		if l == Critical {
			late.Threshold = int64(d.CriticalDays)
		}
		out = append(out, late)
	}
	return out
}

// Explain takes each increase that ends as a way of its own.
func (d *LimitTemporaryExpiry) Explain(in *Input) []Condition {
	limit := in.View.Limit()
	out := []Condition{flag(Warning, limitOnFile, limit.OnFile, true)}
	var ending []state.TemporaryLimit
	for _, increase := range limit.Increases {
		if increase.To != 0 {
			ending = append(ending, increase)
		}
	}
	if !limit.OnFile {
		return out
	}
	exposure := in.View.Exposure()
	if len(limit.Increases) > 0 {
		out = append(out, flag(None, hasRates, limit.Known && exposure.Known, true))
	}
	if len(ending) == 0 {
		return append(out, Condition{Level: Warning, What: "temporary_limits", Unit: UnitCount, Is: AtLeast, Threshold: 1})
	}
	if !limit.Known || !exposure.Known {
		return out
	}
	for way, increase := range ending {
		out = append(out,
			Condition{
				Level: Warning, Way: way, What: "days_left", About: increase.ID, Unit: UnitDays,
				Value: int64(increase.To - in.View.Day), Is: AtMost, Threshold: int64(d.WarningDays),
			},
			Condition{
				Level: Warning, Way: way, What: "exposure", About: increase.ID, Unit: UnitMoney,
				Value: exposure.Gross, Is: MoreThan, Threshold: remaining(in.View, increase),
			})
	}
	return out
}
