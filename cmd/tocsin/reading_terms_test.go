package main

import "tocsin/state"

// termsRequest adds up the points of what was asked for in 90 days, and of due dates that were moved. Nobody asks for longer
// terms or a plan here, and owners stay.
func (r *reading) termsRequest(b *readBook, day, _ state.Date) finding {
	points := 0
	for _, request := range every[*state.TermsRequest](r) {
		if request.RequestDate <= day && day < request.RequestDate+90 && request.Requester != state.RequesterSeller {
			points += r.pointsOf(request)
		}
	}
	if count, sum := r.moved(b, day); count >= 2 && sum*100 >= b.receivables*20 {
		points += 2
	}
	switch {
	case points >= 4:
		return below(3)
	case points >= 2:
		return below(2)
	}
	return below(points)
}

func (r *reading) pointsOf(request *state.TermsRequest) int {
	overdue := false
	for _, line := range r.book(request.RequestDate).lines {
		overdue = overdue || line.tested > 0 && line.effective < request.RequestDate
	}
	switch request.Type {
	case state.RequestMoratorium:
		return 4
	case state.RequestDueDateExtension:
		if overdue {
			return 2
		}
		return 1
	case state.RequestLimitIncrease, state.RequestOrderRelease:
		if overdue {
			return 2
		}
	}
	return 0
}

// moved are the open invoices whose due date was moved by a week or more within 60 days.
func (r *reading) moved(b *readBook, day state.Date) (count int, sum int64) {
	open := map[string]int64{}
	for _, line := range b.lines {
		if !line.settled {
			open[line.invoice] += line.open
		}
	}
	for id, left := range open {
		i, _ := told[*state.Invoice](r, id)
		changed := i.ChangedDate
		if changed == 0 {
			changed = dayOf(r.timeOf(i))
		}
		if i.DueDate-r.originalDue(i, day, nil) >= 7 && changed <= day && day < changed+60 {
			count, sum = count+1, sum+left
		}
	}
	return count, sum
}

// timeOf is when the content of a register was made.
func (r *reading) timeOf(body state.Body) (at state.Instant) {
	for i := range r.known {
		if r.known[i].Body == body {
			at = r.known[i].Time
		}
	}
	return at
}
