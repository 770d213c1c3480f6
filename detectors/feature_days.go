package detectors

import "tocsin/state"

var ratioFeatures = []Feature{
	{
		Name: "utilisation", Unit: InRatio, Meaning: "Exposure over limit. Not known without a limit above 0.",
		Inputs: documentInputs, News: exposureInputs, Undated: true, proof: openDocuments,
		read: func(in *Input) reading {
			e, l := in.View.Exposure(), in.View.Limit()
			if !e.Known || !l.Known || !l.OnFile || l.Effective() <= 0 {
				return reading{}
			}
			return amount(share(e.Gross, l.Effective()))
		},
	},
	{
		Name: "overdue_ratio", Unit: InRatio, Meaning: "undisputed_overdue over receivables; 0 where nothing is owed.",
		Inputs: documentInputs, News: state.InputReceivables, proof: linesPastDue,
		read: func(in *Input) reading {
			overdue, known := undisputedOverdue(in.View)
			ar, _ := receivables(in.View)
			switch {
			case !known:
				return reading{}
			case ar <= 0:
				return amount(integer(0))
			}
			return amount(share(overdue, ar))
		},
		next: nextLine(func(l *state.DueLine) bool { return !l.Settled && l.Tested != 0 }, 0),
	},
}

var dayFeatures = []Feature{
	{
		Name: "max_days_past_due", Unit: InDays, Meaning: "Days past due of the oldest open invoice line, by document.",
		Inputs: state.InputReceivables, News: state.InputReceivables, proof: linesPastDue,
		read:  func(in *Input) reading { return pastDueBy(in, oldestOpen(in)) },
		clock: oldestOpen,
	},
	{
		Name: "undisputed_days_past_due", Unit: InDays,
		Meaning: "The same after unapplied cash is set against the oldest invoices, without what a dispute shields, by the lines of plans that are kept.",
		Inputs:  state.InputReceivables, News: state.InputReceivables, proof: linesPastDue,
		read:  func(in *Input) reading { return pastDueBy(in, oldestTested(in)) },
		clock: oldestTested,
	},
	{
		Name: "weighted_days_late", Unit: InDays, Meaning: "Mean days past due of what is overdue, weighted by amount; 0 where nothing is.",
		Inputs: documentInputs, News: state.InputReceivables, proof: linesPastDue,
		read: func(in *Input) reading {
			a := in.View.Ageing()
			switch {
			case !a.Known:
				return reading{}
			case a.Overdue <= 0:
				return amount(integer(0))
			}
			return amount(share(a.WeightedDays, a.Overdue))
		},
		next: func(in *Input) state.Date {
			if a := in.View.Ageing(); a.Overdue > 0 {
				return in.View.Day + 1
			}
			return nextLine(func(l *state.DueLine) bool { return l.Open != 0 }, 0)(in)
		},
	},
	{
		Name: "dso_days", Unit: InDays, Meaning: "Days sales outstanding over this month and the two before. Not known with sales in fewer than three months.",
		Inputs: documentInputs, News: state.InputReceivables,
		read: func(in *Input) reading {
			average := in.View.DSO().Average
			if average == nil {
				return reading{}
			}
			return amount(wideNumber(average))
		},
		next: func(in *Input) state.Date { return in.View.Day + 1 },
	},
	{
		Name: nameSince, Unit: InDays, Meaning: "Days of the relationship, by the profile. Not known where that does not say.",
		Inputs: state.InputProfile, News: state.InputProfile,
		read:  func(in *Input) reading { return daysSince(in, customerSince(in)) },
		clock: customerSince,
	},
	latest("days_since_payment", "Days since the newest value date of a payment. Not known after 550 days.",
		state.InputReceivables, (*state.View).LatestPayment),
	latest("days_since_order", "Days since the newest order that is not cancelled. Not known after 550 days.",
		state.InputOrders, (*state.View).LatestOrder),
	latest("days_since_contact", "Days since somebody was reached, or made contact. Not known after 550 days.",
		state.InputConduct, (*state.View).LatestReached),
	{
		Name: "days_to_limit_review", Unit: InDays, Meaning: "Days until the review date of the limit; negative when it has passed. Not known without one.",
		Inputs: state.InputLimits, News: state.InputLimits,
		read: func(in *Input) reading {
			c := limitReview(in)
			if c.slope == 0 {
				return reading{}
			}
			return days(int(c.origin - in.View.Day))
		},
		clock: limitReview,
	},
}

// pastDueBy is what a clock that began on a due date shows: 0 until that has passed, and where nothing is due.
func pastDueBy(in *Input, c clock) reading {
	if c.slope == 0 {
		return days(0)
	}
	return days(max(0, int(in.View.Day-c.origin)))
}

// oldestOpen counts from the due date of the oldest line with something open, in any currency.
func oldestOpen(in *Input) clock {
	oldest := clock{}
	for _, l := range in.View.OpenLines() {
		if !l.Settled && l.Open > 0 {
			oldest.earlier(l.Effective)
		}
	}
	return oldest
}

// oldestTested counts from the due date of the oldest line that tests on days past due read.
func oldestTested(in *Input) clock {
	oldest := clock{}
	in.View.EachTested(func(l *state.DueLine, _ state.Currency) bool {
		oldest.earlier(l.Effective)
		return false
	})
	return oldest
}

func (c *clock) earlier(origin state.Date) {
	if c.slope == 0 || origin < c.origin {
		c.origin, c.slope = origin, 1
	}
}

func customerSince(in *Input) clock {
	if p := in.View.Profile(); p != nil && p.CustomerSince != 0 {
		return clock{p.CustomerSince, 1}
	}
	return clock{}
}

func limitReview(in *Input) clock {
	if l := in.View.Limit(); l.OnFile && l.Review != 0 {
		return clock{l.Review, -1}
	}
	return clock{}
}

// latest is how long ago something was seen last.
func latest(name, meaning string, inputs state.Inputs, seen func(*state.View) state.Latest) Feature {
	count := func(in *Input) clock {
		if on := seen(in.View).On; on != 0 {
			return clock{on, 1}
		}
		return clock{}
	}
	return Feature{
		Name: name, Unit: InDays, Meaning: meaning, Inputs: inputs, News: inputs,
		read:  func(in *Input) reading { return daysSince(in, count(in)) },
		clock: count,
		next:  func(in *Input) state.Date { return seen(in.View).Lost },
	}
}
