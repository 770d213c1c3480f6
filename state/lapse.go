package state

// Lapsing is the view under the policy that a limit whose review is overdue is worth nothing, its increases included, until it
// is reviewed. It is valid as long as the view is.
func (v *View) Lapsing() *View {
	if v.lapsing {
		return v
	}
	under := *v
	under.lapsing = true
	under.limit = v.limit.lapse(v.Day)
	if review := v.limit.Review; v.limit.OnFile && review >= v.Day {
		under.next = earlier(v.next, review+1)
	}
	return &under
}

// lapse is a limit as it counts on a day where it lapses after its review date.
func (l Limit) lapse(day Date) Limit {
	l.Lapsed = l.OnFile && l.Review != 0 && l.Review < day
	return l
}
